"""The checker: reads a rule's source and gives every expression its kind, unit and range.

What is outside the rule language is an error with file, line and remedy.  The ranges (interval analysis) tell the
compiler where overflow, a zero divisor or an index beyond a table cannot happen; everywhere else it emits a check.
"""

from __future__ import annotations

import ast
import copy
import linecache
import sys
import typing
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from shebao.rules import language
from shebao.rules.kinds import (
    DAY,
    FEN,
    INT64_MAX,
    INT64_MIN,
    KINDS,
    YEAR,
    YEARS,
    Code,
    Kind,
    Unit,
    multiplied,
    read_annotation,
)
from shebao.rules.language import Quotient, Reason, is_helper
from shebao.rules.parameters import Parameter
from shebao.rules.remedies import remedy
from shebao.rules.source import definition

ANY: None = None  # the unit of a literal: fits every other
RATIO_UNITS = {"ratio4", "ratio6"}


class RuleError(Exception):
    """A rule outside the language, or whose kinds do not fit.  The message has place and remedy."""


class V(typing.NamedTuple):
    """What is known of a value.

    tag: number, day, year, month, flag, mask, code, quotient; or series, members, view for what has an index.
    lo, hi: the range (of a quotient: of its sum at FINE).  index_of: 0 <= value < length of that history.
    length: of a series, members: the most elements; of a quotient: the most terms that were cut.
    """

    tag: str
    unit: Unit | None = ()
    lo: int = INT64_MIN
    hi: int = INT64_MAX
    codes: type[Code] | None = None
    index_of: str = ""
    length: int = 0
    name: str = ""
    element: V | None = None
    parameter: Parameter | None = None
    form: str = ""

    def describe(self) -> str:
        if self.tag == "number":
            return "a plain number" if not self.unit else "*".join(f"{b}^{p}" if p != 1 else b for b, p in self.unit)
        return f"a {self.codes.__name__}" if self.codes else f"a {self.tag}"


FLAG_V = V("flag", (), 0, 1)


def of_kind(kind: Kind, low: int | None = None, high: int | None = None) -> V:
    """The V of a value of that kind, in the given range or the kind's own."""
    lo, hi = kind.low if low is None else low, kind.high if high is None else high
    return V(kind.form, kind.unit if kind.form == "number" else (), lo, hi, kind.codes)


def join(a: V, b: V) -> V | None:
    """What is known when the value is one or the other; None when they do not go together."""
    if a == b:
        return a
    tag, unit = a.tag, a.unit
    if a.tag != b.tag:
        literal, other = (a, b) if a.tag == "number" else (b, a)
        if literal.tag != "number" or literal.unit is not ANY or other.tag not in ("year", "month"):
            return None
        tag, unit = other.tag, ()
    elif a.tag in ("number", "quotient"):
        if a.unit is not ANY and b.unit is not ANY and a.unit != b.unit:
            return None
        unit = a.unit if b.unit is ANY else b.unit
    if a.codes is not b.codes or (a.tag in ("series", "members", "view") and a != b):
        return None
    return V(
        tag,
        unit,
        min(a.lo, b.lo),
        max(a.hi, b.hi),
        a.codes,
        a.index_of if a.index_of == b.index_of else "",
        max(a.length, b.length),
        a.name,
        a.element,
        a.parameter,
        a.form,
    )


Env = dict[str, V]


def _corners(function: Callable[[int, int], int], a: V, b: V) -> tuple[int, int]:
    """The range of a rounded quotient over the corners, the divisor not zero."""
    divisors = {d for d in (b.lo, b.hi, -1, 1) if d and b.lo <= d <= b.hi}
    values = [function(n, d) for n in (a.lo, a.hi) for d in divisors] or [0]
    return min(values), max(values)


def _half_up(a: int, b: int) -> int:
    q, r = divmod(abs(a), abs(b))
    q += r >= abs(b) - r
    return q if (a < 0) == (b < 0) else -q


