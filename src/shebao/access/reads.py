"""谁看过我: the log of reads of persons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from shebao.access.acting import Act


def log(act: Act, person_ids: Iterable[int], what: str) -> None:
    """Takes down that the act read this part of these persons' records; part of the transaction that reads."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_read (person_id, act_id, what) SELECT p, %s, %s FROM unnest(%s::bigint[]) AS p",
            [act.id, what, list(person_ids)],
        )


@dataclass(frozen=True)
class Reading:
    """One look at a record."""

    at: datetime
    actor: str
    kind: int  # Actor.Kind
    purpose: str
    what: str


def of_person(person_id: int, most: int = 200) -> list[Reading]:
    """Who read the record, the latest first: for the citizen, and for auditors."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.at, a.name, a.kind, t.purpose, r.what FROM access_read r JOIN access_act t ON t.id = r.act_id "
            "JOIN access_actor a ON a.id = t.actor_id WHERE r.person_id = %s ORDER BY r.id DESC LIMIT %s",
            [person_id, most],
        )
        return [Reading(*row) for row in cursor.fetchall()]
