"""A decision as the parts of a decision letter, in Chinese: texts ready to be set.  The letter itself is not law's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from shebao.rules.decide import Decision, Given, ParameterUse, Step, describe
from shebao.rules.explain import history_table, key_of, period, source
from shebao.rules.formula import in_numbers, legend, symbol_of
from shebao.rules.kinds import FEN, Kind
from shebao.rules.parameters import APPROX, Figure
from shebao.rules.parameters import Parameter as LawParameter
from shebao.rules.values import display

FEW = 4  # figures of one parameter that an explanation lists; more of them go to an annex


class Item(NamedTuple):
    """A named value.  value: without its unit.  total: what the others add up to."""

    zh: str
    value: str
    unit: str = ""
    en: str = ""
    total: bool = False


class UsedFigure(NamedTuple):
    """A figure of the law with its period ("2010年", "2006-01-01起") and source; value with its unit."""

    zh: str
    value: str
    period: str
    document: str
    clause: str = ""
    confidence: str = "known"
    note: str = ""


class Explanation(NamedTuple):
    """How one value came about.  sentences: the formula in numbers, the symbol in other formulas, where figures are."""

    zh: str
    value: str
    cites: str
    unit: str = ""
    en: str = ""
    formula: str = ""
    sentences: tuple[str, ...] = ()
    inputs: tuple[Item, ...] = ()
    figures: tuple[UsedFigure, ...] = ()
    confidence: str = "known"


class Refused(NamedTuple):
    """What could not be decided, and why."""

    zh: str
    reason_zh: str
    reason_en: str = ""


class Annex(NamedTuple):
    """A table.  left: columns that are not right-aligned."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: tuple[int, ...] = (0,)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sections:
    """The parts of a letter that a decision fills, named and shaped as a letter takes them."""

    facts: tuple[Item, ...]
    results: tuple[Item, ...]
    explanations: tuple[Explanation, ...]
    approximate: tuple[UsedFigure, ...]
    refusals: tuple[Refused, ...]
    annexes: tuple[Annex, ...]


def letter_sections(decision: Decision) -> Sections:
    """The parts of a decision letter: each wanted value, and every amount or formula that it came from, explained."""
    steps = list(_explained(decision))
    return Sections(
        tuple(_fact(given) for given in decision.inputs.values() if _is_fact(given)),
        tuple(_results(decision)),
        tuple(_explanation(decision, step) for step in steps),
        tuple(_figure(use.parameter, f) for use in _together(decision) for f in use.figures),
        tuple(Refused(decision[name].zh, *describe(decision.plan, s)) for name, s in decision.refusals.items()),
        (*_histories(decision), *_series(steps)),
    )


def _written(kind: Kind, value: int | bool) -> tuple[str, str]:
    """(value, unit) in Chinese."""
    text = display(kind, value)
    unit = kind.zh if kind.form == "number" and kind.zh and text.endswith(" " + kind.zh) else ""
    return text.removesuffix(" " + unit) if unit else text, unit


# ---------------------------------------------------------------- facts and results
def _is_fact(given: Given) -> bool:
    """What the case gave, other than histories."""
    return given.source == "input" and not given.status and given.form == "value"


def _fact(given: Given) -> Item:
    assert given.value is not None and not isinstance(given.value, list)
    return Item(given.zh, *_written(given.kind, given.value), given.en)


def _results(decision: Decision) -> Iterator[Item]:
    """The wanted values; before an amount that others add up to, these."""
    told: set[str] = set()
    for name in decision.want:
        step = decision[name]
        if step.value is None or name in told:
            continue
        parts = _parts(decision, step)
        for part in parts:
            if part.name not in told and part.name not in decision.want:
                told.add(part.name)
                yield _item(part)
        told.add(name)
        yield _item(step)._replace(total=bool(parts))


def _item(step: Step) -> Item:
    return Item(step.zh, *_written(step.kind, step.value or 0), step.en)


def _parts(decision: Decision, step: Step) -> list[Step]:
    """The amounts that add up to a step's, through steps that hand an amount on; empty when there are none."""
    found: Step | None = step
    while found is not None:
        amounts = _amounts(decision, found)
        if len(amounts) > 1 and sum(part.value or 0 for part in amounts) == found.value:
            return amounts
        found = _handed_on(decision, found)
    return []


def _amounts(decision: Decision, step: Step) -> list[Step]:
    """The amounts other than 0 that an amount was read from."""
    if step.kind != FEN or not step.value:
        return []
    return [part for part in _read_steps(decision, step) if part.kind == FEN and part.value]


def _handed_on(decision: Decision, step: Step) -> Step | None:
    """The one amount that a step gave on unchanged."""
    same = [part for part in _amounts(decision, step) if part.value == step.value]
    return same[0] if len(same) == 1 else None


def _read_steps(decision: Decision, step: Step) -> list[Step]:
    """The person's own variables that a step read."""
    arguments = step.arguments
    names = [n for n in step.read_names if n in decision.steps and n in arguments and arguments[n].form == "value"]
    return [decision[n] for n in names]


