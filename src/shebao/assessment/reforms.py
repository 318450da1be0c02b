"""A reform beside the law over everybody in the record: what it costs, whom it reaches, who wins and who loses.

Nothing is written: both laws are computed over the same facts, part by part, and only sums are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
import pyarrow as pa

from shebao.access.acting import acting
from shebao.access.models import Place
from shebao.assessment import extraction, services
from shebao.assessment.extraction import Facts, When
from shebao.database.connection import psycopg_connection
from shebao.database.extraction import integers
from shebao.rules.comparison import COUNTED
from shebao.rules.declare import PERSON, Pays
from shebao.rules.kernel import Ints
from shebao.rules.kinds import FEN
from shebao.rules.kinds import day as day_number
from shebao.rules.language import age_on
from shebao.rules.reform import Reform, under
from shebao.rules.run import Outcome, Pass
from shebao.rules.summary import Tally

AGES = (0, 16, 30, 45, 60, 70, 80)  # first year of each band
INCOMES = (0, 1, 100_000, 200_000, 400_000, 800_000)  # fen a head and month: the first of each band
INCOME = ("work_income", "property_income", "transfer_income")
Progress = Callable[[int, int | None], None]


@dataclass
class Effect:
    """Both laws on a benefit, over persons or families.

    before, after: fen in all, or how many services, under the law and under the reform, where both decide; receiving:
    how many receive it under each; winners, losers: who gets more, or less; gained, lost: how much in all;
    newly_decided, newly_refused: by the reform, where the law did not.
    """

    before: int = 0
    after: int = 0
    receiving_before: int = 0
    receiving_after: int = 0
    winners: int = 0
    losers: int = 0
    gained: int = 0
    lost: int = 0
    newly_decided: int = 0
    newly_refused: int = 0

    @property
    def changes(self) -> bool:
        """Whether the reform does anything to it."""
        return bool(self.winners or self.losers or self.newly_decided or self.newly_refused)

    def add(self, a: Ints, a_status: Ints, b: Ints, b_status: Ints) -> None:
        """Takes in rows: values and statuses under the law, and under the reform."""
        both = (a_status == 0) & (b_status == 0)
        difference = (b - a)[both]
        self.before += int(a[both].sum())
        self.after += int(b[both].sum())
        self.receiving_before += int((a[both] > 0).sum())
        self.receiving_after += int((b[both] > 0).sum())
        self.winners += int((difference > 0).sum())
        self.losers += int((difference < 0).sum())
        self.gained += int(difference[difference > 0].sum())
        self.lost += int(difference[difference < 0].sum())
        self.newly_decided += int(((a_status != 0) & (b_status == 0)).sum())
        self.newly_refused += int(((a_status == 0) & (b_status != 0)).sum())


@dataclass
class Effects:
    """What a reform comes to.  by_benefit: of benefits that change.

    by_place (code of the district; `places` has their names), by_age, by_income (first of the band): money paid by the
    month, of persons at their own, of families at their member of the smallest number; an income is a head's, as
    declared.
    """

    persons: int = 0
    by_benefit: dict[str, Effect] = field(default_factory=dict)
    by_place: dict[int, Effect] = field(default_factory=dict)
    by_age: dict[int, Effect] = field(default_factory=dict)
    by_income: dict[int, Effect] = field(default_factory=dict)
    places: dict[int, str] = field(default_factory=dict)


def compare(
    actor_id: int, reform: Reform, on: date, known: datetime | None = None, progress: Progress | None = None
) -> Effects:
    """The reform's effects on everybody, on a day.  Raises NotAllowed, ColumnError."""
    wanted = services.benefits()
    kernels = services.kernel(wanted), under(services.kernel(wanted), reform.law)
    law, reformed = (Pass(kernel, on=day_number(on)) for kernel in kernels)
    plan = max(reformed.plan, law.plan, key=lambda p: len(p.inputs))
    with acting(actor_id, services.PURPOSE) as act:
        when = When(on, known or act.at)
        city = extraction.everybody(when)
    found = Effects()
    for persons in city.parts(services.SIZE):
        with acting(actor_id, services.PURPOSE):
            facts = extraction.facts(plan, persons, when)
            places = _places(persons)
        (before,), (after,) = (job.outcomes(facts.table, facts.groups, None, Tally()) for job in (law, reformed))
        _add(found, facts, places, before, after, on)
        found.persons += len(persons)
        if progress:
            progress(found.persons, len(city.persons))
    with acting(actor_id, services.PURPOSE):
        codes = [f"{code:06}" for code in found.by_place]
        found.places = {int(place.code): place.name for place in Place.objects.filter(code__in=codes)}
    found.by_benefit = {name: effect for name, effect in found.by_benefit.items() if effect.changes}
    return found


