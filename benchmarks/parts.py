"""What is measured, part by part; each returns what it found as plain JSON.  parts.py PART OUT.json [quick]"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import environments
from session import HERE, Failed, Worker, engine_environment, ratios, session, summary

US = "shebao, 2 threads"
YEARLY = "shebao, a row a year, 2 threads"
UNCHECKED = "shebao without checks, 2 threads"
Found = dict[str, Any]


def peers(name: str, failures: list[str]) -> Path | None:
    """The interpreter of the peers, or None with the failure told."""
    try:
        return environments.python(name)
    except OSError as error:
        failures.append(str(error))
        return None


def told(python: Path | str, script: str, *arguments: object, timeout: float = 900) -> Found:
    """What a script of engines/ prints as its last line.  Raises Failed with its last words."""
    command = [str(python), str(HERE / "engines" / script), *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, env=engine_environment(), timeout=timeout, check=False
    )
    if done.returncode:
        words = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise Failed(f"{script}: {words[-1] if words else f'exit {done.returncode}'}")
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def snapshot(quick: bool) -> Found:
    """W1: a snapshot of persons in households, 18 rules."""
    rows = 100_000 if quick else 1_000_000
    folder = str(environments.data_set("W1", rows))
    failures: list[str] = []
    workers = [Worker(sys.executable, "by_shebao.py", "W1", folder, "plain", "unchecked", "arrow")]
    workers.append(Worker(sys.executable, "by_numpy.py", "W1", folder))
    if python := peers("peers", failures):
        scripts = ("by_numba.py", "by_polars.py", "by_duckdb.py", "by_jax.py", "by_ttsim.py")
        workers += [Worker(python, script, "W1", folder) for script in scripts]
    if python := peers("openfisca", failures):
        workers.append(Worker(python, "by_openfisca.py", "W1", folder))
    found, failed = session(workers, 5 if quick else 15, {"": US}, budget=12)
    return {"rows": rows, "engines": summary(found, (US, UNCHECKED)), "failures": failures + failed}


def histories(quick: bool) -> Found:
    """W2: monthly histories, and the same with a row a year; then the peers that take many times longer."""
    rows = 20_000 if quick else 1_000_000
    folder = str(environments.data_set("W2", rows))
    failures: list[str] = []
    with_peers, with_openfisca = peers("peers", failures), peers("openfisca", failures)
    workers = [Worker(sys.executable, "by_shebao.py", work, folder, "plain", "unchecked") for work in ("W2", "yearly")]
    if with_peers:
        workers += [Worker(with_peers, "by_numba.py", work, folder) for work in ("W2", "yearly")]
    if with_openfisca:
        workers.append(Worker(with_openfisca, "by_openfisca.py", "W2", folder))
    reference = {"": US, "a row a year": YEARLY}
    found, failed = session(workers, 3 if quick else 7, reference, budget=40)
    engines = summary(found, (US, YEARLY, UNCHECKED, UNCHECKED.replace(",", ", a row a year,")))
    failures += failed
    for script in ("by_numpy.py", "by_polars.py", "by_jax.py"):  # one at a time: memory
        python: Path | str | None = sys.executable if script == "by_numpy.py" else with_peers
        if python:
            pair = [Worker(sys.executable, "by_shebao.py", "W2", folder), Worker(python, script, "W2", folder)]
            found, failed = session(pair, 2, {"": US}, budget=20, least=1)
            engines |= {name: one for name, one in summary(found, (US,)).items() if not name.startswith("shebao")}
            failures += failed
    return {"rows": rows, "engines": engines, "failures": failures}


def generated(quick: bool) -> Found:
    """300 and 1,000 generated rules: against an array for each variable, and the memory of both."""
    rows = 200_000 if quick else 1_000_000
    folder = str(environments.data_set("generated", rows))
    failures: list[str] = []
    python = peers("peers", failures)
    result: Found = {"rows": rows, "failures": failures}
    for count in (300, 1000):
        workers = [
            Worker(sys.executable, "by_shebao.py", f"generated{count}", folder, "plain"),
            Worker(sys.executable, "by_shebao.py", f"generated{count}", folder, "unchecked"),
            Worker(sys.executable, "generated_by_numpy.py", str(count), folder),
        ]
        if python and count == 300:
            workers.append(Worker(python, "generated_by_numba.py", str(count), folder))
        found, failed = session(workers, 5 if count == 300 else 3, {"": US}, budget=40, least=2)
        result[str(count)] = summary(found, (US, UNCHECKED))
        failures += failed
    return result


def compiling(quick: bool) -> Found:
    """Cold compiles in fresh processes, then once more from the cache."""
    folder = environments.data_set("generated", 200_000)
    failures: list[str] = []
    result: Found = {"failures": failures}
    for what in ("law", "300", "1000"):
        for variant in ("sure", "every"):
            cold: list[Found] = []
            warm: list[Found] = []
            try:
                for _ in range(1 if quick else 3):
                    with tempfile.TemporaryDirectory(prefix="shebao-bench-") as cache:
                        cold.append(told(sys.executable, "compile_by_shebao.py", what, cache, folder, variant))
                        warm.append(told(sys.executable, "compile_by_shebao.py", what, cache, folder, variant))
            except Failed as failure:
                failures.append(str(failure))
                continue
            result[f"{what} {variant}"] = {"cold": _medians(cold), "warm": _medians(warm)}
    if not quick and (python := peers("peers", failures)):
        try:
            result["Numba 300"] = told(python, "generated_by_numba.py", 300, folder, "compile")
        except Failed as failure:
            failures.append(str(failure))
    return result


def _medians(found: Sequence[Found]) -> Found:
    return {name: statistics.median(one[name] for one in found) for name in found[0]}


def deciding(quick: bool) -> Found:
    """One decision with its trace, beside a traced case in OpenFisca."""
    folder = environments.data_set("W1", 100_000)
    person = HERE.parent / "examples" / "worker.yaml"
    failures: list[str] = []
    python = peers("openfisca", failures)
    ours: list[Found] = []
    theirs: list[Found] = []
    try:
        for _ in range(1 if quick else 3):
            ours.append(told(sys.executable, "decide_by_shebao.py", folder, person))
            if python:
                theirs.append(told(python, "by_openfisca.py", "case", folder))
    except Failed as failure:
        failures.append(str(failure))
    result: Found = {"failures": failures}
    if ours:
        result["W1"], result["law"] = (_medians([one[name] for one in ours]) for name in ("W1", "law"))
        result["history"] = ours[0]["history"]
    if theirs:
        result["OpenFisca-core"] = _medians(theirs)
        pairs = [a["with trace"] for a in theirs], [b["W1"]["laid out"] for b in ours]
        result["ratio"] = ratios(*pairs)
    return result


def fuzzing(quick: bool) -> Found:
    """Random laws against CPython, in two processes with seeds of their own."""
    each = 2_000 if quick else 160_000
    failures: list[str] = []
    start = time.perf_counter()
    parts: list[Found] = []

    def one(number: int) -> None:
        try:
            parts.append(told(sys.executable, "fuzz_by_shebao.py", 1_000_000 + number, 2, each, 150, timeout=1200))
        except (Failed, subprocess.TimeoutExpired) as failure:
            failures.append(str(failure))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, (0, 1)))
    result: Found = {name: sum(part[name] for part in parts) for name in ("laws", "laws refused", "compared")}
    names = sorted({name for part in parts for name in part["outcomes"]})
    result["outcomes"] = {name: sum(part["outcomes"].get(name, 0) for part in parts) for name in names}
    return {**result, "seconds": time.perf_counter() - start, "failures": failures}


def mutants(quick: bool) -> Found:
    """Faults planted in the compiler: each has to be noticed."""
    script = HERE.parent / "tests" / "rules" / "mutants.py"
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, env=engine_environment(), check=False
    )
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    failures = [] if done.returncode == 0 else [done.stderr.strip().splitlines()[-1] if done.stderr else lines[-1]]
    return {"lines": lines, "seconds": time.perf_counter() - start, "failures": failures}


def spark(quick: bool) -> Found:
    """The whole law over a sample city, on a Spark cluster and here."""
    people = 20_000 if quick else 400_000
    with tempfile.TemporaryDirectory(prefix="shebao-bench-") as folder:
        try:
            found = told(sys.executable, "spark_by_shebao.py", folder, people, 1 if quick else 3)
        except (Failed, subprocess.TimeoutExpired) as failure:
            return {"failures": [str(failure)]}
    found["ratio"] = ratios(found["seconds"]["spark"], found["seconds"]["local"])
    return {**found, "failures": []}


def checks(quick: bool) -> Found:
    """The checks that stay in the law's compiled code, for CHECKS.md."""
    try:
        return {**told(sys.executable, "checks_by_shebao.py"), "failures": []}
    except Failed as failure:
        return {"failures": [str(failure)]}


PARTS = {
    "W1": snapshot,
    "W2": histories,
    "generated": generated,
    "compile": compiling,
    "decide": deciding,
    "checks": checks,
    "fuzz": fuzzing,
    "mutants": mutants,
    "spark": spark,
}

if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(PARTS[sys.argv[1]]("quick" in sys.argv)), "utf8")
