"""Columns with gaps, moments and bytes as PostgreSQL's binary arrays, beside those of the ledger."""

from __future__ import annotations

import struct
import weakref
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any

import numpy as np
from psycopg import Connection, Cursor
from psycopg.adapt import Dumper
from psycopg.pq import Format

from shebao.database.connection import psycopg_connection
from shebao.ledger import arrays

_NULL = struct.pack("!i", -1)
_eight = struct.Struct("!iq").pack
_four = struct.Struct("!ii").pack
_length = struct.Struct("!i").pack
_NEVER = 10**9  # executions after which a statement is prepared unasked
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(2000, 1, 1).toordinal()


class Bigints(arrays.Bigints):
    """bigint[] with gaps."""

    @classmethod
    def some(cls, values: Sequence[int | None]) -> arrays.Array:
        """Whole numbers, None for null."""
        if None not in values:
            return arrays.Bigints.of(np.array(values, np.int64))
        laid = (_NULL if value is None else _eight(8, value) for value in values)
        return arrays.Bigints(cls._head(len(values), True) + b"".join(laid))


class Days(arrays.Days):
    """date[] with gaps."""

    @classmethod
    def some(cls, values: Sequence[date | None]) -> arrays.Array:
        """Days, None for null."""
        laid = (_NULL if value is None else _four(4, value.toordinal() - _EPOCH_DAY) for value in values)
        return arrays.Days(cls._head(len(values), None in values) + b"".join(laid))


class Moments(arrays.Array):
    """timestamptz[]"""

    element, array = 1184, 1185

    @classmethod
    def some(cls, values: Sequence[datetime | None]) -> arrays.Array:
        """Moments with their zone, None for null."""
        laid = (_NULL if value is None else _eight(8, _microseconds(value)) for value in values)
        return cls(cls._head(len(values), None in values) + b"".join(laid))


class Bytes(arrays.Array):
    """bytea[]"""

    element, array = 17, 1001

    @classmethod
    def some(cls, values: Sequence[bytes | None]) -> arrays.Array:
        """Bytes, None for null."""
        laid = ((_NULL,) if value is None else (_length(len(value)), value) for value in values)
        return cls(cls._head(len(values), None in values) + b"".join(chain.from_iterable(laid)))


def _microseconds(moment: datetime) -> int:
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _dumper(kind: type[arrays.Array]) -> type[Dumper]:
    class Binary(Dumper):
        format = Format.BINARY
        oid = kind.array

        def dump(self, obj: Any) -> bytes:
            content: bytes = obj.content
            return content

    return Binary


_DUMPERS = {kind: _dumper(kind) for kind in (Moments, Bytes)}
_prepared: weakref.WeakSet[Connection[Any]] = weakref.WeakSet()


def opened() -> Cursor[Any]:
    """A cursor within Django's transaction that takes these arrays and the ledger's, and is answered in binary."""
    connection = psycopg_connection()
    if connection not in _prepared:
        for kind, dumper in _DUMPERS.items():
            connection.adapters.register_dumper(kind, dumper)
        # Django's connections prepare nothing: here what is asked to be prepared is, and nothing else.
        connection.prepare_threshold = _NEVER
        _prepared.add(connection)
    return arrays.opened(connection)
