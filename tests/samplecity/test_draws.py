"""Draws and the calendar over arrays."""

from __future__ import annotations

import hashlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shebao.rules import language
from shebao.samplecity import calendar
from shebao.samplecity.draws import Draws, Ints

NUMBERS = np.arange(200_000, dtype=np.int64)
DAYS = st.integers(-20_000, 60_000)


def one(value: int) -> Ints:
    return np.asarray([value], np.int64)


def test_a_draw_depends_on_seed_purpose_and_keys_only() -> None:
    whole = Draws(1).below("x", 1000, NUMBERS)
    assert (Draws(1).below("x", 1000, NUMBERS[500:600]) == whole[500:600]).all()
    for other in (Draws(2).below("x", 1000, NUMBERS), Draws(1).below("y", 1000, NUMBERS)):
        assert 0.0005 < (other == whole).mean() < 0.002


def test_draws_are_integer_arithmetic() -> None:
    """The finalizer of splitmix64, written once more in Python's integers: no machine gives other numbers."""
    salt = int.from_bytes(hashlib.blake2b(b"5/x", digest_size=8).digest(), "little")
    for key in (0, 1, 99_999):
        word = (salt + (key + 1) * 0x9E3779B97F4A7C15) % 2**64
        word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        word = (word ^ word >> 27) * 0x94D049BB133111EB % 2**64
        word ^= word >> 31
        assert Draws(5).below("x", 1000, one(key))[0] == (word >> 32) * 1000 >> 32


def test_draws_are_even() -> None:
    counts = np.bincount(Draws(3).below("die", 6, NUMBERS))
    assert len(counts) == 6 and (abs(counts - len(NUMBERS) / 6) < 700).all()
    assert abs(Draws(3).chance("c", 250, NUMBERS).mean() - 0.25) < 0.005
    picked = np.bincount(Draws(3).pick("p", (1, 0, 3), NUMBERS)) / len(NUMBERS)
    assert abs(picked - [0.25, 0, 0.75]).max() < 0.005
    rows = np.tile([[1, 0, 3]], (len(NUMBERS), 1))
    assert (Draws(3).pick("p", rows, NUMBERS) == Draws(3).pick("p", (1, 0, 3), NUMBERS)).all()
    values = Draws(3).quantile("q", (0, 100, 1000), NUMBERS)
    assert values.min() == 0 and values.max() < 1000 and abs((values < 100).mean() - 0.5) < 0.005


def test_two_keys_are_drawn_apart() -> None:
    year = np.full_like(NUMBERS, 2010)
    drawn = [Draws(1).below("x", 99, *keys) for keys in ((NUMBERS,), (NUMBERS, year), (NUMBERS, year + 1))]
    correlations = np.corrcoef(drawn)[~np.eye(3, dtype=bool)]
    assert abs(correlations).max() < 0.01


@given(DAYS, st.integers(-600, 600), DAYS)
def test_the_calendar_is_that_of_the_rules(day: int, months: int, other: int) -> None:
    assert calendar.month_index(one(day))[0] == language.month_index(day)
    assert calendar.year_of(one(day))[0] == language.year_of(day)
    assert calendar.add_months(one(day), months)[0] == language.add_months(day, months)
    assert calendar.first_day(one(language.month_index(day)))[0] == language.day_of_index(language.month_index(day))
    start, end = sorted((day, other))
    assert calendar.months_between(one(start), one(end))[0] == language.months_between(start, end)
