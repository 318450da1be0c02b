"""Written values and the integers of the rules: `parse` reads, `write` is the canonical text, `display` is for people.

Everything is exact.  A float appears only because Excel and Parquet store numbers so; it is taken at its shortest
decimal form, and refused where that form has more digits than a double keeps (0.1 + 0.2 is no 0.3).
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from functools import cache

from shebao.rules.kinds import (
    EPOCH,
    FEN,
    FIRST_YEAR,
    INT64_MAX,
    INT64_MIN,
    LAST_YEAR,
    Code,
    Kind,
    date_of,
)

__all__ = ["Problem", "display", "parse", "write"]


class Problem(ValueError):
    """Something written cannot be used: what was found and what is wanted, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


# Words of a written unit, by kind: how much one is of the usual unit, which comes first (numerator, denominator).
# What follows the word ("yuan per month") is for people.
UNITS: dict[str, dict[str, tuple[int, int]]] = {
    "fen": {"yuan": (1, 1), "元": (1, 1), "fen": (1, 100), "分": (1, 100)},
    "ratio4": {"ratio": (1, 1), "percent": (1, 100), "%": (1, 100), "permille": (1, 1000), "‰": (1, 1000)},
    "months": {"months": (1, 1), "years": (12, 1)},
    "years": {"years": (1, 1)},
    "days": {"days": (1, 1)},
}
UNITS["ratio6"] = UNITS["ratio4"]
SUFFIXES = {"%": "percent", "‰": "permille"}

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日)", re.ASCII)
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_MONTHS = re.compile(r"(\d{1,2})(?:\s*[-–~至]\s*(\d{1,2}))?", re.ASCII)
_FLAGS = {"true": True, "yes": True, "是": True, "1": True, "false": False, "no": False, "否": False, "0": False}
_WHOLE = {
    "months": ("whole months", "整月数"),
    "years": ("whole years", "整年数"),
    "days": ("whole days", "整天数"),
    "count": ("a whole number", "整数"),
    "year": ("a calendar year such as 2010", "年份，如2010"),
    "month": ("a month from 1 to 12", "1至12的月份"),
}


def parse(kind: Kind, written: object, unit: str = "") -> int | bool:
    """The integer of the kind for what is written.

    written: text, int, Decimal, bool, date (or midnight datetime), a list of months for a mask, or a float that a
    spreadsheet stored.  unit: the written unit, when it is not the kind's usual one ("percent", "years" for months,
    "fen"); what follows its first word is ignored ("yuan per month").

    Money takes at most 2 decimals of a yuan, a ratio as many as its scale has ("8%" is 0.08 in any unit).  A day is
    2010-03-05 (also 2010/3/5, 2010年3月5日, 20100305), a flag true/false, yes/no, 是/否 or 1/0, a code its name, its
    label or its number, a mask of months "1-12", "1,3,5-7", a list, or "" for no month.  The calendar is checked,
    declared ranges are not.  Raises Problem, with the remedy.
    """
    if isinstance(written, (float, Decimal)):
        written = _finite(kind, written)
    if written is None or (isinstance(written, str) and not written.strip() and kind.form != "mask"):
        raise Problem("值为空", "the value is empty")
    if kind.form == "number":
        return _number(kind, written, unit)
    factor(kind, unit)
    if kind.form == "day":
        return _day(written)
    if kind.form == "flag":
        return _flag(written)
    if kind.form == "code" and kind.codes is not None:
        return _code(kind.codes, written)
    if kind.form == "mask":
        return _mask(written)
    value = _number(kind, written, unit)
    low, high = (1, 12) if kind.form == "month" else (FIRST_YEAR, LAST_YEAR)
    if not low <= value <= high:
        raise Problem(f"{value}不在{low}至{high}之间", f"{value} is outside {low} to {high}")
    return value


def factor(kind: Kind, unit: str) -> tuple[int, int]:
    """How much one of the written unit is in the kind's usual one, as (numerator, denominator).  Raises Problem."""
    return _factor(kind.name, unit)


@cache
def _factor(name: str, unit: str) -> tuple[int, int]:
    words = UNITS.get(name, {})
    word = re.split(r"[\s/]", unit.strip(), maxsplit=1)[0].lower()
    if not word:
        return 1, 1
    if word in words:
        return words[word]
    known = {w for others in UNITS.values() for w in others}
    if not words and word not in known:
        return 1, 1  # a count of anything, a code, a date: the unit is for people only
    choice = ", ".join(words) or "no unit"
    raise Problem(
        f"{name}不能以“{unit}”为单位，可用：{choice}", f"{name} cannot be written in {unit!r}; use one of: {choice}"
    )


