"""A day at the card readers of the sample city: the real service, its messages, the comparison in the evening."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg

from shebao.access.services import system_actor
from shebao.database import connection
from shebao.rules.kinds import day
from shebao.samplecity import hospitalday, loading, office
from shebao.samplecity.city import City

DAY = date(2014, 1, 31)


def test_a_day(database: Any) -> None:
    database.use(connection.BATCH)
    loading.load(system_actor("load"), City(people=1_500, seed=5, day=day("2013-12-31")))
    office.open_books([DAY.replace(day=1)])
    told: list[tuple[int, int | None]] = []
    found = hospitalday.run(database.dsn(connection.BATCH), DAY, 150, lambda done, of: told.append((done, of)))
    assert found.differences() == []
    assert len(told) == sum(tally.visits for tally in found.tallies) == 150
    taken = [bill for tally in found.tallies for _, bill, _ in tally.taken]
    assert taken and sum(tally.repeated for tally in found.tallies)
    assert any(bill.stay for bill in found.bills) and any(bill.funds for bill in found.bills)
    assert sum(tally.late for tally in found.tallies) and found.cases
    (faulty,) = [tally for tally in found.tallies if tally.planted]
    assert len(faulty.planted) == 3 and faulty.found == faulty.planted
    with psycopg.connect(database.dsn("postgres")) as plain:
        # each bill once, each taken back once, and what stands is what the desks know of
        rows = plain.execute(
            "SELECT count(*) FILTER (WHERE reverses_id IS NULL), count(*) FILTER (WHERE reverses_id IS NOT NULL), "
            "sum(total), sum(cash) FROM medical_settlement"
        ).fetchone()
    assert rows == (
        len(found.bills) + len(taken),
        len(taken),
        sum(bill.total for bill in found.bills),
        sum(bill.cash for bill in found.bills),
    )
    assert all(bill.total == bill.funds + bill.account + bill.cash for bill in found.bills)
