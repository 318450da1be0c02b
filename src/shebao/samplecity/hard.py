"""Cases on the borders of the law: a small share of the people, so that every file has some of each."""

from __future__ import annotations

import enum

import numpy as np

from shebao.rules.kinds import day as day_of
from shebao.samplecity.calendar import add_months, first_day, month_index
from shebao.samplecity.draws import Draws, Flags, Ints

# First days of a regime of the law; a case falls on one of them or on the eve.
_REGIMES = ("2006-01-01", "2007-01-01", "2009-01-01", "2010-01-01", "2011-07-01", "2014-01-01", "2014-07-01")
_STARTS = ("1992-09-30", "1992-10-01", "1998-06-30", "1998-07-01")
_MONTHS = (119, 120, 179, 180, 181, 182)  # contribution months around the limits of 10 and 15 years


class Hard(enum.IntEnum):
    """What is special about a person; the weight of each is of 10,000 people."""

    weight: int

    def __new__(cls, value: int, weight: int) -> Hard:
        member = int.__new__(cls, value)
        member._value_ = value
        member.weight = weight
        return member

    NO = 0, 9760
    LEAP_DAY = 1, 20  # born on 29 February
    MONTH_END = 2, 20  # born on the 31st, 30th or last day of a month
    AGE_BORDER = 3, 50  # reaches the statutory age on a border of the law, or the day before
    START_BORDER = 4, 20  # began to work on a border of the law, or the day before
    MONTHS_BORDER = 5, 30  # has about the 10 or 15 years that are wanted
    DEATH = 6, 20  # died on a border of the law, the day before, on the city's day or the day after
    OVERLAP = 7, 20  # a month stands in two rows
    GAPS = 8, 20  # every other year has a hole
    LIMITS = 9, 10  # earned the least and the most that counts, in turn
    DISORDER = 10, 10  # rows are not in the order of their crediting
    MANY_ROWS = 11, 10  # a row for each month
    BARE = 12, 10  # facts are missing

    @classmethod
    def weights(cls) -> list[int]:
        return [member.weight for member in cls]

    @classmethod
    def has_career(cls, hard: Ints) -> Flags:
        """Whose case is about a working life."""
        flags: Flags = np.isin(hard, [cls.AGE_BORDER, *range(cls.START_BORDER, cls.BARE + 1)])
        return flags

    @classmethod
    def death_days(cls, draws: Draws, number: Ints, day: int) -> Ints:
        """A border of the law or its eve; or the city's day, the eve and the day after."""
        borders = [b for b in _borders(day) if b <= day]
        return _chosen(draws, "death border", [*borders, day - 1, day, day + 1], number)

    @classmethod
    def start_days(cls, draws: Draws, number: Ints) -> Ints:
        """First days of work at the borders of deemed service and of the 新人."""
        return _chosen(draws, "start border", [day_of(text) for text in _STARTS], number)

    @classmethod
    def contribution_months(cls, draws: Draws, number: Ints) -> Ints:
        return _chosen(draws, "months border", _MONTHS, number)


def birth_days(draws: Draws, number: Ints, hard: Ints, birth: Ints, to_pension: Ints, day: int) -> Ints:
    """The days of birth, moved where the case asks for it.  to_pension: months from birth to the statutory age."""
    birth = birth.copy()
    leap = hard == Hard.LEAP_DAY
    year = month_index(birth[leap]) // 12 // 4 * 4
    year = np.where(year == 1900, 1904, year)
    birth[leap] = first_day(year * 12 + 2) - 1
    end = hard == Hard.MONTH_END
    birth[end] = first_day(month_index(birth[end])) - 1
    border = hard == Hard.AGE_BORDER
    reached = _chosen(draws, "age border", [*_borders(day), day - 1, day, day + 1], number[border])
    birth[border] = add_months(reached, -to_pension[border])
    return birth


def _borders(day: int) -> list[int]:
    days = [day_of(text) for text in _REGIMES]
    return [d for first in days for d in (first - 1, first)]


def _chosen(draws: Draws, purpose: str, choices: list[int] | tuple[int, ...], number: Ints) -> Ints:
    chosen: Ints = np.asarray(choices, np.int64)[draws.below(purpose, len(choices), number)]
    return chosen
