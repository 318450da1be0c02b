"""记账: bills that are paid in full go to the funds, into the persons' histories and onto their accounts.

A person's month is credited only when the employer's part and the own part have both arrived (the rule
both_parts_paid).  A difference to a month that is credited already (补差) changes that month where it stands in the
history, as if it had been paid so from the start; a month that comes late stands in a row of its own with the year in
which the money came.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
from django.db import connection as django_connection

from shebao.access.acting import Act
from shebao.contributions.extraction import selected
from shebao.contributions.law import computed
from shebao.contributions.models import Interest, Item
from shebao.contributions.services import booking
from shebao.contributions.services.interest import add_interest
from shebao.contributions.services.receiving import OVERDUE, OWED, alone, days
from shebao.database.connection import psycopg_connection
from shebao.database.copying import copy
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

    A negative bill counts as paid, once the payer's earlier bills are settled.
    """
    alone()
    bills = _paid(most)
    if not len(bills["bill"]):
        return Credited()
    return _credit(act, bills, day)


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
        },
        f"{OWED} WHERE NOT EXISTS (SELECT FROM contributions_settled s WHERE s.bill_id = b.id) AND {OVERDUE} <= 0 "
        "AND (b.employer + b.own >= 0 OR NOT EXISTS (SELECT FROM contributions_bill e WHERE e.id < b.id "
        "AND e.organisation_id IS NOT DISTINCT FROM b.organisation_id AND e.person_id IS NOT DISTINCT FROM b.person_id "
        "AND NOT EXISTS (SELECT FROM contributions_settled s WHERE s.bill_id = e.id))) ORDER BY b.id LIMIT %s",
        [most],
    )
    own_paid = np.minimum(rows["paid"], rows["own"])
    positive = (rows["employer"] >= 0) & (rows["own"] >= 0)
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
        cursor.execute(_HISTORY, given)
        cursor.execute(_CORRECTED, given)
        cursor.execute(_SUPPLEMENTED, given)
        corrected = [row[0] for row in cursor.fetchall()]
    accounts = _accounts(act, ids, lines, day)
    _interest_again(act, corrected, day)
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


def _interest_again(act: Act, persons: list[int], day: date) -> None:
    """Interest that was given on months which are now others."""
    if not persons:
        return
    given = Interest.objects.filter(person_id__in=persons).values_list("year", "insurance").distinct()
    for year, insurance in sorted(given):
        add_interest(act, year, day, Insurance(insurance), persons)


_CODES = {
    "region": int(Region.BEIJING),
    "paid": int(ContributionKind.PAID),
    "paid_late": int(ContributionKind.PAID_LATE),
    "supplement": int(Item.Kind.SUPPLEMENT),
    "back_payment": int(Item.Kind.BACK_PAYMENT),
}

# The month of the credit: that which the money is for when the bill was paid in time, else that of the payment; of a
# difference, that of the month it corrects.
_CREDIT = """
INSERT INTO contributions_credit (person_id, month, item_id, credited, act_id)
SELECT i.person_id, i.month, i.id,
       CASE WHEN i.kind = %(supplement)s THEN coalesce((
                SELECT min(c.credited) FROM contributions_credit c JOIN contributions_item e
                    ON e.person_id = c.person_id AND e.month = c.month AND e.id = c.item_id
                WHERE e.person_id = i.person_id AND e.month = i.month AND e.insurance = i.insurance), i.month)
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
           bit_or(1 << (extract(month FROM i.month)::int - 1)) AS months, sum(i.base)::bigint AS base,
           sum(i.base * (13 - extract(month FROM c.credited)::int))::bigint AS weighted
    FROM contributions_item i
    JOIN contributions_credit c ON c.person_id = i.person_id AND c.month = i.month AND c.item_id = i.id
    WHERE i.bill_id = ANY(%(bills)s) AND i.kind <> %(supplement)s AND i.base <> 0
    GROUP BY 1, 2, 3, 4, 5
), closed AS (
    UPDATE contributions_history h SET recorded_to = greatest(%(at)s, h.recorded_from)
    FROM grown g
    WHERE h.person_id = g.person_id AND h.insurance = g.insurance AND h.year = g.year AND h.region = %(region)s
      AND h.kind = g.kind AND h.credited IS NOT DISTINCT FROM g.credited AND h.recorded_to = 'infinity'
    RETURNING h.*
)
INSERT INTO contributions_history (person_id, insurance, year, region, kind, months, base, weighted, credited, account,
                                   wage, source, recorded_from, recorded_to, act_id)
SELECT g.person_id, g.insurance, g.year, %(region)s, g.kind, (coalesce(c.months, 0) | g.months)::smallint,
       coalesce(c.base, 0) + g.base, coalesce(c.weighted, 0) + g.weighted, g.credited, 0, 0, '',
       greatest(%(at)s, c.recorded_to), 'infinity', %(act)s
FROM grown g LEFT JOIN closed c USING (person_id, insurance, year, kind)
    WHERE c.person_id IS NULL OR c.credited IS NOT DISTINCT FROM g.credited
"""

