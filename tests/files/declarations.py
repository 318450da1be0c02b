"""Declarations for the tests, as Excel and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import openpyxl

from shebao.files.declaration import Declaration, read_declaration
from shebao.files.declaration.fields import BY_NAME
from shebao.files.identity import check_digit

CODE = "91350100M000100Y43"
NAMES = [
    "serial",
    "name",
    "id_kind",
    "id_number",
    "change",
    "from_month",
    "to_month",
    "wage",
    "status",
    "reason",
    "note",
]
HEADERS = [BY_NAME[name].zh for name in NAMES]
PLACE = {name: k for k, name in enumerate(NAMES)}
Row = list[object]


def number(k: int) -> str:
    """The k-th sound identity number."""
    first = f"110105{1950 + k // 900:04d}0101{k % 900 + 100}"
    return first + check_digit(first)


def normal(k: int, **changed: object) -> Row:
    """A row of somebody whose wage has not changed."""
    row: Row = [k, f"张{k}", "居民身份证", number(k), "正常", None, None, f"{5000 + k}.10", None, None, None]
    for name, cell in changed.items():
        row[PLACE[name]] = cell
    return row


def above(month: object = "2014-07", code: str = CODE) -> list[Row]:
    return [["统一社会信用代码", code, "单位名称", "某公司", "申报月份", month]]


def excel(rows: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def comma(rows: Sequence[Sequence[object]], encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    width = max(map(len, rows))
    csv.writer(out).writerows([*row, *[None] * (width - len(row))] for row in rows)
    return out.getvalue().encode(encoding)


def form(rows: Sequence[Sequence[object]], headers: Sequence[str] = HEADERS, month: object = "2014-07") -> list[Row]:
    return [*above(month), list(headers), *map(list, rows)]


def read(rows: Sequence[Sequence[object]], **options: object) -> Declaration:
    """What is read of a form with these rows; the first is row 3."""
    return read_declaration(excel(form(rows)), "declaration.xlsx", **options)  # type: ignore[arg-type]


def faults(declared: Declaration) -> list[tuple[int | None, str]]:
    return [(problem.row, problem.field) for problem in declared.problems if not problem.warning]
