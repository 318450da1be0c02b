"""The functions that rules call: calendar, rounding and masks, in CPython and compiled."""

from __future__ import annotations

import math
import random
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from laws import agreement, kernel_of, refusal

from shebao.rules import language
from shebao.rules.kernel import Frame, Kernel, encoded
from shebao.rules.kinds import FIRST_DAY, INT64_MAX, INT64_MIN, LAST_DAY, day
from shebao.rules.language import (
    add_months,
    age_on,
    ceil_div,
    consecutive_months_before,
    day_of_index,
    day_of_month,
    floor_div,
    half_up,
    has_month,
    make_day,
    mask_between,
    mask_or,
    month_index,
    month_of,
    months_between,
    months_in,
    remainder,
    within,
    year_of,
)
from shebao.rules.status import Why

Ints = npt.NDArray[np.int64]
EVERY_DAY = np.arange(FIRST_DAY, LAST_DAY + 1)
BEYOND = np.array([FIRST_DAY - 366, FIRST_DAY - 1, LAST_DAY + 1, LAST_DAY + 366])
FIRST_INDEX, LAST_INDEX = 1850 * 12, 2249 * 12 + 11


# ---- the calendar once more, by numpy's
def date_parts(days: Ints) -> tuple[Ints, Ints, Ints]:
    """Year, month and day of the month."""
    dates = days.astype("datetime64[D]")
    index = dates.astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return index // 12, index % 12 + 1, (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1


