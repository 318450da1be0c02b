"""Records as linkage compares them; pairs that wait for somebody's decision."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
from django.db import connection
from pyarrow import csv

from shebao.access import reads
from shebao.access.acting import Act
from shebao.database.connection import psycopg_connection
from shebao.people.codes import ContactKind, IdentifierKind, NameKind
from shebao.people.selectors.finding import Found, lines

RECORDS = {
    "record": pa.int64(),
    "source": pa.string(),
    "name": pa.string(),
    "pinyin": pa.string(),
    "id_number": pa.string(),
    "birth_day": pa.date32(),
    "sex": pa.int16(),
    "phone": pa.string(),
    "place": pa.string(),
    "address": pa.string(),
}


def _latest(table: str, columns: str, where: str = "true", order: str = "upper_inf(valid) DESC, valid DESC") -> str:
    """Of each person the latest row known now, in a form that is made for all persons at once."""
    return (
        f"LEFT JOIN (SELECT DISTINCT ON (person_id) person_id, {columns} FROM {table} "
        f"WHERE upper_inf(recorded) AND {where} ORDER BY person_id, {order})"
    )


_NUMBERS = (IdentifierKind.CITIZEN, IdentifierKind.CITIZEN_15, IdentifierKind.UNVERIFIED)
_QUERY = f"""
SELECT p.id AS record, e.source, n.name, n.pinyin, i.number AS id_number, v.birth_day, v.sex, c.value AS phone,
    r.place, r.address
FROM people_person p
LEFT JOIN (SELECT DISTINCT ON (person_id) person_id, source FROM people_event ORDER BY person_id, id) e
    ON e.person_id = p.id
{_latest("people_name", "name, pinyin", f"kind = {int(NameKind.LEGAL)}")} n ON n.person_id = p.id
{_latest("people_identifier", "number", f"kind IN ({', '.join(str(int(k)) for k in _NUMBERS)})", "kind, valid DESC")} i
    ON i.person_id = p.id
LEFT JOIN people_vitals v ON v.person_id = p.id AND upper_inf(v.recorded)
{_latest("people_contact", "value", f"kind = {int(ContactKind.PHONE)}")} c ON c.person_id = p.id
{_latest("people_residence", "place, address")} r ON r.person_id = p.id
WHERE p.merged_into IS NULL ORDER BY p.id
"""


def records(act: Act) -> pa.Table:
    """Every record within the actor's scope, one row each, with the columns of RECORDS, as `linkage.link` takes them.

    The act itself says that all of them were read; a line for each would say no more.
    """
    text = io.BytesIO()
    with (
        psycopg_connection().cursor() as cursor,
        cursor.copy(f"COPY ({_QUERY}) TO STDOUT (FORMAT CSV, HEADER)") as copied,
    ):
        for piece in copied:
            text.write(piece)
    return csv.read_csv(
        pa.py_buffer(text.getbuffer()),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=RECORDS, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )


@dataclass(frozen=True)
class Waiting:
    """A pair of records to be decided.  score: the probability that they are of one person."""

    pair_id: int
    first: Found
    second: Found
    band: int
    score: float
    reasons: Sequence[str]


def waiting_pairs(act: Act, most: int = 50) -> list[Waiting]:
    """The first pairs of the queue, the surest first, then those that settle most."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, first_id, second_id, band, score, reasons FROM people_pair WHERE state = 0 "
            "ORDER BY band, rank, id LIMIT %s",
            [most],
        )
        pairs = cursor.fetchall()
    found = {line.person_id: line for line in lines(sorted({who for pair in pairs for who in pair[1:3]}))}
    reads.log(act, found, "查重")
    return [
        Waiting(number, found[first], found[second], band, score, tuple(reasons))
        for number, first, second, band, score, reasons in pairs
    ]
