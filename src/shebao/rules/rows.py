"""A plan over a few rows in CPython: persons, their groups, stage by stage.

It is what compiled code has to agree with bit for bit, values and statuses; it decides one case and settles the rows
that compiled code leaves open (Why.EXACT).
"""

from __future__ import annotations

import threading
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from shebao.rules.declare import BENEFIT_DAY, PERSON, Input, Missing
from shebao.rules.graph import Plan, Stage, reads
from shebao.rules.guard import Passed, Refusal, guarded
from shebao.rules.kinds import Code, Kind
from shebao.rules.language import RefusedFor
from shebao.rules.law import Variable, Version
from shebao.rules.parameters import Figure, Parameter, view
from shebao.rules.status import Refused, Why, status, unpack

Facts = Mapping[str, Any]
Use = tuple[Parameter, Figure]
Entry = tuple[int, int, "dict[Any, Bound]", "Task"]  # slot, slot of its day, what is bound for a day, the task

OF_RULE = {Why.ZERO_DIVISOR, Why.OVERFLOW, Why.RANGE, Why.INDEX, Why.EXACT}  # raised without subject: the rule's own
BOUND_FORMS = ("day", "year", "month")  # kinds whose values never leave the kind's range
FEW_KEYS = ("Yearly", "Table")  # forms of views whose figures are few
MODES = ("marked", "strict")
NO_TRACES: Mapping[tuple[str, int], Any] = MappingProxyType({})
MOST_BOUND = 4096  # days for which a variable keeps its version and views


@dataclass(frozen=True)
class Evaluated:
    """For each variable of the plan: its values and its statuses, over the rows of its owner.  A refused value is 0."""

    values: dict[str, list[int]]
    statuses: dict[str, list[int]]


class Bound(NamedTuple):
    """A version of a variable with its views of the parameters, ready for the rows of one day."""

    run: Callable[[list[Any], Any], Any]  # takes the row's cells, and who notes what is read
    rule: int  # index in plan.rules
    narrow: Kind | None  # the kind, when the result must lie in its range
    version: Version | None  # None when no version is in force
    views: tuple[Any, ...]
    plain: dict[int, Use]  # the figures of plain parameters, by the argument's number

    def uses(self, seen: Sequence[Any]) -> list[Use]:
        """The figures among what was noted; those of plain parameters once."""
        found: list[Use] = []
        for noted in dict.fromkeys(seen):
            if not isinstance(noted, int):
                found.append(noted)
            elif noted in self.plain:
                found.append(self.plain[noted])
        return found


@dataclass(slots=True)
class Task:
    """A variable within the rows of its owner."""

    variable: Variable
    index: int  # in plan.variables
    rule: int  # index of its first version in plan.rules
    slot: int
    day_slot: int
    slots: dict[str, int]  # of its owner's rows


# What happened in a row, for each variable that was run: its index in the plan, its version, and what was noted while
# it ran: the numbers of the arguments and the figures (with their parameters), in the order of reading.
Trace = list[tuple[int, Bound, list[Any]]]


class Context:
    """What the views of the parameters ask: how uncertain figures are taken, and who notes which figure was used."""

    def __init__(self, machine: Machine, mode: str, accepted: frozenset[str], noted: bool) -> None:
        self.mode, self.accepted, self.noted = mode, accepted, noted
        self.subjects = {name: k for k, name in enumerate(machine.plan.parameters)}
        self.seen: list[Any] = []
        self.bound: list[dict[Any, Bound]] = [{} for _ in machine.tasks]
        self.stages = [
            (owner, [(t.slot, t.day_slot, self.bound[t.index], t) for t in tasks], brought)
            for owner, tasks, brought in machine.stages
        ]

    def subject(self, parameter: Parameter) -> int:
        """The parameter's number in a status."""
        return self.subjects[parameter.name]

    def used(self, parameter: Parameter, figure: Figure) -> None:
        """A view gave this figure to a rule."""
        if self.noted:
            self.seen.append((parameter, figure))


class _Kept(dict[Any, int]):
    """A view that keeps what it gave: the same key gives the same figure."""

    __slots__ = ("view",)

    def __init__(self, view: Any) -> None:
        super().__init__()
        self.view = view

    def __missing__(self, key: Any) -> int:
        value: int = self.view[key]
        self[key] = value
        return value


class _Noted:
    """The same, for a context that notes what is read."""

    __slots__ = ("context", "known", "view")

    def __init__(self, view: Any, context: Context) -> None:
        self.view, self.context = view, context
        self.known: dict[Any, Use] = {}

    def __getitem__(self, key: Any) -> int:
        use = self.known.get(key)
        if use is None:
            value: int = self.view[key]
            self.known[key] = self.context.seen[-1]
            return value
        self.context.seen.append(use)
        return use[1].value


