"""Codes of organisations: GB 32100 and GB 11714."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.files.unified_code import (
    ALPHABET,
    check_character,
    fault,
    normal,
    old_check_character,
    suspects,
)

EXAMPLE = "91350100M000100Y43"  # of the standard
FIRST = st.tuples(
    st.text("19", min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
).map("".join)
SOUND = FIRST.map(lambda first: first + check_character(first))


def test_the_example_of_the_standard() -> None:
    assert fault(EXAMPLE) is None
    assert fault(" 91350100m000100y43 ") is None
    assert check_character(EXAMPLE[:17]) == "3"
    assert old_check_character("M000100Y") == "4"
    assert fault("M000100Y-4") is None
    assert normal("m000100y-4") == "M000100Y4"
    assert len(ALPHABET) == 31


@given(SOUND)
def test_the_check_character_makes_the_sum_whole(code: str) -> None:
    assert sum(3**k * ALPHABET.index(c) for k, c in enumerate(code[:17])) % 31 == -ALPHABET.index(code[17]) % 31
    assert fault(code) is None


@given(SOUND, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_one_wrong_character_is_found(code: str, place: int, character: str) -> None:
    changed = code[:place] + character + code[place + 1 :]
    assert (fault(changed) is None) == (changed == code)


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("", "18 characters"),
        ("91350100M000100Y4", "18 characters"),
        ("9135O100M000100Y43", "not used"),
        ("91350A00M000100Y43", "18 characters"),
        ("91350100M000100Y44", "check character"),
        ("M000100Y-5", "check character"),
        ("代码", "18 characters"),
    ],
)
def test_faults(code: str, wanted: str) -> None:
    found = fault(code)
    assert found is not None
    assert wanted in found[1]
    assert "请" in found[0]


@pytest.mark.parametrize("first", ["", "91350100M000100YI", "9135０100M000100Y4"])
def test_what_has_no_check_character(first: str) -> None:
    with pytest.raises(ValueError, match="needed"):
        check_character(first)
    with pytest.raises(ValueError, match="needed"):
        old_check_character(first)


@given(st.lists(SOUND | st.text(ALPHABET + "Ix", min_size=16, max_size=18) | st.none()))
def test_by_the_column_as_one_by_one(codes: list[str | None]) -> None:
    wanted = [k for k, code in enumerate(codes) if code is not None and (len(code) != 18 or fault(code) or "x" in code)]
    assert suspects(pa.array(codes, pa.string())).tolist() == wanted
    assert suspects(pa.array([None, *codes], pa.large_string()).slice(1)).tolist() == wanted


def test_numbers_are_suspect() -> None:
    assert suspects(pa.array([1, None])).tolist() == [0]
