"""A guard is taken out of the database, one at a time: the check that is there for it must notice."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest
import together
from books import Books

# What is taken out, and who notices: a statement, or a function and the text in it that another takes the place of.
MUTANTS: dict[str, tuple[str | tuple[str, str, str], Callable[[Any, Books], None]]] = {
    "the check of the legs": (
        "DROP TRIGGER checked ON ledger_posting",
        together.an_unbalanced_one_is_refused,
    ),
    "the sum in each fund": (
        ("ledger_legs_checked", "bool_and(f.total = 0)", "true"),
        together.an_unbalanced_one_is_refused,
    ),
    "the unique key": (
        "ALTER TABLE ledger_transaction DROP CONSTRAINT ledger_transaction_key",
        together.duplicates_become_one,
    ),
    "reversed once": ("DROP INDEX ledger_reversed_once", together.a_reversal_comes_once),
    "the check of overdrafts": (
        ("ledger_legs_checked", "FROM changed WHERE overdrawn", "FROM changed WHERE false"),
        together.nobody_overdraws,
    ),
    "the lock of the balance": (
        (
            "ledger_legs_checked",
            "SET posted = b.posted + EXCLUDED.posted",
            "SET posted = (SELECT o.posted FROM ledger_balance o WHERE o.account_id = b.account_id) + EXCLUDED.posted",
        ),
        together.no_update_is_lost,
    ),
    "the lock of the period": (
        ("ledger_transactions_checked", "p.state = 1 FOR SHARE", "p.state = 1"),
        together.a_close_waits_for_posters,
    ),
    "the check of the period": (
        ("ledger_transactions_checked", "AND p.state = 1 FOR SHARE", "FOR SHARE"),
        together.a_close_waits_for_posters,
    ),
    "append only": ("DROP TRIGGER append_only ON ledger_posting", together.an_edit_is_refused),
    "the way round the whole table": (
        "DROP TRIGGER direct ON ledger_posting_2014m03",
        together.a_partition_is_not_reached_past_the_whole,
    ),
}


@pytest.fixture(params=MUTANTS)
def mutant(request: pytest.FixtureRequest) -> tuple[str | tuple[str, str, str], Callable[[Any, Books], None]]:
    """One of them."""
    return MUTANTS[request.param]


@pytest.fixture(scope="module")
def untouched(database: Any, system: int) -> Any:
    """March 2014 is open; copied for each mutant."""
    Books(system).open(date(2014, 3, 1))
    return database


def test_what_is_taken_out_is_noticed(
    untouched: Any,
    system: int,
    mutant: tuple[str | tuple[str, str, str], Callable[[Any, Books], None]],
) -> None:
    from django.db import connections

    change, notices = mutant
    made = dataclasses.replace(untouched, name=f"{untouched.name}_mutant")
    connections.close_all()
    with psycopg.connect(untouched.superuser, autocommit=True) as plain:
        plain.execute(f"CREATE DATABASE {made.name} TEMPLATE {untouched.name} OWNER shebao_owner")
        try:
            made.use("shebao_app")
            with psycopg.connect(made.dsn("postgres")) as inside:
                _change(inside, change)
            with pytest.raises(AssertionError):
                notices(made, Books(system))
        finally:
            untouched.use("shebao_app")
            plain.execute(f"DROP DATABASE {made.name} WITH (FORCE)")


def _change(inside: psycopg.Connection[tuple[object, ...]], change: str | tuple[str, str, str]) -> None:
    if isinstance(change, str):
        inside.execute(change)  # type: ignore[call-overload]
        return
    function, old, new = change
    row = inside.execute("SELECT pg_get_functiondef(%s::regproc)", [function]).fetchone()
    assert row is not None
    text = str(row[0])
    assert text.count(old) == 1, f"{old} is not in {function}"
    inside.execute(text.replace(old, new))  # type: ignore[call-overload]