class History(NamedTuple):
    """Columns of one history.  The first column speaks for what it means that the history is missing."""

    name: str
    columns: tuple[tuple[str, bool], ...]  # with whether it has to be there when the others are
    base: str  # the column whose length counts
    most: int  # rows

    def length(self, facts: Facts) -> int | None:
        """How many rows the history has; None when it is missing, -1 when its columns do not fit together."""
        base = facts.get(self.base)
        length = 0 if base is None else len(base) if isinstance(base, list | tuple) else -1
        if length > self.most:
            return -1
        for name, needed in self.columns:
            column = facts.get(name)
            if needed and (column is None) != (base is None):
                return -1
            if column is not None and (not isinstance(column, list | tuple) or len(column) != length):
                return -1
        return None if base is None else length


class Admission(NamedTuple):
    """How a fact comes into a row."""

    name: str
    slot: int
    low: int
    high: int
    flags: bool
    codes: frozenset[int] | None  # the codes there are, when the range has holes
    history: History | None
    first: bool  # of its history
    default: Any  # for a missing value or history; None refuses the row
    filling: Any  # for a missing element of a history; None refuses the row
    subject: int  # in plan.inputs


class Owner:
    """The layout of an owner's rows (`cells`): the benefit day, inputs, variables, what is read from other owners."""

    def __init__(self, plan: Plan, name: str) -> None:
        inputs = [plan.law.inputs[n] for n in plan.inputs if plan.law.inputs[n].of == name]
        self.variables = [v for v in plan.order if v.owner == name]
        own = [BENEFIT_DAY, *(i.name for i in inputs), *(v.name for v in self.variables)]
        read = dict.fromkeys(n for v in self.variables for n in reads(v) if n not in plan.law.parameters)
        self.slots = {n: k for k, n in enumerate([*own, *(n for n in read if n not in own)])}
        self.own = len(own)  # the first of the slots for what is read from other owners
        self.blank: list[Any] = [None] * (len(self.slots) - 1)  # all but the benefit day
        self.admissions = [self._admission(plan, given, inputs) for given in inputs]
        self.most = plan.law.groups[name].max_members if name != PERSON else 0

    def _admission(self, plan: Plan, given: Input, inputs: Sequence[Input]) -> Admission:
        columns = [i for i in inputs if i.history and i.history == given.history] or [given]
        first = columns[0]
        history = None
        if given.history:
            needed = [i for i in columns if isinstance(i.missing, Missing)] or columns
            most = min(i.max_length for i in columns)
            history = History(given.history, tuple((i.name, i in needed) for i in columns), needed[0].name, most)
        flags = given.kind.form == "flag"
        filling = None if isinstance(given.missing, Missing) else bool(given.missing) if flags else given.missing
        default: Any = [] if history else filling
        if first.missing is Missing.ROW:
            default = None
        elif first.missing is Missing.USE:
            default = Refusal(status(Why.MISSING, plan.inputs.index(first.name)))
        codes = frozenset(map(int, given.kind.codes)) if given.kind.codes else frozenset()
        full = len(codes) == given.kind.high - given.kind.low + 1
        return Admission(
            given.name,
            self.slots[given.name],
            *given.range,
            flags,
            None if full or not codes else codes,
            history,
            given is first,
            default,
            filling,
            plan.inputs.index(given.name),
        )

    def admit(self, facts: Facts, cells: list[Any]) -> int:
        """Puts the facts into the row; the status of its first fault, which refuses it, or 0."""
        lengths: dict[str, int | None] = {}
        for name, slot, low, high, flags, codes, history, first, default, filling, subject in self.admissions:
            value: Any = facts.get(name)
            missing = value is None
            if history is not None:
                if first:
                    lengths[history.name] = history.length(facts)
                length = lengths[history.name]
                if length == -1:
                    return status(Why.INVALID, subject)
                missing = length is None
                if value is None and length is not None:
                    value = [filling] * length
            if missing:
                if default is None:
                    return status(Why.MISSING, subject)
                cells[slot] = default
            elif history is not None:
                if filling is not None and None in value:
                    value = [filling if v is None else v for v in value]
                odd = [v for v in value if v.__class__ is not int or not low <= v <= high]
                if odd or (codes is not None and not codes.issuperset(value)):
                    for k, element in enumerate(value, 1):
                        if not _allowed(element, low, high, flags, codes):
                            return status(Why.MISSING if element is None else Why.INVALID, subject, k)
                cells[slot] = [v == 1 for v in value] if flags else value
            elif _allowed(value, low, high, flags, codes):
                cells[slot] = value == 1 if flags else value
            else:
                return status(Why.INVALID, subject)
        return 0


def _allowed(value: Any, low: int, high: int, flags: bool, codes: frozenset[int] | None) -> bool:
    """Whether it is an int (a bool for a flag, a member of a Code) within the range, and one of the codes."""
    if value.__class__ is not int and not (flags if isinstance(value, bool) else isinstance(value, Code)):
        return False
    return bool(low <= value <= high) and (codes is None or value in codes)


