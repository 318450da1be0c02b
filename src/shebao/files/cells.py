"""From written cells to canonical columns: each cell is parsed exactly, a bad one is a problem of its row."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shebao.files import identity
from shebao.files.columns import ID_NUMBER, PERSON_ID, Batch, Column
from shebao.files.problems import Problem
from shebao.rules import values

Fault = tuple[str, str]  # in Chinese and English, with the remedy
Say = Callable[[str, object, Fault], None]  # (field, what was found, fault)
SayOfRow = Callable[[int, str, object, Fault], None]  # (index of the row, field, what was found, fault)
_PLAIN = (str, int)
Memo = dict[str | int, int | bool]  # what the cells of a column were found to be
Memos = dict[str, Memo]
_PLACE = re.compile(r"\[\d+\]\.")  # between a history and its field
_MEMO = 100_000  # distinct cells of a column that are remembered


@dataclass
class Block:
    """Rows as they are written.  cells: for each name, one cell a row (None where there is none)."""

    rows: list[int]
    cells: dict[str, list[object]]
    problems: list[Problem] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)  # indexes of rows whose structure is broken


def blank(cell: object) -> bool:
    """Whether a cell says nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def shown(cell: object) -> str:
    """A cell for a message, at most 60 characters."""
    text = str(cell)
    return text if len(text) <= 60 else text[:57] + "..."


def read_value(column: Column, cell: object, unit: str = "", memo: Memo | None = None) -> int | bool:
    """The canonical value of a cell that is not blank.  Raises values.Problem when it is none or out of range.

    memo: takes down what a text or an int was found to be.
    """
    if isinstance(cell, Twice):
        raise values.Problem("出现两次，请只保留一个", "is given twice; keep one")
    value = values.parse(column.kind, cell, unit)
    fault = column.outside(value)
    if fault:
        raise values.Problem(*fault)
    if memo is not None and len(memo) < _MEMO and cell.__class__ in _PLAIN:
        memo[cell] = value
    return value


@dataclass(frozen=True)
class Twice:
    """Stands for the value of a field that was given twice; no parser takes it."""

    values: tuple[object, ...]

    def __str__(self) -> str:
        return " / ".join(map(str, self.values))


def paired(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    """A dictionary in which a name given twice has no usable value."""
    found: dict[str, object] = {}
    for name, value in pairs:
        found[name] = Twice((found[name], value)) if name in found else value
    return found


# Money never becomes a float; NaN stays a text, which no number is.
DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=str, object_pairs_hook=paired)


def read_history(columns: Sequence[Column], cell: object, say: Say, memos: Memos) -> dict[str, list[int | bool | None]]:
    """The columns of one history, from a list of rows (or its JSON text); what is wrong is said.

    A row without a field that has no default is a fault, but for a field that is declared `use` and that no row gives;
    the history's first field, which says what a row is about, every row needs.
    memos: for each column, what was parsed before.
    """
    history = columns[0].history
    if isinstance(cell, str):
        try:
            cell = DECODER.decode(cell)
        except (ValueError, RecursionError):
            wanted = f'[{{"{columns[0].field}": ...}}, ...]'
            say(history, cell, (f"不是有效的JSON，应为{wanted}", f"is no valid JSON; wanted: {wanted}"))
            return {}
    if not isinstance(cell, list) or not all(isinstance(row, dict) for row in cell):
        say(history, cell, ("应为由若干行组成的列表", "is no list of rows; write one row for each year or event"))
        return {}
    if len(cell) > columns[0].max_length:
        say(history, f"{len(cell)}", too_long(columns[0]))
        return {}
    fields = {column.field: column for column in columns}
    for k, row in enumerate(cell):
        for name in [name for name in row if name not in fields]:
            say(f"{history}[{k + 1}].{name}", row.get(name), _unknown(name, fields))
    found: dict[str, list[int | bool | None]] = {}
    for name, column in fields.items():
        if column.missing == "use" and column is not columns[0] and all(blank(row.get(name)) for row in cell):
            found[column.name] = [None] * len(cell)
        else:
            memo = memos[column.name]
            found[column.name] = [_element(column, k, row.get(name), say, memo) for k, row in enumerate(cell)]
    return found