ROUNDINGS: dict[str, Callable[[int, int], int]] = {
    "half_up": _half_up,
    "floor_div": lambda a, b: a // b,
    "ceil_div": lambda a, b: -(-a // b),
}
CALENDAR: dict[str, tuple[str, ...]] = {  # argument tags ... -> result tag
    "year_of": ("day", "year"),
    "month_of": ("day", "month"),
    "day_of_month": ("day", "count"),
    "make_day": ("year", "month", "count", "day"),
    "month_index": ("day", "months"),
    "day_of_index": ("months", "day"),
    "add_months": ("day", "months", "day"),
    "months_between": ("day", "day", "months_signed"),
    "age_on": ("day", "day", "years"),
    "months_in": ("mask", "months"),
    "has_month": ("mask", "month", "flag"),
    "mask_between": ("mask", "month", "month", "mask"),
    "mask_or": ("mask", "mask", "mask"),
    "no_months": ("mask",),
}
RESULTS: dict[str, V] = {
    "year": of_kind(YEAR),
    "month": V("month", (), 1, 12),
    "count": V("number", (), 1, 31),
    "day": of_kind(DAY),
    "months": V("number", (("month", 1),), 1850 * 12, 2249 * 12 + 11),
    "months_signed": V("number", (("month", 1),), -4800, 4800),
    "years": V("number", YEARS.unit, 0, 399),
    "flag": FLAG_V,
    "mask": V("mask", (), 0, 4095),
}
UNIT_CASTS: dict[str, Unit] = {
    "as_years": (("year", 1),),
    "as_months": (("month", 1),),
    "as_days": (("day", 1),),
    "as_year": (),
}
INTRINSICS = {
    *ROUNDINGS,
    *CALENDAR,
    *UNIT_CASTS,
    "remainder",
    "within",
    "refuse",
    "quotient",
    "half_up_quotient",
    "number",
}


class _Desugar(ast.NodeTransformer):
    """`x += e` is `x = x + e`; `-e` is `0 - e`, or a literal."""

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.target, ast.Name):
            return node
        left = ast.copy_location(ast.Name(node.target.id, ast.Load()), node)
        value = ast.copy_location(ast.BinOp(left, node.op, node.value), node)
        return ast.copy_location(ast.Assign([node.target], value), node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.USub):
            if isinstance(node.operand, ast.Constant) and type(node.operand.value) is int:
                return ast.copy_location(ast.Constant(-node.operand.value), node)
            zero = ast.copy_location(ast.Constant(0), node)
            return ast.copy_location(ast.BinOp(zero, ast.Sub(), node.operand), node)
        return node


