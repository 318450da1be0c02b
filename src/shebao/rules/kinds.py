"""Kinds of value: what a number in a rule is, in which unit, at which scale.

A rule is annotated with these names (`Fen`, `Months`, `Ratio4` ...).  To Python and mypy each is an `int`; to the
checker (`check.py`) each carries a unit, so that fen plus months is an error at load.  A `Code` is an enumeration.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar, cast

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1

Unit = tuple[tuple[str, int], ...]  # powers of base units, sorted by name: (("fen", 1),) is money
PLAIN: Unit = ()


def multiplied(a: Unit, b: Unit, sign: int = 1) -> Unit:
    """The unit of a product (sign 1) or a quotient (sign -1)."""
    powers = dict(a)
    for base, power in b:
        powers[base] = powers.get(base, 0) + sign * power
    return tuple(sorted((base, power) for base, power in powers.items() if power))


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is: its name, its unit, and the range that its values have when nothing narrower is declared."""

    name: str
    zh: str
    en: str
    form: str = "number"  # number | day | year | month | flag | code | mask
    unit: Unit = PLAIN
    scale: int = 1  # how many of the integer make one of what is written: 100 for fen against yuan
    low: int = 0
    high: int = 10**12
    codes: type[Code] | None = None

    def __str__(self) -> str:
        return self.name


class Code(enum.IntEnum):
    """Base of the enumerations of codes.  A member is written `MALE = 1, "男", "male"`."""

    zh: str
    en: str

    def __new__(cls, value: int, zh: str = "", en: str = "") -> Code:
        member = int.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        member.en = en
        return member


# A day is an int: days since 1970-01-01, like Arrow's date32.  The calendar of the rules spans 1850 to 2249.
FIRST_YEAR, LAST_YEAR = 1850, 2249
EPOCH = datetime.date(1970, 1, 1).toordinal()
FIRST_DAY = datetime.date(FIRST_YEAR, 1, 1).toordinal() - EPOCH
LAST_DAY = datetime.date(LAST_YEAR, 12, 31).toordinal() - EPOCH

FEN = Kind("fen", "元", "yuan", unit=(("fen", 1),), scale=100, low=0, high=10**12)
MONTHS = Kind("months", "个月", "months", unit=(("month", 1),), high=2400)
YEARS = Kind("years", "年", "years", unit=(("year", 1),), high=400)
DAYS = Kind("days", "天", "days", unit=(("day", 1),), high=146_097)
COUNT = Kind("count", "个", "", high=10**6)
RATIO4 = Kind("ratio4", "", "", unit=(("ratio4", 1),), scale=10**4, high=1000 * 10**4)
RATIO6 = Kind("ratio6", "", "", unit=(("ratio6", 1),), scale=10**6, high=1000 * 10**6)
DAY = Kind("day", "日期", "day", form="day", low=FIRST_DAY, high=LAST_DAY)
YEAR = Kind("year", "年度", "calendar year", form="year", low=FIRST_YEAR, high=LAST_YEAR)
MONTH = Kind("month", "月份", "month of the year", form="month", low=1, high=12)
FLAG = Kind("flag", "是否", "yes or no", form="flag", low=0, high=1)
MASK = Kind("mask", "月份标记", "mask of months", form="mask", low=0, high=4095)

Fen = Annotated[int, FEN]  # money; int64 fen, written in yuan
Months = Annotated[int, MONTHS]  # a number of months
Years = Annotated[int, YEARS]  # a number of whole years, an age
Days = Annotated[int, DAYS]  # a number of days
Count = Annotated[int, COUNT]  # a plain number
Ratio4 = Annotated[int, RATIO4]  # fixed point, 4 decimals: 0.08 is 800
Ratio6 = Annotated[int, RATIO6]  # fixed point, 6 decimals
Day = Annotated[int, DAY]  # a day of the calendar
Year = Annotated[int, YEAR]  # a calendar year
Month = Annotated[int, MONTH]  # 1 to 12
Flag = Annotated[bool, FLAG]
MonthMask = Annotated[int, MASK]  # bit 0 is January, bit 11 December

