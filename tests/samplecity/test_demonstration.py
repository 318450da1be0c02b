"""The sample city in a database: a month of collection in which everything agrees, the same each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
import pytest

from shebao.database.connection import BATCH
from shebao.rules.kinds import day
from shebao.samplecity.city import City
from shebao.samplecity.demonstration import Month, build, collect

PEOPLE = 2_500


@contextmanager
def quiet(_zh: str, _en: str) -> Iterator[Callable[[int, int | None], None]]:
    yield lambda done, of: None


@pytest.fixture(scope="module")
def found(database: Any) -> Month:
    """January 2014 of a small city."""
    database.use(BATCH)
    city = City(people=PEOPLE, day=day("2013-12-31"))
    return collect(city, quiet, build(city, quiet))


def _one(database: Any, query: str) -> Any:
    with psycopg.connect(database.dsn("postgres")) as plain:
        row = plain.execute(query).fetchone()  # type: ignore[call-overload]
        return row[0] if row and len(row) == 1 else row


def test_everything_agrees(found: Month) -> None:
    assert found.differences() == []
    assert found.month == date(2014, 1, 1)


def test_there_is_something_of_everything(found: Month) -> None:
    assert found.loaded.persons == PEOPLE
    assert found.declared.refused > 0  # files that came back
    assert found.declared.left > found.declared.joined > 0
    assert found.billed.bills > found.declared.files  # who pays alone has bills too
    assert found.matched.receipts < found.received_rows  # a receipt without a number waits
    assert found.matched.late_fees > 0
    assert 0 < found.overdue < found.billed.employer + found.billed.own
    assert found.credited.accounts > 0


def test_the_books_are_what_the_room_says(database: Any, found: Month) -> None:
    assert _one(database, "SELECT sum(amount) FROM ledger_posting") == 0
    credited = "SELECT sum(i.account)::bigint FROM contributions_credit c JOIN contributions_item i ON i.id = c.item_id"
    assert _one(database, credited) == found.credited.accounts
    income = (
        "SELECT -sum(p.amount)::bigint FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id "
        "WHERE a.chart_id BETWEEN 401 AND 405"
    )
    assert _one(database, income) == found.credited.paid


def test_the_histories_grew_by_the_month(database: Any, found: Month) -> None:
    grown = _one(
        database,
        "SELECT count(*), sum(base)::bigint FROM contributions_history WHERE year = 2014 AND recorded_to = 'infinity'",
    )
    items = _one(
        database,
        "SELECT count(*), sum(i.base)::bigint FROM contributions_credit c JOIN contributions_item i "
        "ON i.id = c.item_id WHERE i.base <> 0",
    )
    assert grown == items


def test_every_row_names_its_act(database: Any, found: Month) -> None:
    for table in ("people_person", "contributions_item", "contributions_receipt", "ledger_transaction"):
        missing = f"SELECT count(*) FROM {table} t WHERE NOT EXISTS (SELECT FROM access_act a WHERE a.id = t.act_id)"
        assert _one(database, missing) == 0


def test_the_same_city_again(database: Any, found: Month) -> None:
    """What employers declare and what the bank says depends on seed and city alone."""
    city = City(people=PEOPLE, day=day("2013-12-31"))
    assert City(people=PEOPLE, seed=2, day=day("2013-12-31")).block(0).names != city.block(0).names
    names = _one(database, "SELECT array_agg(name ORDER BY person_id) FROM people_name WHERE kind = 1")
    assert names == city.block(0).names["name"].to_pylist()
