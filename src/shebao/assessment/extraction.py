"""The facts of some people, with those of their families, as the tables that a pass takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import psycopg
import pyarrow as pa

from shebao.assessment import record, sources
from shebao.assessment.sources import Source
from shebao.database.connection import psycopg_connection
from shebao.database.extraction import integers, selected
from shebao.people import particulars
from shebao.people.codes import HouseholdKind
from shebao.rules.declare import PERSON, Input
from shebao.rules.graph import Plan
from shebao.rules.kernel import EMPTY, Ints

KINDS = {"household": HouseholdKind.HOUSEHOLD, "housing_applicants": HouseholdKind.HOUSING}  # groups of the record
_ENDLESS = int(np.iinfo(np.int64).max)
assert record  # its sources are registered by importing it


@dataclass(frozen=True)
class When:
    """The day for which facts are asked, and the moment as of whose knowledge."""

    on: date
    known: datetime


@dataclass(frozen=True)
class Facts:
    """What a pass takes: the persons' table, in the order of `persons`, and the facts of their groups by kind."""

    persons: Ints
    table: pa.Table
    groups: Mapping[str, pa.Table]


@dataclass(frozen=True)
class Everybody:
    """All records, and who belongs to whom.  persons: their numbers, those of one household and family together.

    starts: where each such circle begins, int64 of shape (circles,).
    """

    persons: Ints
    starts: Ints

    def around(self, persons: Ints) -> Everybody:
        """The circles of these persons alone."""
        circle = np.zeros(len(self.persons), np.int64)
        circle[self.starts[1:]] = 1
        circle = np.cumsum(circle)
        kept = np.isin(circle, np.unique(circle[np.isin(self.persons, persons)]))
        left = circle[kept]
        starts = np.flatnonzero(np.append(True, left[1:] != left[:-1])) if len(left) else np.zeros(0, np.int64)
        return Everybody(self.persons[kept], starts)

    def parts(self, size: int) -> Iterator[Ints]:
        """The persons in parts of at least `size`, but for the last; no circle is cut."""
        begin = 0
        while begin < len(self.persons):
            place = np.searchsorted(self.starts, begin + size)
            end = int(self.starts[place]) if place < len(self.starts) else len(self.persons)
            yield self.persons[begin:end]
            begin = end


