"""Arrow columns as compiled code reads them: the one adapter from a table to a Frame, and from a Frame's row to facts.

What a column holds: money in fen, ratios and all other numbers as the integer of their kind, in any Arrow integer type;
days as date32 or date64; flags as bool (or 0 and 1); codes as text (a member's name or label) or as their numbers;
a history as lists of these.  Null is missing, or what the input declares an empty cell to stand for.  A value that no
row may have (an unknown code, an unsigned number beyond int64) is put outside its range, so that admission refuses the
row as INVALID.  INT64_MIN is the engine's own mark of an empty cell: as a number in a column it counts as null.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shebao.rules.declare import Input, Missing
from shebao.rules.graph import Plan
from shebao.rules.kernel import EMPTY, Frame, Ints
from shebao.rules.kinds import INT64_MAX, INT64_MIN, Code
from shebao.rules.status import Why, status
from shebao.rules.values import Problem, parse

Data: TypeAlias = "pa.Table | pa.RecordBatch"
NO_FLAG = -128  # an empty flag
RECORD = 0xFFFFFF  # the subject of a refusal by the reader that concerns no input of the plan


class ColumnError(ValueError):
    """A table that cannot be used.  `problems`: one for each column, with what was found and the remedy."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(p.en for p in problems))
        self.problems = tuple(problems)
        self.zh = "\n".join(p.zh for p in problems)
        self.en = str(self)


def frame(plan: Plan, owner: str, data: Data, refused: Ints | None = None, *, lenient: bool = False) -> Frame:
    """The rows of an owner (PERSON or a group's name) with the plan's inputs, in the table's order.

    Nothing is copied that Arrow holds as the machine code reads it: int64 without nulls, also sliced.  A column that is
    not there is empty in all rows.  refused: a status for each row that is refused already, else 0.  lenient: also a
    column without which no row can be decided may be absent.  Raises ColumnError for absent columns, wrong types and
    offsets that lead outside their elements.
    """
    table = pa.Table.from_batches([data]) if isinstance(data, pa.RecordBatch) else data
    inputs = [plan.law.inputs[n] for n in plan.inputs if plan.law.inputs[n].of == owner]
    rows = table.num_rows
    out = Frame(rows, refused=refused)
    problems: list[Problem] = []
    histories: dict[str, list[Input]] = {}
    for given in inputs:
        if given.history:
            histories.setdefault(given.history, []).append(given)
            continue
        try:
            column = _column(table, given.name)
            if column is None:
                if given.missing is Missing.ROW and not lenient:
                    raise _absent(given, "")
                out.scalars[given.name] = _nothing(given, rows)
            else:
                out.scalars[given.name] = _scalars(given, column)
        except Problem as problem:
            problems.append(problem)
    for history, columns in histories.items():
        _history(out, history, columns, table, lenient, problems)
    if problems:
        raise ColumnError(problems)
    return out


def refused_rows(plan: Plan, rows: int, faults: Iterable[tuple[int, str]]) -> Ints:
    """The statuses, for `frame`, of rows that a reader found at fault: (row, column) of each; the first counts."""
    statuses = np.zeros(rows, np.int64)
    for row, column in faults:
        if not statuses[row]:
            subject = plan.inputs.index(column) if column in plan.inputs else RECORD
            statuses[row] = status(Why.INVALID, subject)
    return statuses


def facts(plan: Plan, owner: str, frame: Frame, row: int) -> dict[str, Any]:
    """The facts of a row as `decide` takes them: ints, lists for a history; an empty cell is left out."""
    found: dict[str, Any] = {}
    seen: set[str] = set()
    for name in plan.inputs:
        given = plan.law.inputs[name]
        if given.of != owner:
            continue
        if not given.history:
            value = int(frame.scalars[name][row])
            if value != (NO_FLAG if given.kind.form == "flag" else EMPTY):
                found[name] = value
        elif frame.present[given.history][row] == 1:
            start, stop = frame.offsets[given.history][row : row + 2]
            found[name] = [None if v == EMPTY else v for v in frame.series[name][start:stop].tolist()]
        elif frame.present[given.history][row] == 2:  # the lists do not fit together: nor do these
            found[name] = [] if given.history in seen else [None]
            seen.add(given.history)
    return found


# ---------------------------------------------------------------- columns
def _column(table: pa.Table, name: str) -> pa.ChunkedArray | None:
    places = table.schema.get_all_field_indices(name)
    if len(places) > 1:
        raise Problem(f"{name}：此列出现两次，请只保留一列", f"{name}: it stands twice in the table; keep one column")
    return table.column(places[0]) if places else None


def _absent(given: Input, beside: str) -> Problem:
    zh = f"，它与{beside}同属一段经历" if beside else "，没有它任何一行都无法计算"
    en = f"it belongs to one history with {beside}" if beside else "no row can be decided without it"
    wanted = wanted_type(given)
    return Problem(
        f"{given.name}：缺少此列{zh}，请补上（{wanted}）",
        f"{given.name}: the column is absent and {en}; add it ({wanted})",
    )


