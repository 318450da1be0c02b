"""shebao itself.  by_shebao.py W1|W2|yearly|generated300|generated1000 FOLDER [plain|unchecked|arrow ...]

plain: frames in memory to arrays in memory.  unchecked: the same without any check (see unchecked.py).  arrow: from
Arrow tables to an Arrow table, with reading, summary and the columns of refusals.
"""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import generated
import numpy as np
import pyarrow as pa
import w1
import w2

import data
from data import Columns
from shebao.rules import parameters
from shebao.rules.graph import Plan
from shebao.rules.kernel import Frame, Kernel, Membership, Result, encoded
from shebao.rules.kinds import day
from shebao.rules.law import Law
from shebao.rules.run import Pass
from shebao.rules.summary import Tally
from unchecked import without_checks
from worker import Engine, serve

ON = day("2024-06-30")
THREADS = (2, 1)
AGAIN = 5_000  # rows that are computed again in CPython


@dataclass
class Work:
    """A workload: its plan, its data as frames, and as Arrow tables."""

    plan: Plan
    frames: dict[str, Frame]
    membership: dict[str, Membership] = field(default_factory=dict)
    persons: pa.Table | None = None
    groups: dict[str, pa.Table] = field(default_factory=dict)


def w1_law() -> Law:
    return Law.of([w1], parameters.load(w1.PARAMETERS, {"Level": w1.Level}))


def w2_law() -> Law:
    def yearly(values: Any, scale: int) -> str:
        return ", ".join(
            f"{{year: {data.FIRST_YEAR + k}, value: {Decimal(int(v)) / scale}}}" for k, v in enumerate(values)
        )

    text = w2.PARAMETERS.replace("AVERAGES", yearly(data.AVERAGE_BY_YEAR, 100))
    return Law.of([w2], parameters.load(text.replace("RATES", yearly(data.RATE_BY_YEAR, 10_000)), {}))


def generated_law(count: int, figures: Any, folder: Path) -> Law:
    module = generated.as_module(count, folder)
    return Law.of([module], parameters.load(generated.parameters(figures.tolist()), {}))


def of_w1(folder: Path, arrow: bool) -> Work:
    plan = w1_law().plan(list(data.W1_OUT))
    c = data.load(folder)
    household, offsets = c.pop("household"), c.pop("offsets")
    own = {name: c.pop(name) for name in data.HOUSEHOLD_COLUMNS}
    people, households = len(household), len(offsets) - 1
    work = Work(
        plan,
        {
            "person": Frame(people, {k: v.astype(np.int8) if v.dtype == bool else v for k, v in c.items()}),
            "household": Frame(households, own),
        },
        {"household": Membership.of(household, households)},
    )
    if arrow:
        work.persons = pa.table({**c, "household": household})
        work.groups = {"household": pa.table({**own, "household": np.arange(households)})}
    return work


def of_w2(folder: Path, arrow: bool, yearly: bool) -> Work:
    plan = w2_law().plan(list(data.W2_YEARLY_OUT if yearly else data.W2_OUT))
    if yearly:
        c = data.load(folder, "year_wages", "year_months", "year", "year_offsets")
        offsets = c["year_offsets"]
        series = {
            "yearly_wages": c["year_wages"],
            "yearly_months": c["year_months"],
            "yearly_year": c["year"] + data.FIRST_YEAR,
        }
        scalars, history = {}, "yearly"
    else:
        c = data.load(folder, "wages", "offsets", "first_month")
        offsets, series, history = c["offsets"], {"monthly_wages": c["wages"]}, "monthly"
        scalars = {"first_month": c["first_month"]}
    people = len(offsets) - 1
    frame = Frame(people, scalars, series, {history: offsets}, {history: np.ones(people, np.int8)})
    work = Work(plan, {"person": frame})
    if arrow:
        lists = {k: pa.LargeListArray.from_arrays(pa.array(offsets), pa.array(v)) for k, v in series.items()}
        work.persons = pa.table({**scalars, **lists})
    return work


def of_generated(folder: Path, arrow: bool, count: int) -> Work:
    c = data.load(folder)
    plan = generated_law(count, c.pop("figures"), folder).plan(generated.wanted(count))
    rows = len(c["x0"])
    work = Work(plan, {"person": Frame(rows, {name: c[name] for name in plan.inputs})})
    if arrow:
        work.persons = pa.table(c)
    return work


def of(work: str, folder: Path, arrow: bool = False) -> Work:
    if work == "W1":
        return of_w1(folder, arrow)
    if work in ("W2", "yearly"):
        return of_w2(folder, arrow, work == "yearly")
    return of_generated(folder, arrow, int(work.removeprefix("generated")))


def on_frames(work: Work, kernel: Kernel, threads: int) -> Engine:
    figures = encoded(work.plan)
    pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def result(found: Result) -> Columns:
        refused = sum(int(np.count_nonzero(found.statuses[name])) for name in work.plan.want)
        if refused:
            raise ValueError(f"{refused} values are refused")
        return {name: found.values[name] for name in work.plan.want}

    return Engine(lambda _: kernel.run(work.frames, work.membership, figures, ON, pool), result)


def on_arrow(work: Work, kernel: Kernel, threads: int) -> Engine:
    one = Pass(kernel, on=ON, threads=threads)

    def result(_: object) -> Columns:
        """The table has yuan as decimals, so its int64 are computed once more."""
        (outcome,) = one.outcomes(work.persons, work.groups, None, Tally())
        return dict(outcome.values)

    return Engine(lambda _: one.compute(work.persons, work.groups), result)


def name_of(which: str, mode: str, threads: int) -> str:
    how = {"plain": "", "unchecked": " without checks", "arrow": ", Arrow to Arrow"}[mode]
    how += ", a row a year" if which == "yearly" else ""
    return f"shebao{how}, {threads} thread{'s' * (threads > 1)}"


def main(which: str, folder: Path, modes: list[str]) -> None:
    work = of(which, folder, "arrow" in modes)
    checked = Kernel(work.plan)
    facts = {"checks that stay": len(checked.checks)}
    if "arrow" in modes:
        again = Pass(checked, on=ON, check=min(1.0, AGAIN / work.frames["person"].rows))
        facts["computed again in CPython"] = again.compute(work.persons, work.groups)[1].compared
    engines = {}
    for mode in modes:
        kernel = checked
        if mode == "unchecked":
            cache = Path(tempfile.mkdtemp(prefix="shebao-bench-"))
            atexit.register(shutil.rmtree, cache, ignore_errors=True)
            with without_checks():
                kernel = Kernel(work.plan, cache)
                kernel.variant(True)
        for threads in THREADS:
            make = on_arrow if mode == "arrow" else on_frames
            engines[name_of(which, mode, threads)] = make(work, kernel, threads)
    serve(engines, facts)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:] or ["plain"])
