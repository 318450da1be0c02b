"""Data and figures of the workloads W1, W2 and the generated rules: seeded, numpy only, the same for every engine.

Money is int64 fen, a ratio a whole number of ten-thousandths.  A data set is a folder of .npy files.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Columns = dict[str, npt.NDArray]

# ---------------------------------------------------------------- W1: a snapshot of persons and households
AVERAGE_WAGE = 1_152_500
LEAST_MONTHS = 180
LEAST_PENSION = 250_000
BAND_1, BAND_2 = 3_000_000, 10_000_000
MEDICAL_CAP = 50_000_000
HOUSEHOLD_LINE = 139_500
ASSETS_EACH = 3_348_000
RETIRED_BONUS = 300
_ANNUITY_MONTHS = """
233 230 226 223 220 216 212 208 204 199 195 190 185 180 175 170 164 158 152 145 139 132 125 117 109 101 93 84 75 65 56
"""
ANNUITY_MONTHS = {40 + k: int(months) for k, months in enumerate(_ANNUITY_MONTHS.split())}  # by age, 40 to 70
DEDUCTIBLE = (65_000, 90_000, 130_000)  # by level of the hospital, 1 to 3
SHARE_1, SHARE_2, SHARE_3 = (9000, 8700, 8500), (9500, 9200, 9000), (9700, 9500, 9500)
W1_OUT = ("pension", "med_reimbursement", "hh_benefit")
HOUSEHOLD_COLUMNS = ("hh_size", "hh_assets")


def w1(persons: int, seed: int = 7) -> Columns:
    """Persons by household, 1 to 5 in each; `offsets` says where the members of each household stand."""
    random = np.random.default_rng((seed, persons))

    def whole(low: int, high: int, count: int = persons) -> Ints:
        return random.integers(low, high, count, dtype=np.int64)

    starts = np.cumsum(whole(1, 6))
    offsets = np.concatenate([[0], starts[starts < persons], [persons]]).astype(np.int64)
    sizes = np.diff(offsets)
    return {
        "retire_age": whole(40, 71),
        "index_avg": whole(4_000, 30_001),
        "pay_months": whole(60, 505),
        "deemed_months": np.maximum(whole(-120, 240), 0),
        "account_balance": whole(0, 60_000_000),
        "hospital_level": whole(1, 4),
        "retired": random.random(persons) < 0.5,
        "med_cost": np.exp(random.normal(12.5, 2.0, persons)).astype(np.int64),
        "med_selfpay": whole(0, 60_000),
        "ytd_paid": whole(0, 48_000_000),
        "wage_income": np.maximum(whole(-400_000, 300_000), 0),
        "hh_size": sizes,
        "hh_assets": whole(0, 6_000_000, len(sizes)),
        "offsets": offsets,
        "household": np.repeat(np.arange(len(sizes), dtype=np.int64), sizes),
    }


# ---------------------------------------------------------------- W2: histories up to December 2024
FIRST_YEAR, YEARS = 1990, 35
MONTHS = 12 * YEARS  # month 0 is January 1990
AVERAGE_BY_YEAR = np.array([int(20_000 * 1.1265**k) for k in range(YEARS)], np.int64)
_RATES = """
1000 900 800 1100 1100 1100 900 700 500 350 250 250 250 250 250 250 300 400
400 250 250 350 350 350 300 831 831 712 829 761 604 669 612 397 262
"""
RATE_BY_YEAR = np.array([int(rate) for rate in _RATES.split()], np.int64)
W2_OUT = ("avg_index", "account_final")
W2_YEARLY_OUT = ("index_by_year", "account_by_year")
_BLOCK = 50_000  # persons made at a time


def w2(persons: int, seed: int = 11) -> Columns:
    """12 to 420 monthly wages for each person, all up to the last month; and the same history with a row for each year.

    wages lie at offsets; first_month counts from January 1990; year_* lie at year_offsets, year 0 is 1990.
    """
    random = np.random.default_rng((seed, persons))
    counts = random.integers(12, MONTHS + 1, persons)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    first_month = MONTHS - counts
    wages = np.empty(offsets[-1], np.int64)
    for a in range(0, persons, _BLOCK):
        own = counts[a : a + _BLOCK]
        low, high = offsets[a], offsets[min(a + _BLOCK, persons)]
        month = np.arange(low, high) - np.repeat(offsets[a : a + len(own)] - first_month[a : a + len(own)], own)
        level = np.repeat(random.integers(60, 301, len(own)), own)  # per cent of the average
        wages[low:high] = AVERAGE_BY_YEAR[month // 12] * level // 100 + random.integers(0, 100, high - low)
    first_year = first_month // 12
    rows = YEARS - first_year
    year_offsets = np.concatenate([[0], np.cumsum(rows)])
    year = np.arange(year_offsets[-1]) - np.repeat(year_offsets[:-1] - first_year, rows)
    start = np.maximum(12 * year, np.repeat(first_month, rows))  # first month of each person and year
    return {
        "wages": wages,
        "offsets": offsets,
        "first_month": first_month,
        "year_wages": np.add.reduceat(wages, start + np.repeat(offsets[:-1] - first_month, rows)),
        "year_months": 12 * (year + 1) - start,
        "year": year,
        "year_offsets": year_offsets,
    }


# ---------------------------------------------------------------- generated rules
GENERATED_INPUTS, GENERATED_FIGURES, GENERATED_OUT = 30, 60, 20


def generated(rows: int, seed: int = 1) -> Columns:
    """x0.. are columns, `figures` the parameters p0.. in order."""
    random = np.random.default_rng((seed, rows))
    columns = {f"x{k}": random.integers(0, 10_000_000, rows) for k in range(GENERATED_INPUTS)}
    return {**columns, "figures": random.integers(1_000, 5_000_000, GENERATED_FIGURES)}


# ---------------------------------------------------------------- folders
def save(folder: Path, columns: Columns) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, column in columns.items():
        np.save(folder / f"{name}.npy", column)


def load(folder: Path, *names: str, mapped: bool = False) -> Columns:
    """The columns of a folder, or those named; mapped: as files in memory, which several processes share."""
    paths = [folder / f"{n}.npy" for n in names] or sorted(folder.glob("*.npy"))
    return {path.stem: np.load(path, mmap_mode="r" if mapped else None) for path in paths}


if __name__ == "__main__":  # data.py W1|W2|generated ROWS FOLDER
    maker = {"W1": w1, "W2": w2, "generated": generated}[sys.argv[1]]
    save(Path(sys.argv[3]), maker(int(sys.argv[2])))
