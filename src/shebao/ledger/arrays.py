"""Columns as PostgreSQL's binary arrays, laid out by numpy: a batch is one statement with a dozen parameters."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from psycopg import Cursor
from psycopg.adapt import Dumper
from psycopg.pq import Format

from shebao.database.connection import psycopg_connection

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


class _Fixed(Array):
    kind: ClassVar[str]

    @classmethod
    def of(cls, values: npt.ArrayLike) -> Array:
        """Whole numbers, days since 1970 as such."""
        given = np.asarray(values)
        laid = np.empty(len(given), [("length", ">i4"), ("value", cls.kind)])
        laid["length"] = laid.dtype["value"].itemsize
        laid["value"] = given
        return cls(cls._head(len(given)) + laid.tobytes())


class Bigints(_Fixed):
    """bigint[]"""

    element, array, kind = 20, 1016, ">i8"


class Integers(_Fixed):
    """integer[]"""

    element, array, kind = 23, 1007, ">i4"


class Smallints(_Fixed):
    """smallint[]"""

    element, array, kind = 21, 1005, ">i2"


class Flags(_Fixed):
    """boolean[]"""

    element, array, kind = 16, 1000, "?"


class Days(_Fixed):
    """date[], of days since 1970-01-01"""

    element, array, kind = 1082, 1182, ">i4"

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
        parts: list[bytes] = []
        nulls = False
        count = 0
        for value in values:
            count += 1
            if value is None:
                nulls = True
                parts.append(b"\xff\xff\xff\xff")
            else:
                raw = value.encode()
                parts.append(struct.pack("!i", len(raw)))
                parts.append(raw)
        return cls(cls._head(count, nulls) + b"".join(parts))


def _dumper(kind: type[Array]) -> type[Dumper]:
    class Binary(Dumper):
        format = Format.BINARY
        oid = kind.array

        def dump(self, obj: Any) -> bytes:
            content: bytes = obj.content
            return content

    return Binary


_DUMPERS = {kind: _dumper(kind) for kind in (Bigints, Integers, Smallints, Flags, Days, Texts)}


@contextmanager
def opened() -> Iterator[Cursor[Any]]:
    """A cursor within Django's transaction that takes these arrays as parameters and is answered in binary.

    Django's own cursors write parameters into the text of the statement; this one sends them beside it.
    """
    with Cursor(psycopg_connection()) as cursor:
        cursor.format = Format.BINARY
        for kind, dumper in _DUMPERS.items():
            cursor.adapters.register_dumper(kind, dumper)
        yield cursor
