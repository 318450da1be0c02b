"""Actors and what they are granted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

from shebao.access.acting import Act
from shebao.access.models import Actor, Grant, Place


def add_actor(
    act: Act, kind: Actor.Kind, name: str, organisation_id: int | None = None, person_id: int | None = None
) -> Actor:
    """A new actor, who may do nothing yet."""
    return Actor.objects.create(kind=kind, name=name, organisation_id=organisation_id, person_id=person_id)


def grant(act: Act, actor: Actor, role: str, place: str, since: date | None = None, until: date | None = None) -> Grant:
    """Gives an actor a role in a place and all places within it."""
    days = {} if since is None else {"since": since}
    return Grant.objects.create(actor=actor, role_id=role, place_id=place, until=until, **days)


def end_grant(act: Act, number: int, until: date) -> None:
    """The grant ends after this day.  Raises Grant.DoesNotExist."""
    found = Grant.objects.get(pk=number)
    found.until = until
    found.save(update_fields=["until"])


def add_places(act: Act, places: Sequence[tuple[str, int, str, bool]]) -> None:
    """New places, (code, level, name, assumed) each; one that is there keeps its code and takes the new name."""
    Place.objects.bulk_create(
        [Place(code=code, level=level, name=name, assumed=assumed) for code, level, name, assumed in places],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "assumed"],
    )


def system_actor(name: str) -> int:
    """The number of a programme of the system, as it was set up with the database.  Raises LookupError."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM access_actor WHERE kind = %s AND name = %s", [Actor.Kind.SYSTEM, name])
        found = cursor.fetchone()
    if found is None:
        raise LookupError(f"no programme of the system is named {name}")
    return int(found[0])
