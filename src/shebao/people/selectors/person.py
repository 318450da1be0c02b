"""One person's record, now or as it was known at some moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, cast

from django.db import connection

from shebao.access import reads
from shebao.access.acting import Act
from shebao.people.facts import KINDS, Fact, Known, Vitals
from shebao.people.refusals import Refused

F = TypeVar("F", bound=Fact)
_TIMES = "t.id, t.event_id, lower(t.recorded), upper(t.recorded), lower(t.valid), upper(t.valid)"
# A merge as it stands, or stood at the moment %(known)s.
_IN_FORCE = (
    "m.merged_at <= coalesce(%(known)s::timestamptz, 'infinity') "
    "AND (m.split_at IS NULL OR m.split_at > coalesce(%(known)s::timestamptz, 'infinity'))"
)


@dataclass(frozen=True)
class Person:
    """A record.  merged: the records that it has taken in."""

    id: int
    place: str
    protected: int
    merged: tuple[int, ...]
    facts: Mapping[type[Fact], tuple[Known[Any], ...]]

    def of(self, kind: type[F], /) -> tuple[Known[F], ...]:
        """The facts of a kind, by their first day."""
        return cast("tuple[Known[F], ...]", self.facts[kind])

    def on(self, kind: type[F], day: date, /, **columns: object) -> F | None:
        """The fact of a kind that holds on a day and has these values; None where there is none, or more than one."""
        found = [
            known.fact
            for known in self.of(kind)
            if known.fact.since <= day
            and (known.fact.until is None or day <= known.fact.until)
            and all(getattr(known.fact, name) == value for name, value in columns.items())
        ]
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class Happening:
    """An event of a record, by whom it was written, and the facts that it brought."""

    person_id: int
    event_id: int
    kind: int
    occurred_on: date
    source: str
    evidence: str
    recorded_at: datetime
    actor: str
    brought: tuple[Known[Fact], ...]


def person(act: Act, person_id: int, known: datetime | None = None, on: date | None = None) -> Person:
    """The whole record; of a record that was merged, the one it was merged into.

    known: as it was known at that moment, else as it is known now.  on: only what holds on that day.
    Raises Refused when there is no such record within the actor's scope.
    """
    number = whole(person_id, known)
    with connection.cursor() as cursor:
        cursor.execute("SELECT place, protected FROM people_person WHERE id = %s", [number])
        head = cursor.fetchone()
        if head is None:
            raise Refused(
                f"没有档案{person_id}，或不在您的查询范围内", f"there is no record {person_id} within your scope"
            )
        if known is not None:
            cursor.execute(
                "SELECT place, protected FROM people_change WHERE person_id = %s AND changed_at > %s "
                "ORDER BY changed_at, id LIMIT 1",
                [number, known],
            )
            head = cursor.fetchone() or head
    reads.log(act, [number], "档案" if known is None else f"档案（{known:%Y-%m-%d}所知）")
    facts = {kind: tuple(_facts(kind, number, known, on)) for kind in KINDS}
    return Person(number, head[0], head[1], merged(number, known), facts)


# SQL of a WITH RECURSIVE: `whole` (gone_id, keep_id), each merged record and the one that stands for it at last, as
# known at the moment %(known)s, or now where that is null.
WHOLE = f"""gone (gone_id, keep_id) AS (
    SELECT m.gone_id, m.keep_id FROM people_merge m WHERE {_IN_FORCE}
    UNION SELECT g.gone_id, m.keep_id FROM gone g JOIN people_merge m ON m.gone_id = g.keep_id AND {_IN_FORCE}
), whole AS (
    SELECT gone_id, keep_id FROM gone g WHERE NOT EXISTS (SELECT FROM gone o WHERE o.gone_id = g.keep_id)
)"""


def whole(person_id: int, known: datetime | None = None) -> int:
    """The record into which this one was merged, perhaps by way of others; itself when it was not.  No read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE into_ (id) AS (SELECT %(who)s::bigint UNION SELECT m.keep_id FROM into_ "
            f"JOIN people_merge m ON m.gone_id = into_.id AND {_IN_FORCE}) "
            "SELECT id FROM into_ WHERE NOT EXISTS "
            f"(SELECT FROM people_merge m WHERE m.gone_id = into_.id AND {_IN_FORCE})",
            {"who": person_id, "known": known},
        )
        return int(cursor.fetchone()[0])


