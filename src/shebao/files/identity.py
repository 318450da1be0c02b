"""The citizen's identity number (GB 11643): its check digit, what it says, and how it is shown to others."""

from __future__ import annotations

import datetime
import re

_WEIGHTS = tuple(2**k % 11 for k in range(17, 0, -1))
_CHECK = "10X98765432"  # the character for each remainder of the weighted sum by 11
_FORM = re.compile(r"[1-9][0-9]{16}[0-9X]", re.ASCII)


def check_digit(first: str) -> str:
    """The eighteenth character for the first seventeen digits.  Raises ValueError when these are not 17 digits."""
    if len(first) != 17 or not (first.isascii() and first.isdigit()):
        raise ValueError("17 digits are needed")
    return _CHECK[sum(w * int(d) for w, d in zip(_WEIGHTS, first, strict=True)) % 11]


def from_old(number: str) -> str:
    """The 18-character number for one of 15 digits (GB 11643-1989), whose year has two digits and is of 19yy.

    Raises ValueError when it is no such number or its day is not in the calendar.
    """
    number = number.strip()
    if not re.fullmatch(r"[1-9][0-9]{14}", number, re.ASCII):
        raise ValueError("15 digits are needed")
    first = f"{number[:6]}19{number[6:]}"
    birth_day(first)
    return first + check_digit(first)


def birth_day(number: str) -> datetime.date:
    """The day of birth that an 18-character number says.  Raises ValueError when it is no day of the calendar."""
    return datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def fault(number: str) -> tuple[str, str] | None:
    """What is wrong with an identity number, in Chinese and English; None when it is valid.  A final x counts as X."""
    number = number.strip().upper()
    if re.fullmatch(r"[0-9]{15}", number, re.ASCII):
        return "为15位旧号码，请填写18位号码", "is an old 15-digit number; give the 18-digit one"
    if not _FORM.fullmatch(number):
        return "应为17位数字加1位校验码", "is not 17 digits and a check digit"
    try:
        born = birth_day(number)
    except ValueError:
        return "第7至14位不是有效日期", "has no date of the calendar in its digits 7 to 14"
    if born.year < 1850:
        return "第7至14位的出生年份过早", "has a year of birth before 1850"
    if number[17] != check_digit(number[:17]):  # the right one is not told: any of the digits may be the wrong one
        return "与校验码不符，请对照证件核对各位数字", "does not fit its check digit; compare every digit with the card"
    return None


def masked(number: str) -> str:
    """An identity number as others may see it: the middle replaced by asterisks, its length kept."""
    shown = (6, 4) if len(number) >= 15 else (len(number) // 4, len(number) // 4)
    return number[: shown[0]] + "*" * (len(number) - sum(shown)) + number[len(number) - shown[1] :]
