"""Months as the room keeps them: the first day of each."""

from __future__ import annotations

from datetime import date


def first_day(month: date) -> date:
    """The first day of the month of a day."""
    return month.replace(day=1)


def plus(month: date, months: int) -> date:
    """The first day of the month so many months later."""
    index = month.year * 12 + month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def of_number(month: int) -> date:
    """201407 as its first day."""
    return date(month // 100, month % 100, 1)


def written(month: date) -> str:
    """2014-07."""
    return f"{month:%Y-%m}"


def between(first: date, after: date) -> list[date]:
    """The months from one to the one before another."""
    found: list[date] = []
    while first < after:
        found.append(first)
        first = plus(first, 1)
    return found
