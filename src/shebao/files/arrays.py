"""Arrow arrays of any sensible type to the canonical one, exactly; what cannot be converted is told by its place."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shebao.files.cells import Fault, blank, canonical_array, read_value
from shebao.files.columns import UNIT, Column
from shebao.rules import values

Bad = list[tuple[int, object, Fault]]  # (index of the value, what was found, fault)
_EXACT = 10**15  # a double keeps every decimal number of 15 digits


def unit_of(field: pa.Field) -> str:
    """The unit that a field's metadata names, "" for none."""
    return str((field.metadata or {}).get(UNIT, b"").decode(errors="replace"))


def value_type(arrow_type: pa.DataType) -> pa.DataType:
    """The type of the values in lists or a dictionary, else the type itself."""
    if is_list(arrow_type) or pa.types.is_dictionary(arrow_type):
        return value_type(arrow_type.value_type)
    return arrow_type


def is_list(arrow_type: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_list(arrow_type) or types.is_large_list(arrow_type))


def convertible(column: Column, arrow_type: pa.DataType) -> bool:
    """Whether values of the type can be what the column wants."""
    types = pa.types
    if types.is_null(arrow_type) or types.is_string(arrow_type) or types.is_large_string(arrow_type):
        return True
    form = column.kind.form
    if types.is_boolean(arrow_type):
        return form == "flag"
    if types.is_date(arrow_type) or types.is_timestamp(arrow_type):
        return form == "day"
    if types.is_floating(arrow_type) or types.is_decimal(arrow_type):
        return form != "day"
    return bool(types.is_integer(arrow_type))


def canonical(column: Column, array: pa.Array, unit: str = "") -> tuple[pa.Array, Bad]:
    """The array in the column's value type, and what of it is bad (null in the result); nulls stay null.

    unit: "fen" or "yuan" where the file says so; else an integer is the integer of the rules, and a decimal, a double
    or a text the written value.  A canonical array is not copied.
    """
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        array = array.dictionary_encode()  # each distinct text is parsed once
    if not pa.types.is_dictionary(array.type):
        return _converted(column, array, unit)
    words, bad_words = _converted(column, array.dictionary, unit)
    faults = {k: (found, fault) for k, found, fault in bad_words}
    indices = array.indices.to_pylist() if faults else []
    return words.take(array.indices), [(k, *faults[index]) for k, index in enumerate(indices) if index in faults]


def _converted(column: Column, array: pa.Array, unit: str) -> tuple[pa.Array, Bad]:
    types = pa.types
    if types.is_boolean(array.type):
        return array, []
    if types.is_date32(array.type):
        return _in_range(column, array, array.cast(pa.int32()), [])
    if types.is_date(array.type) or types.is_timestamp(array.type):
        local = pc.local_timestamp(array) if getattr(array.type, "tz", None) else array
        days = local.cast(pa.date32(), safe=False)
        if days.cast(local.type).equals(local):
            return _in_range(column, array, days.cast(pa.int32()), [])
    elif types.is_integer(array.type):
        if unit != "yuan" and not types.is_uint64(array.type):
            return _in_range(column, array, array.cast(pa.int64()), [])
        scale = column.kind.scale if unit == "yuan" else 1
        try:
            return _in_range(column, array, pc.multiply_checked(array.cast(pa.int64()), scale), [])
        except pa.ArrowInvalid:
            pass
    elif types.is_decimal(array.type):
        scale = 1 if unit == "fen" else column.kind.scale
        try:
            return _in_range(column, array, pc.multiply(array, pa.scalar(Decimal(scale))).cast(pa.int64()), [])
        except pa.ArrowException:
            pass
    elif types.is_floating(array.type):
        return _floats(column, array, unit)
    return _parsed(column, array, unit)


def _floats(column: Column, array: pa.Array, unit: str) -> tuple[pa.Array, Bad]:
    """Doubles at their shortest decimal form, if that has no more digits than a double keeps."""
    scale = 1 if unit == "fen" else column.kind.scale
    doubles = array.cast(pa.float64()).fill_null(0.0).to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore", over="ignore"):
        whole = np.rint(doubles * scale)
        exact = (np.abs(whole) < _EXACT) & (whole / scale == doubles)
    numbers = pa.array(
        np.where(exact, whole, 0).astype(np.int64), mask=pc.is_null(array).to_numpy(zero_copy_only=False)
    )
    inexact = np.flatnonzero(~exact)
    _, bad = _parsed(column, array.take(pa.array(inexact)), unit)
    return _in_range(column, array, numbers, [(int(inexact[k]), found, fault) for k, found, fault in bad])


def _parsed(column: Column, array: pa.Array, unit: str) -> tuple[pa.Array, Bad]:
    """One by one, as a written cell is read."""
    found: list[int | bool | None] = []
    bad: Bad = []
    for k, cell in enumerate(array.to_pylist()):
        found.append(None)
        if not blank(cell):
            try:
                found[k] = read_value(column, cell, unit)
            except values.Problem as problem:
                bad.append((k, cell, (problem.zh, problem.en)))
    return canonical_array(found, column.value_type), bad


def _in_range(column: Column, array: pa.Array, numbers: pa.Array, bad: Bad) -> tuple[pa.Array, Bad]:
    """Numbers as the column's type; those outside the declared range, or that are no code, are bad."""
    low, high = column.range
    wrong = pc.or_(pc.less(numbers, low), pc.greater(numbers, high))
    if column.kind.codes is not None:
        codes = pa.array([int(code) for code in column.kind.codes], pa.int64())
        wrong = pc.and_(pc.is_valid(numbers), pc.invert(pc.is_in(numbers, codes)))
    places = np.flatnonzero(wrong.fill_null(False).to_numpy(zero_copy_only=False))
    for k in map(int, places):
        fault = column.outside(numbers[k].as_py())
        if fault:
            bad.append((k, array[k].as_py(), fault))
    if bad:
        mask = np.zeros(len(numbers), dtype=np.bool_)
        mask[[k for k, _, _ in bad]] = True
        numbers = pc.if_else(pa.array(mask), pa.scalar(None, numbers.type), numbers)
    if column.value_type == pa.date32():
        return numbers.cast(pa.int32()).cast(pa.date32()), bad
    return numbers.cast(column.value_type), bad
