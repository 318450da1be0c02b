"""申报: an employer's file for a month is taken as a whole, or not at all.

Every broken row is explained; of a file with one, nothing is applied but that it was handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
from django.db import connection

from shebao.access.acting import Act
from shebao.contributions.law import contribution_year
from shebao.contributions.models import Declaration, Membership
from shebao.contributions.months import plus
from shebao.contributions.services import checking
from shebao.contributions.services.checking import Known, Row
from shebao.contributions.services.memberships import Declared, Entry, declare_wages, end, enter
from shebao.contributions.services.registration import employer_branches
from shebao.database.connection import psycopg_connection
from shebao.database.copying import copy, ranges
from shebao.files import declaration
from shebao.files.declaration import Change, Status
from shebao.files.identity import birth_day
from shebao.files.problems import Problem
from shebao.law.insurance.contributions.facts import ContributorStatus
from shebao.people.codes import EventKind, IdentifierKind, WorkKind
from shebao.people.facts import End, Event, Work
from shebao.people.services import loading
from shebao.people.services.recording import record

SOURCE = "单位申报"
COUNTRY = (Status.CITY_RURAL, Status.OTHER_RURAL)


@dataclass(frozen=True)
class Outcome:
    """What became of a declaration.  problems: of a file that was refused, all; else warnings alone."""

    declaration_id: int
    accepted: bool
    problems: list[Problem] = field(default_factory=list)
    joined: int = 0
    left: int = 0
    waged: int = 0  # wages that hold anew
    registered: int = 0  # persons who had no record before


def declare(
    act: Act,
    organisation_id: int,
    month: date,
    declared: declaration.Declaration,
    sha256: bytes,
    filed_by: int | None = None,
) -> Outcome:
    """Takes a declaration for a month (its first day), or refuses it with every broken row explained.

    sha256: of the file; the same one is taken once.  filed_by: the employer's user who handed it in, where another
    (the counter, or the programme that collects) acts.  The way back to the employer is
    files.declaration.write_corrected over the file and the problems.
    """
    file = declared.file
    told = list(declared.problems)
    told += [
        Problem(file, zh, en, field=where) for where, zh, en in checking.whole(organisation_id, month, declared, sha256)
    ]
    rows = checking.rows_of(declared)
    found = checking.known(organisation_id, month, rows)
    told += checking.problems(file, rows, found, month)
    told.sort(key=lambda problem: problem.row or 0)
    broken = {problem.row for problem in told if problem.row is not None and not problem.warning}
    accepted = all(problem.warning for problem in told)
    counts = {change: sum(row.change is change for row in rows) for change in Change}
    number = _kept(act, organisation_id, month, declared, sha256, filed_by, counts, len(broken), accepted)
    if not accepted:
        return Outcome(number, False, told)
    return _applied(act, organisation_id, month, number, rows, found, told)


def _kept(
    act: Act,
    organisation_id: int,
    month: date,
    declared: declaration.Declaration,
    sha256: bytes,
    filed_by: int | None,
    counts: dict[Change, int],
    broken: int,
    accepted: bool,
) -> int:
    state = Declaration.State.ACCEPTED if accepted else Declaration.State.REFUSED
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO contributions_declaration (organisation_id, month, file_name, sha256, rows, joined, "left", '
            "waged, wage_total, broken, filed_by, state, act_id) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
            [
                organisation_id,
                month,
                declared.file,
                sha256,
                declared.totals.rows,
                counts[Change.JOIN],
                counts[Change.LEAVE],
                counts[Change.NORMAL] + counts[Change.WAGE],
                declared.totals.wage_fen,
                broken,
                filed_by,
                int(state),
                act.id,
            ],
        )
        return int(cursor.fetchone()[0])


def _applied(
    act: Act,
    organisation_id: int,
    month: date,
    number: int,
    rows: Sequence[Row],
    found: Sequence[Known],
    warnings: list[Problem],
) -> Outcome:
    """Every row, set by set."""
    persons = _registered(act, organisation_id, rows, found)
    pairs = list(zip(rows, found, persons, strict=True))
    of = {change: [(r, k, p) for r, k, p in pairs if r.change is change] for change in Change}
    branches = employer_branches(organisation_id, month)
    year, after = contribution_year(month)

    leaving = of[Change.LEAVE]
    end(
        act,
        [p for _, _, p in leaving],
        [plus(r.last or month, 1) for r, _, _ in leaving],
        organisation_id,
        declaration_id=number,
    )
    entries = [Entry(p, r.first or month, None, int(_status(r)), branches) for r, _, p in of[Change.JOIN]] + [
        Entry(p, r.first or month, plus(r.last or month, 1), int(_status(r)), branches) for r, _, p in of[Change.BACK]
    ]
    enter(act, entries, Membership.Scheme.EMPLOYEE, organisation_id, declaration_id=number)

    wages = [Declared(p, r.wage or 0, r.first or month, after) for r, _, p in of[Change.JOIN] + of[Change.WAGE]]
    renewed = [
        (r, Declared(p, r.wage or 0, max(year, k.here or month), after))
        for r, k, p in of[Change.NORMAL]
        if k.wage is None
    ]
    wages += [wage for _, wage in renewed]
    declare_wages(act, wages, organisation_id, number)
    declare_wages(
        act,
        [Declared(p, r.wage or 0, r.first or month, plus(r.last or month, 1)) for r, _, p in of[Change.BACK]],
        organisation_id,
        number,
    )
    begun = {row.number: wage.first for row, wage in renewed}
    _lines(number, rows, persons, begun)
    _works(act, organisation_id, month, of[Change.JOIN], leaving)
    return Outcome(
        number,
        True,
        warnings,
        joined=len(entries),
        left=len(leaving),
        waged=len(wages),
        registered=sum(k.person is None for k in found),
    )


def _status(row: Row) -> ContributorStatus:
    return ContributorStatus.RURAL_WORKER if row.status in COUNTRY else ContributorStatus.EMPLOYEE


def _registered(act: Act, organisation_id: int, rows: Sequence[Row], found: Sequence[Known]) -> list[int]:
    """The person of each row; who has no record gets one, at the employer's place, with this work."""
    new = [row for row, has in zip(rows, found, strict=True) if has.person is None]
    numbers = loading.draw("person", len(new)).tolist() if new else []
    given = dict(zip((row.number for row in new), numbers, strict=True))
    if new:
        with connection.cursor() as cursor:
            cursor.execute("SELECT place FROM people_organisation WHERE id = %s", [organisation_id])
            (place,) = cursor.fetchone()
        born = [birth_day(row.paper) for row in new]
        count = len(new)
        life = _days(born, [None] * count)
        tables = {
            "people_person": pa.table({"id": numbers, "place": [place] * count}),
            "people_name": pa.table({"person_id": numbers, "valid": life, "name": [row.name for row in new]}),
            "people_vitals": pa.table(
                {
                    "person_id": numbers,
                    "sex": np.array([2 - int(row.paper[16]) % 2 for row in new], np.int16),
                    "birth_day": pa.array(born, pa.date32()),
                }
            ),
            "people_identifier": pa.table(
                {
                    "person_id": numbers,
                    "valid": life,
                    "kind": np.full(count, int(IdentifierKind.CITIZEN), np.int16),
                    "number": [row.paper for row in new],
                }
            ),
            "people_work": _work_table(organisation_id, numbers, [row.first for row in new]),
        }
        first = min(row.first for row in new if row.first)
        loading.load(act, tables, first, SOURCE, kind=EventKind.REGISTERED)
    return [has.person or given[row.number] for row, has in zip(rows, found, strict=True)]


