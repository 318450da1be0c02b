"""The declaration: what is right comes through exactly, each fault is named in its row and column."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal
from typing import Any

import pytest
from declarations import CODE, HEADERS, Row, comma, excel, faults, form, normal, number, read
from hypothesis import given, settings
from hypothesis import strategies as st

from shebao.files.declaration import SCHEMA, Change, LeaveReason, Status, read_declaration
from shebao.files.problems import FileRefused

JOIN: Row = [2, "李四", "护照", "E12345678", "新增", "2014年7月", None, 4000, "外埠农村", None, "新来"]
LEAVE: Row = [3, "王五", None, number(3), "减少", None, 201406, None, None, "退休", None]
BACK: Row = [
    4,
    "赵六",
    None,
    "110105491231002",
    "补缴",
    datetime.date(2014, 1, 1),
    "2014/03",
    "3,000.05",
    None,
    None,
    None,
]
WANTED: dict[str, list[Any]] = {
    "row": [3, 4, 5, 6],
    "name": ["张1", "李四", "王五", "赵六"],
    "id_kind": [1, 2, 1, 1],
    "id_number": [number(1), "E12345678", number(3), "11010519491231002X"],
    "change": [Change.NORMAL, Change.JOIN, Change.LEAVE, Change.BACK],
    "wage_fen": [500110, 400000, None, 300005],
    "from_month": [None, 201407, None, 201401],
    "to_month": [None, None, 201406, 201403],
    "status": [None, Status.OTHER_RURAL, None, None],
    "reason": [None, None, LeaveReason.RETIRED, None],
    "note": [None, "新来", None, None],
}


@pytest.mark.parametrize(
    "data",
    [
        excel(form([normal(1), JOIN, LEAVE, BACK])),
        *(comma(form([normal(1), JOIN, LEAVE, BACK]), code) for code in ("utf-8", "utf-8-sig", "gb18030", "utf-16")),
    ],
    ids=["xlsx", "utf-8", "utf-8-sig", "gb18030", "utf-16"],
)
def test_good_rows_come_through_exactly(data: bytes) -> None:
    declared = read_declaration(data, "d", CODE, 201407)
    assert declared.problems == []
    assert declared.usable and declared.broken_rows == []
    assert (declared.organisation_code, declared.organisation, declared.month) == (CODE, "某公司", 201407)
    assert declared.table.schema == SCHEMA
    assert declared.table.to_pydict() == WANTED
    assert (declared.totals.rows, declared.totals.wage_fen) == (4, 1200115)


@pytest.mark.parametrize(
    ("changed", "field", "wanted"),
    [
        ({"name": None}, "name", "missing"),
        ({"name": "张\ufffd"}, "name", "cannot be read"),
        ({"name": "张" * 61}, "name", "shorten"),
        ({"id_number": None}, "id_number", "missing"),
        ({"id_number": "110105194912310021"}, "id_number", "check digit"),
        ({"id_number": 110105194912310021}, "id_number", "stored as a number"),
        ({"id_number": "1.10105E+17"}, "id_number", "stored as a number"),
        ({"id_kind": "学生证"}, "id_kind", "wanted: resident identity card"),
        ({"id_kind": "台胞证"}, "id_number", "mainland travel permit for Taiwan"),
        ({"change": None}, "change", "missing"),
        ({"change": "不变"}, "change", "wanted: normal"),
        ({"wage": None}, "wage", "missing, which normal needs"),
        ({"wage": "-1"}, "wage", "below zero"),
        ({"wage": -0.01}, "wage", "below zero"),
        ({"wage": 10_000_000}, "wage", "10 million"),
        ({"wage": "1e4"}, "wage", "no number"),
        ({"wage": "5000.105"}, "wage", "at most 2 decimals"),
        ({"wage": 5000.105}, "wage", "at most 2 decimals"),
        ({"wage": True}, "wage", "no number"),
        ({"wage": "五千"}, "wage", "no number"),
        ({"from_month": "2014.1"}, "from_month", "no month"),
        ({"from_month": "2014-13"}, "from_month", "1 to 12"),
        ({"from_month": "七月"}, "from_month", "no month"),
        ({"from_month": "1014-07"}, "from_month", "1950"),
        ({"from_month": "2014-08"}, "from_month", "behind the month declared"),
        ({"from_month": "2014-07", "to_month": "2014-06"}, "to_month", "before the first month"),
        ({"status": "火星"}, "status", "wanted: local urban"),
        ({"reason": "?"}, "reason", "wanted: contract expired"),
        ({"change": "新增"}, "from_month", "which join needs"),
        ({"change": "新增", "from_month": "2014-07"}, "status", "which join needs"),
        ({"change": "减少", "reason": "退休"}, "to_month", "which leave needs"),
        ({"change": "减少", "to_month": "2014-06"}, "reason", "which leave needs"),
        ({"change": "补缴", "from_month": "2014-01"}, "to_month", "which back payment needs"),
        ({"change": "补缴", "from_month": "2014-01", "to_month": "2014-07"}, "to_month", "before the month declared"),
        ({"change": "工资调整"}, "from_month", "which wage change needs"),
        ({"note": "字" * 501}, "note", "shorten"),
    ],
)
def test_a_bad_cell_is_named(changed: dict[str, object], field: str, wanted: str) -> None:
    declared = read([normal(1), normal(2, **changed), normal(3)])
    assert field in {field for _, field in faults(declared)}
    assert {row for row, _ in faults(declared)} == {4} == set(declared.broken_rows)
    problem = next(problem for problem in declared.problems if problem.field == field)
    assert wanted in problem.en
    assert "请" in problem.zh or "应为" in problem.zh or "最多" in problem.zh
    assert not declared.usable
    assert [row for row in declared.table.to_pylist() if row["row"] != 4] == read(
        [normal(1), LEAVE, normal(3)]
    ).table.filter([True, False, True]).to_pylist()


def test_identity_numbers_are_not_shown_whole() -> None:
    declared = read([normal(1, id_number="110105194912310021")])
    assert "19491231" not in str(declared.problems[0])


@given(st.integers(0, 999_999_999), st.booleans())
@settings(max_examples=300, deadline=None)
def test_every_amount_is_exact(fen: int, as_text: bool) -> None:
    rows = form([normal(1, wage=f"{Decimal(fen) / 100:.2f}" if as_text else fen / 100)])
    data = comma(rows) if as_text else excel(rows)
    declared = read_declaration(data)
    assert declared.table.column("wage_fen").to_pylist() == [fen]
    assert declared.usable


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([normal(1), normal(2), normal(1)], [(3, "id_number"), (5, "id_number")]),
        (
            [normal(1, id_number="110105491231002"), normal(2, id_number="11010519491231002x", name="张1")],
            [(3, "id_number"), (4, "id_number")],
        ),
        ([normal(1), normal(1, change="补缴", from_month="2014-01", to_month="2014-02")], []),
        (
            [normal(1), normal(1, name="李", change="补缴", from_month="2014-01", to_month="2014-02")],
            [(3, "name"), (4, "name")],
        ),
        (
            [
                normal(1, change="补缴", from_month="2014-01", to_month="2014-05"),
                normal(1, change="补缴", from_month="2014-02", to_month="2014-02"),
                normal(1, change="补缴", from_month="2014-04", to_month="2014-06"),
                normal(1, change="补缴", from_month="2013-12", to_month="2013-12"),
            ],
            [(3, "id_number"), (4, "id_number"), (5, "id_number")],
        ),
        ([normal(1, id_kind="护照", id_number="12345678"), normal(2, id_kind="台胞证", id_number="12345678")], []),
    ],
)
def test_people_who_stand_twice(rows: list[Row], wanted: list[tuple[int, str]]) -> None:
    declared = read(rows)
    assert faults(declared) == wanted
    for problem in declared.problems:
        others = {row for row, _ in wanted} - {problem.row}
        assert any(str(row) in problem.en for row in others)


def test_very_many_rows_of_one_person() -> None:
    declared = read([normal(1) for _ in range(3000)])
    assert len(declared.broken_rows) == 3000
    assert "..." in declared.problems[0].en


@pytest.mark.parametrize(
    ("total", "wanted"),
    [
        (["合计", "2人", None, None, None, None, None, "10003.20"], []),
        (["合计", 2, None, None, None, None, None, 10003.2], []),
        (["总计：", None, None, None, None, None, None, 10003.2], []),
        ([None, "合计\nTotal", 2], []),
        (["合计", 3, None, None, None, None, None, 10003.2], ["serial"]),
        (["合计", 2, None, None, None, None, None, 10003.21], ["wage"]),
        (["Total", "共1人", None, None, None, None, None, "x"], ["serial", "wage"]),
    ],
)
def test_totals_are_compared(total: Row, wanted: list[str]) -> None:
    declared = read([normal(1), normal(2), total, ["填报人：王", None, None]])
    assert sorted(field for row, field in faults(declared) if row == 5) == wanted
    assert len(declared.table) == 2
    assert len(faults(declared)) == len(wanted)


def test_people_behind_the_totals_are_told() -> None:
    declared = read([normal(1), ["合计", 1], normal(2)])
    assert faults(declared) == [(5, "")]
    assert "behind the row of totals" in declared.problems[0].en


def test_the_header_may_stand_anywhere_in_either_language_and_order() -> None:
    headers = ["Change", "证件号码（18位）", "*姓名", "月缴费工资\nMonthly wage", "工号"]
    rows = [
        ["申报表"],
        ["组织机构代码：M000100Y-4", "所属月份：2014年07月"],
        [],
        headers,
        ["normal", number(1), "张", 1.5, "x"],
        [],
    ]
    declared = read_declaration(excel(rows))
    assert (declared.organisation_code, declared.month) == ("M000100Y4", 201407)
    assert declared.table.to_pylist()[0] | {"row": 5, "name": "张", "wage_fen": 150} == declared.table.to_pylist()[0]
    assert [(p.field, p.warning) for p in declared.problems] == [("工号", True)]
    assert declared.usable


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        (["序号", "姓名", "备注", "变动类型"], {"id_number", "wage"}),
        ([*HEADERS, "姓名"], {"name"}),
        (["a", "b"], {""}),
    ],
)
def test_headers_that_no_row_can_be_read_with(headers: list[str], wanted: set[str]) -> None:
    with pytest.raises(FileRefused) as refused:
        read_declaration(excel(form([normal(1)], headers)))
    assert {problem.field for problem in refused.value.problems if not problem.warning} == wanted


def test_organisation_and_month_are_those_expected() -> None:
    rows = form([normal(1)])
    assert faults(read_declaration(excel(rows), "d", "91350100M000100Y43", 201407)) == []
    other = read_declaration(excel(rows), "d", "M000100Y4", 201408)
    assert faults(other) == [(None, "code"), (None, "month")]
    assert not other.usable and other.broken_rows == []
    assert faults(read_declaration(excel(rows[1:]))) == [(None, "code"), (None, "month")]
    expected = read_declaration(excel(rows[1:]), "d", CODE, 201407)
    assert expected.usable and (expected.organisation_code, expected.month) == (CODE, 201407)
    rows[0][1], rows[0][5] = "91350100M000100Y44", "2014-7-1日"
    assert faults(read_declaration(excel(rows))) == [(None, "code"), (None, "month")]


def test_fifty_broken_rows_of_ten_thousand_are_exactly_those_explained() -> None:
    chance = random.Random(3)
    rows = [normal(k) for k in range(10_000)]
    broken = sorted(chance.sample(range(10_000), 50))
    faulty: list[dict[str, object]] = [
        {"wage": "x"},
        {"id_number": "1"},
        {"change": ""},
        {"name": " "},
        {"from_month": "2014-99"},
    ]
    for k in broken:
        rows[k] = normal(k, **chance.choice(faulty))
    declared = read(rows)
    assert declared.broken_rows == [k + 3 for k in broken]
    assert {problem.row for problem in declared.problems} == {k + 3 for k in broken}
    assert not declared.usable
    assert len(declared.table) == 10_000
