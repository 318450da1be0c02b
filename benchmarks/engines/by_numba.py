"""By hand in Numba: one unchecked loop over households or histories.  by_numba.py W1|W2|yearly FOLDER

Figures are arguments, as they must be where next year's figures are not to be compiled.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np

import data
from data import Columns
from worker import Engine, serve

THREADS = (1, 2)


@numba.njit
def half_up(a, b):
    return (2 * a + b) // (2 * b)


@numba.njit(parallel=True, nogil=True)
def w1_loop(
    offsets, age, index, months, deemed, account, level, retired, cost, own, paid, wage, size, assets,
    average, least_months, floor, band_1, band_2, cap, line_each, assets_each, bonus_each, annuity, deductible,
    share_1, share_2, share_3, pension, reimbursement, benefit,
):  # fmt: skip
    for h in numba.prange(len(size)):
        income = 0
        for i in range(offsets[h], offsets[h + 1]):
            mine = 0
            if months[i] >= least_months:
                mine = half_up(average * (10_000 + index[i]) * months[i], 24_000_000)
                if deemed[i] != 0:
                    mine += half_up(average * index[i] * deemed[i], 12_000_000)
                mine += half_up(account[i], annuity[min(max(age[i], 40), 70) - 40])
                mine = max(mine, floor)
            pension[i] = mine
            at = level[i] - 1
            base = max(cost[i] - own[i] - deductible[at], 0)
            bonus = bonus_each if retired[i] else 0
            sum_of_bands = half_up(min(base, band_1) * (share_1[at] + bonus), 10_000)
            if base > band_1:
                sum_of_bands += half_up((min(base, band_2) - band_1) * (share_2[at] + bonus), 10_000)
            if base > band_2:
                sum_of_bands += half_up((base - band_2) * (share_3[at] + bonus), 10_000)
            reimbursement[i] = min(sum_of_bands, max(cap - paid[i], 0))
            income += wage[i]
            if retired[i]:
                income += mine
        line = size[h] * line_each
        benefit[h] = 0
        if assets[h] <= assets_each * size[h] and income < line:
            benefit[h] = line - income


@numba.njit(parallel=True, nogil=True)
def w2_loop(wages, offsets, first_month, average, rate, index, account):
    for i in numba.prange(len(first_month)):
        start, stop, first = offsets[i], offsets[i + 1], first_month[i]
        total, balance, credits, weighted = 0, 0, 0, 0
        for k in range(start, stop):
            month = first + k - start
            total += half_up(wages[k] * 1_000_000, average[month // 12])
            credit = half_up(wages[k] * 8, 100)
            credits += credit
            weighted += credit * (12 - month % 12)
            if month % 12 == 11:
                balance += credits + half_up((balance * 12 + weighted) * rate[month // 12], 120_000)
                credits = 0
                weighted = 0
        index[i] = half_up(total, stop - start)
        account[i] = balance + credits


@numba.njit(parallel=True, nogil=True)
def yearly_loop(wages, months, year, offsets, average, rate, index, account):
    for i in numba.prange(len(offsets) - 1):
        total, paid, balance = 0, 0, 0
        for k in range(offsets[i], offsets[i + 1]):
            total += half_up(wages[k] * 1_000_000, average[max(year[k] - 1, 0)])
            paid += months[k]
            credits = half_up(wages[k] * 8, 100)
            earned = (balance * 24 + credits * (months[k] + 1)) * rate[year[k]]
            balance += credits + half_up(earned, 240_000)
        index[i] = half_up(total, paid)
        account[i] = balance


def w1(c: Columns) -> Columns:
    people = len(c["retire_age"])
    out = np.empty(people, np.int64), np.empty(people, np.int64), np.empty(len(c["hh_size"]), np.int64)
    w1_loop(
        c["offsets"], c["retire_age"], c["index_avg"], c["pay_months"], c["deemed_months"], c["account_balance"],
        c["hospital_level"], c["retired"], c["med_cost"], c["med_selfpay"], c["ytd_paid"], c["wage_income"],
        c["hh_size"], c["hh_assets"], data.AVERAGE_WAGE, data.LEAST_MONTHS, data.LEAST_PENSION, data.BAND_1,
        data.BAND_2, data.MEDICAL_CAP, data.HOUSEHOLD_LINE, data.ASSETS_EACH, data.RETIRED_BONUS,
        np.array(list(data.ANNUITY_MONTHS.values())), np.array(data.DEDUCTIBLE), np.array(data.SHARE_1),
        np.array(data.SHARE_2), np.array(data.SHARE_3), *out,
    )  # fmt: skip
    return dict(zip(data.W1_OUT, out, strict=True))


def w2(c: Columns) -> Columns:
    out = np.empty(len(c["first_month"]), np.int64), np.empty(len(c["first_month"]), np.int64)
    w2_loop(c["wages"], c["offsets"], c["first_month"], data.AVERAGE_BY_YEAR, data.RATE_BY_YEAR, *out)
    return dict(zip(data.W2_OUT, out, strict=True))


def yearly(c: Columns) -> Columns:
    people = len(c["year_offsets"]) - 1
    out = np.empty(people, np.int64), np.empty(people, np.int64)
    columns = (c["year_wages"], c["year_months"], c["year"], c["year_offsets"])
    yearly_loop(*columns, data.AVERAGE_BY_YEAR, data.RATE_BY_YEAR, *out)
    return dict(zip(data.W2_YEARLY_OUT, out, strict=True))


WORKS: dict[str, tuple[Callable[[Columns], Columns], tuple[str, ...]]] = {
    "W1": (w1, ()),
    "W2": (w2, ("wages", "offsets", "first_month")),
    "yearly": (yearly, ("year_wages", "year_months", "year", "year_offsets")),
}


def main(work: str, folder: Path) -> None:
    function, names = WORKS[work]
    columns = data.load(folder, *names)

    def engine(threads: int) -> Engine:
        def run(_: Any) -> Columns:
            numba.set_num_threads(threads)
            return function(columns)

        return Engine(run, dict)

    name = "Numba by hand, a row a year" if work == "yearly" else "Numba by hand"
    most = numba.config.NUMBA_NUM_THREADS
    serve({f"{name}, {n} thread{'s' * (n > 1)}": engine(n) for n in THREADS if n <= most})


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
