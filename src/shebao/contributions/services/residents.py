"""居民: bills of the residents' pension, for what was chosen, and of residents' medical insurance, for the year."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np
import pyarrow as pa
from django.db import connection

from shebao.access.acting import Act
from shebao.contributions.law import computed
from shebao.contributions.models import Item
from shebao.contributions.services import problems
from shebao.contributions.services.assessing import Scope, added
from shebao.contributions.services.billing import AMOUNTS, Billed, Due, write
from shebao.database.connection import psycopg_connection
from shebao.database.extraction import integers
from shebao.law.insurance.contributions.facts import Insurance
from shebao.people.refusals import Refused
from shebao.rules.decide import describe
from shebao.rules.kernel import Ints
from shebao.rules.kinds import day

_NOBODY = problems.Refusals(*[np.empty(0, np.int64)] * 4)
EVERYBODY = Scope(first=0, last=2**63 - 1)
# A payment with what was chosen for the same year before it.
CHOICES = """FROM (SELECT c.person_id, c.amount, coalesce(sum(c.amount) OVER (PARTITION BY c.person_id ORDER BY c.id
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before FROM contributions_choice c WHERE c.year = %s) AS t
    WHERE t.person_id BETWEEN %s AND %s"""
# In the class that he had last in the year.
MEMBERS = """FROM (SELECT DISTINCT ON (m.person_id) m.person_id, m.grade FROM contributions_membership m
    WHERE m.scheme = 3 AND m.branches @> 2 AND upper_inf(m.recorded) AND m.valid && daterange(%s, %s)
    AND m.person_id BETWEEN %s AND %s ORDER BY m.person_id, lower(m.valid) DESC) AS t"""


def choose_payment(act: Act, person_id: int, year: int, amount: int) -> None:
    """居民养老保险: what an insured person will pay for a year, fen, beside what was chosen for it before.

    Raises Refused where the law does not allow it, or does not know.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM contributions_membership WHERE person_id = %s AND scheme = 3 "
            "AND branches @> 1 AND upper_inf(recorded) AND valid && daterange(%s, %s)), "
            "(SELECT coalesce(sum(amount), 0) FROM contributions_choice WHERE person_id = %s AND year = %s)",
            [person_id, date(year, 1, 1), date(year + 1, 1, 1), person_id, year],
        )
        insured, before = cursor.fetchone()
        if not insured:
            raise Refused(
                "该人员当年没有参加居民养老保险，请先参保", "the person is not insured that year; register first"
            )
        paid_day = _day(date(year, 1, 1), 1)
        facts = pa.table({"paid_day": paid_day, "resident_payment": [amount], "resident_paid_before": [int(before)]})
        found = computed(("resident_payment_allowed",), facts, day(date(year, 1, 1)))
        status = int(found.statuses["resident_payment_allowed"][0])
        if status:
            raise Refused(*describe(found.plan, status))
        if amount <= 0 or not found.values["resident_payment_allowed"][0]:
            raise Refused(
                f"{year}年缴费合计{(before + amount) // 100}元不在公布的上下限之间，请更改缴费额",
                f"{(before + amount) // 100} yuan for {year} is not between the limits; choose another amount",
            )
        cursor.execute(
            "INSERT INTO contributions_choice (person_id, year, amount, act_id) VALUES (%s, %s, %s, %s)",
            [person_id, year, amount, act.id],
        )


def bill_residents(
    act: Act,
    month: date,
    year: int,
    scope: Scope = EVERYBODY,
    *,
    mode: str = "marked",
    accepted: Collection[str] = (),
) -> Billed:
    """Bills, made in a month (its first day), of what residents are to pay for a year; persons of the scope's ids.

    The items are of January.  Made again, it adds what was chosen, or who was insured, since.
    """
    first = date(year, 1, 1)
    pension, pension_approx = _pension(first, scope, mode, accepted)
    medical, refused, medical_approx, counted = _medical(act, first, scope, mode, accepted)
    parts = [
        added(Item.Kind.REGULAR, first, scope, (int(Insurance.RESIDENT_PENSION),), pension, _NOBODY),
        added(Item.Kind.REGULAR, first, scope, (int(Insurance.RESIDENT_MEDICAL),), medical, refused),
    ]
    both = Due(*(np.concatenate([getattr(part, name) for part in parts]) for name in Due.__dataclass_fields__))
    billed = write(act, month, both, np.unique(np.concatenate([pension_approx, medical_approx])))
    billed.add(Billed(persons=counted, problems=len(refused)))
    return billed


def _pension(first: date, scope: Scope, mode: str, accepted: Collection[str]) -> tuple[Due, Ints]:
    """What each person chose, with the government's match; both go to the account."""
    rows = integers(
        psycopg_connection(),
        {"person": "person_id", "amount": "amount", "before": "before"},
        CHOICES,
        [first.year, scope.first, scope.last],
    )
    count = len(rows["person"])
    facts = {
        "paid_day": _day(first, count),
        "resident_payment": rows["amount"],
        "resident_paid_before": rows["before"],
    }
    found = computed(("resident_payment_match",), pa.table(facts), day(first), mode, accepted)
    known = found.statuses["resident_payment_match"] == 0
    match = np.where(known, found.values["resident_payment_match"], 0)
    persons, place = np.unique(rows["person"], return_inverse=True)
    amounts = np.zeros((len(persons), len(AMOUNTS)), np.int64)
    for name, values in (("base", rows["amount"]), ("own", rows["amount"]), ("subsidy", match)):
        np.add.at(amounts[:, AMOUNTS.index(name)], place, values)
    np.add.at(amounts[:, AMOUNTS.index("account")], place, rows["amount"] + match)
    return _due(persons, Insurance.RESIDENT_PENSION, first, amounts), -rows["person"][found.approx | ~known]


def _medical(
    act: Act, first: date, scope: Scope, mode: str, accepted: Collection[str]
) -> tuple[Due, problems.Refusals, Ints, int]:
    """The year's premium of who is insured in it."""
    rows = integers(
        psycopg_connection(),
        {"person": "person_id", "grade": "grade"},
        MEMBERS,
        [first, date(first.year + 1, 1, 1), scope.first, scope.last],
    )
    count = len(rows["person"])
    facts = {"contribution_day": _day(first, count), "resident_medical_class": rows["grade"]}
    found = computed(("resident_medical_premium",), pa.table(facts), day(first), mode, accepted)
    status = found.statuses["resident_medical_premium"]
    decided = status == 0
    amounts = np.zeros((int(decided.sum()), len(AMOUNTS)), np.int64)
    amounts[:, AMOUNTS.index("own")] = found.values["resident_medical_premium"][decided]
    insurance = int(Insurance.RESIDENT_MEDICAL)
    no = rows["person"][~decided]
    refused = problems.Refusals(no, -no, np.full(len(no), insurance), status[~decided])
    problems.settle(act, first, scope, (insurance,), found.plan, refused)
    due = _due(rows["person"][decided], Insurance.RESIDENT_MEDICAL, first, amounts)
    return due, refused, -rows["person"][found.approx], count


def _due(persons: Ints, insurance: Insurance, first: date, amounts: Ints) -> Due:
    count = len(persons)
    return Due(
        persons,
        -persons,
        np.full(count, int(insurance)),
        np.full(count, day(first)),
        np.full(count, int(Item.Kind.REGULAR)),
        amounts,
    )


def _day(of: date, count: int) -> pa.Array:
    return pa.array([of] * count, pa.date32())
