"""Arrow tables into PostgreSQL by binary COPY.

The rows are laid out by numpy, column by column, in pieces: a row costs no Python.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql

Bytes = npt.NDArray[np.uint8]
_HEADER = b"PGCOPY\n\xff\r\n\x00" + struct.pack("!ii", 0, 0)
_TRAILER = struct.pack("!h", -1)
_EPOCH_DAYS = 10_957  # from 1970-01-01 to 2000-01-01, where PostgreSQL counts from
_EPOCH_MICROSECONDS = _EPOCH_DAYS * 86_400_000_000
_INFINITY = np.iinfo(np.int64).max  # PostgreSQL's own value for it
_PIECE = 50_000  # rows laid out at a time
_WIDTHS: dict[str, str] = {
    "bool": ">u1",
    "int16": ">i2",
    "int32": ">i4",
    "int64": ">i8",
    "date32[day]": ">i4",
    "timestamp[us, tz=UTC]": ">i8",
}
# A range's text is `[a,b)`; its binary form has a byte of flags, then its bounds, each with its length.
_CLOSED_OPEN, _NO_UPPER = 2, 2 | 16


def copy(connection: psycopg.Connection[Any], table: str, rows: pa.Table | pa.RecordBatch) -> int:
    """Adds rows to a table, within the connection's transaction; gives their number.

    rows: columns named as the table's, of types bool, int16, int32, int64, date32, timestamp[us, UTC], string, binary,
    or list<string>; struct<lower, upper> of dates or timestamps is a range [lower, upper), open for a null upper.  The
    widths must be the table's own: smallint is int16, bigint int64.  Raises psycopg.Error, TypeError.

    PostgreSQL copies into no table whose policies bind the role: the rows then go by way of a temporary table.
    """
    names = list(rows.schema.names)
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    into = sql.Identifier(table)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_security_active(%s)", [table])
        (bound,) = cursor.fetchone() or (True,)
        if bound:
            into = sql.Identifier("pg_temp", f"copied_{table}")
            cursor.execute(
                sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
                    sql.Identifier(f"copied_{table}"), columns, sql.Identifier(table)
                )
            )
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(into, columns)) as copying:
            copying.write(_HEADER)
            for start in range(0, rows.num_rows, _PIECE):
                copying.write(_piece(rows.slice(start, _PIECE)))
            copying.write(_TRAILER)
        if bound:
            cursor.execute(
                sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(sql.Identifier(table), columns, columns, into)
            )
            cursor.execute(sql.SQL("DROP TABLE {}").format(into))
    return int(rows.num_rows)


def _piece(rows: pa.Table | pa.RecordBatch) -> bytes:
    """Binary rows: the number of fields, then each field's length and bytes."""
    count = rows.num_rows
    fields = [_field(_whole(rows.column(k))) for k in range(rows.num_columns)]
    lengths = np.stack([length for length, _ in fields])
    sizes = np.maximum(lengths, 0) + 4
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(sizes.sum(axis=0) + 2, out=starts[1:])
    out = np.empty(int(starts[-1]), np.uint8)
    _put(out, starts[:-1], np.full(count, len(fields), ">i2"))
    at = starts[:-1] + 2
    for (length, content), size in zip(fields, sizes, strict=True):
        _put(out, at, length.astype(">i4"))
        content.put(out, at + 4, length)
        at = at + size
    return out.tobytes()


def _put(out: Bytes, at: npt.NDArray[np.int64], values: npt.NDArray[Any]) -> None:
    """Writes fixed-width values at their places."""
    width = values.dtype.itemsize
    raw = np.ascontiguousarray(values).view(np.uint8).reshape(-1, width)
    for k in range(width):
        out[at + k] = raw[:, k]


class _Fixed:
    """Values of one width."""

    def __init__(self, values: npt.NDArray[Any]) -> None:
        self.values = values

    def put(self, out: Bytes, at: npt.NDArray[np.int64], length: npt.NDArray[np.int64]) -> None:
        present = length >= 0
        if present.all():
            _put(out, at, self.values)
        else:
            _put(out, at[present], self.values[present])


