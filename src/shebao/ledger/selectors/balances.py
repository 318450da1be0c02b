"""What stands on accounts.

A fund's own accounts may have millions of legs: their balances are the last closed period's and the legs since.  An
owner's account has a row that says what stands on it now: an earlier day's balance is that without the legs since.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from shebao.access.acting import Act
from shebao.ledger.models import ChartCode

DEBIT_SIDE = (ChartCode.Kind.ASSET, ChartCode.Kind.EXPENDITURE)  # what grows by debits


@dataclass(frozen=True)
class Standing:
    """An account now, in fen.  posted: debit positive; what is pending counts in neither it nor any statement."""

    account: int
    kind: int  # ChartCode.Kind
    posted: int
    pending_debit: int
    pending_credit: int

    @property
    def available(self) -> int:
        """What may still be taken from it: its balance on its own side less what is pending against it."""
        if self.kind in DEBIT_SIDE:
            return self.posted - self.pending_credit
        return -self.posted - self.pending_debit


def balances(act: Act, accounts: Sequence[int], day: datetime.date | None = None) -> dict[int, int]:
    """Account -> fen at the end of a day of the books, debit positive; with no day, all that is posted.

    Only accounts that the actor sees; one that never moved has 0.
    """
    last = day or datetime.date.max
    with connection.cursor() as cursor:
        cursor.execute(
            # an owner's: what stands now, without the later legs
            "SELECT b.account_id, b.posted - coalesce((SELECT sum(p.amount)::bigint FROM ledger_posting p "
            "WHERE p.account_id = b.account_id AND p.day > %(last)s), 0) "
            "FROM ledger_balance b WHERE b.account_id = ANY(%(accounts)s) "
            "UNION ALL "
            # a fund's own: the last closed period's, and the legs since
            "SELECT a.id, coalesce(s.balance, 0) + coalesce((SELECT sum(p.amount)::bigint FROM ledger_posting p "
            "WHERE p.account_id = a.id AND p.day > %(closed)s AND p.day <= %(last)s), 0) FROM ledger_account a "
            "LEFT JOIN ledger_snapshot s ON s.account_id = a.id AND s.month = ledger_month(%(closed)s) "
            "WHERE a.id = ANY(%(accounts)s) AND a.owner IS NULL",
            {"accounts": list(accounts), "last": last, "closed": closed_by(last)},
        )
        return dict(cursor.fetchall())


def closed_by(day: datetime.date) -> datetime.date:
    """The last day of the last closed period that ends on the day or before; the first day there is, when none does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT month FROM ledger_period WHERE state <> 1 AND month <= %s ORDER BY month DESC LIMIT 2", [day]
        )
        ends = (last_day(month) for (month,) in cursor.fetchall())
    return next((end for end in ends if end <= day), datetime.date.min)


def last_day(month: datetime.date) -> datetime.date:
    """Of the month that the day is in."""
    return (month.replace(day=28) + datetime.timedelta(4)).replace(day=1) - datetime.timedelta(1)


def standing(act: Act, accounts: Sequence[int]) -> dict[int, Standing]:
    """Account -> what is posted, pending and available, of those that the actor sees."""
    posted = balances(act, accounts)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id, c.kind, coalesce(sum(p.amount) FILTER (WHERE p.amount > 0), 0)::bigint, "
            "coalesce(-sum(p.amount) FILTER (WHERE p.amount < 0), 0)::bigint "
            "FROM ledger_account a JOIN ledger_chart c ON c.code = a.chart_id "
            "LEFT JOIN ledger_hold p ON p.account_id = a.id AND NOT EXISTS "
            "(SELECT FROM ledger_transaction t WHERE t.settles_id = p.transaction_id) "
            "WHERE a.id = ANY(%s) GROUP BY a.id, c.kind",
            [list(accounts)],
        )
        return {
            account: Standing(account, kind, posted[account], debit, credit)
            for account, kind, debit, credit in cursor.fetchall()
        }
