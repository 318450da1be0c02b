"""Rows as they were read, in temporary tables of the transaction: what is looked for across files is one query.

staged_persons, staged_organisations ...  the columns of the file, and `row` as the file counts
staged_problem                            what is wrong, as shebao.files.problems.Problem has it
All go with the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, fields
from typing import Any

import psycopg
import pyarrow as pa
from psycopg import sql

from shebao.database.copying import copy
from shebao.files.problems import Problem

PIECE = 50_000  # rows in memory at a time
_TYPES = {
    "bool": "boolean",
    "int16": "smallint",
    "int32": "integer",
    "int64": "bigint",
    "date32[day]": "date",
    "string": 'text COLLATE "C"',
}
_MASKED = """CASE WHEN length(t.id_number) >= 15 THEN regexp_replace(t.id_number, '(?<=.{6}).(?=.{4})', '*', 'g')
ELSE regexp_replace(t.id_number, '(?<=.{2}).(?=.{2})', '*', 'g') END"""
_PROBLEM = tuple(field.name for field in fields(Problem))


class Staging:
    """The temporary tables of one takeover."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.schemas: dict[str, pa.Schema] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE staged_problem (file text, zh text, en text, row bigint, rows bigint, "
                "person_id text, field text, found text, warning boolean) ON COMMIT DROP"
            )

    def table(self, kind: str, schema: pa.Schema) -> None:
        """A table for a kind of file; schema: its columns."""
        self.schemas[kind] = schema
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(field.name), sql.SQL(_TYPES[str(field.type)])) for field in schema
        )
        with self.connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("CREATE TEMPORARY TABLE {} (row bigint, {}) ON COMMIT DROP").format(
                    sql.Identifier(f"staged_{kind}"), columns
                )
            )

    def add(self, kind: str, rows: Iterable[int], table: pa.RecordBatch) -> None:
        """Rows of a file, each with its number in it."""
        numbered = pa.table(
            {"row": pa.array(rows, pa.int64())}
            | {field.name: table.column(field.name).cast(field.type) for field in self.schemas[kind]}
        )
        copy(self.connection, f"staged_{kind}", numbered)

    def analyse(self) -> None:
        """Tells the server how many rows there are, so that it joins the tables well."""
        with self.connection.cursor() as cursor:
            for kind in self.schemas:
                cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(f"staged_{kind}")))

    def say(self, problems: Iterable[Problem]) -> None:
        """Takes problems down."""
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f"COPY staged_problem ({', '.join(_PROBLEM)}) FROM STDIN") as copying,
        ):
            for problem in problems:
                copying.write_row(
                    tuple(
                        str(value) if name == "person_id" and value is not None else value
                        for name, value in zip(_PROBLEM, astuple(problem), strict=True)
                    )
                )

    def find(
        self,
        file: str,
        kind: str,
        field: str,
        rest: str,
        said: tuple[str, str],
        *,
        other: str,
        person: str,
        given: Mapping[str, Any],
    ) -> int:
        """Takes down a problem for each row `t` of a kind of file that a query finds; gives their number.

        rest: SQL of joins and conditions after FROM.  said: Chinese and English; `{other}` in them is the text that
        `other` is SQL of.  person: SQL of whose row it is.
        """
        # an identifier is told as others may see it
        found = _MASKED if field == "id_number" else f"t.{field}"
        query = (
            "INSERT INTO staged_problem (file, zh, en, row, rows, person_id, field, found, warning) "
            "SELECT %(file)s, replace(%(zh)s, '{other}', coalesce(q.other, '')), "
            "replace(%(en)s, '{other}', coalesce(q.other, '')), q.row, 1, q.person, %(field)s, "
            "coalesce(left(q.found, 60), ''), false FROM ("
            f"SELECT t.row, ({person})::text AS person, ({other})::text AS other, "
            f"({found})::text AS found "
            f"FROM staged_{kind} t {rest}) q"
        )
        values = {"file": file, "zh": said[0], "en": said[1], "field": field} | dict(given)
        with self.connection.cursor() as cursor:
            return int(cursor.execute(query, values).rowcount)

    def problems(self) -> Iterator[Problem]:
        """What was taken down, by file and row; memory does not grow with their number."""
        chosen = sql.SQL(", ").join(map(sql.Identifier, _PROBLEM))
        with self.connection.cursor("staged_problems") as cursor:
            cursor.itersize = PIECE
            cursor.execute(
                sql.SQL("SELECT {} FROM staged_problem ORDER BY warning, file, row NULLS FIRST, field").format(chosen)
            )
            for row in cursor:
                yield Problem(**dict(zip(_PROBLEM, row, strict=True)))

    def counts(self) -> dict[bool, int]:
        """How many faults (False) and warnings (True)."""
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT warning, count(*) FROM staged_problem GROUP BY warning")
            return {False: 0, True: 0} | dict(cursor.fetchall())

    def pieces(self, query: str, schema: pa.Schema, given: Mapping[str, Any]) -> Iterator[pa.Table]:
        """The rows of a query as tables of at most PIECE rows; its columns are those of the schema, in order."""
        with self.connection.cursor("staged_rows") as cursor:
            cursor.execute(query, given)
            while rows := cursor.fetchmany(PIECE):
                columns = zip(*rows, strict=True)
                arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
                yield pa.Table.from_arrays(arrays, schema=schema)
