"""The Arrow adapter: one logical table in any physical layout is one frame; what cannot be read is named."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shebao.rules.columns import ColumnError, facts, frame, refused_rows
from shebao.rules.declare import Input, Missing, rule
from shebao.rules.kernel import EMPTY, Frame
from shebao.rules.kinds import INT64_MAX, INT64_MIN, LAST_DAY, Code, Count, Day, Fen, Flag, Series, Year
from shebao.rules.law import Law
from shebao.rules.status import Why, status

PERSON = "person"


class Shade(Code):
    RED = 1, "红", "red"
    BLUE = 2, "蓝", "blue"
    GREEN = 5, "绿", "green"  # 3 and 4 are no codes


INPUTS = [
    Input("birth", Day, "出生", "Birth", missing=Missing.ROW),
    Input("wage", Fen, "工资", "Wage", 0, 10**9),
    Input("debt", Fen, "债", "Debt", -(10**6), 10**6, missing=0),
    Input("gone", Day, "离开", "Gone", missing=LAST_DAY),
    Input("poor", Flag, "困难", "Poor"),
    Input("local", Flag, "本地", "Local", missing=True),
    Input("shade", Shade, "颜色", "Shade"),
    Input("paid_year", Series[Year], "年度", "Year", history="paid"),
    Input("paid_base", Series[Fen], "基数", "Base", history="paid"),
    Input("paid_day", Series[Day], "日期", "Day", history="paid"),
    Input("paid_late", Series[Flag], "补缴", "Late", missing=False, history="paid"),
    Input("paid_shade", Series[Shade], "色", "Shade", missing=Shade.BLUE, history="paid"),
    Input("mark", Series[Count], "标记", "Mark", missing=0, history="mark"),
]


@rule(zh="合计", en="Sum", cites="某法")
def total(
    birth: Day,
    wage: Fen,
    debt: Fen,
    gone: Day,
    poor: Flag,
    local: Flag,
    shade: Shade,
    paid_year: Series[Year],
    paid_base: Series[Fen],
    paid_day: Series[Day],
    paid_late: Series[Flag],
    paid_shade: Series[Shade],
    mark: Series[Count],
) -> Fen:
    """Reads everything."""
    found = wage - debt
    for k in range(len(paid_year)):
        if paid_late[k] and paid_shade[k] == Shade.BLUE and paid_day[k] > birth:
            found = found + paid_base[k]
    for k in range(len(mark)):
        if mark[k] > 3 and gone > birth:
            found = found + 1
    return found if poor or local or shade == Shade.RED else 0


PLAN = Law.of([sys.modules[__name__]], {}).plan(["total"])
HISTORY = ("paid_year", "paid_base", "paid_day", "paid_late", "paid_shade")
KINDS = {i.name: i.kind for i in INPUTS}
DEFAULTS: dict[str, Any] = {i.name: int(i.missing) for i in INPUTS if not isinstance(i.missing, Missing)}
GOOD = {"birth": 100, "wage": 5, "poor": 1, "shade": 1, "paid_year": [], "paid_base": [], "paid_day": [], "mark": []}


# ---- logical rows
def scalar(name: str) -> st.SearchStrategy[int | None]:
    kind = KINDS[name]
    if kind.form == "flag":
        values = st.integers(0, 1)
    elif kind.form == "code":
        values = st.sampled_from([1, 2, 5])
    elif kind.form == "day":
        values = st.integers(-5000, 20000)
    else:
        values = st.integers(0, 100)
    return st.none() | values


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Facts as `facts` gives them, but with None where a cell is null."""
    found: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(0, 6))):
        row: dict[str, Any] = {n: draw(scalar(n)) for n in KINDS if n not in (*HISTORY, "mark")}
        length = draw(st.none() | st.integers(0, 4))
        for name in HISTORY:
            optional = name in DEFAULTS and draw(st.booleans())
            row[name] = None if length is None or optional else [draw(scalar(name)) for _ in range(length)]
        row["mark"] = draw(st.none() | st.lists(scalar("mark"), max_size=3))
        found.append(row)
    return found


def read(row: dict[str, Any]) -> dict[str, Any]:
    """What the rules see of a row."""
    seen: dict[str, Any] = {}
    for name in KINDS:
        value = row[name]
        if name in HISTORY:
            if row["paid_year"] is None:
                continue
            value = [None] * len(row["paid_year"]) if value is None else value
            seen[name] = [DEFAULTS.get(name) if v is None else v for v in value]
        elif name == "mark":
            seen[name] = [0 if v is None else v for v in value or []]
        elif value is not None or name in DEFAULTS:
            seen[name] = DEFAULTS[name] if value is None else value
    return seen


