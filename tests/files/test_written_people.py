"""CSV, Excel, JSON, JSON Lines and YAML: what is right comes through exactly, what is wrong is named in its place."""

from __future__ import annotations

import datetime
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from wanted import BORN, CANONICAL, COLUMNS, GOOD, HISTORY, person, read_all, read_one, rows_of, write_people

from shebao.files.people import FileRefused, read_batches

FORMS = [".csv", ".xlsx", ".json", ".jsonl", ".yaml"]
FIRST_ROW = {".csv": 2, ".xlsx": 2, ".json": 1, ".jsonl": 1, ".yaml": 1}


@pytest.mark.parametrize("form", FORMS)
def test_good_people_come_through_exactly(tmp_path: Path, form: str) -> None:
    path = write_people(tmp_path / f"people{form}", [person(k) for k in range(1, 8)])
    batches = read_all(path, batch_rows=3)
    assert [len(b.table) for b in batches if len(b.table)] == [3, 3, 1]
    assert [row for b in batches for row in rows_of(b)] == [{**CANONICAL, "person_id": f"p{k}"} for k in range(1, 8)]
    assert not any(b.problems or b.refused.any() for b in batches)
    assert [int(r) for b in batches for r in b.rows] == [k + FIRST_ROW[form] for k in range(7)]
    assert len({b.table.schema for b in batches}) == 1


BAD_CELLS: list[tuple[dict[str, Any], str, str]] = [
    ({"birth_day": "1950-02-30"}, "birth_day", "no day of the calendar"),
    ({"birth_day": "5.3.50"}, "birth_day", "no date"),
    ({"birth_day": None}, "birth_day", "is missing"),
    ({"sex": "x"}, "sex", "no code of Sex"),
    ({"wage": "-3402.10"}, "wage", "below the least allowed, 0.00"),
    ({"wage": "99999999999999999999"}, "wage", "too large"),
    ({"wage": "20000000000.01"}, "wage", "above the most allowed"),
    ({"wage": "3402.105"}, "wage", "at most 2 decimals"),
    ({"wage": "dear"}, "wage", "wanted: an amount in yuan"),
    ({"disabled": "perhaps"}, "disabled", "neither yes nor no"),
    ({"index": "1.02345"}, "index", "too many decimals"),
    ({"id_number": "110101195003072311"}, "id_number", "check digit"),
    ({"id_number": "110101500307231"}, "id_number", "15-digit"),
    ({"contributions": None}, "contributions", "is missing"),
    ({"contributions": [{"base": "3402.00"}]}, "contributions[1].year", "this row has no year"),
    ({"contributions": [HISTORY[0], {"year": 1994}]}, "contributions[2].base", "this row has no base"),
    ({"contributions": [{"year": 199, "base": 1}]}, "contributions[1].year", "outside"),
    ({"contributions": [{"year": 1993, "base": -1}]}, "contributions[1].base", "below the least allowed"),
    ({"contributions": [{"year": 1993, "base": 1, "months": "0-3"}]}, "contributions[1].months", "no months"),
    ({"contributions": [{"year": 1993, "base": 1, "wage": 1}]}, "contributions[1].wage", "known: year, base"),
    ({"contributions": [HISTORY[0]] * 6}, "contributions", "more than 5 rows"),
    (
        {"contributions": [{**HISTORY[0], "late": 1}, HISTORY[1]]},
        "contributions[2].late",
        "this row has no late",
    ),
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("changed", "field", "fault"), BAD_CELLS)
def test_a_bad_cell_refuses_its_row_only(
    tmp_path: Path, form: str, changed: dict[str, Any], field: str, fault: str
) -> None:
    path = write_people(tmp_path / f"people{form}", [person(1), person(2, **changed), person(3)])
    batch = read_one(path)
    assert list(batch.refused) == [False, True, False]
    assert [p.place for p in batch.problems] == [f"{path.name}:{FIRST_ROW[form] + 1} (p2) {field}"]
    assert fault in batch.problems[0].en
    column = {"contributions": "contributions_year"}.get(field, re.sub(r"\[\d\]\.", "_", field))
    assert batch.faults == [(1, column)]
    assert any("\u4e00" <= c <= "\u9fff" for c in batch.problems[0].zh)
    assert not batch.problems[0].warning
    assert [row for k, row in enumerate(rows_of(batch)) if k != 1] == [
        {**CANONICAL, "person_id": "p1"},
        {**CANONICAL, "person_id": "p3"},
    ]


