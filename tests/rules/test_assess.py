"""Streaming: any cut into batches gives the result of the whole; groups are not cut; an interruption leaves nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from arrow_tables import table_of, towns
from hypothesis import given, settings
from hypothesis import strategies as st
from small_law import ALL, LAW, person

import shebao.rules.assess as module
from shebao.rules.assess import Batch, assess
from shebao.rules.columns import ColumnError, refused_rows
from shebao.rules.kernel import Kernel
from shebao.rules.kinds import day
from shebao.rules.run import Pass

ON = day("2007-12-31")
PENSION = Pass(Kernel(LAW.plan(["pension", "wage_index"])), on=ON)
HOME = Pass(Kernel(LAW.plan(["household_income", "relief", "pension"])), on=ON)


def people(count: int, **more: Any) -> pa.Table:
    facts = [person(savings=10_000 * k, sex=1 + k % 3, paid_base=[7 * k, 30_000, 1, 0]) for k in range(count)]
    return table_of(facts, person_id=pa.array(range(count), pa.int64()), **more)


def cells(table: pa.Table) -> dict[str, list[Any]]:
    return {name: table[name].to_pylist() for name in table.column_names}


def in_batches(table: pa.Table, rows: int) -> Iterator[pa.RecordBatch]:
    yield from table.to_batches(rows)


# ---- plain
@pytest.mark.parametrize("resume", ["", "in one part", "in parts"])
@pytest.mark.parametrize("rows", [1, 7, 100])
def test_batches_give_the_result_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, resume: str
) -> None:
    monkeypatch.setattr(module, "ROW_GROUP", 10)
    monkeypatch.setattr(module, "PART", 0.0 if resume == "in parts" else 60.0)
    table = people(40)
    seen: list[tuple[int, int | None]] = []
    out = tmp_path / "new" / "out.parquet"
    summary = assess(PENSION, in_batches(table, rows), out, total=40, progress=lambda *a: seen.append(a), resume=resume)
    whole, tally = PENSION.compute(table)
    found = pq.read_table(out)
    assert cells(found) == cells(whole) and found.schema.equals(whole.schema, check_metadata=False)
    assert found.schema.metadata[b"shebao.law"] == LAW.fingerprint.encode()
    assert found.schema.field("pension").metadata[b"unit"] == b"fen"
    assert summary["pension"] == PENSION.summary(tally, 1.0)["pension"]
    assert summary.rows == 40 and summary.seconds > 0 and summary.exact == tally.exact
    assert seen[-1] == (40, 40) and [a for a, _ in seen] == sorted({a for a, _ in seen})
    assert [p.name for p in out.parent.iterdir()] == ["out.parquet"]


def test_several_days_in_batches(tmp_path: Path) -> None:
    table = people(10)
    job = Pass(PENSION.kernel, on=[ON, day("2008-01-31")])
    assess(job, in_batches(table, 4), tmp_path / "out.parquet")
    found = pq.read_table(tmp_path / "out.parquet").sort_by([("benefit_day", "ascending"), ("person_id", "ascending")])
    assert cells(found) == cells(job.compute(table)[0])


def test_rows_that_the_reader_refused(tmp_path: Path) -> None:
    table = people(3)
    refused = refused_rows(PENSION.plan, 3, [(1, "name")])
    summary = assess(PENSION, [Batch(table, refused), table], tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet")["pension_refusal"].to_pylist()[1] == "INVALID:record"
    assert {r.code: r.rows for r in summary["pension"].refusals} == {"INVALID:record": 1, "INVALID:sex": 2}


def test_no_batches_and_no_rows(tmp_path: Path) -> None:
    summary = assess(PENSION, [], tmp_path / "out.parquet")
    found = pq.read_table(tmp_path / "out.parquet")
    assert summary.rows == 0 and found.num_rows == 0 and "pension_refusal" in found.column_names
    assess(PENSION, [people(0)], tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet").column_names[0] == "person_id"


def test_the_next_batch_is_read_while_one_is_computed_and_no_more(tmp_path: Path) -> None:
    given_out: list[int] = []
    ahead: list[int] = []

    def batches() -> Iterator[pa.Table]:
        for k in range(6):
            given_out.append(k)
            yield people(2)

    assess(PENSION, batches(), tmp_path / "o", progress=lambda done, _: ahead.append(len(given_out) - done // 2))
    assert max(ahead) <= 1


# ---- interruption
class Stop(Exception):
    pass


def broken(table: pa.Table, rows: int, after: int) -> Iterator[pa.RecordBatch]:
    for k, batch in enumerate(table.to_batches(rows)):
        if k == after:
            raise Stop
        yield batch


def test_an_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    out.write_bytes(b"what was there before")
    with pytest.raises(Stop):
        assess(PENSION, broken(people(20), 5, 3), out)
    assert [p.name for p in tmp_path.iterdir()] == ["out.parquet"] and out.read_bytes() == b"what was there before"


def test_a_resumed_run_goes_on_after_the_finished_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PART", 0.0)
    out, table = tmp_path / "out.parquet", people(40)
    with pytest.raises(Stop):
        assess(PENSION, broken(table, 5, 5), out, resume="v1")
    assert sorted(p.name for p in (tmp_path / "out.parquet.parts").iterdir()) == [
        "manifest.json",
        *(f"part-{k:06}.parquet" for k in range(5)),
    ]
    computed: list[int] = []
    honest = PENSION.compute
    monkeypatch.setattr(PENSION, "compute", lambda t, *a: (computed.append(t.num_rows), honest(t, *a))[1])
    done: list[int] = []
    summary = assess(PENSION, in_batches(table, 5), out, resume="v1", progress=lambda n, _: done.append(n))
    assert computed == [5] * 3 and done == [30, 35, 40]
    monkeypatch.undo()
    whole, tally = PENSION.compute(table)
    assert cells(pq.read_table(out)) == cells(whole)
    assert summary.rows == 40 and summary["pension"] == PENSION.summary(tally, 1.0)["pension"]
    assert [p.name for p in tmp_path.iterdir()] == ["out.parquet"]


def test_parts_of_another_run_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PART", 0.0)
    out, table = tmp_path / "out.parquet", people(40)
    for job, name in ((PENSION, "v2"), (Pass(PENSION.kernel, on=ON, mode="strict"), "v1"), (HOME, "v1")):
        with pytest.raises(Stop):
            assess(PENSION, broken(table, 5, 5), out, resume="v1")
        assess(job, in_batches(table, 5), out, resume=name)
        assert cells(pq.read_table(out)) == cells(job.compute(table)[0])


def test_a_resumed_run_notices_another_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PART", 0.0)
    with pytest.raises(Stop):
        assess(PENSION, broken(people(40), 5, 5), tmp_path / "o", resume="v1")
    with pytest.raises(ColumnError, match="the input is not what the interrupted run read"):
        assess(PENSION, in_batches(people(8), 4), tmp_path / "o", resume="v1")
    (tmp_path / "o.parts" / "manifest.json").write_text(json.dumps({"identity": 1}))
    assert assess(PENSION, in_batches(people(8), 4), tmp_path / "o", resume="v1").rows == 8


# ---- groups
@given(town=towns(), rows=st.integers(1, 5), given_homes=st.booleans())
@settings(max_examples=40)
def test_groups_in_batches(
    tmp_path_factory: pytest.TempPathFactory,
    town: tuple[pa.Table, dict[str, pa.Table]],
    rows: int,
    given_homes: bool,
) -> None:
    table, groups = town
    table = table.sort_by("household").drop_columns("village")
    homes = {"household": groups["household"]} if given_homes else {}
    out = tmp_path_factory.getbasetemp() / "grouped.parquet"
    summary = assess(HOME, in_batches(table, rows), out, groups=homes)
    if table.num_rows:
        whole, tally = HOME.compute(table, homes)
        assert cells(pq.read_table(out)) == cells(whole)
        assert summary["household_income"].decided == tally.decided["household_income"]
        assert summary["household_income"].refused == tally.refused["household_income"].total()


def test_a_group_over_many_batches_is_held_together(tmp_path: Path) -> None:
    ids = pa.array(["a", None, "b", "b", "b", None, "b", "c", None, "d"]).dictionary_encode()
    table = people(10, household=ids)
    sizes: list[int] = []
    for part, _, _ in module.units(HOME.plan, in_batches(table, 1), {}, False):
        sizes.append(part.num_rows)
    assert sizes == [2, 5, 2, 1]
    floors = pa.table({"household": ["d", "b", "x", "a"], "floor": [4, 2, 9, 1]})
    given_out = [
        facts["household"]["household"].to_pylist()
        for _, _, facts in module.units(HOME.plan, in_batches(table, 3), {"household": floors}, False)
    ]
    assert [name for part in given_out for name in part] == ["a", "b", "d", "x"]
    assess(HOME, in_batches(table, 2), tmp_path / "o", groups={"household": floors})
    assert cells(pq.read_table(tmp_path / "o")) == cells(HOME.compute(table, {"household": floors})[0])


@pytest.mark.parametrize("ids", [[2, 2, 1, 1], [1, 2, 1, 2], [1, None, 2, 1]])
def test_persons_out_of_order_are_an_error_with_a_remedy(tmp_path: Path, ids: list[int]) -> None:
    table = people(4, household=pa.array(ids))
    for rows in (1, 2, 4):
        with pytest.raises(ColumnError, match="sort the file by it, or read all persons into memory"):
            assess(HOME, in_batches(table, rows), tmp_path / "o")
        assert not list(tmp_path.iterdir())
    assess(HOME, in_batches(table, 2), tmp_path / "o", whole=True)
    assert cells(pq.read_table(tmp_path / "o")) == cells(HOME.compute(table)[0])


def test_several_kinds_of_group_are_computed_whole(tmp_path: Path) -> None:
    table = people(6, household=pa.array([1, 1, 2, 2, 3, 3]), village=pa.array(list("ababab")))
    job = Pass(Kernel(LAW.plan(ALL)), on=ON)
    with pytest.raises(ColumnError, match="household, village: in batches there can be one kind of group"):
        assess(job, in_batches(table, 2), tmp_path / "o")
    groups = {"household": pa.table({"floor": pa.array([1, 2, 3, 4])})}
    refused = np.zeros(3, np.int64)
    refused[1] = refused_rows(job.plan, 1, [(0, "sex")])[0]
    assess(job, [Batch(table[:3], refused), table[3:]], tmp_path / "o", groups=groups, whole=True)
    whole, _ = job.compute(table, groups, np.append(refused, [0, 0, 0]))
    assert cells(pq.read_table(tmp_path / "o")) == cells(whole)


def test_groups_by_their_row_in_batches(tmp_path: Path) -> None:
    table = people(6, household=pa.array([0, 0, 2, 2, 3, None]))
    homes = {"household": pa.table({"floor": [1, 2, 3, 4, 5]})}
    summary = assess(HOME, in_batches(table, 2), tmp_path / "o", groups=homes)
    assert cells(pq.read_table(tmp_path / "o")) == cells(HOME.compute(table, homes)[0])
    assert summary["household_income"].decided + summary["household_income"].refused == 5


def test_groups_that_nobody_names(tmp_path: Path) -> None:
    assess(HOME, in_batches(people(4), 2), tmp_path / "o")
    assert pq.read_table(tmp_path / "o")["relief_refusal"].to_pylist()[0] == "NO_GROUP:household"
    with pytest.raises(ColumnError, match="household: in batches"):
        assess(HOME, in_batches(people(4), 2), tmp_path / "o", groups={"household": pa.table({"floor": [1]})})