# Constants that carry a unit: dividing by them takes the unit away.
ONE4: Ratio4 = 10_000
ONE6: Ratio6 = 1_000_000
YEAR_MONTHS: Months = 12  # as a number of months: months / YEAR_MONTHS is a plain number of years
KINDS: dict[str, Kind] = {
    k.name: k for k in (FEN, MONTHS, YEARS, DAYS, COUNT, RATIO4, RATIO6, DAY, YEAR, MONTH, FLAG, MASK)
}

T_co = TypeVar("T_co", covariant=True)


class Series(Sequence[T_co], Generic[T_co]):
    """A history of any length: `len(s)`, `s[k]`.  Columns of one history (declared by name) have equal lengths."""


class Members(Sequence[T_co], Generic[T_co]):
    """In a rule of a group: the values of its members, in no promised order."""


class Table(Generic[T_co]):
    """A parameter by key (age, grade, code), in the version of the rule's day: `t[age]`."""

    def __getitem__(self, key: int) -> T_co:
        raise NotImplementedError  # the law's own views are in parameters.py


class Bands(Table[T_co]):
    """A parameter by band, in the version of the rule's day: `b[x]` is the value of the band that holds x."""


class Yearly(Table[T_co]):
    """A parameter that has one figure for each calendar year: `w[year]`."""


class Dated(Table[T_co]):
    """A parameter read on a day that the rule names: `r[day]`."""


class Table2(Generic[T_co]):
    def __getitem__(self, key: tuple[int, int]) -> T_co:
        raise NotImplementedError  # the law's own views are in parameters.py


class YearlyTable(Table2[T_co]):
    """By calendar year and key: `t[year, key]`."""


class YearlyBands(Table2[T_co]):
    """By calendar year and band: `b[year, x]`."""


class DatedTable(Table2[T_co]):
    """By a day that the rule names, and key: `t[day, key]`."""


class DatedBands(Table2[T_co]):
    """By a day that the rule names, and band: `b[day, x]`."""


FORMS: dict[str, type] = {
    c.__name__: c
    for c in (Series, Members, Table, Bands, Yearly, Dated, YearlyTable, YearlyBands, DatedTable, DatedBands)
}


def kind_of_code(codes: type[Code]) -> Kind:
    """The kind of an enumeration of codes; one `Kind` for each class."""
    values = [int(c) for c in codes]
    return Kind(codes.__name__, "", "", form="code", low=min(values), high=max(values), codes=codes)


def read_annotation(annotation: object) -> tuple[str, Kind]:
    """(form, kind) of an evaluated annotation: ("value", FEN) for `Fen`, ("Series", MASK) for `Series[MonthMask]`.

    Raises TypeError with the remedy when the annotation is no kind.
    """
    form = "value"
    origin = getattr(annotation, "__origin__", None)
    if isinstance(origin, type) and origin.__name__ in FORMS:
        form = origin.__name__
        annotation = cast(tuple[object, ...], getattr(annotation, "__args__"))[0]
    for extra in getattr(annotation, "__metadata__", ()):
        if isinstance(extra, Kind):
            return form, extra
    if isinstance(annotation, type) and issubclass(annotation, Code):
        return form, kind_of_code(annotation)
    raise TypeError(f"{annotation!r} is no kind: use one of {', '.join(sorted(KINDS))} or a Code")


def day(text: str | datetime.date) -> int:
    """Days since 1970-01-01 of an ISO date (or a date).  Raises ValueError for what is no date of the calendar."""
    date = datetime.date.fromisoformat(text) if isinstance(text, str) else text
    return date.toordinal() - EPOCH


def date_of(day_number: int) -> datetime.date:
    """The date of a day number."""
    return datetime.date.fromordinal(day_number + EPOCH)
