"""Sums of quotients are exact: in CPython always, compiled or else left to CPython."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from laws import agreement, kernel_of, refusal

from shebao.rules.language import NO_QUOTIENT, Quotient, half_up_quotient, quotient
from shebao.rules.status import Why

QUOTIENTS = kernel_of(
    """
    INPUTS = [
        Input("q_a", Series[Count], "a", "a", 0, 10**9, history="q", max_length=20),
        Input("q_b", Series[Count], "b", "b", 0, 10**7, history="q", max_length=20),
        Input("times", Count, "t", "t", 0, 120000),
        Input("over", Count, "o", "o", 0, 600),
    ]

    @law
    def mean(q_a: Series[Count], q_b: Series[Count], times: Count, over: Count) -> Count:
        total = NO_QUOTIENT
        for k in range(len(q_a)):
            total = total + quotient(q_a[k], q_b[k])
        return half_up_quotient(total, times, over)
    """
)
Terms = list[tuple[int, int]]


def exact_mean(terms: Terms, times: int, over: int) -> int:
    value = sum((Fraction(a, b) for a, b in terms), Fraction(0)) * times / over
    return math.floor(value + Fraction(1, 2))


def python_mean(terms: Terms, times: int, over: int) -> int:
    total: Quotient = NO_QUOTIENT
    for a, b in terms:
        total = total + quotient(a, b)
    return half_up_quotient(total, times, over)


def compiled_means(cases: Sequence[tuple[Terms, int, int]]) -> Counter[str]:
    """Runs the cases compiled and in CPython; what is decided is right, the rest is left to CPython."""
    persons = [
        {"q_a": [a for a, _ in terms], "q_b": [b for _, b in terms], "times": times, "over": over}
        for terms, times, over in cases
    ]
    return agreement(QUOTIENTS, persons, on=0)


TERMS = st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 10**5)), max_size=20)
CASES = st.lists(st.tuples(TERMS, st.sampled_from([1, 100, 10_000, 120_000]), st.integers(1, 600)), max_size=12)


@given(cases=CASES)
def test_sums_of_quotients_are_exact(cases: list[tuple[Terms, int, int]]) -> None:
    for case in cases:
        assert python_mean(*case) == exact_mean(*case)
    compiled_means(cases)


def tie(draw: random.Random, off: int = 0) -> tuple[Terms, int, int]:
    """Terms whose sum times `times` by `over` lies on k + 1/2, or beside it by a last term's smallest part."""
    while True:
        terms = [(draw.randrange(10**4), draw.choice([3, 7, 9, 11, 13])) for _ in range(draw.randint(1, 6))]
        times, over = draw.choice([1, 100, 10_000, 120_000]), draw.choice([1, 7, 180, 239])
        so_far = sum((Fraction(a, b) for a, b in terms), Fraction(0)) * times / over
        last = (math.floor(so_far) + draw.randrange(5) + Fraction(1, 2) - so_far) * over / times
        scale = 10**7 // last.denominator
        a, b = last.numerator * scale + off, last.denominator * scale
        if scale and 0 <= a <= 10**9:
            return [*terms, (a, b)], times, over


def test_ties_of_sums_are_left_to_python() -> None:
    draw = random.Random(5)
    cases = [tie(draw) for _ in range(300)]
    for case in cases:
        value = sum((Fraction(a, b) for a, b in case[0]), Fraction(0)) * case[1] / case[2]
        assert value.denominator == 2
        assert python_mean(*case) == exact_mean(*case) == math.floor(value) + 1
    cut = sum(any(a * Quotient.FINE % b for a, b in terms) for terms, _, _ in cases)
    assert compiled_means(cases) == {"EXACT": cut, "decided": 300 - cut}
    assert cut > 200


def test_sums_beside_a_tie_are_right() -> None:
    draw = random.Random(6)
    cases = [tie(draw, off) for off in (-1, 1) for _ in range(300)]
    for case in cases:
        assert python_mean(*case) == exact_mean(*case)
    assert compiled_means(cases)["decided"] > 100


def test_sums_that_cannot_be_told() -> None:
    assert refusal(lambda: quotient(1, 0)) is Why.ZERO_DIVISOR
    assert refusal(lambda: quotient(-1, 2)) is Why.RANGE
    assert refusal(lambda: quotient(1, -2)) is Why.RANGE
    assert refusal(lambda: quotient(10**10, 2)) is Why.OVERFLOW
    assert refusal(lambda: half_up_quotient(NO_QUOTIENT, 1, 0)) is Why.ZERO_DIVISOR
    assert refusal(lambda: half_up_quotient(quotient(10**9, 1), 100, 1)) is Why.OVERFLOW
    found = compiled_means([([(1, 0)], 1, 1), ([(1, 2)], 1, 0), ([(10**9, 1)], 120_000, 1), ([], 5, 3)])
    assert found == {"ZERO_DIVISOR": 2, "OVERFLOW": 1, "decided": 1}


def test_a_random_sum_is_seldom_left_to_python() -> None:
    draw = random.Random(7)
    cases = []
    for _ in range(2000):
        terms = [(draw.randrange(10**6), draw.randrange(1, 10**6)) for _ in range(draw.randint(0, 20))]
        cases.append((terms, 120_000, draw.randint(1, 480)))
    assert compiled_means(cases)["EXACT"] < 5
