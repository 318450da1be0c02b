"""Who keeps a record, and who may read it."""

from __future__ import annotations

from datetime import date

from django.db import connection

from shebao.access.acting import Act
from shebao.people.codes import EventKind, Protection
from shebao.people.facts import Event
from shebao.people.refusals import Refused
from shebao.people.services.recording import Recorded, envelope, lock, refusing


def move(act: Act, person_id: int, place: str, on: date, source: str, evidence: str = "") -> Recorded:
    """经办地变更: hands the record to another place, for the purpose people.move.  Raises Refused."""
    event = Event(kind=EventKind.MOVED, occurred_on=on, source=source, evidence=evidence)
    return _changed(act, person_id, event, "place", place)


def protect(act: Act, person_id: int, level: int, on: date, source: str, evidence: str = "") -> Recorded:
    """Sets who may read the record: codes.Protection, 0 for everyone within scope.  Raises Refused."""
    if level not in Protection.values:
        raise Refused(f"没有保护级别{level}", f"there is no level {level} of protection")
    event = Event(kind=EventKind.PROTECTED, occurred_on=on, source=source, evidence=evidence)
    return _changed(act, person_id, event, "protected", level)


def _changed(act: Act, person_id: int, event: Event, column: str, value: str | int) -> Recorded:
    if not event.source.strip():
        raise Refused("请填写来源", "the source of the event is missing")
    with refusing(), connection.cursor() as cursor:
        lock(person_id)
        written = envelope(act, person_id, event)
        cursor.execute(f"UPDATE people_person SET {column} = %s WHERE id = %s", [value, person_id])
    return written