# ---------------------------------------------------------------- explanations
def _explained(decision: Decision) -> Iterator[Step]:
    """The wanted steps that were decided, and below them, depth first, amounts and what has a formula; each once.

    A step that only hands an amount on is passed over.
    """
    stack = [decision[name] for name in reversed(decision.want)]
    seen: set[str] = set()
    while stack:
        step = stack.pop()
        if step.name in seen:
            continue
        seen.add(step.name)
        told = step.kind.form == "number" and (step.kind == FEN or step.rule.formula != "")
        if step.value is not None and (step.name in decision.want or (told and _handed_on(decision, step) is None)):
            yield step
        stack += reversed(_read_steps(decision, step))


def _explanation(decision: Decision, step: Step) -> Explanation:
    rule = step.rule
    value, unit = _written(step.kind, step.value or 0)
    numbers = in_numbers(decision.law, step)
    sentences = [f"代入数值：{numbers} = {value}{' ' if unit else ''}{unit}"] if numbers else []
    formula, symbol = rule.formula, symbol_of(rule.formula)
    if symbol:
        formula = ""
        sentences.append(
            f"公式中记作“{symbol.removesuffix(' × 12')}”{'，以年计' if symbol.endswith(' × 12') else ''}。"
        )
    signs = {name: symbol for symbol, name in legend(decision.law, step).items()}
    inputs = [
        Item(f"{given.zh} {signs[given.name]}" if given.name in signs else given.zh, *_written(given.kind, given.value))
        for given in step.arguments.values()
        if given.read and given.source in ("variable", "input") and _is_plain(given) and given.value is not None
        if not isinstance(given.value, list)
    ]
    sentences += [
        f"从“{use.parameter.zh}”用到{_span(use)}，见附表。" for use in step.parameters if len(use.figures) > FEW
    ]
    figures = [_figure(use.parameter, f) for use in step.parameters if len(use.figures) <= FEW for f in use.figures]
    return Explanation(
        step.zh,
        value,
        rule.cites,
        unit,
        step.en,
        formula,
        tuple(sentences),
        tuple(inputs),
        tuple(figures),
        rule.confidence,
    )


def _is_plain(given: Given) -> bool:
    return given.form == "value" and not given.status


def _span(use: ParameterUse) -> str:
    years = use.years
    return f"{years[0]}年至{years[-1]}年的数值" if years else f"{len(use.figures)}个数值"


def _figure(parameter: LawParameter, figure: Figure) -> UsedFigure:
    within = key_of(parameter, figure)
    return UsedFigure(
        f"{parameter.zh}（{within}）" if within else parameter.zh,
        display(parameter.kind, figure.value),
        period(parameter, figure._replace(key=None, low=None, below=None)),
        figure.doc or figure.source,
        figure.clause if figure.doc else "",
        figure.confidence,
        figure.note,
    )


def _together(decision: Decision) -> list[ParameterUse]:
    """The approximate figures by parameter, each once."""
    found: dict[str, dict[Figure, None]] = {}
    for _, use in decision.approx:
        found.setdefault(use.parameter.name, {}).update(dict.fromkeys(use.figures))
    return [ParameterUse(decision.law.parameters[n], tuple(sorted(f, key=lambda f: f.start))) for n, f in found.items()]


# ---------------------------------------------------------------- annexes
def _histories(decision: Decision) -> Iterator[Annex]:
    """Each history that mattered, as it was given."""
    inputs = decision.law.inputs
    for history in dict.fromkeys(inputs[name].history for name in decision.inputs):
        columns = [g for g in decision.inputs.values() if history and inputs[g.name].history == history]
        header, rows = history_table(decision, columns)
        if rows:
            left = tuple(k for k, name in enumerate(header) if _left(columns, name))
            yield Annex("历史记录", header, tuple(rows), left)


def _left(columns: list[Given], zh: str) -> bool:
    return next(c.kind.form for c in columns if c.zh == zh) != "number"


def _series(steps: list[Step]) -> Iterator[Annex]:
    """The figures of parameters of which a step read many."""
    found: dict[str, dict[Figure, None]] = {}
    parameters: dict[str, LawParameter] = {}
    for step in steps:
        for use in step.parameters:
            if len(use.figures) > FEW:
                parameters[use.parameter.name] = use.parameter
                found.setdefault(use.parameter.name, {}).update(dict.fromkeys(use.figures))
    for name, figures in found.items():
        parameter = parameters[name]
        rows = [
            (
                period(parameter, f),
                display(parameter.kind, f.value),
                source(f),
                "未经核实" if f.confidence == APPROX else "",
            )
            for f in sorted(figures, key=lambda f: (f.start, f.key or 0, f.low or 0))
        ]
        yield Annex(parameter.zh, ("期间", "数值", "文件与条款", "核对"), tuple(rows), (0, 2, 3))