class Checked:
    """A rule (or a helper at one place of use) with the V of each of its nodes."""

    def __init__(self, function: Callable[..., Any], arguments: list[V]) -> None:
        self.function = function
        try:
            self.tree = typing.cast(ast.FunctionDef, _Desugar().visit(definition(function)))
        except TypeError as error:
            raise RuleError(str(error)) from None
        self.globals: dict[str, Any] = getattr(function, "__globals__")
        self.values: dict[ast.AST, V] = {}
        self.helpers: dict[ast.AST, Checked] = {}
        self.arguments = arguments
        self.result: V | None = None
        self.depth = 0
        self.assigned: dict[str, str] = {}
        self.locals = {n.id for n in ast.walk(self.tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        self.counters: tuple[str, ...] = ()  # of the loops around
        self.trying = False

    # ------------------------------------------------------------ errors
    def fault(self, node: ast.AST, why: str) -> typing.NoReturn:
        code = self.function.__code__
        raise RuleError(f"{code.co_filename}:{getattr(node, 'lineno', code.co_firstlineno)}: {self.tree.name}: {why}")

    # ------------------------------------------------------------ the whole function
    def run(self) -> V:
        """Checks the body for these arguments and returns what is known of the result."""
        names = [a.arg for a in self.tree.args.args]
        plain = self.tree.args
        if plain.vararg or plain.kwarg or plain.defaults or plain.kwonlyargs or len(names) != len(self.arguments):
            self.fault(self.tree, "plain positional arguments only")
        self.result = None
        if self.block(self.tree.body, dict(zip(names, self.arguments, strict=True))) is not None:
            self.fault(self.tree, "can end without return; add a return")
        return typing.cast(V, self.result) if self.result else self.fault(self.tree, "never returns a value")

    def block(self, body: list[ast.stmt], env: Env | None) -> Env | None:
        """The environment after the statements, or None when control does not get there."""
        for statement in body:
            if env is None:
                self.fault(statement, "is never reached; remove it")
            env = self.statement(statement, env)
        return env

    def statement(self, node: ast.stmt, env: Env) -> Env | None:
        match node:
            case ast.Return(value=ast.expr() as e):
                value = self.expression(e, env)._replace(index_of="")
                if value.tag in ("series", "members", "view", "quotient"):
                    self.fault(node, f"returns {value.describe()}; a rule returns one value")
                joined = value if self.result is None else join(self.result, value)
                if joined is None:
                    self.fault(node, f"returns {value.describe()} here and another kind before; return one kind")
                self.result = joined
                return None
            case ast.Assign(targets=[ast.Name(id=name)], value=e):
                value = self.expression(e, env)
                self.free(node, name)
                if value.tag in ("series", "members", "view"):
                    self.fault(node, f"{name}: use the argument itself, a {value.tag} has no second name")
                if self.assigned.setdefault(name, _family(value)) != _family(value):
                    self.fault(node, f"{name} changes from {self.assigned[name]} to {_family(value)}; use another name")
                return {**env, name: value}
            case ast.Expr(value=ast.Constant(value=str())):
                return env
            case ast.Expr(value=ast.Call(func=ast.Name(id="refuse"), args=[ast.Name(id=name)], keywords=[])):
                if self.globals.get("refuse") is not language.refuse:
                    self.fault(node, "refuse is not that of shebao.rules.declare; import it from there")
                if not isinstance(self.globals.get(name), Reason):
                    self.fault(node, f"{name} is no Reason; declare {name} = Reason(...) in the module")
                return None
            case ast.If(test=test, body=body, orelse=orelse):
                self.flag(test, env)
                after_body = self.block(body, self.narrowed(test, env, True))
                after_else = self.block(orelse, self.narrowed(test, env, False))
                return self.merged(node, after_body, after_else)
            case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"), args=args), orelse=[]):
                if not 1 <= len(args) <= 2:
                    self.fault(node, "range takes one or two arguments")
                return self.loop(node, name, args, env)
        self.fault(node, f"{type(node).__name__} is not part of the rule language; {remedy(node)}")

    def free(self, node: ast.AST, name: str) -> None:
        if any(a.arg == name for a in self.tree.args.args):
            self.fault(node, f"{name} is an argument and keeps its value; use another name")
        if name in self.counters:
            self.fault(node, f"{name} is the counter of this loop and keeps its value; use another name")

    def loop(self, node: ast.For, name: str, args: list[ast.expr], env: Env) -> Env:
        self.free(node, name)
        if name in env:
            self.fault(node, f"{name} has a value already; use another name for the counter")
        start = self.expression(args[0], env) if len(args) == 2 else V("number", ANY, 0, 0)
        stop = self.expression(args[-1], env)
        both = join(start, stop)
        if both is None or both.tag not in ("number", "year", "month"):
            self.fault(node, f"range over {start.describe()} and {stop.describe()}; both ends need one kind of number")
        turns = stop.hi - start.lo
        if turns > 10_000 and not self.trying:
            self.fault(node, f"may run {turns} times; bound the ends with within(x, low, high), min or max")
        last = args[-1]
        owner = ""
        if len(args) == 1 and isinstance(last, ast.Call) and isinstance(last.func, ast.Name) and last.func.id == "len":
            owner = self.values[last.args[0]].name
        counter = both._replace(lo=start.lo, hi=max(stop.hi - 1, start.lo), index_of=owner)
        if turns < 1:
            counter = both._replace(lo=start.lo, hi=start.lo, index_of="")
        self.values[node] = counter
        around, self.counters = self.counters, (*self.counters, name)
        after_loop = self.turned(node, env, name, counter, turns)
        self.counters = around
        return after_loop

    def turned(self, node: ast.For, env: Env, name: str, counter: V, turns: int) -> Env:
        """The environment after a loop of at most so many turns."""
        if turns > 3 or self.trying:
            grown = self.grown(node, {**env, name: counter}, turns)
            if grown is not None:
                head, done = grown
                self.block(node.body, head)
                return {k: v for k, v in done.items() if k != name}
        for _ in range(max(turns, 1)):  # otherwise turn by turn, at most as often as the law allows
            after = self.block(node.body, {**env, name: counter})
            new = env if after is None else self.merged(node, env, after) or env
            if new == env:
                break
            env = new
        return env

    def grown(self, node: ast.For, env: Env, turns: int) -> tuple[Env, Env] | None:
        """What holds at the head of every turn of a loop, and after it, found without walking the turns; or None.

        A name that is only ever added to grows by at most the range of what is added, each turn: that range is looked
        up with all names that the loop changes at their widest.  A name that is set to something bounded keeps to it.
        """
        updates = _updates(node.body)
        widest: Env = {}
        for name in updates:
            if name in env:
                v = env[name]
                lo, hi = {"mask": (0, 4095), "flag": (0, 1)}.get(v.tag, (INT64_MIN, INT64_MAX))
                if v.codes:
                    lo, hi = min(map(int, v.codes)), max(map(int, v.codes))
                widest[name] = v._replace(lo=lo, hi=hi, index_of="")
        if not widest:
            return env, env
        trial = self.on_trial()
        try:
            trial.block(node.body, {**env, **widest})
        except RuleError:
            if self.trying:
                raise
            return None  # the walk will tell, with the true ranges
        head, done = dict(env), dict(env)
        for name in widest:
            before = _bounded(env[name], updates[name], trial.values, max(turns - 1, 0))
            after = _bounded(env[name], updates[name], trial.values, max(turns, 0))
            if before is None or after is None:
                return ({**env, **widest},) * 2 if self.trying else None
            head[name], done[name] = before, after
        return head, done

    def on_trial(self) -> Checked:
        """A copy that notes values of its own, to try something out."""
        trial = copy.copy(self)
        trial.values, trial.assigned, trial.trying = dict(self.values), dict(self.assigned), True
        return trial

    def merged(self, node: ast.AST, a: Env | None, b: Env | None) -> Env | None:
        if a is None or b is None:
            return b if a is None else a
        out: Env = {}
        for name in a:
            if name in b:
                joined = a[name] if a[name] is b[name] else join(a[name], b[name])
                if joined is None:
                    self.fault(node, f"{name} is {a[name].describe()} on one path, {b[name].describe()} on the other")
                out[name] = joined
        return out

    def narrowed(self, test: ast.expr, env: Env, truth: bool) -> Env:
        """The environment where the test came out so: ranges of plain names only."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return self.narrowed(inner, env, not truth)
            case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) == truth:
                for value in values:
                    env = self.narrowed(value, env, truth)
                return env
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                sign = _sign(op, truth)
                a, b = self.values.get(left), self.values.get(right)
                if a is None or b is None:
                    return env
                env = _narrow(env, left, sign, b)
                return _narrow(env, right, {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign), a)
        return env

    # ------------------------------------------------------------ expressions
    def expression(self, node: ast.expr, env: Env) -> V:
        value = self.infer(node, env)
        seen = self.values.get(node)
        if seen is not None and seen != value:
            joined = join(seen, value)
            if joined is None:
                self.fault(node, f"is {seen.describe()} and {value.describe()} in different turns of the loop")
            self.values[node] = joined
        else:
            self.values[node] = value
        return value

    def flag(self, node: ast.expr, env: Env) -> None:
        value = self.expression(node, env)
        if value.tag != "flag":
            self.fault(
                node, f"`{ast.unparse(node)}` is {value.describe()}; a condition is wanted: compare it with something"
            )

    def number_of(self, node: ast.expr, env: Env) -> V:
        value = self.expression(node, env)
        if value.tag != "number":
            self.fault(node, f"`{ast.unparse(node)}` is {value.describe()}; a number is wanted")
        return value

    def infer(self, node: ast.expr, env: Env) -> V:
        match node:  # the commonest first: this is most of the time that checking takes
            case ast.Name(id=name):
                return env[name] if name in env else self.constant(node, name)
            case ast.Constant(value=c) if type(c) is int and INT64_MIN <= c <= INT64_MAX:
                return V("number", ANY, c, c)
            case ast.BinOp(left=a, op=op, right=b):
                return self.arithmetic(node, op, self.expression(a, env), self.expression(b, env))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self.call(node, name, args, env)
            case ast.Compare():
                return self.comparison(node, env)
            case ast.Subscript(value=ast.Name() as container, slice=index):
                return self.subscript(node, self.expression(container, env), index, env)
            case ast.Attribute(value=ast.Name(id=owner), attr=member):
                codes = None if self.own(owner, env) else self.globals.get(owner)
                if isinstance(codes, type) and issubclass(codes, Code) and member in codes.__members__:
                    value = int(codes[member])
                    return V("code", (), value, value, codes)
                self.fault(node, f"`{ast.unparse(node)}` is no member of a Code")
            case ast.UnaryOp(op=ast.Not(), operand=a):
                self.flag(a, env)
                return FLAG_V
            case ast.BoolOp(op=op, values=values):
                for part in values:
                    self.flag(part, env)
                    env = self.narrowed(part, env, isinstance(op, ast.And))
                return FLAG_V
            case ast.IfExp(test=test, body=a, orelse=b):
                self.flag(test, env)
                x = self.expression(a, self.narrowed(test, env, True))
                y = self.expression(b, self.narrowed(test, env, False))
                joined = join(x, y)
                if joined is None:
                    self.fault(node, f"is {x.describe()} or {y.describe()}; both sides need one kind")
                if joined.tag in ("series", "members", "view", "quotient"):
                    self.fault(node, f"`{ast.unparse(node)}` chooses {joined.describe()}; choose with if and else")
                return joined
            case ast.Constant(value=bool()):
                return FLAG_V
        self.fault(node, f"`{ast.unparse(node)}` is not part of the rule language; {remedy(node)}")

    def own(self, name: str, env: Env) -> bool:
        """Whether a name is the rule's own, an argument or local name, whatever the module has under it."""
        return name in env or name in self.locals

    def constant(self, node: ast.Name, name: str) -> V:
        if name in self.locals:
            self.fault(node, f"{name} may be unset here; set it on every path before")
        if name not in self.globals:
            self.fault(node, f"{name} is no argument and is never set; add it to the arguments or set it before")
        value = self.globals[name]
        if isinstance(value, Quotient):
            return V("quotient", ANY, 0, 0)
        if type(value) is int:
            kind = _constant_kind(self.globals, name, getattr(self.function, "__source_text__", ""))
            if kind is not None:
                return of_kind(kind, value, value)
            if name.isupper():
                return V("number", ANY, value, value)
        self.fault(node, f"{name} is no argument, local name or UPPER_CASE int constant")

    def arithmetic(self, node: ast.BinOp, op: ast.operator, a: V, b: V) -> V:
        if not isinstance(op, ast.Add | ast.Sub | ast.Mult):
            self.fault(
                node, f"`{ast.unparse(node)}`: divide by name: floor_div, ceil_div, half_up, remainder or a rounding"
            )
        if a.tag == b.tag == "quotient" and isinstance(op, ast.Add):
            joined = join(a, b)
            if joined is None:
                self.fault(node, "quotients of different units; add one unit only")
            return self.fitted(joined._replace(length=a.length + b.length), a.lo + b.lo, a.hi + b.hi)
        minus = isinstance(op, ast.Sub)
        lo, hi = (a.lo - b.hi, a.hi - b.lo) if minus else (a.lo + b.lo, a.hi + b.hi)
        if isinstance(op, ast.Mult):
            if a.tag != "number" or b.tag != "number":
                self.fault(node, f"{a.describe()} times {b.describe()}; only numbers are multiplied (use number(x))")
            products = [x * y for x in (a.lo, a.hi) for y in (b.lo, b.hi)]
            unit = ANY if a.unit is ANY and b.unit is ANY else multiplied(a.unit or (), b.unit or ())
            return self.fitted(V("number", unit), min(products), max(products))
        points = ("day", "year", "month")
        if a.tag in points or b.tag in points:
            return self.fitted(self.point(node, minus, a, b), lo, hi)
        joined = join(a, b) if a.tag == b.tag == "number" else None
        if joined is None:
            word = "minus" if minus else "plus"
            self.fault(node, f"`{ast.unparse(node)}` is {a.describe()} {word} {b.describe()}; bring both to one unit")
        return self.fitted(V("number", joined.unit), lo, hi)

    def point(self, node: ast.BinOp, minus: bool, a: V, b: V) -> V:
        """Points in time: point - point is a distance, point +- distance is a point."""
        steps: dict[str, Unit] = {"day": (("day", 1),), "year": (("year", 1),), "month": (("month", 1),)}
        if a.tag == b.tag and minus:
            return V("number", steps[a.tag])
        if not minus and a.tag == "number":
            a, b = b, a
        if a.tag in steps and b.tag == "number" and b.unit in (ANY, (), steps[a.tag]):
            return V("number", ANY) if a.tag == "month" else V(a.tag)
        if a.tag == "number" and a.unit is ANY and b.tag == "month":
            return V("number", ANY)
        self.fault(node, f"`{ast.unparse(node)}`: {a.describe()} with {b.describe()}; see the calendar functions")

    @staticmethod
    def fitted(value: V, lo: int, hi: int) -> V:
        """With the exact range, clamped to what is left after the overflow check."""
        return value._replace(lo=max(lo, INT64_MIN), hi=min(hi, INT64_MAX), index_of="")

    def comparison(self, node: ast.Compare, env: Env) -> V:
        if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE | ast.Eq | ast.NotEq):
            self.fault(node, f"`{ast.unparse(node)}`: one of < <= > >= == != between two values; join two with and")
        a, b = self.expression(node.left, env), self.expression(node.comparators[0], env)
        if join(a, b) is None or a.tag in ("flag", "mask", "quotient", "series", "members", "view"):
            self.fault(
                node, f"`{ast.unparse(node)}` compares {a.describe()} with {b.describe()}; they have no common kind"
            )
        if a.tag == "code" and not isinstance(node.ops[0], ast.Eq | ast.NotEq):
            self.fault(node, "codes have no order; use == or !=")
        return FLAG_V

    def subscript(self, node: ast.Subscript, container: V, index: ast.expr, env: Env) -> V:
        if container.tag in ("series", "members"):
            self.number_of(index, env)
            return typing.cast(V, container.element)
        if container.tag != "view" or container.parameter is None:
            self.fault(node, f"{container.describe()} has no index")
        form, parameter = container.form, container.parameter
        keys: list[ast.expr] = list(index.elts) if isinstance(index, ast.Tuple) else [index]
        wanted: list[V] = []
        if form.startswith("Yearly"):
            wanted.append(of_kind(YEAR))
        elif form.startswith("Dated"):
            wanted.append(of_kind(DAY))
        if parameter.by is not None:
            wanted.append(of_kind(parameter.by))
        elif parameter.bands is not None:
            wanted.append(of_kind(parameter.bands))
        if len(keys) != len(wanted):
            self.fault(node, f"{container.name} takes {len(wanted)} key(s)")
        for key, want in zip(keys, wanted, strict=True):
            self.fits(key, self.expression(key, env), want)
        return typing.cast(V, container.element)

    def fits(self, node: ast.AST, value: V, want: V) -> None:
        """A value where that kind is wanted: same kind, or a literal."""
        if join(value, want) is None:
            shown = ast.unparse(node) if isinstance(node, ast.expr) else self.tree.name
            self.fault(node, f"`{shown}` is {value.describe()}; {want.describe()} is wanted")

    # ------------------------------------------------------------ calls
    def call(self, node: ast.Call, name: str, args: list[ast.expr], env: Env) -> V:
        if self.own(name, env):
            self.fault(node, f"{name} is a name of this rule, not a function; rename one")
        target = self.globals.get(name)
        if name in ("min", "max", "len") and target is None:
            return self.builtin(node, name, args, env)
        if name in INTRINSICS and target is getattr(language, name):
            return self.intrinsic(node, name, args, env)
        if target is not None and is_helper(target):
            return self.helper(node, typing.cast(Callable[..., Any], target), args, env)
        self.fault(
            node, f"`{name}(...)` may not be called here; rules call the functions of language.py and @helper functions"
        )

    def builtin(self, node: ast.Call, name: str, args: list[ast.expr], env: Env) -> V:
        if name == "len":
            container = self.expression(args[0], env) if len(args) == 1 else V("flag")
            if container.tag not in ("series", "members"):
                self.fault(node, "len takes a series or the members of a group")
            return V("number", ANY, 0, container.length)
        if len(args) < 2:
            self.fault(node, f"{name} takes two values or more")
        values = [self.expression(a, env) for a in args]
        result = values[0]
        for value in values[1:]:
            joined = join(result, value)
            if joined is None or joined.tag not in ("number", "day", "year", "month"):
                self.fault(node, f"{name} of {result.describe()} and {value.describe()}; bring them to one unit")
            result = joined
        pick = min if name == "min" else max
        return result._replace(lo=pick(v.lo for v in values), hi=pick(v.hi for v in values), index_of="")

    def intrinsic(self, node: ast.Call, name: str, args: list[ast.expr], env: Env) -> V:
        wanted = len(CALENDAR[name]) - 1 if name in CALENDAR else {"within": 3, "half_up_quotient": 3}.get(name, 2)
        if name in UNIT_CASTS or name == "number":
            wanted = 1
        if len(args) != wanted:
            self.fault(node, f"{name} takes {wanted} argument(s)")
        if name in CALENDAR:
            values = [self.expression(a, env) for a in args]
            for argument, value, tag in zip(args, values, CALENDAR[name], strict=False):
                self.fits(argument, value, RESULTS[tag])
            return self.calendar(name, values)
        if name == "number":
            value = self.expression(args[0], env)
            units = {b for b, _ in value.unit or ()}
            if value.tag not in ("number", "year", "month") or units & (RATIO_UNITS | {"fen"}):
                self.fault(node, f"number() takes counts of months, years, days; this is {value.describe()}")
            return V("number", (), value.lo, value.hi)
        if name == "half_up_quotient":
            return self.round_quotient(node, args, env)
        values = [self.number_of(a, env) for a in args]
        if name in UNIT_CASTS:
            if values[0].unit not in (ANY, (), UNIT_CASTS[name]):
                self.fault(node, f"{name}() takes a plain number; this is {values[0].describe()}")
            return V("year" if name == "as_year" else "number", UNIT_CASTS[name], values[0].lo, values[0].hi)
        a, b = values[0], values[1]
        unit = ANY if a.unit is ANY and b.unit is ANY else multiplied(a.unit or (), b.unit or (), -1)
        if name == "within":
            least, most = values[1], values[2]
            if least.lo != least.hi or most.lo != most.hi or least.lo > most.lo:
                self.fault(node, "within(x, low, high) takes constants, low <= high")
            self.fits(args[1], least, a)
            self.fits(args[2], most, a)
            return V("number", a.unit, min(max(a.lo, least.lo), most.lo), max(min(a.hi, most.lo), least.lo))
        if name == "quotient":
            high = max(a.hi, 0) * Quotient.FINE // max(b.lo, 1)
            return V("quotient", unit, 0, min(high, INT64_MAX), length=1)
        if name == "remainder":
            self.fits(args[1], b, a)
            bound = max(abs(b.lo), abs(b.hi)) - 1
            lo, hi = (0, max(min(a.hi, bound), 0)) if a.lo >= 0 and b.lo >= 0 else (-max(bound, 0), max(bound, 0))
            return V("number", a.unit, lo, hi)
        lo, hi = _corners(ROUNDINGS[name], a, b)
        return self.fitted(V("number", unit), lo, hi)

    def calendar(self, name: str, values: list[V]) -> V:
        result = RESULTS[CALENDAR[name][-1]]
        if name == "year_of":
            lo, hi = (language.year_of(min(max(x, DAY.low), DAY.high)) for x in (values[0].lo, values[0].hi))
            return result._replace(lo=lo, hi=hi)
        if name == "months_in":
            return V("number", (("month", 1),), 0, 12)
        if name == "no_months":
            return V("mask", (), 0, 0)
        return result

    def round_quotient(self, node: ast.Call, args: list[ast.expr], env: Env) -> V:
        total = self.expression(args[0], env)
        times, over = self.number_of(args[1], env), self.number_of(args[2], env)
        if total.tag != "quotient":
            self.fault(node, "half_up_quotient rounds a sum of quotient(...)")
        if times.lo < 0 or over.lo < 0:
            self.fault(node, "times and over of half_up_quotient must not be negative; use max(x, 0)")
        unit = multiplied(multiplied(total.unit or (), times.unit or ()), over.unit or (), -1)
        high = (total.hi + total.length) * times.hi // (max(over.lo, 1) * Quotient.FINE) + 1
        return self.fitted(V("number", unit), 0, high)

    def helper(self, node: ast.Call, function: Callable[..., Any], args: list[ast.expr], env: Env) -> V:
        """A helper is checked anew at each place of use, for the ranges of that place."""
        if self.depth > 12:
            self.fault(node, "helpers nested too deep, or one that calls itself; count with `for k in range(n)`")
        values = [self.expression(a, env) for a in args]
        hints = _hints(function)
        names = function.__code__.co_varnames[: function.__code__.co_argcount]
        if len(names) != len(values):
            self.fault(node, f"{function.__name__} takes {len(names)} argument(s)")
        given: list[V] = []
        for argument, value, name in zip(args, values, names, strict=True):
            if name not in hints:
                self.fault(node, f"annotate {name} of {function.__name__} with a kind, or int for any number")
            given.append(self.admitted(argument, value, hints[name]))
        if "return" not in hints:
            self.fault(node, f"annotate the result of {function.__name__} with a kind, or int for any number")
        inner = self.helpers.get(node)
        if inner is None:
            inner = self.helpers[node] = Checked(function, given)
            inner.depth = self.depth + 1
        if self.trying:
            inner = inner.on_trial()
            inner.values = {}
        inner.arguments = given
        result = inner.run()
        hint = hints.get("return")
        if hint is not int:
            try:
                _, kind = read_annotation(hint)
            except TypeError as error:
                self.fault(node, f"result of {function.__name__}: {error}")
            inner.fits(inner.tree, result, of_kind(kind))
            result = _as_kind(result, kind)
        return result

    def admitted(self, node: ast.expr, value: V, hint: object) -> V:
        if hint is int:
            if value.tag in ("series", "members", "view", "quotient"):
                self.fault(node, f"`{ast.unparse(node)}` is {value.describe()}; a helper's int is a number")
            return value
        try:
            form, kind = read_annotation(hint)
        except TypeError as error:
            self.fault(node, f"helper argument: {error}")
        if form == "Series":
            if value.tag != "series" or value.element is None or join(value.element, of_kind(kind)) is None:
                self.fault(node, f"`{ast.unparse(node)}` is {value.describe()}; a Series of {kind} is wanted")
            return value
        self.fits(node, value, of_kind(kind))
        return _as_kind(value, kind)._replace(index_of="")


@cache
def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    return typing.get_type_hints(function, include_extras=True)


class _Update(typing.NamedTuple):
    """An assignment in a loop: what is set, or what is added (sign 1 or -1), and whether an inner loop does it."""

    value: ast.expr
    sign: int
    inner: bool


def _updates(body: list[ast.stmt], inner: bool = False) -> dict[str, list[_Update]]:
    """The assignments of a loop's body, by name."""
    found: dict[str, list[_Update]] = {}
    for statement in body:
        parts: list[tuple[list[ast.stmt], bool]] = []
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.setdefault(name, []).append(_update(name, value, inner))
            case ast.If(body=a, orelse=b):
                parts = [(a, inner), (b, inner)]
            case ast.For(body=a):
                parts = [(a, True)]
        for part, deeper in parts:
            for name, updates in _updates(part, deeper).items():
                found.setdefault(name, []).extend(updates)
    return found


def _update(name: str, value: ast.expr, inner: bool) -> _Update:
    match value:
        case ast.BinOp(left=ast.Name(id=left), op=ast.Add() | ast.Sub() as op, right=right) if left == name:
            if not any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(right)):
                return _Update(right, -1 if isinstance(op, ast.Sub) else 1, inner)
    return _Update(value, 0, inner)