# A difference goes to the row in which its month stands, weighted as that month is.  A month whose items come to
# nothing leaves the row; a row without months is closed for good.
_CORRECTED = """
WITH difference AS (
    SELECT i.person_id, i.insurance, i.month, sum(i.base)::bigint AS base
    FROM contributions_item i
    WHERE i.bill_id = ANY(%(bills)s) AND i.kind = %(supplement)s GROUP BY 1, 2, 3 HAVING sum(i.base) <> 0
), known AS (
    SELECT d.person_id, d.insurance, d.month, sum(i.base) AS base, min(c.credited) AS credited,
           bool_or(i.kind <> %(supplement)s) AS paid
    FROM difference d
    JOIN contributions_item i ON i.person_id = d.person_id AND i.month = d.month AND i.insurance = d.insurance
    JOIN contributions_credit c ON c.person_id = i.person_id AND c.month = i.month AND c.item_id = i.id
    GROUP BY 1, 2, 3
), placed AS (
    SELECT h.id, h.person_id, sum(d.base)::bigint AS base,
           sum(CASE WHEN h.kind = %(paid_late)s AND k.credited IS NULL THEN d.base * h.weighted / h.base
               WHEN h.credited IS NULL THEN d.base * (13 - extract(month FROM d.month)::int)
               ELSE d.base * (13 - extract(month FROM k.credited)::int)
               END)::bigint AS weighted,
           bit_or(CASE WHEN k.base = 0 AND k.paid THEN 1 << (extract(month FROM d.month)::int - 1) ELSE 0 END) AS gone
    FROM difference d
    JOIN known k USING (person_id, insurance, month)
    JOIN contributions_history h ON h.person_id = d.person_id AND h.insurance = d.insurance
         AND h.year = extract(year FROM d.month) AND h.recorded_to = 'infinity' AND h.base > 0
         AND h.months & (1 << (extract(month FROM d.month)::int - 1)) <> 0
    GROUP BY h.id, h.person_id
), closed AS (
    UPDATE contributions_history h SET recorded_to = greatest(%(at)s, h.recorded_from)
    FROM placed p WHERE h.person_id = p.person_id AND h.id = p.id AND h.recorded_to = 'infinity'
    RETURNING h.*, p.base AS more, p.weighted AS more_weighted, p.gone
)
INSERT INTO contributions_history (person_id, insurance, year, region, kind, months, base, weighted, credited, account,
                                   wage, source, recorded_from, recorded_to, act_id)
SELECT person_id, insurance, year, region, kind, (months & ~gone)::smallint, base + more, weighted + more_weighted,
       credited, account, wage, source, recorded_to, 'infinity', %(act)s
FROM closed WHERE months & ~gone <> 0
"""
_SUPPLEMENTED = (
    "SELECT DISTINCT person_id FROM contributions_item WHERE bill_id = ANY(%(bills)s) AND kind = %(supplement)s"
)