def first_of_month(index: Ints) -> Ints:
    return (index - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def day_in_month(index: Ints, dom: Ints) -> Ints:
    """That day of the month, or its last."""
    return np.minimum(first_of_month(index) + dom - 1, first_of_month(index + 1) - 1)


def indexes(days: Ints) -> Ints:
    year, month, _ = date_parts(days)
    return year * 12 + month - 1


def whole_months(start: Ints, end: Ints) -> Ints:
    """The most months that can be added to the earlier day without passing the later one; negative when swapped."""
    early, late = np.minimum(start, end), np.maximum(start, end)
    months = indexes(late) - indexes(early)
    months -= day_in_month(indexes(early) + months, date_parts(early)[2]) > late
    return np.where(end < start, -months, months)


# ---- compiled code over columns
def columns_of(kernel: Kernel, **columns: Any) -> dict[str, tuple[Ints, Ints]]:
    """The values and statuses of every variable, for whole columns of facts."""
    arrays = {name: np.ascontiguousarray(column, np.int64) for name, column in columns.items()}
    result = kernel.run(
        {"person": Frame(len(next(iter(arrays.values()))), arrays)}, {}, encoded(kernel.plan), day("2010-01-01")
    )
    return {name: (result.values[name], result.statuses[name]) for name in kernel.plan.want}


def expected(found: tuple[Ints, Ints], right: Ints, decided: npt.NDArray[np.bool_], why: Why) -> None:
    """The values where they are decided; elsewhere 0 and refused for that reason."""
    values, statuses = found
    assert (values == np.where(decided, right, 0)).all()
    assert ((statuses & 0xFF) == np.where(decided, 0, int(why))).all()


DATES = kernel_of(
    f"""
    INPUTS = [
        Input("a", Day, "a", "a", {FIRST_DAY - 400}, {LAST_DAY + 400}),
        Input("b", Day, "b", "b", {FIRST_DAY - 400}, {LAST_DAY + 400}),
        Input("n", Months, "n", "n", -40000, 40000),
    ]

    @law
    def the_year(a: Day) -> Year:
        return year_of(a)

    @law
    def the_month(a: Day) -> Month:
        return month_of(a)

    @law
    def the_day(a: Day) -> Count:
        return day_of_month(a)

    @law
    def the_index(a: Day) -> Months:
        return month_index(a)

    @law
    def the_first(a: Day) -> Day:
        return day_of_index(month_index(a))

    @law
    def the_first_of(n: Months) -> Day:
        return day_of_index(n)

    @law
    def made_again(a: Day) -> Day:
        return make_day(year_of(a), month_of(a), day_of_month(a))

    @law
    def later(a: Day, n: Months) -> Day:
        return add_months(a, n)

    @law
    def between(a: Day, b: Day) -> Months:
        return months_between(a, b)

    @law
    def age(a: Day, b: Day) -> Years:
        return age_on(a, b)
    """
)


def test_every_day_in_python() -> None:
    year, month, dom = date_parts(EVERY_DAY)
    for d, y, m, k in zip(EVERY_DAY.tolist(), year.tolist(), month.tolist(), dom.tolist(), strict=True):
        index = y * 12 + m - 1
        assert (year_of(d), month_of(d), day_of_month(d), month_index(d)) == (y, m, k, index)
        assert make_day(y, m, k) == d
        assert add_months(d, 0) == d
        assert day_of_index(index) == d - k + 1


@pytest.mark.parametrize("function", [year_of, month_of, day_of_month, month_index])
def test_beyond_the_calendar_in_python(function: Any) -> None:
    for d in BEYOND.tolist():
        assert refusal(lambda d=d: function(d)) is Why.RANGE
        assert refusal(lambda d=d: months_between(d, 0)) is Why.RANGE
        assert refusal(lambda d=d: age_on(0, d)) is Why.RANGE
        assert refusal(lambda d=d: add_months(d, 1)) is Why.RANGE
    for index in (FIRST_INDEX - 1, LAST_INDEX + 1, -1):
        assert refusal(lambda index=index: day_of_index(index)) is Why.RANGE


def test_every_day_compiled() -> None:
    days = np.concatenate([BEYOND, EVERY_DAY])
    inside = (days >= FIRST_DAY) & (days <= LAST_DAY)
    year, month, dom = date_parts(days)
    found = columns_of(DATES, a=days, b=np.zeros_like(days), n=np.zeros_like(days))
    for name, right in {
        "the_year": year,
        "the_month": month,
        "the_day": dom,
        "the_index": year * 12 + month - 1,
        "the_first": days - dom + 1,
        "made_again": days,
        "later": days,
    }.items():
        expected(found[name], right, inside, Why.RANGE)
    backwards = days > 0  # birth after the day
    expected(found["age"], whole_months(days, np.zeros_like(days)) // 12, inside & ~backwards, Why.RANGE)


def test_every_month_compiled() -> None:
    index = np.arange(FIRST_INDEX - 500, LAST_INDEX + 500)
    found = columns_of(DATES, a=np.zeros_like(index), b=np.zeros_like(index), n=index)
    expected(found["the_first_of"], first_of_month(index), (index >= FIRST_INDEX) & (index <= LAST_INDEX), Why.RANGE)


MONTH_ENDS = first_of_month(np.arange(FIRST_INDEX + 1, LAST_INDEX + 1)) - 1
EDGES = np.unique(
    np.concatenate([MONTH_ENDS, MONTH_ENDS - 1, MONTH_ENDS - 2, MONTH_ENDS + 1, EVERY_DAY[:40], EVERY_DAY[-40:]])
)


def test_adding_months() -> None:
    """From every day by some months, from the ends of months by many; in Python from a sample of these."""
    draw = np.random.default_rng(1)
    steps = [0, 1, -1, 2, 11, 12, -12, 48, 600, -1199, 4799, -4799, 4800, 9999, -10_000, 10_001, -40_000]
    days = np.concatenate([EVERY_DAY, *[EDGES] * len(steps), BEYOND])
    months = np.concatenate(
        [draw.integers(-1500, 1500, len(EVERY_DAY)), *[np.full(len(EDGES), n) for n in steps], np.ones(4, np.int64)]
    )
    index = indexes(days) + months
    inside = (index >= FIRST_INDEX) & (index <= LAST_INDEX) & (days >= FIRST_DAY) & (days <= LAST_DAY)
    right = day_in_month(np.where(inside, index, FIRST_INDEX), date_parts(days)[2])
    expected(columns_of(DATES, a=days, b=days, n=months)["later"], right, inside, Why.RANGE)
    for k in draw.choice(len(days), 5000).tolist():
        d, n = int(days[k]), int(months[k])
        if inside[k]:
            assert add_months(d, n) == right[k]
        else:
            assert refusal(lambda d=d, n=n: add_months(d, n)) is Why.RANGE


def test_months_between_and_age() -> None:
    draw = np.random.default_rng(2)
    starts = np.concatenate([EVERY_DAY, draw.choice(EDGES, 300_000), draw.choice(EDGES, 1000), BEYOND])
    near = starts[-1004:-4] + draw.integers(-1, 2, 1000)  # a day more or less
    ends = np.concatenate([draw.permutation(EVERY_DAY), draw.choice(EDGES, 300_000), near, np.zeros(4, np.int64)])
    inside = (starts >= FIRST_DAY) & (starts <= LAST_DAY) & (ends >= FIRST_DAY) & (ends <= LAST_DAY)
    right = whole_months(starts, ends)
    found = columns_of(DATES, a=starts, b=ends, n=np.zeros_like(starts))
    expected(found["between"], right, inside, Why.RANGE)
    expected(found["age"], right // 12, inside & (ends >= starts), Why.RANGE)
    for k in draw.choice(len(starts), 5000).tolist():
        if inside[k]:
            assert months_between(int(starts[k]), int(ends[k])) == right[k]


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2001-01-31", "2001-02-27", 0),
        ("2001-01-31", "2001-02-28", 1),  # the last day of a month that has no 31st
        ("2000-01-31", "2000-02-28", 0),
        ("2000-01-31", "2000-02-29", 1),
        ("2001-01-29", "2001-02-28", 1),
        ("2001-01-28", "2001-02-28", 1),
        ("2001-01-31", "2001-03-30", 1),
        ("2001-01-31", "2001-03-31", 2),
        ("2001-01-31", "2001-04-29", 2),
        ("2001-01-31", "2001-04-30", 3),
        ("2001-02-28", "2001-03-27", 0),
        ("2001-02-28", "2001-03-28", 1),  # not to the end of March
        ("2001-02-28", "2001-03-31", 1),
        ("2000-02-29", "2001-02-27", 11),
        ("2000-02-29", "2001-02-28", 12),
        ("2000-02-29", "2004-02-28", 47),
        ("2000-02-29", "2004-02-29", 48),
        ("1896-02-29", "1900-02-28", 48),  # 1900 is a common year
        ("2096-02-29", "2100-02-28", 48),  # so is 2100
        ("2000-05-15", "2000-05-15", 0),
        ("1850-01-01", "2249-12-31", 4799),
        ("1999-12-31", "2000-01-01", 0),
        ("1999-12-01", "2000-01-01", 1),
    ],
)
def test_whole_months(start: str, end: str, months: int) -> None:
    a, b = day(start), day(end)
    assert (months_between(a, b), months_between(b, a)) == (months, -months)
    found = columns_of(DATES, a=[a, b], b=[b, a], n=[0, 0])
    assert found["between"][0].tolist() == [months, -months]


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        ("1944-02-29", "2003-02-27", 58),
        ("1944-02-29", "2003-02-28", 59),
        ("1944-02-29", "2004-02-28", 59),
        ("1944-02-29", "2004-02-29", 60),
        ("1950-03-05", "2010-03-04", 59),
        ("1950-03-05", "2010-03-05", 60),
        ("1949-12-31", "2009-12-30", 59),
        ("1949-12-31", "2009-12-31", 60),
        ("2010-01-01", "2010-01-01", 0),
        ("1850-01-01", "2249-12-31", 399),
    ],
)
def test_ages(birth: str, on: str, years: int) -> None:
    a, b = day(birth), day(on)
    assert age_on(a, b) == years
    assert columns_of(DATES, a=[a], b=[b], n=[0])["age"][0].tolist() == [years]
    if a != b:
        assert refusal(lambda: age_on(b, a)) is Why.RANGE


