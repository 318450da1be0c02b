"""Rows of a query as columns of integers, within the transaction: a row costs no Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import psycopg

from shebao.rules.kernel import EMPTY, Ints


def integers(
    connection: psycopg.Connection[Any],
    columns: Mapping[str, str],
    rest: str,
    parameters: Sequence[Any] | Mapping[str, Any] = (),
) -> dict[str, Ints]:
    """SELECT of integers: by name, int64 of shape (rows,); null is EMPTY.

    columns: name -> SQL of a whole number, without parameters.  rest: the SQL from FROM on, with %s.  The server lays
    each column out as one string of eight-byte numbers, at most 128 million rows.  Raises psycopg.Error.
    """
    chosen = ", ".join(
        f"string_agg(int8send(coalesce(({what})::bigint, '{EMPTY}'::bigint)), '')" for what in columns.values()
    )
    with psycopg.Cursor(connection) as cursor:
        cursor.execute(f"SELECT {chosen} {rest}", parameters, binary=True)
        found = cursor.fetchone() or ()
    return {name: np.frombuffer(data or b"", ">i8").astype(np.int64) for name, data in zip(columns, found, strict=True)}


def selected(
    connection: psycopg.Connection[Any],
    columns: Mapping[str, str],
    rest: str,
    parameters: Sequence[Any] | Mapping[str, Any] = (),
) -> dict[str, Ints]:
    """The same, where the rows have an order, a limit, or groups."""
    chosen = ", ".join(f'{what} AS "{name}"' for name, what in columns.items())
    return integers(connection, {name: f'"{name}"' for name in columns}, f"FROM (SELECT {chosen} {rest}) r", parameters)
