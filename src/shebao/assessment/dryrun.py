"""试算比对: a pass beside the payment list of an older system, before this one pays anything; nothing is kept.

Each difference has its cause, as far as it can be found: the law gave that amount in an earlier month, or would give it
if a fact were not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from django.db import connection

from shebao.access.acting import Act
from shebao.assessment import causes, differences
from shebao.assessment.extraction import Facts, When
from shebao.assessment.models import Difference, Run
from shebao.assessment.services import RunError, plan
from shebao.contributions.months import first_day, plus
from shebao.database.connection import psycopg_connection
from shebao.database.copying import copy
from shebao.files.columns import PERSON_ID, Column
from shebao.files.people import read_batches
from shebao.files.problems import Problem
from shebao.law import the_law
from shebao.ledger.selectors.balances import last_day
from shebao.rules.declare import PERSON
from shebao.rules.kinds import FEN

NUMBER = ("number", "证件号码", "公民身份号码", "身份证号")  # headers: whose it is, and the benefit
BENEFIT = ("benefit", "待遇")
COLUMNS = (Column("amount", "value", FEN, low=1, missing="row", zh="金额"),)
MONTHS = 24  # tried before the pass's own
Progress = Callable[[int, int | None], None]

# The list as decisions of that month; persons by their number, whatever kind of paper it is of.
_LISTED = """
SELECT l.row, i.person_id, l.benefit, l.owner, l.amount, daterange(NULL, NULL), NULL::date, NULL::timestamptz
FROM listed l JOIN LATERAL (SELECT min(i.person_id) AS person_id FROM people_identifier i
    WHERE i.number = l.number AND upper_inf(i.recorded)) i ON i.person_id IS NOT NULL