def wanted_type(given: Input) -> str:
    """What an input's column holds, for messages and tables."""
    kind = given.kind
    element = {"day": "date32", "flag": "bool", "code": "string"}.get(kind.form, "int64")
    unit = {"fen": " in fen", "ratio4": " in 1/10000", "ratio6": " in 1/1000000"}.get(kind.name, "")
    return f"list<{element}>{unit}" if given.history else element + unit


def _wrong_type(given: Input, found: pa.DataType, remedy_zh: str, remedy_en: str) -> Problem:
    wanted = wanted_type(given)
    return Problem(
        f"{given.name}：类型为{found}，应为{wanted}；{remedy_zh}",
        f"{given.name}: it is {found}; wanted: {wanted}; {remedy_en}",
    )


def _nothing(given: Input, rows: int) -> npt.NDArray[Any]:
    return np.full(rows, _empty(given), np.int8 if given.kind.form == "flag" else np.int64)


def _empty(given: Input) -> int:
    """What stands in an empty cell."""
    if not isinstance(given.missing, Missing):
        return int(given.missing)
    return NO_FLAG if given.kind.form == "flag" and not given.history else EMPTY


def _outside(given: Input) -> int:
    """A value outside the declared range, which admission refuses."""
    low, high = given.range
    if given.kind.form == "flag":
        return 2
    if high < INT64_MAX:
        return INT64_MAX
    if low > INT64_MIN + 1:
        return INT64_MIN + 1
    raise Problem(
        f"{given.name}：声明的范围是整个int64，无法标记错误值；请缩小范围",
        f"{given.name}: its declared range is all of int64, which leaves no mark for a wrong value; narrow it",
    )


def _scalars(given: Input, column: pa.ChunkedArray) -> npt.NDArray[Any]:
    """int64 (int8 for flags) of shape (rows,)."""
    parts = [_integers(given, chunk) for chunk in column.chunks]
    values = parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else np.empty(0, np.int64)
    return values.astype(np.int8) if given.kind.form == "flag" else values


def _integers(given: Input, array: pa.Array) -> Ints:
    """The integers of an array, with `_empty` for null and `_outside` for what no row may have."""
    types, kind = pa.types, given.kind
    found = array.type
    if types.is_null(found):
        return np.full(len(array), _empty(given), np.int64)
    if kind.codes is not None and _is_text(found.value_type if types.is_dictionary(found) else found):
        return _codes(given, array)
    if types.is_dictionary(found):
        array = array.dictionary_decode()
        found = array.type
    whole, empty = _whole(given, array), _empty(given)
    values: Ints = (whole.fill_null(empty) if whole.null_count else whole).to_numpy()
    if not isinstance(given.missing, Missing) and values.size and values.min() == EMPTY:
        values = np.where(values == EMPTY, empty, values)
    if kind.form == "flag":
        return np.where((values == empty) | (values == 0) | (values == 1), values, _outside(given))
    if kind.codes is not None:
        return _members_only(given, kind.codes, values)
    return values


def _whole(given: Input, array: pa.Array) -> pa.Array:
    """The array as int64, whose type must suit the input's kind."""
    types, form, found = pa.types, given.kind.form, array.type
    if form == "day":
        if types.is_date32(found):
            return array.view(pa.int32()).cast(pa.int64())
        if types.is_date64(found):
            return array.cast(pa.date32(), safe=False).view(pa.int32()).cast(pa.int64())
        raise _wrong_type(given, found, "请转换为日期类型", "cast it to date32")
    if types.is_boolean(found) and form == "flag":
        return array.cast(pa.int64())
    if types.is_uint64(found):
        beyond = pc.greater(array, pa.scalar(INT64_MAX, pa.uint64()))
        return pc.if_else(beyond, pa.scalar(_outside(given), pa.int64()), array.cast(pa.int64(), safe=False))
    if types.is_integer(found):
        return array.cast(pa.int64())
    if types.is_decimal(found) or types.is_floating(found):
        scale = given.kind.scale
        times = f"multiply by {scale}, round and " if scale > 1 else ""
        zh = f"请乘以{scale}并取整后" if scale > 1 else "请"
        raise _wrong_type(given, found, f"{zh}转换为int64", f"{times}cast it to int64")
    raise _wrong_type(given, found, "请转换类型，或经读取程序读入", "cast it, or read the file with the readers")


def _is_text(found: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_string(found) or types.is_large_string(found) or types.is_string_view(found))


def _codes(given: Input, array: pa.Array) -> Ints:
    """Codes by name or label; each distinct text is looked up once."""
    if not pa.types.is_dictionary(array.type):
        if pa.types.is_string_view(array.type):
            array = array.cast(pa.string())
        array = array.dictionary_encode()
    table = [_code(given, word) for word in array.dictionary.to_pylist()]
    numbers = np.array([*table, _empty(given)], np.int64)
    found: Ints = numbers[array.indices.cast(pa.int64()).fill_null(len(table)).to_numpy()]
    return found


def _code(given: Input, word: str | None) -> int:
    if word is None:
        return _empty(given)
    try:
        return int(parse(given.kind, word))
    except Problem:
        return _outside(given)


