"""One case decided in CPython, with everything that led to it: `decide`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shebao.rules.declare import BENEFIT_DAY, PERSON, Rule
from shebao.rules.graph import Plan, reads
from shebao.rules.guard import Refusal
from shebao.rules.kinds import FIRST_DAY, LAST_DAY, Kind, date_of
from shebao.rules.law import Argument, Law, LawError, Variable, Version
from shebao.rules.parameters import APPROX, Figure, Parameter
from shebao.rules.rows import Bound, Evaluated, Facts, Machine, Rows, Trace, evaluate, machine_of
from shebao.rules.status import Why, unpack

__all__ = [
    "Decision",
    "Evaluated",
    "Given",
    "ParameterUse",
    "Step",
    "decide",
    "describe",
    "evaluate",
    "results",
]

MEMBERS = "members"  # in the facts of a group: the facts of its other members
Value = int | bool | list[Any] | None


@dataclass(frozen=True)
class ParameterUse:
    """The figures of one parameter that a rule read, each once, in the order of reading."""

    parameter: Parameter
    figures: tuple[Figure, ...]

    @property
    def approx(self) -> bool:
        return any(f.confidence == APPROX for f in self.figures)

    @property
    def years(self) -> tuple[int, ...]:
        """Of a yearly parameter: the years whose figures were read, ascending."""
        return tuple(sorted({f.start for f in self.figures})) if self.parameter.yearly else ()


@dataclass(frozen=True)
class Given:
    """An argument of a rule as it was given.

    source: input, default (what an empty input stands for), variable, parameter or day.  value: None when refused, and
    for a parameter that is indexed; a list for a history or the members of a group, None in the place of a refused
    member.  read: whether the rule read it.
    """

    name: str
    zh: str
    en: str
    kind: Kind
    form: str
    source: str
    value: Value
    status: int
    read: bool


def _shown(cell: Any) -> tuple[Value, int]:
    """(value, status) of a cell; a refused member of a group is None."""
    if cell.__class__ is Refusal:
        return None, cell.status
    if isinstance(cell, list | tuple):
        return [None if v.__class__ is Refusal else v for v in cell], 0
    return cell, 0


class Step:
    """How one variable came out.

    name, value (None when refused), status (0 is decided).  Everything else is looked up when it is asked for.
    """

    __slots__ = ("_bound", "_decision", "_seen", "name", "status", "value", "variable")

    def __init__(self, decision: Decision, variable: Variable, cell: Any, bound: Bound | None, seen: list[Any]) -> None:
        self._decision, self.variable, self._bound, self._seen = decision, variable, bound, seen
        self.name = variable.name
        refused = cell.__class__ is Refusal
        self.value: int | bool | None = None if refused else cell
        self.status: int = cell.status if refused else 0

    @property
    def version(self) -> Version | None:
        """The version of the rule that was run; None when its day, its row or its group was refused, or none held."""
        return self._bound.version if self._bound else None

    @property
    def rule(self) -> Rule:
        """The version that was run, or else the newest."""
        return self.version.rule if self.version else self.variable.rule

    @property
    def zh(self) -> str:
        return self.rule.zh

    @property
    def en(self) -> str:
        return self.rule.en

    @property
    def kind(self) -> Kind:
        return self.variable.kind

    @property
    def day(self) -> int | None:
        """The day that picked the version; None when it was refused."""
        value = self._decision.cell(self.variable.owner, self.variable.dated_by)
        return value if isinstance(value, int) else None

    @property
    def arguments(self) -> dict[str, Given]:
        """The rule's arguments, in its order."""
        if self.version is None:
            return {}
        read = set(self.read_names) | {BENEFIT_DAY}
        return {a.name: self._given(a, k, a.name in read) for k, a in enumerate(self.version.arguments)}

    def _given(self, argument: Argument, number: int, read: bool) -> Given:
        name, law = argument.name, self._decision.law
        kind, form = argument.kind, argument.form
        if name == BENEFIT_DAY:
            on = self._decision.on
            return Given(name, "待遇日期", "Day of the benefit", kind, form, "day", on, 0, read)
        if name in law.parameters:
            zh, en = law.parameters[name].zh, law.parameters[name].en
            value, status = self._plain(number) if form == "value" else (None, 0)
            return Given(name, zh, en, kind, form, "parameter", value, status, read)
        source = self._decision.source(name) if name in law.inputs else "variable"
        named = law.inputs[name] if name in law.inputs else self._decision.steps[name]
        value, status = _shown(self._decision.cell(self.variable.owner, name))
        return Given(name, named.zh, named.en, kind, form, source, value, status, read)

    def _plain(self, number: int) -> tuple[Value, int]:
        """The figure of a plain parameter, or why there is none."""
        assert self._bound is not None and self.version is not None
        if number in self._bound.plain:
            return self._bound.plain[number][1].value, 0
        before = self.version.arguments[:number]
        refusal = self._bound.views[sum(a.name in self._decision.law.parameters for a in before)]
        return None, refusal.status

    @property
    def read_names(self) -> list[str]:
        """The names that were read, the dating day first; of a history all columns that the rule takes."""
        arguments = self.version.arguments if self.version else ()
        inputs = self._decision.law.inputs
        names = {self.variable.dated_by: None} | {arguments[k].name: None for k in self._seen if isinstance(k, int)}
        histories = {inputs[n].history for n in names if n in inputs} - {""}
        names |= {a.name: None for a in arguments if a.name in inputs and inputs[a.name].history in histories}
        names |= {use.parameter.name: None for use in self.parameters}
        if self.status:
            why, subject, _ = unpack(self.status)
            if why.of == "parameter":
                names[self._decision.plan.parameters[subject]] = None
        return [n for n in names if n != BENEFIT_DAY]

    @property
    def parameters(self) -> list[ParameterUse]:
        """The figures that were read, by parameter."""
        found: dict[str, dict[Figure, None]] = {}
        for parameter, figure in self._bound.uses(self._seen) if self._bound else ():
            found.setdefault(parameter.name, {})[figure] = None
        parameters = self._decision.law.parameters
        return [ParameterUse(parameters[name], tuple(figures)) for name, figures in found.items()]

    @property
    def read(self) -> bool:
        """Whether it matters: wanted, or read on the way to what is wanted."""
        return self.name in self._decision.matters

    def refusal(self) -> tuple[str, str]:
        """Why it was refused, in Chinese and English; empty when it was decided."""
        return describe(self._decision.plan, self.status) if self.status else ("", "")


