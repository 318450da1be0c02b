"""The text files of reconciliation."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.files.nhsa import RESULT, UPLOAD, Definitions, Row, columns, read_statement, write_statement
from shebao.files.nhsa.statements import LONGEST_LINE
from shebao.files.problems import Problem

CORE = Definitions.core()
LINE = "S1\tM1\tP1\t12.30\t10.00\t0\t0"


def read(text: str | bytes, kind: str = UPLOAD) -> list[Row | Problem]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_statement(io.BytesIO(data), CORE, kind, "a.txt"))


def test_columns() -> None:
    key, sums = ["setl_id", "mdtrt_id", "psn_no"], ["medfee_sumamt", "fund_pay_sumamt", "acct_pay"]
    assert columns(CORE, UPLOAD) == [*key, *sums, "refd_setl_flag"]
    assert columns(CORE, RESULT) == [*reversed(key), "msgid", "stmt_rslt", "refd_setl_flag", "memo", *sums]


def test_records() -> None:
    wanted = ("S1", "M1", "P1", 1230, 1000, 0, "0")
    for text in (LINE, LINE + "\n", LINE + "\r\n", "\ufeff" + LINE):
        assert read(text) == [Row(1, wanted)]
    assert [row.values for row in read(f"{LINE}\n{LINE}") if isinstance(row, Row)] == [wanted, wanted]
    assert read("") == []


@pytest.mark.parametrize(
    ("line", "field", "said"),
    [
        ("", "", "应有7列"),
        (LINE + "\t1", "", "实有8列"),
        (LINE.replace("\t", ","), "", "实有1列"),
        (LINE.replace("S1", "null"), "setl_id", "不能为空"),
        (LINE.replace("S1", " "), "setl_id", "不能为空"),
        (LINE.replace("S1", "S" * 31), "setl_id", "不能超过30"),
        (LINE.replace("12.30", "12.305"), "medfee_sumamt", "小数"),
        (LINE.replace("12.30", "x"), "medfee_sumamt", "应为数字"),
        (LINE[:-1] + "7", "refd_setl_flag", "代码表"),
    ],
)
def test_a_record_that_is_unsound(line: str, field: str, said: str) -> None:
    found = read(f"{LINE}\n{line}\n{LINE}")
    assert [type(row) for row in found] == [Row, Problem, Row]
    problem = found[1]
    assert isinstance(problem, Problem)
    assert (problem.file, problem.row, problem.field) == ("a.txt", 2, field)
    assert said in problem.zh


def test_files_of_another_form() -> None:
    assert [type(row) for row in read(LINE.encode() + b"\n\xff\n" + LINE.encode())] == [Row, Problem, Row]
    found = read("x" * 10 * LONGEST_LINE)
    assert len(found) == 1
    assert isinstance(found[0], Problem)
    assert "不是对账文件" in found[0].zh


def test_a_result() -> None:
    out = io.BytesIO()
    rows = [
        ("P1", None, "S1", "m1", "1", "0", "金额\t不符\n", 1230, 1000, 0),
        ("P2", "", "S2", "m2", "0", "0", None, 1, -1, 0),
    ]
    assert write_statement(out, CORE, rows) == 2
    assert out.getvalue().decode().split("\n") == [
        "P1\tnull\tS1\tm1\t1\t0\t金额 不符\t12.30\t10.00\t0.00",
        "P2\tnull\tS2\tm2\t0\t0\tnull\t0.01\t-0.01\t0.00",
        "",
    ]
    assert [row.values[6] for row in read(out.getvalue(), RESULT) if isinstance(row, Row)] == ["金额 不符", None]


@pytest.mark.parametrize(("k", "value"), [(0, None), (0, ""), (4, "9"), (7, 1.5), (0, "x" * 31)])
def test_results_that_are_unsound(k: int, value: Any) -> None:
    row: list[Any] = ["P1", "M1", "S1", "m1", "1", "0", None, 1, 1, 1]
    row[k] = value
    with pytest.raises((ValueError, TypeError)):
        write_statement(io.BytesIO(), CORE, [row])


FEN = st.integers(-(10**16) + 1, 10**16 - 1)
WORD = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30).filter(
    lambda text: text != "null"
)


@given(st.lists(st.tuples(WORD, WORD, WORD, FEN, FEN, FEN, st.sampled_from("01"))))
def test_what_is_written_is_read_again(rows: list[tuple[Any, ...]]) -> None:
    out = io.BytesIO()
    assert write_statement(out, CORE, rows, UPLOAD) == len(rows)
    assert read(out.getvalue()) == [Row(k, row) for k, row in enumerate(rows, 1)]
