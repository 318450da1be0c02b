"""记账: bills that are paid in full go to the funds, into the persons' histories and onto their accounts.

A person's month is credited only when the employer's part and the own part have both arrived (the rule
both_parts_paid).  A difference (补差) waits until what it differs from is credited, and changes that month where it
stands in the history, as if it had been paid so from the start; a month that comes late stands in a row of its own with
the year in which the money came.  A provisional bill that is taken back is settled together with what takes it back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
from django.db import connection as django_connection

from shebao.access.acting import Act
from shebao.contributions.law import computed
from shebao.contributions.models import Item
from shebao.contributions.services import booking
from shebao.contributions.services.interest import add_interest
from shebao.contributions.services.receiving import OVERDUE, OWED, TAKEN_BACK, alone, days
from shebao.database.connection import psycopg_connection
from shebao.database.copying import copy
from shebao.database.extraction import selected
from shebao.law.insurance.contributions.facts import Insurance
from shebao.law.insurance.employee_pension.facts import ContributionKind, Region
from shebao.rules.kernel import Ints

STEP = 2_000  # bills in one transaction


@dataclass
class Credited:
    """What was credited; fen."""

    bills: int = 0
    items: int = 0
    paid: int = 0
    accounts: int = 0  # of `paid`, to personal accounts
    corrected: list[int] = field(default_factory=list)  # persons whose credited months changed

    def add(self, other: Credited) -> None:
        """Another part of the run."""
        self.bills += other.bills
        self.items += other.items
        self.paid += other.paid
        self.accounts += other.accounts
        self.corrected += other.corrected


def credit(act: Act, day: date, most: int = STEP) -> Credited:
    """Settles and credits up to `most` bills that are paid in full, in the books of `day`; 0 bills when none is left.

    A negative bill counts as paid, once the payer's earlier bills are settled; one that takes a provisional bill back,
    once that is.
    """
    alone()
    bills = _paid(most)
    if not len(bills["bill"]):
        return Credited()
    return _credit(act, bills, day)


# Bills whose turn it is.  OFFSET 0: looked up bill by bill, the planner is not to join all items.
_READY = f"""{OWED} WHERE NOT EXISTS (SELECT FROM contributions_settled s WHERE s.bill_id = b.id) AND {OVERDUE} <= 0
AND CASE
    WHEN b.takes_back_id IS NOT NULL THEN EXISTS (SELECT FROM contributions_settled s WHERE s.bill_id = b.takes_back_id)
    WHEN b.employer + b.own < 0 THEN NOT EXISTS (SELECT FROM contributions_bill e
        WHERE (e.organisation_id = b.organisation_id OR e.person_id = b.person_id) AND e.id < b.id
        AND NOT EXISTS (SELECT FROM contributions_settled s WHERE s.bill_id = e.id))
    ELSE true END
AND NOT EXISTS (SELECT FROM contributions_item i JOIN contributions_item e ON e.person_id = i.person_id
    AND e.month = i.month AND e.insurance = i.insurance AND e.id < i.id
    AND e.organisation_id IS NOT DISTINCT FROM i.organisation_id
    WHERE i.bill_id = b.id AND i.kind = {int(Item.Kind.SUPPLEMENT)}
    AND NOT EXISTS (SELECT FROM contributions_settled s WHERE s.bill_id = e.bill_id) OFFSET 0)
