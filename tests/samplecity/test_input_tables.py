"""The sample city: the same for a seed, true to the law's declarations, with its hard cases and planted faults."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from shebao.files.identity import birth_day, fault
from shebao.law.city.facts import Sex
from shebao.rules.declare import PERSON
from shebao.rules.kinds import date_of, day
from shebao.rules.law import Law
from shebao.samplecity import census
from shebao.samplecity.broken import Fault, break_rows
from shebao.samplecity.hard import Hard
from shebao.samplecity.population import BLOCK, People, people_of
from shebao.samplecity.programmes import OF_BILLS
from shebao.samplecity.tables import DAY, MARK, InputTables, write


@pytest.fixture(scope="module")
def law() -> Law:
    return Law.load("shebao.law")


@pytest.fixture(scope="module")
def city(law: Law) -> InputTables:
    return InputTables(law, seed=7)


@pytest.fixture(scope="module")
def block(city: InputTables) -> pa.Table:
    return city.block(0)


@pytest.fixture(scope="module")
def people(city: InputTables) -> People:
    return people_of(city.draws, city.figures, 0, BLOCK, city.day)


def test_a_person_is_the_same_in_a_city_of_any_size(law: Law, block: pa.Table) -> None:
    again = InputTables(law, seed=7)
    assert again.block(0).equals(block)
    assert again.block(0, 37).equals(block.slice(0, 37))
    assert next(again.tables(37)).equals(block.slice(0, 37))


def test_another_seed_is_another_city(law: Law, block: pa.Table) -> None:
    other = InputTables(law, seed=8).block(0, 100)
    assert other.column("birth_day") != block.slice(0, 100).column("birth_day")


def test_identity_numbers_are_valid_and_unique(city: InputTables, block: pa.Table) -> None:
    rows = pa.concat_tables([block, city.block(1)]).select(["id_number", "birth_day", "sex"]).to_pylist()
    assert not [row for row in rows if fault(row["id_number"])]
    assert all(birth_day(row["id_number"]) == row["birth_day"] for row in rows)
    assert all(int(row["id_number"][16]) % 2 == row["sex"] % 2 for row in rows)
    assert len({row["id_number"] for row in rows}) == len(rows)


def test_no_identity_number_is_of_a_real_area(block: pa.Table) -> None:
    areas = {int(text[:6]) for text in block.column("id_number").to_pylist()}
    assert areas <= {*range(110120, 110200), *range(110230, 110300)}


def test_every_input_of_the_law_is_there_and_within_its_range(law: Law, city: InputTables) -> None:
    block, groups = city.block_with_groups(0)
    for given in law.inputs.values():
        if given.name in OF_BILLS:
            continue
        column = (block if given.of == PERSON else groups[given.of]).column(given.name).combine_chunks()
        values = column.flatten() if given.history else column
        if pa.types.is_date32(values.type):
            values = values.cast(pa.int32())
        assert len(values.drop_null()), given.name
        bounds = pc.min_max(values)
        assert given.range[0] <= bounds["min"].as_py() <= bounds["max"].as_py() <= given.range[1], given.name
        if given.history:
            assert not column.null_count and not values.null_count
            assert pc.max(pc.list_value_length(column)).as_py() <= given.max_length
    for history in {given.history for given in law.inputs.values() if given.history and given.of == PERSON}:
        columns = [block.column(n) for n, given in law.inputs.items() if given.history == history]
        lengths = [pc.list_value_length(column) for column in columns]
        assert all(length == lengths[0] for length in lengths)


def test_a_history_is_as_the_law_wants_it(block: pa.Table, people: People) -> None:
    """A row has months, its sums fit together, and 1992 and 1998 are split."""
    names = ("year", "months", "base", "kind", "weighted", "account")
    rows = {n: pc.list_flatten(block.column(f"contributions_{n}")).to_numpy() for n in names}
    amount = np.where(rows["kind"] == 4, rows["account"], rows["base"])
    deemed = rows["kind"] == 2
    assert (rows["months"] > 0).all() and (rows["base"][deemed] == 0).all() and (rows["base"][~deemed] > 0).all()
    assert (rows["weighted"] >= amount).all() and (rows["weighted"] <= 12 * amount).all()
    both = ((rows["months"] & 0b111111) > 0) & (rows["months"] >> 6 > 0)
    assert not (both & (rows["year"] == 1998)).any()
    assert not ((rows["months"] >> 9 > 0) & (rows["year"] == 1992) & deemed).any()
    assert (rows["year"][deemed] <= 1992).all() and (rows["year"][~deemed] >= 1992).all()
    owner = pc.list_parent_indices(block.column("contributions_year").combine_chunks()).to_numpy()
    assert (rows["year"] * 12 < people.until[owner]).all()


def test_ages_and_sexes_are_near_the_census(law: Law) -> None:
    city = InputTables(law, day=day("2020-11-01"))
    people = people_of(city.draws, city.figures, 0, BLOCK, city.day)
    cells = dict(zip((Sex.MALE, Sex.FEMALE), np.asarray(census.people(2020)).reshape(2, -1).tolist(), strict=True))
    total = sum(census.people(2020))
    for sex in (Sex.MALE, Sex.FEMALE):
        for low, high in ((0, 15), (15, 60), (60, 200)):
            wanted = sum(n for k, n in enumerate(cells[sex]) if low <= k * 5 < high) / total
            found = ((people.sex == sex) & (people.age >= low) & (people.age < high)).mean()
            assert abs(found - wanted) < 0.015


def test_hard_cases_stand_on_the_borders(city: InputTables) -> None:
    blocks = [people_of(city.draws, city.figures, k, BLOCK, city.day) for k in range(4)]
    people = People(city.day, *(np.concatenate([getattr(b, f.name) for b in blocks]) for f in fields(People)[1:]))
    for case in Hard:
        assert (people.hard == case).any(), case.name
    leap = [date_of(int(d)) for d in people.birth_day[people.hard == Hard.LEAP_DAY]]
    assert all((d.month, d.day) == (2, 29) for d in leap)
    reached = set(people.pension_day[people.hard == Hard.AGE_BORDER].tolist())
    assert {day("2011-06-30"), day("2011-07-01"), DAY, DAY + 1} <= reached
    died = set(people.death_day[people.hard == Hard.DEATH].tolist())
    assert {day("2011-06-30"), day("2011-07-01"), DAY} <= died


def test_a_written_city_streams_in_row_groups(law: Law, city: InputTables, block: pa.Table, tmp_path: Path) -> None:
    done: list[int] = []
    write(city, tmp_path / "people.parquet", 70_000, done.append)
    file = pq.ParquetFile(tmp_path / "people.parquet")
    assert done == [65_536, 70_000]
    assert [file.metadata.row_group(k).num_rows for k in range(file.num_row_groups)] == [65_536, 4_464]
    assert b"invented" in file.schema_arrow.metadata[MARK]
    assert file.schema_arrow.field("account_opening_balance").metadata[b"unit"] == b"fen"
    assert file.read(["person_id"]).column(0).to_pylist() == list(range(1, 70_001))
    assert not (tmp_path / "people.parquet.new").exists()


def test_planted_faults_leave_the_other_rows_alone(law: Law, block: pa.Table) -> None:
    city = InputTables(law, seed=7, broken=100_000)
    table = city.block(0)
    people = people_of(city.draws, city.figures, 0, BLOCK, city.day)
    facts = city.facts(people)
    _, planted = break_rows(city.draws, people, facts, people.id_number, 100_000)
    assert 0.08 < (planted >= 0).mean() < 0.12 and set(planted.tolist()) == {-1, *map(int, Fault)}
    sound = pa.array(planted < 0)
    assert table.filter(sound).equals(block.filter(sound))
    by_fault = {f: table.filter(pa.array(planted == f)).to_pylist() for f in Fault}
    assert all(fault(row["id_number"]) for row in by_fault[Fault.CHECK_DIGIT])
    assert all(row["birth_day"] is None for row in by_fault[Fault.NO_BIRTH_DAY])
    assert all(None in row["contributions_year"] for row in by_fault[Fault.MISSING_YEAR])
    assert all(min(row["contributions_base"]) < 0 for row in by_fault[Fault.NEGATIVE_WAGE])
    assert all(max(row["contributions_base"]) == 2**63 - 1 for row in by_fault[Fault.OVERFLOW])
    for row in by_fault[Fault.UNEQUAL_LENGTHS]:
        assert len(row["contributions_months"]) == len(row["contributions_year"]) - 1
