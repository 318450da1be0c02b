"""规划目标: what the plan of 2011–2015 asks for, where the city stood in 2010, and today's figure where it is counted.

The table targets.csv holds every target of 京政发〔2011〕51号 with its words.  A baseline stands where the plan names
one of the same thing or, for the five insurances together, that of one of them, which is said beside it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shebao.supervision.figures import Taken

_FILE = Path(__file__).with_name("targets.csv")


@dataclass(frozen=True)
class Target:
    """A target of the plan.  target, baseline: as the plan writes them, in `unit`; figure: what counts it today."""

    clause: str
    zh: str
    en: str
    target: str
    unit: str
    baseline_zh: str
    baseline: str
    figure: str
    quote: str
    doc: str


@dataclass(frozen=True)
class Today:
    """A figure of today, written, and what it was counted from; value None where it cannot be counted yet."""

    value: str | None
    zh: str
    en: str
    drill: str = ""  # the figures page that shows it by district


def _rate(part: str, whole: str, zh: str, en: str) -> Callable[[Taken], Today]:
    def rate(taken: Taken) -> Today:
        of, all_ = taken.total(part) or 0, taken.total(whole) or 0
        if not all_:
            return Today(None, zh, en, part)
        tenths = (of * 1000 + all_ // 2) // all_  # half up
        return Today(f"{tenths // 10}.{tenths % 10} %", zh, en, part)

    return rate


def _books(side: int) -> Callable[[Taken], Today]:
    def books(taken: Taken) -> Today:
        months = taken.months()
        if not months:
            return Today(None, "账簿尚无记录", "the books are empty")
        fen = sum((income, spent)[side] for _, income, spent in months)
        span = f"{months[0][0]}—{months[-1][0]}"
        return Today(f"{fen // 100:,}", f"账簿{span}合计", f"the books, {span}", "flows")

    return books


def _count(name: str, zh: str, en: str) -> Callable[[Taken], Today]:
    def count(taken: Taken) -> Today:
        found = taken.total(name)
        return Today(f"{found or 0:,}", zh, en, name)

    return count


TODAY: Mapping[str, Callable[[Taken], Today]] = {
    "five_rate": _rate("five", "employees", "五险齐全的人数／在单位就业人数", "insured in all five / employed"),
    "collection_rate": _rate("collected", "billed", "到期账单已缴／应缴", "collected / due of bills past their day"),
    "income": _books(0),
    "expenditure": _books(1),
    "rent_subsidies": _count("rent_subsidies", "正在领取租金补贴的家庭", "families that receive one now"),
}


@cache
def targets() -> tuple[Target, ...]:
    """Every target, in the plan's order."""
    with _FILE.open(encoding="utf-8", newline="") as text:
        return tuple(Target(**row) for row in csv.DictReader(text))


def today(target: Target, taken: Taken | None) -> Today:
    """Where the city stands; says so where no room records it yet."""
    if not target.figure:
        return Today(None, "系统尚未记录此项", "no room records this yet")
    if taken is None:
        return Today(None, "尚未统计", "not counted yet")
    return TODAY[target.figure](taken)