def _bounded(first: V, updates: list[_Update], values: Mapping[ast.AST, V], turns: int) -> V | None:
    """The range of a name over so many turns: what it is set to, and what all turns add; None when not found."""
    down = up = cut = 0
    result = first
    for update in updates:
        value = values.get(update.value)
        if value is None:
            continue  # never reached
        joined = join(result, value)
        if joined is None or (update.inner and update.sign):
            return None
        if update.sign:
            low, high = (value.lo, value.hi) if update.sign > 0 else (-value.hi, -value.lo)
            down, up, cut = down + min(low, 0), up + max(high, 0), cut + value.length
            result = joined._replace(lo=result.lo, hi=result.hi, length=result.length)
        elif value.lo < -(2**62) or value.hi > 2**62:
            return None  # not bounded by itself: the walk may find less
        else:
            result = joined
    lo, hi = max(result.lo + turns * down, INT64_MIN), min(result.hi + turns * up, INT64_MAX)
    if (lo < -(2**62) or hi > 2**62) and result.tag != "quotient":
        return None
    return result._replace(lo=lo, hi=hi, length=result.length + turns * cut, index_of="")


def _as_kind(value: V, kind: Kind) -> V:
    """A value (maybe a literal) that fits the kind, with the kind's unit."""
    if value.tag == "number" and value.unit is ANY:
        return value._replace(tag=kind.form, unit=kind.unit if kind.form == "number" else (), codes=kind.codes)
    return value


