"""A law's formula with the numbers put in, shown only where it then gives the amount that was decided."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from fractions import Fraction

from shebao.rules.decide import Step
from shebao.rules.kinds import Kind
from shebao.rules.law import Law
from shebao.rules.values import write

_NUMBER = re.compile(r"(\d+(?:,\d{3})*(?:\.\d+)?)(%?)")
_SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-", "（": "(", "）": ")", "[": "(", "]": ")", "{": "(", "}": ")"})
_WORD = re.compile(r"[^\s()（）{}\[\]×÷−+-]+")
_OPERATOR = re.compile(r"\s[-+×÷−=]\s|[(（Σ]")
_REMARK = re.compile(r"（[^（）]*）$")


def in_numbers(law: Law, step: Step) -> str:
    """The right side of the step's formula with its arguments as numbers: "(2,734.00 + 2,734.00 × 1.0449) ÷ 2 × 1%".

    An argument stands under its Chinese name or the symbol of its own formula; a last symbol that nothing explains may
    be the one argument with which the formula comes out.  Empty where it does not give the step's value (rounded as
    the law rounds: to the last digit, of money also to jiao or yuan).
    """
    formula = _right_side(step.rule.formula)
    if step.value is None or step.kind.form != "number" or not _OPERATOR.search(formula):
        return ""
    given = _numbers_given(step)
    symbols: dict[str, str] = {}
    for name, (zh, kind, value) in given.items():
        symbols |= _symbols(law, name, zh, kind, value)
    attempts = [_replaced(formula, symbols)]
    left = {word for word in _WORD.findall(attempts[0]) if not _NUMBER.fullmatch(word)}
    if len(left) == 1 and step.value:
        last = left.pop()
        attempts = []
        for _, kind, value in given.values():
            attempts += [_replaced(formula, {**symbols, last: text}) for text in _written(kind, value)]
    found = {shown for shown in attempts if _comes_out(shown, step.kind, step.value)}
    return found.pop() if len(found) == 1 else ""


def legend(law: Law, step: Step) -> dict[str, str]:
    """The symbols of the step's formula, each with the name of the argument that it stands for."""
    words = set(_WORD.findall(step.rule.formula))
    found: dict[str, str] = {}
    for name, (zh, kind, value) in _numbers_given(step).items():
        found |= {s: name for s in _symbols(law, name, zh, kind, value) if s != zh and s in words}
    return found


def symbol_of(formula: str) -> str:
    """The symbol that a formula only names ("C平", "N实同 × 12"); empty when it says how to compute."""
    return formula if formula and not _OPERATOR.search(formula.removesuffix(" × 12")) and len(formula) <= 12 else ""


def _numbers_given(step: Step) -> dict[str, tuple[str, Kind, int]]:
    """(Chinese name, kind, value) of the arguments that are numbers, and of parameters of which one figure was read."""
    found: dict[str, tuple[str, Kind, int]] = {}
    for given in step.arguments.values():
        value = given.value
        if isinstance(value, int) and not isinstance(value, bool) and given.kind.form == "number":
            found[given.name] = given.zh, given.kind, value
    for use in step.parameters:
        if len(use.figures) == 1 and use.parameter.kind.form == "number":
            found[use.parameter.name] = use.parameter.zh, use.parameter.kind, use.figures[0].value
    return found


def _right_side(formula: str) -> str:
    """What the symbol on the left equals, without a remark behind it."""
    first = _REMARK.sub("", formula.split("；")[0].strip())
    return first.partition(" = ")[2] or first


def _symbols(law: Law, name: str, zh: str, kind: Kind, value: int) -> dict[str, str]:
    """By which signs a formula may mean an argument, and what then stands for it."""
    found = {zh: number(kind, value)}
    formula = law.variables[name].rule.formula if name in law.variables else ""
    for piece in formula.split("；"):
        symbol = piece.partition(" = ")[0].strip()
        years = symbol.removesuffix(" × 12")
        if years != symbol and kind.name == "months":  # the law counts in years
            found[years] = _written(kind, value)[-1]
        elif symbol and len(symbol) <= 12 and not _OPERATOR.search(symbol):
            found[symbol] = number(kind, value)
    return found


def _written(kind: Kind, value: int) -> list[str]:
    """The number, and of months also the years."""
    years = [str(value // 12) if value % 12 == 0 else f"{value} ÷ 12"] if kind.name == "months" else []
    return [number(kind, value), *years]


def number(kind: Kind, value: int) -> str:
    """A number with thousands separated, without its unit."""
    whole, point, decimals = write(kind, value).partition(".")
    return f"{'-' if value < 0 else ''}{abs(int(whole)):,}{point}{decimals}"


def _replaced(formula: str, symbols: Mapping[str, str]) -> str:
    """All symbols replaced in one go, longer ones first; a quotient in brackets."""
    if not symbols:
        return formula
    names = sorted(symbols, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, names)))
    return pattern.sub(lambda m: f"({symbols[m[0]]})" if "÷" in symbols[m[0]] else symbols[m[0]], formula)


def _calculated(shown: str) -> Fraction | None:
    """The exact value of a formula in numbers; None when it is none."""
    numbers: list[Fraction] = []

    def keep(match: re.Match[str]) -> str:
        numbers.append(Fraction(match[1].replace(",", "")) / (100 if match[2] else 1))
        return f"n{len(numbers) - 1}"

    text = _NUMBER.sub(keep, shown.translate(_SIGNS))
    try:
        return _value(ast.parse(text, mode="eval").body, numbers)
    except (SyntaxError, ZeroDivisionError, LookupError):
        return None


def _value(node: ast.expr, numbers: list[Fraction]) -> Fraction:
    match node:
        case ast.Name(id=name) if name[:1] == "n" and name[1:].isdigit():
            return numbers[int(name[1:])]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, numbers)
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _value(left, numbers), _value(right, numbers)
            match op:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.Div():
                    return a / b
    raise LookupError(ast.dump(node))


def _comes_out(shown: str, kind: Kind, decided: int) -> bool:
    """Whether a formula in numbers gives the value that was decided, rounded up, down or half up."""
    value = _calculated(shown)
    if value is None:
        return False
    exact = value * kind.scale
    for unit in (1, 10, 100) if kind.name == "fen" else (1,):
        low = exact // unit * unit
        if decided in (low, -(-exact // unit) * unit):
            return True
    return False
