"""Records of one person found among a million: our whole way beside bare Splink, and how good what it finds is.

linkage.py [--records N] [--rounds N] [--out FILE]: prints a table; with --out, all of it as JSON.

Both use the same comparisons, blocking rules, training and threads (`shebao.people.linkage.model`), and both begin with
an Arrow table in memory.  Ours holds the records as the departments have them, and the time ends with persons, bands
and a ranked queue.  For bare Splink they are normalised already, and the time ends with its clusters at 0.999.  Each
run is a process of its own, in turn; the clock starts after imports.  Quality is by pairs of records: precision is the
share of the pairs said to be one person that are, recall the share of the pairs of one person that are said to be.  In
the review, as many pairs as allowed are answered from the truth.
"""

from __future__ import annotations

import argparse
import json
import logging
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "src"), str(HERE.parent / "tests" / "people")]

import duckdb  # noqa: E402  (the project's own come from src)
import invented_records  # noqa: E402  (which stands with the tests)
import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from splink import DuckDBAPI, Linker  # noqa: E402

import environments  # noqa: E402
from shebao.people.linkage import answer, link, model, normalise  # noqa: E402

THREADS = 2
AUTOMATIC = 0.999
REVIEWED = 0.02  # pairs asked about, of the records
GOALS = {"ratio": 1.3, "automatic precision": 0.998, "reviewed precision": 0.998, "reviewed recall": 0.97}
Found = dict[str, Any]


def data_set(records: int) -> Path:
    """The records with the column `person`, made when they are not there."""
    made_by = environments._short(Path(invented_records.__file__).read_bytes())
    file = environments.folder() / f"linkage-{records}-{made_by}.parquet"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        table, person = invented_records.records(records)
        pq.write_table(table.append_column("person", pa.array(person)), file)
    return file


def ours(file: Path) -> Found:
    table = pq.read_table(file)
    person = table["person"].to_numpy()
    records = table.drop_columns(["person"])
    start, worked = time.perf_counter(), time.process_time()
    links = link(records, threads=THREADS, automatic=AUTOMATIC)
    seconds, cpu = time.perf_counter() - start, time.process_time() - worked
    queue = links.queue(int(records.num_rows * REVIEWED))
    truth = person[queue["left"].to_numpy()] == person[queue["right"].to_numpy()]
    asked = zip(queue["left_record"].to_pylist(), queue["right_record"].to_pylist(), strict=True)
    start = time.perf_counter()
    after = answer(links, dict(zip(asked, truth.tolist(), strict=True)))
    answering = time.perf_counter() - start
    return {
        "seconds": seconds,
        "cpu": cpu,
        "answering": answering,
        "asked": queue.num_rows,
        "one person": int(truth.sum()),
        "people": len(np.unique(person)),
        "automatic": quality(links.person, person),
        "reviewed": quality(after.person, person),
    }


def bare(file: Path) -> Found:
    """Splink as its own documents have it, with our settings."""
    table = pq.read_table(file)
    person = table["person"].to_numpy()
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {THREADS}")
        normalise.normalise(connection, table.drop_columns(["person"]))
        prepared = connection.table(normalise.TABLE).to_arrow_table()
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {THREADS}")
        logging.getLogger("splink").setLevel(logging.ERROR)
        start, worked = time.perf_counter(), time.process_time()
        records = DuckDBAPI(connection).register(prepared)
        linker = Linker(records, model.settings(len(person)), log_level=None)
        model.train(linker)
        trained = time.perf_counter()
        pairs = linker.inference.predict(threshold_match_probability=0.01)
        predicted = time.perf_counter()
        clustered = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, AUTOMATIC)
        found = clustered.as_duckdbpyrelation().project("unique_id, cluster_id").to_arrow_table()
        end, cpu = time.perf_counter(), time.process_time() - worked
    label = np.empty(len(person), np.int64)
    label[found["unique_id"].to_numpy()] = found["cluster_id"].to_numpy()
    parts = {"training": trained - start, "prediction": predicted - trained, "clusters": end - predicted}
    return {"seconds": end - start, "cpu": cpu, **parts, "automatic": quality(label, person)}


