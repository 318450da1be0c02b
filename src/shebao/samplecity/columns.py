"""Columns of Arrow tables from arrays of numbers, without a Python object for a cell."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shebao.samplecity.calendar import NEVER
from shebao.samplecity.draws import Flags, Ints
from shebao.samplecity.facts import Cells, Rows

Characters = npt.NDArray[np.uint8]  # shape (rows, width), ASCII


def digits(values: Ints, width: int) -> Characters:
    """The last `width` decimal digits of each number."""
    return (values[:, None] // 10 ** np.arange(width - 1, -1, -1, dtype=np.int64) % 10 + ord("0")).astype(np.uint8)


def word(text: str, rows: int) -> Characters:
    """The same ASCII text in each row."""
    return np.broadcast_to(np.frombuffer(text.encode("ascii"), np.uint8), (rows, len(text)))


def texts(*parts: Characters) -> pa.Array:
    """Texts of one length, from parts that stand one after the other."""
    characters = np.ascontiguousarray(np.concatenate(parts, axis=1))
    offsets = np.arange(len(characters) + 1, dtype=np.int32) * np.int32(characters.shape[1])
    return pa.StringArray.from_buffers(len(characters), pa.py_buffer(offsets), pa.py_buffer(characters.reshape(-1)))


def pick(words: pa.Array, index: Ints, known: Flags | None = None) -> pa.Array:
    """Words by their index; null where not known."""
    return pc.take(words, pa.array(index, mask=None if known is None else ~known))


def days(values: Ints) -> pa.Array:
    """Days, null for NEVER."""
    never = values >= NEVER
    return pa.array(np.where(never, 0, values).astype(np.int32), pa.date32(), mask=never if never.any() else None)


def small(values: Ints) -> pa.Array:
    return pa.array(values.astype(np.int16))


def some(values: Ints, known: Flags) -> pa.Array:
    """Numbers, null where not known."""
    return pa.array(values, mask=~known)


def array(cells: Cells | Rows, wanted: pa.DataType) -> pa.Array:
    """A column of facts in the type that a file of people has."""
    if isinstance(cells, Cells):
        return _values(cells.values, cells.known, wanted)
    offsets = np.zeros(len(cells.counts) + 1, np.int32)
    np.cumsum(cells.counts, out=offsets[1:])
    return pa.ListArray.from_arrays(pa.array(offsets), _values(cells.values, cells.known, wanted.value_type))


def _values(values: Ints, known: Flags, wanted: pa.DataType) -> pa.Array:
    empty = None if known.all() else ~known
    if wanted == pa.date32():
        return pa.array(values.astype(np.int32), wanted, mask=empty)
    return pa.array(values.astype(np.bool_) if wanted == pa.bool_() else values, wanted, mask=empty)