def test_days_made_of_parts() -> None:
    """Every year, month and day of the month, and those beyond."""
    kernel = kernel_of(
        """
        INPUTS = [
            Input("y", Year, "y", "y", 1848, 2251),
            Input("m", Month, "m", "m", -1, 14),
            Input("k", Count, "k", "k", -1, 2**62),
        ]

        @law
        def made(y: Year, m: Month, k: Count) -> Day:
            return make_day(y, m, k)
        """
    )
    year, month, dom = (
        grid.reshape(-1)
        for grid in np.meshgrid(
            np.arange(1848, 2252), np.arange(-1, 15), np.array([*range(-1, 34), 1000, 2**62]), indexing="ij"
        )
    )
    good = (year >= 1850) & (year <= 2249) & (month >= 1) & (month <= 12) & (dom >= 1)
    right = day_in_month(year * 12 + month - 1, np.minimum(dom, 31))
    expected(columns_of(kernel, y=year, m=month, k=dom)["made"], right, good, Why.RANGE)
    for k in np.random.default_rng(3).choice(len(year), 5000).tolist():
        parts = int(year[k]), int(month[k]), int(dom[k])
        if good[k]:
            assert make_day(*parts) == right[k]
        else:
            assert refusal(lambda parts=parts: make_day(*parts)) is Why.RANGE