# ---- physical layouts
def element_types(name: str) -> list[pa.DataType]:
    form = KINDS[name].form
    if form == "day":
        return [pa.date32(), pa.date64()]
    if form == "flag":
        return [pa.bool_(), pa.int8(), pa.uint64()]
    integers = [pa.int64(), pa.int16(), pa.int32(), pa.uint16(), pa.uint64()]
    if form == "code":
        return [*integers, pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())]
    return [*integers, pa.dictionary(pa.int32(), pa.int64())]


def written(name: str, value: int | None, found: pa.DataType) -> Any:
    if value is None:
        return None
    if pa.types.is_date64(found):
        return value * 86_400_000
    if pa.types.is_boolean(found):
        return value == 1
    text = found.value_type if pa.types.is_dictionary(found) else found
    if KINDS[name].form == "code" and not pa.types.is_integer(text):
        member = Shade(value)
        return member.zh if value == 5 else member.name.lower()
    return value


@st.composite
def column(draw: st.DrawFn, name: str, values: list[Any]) -> pa.ChunkedArray:
    """The values in a random type, in chunks that are slices of something longer, with anything behind nulls."""
    found = draw(st.sampled_from(element_types(name)))
    listed = name in HISTORY or name == "mark"
    if listed:
        cells = [None if v is None else [written(name, e, found) for e in v] for v in values]
    else:
        cells = [written(name, v, found) for v in values]
    chunks = []
    start = 0
    while start < len(cells) or (not chunks and draw(st.booleans())):
        stop = draw(st.integers(start, len(cells)))
        before, after = draw(st.integers(0, 9)), draw(st.integers(0, 2))
        part = cells[start:stop]
        junk = [c for c in cells if c is not None][:1] or [None]
        array = _array(junk * before + part + junk * after, found, listed, draw(st.booleans()), draw(st.booleans()))
        chunks.append(array.slice(before, len(part)))
        start = stop
        if not part and start < len(cells):
            continue
    kind = _list_type(found, False) if listed else found
    if chunks:
        kind = chunks[0].type
        chunks = [c if c.type == kind else c.cast(kind) for c in chunks]
    return pa.chunked_array(chunks, kind)


def _list_type(found: pa.DataType, large: bool) -> pa.DataType:
    return pa.large_list(found) if large else pa.list_(found)


def _array(cells: list[Any], found: pa.DataType, listed: bool, large: bool, garbage: bool) -> pa.Array:
    if not listed:
        return _cast(cells, found)
    if not garbage:
        flat = [e for c in cells if c is not None for e in c]
    else:  # elements behind the nulls
        flat = [e for c in cells for e in (c if c is not None else [None, None])]
    lengths = [len(c) if c is not None else 2 * garbage for c in cells]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64 if large else np.int32)
    kind = pa.LargeListArray if large else pa.ListArray
    mask = pa.array([c is None for c in cells], pa.bool_())
    return kind.from_arrays(pa.array(offsets), _cast(flat, found), mask=mask)


def _cast(cells: list[Any], found: pa.DataType) -> pa.Array:
    if pa.types.is_date32(found):
        return pa.array(cells, pa.int32()).view(found)
    if pa.types.is_date64(found):
        return pa.array(cells, pa.int64()).view(found)
    if pa.types.is_dictionary(found):
        return pa.array(cells, found.value_type).dictionary_encode().cast(found)
    return pa.array(cells, found)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_one_logical_table_in_any_layout_is_one_frame(data: st.DataObject) -> None:
    logical = data.draw(rows())
    table = pa.table({n: data.draw(column(n, [r[n] for r in logical])) for n in KINDS})
    found = frame(PLAN, PERSON, table)
    assert [facts(PLAN, PERSON, found, k) for k in range(found.rows)] == [read(r) for r in logical]
    if len(logical) > 1:
        part = frame(PLAN, PERSON, table.slice(1))
        assert [facts(PLAN, PERSON, part, k) for k in range(part.rows)] == [read(r) for r in logical[1:]]
    for history, offsets in found.offsets.items():
        assert offsets[0] == 0 and found.present[history].dtype == np.int8
        for name in (n for n in KINDS if n.startswith(history)):
            assert found.series[name].dtype == np.int64 and len(found.series[name]) == offsets[-1]


def frame_of(**columns: Any) -> Frame:
    """A frame of one good row with some columns changed; a column given as None is absent."""
    size = max((len(c) for c in columns.values() if c is not None), default=1)
    types = {"birth": pa.date32(), "paid_day": pa.list_(pa.date32()), "poor": pa.bool_()}
    table = {}
    for name, value in GOOD.items():
        default = pa.list_(pa.int64()) if isinstance(value, list) else pa.int64()
        cell = bool(value) if name == "poor" else value
        table[name] = pa.array([cell] * size, types.get(name, default))
    table |= {k: v for k, v in columns.items() if v is not None}
    return frame(PLAN, PERSON, pa.table({k: v for k, v in table.items() if k not in columns or columns[k] is not None}))