"""


@dataclass(frozen=True)
class Line:
    """A difference.  rows: of the list, none when it is not there; cause: see `cause`."""

    rows: tuple[int, ...]
    person_id: int
    benefit: str
    kind: int
    listed: int
    entitled: int
    cause: str


@dataclass
class Comparison:
    """What a list and a pass have to say to each other.  rows: of the list; same: where they agree; fen."""

    rows: int = 0
    amount: int = 0
    same: int = 0
    unknown: list[int] = field(default_factory=list)  # rows of which the record knows nobody
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def by_cause(self) -> dict[tuple[int, str, str], tuple[int, int, int]]:
        """(kind, benefit, cause) -> (how many, fen listed, fen due), the most first."""
        count = Counter((one.kind, one.benefit, one.cause) for one in self.lines)
        sums = {key: [0, 0] for key in count}
        for one in self.lines:
            sums[one.kind, one.benefit, one.cause][0] += one.listed
            sums[one.kind, one.benefit, one.cause][1] += one.entitled
        return {key: (many, *sums[key]) for key, many in count.most_common()}  # type: ignore[misc]


def compare(act: Act, run_id: int, path: str | Path, progress: Progress | None = None) -> Comparison:
    """A payment list beside a pass: number (of the identity card or another paper), benefit, amount in yuan a month.

    A benefit by its name in the law, in either language.  A row that cannot be
    read is a problem and not compared.  Raises RunError for a pass that is not done, FileRefused for no such list.
    """
    run = Run.objects.get(pk=run_id)
    if run.state != Run.State.DONE:
        raise RunError(f"核算{run_id}尚未完成或已作废", f"pass {run_id} is not done, or void")
    found = Comparison()
    rows = pa.Table.from_batches(_read(Path(path), found), _SCHEMA)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE listed (row bigint, number text, benefit text, owner text, amount bigint) ON COMMIT DROP"
        )
        copy(psycopg_connection(), "listed", rows)
        cursor.execute(
            "SELECT row FROM listed l WHERE NOT EXISTS (SELECT FROM people_identifier i WHERE i.number = l.number "
            "AND upper_inf(i.recorded)) ORDER BY row"
        )
        found.unknown = [row[0] for row in cursor.fetchall()]
    benefits = sorted(set(rows["benefit"].to_pylist()))
    different = differences.beside(act, run, _LISTED, benefits)
    for done, one in enumerate(different, 1):
        told = tuple(sorted(one.awards))
        found.lines.append(Line(told, one.person_id, one.benefit, one.kind, one.decided, one.entitled, cause(run, one)))
        if progress:
            progress(done, len(different))
    found.same = found.rows - len(found.unknown) - sum(len(one.rows) for one in found.lines)
    return found


def cause(run: Run, one: Difference) -> str:
    """Why a listed amount is not what the law gives:

    unlisted            the law gives it, the list has it not
    listed twice        the list has it more than once
    refused:WHY         the law cannot decide it: a fact or a figure is missing
    without:NAME[,...]  it is what the law would give if one of these facts were not known
    month:YYYY-MM       it is what the law gave in that month, the last in which it did
    unexplained         none of these
    """
    if one.kind == Difference.Kind.GAP:
        return "unlisted"
    if one.kind == Difference.Kind.DUPLICATE:
        return "listed twice"
    if one.refusal is not None:
        return f"refused:{one.refusal}"
    asked = plan((one.benefit,))
    now = causes.seen(asked, one.person_id, When(run.benefit_day, run.known))
    names = [name for name in now.facts.table.column_names if name != PERSON_ID and name not in now.facts.groups]
    without = [name for name in names if _without(now, name).value(asked) == one.decided]
    if without:
        return "without:" + ",".join(without)
    for month in (plus(first_day(run.benefit_day), -k) for k in range(1, MONTHS + 1)):
        then = causes.seen(asked, one.person_id, When(last_day(month), run.known))
        if then.value(asked) == one.decided:
            return f"month:{month:%Y-%m}"
    return "unexplained"


def _without(now: causes.Seen, name: str) -> causes.Seen:
    """The same, but for a fact of the person himself, the first."""
    column = now.facts.table[name].combine_chunks()
    kept = pa.concat_arrays([pa.nulls(1, column.type), column.slice(1)])
    table = now.facts.table.set_column(now.facts.table.column_names.index(name), name, kept)
    return causes.Seen(Facts(now.facts.persons, table, now.facts.groups), now.on)


_SCHEMA = pa.schema(
    [
        ("row", pa.int64()),
        ("number", pa.string()),
        ("benefit", pa.string()),
        ("owner", pa.string()),
        ("amount", pa.int64()),
    ]
)


def _read(path: Path, found: Comparison) -> Iterator[pa.RecordBatch]:
    """The sound rows; what is wrong with the others goes into `found`."""
    names = _names()
    for batch in read_batches(path, COLUMNS, keys=(*NUMBER, *BENEFIT)):
        found.problems += batch.problems
        table, bad = batch.table, batch.refused
        numbers, given = (_first(table, headers) for headers in (NUMBER, BENEFIT))
        rows = []
        columns = (batch.rows.tolist(), numbers, given, table["amount"].to_pylist(), bad.tolist())
        for row, number, benefit, amount, faulty in zip(*columns, strict=True):
            if benefit not in names:
                found.problems.append(
                    Problem(
                        path.name,
                        f"没有这项按月发放的待遇{the_law().nearest(benefit)}",
                        f"is no benefit that is paid by the month{the_law().nearest(benefit)}",
                        row=row,
                        field="benefit",
                        found=benefit,
                    )
                )
            elif not faulty:
                name, owner = names[benefit]
                rows.append({"row": row, "number": number, "benefit": name, "owner": owner, "amount": amount})
                found.rows, found.amount = found.rows + 1, found.amount + amount
        yield pa.RecordBatch.from_pylist(rows, _SCHEMA)


def _first(table: pa.RecordBatch, headers: tuple[str, ...]) -> list[str]:
    """The texts of the column that has one of these headers."""
    columns = (table[name].to_pylist() for name in headers)
    return [next((text.strip() for text in row if text), "") for row in zip(*columns, strict=True)]


def _names() -> Mapping[str, tuple[str, str]]:
    """Every way to write a benefit by the month -> (its name in the law, the kind of group whose it is or nothing)."""
    variables = the_law().variables
    found = {}
    for name in differences.monthly():
        owner = plan((name,)).owner_of(name)
        for way in (name, variables[name].zh, variables[name].en):
            found[way] = (name, "" if owner == PERSON else owner)
    return found