def _number(kind: Kind, written: object, unit: str) -> int:
    numerator, denominator = factor(kind, unit)
    if isinstance(written, str):
        text = written.strip()
        if text[-1:] in SUFFIXES and kind.name in ("ratio4", "ratio6"):
            numerator, denominator = factor(kind, SUFFIXES[text[-1]])
            text = text[:-1].rstrip()
        if len(text) > 60 or not _NUMBER.fullmatch(text):
            raise _unreadable(kind, written)
        whole, _, decimals = text.replace(",", "").partition(".")
        numerator *= int(whole + decimals)
        denominator *= 10 ** len(decimals)
    elif isinstance(written, bool):
        raise _unreadable(kind, written)
    elif isinstance(written, int):
        numerator *= int(written)
    elif isinstance(written, Decimal):
        sign, digits, exponent = written.as_tuple()
        assert isinstance(exponent, int)  # it is finite
        numerator *= int("".join(map(str, digits))) * (-1 if sign else 1) * 10 ** max(exponent, 0)
        denominator *= 10 ** max(-exponent, 0)
    else:
        raise _unreadable(kind, written)
    value, rest = divmod(numerator * kind.scale, denominator)
    if rest:
        raise _too_fine(kind, written)
    if not INT64_MIN < value <= INT64_MAX:
        raise Problem(f"数值{_shown(written)}过大", f"{_shown(written)} is too large a number")
    return value


def _finite(kind: Kind, written: Decimal | float) -> Decimal | int:
    """The exact number that was meant, an int where it is whole; no infinity, and no more than 60 digits."""
    number = Decimal(repr(written)) if isinstance(written, float) else written
    if not number.is_finite():
        raise _unreadable(kind, written)
    if isinstance(written, float):
        number = number.normalize()
        if len(number.as_tuple().digits) > 15:
            raise Problem(
                f"{written!r}不是精确的小数（浮点误差），请写成文本或舍入到所需小数位",
                f"{written!r} is no exact decimal but a float with an error; write it as text or round it",
            )
    if not number:
        return 0
    if not -30 < number.adjusted() < 30 or len(number.as_tuple().digits) > 60:
        raise Problem(f"数值{_shown(written)}的位数过多", f"{_shown(written)} has too many digits")
    return int(number) if number == int(number) else number


def _unreadable(kind: Kind, written: object) -> Problem:
    if kind.form != "number" or kind.name in _WHOLE:
        en, zh = _WHOLE.get(kind.name, ("a number", "数值"))
    elif kind.name == "fen":
        en, zh = "an amount in yuan such as 1234.56", "金额（元），如1234.56"
    else:
        en, zh = "a number such as 0.08", "数值，如0.08"
    return Problem(f"“{_shown(written)}”不是数值，应为{zh}", f"{_shown(written)} is no number; wanted: {en}")


def _too_fine(kind: Kind, written: object) -> Problem:
    shown = _shown(written)
    if kind.name in _WHOLE:
        en, zh = _WHOLE[kind.name]
        return Problem(f"{shown}不是{zh}", f"{shown} is not whole; wanted: {en}")
    places = len(str(kind.scale)) - 1
    if kind.name == "fen":
        return Problem(
            f"{shown}不是整分，金额最多{places}位小数，请先舍入到分",
            f"{shown} is no whole number of fen: an amount has at most {places} decimals; round it to fen",
        )
    return Problem(
        f"{shown}的小数位过多，{kind.name}最多{places}位小数",
        f"{shown} has too many decimals: {kind.name} keeps {places} (as a ratio, not in percent)",
    )


def _day(written: object) -> int:
    if isinstance(written, datetime.datetime):
        if written.time() != datetime.time():
            raise Problem(
                f"{written}带有时刻，应只写日期", f"{written} has a time of day; wanted: a date such as 2010-03-05"
            )
        written = written.date()
    if isinstance(written, datetime.date):
        return _in_calendar(written)
    found = None
    if isinstance(written, (str, int)) and not isinstance(written, bool):
        text = str(written).strip()
        found = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    if found is None:
        raise Problem(
            f"“{_shown(written)}”不是日期，应写作2010-03-05", f"{_shown(written)} is no date; wanted: 2010-03-05"
        )
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return _in_calendar(datetime.date(year, month, day))
    except ValueError as error:
        if isinstance(error, Problem):
            raise
        raise Problem(f"日历中没有{_shown(written)}这一天", f"{_shown(written)} is no day of the calendar") from None


def _in_calendar(date: datetime.date) -> int:
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        raise Problem(
            f"{date}不在{FIRST_YEAR}年至{LAST_YEAR}年之间", f"{date} is outside the years {FIRST_YEAR} to {LAST_YEAR}"
        )
    return date.toordinal() - EPOCH


def _flag(written: object) -> bool:
    if isinstance(written, bool):
        return written
    key = written.strip().lower() if isinstance(written, str) else written
    if isinstance(key, str) and key in _FLAGS:
        return _FLAGS[key]
    if isinstance(key, int) and key in (0, 1):
        return key == 1
    raise Problem(
        f"“{_shown(written)}”不是是否，应为是/否、true/false或1/0",
        f"{_shown(written)} is neither yes nor no; wanted: true or false (also yes/no, 是/否, 1/0)",
    )


@cache
def _names(codes: type[Code]) -> dict[str, int]:
    """Everything by which a member may be written; its name wins over another's label."""
    names: dict[str, int] = {}
    for member in codes:
        names[_plain(member.name)] = int(member)
    for label in ("zh", "en"):
        for member in codes:
            names.setdefault(_plain(getattr(member, label)), int(member))
    names.pop("", None)
    return names


