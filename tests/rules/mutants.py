"""Faults planted in the compiler, one at a time: the random laws of `fuzz.py` have to notice each.

`python tests/rules/mutants.py [LAWS [ROWS]]` tries all; `caught(mutant, laws, rows)` one, in a process of its own,
since a fault may crash it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).parents[2] / "src"
FUZZ = """
import sys
from collections import Counter
import fuzz
fuzz.compare
print("begun", flush=True)
count = Counter()
for seed in range(int(sys.argv[1])):
    count += fuzz.compare(seed, int(sys.argv[2]))
    if count["WRONG"]:
        break
print(count["WRONG"], "wrong")
"""


class Mutant(NamedTuple):
    """What is wrong, in which module, and the text that is put in the place of another."""

    what: str
    module: str
    old: str
    new: str


MUTANTS = (
    Mutant("truncates instead of floor", "rulecode", "i64 {q}, {b.op(f'zext i1 {down} to i64')}", "i64 {q}, 0"),
    Mutant("remainder as in C", "rulecode", "{b.op(f'select i1 {other}, i64 {c}, i64 0')}", "0"),
    Mutant("no overflow check", "rulecode", "if low >= INT64_MIN and high <= INT64_MAX:", "if True:"),
    Mutant("half rounds down", "rulecode", 'up = b.op(f"icmp uge {kind} {r},', 'up = b.op(f"icmp ugt {kind} {r},'),
    Mutant("zero divisor not looked for", "rulecode", "if C.lo <= 0 <= C.hi:", "if C.lo < 0 < C.hi:"),
    Mutant("key of a table not looked at", "rulecode", 'b.op(f"icmp ugt i64 {offset}, {high - low}")', '"false"'),
    Mutant("one past the last of a history", "rulecode", "uge i64 {k}, {entry.length}", "ugt i64 {k}, {entry.length}"),
    Mutant("range of a product too small", "check", "max(products))", "max(products) // 2)"),
    Mutant("loop looked at once only", "check", "for _ in range(max(turns, 1)):", "for _ in range(1):"),
    Mutant("growth of one turn only", "check", "result.hi + turns * up", "result.hi + up"),
    Mutant("last turn of a loop left out", "check", "trial.values, max(turns, 0))", "trial.values, max(turns - 1, 0))"),
    Mutant("not the least is two more", "check", "lo + (lo == other.lo)", "lo + 2 * (lo == other.lo)"),
    Mutant(
        "unsigned division of what is below 0",
        "rulecode",
        "A.lo >= 0 and C.lo >= 0:\n            kind, q,",
        "C.lo >= 0:\n            kind, q,",
    ),
    Mutant("narrow division of a wide number", "rulecode", "A.hi < 2**32 and C.hi < 2**32", "C.hi < 2**32"),
    Mutant(
        "refused argument read as 0",
        "rulecode",
        "if entry.status:\n            self.b.refuse(",
        "if False:\n            self.b.refuse(",
    ),
    Mutant(
        "rule's last day left out", "stagecode", "icmp sle i64 {day}, {rule.until}", "icmp slt i64 {day}, {rule.until}"
    ),
    Mutant("figure of the version before", "ir", "%right = icmp sle i64 %s, %x", "%right = icmp slt i64 %s, %x"),
    Mutant("approximate figure taken as missing", "rulecode", "icmp eq i8 {state}, 2", "icmp eq i8 {state}, 3"),
    Mutant("month ends a day late", "ir", "%last = sub i64 %b, 1", "%last = sub i64 %b, 0"),
    Mutant(
        "who has no group gets the first",
        "stagecode",
        "select i1 {outside}, i64 {packed}",
        "select i1 false, i64 {packed}",
    ),
    Mutant(
        "input below its range admitted",
        "stagecode",
        "sub i64 {value}, {low}')}, {high - low}",
        "sub i64 {value}, {low - 1}')}, {high - low + 1}",
    ),
)


def caught(mutant: Mutant, laws: int, rows: int) -> str:
    """How the fuzzer noticed: a number of wrong values, or a crash; empty when it did not."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(SOURCE, Path(folder) / "src", ignore=shutil.ignore_patterns("__pycache__", ".mypy_cache"))
        path = Path(folder) / "src" / "shebao" / "rules" / f"{mutant.module}.py"
        text = path.read_text("utf8")
        if text.count(mutant.old) != 1:
            raise ValueError(f"{mutant.what}: its place is found {text.count(mutant.old)} times in {mutant.module}.py")
        path.write_text(text.replace(mutant.old, mutant.new), "utf8")
        environment = {
            **os.environ,
            "PYTHONPATH": f"{folder}/src:{Path(__file__).parent}",
            "SHEBAO_CACHE": f"{folder}/cache",
        }
        run = subprocess.run(
            [sys.executable, "-P", "-c", FUZZ, str(laws), str(rows)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if not run.stdout.startswith("begun"):
        raise RuntimeError(f"{mutant.what}: the random laws did not begin: {run.stderr[-300:]}")
    if run.returncode:
        return f"crash ({run.stderr.strip().splitlines()[-1][:80] if run.stderr.strip() else run.returncode})"
    wrong = run.stdout.strip().splitlines()[-1]
    return "" if wrong == "0 wrong" else wrong


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:]]
    for mutant in MUTANTS:
        print(
            f"{mutant.what:45} {caught(mutant, *(given or [60]), *([40] if len(given) < 2 else [])) or 'NOT NOTICED'}",
            flush=True,
        )
