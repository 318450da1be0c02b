"""Written files as blocks of cells: CSV, Excel, JSON, JSON Lines, YAML; each streamed, so that memory stays bounded."""

from __future__ import annotations

import codecs
import csv
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

import openpyxl
import yaml
from openpyxl.utils.exceptions import InvalidFileException

from shebao.files.cells import DECODER, Block, as_text, paired, shown
from shebao.files.columns import PERSON_ID, Header
from shebao.files.problems import FileRefused, Problem

_CHUNK = 1 << 20
_LONGEST = 1 << 24  # characters of one cell, or of one person in JSON
_SPACE = re.compile(r"[ \t\r\n]*")
# What the Excel reader raises on a file that is cut off or garbled: it does not say so in one word.
_BROKEN_EXCEL = (zipfile.BadZipFile, zlib.error, ParseError, EOFError, OSError, ValueError, KeyError, TypeError)


def open_text(path: Path) -> IO[str]:
    """The file as text: UTF-8 or UTF-16 with or without mark, else GB 18030, as spreadsheets in China save it.

    A byte that is no text becomes U+FFFD, which no value accepts.
    """
    with path.open("rb") as raw:
        start = raw.read(_CHUNK)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(start)
            encoding = "utf-8-sig"
        except UnicodeDecodeError:
            encoding = "gb18030"
    return path.open(encoding=encoding, errors="replace", newline="")


def csv_blocks(path: Path, batch_rows: int, header: Header) -> Iterator[Block]:
    """Rows of a CSV file (comma, semicolon or tab).  A row is numbered by the line on which it starts."""
    csv.field_size_limit(_LONGEST)
    with open_text(path) as text:
        first = text.readline()
        if not first.strip():
            raise FileRefused([Problem(path.name, "文件为空，没有表头", "is empty: no header and no rows")])
        delimiter = max(",;\t", key=first.count)
        problems: list[Problem] = []
        names = header.table(next(csv.reader([first], delimiter=delimiter)), problems)
        table = _Table(path.name, names, batch_rows, problems)
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        line = 2
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                table.broken(line, reader.line_num + 2 - line, error)
            else:
                if cells is None:
                    break
                table.add(line, cells)
            line = reader.line_num + 2
            if table.full:
                yield table.take()
        yield table.take()


class _Table:
    """Gathers the rows of a table into blocks.  names: the wanted name of each column, "" for one that is not."""

    def __init__(self, file: str, names: Sequence[str], batch_rows: int, problems: list[Problem]) -> None:
        self.file, self.names, self.batch_rows = file, names, batch_rows
        self.block = self._fresh()
        self.block.problems += problems

    def _fresh(self) -> Block:
        block = Block([], {name: [] for name in self.names if name})
        self._columns = [block.cells.get(name) for name in self.names]
        return block

    @property
    def full(self) -> bool:
        return len(self.block.rows) >= self.batch_rows

    def take(self) -> Block:
        block, self.block = self.block, self._fresh()
        return block

    def add(self, row: int, cells: Sequence[object]) -> None:
        """A row; an empty one is passed over, one that is cut off or too long is kept but refused."""
        if all(cell is None or cell == "" for cell in cells):
            return
        width = len(self.names)
        if len(cells) < width or any(cell is not None and cell != "" for cell in cells[width:]):
            self.block.refused.add(len(self.block.rows))
            place = self.names.index(PERSON_ID) if PERSON_ID in self.names else -1
            person = as_text(cells[place]) if 0 <= place < len(cells) else None
            fault = (
                f"该行有{len(cells)}格，表头有{width}格，请检查是否缺列、多出分隔符或被截断",
                f"has {len(cells)} cells where the header has {width}; look for a missing cell, a separator too many "
                "or a line cut off",
            )
            self.block.problems.append(Problem(self.file, *fault, row, 1, person, "", shown(cells[-1])))
        cells = [*cells[:width], *[None] * (width - len(cells))]
        self.block.rows.append(row)
        for column, cell in zip(self._columns, cells, strict=True):
            if column is not None:
                column.append(cell)

    def broken(self, line: int, lines: int, error: Exception) -> None:
        fault = (
            "无法读出，请检查引号是否成对",
            f"cannot be read ({error}); look for a quotation mark without its partner",
        )
        self.block.problems.append(Problem(self.file, *fault, line, max(1, lines)))


