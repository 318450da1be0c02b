"""Where things stand on a declaration: what is above the header, the header, the rows of people, the totals."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from shebao.files.cells import as_text, blank, shown
from shebao.files.declaration.fields import BY_NAME, FIELDS, HEADER_WORDS, column_of, is_total, label_of, plain
from shebao.files.problems import FileRefused, Problem
from shebao.files.sheets import Sheet

_SEARCHED = 30  # rows in which the header is looked for, and rows at the end in which totals are
_FOOTER = re.compile(r"填报人|填表人|制表人|经办人|审核人|负责人|联系电话|填报日期|单位盖章|备注[:：]|注[:：]")


@dataclass
class Layout:
    """Indexes are of `sheet.rows`.

    header: the row of headers.  columns: the name of each column, "" for one that is not read.
    people: the rows of people.  total: the row of totals.  above: code, organisation, month as they stand.
    """

    sheet: Sheet
    header: int
    columns: list[str]
    people: list[int]
    total: int | None
    above: dict[str, object]
    problems: list[Problem]

    def column(self, name: str) -> int | None:
        """The place of a column."""
        return self.columns.index(name) if name in self.columns else None


def lay_out(sheet: Sheet) -> Layout:
    """Raises FileRefused when there is no header, or a column in it is missing or stands twice."""
    rows = sheet.rows
    named = [[_named(cell) for cell in row] for row in rows[:_SEARCHED]]
    counts = [sum(bool(name) for name in names) for names in named]
    if not counts or max(counts) < 3:
        wanted_zh = "、".join(field.zh for field in FIELDS if field.required)
        wanted_en = ", ".join(field.en for field in FIELDS if field.required)
        fault = (
            f"前{_SEARCHED}行中没有找到表头，应有{wanted_zh}等列，请使用模板",
            f"has no header in its first {_SEARCHED} rows; wanted: {wanted_en} ...: use the template",
        )
        raise FileRefused([Problem(sheet.file, *fault), *sheet.problems])
    header = counts.index(max(counts))
    problems: list[Problem] = []
    columns = _columns(sheet, header, named[header], problems)
    number = columns.index("id_number")
    rest = [k for k, row in enumerate(rows) if k > header and any(row) and not _empty(row)]
    total: int | None = None
    behind: list[int] = []
    for k in rest[-_SEARCHED:]:
        if is_total(_first_text(rows[k])):
            total = k
            behind = []
        elif total is not None:
            behind.append(k)
    for k in behind:
        if number < len(rows[k]) and not blank(rows[k][number]):
            fault = (
                "在合计行之后，请移到合计行之前并更正合计",
                "stands behind the row of totals; move it before and correct the totals",
            )
            problems.append(Problem(sheet.file, *fault, sheet.lines[k], found=shown(rows[k][number])[:4]))
    people = [k for k in rest if total is None or k < total]
    while people and _is_footer(rows[people[-1]], number):
        people.pop()
    return Layout(sheet, header, columns, people, total, _above(rows[:header]), problems)


def _empty(row: Sequence[object]) -> bool:
    return blank(row[0]) and all(map(blank, row))


def _named(cell: object) -> str | None:
    return column_of(cell) if isinstance(cell, str) and cell.strip() else ""


def _columns(sheet: Sheet, header: int, names: Sequence[str | None], problems: list[Problem]) -> list[str]:
    """The name of each column of the header; an unknown one is a warning."""
    faults: list[Problem] = []
    line = sheet.lines[header]
    for cell, name in zip(sheet.rows[header], names, strict=True):
        if name is None:
            near = difflib.get_close_matches(plain(str(cell)), HEADER_WORDS, 1, 0.7)
            zh = f"，是否为{near[0]}？" if near else ""
            en = f"; did you mean {near[0]}?" if near else ""
            fault = (f"未知的列，已忽略{zh}", f"is no known column and is passed over{en}")
            problems.append(Problem(sheet.file, *fault, line, field=shown(cell), warning=True))
        elif name and names.count(name) > 1:
            fault = ("此列出现两次，请只保留一列", "stands twice in the header; keep one column")
            faults.append(Problem(sheet.file, *fault, line, field=name, found=shown(cell)))
    for name, field in BY_NAME.items():
        if field.required and name not in names:
            fault = (f"缺少必需的列{field.zh}，请补上该列", f"the column {field.en} is missing; add it")
            faults.append(Problem(sheet.file, *fault, line, field=name))
    if faults:
        raise FileRefused([*faults, *problems])
    return [name or "" for name in names]


def _first_text(row: Sequence[object]) -> str:
    first = next((cell for cell in row if not blank(cell)), None)
    return first if isinstance(first, str) else ""


def _is_footer(row: Sequence[object], number: int) -> bool:
    """Who filled the form in, and the like: no certificate number, and the first cell says so."""
    return (number >= len(row) or blank(row[number])) and bool(_FOOTER.match(_first_text(row).strip()))


def _above(rows: Sequence[Sequence[object]]) -> dict[str, object]:
    """What labels above the header announce: in the cell behind them, or behind a colon in the same cell."""
    found: dict[str, object] = {}
    for row in rows:
        cells = [cell for cell in row if not blank(cell)]
        for k, cell in enumerate(cells):
            text = as_text(cell) or ""
            label, colon, rest = text.replace("：", ":").partition(":")
            name = label_of(label)
            if name is None or name in found:
                continue
            if colon and rest.strip():
                found[name] = rest.strip()
            elif k + 1 < len(cells) and label_of(str(cells[k + 1])) is None:
                found[name] = cells[k + 1]
    return found
