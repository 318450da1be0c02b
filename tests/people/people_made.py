"""Invented numbers and places."""

from __future__ import annotations

from datetime import date

from shebao.files.identity import check_digit

PLACES = [
    ("110105", 2, "朝阳区", False),
    ("110105001", 3, "甲街道", True),
    ("110105001003", 4, "甲社区", True),
    ("110106", 2, "丰台区", False),
    ("110106002", 3, "乙街道", True),
]
DAY = date(2011, 7, 1)


def citizen_number(k: int, born: date, female: bool = False) -> str:
    """The k-th number of an area code that no place has."""
    area, order = divmod(k, 500)
    first = f"110{300 + area}{born:%Y%m%d}{order * 2 + (0 if female else 1):03d}"
    return first + check_digit(first)