ORDER BY b.id LIMIT %s"""


def _paid(most: int) -> dict[str, Ints]:
    rows = selected(
        psycopg_connection(),
        {
            "bill": "b.id",
            "employer": "b.employer",
            "own": "b.own",
            "paid": "coalesce(p.contribution, 0)",
            "last": "coalesce(p.last, b.due_day) - DATE '1970-01-01'",
            "late": "(p.last > b.due_day)::int",
            "taken_back": f"{TAKEN_BACK}::int",
        },
        _READY,
        [most],
    )
    own_paid = np.minimum(rows["paid"], rows["own"])
    positive = (rows["employer"] >= 0) & (rows["own"] >= 0) & (rows["taken_back"] == 0)
    facts = pa.table(
        {
            "employer_part_due": np.where(positive, rows["employer"], 0),
            "own_part_due": np.where(positive, rows["own"], 0),
            "own_part_paid": np.where(positive, own_paid, 0),
            "employer_part_paid": np.where(positive, rows["paid"] - own_paid, 0),
            "contribution_day": days(rows["last"]),
        }
    )
    if not len(rows["bill"]):
        return rows
    both = computed(("both_parts_paid",), facts, on=int(rows["last"].max())).values["both_parts_paid"] == 1
    return {name: column[both] for name, column in rows.items()}


def _credit(act: Act, bills: dict[str, Ints], day: date) -> Credited:
    connection = psycopg_connection()
    ids = bills["bill"]
    table = pa.table(
        {
            "bill_id": ids,
            "day": pa.array([day] * len(ids), pa.date32()),
            "credited": days(bills["last"]),
            "late": bills["late"] == 1,
            "act_id": np.full(len(ids), act.id),
        }
    )
    copy(connection, "contributions_settled", table)
    lines = booking.lines_of(ids)
    booking.settled(act, lines, day)
    given = {"bills": ids.tolist(), "act": act.id, "at": act.at} | _CODES
    with django_connection.cursor() as cursor:
        cursor.execute(_CREDIT, given)
        items = cursor.rowcount
        cursor.execute(_HISTORY + _GROWN, given)
        cursor.execute(_CORRECTED + _GROWN, given)
        cursor.execute(_SUPPLEMENTED, given)
        corrected = [row[0] for row in cursor.fetchall()]
        cursor.execute(_EARNING, given | {"day": day})
        earning = cursor.fetchall()
    accounts = _accounts(act, ids, lines, day)
    for insurance, year, persons in earning:
        add_interest(act, year, day, Insurance(insurance), persons)
    return Credited(len(ids), items, int(lines.paid.sum()), accounts, corrected)


def _accounts(act: Act, ids: Ints, lines: booking.Lines, day: date) -> int:
    """Books the account's part of the items; fen."""
    rows = selected(
        psycopg_connection(),
        {"bill": "u.no - 1", "insurance": "i.insurance", "person": "i.person_id", "amount": "sum(i.account)"},
        "FROM unnest(%s::bigint[]) WITH ORDINALITY u (id, no) JOIN contributions_item i ON i.bill_id = u.id "
        "WHERE i.account <> 0 GROUP BY 1, 2, 3 HAVING sum(i.account) <> 0 ORDER BY 1, 2, 3",
        [ids.tolist()],
    )
    booking.credited(act, lines, rows["bill"], rows["insurance"], rows["person"], rows["amount"], day)
    return int(rows["amount"].sum())


_CODES = {
    "region": int(Region.BEIJING),
    "paid": int(ContributionKind.PAID),
    "paid_late": int(ContributionKind.PAID_LATE),
    "supplement": int(Item.Kind.SUPPLEMENT),
    "back_payment": int(Item.Kind.BACK_PAYMENT),
    "resident": int(Insurance.RESIDENT_PENSION),
}

# The month of the credit: that which the money is for when the bill was paid in time, else that of the payment; of a
# difference, that of what it corrects; of a resident's year, that of the payment.
_CREDIT = """
INSERT INTO contributions_credit (person_id, month, item_id, credited, act_id)
SELECT i.person_id, i.month, i.id,
       CASE WHEN i.insurance = %(resident)s THEN greatest(date_trunc('month', s.credited)::date, i.month)
            WHEN i.kind = %(supplement)s THEN coalesce((
                SELECT min(c.credited) FROM contributions_credit c JOIN contributions_item e
                    ON e.person_id = c.person_id AND e.month = c.month AND e.id = c.item_id
                WHERE e.person_id = i.person_id AND e.month = i.month AND e.insurance = i.insurance
                AND e.organisation_id IS NOT DISTINCT FROM i.organisation_id), i.month)
            WHEN s.late OR i.kind = %(back_payment)s THEN date_trunc('month', s.credited)::date
            ELSE i.month END, %(act)s
FROM contributions_settled s JOIN contributions_item i ON i.bill_id = s.bill_id
WHERE s.bill_id = ANY(%(bills)s)
"""

# Rows of the history grow by the months of these bills: the row held until now is closed, the grown one added.
# months: bit 0 is January.  weighted: each base times the months of interest that its year still has (13 - month).
_HISTORY = """
WITH grown AS (
    SELECT i.person_id, i.insurance, extract(year FROM i.month)::smallint AS year,
           CASE WHEN date_trunc('year', c.credited) > date_trunc('year', i.month) THEN %(paid_late)s ELSE %(paid)s
           END::smallint AS kind,
           nullif(extract(year FROM c.credited), extract(year FROM i.month))::smallint AS credited,
           bit_or(1 << (extract(month FROM i.month)::int - 1)) AS months, 0 AS gone, sum(i.base)::bigint AS base,
           sum(i.base * (13 - extract(month FROM c.credited)::int))::bigint AS weighted
    FROM contributions_item i
    JOIN contributions_credit c ON c.person_id = i.person_id AND c.month = i.month AND c.item_id = i.id
    WHERE i.bill_id = ANY(%(bills)s) AND i.kind <> %(supplement)s AND i.base <> 0
    GROUP BY 1, 2, 3, 4, 5
)"""

