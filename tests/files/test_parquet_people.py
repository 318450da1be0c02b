"""Parquet: canonical files pass as they are, other types are converted exactly, a broken file loses what is broken."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wanted import BORN, CANONICAL, COLUMNS, Sex, parquet_table, read_all, read_one, rows_of, write_table

from shebao.files.arrays import canonical
from shebao.files.columns import UNIT, canonical_schema
from shebao.files.people import FileRefused
from shebao.rules.kinds import FEN, date_of
from shebao.rules.values import Problem, parse

WAGE = COLUMNS[2]
IN_FEN = {UNIT: b"fen"}


def people(count: int = 3) -> pa.Table:
    table = parquet_table({**CANONICAL, "person_id": f"p{k}"} for k in range(1, count + 1))
    return table.cast(canonical_schema(COLUMNS))


def changed(name: str, values: pa.Array, metadata: dict[bytes, bytes] | None = None) -> pa.Table:
    """Good people, with other values in one column."""
    table = people(len(values))
    return table.set_column(table.schema.names.index(name), pa.field(name, values.type, metadata=metadata), values)


def test_canonical_files_pass_as_they_are(tmp_path: Path) -> None:
    path = write_table(tmp_path / "people.parquet", people(7), row_group_size=4)
    batches = read_all(path, batch_rows=3)
    assert [len(b.table) for b in batches] == [3, 1, 3]
    assert [row for b in batches for row in rows_of(b)] == [{**CANONICAL, "person_id": f"p{k}"} for k in range(1, 8)]
    assert not any(b.problems or b.refused.any() for b in batches)
    assert [int(r) for b in batches for r in b.rows] == list(range(1, 8))


def test_canonical_values_are_not_copied() -> None:
    for column, array in [(WAGE, pa.array([1, None, 3])), (COLUMNS[0], pa.array([BORN], pa.int32()).cast(pa.date32()))]:
        assert canonical(column, array)[0].buffers()[1].address == array.buffers()[1].address


def test_the_schema_names_its_units() -> None:
    schema = canonical_schema(COLUMNS)
    units = {f.name: f.metadata[UNIT].decode() for f in schema if f.metadata and UNIT in f.metadata}
    assert units["wage"] == units["contributions_base"] == "fen"
    assert units["sex"] == "1 male, 2 female"
    assert units["index"] == "1/10000"


GOOD_TYPES: list[tuple[str, pa.Array, Any]] = [
    ("wage", pa.array([Decimal("3402.10")], pa.decimal128(12, 2)), 340210),
    ("wage", pa.array([Decimal("3402.1000")], pa.decimal128(20, 4)), 340210),
    ("wage", pa.array([Decimal("3402.10")], pa.decimal256(60, 10)), 340210),
    ("wage", pa.array(["3,402.10"]), 340210),
    ("wage", pa.array(["3402.1"]).dictionary_encode(), 340210),
    ("wage", pa.array([" "]), None),
    ("wage", pa.nulls(1), None),
    ("index", pa.array([1.0234]), 10234),
    ("birth_day", pa.array([datetime.datetime(1950, 3, 5)], pa.timestamp("ms")), BORN),
    ("birth_day", pa.array([datetime.datetime(1950, 3, 4, 16)], pa.timestamp("s", "Asia/Shanghai")), BORN),
    ("birth_day", pa.array([date_of(BORN)], pa.date64()), BORN),
    ("birth_day", pa.array([BORN], pa.int32()), BORN),
    ("birth_day", pa.array(["1950/3/5"]), BORN),
    ("sex", pa.array(["男"]).dictionary_encode(), 1),
    ("sex", pa.array([2], pa.int8()), 2),
    ("sex", pa.array([2.0]), 2),
    ("disabled", pa.array([1], pa.uint8()), True),
    ("disabled", pa.array(["否"]), False),
    ("person_id", pa.array([7], pa.int64()), 7),
    ("person_id", pa.array(["p7"]).dictionary_encode(), "p7"),
    ("contributions_base", pa.array([[Decimal("1.50"), Decimal("2.00")]], pa.list_(pa.decimal128(8, 2))), [150, 200]),
    ("contributions_base", pa.array([["1.5", "2"]], pa.large_list(pa.string())), [150, 200]),
    ("contributions_months", pa.array([["1-12", "2"]]), [4095, 2]),
    ("contributions_months", pa.array([[1, None]]), [1, 4095]),
    ("contributions_year", pa.array([[1993, 1994]], pa.list_(pa.int16())), [1993, 1994]),
]


@pytest.mark.parametrize(("name", "values", "wanted"), GOOD_TYPES)
def test_other_types_are_converted_exactly(tmp_path: Path, name: str, values: pa.Array, wanted: Any) -> None:
    batch = read_one(write_table(tmp_path / "people.parquet", changed(name, values)))
    assert not batch.problems
    assert rows_of(batch)[0][name] == wanted


@pytest.mark.parametrize(
    ("values", "unit", "wanted", "warned"),
    [
        (pa.array([340210]), b"fen", 340210, False),
        (pa.array([3402]), b"yuan", 340200, False),
        (pa.array([340210]), None, 340210, True),
        (pa.array([3402.1]), b"yuan", 340210, False),
        (pa.array([340210.0]), b"fen", 340210, False),
        (pa.array([3402.1]), None, 340210, True),
        (pa.array([Decimal("340210")], pa.decimal128(12, 0)), b"fen", 340210, False),
    ],
)
def test_the_unit_of_money(tmp_path: Path, values: pa.Array, unit: bytes | None, wanted: int, warned: bool) -> None:
    path = write_table(tmp_path / "people.parquet", changed("wage", values, {UNIT: unit} if unit else None))
    batch = read_one(path)
    assert batch.table.column("wage").to_pylist() == [wanted]
    assert [(p.field, p.warning) for p in batch.problems] == ([("wage", True)] if warned else [])
    assert not batch.refused.any()


BAD_VALUES: list[tuple[str, pa.Array, str, str]] = [
    ("wage", pa.array([-1]), "wage", "below the least allowed, 0.00"),
    ("wage", pa.array([2 * 10**12]), "wage", "above the most allowed"),
    ("wage", pa.array([2**63], pa.uint64()), "wage", "too large"),
    ("wage", pa.array([Decimal("1.005")], pa.decimal128(12, 3)), "wage", "at most 2 decimals"),
    ("wage", pa.array([Decimal(10) ** 30], pa.decimal128(38, 2)), "wage", "too many digits"),
    ("wage", pa.array([0.1 + 0.2]), "wage", "float with an error"),
    ("wage", pa.array([float("nan")]), "wage", "no number"),
    ("wage", pa.array([1e300]), "wage", "too many digits"),
    ("wage", pa.array([0.1], pa.float32()), "wage", "float with an error"),
    ("wage", pa.array(["dear"]), "wage", "no number"),
    ("birth_day", pa.array([19500305]), "birth_day", "store it as a date"),
    ("birth_day", pa.array([datetime.datetime(1950, 3, 5, 8)], pa.timestamp("us")), "birth_day", "time of day"),
    ("birth_day", pa.array([datetime.date(1750, 3, 5)]), "birth_day", "no day of the calendar"),
    ("birth_day", pa.array([None], pa.date32()), "birth_day", "is missing"),
    ("sex", pa.array([3]), "sex", "is no code of this column; wanted: 1 male, 2 female"),
    ("sex", pa.array(["x"]).dictionary_encode(), "sex", "no code of Sex"),
    ("disabled", pa.array([2]), "disabled", "above the most allowed"),
    ("person_id", pa.array([None], pa.string()), "person_id", "has no person_id"),
    ("contributions_year", pa.array([None], pa.list_(pa.int64())), "contributions_year", "is missing"),
    ("contributions_year", pa.array([[1993, None]]), "contributions[2].year", "this row has no year"),
    ("contributions_base", pa.array([[1, -1]]), "contributions[2].base", "below the least allowed"),
    ("contributions_base", pa.array([[1]]), "contributions_base", "has 1 rows, another column of this history 2"),
    ("contributions_late", pa.array([[1, None]]), "contributions[2].late", "this row has no late"),
    ("contributions_months", pa.array([["1-12", "13"]]), "contributions[2].months", "no months"),
]


@pytest.mark.parametrize(("name", "values", "field", "fault"), BAD_VALUES)
def test_a_bad_value_refuses_its_row_only(tmp_path: Path, name: str, values: pa.Array, field: str, fault: str) -> None:
    table = changed(name, values, IN_FEN if pa.types.is_integer(values.type) else None)
    batch = read_one(write_table(tmp_path / "people.parquet", table))
    found = [p for p in batch.problems if not p.warning]
    assert [p.field for p in found] == [field]
    assert fault in found[0].en
    assert found[0].row == 1
    assert list(batch.refused) == [True]


def test_good_rows_beside_bad_ones(tmp_path: Path) -> None:
    years = pa.array([[1993, 1994], [1993, None], [1, 1994], None, [1, 2, 3, 4, 5, 6], [1993, 1994]])
    table = changed("contributions_year", years)
    wages = pa.array([1, 2, 3, 4, 5, -6])
    table = table.set_column(table.schema.names.index("wage"), pa.field("wage", wages.type, metadata=IN_FEN), wages)
    batch = read_one(write_table(tmp_path / "people.parquet", table))
    assert list(batch.refused) == [False, True, True, True, True, True]
    assert {p.row for p in batch.problems} == {2, 3, 4, 5, 6}
    assert rows_of(batch)[0] == {**CANONICAL, "wage": 1}
    assert batch.table.column("contributions_year").to_pylist() == [
        [1993, 1994],
        None,
        None,
        [None, None],
        None,
        [1993, 1994],
    ]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([[1]]),
        pa.array([True]),
        pa.array([datetime.date(2010, 1, 1)]),
        pa.array([b"1"]),
        pa.array([{"yuan": 1}]),
    ],
)
def test_a_type_that_cannot_be_money_refuses_the_file(tmp_path: Path, values: pa.Array) -> None:
    path = write_table(tmp_path / "people.parquet", changed("wage", values))
    with pytest.raises(FileRefused, match="wanted: int64"):
        read_all(path)


def test_a_history_as_list_of_structs(tmp_path: Path) -> None:
    histories: list[Any] = [
        [{"year": 1993, "base": Decimal("3402.00"), "months": 4095}, {"year": 1994, "base": Decimal("4000.50")}],
        [{"year": None, "base": Decimal("1.00"), "months": 1}],
        None,
        [],
    ]
    struct = pa.struct([("year", pa.int32()), ("base", pa.decimal128(12, 2)), ("months", pa.int64())])
    plain = people(4).drop_columns([c.name for c in COLUMNS if c.history])
    table = plain.append_column("contributions", pa.array(histories, pa.list_(struct)))
    batch = read_one(write_table(tmp_path / "people.parquet", table))
    first = rows_of(batch)[0]
    assert first == {**CANONICAL, "contributions_months": [4095, 4095]}
    assert rows_of(batch)[3]["contributions_year"] == []
    assert [(p.row, p.field) for p in batch.problems] == [
        (2, "contributions[1].year"),
        (3, "contributions_year"),
        (3, "contributions_base"),
    ]
    table = plain.append_column("contributions", pa.array([1, 2, 3, 4]))
    with pytest.raises(FileRefused, match="wanted: a list of structs"):
        read_all(write_table(tmp_path / "people.parquet", table))


def test_the_first_column_of_a_history_is_needed(tmp_path: Path) -> None:
    columns = [replace(c, missing="use") if c.history else c for c in COLUMNS]
    table = changed("contributions_year", pa.array([[1993, 1994], [None, None], None]))
    batch = read_one(write_table(tmp_path / "people.parquet", table), columns)
    assert batch.faults == [(1, "contributions_year"), (1, "contributions_year"), (2, "contributions_year")]
    table = people(2).drop_columns(["contributions_base"])
    batch = read_one(write_table(tmp_path / "people.parquet", table), columns)
    assert not batch.problems
    assert rows_of(batch)[0]["contributions_base"] == [None, None]
    table = people(2).drop_columns(["contributions_year"])
    with pytest.raises(FileRefused, match="contributions_year is missing beside contributions_base"):
        read_all(write_table(tmp_path / "people.parquet", table), columns=columns)


def test_columns_missing_unknown_or_known(tmp_path: Path) -> None:
    table = people(1).drop_columns(["wage"]).append_column("wages", pa.array([1]))
    path = write_table(tmp_path / "people.parquet", table)
    batch = read_one(path)
    assert [(p.field, p.warning) for p in batch.problems] == [("wages", True)]
    assert "did you mean wage?" in batch.problems[0].en
    assert rows_of(batch) == [{**CANONICAL, "person_id": "p1", "wage": None}]
    assert not read_one(path, known=["wages"]).problems
    path = write_table(tmp_path / "people.parquet", people(1).drop_columns(["birth_day", "contributions_base"]))
    with pytest.raises(FileRefused) as refused:
        read_all(path)
    assert [p.field for p in refused.value.problems] == ["birth_day", "contributions_base"]


def test_ids_keys_duplicates_and_identity_numbers(tmp_path: Path) -> None:
    table = people(3).set_column(0, "person_id", pa.array(["a", "b", "a"]))
    table = table.append_column("household", pa.array([7, 7, 8]))
    table = table.append_column("id_number", pa.array(["110101195003072318", "110101195003072311", None]))
    path = write_table(tmp_path / "people.parquet", table)
    batch = read_one(path, keys=["household"])
    assert batch.table.column("household").to_pylist() == [7, 7, 8]
    assert batch.faults == [(0, "person_id"), (1, "id_number"), (2, "person_id")]
    assert [(p.row, p.field, p.found) for p in batch.problems] == [
        (1, "person_id", "a"),
        (2, "id_number", "110101********2311"),
        (3, "person_id", "a"),
    ]
    path = write_table(tmp_path / "people.parquet", people(3).drop_columns(["person_id"]))
    assert read_one(path).table.column("person_id").to_pylist() == [1, 2, 3]


# Broken files


def test_a_file_cut_off_cannot_be_read_at_all(tmp_path: Path) -> None:
    path = write_table(tmp_path / "people.parquet", people(2000))
    whole = path.read_bytes()
    for size in (0, 3, 100, len(whole) // 2, len(whole) - 9):
        path.write_bytes(whole[:size])
        with pytest.raises(FileRefused, match=f"{size} bytes are there.*have it sent again") as refused:
            read_all(path)
        assert refused.value.problems[0].file == "people.parquet"


def test_no_rows(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="has no rows"):
        read_all(write_table(tmp_path / "people.parquet", people(1).slice(0, 0)))


def test_a_page_broken_in_the_middle_loses_its_row_group_only(tmp_path: Path) -> None:
    path = write_table(tmp_path / "people.parquet", people(4000), row_group_size=1000)
    part = pq.ParquetFile(path).metadata.row_group(1).column(0)
    garbled = bytearray(path.read_bytes())
    middle = part.data_page_offset + part.total_compressed_size // 3
    garbled[middle] ^= 0xFF
    path.write_bytes(garbled)
    batches = read_all(path, 500)
    rows = [int(r) for b in batches for r in b.rows]
    assert rows == [*range(1, 1001), *range(2001, 4001)]
    found = [p for b in batches for p in b.problems]
    assert [(p.row, p.rows) for p in found] == [(1001, 1000)]
    assert "row group 2" in found[0].en
    assert not any(b.refused.any() for b in batches)


def test_a_broken_last_row_group_is_told_too(tmp_path: Path) -> None:
    path = write_table(tmp_path / "people.parquet", people(2000), row_group_size=1000)
    part = pq.ParquetFile(path).metadata.row_group(1).column(0)
    garbled = bytearray(path.read_bytes())
    garbled[part.data_page_offset + part.total_compressed_size // 3] ^= 0xFF
    path.write_bytes(garbled)
    batches = read_all(path)
    assert [(p.row, p.rows) for p in batches[-1].problems] == [(1001, 1000)]
    assert len(batches[-1].table) == 0
    assert batches[-1].table.schema == batches[0].table.schema


# Conversions agree with the parser of written values


@given(st.lists(st.one_of(st.none(), st.floats(), st.integers(-(10**15), 10**15).map(lambda n: n / 100))))
def test_doubles_as_the_parser_reads_them(numbers: list[float | None]) -> None:
    found, bad = canonical(WAGE, pa.array(numbers, pa.float64()))
    faulty = {k for k, _, _ in bad}
    for k, (number, value) in enumerate(zip(numbers, found.to_pylist(), strict=True)):
        try:
            wanted = None if number is None else parse(FEN, number)
        except Problem:
            wanted = -1
        if wanted is not None and not 0 <= wanted <= FEN.high:
            assert k in faulty
            assert value is None
        else:
            assert value == wanted


@given(st.lists(st.one_of(st.none(), st.decimals(-(10**12), 10**12, places=3))))
def test_decimals_as_the_parser_reads_them(numbers: list[Decimal | None]) -> None:
    found, bad = canonical(WAGE, pa.array(numbers, pa.decimal128(20, 3)))
    faulty = {k for k, _, _ in bad}
    for k, (number, value) in enumerate(zip(numbers, found.to_pylist(), strict=True)):
        exact = number is None or (number * 100 == int(number * 100) and 0 <= number * 100 <= FEN.high)
        assert (k in faulty) == (not exact)
        assert value == (int(number * 100) if number is not None and exact else None)


def test_slices_are_read_where_they_start() -> None:
    array = pa.array([None, 7, -1, 9])[1:]
    found, bad = canonical(WAGE, array)
    assert found.to_pylist() == [7, None, 9]
    assert [k for k, _, _ in bad] == [1]
    words = pa.array(["x", "male", "x", None]).dictionary_encode()[1:]
    found, bad = canonical(COLUMNS[1], words)
    assert found.to_pylist() == [int(Sex.MALE), None, None]
    assert [(k, cell) for k, cell, _ in bad] == [(1, "x")]
    assert np.array_equal(canonical(WAGE, pa.array([1.5, 2.5])[1:])[0].to_numpy(), [250])