def merged(person_id: int, known: datetime | None = None) -> tuple[int, ...]:
    """The records merged into this one, perhaps by way of others.  No read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE taken (id) AS (SELECT %(who)s::bigint UNION SELECT m.gone_id FROM taken "
            f"JOIN people_merge m ON m.keep_id = taken.id AND {_IN_FORCE}) "
            "SELECT id FROM taken WHERE id <> %(who)s ORDER BY id",
            {"who": person_id, "known": known},
        )
        return tuple(row[0] for row in cursor.fetchall())


def history(act: Act, person_id: int) -> list[Happening]:
    """Every event of the record and of those merged into it, the latest first, with what was taken back since."""
    number = whole(person_id)
    numbers = [number, *merged(number)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.person_id, e.id, e.kind, e.occurred_on, e.source, e.evidence, e.recorded_at, a.name "
            "FROM people_event e JOIN access_act t ON t.id = e.act_id JOIN access_actor a ON a.id = t.actor_id "
            "WHERE e.person_id = ANY(%s) ORDER BY e.recorded_at DESC, e.id DESC",
            [numbers],
        )
        events = cursor.fetchall()
    if not events:
        raise Refused(f"没有档案{person_id}，或不在您的查询范围内", f"there is no record {person_id} within your scope")
    reads.log(act, [number], "档案变更记录")
    brought: dict[tuple[int, int], list[Known[Fact]]] = {}
    for kind in KINDS:
        for owner, fact in _ever(kind, numbers):
            brought.setdefault((owner, fact.event_id), []).append(fact)
    return [Happening(*[*event, tuple(brought.get(event[:2], ()))]) for event in events]


def _columns(kind: type[Fact], alias: str = "t") -> str:
    return ", ".join(f"{alias}.{name}" for name in kind.columns())


def _facts(kind: type[F], person_id: int, known: datetime | None, on: date | None) -> list[Known[F]]:
    then = "upper_inf(t.recorded)" if known is None else "t.recorded @> %(known)s::timestamptz"
    day = "" if on is None else "AND t.valid @> %(on)s::date"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_TIMES}, {_columns(kind)} FROM {kind.table} t "
            f"WHERE t.person_id = %(who)s AND {then} {day} ORDER BY lower(t.valid), t.id",
            {"who": person_id, "known": known, "on": on},
        )
        return [_known(kind, row) for row in cursor.fetchall()]


def _ever(kind: type[F], person_ids: list[int]) -> list[tuple[int, Known[F]]]:
    """The facts as their events brought them; what was left of them after later events is not told again."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t.person_id, {_TIMES}, {_columns(kind)} FROM {kind.table} t "
            "JOIN people_event e ON e.person_id = t.person_id AND e.id = t.event_id "
            "WHERE t.person_id = ANY(%s) AND (isempty(t.recorded) OR lower(t.recorded) = e.recorded_at) "
            "ORDER BY lower(t.valid), t.id",
            [person_ids],
        )
        return [(row[0], _known(kind, row[1:])) for row in cursor.fetchall()]


def _known(kind: type[F], row: tuple[Any, ...]) -> Known[F]:
    number, event_id, known_from, known_to, lower, upper, *values = row
    given = dict(zip(kind.columns(), values, strict=True))
    if not issubclass(kind, Vitals):
        given |= {"since": lower, "until": None if upper is None else upper - timedelta(days=1)}
    return Known(kind(**given), number, event_id, known_from, known_to)
