"""合并与撤销: two records of one person become one, and two again.

The facts of the record that goes are closed there and written into the record that stays, for the days on which that
says nothing else.  Taking it back closes what came so and opens what was closed.  Both are known from a moment of their
own, so that every state there was can be asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from shebao.access.acting import Act
from shebao.people.codes import EventKind
from shebao.people.facts import KINDS, Event, Fact, Relation, Vitals, Work
from shebao.people.refusals import Refused
from shebao.people.services.recording import envelope, lock, moment, refusing
from shebao.people.services.tables import stored_columns

_SOURCE = "档案管理"


@dataclass(frozen=True)
class Merged:
    """A merge: its number, and from when it is known."""

    merge_id: int
    at: datetime


def merge(act: Act, keep: int, gone: int, why: str) -> Merged:
    """Makes `keep` the record of both.  Where the two differ, what `keep` says holds.  Raises Refused."""
    if keep == gone:
        raise Refused("不能与自身合并", "a record is not merged with itself")
    if not why.strip():
        raise Refused("请填写合并理由", "say why the two are one person")
    with refusing():
        lock(keep, gone)
        at = moment(act, keep, gone, after=True)
        into = envelope(act, keep, _event(EventKind.MERGE, act, f"{gone}: {why}"), at)
        out = envelope(act, gone, _event(EventKind.MERGED, act, f"{keep}: {why}"), at)
        for kind in KINDS:
            _take_over(kind, keep, gone, into.event_id, at)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO people_merge (keep_id, gone_id, keep_event_id, gone_event_id, keep_protected, why, "
                "merged_at, act_id) SELECT %s, %s, %s, %s, protected, %s, %s, %s FROM people_person WHERE id = %s "
                "RETURNING id",
                [keep, gone, into.event_id, out.event_id, why.strip(), at, act.id, keep],
            )
            (number,) = cursor.fetchone()
            # The record stays as protected as the more protected of the two.
            cursor.execute(
                "UPDATE people_person p SET protected = g.protected FROM people_person g "
                "WHERE p.id = %s AND g.id = %s AND g.protected > p.protected",
                [keep, gone],
            )
            cursor.execute("UPDATE people_person SET merged_into = %s WHERE id = %s", [keep, gone])
    return Merged(number, at)


def split(act: Act, merge_id: int, why: str) -> datetime:
    """Takes a merge back; gives the moment from which that is known.

    What was recorded since stays with the record that was kept.  Raises Refused, also while the kept record is itself
    merged into another.
    """
    if not why.strip():
        raise Refused("请填写撤销理由", "say why the two are not one person")
    with connection.cursor() as cursor, refusing():
        cursor.execute(
            "SELECT keep_id, gone_id, keep_event_id, keep_protected, merged_at, split_at FROM people_merge "
            "WHERE id = %s FOR UPDATE",
            [merge_id],
        )
        found = cursor.fetchone()
        if found is None:
            raise Refused(
                f"没有合并记录{merge_id}，或不在您的经办范围内", f"there is no merge {merge_id} within your scope"
            )
        keep, gone, event_id, protected, merged_at, split_at = found
        if split_at is not None:
            raise Refused("该合并已撤销", "the merge was taken back before")
        lock(keep)
        lock(gone, merged=True)
        at = moment(act, keep, gone, after=True)
        envelope(act, keep, _event(EventKind.SPLIT, act, f"{gone}: {why}"), at)
        envelope(act, gone, _event(EventKind.SPLIT, act, f"{keep}: {why}"), at)
        for kind in KINDS:
            _give_back(kind, keep, gone, event_id, merged_at, at)
        cursor.execute("UPDATE people_merge SET split_at = %s, split_act_id = %s WHERE id = %s", [at, act.id, merge_id])
        cursor.execute("UPDATE people_person SET merged_into = NULL WHERE id = %s", [gone])
        # Unless somebody set it since, the protection is again what it was.
        cursor.execute(
            "UPDATE people_person p SET protected = %s FROM people_person g WHERE p.id = %s AND g.id = %s "
            "AND p.protected <> %s AND p.protected = greatest(%s, g.protected)",
            [protected, keep, gone, protected, protected],
        )
    return at


def _event(kind: EventKind, act: Act, evidence: str) -> Event:
    return Event(kind=kind, occurred_on=act.at.date(), source=_SOURCE, evidence=evidence.strip())


def _take_over(kind: type[Fact], keep: int, gone: int, event_id: int, at: datetime) -> None:
    """Closes the rows of one record and writes them into the other, on the days that it leaves free."""
    table, columns = kind.table, stored_columns(kind)
    names = ", ".join(columns)
    excludes = (kind.merged_excludes or kind.excludes) % {name: f"g.{name}" for name in columns}
    left = f"datemultirange(g.valid) - {_days(table, excludes)}"
    only = "true"
    if kind is Vitals:  # from birth on, or not at all
        only = f"isempty({_days(table, 'true')})"
    if kind is Relation:
        only = "g.other_id IS DISTINCT FROM %(keep)s"
    beside = ""
    if kind is Work:
        # Two main works at a time become a main one and one beside it.
        free = f"datemultirange(g.valid) * {_days(table, 't.main')} - {_days(table, _SAME_ORGANISATION)}"
        beside = (
            f", beside AS (INSERT INTO {table} (person_id, {names}, valid, recorded, event_id) "
            f"SELECT %(keep)s, {_taken(columns, main='false')}, days, tstzrange(%(at)s, NULL), %(event)s "
            f"FROM closed g, unnest({free}) days WHERE g.main)"
        )
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH closed AS (UPDATE {table} t SET recorded = tstzrange(lower(t.recorded), %(at)s) "
            f"WHERE t.person_id = %(gone)s AND upper_inf(t.recorded) RETURNING t.*){beside} "
            f"INSERT INTO {table} (person_id, {names}, valid, recorded, event_id) "
            f"SELECT %(keep)s, {_taken(columns)}, days, tstzrange(%(at)s, NULL), %(event)s "
            f"FROM closed g, unnest({left}) days WHERE {only}",
            {"keep": keep, "gone": gone, "event": event_id, "at": at},
        )


_SAME_ORGANISATION = "coalesce(t.organisation_id, 0) = coalesce(g.organisation_id, 0)"


def _days(table: str, condition: str) -> str:
    """The days on which the record that stays has such a row."""
    return (
        f"coalesce((SELECT range_agg(t.valid) FROM {table} t WHERE t.person_id = %(keep)s "
        f"AND upper_inf(t.recorded) AND ({condition})), datemultirange())"
    )


def _taken(columns: tuple[str, ...], **instead: str) -> str:
    return ", ".join(instead.get(name, f"g.{name}") for name in columns)


def _give_back(kind: type[Fact], keep: int, gone: int, event_id: int, merged_at: datetime, at: datetime) -> None:
    """Closes what came with the merge and opens what it closed, under the events that first brought it."""
    names = ", ".join(stored_columns(kind))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {kind.table} SET recorded = tstzrange(lower(recorded), %s) "
            "WHERE person_id = %s AND event_id = %s AND upper_inf(recorded)",
            [at, keep, event_id],
        )
        cursor.execute(
            f"INSERT INTO {kind.table} (person_id, {names}, valid, recorded, event_id) "
            f"SELECT person_id, {names}, valid, tstzrange(%s, NULL), event_id FROM {kind.table} "
            "WHERE person_id = %s AND upper(recorded) = %s",
            [at, gone, merged_at],
        )
