"""What a run came to: counts by variable and refusal, sums of money, approximate figures that were read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from shebao.rules.decide import describe
from shebao.rules.graph import Plan
from shebao.rules.kernel import Ints
from shebao.rules.kinds import Kind, date_of
from shebao.rules.parameters import APPROX, Figure, Parameter
from shebao.rules.recompute import Settled
from shebao.rules.results import refusal_code
from shebao.rules.values import write

Read = tuple[str, int, int | None, int | None]  # a figure: its parameter, start, key, lower bound


def total_of(values: Ints) -> int:
    """The exact sum, which may be beyond int64."""
    return (int((values >> 32).sum()) << 32) + int((values & 0xFFFFFFFF).sum())


@dataclass
class Tally:
    """What can be added up over batches and days.  Sums are of decided values; refused counts rows by status."""

    rows: int = 0
    decided: Counter[str] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)
    refused: dict[str, Counter[int]] = field(default_factory=dict)
    reads: Counter[Read] = field(default_factory=Counter)
    approx_rows: int = 0
    exact: int = 0
    compared: int = 0

    def variable(self, name: str, kind: Kind, values: Ints, statuses: Ints) -> None:
        """Counts the rows of a variable's owner; a refused value is 0."""
        bad = statuses[statuses != 0]
        self.decided[name] += len(statuses) - len(bad)
        found = self.refused.setdefault(name, Counter())
        if len(bad):
            different, counts = np.unique(bad, return_counts=True)
            found.update(dict(zip(different.tolist(), counts.tolist(), strict=True)))
        if kind.name == "fen" or kind.form == "flag":
            self.totals[name] += total_of(values)

    def figures(self, plan: Plan, reads: Mapping[str, Ints], settled: Settled) -> None:
        """Counts the approximate figures that compiled code and CPython read."""
        for name, counts in reads.items():
            parameter = plan.law.parameters[name]
            for place in np.flatnonzero(counts):
                figure = parameter.at(int(place))
                if figure is not None and figure.confidence == APPROX:
                    self.reads[_place(name, figure)] += int(counts[place])
        for (name, figure), count in settled.reads.items():
            self.reads[_place(name, figure)] += count
        self.exact += settled.rows

    def add(self, other: Tally) -> None:
        """Takes in the counts of other rows."""
        self.rows += other.rows
        self.decided.update(other.decided)
        self.totals.update(other.totals)
        self.reads.update(other.reads)
        self.approx_rows += other.approx_rows
        self.exact += other.exact
        self.compared += other.compared
        for name, counts in other.refused.items():
            self.refused.setdefault(name, Counter()).update(counts)

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it; `of_plain` reads it."""
        return {
            "rows": self.rows,
            "decided": dict(self.decided),
            "totals": dict(self.totals),
            "refused": {name: list(counts.items()) for name, counts in self.refused.items()},
            "reads": [[*read, count] for read, count in self.reads.items()],
            "approx_rows": self.approx_rows,
            "exact": self.exact,
            "compared": self.compared,
        }

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> Tally:
        """Raises KeyError, TypeError or ValueError for what `plain` did not write."""
        return cls(
            plain["rows"],
            Counter(plain["decided"]),
            Counter(plain["totals"]),
            {name: Counter(dict(counts)) for name, counts in plain["refused"].items()},
            Counter({(str(n), start, key, low): count for n, start, key, low, count in plain["reads"]}),
            plain["approx_rows"],
            plain["exact"],
            plain["compared"],
        )


def _place(name: str, figure: Figure) -> Read:
    return name, figure.start, figure.key, figure.low


@dataclass(frozen=True)
class RefusalCount:
    """How many rows were refused for one cause: its code in the result, and why in Chinese and English."""

    code: str
    rows: int
    zh: str
    en: str


@dataclass(frozen=True)
class VariableSummary:
    """One wanted variable over its owner's rows and all days.  total: the sum of money in fen, or of flags how many are
    true; None for other kinds."""

    name: str
    zh: str
    en: str
    kind: Kind
    owner: str
    decided: int
    refused: int
    total: int | None
    refusals: tuple[RefusalCount, ...]


@dataclass(frozen=True)
class FigureUse:
    """An approximate figure that was computed with, and how often it was read."""

    parameter: Parameter
    figure: Figure
    reads: int

    @property
    def when(self) -> str:
        """The year it is for, or the day it starts."""
        start = self.figure.start
        return str(start) if self.parameter.yearly else date_of(start).isoformat()


@dataclass(frozen=True)
class Summary:
    """What a run came to.

    rows: of persons.  days: the benefit days.  approx: approximate figures read; approx_rules: the variables of the
    plan whose rule itself is approximate; approx_rows: results that read an approximate figure, a row for each day.
    exact: rows decided in CPython because compiled code left them open.  compared: rows computed twice as a check.
    """

    rows: int
    days: tuple[int, ...]
    mode: str
    fingerprint: str
    variables: tuple[VariableSummary, ...]
    approx: tuple[FigureUse, ...]
    approx_rules: tuple[str, ...]
    approx_rows: int
    exact: int
    compared: int
    seconds: float

    @property
    def rows_per_second(self) -> float:
        return self.rows / self.seconds if self.seconds else 0.0

    @property
    def refused(self) -> int:
        """Refused values of all variables."""
        return sum(v.refused for v in self.variables)

    def __getitem__(self, name: str) -> VariableSummary:
        return next(v for v in self.variables if v.name == name)

    @classmethod
    def of(cls, plan: Plan, tally: Tally, days: tuple[int, ...], mode: str, seconds: float) -> Summary:
        """The counts with the names and texts of the law."""
        law = plan.law
        variables = []
        for name in plan.want:
            variable, counts = law.variables[name], tally.refused.get(name, Counter())
            refusals = (
                RefusalCount(refusal_code(plan, status), rows, *describe(plan, status))
                for status, rows in counts.items()
            )
            sums = variable.kind.name == "fen" or variable.kind.form == "flag"
            total = tally.totals[name] if sums else None
            names = (name, variable.zh, variable.en, variable.kind, variable.owner)
            variables.append(
                VariableSummary(
                    *names,
                    tally.decided[name],
                    counts.total(),
                    total,
                    tuple(sorted(refusals, key=lambda r: (-r.rows, r.code))),
                )
            )
        figures = {
            _place(n, figure): figure
            for n in plan.parameters
            for figure in law.parameters[n].figures
            if figure.confidence == APPROX
        }
        uses = [
            FigureUse(law.parameters[read[0]], figures[read], n) for read, n in sorted(tally.reads.items(), key=repr)
        ]
        rules = tuple(v.name for v in plan.order if any(x.rule.confidence == APPROX for x in v.versions))
        return cls(
            tally.rows,
            days,
            mode,
            law.fingerprint,
            tuple(variables),
            tuple(uses),
            rules,
            tally.approx_rows,
            tally.exact,
            tally.compared,
            seconds,
        )

    def plain(self) -> dict[str, Any]:
        """As JSON: amounts as integers in their own unit, days as ISO dates."""
        return {
            "rows": self.rows,
            "days": [date_of(d).isoformat() for d in self.days],
            "law": self.mode,
            "fingerprint": self.fingerprint,
            "variables": {
                v.name: {
                    "zh": v.zh,
                    "en": v.en,
                    "kind": v.kind.name,
                    "of": v.owner,
                    "decided": v.decided,
                    "refused": v.refused,
                    "total": v.total,
                    "refusals": [{"code": r.code, "rows": r.rows, "zh": r.zh, "en": r.en} for r in v.refusals],
                }
                for v in self.variables
            },
            "approx": [
                {
                    "parameter": u.parameter.name,
                    "zh": u.parameter.zh,
                    "when": u.when,
                    "value": write(u.parameter.kind, u.figure.value),
                    "doc": u.figure.doc or u.figure.source,
                    "reads": u.reads,
                }
                for u in self.approx
            ],
            "approx_rules": list(self.approx_rules),
            "approx_rows": self.approx_rows,
            "exact": self.exact,
            "compared": self.compared,
            "seconds": round(self.seconds, 3),
            "rows_per_second": round(self.rows_per_second),
        }
