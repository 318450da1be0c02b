"""Random laws agree with CPython in every value and status, and would tell if the compiler had a fault."""

from __future__ import annotations

from collections import Counter

import fuzz
import pytest
from mutants import MUTANTS, Mutant, caught

LAWS, AT_A_TIME, ROWS = 40, 5, 40
OUTCOMES = (
    "decided",
    "MISSING",
    "INVALID",
    "NO_FIGURE",
    "NO_RULE",
    "OVERFLOW",
    "ZERO_DIVISOR",
    "INDEX",
    "RANGE",
    "NO_GROUP",
)


@pytest.mark.parametrize("first", range(0, LAWS, AT_A_TIME))
def test_random_laws(first: int) -> None:
    count: Counter[str] = Counter()
    for seed in range(first, first + AT_A_TIME):
        count += fuzz.compare(seed, ROWS)
    assert count["WRONG"] == 0
    assert all(count[outcome] for outcome in OUTCOMES), count
    assert count["decided"] > count.total() // 4


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.what for mutant in MUTANTS])
def test_a_planted_fault_is_noticed(mutant: Mutant) -> None:
    assert caught(mutant, laws=60, rows=40)
