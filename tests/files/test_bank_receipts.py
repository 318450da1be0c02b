"""Files of receipts: all of one comes through exactly, or nothing does and the reason is named by line and field."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shebao.files.bank import RECEIVED, read_receipts, write_receipts
from shebao.files.problems import FileRefused

DAY = date(2014, 7, 15)
LINES = [
    "B20140715|20140715|3|3703.71",
    "1|R1|6222001|某公司|JF001|1234.56|2014-07-15 09:10:11|七月",
    "2|R2|||JF002|1234.57|20140715091012|",
    "3|R3|6222003|李四||1234.58|2014/07/14|",
]
WANTED = {
    "row": [2, 3, 4],
    "reference": ["R1", "R2", "R3"],
    "account": ["6222001", None, "6222003"],
    "payer": ["某公司", None, "李四"],
    "order": ["JF001", "JF002", None],
    "amount_fen": [123456, 123457, 123458],
    "day": [DAY, DAY, date(2014, 7, 14)],
    "summary": ["七月", None, None],
}


def text(lines: list[str], encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    return end.join([*lines, ""]).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_sound_file(encoding: str, end: str) -> None:
    for lines in (LINES, [LINES[0], *(line + "|" for line in LINES[1:])]):
        found = read_receipts(text(lines, encoding, end), "r.txt")
        assert found.problems == [] and found.usable
        assert (found.batch, found.day, found.count, found.total) == ("B20140715", DAY, 3, 370371)
        assert found.table.schema == RECEIVED
        assert found.table.to_pydict() == WANTED


def test_csv_with_titles_in_another_order() -> None:
    titles = "金额,序号,缴费单号,银行流水号,付款账号,付款户名,到账时间,摘要"
    rows = ['"1,234.56",1,JF001,R1,6222001,某公司,2014-07-15,七月', "", '1234.57,2,JF002,R2,,"",20140715,']
    found = read_receipts(text(["B1,2014-07-15,2,2469.13,,,,", titles, *rows], "gb18030"))
    assert found.problems == []
    assert found.table.column("amount_fen").to_pylist() == [123456, 123457]
    assert found.table.column("row").to_pylist() == [3, 5]
    assert found.table.column("payer").to_pylist() == ["某公司", None]


def test_titles_that_lack_a_column() -> None:
    with pytest.raises(FileRefused, match="lacks the titles 银行流水号"):
        read_receipts(text([LINES[0], "序号|流水|付款账号|付款户名|缴费单号|金额|到账时间|摘要", *LINES[1:]]))


@given(
    st.lists(
        st.tuples(
            st.integers(1, 10**12 - 1),
            st.dates(date(1950, 1, 1), date(2099, 12, 31)),
            st.none() | st.text("甲乙丙丁AB12,;'\" ", min_size=1, max_size=9).map(str.strip),
        ),
        max_size=9,
    ),
    st.sampled_from(["utf-8", "gb18030"]),
)
@settings(deadline=None)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, date, str | None]], encoding: str
) -> None:
    path = tmp_path_factory.mktemp("bank") / "r.txt"
    fen, days, words = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    table = pa.table(
        {
            "reference": [f"R{k}" for k in range(len(rows))],
            "account": words,
            "payer": words,
            "order": words,
            "amount_fen": fen,
            "day": days,
            "summary": words,
        },
        schema=pa.schema([field for field in RECEIVED if field.name != "row"]),
    )
    assert write_receipts(path, "B1", DAY, table, encoding) == sum(fen)
    found = read_receipts(path)
    assert found.usable
    assert found.total == sum(fen)
    back = found.table.drop_columns("row").to_pydict()
    assert back == {
        name: [w or None for w in column] if name not in ("amount_fen", "day") else column
        for name, column in table.to_pydict().items()
    }


@pytest.mark.parametrize(
    ("line", "changed", "field", "wanted"),
    [
        (0, "B2014|20140715|4|3703.71", "count", "3 records found"),
        (0, "B2014|20140715|x|3703.71", "count", "no whole number"),
        (0, "B2014|20140715|3|3703.72", "total", "not the sum of the lines, 3703.71"),
        (0, "B2014|20140715|3|", "total", "missing"),
        (0, "B2014|20140732|3|3703.71", "day", "no day"),
        (0, "批次|20140715|3|3703.71", "batch", "1 to 40"),
        (1, "1|R1|6222001|某公司|JF001|1234.565|2014-07-15|", "amount", "at most 2 decimals"),
        (1, "1|R1|6222001|某公司|JF001|-1234.56|2014-07-15|", "amount", "at least 0.01"),
        (1, "1|R1|6222001|某公司|JF001|0|2014-07-15|", "amount", "at least 0.01"),
        (1, "1|R1|6222001|某公司|JF001|1e3|2014-07-15|", "amount", "no number"),
        (1, "1|R1|6222001|某公司|JF001||2014-07-15|", "amount", "missing"),
        (1, "1|R1|6222001|某公司|JF001|9999999999999.99|2014-07-15|", "amount", "too large"),
        (1, "1||6222001|某公司|JF001|1234.56|2014-07-15|", "reference", "missing"),
        (1, "1|R1|6222001|某公司|JF001|1234.56|2014-02-30|", "time", "no day"),
        (1, "1|R1|6222001|某公司|JF001|1234.56|2014-07-15 25|", "time", "no day"),
        (2, "1|R2|||JF002|1234.57|20140715|", "serial", "stands in line 2 too"),
        (2, "2|R1|||JF002|1234.57|20140715|", "reference", "stands in line 2 too"),
        (2, "2|R2|||JF|002|1234.57|20140715|", "", "9 fields where 8"),
        (3, "3|R3|6222003|李", "", "4 fields where 8"),
        (2, "2|R2||甲\x07|JF002|1234.57|20140715|", "payer", "no text"),
        (2, f"2|R2||{'甲' * 141}|JF002|1234.57|20140715|", "payer", "more than 140"),
    ],
)
def test_nothing_of_a_faulty_file_is_usable(line: int, changed: str, field: str, wanted: str) -> None:
    lines = list(LINES)
    lines[line] = changed
    found = read_receipts(text(lines), "r.txt")
    assert not found.usable
    assert len(found.table) == 0
    problem = next(problem for problem in found.problems if problem.field == field)
    assert problem.row == line + 1
    assert wanted in problem.en
    assert "请" in problem.zh


def test_bytes_that_are_no_text_are_named() -> None:
    for encoding in ("utf-8", "gb18030"):
        data = text(LINES, encoding).replace("李".encode(encoding), b"\xff")
        found = read_receipts(data)
        assert [(p.row, p.field) for p in found.problems] == [(4, "payer")]


@pytest.mark.parametrize("size", range(0, len(text(LINES)) - 6, 7))
def test_a_file_that_is_cut_off_is_never_usable(size: int) -> None:
    try:
        found = read_receipts(text(LINES)[:size])
    except FileRefused as refused:
        assert refused.problems[0].zh
    else:
        assert not found.usable and not len(found.table)


def test_any_wrong_digit_is_noticed_or_harmless() -> None:
    data = text(LINES)
    chance = random.Random(1)
    for _ in range(300):
        place = chance.randrange(len(data))
        changed = data[:place] + bytes([chance.choice(b"0123456789|.,\n")]) + data[place + 1 :]
        try:
            found = read_receipts(changed)
        except FileRefused:
            continue
        if found.usable:  # a reference, an account, a name or a time may be another; the money may not
            assert sum(found.table.column("amount_fen").to_pylist()) == found.total
            assert len(found.table) == found.count


@given(st.binary(max_size=200) | st.text('0123456789|,.\n\r"B甲', max_size=200).map(str.encode))
@settings(deadline=None)
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    try:
        found = read_receipts(data)
    except FileRefused as refused:
        assert refused.problems[0].zh
    else:
        assert found.usable or len(found.table) == 0


def test_a_file_of_another_form_is_told_in_bounds() -> None:
    found = read_receipts(text([LINES[0], *["x|y"] * 5000]))
    assert len(found.problems) <= 1002


def test_a_csv_with_an_open_quotation_mark() -> None:
    found = read_receipts(text(["B1,2014-07-15,1,1.00", '1,R1,,"甲,,1.00,20140715,']))
    assert "quotation mark" in found.problems[-1].en


def test_nothing_is_left_of_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    table = pa.table(
        {
            "reference": ["a|b"],
            "account": [None],
            "payer": [None],
            "order": [None],
            "amount_fen": [1],
            "day": [DAY],
            "summary": [None],
        }
    )
    with pytest.raises(ValueError, match="separator"):
        write_receipts(tmp_path / "r.txt", "B1", DAY, table)
    assert list(tmp_path.iterdir()) == []
