"""Several connections at once, and what must hold when they meet.  Each check raises AssertionError when it does not.

They go round Django: a thread has a connection of its own, and the statement is the service's own one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
from books import DAY, EXPENDITURE_BANK, INCOME_BANK, Books, enter, fresh, journal

MANY = 8
Write = Callable[[psycopg.Connection[Any], int], None]


def at_once(database: Any, actor: int, writes: Sequence[Write], role: str = "shebao_app") -> list[str]:
    """Each write in a transaction and a connection of its own, MANY at a time; "" for what was kept, or the error."""
    ready = threading.Barrier(MANY)

    def work(mine: Sequence[Write]) -> list[str]:
        said = []
        with psycopg.connect(database.dsn(role)) as plain:
            ready.wait()
            for write in mine:
                try:
                    with plain.transaction():
                        write(plain, enter(plain, actor))
                    said.append("")
                except psycopg.Error as error:
                    said.append(f"{error.sqlstate} {error}")
        return said

    with ThreadPoolExecutor(MANY) as threads:
        return [one for some in threads.map(work, [writes[k::MANY] for k in range(MANY)]) for one in some]


def standing(database: Any, account: int) -> tuple[int, int]:
    """What an owner's account has, by its balance row and by its legs."""
    with psycopg.connect(database.dsn("postgres")) as plain:
        row = plain.execute(
            "SELECT -posted, (SELECT coalesce(-sum(amount), 0)::bigint FROM ledger_posting p "
            "WHERE p.account_id = b.account_id) FROM ledger_balance b WHERE account_id = %s",
            [account],
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def duplicates_become_one(database: Any, books: Books) -> None:
    """The same key 64 times at once."""
    person, bank, key = books.person(fresh("p")), books.own(INCOME_BANK), fresh("same")

    def write(plain: psycopg.Connection[Any], act: int) -> None:
        journal(plain, act, [(bank, 1, 7), (person, 1, -7)], key=key)

    said = at_once(database, books.actor, [write] * 64)
    assert said.count("") == 1, said
    assert standing(database, person) == (7, 7)


def no_update_is_lost(database: Any, books: Books) -> None:
    """500 credits of one account."""
    person, bank = books.person(fresh("p")), books.own(INCOME_BANK)

    def write(plain: psycopg.Connection[Any], act: int) -> None:
        journal(plain, act, [(bank, 1, 3), (person, 1, -3)])

    said = at_once(database, books.actor, [write] * 500)
    assert said.count("") == 500, said
    assert standing(database, person) == (1500, 1500)


def nobody_overdraws(database: Any, books: Books) -> None:
    """An account with 100 is drained by 40 who each take 7."""
    person, bank, out = books.person(fresh("p")), books.own(INCOME_BANK), books.own(EXPENDITURE_BANK)
    with psycopg.connect(database.dsn()) as plain:
        journal(plain, enter(plain, books.actor), [(bank, 1, 100), (person, 1, -100)])

    def write(plain: psycopg.Connection[Any], act: int) -> None:
        journal(plain, act, [(person, 1, 7), (out, 1, -7)])

    said = at_once(database, books.actor, [write] * 40)
    has, proved = standing(database, person)
    assert has == proved, "the balance is not the sum of its legs"
    assert has == 2, f"{has} are left"
    assert all("overdrawn" in one for one in said if one), said


def crossing_batches_do_not_block(database: Any, books: Books) -> None:
    """Batches that touch the same accounts in opposite orders."""
    people = [books.person(fresh("p")) for _ in range(6)]
    bank = books.own(INCOME_BANK)

    def write(order: Sequence[int]) -> Write:
        legs = [(bank, 1, 6), *((one, 1, -1) for one in order)]
        return lambda plain, act: journal(plain, act, legs)

    said = at_once(database, books.actor, [write(people), write(people[::-1])] * 40)
    assert said.count("") == 80, said


def a_reversal_comes_once(database: Any, books: Books) -> None:
    """16 want to reverse the same."""
    bank, out, key = books.own(INCOME_BANK), books.own(EXPENDITURE_BANK), fresh("reversed")
    with psycopg.connect(database.dsn()) as plain:
        journal(plain, enter(plain, books.actor), [(bank, 1, 100), (out, 1, -100)], key=key)

    def write(plain: psycopg.Connection[Any], act: int) -> None:
        plain.execute(
            "WITH h AS (INSERT INTO ledger_transaction (key, state, kind, day, legs, across, text, reference, "
            "reverses_id, act_id) SELECT %s, 1, 12, day, 2, false, '', '', id, %s FROM ledger_transaction "
            "WHERE key = %s RETURNING id) INSERT INTO ledger_posting (transaction_id, account_id, amount, day, no, "
            "fund_id) SELECT h.id, l.a, l.amount, %s, l.no, 1 FROM h, (VALUES (%s::bigint, -100, 1), (%s, 100, 2)) "
            "AS l (a, amount, no)",
            [fresh(), act, key, DAY, bank, out],
        )

    said = at_once(database, books.actor, [write] * 16)
    assert said.count("") == 1, said


def no_accounts_twice(database: Any, books: Books) -> None:
    """Many make the same accounts, in different orders."""
    owners = [fresh("person") for _ in range(30)]

    def write(order: Sequence[str]) -> Write:
        def make(plain: psycopg.Connection[Any], act: int) -> None:
            plain.execute(
                "SELECT * FROM ledger_accounts(array_fill(301::smallint, %(n)s), array_fill(1::smallint, %(n)s), "
                "array_fill(2::smallint, %(n)s), array_fill('11'::text, %(n)s), %(owners)s)",
                {"n": [len(order)], "owners": list(order)},
            )

        return make

    said = at_once(database, books.actor, [write(owners), write(owners[::-1])] * 8)
    assert said.count("") == 16, said
    with psycopg.connect(database.dsn("postgres")) as plain:
        row = plain.execute("SELECT count(*) FROM ledger_account WHERE owner = ANY(%s)", [owners]).fetchone()
    assert row == (30,)


def a_close_waits_for_posters(database: Any, books: Books) -> None:
    """Who posts before the close is in what the month closes with; who comes after it is refused."""
    close = "UPDATE ledger_period SET state = 2, act_id = access_act() WHERE month = %s"
    with psycopg.connect(database.dsn("postgres")) as plain:
        months = [row[0] for row in plain.execute("SELECT month FROM ledger_period WHERE state = 1 ORDER BY 1")]
        row = plain.execute("SELECT max(month) FROM ledger_period").fetchone()
    assert row is not None
    month = (row[0] + timedelta(31)).replace(day=1)
    books.open(month)
    person, bank = books.person(fresh("p")), books.own(INCOME_BANK)
    legs = [(bank, 1, 100), (person, 1, -100)]
    with psycopg.connect(database.dsn()) as plain:
        enter(plain, books.actor, "ledger.close")
        for earlier in months:
            plain.execute(close, [earlier])
    with (
        psycopg.connect(database.dsn()) as poster,
        psycopg.connect(database.dsn()) as closer,
        psycopg.connect(database.dsn("postgres"), autocommit=True) as watcher,
        ThreadPoolExecutor(1) as thread,
    ):
        journal(poster, enter(poster, books.actor), legs, day=month)
        enter(closer, books.actor, "ledger.close")

        def closing() -> None:
            closer.execute(close, [month])
            closer.commit()

        closed = thread.submit(closing)
        waits = _waits(watcher, closer.info.backend_pid, closed.done)
        poster.commit()
        closed.result()
        state = watcher.execute(
            "SELECT (SELECT balance FROM ledger_snapshot WHERE month = %(month)s AND account_id = %(bank)s), "
            "(SELECT sum(amount)::bigint FROM ledger_posting WHERE account_id = %(bank)s)",
            {"month": month, "bank": bank},
        ).fetchone()
        assert state is not None
        assert state[0] == state[1], f"closed with {state[0]}, the legs say {state[1]}"
        assert waits, "the close did not wait for the poster"
        try:
            journal(poster, enter(poster, books.actor), legs, day=month)
        except psycopg.Error as error:
            assert "not open" in str(error)
        else:
            raise AssertionError("posted into a closed month")


def an_unbalanced_one_is_refused(database: Any, books: Books) -> None:
    """One fen too much."""
    legs = [(books.own(INCOME_BANK), 1, 8), (books.own(EXPENDITURE_BANK), 1, -7)]
    _is_refused(database, books, "balanced", lambda plain, act: journal(plain, act, legs))


def an_edit_is_refused(database: Any, books: Books) -> None:
    """The owner changes an amount and its counterpart."""
    legs = [(books.own(INCOME_BANK), 1, 8), (books.own(EXPENDITURE_BANK), 1, -8)]
    with psycopg.connect(database.dsn()) as plain:
        journal(plain, enter(plain, books.actor), legs)
    _is_refused(
        database, books, "refused", lambda plain, act: plain.execute("UPDATE ledger_posting SET amount = amount * 2")
    )


def a_partition_is_not_reached_past_the_whole(database: Any, books: Books) -> None:
    """A leg more, straight into the month's table."""
    legs = [(books.own(INCOME_BANK), 1, 8), (books.own(EXPENDITURE_BANK), 1, -8)]
    with psycopg.connect(database.dsn()) as plain:
        journal(plain, enter(plain, books.actor), legs)
    add = (
        "INSERT INTO ledger_posting_2014m03 (transaction_id, account_id, amount, day, no, fund_id) "
        "SELECT transaction_id, account_id, amount, day, no + 2, fund_id FROM ledger_posting WHERE no = 1 LIMIT 1"
    )
    _is_refused(database, books, "use ledger_posting", lambda plain, act: plain.execute(add))


def _is_refused(database: Any, books: Books, why: str, write: Callable[..., object]) -> None:
    """By the owner of the tables, and so by everybody."""
    with psycopg.connect(database.dsn("shebao_owner")) as plain:
        try:
            write(plain, enter(plain, books.actor))
        except psycopg.Error as error:
            assert why in str(error)
        else:
            raise AssertionError("it was taken")
        finally:
            plain.rollback()


def _waits(watcher: psycopg.Connection[Any], pid: int, done: Callable[[], bool]) -> bool:
    """True once the server process waits for a lock, False when its work is done without."""
    while not done():
        row = watcher.execute("SELECT wait_event_type FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone()
        if row == ("Lock",):
            return True
    return False
