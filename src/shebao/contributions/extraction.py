"""Rows of a query as columns of integers, by binary COPY within the transaction: a row costs no Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import psycopg
from psycopg import sql

from shebao.rules.kernel import EMPTY, Ints

_HEADER = 11 + 4 + 4  # signature, flags, length of the extension
_TRAILER = 2


def integers(
    connection: psycopg.Connection[Any],
    columns: Mapping[str, str],
    rest: str,
    parameters: Sequence[Any] = (),
) -> dict[str, Ints]:
    """SELECT of integers: by name, int64 of shape (rows,); null is EMPTY.

    columns: name -> SQL of a number, or of a date (as days since 1970).  rest: the SQL from FROM on, with %s.
    Raises psycopg.Error.
    """
    chosen = ", ".join(f"coalesce(({what})::bigint, '{EMPTY}'::bigint)" for what in columns.values())
    statement = sql.SQL(f"COPY (SELECT {chosen} {rest}) TO STDOUT (FORMAT BINARY)")  # type: ignore[arg-type]
    with connection.cursor() as cursor, cursor.copy(statement, list(parameters)) as copying:
        data = b"".join(copying)
    # every field is there and eight bytes long, so every row has one width
    fields = [(f"length_{k}", ">i4") if k % 2 == 0 else (f"value_{k // 2}", ">i8") for k in range(2 * len(columns))]
    layout = np.dtype([("fields", ">i2"), *fields])
    rows = (len(data) - _HEADER - _TRAILER) // layout.itemsize
    laid = np.frombuffer(data, layout, rows, _HEADER)
    return {name: laid[f"value_{k}"].astype(np.int64) for k, name in enumerate(columns)}
