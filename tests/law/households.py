"""Generated households under the whole law: compiled code against CPython, every variable, value and status.

The people, their households and their lives are the sample city's; a large share is known to each programme.

`python tests/law/households.py [HOUSEHOLDS [PROCESSES]]` compares that many (100,000), over many benefit days.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections import Counter
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from shebao.rules.cases import benefits
from shebao.rules.columns import facts, frame
from shebao.rules.declare import PERSON
from shebao.rules.graph import Plan
from shebao.rules.kernel import Kernel, encoded
from shebao.rules.kinds import date_of, day
from shebao.rules.law import Law
from shebao.rules.rows import evaluate
from shebao.rules.run import grouped
from shebao.rules.status import Why, unpack
from shebao.samplecity.programmes import OF_BILLS
from shebao.samplecity.tables import InputTables

PEOPLE = 1024  # people of a comparison: nobody's household leaves them
TOUCHED = 450  # of a thousand, known to each programme
# Ends and beginnings of years and regimes of the programmes.
DAYS_TEXT = """
2006-01-31 2007-04-01 2008-12-31 2009-06-30 2010-12-31 2011-01-01 2011-07-31 2012-01-01 2012-04-28 2013-06-30
2014-06-30 2015-07-01 2015-12-31 2016-01-01 2016-05-31 2017-04-01 2018-12-31 2019-01-01 2019-10-01 2020-07-31
2022-07-01 2023-01-01 2024-07-01 2025-06-30 2025-07-01
"""
DAYS = tuple(map(day, DAYS_TEXT.split()))


@lru_cache(maxsize=1)
def law() -> Law:
    return Law.load("shebao.law")


@lru_cache(maxsize=1)
def plan() -> Plan:
    """All that is decided of people and households: what reads a bill or a receipt is left out."""
    whole = law().plan(list(law().variables))
    bills = {name for name in whole.variables if OF_BILLS & set(law().plan([name]).inputs)}
    return law().plan([name for name in whole.variables if name not in bills])


@lru_cache(maxsize=1)
def kernel() -> Kernel:
    return Kernel(plan())


class Crowd:
    """People with their groups as known on a day: as frames, and as facts."""

    def __init__(self, seed: int, on: int, count: int = PEOPLE) -> None:
        self.on = on
        table, given = InputTables(law(), seed, on, touched=TOUCHED).block_with_groups(0, count)
        given = {kind: groups for kind, groups in given.items() if kind in plan().groups}
        tables, self.membership = grouped(plan(), table, given)
        self.frames = {PERSON: frame(plan(), PERSON, table)}
        self.frames |= {kind: frame(plan(), kind, tables[kind]) for kind in plan().groups}
        self.table = table

    def compiled(self) -> dict[str, Any]:
        """(values, statuses) of each variable."""
        result = kernel().run(self.frames, self.membership, encoded(plan(), strict=False), self.on)
        return {name: (result.values[name], result.statuses[name]) for name in plan().variables}

    def python(self) -> dict[str, Any]:
        rows = {owner: [facts(plan(), owner, f, k) for k in range(f.rows)] for owner, f in self.frames.items()}
        members = {kind: [None if g < 0 else g for g in m.group_of.tolist()] for kind, m in self.membership.items()}
        groups = {kind: rows[kind] for kind in plan().groups}
        found = evaluate(plan(), rows[PERSON], groups, members, on=self.on)
        return {name: (found.values[name], found.statuses[name]) for name in plan().variables}


def compare(seed: int, on: int, count: int = PEOPLE) -> Counter[str]:
    """Counts the values by outcome: decided, the name of a refusal, "left to CPython", WRONG; and the households."""
    crowd = Crowd(seed, on, count)
    found: Counter[str] = Counter(households=len(np.unique(crowd.membership["household"].group_of)))
    got, want = crowd.compiled(), crowd.python()
    for name in plan().variables:
        values, statuses = (column.tolist() for column in got[name])
        for k, (value, status, other, other_status) in enumerate(zip(*want[name], values, statuses, strict=True)):
            if other_status and unpack(other_status)[0] is Why.EXACT:
                found["left to CPython"] += 1
            elif (int(value), status) != (other, other_status):
                if not found["WRONG"]:
                    print("WRONG", name, k, date_of(on), "seed", seed, value, status, other, other_status)
                found["WRONG"] += 1
            else:
                found[unpack(status)[0].name if status else "decided"] += 1
    return found


def exclusions(seed: int, on: int) -> tuple[Counter[str], Counter[str]]:
    """(how often each benefit is paid, how often each is excluded and by what).

    Raises AssertionError for a benefit that own conditions give and that is neither paid nor excluded, for one that is
    paid though excluded, and for one that is paid at another amount than own conditions give.
    """
    crowd = Crowd(seed, on)
    got = crowd.compiled()
    paid: Counter[str] = Counter()
    excluded: Counter[str] = Counter()
    for name in benefits(law()):
        if name not in got:
            continue
        values, statuses = got[name]
        paid[name] += int(((values != 0) & (statuses == 0)).sum())
        if f"{name}_exclusion" not in got:
            continue
        entitlement, refused = got[f"{name}_entitlement"]
        by, unknown = got[f"{name}_exclusion"]
        known = (statuses == 0) & (refused == 0) & (unknown == 0)
        given = known & (entitlement > 0)
        lost = given & (values == 0)
        assert not (lost & (by == 0)).any(), (name, date_of(on), np.flatnonzero(lost & (by == 0))[:3])
        assert not (given & (values > 0) & (by != 0)).any(), name
        assert not (known & (values != 0) & (values != entitlement)).any(), name
        codes = law().variables[f"{name}_exclusion"].kind.codes
        assert codes is not None
        excluded.update(f"{name} by {codes(code).name}" for code in by[lost].tolist())
    return paid, excluded


def column(table: pa.Table, name: str) -> Any:
    return table.column(name).to_numpy()


def _work(task: tuple[int, int]) -> Counter[str]:
    return compare(*task)


def main(households: int = 100_000, processes: int = 2) -> int:
    """Compares at least so many households, with progress; 1 when a value is wrong."""
    kernel().variant(True)
    total: Counter[str] = Counter()
    started = time.monotonic()
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        tasks = ((seed, DAYS[seed % len(DAYS)]) for seed in range(households // 300 + 1))
        for done, found in enumerate(pool.imap_unordered(_work, tasks), 1):
            total += found
            if done % 20 == 0:
                spent = time.monotonic() - started
                print(f"{total['households']:,} households, {total['WRONG']} wrong, {spent:.0f} s", flush=True)
            if total["households"] >= households:
                break
        pool.terminate()
    print(", ".join(f"{name} {count:,}" for name, count in total.most_common()))
    return int(total["WRONG"] > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
