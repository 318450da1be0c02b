"""The columns of a declaration, each converted at once; a bad cell is told and left empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shebao.files import certificates, identity
from shebao.files.cells import Fault, as_text, blank, id_fault, shown
from shebao.files.certificates import Certificate
from shebao.files.declaration.fields import BY_NAME, Field, plain
from shebao.files.declaration.layout import Layout
from shebao.files.identities import suspects
from shebao.files.months import parse_month
from shebao.files.problems import Problem
from shebao.rules import values
from shebao.rules.kinds import FEN

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
MOST_WAGE = 10**9  # fen; no month's wage reaches 10 million yuan
_LONGEST = {"name": 60, "note": 500}


class Columns:
    """texts: name, id_number, note (null when empty or bad).  numbers: the other columns, 0 where empty or bad.

    given: whether a cell has a usable value; bad: whether it has one that is none.  All of shape (rows of people,).
    """

    def __init__(self, layout: Layout) -> None:
        sheet = layout.sheet
        self.file = sheet.file
        self.rows = np.asarray([sheet.lines[k] for k in layout.people], np.int64)
        self.problems: list[Problem] = []
        self.texts: dict[str, pa.Array] = {}
        self.numbers: dict[str, Numbers] = {}
        self.given: dict[str, Flags] = {}
        self.bad = {name: np.zeros(len(self.rows), np.bool_) for name in BY_NAME}
        self._cells = self._split(layout)
        for name in ("name", "note"):
            self.texts[name] = self._text(name)
            self.given[name] = self.texts[name].is_valid().to_numpy(zero_copy_only=False)
        self._number("wage", _money)
        for name in ("from_month", "to_month"):
            self._number(name, _months)
        for name in ("id_kind", "change", "status", "reason"):
            self._number(name, _Codes(BY_NAME[name]))
        self._identities()

    def say(self, k: int, name: str, found: object, fault: Fault) -> None:
        """Row k of the people has a fault in a column."""
        self.bad[name][k] = True
        self.problems.append(
            Problem(self.file, *fault, int(self.rows[k]), field=name, found="" if found is None else shown(found))
        )

    def table(self, schema: pa.Schema) -> pa.Table:
        arrays: list[pa.Array] = []
        for field in schema:
            name = "wage" if field.name == "wage_fen" else field.name
            if name == "row":
                arrays.append(pa.array(self.rows))
            elif name in self.texts:
                arrays.append(self.texts[name])
            else:
                arrays.append(pa.array(self.numbers[name], mask=~self.given[name]).cast(field.type))
        return pa.Table.from_arrays(arrays, schema=schema)

    def _split(self, layout: Layout) -> dict[str, Sequence[object]]:
        """The cells of each column; rows too short or too long are told, and so are cells that cannot be used."""
        width = len(layout.columns)
        rows = [layout.sheet.rows[k] for k in layout.people]
        for k, row in enumerate(rows):
            if len(row) != width:
                if any(not blank(cell) for cell in row[width:]) or len(row) < _last(layout.columns) + 1:
                    fault = (
                        f"该行有{len(row)}格，表头有{width}格，请检查是否缺列、多出分隔符或被截断",
                        f"has {len(row)} cells where the header has {width}; look for a missing cell, a separator too "
                        "many or a line cut off",
                    )
                    self.say(k, "serial", row[-1] if row else None, fault)
                rows[k] = [*row[:width], *[None] * (width - len(row))]
        columns = list(zip(*rows, strict=True)) if rows else [()] * width
        cells: dict[str, Sequence[object]] = {
            name: column for name, column in zip(layout.columns, columns, strict=True) if name
        }
        if layout.sheet.cells:
            index = {int(row): k for k, row in enumerate(self.rows)}
            for (line, place), fault in layout.sheet.cells.items():
                name = layout.columns[place] if place < width else ""
                if line in index and name:
                    k = index[line]
                    self.say(k, name, cells[name][k] or None, fault)
                    emptied = list(cells[name])
                    emptied[k] = None
                    cells[name] = emptied
        return cells

    def _column(self, name: str) -> Sequence[object]:
        return self._cells.get(name) or [None] * len(self.rows)

    def _text(self, name: str) -> pa.Array:
        cells = self._column(name)
        if set(map(type, cells)) <= {str, type(None)}:
            array = pc.utf8_trim_whitespace(pa.array(cells, pa.string()))
        else:
            array = pa.array([as_text(cell) for cell in cells], pa.string())
        array = pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array)
        garbled = pc.match_substring(array, "\ufffd").fill_null(False)
        most = _LONGEST.get(name, 40)
        long = pc.greater(pc.utf8_length(array), most).fill_null(False)
        if pc.any(pc.or_(garbled, long)).as_py():
            for k in map(int, np.flatnonzero(pc.or_(garbled, long).to_numpy(zero_copy_only=False))):
                if garbled[k].as_py():
                    fault = (
                        "含有无法识别的字符（乱码），请重新填写",
                        "has characters that cannot be read; enter it again",
                    )
                else:
                    fault = (f"超过{most}个字符，请缩短", f"has more than {most} characters; shorten it")
                self.say(k, name, array[k].as_py(), fault)
            array = pc.if_else(pc.or_(garbled, long), pa.scalar(None, pa.string()), array)
        return array

    def _number(self, name: str, convert: Callable[[Sequence[object], Bad], tuple[Numbers, Flags]]) -> None:
        bad: Bad = []
        self.numbers[name], self.given[name] = convert(self._column(name), bad)
        for k, found, fault in bad:
            self.say(k, name, found, fault)

    def _identities(self) -> None:
        """Certificate numbers as they are kept; what is wrong with them is told, with the number masked."""
        kinds = self.numbers["id_kind"]
        kinds[~self.given["id_kind"] & ~self.bad["id_kind"]] = Certificate.IDENTITY_CARD
        self.given["id_kind"] = ~self.bad["id_kind"]
        cells = self._column("id_number")
        numbers = pc.utf8_upper(self._text("id_number"))
        looked = np.zeros(len(numbers), np.bool_)
        looked[suspects(numbers)] = True
        looked |= kinds != Certificate.IDENTITY_CARD
        looked &= numbers.is_valid().to_numpy(zero_copy_only=False) & self.given["id_kind"]
        if not set(map(type, cells)) <= {str, type(None)}:
            looked |= np.fromiter(map(_lost_digits, cells), np.bool_, len(cells))
        changed: dict[int, str | None] = {}
        for k in map(int, np.flatnonzero(looked)):
            number, kind = numbers[k].as_py(), Certificate(int(kinds[k]))
            kept = certificates.normal(kind, number)
            fault = certificates.fault(kind, kept)
            if _lost_digits(cells[k]):
                fault = id_fault(float(str(cells[k])))
            if fault:
                self.say(k, "id_number", identity.masked(number), fault)
                changed[k] = None
            elif kept != number:
                changed[k] = kept
        if changed:
            places = np.asarray(list(changed), np.int64)
            mask = np.zeros(len(numbers), np.bool_)
            mask[places] = True
            words = pa.array([changed[k] for k in sorted(changed)], pa.string())
            numbers = pc.replace_with_mask(numbers, pa.array(mask), words)
        self.texts["id_number"] = numbers
        self.given["id_number"] = numbers.is_valid().to_numpy(zero_copy_only=False)


Bad = list[tuple[int, object, Fault]]  # (index of the row, what was found, fault)


def _lost_digits(cell: object) -> bool:
    """Whether a number was stored as a double and is too long for one, or was written as 1.1E+17 from one."""
    if isinstance(cell, str):
        return re.fullmatch(r"\d(\.\d+)?E\+?\d+", cell.strip(), re.I) is not None
    return isinstance(cell, (int, float)) and abs(cell) >= 10**15


def _last(columns: Sequence[str]) -> int:
    """The place of the last column that every file must have."""
    return max(k for k, name in enumerate(columns) if name and BY_NAME[name].required)


def _money(cells: Sequence[object], bad: Bad) -> tuple[Numbers, Flags]:
    """Amounts in fen from 0 to below MOST_WAGE."""
    size = len(cells)
    found = np.zeros(size, np.int64)
    given = np.zeros(size, np.bool_)
    kinds: list[type] = list(map(type, cells))
    rest = [k for k, kind in enumerate(kinds) if kind is not float and kind is not str and cells[k] is not None]
    if numbers := [k for k, kind in enumerate(kinds) if kind is float]:
        doubles = np.asarray([cells[k] for k in numbers], np.float64)
        with np.errstate(invalid="ignore", over="ignore"):
            fen = np.rint(doubles * 100)
            exact = (fen >= 0) & (fen < MOST_WAGE) & (fen / 100 == doubles)
        places = np.asarray(numbers)
        found[places[exact]], given[places] = fen[exact].astype(np.int64), exact
        rest += places[~exact].tolist()
    if words := [k for k, kind in enumerate(kinds) if kind is str and cells[k]]:
        texts = pc.utf8_trim_whitespace(pa.array([cells[k] for k in words], pa.string()))
        simple = pc.match_substring_regex(texts, r"^[0-9]{1,7}(\.[0-9]{1,2})?$").to_numpy(zero_copy_only=False)
        amounts = texts.filter(pa.array(simple)).cast(pa.decimal128(12, 2))
        places = np.asarray(words)
        found[places[simple]] = pc.multiply(amounts, 100).cast(pa.int64()).to_numpy(zero_copy_only=False)
        given[places] = simple
        rest += places[~simple].tolist()
    for k in sorted(rest):
        cell = cells[k]
        if blank(cell):
            continue
        if isinstance(cell, str):
            cell = cell.strip().removeprefix("¥").removeprefix("￥").removesuffix("元")
        try:
            value = int(values.parse(FEN, cell))
        except values.Problem as problem:
            bad.append((k, cell, (f"{problem.zh}；请更正", f"{problem.en}; correct it")))
            continue
        if value < 0:
            bad.append((k, cell, ("工资不能为负数，请更正", "is below zero; correct the wage")))
        elif value >= MOST_WAGE:
            bad.append(
                (k, cell, ("月工资达到一千万元，请核对单位是否为元", "is 10 million yuan or more; check its unit"))
            )
        else:
            found[k], given[k] = value, True
    return found, given


def _months(cells: Sequence[object], bad: Bad) -> tuple[Numbers, Flags]:
    """Months as 201407."""
    return _each(cells, bad, parse_month)


class _Codes:
    """Reads the codes of a column: label in either language, number, or one of the other words."""

    def __init__(self, field: Field) -> None:
        assert field.kind is not None and field.kind.codes is not None
        self.field = field
        self.words: dict[str, int] = {plain(word): int(code) for word, code in field.words}
        for code in field.kind.codes:
            self.words |= {plain(code.zh): int(code), plain(code.en): int(code), plain(code.name): int(code)}
            self.words[str(int(code))] = int(code)
        self.zh = "、".join(code.zh for code in field.kind.codes)
        self.en = ", ".join(code.en for code in field.kind.codes)

    def __call__(self, cells: Sequence[object], bad: Bad) -> tuple[Numbers, Flags]:
        return _each(cells, bad, self._parse)

    def _parse(self, cell: object) -> int:
        text = as_text(cell) or ""
        code = self.words.get(plain(text)) or self.words.get(plain(text.partition("\n")[0].partition("/")[0]))
        if code is None:
            raise values.Problem(f"不是{self.field.zh}，应为：{self.zh}", f"is no {self.field.en}; wanted: {self.en}")
        return code


def _each(cells: Sequence[object], bad: Bad, parse: Callable[[object], int]) -> tuple[Numbers, Flags]:
    """Each distinct cell parsed once; 0 where empty or bad."""
    known: dict[object, int] = {}
    faults: dict[object, Fault] = {}
    for cell in set(cells):
        known[cell] = 0
        if not blank(cell):
            try:
                known[cell] = parse(cell)
            except values.Problem as problem:
                faults[cell] = (problem.zh, problem.en)
    found = np.fromiter(map(known.__getitem__, cells), np.int64, len(cells))
    if faults:
        bad.extend((k, cell, faults[cell]) for k, cell in enumerate(cells) if cell in faults)
    return found, found > 0
