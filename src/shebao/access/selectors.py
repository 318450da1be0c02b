"""What an actor may do, and where."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from shebao.access.models import Actor


@dataclass(frozen=True)
class Standing:
    """An actor with what is granted to him today.  purposes: as rights name them, `people.%` for all of a room's."""

    actor_id: int
    kind: Actor.Kind
    name: str
    person_id: int | None
    organisation_id: int | None
    roles: tuple[str, ...]
    places: tuple[str, ...]
    purposes: tuple[str, ...]

    def may(self, purpose: str) -> bool:
        """Whether an act for the purpose would be let in; the database decides again when it begins."""
        return any(
            purpose == right or (right.endswith("%") and purpose.startswith(right[:-1])) for right in self.purposes
        )


def standing(actor_id: int) -> Standing | None:
    """The actor's roles, places and purposes of today; None for one that is inactive or nobody."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id, a.kind, a.name, a.person_id, a.organisation_id, "
            "coalesce(array_agg(DISTINCT g.role_id) FILTER (WHERE g.role_id IS NOT NULL), '{}'), "
            "coalesce(array_agg(DISTINCT g.place_id) FILTER (WHERE g.place_id IS NOT NULL), '{}'), "
            "coalesce(array_agg(DISTINCT r.purpose) FILTER (WHERE r.purpose IS NOT NULL), '{}') "
            "FROM access_actor a LEFT JOIN access_grant g ON g.actor_id = a.id "
            "AND current_date BETWEEN g.since AND coalesce(g.until, 'infinity') "
            "LEFT JOIN access_right r ON r.role_id = g.role_id WHERE a.id = %s AND a.active GROUP BY a.id",
            [actor_id],
        )
        found = cursor.fetchone()
    if found is None:
        return None
    number, kind, name, person, organisation, *lists = found
    return Standing(number, Actor.Kind(kind), name, person, organisation, *map(tuple, lists))


def place_names(codes: list[str]) -> dict[str, str]:
    """The names of places, those they lie in before them: 东城区 东华门街道."""
    prefixes = {code[:length] for code in codes for length in (6, 9, 12) if len(code) >= length}
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, name FROM access_place WHERE code = ANY(%s)", [sorted(prefixes | set(codes))])
        names = dict(cursor.fetchall())
    return {
        code: " ".join(names[code[:n]] for n in (6, 9, 12) if len(code) >= n and code[:n] in names)
        or names.get(code, code)
        for code in codes
    }


def places(level: int) -> list[tuple[str, str]]:
    """(code, name) of all places of a level (models.Place.Level), in the order of codes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, name FROM access_place WHERE level = %s ORDER BY code", [level])
        return [(code, name) for code, name in cursor.fetchall()]
