"""A file of any size: batches of persons in, one Parquet file out, in memory that does not grow with the file.

    summary = assess(Pass(kernel, on=day("2024-03-31")), batches, "result.parquet")

The result is written beside its place and takes its name when it is whole.  With `resume`, finished parts are kept in
`result.parquet.parts/` until then, and a run that was interrupted goes on after them.

Groups: one kind can be streamed.  The persons' rows then stand in ascending order of their group's id (rows without
one anywhere), so that a group is never cut; its table of facts, if any, is held in memory.  With several kinds, or
another order, `whole` reads all persons into memory first.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shebao.rules.columns import ColumnError, Data
from shebao.rules.graph import Plan
from shebao.rules.kernel import Ints
from shebao.rules.run import as_table
from shebao.rules.values import Problem

ROW_GROUP = 131_072  # rows of the result written at a time
PART = 60.0  # seconds of work that `resume` keeps at a time
Progress = Callable[[int, "int | None"], None]  # (persons done, persons in all, if known)


@dataclass(frozen=True)
class Batch:
    """Rows of persons.  refused: a status for each row that its reader found at fault, else 0."""

    table: Data
    refused: Ints | None = None


class Counts(Protocol):
    """What adds up over batches, and can be kept as JSON."""

    def add(self, other: Any) -> None: ...

    def plain(self) -> dict[str, Any]: ...


T = TypeVar("T", bound=Counts)
S_co = TypeVar("S_co", covariant=True)


class Job(Protocol[T, S_co]):
    """What is done with each batch: a Pass, or a Comparison of two."""

    @property
    def plan(self) -> Plan: ...

    def compute(self, persons: Data, groups: Mapping[str, Data] | None, refused: Ints | None) -> tuple[pa.Table, T]:
        """The result of a batch and its counts."""

    def identity(self) -> dict[str, Any]:
        """All that the result depends on but the input."""

    def nothing(self) -> T:
        """Counts of no rows."""

    def counts(self, plain: Mapping[str, Any]) -> T:
        """Counts that were kept as JSON."""

    def summary(self, counts: T, seconds: float) -> S_co:
        """What the whole came to."""

    def schema(self, given: pa.Schema) -> pa.Schema:
        """The schema of the results of a table of that schema."""


def assess(
    job: Job[T, S_co],
    batches: Iterable[Batch | Data],
    out: str | Path,
    *,
    groups: Mapping[str, Data] | None = None,
    whole: bool = False,
    total: int | None = None,
    progress: Progress | None = None,
    resume: str = "",
) -> S_co:
    """Runs a job over batches and writes its result as Parquet; returns the summary.

    The next batch is read while one is computed.  groups: facts of groups, by kind, see run.py.  total: the number of
    persons, for `progress`, which is called after each batch.  resume: names the input (its path, size and time, say);
    when given, a run that was interrupted with the same name, law and days goes on where it stopped.  Raises
    ColumnError for a table that cannot be used, and what the batches raise; then nothing has the name `out`.
    """
    out, start = Path(out), time.monotonic()
    stream = units(job.plan, batches, {k: as_table(g) for k, g in (groups or {}).items()}, whole)
    sink: _Parts | _File = _Parts(out, job, resume) if resume else _File(_beside(out))
    counts = job.nothing()
    done = 0
    try:
        if isinstance(sink, _Parts):
            for kept in sink.kept:
                counts.add(job.counts(kept["counts"]))
                done += kept["rows"]
            _skip(stream, sink.units, done)
        for table, refused, facts in _ahead(stream):
            result, found = job.compute(table, facts, refused)
            sink.write(result, table.num_rows, found)
            counts.add(found)
            done += table.num_rows
            if progress:
                progress(done, total)
        if sink.empty:  # there was no batch
            sink.write(job.schema(pa.schema([])).empty_table(), 0, job.nothing())
        sink.finish(out)
    except BaseException:
        sink.give_up()
        raise
    return job.summary(counts, time.monotonic() - start + sink.seconds)


def _beside(out: Path) -> Path:
    return out.with_name(f".{out.name}.{os.getpid()}.new")


# ---------------------------------------------------------------- batches
Unit = tuple[pa.Table, "Ints | None", "dict[str, Data]"]  # persons, their refusals, the facts of their groups


def _ahead(stream: Iterator[Unit]) -> Iterator[Unit]:
    """The same, each read while the one before is used."""
    with ThreadPoolExecutor(1) as reader:
        pending = reader.submit(next, stream, None)
        while (unit := pending.result()) is not None:
            pending = reader.submit(next, stream, None)
            yield unit


def _skip(stream: Iterator[Unit], count: int, rows: int) -> None:
    """Passes over what is done already."""
    found = sum(unit[0].num_rows for _, unit in zip(range(count), stream, strict=False))
    if found != rows:
        raise ColumnError(
            [
                Problem(
                    f"续算的输入与之前不同（{found}行，应为{rows}行），请不用续算重新运行",
                    f"the input is not what the interrupted run read ({found} rows, then {rows}); run without resuming",
                )
            ]
        )


def units(plan: Plan, batches: Iterable[Batch | Data], groups: dict[str, pa.Table], whole: bool) -> Iterator[Unit]:
    """The batches with the facts of their groups, no group cut."""
    pairs = ((as_table(b.table), b.refused) if isinstance(b, Batch) else (as_table(b), None) for b in batches)
    if whole:
        held = list(pairs)
        if held:
            yield *_joined(held), dict(groups)
        return
    if not plan.groups:
        for table, refused in pairs:
            yield table, refused, {}
        return
    yield from _Grouped(plan, groups).units(pairs)


Pair = tuple[pa.Table, "Ints | None"]


def _joined(pairs: list[Pair]) -> Pair:
    """The rows of all, one behind the other."""
    if len(pairs) == 1:
        return pairs[0]
    refused = None
    if any(r is not None for _, r in pairs):
        refused = np.concatenate([np.zeros(t.num_rows, np.int64) if r is None else r for t, r in pairs])
    return pa.concat_tables([t for t, _ in pairs], promote_options="permissive"), refused


def _ids(table: pa.Table, kind: str) -> pa.Array:
    ids = table.column(kind).combine_chunks()
    return ids.dictionary_decode() if pa.types.is_dictionary(ids.type) else ids


class _Grouped:
    """Cuts batches between groups of one kind."""

    def __init__(self, plan: Plan, groups: dict[str, pa.Table]) -> None:
        self.kinds, self.groups = plan.groups, groups
        self.kind = ""
        self.last: Any = None  # the highest id so far
        self.facts: pa.Table | None = None  # of the groups, in ascending order of their ids
        self.given = 0  # how many of these were given out

    def units(self, pairs: Iterator[Pair]) -> Iterator[Unit]:
        held: list[Pair] = []  # rows whose group may go on
        for table, refused in pairs:
            if not self.kind and not self.start(table):
                yield table, refused, {}
                continue
            cut = self.cut(table)
            if cut is not None:
                head = _joined([*held, (table[:cut], None if refused is None else refused[:cut])])
                held = []
                if head[0].num_rows:
                    yield *head, self.facts_to(_ids(head[0], self.kind))
            held.append((table[cut or 0 :], None if refused is None else refused[cut or 0 :]))
        if held:
            yield *_joined(held), self.facts_to(None)

    def start(self, table: pa.Table) -> bool:
        """Finds the one kind of group by which the persons stand in order; whether anybody is in any."""
        present = [k for k in self.kinds if k in table.column_names]
        if not present and not self.groups:
            return False
        if len(present) != 1 or set(self.groups) - set(present):
            names = ", ".join(dict.fromkeys([*present, *self.groups]))
            raise ColumnError(
                [
                    Problem(
                        f"{names}：分批计算只能有一种群组，且人员表须有该列；请整体读入（whole）",
                        f"{names}: in batches there can be one kind of group, by its column of the persons; read all "
                        "persons into memory (whole)",
                    )
                ]
            )
        self.kind = present[0]
        facts = self.groups.get(self.kind)
        if facts is not None:
            if self.kind not in facts.column_names:
                facts = facts.append_column(self.kind, pa.array(np.arange(facts.num_rows)))
            self.facts = facts.sort_by(self.kind)
        return True

    def cut(self, table: pa.Table) -> int | None:
        """The row where the last group begins; None when all belongs to the group before, which may go on.

        Raises ColumnError when the ids do not ascend.
        """
        ids = _ids(table, self.kind)
        known = ids.drop_null()
        if not len(known):
            return None
        first, last = known[0].as_py(), known[-1].as_py()
        ascending = pc.all(pc.less_equal(known[:-1], known[1:])).as_py() is not False
        if not ascending or (self.last is not None and first < self.last):
            raise ColumnError(
                [
                    Problem(
                        f"{self.kind}：分批计算时人员须按此列升序排列；请先排序，或整体读入（whole）",
                        f"{self.kind}: the persons must stand in ascending order of this column to be computed in "
                        "batches; sort the file by it, or read all persons into memory (whole)",
                    )
                ]
            )
        goes_on = self.last == last
        self.last = last
        return None if goes_on else int(pc.index(ids, known[-1]).as_py())

    def facts_to(self, ids: pa.Array | None) -> dict[str, Data]:
        """The facts of the groups up to the last of these ids; the rest for None."""
        if self.facts is None:
            return {}
        stop = self.facts.num_rows
        if ids is not None:
            last = pc.max(ids).as_py()
            keys = self.facts.column(self.kind)
            stop = (
                self.given
                if last is None
                else bisect_right(range(stop), last, self.given, key=lambda k: keys[k].as_py())
            )
        found = self.facts[self.given : stop]
        self.given = stop
        return {self.kind: found}


# ---------------------------------------------------------------- Parquet
class _File:
    """A Parquet file on its way: under another name until it is whole."""

    seconds = 0.0  # that earlier runs took

    def __init__(self, path: Path) -> None:
        self.path, self.empty = path, True
        self.writer: pq.ParquetWriter | None = None
        self.held: list[pa.Table] = []

    def write(self, result: pa.Table, rows: int = 0, counts: Counts | None = None) -> None:
        """Takes rows of the result; they are written when there are enough of them."""
        self.held.append(result)
        self.empty = False
        if sum(t.num_rows for t in self.held) >= ROW_GROUP:
            self.flush()

    def flush(self) -> None:
        if self.held:
            table = pa.concat_tables(self.held)
            self.held = []
            if self.writer is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.writer = pq.ParquetWriter(self.path, table.schema, compression="zstd")
            self.writer.write_table(table)

    def finish(self, out: Path) -> None:
        """Gives the file its name."""
        self.flush()
        if self.writer is not None:
            self.writer.close()
        os.replace(self.path, out)

    def give_up(self) -> None:
        """Removes what was written."""
        if self.writer is not None:
            self.writer.close()
        self.path.unlink(missing_ok=True)


class _Parts:
    """Parts of a result, kept with a manifest until all are there."""

    def __init__(self, out: Path, job: Job[Any, Any], resume: str) -> None:
        self.folder, self.job = out.with_name(out.name + ".parts"), job
        self.identity = json.loads(json.dumps({**job.identity(), "input": resume}))
        self.kept: list[dict[str, Any]] = self._kept()
        self.units = sum(k["units"] for k in self.kept)
        self.seconds = sum(k["seconds"] for k in self.kept)
        self.empty = not self.kept
        self._start()

    def _kept(self) -> list[dict[str, Any]]:
        """The finished parts of the same run; those of another are removed."""
        try:
            manifest = json.loads((self.folder / "manifest.json").read_text("utf-8"))
            if manifest["identity"] == self.identity:
                return list(manifest["parts"])
        except (OSError, ValueError, KeyError):
            pass
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return []

    def _path(self, number: int) -> Path:
        return self.folder / f"part-{number:06}.parquet"

    def _start(self) -> None:
        self.file = _File(_beside(self._path(len(self.kept))))
        self.rows, self.new, self.counts, self.clock = 0, 0, self.job.nothing(), time.monotonic()

    def write(self, result: pa.Table, rows: int, counts: Counts) -> None:
        self.file.write(result)
        self.empty = False
        self.rows += rows
        self.new += 1
        self.counts.add(counts)
        if time.monotonic() - self.clock >= PART:
            self.close()

    def close(self) -> None:
        """Finishes the part under way and notes it in the manifest."""
        self.file.finish(self._path(len(self.kept)))
        seconds = time.monotonic() - self.clock
        self.kept.append({"rows": self.rows, "units": self.new, "counts": self.counts.plain(), "seconds": seconds})
        manifest = self.folder / "manifest.json"
        _beside(manifest).write_text(json.dumps({"identity": self.identity, "parts": self.kept}), "utf-8")
        os.replace(_beside(manifest), manifest)
        self._start()

    def finish(self, out: Path) -> None:
        """Gives the result its name, and removes the parts."""
        if self.new:
            self.close()
        if len(self.kept) == 1:
            os.replace(self._path(0), out)
        else:
            self.join(out)
        shutil.rmtree(self.folder)

    def join(self, out: Path) -> None:
        """Writes the parts as one file."""
        result = _File(_beside(out))
        try:
            for number in range(len(self.kept)):
                part = pq.ParquetFile(self._path(number))
                for k in range(part.num_row_groups):
                    result.write(part.read_row_group(k))
            result.finish(out)
        except BaseException:
            result.give_up()
            raise

    def give_up(self) -> None:
        self.file.give_up()
