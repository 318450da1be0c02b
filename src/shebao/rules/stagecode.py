"""A stage of a plan as LLVM IR: a loop over its owner's rows that admits each row and computes its variables.

A stage of many rules is cut into parts, since LLVM is slow with very large functions; what a later part reads stands in
the row's frame.
"""

from __future__ import annotations

import typing

from shebao.rules.check import V, join, of_kind
from shebao.rules.declare import BENEFIT_DAY, PERSON, Input, Missing
from shebao.rules.graph import Stage, reads
from shebao.rules.ir import Builder
from shebao.rules.kinds import DAY, FIRST_DAY, INT64_MIN, LAST_DAY
from shebao.rules.law import Variable
from shebao.rules.parameters import Parameter
from shebao.rules.rulecode import Array, Entry, Group, RuleCode, Scalar, signed
from shebao.rules.status import Why, status

if typing.TYPE_CHECKING:
    from shebao.rules.compile import Program

PART = 2500  # lines of IR after which a stage is cut
WIDE = 2**63  # a range wider than this needs two comparisons


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
