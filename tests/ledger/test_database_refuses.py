"""The database itself refuses, whatever the program: plain SQL, as every role but a superuser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
import pytest
from books import DAY, INCOME, INCOME_BANK, Books, enter, faults, fresh, journal

from shebao.ledger import services
from shebao.ledger.models import Kind

ROLES = ["shebao_app", "shebao_batch", "shebao_owner"]
LEG = "INSERT INTO ledger_posting (transaction_id, account_id, amount, day, no, fund_id) VALUES (%s, %s, %s, %s, %s, 1)"


@pytest.fixture(scope="module")
def books(database: Any, system: int) -> Books:
    """February is closed, March is open."""
    made = Books(system)
    made.open(date(2014, 2, 1), date(2014, 3, 1))
    with made.act("ledger.close") as act:
        services.close_period(act, date(2014, 2, 1))
    return made


@contextmanager
def refused(database: Any, books: Books, role: str, why: str) -> Iterator[tuple[psycopg.Connection[Any], int]]:
    """A connection with an act; what is done must be refused with these words, and leave nothing wrong."""
    with psycopg.connect(database.dsn("postgres")) as plain:
        before = plain.execute("SELECT count(*), max(transaction_id) FROM ledger_posting").fetchone()
    with pytest.raises(psycopg.Error, match=why), psycopg.connect(database.dsn(role)) as plain:
        yield plain, enter(plain, books.actor)
    with psycopg.connect(database.dsn("postgres")) as plain:
        assert plain.execute("SELECT count(*), max(transaction_id) FROM ledger_posting").fetchone() == before
    assert faults(database.dsn("postgres")) == {}


@pytest.mark.parametrize("role", ROLES)
def test_plain_sql_may_post_what_is_right(database: Any, books: Books, role: str) -> None:
    bank, income = books.own(INCOME_BANK), books.own(INCOME)
    with psycopg.connect(database.dsn(role)) as plain:
        journal(plain, enter(plain, books.actor), [(bank, 1, 5), (income, 1, -5)])
    assert faults(database.dsn("postgres")) == {}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("legs", "changed", "why"),
    [
        ([(103, 1, 5), (401, 1, -4)], {}, "not balanced"),
        ([(103, 1, 5), (401, 3, -5)], {}, "not balanced"),
        ([(103, 1, 5), (401, 3, -5)], {"across": True}, "not balanced"),
        ([(103, 1, 5), (401, 1, -5), (103, 3, 5), (401, 3, -5)], {}, "several funds"),
        ([(103, 1, 5), (401, 1, -5)], {"day": date(2014, 2, 7)}, "2014-02 is not open"),
        ([(103, 1, 5), (401, 1, -5)], {"day": date(2019, 2, 7)}, "2019-02 is not open"),
        ([(103, 1, 5), (401, 1, -5)], {"leg_day": date(2014, 2, 7)}, "no legs"),
        ([(103, 1, 5), (401, 1, -5)], {"leg_day": date(2014, 3, 8)}, "do not fit"),
        ([(103, 1, 5), (401, 1, -5)], {"legs": 3}, "do not fit"),
        ([(103, 1, 5), (401, 1, 0), (401, 1, -5)], {}, "ledger_posting_amount"),
        ([(103, 1, 5), (401, 1, -5)], {"act": 10**12}, "no act|row-level security"),
        ([(103, 1, 5), (401, 1, -5)], {"kind": int(Kind.REVERSAL)}, "ledger_reversal_reverses"),
    ],
)
def test_wrong_transactions(
    database: Any, books: Books, role: str, legs: list[tuple[int, int, int]], changed: dict[str, Any], why: str
) -> None:
    made = [(books.own(chart, fund), fund, amount) for chart, fund, amount in legs]
    with refused(database, books, role, why) as (plain, act):
        journal(plain, act, made, **changed)


@pytest.mark.parametrize("role", ROLES)
def test_a_transaction_without_legs(database: Any, books: Books, role: str) -> None:
    for state, legs, why in ((1, 2, "no legs"), (2, 2, "no legs"), (1, 0, "_legs"), (3, 0, "_void_settles")):
        with refused(database, books, role, why) as (plain, act):
            plain.execute(
                "INSERT INTO ledger_transaction (key, state, kind, day, legs, across, text, reference, act_id) "
                "VALUES (%s, %s, 10, %s, %s, false, '', '', %s)",
                [fresh(), state, DAY, legs, act],
            )


@pytest.mark.parametrize("role", ROLES)
def test_legs_that_come_later_or_alone(database: Any, books: Books, role: str) -> None:
    bank, income = books.own(INCOME_BANK), books.own(INCOME)
    key = fresh()
    with psycopg.connect(database.dsn(role)) as plain:
        journal(plain, enter(plain, books.actor), [(bank, 1, 5), (income, 1, -5)], key=key)
    with psycopg.connect(database.dsn("postgres")) as plain:
        row = plain.execute("SELECT id FROM ledger_transaction WHERE key = %s", [key]).fetchone()
    assert row is not None
    for of, numbers in ((row[0], (3, 4)), (row[0], (1, 2)), (10**12, (1, 2))):
        with refused(database, books, role, "do not fit|duplicate key") as (plain, _):
            plain.execute(
                f"{LEG}, (%s, %s, %s, %s, %s, 1)",
                [of, bank, 7, DAY, numbers[0], of, income, -7, DAY, numbers[1]],
            )


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_posting SET amount = amount + 1",
        "DELETE FROM ledger_posting",
        "TRUNCATE ledger_posting",
        "UPDATE ledger_posting_2014m03 SET amount = amount + 1",
        "DELETE FROM ledger_posting_2014m03",
        "TRUNCATE ledger_posting_2014m03",
        "INSERT INTO ledger_posting_2014m03 SELECT * FROM ledger_posting",
        "INSERT INTO ledger_posting_unopened SELECT * FROM ledger_posting",
        "UPDATE ledger_transaction SET text = 'other'",
        "DELETE FROM ledger_transaction",
        "TRUNCATE ledger_transaction",
        "UPDATE ledger_hold SET amount = 1",
        "TRUNCATE ledger_hold",
        "UPDATE ledger_account SET owner = 'person:0'",
        "DELETE FROM ledger_account",
        "DELETE FROM ledger_period",
        "TRUNCATE ledger_period_event",
        "UPDATE ledger_period SET month = '2013-01-01', act_id = access_act() WHERE month = '2014-03-01'",
    ],
)
def test_what_is_written_stays(database: Any, books: Books, role: str, statement: str) -> None:
    bank, income = books.own(INCOME_BANK), books.own(INCOME)
    holds = [books.person("stays"), books.own(102)]
    with psycopg.connect(database.dsn("shebao_batch")) as plain:
        journal(plain, enter(plain, books.actor), [(bank, 1, 5), (income, 1, -5)])
    with psycopg.connect(database.dsn("shebao_app")) as plain:
        act = enter(plain, books.actor)
        plain.execute(
            "WITH h AS (INSERT INTO ledger_transaction (key, state, kind, day, legs, across, text, reference, act_id) "
            "VALUES (%s, 2, 6, %s, 2, false, '', '', %s) RETURNING id) "
            "INSERT INTO ledger_hold (transaction_id, account_id, amount, day, no, fund_id) "
            "SELECT h.id, l.a, l.amount, %s, l.no, 1 "
            "FROM h, (VALUES (%s::bigint, -1, 1), (%s, 1, 2)) AS l (a, amount, no)",
            [fresh(), DAY, act, DAY, *holds],
        )
    with refused(database, books, role, "refused|permission denied|closed when open") as (plain, _):
        plain.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize("role", ["shebao_app", "shebao_batch", "shebao_reader"])
def test_balances_and_snapshots_are_nobodys_to_write(database: Any, books: Books, role: str) -> None:
    for statement in (
        "UPDATE ledger_balance SET posted = 0",
        "INSERT INTO ledger_balance VALUES (1, 0, 0, false)",
        "DELETE FROM ledger_snapshot",
        "INSERT INTO ledger_period_event (month, state, reason, act_id) VALUES ('2014-02-01', 1, 'x', access_act())",
    ):
        with refused(database, books, role, "permission denied") as (plain, _):
            plain.execute(statement)  # type: ignore[call-overload]


def test_the_reader_only_reads(database: Any, books: Books) -> None:
    with refused(database, books, "shebao_reader", "permission denied") as (plain, act):
        journal(plain, act, [(1, 1, 5), (2, 1, -5)])


def test_nobody_posts_for_somebody_elses_act(database: Any, books: Books) -> None:
    legs = [(books.own(INCOME_BANK), 1, 5), (books.own(INCOME), 1, -5)]
    with psycopg.connect(database.dsn("shebao_app")) as plain:
        other = enter(plain, books.actor)
    with refused(database, books, "shebao_app", "row-level security") as (plain, _):
        journal(plain, other, legs)
    with refused(database, books, "shebao_app", "row-level security") as (plain, _):
        plain.execute("SELECT set_config('shebao.act', '', true)")
        journal(plain, other, legs)


@pytest.mark.parametrize("role", ROLES)
def test_a_reversal_that_is_no_mirror(database: Any, books: Books, role: str) -> None:
    legs = [(books.own(INCOME_BANK), 1, 5), (books.own(INCOME), 1, -5)]
    key = fresh()
    with psycopg.connect(database.dsn(role)) as plain:
        journal(plain, enter(plain, books.actor), legs, key=key)
    for amounts in ((-4, 4), (5, -5)):
        with refused(database, books, role, "opposite signs") as (plain, act):
            plain.execute(
                "WITH h AS (INSERT INTO ledger_transaction (key, state, kind, day, legs, across, text, reference, "
                "reverses_id, act_id) SELECT %s, 1, 12, day, 2, false, '', '', id, %s FROM ledger_transaction "
                "WHERE key = %s RETURNING id) INSERT INTO ledger_posting (transaction_id, account_id, amount, day, no, "
                "fund_id) SELECT h.id, l.a, l.amount, %s, l.no, 1 FROM h, (VALUES (%s::bigint, %s, 1), (%s, %s, 2)) "
                "AS l (a, amount, no)",
                [fresh(), act, key, DAY, legs[0][0], amounts[0], legs[1][0], amounts[1]],
            )
