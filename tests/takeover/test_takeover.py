"""Another system's files become opening facts, whole or not at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from invented_folder import PLACES, control, identity, invented, places_of, report, write

from shebao.access.acting import acting
from shebao.access.services import add_places, system_actor
from shebao.ledger.services import close_period, open_period
from shebao.takeover.runs import run
from shebao.takeover.services import State


@pytest.fixture(scope="module")
def city(database: Any) -> Any:
    """Its places, and the batch at work."""
    with acting(system_actor("setup"), "access.places") as act:
        add_places(act, [(place, 2, place, False) for place in PLACES if place != "11"])
    database.use("shebao_batch")
    return database


@pytest.fixture(scope="module")
def actor(city: Any) -> int:
    return system_actor("takeover")


def rows(database: Any, query: str, *given: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(database.dsn("postgres")) as connection:
        return connection.execute(query, given).fetchall()


def dump(database: Any) -> dict[str, list[str]]:
    """Every row of every table."""
    with psycopg.connect(database.dsn("postgres")) as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relkind IN ('r', 'p') ORDER BY 1"
        ).fetchall()
        return {
            name: [row[0] for row in connection.execute(f'SELECT t::text FROM "{name}" t ORDER BY 1').fetchall()]
            for (name,) in tables
        }


def test_a_rehearsal_leaves_nothing(city: Any, actor: int, tmp_path: Path) -> None:
    folder = write(tmp_path / "old", invented(60, seed=5, prefix="r"))
    before = dump(city)
    found = run(actor, folder, tmp_path / "problems.csv", rehearse=True)
    assert report(tmp_path / "problems.csv") == []
    assert found.state is State.REHEARSED
    assert found.persons == 60 and all(line.loaded == line.read for line in found.lines)
    assert dump(city) == before


def test_five_hundred_persons(city: Any, actor: int, tmp_path: Path) -> None:
    given = invented(500)
    folder = write(tmp_path / "old", given)
    found = run(actor, folder, tmp_path / "problems.csv")
    assert report(tmp_path / "problems.csv") == []
    assert found.state is State.LOADED and (found.persons, found.known) == (500, 0)
    declared = control(given)
    for line in found.lines:
        wanted = declared[line.file][line.measure]
        wanted = int(wanted if line.measure == "rows" else wanted * 100)
        assert line.declared == line.read == line.loaded == wanted
        if line.measure == "balance":
            assert line.ledger == wanted
    assert rows(city, "SELECT sum(amount) FROM ledger_posting") == [(0,)]
    assert rows(city, "SELECT count(*), sum(balance) FROM contributions_opening") == [
        (len(given["balances"]), int(declared["balances.csv"]["balance"] * 100))
    ]
    assert rows(city, "SELECT count(*) FROM takeover_total WHERE loaded = read") == [(len(found.lines),)]

    again = dump(city)
    repeated = run(actor, folder, tmp_path / "problems.csv")
    assert repeated.state is State.REPEATED and len(repeated.before) == 5
    after = dump(city)
    assert {name for name in again if again[name] != after[name]} == {"access_act"}


def test_what_a_person_has_is_what_the_files_said(city: Any, actor: int, tmp_path: Path) -> None:
    given = invented(3, seed=7, prefix="w")
    given["awards"] = [
        {"person_id": "w1", "kind": "福利养老金", "amount": "275.50", "since": "2008-01-01", "paid_to": "2014-05-20"}
    ]
    given["histories"] = [
        {
            "person_id": "w1",
            "insurance": 1,
            "year": 1998,
            "region": 31,
            "kind": "补缴",
            "months": "1,3",
            "base": "2000.10",
            "weighted": "100",
            "credited": 1999,
            "account": "0",
            "wage": "",
        }
    ]
    given["balances"] = [{"person_id": "w1", "insurance": 1, "as_of": "2013-12-31", "balance": "12.34", "own": "2"}]
    assert run(actor, write(tmp_path / "old", given), tmp_path / "problems.csv").state is State.LOADED
    person = given["persons"][1]
    ((number, name, code),) = rows(
        city,
        "SELECT i.person_id, n.name, o.code FROM people_identifier i JOIN people_name n USING (person_id) "
        "JOIN people_work w USING (person_id) JOIN people_organisation o ON o.id = w.organisation_id "
        "WHERE i.number = %s",
        person["id_number"],
    )
    assert (name, code) == (person["name"], given["organisations"][0]["code"])
    assert rows(city, "SELECT kind FROM people_identifier WHERE person_id = %s AND number = '旧系统:w1'", number) == [
        (9,)
    ]
    assert rows(
        city,
        "SELECT insurance, year, region, kind, months, base, weighted, credited, source FROM contributions_history "
        "WHERE person_id = %s",
        number,
    ) == [(1, 1998, 31, 3, 5, 200010, 10000, 1999, "旧系统")]
    assert rows(
        city, "SELECT kind, amount, since, paid_to, source FROM takeover_award WHERE person_id = %s", number
    ) == [(3, 27550, date(2008, 1, 1), date(2014, 5, 1), "旧系统")]
    assert rows(
        city,
        "SELECT a.chart_id, a.fund_id, a.part, b.posted FROM ledger_account a "
        "JOIN ledger_balance b ON b.account_id = a.id WHERE a.owner = %s",
        f"person:{number}",
    ) == [(301, 1, 2, -1234)]


def test_who_is_known_is_found(city: Any, actor: int, tmp_path: Path) -> None:
    """By the same identifier and name; the next files name him by the number of the old system."""
    given = invented(2, seed=8, prefix="k")
    for kind in ("histories", "balances", "awards"):
        given[kind] = []
    first = {kind: held for kind, held in given.items() if held}
    assert run(actor, write(tmp_path / "a", first), tmp_path / "problems.csv").state is State.LOADED
    other = {"persons": [given["persons"][0] | {"person_id": "x9", "organisation": "", "phone": ""}]}
    found = run(actor, write(tmp_path / "b", other, source="医保系统"), tmp_path / "problems.csv")
    assert (found.state, found.persons, found.known) == (State.LOADED, 1, 1)
    award = {"person_id": "x9", "kind": 5, "amount": "800", "since": "2013-01-01", "paid_to": ""}
    third = write(tmp_path / "c", {"awards": [award]}, source="医保系统")
    assert run(actor, third, tmp_path / "problems.csv").state is State.LOADED
    ((mine,), (same,)) = rows(
        city,
        "SELECT person_id FROM people_identifier WHERE number = %s UNION ALL SELECT person_id FROM takeover_award "
        "WHERE amount = 80000",
        given["persons"][0]["id_number"],
    )
    assert mine == same
    assert rows(city, "SELECT count(*) FROM access_read WHERE person_id = %s AND what = 'takeover'", mine) == [(2,)]


def test_each_fault_is_named_by_its_row(city: Any, actor: int, tmp_path: Path) -> None:
    base = invented(20, seed=9, prefix="f")
    assert run(actor, write(tmp_path / "known", base), tmp_path / "problems.csv").state is State.LOADED
    given = invented(40, seed=10, prefix="g")
    persons = given["persons"]
    wanted: set[tuple[str, str, str]] = set()

    def plant(kind: str, place: int, field: str, value: object, told: str = "") -> None:
        given[kind][place][field] = value
        wanted.add((f"{kind}.csv", str(place + 2), told or field))

    def copied(file: str, place: int, told: str, **changed: object) -> None:
        given[file].append(given[file][place] | changed)
        wanted.add((f"{file}.csv", str(len(given[file]) + 1), told))

    number = persons[3]["id_number"]
    plant("persons", 3, "id_number", number[:17] + ("0" if number[17] != "0" else "1"))  # check digit
    plant("persons", 4, "name", "")
    plant("persons", 5, "place", "990000")
    plant("persons", 6, "organisation", "nowhere")
    plant("persons", 7, "birth_day", "1950-13-01")
    plant("persons", 8, "sex", "女" if persons[8]["sex"] == "男" else "男")  # against the number
    # somebody of the record under another name
    born = base["persons"][0]
    persons[9] |= {name: born[name] for name in ("id_number", "sex", "birth_day")} | {"name": "别人"}
    wanted.add(("persons.csv", "11", "name"))
    copied("persons", 10, "id_number", person_id="twin")
    copied("persons", 11, "person_id", id_number=identity(date(1990, 5, 5), 7, True), birth_day="1990-05-05", sex="男")
    plant("histories", 0, "person_id", "stranger")
    copied("histories", 5, "months", kind="补缴", credited=2013)
    plant("histories", 6, "insurance", "人寿保险")
    plant("histories", 7, "months", "0-13")
    plant("histories", 8, "base", "12.345")
    plant("histories", 9, "year", 2019, "months")  # after the day of the takeover
    copied("balances", 0, "insurance", balance="1", own="0")
    plant("balances", 1, "own", "999999999.00")
    plant("balances", 2, "insurance", "工伤保险")
    plant("balances", 3, "balance", "-5")
    plant("awards", 0, "paid_to", "2009-01-01")
    plant("awards", 1, "amount", "")
    before = dump(city)
    found = run(actor, write(tmp_path / "broken", given, _totals(given)), tmp_path / "problems.csv")
    told = report(tmp_path / "problems.csv")
    assert found.state is State.REFUSED
    assert places_of(told) == wanted
    assert all(row["zh"] and row["en"] for row in told)
    numbers = {row["id_number"] for row in persons}
    assert not any(row["found"] in numbers for row in told), "no report shows a whole identity number"
    assert found.faults == len(told) - found.warnings
    assert dump(city) == before


def _totals(given: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Only the numbers of rows: the sums of broken files mean nothing."""
    return {f"{kind}.csv": {"rows": len(held)} for kind, held in given.items()}


