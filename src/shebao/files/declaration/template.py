"""The empty form that an employer fills in: an Excel file with lists to choose from, and how to fill it in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from shebao.files.declaration.fields import (
    CODE,
    FIELDS,
    MONTH,
    ORGANISATION,
    TITLE,
    TOTAL,
    Change,
    Field,
    bilingual,
)
from shebao.files.months import written_month

ROWS = 5000  # of people for which the lists and formats are laid out
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_NEEDED = PatternFill("solid", fgColor="F8DCC4")
_LINE = Side("thin", "B7B7B7")
_THIN = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WRAP = Alignment(wrap_text=True, vertical="center", horizontal="center")
_RULES = (
    ("正常", "上月已参保、工资未变：月缴费工资", "insured last month, wage unchanged: the wage"),
    ("新增", "起始月、月缴费工资、户口或身份类别", "first month, wage, status"),
    ("减少", "终止月（最后缴费月）、减少原因", "last month paid, reason for leaving"),
    ("工资调整", "起始月、新的月缴费工资", "first month, new wage"),
    ("补缴", "起始月、终止月（申报月份以前）、月缴费工资", "first and last month, before the month declared; wage"),
)
_NOTES = (
    (
        "每人一行；补缴可另加行，月份不得重叠。",
        "One row for a person; back payments may stand besides, of other months.",
    ),
    (
        "末行可写“合计”，并填人数和工资合计，读入时核对。",
        "The last row may be a total with the count and the sum of wages; both are compared.",
    ),
    ("证件号码和月份按文本填写；工资单位为元。", "Certificate numbers and months are text; wages are in yuan."),
    (
        "有错时退回的文件多出“错误说明”“修改办法”两列，更正后可直接再传。",
        "A file that comes back has two more columns, problem and remedy; correct it and send it again as it is.",
    ),
)


def write_template(out: str | Path, code: str = "", organisation: str = "", month: int = 0, rows: int = ROWS) -> None:
    """Writes an empty declaration for an organisation and a month (201407); what is not given is left to fill in."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("申报表 Declaration")
    head(sheet, FIELDS, code, organisation, written_month(month) if month else "")
    formats(sheet, FIELDS, rows)
    _notes(book.create_sheet("填表说明 Notes"))
    book.save(out)


def head(sheet: Any, fields: Sequence[Field], code: object, organisation: object, month: object) -> None:
    """Rows 1 to 3: the title, what organisation and month it is for, the headers; frozen.  Further columns come after.

    Cells above the first person keep their place in Excel while the people are scrolled.
    """
    sheet.freeze_panes = "A4"
    for k, field in enumerate(fields, 1):
        sheet.column_dimensions[get_column_letter(k)].width = field.width
        if field.name in ("id_number", "from_month", "to_month"):
            sheet.column_dimensions[get_column_letter(k)].number_format = "@"
    sheet.append([text_cell(sheet, " ".join(TITLE), font=Font(bold=True, size=14))])
    sheet.append(
        [
            text_cell(sheet, bilingual(CODE), _HEAD),
            text_cell(sheet, code),
            text_cell(sheet, bilingual(ORGANISATION), _HEAD),
            text_cell(sheet, organisation),
            text_cell(sheet, bilingual(MONTH), _HEAD),
            text_cell(sheet, month),
        ]
    )
    sheet.append([text_cell(sheet, bilingual((f.zh, f.en)), _NEEDED if f.required else _HEAD) for f in fields])


def text_cell(sheet: Any, value: Any, fill: PatternFill | None = None, font: Font | None = None) -> Any:
    """A cell whose text is a text, also where Excel would take it for a formula; others stay as they are."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.number_format = "@"
    if fill is not None:
        cell.fill, cell.border, cell.alignment = fill, _THIN, _WRAP
    if font is not None:
        cell.font = font
    return cell


def formats(sheet: Any, fields: Sequence[Field], rows: int) -> None:
    """The lists to choose from and the bounds of wages, for so many rows from row 4 on."""
    for k, field in enumerate(fields, 1):
        place = f"{get_column_letter(k)}4:{get_column_letter(k)}{3 + rows}"
        if field.kind is not None and field.kind.codes is not None:
            rule = DataValidation("list", formula1=f'"{",".join(code.zh for code in field.kind.codes)}"')
            rule.error, rule.errorTitle = f"请从列表中选择{field.zh} / choose from the list", field.zh
        elif field.name == "wage":
            rule = DataValidation("decimal", "between", "0", "9999999.99")
            rule.error, rule.errorTitle = "请填0至9999999.99元 / 0 to 9999999.99 yuan", field.zh
        else:
            continue
        rule.allow_blank, rule.showErrorMessage = True, True
        rule.showInputMessage, rule.promptTitle = True, field.zh
        rule.prompt = f"{field.note_zh} / {field.note_en}"[:250]
        rule.add(place)
        sheet.data_validations.append(rule)


def _notes(sheet: Any) -> None:
    for letter, width in zip("ABCD", (20, 24, 44, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    bold = Font(bold=True)
    sheet.append([text_cell(sheet, text, font=bold) for text in ("栏目", "Column", "填写", "How to fill it in")])
    for field in FIELDS:
        codes = field.kind.codes if field.kind is not None and field.name != "id_kind" else None
        zh = f"{field.note_zh}（{'、'.join(c.zh for c in codes)}）" if codes else field.note_zh
        en = f"{field.note_en} ({', '.join(c.en for c in codes)})" if codes else field.note_en
        sheet.append([text_cell(sheet, text) for text in (field.zh, field.en, zh, en)])
    sheet.append([])
    sheet.append([text_cell(sheet, text, font=bold) for text in ("变动类型", "Change", "须填", "Needed")])
    english = {code.zh: code.en for code in Change}
    for change, zh, en in _RULES:
        sheet.append([text_cell(sheet, text) for text in (change, english[change], zh, en)])
    sheet.append([])
    for zh, en in _NOTES:
        sheet.append([None, None, text_cell(sheet, zh), text_cell(sheet, en)])
    sheet.append([None, None, text_cell(sheet, f"合计行示例：{TOTAL[0]} | 3人 | … | 16203.50"), None])