def problem_of(**columns: Any) -> str:
    with pytest.raises(ColumnError) as caught:
        frame_of(**columns)
    assert len(caught.value.problems) == len(caught.value.zh.splitlines()) == 1
    return caught.value.en


# ---- zero copy
def test_whole_numbers_without_nulls_are_not_copied() -> None:
    values = np.arange(100, dtype=np.int64)
    wage = pa.array(values)
    found = frame_of(wage=wage.slice(10, 20), birth=pa.array(np.zeros(20, np.int32)).view(pa.date32()))
    assert np.shares_memory(found.scalars["wage"], values)
    assert found.scalars["wage"].tolist() == list(range(10, 30))


def test_elements_of_histories_without_nulls_are_not_copied() -> None:
    values = np.arange(12, dtype=np.int64)
    lists = pa.ListArray.from_arrays(pa.array([0, 3, 3, 7, 12], pa.int32()), pa.array(values)).slice(1, 2)
    found = frame_of(mark=lists)
    assert np.shares_memory(found.series["mark"], values)
    assert found.series["mark"].tolist() == [3, 4, 5, 6]
    assert found.offsets["mark"].tolist() == [0, 0, 4]


# ---- what no row may have
def test_an_unknown_code_is_outside_the_range() -> None:
    found = frame_of(shade=pa.array(["red", "蓝", "GREEN", "purple", None, ""]))
    assert found.scalars["shade"].tolist() == [1, 2, 5, INT64_MAX, EMPTY, INT64_MAX]
    found = frame_of(shade=pa.array([1, 2, 3, 4, 5, None, 900]))
    assert found.scalars["shade"].tolist() == [1, 2, INT64_MAX, INT64_MAX, 5, EMPTY, INT64_MAX]


def test_an_unsigned_number_beyond_int64_is_outside_the_range() -> None:
    found = frame_of(wage=pa.array([1, 2**63, 2**64 - 1, None], pa.uint64()))
    assert found.scalars["wage"].tolist() == [1, INT64_MAX, INT64_MAX, EMPTY]


def test_a_flag_that_is_neither_0_nor_1_is_outside_the_range() -> None:
    found = frame_of(poor=pa.array([0, 1, 2, -1, 256, 128, None, INT64_MIN]))
    assert found.scalars["poor"].tolist() == [0, 1, 2, 2, 2, 2, -128, 2]


def test_the_smallest_int64_counts_as_null() -> None:
    found = frame_of(wage=pa.array([INT64_MIN, 7]), debt=pa.array([INT64_MIN, INT64_MIN]))
    assert found.scalars["wage"].tolist() == [EMPTY, 7]
    assert found.scalars["debt"].tolist() == [0, 0]


# ---- histories
def test_lists_of_unequal_length_are_kept_apart_from_the_others() -> None:
    found = frame_of(
        paid_year=pa.array([[1, 2], [3, 4], [5], None, None, [6]]),
        paid_base=pa.array([[10, 20], [30], [50], [70], None, None]),
        paid_day=pa.array([[1, 2], [3, 4], [5], None, None, [6]], pa.list_(pa.date32())),
    )
    assert found.present["paid"].tolist() == [1, 2, 1, 2, 0, 2]
    assert found.offsets["paid"].tolist() == [0, 2, 2, 3, 3, 3, 3]
    assert found.series["paid_year"].tolist() == [1, 2, 5]
    assert found.series["paid_base"].tolist() == [10, 20, 50]
    assert found.series["paid_shade"].tolist() == [2, 2, 2]
    assert facts(PLAN, PERSON, found, 1)["paid_year"] == [None]  # CPython finds that they do not fit together, too


def test_an_optional_column_of_another_length_is_refused() -> None:
    found = frame_of(
        paid_year=pa.array([[1, 2], [3], []]),
        paid_base=pa.array([[1, 2], [3], []]),
        paid_day=pa.array([[1, 2], [3], []], pa.list_(pa.date32())),
        paid_late=pa.array([[True], None, []]),
    )
    assert found.present["paid"].tolist() == [2, 1, 1]
    assert found.series["paid_late"].tolist() == [0]


def test_fixed_size_lists_are_lists() -> None:
    lists = pa.array([[1, 2], None, [3, 4], [5, 6]], pa.list_(pa.int64(), 2)).slice(1)
    found = frame_of(mark=lists)
    assert found.series["mark"].tolist() == [3, 4, 5, 6]
    assert found.offsets["mark"].tolist() == [0, 0, 2, 4]
    assert found.present["mark"].tolist() == [1, 1, 1]  # an empty history by its declaration