def test_control_totals_and_files_that_are_not_there(city: Any, actor: int, tmp_path: Path) -> None:
    given = invented(5, seed=11, prefix="c")
    totals = control(given)
    totals["balances.csv"]["balance"] += 1
    totals["persons.csv"]["rows"] += 1
    totals["gone.csv"] = {"rows": 3}
    found = run(actor, write(tmp_path / "old", given, totals), tmp_path / "problems.csv")
    assert found.state is State.REFUSED
    assert places_of(report(tmp_path / "problems.csv")) == {
        ("balances.csv", "", "balance"),
        ("persons.csv", "", "rows"),
        ("gone.csv", "", ""),
    }


def test_what_the_record_has_already_is_refused(city: Any, actor: int, tmp_path: Path) -> None:
    given = invented(8, seed=12, prefix="h")
    assert run(actor, write(tmp_path / "old", given), tmp_path / "problems.csv").state is State.LOADED
    for kind in ("histories", "balances", "awards"):
        given[kind] = [row | {"person_id": row["person_id"]} for row in given[kind]][:1]
    given["histories"][0]["base"] = "1200"
    given["balances"][0]["own"] = "0"
    given["awards"][0]["amount"] = "1"
    more = {kind: given[kind] for kind in ("histories", "balances", "awards")}
    assert run(actor, write(tmp_path / "more", more), tmp_path / "problems.csv").state is State.REFUSED
    assert places_of(report(tmp_path / "problems.csv")) == {
        ("histories.csv", "2", "months"),
        ("balances.csv", "2", "insurance"),
        ("awards.csv", "2", "kind"),
    }


