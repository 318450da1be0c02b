"""What a rule may call.  Plain Python, so that a rule runs as it stands; the compiler knows each by its name.

Intrinsics (the compiler has its own code for them): the named divisions, within, refuse, quotients, the units, the
masks of months and the calendar.  What is marked `@helper` is written in the rule language and compiled like a rule.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable
from fractions import Fraction
from typing import NoReturn, TypeVar

from shebao.rules.kinds import (
    EPOCH,
    FIRST_DAY,
    FIRST_YEAR,
    INT64_MAX,
    INT64_MIN,
    LAST_DAY,
    LAST_YEAR,
    Count,
    Day,
    Days,
    Flag,
    Month,
    MonthMask,
    Months,
    Series,
    Year,
    Years,
)
from shebao.rules.status import Refused, Why, status

F = TypeVar("F", bound=Callable[..., object])


def helper(function: F) -> F:
    """Marks a small function that rules may call.  It is written in the rule language and has annotated arguments."""
    setattr(function, "__helper__", True)
    return function


def is_helper(function: object) -> bool:
    """Whether it is marked `@helper`.  Modules may have helpers of the same name."""
    return getattr(function, "__helper__", False) is True


class Reason:
    """Why a rule refuses: a module-level constant of a law, used as `refuse(NOT_YET_OF_AGE)`."""

    def __init__(self, name: str, zh: str, en: str) -> None:
        self.name, self.zh, self.en = name, zh, en


class RefusedFor(Refused):
    """Raised by `refuse` in a rule called as plain Python; the engine turns it into a status."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(int(Why.REASON))
        self.reason = reason


def refuse(reason: Reason) -> NoReturn:
    """The rule cannot decide this case, for a reason that reaches the letter and the work list."""
    raise RefusedFor(reason)


def _fits(value: int) -> int:
    if not INT64_MIN <= value <= INT64_MAX:
        raise Refused(status(Why.OVERFLOW, 0))
    return value


