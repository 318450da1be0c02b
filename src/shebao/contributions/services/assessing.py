"""核定: what the law says is due for a month, against what was billed for it before.

Memberships, wages and persons leave the database as columns, pass the compiled rules, and what differs from earlier
items comes back as items and bills.  A month assessed again adds nothing; what changed since adds its difference.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection as django_connection

from shebao.access.acting import Act
from shebao.contributions.law import computed
from shebao.contributions.models import Item, Membership
from shebao.contributions.months import between
from shebao.contributions.services import problems
from shebao.contributions.services.billing import AMOUNTS, Billed, Due, write
from shebao.contributions.services.provisional import take_back
from shebao.database.connection import psycopg_connection
from shebao.database.extraction import integers
from shebao.files.declaration import Change
from shebao.law.insurance.contributions.facts import Insurance
from shebao.rules.kernel import EMPTY, Ints
from shebao.rules.kinds import day
from shebao.rules.run import Outcome

Progress = Callable[[int, "int | None"], None]  # (persons done, persons in all)
STEP = 100_000  # persons of one round, about


@dataclass(frozen=True)
class Levy:
    """Which variables of the law make an insurance's item; several are added up."""

    insurance: Insurance
    base: str
    employer: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    subsidy: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    large: tuple[str, ...] = ()

    def parts(self) -> tuple[tuple[str, ...], ...]:
        """In the order of AMOUNTS."""
        return (self.base,), self.employer, self.own, self.subsidy, self.account, self.large

    def names(self) -> list[str]:
        """All of them."""
        return [name for part in self.parts() for name in part]


LEVIES = (
    Levy(
        Insurance.PENSION,
        "pension_base",
        ("pension_contribution_employer",),
        ("pension_contribution_employee",),
        account=("pension_account_credit",),
    ),
    Levy(
        Insurance.MEDICAL,
        "medical_base",
        ("medical_contribution_employer", "medical_large_employer"),
        ("medical_contribution_employee", "medical_large_employee"),
        ("medical_contribution_subsidy",),
        ("medical_account_credit", "medical_account_retiree"),
        ("medical_large",),
    ),
    Levy(
        Insurance.UNEMPLOYMENT,
        "unemployment_base",
        ("unemployment_employer",),
        ("unemployment_employee",),
    ),
    Levy(Insurance.INJURY, "injury_base", ("injury_employer",)),
    Levy(Insurance.MATERNITY, "maternity_base", ("maternity_employer",)),
)
INSURANCES = tuple(int(levy.insurance) for levy in LEVIES)
WANTED = tuple(dict.fromkeys(name for levy in LEVIES for name in levy.names()))

COLUMNS = {
    "person": "m.person_id",
    "payer": "coalesce(m.organisation_id, -m.person_id)",
    "first": "lower(m.branches)",
    "after": "upper(m.branches)",
    "contributor_status": "m.status",
    "subsidy": "m.subsidy",
    "declared_wage": "w.wage",
    "birth_day": "v.birth_day - date '1970-01-01'",
    "injury_class": "o.injury_class",
    "injury_rate_approved": "e.injury_rate",
}
# Employers are looked up row by row: in a join, a planner that expects few rows goes through all of them each time.
ROWS = """FROM contributions_membership m
LEFT JOIN contributions_wage w ON w.person_id = m.person_id AND w.valid @> %s::date AND upper_inf(w.recorded)
    AND coalesce(w.organisation_id, 0) = coalesce(m.organisation_id, 0)
LEFT JOIN people_vitals v ON v.person_id = m.person_id AND upper_inf(v.recorded)
LEFT JOIN people_organisation o ON o.id = m.organisation_id
LEFT JOIN LATERAL (SELECT state, injury_rate FROM contributions_employer e WHERE e.organisation_id = m.organisation_id
    AND e.valid @> %s::date AND upper_inf(e.recorded) LIMIT 1) AS e ON true
WHERE m.valid @> %s::date AND upper_inf(m.recorded) AND m.scheme IN (1, 2) AND coalesce(e.state, 1) = 1 AND """
EXISTING = {name: name for name in ("person", "payer", "insurance", *AMOUNTS)}
ITEMS = f"""FROM (SELECT person_id AS person, coalesce(organisation_id, -person_id) AS payer, insurance,
    {", ".join(f"sum({name}) AS {name}" for name in AMOUNTS)}
    FROM contributions_item i WHERE month = %s AND insurance = ANY(%s) AND {{}}
    GROUP BY person_id, organisation_id, insurance) AS t"""
COMPUTED, BILLED, REFUSED = 1, 2, 4  # what is known of a person, payer and insurance