@pytest.mark.parametrize("form", FORMS)
def test_the_first_field_of_a_history_is_needed_in_every_row(tmp_path: Path, form: str) -> None:
    columns = [replace(c, missing="use") if c.history else c for c in COLUMNS]
    path = write_people(tmp_path / f"people{form}", [person(1, contributions=[{"base": 1}]), person(2)])
    batch = read_one(path, columns)
    assert batch.faults == [(0, "contributions_year")]
    path = write_people(tmp_path / f"years{form}", [person(1, contributions=[{"year": 1993}])])
    batch = read_one(path, columns)
    assert not batch.problems
    assert rows_of(batch)[0]["contributions_base"] == [None]


def test_every_bad_cell_of_a_row_is_named(tmp_path: Path) -> None:
    path = write_people(tmp_path / "people.csv", [person(1, wage="-1", sex="?", birth_day="soon")])
    assert {p.field for p in read_one(path).problems} == {"wage", "sex", "birth_day"}


@pytest.mark.parametrize("form", FORMS)
def test_columns_that_are_missing_or_unknown(tmp_path: Path, form: str) -> None:
    path = write_people(tmp_path / f"people{form}", [person(1, wage=None, wages="1")])
    batch = read_one(path)
    assert [(p.field, p.warning) for p in batch.problems] == [("wages", True)]
    assert "did you mean wage?" in batch.problems[0].en
    assert not batch.refused.any()
    assert rows_of(batch) == [{**CANONICAL, "wage": None}]
    assert not read_one(path, known=["wages"]).problems
    path = write_people(tmp_path / f"none{form}", [person(1, birth_day=None), person(2, birth_day=None)])
    if form in (".csv", ".xlsx"):
        with pytest.raises(FileRefused) as refused:
            read_all(path)
        assert [p.field for p in refused.value.problems] == ["birth_day"]
    else:
        assert [(p.row, p.field) for p in read_one(path).problems] == [(1, "birth_day"), (2, "birth_day")]


@pytest.mark.parametrize("form", FORMS)
def test_a_person_twice_in_a_batch_is_refused_in_both_rows(tmp_path: Path, form: str) -> None:
    path = write_people(tmp_path / f"people{form}", [person(1), person(2), person(1, wage="1"), person(3)])
    batch = read_one(path)
    twice = [p for p in batch.problems if p.field == "person_id" and p.row is not None]
    first = FIRST_ROW[form]
    assert [(p.row, p.person_id) for p in twice] == [(first, "p1"), (first + 2, "p1")]
    assert str(first + 2) in twice[0].en
    assert batch.refused[[0, 2]].all()
    assert not batch.refused[[1, 3]].any()