def excel_blocks(path: Path, batch_rows: int, header: Header, histories: Sequence[str]) -> Iterator[Block]:
    """Rows of the first sheet of an Excel workbook; a sheet named after a history has its rows, by person_id.

    The history sheets are held in memory, which the format bounds (1,048,576 rows a sheet); the people are streamed.
    """
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, *_BROKEN_EXCEL) as error:
        fault = (
            "不是可读的Excel文件（.xlsx），可能被截断或为旧格式，请用Excel打开后另存为.xlsx",
            f"is no readable Excel workbook ({error}); it may be cut off or of the old .xls form: save it as .xlsx",
        )
        raise FileRefused([Problem(path.name, *fault)]) from error
    with closing(book):
        problems: list[Problem] = []
        people, *others = book.worksheets
        rows = _excel_rows(path.name, people, problems)
        given = _first_row(rows)
        if not any(given):
            raise FileRefused(
                [*problems, Problem(path.name, "工作表为空，没有表头", "is empty: no header and no rows")]
            )
        kept = {s.title: _history_sheet(path.name, s, problems) for s in others if s.title in histories}
        names = header.table([*given, *kept], problems)
        if kept and PERSON_ID not in names:
            fault = (
                f"有工作表{'、'.join(kept)}时，人员表需要person_id列",
                "needs a column person_id to find their rows",
            )
            raise FileRefused([*problems, Problem(path.name, *fault, 1, field=PERSON_ID, found=", ".join(kept))])
        table = _Table(path.name, names, batch_rows, [])
        width = len(given)
        for row, cells in rows:
            line = [*cells[:width], *[None] * (width - len(cells))]
            person = as_text(line[names.index(PERSON_ID)]) if kept else None
            line += [sheet.pop(person, None) for sheet in kept.values()]
            table.add(row, [*line, *cells[width:]])
            if table.full:
                yield table.take()
        for title, sheet in kept.items():
            fault = ("人员表中没有此人，或该人出现两次", "is not in the sheet of people, or stands there twice")
            problems += [Problem(f"{path.name}[{title}]", *fault, person_id=person) for person in sheet]
        table.block.problems += problems
        yield table.take()


def _first_row(rows: Iterator[tuple[int, Sequence[object]]]) -> list[str]:
    return [as_text(cell) or "" for cell in next((cells for _, cells in rows), ())]


def _excel_rows(file: str, sheet: Any, problems: list[Problem]) -> Iterator[tuple[int, Sequence[object]]]:
    """(row, cells) of a sheet; where it cannot be read on, that is a problem and the end."""
    sheet.reset_dimensions()  # what a workbook says of its own size is often wrong
    row = 0
    try:
        for row, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            yield row, cells
    except _BROKEN_EXCEL as error:
        fault = (
            "从此行起工作表损坏，无法读出，请重新保存文件",
            f"the sheet is broken from this row on ({error}); save the workbook again",
        )
        problems.append(Problem(file, *fault, row + 1))


def _history_sheet(file: str, sheet: Any, problems: list[Problem]) -> dict[str | None, list[dict[str, object]]]:
    """person_id -> the rows of a history sheet."""
    file = f"{file}[{sheet.title}]"
    rows = _excel_rows(file, sheet, problems)
    names = _first_row(rows)
    if PERSON_ID not in names:
        fault = ("需要person_id列，以说明每行属于谁", "needs a column person_id that says whose row it is")
        raise FileRefused([*problems, Problem(file, *fault, 1, field=PERSON_ID)])
    place = names.index(PERSON_ID)
    found: dict[str | None, list[dict[str, object]]] = {}
    for row, cells in rows:
        person = as_text(cells[place]) if place < len(cells) else None
        if person is not None:
            pairs = [(n, c) for k, (n, c) in enumerate(zip(names, cells, strict=False)) if n and k != place]
            found.setdefault(person, []).append(paired(pairs))
        elif not all(cell is None or cell == "" for cell in cells):
            fault = ("该行缺少person_id，请补填", "this row has no person_id; add it")
            problems.append(Problem(file, *fault, row, field=PERSON_ID))
    return found


def object_blocks(path: Path, batch_rows: int, header: Header) -> Iterator[Block]:
    """Persons of a JSON, JSON Lines or YAML file.

    A person is an object; a .json file has a list of them or one, a .yaml file one a document or a list.  A row is
    numbered by its line in JSON Lines, else by its place in the file, from 1.
    """
    block, known = Block([], {}), {}
    nothing = True
    for row, found in objects(path):
        nothing = False
        if isinstance(found, Problem):
            block.problems.append(found)
        elif not isinstance(found, dict):
            fault = (
                "不是一个人的资料，应为“栏目: 值”的形式",
                "is no person: wanted an object with a field for each fact",
            )
            block.problems.append(Problem(path.name, *fault, row, found=shown(found)))
        else:
            person = as_text(found.get(PERSON_ID))
            for name, cell in found.items():
                if name not in known:
                    known[name] = header.resolve([name], block.problems)[0]
                column = block.cells.setdefault(known[name], [])
                column += [None] * (len(block.rows) - len(column))
                if len(column) > len(block.rows) and known[name]:
                    block.refused.add(len(block.rows))
                    fault = ("同一栏目以两个名称给出，请只保留一个", "is given under two names; keep one")
                    block.problems.append(Problem(path.name, *fault, row, 1, person, known[name], shown(cell)))
                elif known[name]:
                    column.append(cell)
            block.rows.append(row)
            if len(block.rows) >= batch_rows:
                yield _filled(block, known)
                block = Block([], {})
    if nothing:
        raise FileRefused([Problem(path.name, "文件为空，没有人员", "is empty: it has no person")])
    yield _filled(block, known)


