"""Parameters in memory: dated figures, how a rule reads them in CPython (views), and as arrays for compiled code."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, NoReturn, Protocol

import numpy as np
import numpy.typing as npt

from shebao.rules.kinds import (
    FIRST_YEAR,
    INT64_MAX,
    INT64_MIN,
    LAST_DAY,
    LAST_YEAR,
    Bands,
    Dated,
    DatedBands,
    DatedTable,
    Kind,
    Table,
    Yearly,
    YearlyBands,
    YearlyTable,
)
from shebao.rules.status import Refused, Why, status

APPROX = "approx"
CONFIDENCES = ("seed", "source", "known", APPROX)  # how sure a figure is; only approx is unsure
NO_FIGURE, SURE, COUNTED, REFUSED = 0, 1, 2, 4  # Encoded.states


class Figure(NamedTuple):
    """One figure of a parameter and where it comes from.

    value: the integer of the parameter's kind.  start, end: first and last day (day numbers) or year, included; an end
    of LAST_DAY is open.  key: of a keyed parameter.  low, below: of a band, which holds low <= x < below; None is no
    bound.
    """

    value: int
    start: int
    end: int
    key: int | None
    low: int | None
    below: int | None
    doc: str
    clause: str
    source: str
    confidence: str
    note: str


class Timeline(NamedTuple):
    """The versions of a parameter: version i holds from starts[i] to the day (or year) before starts[i + 1].

    cells: the figures of each version, one plain, one for each key, or one for each band; None where there is none.
    lowers: of a banded parameter the first amount of each band, from INT64_MIN up, holes included; else ().
    """

    starts: list[int]
    cells: list[tuple[Figure | None, ...]]
    lowers: list[tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class Parameter:
    """A named figure of the law and all its values over time.

    axis: "dated" (a figure from a day to a day) or "yearly" (one for each calendar year).  unit: as it is written.
    by, keys: the kind of its key and the first and last key.  bands: the kind of the amount that picks a band.
    range: lowest and highest value that a figure may have.  width: how many figures a version can have.
    origin: the file it stands in.  note: a remark on the whole of it.
    """

    name: str
    zh: str
    en: str
    kind: Kind
    unit: str
    axis: str
    by: Kind | None
    keys: tuple[int, int] | None
    bands: Kind | None
    range: tuple[int, int]
    width: int
    figures: tuple[Figure, ...]
    origin: str
    note: str

    @property
    def yearly(self) -> bool:
        return self.axis == "yearly"

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """The forms of annotation by which a rule may read it."""
        key = "Bands" if self.bands is not None else "Table" if self.by is not None else ""
        return ("Yearly" + key,) if self.yearly else (key or "value", "Dated" + key)

    @cached_property
    def timeline(self) -> Timeline:
        if self.yearly:
            starts = list(range(FIRST_YEAR, LAST_YEAR + 1))
        else:
            ends = {f.end + 1 for f in self.figures if f.end < LAST_DAY}
            starts = sorted({INT64_MIN} | {f.start for f in self.figures} | ends)
        held: list[list[Figure]] = [[] for _ in starts]
        for figure in self.figures:
            for k in range(bisect_left(starts, figure.start), bisect_right(starts, figure.end)):
                held[k].append(figure)
        cells: list[tuple[Figure | None, ...]] = []
        lowers: list[tuple[int, ...]] = []
        if self.bands is not None:
            for version in held:
                low, cell = _banded(version)
                lowers.append(low)
                cells.append(cell)
        elif self.keys is not None:
            empty = (None,) * self.width
            for version in held:
                row: list[Figure | None] = [None] * self.width
                for figure in version:
                    row[(figure.key or 0) - self.keys[0]] = figure
                cells.append(tuple(row) if version else empty)
        else:
            cells = [(version[0] if version else None,) for version in held]
        return Timeline(starts, cells, lowers)

    def version(self, when: int) -> int:
        """The index in the timeline of what holds on a day (of a dated parameter) or in a year; -1 is none."""
        if self.yearly:
            return when - FIRST_YEAR if FIRST_YEAR <= when <= LAST_YEAR else -1
        return bisect_right(self.timeline.starts, when) - 1

    def figure(self, when: int, key: int | None = None) -> Figure | None:
        """The figure on a day or in a year, for a key or for an amount where it has them; None when there is none."""
        k = self.version(when)
        if k < 0:
            return None
        cells = self.timeline.cells[k]
        if key is None:
            return cells[0] if self.by is None and self.bands is None else None
        cell = (
            bisect_right(self.timeline.lowers[k], key) - 1 if self.bands is not None else key - (self.keys or (0,))[0]
        )
        return cells[cell] if 0 <= cell < len(cells) else None

    def at(self, index: int) -> Figure | None:
        """The figure at an index of the encoded arrays."""
        version, cell = divmod(index, self.width)
        cells = self.timeline.cells[version]
        return cells[cell] if cell < len(cells) else None

    @cached_property
    def has_approx(self) -> bool:
        return any(f.confidence == APPROX for f in self.figures)


def _banded(version: list[Figure]) -> tuple[tuple[int, ...], tuple[Figure | None, ...]]:
    """Lower bounds and figures of one version's bands: from INT64_MIN up without a gap, holes as None."""
    lowers: list[int] = []
    cells: list[Figure | None] = []
    reach: int | None = INT64_MIN
    for figure in sorted(version, key=lambda f: INT64_MIN if f.low is None else f.low):
        low = INT64_MIN if figure.low is None else figure.low
        if reach is not None and low > reach:
            lowers.append(reach)
            cells.append(None)
        lowers.append(low)
        cells.append(figure)
        reach = figure.below
    if reach is not None:
        lowers.append(reach)
        cells.append(None)
    return tuple(lowers), tuple(cells)


