"""参保关系 and 申报工资, many persons at a time; the database refuses two payers or schemes of one month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, connection

from shebao.access.acting import Act
from shebao.contributions.models import Membership
from shebao.people.refusals import Refused

ALL_BRANCHES = (1, 6)  # pension, medical, unemployment, injury, maternity
_REFUSALS = {
    "contributions_membership_one_scheme": (
        "该月份已在其他单位或其他险种制度参保，请先办理减少或停保",
        "in these months the person is insured elsewhere or in another scheme; end that first",
    ),
    "contributions_membership_payer": (
        "参保方式与险种不符：灵活就业可参加养老、医疗、失业，居民可参加养老、医疗",
        "the scheme does not fit: flexible workers have pension, medical and unemployment insurance, residents the "
        "first two",
    ),
    "contributions_employer_once": ("该单位在此期间已有参保登记", "the employer is registered in this time already"),
}


@contextmanager
def refusing() -> Iterator[None]:
    """What the database refuses is told in words."""
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name not in _REFUSALS:
            raise
        raise Refused(*_REFUSALS[name]) from error


@dataclass(frozen=True)
class Entry:
    """A person insured from a month to the one before `after`, or on."""

    person_id: int
    first: date
    after: date | None
    status: int  # ContributorStatus of the law
    branches: tuple[int, int] = ALL_BRANCHES
    grade: int | None = None  # ResidentMedicalClass of the law


def enter(
    act: Act,
    entries: Sequence[Entry],
    scheme: Membership.Scheme,
    organisation_id: int | None = None,
    *,
    subsidy: Membership.Subsidy = Membership.Subsidy.NONE,
    declaration_id: int | None = None,
) -> None:
    """Begins memberships with one payer: the organisation, or each person.  Raises Refused."""
    with refusing(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contributions_membership (person_id, branches, scheme, status, subsidy, grade, "
            "organisation_id, valid, recorded, declaration_id, act_id) "
            "SELECT g.person, int4range(g.lowest, g.above), %s, g.status, %s, g.grade, %s, "
            "daterange(g.first, g.after), tstzrange(%s, NULL), %s, %s FROM unnest(%s::bigint[], %s::date[], "
            "%s::date[], %s::smallint[], %s::int[], %s::int[], %s::smallint[]) "
            "AS g(person, first, after, status, lowest, above, grade)",
            [
                int(scheme),
                int(subsidy),
                organisation_id,
                act.at,
                declaration_id,
                act.id,
                [e.person_id for e in entries],
                [e.first for e in entries],
                [e.after for e in entries],
                [e.status for e in entries],
                [e.branches[0] for e in entries],
                [e.branches[1] for e in entries],
                [e.grade for e in entries],
            ],
        )


def end(
    act: Act,
    persons: Sequence[int],
    afters: Sequence[date],
    organisation_id: int | None,
    *,
    scheme: Membership.Scheme | None = None,
    branches: tuple[int, int] = ALL_BRANCHES,
    declaration_id: int | None = None,
) -> int:
    """Ends memberships of that payer (None: the person) before a month each; gives how many were ended.

    One that would begin later falls away.  Its row is closed, what is left of it is written again.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH given AS (SELECT * FROM unnest(%s::bigint[], %s::date[]) AS g(person, after)),
            closed AS (
                UPDATE contributions_membership m
                SET recorded = tstzrange(lower(m.recorded), greatest(%s, lower(m.recorded)))
                FROM given g WHERE m.person_id = g.person AND m.organisation_id IS NOT DISTINCT FROM %s
                AND upper_inf(m.recorded) AND m.valid && daterange(g.after, NULL)
                AND m.scheme = coalesce(%s, m.scheme) AND m.branches <@ int4range(%s, %s)
                RETURNING m.*, g.after),
            kept AS (
                INSERT INTO contributions_membership (person_id, branches, scheme, status, subsidy, grade,
                    organisation_id, valid, recorded, declaration_id, act_id)
                SELECT person_id, branches, scheme, status, subsidy, grade, organisation_id,
                    daterange(lower(valid), after), tstzrange(%s, NULL), %s, %s
                FROM closed WHERE lower(valid) < after)
            SELECT count(*) FROM closed""",
            [
                list(persons),
                list(afters),
                act.at,
                organisation_id,
                None if scheme is None else int(scheme),
                *branches,
                act.at,
                declaration_id,
                act.id,
            ],
        )
        return int(cursor.fetchone()[0])


@dataclass(frozen=True)
class Declared:
    """A wage, fen a month, from a month to the one before `after`."""

    person_id: int
    wage: int
    first: date
    after: date


def declare_wages(
    act: Act, wages: Sequence[Declared], organisation_id: int | None = None, declaration_id: int | None = None
) -> None:
    """Declares wages; other wages of these months fall away, of other months they stay.

    Of one person no two of the wages may touch the same earlier one.
    """
    arrays: list[list[Any]] = [
        [w.person_id for w in wages],
        [w.wage for w in wages],
        [w.first for w in wages],
        [w.after for w in wages],
    ]
    columns = "(person_id, organisation_id, wage, valid, recorded, declaration_id, act_id)"
    given = "unnest(%s::bigint[], %s::bigint[], %s::date[], %s::date[]) AS g(person, wage, first, after)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH closed AS (
                UPDATE contributions_wage w
                SET recorded = tstzrange(lower(w.recorded), greatest(%s, lower(w.recorded)))
                FROM {given} WHERE w.person_id = g.person
                AND coalesce(w.organisation_id, 0) = coalesce(%s::bigint, 0) AND upper_inf(w.recorded)
                AND w.valid && daterange(g.first, g.after) RETURNING w.*, g.first, g.after)
            INSERT INTO contributions_wage {columns}
            SELECT person_id, organisation_id, wage, rest, tstzrange(%s, NULL), declaration_id, %s FROM closed,
            LATERAL (VALUES (daterange(lower(valid), greatest(lower(valid), first))),
                (daterange(least(after, upper(valid)), upper(valid)))) AS r(rest) WHERE NOT isempty(rest)""",
            [act.at, *arrays, organisation_id, act.at, act.id],
        )
        cursor.execute(
            f"INSERT INTO contributions_wage {columns} SELECT g.person, %s, g.wage, daterange(g.first, g.after), "
            f"tstzrange(%s, NULL), %s, %s FROM {given}",
            [organisation_id, act.at, declaration_id, act.id, *arrays],
        )
