"""A rule as CPython runs it in the engine: every sum within int64, every refused argument noticed when it is read.

The rule's own statements are kept in their order; what is added is a check at the places where compiled code has one.
"""

from __future__ import annotations

import ast
import typing
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType, MappingProxyType
from typing import Any, NoReturn

from shebao.rules import language
from shebao.rules.kinds import INT64_MAX, INT64_MIN, Code, read_annotation
from shebao.rules.language import Quotient, Reason
from shebao.rules.source import definition
from shebao.rules.status import Refused, Why, status

MARK = "guard_"  # begins every name that is added to a rule
NO_HISTORIES: Mapping[str, str] = MappingProxyType({})
LISTS = ("Series", "Members")
FINE = Quotient.FINE
LARGEST_DIVIDEND = INT64_MAX // FINE
OWN = ("value", *LISTS)  # forms of a rule's argument that may be refused; the others are views of parameters


class Refusal:
    """Stands in a row in the place of a value that was not decided."""

    __slots__ = ("status",)

    def __init__(self, status: int) -> None:
        self.status = status


class Passed(Exception):
    """A refused argument was read: its Refusal passes to the rule that reads it."""


# ---- what the added checks call
def _pass(refusal: Refusal) -> NoReturn:
    raise Passed(refusal)


def _overflow() -> NoReturn:
    raise Refused(status(Why.OVERFLOW, 0))


def _outside(key: int) -> NoReturn:
    raise Refused(status(Why.INDEX, 0, key))


def _member(members: Any, key: int) -> Any:
    if not 0 <= key < len(members):
        _outside(key)
    value = members[key]
    return _pass(value) if value.__class__ is Refusal else value


def _at(container: Any, key: Any) -> Any:
    return _member(container, key) if isinstance(container, list) else container[key]


def _add_quotient(total: Quotient, a: int, b: int) -> Quotient:
    """total + quotient(a, b)."""
    if b <= 0 or not 0 <= a <= LARGEST_DIVIDEND:
        return total + language.quotient(a, b)
    low, rest = divmod(a * FINE, b)
    low += total.low
    if low > INT64_MAX:
        _overflow()
    return Quotient(low, total.cut + 1 if rest else total.cut, (*total.terms, (a, b)))


_CALLED: dict[str, object] = {
    MARK + "Refusal": Refusal,
    MARK + "pass": _pass,
    MARK + "overflow": _overflow,
    MARK + "outside": _outside,
    MARK + "member": _member,
    MARK + "at": _at,
    MARK + "add_quotient": _add_quotient,
}


def guarded(
    function: Callable[..., Any],
    forms: Mapping[str, str],
    views: Sequence[str] = (),
    histories: Mapping[str, str] = NO_HISTORIES,
    noted: bool = False,
) -> Callable[..., Any]:
    """The rule with its checks.

    forms: the form of each argument, by name and in order.  views: the arguments that are parameters; the result takes
    the others first, in their order, then these.  histories: of which history each Series is; columns of one history
    have equal lengths, and are refused together.  noted: it takes `note(k)` before all, which is called with the
    number of an argument when it is read; not for views that are indexed, and once for the columns of a history.
    Raises Refused, RefusedFor, Passed; TypeError for what is not of the rule language.
    """
    cache = vars(function).setdefault("__guarded__", {})
    key = (tuple(views), tuple(histories.items()), noted)
    if key not in cache:
        cache[key] = _guard_of(function)(function, forms, views, histories, noted).compiled(set())
    return typing.cast(Callable[..., Any], cache[key])


def _guard_of(function: Callable[..., Any]) -> type[Guard]:
    return typing.cast("type[Guard]", getattr(function, "__guard__", Guard))


def guarded_helper(function: Callable[..., Any]) -> Callable[..., Any]:
    """A helper with its checks; its arguments were checked where they were read."""
    if "__guarded__" not in vars(function):
        hints = typing.get_type_hints(function, include_extras=True)
        names = function.__code__.co_varnames[: function.__code__.co_argcount]
        forms = {n: "any" if hints.get(n) is int else read_annotation(hints.get(n))[0] for n in names}
        setattr(
            function, "__guarded__", _guard_of(function)(function, forms, (), NO_HISTORIES, False).compiled(set(names))
        )
    return typing.cast(Callable[..., Any], getattr(function, "__guarded__"))


