"""A whole table as it was written, from Excel (.xlsx) or CSV, by path or from memory: rows of cells, unread.

For forms that people fill in: what stands above the header belongs to it.  Files of people of any size are streamed by
written.py.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import python_calamine

from shebao.files.cells import Fault
from shebao.files.problems import FileRefused, Problem

_MOST_BYTES = 1 << 29  # of a workbook when unpacked
_MOST_CELLS = 1 << 26  # between the first and the last cell of a sheet, empty ones too
_LAST_ROW = 1 << 20
_CHUNK = 1 << 20
_LONGEST = 1 << 20  # characters of a cell
_FAR = re.compile(rb'r="(?:[A-Z]{2}|[A-Z]*[0-9]{7})')  # a cell behind column Z or below row 999999
_PLACES = re.compile(rb"\br\s*=\s*[\"']([A-Z]*)([0-9]*)")
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.S)
_PLACE = re.compile(rb"\br=[\"']([A-Z]+)(\d+)")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class Sheet:
    """rows: the cells of each row, as long as they were written.  lines: the number of each row in the file.

    cells: what is wrong with single cells, by (number of the row, index of the column).  problems: what is wrong
    with whole rows.
    """

    file: str
    rows: list[Sequence[object]]
    lines: Sequence[int]
    cells: dict[tuple[int, int], Fault] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def file_bytes(source: str | Path | bytes, name: str = "") -> tuple[bytes, str]:
    """The bytes of a file and its name for messages.  Raises FileRefused when there is none or nothing in it."""
    if isinstance(source, bytes):
        data, name = source, name or "file"
    else:
        path = Path(source)
        name = name or path.name
        try:
            data = path.read_bytes()
        except OSError as error:
            raise refused(
                name, "无法打开，请核对路径", f"cannot be opened ({error.strerror}); check the path"
            ) from error
    if not data.strip():
        raise refused(name, "文件为空，请重新导出或传送", "is empty; export it or have it sent again")
    return data, name


def refused(name: str, zh: str, en: str) -> FileRefused:
    """The refusal of a whole file."""
    return FileRefused([Problem(name, zh, en)])


def decoded(data: bytes) -> str:
    """The text: UTF-8 or UTF-16 by its mark, UTF-8 without, else GB 18030.  A byte that is no text becomes U+FFFD.

    A text with broken bytes is taken for that of the two which leaves more of it whole.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", errors="replace")
    broken = text.count("\ufffd")
    whole = len(text) - broken - sum(map(text.count, map(chr, range(128))))
    return text if whole > broken else data.decode("gb18030", errors="replace")


def read_sheet(data: bytes, name: str) -> Sheet:
    """The first visible sheet of a workbook, or a CSV text (comma, semicolon or tab).

    Raises FileRefused when nothing of it can be read.
    """
    if data.startswith(b"PK"):
        return _excel(data, name)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise refused(
            name,
            "是旧格式（.xls）或加密的Excel文件，请另存为不加密的.xlsx",
            "is an Excel file of the old form (.xls) or with a password; save it as .xlsx without one",
        )
    head = data[:_CHUNK]
    if b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise refused(
            name,
            "既不是Excel（.xlsx）也不是文本（CSV），请用模板重新导出",
            "is neither Excel (.xlsx) nor text (CSV); export it again from the template",
        )
    return _text(decoded(data), name)


def _text(text: str, name: str) -> Sheet:
    sheet = Sheet(name, [], lines := [])
    head = text[:10_000]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    csv.field_size_limit(_LONGEST)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            fault = (
                "无法读出，请检查引号是否成对",
                f"cannot be read ({error}); look for a quotation mark without its partner",
            )
            sheet.problems.append(Problem(name, *fault, line, max(1, reader.line_num + 1 - line)))
        else:
            if cells is None:
                return sheet
            sheet.rows.append(cells)
            lines.append(line)
        line = reader.line_num + 1


