"""Several connections at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import together
from books import Books, faults


@pytest.fixture(scope="module")
def books(database: Any, system: int) -> Books:
    """March 2014 is open."""
    made = Books(system)
    made.open(date(2014, 3, 1))
    return made


@pytest.mark.parametrize(
    "holds",
    [
        together.duplicates_become_one,
        together.no_update_is_lost,
        together.nobody_overdraws,
        together.crossing_batches_do_not_block,
        together.a_reversal_comes_once,
        together.no_accounts_twice,
        together.an_unbalanced_one_is_refused,
        together.an_edit_is_refused,
        together.a_partition_is_not_reached_past_the_whole,
        together.a_close_waits_for_posters,  # the last: it closes the month
    ],
)
def test_together(database: Any, books: Books, holds: Callable[[Any, Books], None]) -> None:
    holds(database, books)
    assert faults(database.dsn("postgres")) == {}
