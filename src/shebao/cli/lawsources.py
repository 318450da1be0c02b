"""What `shebao law sources` shows: how sure figures and rules are, and what the law does not have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import FunctionType
from typing import NamedTuple

from rich.markup import escape
from rich.table import Column, Table

from shebao.cli.lawbook import Programme, since, title_of, until, written
from shebao.cli.terminal import Lang
from shebao.rules.book.content import gaps, helpers_of
from shebao.rules.changes import key_of
from shebao.rules.language import Reason
from shebao.rules.law import Law, Variable, place
from shebao.rules.parameters import APPROX, CONFIDENCES, Figure, Parameter

FIRST_YEAR = 2006  # from which on the law is written
NOT_KNOWN = "_NOT_KNOWN"  # how a reason ends that says that the law's own text or figure was not found


class Unsure(NamedTuple):
    """An approximate figure or rule: when or for which key, its value, its document, the note on it."""

    named: Parameter | Variable
    when: str
    figure: Figure | None
    doc: str
    note: str


class Hole(NamedTuple):
    """What a parameter has no figure for (key, span of days or years), or a reason for which rules refuse instead."""

    named: Parameter | Reason
    when: str
    note: str


@dataclass(frozen=True)
class Sources:
    """A programme's figures and rules by confidence, what of them is approximate, what is missing."""

    programme: Programme
    figures: Counter[str]
    rules: Counter[str]
    approx: tuple[Unsure, ...]
    holes: tuple[Hole, ...]
    faults: tuple[str, ...]


def sources_of(law: Law, programme: Programme, year: int) -> Sources:
    """The sources of a programme; of yearly parameters the years from 2006 to `year` are looked for."""
    parameters = programme.parameters(law)
    variables = [v for v in law.variables.values() if programme.owns(v.rule.function.__module__)]
    rules = [(v, version.rule) for v in variables for version in v.versions]
    approx = [
        Unsure(p, _when(p, f), f, _document(f), f.note or p.note)
        for p in parameters
        for f in p.figures
        if f.confidence == APPROX
    ]
    approx += [
        Unsure(v, span(r.since, r.until, False), None, r.cites, r.note) for v, r in rules if r.confidence == APPROX
    ]
    faults = [
        f"{p.origin}: {p.name} {_when(p, f)}: no {lack}" for p in parameters for f in p.figures for lack in lacks(f)
    ]
    faults += [
        f"{place(r.function)}: {r.variable}: no {lack}"
        for _, r in rules
        for lack in (["document"] if not r.cites else []) + (["confidence"] if r.confidence not in CONFIDENCES else [])
    ]
    return Sources(
        programme,
        Counter(f.confidence for p in parameters for f in p.figures),
        Counter(r.confidence for _, r in rules),
        tuple(approx),
        (*(hole for p in parameters for hole in _holes(p, year)), *_reasons(variables)),
        tuple(faults),
    )


def lacks(figure: Figure) -> list[str]:
    """What a figure has not but should: document, date, confidence."""
    dated = figure.start <= figure.end
    found = {"document": figure.doc or figure.source, "date": dated, "confidence": figure.confidence in CONFIDENCES}
    return [name for name, there in found.items() if not there]


def span(start: int, end: int, yearly: bool) -> str:
    """From when to when: "2008–2010", "2010-03-01 – 2011-06-30"; open ends are empty."""
    if yearly:
        return str(start) if start == end else f"{start}–{end}"
    return f"{since(start)} – {until(end)}".strip()


def _when(parameter: Parameter, figure: Figure) -> str:
    return f"{key_of(parameter, figure)} {span(figure.start, figure.end, parameter.yearly)}".strip()


def _document(figure: Figure) -> str:
    return f"{figure.doc or figure.source} {figure.clause}".strip()


