"""Small books for the tests: a month that is open, a fund with its accounts, a few people."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg

from shebao.access.acting import Act, acting
from shebao.ledger import services
from shebao.ledger.models import Kind, Part
from shebao.ledger.values import AccountKey, Leg, Posted, Transaction

DAY = date(2014, 3, 7)
INCOME_BANK, FISCAL_BANK, EXPENDITURE_BANK, INCOME, PENSIONS, PERSONAL = 103, 104, 102, 401, 501, 301


def fresh(what: str = "t") -> str:
    """A key nobody used."""
    return f"{what}:{uuid.uuid4().hex}"


@dataclass(frozen=True)
class Books:
    """The books of one test module: accounts by name, made on first use."""

    actor: int
    place: str = "11"

    @contextmanager
    def act(self, purpose: str = "ledger.post") -> Iterator[Act]:
        """One act."""
        with acting(self.actor, purpose) as act:
            yield act

    def open(self, *months: date) -> None:
        """Opens these months."""
        with self.act("ledger.open") as act:
            for month in months:
                services.open_period(act, month)

    def own(self, chart: int, fund: int = 1) -> int:
        """The fund's own account."""
        return self.ids([AccountKey(chart, fund, Part.POOL, self.place)])[0]

    def person(self, name: str, fund: int = 1) -> int:
        """Somebody's personal account."""
        return self.ids([AccountKey(PERSONAL, fund, Part.PERSONAL, self.place, f"person:{name}")])[0]

    def ids(self, keys: Sequence[AccountKey]) -> list[int]:
        """Accounts of these keys."""
        with self.act() as act:
            return services.accounts(act, keys)

    def contribution(self, key: str, person: int, amount: int, day: date = DAY, fund: int = 1) -> Transaction:
        """Three legs: `amount` to the pool, half as much to the person, both to the bank."""
        half = amount // 2
        legs = [
            Leg(self.own(INCOME_BANK, fund), fund, amount + half),
            Leg(self.own(INCOME, fund), fund, -amount),
            Leg(person, fund, -half),
        ]
        return Transaction(key, Kind.CONTRIBUTION, day, legs)

    def drawing(self, key: str, person: int, amount: int, day: date = DAY, pending: bool = False) -> Transaction:
        """Money leaves the person's account."""
        legs = [Leg(person, 1, amount), Leg(self.own(EXPENDITURE_BANK), 1, -amount)]
        return Transaction(key, Kind.BENEFIT, day, legs, pending=pending)

    def post(self, *transactions: Transaction, each: bool = False) -> list[Posted]:
        """In an act of their own."""
        with self.act() as act:
            return services.post(act, transactions, each)


# A transaction and its legs in plain SQL: one statement.
JOURNAL = """
WITH h AS (
    INSERT INTO ledger_transaction (key, state, kind, day, legs, across, text, reference, act_id, recorded_at)
    VALUES (%(key)s, 1, %(kind)s, %(day)s, %(legs)s, %(across)s, '', '', %(act)s, now()) RETURNING id
)
INSERT INTO ledger_posting (transaction_id, account_id, amount, day, no, fund_id)
SELECT h.id, l.account, l.amount, coalesce(%(leg_day)s, %(day)s), l.no, l.fund
FROM h, unnest(%(accounts)s::bigint[], %(amounts)s::bigint[], %(funds)s::smallint[])
    WITH ORDINALITY AS l (account, amount, fund, no)
"""


def enter(plain: psycopg.Connection[Any], actor: int, purpose: str = "ledger.post") -> int:
    """An act in plain SQL; its number."""
    row = plain.execute("SELECT act FROM access_enter(%s, %s)", [actor, purpose]).fetchone()
    assert row is not None
    return int(row[0])


def journal(plain: psycopg.Connection[Any], act: int, legs: Sequence[tuple[int, int, int]], /, **changed: Any) -> None:
    """Writes a transaction by plain SQL; legs: (account, fund, amount)."""
    given = {
        "key": fresh("plain"),
        "kind": int(Kind.ADJUSTMENT),
        "day": DAY,
        "leg_day": None,
        "legs": len(legs),
        "across": False,
        "act": act,
        "accounts": [leg[0] for leg in legs],
        "funds": [leg[1] for leg in legs],
        "amounts": [leg[2] for leg in legs],
    }
    plain.execute(JOURNAL, given | changed)


FAULTS = {
    "a fund that is not zero": "SELECT fund_id FROM ledger_posting GROUP BY fund_id HAVING sum(amount) <> 0",
    "a transaction that is not zero in each fund": """
        SELECT transaction_id FROM ledger_posting GROUP BY transaction_id, fund_id HAVING sum(amount) <> 0
    """,
    "a transaction that is not whole": """
        SELECT t.key FROM ledger_transaction t LEFT JOIN ledger_posting p ON p.transaction_id = t.id AND p.day = t.day
        WHERE t.state = 1 GROUP BY t.id HAVING count(p.no) <> t.legs
    """,
    "a leg without its transaction": """
        SELECT p.transaction_id FROM ledger_posting p WHERE NOT EXISTS (
            SELECT FROM ledger_transaction t WHERE t.id = p.transaction_id AND t.day = p.day AND t.state = 1)
    """,
    "a balance that is not the sum of its legs": """
        SELECT b.account_id FROM ledger_balance b WHERE b.posted <> (
            SELECT coalesce(sum(p.amount), 0) FROM ledger_posting p WHERE p.account_id = b.account_id)
    """,
    "a reserve that is not what is pending": """
        SELECT b.account_id FROM ledger_balance b WHERE b.held <> (
            SELECT coalesce(sum(greatest(p.amount, 0)), 0) FROM ledger_hold p WHERE p.account_id = b.account_id
            AND NOT EXISTS (SELECT FROM ledger_transaction t WHERE t.settles_id = p.transaction_id))
    """,
    "an account that is overdrawn": "SELECT account_id FROM ledger_balance WHERE guarded AND posted + held > 0",
    "a closed month that is not what its legs say": """
        SELECT s.month, s.chart_id, s.fund_id FROM ledger_snapshot s JOIN ledger_period m ON m.month = s.month
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(p.amount), 0) AS balance,
                   coalesce(sum(greatest(p.amount, 0)) FILTER (WHERE ledger_month(p.day) = s.month), 0) AS debit
            FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
            WHERE p.day < s.month + interval '1 month' AND a.chart_id = s.chart_id AND a.fund_id = s.fund_id
                AND a.part = s.part AND (a.id = s.account_id OR (s.account_id IS NULL AND a.owner IS NOT NULL))
        ) l WHERE s.balance <> l.balance OR s.debit <> l.debit
    """,
    "a leg in a month that was never opened": "SELECT FROM ledger_posting_unopened",
}


def faults(superuser: str) -> dict[str, list[Any]]:
    """What is wrong with the books, found from the legs alone."""
    with psycopg.connect(superuser) as plain:
        found = {what: plain.execute(query).fetchall() for what, query in FAULTS.items()}
    return {what: rows for what, rows in found.items() if rows}