def floor_div(a: int, b: int) -> int:
    """a / b rounded towards minus infinity (whole units, 舍去).  Refuses a zero divisor."""
    if b == 0:
        raise Refused(status(Why.ZERO_DIVISOR, 0))
    return _fits(a // b)


def ceil_div(a: int, b: int) -> int:
    """a / b rounded towards plus infinity (进位).  Refuses a zero divisor."""
    if b == 0:
        raise Refused(status(Why.ZERO_DIVISOR, 0))
    return _fits(-(-a // b))


def remainder(a: int, b: int) -> int:
    """a - b * floor_div(a, b).  Refuses a zero divisor."""
    if b == 0:
        raise Refused(status(Why.ZERO_DIVISOR, 0))
    return a % b


def half_up(a: int, b: int) -> int:
    """a / b rounded to the nearest integer, a half away from zero (四舍五入).  Refuses a zero divisor."""
    if b == 0:
        raise Refused(status(Why.ZERO_DIVISOR, 0))
    q, r = divmod(abs(a), abs(b))
    if r >= abs(b) - r:
        q += 1
    return _fits(q if (a < 0) == (b < 0) else -q)


def within(value: int, low: int, high: int) -> int:
    """The value itself; refuses it outside low..high (constants).  Keeps the ranges of long sums small."""
    if not low <= value <= high:
        raise Refused(status(Why.RANGE, 0))
    return value


class Quotient:
    """An exact sum of quotients: `total = total + quotient(a, b)`, rounded once by `half_up_quotient`.

    CPython keeps the terms and is exact.  Compiled code carries the sum at FINE with the number of terms that were cut,
    and hands the row to CPython where the rounded digit could depend on what was cut off.
    """

    FINE = 10**9
    __slots__ = ("cut", "low", "terms")

    def __init__(self, low: int = 0, cut: int = 0, terms: tuple[tuple[int, int], ...] = ()) -> None:
        self.low, self.cut, self.terms = low, cut, terms  # low <= value * FINE < low + cut, or equal when cut is 0

    def __add__(self, other: Quotient) -> Quotient:
        return Quotient(_fits(self.low + other.low), self.cut + other.cut, self.terms + other.terms)


NO_QUOTIENT = Quotient()  # the empty sum, to start from


def quotient(a: int, b: int) -> Quotient:
    """a / b, exact, for adding.  a >= 0, b > 0 (a zero divisor refuses); a at most 9.2e9 units."""
    if b == 0:
        raise Refused(status(Why.ZERO_DIVISOR, 0))
    if a < 0 or b < 0:
        raise Refused(status(Why.RANGE, 0))
    _fits(a * Quotient.FINE)
    low, rest = divmod(a * Quotient.FINE, b)
    return Quotient(low, 1 if rest else 0, ((a, b),))


def half_up_quotient(total: Quotient, times: int, over: int) -> int:
    """total * times / over, rounded half up to an integer.  times and over are not negative; a zero `over` refuses."""
    if over == 0:
        raise Refused(status(Why.ZERO_DIVISOR, 0))
    low = half_up(_fits(total.low * times), _fits(over * Quotient.FINE))
    high = half_up(_fits(_fits(total.low + total.cut) * times), over * Quotient.FINE)
    if low == high:
        return low
    exact = sum((Fraction(a, b) for a, b in total.terms), Fraction(0)) * times / over
    return half_up(exact.numerator, exact.denominator)


def months_in(mask: MonthMask) -> Months:
    """How many months a mask holds."""
    return mask.bit_count()


def has_month(mask: MonthMask, month: Month) -> Flag:
    """Whether the mask holds the month.  Refuses a month outside 1..12."""
    if not 1 <= month <= 12:
        raise Refused(status(Why.RANGE, 0))
    return mask >> (month - 1) & 1 == 1


def mask_between(mask: MonthMask, first: Month, last: Month) -> MonthMask:
    """The mask's months from `first` to `last`, both included; none when first > last.  Refuses what is no month."""
    if not 1 <= first <= 12 or not 1 <= last <= 12:
        raise Refused(status(Why.RANGE, 0))
    return mask & (((1 << last) - 1) & ~((1 << (first - 1)) - 1))


def number(value: int) -> int:
    """The plain number of a count of months, years or days, or of a calendar year or month; not of money or ratios."""
    return value


def as_years(value: int) -> Years:
    """A plain number as a number of years."""
    return value


def as_months(value: int) -> Months:
    """A plain number as a number of months."""
    return value


def as_days(value: int) -> Days:
    """A plain number as a number of days."""
    return value


def as_year(value: int) -> Year:
    """A plain number as a calendar year."""
    return value


def no_months() -> MonthMask:
    """The mask without any month."""
    return 0


def mask_or(a: MonthMask, b: MonthMask) -> MonthMask:
    """The months of either mask."""
    return a | b


# ---- rounding, named by the law's words; each takes a quotient a / b in fen and gives fen
@helper
def half_up_to_fen(a: int, b: int) -> int:
    """四舍五入到分."""
    return half_up(a, b)


@helper
def half_up_to_jiao(a: int, b: int) -> int:
    """四舍五入到角."""
    return half_up(a, b * 10) * 10


@helper
def half_up_to_yuan(a: int, b: int) -> int:
    """四舍五入到元."""
    return half_up(a, b * 100) * 100


@helper
def up_to_jiao(a: int, b: int) -> int:
    """见分进角: a part of a jiao counts as a whole one."""
    return ceil_div(a, b * 10) * 10


@helper
def up_to_yuan(a: int, b: int) -> int:
    """见角进元: a part of a yuan counts as a whole one."""
    return ceil_div(a, b * 100) * 100


@helper
def truncate_to_fen(a: int, b: int) -> int:
    """舍去分以下."""
    return floor_div(a, b)


@helper
def truncate_to_yuan(a: int, b: int) -> int:
    """舍去元以下."""
    return floor_div(a, b * 100) * 100


# ---- the calendar.  A day is an int of days since 1970-01-01
def _date(day: int) -> datetime.date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Refused(status(Why.RANGE, 0))
    return datetime.date.fromordinal(day + EPOCH)


def year_of(day: Day) -> Year:
    """The calendar year of a day."""
    return _date(day).year


def month_of(day: Day) -> Month:
    """The month of a day, 1 to 12."""
    return _date(day).month


def day_of_month(day: Day) -> Count:
    """The day of the month, 1 to 31."""
    return _date(day).day


def make_day(year: Year, month: Month, day_of_month: Count) -> Day:
    """That day; a day past the end of its month is the month's last day.  Refuses a day of the month below 1."""
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= month <= 12 or day_of_month < 1:
        raise Refused(status(Why.RANGE, 0))
    last = calendar.monthrange(year, month)[1]
    return datetime.date(year, month, min(day_of_month, last)).toordinal() - EPOCH


def month_index(day: Day) -> Months:
    """Months since January of year 0: `month_index(b) - month_index(a)` counts calendar months, whatever the day."""
    date = _date(day)
    return date.year * 12 + date.month - 1


def day_of_index(index: Months) -> Day:
    """The first day of the month with that `month_index`."""
    return make_day(index // 12, index % 12 + 1, 1)


def add_months(day: Day, months: Months) -> Day:
    """The same day of the month, so many months later (or earlier); the last day of a month that has no such day."""
    index = month_index(day) + months
    return make_day(index // 12, index % 12 + 1, day_of_month(day))


def months_between(start: Day, end: Day) -> Months:
    """Whole months from start to end; negative when end is before start.

    A month is whole on the day of the same number, or on the last day of a month that has no such day (29 February:
    28 February in a common year), as periods are counted in civil law (民法典 第203条).
    """
    if end < start:
        return -months_between(end, start)
    a, b = _date(start), _date(end)
    months = (b.year - a.year) * 12 + b.month - a.month
    if b.day < a.day and b.day < calendar.monthrange(b.year, b.month)[1]:
        months -= 1
    return months


def age_on(birth: Day, day: Day) -> Years:
    """Completed years of age.  Refuses a day before birth."""
    if day < birth:
        raise Refused(status(Why.RANGE, 0))
    return months_between(birth, day) // 12


@helper
def consecutive_months_before(years: Series[Year], masks: Series[MonthMask], day: Day) -> Months:
    """How many months without a gap are marked, counted back from the month before `day`.

    The rows may stand in any order and share years (one for each kind or region); a month counts once.  Looks back
    over 100 calendar years at most.
    """
    for back in range(100):
        year = year_of(day) - back
        union = no_months()
        for k in range(len(years)):
            if years[k] == year:
                union = mask_or(union, masks[k])
        for step in range(12):
            month = 12 - step
            if (back > 0 or month < month_of(day)) and not has_month(union, month):
                return month_index(day) - 1 - month_index(make_day(year, month, 1))
    return as_months(1200)