def widest_version(parameter: Parameter) -> int:
    """The most entries (bands and the holes between them) of any version of a banded parameter."""
    return max(len(lowers) for lowers in parameter.timeline.lowers)


# ---- reading in CPython
class Context(Protocol):
    """Whose reading it is: the mode, what is accepted, the numbers of the plan's parameters, and who takes note."""

    @property
    def mode(self) -> str:
        """ "marked" computes with approx figures, "strict" refuses those of parameters that are not accepted."""

    @property
    def accepted(self) -> Collection[str]:
        """Names of the parameters whose approx figures were accepted for strict use."""

    def subject(self, parameter: Parameter) -> int:
        """The parameter's index in the plan's list."""

    def used(self, parameter: Parameter, figure: Figure) -> None:
        """Called each time that a figure is read."""


class _View:
    """What a rule reads a parameter through.  Built once for a parameter and a day, read in hot loops.

    Order of refusals, the same in compiled code: a key outside the table (INDEX), no figure (NO_FIGURE), APPROX.
    """

    __slots__ = (
        "cells",
        "context",
        "day",
        "low",
        "lowers",
        "parameter",
        "starts",
        "strict",
        "used",
        "version",
        "width",
    )

    def __init__(self, parameter: Parameter, day: int, context: Context) -> None:
        self.parameter, self.day, self.context, self.used = parameter, day, context, context.used
        self.strict = context.mode == "strict" and parameter.name not in context.accepted
        self.low = 0 if parameter.keys is None else parameter.keys[0]
        self.width = parameter.width
        self.starts, self.cells, self.lowers = parameter.timeline
        self.version = parameter.version

    def give(self, figure: Figure | None, detail: int) -> int:
        if figure is None:
            raise Refused(status(Why.NO_FIGURE, self.context.subject(self.parameter), detail))
        if self.strict and figure.confidence == APPROX:
            raise Refused(status(Why.APPROX, self.context.subject(self.parameter), detail))
        self.used(self.parameter, figure)
        return figure.value

    def outside(self, key: int) -> NoReturn:
        raise Refused(status(Why.INDEX, 0, key))  # the rule that reads puts its own number


class _TableView(_View, Table[int]):
    __slots__ = ("row",)

    def __init__(self, parameter: Parameter, day: int, context: Context) -> None:
        super().__init__(parameter, day, context)
        self.row = self.cells[self.version(day)]

    def __getitem__(self, key: int) -> int:
        cell = key - self.low
        if not 0 <= cell < self.width:
            self.outside(key)
        return self.give(self.row[cell], self.day)


class _BandsView(_View, Bands[int]):
    __slots__ = ("bounds", "row")

    def __init__(self, parameter: Parameter, day: int, context: Context) -> None:
        super().__init__(parameter, day, context)
        version = self.version(day)
        self.row, self.bounds = self.cells[version], self.lowers[version]

    def __getitem__(self, key: int) -> int:
        return self.give(self.row[bisect_right(self.bounds, key) - 1], self.day)


class _YearlyView(_View, Yearly[int]):
    __slots__ = ()

    def __getitem__(self, key: int) -> int:
        return self.give(self.cells[key - FIRST_YEAR][0] if FIRST_YEAR <= key <= LAST_YEAR else None, key)


class _DatedView(_View, Dated[int]):
    __slots__ = ()

    def __getitem__(self, key: int) -> int:
        return self.give(self.cells[bisect_right(self.starts, key) - 1][0], key)