# A difference goes to the row in which what it corrects stands, weighted as that is.  A month whose items there come to
# nothing leaves the row, one that comes to something again is back; a row without months is closed for good.
_CORRECTED = """
WITH standing AS (
    SELECT i.person_id, i.insurance, extract(year FROM i.month)::smallint AS year,
           CASE WHEN date_trunc('year', c.credited) > date_trunc('year', i.month) THEN %(paid_late)s ELSE %(paid)s
           END::smallint AS kind,
           nullif(extract(year FROM c.credited), extract(year FROM i.month))::smallint AS credited,
           1 << (extract(month FROM i.month)::int - 1) AS month, sum(i.base) AS base,
           coalesce(sum(i.base) FILTER (WHERE i.bill_id = ANY(%(bills)s) AND i.kind = %(supplement)s), 0) AS more,
           sum(i.base * (13 - extract(month FROM c.credited)::int))
               FILTER (WHERE i.bill_id = ANY(%(bills)s) AND i.kind = %(supplement)s) AS weighted
    FROM (SELECT DISTINCT person_id, insurance, month FROM contributions_item
          WHERE bill_id = ANY(%(bills)s) AND kind = %(supplement)s) d
    JOIN contributions_item i USING (person_id, insurance, month)
    JOIN contributions_credit c ON c.person_id = i.person_id AND c.month = i.month AND c.item_id = i.id
    GROUP BY 1, 2, 3, 4, 5, 6
), grown AS (
    SELECT person_id, insurance, year, kind, credited, bit_or(CASE WHEN base = 0 THEN 0 ELSE month END) AS months,
           bit_or(CASE WHEN base = 0 THEN month ELSE 0 END) AS gone, sum(more)::bigint AS base,
           sum(weighted)::bigint AS weighted
    FROM standing WHERE more <> 0 GROUP BY 1, 2, 3, 4, 5
)"""

# What both do with it: the row that held is closed, the grown one added.
_GROWN = """, closed AS (
    UPDATE contributions_history h SET recorded_to = greatest(%(at)s, h.recorded_from)
    FROM grown g
    WHERE h.person_id = g.person_id AND h.insurance = g.insurance AND h.year = g.year AND h.region = %(region)s
      AND h.kind = g.kind AND h.credited IS NOT DISTINCT FROM g.credited AND h.recorded_to = 'infinity'
    RETURNING h.*
)
INSERT INTO contributions_history (person_id, insurance, year, region, kind, months, base, weighted, credited, account,
                                   wage, source, recorded_from, recorded_to, act_id)
SELECT g.person_id, g.insurance, g.year, %(region)s, g.kind,
       ((coalesce(c.months, 0) | g.months) & ~g.gone)::smallint, coalesce(c.base, 0) + g.base,
       coalesce(c.weighted, 0) + g.weighted, g.credited, coalesce(c.account, 0), coalesce(c.wage, 0), '',
       greatest(%(at)s, c.recorded_to), 'infinity', %(act)s
FROM grown g LEFT JOIN closed c ON c.person_id = g.person_id AND c.insurance = g.insurance AND c.year = g.year
    AND c.kind = g.kind AND c.credited IS NOT DISTINCT FROM g.credited
WHERE (coalesce(c.months, 0) | g.months) & ~g.gone <> 0
"""
_SUPPLEMENTED = (
    "SELECT DISTINCT person_id FROM contributions_item WHERE bill_id = ANY(%(bills)s) AND kind = %(supplement)s"
)
# Persons whose account was credited in a year of which they have the interest, by year, the earliest first.
_EARNING = """
SELECT t.insurance, t.year, array_agg(DISTINCT t.person_id)
FROM contributions_item i
JOIN contributions_credit c ON c.person_id = i.person_id AND c.month = i.month AND c.item_id = i.id
JOIN contributions_interest t ON t.person_id = i.person_id AND t.insurance = i.insurance
    AND t.year >= extract(year FROM c.credited)
WHERE i.bill_id = ANY(%(bills)s) AND i.account <> 0
    AND (extract(year FROM c.credited) < extract(year FROM %(day)s::date) OR extract(month FROM %(day)s::date) = 12)
GROUP BY 1, 2 ORDER BY 2, 1
"""
