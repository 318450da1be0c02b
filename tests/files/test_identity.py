"""The identity number of GB 11643."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.files.identity import birth_day, check_digit, fault, masked

REGIONS = st.sampled_from(["110101", "110105", "310104", "440301"])
NUMBERS = st.builds(
    lambda region, day, order: f"{region}{day:%Y%m%d}{order:03d}",
    REGIONS,
    st.dates(datetime.date(1900, 1, 1), datetime.date(2026, 12, 31)),
    st.integers(0, 999),
).map(lambda first: first + check_digit(first))


def test_the_example_of_the_standard() -> None:
    assert check_digit("11010519491231002") == "X"
    assert fault("11010519491231002X") is None
    assert fault(" 11010519491231002x ") is None
    assert birth_day("11010519491231002X") == datetime.date(1949, 12, 31)


@given(NUMBERS)
def test_the_check_digit_is_that_of_iso_7064(number: str) -> None:
    digits = [10 if c == "X" else int(c) for c in number]
    assert sum(digit * 2 ** (17 - k) for k, digit in enumerate(digits)) % 11 == 1
    assert fault(number) is None


@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_one_wrong_character_is_found(number: str, place: int, character: str) -> None:
    changed = number[:place] + character + number[place + 1 :]
    assert (fault(changed) is None) == (changed == number)


@given(NUMBERS, st.integers(0, 16))
def test_two_neighbours_exchanged_are_found(number: str, place: int) -> None:
    a, b = number[place], number[place + 1]
    changed = number[:place] + b + a + number[place + 2 :]
    assert (fault(changed) is None) == (a == b)


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        ("", "17 digits"),
        ("11010519491231002", "17 digits"),
        ("1101051949123100２X", "17 digits"),
        ("110105491231002", "15-digit"),
        ("110105194913310021", "no date"),
        ("110105184912310021", "before 1850"),
        ("110105194912310021", "does not fit its check digit"),
    ],
)
def test_faults(number: str, wanted: str) -> None:
    found = fault(number)
    assert found is not None
    assert wanted in found[1]


@given(st.text(max_size=30))
def test_any_text_has_a_fault_or_is_a_number(text: str) -> None:
    assert fault(text) is not None or len(text.strip()) == 18


def test_seventeen_digits_are_needed() -> None:
    with pytest.raises(ValueError, match="17 digits"):
        check_digit("1101051949123100")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("11010519491231002X", "110105********002X"),
        ("110105491231002", "110105*****1002"),
        ("E12345678", "E1*****78"),
        ("123", "***"),
        ("", ""),
    ],
)
def test_masked(number: str, shown: str) -> None:
    assert masked(number) == shown
