"""The compiled pass over Arrow tables: persons in, results out, for one day or several, with groups.

    kernel = Kernel(law.plan(["pension"]))
    table = run(kernel, people, on=day("2024-03-31"))

Who is in which group: a column of the persons' table has the name of the kind of group (`household`) and holds the
group's id; null is none.  The groups' own facts come as a table for each kind, with the id in the column of the same
name, each once; without that column the id is the row's number.  Without a table, the groups are those whose ids occur.
A file of any size is for `assess` (assess.py), a cluster for spark.py.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shebao.rules import results
from shebao.rules.columns import ColumnError, Data, frame
from shebao.rules.declare import BENEFIT_DAY, PERSON
from shebao.rules.graph import Plan, Stage, reads
from shebao.rules.kernel import Frame, Ints, Kernel, Membership, Result, cache_key, encoded
from shebao.rules.recompute import compare, settle
from shebao.rules.rows import MODES
from shebao.rules.status import Why, status
from shebao.rules.summary import Summary, Tally
from shebao.rules.values import Problem

PERSON_ID = "person_id"
APPROX = "approx"


@dataclass(frozen=True)
class Outcome:
    """What came out for one day.

    values (0 where refused), statuses: by wanted variable, int64 over the rows of its owner.  approx: over the persons.
    """

    plan: Plan
    day: int
    values: Mapping[str, Ints]
    statuses: Mapping[str, Ints]
    membership: Mapping[str, Membership]
    approx: npt.NDArray[np.bool_]

    def of_persons(self, name: str) -> tuple[Ints, Ints]:
        """(values, statuses) over the persons: of a group's variable, of the person's own group."""
        values, statuses, owner = self.values[name], self.statuses[name], self.plan.owner_of(name)
        if owner == PERSON:
            return values, statuses
        outside = status(Why.NO_GROUP, self.plan.groups.index(owner))
        group_of = self.membership[owner].group_of
        return np.append(values, 0)[group_of], np.append(statuses, outside)[group_of]


class Pass:
    """A kernel with its figures, days and threads: tables in, results out.

    on: the benefit day, or several: each is computed under its own law, and the result has the rows of one day after
    those of the other, told apart by `benefit_day`.  mode: "marked" computes with approximate figures, "strict"
    refuses those that are not `accepted` (names of parameters).  threads: all processors by default.  check, seed: a
    share of the rows of each table is computed again in CPython.  lenient: columns that every row needs may be absent.
    """

    def __init__(
        self,
        kernel: Kernel,
        *,
        on: int | Sequence[int],
        mode: str = "marked",
        accepted: Collection[str] = (),
        threads: int | None = None,
        check: float = 0.0,
        seed: int = 0,
        lenient: bool = False,
    ) -> None:
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}, not {mode!r}")
        self.kernel, self.plan, self.mode, self.accepted = kernel, kernel.plan, mode, frozenset(accepted)
        self.days = (on,) if isinstance(on, int) else tuple(on)
        self.several = not isinstance(on, int)
        if not self.days:
            raise ValueError("at least one benefit day is wanted")
        self.check, self.seed, self.lenient = check, seed, lenient
        self.figures = encoded(self.plan, strict=mode == "strict", accepted=sorted(self.accepted))
        count = threads or os.cpu_count() or 1
        self.pool = ThreadPoolExecutor(count) if count > 1 else None

    def compute(
        self, persons: Data, groups: Mapping[str, Data] | None = None, refused: Ints | None = None
    ) -> tuple[pa.Table, Tally]:
        """The results of a table and their counts; see `outcomes`."""
        tally = Tally()
        schema = self.schema(persons.schema)
        parts = [
            pa.Table.from_arrays(self._columns(persons, outcome), schema=schema)
            for outcome in self.outcomes(persons, groups, refused, tally)
        ]
        return pa.concat_tables(parts), tally

    def outcomes(
        self, persons: Data, groups: Mapping[str, Data] | None, refused: Ints | None, tally: Tally
    ) -> Iterator[Outcome]:
        """What comes out for each day; adds it to the tally.

        groups: by kind, see above.  refused: a status for each person whose row the reader refuses, else 0 (see
        `columns.refused_rows`).  Raises ColumnError, and Difference when the check finds one.
        """
        table = as_table(persons)
        given, membership = grouped(self.plan, table, {k: as_table(g) for k, g in (groups or {}).items()})
        frames = {PERSON: frame(self.plan, PERSON, table, refused, lenient=self.lenient)}
        frames |= {g: frame(self.plan, g, given[g], lenient=self.lenient) for g in self.plan.groups}
        tally.rows += table.num_rows
        for day in self.days:
            yield self._outcome(day, frames, membership, tally)

    def _outcome(
        self, day: int, frames: Mapping[str, Frame], membership: Mapping[str, Membership], tally: Tally
    ) -> Outcome:
        plan = self.plan
        result = self.kernel.run(frames, membership, self.figures, day, self.pool)
        for name in plan.want:  # a pass over no rows has room for one
            rows = frames[plan.owner_of(name)].rows
            result.values[name], result.statuses[name] = result.values[name][:rows], result.statuses[name][:rows]
        settled = settle(plan, frames, membership, result, day, self.mode, self.accepted)
        if self.check:
            tally.compared += compare(
                plan, frames, membership, result, day, self.mode, self.accepted, self.check, self.seed
            )
        for name in plan.want:
            tally.variable(name, plan.law.variables[name].kind, result.values[name], result.statuses[name])
        approx = _approx(plan, frames, membership, result)
        tally.figures(plan, result.reads, settled)
        tally.approx_rows += int(approx.sum())
        return Outcome(plan, day, result.values, result.statuses, membership, approx)

    def _columns(self, persons: Data, outcome: Outcome) -> list[Any]:
        columns = self.keys(persons, outcome.day)
        for name in self.plan.want:
            columns += results.arrays(self.plan, self.plan.law.variables[name], *outcome.of_persons(name))
        return [*columns, pa.array(outcome.approx)]

    def keys(self, persons: Data, day: int) -> list[Any]:
        """The columns that say what a row of the result is about."""
        columns: list[Any] = [persons.column(PERSON_ID)] if PERSON_ID in persons.schema.names else []
        if self.several:
            columns.append(pa.array(np.full(persons.num_rows, day, np.int32)).view(pa.date32()))
        return columns

    def key_fields(self, given: pa.Schema) -> list[pa.Field]:
        """Their fields, for a table of that schema."""
        fields = [given.field(PERSON_ID)] if PERSON_ID in given.names else []
        return [*fields, pa.field(BENEFIT_DAY, pa.date32())] if self.several else fields

    def identity(self) -> dict[str, Any]:
        """All that the result depends on but the input."""
        return {
            "law": self.plan.law.fingerprint,
            "rules": cache_key(self.plan, sure=False),
            "want": list(self.plan.want),
            "days": list(self.days) if self.several else self.days[0],
            "mode": self.mode,
            "accepted": sorted(self.accepted),
        }

    def nothing(self) -> Tally:
        """Counts of no rows."""
        return Tally()

    def counts(self, plain: Mapping[str, Any]) -> Tally:
        """Counts that were kept as JSON."""
        return Tally.of_plain(plain)

    def summary(self, counts: Tally, seconds: float) -> Summary:
        """What the whole came to."""
        return Summary.of(self.plan, counts, self.days, self.mode, seconds)

    def schema(self, given: pa.Schema) -> pa.Schema:
        """The schema of the results of a table of that schema.  Its metadata say which law decided."""
        fields = self.key_fields(given)
        for name in self.plan.want:
            fields += results.fields(self.plan.law.variables[name])
        told = {"shebao.law": self.plan.law.fingerprint, "shebao.mode": self.mode}
        return pa.schema([*fields, pa.field(APPROX, pa.bool_())], told)


def run(
    kernel: Kernel,
    table: Data,
    *,
    on: int | Sequence[int],
    mode: str = "marked",
    accepted: Collection[str] = (),
    groups: Mapping[str, Data] | None = None,
    refused: Ints | None = None,
    threads: int | None = None,
) -> pa.Table:
    """The plan's wanted variables for each person of a table; see Pass for the arguments.

    Columns: person_id where the table has it; benefit_day where `on` is a list; `<variable>` and `<variable>_refusal`
    for each wanted one (see results.py; of a group's variable the person's own group's); approx, true where the row,
    or a group or member that it depends on, read an approximate figure.
    """
    found, _ = Pass(kernel, on=on, mode=mode, accepted=accepted, threads=threads).compute(table, groups, refused)
    return found


def verify(
    kernel: Kernel,
    table: Data,
    share: float = 0.01,
    seed: int = 0,
    *,
    on: int | Sequence[int],
    mode: str = "marked",
    accepted: Collection[str] = (),
    groups: Mapping[str, Data] | None = None,
    refused: Ints | None = None,
    threads: int | None = None,
) -> int:
    """Runs the pass and computes a share of the rows again in CPython; returns how many rows were compared.

    Raises recompute.Difference at the first value or status that is not the same bit for bit.
    """
    one = Pass(kernel, on=on, mode=mode, accepted=accepted, threads=threads, check=share, seed=seed)
    return one.compute(table, groups, refused)[1].compared


def as_table(data: Data) -> pa.Table:
    """A record batch as a table; a table as it is."""
    return pa.Table.from_batches([data]) if isinstance(data, pa.RecordBatch) else data


# ---------------------------------------------------------------- groups
def grouped(
    plan: Plan, persons: pa.Table, groups: Mapping[str, pa.Table]
) -> tuple[dict[str, pa.Table], dict[str, Membership]]:
    """The plan's groups and who is in them, by kind.

    An id that no group has counts as none.  Persons without an id are each one of a kind where one may be alone; these
    groups follow the others, without an id.  Raises ColumnError.
    """
    tables: dict[str, pa.Table] = {}
    members: dict[str, Membership] = {}
    for kind in plan.groups:
        ids = None
        if kind in persons.column_names:
            ids = persons.column(kind).combine_chunks()
            ids = ids.dictionary_decode() if pa.types.is_dictionary(ids.type) else ids
        table = groups.get(kind)
        if table is None:
            table = pa.table({kind: pc.unique(ids.drop_null()) if ids is not None else pa.array([], pa.int64())})
        tables[kind] = table
        group_of = np.full(persons.num_rows, -1, np.int64) if ids is None else _places(kind, ids, table)
        if plan.law.groups[kind].alone:
            outside = np.ones(persons.num_rows, np.bool_) if ids is None else np.asarray(pc.is_null(ids))
            count = int(outside.sum())
            group_of = np.where(outside, table.num_rows + np.cumsum(outside) - 1, group_of)
            empty = pa.table({n: pa.nulls(count, table.schema.field(n).type) for n in table.column_names}, table.schema)
            tables[kind] = table = pa.concat_tables([table, empty])
        members[kind] = Membership.of(group_of, table.num_rows)
    return tables, members


def _places(kind: str, ids: pa.Array, table: pa.Table) -> Ints:
    """The group row of each id, -1 for null and for an id that is not there."""
    if kind in table.column_names:
        keys = table.column(kind).combine_chunks()
        keys = keys.dictionary_decode() if pa.types.is_dictionary(keys.type) else keys
    else:
        keys = pa.array(np.arange(table.num_rows))
    if keys.type != ids.type:
        try:
            keys = keys.cast(ids.type)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise ColumnError(
                [
                    Problem(
                        f"{kind}：人员表中为{ids.type}，群组表中为{keys.type}，请用同一类型",
                        f"{kind}: it is {ids.type} for the persons and {keys.type} for the groups; give both one type",
                    )
                ]
            ) from None
    if keys.null_count or len(pc.unique(keys)) != len(keys):
        raise ColumnError(
            [
                Problem(
                    f"{kind}：群组表的编号须填写且不重复",
                    f"{kind}: in the groups' table each id stands once, none is null",
                )
            ]
        )
    found: Ints = pc.index_in(ids, value_set=keys, skip_nulls=True).cast(pa.int64()).fill_null(-1).to_numpy()
    return found


def _approx(
    plan: Plan, frames: Mapping[str, Frame], membership: Mapping[str, Membership], result: Result
) -> npt.NDArray[np.bool_]:
    """Which persons' results read an approximate figure, themselves or through what they read of other rows."""
    marks: dict[str, npt.NDArray[np.bool_]] = {
        owner: result.approx[owner][: frames[owner].rows] != 0 for owner in (PERSON, *plan.groups)
    }
    for stage in plan.stages:
        read = {plan.owner_of(n) for v in stage.variables for n in reads(v) if n not in plan.law.parameters}
        for other in read - {stage.owner}:
            marks[stage.owner] = marks[stage.owner] | _carried(stage, other, marks[other], membership)
    for owner in {plan.owner_of(n) for n in plan.want} - {PERSON}:
        marks[PERSON] = marks[PERSON] | np.append(marks[owner], False)[membership[owner].group_of]
    return marks[PERSON]


def _carried(
    stage: Stage, other: str, marks: npt.NDArray[np.bool_], membership: Mapping[str, Membership]
) -> npt.NDArray[np.bool_]:
    """The marks of the other owner's rows, for the stage's rows that read them."""
    if stage.owner == PERSON:
        return np.append(marks, False)[membership[other].group_of]
    members = membership[stage.owner]
    counts = np.bincount(members.group_of[marks] + 1, minlength=len(members.offsets))
    carried: npt.NDArray[np.bool_] = counts[1:] > 0
    return carried