# ---- rounding
def rounded(a: int, b: int, unit: int, how: str) -> int:
    """a / b fen, rounded to whole units of so many fen; exactly, with a hundred digits."""
    with localcontext() as context:
        context.prec = 100
        return int((Decimal(a) / Decimal(b) / unit).quantize(Decimal(1), how)) * unit


ROUNDINGS = {
    "half_up": (1, ROUND_HALF_UP),
    "half_up_to_fen": (1, ROUND_HALF_UP),
    "half_up_to_jiao": (10, ROUND_HALF_UP),
    "half_up_to_yuan": (100, ROUND_HALF_UP),
    "up_to_jiao": (10, ROUND_CEILING),
    "up_to_yuan": (100, ROUND_CEILING),
    "truncate_to_fen": (1, ROUND_FLOOR),
    "truncate_to_yuan": (100, ROUND_FLOOR),
    "floor_div": (1, ROUND_FLOOR),
    "ceil_div": (1, ROUND_CEILING),
}
AMOUNTS = st.integers(-(10**15), 10**15)
DIVISORS = st.integers(1, 10**9) | st.sampled_from([1, 2, 3, 7, 10, 12, 100, 139, 240_000_000])


@pytest.mark.parametrize("name", ROUNDINGS)
@given(a=AMOUNTS, b=DIVISORS, negative=st.booleans())
@example(a=5, b=10, negative=False)
@example(a=-5, b=10, negative=False)
@example(a=INT64_MIN, b=1, negative=False)
@example(a=INT64_MAX, b=2, negative=True)
def test_rounding_is_that_of_decimal(name: str, a: int, b: int, negative: bool) -> None:
    function = getattr(language, name)
    divisor = -b if negative and name in ("half_up", "floor_div", "ceil_div") else b
    right = rounded(a, divisor, *ROUNDINGS[name])
    if INT64_MIN <= right <= INT64_MAX:
        assert function(a, divisor) == right
    assert refusal(lambda: function(a, 0)) is Why.ZERO_DIVISOR


@given(k=st.integers(-(10**9), 10**9), b=st.integers(1, 10**6), unit=st.sampled_from([1, 10, 100]))
def test_ties_go_away_from_zero(k: int, b: int, unit: int) -> None:
    """(k + 1/2) units of so many fen."""
    name = {1: "half_up_to_fen", 10: "half_up_to_jiao", 100: "half_up_to_yuan"}[unit]
    got = getattr(language, name)((2 * k + 1) * unit * b, 2 * b)
    assert got == (k + 1 if k >= 0 else k) * unit


