"""The one way in for facts about a person.

A fact that is recorded takes its days from the facts that it excludes: their rows are closed, and what is left of them
is written again, under the event that first brought it.  What was known before stays in the closed rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import psycopg
from django.db import IntegrityError, connection

from shebao.access.acting import Act
from shebao.people.codes import EventKind
from shebao.people.facts import End, Event, Fact, Vitals
from shebao.people.refusals import Refused
from shebao.people.services import checks
from shebao.people.services.tables import stored

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Recorded:
    """The event as written: its number, and the moment from which its facts are known."""

    person_id: int
    event_id: int
    at: datetime


def record(act: Act, person_id: int, event: Event) -> Recorded:
    """Writes an event and its facts.  Raises Refused; nothing is written then once the act is given up."""
    event = checks.checked_event(event)
    with refusing():
        lock(person_id)
        written = envelope(act, person_id, event)
        for fact in event.facts:
            write(written, fact)
    return written


def correct(act: Act, person_id: int, event: Event, wrong: Sequence[tuple[type[Fact], int]]) -> Recorded:
    """Takes rows back whole, each a kind of fact and its number, and records the event's facts in their place.

    Raises Refused, also when one of the rows is not known now.
    """
    event = checks.checked_event(event)
    with refusing():
        lock(person_id)
        written = envelope(act, person_id, event)
        for kind, number in wrong:
            if not _closed(written, kind.table, number):
                raise Refused(
                    "要更正的记录已不是当前记录，请重新查看", "what is to be corrected is not known now; look again"
                )
        for fact in event.facts:
            write(written, fact)
    return written


def died(act: Act, person_id: int, on: date, source: str, evidence: str = "") -> Recorded:
    """死亡登记: the day of death joins the vitals.  Raises Refused."""
    lock(person_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sex, birth_day, death_day FROM people_vitals WHERE person_id = %s AND upper_inf(recorded)",
            [person_id],
        )
        found = cursor.fetchone()
    if found is None:
        raise Refused("档案没有出生日期和性别，请先补录", "the record has no day of birth and sex; record them first")
    if found[2] is not None:
        raise Refused(
            f"已登记死亡（{found[2]}），如有误请更正", f"the death is recorded ({found[2]}); correct it if wrong"
        )
    vitals = Vitals(sex=found[0], birth_day=found[1], death_day=on)
    death = Event(kind=EventKind.DEATH, occurred_on=on, source=source, evidence=evidence, facts=[vitals])
    return record(act, person_id, death)


@contextmanager
def refusing() -> Iterator[None]:
    """What the database refuses is told in words."""
    try:
        yield
    except (IntegrityError, psycopg.IntegrityError) as error:  # through Django, or by COPY
        told = checks.refused(error)
        if told is None:
            raise
        raise told from error


def lock(*person_ids: int, merged: bool = False) -> None:
    """Nobody else writes into the records until the act ends.  Raises Refused for one that is not there, or merged."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, merged_into FROM people_person WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [list(person_ids)],
        )
        into = dict(cursor.fetchall())
    for person_id in person_ids:
        if person_id not in into:
            raise Refused(
                f"没有档案{person_id}，或不在您的经办范围内", f"there is no record {person_id} within your scope"
            )
        if into[person_id] is not None and not merged:
            raise Refused(
                f"档案{person_id}已并入档案{into[person_id]}", f"record {person_id} was merged into {into[person_id]}"
            )


def moment(act: Act, *person_ids: int, after: bool = False) -> datetime:
    """From when on what is now written into these records, which are locked, is known.

    From when the act began, but later than what another act wrote before it had the records; `after`: later than
    everything written.  So no moment ever shows two facts that exclude each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT recorded_at, act_id FROM people_event WHERE person_id = ANY(%s) ORDER BY recorded_at DESC LIMIT 1",
            [list(person_ids)],
        )
        last = cursor.fetchone()
    if last is None or last[0] < act.at:
        return act.at
    at: datetime = last[0]
    return at if last[1] == act.id and not after else at + _TICK


def envelope(act: Act, person_id: int, event: Event, at: datetime | None = None) -> Recorded:
    """Writes the event alone, into a record that is locked."""
    at = at or moment(act, person_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_event (person_id, kind, occurred_on, source, evidence, act_id, recorded_at) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id",
            [person_id, event.kind, event.occurred_on, event.source.strip(), event.evidence, act.id, at],
        )
        (number,) = cursor.fetchone()
    return Recorded(person_id, number, at)


def write(written: Recorded, fact: Fact | End) -> None:
    """Clears the days of a fact, and puts it there unless it is an end."""
    ending = isinstance(fact, End)
    what = fact.fact if isinstance(fact, End) else fact
    values = stored(what)
    given = values | {
        "person": written.person_id,
        "event": written.event_id,
        "at": written.at,
        "since": what.since,
        "until": None if what.until is None else what.until + timedelta(days=1),
    }
    if not ending:
        checks.free(written.person_id, what)
    columns = ", ".join(values)
    kept = ", ".join(f"t.{name}" for name in values)
    replaced = "false" if ending else what.replaces
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH closed AS (UPDATE {what.table} t SET recorded = tstzrange(lower(t.recorded), %(at)s) "
            "WHERE t.person_id = %(person)s AND upper_inf(t.recorded) "
            f"AND ((t.valid && daterange(%(since)s, %(until)s) AND ({what.excludes})) OR ({replaced})) RETURNING t.*) "
            f"INSERT INTO {what.table} (person_id, {columns}, valid, recorded, event_id) "
            f"SELECT t.person_id, {kept}, left_over, tstzrange(%(at)s, NULL), t.event_id FROM closed t, "
            "unnest(datemultirange(t.valid) - datemultirange(daterange(%(since)s, %(until)s))) left_over "
            f"WHERE NOT ({replaced})",
            given,
        )
        if not ending:
            cursor.execute(
                f"INSERT INTO {what.table} (person_id, {columns}, valid, recorded, event_id) VALUES (%(person)s, "
                f"{', '.join(f'%({name})s' for name in values)}, daterange(%(since)s, %(until)s), "
                "tstzrange(%(at)s, NULL), %(event)s)",
                given,
            )


def _closed(written: Recorded, table: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET recorded = tstzrange(lower(recorded), %s) "
            "WHERE person_id = %s AND id = %s AND upper_inf(recorded)",
            [written.at, written.person_id, number],
        )
        return bool(cursor.rowcount == 1)