def _plain(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_")


def _code(codes: type[Code], written: object) -> int:
    if isinstance(written, str):
        value = _names(codes).get(_plain(written))
        if value is not None:
            return value
        number = int(written) if re.fullmatch(r"[+-]?\d{1,18}", written.strip(), re.ASCII) else None
    else:
        number = written if isinstance(written, int) and not isinstance(written, bool) else None
    if number is not None and number in _numbers(codes):
        return number
    members = list(codes)
    more = "..." if len(members) > 12 else ""
    en = ", ".join(f"{m.name.lower()} ({m.zh})" for m in members[:12]) + more
    zh = "、".join(f"{m.zh}（{m.name.lower()}）" for m in members[:12]) + more
    raise Problem(
        f"“{_shown(written)}”不是{codes.__name__}的代码，应为{zh}之一",
        f"{_shown(written)} is no code of {codes.__name__}; wanted one of: {en}",
    )


@cache
def _numbers(codes: type[Code]) -> dict[int, Code]:
    return {int(member): member for member in codes}


def _mask(written: object) -> int:
    if isinstance(written, str):
        parts = [part.strip() for part in re.split(r"[,，、]", written.strip())] if written.strip() else []
    elif isinstance(written, (list, tuple)):
        parts = [str(part).strip() for part in written]
    elif isinstance(written, int) and not isinstance(written, bool):
        parts = [str(written)]
    else:
        raise _no_mask(written)
    mask = 0
    for part in parts:
        found = _MONTHS.fullmatch(part)
        if found is None:
            raise _no_mask(written)
        first = int(found[1])
        last = int(found[2] or found[1])
        if not 1 <= first <= last <= 12:
            raise _no_mask(written)
        mask |= (1 << last) - (1 << (first - 1))
    return mask


def _no_mask(written: object) -> Problem:
    if isinstance(written, datetime.date):
        return Problem(
            f"“{_shown(written)}”被电子表格当作日期，请把该列设为文本后写作1-12",
            f"{_shown(written)} was taken for a date by the spreadsheet; format the column as text and write 1-12",
        )
    return Problem(
        f"“{_shown(written)}”不是月份，应写作1-12或1,3,5-7",
        f"{_shown(written)} names no months of a year; wanted: 1-12 or 1,3,5-7",
    )


def _shown(written: object) -> str:
    """What was found, short enough for a message."""
    text = str(written)
    return text if len(text) <= 60 else text[:57] + "..."


def write(kind: Kind, value: int | bool) -> str:
    """The canonical written form, which `parse` reads back: 1234.56, 0.0812, 2010-03-05, male, true, 1-3,7."""
    if kind.form == "day":
        return date_of(value).isoformat()
    if kind.form == "flag":
        return "true" if value else "false"
    if kind.form == "code" and kind.codes is not None:
        member = _numbers(kind.codes).get(value)
        return str(int(value)) if member is None else member.name.lower()
    if kind.form == "mask":
        return _runs(value)
    if kind.scale == 1:
        return str(int(value))
    places = len(str(kind.scale)) - 1
    whole, part = divmod(abs(value), kind.scale)
    decimals = f"{part:0{places}d}"
    if kind.name != "fen":
        decimals = decimals.rstrip("0")
    return f"{'-' if value < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"


def yuan(fen: int) -> str:
    """Fen as files have it: 1234.56."""
    return write(FEN, fen)


def money(fen: int) -> str:
    """Fen as people read it, without the unit: 1,234.56."""
    return _grouped(write(FEN, fen))


def _grouped(text: str) -> str:
    """A written number with its thousands apart."""
    whole, point, decimals = text.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{point}{decimals}"


def _runs(mask: int) -> str:
    months = [m for m in range(1, 13) if mask >> (m - 1) & 1]
    runs: list[list[int]] = []
    for month in months:
        if runs and runs[-1][-1] == month - 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def display(kind: Kind, value: int | bool, lang: str = "zh") -> str:
    """For people, with the unit: 1,234.56 元, 180 个月, 2010-03-05, 男, 是; lang is "zh" or "en"."""
    chinese = lang == "zh"
    if kind.form == "flag":
        return ("是" if value else "否") if chinese else ("yes" if value else "no")
    if kind.form == "code" and kind.codes is not None:
        member = _numbers(kind.codes).get(value)
        label = "" if member is None else member.zh if chinese else member.en
        return label or write(kind, value)
    if kind.form == "mask":
        months = _runs(value)
        if not months:
            return "无" if chinese else "none"
        return months + "月" if chinese else "months " + months
    if kind.form in ("year", "month"):
        return f"{value}{'年' if kind.form == 'year' else '月'}" if chinese else str(int(value))
    text = write(kind, value)
    if kind.form == "day":
        return text
    text = _grouped(text)
    if not kind.en:
        return text  # a plain number counts anything, a ratio has no unit
    unit = kind.zh if chinese else kind.en
    if not chinese and value == 1 and unit.endswith("s"):
        unit = unit[:-1]
    return f"{text} {unit}"