def test_a_closed_period_takes_no_balances(city: Any, actor: int, tmp_path: Path) -> None:
    """The ledger refuses; nothing of the other files stays either."""
    with acting(system_actor("setup"), "ledger.close") as act:
        open_period(act, date(1999, 12, 1))
        close_period(act, date(1999, 12, 1))
    given = invented(4, seed=13, prefix="z")
    given["balances"] = [{"person_id": "z0", "insurance": 1, "as_of": "1999-12-31", "balance": "5", "own": "0"}]
    before = dump(city)
    assert run(actor, write(tmp_path / "old", given), tmp_path / "problems.csv").state is State.REFUSED
    (told,) = report(tmp_path / "problems.csv")
    assert told["file"] == "balances.csv" and "1999-12" in told["en"]
    assert dump(city) == before


def test_what_the_record_refuses_is_told_by_row(city: Any, actor: int, tmp_path: Path) -> None:
    """A fault that only the room which keeps the fact looks for."""
    given = {"persons": invented(6, seed=15, prefix="q")["persons"]}
    for k, row in enumerate(given["persons"]):
        row |= {"organisation": "", "death_day": "2013-05-05" if k == 0 else "", "hukou_place": "110105"}
    given["persons"][4]["hukou_place"] = "北京朝阳"
    before = dump(city)
    assert run(actor, write(tmp_path / "old", given), tmp_path / "problems.csv").state is State.REFUSED
    assert places_of(report(tmp_path / "problems.csv")) == {("persons.csv", "6", "hukou_place")}
    assert dump(city) == before


def test_the_same_file_of_another_source(city: Any, actor: int, tmp_path: Path) -> None:
    given = {"organisations": invented(1, seed=14)["organisations"]}
    assert run(actor, write(tmp_path / "a", given), tmp_path / "problems.csv").state is State.LOADED
    assert run(actor, write(tmp_path / "b", given, source="新名"), tmp_path / "problems.csv").state is State.REFUSED
    assert places_of(report(tmp_path / "problems.csv")) == {("organisations.csv", "", "")}


def test_nothing_of_a_takeover_is_changed(city: Any, actor: int, tmp_path: Path) -> None:
    given = invented(2, seed=21, prefix="n")
    given["awards"] = [
        {"person_id": "n1", "kind": "福利养老金", "amount": "275.50", "since": "2008-01-01", "paid_to": "2014-05-20"}
    ]
    assert run(actor, write(tmp_path / "old", given), tmp_path / "problems.csv").state is State.LOADED
    with psycopg.connect(city.dsn("shebao_owner")) as connection:
        for statement in (
            "UPDATE takeover_award SET amount = amount + 1",
            "DELETE FROM takeover_award",
            "UPDATE takeover_total SET read = 0",
            "DELETE FROM takeover_file",
        ):
            with pytest.raises(psycopg.errors.RestrictViolation), connection.transaction():
                connection.execute(statement)
