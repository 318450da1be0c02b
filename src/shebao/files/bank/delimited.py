"""Text files of a bank: a first line of control figures, then records; by column, whole and checked, or not at all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shebao.files.cells import Fault, shown
from shebao.files.problems import FileRefused, Problem
from shebao.files.sheets import decoded, refused
from shebao.files.whole import whole_file
from shebao.rules import values
from shebao.rules.kinds import EPOCH, FEN
from shebao.rules.values import yuan

Flags = npt.NDArray[np.bool_]
MOST_PROBLEMS = 1000  # told one by one; a file with more is of another form
_AMOUNT = r"^[0-9]{1,12}(\.[0-9]{1,2})?$"
_DAY = re.compile(r"(\d{4})[-/]?(\d{2})[-/]?(\d{2})", re.ASCII)
_TIME = r"^([0-9]{4}[-/]?[0-9]{2}[-/]?[0-9]{2})([ T]?[0-9]{2}:?[0-9]{2}(:?[0-9]{2})?(\.[0-9]+)?)?$"


@dataclass(frozen=True)
class Named:
    """A column of a file.  also: further titles.  longest: characters; needed: may not be empty."""

    name: str
    zh: str
    needed: bool = False
    also: tuple[str, ...] = ()
    longest: int = 140


@dataclass
class Records:
    """head: the fields of the first line.  lines: the line of each record.  texts: trimmed, null where empty or bad."""

    file: str
    head: list[str]
    lines: npt.NDArray[np.int64]
    texts: dict[str, pa.Array]
    problems: list[Problem] = field(default_factory=list)

    def say(self, k: int, name: str, found: object, fault: Fault) -> None:
        """Record k has a fault."""
        text = "" if found is None else shown(found)
        self.problems.append(Problem(self.file, *fault, int(self.lines[k]), field=name, found=text))

    def say_head(self, name: str, found: object, fault: Fault) -> None:
        """The first line has a fault."""
        self.problems.append(Problem(self.file, *fault, 1, field=name, found=shown(found)))

    def told(self) -> list[Problem]:
        """The problems in the order of the lines, the first so many of them."""
        found = sorted(self.problems, key=lambda problem: problem.row or 0)
        if len(found) > MOST_PROBLEMS:
            more = len(found) - MOST_PROBLEMS
            fault = (
                f"另有{more}处问题未列出，请核对文件格式",
                f"has {more} more problems; look at the form of the file",
            )
            found = [*found[:MOST_PROBLEMS], Problem(self.file, *fault)]
        return found


def read_records(data: bytes, name: str, columns: Sequence[Named], head: int) -> Records:
    """The records of a file whose first line has `head` fields.  Raises FileRefused when it is of another form."""
    text = decoded(data)
    first = text.partition("\n")[0]
    delimiter = "|" if "|" in first else ","
    start = first.strip().split(delimiter)
    while len(start) > head and not start[-1].strip():
        start.pop()
    if len(start) != head or "\0" in first:
        raise refused(
            name,
            f"第1行应为{head}项（批次号、日期、笔数、金额等，以|或逗号分隔），请核对是否为本系统的文件格式",
            f"has no first line of {head} fields (batch, day, count, total ... with | or commas between); look whether "
            "this is the right file",
        )
    problems: list[Problem] = []
    if delimiter == "|":
        lines, cells = _split(text, name, len(columns), problems)
    else:
        lines, cells = _comma(text, name, len(columns), problems)
    order = [column.name for column in columns]
    if len(lines) and not re.fullmatch(r"\d+", cells[0][0].as_py().strip(), re.ASCII):
        titles = [column[0].as_py().strip() for column in cells]
        found = _by_title(titles, columns, name)
        if found:
            order, lines, cells = found, lines[1:], [column.slice(1) for column in cells]
    records = Records(name, [part.strip().strip('"') for part in start], lines, {}, problems)
    by_name = dict(zip(order, cells, strict=True))
    for column in columns:
        records.texts[column.name] = _text(records, column, by_name[column.name])
    return records


def _split(text: str, name: str, width: int, problems: list[Problem]) -> tuple[npt.NDArray[np.int64], list[pa.Array]]:
    """The fields of all lines but the first, divided by |; a line of another length is told and left out."""
    rows = pc.split_pattern(pa.array([text], pa.large_string()), "\n").flatten()
    rows = pc.utf8_rtrim_whitespace(rows.slice(1))
    lines = np.flatnonzero(pc.greater(pc.binary_length(rows), 0).to_numpy(zero_copy_only=False))
    rows = rows.take(pa.array(lines))
    marks = pc.count_substring(rows, "|").to_numpy()
    closed = len(rows) > 0 and marks[0] == width and rows[0].as_py().endswith("|")  # each record ends with a separator
    sound = (marks == width) & pc.ends_with(rows, "|").to_numpy(zero_copy_only=False) if closed else marks == width - 1
    for k in np.flatnonzero(~sound)[: MOST_PROBLEMS + 1].tolist():
        problems.append(_length(name, int(lines[k]) + 2, int(marks[k]) + 1 - closed, width, rows[k].as_py()))
    rows = rows.filter(pa.array(sound))
    if closed:
        rows = pc.utf8_slice_codeunits(rows, 0, -1)
    flat = pc.split_pattern(rows, "|").flatten()
    cells = [flat.take(pa.array(np.arange(k, len(flat), width))).cast(pa.string()) for k in range(width)]
    return lines[sound].astype(np.int64) + 2, cells


def _comma(text: str, name: str, width: int, problems: list[Problem]) -> tuple[npt.NDArray[np.int64], list[pa.Array]]:
    """The same of a CSV file."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            fault = (
                "无法读出，请检查引号是否成对",
                f"cannot be read ({error}); look for a quotation mark without its partner",
            )
            problems.append(Problem(name, *fault, line, max(1, reader.line_num + 1 - line)))
        else:
            if cells is None:
                break
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            if line > 1 and any(cell.strip() for cell in cells):
                if len(cells) == width:
                    lines.append(line)
                    rows.append(cells)
                else:
                    problems.append(_length(name, line, len(cells), width, ",".join(cells)))
        line = reader.line_num + 1
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    return np.asarray(lines, np.int64), [pa.array(column, pa.string()) for column in columns]