@given(a=st.integers(INT64_MIN, INT64_MAX), b=st.integers(INT64_MIN, INT64_MAX).filter(bool))
def test_remainder_is_what_floor_division_leaves(a: int, b: int) -> None:
    left = remainder(a, b)
    assert left == a - b * math.floor(Fraction(a, b))
    assert (0 <= left < b) if b > 0 else (b < left <= 0)


def test_a_quotient_that_does_not_fit() -> None:
    for function in (half_up, floor_div, ceil_div):
        assert refusal(lambda function=function: function(INT64_MIN, -1)) is Why.OVERFLOW
    assert remainder(INT64_MIN, -1) == 0


DIVISION_RANGES = {
    "of both signs": (INT64_MIN + 1, INT64_MAX, INT64_MIN + 1, INT64_MAX),
    "not negative": (0, INT64_MAX, 0, INT64_MAX),
    "of 32 bits": (0, 2**32 - 1, 0, 2**32 - 1),
    "by negative ones": (INT64_MIN + 1, INT64_MAX, -1000, -1),
    "by small ones": (-(10**15), 10**15, 1, 10**4),
}


@pytest.mark.parametrize("ranges", DIVISION_RANGES)
def test_compiled_divisions(ranges: str) -> None:
    """Edges and chance, over ranges that lead to other machine code each; `smallest` reaches the least int64."""
    a_low, a_high, b_low, b_high = DIVISION_RANGES[ranges]
    functions = [*ROUNDINGS, "remainder"]
    rules = "".join(
        f"""
    @law
    def by_{name}(a: Count, b: Count) -> Count:
        return {name}(a, b)

    @law
    def smallest_{name}(a: Count, b: Count) -> Count:
        return {name}(a - 1, b) if a < 0 else 0
"""
        for name in functions
    )
    kernel = kernel_of(
        f"""
    INPUTS = [Input("a", Count, "a", "a", {a_low}, {a_high}), Input("b", Count, "b", "b", {b_low}, {b_high})]
"""
        + rules
    )
    edges = [0, 1, -1, 2, 3, 5, 10, 15, 50, 250, 2**31 - 1, 2**31, 2**32 - 1, 2**62, INT64_MAX, INT64_MAX - 1]
    edges += [-e for e in edges]
    draw = random.Random(ranges)

    def between(low: int, high: int) -> list[int]:
        found = sorted({e for e in (*edges, low, high) if low <= e <= high})
        found += [draw.randint(low, high) for _ in range(8)]
        return found + [draw.randint(max(low, -99), min(high, 99)) for _ in range(8)]

    pairs = list(product(between(a_low, a_high), between(b_low, b_high)))
    found = agreement(kernel, [{"a": a, "b": b} for a, b in pairs], on=0)
    assert found["decided"] > len(pairs)
    for name in ROUNDINGS:  # and that both are right
        values, statuses = columns_of(kernel, a=[a for a, _ in pairs], b=[b for _, b in pairs])[f"by_{name}"]
        for (a, b), value, status in zip(pairs, values.tolist(), statuses.tolist(), strict=True):
            if not status:
                assert value == rounded(a, b, *ROUNDINGS[name]), (name, a, b)


@given(value=st.integers(-20, 20), low=st.integers(-10, 0), high=st.integers(0, 10))
def test_within(value: int, low: int, high: int) -> None:
    if low <= value <= high:
        assert within(value, low, high) == value
    else:
        assert refusal(lambda: within(value, low, high)) is Why.RANGE


# ---- masks of months
def months_of_mask(mask: int) -> set[int]:
    return {m for m in range(1, 13) if mask & 1 << m - 1}


