"""Spark on a local cluster of several worker processes: the results of a local run, bit for bit."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from arrow_tables import table_of
from small_law import LAW, person

from shebao.rules.columns import ColumnError
from shebao.rules.comparison import Comparison
from shebao.rules.kernel import Kernel
from shebao.rules.kinds import day
from shebao.rules.law import LawError
from shebao.rules.reform import load, read, under
from shebao.rules.run import Pass
from shebao.rules.spark import _alone, assess_file, assess_spark, session

NAME = "small_law:LAW"
OWN = ["pension_in_payment", "wage_index", "age", "grace_day", "of_age", "grade_allowance", "tripled"]
SHARED = ["relief", "household_income", "household_share", "eldest", "home", "pension"]
DAYS = [day("2007-12-31"), day("2008-01-01")]


def people(count: int) -> pa.Table:
    """Persons of all regimes, with ties, missing and broken facts; members of a household stand together."""
    r = random.Random(7)
    facts = []
    for _ in range(count):
        years = [r.choice([1993, 1994, 1996, 2004, 2005]) for _ in range(r.randrange(5))]
        changed: dict[str, Any] = {
            "birth_day": r.randrange(day("1940-01-01"), day("1957-01-01")),
            "sex": r.choice([1, 2]),
            "retirement_day": r.choice([day("2005-12-31"), day("2006-01-01"), r.randrange(9500, 14000)]),
            "paid_year": years,
            "paid_base": [r.choice([1, 5, 20_000, r.randrange(10**6)]) for _ in years],
            "paid_months": [r.choice([255, 4095, 15]) for _ in years],
            "savings": r.choice([0, 150_000, r.randrange(10**7), 10**11]),
            "hardship": r.random() < 0.3,
            "grade": r.choice([1, 2, 3, None]),
        }
        if r.random() < 0.1:
            changed |= r.choice([{"birth_day": None}, {"sex": 3}, {"paid_base": [1]}, {"savings": None}])
        facts.append(person(**changed))
    homes: list[int | None] = sorted(r.randrange(count // 3) for _ in range(count - count // 10))
    homes += [None] * (count // 10)
    return table_of(facts, person_id=pa.array(range(count), pa.int64()), household=pa.array(homes, pa.int64()))


TABLE = people(1500)
HOMES = pa.table({"household": range(400), "floor": [None if k % 50 == 0 else 50_000 * (k % 7) for k in range(400)]})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """People in several files, so that there are several tasks."""
    path = tmp_path_factory.mktemp("spark")
    (path / "people").mkdir()
    for k, start in enumerate(range(0, TABLE.num_rows, 400)):
        pq.write_table(TABLE[start : start + 400], path / "people" / f"{k}.parquet")
    pq.write_table(HOMES, path / "homes.parquet")
    return path


@pytest.fixture(scope="module")
def spark(folder: Path) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHEBAO_CACHE", str(folder / "cache"))
        before = dict(os.environ)
        with session(
            "local-cluster[2,1,1024]",
            [Path(__file__).parent],
            spark_sql_files_openCostInBytes="200000000",  # a task for each file, small as they are
            spark_sql_shuffle_partitions="4",
            spark_sql_adaptive_enabled="false",
        ) as found:
            yield found
        assert dict(os.environ) == before


def as_text(table: pa.Table) -> dict[str, list[Any]]:
    found = {}
    for name in table.column_names:
        column = table[name]
        found[name] = (column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column).to_pylist()
    return found


def same(found: Any, expected: pa.Table, *order: str) -> None:
    """The DataFrame (or the folder) holds the same rows and types as the table."""
    rows = pq.read_table(found) if isinstance(found, Path) else found.toArrow()
    keys = [(name, "ascending") for name in order or ("person_id",)]
    for name in expected.column_names:
        kind = expected.schema.field(name).type
        assert rows.schema.field(name).type == (pa.string() if pa.types.is_dictionary(kind) else kind)
    assert as_text(rows.sort_by(keys)) == as_text(expected.sort_by(keys))


def test_the_results_are_those_of_a_local_run(spark: Any, folder: Path) -> None:
    for mode in ("marked", "strict"):
        expected, tally = Pass(Kernel(LAW.plan(OWN)), on=DAYS[1], mode=mode).compute(TABLE)
        found = assess_spark(spark, NAME, OWN, folder / "people", on=DAYS[1], mode=mode)
        same(found, expected)
        assert found.rdd.getNumPartitions() == 4
    assert tally.exact > 10  # rows that compiled code leaves to CPython are among them
    assert len({c for n in OWN for c in as_text(expected)[n + "_refusal"]}) > 10


def test_several_worker_processes_did_it(spark: Any, folder: Path) -> None:
    found = assess_spark(spark, NAME, ["age"], folder / "people", on=DAYS[0])

    def whose(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        time.sleep(1)
        for batch in batches:
            yield pa.RecordBatch.from_pydict({"process": [os.getpid()], "rows": [batch.num_rows]})

    processes = found.mapInArrow(whose, "process long, rows long").toArrow()
    assert pc.sum(processes["rows"]).as_py() == TABLE.num_rows
    assert len(set(processes["process"].to_pylist())) >= 2


def test_groups_several_days_and_the_check(spark: Any, folder: Path) -> None:
    expected, _ = Pass(Kernel(LAW.plan(SHARED)), on=DAYS).compute(TABLE, {"household": HOMES})
    homes = {"household": folder / "homes.parquet"}
    found = assess_spark(spark, NAME, SHARED, folder / "people", on=DAYS, groups=homes, check=0.2)
    same(found, expected, "benefit_day", "person_id")
    alone, _ = Pass(Kernel(LAW.plan(SHARED)), on=DAYS[0]).compute(TABLE)
    same(assess_spark(spark, NAME, SHARED, folder / "people", on=DAYS[0]), alone)


def test_an_id_that_no_group_has_counts_as_none(spark: Any) -> None:
    homes = {"household": HOMES[:200]}
    expected, _ = Pass(Kernel(LAW.plan(SHARED)), on=DAYS[0]).compute(TABLE, homes)
    frames = {"household": spark.createDataFrame(HOMES[:200])}
    same(assess_spark(spark, NAME, SHARED, spark.createDataFrame(TABLE), on=DAYS[0], groups=frames), expected)


def test_a_file_and_its_summary(spark: Any, folder: Path) -> None:
    one = Pass(Kernel(LAW.plan(OWN)), on=DAYS[0])
    expected, tally = one.compute(TABLE)
    out = folder / "result"
    for _ in range(2):  # the second replaces the first
        summary = assess_file(spark, NAME, OWN, folder / "people", out, on=DAYS[0])
    same(out, expected)
    plain, wanted = summary.plain(), one.summary(tally, summary.seconds).plain()
    assert plain == wanted and plain["rows"] == TABLE.num_rows and plain["approx"]
    with pytest.raises(FileExistsError, match="no result of Spark"):
        assess_file(spark, NAME, OWN, folder / "people", folder / "people", on=DAYS[0])


def test_a_reform_beside_the_law(spark: Any, folder: Path) -> None:
    path = folder / "reform.yaml"
    path.write_text(
        "parameters: {rise: {yearly: [{year: 2008, bands: [{value: 50}]}]}}\nrules: reform_rules.py\n", "utf-8"
    )
    (folder / "reform_rules.py").write_text(
        "from shebao.rules.declare import rule\n"
        "from shebao.rules.kinds import Day, Fen, Flag\n"
        "@rule(zh='养老金', en='Pension', cites='改革', since='2006-06-01', dated_by='retirement_day')\n"
        "def pension(savings: Fen, of_age: Flag) -> Fen:\n"
        "    return min(savings, 100000) if of_age else 0\n",
        "utf-8",
    )
    kernel = Kernel(LAW.plan(["pension_in_payment", "of_age"]))
    job = Comparison(Pass(kernel, on=DAYS[1]), Pass(under(kernel, load(LAW, path).law), on=DAYS[1]))
    expected, tally = job.compute(TABLE)
    source = read(path)
    path.unlink()  # what the workers need goes with the task
    (folder / "reform_rules.py").unlink()
    out = folder / "compared"
    summary = assess_file(
        spark, NAME, ["pension_in_payment", "of_age"], folder / "people", out, on=DAYS[1], reform=source
    )
    same(out, expected)
    assert summary.plain()["effects"] == job.summary(tally, 1.0).plain()["effects"]


def test_rules_are_compiled_in_the_cache_that_the_workers_share(spark: Any, folder: Path) -> None:
    assess_spark(spark, NAME, ["fee_due"], folder / "people", on=DAYS[0]).count()
    objects = {p: p.stat().st_mtime_ns for p in (folder / "cache").glob("*.o")}
    assert objects
    assess_spark(spark, NAME, ["fee_due"], folder / "people", on=DAYS[0]).count()
    assert {p: p.stat().st_mtime_ns for p in (folder / "cache").glob("*.o")} == objects


def test_faults_are_told_before_anything_is_computed(spark: Any, folder: Path) -> None:
    with pytest.raises(LawError, match="did you mean pension"):
        assess_spark(spark, NAME, ["pensoin"], folder / "people", on=DAYS[0])
    both = TABLE.append_column("village", pa.array(["v"] * TABLE.num_rows))
    with pytest.raises(ColumnError, match="household, village: on Spark there can be one kind"):
        assess_spark(spark, NAME, ["village_part"], spark.createDataFrame(both), on=DAYS[0])
    for homes, text in (
        (pa.table({"household": [1, 1], "floor": [2, 3]}), "each id stands once"),
        (pa.table({"household": ["1"], "floor": [2]}), "it is bigint for the persons and string for the groups"),
    ):
        frames = {"household": spark.createDataFrame(homes)}
        with pytest.raises(ColumnError, match=text):
            assess_spark(spark, NAME, ["home"], folder / "people", on=DAYS[0], groups=frames)


# ---- the lock
def _hold(folder: Path, spans: Any) -> None:
    with _alone(folder):
        start = time.monotonic_ns()
        time.sleep(0.1)
        spans.put((start, time.monotonic_ns()))


def test_one_process_at_a_time_compiles(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    spans = context.Queue()
    workers = [context.Process(target=_hold, args=(tmp_path / "cache", spans)) for _ in range(3)]
    for worker in workers:
        worker.start()
    found = sorted(spans.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join(60)
    assert all(a[1] <= b[0] for a, b in pairwise(found))
