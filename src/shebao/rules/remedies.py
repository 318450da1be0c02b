"""What to write instead of what the rule language does not have; the checker's messages end with it."""

from __future__ import annotations

import ast

_COMPREHENSION = "loop with `for k in range(len(series))`"
_RAISE = "a rule that cannot decide calls refuse(REASON)"
_OUTSIDE = "define it at the top level of the module"
_REMEDIES: dict[type[ast.AST], str] = {
    ast.While: "count with `for k in range(n)`",
    ast.Break: "keep a flag and test it with `if`",
    ast.Continue: "put the rest of the turn under `if`",
    ast.For: "a loop is `for k in range(n)` or `range(a, b)`, without else",
    ast.Try: _RAISE,
    ast.Raise: _RAISE,
    ast.Assert: _RAISE,
    ast.Match: "use if and elif",
    ast.Return: "return a value",
    ast.Assign: "set one plain name at a time",
    ast.AugAssign: "set one plain name at a time",
    ast.AnnAssign: "write `name = value`, without a type",
    ast.NamedExpr: "set the name in a line of its own",
    ast.Pass: "remove it",
    ast.Expr: "use its value, or remove it",
    ast.FunctionDef: _OUTSIDE,
    ast.ClassDef: _OUTSIDE,
    ast.Lambda: "write a @helper function",
    ast.Import: "import at the top of the module",
    ast.ImportFrom: "import at the top of the module",
    ast.ListComp: _COMPREHENSION,
    ast.SetComp: _COMPREHENSION,
    ast.DictComp: _COMPREHENSION,
    ast.GeneratorExp: _COMPREHENSION,
    ast.List: "a rule makes no lists; use names of their own",
    ast.Tuple: "a rule makes no tuples; use names of their own",
    ast.Dict: "put the figures into parameters.yaml and read them as a Table",
    ast.Set: "compare with each value, joined with or",
    ast.JoinedStr: "text never enters a rule; use a Code",
    ast.Slice: "loop with `for k in range(a, b)`",
    ast.Subscript: "index an argument by its name",
    ast.UnaryOp: "of the signs there are `-x` and `not x`",
}


def remedy(node: ast.AST) -> str:
    """What to write instead of a statement or expression that the language does not have."""
    match node:
        case ast.Constant(value=float() | complex()):
            return "write a ratio at its scale (0.08 is 800 of a Ratio4) and an amount in fen"
        case ast.Constant(value=int()):
            return "constants lie within int64"
        case ast.Constant():
            return "text never enters a rule; use a Code, an int or a flag"
        case ast.Call(func=ast.Name(), keywords=[_, *_]):
            return "give the arguments by position"
        case ast.Call():
            return "call a function by its plain name"
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute(), *_]):
            return "a history, table or code is never changed; set a name of the rule's own"
    return _REMEDIES.get(type(node), "use names, numbers, + - *, comparisons, if, for k in range(n) and return")