def everybody(when: When, last: int | None = None) -> Everybody:
    """All records that were not merged into another; last: those with a number up to it."""
    into = psycopg_connection()
    of = {"on": when.on, "known": when.known, "last": _ENDLESS if last is None else last}
    persons = np.sort(
        integers(
            into,
            {"id": "p.id"},
            "FROM people_person p WHERE p.id <= %(last)s AND NOT EXISTS (SELECT FROM people_merge m "
            "WHERE m.gone_id = p.id AND m.merged_at <= %(known)s "
            "AND (m.split_at IS NULL OR m.split_at > %(known)s))",
            of,
        )["id"]
    )
    ties = integers(
        into,
        {"person": "t.person_id", "group": "t.household_id"},
        "FROM people_membership t WHERE t.kind = ANY(%(kinds)s) AND t.valid @> %(on)s::date "
        "AND t.recorded @> %(known)s::timestamptz",
        of | {"kinds": [int(kind) for kind in KINDS.values()]},
    )
    circle = _circles(persons, ties["person"], ties["group"])
    order = np.lexsort([persons, circle])
    ordered = circle[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(order) else np.zeros(0, np.int64)
    return Everybody(persons[order], starts)


def circle_of(person_id: int, when: When) -> Ints:
    """The person and all who share a household or family with him, directly or by way of others."""
    found = {person_id}
    while True:
        rows = integers(
            psycopg_connection(),
            {"person": "o.person_id"},
            "FROM people_membership t JOIN people_membership o USING (kind, household_id) "
            "WHERE t.person_id = ANY(%(persons)s) AND t.kind = ANY(%(kinds)s) "
            "AND t.valid @> %(on)s::date AND t.recorded @> %(known)s::timestamptz "
            "AND o.valid @> %(on)s::date AND o.recorded @> %(known)s::timestamptz",
            {
                "persons": sorted(found),
                "kinds": [int(kind) for kind in KINDS.values()],
                "on": when.on,
                "known": when.known,
            },
        )["person"]
        more = found | set(rows.tolist())
        if more == found:
            return np.array(sorted(found), np.int64)
        found = more


def _circles(persons: Ints, members: Ints, groups: Ints) -> Ints:
    """For each person the smallest number that is reached by way of common groups."""
    here = np.isin(members, persons)
    place = np.searchsorted(persons, members[here])
    group = np.unique(groups[here], return_inverse=True)[1]
    circle = persons.copy()
    while len(place):
        least = np.full(int(group.max()) + 1, _ENDLESS, np.int64)
        np.minimum.at(least, group, circle[place])
        joined = circle.copy()
        np.minimum.at(joined, place, least[group])
        if np.array_equal(joined, circle):
            break
        circle = joined
    return circle


def facts(plan: Plan, persons: Ints, when: When) -> Facts:
    """The plan's inputs of these persons and of their groups.  persons: no circle cut."""
    into = psycopg_connection()
    with psycopg.Cursor(into) as cursor:
        # A part of the city is found by its numbers: the planner would rather read whole tables again and again.
        cursor.execute("SET LOCAL enable_seqscan = off")
    of = {"persons": persons.tolist(), "on": when.on, "known": when.known}
    order = np.argsort(persons, kind="stable")
    held = _Rows(persons, order)
    own = [plan.law.inputs[name] for name in plan.inputs]
    columns: dict[str, pa.Array] = {"person_id": pa.array(persons)}
    for source in sources.registered(plan.inputs):
        columns |= _sourced(into, source, {one.name: one for one in own}, held, of)
    groups = {kind: _group_ids(into, number, held, of) for kind, number in KINDS.items() if kind in plan.groups}
    given = _particulars(into, {one.name for one in own}, of)
    families: dict[str, pa.Table] = {}
    for kind, ids in groups.items():
        mine = [one for one in own if one.of == kind]
        ids = _alone(plan, kind, ids, persons, given, held, mine)
        columns[kind] = pa.array(ids, mask=ids == EMPTY)
        families[kind] = _family(kind, ids, mine, given, held)
    for one in own:
        if one.of == PERSON and one.name in given:
            rows = given[one.name]
            values = np.full(len(persons), EMPTY, np.int64)
            values[held.place(rows["person"])] = rows["value"]
            columns[one.name] = _array(one, values)
    return Facts(persons, pa.table(columns), families)


class _Rows:
    """Where the row of a person is."""

    def __init__(self, persons: Ints, order: Ints) -> None:
        self.count, self._order, self._sorted = len(persons), order, persons[order]

    def place(self, persons: Ints) -> Ints:
        return self._order[np.searchsorted(self._sorted, persons)]


def _array(given: Input, values: Ints) -> pa.Array:
    """A column as the pass reads it: days as date32, all else as integers; EMPTY is null."""
    mask = values == EMPTY
    if given.kind.form == "day":
        return pa.array(np.where(mask, 0, values).astype(np.int32), mask=mask).view(pa.date32())
    return pa.array(values, mask=mask)


def _sourced(
    into: psycopg.Connection[object], source: Source, own: Mapping[str, Input], held: _Rows, of: dict[str, object]
) -> dict[str, pa.Array]:
    """The columns of a source that the plan reads."""
    names = [name for name in source.columns if name in own]
    asked = {"person": source.person, **{name: source.columns[name] for name in names}}
    found = (selected if "ORDER BY" in source.rest else integers)(into, asked, source.rest, of)
    place = held.place(found["person"])
    if not source.history:
        columns = {}
        for name in names:
            values = np.full(held.count, EMPTY, np.int64)
            values[place] = found[name]
            columns[name] = _array(own[name], values)
        return columns
    order = np.argsort(place, kind="stable")
    offsets = np.zeros(held.count + 1, np.int32)
    np.cumsum(np.bincount(place, minlength=held.count), out=offsets[1:])
    return {name: pa.ListArray.from_arrays(pa.array(offsets), _array(own[name], found[name][order])) for name in names}


def _group_ids(into: psycopg.Connection[object], kind: int, held: _Rows, of: dict[str, object]) -> Ints:
    """The household of each person, EMPTY for none."""
    rows = integers(
        into,
        {"person": "t.person_id", "group": "t.household_id"},
        "FROM people_membership t WHERE t.kind = %(kind)s AND t.person_id = ANY(%(persons)s) "
        "AND t.valid @> %(on)s::date AND t.recorded @> %(known)s::timestamptz",
        of | {"kind": int(kind)},
    )
    ids = np.full(held.count, EMPTY, np.int64)
    ids[held.place(rows["person"])] = rows["group"]
    return ids


def _particulars(
    into: psycopg.Connection[object], wanted: set[str], of: dict[str, object]
) -> dict[str, dict[str, Ints]]:
    """By input: who has it, since when, and its value."""
    names = sorted(wanted & set(particulars.inputs()))
    rows = selected(
        into,
        {"name": "n.place", "person": "t.person_id", "since": record.days("lower(t.valid)"), "value": "t.value"},
        "FROM people_particular t JOIN unnest(%(names)s::text[]) WITH ORDINALITY n (input, place) USING (input) "
        "WHERE t.person_id = ANY(%(persons)s) AND t.valid @> %(on)s::date AND t.recorded @> %(known)s::timestamptz "
        "ORDER BY n.place",
        of | {"names": names},
    )
    starts = np.searchsorted(rows["name"], np.arange(1, len(names) + 2))
    return {
        name: {column: rows[column][starts[k] : starts[k + 1]] for column in ("person", "since", "value")}
        for k, name in enumerate(names)
        if starts[k + 1] > starts[k]
    }


def _alone(
    plan: Plan,
    kind: str,
    ids: Ints,
    persons: Ints,
    given: Mapping[str, Mapping[str, Ints]],
    held: _Rows,
    mine: list[Input],
) -> Ints:
    """Who is in no group of the record is one of his own, by his number below zero.

    Where the law does not take everybody for such a group, only who declared something for it is.
    """
    outside = ids == EMPTY
    if not plan.law.groups[kind].alone:
        declared = np.zeros(len(ids), np.bool_)
        for one in mine:
            if one.name in given:
                declared[held.place(given[one.name]["person"])] = True
        outside &= declared
    return np.where(outside, -persons, ids)


def _family(kind: str, ids: Ints, mine: list[Input], given: Mapping[str, Mapping[str, Ints]], held: _Rows) -> pa.Table:
    """The groups with what their members declared for them: the latest, and of one day that of the smallest number."""
    groups = np.unique(ids[ids != EMPTY])
    columns: dict[str, pa.Array] = {kind: pa.array(groups)}
    for one in mine:
        rows = given.get(one.name)
        if rows is None:
            continue
        values = np.full(len(groups), EMPTY, np.int64)
        order = np.lexsort([-rows["person"], rows["since"]])
        group = ids[held.place(rows["person"][order])]
        values[np.searchsorted(groups, group)] = rows["value"][order]
        columns[one.name] = _array(one, values)
    return pa.table(columns)
