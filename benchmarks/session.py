"""Engines measured in turn: A B C, A B C, ... so that whatever else the machine does touches all of them alike.

The ratio of two engines is taken round by round; its median and its ends are what is reported.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data import Columns, load

HERE = Path(__file__).parent
PAUSE = 0.02  # seconds between two runs: threads of a pool that still look for work go to sleep
PATIENCE = 600  # seconds for one answer
SHORT = 0.5  # seconds; a shorter run is done twice and the second timed, with the data as near for all


class Failed(Exception):
    """An engine did not start, died, or did not answer."""


def engine_environment() -> dict[str, str]:
    """Where engines find the benchmarks' modules and the project's."""
    paths = [HERE, HERE / "rules", HERE / "engines", HERE.parent / "src"]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}


class Worker:
    """A process with engines; see worker.py."""

    def __init__(self, python: Path | str, script: str, *arguments: str) -> None:
        self.script = script
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  (closed with the worker)
        self.process = subprocess.Popen(
            [str(python), str(HERE / "engines" / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            bufsize=1,
            env=engine_environment(),
        )

    def answer(self) -> dict[str, Any]:
        """The next answer.  Raises Failed with the last line of what the process had to say."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.process.kill()
            self.errors.seek(0)
            told = [x.strip() for x in self.errors.read().splitlines() if x.strip()]
            raise Failed(f"{self.script}: {told[-1] if told else 'no answer'}")
        answer: dict[str, Any] = json.loads(line)
        if "failed" in answer:
            raise Failed(f"{self.script}: {answer['failed']}")
        return answer

    def order(self, **content: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(content) + "\n")
            self.process.stdin.flush()
        except OSError:
            pass  # it is gone: `answer` tells why
        return self.answer()

    def close(self) -> None:
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.errors.close()


@dataclass
class Ran:
    """What a session found out about an engine."""

    seconds: list[float]
    cpu: list[float]  # seconds of all its threads
    peak_mb: int
    base_mb: int
    facts: dict[str, Any]
    wrong: dict[str, Any]


def session(
    workers: Sequence[Worker], rounds: int, reference: dict[str, str], budget: float = 25.0, least: int = 3
) -> tuple[dict[str, Ran], list[str]]:
    """Runs all engines in turn, after one round to warm up; what went wrong is told, not raised.

    What an engine finds in the caches must not depend on who ran before: see SHORT.

    budget: an engine that has run for so many seconds, and `least` times, sits out the rounds that are left.
    reference: the engine whose results the others are compared with, for engines with a word in their names ("": all).
    """
    failures: list[str] = []
    home: dict[str, Worker] = {}
    found: dict[str, Ran] = {}
    for worker in workers:
        try:
            told = worker.answer()
        except Failed as failure:
            failures.append(str(failure))
            continue
        for name in told["engines"]:
            home[name] = worker
            found[name] = Ran([], [], told["base_mb"], told["base_mb"], told["facts"], {})
    for number in range(rounds + 1):
        for name in list(home):
            ran = found[name]
            if name not in home:  # its process has died
                continue
            if len(ran.seconds) >= least and sum(ran.seconds) > budget:
                continue
            time.sleep(PAUSE)
            try:
                told = home[name].order(do="run", engine=name)
                if number and told["seconds"] < SHORT:
                    told = home[name].order(do="run", engine=name)
            except Failed as failure:
                failures.append(f"{name}: {failure}")
                dead = home[name]
                home = {n: w for n, w in home.items() if w is not dead}
                continue
            ran.peak_mb = told["peak_mb"]
            if number:
                ran.seconds.append(told["seconds"])
                ran.cpu.append(told["cpu"])
    _compare(home, found, reference, failures)
    for worker in workers:
        worker.close()
    return {name: ran for name, ran in found.items() if ran.seconds}, failures


def _compare(home: dict[str, Worker], found: dict[str, Ran], reference: dict[str, str], failures: list[str]) -> None:
    """Counts the rows of each engine that are not those of its reference, the one with the longest word."""
    folder = Path(tempfile.mkdtemp(prefix="shebao-bench-"))
    of = {name: reference[max((word for word in reference if word in name), key=len)] for name in home}
    results: dict[str, Columns] = {}
    for name in sorted(home, key=lambda name: name not in of.values()):
        try:
            home[name].order(do="result", engine=name, folder=str(folder / "one"))
            given = load(folder / "one")
            if name == of[name]:
                results[name] = given
            else:
                found[name].wrong = {o: _difference(given[o], right) for o, right in results[of[name]].items()}
        except (Failed, KeyError, ValueError) as failure:
            failures.append(f"{name}: result: {failure!r}")
        shutil.rmtree(folder / "one", ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def _difference(given: Any, right: Any) -> dict[str, int]:
    """(rows, rows that differ, greatest difference)."""
    if given.shape != right.shape:
        raise ValueError(f"{given.shape} rows, {right.shape} are right")
    away = np.abs(given.astype(np.int64) - right)
    return {"rows": len(right), "wrong": int((away != 0).sum()), "most": int(away.max(initial=0))}


def ratios(top: Sequence[float], bottom: Sequence[float]) -> dict[str, float]:
    """Of two engines' seconds, round by round: median and ends; and of the best times of both."""
    each = [a / b for a, b in zip(top, bottom, strict=False)]
    best = min(top) / min(bottom)
    return {"median": statistics.median(each), "least": min(each), "most": max(each), "best": best}


def summary(found: dict[str, Ran], bases: Iterable[str]) -> dict[str, Any]:
    """For the results: seconds and memory of each engine, and its time as a multiple of each base's."""
    return {
        name: {
            "seconds": statistics.median(ran.seconds),
            "best": min(ran.seconds),
            "cpu": statistics.median(ran.cpu),
            "rounds": len(ran.seconds),
            "base_mb": ran.base_mb,
            "peak_mb": ran.peak_mb,
            "facts": ran.facts,
            "wrong": ran.wrong,
            "ratio": {base: ratios(ran.seconds, found[base].seconds) for base in bases if base in found},
        }
        for name, ran in found.items()
    }
