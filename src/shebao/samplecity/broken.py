"""Rows with a planted fault, for trying what a file's report says of them."""

from __future__ import annotations

import enum
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from shebao.rules.kinds import INT64_MAX
from shebao.samplecity.draws import Draws, Flags, Ints
from shebao.samplecity.facts import Cells, Facts, Rows
from shebao.samplecity.population import People

_HISTORY = "contributions"
_UNKNOWN = 97  # no code of the law


class Fault(enum.IntEnum):
    """What is wrong with a row.  Those from MISSING_YEAR on are in the contribution history."""

    CHECK_DIGIT = 0
    NO_BIRTH_DAY = 1
    UNKNOWN_SEX = 2
    HUGE_AMOUNT = 3  # beyond every range
    MISSING_YEAR = 4
    NEGATIVE_WAGE = 5
    OVERFLOW = 6  # sums of it leave the 64 bits
    UNKNOWN_KIND = 7
    UNEQUAL_LENGTHS = 8


def break_rows(
    draws: Draws, people: People, facts: Facts, id_number: npt.NDArray[np.bytes_], share: int
) -> tuple[npt.NDArray[np.bytes_], Ints]:
    """Plants a fault in so many of a million rows; (identity numbers, the fault of each person or -1)."""
    number = people.number
    fault = draws.below("fault", len(Fault), number)
    counts = facts.rows[f"{_HISTORY}_year"].counts
    fault = np.where((fault >= Fault.MISSING_YEAR) & (counts == 0), fault % Fault.MISSING_YEAR, fault)
    fault = np.where(draws.below("broken", 1_000_000, number) < share, fault, -1)
    text = id_number.copy().view(np.uint8).reshape(-1, 18)
    wrong = fault == Fault.CHECK_DIGIT
    text[wrong, 17] = np.where(text[wrong, 17] == ord("1"), ord("2"), ord("1"))

    facts.forget("birth_day", fault == Fault.NO_BIRTH_DAY)
    _set(facts, "sex", fault == Fault.UNKNOWN_SEX, _UNKNOWN)
    _set(facts, "account_opening_balance", fault == Fault.HUGE_AMOUNT, 10**17)
    starts = np.cumsum(counts) - counts
    row = starts + draws.below("faulty row", np.maximum(counts, 1), number)
    for code, column, value in (
        (Fault.MISSING_YEAR, "year", None),
        (Fault.NEGATIVE_WAGE, "base", -340_200),
        (Fault.OVERFLOW, "base", INT64_MAX),
        (Fault.UNKNOWN_KIND, "kind", _UNKNOWN),
    ):
        _set_row(facts, column, row[fault == code], value)
    shorter = fault == Fault.UNEQUAL_LENGTHS
    last = (starts + counts - 1)[shorter]
    given = facts.rows[f"{_HISTORY}_months"]
    facts.rows[f"{_HISTORY}_months"] = Rows(
        counts - shorter, np.delete(given.values, last), np.delete(given.known, last)
    )
    return text.reshape(-1).view("S18"), fault


def _set(facts: Facts, name: str, where: Flags, value: int) -> None:
    cells = facts.cells[name]
    facts.cells[name] = Cells(np.where(where, value, cells.values), cells.known | where)


def _set_row(facts: Facts, column: str, rows: Ints, value: int | None) -> None:
    """A value in rows of the history, or None for an empty cell."""
    name = f"{_HISTORY}_{column}"
    given = facts.rows[name]
    if value is None:
        known = given.known.copy()
        known[rows] = False
        facts.rows[name] = replace(given, known=known)
    else:
        values = given.values.copy()
        values[rows] = value
        facts.rows[name] = replace(given, values=values)