class Machine:
    """A plan made ready for CPython.  Use `machine_of`; one serves any number of threads."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.owners = {name: Owner(plan, name) for name in (PERSON, *plan.groups)}
        first = 0
        self.tasks: dict[str, Task] = {}
        for k, variable in enumerate(plan.order):
            slots = self.owners[variable.owner].slots
            self.tasks[variable.name] = Task(variable, k, first, slots[variable.name], slots[variable.dated_by], slots)
            first += len(variable.versions)
        self.stages = [(s.owner, [self.tasks[v.name] for v in s.variables], self._brought(s)) for s in plan.stages]
        self._contexts = threading.local()

    def _brought(self, stage: Stage) -> list[tuple[int, str, int]]:
        """(slot, owner, slot of the owner's row) of what the stage's variables read from other owners."""
        own = self.owners[stage.owner]
        names = dict.fromkeys(n for v in stage.variables for n in reads(v) if own.slots.get(n, 0) >= own.own)
        return [(own.slots[n], self.plan.owner_of(n), self.owners[self.plan.owner_of(n)].slots[n]) for n in names]

    def context(self, mode: str, accepted: frozenset[str], noted: bool) -> Context:
        """This thread's context, with what it has bound so far."""
        kept: dict[Any, Context] = vars(self._contexts)
        key = (mode, accepted, noted)
        if key not in kept:
            if mode not in MODES:
                raise ValueError(f"mode is one of {', '.join(MODES)}, not {mode!r}")
            kept[key] = Context(self, mode, accepted, noted)
        return kept[key]

    def bind(self, task: Task, day: int, context: Context) -> Bound:
        """The version in force on a day with its views."""
        k = task.variable.version_on(day)
        if k is None:
            bound = Bound(_refusing(Refusal(status(Why.NO_RULE, task.index))), 0, None, None, (), {})
        else:
            version = task.variable.versions[k]
            parameters = self.plan.law.parameters
            views: list[Any] = []
            plain: dict[int, Use] = {}
            for number, argument in enumerate(version.arguments):
                if argument.name in parameters:
                    context.seen = []
                    try:
                        given: Any = view(parameters[argument.name], argument.form, day, context)
                        if argument.form in FEW_KEYS:
                            given = _Noted(given, context) if context.noted else _Kept(given)
                        views.append(given)
                    except Refused as refused:
                        views.append(Refusal(refused.status))
                    if context.seen:
                        plain[number] = context.seen[0]
            forms = {a.name: a.form for a in version.arguments}
            names = [n for n in forms if n in parameters]
            histories = {n: self.plan.law.inputs[n].history for n, form in forms.items() if form == "Series"}
            function = guarded(version.rule.function, forms, names, histories, context.noted)
            call = _call(tuple(task.slots[n] for n in forms if n not in parameters), len(views), context.noted)
            narrow = version.kind if version.kind.form in BOUND_FORMS else None
            bound = Bound(call(function, *views), task.rule + k, narrow, version, tuple(views), plain)
        kept = context.bound[task.index]
        if len(kept) >= MOST_BOUND:
            kept.clear()
        kept[day] = bound
        return bound

    def run(self, entries: Sequence[Entry], cells: list[Any], context: Context, trace: Trace) -> None:
        """Computes variables of a row; writes the trace when the context notes."""
        seen: list[Any] = []
        note = seen.append
        for slot, day_slot, kept, task in entries:
            day = cells[day_slot]
            bound = kept.get(day)
            if bound is None:
                if day.__class__ is Refusal:
                    cells[slot] = day
                    continue
                bound = self.bind(task, day, context)
            if context.noted:
                context.seen = seen = []
                note = seen.append
                trace.append((task.index, bound, seen))
            try:
                value = bound.run(cells, note)
                if bound.narrow is not None and not bound.narrow.low <= value <= bound.narrow.high:
                    value = Refusal(status(Why.RANGE, bound.rule))
            except Passed as passed:
                value = passed.args[0]
            except RefusedFor as refused:
                value = Refusal(status(Why.REASON, self.plan.reasons.index(refused.reason.name)))
            except Refused as refused:
                why, _, detail = unpack(refused.status)
                value = Refusal(status(why, bound.rule, detail) if why in OF_RULE else refused.status)
            cells[slot] = value


@cache
def _call(slots: tuple[int, ...], views: int, noted: bool) -> Callable[..., Callable[[list[Any], Any], Any]]:
    """Makes a rule and its views into what takes them from a row's cells."""
    names = [f"v{k}" for k in range(views)]
    given = ["note"] * noted + [f"cells[{k}]" for k in slots] + names
    text = f"lambda {', '.join(['rule', *names])}: lambda cells, note: rule({', '.join(given)})"
    return typing.cast(Callable[..., Any], eval(text))


def _refusing(refusal: Refusal) -> Callable[[list[Any], Any], Any]:
    def run(cells: list[Any], note: Any) -> Any:
        raise Passed(refusal)

    return run


def machine_of(plan: Plan) -> Machine:
    """The plan's machine, made once."""
    kept = vars(plan)
    if "_machine" not in kept:
        kept["_machine"] = Machine(plan)
    machine: Machine = kept["_machine"]
    return machine


class Rows:
    """Rows of persons and groups on their way through a plan.

    persons, groups: the facts of each row; None or absent is missing.  membership: for each kind of group the row of
    each person's group, or None.
    """

    def __init__(
        self,
        machine: Machine,
        persons: Sequence[Facts],
        groups: Mapping[str, Sequence[Facts]],
        membership: Mapping[str, Sequence[int | None]],
        on: int,
    ) -> None:
        self.machine, self.membership = machine, membership
        self.facts = {PERSON: persons, **groups}
        self.members: dict[str, list[list[int]]] = {g: [[] for _ in rows] for g, rows in groups.items()}
        for g in groups:
            for person, group in enumerate(membership[g]):
                if group is not None:
                    self.members[g][group].append(person)
        self.cells: dict[str, list[list[Any]]] = {}
        self.refused: dict[tuple[str, int], int] = {}
        for name, owner in machine.owners.items():
            blank = [on, *owner.blank]
            rows = self.cells[name] = []
            for row, facts in enumerate(persons if name == PERSON else groups.get(name, ())):
                cells = blank.copy()
                rows.append(cells)
                found = (name != PERSON and self._too_many(name, row)) or owner.admit(facts, cells)
                if found:
                    self.refuse(name, row, found)

    def refuse(self, owner: str, row: int, found: int) -> None:
        """Refuses everything of a row, before it is run."""
        own = self.machine.owners[owner].own
        self.refused[owner, row] = found
        self.cells[owner][row][1:own] = [Refusal(found)] * (own - 1)

    def _too_many(self, group: str, row: int) -> int:
        count = len(self.members[group][row])
        subject = self.machine.plan.groups.index(group)
        return status(Why.NO_GROUP, subject, count) if count > self.machine.owners[group].most else 0

    def run(self, context: Context, traces: Mapping[tuple[str, int], Trace] = NO_TRACES) -> None:
        """Computes all stages; of the rows in `traces` it is written there what happened, when the context notes."""
        run = self.machine.run
        for owner, entries, brought in context.stages:
            if entries:
                for row, cells in enumerate(self.cells[owner]):
                    if (owner, row) not in self.refused:
                        for slot, source, source_slot in brought:
                            cells[slot] = self._brought(owner, row, source, source_slot)
                        trace = traces.get((owner, row))
                        run(entries, cells, context, [] if trace is None else trace)

    def _brought(self, owner: str, row: int, source: str, slot: int) -> Any:
        """The value of a person's group, or the list of the values of a group's members."""
        if owner != PERSON:
            return [self.cells[PERSON][member][slot] for member in self.members[owner][row]]
        group = self.group_of(source, row)
        return Refusal(self.no_group(source)) if group is None else self.cells[source][group][slot]

    def group_of(self, kind: str, person: int) -> int | None:
        """The row of a person's group."""
        return self.membership[kind][person] if kind in self.membership else None

    def no_group(self, kind: str) -> int:
        """The status of what a person without such a group reads from it."""
        return status(Why.NO_GROUP, self.machine.plan.groups.index(kind))


def evaluate(
    plan: Plan,
    persons: Sequence[Facts],
    groups: Mapping[str, Sequence[Facts]] | None = None,
    membership: Mapping[str, Sequence[int | None]] | None = None,
    *,
    on: int,
    mode: str = "marked",
    accepted: frozenset[str] = frozenset(),
) -> Evaluated:
    """All variables of the plan for rows of persons and groups.

    persons, groups[kind]: the facts of each row: ints (fen, day numbers, codes), bools, lists for a history; None or
    absent is missing.  membership[kind]: the group row of each person, or None.  on: the benefit day.
    """
    machine = machine_of(plan)
    rows = Rows(machine, persons, groups or {}, membership or {}, on)
    rows.run(machine.context(mode, accepted, False))
    values: dict[str, list[int]] = {}
    statuses: dict[str, list[int]] = {}
    for variable in plan.order:
        slot = machine.tasks[variable.name].slot
        column = [cells[slot] for cells in rows.cells[variable.owner]]
        statuses[variable.name] = [v.status if v.__class__ is Refusal else 0 for v in column]
        values[variable.name] = [0 if v.__class__ is Refusal else v for v in column]
    return Evaluated(values, statuses)