def _element(column: Column, k: int, cell: object, say: Say, memo: Memo) -> int | bool | None:
    if cell.__class__ in _PLAIN and cell in memo:
        return memo[cell]
    if blank(cell):
        if not isinstance(column.missing, str):
            return column.missing
        found, fault = "", gap(column)
    else:
        try:
            return read_value(column, cell, memo=memo)
        except values.Problem as problem:
            found, fault = shown(cell), (problem.zh, problem.en)
    say(f"{column.history}[{k + 1}].{column.field}", found, fault)
    return None


@dataclass
class Gathered:
    """What is found wrong with the rows of one batch."""

    file: str
    rows: Sequence[int]
    ids: pa.Array
    columns: Mapping[str, str]  # history -> the column that answers for all of it
    problems: list[Problem]
    faults: list[tuple[int, str]] = field(default_factory=list)

    def say(self, k: int, name: str, found: object, fault: Fault) -> None:
        """Row k is refused for what stands in a column, or in `history[3].field` or `history` of one."""
        text = "" if found is None else shown(found)
        self.problems.append(Problem(self.file, *fault, self.rows[k], 1, self.ids[k].as_py(), name, text))
        self.faults.append((k, self.columns.get(name) or _PLACE.sub("_", name)))

    def batch(self, table: pa.RecordBatch) -> Batch:
        """The table with what was found, in the order of the rows."""
        problems = sorted(self.problems, key=lambda problem: problem.row or 0)
        return Batch(table, np.asarray(self.rows, dtype=np.int64), sorted(self.faults), problems)


def first_columns(columns: Sequence[Column]) -> dict[str, str]:
    """The first column of each history."""
    return {column.history: column.name for column in reversed(columns) if column.history}


def _unknown(name: str, fields: Mapping[str, object]) -> Fault:
    known = ", ".join(fields)
    return f"不是已知的栏目，可用：{known}", f"is no known field; known: {known}"


class Converter:
    """Turns blocks of one file into batches; remembers parsed cells from block to block."""

    def __init__(self, file: str, columns: Sequence[Column], keys: Sequence[str] = ()) -> None:
        self.file = file
        self.keys = tuple(keys)
        self.columns = list(columns)
        self.histories: dict[str, list[Column]] = {}
        for column in columns:
            if column.history:
                self.histories.setdefault(column.history, []).append(column)
        self._memos: Memos = {column.name: {} for column in columns}

    def batch(self, block: Block) -> Batch:
        """The canonical form of a block; see Batch."""
        rows = block.rows
        ids = self._ids(block)
        gathered = Gathered(self.file, rows, pa.array(ids, pa.string()), first_columns(self.columns), block.problems)
        gathered.faults += [(k, "") for k in block.refused]
        say = gathered.say
        for k, text in enumerate(ids):
            if text is None or "\ufffd" in text:
                say(
                    k, PERSON_ID, text, ("缺少人员编号或编号乱码，请补填", "has no person_id, or a garbled one; add it")
                )
        nothing: list[object] = [None] * len(rows)
        arrays: dict[str, pa.Array] = {PERSON_ID: gathered.ids}
        for key in self.keys:
            arrays[key] = pa.array([as_text(cell) for cell in block.cells.get(key, nothing)], pa.string())
        for column in self.columns:
            if not column.history:
                arrays[column.name] = self._values(column, block.cells.get(column.name, nothing), say)
        for history, columns in self.histories.items():
            arrays |= self._series(columns, block.cells.get(history, nothing), say)
        for k, number in enumerate(block.cells.get(ID_NUMBER, ())):
            fault = id_fault(number)
            if fault:
                say(k, ID_NUMBER, identity.masked(shown(number)), fault)
        duplicates(arrays[PERSON_ID], rows, say)
        names = [PERSON_ID, *self.keys, *(column.name for column in self.columns)]
        table = pa.RecordBatch.from_arrays([arrays[name] for name in names], names)
        return gathered.batch(table)

    def _ids(self, block: Block) -> list[str | None]:
        """The person's id: as given, else the identity number, else, in a file without ids, the number of the row."""
        given = block.cells.get(PERSON_ID)
        numbers = block.cells.get(ID_NUMBER)
        ids: list[str | None] = []
        for k, row in enumerate(block.rows):
            text = as_text(given[k]) if given is not None else None
            if text is None and numbers is not None:
                text = as_text(numbers[k])
            if text is None and given is None:
                text = str(row)
            ids.append(text)
        return ids

    def _values(self, column: Column, cells: Sequence[object], say: SayOfRow) -> pa.Array:
        memo = self._memos[column.name]
        found: list[int | bool | None] = []
        for k, cell in enumerate(cells):
            if cell.__class__ in _PLAIN and cell in memo:
                found.append(memo[cell])
                continue
            value: int | bool | None = None
            if blank(cell):
                if column.missing == "row":
                    say(k, column.name, "", required(column))
            else:
                try:
                    value = read_value(column, cell, memo=memo)
                except values.Problem as problem:
                    say(k, column.name, cell, (problem.zh, problem.en))
            found.append(value)
        return canonical_array(found, column.value_type)

    def _series(self, columns: Sequence[Column], cells: Sequence[object], say: SayOfRow) -> dict[str, pa.Array]:
        lists: dict[str, list[list[int | bool | None] | None]] = {column.name: [] for column in columns}
        for k, cell in enumerate(cells):
            faults = 0

            def say_here(name: str, found: object, fault: Fault, k: int = k) -> None:
                nonlocal faults
                faults += 1
                say(k, name, found, fault)

            found: dict[str, list[int | bool | None]] = {}
            if not blank(cell):
                found = read_history(columns, cell, say_here, self._memos)
            for column in columns:
                if column.missing == "row" and column.name not in found and not faults:
                    say_here(column.history, "", required(column))
            for name, series in lists.items():
                series.append(None if faults else found.get(name))
        return {column.name: canonical_array(lists[column.name], column.arrow_type) for column in columns}