def _members_only(given: Input, codes: type[Code], values: Ints) -> Ints:
    """Numbers between the codes that are none of them are wrong, though they lie in the range."""
    members = np.array(sorted(int(c) for c in codes), np.int64)
    if len(members) == members[-1] - members[0] + 1:
        return values
    known = np.isin(values, members) | (values == EMPTY)
    return values if known.all() else np.where(known, values, _outside(given))


# ---------------------------------------------------------------- histories
@dataclass
class _Lists:
    """A column of lists: its elements, how many each row has, and which rows have no list (their length is 0)."""

    values: Ints
    lengths: Ints
    absent: npt.NDArray[np.bool_]

    def without(self, rows: npt.NDArray[np.bool_]) -> _Lists:
        """The same without the elements of these rows."""
        return _Lists(self.values[np.repeat(~rows, self.lengths)], np.where(rows, 0, self.lengths), self.absent | rows)


def _lists(given: Input, column: pa.ChunkedArray) -> _Lists:
    parts = [_lists_of(given, chunk) for chunk in column.chunks]
    if len(parts) == 1:
        return parts[0]
    parts.append(_Lists(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.bool_)))  # there may be none
    return _Lists(
        np.concatenate([p.values for p in parts]),
        np.concatenate([p.lengths for p in parts]),
        np.concatenate([p.absent for p in parts]),
    )


def _lists_of(given: Input, array: pa.Array) -> _Lists:
    types, rows = pa.types, len(array)
    if types.is_null(array.type):
        return _Lists(np.empty(0, np.int64), np.zeros(rows, np.int64), np.ones(rows, np.bool_))
    if types.is_fixed_size_list(array.type):
        array = array.cast(pa.large_list(array.type.value_type))
    if not (types.is_list(array.type) or types.is_large_list(array.type)):
        raise _wrong_type(given, array.type, "经历的每一列应为列表", "a column of a history is a list in each row")
    child, offsets = array.values, array.offsets.to_numpy(zero_copy_only=False).astype(np.int64)
    lengths = np.diff(offsets)
    if offsets[0] < 0 or offsets[-1] > len(child) or (rows and lengths.min() < 0):
        raise Problem(
            f"{given.name}：列表的偏移量超出其元素，文件已损坏，请重新生成",
            f"{given.name}: the lists' offsets lead outside their {len(child)} elements; write the data again",
        )
    values = _integers(given, child.slice(offsets[0], offsets[-1] - offsets[0]))
    if not array.null_count:
        return _Lists(values, lengths, np.zeros(rows, np.bool_))
    absent = array.is_null().to_numpy(zero_copy_only=False)
    found = _Lists(values, lengths, np.zeros(rows, np.bool_))
    if lengths[absent].any():  # elements behind a null do not count
        return found.without(absent)
    return _Lists(values, lengths, absent)


def _history(
    out: Frame, history: str, inputs: list[Input], table: pa.Table, lenient: bool, problems: list[Problem]
) -> None:
    """The columns of a history, brought to common offsets.

    A column whose input stands for a value when empty may be absent or null where the others are not: it then has that
    value in each row of the history.  Without the other columns a history is missing.
    """
    lists: dict[str, _Lists] = {}
    faults = len(problems)
    for given in inputs:
        try:
            column = _column(table, given.name)
            if column is not None:
                lists[given.name] = _lists(given, column)
        except Problem as problem:
            problems.append(problem)
    if len(problems) > faults:
        return
    needed = [i for i in inputs if isinstance(i.missing, Missing)] or inputs
    for given in needed:
        if given.name not in lists and (lists or (given.missing is Missing.ROW and not lenient)):
            problems.append(_absent(given, ", ".join(lists)))
    if len(problems) > faults:
        return
    if not lists:
        gone = _Lists(np.empty(0, np.int64), np.zeros(out.rows, np.int64), np.ones(out.rows, np.bool_))
        lists = {i.name: gone for i in inputs}
    base = lists[needed[0].name]
    wrong = np.zeros(out.rows, np.bool_)
    for given in inputs:
        if given.name in lists:
            other = lists[given.name]
            differs = other.lengths != base.lengths
            wrong |= (differs & ~other.absent) | ((other.absent != base.absent) & (given in needed))
    lengths = np.where(wrong, 0, base.lengths)
    offsets = np.zeros(out.rows + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    for given in inputs:
        out.series[given.name] = _fitted(given, lists.get(given.name), lengths, wrong)
    out.offsets[history] = offsets
    present = np.where(base.absent & isinstance(inputs[0].missing, Missing), 0, 1)
    out.present[history] = np.where(wrong, 2, present).astype(np.int8)


def _fitted(given: Input, lists: _Lists | None, lengths: Ints, wrong: npt.NDArray[np.bool_]) -> Ints:
    """The elements at these lengths: without those of wrong rows, with the declared value where there is no list."""
    if lists is not None and wrong.any():
        lists = lists.without(wrong)
    if lists is not None and np.array_equal(lists.lengths, lengths):
        return lists.values
    filled = np.full(int(lengths.sum()), _empty(given), np.int64)
    if lists is not None:
        filled[np.repeat(~lists.absent, lengths)] = lists.values
    return filled
