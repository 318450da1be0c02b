"""The empty form, the way back, and files that are broken."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest
from declarations import CODE, HEADERS, PLACE, above, comma, excel, faults, form, normal, number, read
from hypothesis import given, settings
from hypothesis import strategies as st

from shebao.files.declaration import Declaration, read_declaration, write_corrected, write_template
from shebao.files.problems import FileRefused
from shebao.files.sheets import read_sheet


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        read_declaration(data, "d")
    problem = refused.value.problems[0]
    assert problem.zh and problem.file == "d"
    return problem.en


def test_the_form_is_filled_in_and_read(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    write_template(path, CODE, "某公司", 201407)
    with pytest.raises(FileRefused, match="no rows of people"):
        read_declaration(path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert sheet.freeze_panes == "A4"
    assert sheet["A3"].value == "序号\nNo."
    assert sheet.column_dimensions["D"].number_format == "@"
    lists = {rule.formula1: str(rule.sqref) for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert lists['"正常,新增,减少,工资调整,补缴"'] == "E4:E5003"
    assert len(lists) == 4 and all(len(rule) <= 257 for rule in lists)
    for place, cell in zip("ABCDEFGHIJK", normal(1), strict=True):
        sheet[f"{place}4"] = cell
    book.save(path)
    declared = read_declaration(path)
    assert declared.problems == []
    assert (declared.organisation_code, declared.month) == (CODE, 201407)
    assert declared.table.column("id_number").to_pylist() == [number(1)]


def broken_form(data: bytes) -> Declaration:
    return read_declaration(data, "d")


ROWS = [
    normal(1),
    normal(2, wage="x", note="=1+1"),
    normal(3, id_number=110105194912310021, name="@SUM(A1)"),
    normal(4, from_month="2014-09"),
    ["合计", 5, None, None, None, None, None, 1],
]


@pytest.mark.parametrize("data", [excel(form(ROWS[:1] + ROWS[2:])), comma(form(ROWS))], ids=["xlsx", "csv"])
def test_the_way_back_says_the_same_of_the_same_rows(tmp_path: Path, data: bytes) -> None:
    declared = broken_form(data)
    out = tmp_path / "back.xlsx"
    assert write_corrected(data, declared.problems, out) == len(declared.broken_rows)
    again = read_declaration(out)
    shift = 1  # the title
    assert [(row and row + shift, field) for row, field in faults(declared)] == faults(again)
    assert again.table.drop_columns("row").equals(declared.table.drop_columns("row"))
    sheet = openpyxl.load_workbook(out).worksheets[0]
    for row, field in faults(again):
        cell = sheet.cell(row or 0, 1 + PLACE[field])
        assert cell.fill.fgColor.rgb == "00FFB3B3"
        assert cell.comment is not None and cell.comment.text
        assert sheet.cell(row or 0, 12).value and "请" in str(sheet.cell(row or 0, 13).value)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_corrected_and_sent_again(tmp_path: Path) -> None:
    data = comma(form(ROWS[:4]))
    out = tmp_path / "back.xlsx"
    declared = broken_form(data)
    assert write_corrected(data, declared.problems, out, broken_only=True) == 3
    book = openpyxl.load_workbook(out)
    sheet = book.worksheets[0]
    assert [sheet.cell(row, 1).value for row in range(4, sheet.max_row + 1)] == ["2", "3", "4"]
    sheet["H4"], sheet["D5"], sheet["F6"] = "5000", number(3), None
    book.save(out)
    again = read_declaration(out)
    assert again.problems == []
    assert again.table.column("wage_fen").to_pylist() == [500000, 500310, 500410]


def test_what_is_wrong_with_the_whole_file_is_on_a_sheet_of_its_own(tmp_path: Path) -> None:
    data = excel(form([normal(1)], month="2014-08"))
    declared = read_declaration(data, "d", CODE, 201407)
    write_corrected(data, declared.problems, tmp_path / "back.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "back.xlsx").worksheets[1]
    assert [cell.value for cell in sheet[2]][:2] == ["month", "2014-08"]


def test_characters_that_excel_does_not_take(tmp_path: Path) -> None:
    data = comma(form([normal(1, note="a\x01b", wage="x")]))
    declared = broken_form(data)
    assert write_corrected(data, declared.problems, tmp_path / "back.xlsx") == 1


def test_formulas_and_merged_cells() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in form([normal(1, note="=A1"), normal(2, wage="=G1+1"), normal(3, wage="#REF!"), normal(4), normal(5)]):
        sheet.append(row)
    sheet.merge_cells("H6:H7")
    sheet.merge_cells("A1:A1")
    out = io.BytesIO()
    book.save(out)
    declared = read_declaration(out.getvalue())
    assert faults(declared) == [(3, "note"), (4, "wage"), (5, "wage"), (6, "wage"), (7, "wage")]
    words = ["without a stored result", "without a stored result", "#REF!", "merged", "merged"]
    assert all(word in problem.en for word, problem in zip(words, declared.problems, strict=True))


def test_hidden_and_empty_rows_are_passed_over() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in form([normal(1), [" "] * 11, [], normal(2)]):
        sheet.append(row)
    for hidden in (4, 5, 500):
        sheet.row_dimensions[hidden].hidden = True
    sheet["C900"] = " "
    hidden_sheet = book.create_sheet("hidden", 0)
    hidden_sheet.sheet_state = "hidden"
    book.active = 1
    out = io.BytesIO()
    book.save(out)
    declared = read_declaration(out.getvalue())
    assert declared.problems == []
    assert declared.table.column("row").to_pylist() == [3, 6]


def test_a_cell_far_away_does_not_fill_the_memory() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["XFD1048576"] = 1
    out = io.BytesIO()
    book.save(out)
    assert "far outside" in refusal(out.getvalue())


GOOD = excel(form([normal(k) for k in range(300)]))


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "empty"),
        (b"  \r\n ", "empty"),
        (GOOD[: len(GOOD) // 2], "cut off"),
        (GOOD[:-1], "cut off"),
        (b"PK\x03\x04", "cut off"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "neither"),
        ("你好".encode(), "no header"),
    ],
)
def test_broken_files_are_refused(data: bytes, wanted: str) -> None:
    assert wanted in refusal(data)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="cannot be opened"):
        read_declaration(tmp_path / "none.xlsx")
    with pytest.raises(FileRefused, match="cannot be opened"):
        read_declaration(tmp_path)


def test_a_zip_with_something_else_in_it() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "no readable Excel" in refusal(out.getvalue())


def test_one_flipped_bit_never_goes_unnoticed() -> None:
    chance = random.Random(5)
    wanted = read_declaration(GOOD).table
    for _ in range(150):
        data = bytearray(GOOD)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        try:
            found = read_declaration(bytes(data), "d")
        except FileRefused:
            continue
        assert found.table.equals(wanted)


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda data: b"PK" + data))
@settings(deadline=None)
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    try:
        read_declaration(data, "d")
    except FileRefused as refused:
        assert refused.problems[0].zh


@given(st.lists(st.lists(st.text(max_size=12), max_size=13), max_size=6))
@settings(deadline=None)
def test_any_cells_are_told_or_read(rows: list[list[str]]) -> None:
    try:
        declared = read_declaration(comma([*above(), HEADERS, normal(1), *rows], "utf-8"), "d")
    except FileRefused:
        return
    assert 1 <= len(declared.table) <= 1 + len(rows)


def test_broken_bytes_name_their_row() -> None:
    for encoding in ("utf-8", "gb18030"):
        data = comma(form([normal(1), normal(2, name="欧阳"), normal(3)]), encoding)
        broken = data.replace("欧".encode(encoding), b"\xff\xff")
        declared = read_declaration(broken)
        assert faults(declared) == [(4, "name")]
        assert "乱码" in declared.problems[0].zh


def test_rows_too_short_too_long_and_with_an_open_quotation_mark() -> None:
    data = comma(form([normal(1), normal(2), normal(3)])).decode()
    lines = data.splitlines(keepends=True)
    lines[3] = "2,张\r\n"
    lines[4] = lines[4].rstrip() + ",,7\r\n"
    declared = read_declaration("".join(lines).encode())
    assert {4, 5} == set(declared.broken_rows)
    assert "2 cells where the header has 11" in declared.problems[0].en
    declared = read_declaration((data + '4,"张').encode())
    assert not declared.usable
    assert "quotation mark" in declared.problems[-1].en


def test_a_workbook_that_swells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shebao.files.sheets._MOST_BYTES", 10_000)
    assert "unpacked" in refusal(GOOD)


def test_lines_are_counted_as_an_editor_counts() -> None:
    sheet = read_sheet(b'a,b\n"x\ny",1\n\nz,2\n', "d")
    assert list(zip(sheet.lines, sheet.rows, strict=True)) == [
        (1, ["a", "b"]),
        (2, ["x\ny", "1"]),
        (4, []),
        (5, ["z", "2"]),
    ]


def test_reading_a_good_form_finds_nothing() -> None:
    assert read([normal(k) for k in range(50)]).problems == []
