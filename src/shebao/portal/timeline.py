"""A life as lanes of years, and charts: geometry for SVG.  Everything drawn stands in words or a table beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from shebao.cases.selectors import Dossier
from shebao.contributions.selectors import Contributor
from shebao.law import the_law
from shebao.law.insurance.contributions.facts import Insurance
from shebao.people.facts import Residence, Status, Vitals, Work
from shebao.people.selectors import Person

WIDTH = 1000  # units across
LANE = 26
TOP = 22
Stretch = tuple[date, date | None, str, float]  # from, to, what it is, how much of the lane's height
LEAST = 100_000  # fen that a money axis shows at least


@dataclass(frozen=True)
class Span:
    """A bar from x, so wide, so high; told by `title`."""

    x: float
    width: float
    y: float
    height: float
    title: str


@dataclass(frozen=True)
class Lane:
    """One kind of thing over the years."""

    zh: str
    en: str
    y: int
    spans: list[Span]


@dataclass(frozen=True)
class Timeline:
    """The lanes with their ticks.  ticks: (x, year)."""

    lanes: list[Lane]
    ticks: list[tuple[float, int]]
    height: int
    first: int
    last: int


def timeline(record: Person, paid_in: Contributor, dossier: Dossier, today: date) -> Timeline:
    """Residence, work, insurance by year, statuses, benefits and payments of a life, from birth to this year's end."""
    born = next((known.fact.birth_day for known in record.of(Vitals)), None)
    first = min([born.year if born else today.year, *(year.year for year in paid_in.years)])
    scale = _Scale(first, today)
    rows: list[tuple[str, str, list[Stretch]]] = [
        (
            "居住",
            "Residence",
            [(f.since, f.until, f.address or f.place, 1) for f in (k.fact for k in record.of(Residence))],
        ),
        ("工作", "Work", [(f.since, f.until, "", 1) for f in (k.fact for k in record.of(Work))]),
        ("身份", "Status", [(f.since, f.until, "", 1) for f in (k.fact for k in record.of(Status))]),
    ]
    for insurance in sorted({year.insurance for year in paid_in.years}):
        name = Insurance(insurance)
        months: list[Stretch] = [
            (date(y.year, 1, 1), date(y.year, 12, 31), f"{y.year}: {y.paid}/12", y.paid / 12)
            for y in paid_in.years
            if y.insurance == insurance and y.paid
        ]
        rows.append((f"{name.zh}缴费", f"{name.en} paid", months))
    variables = the_law().variables
    awards = [
        (one.valid.lower, one.valid.upper, f"{variables[one.benefit].zh} {variables[one.benefit].en}", 1.0)
        for one in dossier.received
    ]
    rows.append(("待遇", "Benefits", awards))
    rows.append(("发放", "Payments", [(p.day, p.day, f"{p.day}", 1) for p in dossier.paid]))
    lanes: list[Lane] = []
    for zh, en, spans in rows:
        if not spans:
            continue
        y = TOP + len(lanes) * LANE
        lanes.append(Lane(zh, en, y, [scale.span(y, *span) for span in spans]))
    return Timeline(lanes, scale.ticks(), TOP + len(lanes) * LANE + 4, first, today.year)


class _Scale:
    def __init__(self, first: int, today: date) -> None:
        self.start = date(first, 1, 1).toordinal()
        self.end = date(today.year + 1, 1, 1).toordinal()
        self.first, self.last = first, today.year

    def x(self, day: date) -> float:
        part = (min(max(day.toordinal(), self.start), self.end) - self.start) / (self.end - self.start)
        return round(part * WIDTH, 1)

    def span(self, y: int, since: date, until: date | None, title: str, share: float) -> Span:
        x = self.x(since)
        height = round((LANE - 8) * share, 1)
        width = max((WIDTH if until is None else self.x(until)) - x, 2.5)
        told = f"{since:%Y-%m}—{f'{until:%Y-%m}' if until else ''} {title}".strip()
        return Span(x, round(width, 1), round(y + LANE - 8 - height, 1), height, told)

    def ticks(self) -> list[tuple[float, int]]:
        step = 5 if self.last - self.first < 40 else 10
        years = range(-(-self.first // step) * step, self.last + 1, step)
        return [(self.x(date(year, 1, 1)), year) for year in years if self.x(date(year, 1, 1)) < WIDTH - 20]


@dataclass(frozen=True)
class Bar:
    """A bar of a chart: its label, its value as written, and how long it is, 0 to 1000."""

    label: str
    value: str
    length: float
    y: int
    second: float = 0  # of a second series
    link: str = ""


def bars(rows: Sequence[tuple[str, int, str]], links: Sequence[str] = ()) -> list[Bar]:
    """Bars of (label, value, written), as long as their share of the largest."""
    largest = max((value for _, value, _ in rows), default=0) or 1
    return [
        Bar(label, written, round(max(value, 0) / largest * WIDTH, 1), k * 24, link=links[k] if links else "")
        for k, (label, value, written) in enumerate(rows)
    ]


@dataclass(frozen=True)
class Line:
    """A line chart.  points: SVG's; marks: (x, y, title); x_ticks, y_ticks: (place, text)."""

    points: str
    marks: list[tuple[float, float, str]]
    x_ticks: list[tuple[float, str]]
    y_ticks: list[tuple[float, str]]
    chosen: tuple[float, float] | None = None
    limits: list[tuple[float, str]] = field(default_factory=list)


def line(points: Iterable[tuple[int, int]], told: Sequence[str], x_names: Sequence[str], chosen: int | None) -> Line:
    """A line through (x, value) over a plane of 1000 × 300, its value axis from 0; `chosen` is the x that is marked."""
    found = list(points)
    if not found:
        return Line("", [], [], [])
    low, high = found[0][0], found[-1][0]
    top = _nice(max([LEAST, *(value for _, value in found)]))
    at = [
        (round((x - low) / max(high - low, 1) * 920 + 60, 1), round(280 - value / top * 260, 1)) for x, value in found
    ]
    steps = [top * k // 4 for k in range(5)]
    return Line(
        " ".join(f"{x},{y}" for x, y in at),
        [(x, y, text) for (x, y), text in zip(at, told, strict=True)],
        [(x, name) for (x, _), name in zip(at, x_names, strict=True)],
        [(round(280 - value / top * 260, 1), f"{value // 100:,}") for value in steps],
        next((place for place, (x, _) in zip(at, found, strict=True) if x == chosen), None),
    )


def _nice(value: int) -> int:
    """The next round number of fen above: 1, 2 or 5 times a power of ten."""
    power: int = 10 ** (len(str(value)) - 1)
    return next(k * power for k in (1, 2, 4, 5, 8, 10) if k * power >= value)
