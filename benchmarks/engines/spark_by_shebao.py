"""The whole law over a sample city, on this machine and on a Spark cluster of two worker processes.

spark_by_shebao.py FOLDER PEOPLE ROUNDS: Parquet to Parquet both ways, in turn, one round to warm up; the results of
both are compared.  Tells rows per second.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shebao.cli.people import RESULTS
from shebao.rules.assess import assess
from shebao.rules.kernel import Kernel
from shebao.rules.kinds import day
from shebao.rules.law import Law
from shebao.rules.run import Pass
from shebao.rules.spark import assess_file, session
from shebao.samplecity.tables import InputTables

ON = day("2014-06-30")
FILES = 4
BATCH = 65_536


def write_people(law: Law, folder: Path, people: int) -> list[Path]:
    """Several files, so that there are several tasks."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    paths = [folder / f"{k}.parquet" for k in range(FILES)]
    whole = pa.concat_tables(InputTables(law).tables(people))
    for k, path in enumerate(paths):
        low, high = k * people // FILES, (k + 1) * people // FILES
        pq.write_table(whole.slice(low, high - low), path)
    return paths


def as_rows(path: Path) -> list[dict[str, object]]:
    """The results with codes as text, by person."""
    table = pq.read_table(path).sort_by("person_id")
    plain = [c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for c in table.columns]
    return pa.table(dict(zip(table.column_names, plain, strict=True))).to_pylist()


def main(folder: Path, people: int, rounds: int) -> None:
    law = Law.load("shebao.law")
    want = [name for name in RESULTS if name in law.variables]
    given = folder / "people"
    paths = write_people(law, given, people)
    out = folder / "local.parquet", folder / "spark"
    one = Pass(Kernel(law.plan(want)), on=ON, threads=os.cpu_count())

    def local() -> None:
        batches = (b for path in paths for b in pq.ParquetFile(path).iter_batches(BATCH))
        assess(one, batches, out[0])

    seconds: dict[str, list[float]] = {"local": [], "spark": []}
    start = time.perf_counter()
    with session("local-cluster[2,1,1024]", spark_sql_files_openCostInBytes="200000000") as spark:
        started = time.perf_counter() - start

        def cluster() -> None:
            assess_file(spark, "shebao.law", want, given, out[1], on=ON)

        for number in range(rounds + 1):
            for name, function in (("local", local), ("spark", cluster)):
                start = time.perf_counter()
                function()
                if number:
                    seconds[name].append(time.perf_counter() - start)
                else:
                    first = time.perf_counter() - start
    same = as_rows(out[0]) == as_rows(out[1])
    told = {"people": people, "seconds": seconds, "start": started, "first": first, "same": same, "want": want}
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