def _family(value: V) -> str:
    return {"flag": "flag", "quotient": "quotient"}.get(value.tag, "number")


def _sign(op: ast.cmpop, truth: bool) -> str:
    sign = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}[type(op)]
    if not truth:
        sign = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}[sign]
    return sign


def _narrow(env: Env, node: ast.expr, sign: str, other: V) -> Env:
    if not isinstance(node, ast.Name) or node.id not in env:
        return env
    value = env[node.id]
    lo, hi = value.lo, value.hi
    if sign in ("<", "<="):
        hi = min(hi, other.hi - (sign == "<"))
    if sign in (">", ">="):
        lo = max(lo, other.lo + (sign == ">"))
    if sign == "==":
        lo, hi = max(lo, other.lo), min(hi, other.hi)
    if sign == "!=" and other.lo == other.hi:
        lo, hi = lo + (lo == other.lo), hi - (hi == other.lo)
    return env if lo > hi else {**env, node.id: value._replace(lo=lo, hi=hi)}


def _constant_kind(module: Mapping[str, Any], name: str, text: str = "") -> Kind | None:
    """The kind of an annotated constant (`MINIMUM: Months = 180`) of the module, or of the one it is imported from.

    text: the module's source, of one that stands in no file.
    """
    hint = (module.get("__annotations__") or {}).get(name)
    if hint is not None:
        try:
            return read_annotation(eval(hint, dict(module)) if isinstance(hint, str) else hint)[1]
        except (TypeError, NameError):
            return None
    file = "".join(linecache.getlines(str(module.get("__file__"))))
    for source, imported, alias in (*_imports(text), *_imports(file)):
        if alias in (name, "*") and source in sys.modules:
            kind = _constant_kind(vars(sys.modules[source]), name if imported == "*" else imported)
            if kind is not None:
                return kind
    return None


@cache
def _imports(text: str) -> tuple[tuple[str, str, str], ...]:
    """(module, name, name here) of a module's `from module import name`."""
    found = [n for n in ast.parse(text).body if isinstance(n, ast.ImportFrom) and n.module]
    return tuple((str(n.module), a.name, a.asname or a.name) for n in found for a in n.names)


def check_kind(result: V, kind: Kind) -> str:
    """Why a rule's result does not have the kind of its return annotation; empty when it has."""
    if join(result, of_kind(kind)) is None:
        remedy = "annotate what it returns, or return what is annotated"
        if result.tag == "number" == kind.form:
            remedy = "divide by the constants that have the unit (ONE4, YEAR_MONTHS), or use number(x)"
        return f"returns {result.describe()}, annotated as {kind}; {remedy}"
    return ""


__all__ = ["ANY", "FEN", "KINDS", "Checked", "RuleError", "V", "check_kind", "join", "of_kind"]