def _either(values: list[ast.expr]) -> ast.expr:
    return values[0] if len(values) == 1 else ast.BoolOp(ast.Or(), values)


class Guard:
    """Makes a rule's tree into what CPython runs.  A function may bring another (see `coverage`) as `__guard__`."""

    def __init__(
        self,
        function: Callable[..., Any],
        forms: Mapping[str, str],
        views: Sequence[str],
        histories: Mapping[str, str],
        noted: bool,
    ) -> None:
        self.function, self.forms, self.histories, self.noted = function, forms, histories, noted
        self.counters: dict[str, str] = {}  # counters of loops over the length of a history -> that history
        self.tree = definition(function)
        self.number = {name: k for k, name in enumerate(forms)}
        self.order = [n for n in forms if n not in views] + [n for n in forms if n in views]
        self.locals = {n.id for n in ast.walk(self.tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        self.globals: Mapping[str, Any] = getattr(function, "__globals__")
        self.namespace: dict[str, object] = dict(_CALLED)
        self.temporaries = 0
        self.quotients = self.find_quotients()

    def compiled(self, known: set[str]) -> Callable[..., Any]:
        body, _ = self.block(self.tree.body, known)
        names = ([MARK + "note"] if self.noted else []) + self.order
        arguments = ast.arguments([], [ast.arg(n) for n in names], None, [], [], None, [])
        tree = ast.FunctionDef(self.tree.name, arguments, body, [], None, None)
        module = ast.fix_missing_locations(ast.Module([ast.copy_location(tree, self.tree)], []))
        exec(compile(module, self.function.__code__.co_filename, "exec"), self.namespace)
        return typing.cast(Callable[..., Any], self.namespace[self.tree.name])

    def unknown(self, node: ast.AST) -> NoReturn:
        line = getattr(node, "lineno", self.function.__code__.co_firstlineno)
        place = f"{self.function.__code__.co_filename}:{line}"
        raise TypeError(f"{place}: {self.tree.name}: `{ast.unparse(node)}` is not part of the rule language")

    def find_quotients(self) -> set[str]:
        """The local names that hold sums of quotients."""
        assigned = [n for n in ast.walk(self.tree) if isinstance(n, ast.Assign | ast.AugAssign)]
        found: set[str] = set()
        self.quotients = found
        size = -1
        while size < len(found):
            size = len(found)
            for node in assigned:
                target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
                if isinstance(target, ast.Name) and self.is_quotient(node.value):
                    found.add(target.id)
        return found

    def is_quotient(self, node: ast.expr) -> bool:
        match node:
            case ast.Name(id=name):
                is_global = name not in self.locals and name not in self.forms
                return name in self.quotients or (is_global and isinstance(self.globals.get(name), Quotient))
            case ast.Call(func=ast.Name(id=name)):
                return self.globals.get(name) is language.quotient
            case ast.BinOp(left=a, right=b) | ast.IfExp(body=a, orelse=b):
                return self.is_quotient(a) or self.is_quotient(b)
        return False

    # ---- statements.  known: the arguments that were read on every path to here, so that no check is needed
    def block(self, body: Sequence[ast.stmt], known: set[str]) -> tuple[list[ast.stmt], bool]:
        """The guarded statements, and whether control can leave at their end.  Adds to `known`."""
        out: list[ast.stmt] = []
        for node in body:
            new, goes_on = self.statement(node, known)
            out += [ast.copy_location(n, node) for n in new]
            if not goes_on:
                return out, False
        return out or [ast.Pass()], True

    def statement(self, node: ast.stmt, known: set[str]) -> tuple[list[ast.stmt], bool]:
        match node:
            case ast.Return(value=ast.expr() as value):
                return [ast.Return(self.expression(value, known))], False
            case ast.Assign(targets=[ast.Name() as target], value=value):
                return [ast.Assign([target], self.expression(value, known))], True
            case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value):
                total = ast.copy_location(ast.BinOp(ast.Name(name, ast.Load()), op, value), node)
                return [ast.Assign([target], self.expression(total, known))], True
            case ast.Expr(value=ast.Constant(value=str())):
                return [], True
            case ast.Expr(value=ast.Call(func=ast.Name(id="refuse")) as value):
                return [ast.Expr(self.expression(value, known))], False
            case ast.If(test=test, body=body, orelse=orelse):
                guarded_test = self.expression(test, known)
                in_body, in_else = set(known), set(known)
                (a, a_on), (b, b_on) = self.block(body, in_body), self.block(orelse, in_else)
                known |= in_body & in_else if a_on and b_on else in_body if a_on else in_else
                return [ast.If(guarded_test, a, b if orelse else [])], a_on or b_on
            case ast.For(target=ast.Name() as target, iter=ast.Call(func=ast.Name(id="range")) as turns, orelse=[]):
                guarded_turns = self.expression(turns, known)
                self.counters[target.id] = self.walked(node.body, target.id, turns.args)
                inner, _ = self.block(node.body, set(known))
                del self.counters[target.id]
                return [ast.For(target, guarded_turns, inner, [], None)], True
        self.unknown(node)

    def walked(self, body: Sequence[ast.stmt], counter: str, turns: Sequence[ast.expr]) -> str:
        """The history whose rows the counter of a loop numbers; empty for another loop."""
        match turns:
            case [ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)])] if self.forms.get(name) == "Series":
                nodes = [n for statement in body for n in ast.walk(statement) if isinstance(n, ast.Name)]
                if not any(n.id == counter and isinstance(n.ctx, ast.Store) for n in nodes):
                    return self.history(name)
        return ""

    def history(self, name: str) -> str:
        return self.histories.get(name, name)

    # ---- expressions
    def expression(self, node: ast.expr, known: set[str]) -> ast.expr:
        return ast.copy_location(self.rewritten(node, known), node)

    def rewritten(self, node: ast.expr, known: set[str]) -> ast.expr:
        match node:
            case ast.Constant(value=int()):
                return node
            case ast.Name(id=name):
                return self.name(node, name, known)
            case ast.Attribute(value=ast.Name(id=owner), attr=member):
                codes = self.globals.get(owner)
                if isinstance(codes, type) and issubclass(codes, Code) and member in codes.__members__:
                    return ast.Constant(int(codes[member]))
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as op, right=right):
                a, b = self.expression(left, known), self.expression(right, known)
                if self.is_quotient(node):
                    if isinstance(b, ast.Call) and isinstance(b.func, ast.Name) and b.func.id == "quotient":
                        return self.call("add_quotient", a, *b.args)
                    return ast.BinOp(a, op, b)
                return self.fitted(ast.BinOp(a, op, b))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.fitted(ast.BinOp(ast.Constant(0), ast.Sub(), self.expression(operand, known)))
            case ast.UnaryOp(op=ast.Not() as op, operand=operand):
                return ast.UnaryOp(op, self.expression(operand, known))
            case ast.BoolOp(op=op, values=values):
                first = self.expression(values[0], known)
                inner = set(known)
                return ast.BoolOp(op, [first, *(self.expression(v, inner) for v in values[1:])])
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return ast.Compare(self.expression(left, known), [op], [self.expression(right, known)])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                guarded_test = self.expression(test, known)
                return ast.IfExp(guarded_test, self.expression(body, set(known)), self.expression(orelse, set(known)))
            case ast.Tuple(elts=parts):
                return ast.Tuple([self.expression(p, known) for p in parts], ast.Load())
            case ast.Subscript(value=ast.Name(id=name), slice=key):
                return self.subscript(node, name, key, known)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return ast.Call(self.called(node, name), [self.expression(a, known) for a in args], [])
        self.unknown(node)

    def name(self, node: ast.Name, name: str, known: set[str]) -> ast.expr:
        if name in self.forms:
            checks = self.first_read(name, known)
            return ast.IfExp(_either(checks), node, self.call("pass", node)) if checks else node
        if name in self.locals:
            return node
        value = self.globals.get(name)
        if type(value) is int:
            return ast.Constant(value)
        if isinstance(value, Quotient | Reason):
            self.namespace[name] = value
            return node
        self.unknown(node)

    def first_read(self, name: str, known: set[str]) -> list[ast.expr]:
        """What is done when an argument is read for the first time: the note (None), then true unless it is refused."""
        if name in known:
            return []
        known.add(name)
        if self.forms[name] == "Series":
            known |= {n for n, h in self.histories.items() if h == self.history(name)}
        if self.forms[name] not in OWN:
            return []
        checks: list[ast.expr] = [self.call("note", ast.Constant(self.number[name]))] if self.noted else []
        kind = ast.Attribute(ast.Name(name, ast.Load()), "__class__", ast.Load())
        return [*checks, ast.Compare(kind, [ast.IsNot()], [ast.Name(MARK + "Refusal", ast.Load())])]

    def subscript(self, node: ast.Subscript, name: str, key: ast.expr, known: set[str]) -> ast.expr:
        form = self.forms.get(name)
        if form is None:
            self.unknown(node)
        if form == "Series":
            if name in known and isinstance(key, ast.Name) and self.counters.get(key.id) == self.history(name):
                return node  # within the history
            checks = self.first_read(name, known)
            own = ast.Name(name, ast.Load())
            refused = self.call("pass", own)
            k = self.temporary()
            bounds = ast.Compare(
                ast.Constant(0),
                [ast.LtE(), ast.Lt()],
                [
                    ast.NamedExpr(ast.Name(k, ast.Store()), self.expression(key, known)),
                    ast.Call(ast.Name("len", ast.Load()), [own], []),
                ],
            )
            test: ast.expr = bounds
            if checks:
                test = ast.BoolOp(ast.And(), [_either([*checks, refused]), bounds])
            used = ast.Name(k, ast.Load())
            return ast.IfExp(test, ast.Subscript(own, used, ast.Load()), self.call("outside", used))
        container = self.name(ast.Name(name, ast.Load()), name, known)
        at = self.expression(key, known)
        if form in ("Members", "any"):
            return self.call("member" if form == "Members" else "at", container, at)
        return ast.Subscript(container, at, ast.Load())

    def called(self, node: ast.Call, name: str) -> ast.expr:
        target = self.globals.get(name)
        if target is None and name in ("min", "max", "len", "range"):
            return ast.Name(name, ast.Load())
        if not isinstance(target, FunctionType):
            self.unknown(node)
        if target.__module__ == language.__name__ and not language.is_helper(target):
            self.namespace[name] = target
            return ast.Name(name, ast.Load())
        helper = f"{MARK}helper_{name}"
        if helper not in self.namespace:
            self.namespace[helper] = guarded_helper(target)
        return ast.Name(helper, ast.Load())

    def fitted(self, node: ast.BinOp) -> ast.expr:
        """The result within int64, or a refusal.  Constants are folded."""
        if isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant):
            a, b = typing.cast(int, node.left.value), typing.cast(int, node.right.value)
            value = a + b if isinstance(node.op, ast.Add) else a - b if isinstance(node.op, ast.Sub) else a * b
            if INT64_MIN <= value <= INT64_MAX:
                return ast.Constant(value)
        t = self.temporary()
        bounds = ast.Compare(
            ast.Constant(INT64_MIN),
            [ast.LtE(), ast.LtE()],
            [ast.NamedExpr(ast.Name(t, ast.Store()), node), ast.Constant(INT64_MAX)],
        )
        return ast.IfExp(bounds, ast.Name(t, ast.Load()), self.call("overflow"))

    def temporary(self) -> str:
        self.temporaries += 1
        return f"{MARK}{self.temporaries}"

    def call(self, name: str, *args: ast.expr) -> ast.expr:
        return ast.Call(ast.Name(MARK + name, ast.Load()), list(args), [])
