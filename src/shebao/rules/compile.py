"""From checked rules to LLVM IR: each stage of a plan is a function over its owner's rows.

Layout of a call: an array of 8-byte arguments (`Layout`), the same for all stages; a stage function takes the rows
a..b.  A refused value is zero with a status; a refused row (its inputs are not what they are declared to be) refuses
all its variables.  Cold paths leave the row's straight line and come back, so a row without trouble runs without stores
of statuses.
"""

from __future__ import annotations

import ast
import typing
from dataclasses import dataclass, field, replace

from shebao.rules.check import CALENDAR, UNIT_CASTS, Checked, RuleError, V, check_kind, join, of_kind
from shebao.rules.declare import BENEFIT_DAY, PERSON, Input, Missing, Reason, Rule
from shebao.rules.graph import Plan, Stage, reads
from shebao.rules.ir import RUNTIME, Builder
from shebao.rules.kinds import DAY, FIRST_DAY, FIRST_YEAR, INT64_MAX, INT64_MIN, LAST_DAY, LAST_YEAR, YEAR, Code
from shebao.rules.language import Quotient
from shebao.rules.law import Argument, LawError, Variable, place
from shebao.rules.parameters import Parameter
from shebao.rules.status import Why, status

COMPARE = {ast.Lt: "slt", ast.LtE: "sle", ast.Gt: "sgt", ast.GtE: "sge", ast.Eq: "eq", ast.NotEq: "ne"}
ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul"}
PART = 2500  # lines of IR after which a stage is cut
MODULE = 60_000  # characters of IR below which functions share a module
OWN_DAY = ("value", "Table", "Bands")  # forms of a parameter that are read on the rule's own day
WIDE = 2**63  # a range wider than this needs two comparisons


@dataclass(frozen=True)
class StayingCheck:
    """A check that the ranges could not make unnecessary."""

    rule: str
    line: int
    why: str
    text: str


@dataclass
class Layout:
    """The arguments of the stage functions, in order: (role, name)."""

    slots: dict[tuple[str, str], int] = field(default_factory=dict)

    def index(self, role: str, name: str) -> int:
        return self.slots.setdefault((role, name), len(self.slots))


@dataclass(frozen=True)
class Compiled:
    """IR of a plan, in modules, with what a launcher needs."""

    modules: tuple[str, ...]
    layout: Layout
    stages: tuple[Stage, ...]
    stored: dict[str, tuple[str, ...]]  # owner -> names whose values and statuses are written to buffers
    checks: tuple[StayingCheck, ...]


@dataclass(frozen=True)
class Scalar:
    """A value in a register; `status` is a register with its status, when it may be refused."""

    op: str
    v: V
    status: str = ""


@dataclass(frozen=True)
class Local:
    """A local name of a rule: its slots (a quotient has two)."""

    slots: tuple[str, ...]


@dataclass(frozen=True)
class Array:
    """A history in memory: pointer to the row's first element, and length."""

    pointer: str
    length: str
    v: V
    status: str = ""


@dataclass(frozen=True)
class Group:
    """The values of a group's members: the person rows stand in `rows`, values and statuses in buffers."""

    rows: str
    length: str
    values: str
    statuses: str
    v: V


@dataclass(frozen=True)
class Figures:
    """A parameter in memory.  `version` is the register with the version of the rule's day, `day` that day."""

    parameter: Parameter
    v: V
    form: str
    version: str
    day: str


Entry = Scalar | Local | Array | Group | Figures


def signed(number: int) -> str:
    """A status as an i64 literal."""
    return str(number - 2**64 if number >= 2**63 else number)


