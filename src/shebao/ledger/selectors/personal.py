"""个人账户对账单: an owner's account line by line."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import connection

from shebao.access.acting import Act
from shebao.ledger.models import Kind
from shebao.ledger.selectors.balances import DEBIT_SIDE, balances


@dataclass(frozen=True)
class Entry:
    """A leg: fen in the owner's favour, and what stood after it."""

    day: datetime.date
    key: str
    kind: Kind
    text: str
    reference: str
    amount: int
    balance: int


@dataclass(frozen=True)
class PersonalStatement:
    """One account from a day through a day.  Fen on the account's own side: what the owner has is positive."""

    account: int
    chart: int
    fund: int
    part: int
    opening: int
    entries: list[Entry]

    @property
    def closing(self) -> int:
        """At the end of the last day."""
        return self.entries[-1].balance if self.entries else self.opening


def personal_statement(act: Act, owner: str, since: datetime.date, through: datetime.date) -> list[PersonalStatement]:
    """The owner's accounts that the actor sees, each with its legs of these days, by chart code and fund.

    The ledger does not know who `owner` is: the caller, who does, takes down the reading by access.reads.log in the
    same act.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id, a.chart_id, a.fund_id, a.part, c.kind FROM ledger_account a "
            "JOIN ledger_chart c ON c.code = a.chart_id WHERE a.owner = %s ORDER BY 2, 3, 4",
            [owner],
        )
        accounts = cursor.fetchall()
        numbers = [account[0] for account in accounts]
        before = balances(act, numbers, since - datetime.timedelta(1))
        cursor.execute(
            "SELECT p.account_id, p.day, t.key, t.kind, t.text, t.reference, p.amount FROM ledger_posting p "
            "JOIN ledger_transaction t ON t.id = p.transaction_id "
            "WHERE p.account_id = ANY(%s) AND p.day BETWEEN %s AND %s ORDER BY p.day, p.transaction_id, p.no",
            [numbers, since, through],
        )
        legs: dict[int, list[tuple[datetime.date, str, int, str, str, int]]] = {}
        for account, *leg in cursor.fetchall():
            legs.setdefault(account, []).append(tuple(leg))
    statements = []
    for account, chart, fund, part, kind in accounts:
        side = 1 if kind in DEBIT_SIDE else -1
        opening = standing = side * before[account]
        entries = []
        for day, key, what, text, reference, amount in legs.get(account, ()):
            standing += side * amount
            entries.append(Entry(day, key, Kind(what), text, reference, side * amount, standing))
        statements.append(PersonalStatement(account, chart, fund, part, opening, entries))
    return statements
