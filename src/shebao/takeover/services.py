"""The verb of the room: a folder of files into the record, whole or not at all."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from django.db import IntegrityError, transaction
from django.db import connection as django_connection

from shebao.access import reads
from shebao.access.acting import Act
from shebao.database.connection import psycopg_connection
from shebao.files.problems import FileRefused, Problem, write_problems
from shebao.ledger.values import Refused as LedgerRefused
from shebao.people.refusals import Refused as PeopleRefused
from shebao.takeover import totals
from shebao.takeover.checks import Checks
from shebao.takeover.layout import SCHEMAS, SUMS
from shebao.takeover.models import File, Run, Total
from shebao.takeover.reading import Folder, Given, batches
from shebao.takeover.staging import Staging
from shebao.takeover.totals import Line
from shebao.takeover.writing import Writer

Progress = Callable[[int, int | None], None]


class State(enum.Enum):
    """What became of a takeover."""

    LOADED = "loaded"
    REHEARSED = "rehearsed"  # everything was tried, nothing is left of it
    REFUSED = "refused"  # nothing was loaded, the report says why
    REPEATED = "repeated"  # all files were taken over before; nothing was done


@dataclass(frozen=True)
class TakenOver:
    """What a takeover came to.

    persons, known: persons of the files, and how many of them were in the record already.  before: files that had been
    taken over before and were passed over.  faults, warnings: in the report.
    """

    state: State
    source: str
    as_of: date
    lines: list[Line] = field(default_factory=list)
    persons: int = 0
    known: int = 0
    before: list[str] = field(default_factory=list)
    faults: int = 0
    warnings: int = 0


def take_over(
    act: Act, folder: Folder, source: str, as_of: date, report: Path, progress: Progress | None = None
) -> TakenOver:
    """Checks all files of a folder, then writes everything.

    The report has every fault and warning by row.  Where there is a fault the result is REFUSED, and the act must be
    given up.
    """
    with django_connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('takeover'))")
    files, before, problems = _new(folder, source)
    problems = [*folder.problems, *problems]
    if not files and all(problem.warning for problem in problems):
        write_problems(report, problems)
        return TakenOver(State.REPEATED, source, as_of, before=before, warnings=len(problems))
    staging = Staging(psycopg_connection())
    staging.say(problems)
    meter = _Meter(progress, files)
    lines, whole = _staged(staging, files, meter)
    persons = known = 0
    if whole:
        staging.say(totals.faults(lines))
        staging.analyse()
        Checks(staging, {kind: given.name for kind, given in files.items()}, source, as_of).all()
        persons, known = _persons(act, staging)
        if not staging.counts()[False]:
            lines = _written(act, staging, files, source, as_of, lines, meter)
    counts = staging.counts()
    write_problems(report, staging.problems())
    state = State.REFUSED if counts[False] else State.LOADED
    return TakenOver(state, source, as_of, lines, persons, known, before, counts[False], counts[True])


class _Meter:
    """Rows read and rows written, of twice those that the control file declares."""

    def __init__(self, progress: Progress | None, files: Mapping[str, Given]) -> None:
        self.progress = progress
        declared = [given.declared.get(totals.ROWS) for given in files.values()]
        self.total = None if None in declared else 2 * sum(rows or 0 for rows in declared)
        self.done = 0

    def add(self, rows: int) -> None:
        self.done += rows
        if self.progress:
            self.progress(self.done, self.total)


def _new(folder: Folder, source: str) -> tuple[dict[str, Given], list[str], list[Problem]]:
    """The files that were not taken over before, the names of the others, and what is to be said of these."""
    hashes = {given.sha256: given for given in folder.files.values()}
    there = File.objects.filter(sha256__in=list(hashes)).select_related("run__act")
    problems: list[Problem] = []
    before: list[str] = []
    for found in there:
        given = hashes[bytes(found.sha256)]
        before.append(given.name)
        day, other = found.run.act.at.date(), found.run.source
        if other == source:
            said = (f"{day}已接管，略过", f"was taken over on {day} and is passed over")
        else:
            said = (
                f"{day}已作为来源“{other}”接管，请用--source {other}或更换文件",
                f"was taken over on {day} as from {other}; say --source {other}, or give another file",
            )
        problems.append(Problem(given.name, *said, warning=other == source))
    files = {kind: given for kind, given in folder.files.items() if given.name not in before}
    return files, before, problems


def _staged(staging: Staging, files: Mapping[str, Given], meter: _Meter) -> tuple[list[Line], bool]:
    """Reads the files; gives their totals, and whether all could be read."""
    lines: list[Line] = []
    whole = True
    for kind, schema in SCHEMAS.items():
        staging.table(kind, schema)
        if kind not in files:
            continue
        given = files[kind]
        read = dict.fromkeys((totals.ROWS, *SUMS[kind]), 0)
        try:
            for batch in batches(given):
                read[totals.ROWS] += batch.table.num_rows
                for column in SUMS[kind]:
                    read[column] += pc.sum(batch.table.column(column)).as_py() or 0
                staging.say(batch.problems)
                staging.add(kind, batch.rows, batch.table)
                meter.add(batch.table.num_rows)
        except FileRefused as refused:
            staging.say(refused.problems)
            whole = False
        lines += totals.compared(kind, given.name, given.declared, read)
    return lines, whole


def _persons(act: Act, staging: Staging) -> tuple[int, int]:
    """How many persons the files have, and how many of them are in the record; that these were looked up is logged."""
    with staging.connection.cursor() as cursor:
        found = cursor.execute(
            "SELECT count(*) FILTER (WHERE row IS NOT NULL), count(*) FILTER (WHERE row IS NOT NULL AND known) "
            "FROM staged_who"
        ).fetchone() or (0, 0)
    schema = pa.schema({"person": pa.int64()})
    for piece in staging.pieces("SELECT DISTINCT person FROM staged_who WHERE known", schema, {}):
        reads.log(act, piece["person"].to_pylist(), "takeover")
    return found[0], found[1]


def _written(
    act: Act,
    staging: Staging,
    files: Mapping[str, Given],
    source: str,
    as_of: date,
    lines: list[Line],
    meter: _Meter,
) -> list[Line]:
    """Writes everything and compares the totals; what the rooms or the database refuse is taken down."""
    names = {kind: given.name for kind, given in files.items()}
    try:
        with transaction.atomic():
            run = Run.objects.create(source=source, as_of=as_of, act_id=act.id)
            Writer(act, staging, names, source, as_of, f"takeover:{run.pk}", meter.add).all()
            lines = totals.loaded(staging.connection, act.id, lines)
            differing = [line for line in lines if not line.agrees]
            if differing:
                raise FileRefused([_differs(line) for line in differing])
            rows = {line.kind: line.read for line in lines if line.measure == totals.ROWS}
            File.objects.bulk_create(
                File(run=run, name=given.name, sha256=given.sha256, rows=rows[kind]) for kind, given in files.items()
            )
            Total.objects.bulk_create(
                Total(
                    run=run,
                    file=line.file,
                    measure=line.measure,
                    declared=line.declared,
                    read=line.read,
                    loaded=line.loaded or 0,
                    ledger=line.ledger,
                )
                for line in lines
            )
            with staging.connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except FileRefused as refused:
        staging.say(refused.problems)
    except PeopleRefused as refused:
        staging.say([Problem(names.get("persons", ""), refused.zh, refused.en)])
    except LedgerRefused as refused:
        zh, _, en = refused.reason.partition(" / ")
        staging.say([Problem(names.get("balances", ""), zh, en or zh, found=refused.key)])
    except (IntegrityError, psycopg.IntegrityError) as error:
        staging.say([_refused_by_database(error, names)])
    return lines


def _differs(line: Line) -> Problem:
    """What was written is not what was read: the files say something of persons that a room keeps in another way."""
    figures = f"{line.read} / {line.loaded} / {line.ledger}"
    return Problem(
        line.file,
        f"读入、写入、入账的合计不一致（{figures}），未导入；请报告此问题",
        f"the totals read, written and posted differ ({figures}), so nothing was loaded; report this",
        field=line.measure,
    )


def _refused_by_database(error: Exception, names: Mapping[str, str]) -> Problem:
    """A constraint that no check foresaw; the file is told by the table's name."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    diag = cause.diag if isinstance(cause, psycopg.Error) else None
    constraint, table = (diag.constraint_name, diag.table_name) if diag else (None, None)
    of = {
        "contributions_history": "histories",
        "contributions_opening": "balances",
        "takeover_award": "awards",
        "people_organisation": "organisations",
    }
    said = str(cause or error).splitlines()[0]
    return Problem(
        names.get(of.get(table or "", "persons"), ""),
        f"数据库约束{constraint or ''}不接受：{said}；请更正相应的行",
        f"the database refuses it ({constraint or 'constraint'}): {said}; correct the rows",
        field=table or "",
    )
