"""The way back: what an employer sent, with each fault marked in its cell and explained, ready to be sent again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from shebao.files.cells import blank
from shebao.files.declaration.fields import BY_NAME, FIELDS, PROBLEM, REMEDY, Field
from shebao.files.declaration.layout import Layout, lay_out
from shebao.files.declaration.template import ROWS, formats, head, text_cell
from shebao.files.problems import Problem
from shebao.files.sheets import file_bytes, read_sheet

_RED = PatternFill("solid", fgColor="FFB3B3")
_PALE = PatternFill("solid", fgColor="FFF2CC")
_EXPLAINED = (
    Field("problem", *PROBLEM, "", "", width=50),
    Field("remedy", *REMEDY, "", "", width=50),
)


def write_corrected(
    source: str | Path | bytes, problems: Sequence[Problem], out: str | Path, name: str = "", broken_only: bool = False
) -> int:
    """Writes the people of a declaration back as Excel and returns how many rows of them have a fault.

    source: the file that `problems` (of `read_declaration`) are about.  Broken cells are red, with the fault as
    comment; two more columns say per row what is wrong and what to do, and are passed over when the file is read
    again.  What is wrong with the file as a whole stands above.  broken_only: only the rows with a fault, and no
    totals.  Raises FileRefused when the source has no readable table.
    """
    data, name = file_bytes(source, name)
    layout = lay_out(read_sheet(data, name))
    by_row: dict[int, list[Problem]] = {}
    whole: list[Problem] = []
    for problem in problems:
        if problem.row is None or problem.field in ("code", "month"):
            whole.append(problem)
        else:
            for row in range(problem.row, problem.row + problem.rows):
                by_row.setdefault(row, []).append(problem)
    people = [k for k in layout.people if not broken_only or layout.sheet.lines[k] in by_row]
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("申报表 Declaration")
    above = layout.above
    head(sheet, (*FIELDS, *_EXPLAINED), above.get("code"), above.get("organisation"), above.get("month"))
    formats(sheet, FIELDS, max(ROWS, len(people)))
    broken = 0
    for k in people:
        faults = by_row.get(layout.sheet.lines[k], [])
        broken += any(not problem.warning for problem in faults)
        sheet.append(_row(sheet, layout, k, faults))
    if layout.total is not None and not broken_only:
        sheet.append(_row(sheet, layout, layout.total, by_row.get(layout.sheet.lines[layout.total], [])))
    if whole:
        _whole(book.create_sheet("文件问题 File"), whole)
    book.save(out)
    return broken


def _row(sheet: Any, layout: Layout, k: int, faults: Sequence[Problem]) -> list[Any]:
    row = layout.sheet.rows[k]
    by_field: dict[str, list[Problem]] = {}
    for problem in faults:
        by_field.setdefault(problem.field, []).append(problem)
    cells: list[Any] = []
    for field in FIELDS:
        place = layout.column(field.name)
        value = row[place] if place is not None and place < len(row) else None
        value = None if blank(value) else value
        wrong = by_field.get(field.name)
        if wrong is None and value is None:
            cells.append(None)
            continue
        cell = text_cell(sheet, value)
        if wrong:
            cell.fill = _RED if not all(problem.warning for problem in wrong) else _PALE
            cell.comment = _comment("\n".join(f"{problem.zh}\n{problem.en}" for problem in wrong))
        cells.append(cell)
    if faults:
        cells += [text_cell(sheet, "；".join(map(_what, faults))), text_cell(sheet, "；".join(map(_remedy, faults)))]
    return cells


def _what(problem: Problem) -> str:
    """The fault without its remedy, behind the name of the column."""
    field = BY_NAME.get(problem.field)
    title = f"{field.zh}：" if field else ""
    return f"{title}{problem.zh.partition('，请')[0]} / {problem.en.partition(';')[0]}"


def _remedy(problem: Problem) -> str:
    zh, en = problem.zh.partition("，请")[2], problem.en.partition(";")[2].strip()
    return f"请{zh or '更正'} / {en or 'correct it'}"


def _comment(text: str) -> Comment:
    return Comment(text, "shebao", height=100, width=300)


def _whole(sheet: Any, problems: Sequence[Problem]) -> None:
    """What is wrong with the file and not with one row of people."""
    for k, width in enumerate((24, 24, 60, 60), 1):
        sheet.column_dimensions[get_column_letter(k)].width = width
    sheet.append(
        [text_cell(sheet, text) for text in ("栏目 Field", "原文 Found", *(f"{a} {b}" for a, b in (PROBLEM, REMEDY)))]
    )
    for problem in problems:
        texts = (problem.field, problem.found, _what(problem), _remedy(problem))
        sheet.append([text_cell(sheet, text) for text in texts])