def _length(name: str, line: int, found: int, wanted: int, text: str) -> Problem:
    fault = (
        f"该行有{found}项，应有{wanted}项，可能被截断或多出分隔符，请银行重新传送",
        f"has {found} fields where {wanted} are wanted; it may be cut off or have a separator too many: have the bank "
        "send it again",
    )
    return Problem(name, *fault, line, found=shown(text))


def _by_title(titles: Sequence[str], columns: Sequence[Named], name: str) -> list[str]:
    """The columns in the order of the titles, none when these are no titles.  Raises FileRefused for a bad set."""
    known = {title.lower(): column.name for column in columns for title in (column.name, column.zh, *column.also)}
    found = [known.get(title.lower(), "") for title in titles]
    if sum(map(bool, found)) < 3:
        return []
    missing = [column.zh for column in columns if found.count(column.name) != 1]
    if missing:
        wanted = "、".join(column.zh for column in columns)
        raise FileRefused(
            [
                Problem(
                    name,
                    f"标题行中{'、'.join(missing)}缺失或重复，应为：{wanted}，请更正标题",
                    f"lacks the titles {', '.join(missing)} or has them twice; wanted: {wanted}",
                    2,
                    found=shown("|".join(titles)),
                )
            ]
        )
    return found


def _text(records: Records, column: Named, cells: pa.Array) -> pa.Array:
    cells = pc.utf8_trim_whitespace(cells)
    empty = pc.equal(cells, "").to_numpy(zero_copy_only=False)
    garbled = pc.match_substring_regex(cells, "[\ufffd\\x00-\\x1f]").to_numpy(zero_copy_only=False)
    long = pc.greater(pc.utf8_length(cells), column.longest).to_numpy(zero_copy_only=False)
    fault: Fault
    for k in np.flatnonzero(garbled | long).tolist():
        if garbled[k]:
            fault = (
                "含有无法识别的字符（乱码），请银行重新传送",
                "has bytes that are no text; have the bank send the file again",
            )
        else:
            fault = (f"超过{column.longest}个字符，请核对", f"has more than {column.longest} characters; check it")
        records.say(k, column.name, cells[k].as_py(), fault)
    if column.needed:
        fault = (f"缺少{column.zh}，请银行补充后重新传送", f"the {column.name} is missing; have the bank send it again")
        for k in np.flatnonzero(empty).tolist():
            records.say(k, column.name, None, fault)
    return pc.if_else(pa.array(empty | garbled | long), pa.scalar(None, pa.string()), cells)