@dataclass(frozen=True)
class Scope:
    """Whose months: organisations' staff, or persons who pay themselves, ids first..last; of them only `persons`."""

    organisations: tuple[int, ...] = ()
    first: int = 0
    last: int = -1
    persons: tuple[int, ...] | None = None

    def where(self, table: str) -> tuple[str, list[Any]]:
        """The condition over organisation_id and person_id, and its parameters."""
        given: list[Any]
        if self.organisations:
            told, given = f"{table}.organisation_id = ANY(%s)", [list(self.organisations)]
        else:
            told = f"{table}.organisation_id IS NULL AND {table}.person_id BETWEEN %s AND %s"
            given = [self.first, self.last]
        if self.persons is not None:
            told, given = f"{told} AND {table}.person_id = ANY(%s)", [*given, list(self.persons)]
        return told, given


def assess(
    act: Act,
    month: date,
    organisations: Sequence[int] | None = None,
    *,
    persons: Sequence[int] | None = None,
    months: Sequence[date] | None = None,
    progress: Progress | None = None,
    mode: str = "marked",
    accepted: Collection[str] = (),
) -> Billed:
    """Bills of a month (its first day) for staff and for persons who pay themselves.

    organisations: only their staff; else everybody.  months: which months of contributions are looked at; else the
    month itself, and earlier ones of persons whom the month's declarations concern.  persons: of all these, only they.
    mode, accepted: see shebao.rules.run.Pass.  What the law refuses becomes an open problem and is not billed.
    """
    found = Billed()
    asked = tuple(persons) if persons is not None else None
    parts = list(scopes(month, organisations, asked))
    for scope, _ in parts:
        found.add(step(act, month, scope, months=months, mode=mode, accepted=accepted))
        if progress:
            progress(found.persons, sum(n for _, n in parts) if months is None else None)
    return found


def scopes(
    month: date, organisations: Sequence[int] | None, persons: tuple[int, ...] | None = None
) -> Iterator[tuple[Scope, int]]:
    """The rounds of an assessment, with about how many persons each has."""
    with django_connection.cursor() as cursor:
        chosen = "true" if organisations is None else "organisation_id = ANY(%s)"
        cursor.execute(
            "SELECT organisation_id, count(*) FROM contributions_membership WHERE organisation_id IS NOT NULL "
            f"AND upper_inf(recorded) AND {chosen} GROUP BY 1 ORDER BY 1",
            [] if organisations is None else [list(organisations)],
        )
        held: list[int] = []
        size = 0
        for organisation, count in cursor.fetchall():
            held.append(organisation)
            size += count
            if size >= STEP:
                yield Scope(tuple(held), persons=persons), size
                held, size = [], 0
        if held:
            yield Scope(tuple(held), persons=persons), size
        if organisations is not None:
            return
        cursor.execute(
            "SELECT min(person_id), max(person_id), count(*) FROM (SELECT person_id, row_number() OVER (ORDER BY "
            "person_id) AS n FROM contributions_membership WHERE organisation_id IS NULL AND scheme IN (1, 2) AND "
            "upper_inf(recorded) AND valid @> %s::date) AS p GROUP BY n / %s ORDER BY 1",
            [month, STEP],
        )
        for first, last, count in cursor.fetchall():
            yield Scope(first=first, last=last, persons=persons), count


def step(
    act: Act,
    month: date,
    scope: Scope,
    *,
    months: Sequence[date] | None = None,
    mode: str = "marked",
    accepted: Collection[str] = (),
) -> Billed:
    """One round of an assessment."""
    wanted: list[tuple[date, Scope]]
    if months is None:
        wanted = [(month, scope), *_late(month, scope)]
    else:
        wanted = [(m, scope) for m in sorted(months)]
    parts: list[Due] = []
    approx: list[Ints] = []
    counted = Billed()
    for of, part in wanted:
        rows = _rows(of, part)
        counted.persons += len(rows["person"])
        outcome = computed(WANTED, _facts(of, rows), day(of), mode, accepted)
        due, refused = _items(of, rows, outcome)
        counted.problems += problems.settle(act, of, part, INSURANCES, outcome.plan, refused)
        kind = Item.Kind.REGULAR if of >= month else Item.Kind.BACK_PAYMENT
        parts.append(added(kind, of, part, INSURANCES, due, refused))
        approx.append(rows["payer"][outcome.approx])
    billed = write(act, month, _joined(parts), np.unique(np.concatenate(approx)))
    billed.add(counted)
    if scope.organisations:
        billed.add(take_back(act, month, scope.organisations))
    return billed


def _rows(month: date, scope: Scope) -> dict[str, Ints]:
    """Who is insured in the month, with what the law asks of each."""
    where, given = scope.where("m")
    return integers(psycopg_connection(), COLUMNS, ROWS + where, [month, month, month, *given])


def _facts(month: date, rows: dict[str, Ints]) -> pa.Table:
    """The law's inputs."""
    return pa.table(
        {
            "contribution_day": _days(np.full(len(rows["person"]), day(month))),
            "birth_day": _days(rows["birth_day"]),
            "subsidised": rows["subsidy"] == Membership.Subsidy.FLEXIBLE,
            **{
                name: rows[name]
                for name in ("contributor_status", "declared_wage", "injury_class", "injury_rate_approved")
            },
        }
    )