def _add(found: Effects, facts: Facts, places: Ints, before: Outcome, after: Outcome, on: date) -> None:
    ages = _band(_ages(facts.table, on), AGES)
    incomes = _incomes(facts, before)
    heads = {kind: services.heads(facts.persons, m.group_of) for kind, m in before.membership.items()}
    order = np.argsort(facts.persons)
    for name in before.plan.want:
        variable = before.plan.law.variables[name]
        if variable.kind.form not in COUNTED:
            continue
        rows = before.values[name], before.statuses[name], after.values[name], after.statuses[name]
        found.by_benefit.setdefault(name, Effect()).add(*rows)
        if variable.kind != FEN or variable.rule.pays is not Pays.MONTHLY:
            continue
        changed = np.flatnonzero((rows[0] != rows[2]) | (rows[0] != 0))
        owner = before.plan.owner_of(name)
        persons = facts.persons if owner == PERSON else heads[owner]
        place = order[np.searchsorted(facts.persons, persons[changed], sorter=order)]
        for bands, into in ((places, found.by_place), (ages, found.by_age), (incomes, found.by_income)):
            of = bands[place]
            for band in np.unique(of).tolist():
                here = changed[of == band]
                into.setdefault(band, Effect()).add(*(column[here] for column in rows))


def _places(persons: Ints) -> Ints:
    """The district of each person, as a number of six digits."""
    rows = integers(
        psycopg_connection(),
        {"person": "p.id", "place": "rpad(left(p.place, 6), 6, '0')"},
        "FROM people_person p WHERE p.id = ANY(%s)",
        [persons.tolist()],
    )
    order = np.argsort(rows["person"])
    place: Ints = rows["place"][order][np.searchsorted(rows["person"][order], persons)]
    return place


def _ages(table: pa.Table, on: date) -> Ints:
    """Whole years of each person; 0 where the birth is not known."""
    born = np.asarray(table.column("birth_day").cast(pa.int32()).fill_null(day_number(on))).astype(np.int64)
    distinct, places = np.unique(born, return_inverse=True)
    years = [int(age_on(int(day), day_number(on))) if day <= day_number(on) else 0 for day in distinct]
    return np.array(years, np.int64)[places]


def _incomes(facts: Facts, outcome: Outcome) -> Ints:
    """The band of the declared income a head of each person's household."""
    total = np.zeros(len(facts.persons), np.int64)
    for name in INCOME:
        if name in facts.table.column_names:
            total += np.asarray(facts.table.column(name).fill_null(0)).astype(np.int64)
    members = outcome.membership.get("household")
    if members is None:
        return _band(total, INCOMES)
    count = np.bincount(members.group_of[members.group_of >= 0])
    sums = np.zeros(len(count), np.int64)
    np.add.at(sums, members.group_of[members.group_of >= 0], total[members.group_of >= 0])
    a_head = sums // np.maximum(count, 1)
    return _band(np.where(members.group_of >= 0, a_head[members.group_of], total), INCOMES)


def _band(values: Ints, firsts: Sequence[int]) -> Ints:
    """The first of the band in which each value is."""
    edges = np.array(firsts, np.int64)
    found: Ints = edges[np.maximum(np.searchsorted(edges, values, side="right") - 1, 0)]
    return found