class Decision:
    """What `decide` found.  `decision["basic_pension"]` is a Step; `value` and `status` are the short way."""

    def __init__(
        self,
        machine: Machine,
        on: int,
        mode: str,
        accepted: frozenset[str],
        rows: Rows,
        traces: Mapping[tuple[str, int], Trace],
    ) -> None:
        self.machine, self.plan, self.law = machine, machine.plan, machine.plan.law
        self.on, self.mode, self.accepted = on, mode, accepted
        self.want = self.plan.want
        self._rows, self._traces = rows, traces

    def cell(self, owner: str, name: str) -> Any:
        """What stands for a name in the case's own row, or in its group's: a value, a list, or a Refusal."""
        row = 0 if owner == PERSON else self._rows.group_of(owner, 0)
        if row is None:
            return Refusal(self._rows.no_group(owner))
        return self._rows.cells[owner][row][self.machine.owners[owner].slots[name]]

    def fact(self, name: str) -> Any:
        """What the case, or its group, gave for an input; None when nothing."""
        owner = self.law.inputs[name].of
        row = 0 if owner == PERSON else self._rows.group_of(owner, 0)
        return None if row is None else self._rows.facts[owner][row].get(name)

    def source(self, name: str) -> str:
        """ "input" for a fact that the case gave, "default" for one that it left to its declared meaning."""
        return "default" if self.fact(name) is None else "input"

    def value(self, name: str) -> int | bool | None:
        """The value of a variable; None when it is refused.  Raises KeyError for one that was not computed."""
        return self[name].value

    def status(self, name: str) -> int:
        """0, or why the variable is refused."""
        return self[name].status

    def __getitem__(self, name: str) -> Step:
        return self.steps[name]

    @cached_property
    def steps(self) -> dict[str, Step]:
        """All variables in the order of evaluation."""
        noted = {index: (bound, seen) for trace in self._traces.values() for index, bound, seen in trace}
        return {
            v.name: Step(self, v, self.cell(v.owner, v.name), *noted.get(k, (None, [])))
            for k, v in enumerate(self.plan.order)
        }

    @cached_property
    def matters(self) -> frozenset[str]:
        """The names that the wanted variables came from: read by them, or by what they read."""
        found: set[str] = set()
        left = list(self.want)
        while left:
            name = left.pop()
            if name not in found:
                found.add(name)
                if name in self.steps:
                    left += self.steps[name].read_names
        return frozenset(found)

    @cached_property
    def inputs(self) -> dict[str, Given]:
        """The facts that mattered, in the order of the plan."""
        found: dict[str, Given] = {}
        for name in self.plan.inputs:
            if name in self.matters:
                given = self.law.inputs[name]
                value, status = _shown(self.cell(given.of, name))
                source = self.source(name)
                found[name] = Given(name, given.zh, given.en, given.kind, given.form, source, value, status, True)
        return found

    @cached_property
    def approx(self) -> list[tuple[Step, ParameterUse]]:
        """The approximate figures that mattered, with the step that read them."""
        steps = [step for step in self.steps.values() if step.read]
        return [
            (step, ParameterUse(use.parameter, tuple(f for f in use.figures if f.confidence == APPROX)))
            for step in steps
            for use in step.parameters
            if use.approx
        ]

    @property
    def refusals(self) -> dict[str, int]:
        """The wanted variables that are refused, with their statuses."""
        return {name: self.status(name) for name in self.want if self.status(name)}

    @property
    def fingerprint(self) -> str:
        """Of the law that decided."""
        return self.law.fingerprint


