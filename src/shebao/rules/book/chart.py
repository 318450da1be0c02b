"""Step charts as SVG, in whole numbers throughout: what held from when to when, from which key or amount on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from shebao.rules.book.figures import amount, band_text, key_text, newest, period, unit, unit_size
from shebao.rules.book.html import Child, Html, el
from shebao.rules.figures import APPROX, Figure, Parameter
from shebao.rules.kinds import LAST_DAY, LAST_YEAR, date_of, day
from shebao.rules.values import display

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 74, 16, 16, 30
LABELS = 96  # more room to the right, for the names of several lines
MOST_LINES = 6


class Step(NamedTuple):
    """A value that holds from x0 to x1; `told` is what a pointer over it shows."""

    x0: int
    x1: int
    value: int
    approx: bool
    told: str


class Line(NamedTuple):
    label: str
    steps: list[Step]


Tick = tuple[int, str]


def parameter_chart(parameter: Parameter) -> Html | None:
    """The chart of a parameter, or None when it has too few figures to show anything."""
    if parameter.kind.form != "number" or len(parameter.figures) < 2:
        return None
    versions = len({f.start for f in parameter.figures})
    if parameter.bands is not None:
        lines, ticks = _by_band(parameter)
    elif parameter.by is None or (versions > 1 and len({f.key for f in parameter.figures}) <= MOST_LINES):
        lines, ticks = _over_time(parameter)
    elif parameter.by.form != "code" and len(newest(parameter)) > 2:
        lines, ticks = _by_key(parameter)
    else:
        return None
    if sum(len(line.steps) for line in lines) < 2:
        return None
    return _chart(parameter, lines, ticks)


def _told(parameter: Parameter, when: str, figure: Figure) -> str:
    mark = "〔约〕" if figure.confidence == APPROX else ""
    return f"{when}：{amount(parameter, figure.value)} {unit(parameter)}{mark}"


def _over_time(parameter: Parameter) -> tuple[list[Line], list[Tick]]:
    """One line, or one for each key; years begin on 1 January.  What is open at the end goes on a little further."""

    def begins(start: int) -> int:
        return day(f"{min(start, LAST_YEAR):04d}-01-01") if parameter.yearly else start

    starts = [begins(f.start) for f in parameter.figures]
    first, last = min(starts), max(starts)
    horizon = last + max((last - first) // 12, 366)
    lines: dict[int | None, Line] = {}
    for f in sorted(parameter.figures, key=lambda f: (f.key or 0, f.start)):
        end = begins(f.end + 1) if parameter.yearly else min(f.end + 1, LAST_DAY)
        label = "" if f.key is None else key_text(parameter, f.key)
        told = _told(parameter, f"{label} {period(parameter, f)}".strip(), f)
        step = Step(begins(f.start), min(end, horizon), f.value, f.confidence == APPROX, told)
        lines.setdefault(f.key, Line(label, [])).steps.append(step)
    years = range(date_of(first).year, date_of(horizon).year + 1)
    every = next(n for n in (1, 2, 5, 10, 20, 50, 100) if len(years) <= 9 * n)
    ticks = [(day(f"{y:04d}-01-01"), str(y)) for y in years if y % every == 0]
    return list(lines.values()), [t for t in ticks if first <= t[0] <= horizon]


def _by_key(parameter: Parameter) -> tuple[list[Line], list[Tick]]:
    """The newest version, from key to key."""
    steps: list[Step] = []
    for f in sorted(newest(parameter), key=lambda f: f.key or 0):
        key = f.key or 0
        told = _told(parameter, key_text(parameter, key), f)
        steps.append(Step(key, key + 1, f.value, f.confidence == APPROX, told))
    first, last = steps[0].x0, steps[-1].x0
    every = next(n for n in (1, 2, 5, 10, 20, 50, 100, 1000) if last - first < 12 * n)
    ticks = [(k, str(k)) for k in range(first, last + 1) if k % every == 0]
    return [Line("", steps)], ticks


def _by_band(parameter: Parameter) -> tuple[list[Line], list[Tick]]:
    """The newest versions, a line each, over the amount that picks the band."""
    kind = parameter.bands
    assert kind is not None
    starts = sorted({f.start for f in parameter.figures})[-MOST_LINES:]
    held = [f for f in parameter.figures if f.start in starts]
    bounds = [x for f in held for x in (f.low, f.below) if x is not None]
    first = min(0, *bounds) if bounds else 0
    last = max(bounds, default=0)
    reach = last + max((last - first) // 6, 1)
    lines: dict[int, Line] = {}
    for f in sorted(held, key=lambda f: (f.start, first if f.low is None else f.low)):
        when = period(parameter, f)
        told = _told(parameter, f"{when} {band_text(kind, f.low, f.below)}", f)
        low, below = first if f.low is None else f.low, reach if f.below is None else f.below
        step = Step(low, below, f.value, f.confidence == APPROX, told)
        lines.setdefault(f.start, Line(when if len(starts) > 1 else "", [])).steps.append(step)
    marks = _nice(first, reach, Fraction(kind.scale), 6)
    return list(lines.values()), [(x, display(kind, x).replace(".00", "")) for x in marks]


def _nice(low: int, high: int, size: Fraction, most: int) -> list[int]:
    """Round marks from the one at or under `low` to `high`, at most so many steps, whole in the written unit."""
    steps = (size * m * Fraction(10) ** e for e in range(-6, 16) for m in (1, 2, 5))
    step = next(int(s) for s in steps if s.denominator == 1 and (high - low) <= s * most)
    return list(range(low // step * step, high + 1, step))


def _scale(low: int, high: int, start: int, length: int) -> Callable[[int], str]:
    """Where a value stands, in tenths of a unit of the drawing, computed in whole numbers."""

    def place(value: int) -> str:
        tenths = start * 10 + (value - low) * length * 10 // max(high - low, 1)
        return f"{tenths // 10}.{tenths % 10}"

    return place


def chart_low(parameter: Parameter) -> int:
    """Where the value axis begins: 0, unless all figures lie far above it and close together."""
    least, most = min(f.value for f in parameter.figures), max(f.value for f in parameter.figures)
    return 0 if 0 <= least * 2 <= most or least == most else least - (most - least) // 8


def _chart(parameter: Parameter, lines: Sequence[Line], x_ticks: Sequence[Tick]) -> Html:
    steps = [step for line in lines for step in line.steps]
    least, most = min(s.value for s in steps), max(s.value for s in steps)
    low = chart_low(parameter)
    y_ticks = _nice(low, max(most, low + 1), unit_size(parameter), 8)
    low = min(low, y_ticks[0])
    if y_ticks[-1] < most and len(y_ticks) > 1:
        y_ticks.append(2 * y_ticks[-1] - y_ticks[-2])
    high = max(most, y_ticks[-1])
    right = RIGHT + (LABELS if len(lines) > 1 else 0)
    x_low, x_high = min(s.x0 for s in steps), max(s.x1 for s in steps)
    x = _scale(x_low, x_high, LEFT, WIDTH - LEFT - right)
    rise = _scale(low, high, 0, HEIGHT - TOP - BOTTOM)

    def y(value: int) -> str:
        tenths = (HEIGHT - BOTTOM) * 10 - int(rise(value).replace(".", ""))
        return f"{tenths // 10}.{tenths % 10}"

    drawn: list[Child] = []
    for value in y_ticks:
        drawn.append(el("line", x1=LEFT, x2=WIDTH - right, y1=y(value), y2=y(value), class_="grid"))
        label = amount(parameter, value, 0)
        drawn.append(el("text", label, x=LEFT - 8, y=y(value), dy="0.35em", class_="tick end"))
    for at, words in x_ticks:
        drawn.append(el("line", x1=x(at), x2=x(at), y1=HEIGHT - BOTTOM, y2=HEIGHT - BOTTOM + 5, class_="axis"))
        drawn.append(el("text", words, x=x(at), y=HEIGHT - BOTTOM + 20, class_="tick middle"))
    drawn.append(el("line", x1=LEFT, x2=WIDTH - right, y1=HEIGHT - BOTTOM, y2=HEIGHT - BOTTOM, class_="axis"))
    for k, line in enumerate(lines):
        drawn.append(_line(line, k, x, y))
    if len(lines) > 1:
        drawn.append(_labels(lines, y))
    name = f"chart-{parameter.name}"
    approx = [s.told for s in steps if s.approx]
    told = f"{len(steps)}个数值；{min_max(parameter, least, most)}" + (f"；约值：{'；'.join(approx)}" if approx else "")
    return el(
        "svg",
        el("title", f"{parameter.zh}（{unit(parameter)}）", id=f"{name}-title"),
        el("desc", told, id=f"{name}-told"),
        drawn,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_labelledby=f"{name}-title {name}-told",
        class_="chart",
    )


def min_max(parameter: Parameter, least: int, most: int) -> str:
    """The lowest and the highest figure: 2,877.00 至 143,244.00 元."""
    return f"{amount(parameter, least)} 至 {amount(parameter, most)} {unit(parameter)}"


def _line(line: Line, number: int, x: Callable[[int], str], y: Callable[[int], str]) -> Html:
    """The steps of a line; a certain one is drawn through with a full dot, an approximate one dashed with a ring."""
    drawn: list[Child] = []
    before: Step | None = None
    for step in line.steps:
        at = y(step.value)
        if before is not None and before.x1 == step.x0:
            drawn.append(el("line", x1=x(step.x0), x2=x(step.x0), y1=y(before.value), y2=at, class_="riser"))
        sure = "step approx" if step.approx else "step"
        drawn.append(
            el(
                "g",
                el("title", step.told),
                el("line", x1=x(step.x0), x2=x(step.x1), y1=at, y2=at, class_=sure),
                el("circle", cx=x(step.x0), cy=at, r="3", class_="dot approx" if step.approx else "dot"),
                el("line", x1=x(step.x0), x2=x(step.x1), y1=at, y2=at, class_="catch"),
            )
        )
        before = step
    return el("g", drawn, class_=f"line l{number % MOST_LINES}")


def _labels(lines: Sequence[Line], y: Callable[[int], str]) -> Html:
    """The names of the lines at their right ends, moved apart where they would touch."""
    wanted = sorted((int(y(line.steps[-1].value).replace(".", "")) // 10, k) for k, line in enumerate(lines))
    texts: list[Child] = []
    free = TOP
    for at, k in wanted:
        at = max(at, free)
        free = at + 17
        words = lines[k].label
        texts.append(el("text", words, x=WIDTH - LABELS - RIGHT + 8, y=at, dy="0.35em", class_=f"label l{k}"))
    return el("g", texts)