def _days(days: Ints) -> pa.Array:
    missing = days == EMPTY
    return pa.array(np.where(missing, 0, days).astype(np.int32), mask=missing).view(pa.date32())


def _items(month: date, rows: dict[str, Ints], outcome: Outcome) -> tuple[Due, problems.Refusals]:
    """The items of a month as the law has them, and what it refused, each where the person is in the branch."""
    parts: list[Due] = []
    refusals: list[tuple[Ints, Ints, Ints, Ints]] = []
    for levy in LEVIES:
        status = np.zeros(len(rows["person"]), np.int64)
        for name in levy.names():
            status = np.where(status == 0, outcome.statuses[name], status)
        inside = (rows["first"] <= levy.insurance) & (levy.insurance < rows["after"])
        amounts = np.stack(
            [sum((outcome.values[name] for name in part), np.zeros(len(status), np.int64)) for part in levy.parts()],
            axis=1,
        )
        decided = inside & (status == 0) & amounts.any(axis=1)
        parts.append(
            _due(month, rows["person"][decided], rows["payer"][decided], int(levy.insurance), amounts[decided])
        )
        refused = inside & (status != 0)
        refusals.append(
            (
                rows["person"][refused],
                rows["payer"][refused],
                np.full(int(refused.sum()), int(levy.insurance)),
                status[refused],
            )
        )
    return _joined(parts), problems.Refusals(*(np.concatenate(column) for column in zip(*refusals, strict=True)))


def _due(month: date, person: Ints, payer: Ints, insurance: int, amounts: Ints) -> Due:
    count = len(person)
    return Due(
        person,
        payer,
        np.full(count, insurance),
        np.full(count, day(month)),
        np.full(count, int(Item.Kind.REGULAR)),
        amounts,
    )


def added(
    kind: Item.Kind, month: date, scope: Scope, insurances: Sequence[int], due: Due, refused: problems.Refusals
) -> Due:
    """What is to be added to earlier items of a month and these insurances, so that their sum is what is due.

    kind: of items where there were none.  What was refused stays as it was.
    """
    where, given = scope.where("i")
    before = integers(psycopg_connection(), EXISTING, ITEMS.format(where), [month, list(insurances), *given])
    old = np.stack([before[name] for name in AMOUNTS], axis=1)
    nothing = np.zeros((len(refused), len(AMOUNTS)), np.int64)
    person = np.concatenate([due.person, before["person"], refused.person])
    payer = np.concatenate([due.payer, before["payer"], refused.payer])
    insurance = np.concatenate([due.insurance, before["insurance"], refused.insurance])
    amounts = np.concatenate([due.amounts, -old, nothing])
    known = np.repeat([COMPUTED, BILLED, REFUSED], [len(due), len(old), len(refused)])
    if not len(person):
        return due
    order = np.lexsort((insurance, payer, person))
    person, payer, insurance = person[order], payer[order], insurance[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (person[1:] != person[:-1]) | (payer[1:] != payer[:-1]) | (insurance[1:] != insurance[:-1])
    starts = np.flatnonzero(new)
    change = np.add.reduceat(amounts[order], starts, axis=0)
    state = np.bitwise_or.reduceat(known[order], starts)
    kept = change.any(axis=1) & (state & REFUSED == 0)
    at = starts[kept]
    return Due(
        person[at],
        payer[at],
        insurance[at],
        np.full(len(at), day(month)),
        np.where(state[kept] & BILLED, int(Item.Kind.SUPPLEMENT), int(kind)),
        change[kept],
    )


def _joined(parts: Sequence[Due]) -> Due:
    return Due(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("person", "payer", "insurance")),
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("month", "kind", "amounts")),
    )


def _late(month: date, scope: Scope) -> list[tuple[date, Scope]]:
    """Earlier months that declarations of this month concern, each with the persons in question."""
    if not scope.organisations:
        return []
    with django_connection.cursor() as cursor:
        cursor.execute(
            """SELECT person_id, first, after FROM (
                SELECT l.person_id,
                    CASE l.change WHEN %s THEN (l.to_month + interval '1 month')::date ELSE l.from_month END AS first,
                    CASE l.change WHEN %s THEN (l.to_month + interval '1 month')::date ELSE d.month END AS after
                FROM contributions_declaration d JOIN contributions_declaration_line l ON l.declaration_id = d.id
                WHERE d.organisation_id = ANY(%s) AND d.month = %s AND d.state = 1) AS t
            WHERE first < least(after, %s)""",
            [int(Change.LEAVE), int(Change.BACK), list(scope.organisations), month, month],
        )
        concerned: dict[date, list[int]] = {}
        for person, first, after in cursor.fetchall():
            if scope.persons is None or person in scope.persons:
                for of in between(first, after):
                    concerned.setdefault(of, []).append(person)
    return [(of, Scope(scope.organisations, persons=tuple(sorted(set(concerned[of]))))) for of in sorted(concerned)]