def _excel(data: bytes, name: str) -> Sheet:
    broken = (
        "不是可读的Excel文件（.xlsx），可能被截断或损坏，请用Excel打开后另存为.xlsx再传送",
        "is no readable Excel workbook; it may be cut off or damaged: save it again in Excel as .xlsx",
    )
    try:
        parts = _unpacked(data, name)
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            place = next(
                k
                for k, sheet in enumerate(book.sheets_metadata)
                if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
                and sheet.visible == python_calamine.SheetVisibleEnum.Visible
            )
            xml = _sheet_xml(parts, place)
            _bounded(xml, name)
            sheet = book.get_sheet_by_index(place)
            rows: list[Sequence[object]] = list(sheet.to_python(skip_empty_area=False))
            merged = sheet.merged_cell_ranges or []
    except StopIteration:
        raise refused(name, "没有可见的工作表", "has no visible sheet; show the sheet with the table") from None
    except (
        python_calamine.CalamineError,
        zipfile.BadZipFile,
        zlib.error,
        ElementTree.ParseError,
        EOFError,
        OSError,
        ValueError,
        KeyError,
        NotImplementedError,  # a part packed by a method that zipfile does not know
        RuntimeError,
    ) as error:
        raise refused(name, broken[0], f"{broken[1]} ({_first_line(error)})") from error
    found = Sheet(name, rows, range(1, len(rows) + 1), _unusable(xml))
    for (top, left), (bottom, right) in merged:
        if top == bottom and left == right:
            continue
        fault = ("是合并的单元格，请取消合并并逐格填写", "is part of a merged cell; unmerge it and fill in every cell")
        for row in range(top, min(bottom + 1, len(rows))):
            for column in range(left, min(right + 1, len(rows[row]))):
                found.cells[row + 1, column] = fault
    return found


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:100]


def _unpacked(data: bytes, name: str) -> dict[str, bytes]:
    """The parts of a workbook that say what is in it, by name; every part's checksum is tested."""
    parts: dict[str, bytes] = {}
    left = _MOST_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.infolist():
            with archive.open(part) as packed:
                chunks = []
                while chunk := packed.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise refused(
                            name,
                            "展开后超过512 MB，请删除图片和无关内容或分成几个文件",
                            "has more than 512 MB when unpacked; remove pictures and what is not needed, or split it",
                        )
                    chunks.append(chunk)
            if part.filename.endswith((".xml", ".rels")):
                parts[part.filename] = b"".join(chunks)
    return parts


def _sheet_xml(parts: dict[str, bytes], place: int) -> bytes:
    """The part that holds the sheet at a place of the workbook."""
    book = plain_xml(parts["xl/workbook.xml"])
    relations = plain_xml(parts["xl/_rels/workbook.xml.rels"])
    sheet = [element for element in book.iter() if element.tag.endswith("}sheet")][place]
    key = sheet.get(_RELATION)
    target = next(relation.get("Target", "") for relation in relations if relation.get("Id") == key)
    return parts[target.lstrip("/") if target.startswith("/") else f"xl/{target}"]


def plain_xml(data: bytes) -> Any:
    """The root of an XML document without a document type, so without entities of its own.  Raises ParseError."""
    return ElementTree.fromstring(data, ElementTree.XMLParser(target=_Plain()))


class _Plain(ElementTree.TreeBuilder):
    def doctype(self, name: str, pubid: str, system: str) -> None:
        raise ElementTree.ParseError("a document type is not allowed")


def _bounded(xml: bytes, name: str) -> None:
    """Raises FileRefused when the sheet reaches so far that its empty cells alone would fill the memory."""
    if not _FAR.search(xml) and b"r='" not in xml and b"r =" not in xml:
        return
    places = _PLACES.findall(xml)
    last = max((int(row[:18]) for _, row in places if row), default=0)
    columns = max((_column(letters) + 1 for letters, _ in places if letters), default=0)
    if last > _LAST_ROW or columns * last > _MOST_CELLS:
        raise refused(
            name,
            "工作表的范围过大，请删除表格以外的行和列",
            "has cells far outside its table; delete the rows and columns that do not belong to it",
        )


def _column(letters: bytes) -> int:
    """The index of a column: A is 0, Z 25, AA 26."""
    number = 0
    for letter in letters[:8]:
        number = number * 26 + letter - 64
    return number - 1


def _unusable(xml: bytes) -> dict[tuple[int, int], Fault]:
    """Formulas without a result, and results that are an error: both read as empty."""
    if b"<f" not in xml and b't="e"' not in xml:
        return {}
    found: dict[tuple[int, int], Fault] = {}
    for attributes, content in _CELL.findall(xml):
        error = b't="e"' in attributes
        value = re.search(rb"<v>([^<]*)</v>", content)
        if error or (b"<f" in content and not (value and value[1])):
            place = _PLACE.search(attributes)
            if place:
                shown = value[1].decode("ascii", "replace") if value else ""
                found[int(place[2]), _column(place[1])] = (
                    f"公式没有可用的结果（{shown}），请复制后选择性粘贴为数值"
                    if shown
                    else "公式没有保存结果，请在Excel中重新计算并保存，或粘贴为数值",
                    f"is a formula whose result is {shown}; paste the value in its place"
                    if shown
                    else "is a formula without a stored result; calculate and save it in Excel, or paste the value",
                )
    return found
