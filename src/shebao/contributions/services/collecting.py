"""催缴: what is overdue, with its late fee to the day, and reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from django.db import connection as django_connection

from shebao.access.acting import Act
from shebao.contributions.law import computed
from shebao.contributions.models import Notice
from shebao.contributions.services.receiving import CARRIED, OVERDUE, OWED, days
from shebao.database.connection import psycopg_connection
from shebao.database.copying import copy
from shebao.database.extraction import selected
from shebao.rules.kernel import Ints
from shebao.rules.kinds import day as day_number

_OPEN_BEFORE = 15  # days between two reminders of a bill
TIME_TO_PAY = 10  # days that a reminder gives; the law leaves them to the office that collects (approx)


@dataclass(frozen=True)
class Arrear:
    """A bill that is overdue; fen.  late_fee: to the day before, with what was charged before; None when refused."""

    bill_id: int
    number: str
    organisation_id: int | None
    person_id: int | None
    month: date
    due_day: date
    overdue: int
    late_fee: int | None


def _overdue(on: date) -> tuple[dict[str, Ints], Ints, Ints]:
    """Overdue bills, the late fee due of each, and its status (0: decided)."""
    rows = selected(
        psycopg_connection(),
        {
            "bill": "b.id",
            "overdue": OVERDUE,
            "due": "b.due_day - DATE '1970-01-01'",
            "last": "p.last - DATE '1970-01-01'",
            "carried": CARRIED,
        },
        # a settled bill owes no more than a late fee: only those with one are looked at
        f"{OWED} WHERE b.due_day < %s AND (NOT EXISTS (SELECT FROM contributions_settled s WHERE s.bill_id = b.id) "
        "OR EXISTS (SELECT FROM contributions_late_fee l WHERE l.bill_id = b.id)) "
        f"AND ({OVERDUE} > 0 OR {CARRIED} > 0) ORDER BY b.id",
        [on],
    )
    if not len(rows["bill"]):
        return rows, rows["bill"], rows["bill"]
    facts = pa.table(
        {
            "overdue_amount": np.maximum(rows["overdue"], 0),
            "due_day": days(rows["due"]),
            "paid_day": pa.array([on] * len(rows["bill"]), pa.date32()),
            "last_receipt_day": days(rows["last"]),
            "late_fee_carried": rows["carried"],
        }
    )
    outcome = computed(("late_fee_due",), facts, on=day_number(on.isoformat()))
    return rows, outcome.values["late_fee_due"], outcome.statuses["late_fee_due"]


def arrears(act: Act, on: date) -> list[Arrear]:
    """Bills overdue at the beginning of a day, the oldest first."""
    rows, fees, refused = _overdue(on)
    owed = dict(zip(rows["bill"].tolist(), rows["overdue"].tolist(), strict=True))
    late = {
        bill: None if status else fee
        for bill, fee, status in zip(rows["bill"].tolist(), fees.tolist(), refused.tolist(), strict=True)
    }
    with django_connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, number, organisation_id, person_id, month, due_day FROM contributions_bill WHERE id = ANY(%s)",
            [list(owed)],
        )
        found = [
            Arrear(bill, number, organisation, person, month, due, owed[bill], late[bill])
            for bill, number, organisation, person, month, due in cursor.fetchall()
        ]
    return sorted(found, key=lambda arrear: (arrear.due_day, arrear.bill_id))


def remind(act: Act, on: date) -> int:
    """Makes a reminder for each overdue bill that had none in the last 15 days; gives their number."""
    rows, fees, refused = _overdue(on)
    recent = Notice.objects.filter(day__gt=on - timedelta(days=_OPEN_BEFORE)).values_list("bill_id", flat=True)
    wanted = (refused == 0) & ~np.isin(rows["bill"], np.asarray(list(recent), np.int64))
    count = int(wanted.sum())
    until = on + timedelta(days=TIME_TO_PAY)
    notices = pa.table(
        {
            "bill_id": rows["bill"][wanted],
            "day": pa.array([on] * count, pa.date32()),
            "overdue": np.maximum(rows["overdue"], 0)[wanted],
            "late_fee": fees[wanted],
            "until": pa.array([until] * count, pa.date32()),
            "act_id": np.full(count, act.id),
        }
    )
    copy(psycopg_connection(), "contributions_notice", notices)
    return count
