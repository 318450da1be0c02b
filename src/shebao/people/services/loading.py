"""Whole tables of persons at once, for the sample city and for taking over another system.

Numbers of persons, households and organisations are drawn first, so that other rooms' tables can name them; every
person of a load gets one event, to which all his facts belong.  What is wrong is looked for in the whole load before
the first row is written, and once more by the constraints of the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import connection

from shebao.access.acting import Act
from shebao.database import copying
from shebao.database.connection import psycopg_connection
from shebao.people import names
from shebao.people.codes import EventKind
from shebao.people.refusals import Refused
from shebao.people.services import loadchecks
from shebao.people.services.loadtables import FACTS, MOMENT, ORGANISATION_FACTS, TABLES
from shebao.people.services.recording import refusing

Ids = npt.NDArray[np.int64]


def draw(what: str, count: int) -> Ids:
    """New numbers for `load`; what: person, household, organisation or card (a card's life)."""
    sequence = "people_card_card_seq" if what == "card" else f"people_{what}_id_seq"
    return copying.drawn(psycopg_connection(), sequence, count)


def load(
    act: Act,
    tables: Mapping[str, pa.Table],
    occurred_on: date,
    source: str,
    evidence: str = "",
    kind: int = EventKind.OPENING,
) -> dict[str, int]:
    """Adds whole tables, each named and shaped as in loadtables.TABLES; gives the rows written, by table.

    Persons may be new, in people_person, or in the record already.  valid: struct<lower, upper> of dates, upper being
    the day after the last, null where it goes on.  May be called many times in an act, with a part of a city each.
    Raises FileRefused with the rows that are wrong (the first row is 1), `file` being the table.
    """
    formed = loadchecks.formed(tables)
    loadchecks.check(formed)
    persons = _persons(formed)
    into = psycopg_connection()
    written: dict[str, int] = {}
    with refusing():
        _lock(act, persons)
        for name in TABLES:
            if name in formed and name not in FACTS:
                written[name] = copying.copy(into, name, _head(act, name, formed[name]))
        if len(persons):
            events = copying.drawn(into, "people_event_id_seq", len(persons))
            written["people_event"] = copying.copy(
                into, "people_event", _envelopes(act, persons, events, occurred_on, source, evidence, kind)
            )
            for name in FACTS:
                if name in formed:
                    written[name] = copying.copy(into, name, _facts(act, name, formed[name], persons, events))
    return written


def _persons(tables: Mapping[str, pa.Table]) -> Ids:
    """Whoever any table tells something about, in order."""
    columns = [tables[name]["person_id"].to_numpy() for name in FACTS if name in tables]
    if "people_person" in tables:
        columns.append(tables["people_person"]["id"].to_numpy())
    return np.unique(np.concatenate(columns)) if columns else np.zeros(0, np.int64)


def _lock(act: Act, persons: Ids) -> None:
    """Of persons who have a record already nobody else writes, and nothing was recorded since the act began."""
    if not len(persons):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM people_person WHERE id = ANY(%s) AND act_id <> %s ORDER BY id FOR NO KEY UPDATE",
            [persons.tolist(), act.id],
        )
        old = [row[0] for row in cursor.fetchall()]
        if not old:
            return
        cursor.execute(
            "SELECT person_id FROM people_event WHERE person_id = ANY(%s) AND recorded_at >= %s AND act_id <> %s "
            "UNION SELECT id FROM people_person WHERE id = ANY(%s) AND merged_into IS NOT NULL LIMIT 1",
            [old, act.at, act.id, old],
        )
        if found := cursor.fetchone():
            raise Refused(
                f"档案{found[0]}在导入开始后有变更或已被合并，请重新导入",
                f"record {found[0]} was changed after the load began, or is merged; load again",
            )


def _head(act: Act, name: str, rows: pa.Table) -> pa.Table:
    rows = rows.append_column("act_id", _same(act.id, pa.int64(), rows.num_rows))
    if name in ORGANISATION_FACTS:
        rows = rows.append_column("recorded", _from_now(act, rows.num_rows))
    return rows


def _envelopes(
    act: Act, persons: Ids, events: Ids, occurred_on: date, source: str, evidence: str, kind: int
) -> pa.Table:
    count = len(persons)
    return pa.table(
        {
            "person_id": persons,
            "id": events,
            "kind": _same(int(kind), pa.int16(), count),
            "occurred_on": _same(occurred_on, pa.date32(), count),
            "source": _same(source, pa.string(), count),
            "evidence": _same(evidence, pa.string(), count),
            "act_id": _same(act.id, pa.int64(), count),
            "recorded_at": _same(act.at, MOMENT, count),
        }
    )


def _facts(act: Act, name: str, rows: pa.Table, persons: Ids, events: Ids) -> pa.Table:
    """The rows with the event of their person, known from now on."""
    found = events[np.searchsorted(persons, rows["person_id"].to_numpy())]
    rows = rows.append_column("event_id", pa.array(found)).append_column("recorded", _from_now(act, rows.num_rows))
    if name == "people_vitals":
        born = rows["birth_day"].combine_chunks()
        rows = rows.append_column("valid", copying.ranges(born, pa.nulls(len(born), pa.date32()), pa.date32()))
    if name == "people_name":
        pinyin, initials = names.key_columns(rows["name"].combine_chunks())
        rows = rows.append_column("pinyin", pinyin).append_column("initials", initials)
    return rows


def _same(value: object, kind: pa.DataType, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(value, kind), count)


def _from_now(act: Act, count: int) -> pa.Array:
    return copying.ranges(_same(act.at, MOMENT, count), pa.nulls(count, MOMENT), MOMENT)
