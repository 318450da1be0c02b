"""Identity numbers by the column say the same as one by one."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.files.identities import suspects
from shebao.files.identity import check_digit, fault


def number(first: str) -> str:
    return first + check_digit(first)


SOUND = ["11010519491231002X", "440524188001010014", "110120195305230026", number("11010120000229001")]


def test_sound_numbers_are_passed_over() -> None:
    assert [fault(n) for n in SOUND] == [None] * 4
    assert suspects(pa.array([None, *SOUND, ""])).tolist() == [2, 5]  # one of before 1900, and a blank, are looked at


@pytest.mark.parametrize(
    "wrong",
    [
        "110105194912310021",
        "11010519491231002Y",
        "1101051949123100",
        number("11010519490229001"),
        number("11010519491301001"),
        number("11010519490431001"),
        number("11010519490400001"),
        "1101051949123100２X",
        "01010519491231002X",
    ],
)
def test_wrong_numbers_are_suspect(wrong: str) -> None:
    assert fault(wrong)
    table = pa.array([SOUND[0], wrong, None, SOUND[2]])
    assert suspects(table).tolist() == [1]
    assert suspects(table.slice(1)).tolist() == [0]
    assert suspects(table.cast(pa.large_string())).tolist() == [1]


def test_what_is_no_text_is_suspect() -> None:
    assert suspects(pa.array([1.1e17, 2.0])).tolist() == [0, 1]
    assert suspects(pa.array([], pa.string())).tolist() == []


@given(st.lists(st.text("0123456789X", min_size=17, max_size=18) | st.sampled_from(SOUND)))
def test_no_faulty_number_is_passed_over(numbers: list[str]) -> None:
    found = set(suspects(pa.array(numbers, pa.string())).tolist())
    assert {k for k, n in enumerate(numbers) if fault(n)} <= found
