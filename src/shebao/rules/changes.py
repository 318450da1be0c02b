"""What the law says on one day and no more, or otherwise, on another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from shebao.rules.kinds import date_of
from shebao.rules.law import Law, Version
from shebao.rules.parameters import Figure, Parameter
from shebao.rules.values import write


@dataclass(frozen=True)
class Change:
    """The figures of a parameter, or of one of its keys, that are not the same over a span: on its first and last day
    (None where there is none), and those that held only between.
    """

    parameter: Parameter
    key: str
    figures: tuple[Figure | None, Figure | None]
    between: tuple[Figure, ...]

    @property
    def documents(self) -> list[str]:
        """Of all its figures, in the order of time."""
        before, after = self.figures
        return list(dict.fromkeys(f.doc or f.source for f in (before, *self.between, after) if f))


RuleChange = tuple[str, int, Version | None, Version | None]


def changed_rules(law: Law, first: int, second: int) -> Iterator[RuleChange]:
    """What begins, changes or ends after one day and up to another: variable, day, the version before, that from then.

    None where the variable has no version before, or none any more.
    """
    for name, variable in law.variables.items():
        for before, after in pairwise([None, *variable.versions]):
            if after is not None and first < after.rule.since <= second:
                yield name, after.rule.since, before, after
        last = variable.versions[-1]
        if first < last.rule.until + 1 <= second:
            yield name, last.rule.until + 1, last, None


def changed_figures(law: Law, first: int, second: int) -> Iterator[Change]:
    """Figures that do not stay as they are from one day to another; of a yearly parameter, from year to year."""
    for parameter in law.parameters.values():
        start, end = (date_of(day).year if parameter.yearly else day for day in (first, second))
        held: dict[str, list[Figure]] = {}
        for figure in sorted(parameter.figures, key=lambda f: f.start):
            if figure.start <= end and figure.end >= start:
                held.setdefault(key_of(parameter, figure), []).append(figure)
        for key, figures in held.items():
            before = figures[0] if figures[0].start <= start else None
            after = figures[-1] if figures[-1].end >= end else None
            between = tuple(f for f in figures if f is not before and f is not after)
            if len({f.value if f else None for f in (before, *between, after)}) > 1:
                yield Change(parameter, key, (before, after), between)


def key_of(parameter: Parameter, figure: Figure) -> str:
    """The key or band of a figure, as it is written; empty when it has none."""
    if parameter.by is not None and figure.key is not None:
        return write(parameter.by, figure.key)
    if parameter.bands is None:
        return ""
    low, below = (write(parameter.bands, v) if v is not None else "" for v in (figure.low, figure.below))
    return f"[{low}, {below})"
