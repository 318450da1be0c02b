"""Collection orders and what the bank returns."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from shebao.files.bank import ORDERS, Collected, Result, read_collection_return, write_collection

DAY = date(2014, 8, 1)
ROWS = [
    {"serial": 1, "order": "JF1", "account": "6222001", "name": "某公司", "amount_fen": 123456, "summary": "七月"},
    {"serial": 2, "order": "JF2", "account": "6222002", "name": "李四", "amount_fen": 100, "summary": None},
]
SENT = pa.Table.from_pylist(ROWS, ORDERS)
RETURN = [
    "T1|20140804|2|1235.56|1|1234.56",
    "1|JF1|6222001|1234.56|00|N1|2014-08-04 10:00:00|",
    "2|JF2|6222002|1.00|01||2014-08-04|余额不足",
]


def read(lines: list[str]) -> Collected:
    return read_collection_return("\r\n".join(lines).encode("gb18030"), SENT, "T1", "t.txt")


def test_orders_are_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    assert write_collection(path, "T1", DAY, SENT) == 123556
    assert path.read_bytes().decode("gb18030").split("\r\n") == [
        "T1|20140801|2|1235.56",
        "1|JF1|6222001|某公司|1234.56|七月",
        "2|JF2|6222002|李四|1.00|",
        "",
    ]


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"amount_fen": 0}, "no amount"),
        ({"serial": 1}, "serial stands twice"),
        ({"order": "JF1"}, "order stands twice"),
        ({"account": None}, "no account"),
        ({"name": "a|b"}, "separator"),
    ],
)
def test_orders_that_no_bank_could_take(tmp_path: Path, changed: dict[str, object], wanted: str) -> None:
    orders = pa.Table.from_pylist([ROWS[0], {**ROWS[1], **changed}], ORDERS)
    with pytest.raises(ValueError, match=wanted):
        write_collection(tmp_path / "t.txt", "T1", DAY, orders)
    assert list(tmp_path.iterdir()) == []


def test_a_sound_return() -> None:
    found = read(RETURN)
    assert found.problems == []
    assert (found.batch, found.count, found.total, found.paid, found.paid_total) == ("T1", 2, 123556, 1, 123456)
    assert found.table.column("result").to_pylist() == [Result.PAID, Result.NOT_ENOUGH]
    assert found.table.column("reference").to_pylist() == ["N1", None]
    assert found.table.column("serial").to_pylist() == [1, 2]


@pytest.mark.parametrize(
    ("line", "changed", "field", "wanted"),
    [
        (0, "T2|20140804|2|1235.56|1|1234.56", "batch", "not the return of batch T1"),
        (0, "T1|20140804|2|1235.56|2|1234.56", "paid", "1 paid orders found"),
        (0, "T1|20140804|2|1235.56|1|1234.57", "paid_total", "not the sum"),
        (1, "1|JF1|6222001|1234.56|0|N1|2014-08-04|", "code", "no known result"),
        (1, "1|JF1|6222001|1234.56|77|N1|2014-08-04|", "code", "no known result"),
        (1, "1|JF1|6222001|1234.56|00||2014-08-04|", "reference", "needed"),
        (1, "1|JF1|6222001|1234.56|00|N1||", "time", "needed"),
        (1, "1|JF9|6222001|1234.56|00|N1|2014-08-04|", "order", "(JF1)"),
        (1, "1|JF1|6222001|1234.55|00|N1|2014-08-04|", "amount", "(1234.56)"),
        (1, "1|JF1|6222009|1234.56|00|N1|2014-08-04|", "account", "(6222001)"),
        (1, "7|JF1|6222001|1234.56|00|N1|2014-08-04|", "serial", "no order that was sent"),
        (1, "x|JF1|6222001|1234.56|00|N1|2014-08-04|", "serial", "no whole number"),
        (2, "1|JF2|6222002|1.00|01||2014-08-04|", "serial", "stands in line 2 too"),
    ],
)
def test_a_faulty_return(line: int, changed: str, field: str, wanted: str) -> None:
    lines = list(RETURN)
    lines[line] = changed
    found = read(lines)
    assert not found.usable and len(found.table) == 0
    problem = next(problem for problem in found.problems if problem.field == field)
    assert problem.row == line + 1
    assert wanted in problem.en


def test_an_order_without_an_answer() -> None:
    found = read(["T1|20140804|1|1234.56|1|1234.56", RETURN[1]])
    assert [problem.field for problem in found.problems] == ["count"]
    assert "1 orders are not answered (serial 2)" in found.problems[0].en
    alone = read_collection_return("\n".join(["T1|20140804|1|1234.56|1|1234.56", RETURN[1]]).encode())
    assert alone.usable