def results(law: Law) -> tuple[str, ...]:
    """The variables of a person that no rule reads: what the law is for."""
    used = {name for variable in law.variables.values() for name in reads(variable)}
    return tuple(n for n, v in law.variables.items() if n not in used and v.owner == PERSON)


def _machine(law: Law, want: Sequence[str] | None) -> Machine:
    """The machine for these variables; each law keeps its own."""
    kept: dict[tuple[str, ...] | None, Machine] = vars(law).setdefault("_machines", {})
    key = None if want is None else tuple(want)
    if key not in kept:
        kept[key] = machine_of(law.plan(results(law) if want is None else want))
    return kept[key]


def decide(
    law: Law,
    facts: Facts,
    *,
    on: int,
    want: Sequence[str] | None = None,
    mode: str = "marked",
    accepted: frozenset[str] = frozenset(),
    groups: Mapping[str, Facts] | None = None,
    trace: bool = True,
) -> Decision:
    """Decides one person's case.

    facts: by input: ints (fen, day numbers, codes), bools, lists for a history; None or absent is missing.
    on: the benefit day.  want: the variables, by default all `results` of the law.  mode: "marked" computes with approx
    figures, "strict" refuses those that are not `accepted` (names of parameters).  groups: the facts of the person's
    group, by kind of group, with the facts of the other members under `members`.  trace: without it the steps have
    values and statuses only.  Raises LawError for a name that the law does not have.
    """
    machine = _machine(law, want)
    unknown = facts.keys() - law.inputs.keys()
    if groups:
        unknown |= groups.keys() - law.groups.keys()
        unknown |= {n for given in groups.values() for n in given if n not in law.inputs and n != MEMBERS}
    if unknown:
        raise LawError([f"{name} is no input or group of the law{law.nearest(name)}" for name in sorted(unknown)])
    alone: dict[str, Facts] = {kind: {} for kind in machine.plan.groups if law.groups[kind].alone}
    groups = {**alone, **(groups or {})}
    rows = _rows(machine, facts, groups, on) if groups else Rows(machine, [facts], {}, {}, on)
    traces: dict[tuple[str, int], Trace] = {(owner, 0): [] for owner in (PERSON, *groups)}
    rows.run(machine.context(mode, accepted, trace), traces)
    return Decision(machine, on, mode, accepted, rows, traces)


def _rows(machine: Machine, facts: Facts, groups: Mapping[str, Facts], on: int) -> Rows:
    """The person as row 0, then the other members of its groups; each is in one group, or where he may be, alone."""
    persons = [facts]
    rows: dict[str, list[Facts]] = {kind: [given] for kind, given in groups.items()}
    group_of: dict[str, list[int | None]] = {kind: [0] for kind in groups}
    for kind, given in groups.items():
        for member in given.get(MEMBERS, ()):
            persons.append(member)
            for other in groups:
                apart = other != kind and machine.plan.law.groups[other].alone
                if apart:
                    rows[other].append({})
                group_of[other].append(0 if other == kind else len(rows[other]) - 1 if apart else None)
    return Rows(machine, persons, rows, group_of, on)


def describe(plan: Plan, status: int) -> tuple[str, str]:
    """Why a value is refused, in Chinese and English, with the names of what is concerned; empty for status 0."""
    if not status:
        return "", ""
    why, subject, detail = unpack(status)
    law = plan.law
    named: Any
    if why.of == "input" and subject >= len(plan.inputs):  # a fault that a reader found in something else
        return "该行资料有误", "the record has a fault"
    shown_zh = shown_en = str(detail)
    match why.of:
        case "input":
            named = law.inputs[plan.inputs[subject]]
        case "parameter":
            named = law.parameters[plan.parameters[subject]]
            if named.yearly:
                shown_zh = f"{detail}年"
            elif FIRST_DAY <= detail <= LAST_DAY:
                shown_zh = shown_en = date_of(detail).isoformat()
        case "variable":
            named = law.variables[plan.variables[subject]]
        case "rule":
            named = plan.rules[subject]
        case "reason":
            named = law.reasons[plan.reasons[subject]]
        case _:
            named = law.groups[plan.groups[subject]]
    zh = why.zh.format(subject=named.zh, detail=shown_zh)
    en = why.en.format(subject=named.en, detail=shown_en)
    if why.of == "input" and detail:
        return f"{zh}（第{detail}行）", f"{en} (row {detail})"
    if why is Why.NO_GROUP and detail:
        return (
            f"{named.zh}成员{detail}人，超过{named.max_members}人",
            f"{named.en}: {detail} members, at most {named.max_members}",
        )
    return zh, en
