"""The body of one rule as LLVM IR: statements, expressions, figures, divisions, the calendar."""

from __future__ import annotations

import ast
import typing
from dataclasses import dataclass, replace

from shebao.rules.check import CALENDAR, UNIT_CASTS, Checked, V, check_kind, of_kind
from shebao.rules.declare import Reason, Rule
from shebao.rules.kinds import DAY, FIRST_YEAR, INT64_MAX, INT64_MIN, LAST_YEAR, YEAR, Code
from shebao.rules.language import Quotient
from shebao.rules.law import Argument
from shebao.rules.parameters import Parameter
from shebao.rules.status import Why, status

if typing.TYPE_CHECKING:
    from shebao.rules.stagecode import StageCode

COMPARE = {ast.Lt: "slt", ast.LtE: "sle", ast.Gt: "sgt", ast.GtE: "sge", ast.Eq: "eq", ast.NotEq: "ne"}
ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul"}
OWN_DAY = ("value", "Table", "Bands")  # forms of a parameter that are read on the rule's own day


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
                self.check(b.op(f"icmp slt i64 {x[1]}, {x[0]}"), Why.RANGE, node)
                months = b.op(f"call i64 @rt.months_between(i64 {x[0]}, i64 {x[1]})")
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


def _products(a: V, c: V) -> tuple[int, int]:
    values = [x * y for x in (a.lo, a.hi) for y in (c.lo, c.hi)]
    return min(values), max(values)
