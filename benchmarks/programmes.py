"""The whole law over a generated city, beside parts of it: programmes.py [--people N] [--on DAY] [--out FILE]

Selections: the pensions and contributions alone, half of the programmes, all of them.  Of each: the cold compile and
the start from the object cache, each in a process of its own; then persons/s over the same blocks of people with their
households, on one thread and on two in turn, block after block, from Arrow tables to Arrow results (`pass`) and of the
compiled code alone (`kernel`); the peak memory of the process; and the checks that stay, by rule.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "src"))

import pyarrow as pa  # noqa: E402

from shebao.rules.columns import frame  # noqa: E402  (the project's own come from src)
from shebao.rules.declare import PERSON  # noqa: E402
from shebao.rules.kernel import Kernel, encoded  # noqa: E402
from shebao.rules.kinds import day  # noqa: E402
from shebao.rules.law import Law  # noqa: E402
from shebao.rules.run import Pass, grouped  # noqa: E402
from shebao.samplecity.population import BLOCK  # noqa: E402
from shebao.samplecity.programmes import OF_BILLS  # noqa: E402
from shebao.samplecity.tables import InputTables  # noqa: E402

TOGETHER = 8  # blocks that are computed at once
PENSIONS = ("employee_pension", "resident_pension", "welfare_pension", "survivors", "land_requisition", "occupational")


def selections(law: Law) -> dict[str, list[str]]:
    """The benefits and results of each selection: pensions alone, every second programme besides, all."""
    paid = {n: v for n, v in law.variables.items() if v.rule.pays and not OF_BILLS & set(law.plan([n]).inputs)}
    homes = {n: v.rule.function.__module__.rpartition(".")[0] for n, v in paid.items()}
    pensions = [n for n, home in homes.items() if any(f".{p}" in home for p in PENSIONS)]
    others = sorted(set(homes.values()) - {homes[n] for n in pensions})
    half = [n for n, home in homes.items() if n in pensions or home in others[::2]]
    return {"pensions": pensions, "half": half, "all": list(paid)}


def start(selection: str, cache: str) -> dict[str, Any]:
    """Seconds to load the law, and to have code ready."""
    began = time.perf_counter()
    law = Law.load("shebao.law")
    plan = law.plan(selections(law)[selection])
    loaded = time.perf_counter()
    kernel = Kernel(plan, Path(cache))
    kernel.variant(True)
    return {"load": loaded - began, "code": time.perf_counter() - loaded}


def measured(selection: str, people: int, on: int) -> dict[str, Any]:
    """persons/s of one selection, memory, sizes, checks."""
    law = Law.load("shebao.law")
    plan = law.plan(selections(law)[selection])
    kernel = Kernel(plan)
    figures = encoded(plan, strict=False)
    passes = {threads: Pass(kernel, on=on, threads=threads) for threads in (1, 2)}
    pools = {1: None, 2: ThreadPoolExecutor(2)}
    city = InputTables(law, seed=4, day=on)
    spent: Counter[str] = Counter()
    blocks = [(k, min(BLOCK, people - k * BLOCK)) for k in range(-(-people // BLOCK))]
    for number, first in enumerate(range(0, len(blocks), TOGETHER)):
        made = [city.block_with_groups(*block) for block in blocks[first : first + TOGETHER]]
        table = pa.concat_tables([persons for persons, _ in made]).combine_chunks()
        groups = {kind: pa.concat_tables([found[kind] for _, found in made]) for kind in plan.groups}
        if not number:
            passes[1].compute(table[:1000], groups)  # compiled before the clock starts
        for threads in (1, 2) if number % 2 else (2, 1):
            began = time.perf_counter()
            passes[threads].compute(table, groups)
            spent[f"pass {threads}"] += time.perf_counter() - began
            tables, membership = grouped(plan, table, groups)
            frames = {PERSON: frame(plan, PERSON, table)}
            frames |= {kind: frame(plan, kind, tables[kind]) for kind in plan.groups}
            began = time.perf_counter()
            kernel.run(frames, membership, figures, on, pools[threads])
            spent[f"kernel {threads}"] += time.perf_counter() - began
    return {
        "benefits": len(plan.want),
        "variables": len(plan.variables),
        "rules": len(plan.rules),
        "inputs": len(plan.inputs),
        "persons_per_second": {name: people / seconds for name, seconds in spent.items()},
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "checks": Counter(f"{c.rule.rpartition(' ')[2]} {c.why}" for c in kernel.checks).most_common(),
    }


def apart(*arguments: str) -> dict[str, Any]:
    """What this file prints as its last line, run in a process of its own."""
    done = subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--on", default="2014-10-31")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--start", nargs=2, metavar=("SELECTION", "CACHE"), help="used by this file itself")
    parser.add_argument("--measure", metavar="SELECTION", help="used by this file itself")
    asked = parser.parse_args()
    if asked.start:
        print(json.dumps(start(*asked.start)))
        return
    if asked.measure:
        print(json.dumps(measured(asked.measure, asked.people, day(asked.on))))
        return
    found: dict[str, Any] = {"people": asked.people, "on": asked.on}
    for selection in ("pensions", "half", "all"):
        with tempfile.TemporaryDirectory() as cache:
            cold, warm = (apart("--start", selection, cache) for _ in range(2))
        run = apart("--measure", selection, "--people", str(asked.people), "--on", asked.on)
        found[selection] = {"cold": cold, "warm": warm, **run}
        print(selection, json.dumps(found[selection], indent=1), flush=True)
    if asked.out:
        asked.out.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
