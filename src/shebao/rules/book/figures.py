"""The figures of a parameter in their written unit: tables, matrices by key and by band, and the same as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from shebao.rules.book.frame import APPROX_MARK, Page, span, table
from shebao.rules.book.html import Child, Html, both, el, english
from shebao.rules.figures import APPROX, Figure, Parameter
from shebao.rules.kinds import LAST_DAY, Kind, date_of
from shebao.rules.values import Problem, display, factor, write

UNITS = {
    "yuan": "元",
    "元": "元",
    "fen": "分",
    "分": "分",
    "percent": "%",
    "%": "%",
    "permille": "‰",
    "‰": "‰",
    "ratio": "比率",
    "months": "个月",
    "years": "年",
    "days": "天",
}
PER = {"per month": "/月", "a month": "/月", "per year": "/年", "a year": "/年", "per day": "/天", "a day": "/天"}
FEW = 6  # columns of keys beside the columns of the source
LONG = 10  # rows of a long list of keys before it goes on in the next columns


def unit(parameter: Parameter) -> str:
    """The written unit in Chinese: 元/月, %, 年."""
    word, _, rest = parameter.unit.strip().partition(" ")
    return UNITS.get(word.lower(), word) + PER.get(rest, rest and f" {rest}")


def unit_size(parameter: Parameter) -> Fraction:
    """How many of the kind's integer make one of the written unit: 100 for yuan, 12 for months written in years."""
    try:
        numerator, denominator = factor(parameter.kind, parameter.unit)
    except Problem:
        numerator = denominator = 1
    return Fraction(parameter.kind.scale * numerator, denominator)


def amount(parameter: Parameter, value: int, decimals: int | None = None) -> str:
    """A figure in the written unit, without it: 1,160.00, 28, 0.11; with its own where it does not come out even.

    decimals: how many at least; by default as many as the parameter's figures want.
    """
    if parameter.kind.form != "number":
        return display(parameter.kind, value)
    needed = _decimals(parameter, value)
    if needed is None:
        return display(parameter.kind, value)
    places = max(needed, _most_decimals(parameter) if decimals is None else decimals)
    whole, rest = divmod(abs(Fraction(value) / unit_size(parameter) * 10**places).numerator, 10**places)
    return f"{'-' if value < 0 else ''}{whole:,}{f'.{rest:0{places}d}' if places else ''}"


def _decimals(parameter: Parameter, value: int) -> int | None:
    """How many decimals a figure has in the written unit; None when no number of them is enough."""
    number = Fraction(value) / unit_size(parameter)
    return next((p for p in range(9) if (number * 10**p).denominator == 1), None)


@lru_cache(maxsize=1024)
def _most_decimals(parameter: Parameter) -> int:
    money = 2 if parameter.kind.name == "fen" else 0
    return max([money, *(_decimals(parameter, f.value) or 0 for f in parameter.figures)])


def period(parameter: Parameter, figure: Figure) -> str:
    return span(figure.start, figure.end, parameter.yearly)


def key_text(parameter: Parameter, key: int) -> str:
    return display(parameter.by, key) if parameter.by is not None else ""


def band_text(kind: Kind, low: int | None, below: int | None) -> str:
    """The amounts of a band: 不足 2,773 元; 2,773 元至不足 3,770 元; 4,770 元及以上."""

    def told(value: int) -> str:
        return display(kind, value).replace(".00", "")

    if low is None:
        return f"不足 {told(below)}" if below is not None else "全部"
    return f"{told(low)} 及以上" if below is None else f"{told(low)} 至不足 {told(below)}"


def shown(parameter: Parameter, figure: Figure) -> Html:
    """A figure's value; the mark of an approximate one stands before it, so that digits stand beneath each other."""
    value = amount(parameter, figure.value)
    return el("span", [APPROX_MARK, " "] if figure.confidence == APPROX else None, value)


def with_unit(parameter: Parameter, figure: Figure) -> Html:
    """The same with its unit; a ratio has none."""
    word = "" if unit(parameter) == UNITS["ratio"] else f" {unit(parameter)}"
    return el("span", shown(parameter, figure), word)


def newest(parameter: Parameter) -> tuple[Figure, ...]:
    """The figures of the last version."""
    last = max((f.start for f in parameter.figures), default=0)
    return tuple(f for f in parameter.figures if f.start == last)


def figures_table(page: Page, parameter: Parameter) -> Html:
    """All figures, with document, clause, source, confidence and note."""
    label = f"{parameter.zh}的数值"
    if not parameter.figures:
        return el(
            "p",
            both("手头没有任何数值：用到它的规则拒算。", "No figure is at hand: a rule that reads it is refused."),
            class_="lack",
        )
    if parameter.bands is not None or (parameter.keys is not None and len(_keys(parameter)) <= FEW):
        return _grouped(page, parameter, label)
    if parameter.keys is not None:
        return _matrix(page, parameter, label)
    notes = any(f.note for f in parameter.figures)
    head: list[Child] = [
        both("期间", "Period"),
        both(f"数值（{unit(parameter)}）", "Figure"),
        both("文件", "Document"),
        both("可信程度", "Confidence"),
        *([both("附注", "Note")] if notes else []),
    ]
    rows: list[list[Child]] = [
        [
            period(parameter, f),
            shown(parameter, f),
            _source(page, f),
            page.confidence(f.confidence),
            *([english(f.note) if f.note else None] if notes else []),
        ]
        for f in sorted(parameter.figures, key=lambda f: f.start)
    ]
    return table(head, rows, label, numbers=(1,))