class StageCode:
    """Emits the function of one stage."""

    def __init__(self, program: Program, stage: Stage) -> None:
        self.program, self.plan, self.stage = program, program.plan, stage
        self.b = Builder()
        self.pointers: dict[tuple[str, str], str] = {}
        self.row = ""
        self.exit = ""
        self.row_status = ""
        self.approx = ""
        self.uses_figures = False
        self.names: dict[str, Entry] = {}
        self.frame: dict[tuple[str, str], int] = {}
        self.framed: dict[str, Entry] = {}

    # ------------------------------------------------------------ arguments
    def argument(self, role: str, name: str = "", kind: str = "ptr") -> str:
        """A register with an argument of the call, loaded once."""
        key = (role, name)
        if key not in self.pointers:
            index = self.program.layout.index(role, name)
            address = self.b.once(f"getelementptr inbounds i64, ptr %argv, i64 {index}")
            self.pointers[key] = self.b.once(f"load {kind}, ptr {address}")
        return self.pointers[key]

    def element(self, role: str, name: str, index: str, kind: str = "i64") -> str:
        return self.b.load(self.b.at(self.argument(role, name), index, kind), kind)

    # ------------------------------------------------------------ the function
    def emit(self, name: str) -> list[str]:
        """The IR of the stage: its main function, and the parts that it calls in order.

        A stage of many rules is cut into parts, since LLVM is slow with very large functions; what a later part reads
        stands in the row's frame.
        """
        b = main = self.b
        counter, head, body, after, end = b.slot(), b.new(), b.new(), b.new(), b.new()
        b.store("%a", counter)
        b.jump(head)
        b.label(head)
        self.row = b.load(counter)
        b.branch(b.op(f"icmp slt i64 {self.row}, %b"), body, end)
        b.label(body)
        self.exit, self.row_status = b.new(), b.slot()
        self.approx = b.slot("i8")
        b.store("0", self.approx, "i8")
        stored = self.stored()
        self.admission()
        for given in stored:
            if given in self.names:
                self.keep(given)
        parts = self.variables(name, stored)
        if self.uses_figures:
            self.keep_approx()
        b.jump(after)
        b.label(self.exit)
        refused = b.load(self.row_status)
        b.store(refused, b.at(self.argument("row", self.stage.owner), self.row))
        for given in stored:
            b.store("0", b.at(self.argument("value", given), self.row))
            b.store(refused, b.at(self.argument("status", given), self.row))
        b.jump(after)
        b.label(after)
        b.store(b.op(f"add nsw i64 {self.row}, 1"), counter)
        b.jump(head)
        b.label(end)
        if parts:
            main.head.append(f"%frame = alloca [{len(self.frame)} x i64]")
        return [main.text(f"@{name}(i64 %a, i64 %b, ptr %argv)"), *parts]

    def variables(self, name: str, stored: list[str]) -> list[str]:
        """Emits the stage's variables; the first part into the function at hand, the others into their own."""
        main, row, approx, pointers = self.b, self.row, self.approx, self.pointers
        parts: list[tuple[str, Builder]] = []
        for k, variable in enumerate(self.stage.variables):
            if len(self.b.lines) + len(self.b.cold) > (PART if parts else PART // 2):
                self.put_in_frame(self.stage.variables[k:])
                part = f"@{name}.{len(parts) + 1}"
                parts.append((part, Builder()))
                self.b, self.pointers, self.names = parts[-1][1], {}, {}
                self.row, self.approx = "%row", "%approx"
            self.variable(variable)
            if variable.name in stored:
                self.keep(variable.name)
        self.b, self.row, self.approx, self.pointers = main, row, approx, pointers
        for part, _ in parts:
            main.do(f"call void {part}(i64 {row}, ptr %frame, ptr {approx}, ptr %argv)")
            main.declared.append(f"declare void {part}(i64, ptr, ptr, ptr)")
        return [b.text(f"{part}(i64 %row, ptr %frame, ptr %approx, ptr %argv)") for part, b in parts]

    def put_in_frame(self, later: tuple[Variable, ...]) -> None:
        """Stores what later parts read of the names that stand in registers now."""
        for name in dict.fromkeys(n for v in later for n in reads(v)):
            entry = self.names.get(name)
            if entry is None or (name, "value") in self.frame:
                continue
            assert isinstance(entry, Scalar | Array)
            if isinstance(entry, Scalar):
                words = {"value": ("i1" if entry.v.tag == "flag" else "i64", entry.op)}
            else:
                words = {"value": ("ptr", entry.pointer), "length": ("i64", entry.length)}
            if entry.status:
                words["status"] = ("i64", entry.status)
            for word, (kind, operand) in words.items():
                place = self.frame.setdefault((name, word), len(self.frame))
                self.b.store(operand, self.b.at("%frame", str(place)), kind)
            self.framed[name] = entry

    def from_frame(self, name: str) -> Entry:
        """What an earlier part put into the frame."""
        entry = self.framed[name]

        def word(which: str, kind: str) -> str:
            return self.b.load(self.b.at("%frame", str(self.frame[name, which])), kind)

        refusal = word("status", "i64") if (name, "status") in self.frame else ""
        if isinstance(entry, Array):
            return Array(word("value", "ptr"), word("length", "i64"), entry.v, refusal)
        assert isinstance(entry, Scalar)
        return Scalar(word("value", "i1" if entry.v.tag == "flag" else "i64"), entry.v, refusal)

    def stored(self) -> list[str]:
        """What this stage writes: wanted or read by another stage."""
        mine = [v.name for v in self.stage.variables]
        if self.stage.admits:
            mine += [n for n in self.plan.inputs if self.plan.law.inputs[n].of == self.stage.owner]
        return [n for n in mine if n in self.program.crossing]

    def keep(self, name: str) -> None:
        """Writes a value and its status to the buffers of the run."""
        b, entry = self.b, typing.cast(Scalar, self.names[name])
        value = b.op(f"zext i1 {entry.op} to i64") if entry.v.tag == "flag" else entry.op
        if entry.status:  # the value of a refused variable is zero already
            b.store(entry.status, b.at(self.argument("status", name), self.row))
        b.store(value, b.at(self.argument("value", name), self.row))

    def keep_approx(self) -> None:
        b = self.b
        address = b.at(self.argument("approx", self.stage.owner), self.row, "i8")
        b.store(b.op(f"or i8 {b.load(address, 'i8')}, {b.load(self.approx, 'i8')}"), address, "i8")

    # ------------------------------------------------------------ admission
    def admission(self) -> None:
        """Loads the row's inputs.  In the owner's first stage the first fault, in the order of the plan, refuses it."""
        b, owner = self.b, self.stage.owner
        needed = {n for v in self.stage.variables for n in reads(v)}
        inputs = [self.plan.law.inputs[n] for n in self.plan.inputs if self.plan.law.inputs[n].of == owner]
        if not self.stage.admits:
            refused = self.element("row", owner, self.row)
            b.store(refused, self.row_status)
            b.rare(b.op(f"icmp ne i64 {refused}, 0"), self.exit)
            inputs = [i for i in inputs if i.name in needed]
        else:
            self.admit_given(owner)
            if owner != PERSON:
                self.admit_members(owner)
        histories: dict[str, list[Input]] = {}
        bad: list[str] = []
        tests: list[tuple[Input, str, str, str, str]] = []
        for i in inputs:
            if i.history:
                histories.setdefault(i.history, []).append(i)
                continue
            raw = self.raw(i)
            out = self.outside(raw, *i.range)
            value, refusal = b.slot(), b.slot()
            b.store(raw, value)
            b.store("0", refusal)
            bad.append(out)
            tests.append((i, raw, out, value, refusal))
        arrays = {h: self.history(columns) for h, columns in histories.items()}
        columns = [i for i in inputs if i.history and self.stage.admits]
        elements = [(i, *self.elements(i, arrays[i.history])) for i in columns]
        bad += [out for _, out, _ in elements] + [out for a in arrays.values() for out in (a[2],) if out]
        if bad:
            total = bad[0]
            for out in bad[1:]:
                total = b.op(f"or i1 {total}, {out}")
            cold, back = b.new(), b.new()
            b.lines.append(f"br i1 {total}, label %{cold}, label %{back}, !prof !0")
            b.label(cold)
            self.faults(inputs, tests, arrays, {i.name: (out, first) for i, out, first in elements})
            b.jump(back)
            b.label(back)
        for i, _, _, value, refusal in tests:
            may = i.missing is Missing.USE
            kept = b.load(value)
            op = b.op(f"icmp ne i64 {kept}, 0") if i.kind.form == "flag" else kept
            self.names[i.name] = Scalar(op, of_kind(i.kind, *i.range), b.load(refusal) if may else "")
        for history, (start, length, _, refusal) in arrays.items():
            for i in histories[history]:
                self.names[i.name] = self.array(i, start, length, b.load(refusal) if refusal else "")

    def raw(self, i: Input) -> str:
        """The value of a scalar input as i64; flags stand in a byte."""
        if i.kind.form == "flag":
            return self.b.op(f"sext i8 {self.element('input', i.name, self.row, 'i8')} to i64")
        return self.element("input", i.name, self.row)

    def outside(self, value: str, low: int, high: int) -> str:
        b = self.b
        if high - low < WIDE:
            return b.op(f"icmp ugt i64 {b.op(f'sub i64 {value}, {low}')}, {high - low}")
        below, above = b.op(f"icmp slt i64 {value}, {low}"), b.op(f"icmp sgt i64 {value}, {high}")
        return b.op(f"or i1 {below}, {above}")

    def history(self, columns: list[Input]) -> tuple[str, str, str, str]:
        """(start, length, whether something is wrong with the lists, slot of the status when it may be missing)."""
        b, name = self.b, columns[0].history
        first = next(n for n in self.plan.inputs if self.plan.law.inputs[n].history == name)
        start = self.element("offsets", name, self.row)
        stop = self.element("offsets", name, b.op(f"add nsw i64 {self.row}, 1"))
        length = b.op(f"sub nsw i64 {stop}, {start}")
        present = self.element("present", name, self.row, "i8")
        absent = b.op(f"icmp ne i8 {present}, 1")
        if not self.stage.admits:
            absent = ""
        else:
            longest = min(c.max_length for c in columns)
            absent = b.op(f"or i1 {absent}, {b.op(f'icmp ugt i64 {length}, {longest}')}")
        refusal = ""
        if self.plan.law.inputs[first].missing is Missing.USE:  # it speaks for the whole history
            refusal = b.slot()
            packed = signed(status(Why.MISSING, self.plan.inputs.index(first)))
            b.store(b.op(f"select i1 {b.op(f'icmp eq i8 {present}, 0')}, i64 {packed}, i64 0"), refusal)
        return start, length, absent, refusal

    def elements(self, i: Input, array: tuple[str, str, str, str]) -> tuple[str, str]:
        """(whether an element of the column lies outside its range, pointer to the column's elements of this row)."""
        b = self.b
        first = b.at(self.argument("values", i.name), array[0])
        flags = b.slot()
        b.store("0", flags)
        low, high = i.range
        limit = b.op(f"select i1 {array[2]}, i64 0, i64 {array[1]}") if array[2] else array[1]

        def look(k: str) -> None:
            value = b.load(b.at(first, k))
            if high - low < WIDE:  # the sign of either difference tells, without a comparison
                off = b.op(f"or i64 {b.op(f'sub i64 {value}, {low}')}, {b.op(f'sub i64 {high}, {value}')}")
            else:
                off = b.op(f"select i1 {self.outside(value, low, high)}, i64 -1, i64 0")
            b.store(b.op(f"or i64 {b.load(flags)}, {off}"), flags)

        self.loop("0", limit, look)
        return b.op(f"icmp slt i64 {b.load(flags)}, 0"), first

    def loop(self, start: str, stop: str, body: typing.Callable[[str], None]) -> None:
        b = self.b
        counter, head, go, end = b.slot(), b.new(), b.new(), b.new()
        b.store(start, counter)
        b.jump(head)
        b.label(head)
        k = b.load(counter)
        b.branch(b.op(f"icmp slt i64 {k}, {stop}"), go, end)
        b.label(go)
        body(k)
        b.store(b.op(f"add nsw i64 {k}, 1"), counter)
        b.jump(head)
        b.label(end)

    def faults(
        self,
        inputs: list[Input],
        tests: list[tuple[Input, str, str, str, str]],
        arrays: dict[str, tuple[str, str, str, str]],
        elements: dict[str, tuple[str, str]],
    ) -> None:
        """The cold path of admission: finds the first fault in the order of the plan."""
        b = self.b
        scalars = {t[0].name: t for t in tests}
        seen: set[str] = set()
        for i in inputs:
            subject = self.plan.inputs.index(i.name)
            missing, invalid = (signed(status(w, subject)) for w in (Why.MISSING, Why.INVALID))
            if not i.history:
                _, raw, out, value, refusal = scalars[i.name]
                empty = b.op(f"icmp eq i64 {raw}, {INT64_MIN if i.kind.form != 'flag' else -128}")
                if i.missing is Missing.USE:
                    gone = b.op(f"and i1 {out}, {empty}")
                    b.store(b.op(f"select i1 {gone}, i64 {missing}, i64 0"), refusal)
                    b.store(b.op(f"select i1 {gone}, i64 {i.range[0]}, i64 {raw}"), value)
                    out = b.op(f"and i1 {out}, {b.op(f'xor i1 {empty}, true')}")
                code = b.op(f"select i1 {empty}, i64 {missing}, i64 {invalid}")
                self.leave(out, code)
                continue
            if i.history not in seen:
                seen.add(i.history)
                self.history_faults(i, arrays[i.history], missing, invalid)
            if i.name in elements:
                self.element_faults(i, arrays[i.history], elements[i.name], subject)

    def leave(self, condition: str, code: str) -> None:
        """Leaves the row with that status when the condition holds."""
        b = self.b
        yes, no = b.new(), b.new()
        b.branch(condition, yes, no)
        b.label(yes)
        b.store(code, self.row_status)
        b.jump(self.exit)
        b.label(no)

    def history_faults(self, i: Input, array: tuple[str, str, str, str], missing: str, invalid: str) -> None:
        b = self.b
        if not array[2]:
            return
        present = self.element("present", i.history, self.row, "i8")
        empty = b.op(f"icmp eq i8 {present}, 0")
        if i.missing is Missing.ROW:
            self.leave(empty, missing)
        wrong = b.op(f"and i1 {array[2]}, {b.op(f'xor i1 {empty}, true')}")
        self.leave(wrong, invalid)

    def element_faults(
        self, i: Input, array: tuple[str, str, str, str], element: tuple[str, str], subject: int
    ) -> None:
        b = self.b
        out, first = element
        search, done = b.new(), b.new()
        b.branch(out, search, done)
        b.label(search)

        def look(k: str) -> None:
            value = b.load(b.at(first, k))
            empty = b.op(f"icmp eq i64 {value}, {INT64_MIN}")
            why = b.op(f"select i1 {empty}, i64 {int(Why.MISSING)}, i64 {int(Why.INVALID)}")
            detail = b.op(f"shl i64 {b.op(f'add i64 {k}, 1')}, 32")
            self.leave(self.outside(value, *i.range), b.op(f"or i64 {b.op(f'or i64 {why}, {subject << 8}')}, {detail}"))

        self.loop("0", array[1], look)
        b.jump(done)
        b.label(done)

    def admit_given(self, owner: str) -> None:
        """A reader may have refused rows; most runs have none, and a null pointer instead of the statuses."""
        b = self.b
        given = self.argument("given", owner)
        look, go = b.new(), b.new()
        b.lines.append(f"br i1 {b.op(f'icmp ne ptr {given}, null')}, label %{look}, label %{go}, !prof !0")
        b.label(look)
        refused = self.element("given", owner, self.row)
        b.store(refused, self.row_status)
        b.branch(b.op(f"icmp ne i64 {refused}, 0"), self.exit, go)
        b.label(go)

    def admit_members(self, group: str) -> None:
        b = self.b
        length = self.member_count(group)
        packed = status(Why.NO_GROUP, self.plan.groups.index(group))
        detail = b.op(f"or i64 {b.op(f'shl i64 {length}, 32')}, {packed}")
        self.leave(b.op(f"icmp sgt i64 {length}, {self.plan.law.groups[group].max_members}"), detail)

    def member_count(self, group: str) -> str:
        b = self.b
        start = self.element("members", group, self.row)
        return b.op(f"sub nsw i64 {self.element('members', group, b.op(f'add nsw i64 {self.row}, 1'))}, {start}")

    def array(self, i: Input, start: str, length: str, refusal: str) -> Array:
        v = V("series", (), element=of_kind(i.kind, *i.range), length=i.max_length, name=i.history)
        return Array(self.b.at(self.argument("values", i.name), start), length, v, refusal)

    # ------------------------------------------------------------ variables
    def variable(self, variable: Variable) -> None:
        """Computes a variable of the row; its value and status become registers."""
        b = self.b
        for name in reads(variable):  # loaded here, where every later use is behind it
            if name not in self.plan.law.parameters:
                self.name(name)
        value_type = "i1" if variable.kind.form == "flag" else "i64"
        value, refusal, done = b.slot(value_type), b.slot(), b.new()
        b.store("0", value, value_type)
        b.store("0", refusal)
        colds = len(b.cold)
        day = f"{self.benefit_day()}"
        dated = variable.dated_by
        may_be_refused = False
        if dated != BENEFIT_DAY:
            source = self.name(dated)
            assert isinstance(source, Scalar)
            if source.status:
                may_be_refused = True
                b.refuse(b.op(f"icmp ne i64 {source.status}, 0"), source.status, refusal, done)
            day = source.op
        results: list[V] = []
        for version in variable.versions:
            rule = version.rule
            inside, outside = b.new(), b.new()
            always = rule.since <= FIRST_DAY and rule.until >= LAST_DAY
            if not always:
                late = b.op(f"icmp sge i64 {day}, {rule.since}")
                early = b.op(f"icmp sle i64 {day}, {rule.until}")
                b.branch(b.op(f"and i1 {late}, {early}"), inside, outside)
                b.label(inside)
            body = RuleCode(self, rule, refusal, done)
            results.append(body.run(version.arguments, day, value))
            b.jump(done)
            if always:
                break
            b.label(outside)
        else:
            packed = signed(status(Why.NO_RULE, self.plan.variables.index(variable.name)))
            b.store(packed, refusal)
            may_be_refused = True
            b.jump(done)
        b.label(done)
        v = results[0]
        for other in results[1:]:
            v = typing.cast(V, join(v, other))
        may_be_refused |= len(b.cold) > colds or any(self.program.refusing.get(r.rule.name) for r in variable.versions)
        known = of_kind(variable.kind, v.lo, v.hi)
        self.names[variable.name] = Scalar(b.load(value, value_type), known, b.load(refusal) if may_be_refused else "")
        self.program.known[variable.name] = known

    def benefit_day(self) -> str:
        return self.argument("day", BENEFIT_DAY, "i64")

    def name(self, name: str) -> Entry:
        """What a name of the law stands for on this row; loaded from another stage's buffer where it was computed."""
        if name in self.names:
            return self.names[name]
        if name in self.framed:
            self.names[name] = self.from_frame(name)
            return self.names[name]
        if name == BENEFIT_DAY:
            return Scalar(self.benefit_day(), of_kind(DAY))
        owner = self.plan.owner_of(name)
        v = self.program.v_of(name)
        if self.stage.owner != PERSON and owner == PERSON:
            return self.members(name, v)
        b = self.b
        if owner == self.stage.owner:
            index, outside = self.row, ""
        else:
            at = self.element("group", owner, self.row)
            outside = b.op(f"icmp slt i64 {at}, 0")
            index = b.op(f"select i1 {outside}, i64 0, i64 {at}")
        raw, refusal = self.element("value", name, index), self.element("status", name, index)
        if outside:
            packed = signed(status(Why.NO_GROUP, self.plan.groups.index(owner)))
            refusal = b.op(f"select i1 {outside}, i64 {packed}, i64 {refusal}")
        entry = Scalar(b.op(f"icmp ne i64 {raw}, 0") if v.tag == "flag" else raw, v, refusal)
        self.names[name] = entry
        return entry

    def members(self, name: str, v: V) -> Group:
        group = self.stage.owner
        start = self.element("members", group, self.row)
        rows = self.b.at(self.argument("rows", group), start)
        most = self.plan.law.groups[group].max_members
        entry = Group(
            rows,
            self.member_count(group),
            self.argument("value", name),
            self.argument("status", name),
            V("members", (), element=v, length=most, name=group),
        )
        return entry

    def version_of(self, parameter: Parameter, day: str) -> str:
        """The version of a parameter in force on a day; for the run's own day the launcher gives it."""
        if day == self.benefit_day():
            return self.argument("version", parameter.name, "i64")
        starts = self.argument("starts", parameter.name)
        count = self.argument("count", parameter.name, "i64")
        return self.b.op(f"call i64 @rt.search(ptr {starts}, i64 {count}, i64 {day})")


class RuleCode:
    """Emits the body of one rule, and of the helpers it calls, at one place."""

    def __init__(self, stage: StageCode, rule: Rule, refusal: str, done: str) -> None:
        self.stage, self.b, self.rule = stage, stage.b, rule
        self.refusal, self.done = refusal, done
        self.number = stage.program.numbers[rule.function]
        self.checked: Checked = typing.cast(Checked, None)
        self.env: dict[str, Entry] = {}
        self.result = ("", "", "")

    def run(self, arguments: tuple[Argument, ...], day: str, value: str) -> V:
        """Emits the rule; its result goes into the slot `value`.  Returns what is known of it."""
        entries = {a.name: self.argument(a, day) for a in arguments}
        known = [typing.cast(V, getattr(e, "v")) for e in entries.values()]
        program = self.stage.program
        checked = Checked(self.rule.function, known)
        result = checked.run()
        fault = check_kind(result, program.kinds[self.rule.function])
        if fault:
            checked.fault(checked.tree, fault)
        kind = "i1" if result.tag == "flag" else "i64"
        self.paste(checked, entries, value, kind)
        point = program.kinds[self.rule.function]
        if point.form in ("day", "year", "month") and (result.lo < point.low or result.hi > point.high):
            got = self.b.load(value)
            self.b.store("0", value)
            self.check(self.stage.outside(got, point.low, point.high), Why.RANGE, checked.tree)
            self.b.store(got, value)
            return of_kind(point)
        return result

    def argument(self, argument: Argument, day: str) -> Entry:
        parameter = self.stage.plan.law.parameters.get(argument.name)
        if parameter is None:
            return self.stage.name(argument.name)
        element = of_kind(parameter.kind, *parameter.range)
        own = argument.form in OWN_DAY
        given = self.stage.program.sure and argument.form == "value" and day == self.stage.benefit_day()
        version = self.stage.version_of(parameter, day) if own and not given else ""
        if argument.form == "value":
            return Figures(parameter, element, "value", version, day)
        v = V("view", (), name=parameter.name, element=element, parameter=parameter, form=argument.form)
        return Figures(parameter, v, argument.form, version, day)

    def paste(self, checked: Checked, env: dict[str, Entry], value: str, kind: str) -> None:
        """Emits a checked function's body; control continues behind it."""
        saved = (self.checked, self.env, self.result)
        end = self.b.new()
        self.checked, self.env, self.result = checked, dict(env), (value, end, kind)
        self.block(checked.tree.body)
        self.b.label(end)
        self.checked, self.env, self.result = saved

    # ------------------------------------------------------------ checks
    def check(self, bad: str, why: Why, node: ast.AST, detail: str = "") -> None:
        """Refuses the rule when the condition holds."""
        b = self.b
        code = signed(status(why, self.number))
        if detail:
            high = b.op(f"shl i64 {b.op(f'and i64 {detail}, 2147483647')}, 32")
            code = b.op(f"or i64 {high}, {status(why, self.number)}")
        self.stage.program.stays(self.rule, node, why)
        b.refuse(bad, code, self.refusal, self.done)

    # ------------------------------------------------------------ statements
    def block(self, body: list[ast.stmt]) -> bool:
        """Emits statements; True when control does not get to their end (no statement stands behind that)."""
        over = False
        for statement in body:
            over = self.statement(statement)
        return over

    def statement(self, node: ast.stmt) -> bool:
        b = self.b
        match node:
            case ast.Return(value=ast.expr() as e):
                slot, end, kind = self.result
                b.store(self.x(e), slot, kind)
                b.jump(end)
                return True
            case ast.Assign(targets=[ast.Name(id=name)], value=e):
                if self.v(e).tag == "quotient":
                    low, cut = self.quotient(e)
                    local = self.local(name, ("i64", "i64"))
                    b.store(low, local.slots[0])
                    b.store(cut, local.slots[1])
                else:
                    kind = self.kind(e)
                    value = self.x(e)
                    b.store(value, self.local(name, (kind,)).slots[0], kind)
            case ast.Expr(value=ast.Call(args=[ast.Name(id=name)])):
                reason = typing.cast(Reason, self.checked.globals[name])
                self.stage.program.refusing[self.rule.name] = True
                b.store(signed(status(Why.REASON, self.stage.plan.reasons.index(reason.name))), self.refusal)
                b.jump(self.done)
                return True
            case ast.If(test=test, body=body, orelse=orelse):
                return self.conditional(test, body, orelse)
            case ast.For():
                self.loop(node)
        return False

    def local(self, name: str, kinds: tuple[str, ...]) -> Local:
        entry = self.env.get(name)
        if not isinstance(entry, Local):
            entry = self.env[name] = Local(tuple(self.b.slot(k) for k in kinds))
        return entry

    def conditional(self, test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt]) -> bool:
        b = self.b
        yes, no, end = b.new(), b.new(), b.new()
        b.branch(self.x(test), yes, no)
        over = []
        for label, part in ((yes, body), (no, orelse)):
            b.label(label)
            over.append(self.block(part))
            if not over[-1]:
                b.jump(end)
        if all(over):
            return True
        b.label(end)
        return False

    def loop(self, node: ast.For) -> None:
        args = typing.cast(ast.Call, node.iter).args
        name = typing.cast(ast.Name, node.target).id
        start = self.x(args[0]) if len(args) == 2 else "0"
        stop = self.x(args[-1])
        counter = self.checked.values[node]

        def turn(k: str) -> None:
            self.env[name] = Scalar(k, counter)
            if self.block(node.body):
                self.b.label(self.b.new())  # what follows a return is never reached

        self.stage.loop(start, stop, turn)
        del self.env[name]

    # ------------------------------------------------------------ expressions
    def v(self, node: ast.AST) -> V:
        return self.checked.values[node]

    def kind(self, node: ast.AST) -> str:
        return "i1" if self.v(node).tag == "flag" else "i64"

    def x(self, node: ast.expr) -> str:
        """Emits an expression; returns its operand."""
        b = self.b
        match node:
            case ast.Constant(value=bool(c)):
                return "true" if c else "false"
            case ast.Constant(value=c):
                return str(c)
            case ast.Attribute(value=ast.Name(id=owner), attr=member):
                codes = typing.cast(type[Code], self.checked.globals[owner])
                return str(int(codes[member]))
            case ast.Name():
                return self.load(node)
            case ast.BinOp(left=left, op=op, right=right):
                return self.arithmetic(node, op, self.x(left), self.x(right))
            case ast.UnaryOp(operand=operand):
                return b.op(f"xor i1 {self.x(operand)}, true")
            case ast.BoolOp(op=op, values=values):
                return self.short_circuit(isinstance(op, ast.And), values)
            case ast.Compare(left=left, ops=[comparison], comparators=[right]):
                a, c = self.x(left), self.x(right)
                return b.op(f"icmp {COMPARE[type(comparison)]} i64 {a}, {c}")
            case ast.IfExp(test=test, body=body, orelse=orelse):
                kind = self.kind(node)
                slot, yes, no, end = b.slot(kind), b.new(), b.new(), b.new()
                b.branch(self.x(test), yes, no)
                for label, part in ((yes, body), (no, orelse)):
                    b.label(label)
                    b.store(self.x(part), slot, kind)
                    b.jump(end)
                b.label(end)
                return b.load(slot, kind)
            case ast.Subscript(value=ast.Name() as container, slice=index):
                return self.subscript(container, index)
            case ast.Call(func=ast.Name(id=name), args=args):
                return self.call(node, name, args)
        raise AssertionError(ast.dump(node))

    def load(self, node: ast.Name) -> str:
        entry = self.env.get(node.id)
        if entry is None:
            return str(self.checked.globals[node.id])
        if isinstance(entry, Local):
            return self.b.load(entry.slots[0], self.kind(node))
        if isinstance(entry, Figures):
            return self.figure(entry, "0", entry.version, entry.day)
        assert isinstance(entry, Scalar)
        self.usable(entry)
        return entry.op

    def usable(self, entry: Scalar | Array) -> None:
        """A refused argument refuses the rule where it is read."""
        if entry.status:
            self.b.refuse(self.b.op(f"icmp ne i64 {entry.status}, 0"), entry.status, self.refusal, self.done)

    def short_circuit(self, conjunction: bool, values: list[ast.expr]) -> str:
        b = self.b
        slot, end = b.slot("i1"), b.new()
        for k, value in enumerate(values):
            got = self.x(value)
            b.store(got, slot, "i1")
            if k < len(values) - 1:
                go = b.new()
                b.branch(got, *((go, end) if conjunction else (end, go)))
                b.label(go)
        b.jump(end)
        b.label(end)
        return b.load(slot, "i1")

    def arithmetic(self, node: ast.BinOp, op: ast.operator, a: str, c: str) -> str:
        A, C = self.v(node.left), self.v(node.right)
        name = ARITHMETIC[type(op)]
        ends = {
            "add": (A.lo + C.lo, A.hi + C.hi),
            "sub": (A.lo - C.hi, A.hi - C.lo),
            "mul": _products(A, C),
        }[name]
        return self.exact(node, name, a, c, min(ends), max(ends))

    def exact(self, node: ast.AST, name: str, a: str, c: str, low: int, high: int) -> str:
        """add, sub or mul; checked unless the exact range fits."""
        b = self.b
        if low >= INT64_MIN and high <= INT64_MAX:
            return b.op(f"{name} nsw i64 {a}, {c}")
        pair = b.op(f"call {{i64, i1}} @llvm.s{name}.with.overflow.i64(i64 {a}, i64 {c})")
        self.check(b.op(f"extractvalue {{i64, i1}} {pair}, 1"), Why.OVERFLOW, node)
        return b.op(f"extractvalue {{i64, i1}} {pair}, 0")

    # ------------------------------------------------------------ histories, members, parameters
    def subscript(self, container: ast.Name, index: ast.expr) -> str:
        b = self.b
        entry = self.env[container.id]
        if isinstance(entry, Figures):
            return self.lookup(entry, index)
        assert isinstance(entry, Array | Group)
        if isinstance(entry, Array):
            self.usable(entry)
        k = self.x(index)
        if not entry.v.name or self.v(index).index_of != entry.v.name:
            self.check(b.op(f"icmp uge i64 {k}, {entry.length}"), Why.INDEX, container, k)
        if isinstance(entry, Array):
            value = b.load(b.at(entry.pointer, k))
        else:
            person = b.load(b.at(entry.rows, k))
            refusal = b.load(b.at(entry.statuses, person))
            b.refuse(b.op(f"icmp ne i64 {refusal}, 0"), refusal, self.refusal, self.done)
            value = b.load(b.at(entry.values, person))
        element = typing.cast(V, entry.v.element)
        return b.op(f"icmp ne i64 {value}, 0") if element.tag == "flag" else value

    def lookup(self, entry: Figures, index: ast.expr) -> str:
        """The figure of a parameter at the keys given; a key outside is refused before a figure that is missing."""
        b, parameter, form = self.b, entry.parameter, entry.form
        keys = list(index.elts) if isinstance(index, ast.Tuple) else [index]
        operands = [self.x(k) for k in keys]
        version, at = entry.version, entry.day
        inner = operands[-1]
        if form.startswith(("Yearly", "Dated")):
            at = operands[0]
        offset = "0"
        if parameter.by is not None:
            low, high = typing.cast(tuple[int, int], parameter.keys)
            known = self.v(keys[-1])
            offset = b.op(f"sub i64 {inner}, {low}")
            if known.lo < low or known.hi > high:
                self.check(b.op(f"icmp ugt i64 {offset}, {high - low}"), Why.INDEX, index, inner)
        if form.startswith("Yearly"):
            known = self.v(keys[0])
            version = b.op(f"sub i64 {at}, {FIRST_YEAR}")
            if known.lo < FIRST_YEAR or known.hi > LAST_YEAR:
                self.no_figure(b.op(f"icmp ugt i64 {version}, {LAST_YEAR - FIRST_YEAR}"), parameter, at)
        elif form.startswith("Dated"):
            version = self.stage.version_of(parameter, at)
        if parameter.bands is not None:
            width = parameter.width
            base = b.op(f"mul nsw i64 {version}, {width}")
            lowers = b.at(self.stage.argument("lowers", parameter.name), base)
            if self.v(keys[-1]).hi == INT64_MAX:  # which marks the entries that no band uses
                inner = b.op(f"call i64 @llvm.smin.i64(i64 {inner}, i64 {INT64_MAX - 1})")
            offset = b.op(f"call i64 @rt.search(ptr {lowers}, i64 {width}, i64 {inner})")
            below = b.op(f"icmp sgt i64 {b.load(b.at(lowers, offset))}, {inner}")
            self.no_figure(below, parameter, at)
        return self.figure(entry, offset, version, at)

    def figure(self, entry: Figures, offset: str, version: str, at: str) -> str:
        """Loads a figure.  One that is missing or approximate is told apart on a cold path."""
        b, parameter, stage = self.b, entry.parameter, self.stage
        stage.uses_figures = True
        position, width = version, parameter.width
        if width != 1 and version:
            position = b.op(f"add nsw i64 {b.op(f'mul nsw i64 {version}, {width}')}, {offset}")
        if entry.form == "value" and entry.day == stage.benefit_day():
            value = stage.argument("figure", parameter.name, "i64")  # the launcher has looked it up
        else:
            value = b.load(b.at(stage.argument("figures", parameter.name), position))
        if stage.program.sure and entry.day == stage.benefit_day() and entry.form in OWN_DAY:
            return b.op(f"icmp ne i64 {value}, 0") if parameter.kind.form == "flag" else value
        slot, doubtful, go = b.slot(), b.new(), b.new()
        b.store(value, slot)
        b.lines.append(f"br i1 {b.op(f'icmp eq i64 {value}, {INT64_MIN}')}, label %{doubtful}, label %{go}, !prof !0")
        lines, b.lines = b.lines, []
        b.label(doubtful)
        state = b.load(b.at(stage.argument("states", parameter.name), position, "i8"), "i8")
        subject = stage.plan.parameters.index(parameter.name)
        why = b.op(f"select i1 {b.op(f'icmp eq i8 {state}, 4')}, i64 {int(Why.APPROX)}, i64 {int(Why.NO_FIGURE)}")
        detail = b.op(f"shl i64 {b.op(f'and i64 {at}, 2147483647')}, 32")
        code = b.op(f"or i64 {b.op(f'or i64 {why}, {subject << 8}')}, {detail}")
        use, refuse = b.new(), b.new()
        b.branch(b.op(f"icmp eq i8 {state}, 2"), use, refuse)
        b.label(refuse)
        b.store(code, self.refusal)
        b.jump(self.done)
        b.label(use)
        b.store(b.load(b.at(stage.argument("marked", parameter.name), position)), slot)
        tally = b.at(stage.argument("tally", parameter.name), position)
        b.store(b.op(f"add i64 {b.load(tally)}, 1"), tally)
        b.store("1", stage.approx, "i8")
        b.jump(go)
        b.cold += b.lines
        b.lines = lines
        b.label(go)
        value = b.load(slot)
        return b.op(f"icmp ne i64 {value}, 0") if parameter.kind.form == "flag" else value

    def no_figure(self, bad: str, parameter: Parameter, at: str) -> None:
        b = self.b
        subject = self.stage.plan.parameters.index(parameter.name)
        detail = b.op(f"shl i64 {b.op(f'and i64 {at}, 2147483647')}, 32")
        b.refuse(bad, b.op(f"or i64 {detail}, {status(Why.NO_FIGURE, subject)}"), self.refusal, self.done)

    # ------------------------------------------------------------ calls
    def call(self, node: ast.Call, name: str, args: list[ast.expr]) -> str:
        b = self.b
        if node in self.checked.helpers:
            return self.helper(node, args)
        if name == "len":
            entry = self.env[typing.cast(ast.Name, args[0]).id]
            assert isinstance(entry, Array | Group)
            if isinstance(entry, Array):
                self.usable(entry)
            return entry.length
        if name == "half_up_quotient":
            return self.round_quotient(node, args)
        operands = [self.x(a) for a in args]
        if name in ("min", "max"):
            result = operands[0]
            for other in operands[1:]:
                result = b.op(f"call i64 @llvm.s{name}.i64(i64 {result}, i64 {other})")
            return result
        if name in UNIT_CASTS or name == "number":
            return operands[0]
        if name == "within":
            low, high = self.v(args[1]).lo, self.v(args[2]).lo
            known = self.v(args[0])
            if known.lo < low or known.hi > high:
                self.check(self.stage.outside(operands[0], low, high), Why.RANGE, node)
            return operands[0]
        if name in CALENDAR:
            return self.calendar(node, name, args, operands)
        if name == "remainder":
            return self.remainder(node, operands, self.v(args[0]), self.v(args[1]))
        return self.divide(node, name, operands, self.v(args[0]), self.v(args[1]))

    def helper(self, node: ast.Call, args: list[ast.expr]) -> str:
        inner = self.checked.helpers[node]
        env: dict[str, Entry] = {}
        names = [a.arg for a in inner.tree.args.args]
        for argument, name in zip(args, names, strict=True):
            if self.v(argument).tag == "series":
                entry = self.env[typing.cast(ast.Name, argument).id]
                self.usable(typing.cast(Array, entry))
                env[name] = replace(typing.cast(Array, entry), status="")
            else:
                env[name] = Scalar(self.x(argument), self.v(argument))
        kind = "i1" if self.v(node).tag == "flag" else "i64"
        slot = self.b.slot(kind)
        self.paste(inner, env, slot, kind)
        return self.b.load(slot, kind)

    def divisor(self, node: ast.AST, c: str, C: V) -> None:
        if C.lo <= 0 <= C.hi:
            self.check(self.b.op(f"icmp eq i64 {c}, 0"), Why.ZERO_DIVISOR, node)

    def divide(self, node: ast.AST, name: str, operands: list[str], A: V, C: V) -> str:
        """floor_div, ceil_div, half_up: exact quotients, rounded as the name says."""
        b = self.b
        a, c = operands
        self.divisor(node, c, C)
        if A.lo >= 0 and C.lo >= 0:
            kind, q, r = self.unsigned_division(a, c, A, C)
            if name == "floor_div":
                return self.widened(q, kind)
            if name == "ceil_div":
                up = b.op(f"icmp ne {kind} {r}, 0")
            else:
                up = b.op(f"icmp uge {kind} {r}, {b.op(f'sub {kind} {self.narrow(c, kind)}, {r}')}")
            return b.op(f"add nsw i64 {self.widened(q, kind)}, {b.op(f'zext i1 {up} to i64')}")
        if A.lo == INT64_MIN and C.lo <= -1 <= C.hi:  # the one quotient that does not fit
            smallest, minus = b.op(f"icmp eq i64 {a}, {INT64_MIN}"), b.op(f"icmp eq i64 {c}, -1")
            self.check(b.op(f"and i1 {smallest}, {minus}"), Why.OVERFLOW, node)
        q = b.op(f"sdiv i64 {a}, {c}")
        r = b.op(f"srem i64 {a}, {c}")
        opposite = b.op(f"icmp slt i64 {b.op(f'xor i64 {a}, {c}')}, 0")
        rest = b.op(f"icmp ne i64 {r}, 0")
        if name == "floor_div":
            down = b.op(f"and i1 {rest}, {opposite}")
            return b.op(f"sub i64 {q}, {b.op(f'zext i1 {down} to i64')}")
        if name == "ceil_div":
            up = b.op(f"and i1 {rest}, {b.op(f'xor i1 {opposite}, true')}")
            return b.op(f"add i64 {q}, {b.op(f'zext i1 {up} to i64')}")
        size_r, size_c = self.magnitude(r), self.magnitude(c)
        away = b.op(f"icmp uge i64 {size_r}, {b.op(f'sub i64 {size_c}, {size_r}')}")
        step = b.op(f"select i1 {opposite}, i64 -1, i64 1")
        return b.op(f"add i64 {q}, {b.op(f'select i1 {away}, i64 {step}, i64 0')}")

    def unsigned_division(self, a: str, c: str, A: V, C: V) -> tuple[str, str, str]:
        """(type, quotient, remainder); in 32 bits where both fit, which is several times faster."""
        b = self.b
        kind = "i32" if A.hi < 2**32 and C.hi < 2**32 else "i64"
        x, y = self.narrow(a, kind), self.narrow(c, kind)
        q = b.op(f"udiv {kind} {x}, {y}")
        return kind, q, b.op(f"sub {kind} {x}, {b.op(f'mul {kind} {q}, {y}')}")

    def narrow(self, a: str, kind: str) -> str:
        if kind == "i64":
            return a
        return (
            self.b.op(f"trunc i64 {a} to i32") if a.startswith("%") else str(int(a) - 2**32 if int(a) >= 2**31 else a)
        )

    def widened(self, a: str, kind: str) -> str:
        return a if kind == "i64" else self.b.op(f"zext i32 {a} to i64")

    def magnitude(self, a: str) -> str:
        b = self.b
        return b.op(f"select i1 {b.op(f'icmp slt i64 {a}, 0')}, i64 {b.op(f'sub i64 0, {a}')}, i64 {a}")

    def remainder(self, node: ast.AST, operands: list[str], A: V, C: V) -> str:
        b = self.b
        a, c = operands
        self.divisor(node, c, C)
        if A.lo >= 0 and C.lo >= 0:
            kind, _, r = self.unsigned_division(a, c, A, C)
            return self.widened(r, kind)
        if C.lo <= -1 <= C.hi:  # INT64_MIN % -1 traps on x86; modulo 1 and -1 are both 0
            c = b.op(f"select i1 {b.op(f'icmp eq i64 {c}, -1')}, i64 1, i64 {c}")
        r = b.op(f"srem i64 {a}, {c}")
        opposite = b.op(f"icmp slt i64 {b.op(f'xor i64 {r}, {c}')}, 0")
        other = b.op(f"and i1 {b.op(f'icmp ne i64 {r}, 0')}, {opposite}")
        return b.op(f"add i64 {r}, {b.op(f'select i1 {other}, i64 {c}, i64 0')}")

    # ------------------------------------------------------------ quotients
    def quotient(self, node: ast.expr) -> tuple[str, str]:
        """A sum of quotients: (sum at FINE, number of terms that were cut)."""
        b = self.b
        match node:
            case ast.Name(id=name):
                entry = self.env.get(name)
                if isinstance(entry, Local):
                    return b.load(entry.slots[0]), b.load(entry.slots[1])
                return "0", "0"  # NO_QUOTIENT
            case ast.BinOp(left=left, right=right):
                (a, cut), (c, more) = self.quotient(left), self.quotient(right)
                A, C = self.v(left), self.v(right)
                total = self.exact(node, "add", a, c, A.lo + C.lo, A.hi + C.hi)
                return total, b.op(f"add nsw i64 {cut}, {more}")
            case ast.Call(args=[left, right]):
                a, c = self.x(left), self.x(right)
                A, C = self.v(left), self.v(right)
                self.divisor(node, c, C)
                if A.lo < 0 or C.lo < 0:
                    negative = b.op(f"icmp slt i64 {b.op(f'or i64 {a}, {c}')}, 0")
                    self.check(negative, Why.RANGE, node)
                fine = self.exact(node, "mul", a, str(Quotient.FINE), 0, A.hi * Quotient.FINE)
                q = b.op(f"udiv i64 {fine}, {c}")
                rest = b.op(f"sub i64 {fine}, {b.op(f'mul i64 {q}, {c}')}")
                return q, b.op(f"zext i1 {b.op(f'icmp ne i64 {rest}, 0')} to i64")
        raise AssertionError(ast.dump(node))

    def round_quotient(self, node: ast.Call, args: list[ast.expr]) -> str:
        """Rounds the sum, and the greatest sum it can stand for: where they differ, CPython decides the row."""
        b = self.b
        total, T = self.v(args[0]), self.v(args[1])
        low, cut = self.quotient(args[0])
        times, over = self.x(args[1]), self.x(args[2])
        known = self.v(args[2])
        self.divisor(node, over, known)
        first = self.exact(node, "mul", low, times, 0, total.hi * T.hi)
        scale = self.exact(node, "mul", over, str(Quotient.FINE), 0, known.hi * Quotient.FINE)
        second = self.exact(node, "add", low, cut, 0, total.hi + total.length)
        second = self.exact(node, "mul", second, times, 0, (total.hi + total.length) * T.hi)
        down, up = (self.rounded(x, scale) for x in (first, second))
        self.check(b.op(f"icmp ne i64 {down}, {up}"), Why.EXACT, node)
        return down

    def rounded(self, a: str, c: str) -> str:
        b = self.b
        q = b.op(f"udiv i64 {a}, {c}")
        r = b.op(f"sub i64 {a}, {b.op(f'mul i64 {q}, {c}')}")
        up = b.op(f"icmp uge i64 {r}, {b.op(f'sub i64 {c}, {r}')}")
        return b.op(f"add i64 {q}, {b.op(f'zext i1 {up} to i64')}")

    # ------------------------------------------------------------ calendar
    def calendar(self, node: ast.Call, name: str, args: list[ast.expr], x: list[str]) -> str:
        b = self.b
        for argument, operand, tag in zip(args, x, CALENDAR[name], strict=False):
            if tag == "day":
                self.bounded(node, operand, self.v(argument), DAY.low, DAY.high)
        match name:
            case "year_of" | "month_of" | "day_of_month" | "month_index":
                return b.op(f"call i64 @rt.{name}(i64 {x[0]})")
            case "months_between":
                return b.op(f"call i64 @rt.months_between(i64 {x[0]}, i64 {x[1]})")
            case "age_on":
                months = b.op(f"call i64 @rt.months_between(i64 {x[0]}, i64 {x[1]})")
                self.check(b.op(f"icmp slt i64 {months}, 0"), Why.RANGE, node)
                return b.op(f"udiv i64 {months}, 12")
            case "make_day":
                self.bounded(node, x[0], self.v(args[0]), YEAR.low, YEAR.high)
                self.bounded(node, x[1], self.v(args[1]), 1, 12)
                self.bounded(node, x[2], self.v(args[2]), 1, INT64_MAX)
                dom = b.op(f"call i64 @llvm.smin.i64(i64 {x[2]}, i64 31)")
                index = b.op(f"add nsw i64 {b.op(f'mul nsw i64 {x[0]}, 12')}, {b.op(f'sub nsw i64 {x[1]}, 1')}")
                return b.op(f"call i64 @rt.make_index(i64 {index}, i64 {dom})")
            case "day_of_index":
                self.bounded(node, x[0], self.v(args[0]), FIRST_YEAR * 12, LAST_YEAR * 12 + 11)
                return b.op(f"call i64 @rt.first(i64 {x[0]})")
            case "add_months":
                self.bounded(node, x[1], self.v(args[1]), -10_000, 10_000)
                start = b.op(f"call i64 @rt.month_index(i64 {x[0]})")
                index = b.op(f"add nsw i64 {start}, {x[1]}")
                self.bounded(node, index, V("number"), FIRST_YEAR * 12, LAST_YEAR * 12 + 11)
                dom = b.op(f"call i64 @rt.day_of_month(i64 {x[0]})")
                return b.op(f"call i64 @rt.make_index(i64 {index}, i64 {dom})")
        return self.months(node, name, args, x)

    def bounded(self, node: ast.AST, operand: str, known: V, low: int, high: int) -> None:
        if known.lo < low or known.hi > high:
            self.check(self.stage.outside(operand, low, high), Why.RANGE, node)

    def months(self, node: ast.Call, name: str, args: list[ast.expr], x: list[str]) -> str:
        """The masks of months."""
        b = self.b
        for argument, operand, tag in zip(args, x, CALENDAR[name], strict=False):
            if tag == "month":
                self.bounded(node, operand, self.v(argument), 1, 12)
        match name:
            case "no_months":
                return "0"
            case "months_in":
                return b.op(f"call i64 @llvm.ctpop.i64(i64 {x[0]})")
            case "mask_or":
                return b.op(f"or i64 {x[0]}, {x[1]}")
            case "has_month":
                shifted = b.op(f"lshr i64 {x[0]}, {b.op(f'sub i64 {x[1]}, 1')}")
                return b.op(f"icmp ne i64 {b.op(f'and i64 {shifted}, 1')}, 0")
        upto = b.op(f"sub i64 {b.op(f'shl i64 1, {x[2]}')}, 1")
        before = b.op(f"sub i64 {b.op('shl i64 1, ' + b.op(f'sub i64 {x[1]}, 1'))}, 1")
        inside = b.op(f"and i64 {upto}, {b.op(f'xor i64 {before}, -1')}")
        return b.op(f"and i64 {x[0]}, {inside}")


