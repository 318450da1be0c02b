"""Columns as PostgreSQL's binary arrays, laid out by numpy: a batch is one statement with a dozen parameters."""

from __future__ import annotations

import struct
import weakref
from collections.abc import Iterable
from itertools import chain
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from psycopg import Connection, Cursor
from psycopg.adapt import Dumper
from psycopg.pq import Format

from shebao.database.connection import psycopg_connection

_length = struct.Struct("!i").pack
_NULL = _length(-1)
_HEAD = struct.Struct("!iiIii")  # dimensions, has nulls, type of the elements, length, first index


class Array:
    """One array."""

    element: ClassVar[int]  # oids
    array: ClassVar[int]

    def __init__(self, content: bytes) -> None:
        self.content = content

    @classmethod
    def _head(cls, count: int, nulls: bool = False) -> bytes:
        return _HEAD.pack(1, int(nulls), cls.element, count, 1) if count else struct.pack("!iiI", 0, 0, cls.element)


def _layout(kind: str) -> np.dtype[np.void]:
    """An element: its length, its value."""
    return np.dtype([("length", ">i4"), ("value", kind)])


class _Fixed(Array):
    layout: ClassVar[np.dtype[np.void]]

    @classmethod
    def of(cls, values: npt.ArrayLike) -> Array:
        """Whole numbers."""
        given = np.asarray(values)
        laid = np.empty(len(given), cls.layout)
        laid["length"] = cls.layout["value"].itemsize
        laid["value"] = given
        return cls(cls._head(len(given)) + laid.tobytes())


class Bigints(_Fixed):
    """bigint[]"""

    element, array, layout = 20, 1016, _layout(">i8")


class Integers(_Fixed):
    """integer[]"""

    element, array, layout = 23, 1007, _layout(">i4")


class Smallints(_Fixed):
    """smallint[]"""

    element, array, layout = 21, 1005, _layout(">i2")


class Flags(_Fixed):
    """boolean[]"""

    element, array, layout = 16, 1000, _layout("?")


class Days(_Fixed):
    """date[], of days since 1970-01-01"""

    element, array, layout = 1082, 1182, _layout(">i4")

    @classmethod
    def of(cls, values: npt.ArrayLike) -> Array:
        """Days since 1970-01-01 (PostgreSQL counts from 2000)."""
        return super().of(np.asarray(values, np.int32) - 10_957)


class Texts(Array):
    """text[]"""

    element, array = 25, 1009

    @classmethod
    def of(cls, values: Iterable[str | None]) -> Array:
        """Texts, None for null."""
        given = list(values)
        raws = [value.encode() for value in given if value is not None]
        if len(raws) < len(given):
            parts = [_NULL if value is None else _length(len(raw := value.encode())) + raw for value in given]
            return cls(cls._head(len(given), True) + b"".join(parts))
        laid = chain.from_iterable(zip(map(_length, map(len, raws)), raws, strict=True))
        return cls(cls._head(len(raws)) + b"".join(laid))


def _dumper(kind: type[Array]) -> type[Dumper]:
    class Binary(Dumper):
        format = Format.BINARY
        oid = kind.array

        def dump(self, obj: Any) -> bytes:
            content: bytes = obj.content
            return content

    return Binary


_DUMPERS = {kind: _dumper(kind) for kind in (Bigints, Integers, Smallints, Flags, Days, Texts)}


_prepared: weakref.WeakSet[Connection[Any]] = weakref.WeakSet()


def opened(connection: Connection[Any] | None = None) -> Cursor[Any]:
    """A cursor that takes these arrays as parameters and is answered in binary; within Django's transaction.

    Django's own cursors write parameters into the text of the statement; this one sends them beside it.
    """
    connection = connection or psycopg_connection()
    if connection not in _prepared:
        for kind, dumper in _DUMPERS.items():
            connection.adapters.register_dumper(kind, dumper)
        _prepared.add(connection)
    cursor = Cursor(connection)
    cursor.format = Format.BINARY
    return cursor