def canonical_array(found: Sequence[object], arrow_type: pa.DataType) -> pa.Array:
    """Integers (days too), flags or lists of these as an array."""
    if arrow_type == pa.date32():
        return pa.array(found, pa.int32()).cast(arrow_type)
    if arrow_type == pa.list_(pa.date32()):
        return pa.array(found, pa.list_(pa.int32())).cast(arrow_type)
    return pa.array(found, arrow_type)


def required(column: Column) -> Fault:
    """The fault of an empty cell that must be filled."""
    return f"缺少{column.zh or column.name}，请补填", f"{column.name} is missing; fill it in"


def gap(column: Column) -> Fault:
    """The fault of a row of a history that lacks a field."""
    return f"该行缺少{column.zh or column.field}，请补填", f"this row has no {column.field}; add it"


def too_long(column: Column) -> Fault:
    """The fault of a history with more rows than are taken."""
    return f"超过{column.max_length}行，请核对", f"has more than {column.max_length} rows; check it"


def as_text(cell: object) -> str | None:
    """A key as text; None when blank.  42.0, which is how a spreadsheet stores 42, is 42."""
    if blank(cell) or isinstance(cell, (bool, list, dict, Twice)):
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def id_fault(cell: object) -> Fault | None:
    """What is wrong with the identity number in a cell; a blank cell is no fault."""
    if blank(cell):
        return None
    if isinstance(cell, float) or (isinstance(cell, str) and re.fullmatch(r"\d\.\d+E\+?\d+", cell.strip(), re.I)):
        return (
            "身份号码被存为数值，末几位已丢失，请把该列设为文本后重新录入",
            "was stored as a number, which loses its last digits; format the column as text and enter it again",
        )
    return identity.fault(str(cell))


def duplicates(ids: pa.Array, rows: Sequence[int] | np.ndarray, say: SayOfRow) -> None:
    """Says of each row whose id another row of the batch has too, which: none of them can be trusted."""
    encoded = ids.dictionary_encode()
    if len(encoded.dictionary) == len(ids) - ids.null_count:
        return
    counts = pc.value_counts(encoded.indices.drop_null())
    repeated = set(counts.field("values").filter(pc.greater(counts.field("counts"), 1)).to_pylist())
    first: dict[int, list[int]] = {}
    for k, index in enumerate(encoded.indices.to_pylist()):
        if index in repeated:
            first.setdefault(index, []).append(k)
    for places in first.values():
        for k in places:
            others = [int(rows[p]) for p in places if p != k]
            shown_rows = ", ".join(map(str, others[:5])) + (" ..." if len(others) > 5 else "")
            say(
                k,
                PERSON_ID,
                ids[k].as_py(),
                (f"与第{shown_rows}行重复，请只保留一行", f"stands in row {shown_rows} too; keep one row a person"),
            )