def test_a_null_column_is_missing_everywhere() -> None:
    found = frame_of(wage=pa.nulls(2), mark=pa.nulls(2), paid_late=pa.nulls(2), poor=pa.nulls(2), local=pa.nulls(2))
    assert found.scalars["wage"].tolist() == [EMPTY] * 2
    assert found.scalars["poor"].tolist() == [-128] * 2
    assert found.scalars["local"].tolist() == [1] * 2
    assert found.present["mark"].tolist() == [1, 1]


def test_offsets_that_lead_outside_are_found_before_anything_is_read() -> None:
    for broken in ([0, 3], [-1, 1], [2, 1, 2]):
        offsets = np.zeros(len(broken), np.int32)
        lists = pa.ListArray.from_arrays(pa.array(offsets), pa.array([1, 2]))
        table = pa.table({"mark": lists})
        offsets[:] = broken  # behind Arrow's back, as a broken file would have it
        with pytest.raises(ColumnError, match="mark: the lists' offsets lead outside their 2 elements"):
            frame(PLAN, PERSON, table, lenient=True)


# ---- absent columns
def test_an_absent_column_is_empty() -> None:
    found = frame_of(wage=None, poor=None, shade=None, mark=None)
    assert found.scalars["wage"].tolist() == [EMPTY] and found.scalars["poor"].tolist() == [-128]
    assert found.scalars["gone"].tolist() == [LAST_DAY] and found.scalars["debt"].tolist() == [0]
    found = frame_of(paid_year=None, paid_base=None, paid_day=None)
    assert found.present["paid"].tolist() == [0] and found.offsets["paid"].tolist() == [0, 0]


def test_an_absent_column_that_every_row_needs_is_an_error() -> None:
    text = problem_of(birth=None)
    assert text == "birth: the column is absent and no row can be decided without it; add it (date32)"
    table = pa.table({"wage": [1, 2]})
    assert frame(PLAN, PERSON, table, lenient=True).scalars["birth"].tolist() == [EMPTY] * 2


def test_a_history_needs_its_other_columns() -> None:
    text = problem_of(paid_base=None)
    assert text.startswith("paid_base: the column is absent and it belongs to one history with paid_year, paid_day")


# ---- types
@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        ({"wage": ["12.50"]}, "wage: it is string; wanted: int64 in fen; cast it"),
        ({"wage": [12.5]}, "wage: it is double; wanted: int64 in fen; multiply by 100, round and cast it to int64"),
        (
            {"wage": pa.array([1], pa.decimal128(12, 2))},
            "wage: it is decimal128(12, 2); wanted: int64 in fen; multiply",
        ),
        ({"wage": [[1]]}, "wage: it is list<"),
        ({"birth": [7]}, "birth: it is int64; wanted: date32; cast it to date32"),
        ({"birth": pa.array([7], pa.timestamp("us"))}, "birth: it is timestamp[us]; wanted: date32; cast it"),
        ({"poor": ["yes"]}, "poor: it is string; wanted: bool; cast it"),
        ({"shade": [1.0]}, "shade: it is double; wanted: string; cast it to int64"),
        ({"mark": [1]}, "mark: it is int64; wanted: list<int64>; a column of a history is a list in each row"),
        ({"mark": [["1"]]}, "mark: it is string; wanted: list<int64>"),
    ],
)
def test_a_wrong_type_is_named_with_what_is_wanted(columns: dict[str, Any], wanted: str) -> None:
    assert problem_of(**{k: v if isinstance(v, pa.Array) else pa.array(v) for k, v in columns.items()}).startswith(
        wanted
    )


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ColumnError) as caught:
        frame(PLAN, PERSON, pa.table({"wage": ["a"], "poor": ["b"], "mark": [3]}))
    assert [p.en.split(":")[0] for p in caught.value.problems] == ["birth", "wage", "poor", "mark"]


def test_a_column_that_stands_twice_is_an_error() -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["wage", "wage"])
    with pytest.raises(ColumnError, match="wage: it stands twice"):
        frame(PLAN, PERSON, table, lenient=True)


def test_rows_that_the_reader_refused() -> None:
    statuses = refused_rows(PLAN, 4, [(1, "wage"), (1, "poor"), (3, "id_number")])
    assert statuses.tolist() == [0, status(Why.INVALID, PLAN.inputs.index("wage")), 0, status(Why.INVALID, 0xFFFFFF)]
    assert frame(PLAN, PERSON, pa.table({"wage": [1] * 4}), statuses, lenient=True).refused is statuses
