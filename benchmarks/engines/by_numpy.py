"""By hand in NumPy, int64, an array for each intermediate value.  by_numpy.py W1|W2 FOLDER"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

import data
from data import Columns, Ints
from worker import Engine, serve

CHUNK = 20_000  # persons of W2 at a time: their months fit into the cache


def half_up(a: Any, b: Any) -> Any:
    """a / b for a >= 0 and b > 0, halves up."""
    return (2 * a + b) // (2 * b)


def w1(c: Columns) -> Columns:
    months, index = c["pay_months"], c["index_avg"]
    insured = months >= data.LEAST_MONTHS
    basic = half_up(data.AVERAGE_WAGE * (10_000 + index) * months, 24_000_000)
    transitional = half_up(data.AVERAGE_WAGE * index * c["deemed_months"], 12_000_000)
    divisor = np.array(list(data.ANNUITY_MONTHS.values()))[np.clip(c["retire_age"], 40, 70) - 40]
    total = basic + transitional + half_up(c["account_balance"], divisor)
    pension = np.where(insured, np.maximum(total, data.LEAST_PENSION), 0)
    level, retired = c["hospital_level"] - 1, c["retired"]
    base = np.maximum(c["med_cost"] - c["med_selfpay"] - np.array(data.DEDUCTIBLE)[level], 0)
    bonus = np.where(retired, data.RETIRED_BONUS, 0)
    paid = half_up(np.minimum(base, data.BAND_1) * (np.array(data.SHARE_1)[level] + bonus), 10_000)
    second = np.clip(base - data.BAND_1, 0, data.BAND_2 - data.BAND_1)
    paid += half_up(second * (np.array(data.SHARE_2)[level] + bonus), 10_000)
    paid += half_up(np.maximum(base - data.BAND_2, 0) * (np.array(data.SHARE_3)[level] + bonus), 10_000)
    reimbursement = np.minimum(paid, np.maximum(data.MEDICAL_CAP - c["ytd_paid"], 0))
    counted = c["wage_income"] + np.where(retired, pension, 0)
    income = np.add.reduceat(counted, c["offsets"][:-1])
    line = c["hh_size"] * data.HOUSEHOLD_LINE
    poor = (c["hh_assets"] <= data.ASSETS_EACH * c["hh_size"]) & (income < line)
    return dict(zip(data.W1_OUT, (pension, reimbursement, np.where(poor, line - income, 0)), strict=True))


def w2(c: Columns) -> Columns:
    people = len(c["first_month"])
    index, account = np.empty(people, np.int64), np.empty(people, np.int64)
    for a in range(0, people, CHUNK):
        span = slice(a, min(a + CHUNK, people))
        index[span], account[span] = _w2_chunk(c, a, min(a + CHUNK, people))
    return dict(zip(data.W2_OUT, (index, account), strict=True))


def _w2_chunk(c: Columns, a: int, b: int) -> tuple[Ints, Ints]:
    starts = c["offsets"][a : b + 1] - c["offsets"][a]
    counts = np.diff(starts)
    wages = np.asarray(c["wages"][c["offsets"][a] : c["offsets"][b]])
    month = np.arange(len(wages)) + np.repeat(c["first_month"][a:b] - starts[:-1], counts)
    year = month // 12
    quotients = half_up(wages * 1_000_000, data.AVERAGE_BY_YEAR[year])
    index = half_up(np.add.reduceat(quotients, starts[:-1]), counts)
    credit = half_up(wages * 8, 100)
    cell = np.repeat(np.arange(b - a) * data.YEARS, counts) + year  # of a person and a year
    # bincount adds floats: these sums stay far below 2**53, so they are exact

    def by_year(values: Ints) -> Ints:
        sums = np.bincount(cell, values, (b - a) * data.YEARS)
        return sums.astype(np.int64).reshape(-1, data.YEARS)

    credits, weighted = by_year(credit), by_year(credit * (12 - month % 12))
    balance = np.zeros(b - a, np.int64)
    for y in range(data.YEARS):
        earned = half_up((balance * 12 + weighted[:, y]) * data.RATE_BY_YEAR[y], 120_000)
        balance += credits[:, y] + earned
    return index, balance


def main(work: str, folder: Path) -> None:
    columns = data.load(folder, mapped=work == "W2")
    serve({"NumPy by hand": Engine(lambda _: (w1 if work == "W1" else w2)(columns), dict)})


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