def amounts(records: Records, name: str, least: int = 1) -> npt.NDArray[np.int64]:
    """The amounts of a column in fen, at least `least`; 0 where there is none or a bad one, which is told."""
    texts = records.texts[name]
    good = texts.is_valid().to_numpy(zero_copy_only=False).copy()
    simple = pc.match_substring_regex(texts, _AMOUNT).fill_null(False).to_numpy(zero_copy_only=False)
    found = np.zeros(len(texts), np.int64)
    exact = texts.filter(pa.array(simple)).cast(pa.decimal128(16, 2))
    found[simple] = pc.multiply(exact, 100).cast(pa.int64()).to_numpy(zero_copy_only=False)
    for k in np.flatnonzero(good & ~simple).tolist():
        value = amount(texts[k].as_py())
        if isinstance(value, int):
            found[k] = value
        else:
            records.say(k, name, texts[k].as_py(), value)
            good[k] = False
    bound = Decimal(least) / 100
    fault = (f"金额应不小于{bound}元，请核对", f"the amount must be at least {bound} yuan; check it")
    for k in np.flatnonzero(good & (found < least)).tolist():
        records.say(k, name, texts[k].as_py(), fault)
        found[k] = 0
    return found


def amount(text: str) -> int | Fault:
    """An amount in fen, or what is wrong with it."""
    try:
        value = int(values.parse(FEN, text))
    except values.Problem as problem:
        return f"{problem.zh}；请核对", f"{problem.en}; check it"
    if abs(value) >= 10**14:
        return "金额过大，请核对单位", "is too large an amount; check its unit"
    return value


def parse_day(text: str) -> date:
    """A day as 20140715 or 2014-07-15.  Raises ValueError."""
    found = _DAY.fullmatch(text.strip())
    if not found:
        raise ValueError("no day")
    return date(*map(int, found.groups()))


def days(records: Records, name: str) -> pa.Array:
    """The days of a column of days or times (2014-07-15 10:20:30, 20140715102030), null where there is none."""
    texts = records.texts[name]
    shaped = pc.match_substring_regex(texts, _TIME).fill_null(False)
    parts = pc.replace_substring_regex(texts, r"^([0-9]{4}[-/]?[0-9]{2}[-/]?[0-9]{2}).*$", r"\1").dictionary_encode()
    known: list[int | None] = []
    for text in parts.dictionary.to_pylist():
        try:
            known.append(parse_day(text).toordinal() - EPOCH)
        except ValueError:
            known.append(None)
    found = pa.array(known, pa.int32()).cast(pa.date32()).take(parts.indices)
    found = pc.if_else(shaped, found, pa.scalar(None, pa.date32()))
    wrong = pc.and_(texts.is_valid(), found.is_null()).to_numpy(zero_copy_only=False)
    for k in np.flatnonzero(wrong).tolist():
        fault = ("不是日期，应如2014-07-15或20140715，请核对", "is no day such as 2014-07-15 or 20140715; check it")
        records.say(k, name, texts[k].as_py(), fault)
    return found


