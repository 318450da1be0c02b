"""The calendar of shebao.rules.language over whole arrays: days since 1970-01-01, months since January of year 0."""

from __future__ import annotations

import numpy as np

from shebao.rules.kinds import LAST_DAY
from shebao.samplecity.draws import Ints

NEVER = LAST_DAY  # stands for "not so far"; written as an empty cell
_MONTHS_TO_1970 = 1970 * 12


def month_index(days: Ints) -> Ints:
    """As language.month_index."""
    months: Ints = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + _MONTHS_TO_1970
    return months


def first_day(months: Ints) -> Ints:
    """The first day of each month."""
    days: Ints = (months - _MONTHS_TO_1970).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return days


def year_of(days: Ints) -> Ints:
    """As language.year_of."""
    return month_index(days) // 12


def add_months(days: Ints, months: int | Ints) -> Ints:
    """As language.add_months: the last day of a month that has no such day."""
    month = month_index(days)
    place = days - first_day(month)
    start = first_day(month + months)
    moved: Ints = start + np.minimum(place, first_day(month + months + 1) - start - 1)
    return moved


def months_between(start: Ints, end: Ints) -> Ints:
    """As language.months_between, for start <= end."""
    months = month_index(end) - month_index(start)
    return months - (add_months(start, months) > end)