class _OverTimeTableView(_View, YearlyTable[int], DatedTable[int]):
    """By year or day, and key."""

    __slots__ = ()

    def __getitem__(self, key: tuple[int, int]) -> int:
        when, which = key
        cell = which - self.low
        if not 0 <= cell < self.width:
            self.outside(which)
        version = self.version(when)
        return self.give(self.cells[version][cell] if version >= 0 else None, when)


class _OverTimeBandsView(_View, YearlyBands[int], DatedBands[int]):
    """By year or day, and band."""

    __slots__ = ()

    def __getitem__(self, key: tuple[int, int]) -> int:
        when, amount = key
        version = self.version(when)
        if version < 0:
            return self.give(None, when)
        return self.give(self.cells[version][bisect_right(self.lowers[version], amount) - 1], when)


View = _TableView | _BandsView | _YearlyView | _DatedView | _OverTimeTableView | _OverTimeBandsView
_VIEWS: dict[str, type[View]] = {
    "Table": _TableView,
    "Bands": _BandsView,
    "Yearly": _YearlyView,
    "Dated": _DatedView,
    "YearlyTable": _OverTimeTableView,
    "DatedTable": _OverTimeTableView,
    "YearlyBands": _OverTimeBandsView,
    "DatedBands": _OverTimeBandsView,
}


def view(parameter: Parameter, form: str, day: int, context: Context) -> int | View:
    """What a rule gets for an argument that names a parameter.

    form: of the annotation; one of `parameter.forms`, else TypeError.  day: the rule's day, which picks the version for
    "value", "Table" and "Bands".  For "value" it is the figure itself, read at once (so ask for it when the rule reads
    it); else something to index.  Raises Refused, with the plan's number of the parameter, for a figure that is not
    there (detail: the year, or the day) or not to be used; with subject 0 for a key outside the table (detail: the
    key).
    """
    if form not in parameter.forms:
        raise TypeError(f"{parameter.name} is read as {form}; it can be read as {' or '.join(parameter.forms)}")
    if form == "value":
        return _View(parameter, day, context).give(parameter.figure(day), day)
    return _VIEWS[form](parameter, day, context)


# ---- reading in compiled code
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Encoded:
    """A parameter as arrays.  Entry [v * width + c] is cell c of version v.

    starts[n]: first day of each version of a dated parameter, ascending, the first INT64_MIN (a hole is a version
    without figures); empty for a yearly one, whose version is year - FIRST_YEAR.
    lowers[n * width]: of a banded one the first amount of each band, ascending in a version: the first INT64_MIN,
    unused ones INT64_MAX; empty for others.
    values[n * width]: the figure where it is plainly usable (state SURE), else INT64_MIN.  marked[n * width]: the
    figure whatever its state, else INT64_MIN.  states[n * width]: NO_FIGURE 0, SURE 1, COUNTED 2 (approx, usable, to be
    counted), REFUSED 4 (approx in strict use, not accepted).
    """

    starts: Ints
    width: int
    lowers: Ints
    values: Ints
    marked: Ints
    states: npt.NDArray[np.uint8]


def encode(parameter: Parameter, strict: bool, accepted: Collection[str] = ()) -> Encoded:
    """The arrays of a parameter for compiled code; `accepted` are names of parameters."""
    timeline, width = parameter.timeline, parameter.width
    unsure = REFUSED if strict and parameter.name not in accepted else COUNTED
    n = len(timeline.starts)
    places: list[int] = []
    figures: list[int] = []
    sure: list[int] = []
    for version, cells in enumerate(timeline.cells):
        for place, figure in enumerate(cells, version * width):
            if figure is not None:
                places.append(place)
                figures.append(figure.value)
                sure.append(unsure if figure.confidence == APPROX else SURE)
    marked = np.full(n * width, INT64_MIN, np.int64)
    marked[places] = figures
    states = np.zeros(n * width, np.uint8)
    states[places] = sure
    values = np.where(states == SURE, marked, INT64_MIN)
    lowers = np.empty(0, np.int64)
    if parameter.bands is not None:
        lowers = np.full((n, width), INT64_MAX, np.int64)
        for version, bounds in enumerate(timeline.lowers):
            lowers[version, : len(bounds)] = bounds
        lowers = lowers.reshape(-1)
    starts = np.array([] if parameter.yearly else timeline.starts, np.int64)
    return Encoded(starts, width, lowers, values, marked, states)


def shape(parameter: Parameter) -> tuple[object, ...]:
    """All that compiled code depends on: hashable, the same for other figures, equal across processes as text."""
    p = parameter
    by, bands = (kind.name if kind is not None else "" for kind in (p.by, p.bands))
    return (p.name, p.axis, p.kind.name, by, p.keys, bands, p.width, p.range)