class _Varying:
    """Texts and ranges: the bytes of all rows one after the other."""

    def __init__(self, content: Bytes) -> None:
        self.content = content

    def put(self, out: Bytes, at: npt.NDArray[np.int64], length: npt.NDArray[np.int64]) -> None:
        sizes = np.maximum(length, 0)
        ends = np.cumsum(sizes)
        places = np.repeat(at - (ends - sizes), sizes) + np.arange(len(self.content))
        out[places] = self.content


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _field(column: pa.Array) -> tuple[npt.NDArray[np.int64], _Fixed | _Varying]:
    """Lengths (-1 for null) and contents of a column."""
    present = np.asarray(column.is_valid())
    kind = column.type
    if pa.types.is_struct(kind):
        return _range(column, present)
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        column = pc.fill_null(column, "" if pa.types.is_string(kind) else b"")
        buffers = column.buffers()
        offsets = np.frombuffer(buffers[1], np.int32, len(column) + 1, column.offset * 4).astype(np.int64)
        content = np.frombuffer(buffers[2], np.uint8)[offsets[0] : offsets[-1]] if buffers[2] else np.empty(0, np.uint8)
        return np.where(present, np.diff(offsets), -1), _Varying(content)
    if pa.types.is_list(kind):
        return _texts(column, present)
    if str(kind) not in _WIDTHS:
        raise TypeError(f"no column of type {kind} is copied")
    values = _fixed(column)
    return np.where(present, values.dtype.itemsize, -1).astype(np.int64), _Fixed(values)


def _fixed(column: pa.Array) -> npt.NDArray[Any]:
    kind = str(column.type)
    if kind == "bool":
        plain = np.asarray(pc.fill_null(column, False)).astype(np.int64)
    elif kind == "date32[day]":
        plain = np.asarray(pc.fill_null(column.cast(pa.int32()), _EPOCH_DAYS)).astype(np.int64) - _EPOCH_DAYS
    elif kind.startswith("timestamp"):
        given = np.asarray(pc.fill_null(column.cast(pa.int64()), 0))
        plain = np.where(given == _INFINITY, _INFINITY, given - _EPOCH_MICROSECONDS)
    else:
        plain = np.asarray(pc.fill_null(column, 0))
    return plain.astype(_WIDTHS[kind])


def _range(column: pa.Array, present: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int64], _Varying]:
    lower, upper = _fixed(column.field("lower")), _fixed(column.field("upper"))
    open_end = ~np.asarray(column.field("upper").is_valid())
    width = lower.dtype.itemsize
    layout = np.dtype([("flags", "u1"), ("n", ">i4"), ("lower", lower.dtype), ("m", ">i4"), ("upper", upper.dtype)])
    laid = np.zeros(len(column), layout)
    laid["flags"] = np.where(open_end, _NO_UPPER, _CLOSED_OPEN)
    laid["n"] = laid["m"] = width
    laid["lower"], laid["upper"] = lower, upper
    length = np.where(open_end, 5 + width, layout.itemsize)
    length = np.where(present, length, -1).astype(np.int64)
    kept = np.arange(layout.itemsize) < np.maximum(length, 0)[:, None]
    return length, _Varying(laid.view(np.uint8).reshape(len(column), -1)[kept])


def _texts(column: pa.Array, present: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int64], _Varying]:
    parts: list[bytes] = []
    for value in column.to_pylist():
        if value is None:
            parts.append(b"")
            continue
        encoded = [text.encode() for text in value]
        head = struct.pack("!iii", 1, 0, 25) + struct.pack("!ii", len(encoded), 1)
        parts.append(head + b"".join(struct.pack("!i", len(text)) + text for text in encoded))
    length = np.asarray([len(part) for part in parts], np.int64)
    return np.where(present, length, -1), _Varying(np.frombuffer(b"".join(parts), np.uint8))


def drawn(connection: psycopg.Connection[Any], sequence: str, count: int) -> npt.NDArray[np.int64]:
    """The next numbers of a sequence; no one else gets them."""
    query = sql.SQL("SELECT nextval({}) FROM generate_series(1, %s)").format(sql.Literal(sequence))
    with connection.cursor() as cursor:
        cursor.execute(query, [count])
        return np.fromiter((row[0] for row in cursor), np.int64, count)


def for_ever(count: int) -> pa.Array:
    """A column of timestamps `infinity` for `copy`."""
    return pa.array(np.full(count, _INFINITY)).view(pa.timestamp("us", "UTC"))


def ranges(lower: Sequence[Any] | pa.Array, upper: Sequence[Any] | pa.Array, kind: pa.DataType) -> pa.Array:
    """A column of ranges [lower, upper) for `copy`; kind: pa.date32() or pa.timestamp("us", "UTC")."""
    return pa.StructArray.from_arrays([pa.array(lower, kind), pa.array(upper, kind)], ["lower", "upper"])
