"""The sources of what stands in the rooms below: vitals, registration, disability, contribution histories, balances."""

from __future__ import annotations

from shebao.assessment.sources import Source, register
from shebao.law.insurance.contributions.facts import Insurance
from shebao.people.codes import StatusKind

_HELD = "t.valid @> %(on)s::date AND t.recorded @> %(known)s::timestamptz"
_KNOWN = "t.recorded_from <= %(known)s::timestamptz AND t.recorded_to > %(known)s::timestamptz"
_OF = "t.person_id = ANY(%(persons)s)"


def days(column: str) -> str:
    """SQL of a day's number."""
    return f"{column} - date '1970-01-01'"


def _opening(insurance: Insurance, columns: dict[str, str]) -> Source:
    """The latest opening balance of a personal account."""
    return Source(
        columns,
        "FROM (SELECT DISTINCT ON (t.person_id) t.person_id, t.as_of, t.balance, t.own FROM contributions_opening t "
        f"WHERE t.insurance = {int(insurance)} AND {_OF} AND {_KNOWN} ORDER BY t.person_id, t.as_of DESC) t",
    )


register(
    Source(
        {"birth_day": days("t.birth_day"), "sex": "t.sex", "death_day": days("t.death_day")},
        f"FROM people_vitals t WHERE {_OF} AND t.recorded @> %(known)s::timestamptz",
    ),
    Source({"hukou": "t.hukou"}, f"FROM people_residence t WHERE {_OF} AND {_HELD}"),
    Source(
        {"disability_kind": "t.category", "disability_level": "t.grade"},
        f"FROM people_status t WHERE t.kind = {int(StatusKind.DISABLED)} AND {_OF} AND {_HELD}",
    ),
    Source(
        {
            "contributions_year": "t.year",
            "contributions_months": "t.months",
            "contributions_base": "t.base",
            "contributions_kind": "t.kind",
            "contributions_region": "t.region",
            "contributions_weighted": "t.weighted",
            "contributions_credited": "t.credited",
            "contributions_account": "t.account",
            "contributions_wage": "t.wage",
        },
        f"FROM contributions_history t WHERE t.insurance = {int(Insurance.PENSION)} AND {_OF} AND {_KNOWN} "
        "ORDER BY t.person_id, coalesce(t.credited, t.year), t.year, t.months & -t.months, t.kind, t.id",
        history="contributions",
    ),
    _opening(
        Insurance.PENSION,
        {
            "account_opening_day": days("t.as_of"),
            "account_opening_balance": "t.balance",
            "account_individual_balance": "t.own",
        },
    ),
    _opening(
        Insurance.RESIDENT_PENSION,
        {"resident_opening_day": days("t.as_of"), "resident_opening_balance": "t.balance"},
    ),
    # A row of a resident's history is what he paid in its months: the day of payment is read as their first.
    Source(
        {
            "resident_payments_day": days("make_date(t.year, 1 + round(log(2, t.months & -t.months))::int, 1)"),
            "resident_payments_paid": "t.base",
            "resident_payments_collective": "0",
        },
        f"FROM contributions_history t WHERE t.insurance = {int(Insurance.RESIDENT_PENSION)} AND {_OF} AND {_KNOWN} "
        "AND t.months > 0 ORDER BY t.person_id, t.year, t.months & -t.months, t.id",
        history="resident_payments",
    ),
)