def quality(label: np.ndarray, person: np.ndarray) -> Found:
    """Of pairs of records: those of one label, of one person, and of both."""
    said, true = _pairs(label), _pairs(person)
    both = _pairs(label.astype(np.int64) * (int(person.max()) + 1) + person)
    return {"wrong": said - both, "missed": true - both, "precision": both / said, "recall": both / true}


def _pairs(label: np.ndarray) -> int:
    sizes = np.unique(label, return_counts=True)[1].astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())


def compare(records: int, rounds: int) -> Found:
    """Both in turn, each time in a process of its own."""
    file = data_set(records)
    runs: dict[str, list[Found]] = {"ours": [], "bare": []}
    for _ in range(rounds):
        for way, found in runs.items():
            command = [sys.executable, __file__, "--run", way, "--file", str(file)]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            found.append(json.loads(done.stdout.splitlines()[-1]))
    for found in runs.values():
        if any(one["automatic"] != found[0]["automatic"] for one in found):
            raise AssertionError("two runs over the same records found different people")
    return {
        "records": records,
        "rounds": rounds,
        "ratio": _ratio(runs, "seconds"),
        "cpu ratio": _ratio(runs, "cpu"),
        **{way: {**found[0], **_medians(found)} for way, found in runs.items()},
    }


def _ratio(runs: dict[str, list[Found]], measure: str) -> Found:
    """Ours by bare, round by round, and of the best of both."""
    mine, other = ([one[measure] for one in runs[way]] for way in ("ours", "bare"))
    each = [a / b for a, b in zip(mine, other, strict=True)]
    return {"median": statistics.median(each), "least": min(each), "most": max(each), "best": min(mine) / min(other)}


def _medians(found: list[Found]) -> Found:
    """Of what is measured in seconds and megabytes."""
    measured = [name for name, value in found[0].items() if isinstance(value, float)]
    return {name: statistics.median(one[name] for one in found) for name in measured}


def _peak_mb() -> float:
    """The most memory of this process; of a parent's, which getrusage would tell, it holds nothing."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def report(found: Found) -> str:
    ratio, mine, other = found["ratio"], found["ours"], found["bare"]
    lines = [
        f"{THREADS} threads: {found['records']:,} records of {mine['people']:,} people, {found['rounds']} times",
        "",
        "| way | median | CPU | peak MB | precision | recall | pairs wrong | pairs missed |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    rows = [
        ("shebao, automatic", f"{mine['seconds']:.1f} s | {mine['cpu']:.1f} s", mine["peak MB"], mine["automatic"]),
        (
            f"shebao, {mine['asked']:,} pairs reviewed",
            f"{mine['answering']:.1f} s more | –",
            mine["peak MB"],
            mine["reviewed"],
        ),
        (
            "bare Splink at 0.999",
            f"{other['seconds']:.1f} s | {other['cpu']:.1f} s",
            other["peak MB"],
            other["automatic"],
        ),
    ]
    for name, seconds, peak, how in rows:
        share = f"{how['precision']:.5f} | {how['recall']:.4f} | {how['wrong']:,} | {how['missed']:,}"
        lines.append(f"| {name} | {seconds} | {peak:,.0f} | {share} |")
    for what, of in (("Times bare Splink", ratio), ("in CPU", found["cpu ratio"])):
        lines += ["", f"{what}: {of['median']:.2f} ({of['least']:.2f} … {of['most']:.2f}; {of['best']:.2f})"]
    lines.append("")
    measured = {
        "ratio": (ratio["median"], "at most"),
        "automatic precision": (mine["automatic"]["precision"], "at least"),
        "reviewed precision": (mine["reviewed"]["precision"], "at least"),
        "reviewed recall": (mine["reviewed"]["recall"], "at least"),
    }
    for name, (value, how) in measured.items():
        met = value <= GOALS[name] if how == "at most" else value >= GOALS[name]
        lines.append(f"* {name}: {value:.4f}, goal {how} {GOALS[name]}: {'met' if met else 'NOT met'}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--run", choices=("ours", "bare"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        found = (ours if asked.run == "ours" else bare)(asked.file)
        print(json.dumps({**found, "peak MB": _peak_mb()}))
        return
    found = compare(asked.records, asked.rounds)
    if asked.out:
        asked.out.write_text(json.dumps(found, indent=1), "utf8")
    print(report(found))


if __name__ == "__main__":
    main()