def declared(module: str) -> str:
    """The module without declarations of what it defines itself."""
    lines = module.split("\n")
    defined = {line.split("(")[0].removeprefix("define void ") for line in lines if line.startswith("define void ")}
    kept = []
    for line in lines:
        if line.startswith("declare void ") and line.split("(")[0].removeprefix("declare void ") in defined:
            continue
        kept.append(line)
    return "\n".join(kept)


def _products(a: V, c: V) -> tuple[int, int]:
    values = [x * y for x in (a.lo, a.hi) for y in (c.lo, c.hi)]
    return min(values), max(values)


class Program:
    """Compiles a plan to IR."""

    def __init__(self, plan: Plan, sure: bool = False) -> None:
        """sure: the code may take it that the figures of the run's own day are all known and certain (`Kernel.run`
        looks first), and leaves out the test at each use."""
        self.plan, self.sure = plan, sure
        self.layout = Layout()
        self.known: dict[str, V] = {}
        self.refusing: dict[str, bool] = {}
        self.numbers = {version.rule.function: k for k, version in enumerate(plan.versions)}
        self.kinds = {version.rule.function: version.kind for version in plan.versions}
        self.checks: dict[tuple[str, int, Why], StayingCheck] = {}
        self.crossing = self._crossing()

    def run(self) -> Compiled:
        """Checks and emits all stages.  Raises LawError with file, line and remedy for what is outside the language."""
        texts: list[str] = []
        for k, stage in enumerate(self.plan.stages):
            try:
                texts += StageCode(self, stage).emit(f"stage{k}")
            except RuleError as error:
                raise LawError([str(error)]) from error
        stored = {
            owner: tuple(n for n in self.crossing if self.plan.owner_of(n) == owner)
            for owner in (PERSON, *self.plan.groups)
        }
        modules: list[str] = []
        for text in texts:
            if modules and len(modules[-1]) + len(text) < MODULE:
                modules[-1] += "\n" + text
            else:
                modules.append(RUNTIME + text)
        return Compiled(
            tuple(declared(m) for m in modules), self.layout, self.plan.stages, stored, tuple(self.checks.values())
        )

    def _crossing(self) -> tuple[str, ...]:
        """What is wanted, or read in another stage than its own."""
        home = {v.name: k for k, s in enumerate(self.plan.stages) for v in s.variables}
        found = dict.fromkeys(self.plan.want)
        for k, stage in enumerate(self.plan.stages):
            for name in (n for v in stage.variables for n in reads(v)):
                if name in home and home[name] != k:
                    found[name] = None
                elif name in self.plan.law.inputs:
                    owner = self.plan.law.inputs[name].of
                    if owner != stage.owner:
                        found[name] = None
        return tuple(found)

    def v_of(self, name: str) -> V:
        if name in self.known:
            return self.known[name]
        declared = self.plan.law.inputs[name]
        return of_kind(declared.kind, *declared.range)

    def stays(self, rule: Rule, node: ast.AST, why: Why) -> None:
        if why is Why.EXACT:
            return
        line = getattr(node, "lineno", 0)
        text = ast.unparse(node) if isinstance(node, ast.expr) else rule.name
        self.checks[rule.name, line, why] = StayingCheck(f"{place(rule.function)} {rule.name}", line, why.name, text)