def _holes(parameter: Parameter, year: int) -> Iterator[Hole]:
    """Where a parameter has nothing: first where it has none of its figures, then the holes of one key."""
    whole = _missing_years(parameter, year) if parameter.yearly else gaps(parameter)
    for start, end in whole:
        yield Hole(parameter, span(start, end, parameter.yearly), parameter.note)
    if parameter.by is not None:
        for key in dict.fromkeys(key_of(parameter, f) for f in parameter.figures):
            own = tuple(f for f in parameter.figures if key_of(parameter, f) == key)
            for start, end in gaps(replace(parameter, figures=own)):
                if not any(a <= start and end <= b for a, b in whole):
                    yield Hole(parameter, f"{key} {span(start, end, parameter.yearly)}", parameter.note)


def _missing_years(parameter: Parameter, year: int) -> list[tuple[int, int]]:
    """The spans of years without any figure, from 2006, or from the first figure when that is older, to `year`."""
    there = {y for f in parameter.figures for y in range(f.start, min(f.end, year) + 1)}
    found: list[tuple[int, int]] = []
    for y in range(min([FIRST_YEAR, *there]), year + 1):
        if y not in there:
            joins = found and found[-1][1] == y - 1
            found.append((found.pop()[0], y) if joins else (y, y))
    return found


def _reasons(variables: list[Variable]) -> Iterator[Hole]:
    """The reasons by which a programme's rules say that the law's text or figure was not found."""
    found: dict[str, tuple[Reason, list[str]]] = {}
    for variable in variables:
        for version in variable.versions:
            assert isinstance(version.rule.function, FunctionType)
            for function in (version.rule.function, *helpers_of(version.rule.function)):
                for name in function.__code__.co_names:
                    reason = function.__globals__.get(name)
                    if isinstance(reason, Reason) and reason.name.endswith(NOT_KNOWN):
                        users = found.setdefault(reason.name, (reason, []))[1]
                        users += [variable.name] * (variable.name not in users)
    for reason, users in found.values():
        yield Hole(reason, ", ".join(users), "")


# ---------------------------------------------------------------- tables
def counts_table(found: list[Sources], lang: Lang) -> Table:
    """By programme how many figures and rules there are of each confidence, and how many holes."""
    figures, rules = lang.say("数值", "figures"), lang.say("规则", "rules")
    heads = [f"{what}\n{confidence}" for what in (figures, rules) for confidence in CONFIDENCES]
    table = Table(Column(lang.say("项目", "programme"), no_wrap=True), *(Column(h, justify="right") for h in heads))
    table.add_column(lang.say("缺口", "holes"), justify="right")
    for one in found:
        numbers = [counted[c] for counted in (one.figures, one.rules) for c in CONFIDENCES] + [len(one.holes)]
        table.add_row(one.programme.name, *(str(n) if n else "" for n in numbers))
    return table


def approx_table(one: Sources, lang: Lang) -> Table:
    """Every approximate figure and rule of a programme."""
    heads = (("名称", "name"), ("适用", "for"), ("数值", "figure"), ("依据", "document"), ("说明", "note"))
    table = _table(one, lang.say("未核实", "approximate"), [lang.say(*h) for h in heads])
    rule, last = lang.say("规则", "rule"), None
    for named, when, figure, doc, note in one.approx:
        value = written(named.kind, figure.value, lang) if figure else rule
        label = "" if named is last else f"{named.name}\n{title_of(named, lang)}"
        table.add_row(*map(escape, (label, when, value, doc, note)))
        last = named
    return table


def holes_table(one: Sources, lang: Lang) -> Table:
    """Everything that a programme has no figure or no text for."""
    heads = (("名称", "name"), ("缺少", "missing"), ("说明", "note"))
    table = _table(one, lang.say("缺口", "holes"), [lang.say(*h) for h in heads])
    for named, when, note in one.holes:
        table.add_row(*map(escape, (f"{named.name}\n{lang.say(named.zh, named.en)}", when, note)))
    return table


def _table(one: Sources, what: str, heads: list[str]) -> Table:
    return Table(*(Column(h, overflow="fold") for h in heads), title=f"{one.programme.name}: {what}")
