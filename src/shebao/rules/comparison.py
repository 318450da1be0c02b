"""A reform beside the law: both computed for the same rows, with the difference, the totals, who wins and who loses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shebao.rules import results
from shebao.rules.columns import Data
from shebao.rules.graph import Plan
from shebao.rules.kernel import Ints, Kernel
from shebao.rules.kinds import Kind
from shebao.rules.law import Law
from shebao.rules.reform import under
from shebao.rules.results import REFUSAL
from shebao.rules.run import APPROX, Pass
from shebao.rules.summary import Summary, Tally, total_of

BASELINE, REFORM, DIFFERENCE = "_baseline", "_reform", "_difference"
COUNTED = ("number", "day", "year", "month", "flag")  # forms of kinds that have a difference
UNITS = {"day": "days", "year": "years", "month": "months", "flag": "count"}  # of that difference


@dataclass(frozen=True)
class Effect:
    """What a reform does to a variable, in rows of its owner.

    winners, losers: decided by both, and higher or lower under the reform (a flag: true is higher); gained, lost: by
    how much in all, lost is negative.  changed: decided by both, and not the same.  newly_decided, newly_refused: by
    the reform, where the law did not.
    """

    winners: int
    losers: int
    changed: int
    gained: int
    lost: int
    newly_decided: int
    newly_refused: int


@dataclass(frozen=True)
class ComparisonSummary:
    """Both runs, and the effects by variable."""

    baseline: Summary
    reform: Summary
    effects: Mapping[str, Effect]

    def plain(self) -> dict[str, Any]:
        """As JSON; amounts are integers in their own unit."""
        effects = {name: vars(effect) for name, effect in self.effects.items()}
        return {"baseline": self.baseline.plain(), "reform": self.reform.plain(), "effects": effects}


@dataclass
class ComparisonTally:
    """What can be added up over batches and days."""

    baseline: Tally = field(default_factory=Tally)
    reform: Tally = field(default_factory=Tally)
    effects: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, other: ComparisonTally) -> None:
        """Takes in the counts of other rows."""
        self.baseline.add(other.baseline)
        self.reform.add(other.reform)
        for name, counts in other.effects.items():
            self.effects.setdefault(name, Counter()).update(counts)

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        effects = {name: dict(counts) for name, counts in self.effects.items()}
        return {"baseline": self.baseline.plain(), "reform": self.reform.plain(), "effects": effects}


class Comparison:
    """A job for `assess`: the law's pass and the reform's over the same rows, for the same variables and days.

    The result has person_id and benefit_day as a pass has them, and for each wanted variable `<variable>_baseline`,
    `<variable>_reform` with their `_refusal`, and `<variable>_difference`, reform less baseline: int64, null where
    either is refused; codes and masks have none.  approx: either read an approximate figure.
    """

    def __init__(self, baseline: Pass, reform: Pass) -> None:
        if (baseline.plan.want, baseline.days, baseline.several) != (reform.plan.want, reform.days, reform.several):
            raise ValueError("both passes are for the same variables and days")
        self.baseline, self.reform = baseline, reform

    @property
    def plan(self) -> Plan:
        """The reform's plan; it reads all that the law's reads of groups, or more."""
        return max(self.reform.plan, self.baseline.plan, key=lambda p: len(p.groups))

    def compute(
        self, persons: Data, groups: Mapping[str, Data] | None = None, refused: Ints | None = None
    ) -> tuple[pa.Table, ComparisonTally]:
        """Both results side by side, and the counts."""
        tally = ComparisonTally()
        schema = self.schema(persons.schema)
        before = self.baseline.outcomes(persons, groups, refused, tally.baseline)
        after = self.reform.outcomes(persons, groups, self._statuses(refused), tally.reform)
        parts = []
        for old, new in zip(before, after, strict=True):
            columns = self.baseline.keys(persons, old.day)
            for name in self.baseline.plan.want:
                kind = self.baseline.plan.law.variables[name].kind
                owned = (old.values[name], old.statuses[name], new.values[name], new.statuses[name])
                _count(tally.effects.setdefault(name, Counter()), kind, *owned)
                shown = (*old.of_persons(name), *new.of_persons(name))
                columns += results.arrays(old.plan, old.plan.law.variables[name], *shown[:2])
                columns += results.arrays(new.plan, new.plan.law.variables[name], *shown[2:])
                if kind.form in COUNTED:
                    difference, none = _difference(*shown)
                    columns.append(pa.array(difference, mask=none))
            parts.append(pa.Table.from_arrays([*columns, pa.array(old.approx | new.approx)], schema=schema))
        return pa.concat_tables(parts), tally

    def _statuses(self, refused: Ints | None) -> Ints | None:
        """The reader's refusals under the reform's numbers of inputs."""
        old, new = self.baseline.plan.inputs, self.reform.plan.inputs
        if refused is None or old == new:
            return refused
        found = refused.copy()
        for status in np.unique(refused[refused != 0]).tolist():
            subject = status >> 8 & 0xFFFFFF
            name = old[subject] if subject < len(old) else ""
            place = new.index(name) if name in new else 0xFFFFFF
            found[refused == status] = status & ~(0xFFFFFF << 8) | place << 8
        return found

    def schema(self, given: pa.Schema) -> pa.Schema:
        """The schema of the results of a table of that schema."""
        fields = self.baseline.key_fields(given)
        for name in self.baseline.plan.want:
            variable = self.baseline.plan.law.variables[name]
            value, refusal = results.fields(variable)
            for suffix in (BASELINE, REFORM):
                fields += [value.with_name(name + suffix), refusal.with_name(name + suffix + REFUSAL)]
            if variable.kind.form in COUNTED:
                told = {"unit": UNITS.get(variable.kind.form, variable.kind.name), "scale": str(variable.kind.scale)}
                fields.append(pa.field(name + DIFFERENCE, pa.int64(), metadata=told))
        laws = {"baseline": self.baseline.plan.law.fingerprint, "reform": self.reform.plan.law.fingerprint}
        metadata = {"shebao.mode": self.baseline.mode, **{f"shebao.{k}": v for k, v in laws.items()}}
        return pa.schema([*fields, pa.field(APPROX, pa.bool_())], metadata)

    def identity(self) -> dict[str, Any]:
        """All that the result depends on but the input."""
        return {"baseline": self.baseline.identity(), "reform": self.reform.identity()}

    def nothing(self) -> ComparisonTally:
        """Counts of no rows."""
        return ComparisonTally()

    def counts(self, plain: Mapping[str, Any]) -> ComparisonTally:
        """Counts that were kept as JSON."""
        effects = {name: Counter(counts) for name, counts in plain["effects"].items()}
        return ComparisonTally(self.baseline.counts(plain["baseline"]), self.reform.counts(plain["reform"]), effects)

    def summary(self, counts: ComparisonTally, seconds: float) -> ComparisonSummary:
        """What the whole came to."""
        names = Effect.__dataclass_fields__
        effects = {
            name: Effect(**{n: counts.effects.get(name, Counter())[n] for n in names})
            for name in self.baseline.plan.want
        }
        return ComparisonSummary(
            self.baseline.summary(counts.baseline, seconds), self.reform.summary(counts.reform, seconds), effects
        )


def _difference(a: Ints, a_status: Ints, b: Ints, b_status: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """(b - a, where there is none): either is refused, or it does not fit int64."""
    with np.errstate(over="ignore"):
        found = b - a
    overflow = ((b ^ a) & (b ^ found)) < 0
    none: npt.NDArray[np.bool_] = (a_status != 0) | (b_status != 0) | overflow
    return np.where(none, 0, found), none


def _count(counts: Counter[str], kind: Kind, a: Ints, a_status: Ints, b: Ints, b_status: Ints) -> None:
    """Adds the effect on a variable."""
    both = (a_status == 0) & (b_status == 0)
    counts["changed"] += int((both & (a != b)).sum())
    counts["newly_decided"] += int(((a_status != 0) & (b_status == 0)).sum())
    counts["newly_refused"] += int(((a_status == 0) & (b_status != 0)).sum())
    if kind.form in COUNTED:
        difference, _ = _difference(a, a_status, b, b_status)
        higher, lower = difference[difference > 0], difference[difference < 0]
        counts["winners"] += len(higher)
        counts["losers"] += len(lower)
        counts["gained"] += total_of(higher)
        counts["lost"] += total_of(lower)


def compare(
    law: Law | Kernel,
    reformed: Law,
    table: Data,
    *,
    on: int | Sequence[int],
    want: Sequence[str] = (),
    mode: str = "marked",
    accepted: Collection[str] = (),
    groups: Mapping[str, Data] | None = None,
    threads: int | None = None,
) -> tuple[pa.Table, ComparisonSummary]:
    """The wanted variables of a table under the law and under a reform (`reform.load(...).law`), and what it comes to.

    law: or a kernel of it, which then says what is wanted.  See Comparison for the columns.
    """
    kernel = law if isinstance(law, Kernel) else Kernel(law.plan(want))
    passes = (Pass(k, on=on, mode=mode, accepted=accepted, threads=threads) for k in (kernel, under(kernel, reformed)))
    job = Comparison(*passes)
    found, tally = job.compute(table, groups)
    return found, job.summary(tally, 0.0)
