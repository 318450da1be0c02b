"""Which branches of the rules the worked cases reach, in CPython.

Counted are, of each version of a variable and of each helper that one calls: both sides of every condition (of `if`,
of `a if c else b`, of each operand of `and` and `or`), each loop entered and skipped, each `return` and each `refuse`.
A branch is reached when a case computes it on the way to a variable about which it says something, in the case's own
row or in that of another member of its group.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import FunctionType
from typing import Any, NamedTuple

from shebao.rules.book.content import helpers_of
from shebao.rules.cases import Case, check_case
from shebao.rules.guard import MARK, Guard, guarded_helper
from shebao.rules.language import is_helper
from shebao.rules.law import Law, Variable
from shebao.rules.source import definition

TRUE, FALSE, ENTERED, SKIPPED, RETURNS, REFUSES = "true", "false", "entered", "skipped", "returns", "refuses"


class Branch(NamedTuple):
    """A way that a rule may go.  text: the condition or statement, as the source has it; side: which way it goes there.

    variable: which the function is a version of; empty for a helper.
    """

    module: str
    file: str
    line: int
    function: str
    variable: str
    text: str
    side: str


@dataclass(frozen=True)
class Coverage:
    """The branches of a law in the order of its sources, and those that the cases reach.

    unnamed: the reasons for which no rule refuses.
    """

    branches: tuple[Branch, ...]
    reached: frozenset[Branch]
    unnamed: tuple[str, ...]

    @property
    def missing(self) -> list[Branch]:
        """What no case reaches."""
        return [branch for branch in self.branches if branch not in self.reached]

    def of(self, owns: Callable[[str], bool]) -> Coverage:
        """The part that stands in some modules."""
        return replace(self, branches=tuple(b for b in self.branches if owns(b.module)))

    @property
    def versions(self) -> set[tuple[str, str]]:
        """(module, function) of each version of each variable."""
        return {(b.module, b.function) for b in self.branches if b.variable}

    def runs(self, function: tuple[str, str]) -> bool:
        """Whether any branch of a (module, function) is reached."""
        return any((b.module, b.function) == function for b in self.reached)


def coverage(law: Law, cases: Iterable[Case]) -> Coverage:
    """What the cases reach of the law.  Whether they hold is not looked at."""
    watch = Watch(law)
    for case in cases:
        check_case(watch.law, case)
    return watch.coverage()


class Watch:
    """A law under watch: `law` decides as the one that was given, `coverage()` is what its decisions came by so far."""

    def __init__(self, law: Law) -> None:
        self.copies: dict[FunctionType, FunctionType] = {}
        self.branches: dict[Branch, None] = {}
        self.reached: set[Branch] = set()
        self.law = replace(law, variables={name: self._variable(v) for name, v in law.variables.items()})

    def coverage(self) -> Coverage:
        """What was reached so far."""
        named = {id(f.__globals__.get(name)) for f in self.copies for name in f.__code__.co_names}
        unnamed = tuple(name for name, reason in self.law.reasons.items() if id(reason) not in named)
        order = sorted(self.branches, key=lambda b: (b.module, b.line))
        return Coverage(tuple(order), frozenset(self.reached), unnamed)

    def copy(self, function: FunctionType, variable: str = "") -> FunctionType:
        """The function, to be run under watch; one copy for each."""
        if function not in self.copies:
            copy = FunctionType(function.__code__, function.__globals__)
            copy.__annotations__, copy.__doc__ = function.__annotations__, function.__doc__
            vars(copy).update({k: v for k, v in vars(function).items() if k == "__source_text__"})
            setattr(copy, "__guard__", partial(_Watching, self, variable))
            self.copies[function] = copy
            for _, sides in _points(copy, definition(copy), variable):
                self.branches |= dict.fromkeys(sides.values())
        return self.copies[function]

    def _variable(self, variable: Variable) -> Variable:
        versions = []
        for version in variable.versions:
            function = version.rule.function
            assert isinstance(function, FunctionType)
            versions.append(replace(version, rule=replace(version.rule, function=self.copy(function, variable.name))))
            for helper in helpers_of(function):
                self.copy(helper)
        return replace(variable, versions=tuple(versions))


class _Watching(Guard):
    """A rule as the engine runs it, that tells which side it takes at each point."""

    def __init__(self, watch: Watch, variable: str, function: FunctionType, *how: Any) -> None:
        super().__init__(function, *how)
        self.watch = watch
        self.points = {id(node): sides for node, sides in _points(function, self.tree, variable)}
        self.namespace[MARK + "saw"] = self.saw

    def saw(self, point: int, value: Any) -> Any:
        """Notes the side; the value goes on as it is."""
        side = self.points[point].get(bool(value))
        if side is not None:
            self.watch.reached.add(side)
        return value

    def expression(self, node: ast.expr, known: set[str]) -> ast.expr:
        new = super().expression(node, known)
        if id(node) not in self.points:
            return new
        return ast.copy_location(self.call("saw", ast.Constant(id(node)), new), node)

    def called(self, node: ast.Call, name: str) -> ast.expr:
        target = self.globals.get(name)
        if isinstance(target, FunctionType) and is_helper(target):
            self.namespace[f"{MARK}helper_{name}"] = guarded_helper(self.watch.copy(target))
        return super().called(node, name)


def _points(
    function: FunctionType, tree: ast.FunctionDef, variable: str
) -> Iterator[tuple[ast.expr, Mapping[bool, Branch]]]:
    """The expressions to be watched, each with the branch that is taken by whether its value holds."""
    code = function.__code__

    def sides(node: ast.stmt | ast.expr, true: str, false: str) -> Mapping[bool, Branch]:
        text = ast.unparse(node).split("\n")[0]
        place = (function.__module__, code.co_filename, node.lineno, code.co_name, variable, text)
        return {value: Branch(*place, side) for value, side in ((True, true), (False, false)) if side}

    for node in ast.walk(tree):
        match node:
            case ast.If(test=test) | ast.IfExp(test=test):
                conditions = [test]
            case ast.BoolOp(values=conditions):
                pass
            case _:
                conditions = []
        for condition in map(_bare, conditions):
            if not isinstance(condition, ast.BoolOp):  # which is looked at by its operands
                yield condition, sides(condition, TRUE, FALSE)
        match node:
            case ast.For(iter=ast.Call(args=turns) as iterated):
                yield iterated, sides(node, ENTERED, "" if _turns_always(function, turns) else SKIPPED)
            case ast.Return(value=ast.expr() as value):
                yield value, sides(node, RETURNS, RETURNS)
            case ast.Call(func=ast.Name(id="refuse"), args=[reason]):
                yield reason, sides(node, REFUSES, REFUSES)


def _bare(condition: ast.expr) -> ast.expr:
    """The condition without `not`."""
    while isinstance(condition, ast.UnaryOp) and isinstance(condition.op, ast.Not):
        condition = condition.operand
    return condition


def _turns_always(function: FunctionType, turns: list[ast.expr]) -> bool:
    """Whether a loop cannot be skipped: its bounds are constants, or it goes over the members of a group."""
    match turns:
        case [ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)])]:
            return "Members" in str(function.__annotations__.get(name))
    return all(
        isinstance(turn, ast.Constant)
        or (isinstance(turn, ast.Name) and type(function.__globals__.get(turn.id)) is int)
        for turn in turns
    )