@pytest.mark.parametrize("form", FORMS)
def test_empty_files(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"people{form}"
    path.write_bytes(b"")
    with pytest.raises(FileRefused) as refused:
        read_all(path)
    assert refused.value.problems[0].file == path.name


def test_a_missing_file_and_an_unknown_form(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="check the path"):
        read_all(tmp_path / "nowhere.csv")
    (tmp_path / "people.doc").write_bytes(b"x")
    with pytest.raises(FileRefused, match="unknown form"):
        read_all(tmp_path / "people.doc")


def test_ids_come_from_the_identity_number_or_the_row(tmp_path: Path) -> None:
    path = write_people(tmp_path / "a.csv", [person(1, person_id=None, id_number="11010519491231002x")])
    batch = read_one(path)
    assert not batch.problems
    assert rows_of(batch)[0]["person_id"] == "11010519491231002x"
    path = write_people(tmp_path / "b.csv", [person(1, person_id=None), person(2, person_id=None)])
    assert [r["person_id"] for r in rows_of(read_one(path))] == ["2", "3"]
    path = write_people(tmp_path / "c.csv", [person(1), person(2, person_id="")])
    batch = read_one(path)
    assert [(p.row, p.field) for p in batch.problems] == [(3, "person_id")]
    assert list(batch.refused) == [False, True]


def test_identity_numbers_are_masked_in_problems(tmp_path: Path) -> None:
    path = write_people(tmp_path / "people.csv", [person(1, id_number="110101195003072311")])
    assert [p.found for p in read_one(path).problems] == ["110101********2311"]


def test_keys_are_kept_as_they_are(tmp_path: Path) -> None:
    path = write_people(tmp_path / "people.csv", [person(1, household="H7"), person(2)])
    batch = read_one(path, keys=["household"])
    assert batch.table.column("household").to_pylist() == ["H7", None]
    assert not batch.problems


# CSV


def csv_text(*lines: str) -> str:
    history = json.dumps(HISTORY).replace('"', '""')
    return "\n".join(["person_id,出生日期,sex,wage,contributions", *lines]).replace("@", f'"{history}"') + "\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_csv_encodings_and_chinese_headers(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(csv_text("p1,1950年3月5日,男,3402.10,@"), encoding=encoding)
    batch = read_one(path)
    assert not batch.problems
    assert rows_of(batch) == [{**CANONICAL, "disabled": None, "index": None}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_delimiters(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f"person_id{delimiter}wage\np1{delimiter}12.5\n", encoding="utf-8")
    assert rows_of(read_one(path, COLUMNS[2:3])) == [{"person_id": "p1", "wage": 1250}]


def test_csv_rows_that_are_cut_off_or_too_long(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(csv_text("p1,1950-03-05,male,1,@", "", "p2,1950-03-05", "p3,1950-03-05,male,1,@,7"))
    batch = read_one(path)
    assert [(p.row, p.person_id) for p in batch.problems if not p.field] == [(4, "p2"), (5, "p3")]
    assert list(batch.refused) == [False, True, True]


def test_csv_a_quotation_mark_without_its_partner(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(csv_text("p1,1950-03-05,male,1,@", 'p2,"1950"-03-05,male,1,@', "p3,1950-03-05,male,1,@"))
    batch = read_one(path)
    assert [(p.row, p.rows) for p in batch.problems] == [(3, 1)]
    assert batch.table.column("person_id").to_pylist() == ["p1", "p3"]
    path.write_text(csv_text("p1,1950-03-05,male,1,@", 'p2,"1950-03-05,male,1,', "p3,1950-03-05,male,1,"))
    batch = read_one(path)
    assert [p.row for p in batch.problems] == [3]
    assert batch.table.column("person_id").to_pylist() == ["p1"]


def test_csv_a_column_twice(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("person_id,wage,月工资\np1,1,2\n", encoding="utf-8")
    with pytest.raises(FileRefused, match="stands twice"):
        read_all(path, columns=COLUMNS[2:3])


@pytest.mark.parametrize("cell", ["[1993]", "[{]", "1993", '[{"year": 1993, "year": 1994, "base": 1}]', "[" * 10_000])
def test_csv_a_history_that_is_no_list_of_rows(tmp_path: Path, cell: str) -> None:
    path = write_people(tmp_path / "people.csv", [person(1, contributions=cell), person(2)])
    batch = read_one(path)
    assert list(batch.refused) == [True, False]
    assert batch.problems[0].field.startswith("contributions")


def test_csv_an_empty_history_is_no_missing_one(tmp_path: Path) -> None:
    path = write_people(tmp_path / "people.csv", [person(1, contributions=[])])
    batch = read_one(path)
    assert not batch.problems
    assert rows_of(batch)[0]["contributions_year"] == []


def test_csv_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(b"person_id,wage\np1,1\n" + b"p2,\xff\xff\n")
    batch = read_one(path, COLUMNS[2:3])
    assert [(p.row, p.field) for p in batch.problems] == [(3, "wage")]


# Excel


def workbook(path: Path, header: list[str], *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [header, *rows]:
        sheet.append(row)
    book.save(path)
    return path


def test_excel_cells_of_its_own_types(tmp_path: Path) -> None:
    header = ["person_id", "birth_day", "sex", "wage", "disabled", "index", "contributions"]
    born = datetime.datetime(1950, 3, 5)
    row = [17, born, 1, 3402.1, True, 1.0234, json.dumps(HISTORY)]
    batch = read_one(workbook(tmp_path / "people.xlsx", header, row))
    assert not batch.problems
    assert rows_of(batch) == [{**CANONICAL, "person_id": "17"}]


@pytest.mark.parametrize(
    ("column", "cell", "fault"),
    [
        ("wage", 1000 / 3, "float with an error"),
        ("wage", "#N/A", "no number"),
        ("birth_day", 18327, "no date"),
        ("birth_day", datetime.datetime(1950, 3, 5, 8), "time of day"),
        ("id_number", 1.10101195003072e17, "format the column as text"),
    ],
)
def test_excel_cells_that_went_wrong(tmp_path: Path, column: str, cell: Any, fault: str) -> None:
    facts = {**GOOD, "contributions": json.dumps(HISTORY), column: cell}
    batch = read_one(workbook(tmp_path / "people.xlsx", list(facts), list(facts.values())))
    assert [(p.row, p.field) for p in batch.problems] == [(2, column)]
    assert fault in batch.problems[0].en


def test_excel_history_sheets(tmp_path: Path) -> None:
    path = write_people(tmp_path / "people.xlsx", [person(1), person(2)])
    book = openpyxl.load_workbook(path)
    book["contributions"].append(["p9", 1993, 1, "1"])
    book["contributions"].append([None, 1994, 1, "1"])
    book.save(path)
    batch = read_one(path)
    assert [(p.file, p.row, p.person_id) for p in batch.problems] == [
        ("people.xlsx[contributions]", None, "p9"),
        ("people.xlsx[contributions]", 7, None),
    ]
    del book["contributions"]
    book.create_sheet("contributions").append(["year"])
    book.save(path)
    with pytest.raises(FileRefused, match="needs a column person_id"):
        read_all(path)
    path = write_people(tmp_path / "nobody.xlsx", [person(1, id_number="110101195003072318")])
    book = openpyxl.load_workbook(path)
    first = book.worksheets[0]
    first["A1"] = "name"
    book.save(path)
    with pytest.raises(FileRefused, match="needs a column person_id"):
        read_all(path)


def test_excel_cut_off(tmp_path: Path) -> None:
    path = write_people(tmp_path / "people.xlsx", [person(k) for k in range(50)])
    whole = path.read_bytes()
    for size in (10, len(whole) // 2, len(whole) - 10):
        path.write_bytes(whole[:size])
        with pytest.raises(FileRefused, match="cut off"):
            read_all(path)


def test_excel_a_sheet_broken_in_the_middle(tmp_path: Path) -> None:
    path = write_people(tmp_path / "whole.xlsx", [person(k) for k in range(5)])
    broken = tmp_path / "people.xlsx"
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(broken, "w") as out:
        for name in whole.namelist():
            data = whole.read(name)
            if name.endswith("sheet1.xml"):
                data = data[: data.index(b'<row r="4"')] + b"<row r=<<<"
            out.writestr(name, data)
    batch = read_one(broken)
    assert batch.table.column("person_id").to_pylist() == ["p0", "p1"]
    assert [p.row for p in batch.problems if "broken from this row on" in p.en] == [4]


# JSON and YAML


def test_json_numbers_are_exact(tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    path.write_text('[{"wage": 90071992547409.93}, {"wage": 1e2}, {"wage": NaN}, {"wage": 1e99}]')
    batch = read_one(path, [replace(COLUMNS[2], high=10**17)])
    assert [r["wage"] for r in rows_of(batch)] == [9007199254740993, 10000, None, None]
    assert [p.row for p in batch.problems] == [3, 4]


@pytest.mark.parametrize("text", ['[{"wage": 1}, {"wage": 2', '[{"wage": 1} {"wage": 2}]', '[{"wage": 1}, ]'])
def test_json_cut_off_keeps_what_came_before(tmp_path: Path, text: str) -> None:
    path = tmp_path / "people.json"
    path.write_text(text)
    batch = read_one(path, COLUMNS[2:3])
    assert [r["wage"] for r in rows_of(batch)] == [100]
    assert [p.row for p in batch.problems] == [2]
    assert "nobody after it" in batch.problems[0].en


def test_json_lines_go_on_after_a_broken_line(tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_text('{"wage": 1}\n\n{"wage": \n[1]\n{"wage": 1, "wage": 2}\n{"wage": 3, "月工资": 3}\n{"wage": 4}\n')
    batch = read_one(path, COLUMNS[2:3])
    assert [p.row for p in batch.problems] == [3, 4, 5, 6]
    assert [r["wage"] for r, bad in zip(rows_of(batch), batch.refused, strict=True) if not bad] == [100, 400]
    assert list(batch.rows) == [1, 5, 6, 7]


def test_json_an_id_that_one_person_has_all_need(tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_text('{"person_id": 7}\n{"wage": 1}\n{"wage": 2}\n')
    batches = read_all(path, 1, COLUMNS[2:3])
    assert [(p.row, p.field) for b in batches for p in b.problems] == [(2, "person_id"), (3, "person_id")]


def test_json_is_streamed_over_the_borders_of_its_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shebao.files.written._CHUNK", 7)
    path = write_people(tmp_path / "people.json", [person(k) for k in range(20)])
    assert [r["person_id"] for r in rows_of(read_one(path))] == [f"p{k}" for k in range(20)]


def test_yaml_documents_and_a_broken_one(tmp_path: Path) -> None:
    path = tmp_path / "people.yaml"
    path.write_text("wage: 010\nbirth_day: 1950-03-05\n---\nwage: ~\n---\nwage: 1.10\nwage: 2\n---\nwage: [1\n---\n")
    batch = read_one(path, [COLUMNS[0], COLUMNS[2]])
    assert [(r["wage"], r["birth_day"]) for r in rows_of(batch)] == [(1000, BORN), (None, None), (None, None)]
    assert [(p.row, p.field) for p in batch.problems if p.field != "birth_day"] == [(3, "wage"), (4, "")]


def test_memory_does_not_hold_the_file(tmp_path: Path) -> None:
    """A batch is out before the file is read to its end."""
    path = tmp_path / "people.csv"
    path.write_text("person_id,wage\n" + "".join(f"p{k},1\n" for k in range(200_000)))
    batches = read_batches(path, COLUMNS[2:3], 10)
    assert len(next(batches).table) == 10
    path.write_text("")
    assert sum(len(b.table) for b in batches) < 199_990