def _filled(block: Block, known: Mapping[str, str]) -> Block:
    """All columns as long as there are rows; an id that one person of the file has, all need."""
    block.cells.pop("", None)
    if PERSON_ID in known:
        block.cells.setdefault(PERSON_ID, [])
    for column in block.cells.values():
        column += [None] * (len(block.rows) - len(column))
    return block


def objects(path: Path) -> Iterator[tuple[int, object]]:
    """(row, value) of each person of a JSON or YAML file; a Problem in the place of one that cannot be read."""
    suffix = path.suffix.lower()
    with open_text(path) as text:
        if suffix in (".yaml", ".yml"):
            yield from _yaml_objects(path.name, text)
        elif suffix == ".json":
            yield from _json_objects(path.name, text)
        else:
            for row, line in enumerate(text, 1):
                if line.strip():
                    yield row, _decoded(path.name, line, row)


def _decoded(file: str, text: str, row: int) -> object:
    try:
        return DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        return _not_json(file, row, error, text)


def _not_json(file: str, row: int, error: Exception, text: str) -> Problem:
    place = getattr(error, "pos", 0)
    fault = (
        "不是有效的JSON，可能被截断或缺少引号、逗号，请修正",
        f"is no valid JSON ({error}); it may be cut off or lack a quotation mark or comma: correct it",
    )
    return Problem(file, *fault, row, found=shown(text[max(0, place - 20) : place + 20].strip()))


def _json_objects(file: str, text: IO[str]) -> Iterator[tuple[int, object]]:
    """The elements of a list, one at a time; or the one value that the file is.

    Behind an element that is broken the next one cannot be found: that is said, and the end.
    """
    buffer = text.read(_CHUNK).lstrip()
    if not buffer:
        return
    if buffer[0] != "[":
        yield 1, _decoded(file, buffer + text.read(), 1)
        return
    row, place = 1, 1
    while True:
        try:
            start = _skip(buffer, place)
            if buffer.startswith("]", start):
                return
            if row > 1:
                if not buffer.startswith(",", start):
                    raise json.JSONDecodeError("Expecting ',' or ']'", buffer, start)
                start = _skip(buffer, start + 1)
            value, end = DECODER.raw_decode(buffer, start)
        except (ValueError, RecursionError) as error:
            more = text.read(_CHUNK) if len(buffer) - place < _LONGEST else ""
            if more:
                buffer, place = buffer[place:] + more, 0
                continue
            broken = _not_json(file, row, error, buffer)
            yield (
                row,
                replace(broken, zh=f"{broken.zh}；此后的人员均未读出", en=f"{broken.en}; nobody after it was read"),
            )
            return
        yield row, value
        row, place = row + 1, end


def _skip(buffer: str, place: int) -> int:
    """The place of the next character that is no space."""
    found = _SPACE.match(buffer, place)
    return found.end() if found else place


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # libyaml's where there is one
    """YAML in which every scalar but null stays the text that was written: `parse` alone says what it means."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as PyYAML declares it
        first: [rule for rule in rules if rule[0] == "tag:yaml.org,2002:null"]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[str, object]:
    pairs = [(loader.construct_object(k, deep=True), loader.construct_object(v, deep=True)) for k, v in node.value]
    return paired((str(name), value) for name, value in pairs)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def _yaml_objects(file: str, text: IO[str]) -> Iterator[tuple[int, object]]:
    row = 1
    try:
        for document in yaml.load_all(text, _Loader):
            for person in document if isinstance(document, list) else [document]:
                if person is not None:
                    yield row, person
                    row += 1
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第{mark.line + 1}行第{mark.column + 1}列" if mark else ""
        what = " ".join(str(error).split())
        fault = (
            f"不是有效的YAML（{place}），请检查缩进、冒号后的空格和引号；此后的人员均未读出",
            f"is no valid YAML ({what}); look at indentation, the space behind colons and quotation marks; nobody "
            "after it was read",
        )
        yield row, Problem(file, *fault, row)
