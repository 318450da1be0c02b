"""From the cells of a declaration to columns; every bad cell is a problem of its row, and the totals are compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from shebao.files import unified_code
from shebao.files.cells import as_text, blank, shown
from shebao.files.declaration.checking import check_people
from shebao.files.declaration.columns import Columns
from shebao.files.declaration.layout import Layout, lay_out
from shebao.files.months import parse_month, written_month
from shebao.files.problems import FileRefused, Problem
from shebao.files.sheets import file_bytes, read_sheet
from shebao.rules import values
from shebao.rules.kinds import FEN

SCHEMA = pa.schema(
    [
        ("row", pa.int64()),
        ("name", pa.string()),
        ("id_kind", pa.int16()),
        ("id_number", pa.string()),
        ("change", pa.int16()),
        ("wage_fen", pa.int64()),
        ("from_month", pa.int32()),
        ("to_month", pa.int32()),
        ("status", pa.int16()),
        ("reason", pa.int16()),
        ("note", pa.string()),
    ]
)


@dataclass(frozen=True)
class Totals:
    """Rows of people and the sum of their wages in fen, as counted, and as the file says (None: it does not)."""

    rows: int
    wage_fen: int
    given_rows: int | None = None
    given_wage_fen: int | None = None


@dataclass(frozen=True)
class Declaration:
    """What an employer declares for a month.

    organisation_code: 18 characters (or 9 of an old code), "" when not known.  month: 201407, 0 when not known.
    table: of SCHEMA, a row for each person of the file, also the broken ones, with null where a cell is empty or bad.
    Months are 201407; codes are Certificate, Change, Status, LeaveReason; an old identity number has been made new.
    """

    file: str
    organisation_code: str
    organisation: str
    month: int
    table: pa.Table
    totals: Totals
    problems: list[Problem]

    @property
    def usable(self) -> bool:
        """Whether the file is sound as a whole; when it is not, nothing of it may be applied."""
        return all(problem.warning for problem in self.problems)

    @property
    def broken_rows(self) -> list[int]:
        """The numbers of the rows of people with a fault."""
        faulty = {problem.row for problem in self.problems if not problem.warning}
        return [row for row in self.table.column("row").to_pylist() if row in faulty]


def read_declaration(
    source: str | Path | bytes, name: str = "", organisation_code: str = "", month: int = 0
) -> Declaration:
    """Reads a declaration from Excel (.xlsx) or CSV (UTF-8 or GB 18030), told apart by what is in them.

    name: of the file, for messages.  organisation_code, month (201407): what is expected; a file that says another is
    faulty, one that says nothing is taken for it.  Raises FileRefused when no row can be read.
    """
    data, name = file_bytes(source, name)
    layout = lay_out(read_sheet(data, name))
    problems = [*layout.sheet.problems, *layout.problems]
    code = _code(layout, organisation_code, problems)
    month = _month(layout, month, problems)
    columns = Columns(layout)
    check_people(columns, month)
    totals = _totals(layout, columns, problems)
    if not totals.rows:
        fault = ("没有任何人员，请填写后再传送", "has no rows of people; fill it in and send it again")
        raise FileRefused([*problems, Problem(name, *fault)])
    problems = sorted([*problems, *columns.problems], key=lambda problem: problem.row or 0)
    organisation = as_text(layout.above.get("organisation")) or ""
    return Declaration(name, code, organisation, month, columns.table(SCHEMA), totals, problems)


def _code(layout: Layout, expected: str, problems: list[Problem]) -> str:
    found = layout.above.get("code")
    file = layout.sheet.file
    if blank(found):
        if not expected:
            fault = (
                "没有写明统一社会信用代码，请在表头上方填写",
                "does not say the organisation's code; write it above the header",
            )
            problems.append(Problem(file, *fault, field="code"))
        return unified_code.normal(expected)
    code = unified_code.normal(as_text(found) or "")
    wrong = unified_code.fault(code)
    if wrong is None and expected and code != unified_code.normal(expected):
        wrong = (
            f"不是本单位的代码（{expected}），请核对是否传错文件",
            f"is not the code of this organisation ({expected}); look whether this is the right file",
        )
    if wrong:
        problems.append(Problem(file, *wrong, field="code", found=shown(found)))
    return code


def _month(layout: Layout, expected: int, problems: list[Problem]) -> int:
    found = layout.above.get("month")
    file = layout.sheet.file
    if blank(found):
        if not expected:
            fault = (
                "没有写明申报月份，请在表头上方填写，如2014-07",
                "does not say its month; write it above the header",
            )
            problems.append(Problem(file, *fault, field="month"))
        return expected
    try:
        month = parse_month(found)
    except values.Problem as problem:
        problems.append(Problem(file, problem.zh, problem.en, field="month", found=shown(found)))
        return expected
    if expected and month != expected:
        wanted = written_month(expected)
        fault = (
            f"不是应申报的月份（{wanted}），请核对是否传错文件",
            f"is not the month to be declared ({wanted}); look whether this is the right file",
        )
        problems.append(Problem(file, *fault, field="month", found=shown(found)))
    return month


def _totals(layout: Layout, columns: Columns, problems: list[Problem]) -> Totals:
    """The sums, and the comparison with those that the file gives."""
    wages = columns.numbers["wage"]
    rows, total = len(wages), int(wages.sum())
    if layout.total is None:
        return Totals(rows, total)
    line = layout.sheet.lines[layout.total]
    cells = layout.sheet.rows[layout.total]
    place = layout.column("wage")
    given_rows = _given_rows([cell for k, cell in enumerate(cells) if k != place])
    given_wage: int | None = None
    unusable = layout.sheet.cells.get((line, place if place is not None else -1))
    if unusable:
        problems.append(Problem(layout.sheet.file, *unusable, line, field="wage"))
    elif place is not None and place < len(cells) and not blank(cells[place]):
        try:
            given_wage = int(values.parse(FEN, cells[place]))
        except values.Problem as problem:
            problems.append(
                Problem(layout.sheet.file, problem.zh, problem.en, line, 1, None, "wage", shown(cells[place]))
            )
    if given_rows is not None and given_rows != rows:
        fault = (
            f"合计人数为{given_rows}，文件中有{rows}行，请核对是否缺行、多行",
            f"the totals say {given_rows} rows where {rows} stand in the file; look for missing or surplus ones",
        )
        problems.append(Problem(layout.sheet.file, *fault, line, 1, None, "serial", str(given_rows)))
    bad = columns.bad["wage"]
    if given_wage is not None and given_wage != total:
        if bad.any():
            zh, en = (
                f"；有{int(bad.sum())}行工资有误，先更正这些行",
                f"; {int(bad.sum())} wages are bad: correct them first",
            )
        else:
            zh, en = "，请核对各行或更正合计", "; check the rows or correct the total"
        fault = (
            f"合计工资与各行之和{Decimal(total) / 100:.2f}不符{zh}",
            f"the total is not the sum of the rows, {Decimal(total) / 100:.2f}{en}",
        )
        problems.append(Problem(layout.sheet.file, *fault, line, 1, None, "wage", shown(cells[place or 0])))
    return Totals(rows, total, given_rows, given_wage)


def _given_rows(cells: Sequence[object]) -> int | None:
    """The first cell that is a count: 3, "3", "3人", "共3人"."""
    for cell in cells:
        found = re.fullmatch(r"共?\s*(\d{1,9})\s*[人行条]?", as_text(cell) or "")
        if found:
            return int(found[1])
    return None