def _work_table(organisation_id: int, persons: Sequence[int], since: Sequence[date | None]) -> pa.Table:
    count = len(persons)
    return pa.table(
        {
            "person_id": pa.array(persons, pa.int64()),
            "valid": _days(since, [None] * count),
            "organisation_id": np.full(count, organisation_id),
            "kind": np.full(count, int(WorkKind.EMPLOYED), np.int16),
        }
    )


def _days(first: Sequence[date | None], after: Sequence[date | None]) -> pa.Array:
    return ranges(first, after, pa.date32())


def _works(
    act: Act,
    organisation_id: int,
    month: date,
    joining: Sequence[tuple[Row, Known, int]],
    leaving: Sequence[tuple[Row, Known, int]],
) -> None:
    """Work begins and ends in the record: at once for who has none beside it, else one by one."""
    free = [(r.first or month, p) for r, k, p in joining if k.person is not None and not k.working]
    for first in sorted({first for first, _ in free}):
        persons = [p for day, p in free if day == first]
        table = _work_table(organisation_id, persons, [first] * len(persons))
        loading.load(act, {"people_work": table}, first, SOURCE, kind=EventKind.WORK_BEGINS)
    for row, has, person in joining:
        if has.person is not None and has.working:
            first = row.first or month
            work = Work(since=first, organisation_id=organisation_id)
            record(act, person, Event(kind=EventKind.WORK_BEGINS, occurred_on=first, source=SOURCE, facts=[work]))
    for row, _, person in leaving:
        gone = plus(row.last or month, 1)
        ended = Work(since=gone, organisation_id=organisation_id)
        record(act, person, Event(kind=EventKind.WORK_ENDS, occurred_on=gone, source=SOURCE, facts=[End(ended)]))


def _lines(number: int, rows: Sequence[Row], persons: Sequence[int], begun: dict[int, date]) -> None:
    """The rows as they were taken; of a wage renewed for the year, from which month it holds."""
    lines = pa.table(
        {
            "person_id": pa.array(persons, pa.int64()),
            "declaration_id": np.full(len(rows), number),
            "row": np.array([r.number for r in rows], np.int32),
            "change": np.array([int(r.change) for r in rows], np.int16),
            "from_month": pa.array([r.first or begun.get(r.number) for r in rows], pa.date32()),
            "to_month": pa.array([r.last for r in rows], pa.date32()),
            "wage": pa.array([r.wage for r in rows], pa.int64()),
            "reason": pa.array([r.reason for r in rows], pa.int16()),
        }
    )
    copy(psycopg_connection(), "contributions_declaration_line", lines)