def once(records: Records, name: str) -> None:
    """Tells every record whose text in the column another record has too."""
    encoded = records.texts[name].dictionary_encode()
    if len(encoded.dictionary) == len(encoded) - encoded.null_count:
        return
    indices = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    counts = np.bincount(indices[indices >= 0])
    first: dict[int, int] = {}
    for k in np.flatnonzero((indices >= 0) & (counts[indices] > 1)).tolist():
        before = first.setdefault(int(indices[k]), k)
        if before != k:
            line = int(records.lines[before])
            fault = (
                f"与第{line}行重复，请银行核对后重新传送",
                f"stands in line {line} too; have the bank check it and send the file again",
            )
            records.say(k, name, encoded[k].as_py(), fault)


@dataclass(frozen=True)
class Control:
    """The first line of a file; 0 and None where it is bad, which is told."""

    batch: str
    day: date | None
    count: int
    total: int


def control(records: Records, sums: npt.NDArray[np.int64]) -> Control:
    """The control figures, compared with the records: their number and the sum of `sums` in fen."""
    batch, day_text, count_text, total_text = records.head[:4]
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,40}", batch, re.ASCII):
        fault = ("批次号应为1至40位字母、数字，请核对", "the batch must be 1 to 40 letters and digits; check it")
        records.say_head("batch", batch, fault)
    day: date | None = None
    try:
        day = parse_day(day_text)
    except ValueError:
        records.say_head("day", day_text, ("不是日期，应如20140715，请核对", "is no day such as 20140715; check it"))
    count = compared(records, "count", count_text, len(records.lines), "笔数", "records")
    total = compared_sum(records, "total", total_text, int(sums.sum()))
    return Control(batch, day, count, total)


def compared(records: Records, name: str, given: str, found: int, zh: str, en: str) -> int:
    """A count of the first line against the one found."""
    if not re.fullmatch(r"[0-9]{1,9}", given, re.ASCII):
        records.say_head(name, given, (f"{zh}不是整数，请核对", f"is no whole number of {en}; check it"))
        return 0
    if int(given) != found:
        fault = (
            f"{zh}与文件内容不符：文件中有{found}，可能缺行或被截断，请银行重新传送",
            f"does not agree with the {found} {en} found; lines may be missing or cut off: have the bank send it again",
        )
        records.say_head(name, given, fault)
    return int(given)


def compared_sum(records: Records, name: str, given: str, found: int) -> int:
    """A total of the first line against the sum found, in fen."""
    value = amount(given) if given else ("缺少金额，请核对", "the total is missing; check it")
    if not isinstance(value, int):
        records.say_head(name, given, value)
        return 0
    if value != found:
        fault = (
            f"总金额与各行之和{yuan(found)}不符，请银行核对后重新传送",
            f"is not the sum of the lines, {yuan(found)}; have the bank check it and send the file again",
        )
        records.say_head(name, given, fault)
    return value


def chained(first: Sequence[object], rest: Iterable[Sequence[object]]) -> Iterable[Sequence[object]]:
    """The first line and the records behind it."""
    yield first
    yield from rest


def write_lines(out: str | Path, lines: Iterable[Sequence[object]], encoding: str) -> None:
    """Writes a file of fields divided by | in one piece: complete under its name, or not at all.

    Raises ValueError for a field with a separator or line end in it, or a character that the encoding lacks.
    """
    with whole_file(out) as file:
        for number, line in enumerate(lines, 1):
            fields = ["" if cell is None else str(cell) for cell in line]
            if any(re.search(r"[|\x00-\x1f]", cell) for cell in fields):
                raise ValueError(f"line {number} has a separator or line end in a field: {fields}")
            file.write(("|".join(fields) + "\r\n").encode(encoding))