MASKS = kernel_of(
    """
    INPUTS = [
        Input("a", MonthMask, "a", "a"),
        Input("b", MonthMask, "b", "b"),
        Input("first", Month, "f", "f", -1, 14),
        Input("last", Month, "l", "l", -1, 14),
    ]

    @law
    def counted(a: MonthMask) -> Months:
        return months_in(a)

    @law
    def held(a: MonthMask, first: Month) -> Flag:
        return has_month(a, first)

    @law
    def cut(a: MonthMask, first: Month, last: Month) -> MonthMask:
        return mask_between(a, first, last)

    @law
    def union(a: MonthMask, b: MonthMask) -> MonthMask:
        return mask_or(a, b)

    @law
    def none() -> MonthMask:
        return no_months()
    """
)


def test_every_mask() -> None:
    mask, first, last = (
        grid.reshape(-1) for grid in np.meshgrid(np.arange(4096), np.arange(-1, 15), np.arange(-1, 15), indexing="ij")
    )
    other = np.random.default_rng(4).permutation(mask)
    found = columns_of(MASKS, a=mask, b=other, first=first, last=last)
    held = {m: mask >> m - 1 & 1 for m in range(1, 13)}
    month, sound = (first >= 1) & (first <= 12), (last >= 1) & (last <= 12)
    always = np.ones_like(month)
    inside = sum((held[m] << m - 1) * ((first <= m) & (m <= last)) for m in held)
    expected(found["counted"], np.asarray(sum(held.values())), always, Why.RANGE)
    expected(found["held"], np.asarray(sum(held[m] * (first == m) for m in held)), month, Why.RANGE)
    expected(found["cut"], np.asarray(inside), month & sound, Why.RANGE)
    expected(found["union"], mask | other, always, Why.RANGE)
    expected(found["none"], np.zeros_like(mask), always, Why.RANGE)


@given(st.integers(0, 4095), st.integers(0, 4095), st.integers(1, 12), st.integers(1, 12))
def test_masks_are_sets_of_months(mask: int, other: int, first: int, last: int) -> None:
    months = months_of_mask(mask)
    assert months_in(mask) == len(months)
    assert has_month(mask, first) == (first in months)
    assert months_of_mask(mask_between(mask, first, last)) == {m for m in months if first <= m <= last}
    assert months_of_mask(mask_or(mask, other)) == months | months_of_mask(other)


def test_no_months_beyond_the_year() -> None:
    for month in (0, 13, -1):
        assert refusal(lambda month=month: has_month(1, month)) is Why.RANGE
        assert refusal(lambda month=month: mask_between(1, month, 12)) is Why.RANGE
        assert refusal(lambda month=month: mask_between(1, 1, month)) is Why.RANGE


CONSECUTIVE = kernel_of(
    """
    INPUTS = [
        Input("d", Day, "d", "d"),
        Input("p_year", Series[Year], "y", "y", history="p", max_length=30),
        Input("p_months", Series[MonthMask], "m", "m", history="p", max_length=30),
    ]

    @law
    def run(p_year: Series[Year], p_months: Series[MonthMask], d: Day) -> Months:
        return consecutive_months_before(p_year, p_months, d)
    """
)
SPANS = st.lists(st.tuples(st.integers(1990, 2004), st.sampled_from([4095, 4095, 2047, 4094, 64, 0])), max_size=20)


@given(rows=SPANS, on=st.integers(day("1990-01-01"), day("2005-12-31")))
def test_consecutive_months(rows: list[tuple[int, int]], on: int) -> None:
    marked = {(year, month) for year, mask in rows for month in months_of_mask(mask)}
    index, length = month_index(on) - 1, 0
    while (index // 12, index % 12 + 1) in marked:
        index, length = index - 1, length + 1
    years, masks = [year for year, _ in rows], [mask for _, mask in rows]
    assert consecutive_months_before(years, masks, on) == length  # type: ignore[arg-type]
    agreement(CONSECUTIVE, [{"d": on, "p_year": years, "p_months": masks}], on=0)


def test_consecutive_months_end_after_a_century() -> None:
    years, masks = list(range(1895, 2001)), [4095] * 106
    assert consecutive_months_before(years, masks, day("2000-12-31")) == 1200  # type: ignore[arg-type]