def _keys(parameter: Parameter) -> list[int]:
    return sorted({f.key for f in parameter.figures if f.key is not None})


def _source(page: Page, figure: Figure) -> Child:
    """Document and clause, or the other source."""
    words = f"{figure.doc} {figure.clause}".strip() if figure.doc else ""
    return [page.cites(words) if words else None, " " if words and figure.source else None, figure.source]


def _versions(parameter: Parameter) -> list[list[Figure]]:
    """The figures by the day or year from which they hold, oldest first; bands and keys in order."""
    found: dict[tuple[int, int], list[Figure]] = {}
    for figure in parameter.figures:
        found.setdefault((figure.start, figure.end), []).append(figure)
    return [sorted(found[key], key=lambda f: (f.key or 0, f.low is not None, f.low or 0)) for key in sorted(found)]


def _grouped(page: Page, parameter: Parameter, label: str) -> Html:
    """One group of rows for each version: its bands or keys beneath each other, the period beside them."""
    notes = any(f.note for f in parameter.figures)
    which = both("档次", "Band") if parameter.bands is not None else page.kind(parameter.by) if parameter.by else None
    head = el(
        "tr",
        [
            el("th", words, scope="col", class_="number" if k == 2 else None)
            for k, words in enumerate(
                [
                    both("期间", "Period"),
                    which,
                    both(f"数值（{unit(parameter)}）", "Figure"),
                    both("文件", "Document"),
                    both("可信程度", "Confidence"),
                    *([both("附注", "Note")] if notes else []),
                ]
            )
        ],
    )
    groups: list[Child] = []
    for version in _versions(parameter):
        rows: list[Child] = []
        for k, f in enumerate(version):
            one = (
                band_text(parameter.bands, f.low, f.below)
                if parameter.bands is not None
                else key_text(parameter, f.key or 0)
            )
            first = el("th", period(parameter, f), scope="rowgroup", rowspan=len(version)) if k == 0 else None
            rows.append(
                el(
                    "tr",
                    first,
                    el("td", one),
                    el("td", shown(parameter, f), class_="number"),
                    el("td", _source(page, f)),
                    el("td", page.confidence(f.confidence)),
                    el("td", english(f.note) if f.note else None) if notes else None,
                )
            )
        groups.append(el("tbody", rows))
    whole = el("table", el("thead", head), groups, class_="grouped")
    return el("div", whole, class_="wide", tabindex="0", role="region", aria_label=label)


def _matrix(page: Page, parameter: Parameter, label: str) -> Html:
    """Keys down, versions across; a single version goes on in further columns.  The sources stand beneath."""
    versions = _versions(parameter)
    keys = _keys(parameter)
    by = page.kind(parameter.by) if parameter.by else None
    if len(versions) == 1:
        held = {f.key: f for f in versions[0]}
        long = -(-len(keys) // -(-len(keys) // LONG))  # columns of one length, as near as may be
        columns = [keys[k : k + long] for k in range(0, len(keys), long)]
        head: list[Child] = [one for _ in columns for one in (by, unit(parameter))]
        rows: list[list[Child]] = []
        for k in range(long):
            row: list[Child] = []
            for column in columns:
                found = held[column[k]] if k < len(column) else None
                row += [key_text(parameter, column[k]), shown(parameter, found)] if found else [None, None]
            rows.append(row)
        numbers = tuple(range(1, 2 * len(columns), 2))
    else:
        head = [by, *(period(parameter, version[0]) for version in versions)]
        cells = [{f.key: f for f in version} for version in versions]
        rows = [
            [key_text(parameter, key), *(shown(parameter, c[key]) if key in c else "—" for c in cells)] for key in keys
        ]
        numbers = tuple(range(1, len(versions) + 1))
    return el("div", table(head, rows, label, numbers=numbers), _sources(page, parameter, versions))


def _sources(page: Page, parameter: Parameter, versions: Sequence[Sequence[Figure]]) -> Html:
    """Where the figures of each version come from, each source once."""
    rows: list[Child] = []
    for version in versions:
        told = dict.fromkeys((f.doc, f.clause, f.source, f.confidence, f.note) for f in version)
        for one in told:
            f = next(f for f in version if (f.doc, f.clause, f.source, f.confidence, f.note) == one)
            note = ["；", english(f.note)] if f.note else None
            rows.append(
                el("li", f"{period(parameter, f)}：", _source(page, f), "；", page.confidence(f.confidence), note)
            )
    return el("ul", rows, class_="sources")


def figures_csv(parameter: Parameter) -> str:
    """The figures as a table for other programs; days and numbers as `parse` reads them."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    heads = ["year"] if parameter.yearly else ["from", "to"]
    heads += ["key"] if parameter.by is not None else ["low", "below"] if parameter.bands is not None else []
    out.writerow([*heads, "value", "kind", "doc", "clause", "source", "confidence", "note"])
    for version in _versions(parameter):
        for f in version:
            row: list[object] = [f.start] if parameter.yearly else [date_of(f.start), _end(f.end)]
            if parameter.by is not None:
                row.append("" if f.key is None else write(parameter.by, f.key))
            elif parameter.bands is not None:
                row += ["" if x is None else write(parameter.bands, x) for x in (f.low, f.below)]
            value = write(parameter.kind, f.value)
            out.writerow([*row, value, parameter.kind.name, f.doc, f.clause, f.source, f.confidence, f.note])
    return "\ufeff" + text.getvalue()  # with the mark that spreadsheets want for Chinese


def _end(end: int) -> object:
    return "" if end >= LAST_DAY else date_of(end)
