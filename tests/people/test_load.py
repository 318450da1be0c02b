"""Whole tables at once; what is wrong refuses the load, and every wrong row is named."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from people_made import citizen_number

from shebao.access.acting import acting
from shebao.files.problems import FileRefused
from shebao.files.unified_code import check_character
from shebao.people import selectors, services
from shebao.people.codes import EventKind
from shebao.people.facts import Event, Membership, Name, Residence, Work
from shebao.people.refusals import Refused
from shebao.people.services.loadtables import DAYS, TABLES

COUNT = 2_000
BORN = [date(1940 + k % 60, 1 + k % 12, 1 + k % 28) for k in range(COUNT)]


def days(lower: Any, upper: Any = None) -> pa.Array:
    upper = upper or [None] * len(lower)
    return pa.array([{"lower": a, "upper": b} for a, b in zip(lower, upper, strict=True)], DAYS)


def a_city(first_number: int, count: int = COUNT) -> dict[str, pa.Table]:
    """Persons in households of four, with two employers; numbers from `first_number` on."""
    persons = services.draw("person", count)
    households = services.draw("household", count // 4)
    organisations = services.draw("organisation", 2)
    codes = [f"91110105MA{k:07d}" for k in organisations.tolist()]
    since, now = days(BORN[:count]), days([date(2010, 1, 1)] * count)
    numbers = [citizen_number(first_number + k, BORN[k]) for k in range(count)]
    return {
        "people_person": pa.table({"id": persons, "place": ["110105001", "110106002"] * (count // 2)}),
        "people_name": pa.table({"person_id": persons, "name": ["张伟", "李娜"] * (count // 2), "valid": since}),
        "people_vitals": pa.table({"person_id": persons, "sex": [1] * count, "birth_day": BORN[:count]}),
        "people_identifier": pa.table({"person_id": persons, "kind": [1] * count, "number": numbers, "valid": since}),
        "people_residence": pa.table(
            {"person_id": persons, "place": ["110105001003"] * count, "hukou": [1] * count, "valid": since}
        ),
        "people_household": pa.table({"id": households, "place": ["110105001003"] * len(households)}),
        "people_membership": pa.table(
            {
                "person_id": persons,
                "household_id": np.repeat(households, 4),
                "role": [1, 2, 3, 3] * (count // 4),
                "valid": since,
            }
        ),
        "people_organisation": pa.table(
            {
                "id": organisations,
                "kind": [1, 2],
                "name": ["工厂", "学校"],
                "code": [code + check_character(code) for code in codes],
                "place": ["110105", "110106"],
                "injury_class": [2, None],
            }
        ),
        "people_organisation_state": pa.table(
            {"organisation_id": organisations, "state": [1, 1], "valid": days([date(1990, 1, 1)] * 2)}
        ),
        "people_work": pa.table(
            {
                "person_id": persons,
                "organisation_id": np.resize(organisations, count),
                "kind": [1] * count,
                "valid": now,
            }
        ),
    }


def count_of(plain: Any, table: str) -> int:
    return int(plain.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.fixture(params=["shebao_app", "shebao_batch"])
def role(request: Any, city: Any) -> Any:
    city.use(request.param)
    yield request.param
    city.use("shebao_app")


def test_two_thousand_persons_and_facts_on_top(role: str, system: int, plain: Any) -> None:
    before = {table: count_of(plain, table) for table in [*TABLES, "people_event"]}
    with acting(system, "people.load") as act:
        tables = a_city(0 if role == "shebao_app" else 2_500)
        written = services.load(act, tables, date(2010, 12, 31), "样本城市")
    assert written == {name: table.num_rows for name, table in tables.items()} | {"people_event": COUNT}
    assert {table: count_of(plain, table) - rows for table, rows in before.items()} == {
        table: written.get(table, 0) for table in before
    }
    one = tables["people_person"]["id"][7].as_py()
    new = Residence(since=date(2011, 5, 1), place="110106002")
    with acting(system, "people.record") as act:
        event = Event(kind=EventKind.RESIDENCE, occurred_on=new.since, source="本人", facts=[new])
        services.record(act, one, event)
        person = selectors.person(act, one)
    old, current = (known.fact for known in person.of(Residence))
    assert (old.since, old.until, old.hukou, current) == (BORN[7], date(2011, 4, 30), 1, new)
    assert person.of(Name)[0].fact.name == "李娜" and person.of(Name)[0].fact.since == BORN[7]
    assert person.of(Membership)[0].fact.role == 3
    assert person.of(Work)[0].fact.main
    with acting(system, "people.read") as act:
        found = selectors.find(act, tables["people_identifier"]["number"][7].as_py())
        assert [line.person_id for line in found] == [one]
        (opening,) = (h for h in selectors.history(act, one) if h.kind == EventKind.OPENING)
        assert (opening.source, opening.occurred_on, len(opening.brought)) == ("样本城市", date(2010, 12, 31), 6)
        staff = selectors.staff(act, person.of(Work)[0].fact.organisation_id, date(2011, 1, 1))
        assert len(staff) == COUNT // 2


def with_column(table: pa.Table, name: str, changed: dict[int, Any]) -> pa.Table:
    values = table[name].to_pylist()
    for row, value in changed.items():
        values[row] = value
    return table.set_column(table.column_names.index(name), name, pa.array(values, table[name].type))


WRONG: list[tuple[str, str, dict[int, Any], str]] = [
    ("people_identifier", "number", {3: "110105194912310021", 5: "11010519491231002x"}, "校验码|大写"),
    ("people_identifier", "number", {4: None}, "为空"),
    ("people_person", "place", {2: "110108"}, "没有这个地区"),
    ("people_name", "name", {1: " "}, "为空"),
    ("people_name", "person_id", {9: 10**12}, "没有这个编号"),
    ("people_vitals", "sex", {0: 9}, "不是代码"),
    ("people_vitals", "birth_day", {0: None}, "为空"),
    ("people_residence", "hukou", {6: 7}, "不是代码"),
    ("people_residence", "place", {6: "1101"}, "位数字"),
    ("people_residence", "valid", {6: {"lower": date(2010, 1, 1), "upper": date(2010, 1, 1)}}, "起始日"),
    ("people_membership", "household_id", {8: 10**12}, "没有这个编号"),
    ("people_organisation", "code", {1: "91110105MA0000001A"}, "校验码"),
    ("people_organisation", "injury_class", {1: 9}, "不是代码"),
    ("people_work", "organisation_id", {11: 10**12}, "没有这个编号"),
]


@pytest.mark.parametrize(("table", "column", "changed", "why"), WRONG)
def test_a_wrong_row_refuses_the_load(
    system: int, plain: Any, table: str, column: str, changed: dict[int, Any], why: str
) -> None:
    before = {name: count_of(plain, name) for name in ["people_event", *TABLES]}
    with pytest.raises(FileRefused, match=why) as told, acting(system, "people.load") as act:
        tables = a_city(5_500, 16)
        tables[table] = with_column(tables[table], column, changed)
        services.load(act, tables, date(2010, 12, 31), "样本城市")
    assert [(p.file, p.field, p.row) for p in told.value.problems] == [(table, column, row + 1) for row in changed]
    assert {name: count_of(plain, name) for name in before} == before


def test_rows_that_repeat_or_overlap_others(system: int, plain: Any) -> None:
    with acting(system, "people.load") as act:
        there = a_city(5_600, 16)
        services.load(act, there, date(2010, 12, 31), "样本城市")
    with pytest.raises(FileRefused) as told, acting(system, "people.load") as act:
        tables = a_city(5_700, 16)
        number = tables["people_identifier"]["number"]
        taken = there["people_identifier"]["number"][3].as_py()
        tables["people_identifier"] = with_column(
            tables["people_identifier"], "number", {2: number[0].as_py(), 5: taken}
        )
        tables["people_work"] = pa.concat_tables([tables["people_work"], tables["people_work"].slice(4, 2)])
        tables["people_vitals"] = pa.concat_tables([tables["people_vitals"], tables["people_vitals"].slice(0, 1)])
        first = tables["people_residence"].slice(0, 1)
        tables["people_residence"] = pa.concat_tables(
            [
                tables["people_residence"],
                first.set_column(3, "valid", days([date(1935, 1, 1)], [BORN[0]])),  # ends before the next begins
                first.set_column(3, "valid", days([date(1936, 1, 1)], [date(1937, 1, 1)])),
            ]
        )
        services.load(act, tables, date(2010, 12, 31), "样本城市")
    found = {(p.file, p.field, p.row): p.zh for p in told.value.problems}
    assert set(found) == {
        ("people_identifier", "number", 3),
        ("people_identifier", "number", 6),
        ("people_work", "valid", 17),
        ("people_work", "valid", 18),
        ("people_vitals", "person_id", 17),
        ("people_residence", "valid", 18),
    }
    assert "前面的行" in found["people_identifier", "number", 3]
    assert "已有登记" in found["people_identifier", "number", 6]


def test_tables_and_columns_are_told_by_name(system: int) -> None:
    with pytest.raises(FileRefused) as told, acting(system, "people.load") as act:
        tables = {
            "people_persons": pa.table({"id": [1]}),
            "people_name": pa.table({"person_id": [1], "name": [3.5], "nickname": ["x"]}),
        }
        services.load(act, tables, date(2010, 12, 31), "样本城市")
    assert {(p.file, p.field) for p in told.value.problems} >= {
        ("people_persons", ""),
        ("people_name", "nickname"),
        ("people_name", "valid"),
    }


def test_facts_are_added_to_persons_in_the_record(person: Any, system: int, number: Any) -> None:
    one = person(number=number(date(1930, 1, 1)))
    more = {
        "people_residence": pa.table(
            {"person_id": [one], "place": ["110105001"], "valid": days([date(1990, 1, 1)], [date(2000, 1, 1)])}
        )
    }
    with acting(system, "people.load") as act:
        assert services.load(act, more, date(2010, 12, 31), "补录") == {"people_event": 1, "people_residence": 1}
    with pytest.raises(Refused, match="重叠"), acting(system, "people.load") as act:
        services.load(act, more, date(2010, 12, 31), "补录")  # it overlaps what is there
    with acting(system, "people.read") as act:
        assert len(selectors.person(act, one).of(Residence)) == 1


def test_a_load_that_began_before_another_act_wrote_is_refused(person: Any, city: Any, system: int, plain: Any) -> None:
    one = person()
    with pytest.raises(Refused, match="重新导入"), acting(system, "people.load") as act:
        plain.execute("SELECT access_enter(%s, 'people.record')", [system])
        with plain.transaction():
            plain.execute("SELECT access_enter(%s, 'people.record')", [system])
            plain.execute(
                "INSERT INTO people_event (person_id, kind, occurred_on, source, act_id, recorded_at) "
                "VALUES (%s, 24, now(), '测试', access_act(), clock_timestamp())",
                [one],
            )
        more = {"people_contact": pa.table({"person_id": [one], "kind": [1], "value": ["1"], "valid": days([BORN[0]])})}
        services.load(act, more, date(2010, 12, 31), "补录")
