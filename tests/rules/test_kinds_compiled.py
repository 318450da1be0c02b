"""Flags, codes, days and months in every place where a value can stand: compiled code against CPython."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from laws import agreement, kernel_of

from shebao.rules.kinds import day

LAW = """
HOUSE = Group("house", "户", "house")
TOWN = Group("town", "镇", "town", max_members=3)


class Grade(Code):
    LOW = 1, "低", "low"
    TOP = 4, "高", "top"


INPUTS = [
    Input("f", Flag, "f", "f"),
    Input("g", Grade, "g", "g", missing=Grade.LOW),
    Input("d", Day, "d", "d", missing=Missing.ROW),
    Input("y", Year, "y", "y", 1990, 2020),
    Input("m", Month, "m", "m"),
    Input("s_f", Series[Flag], "f", "f", history="s", max_length=5),
    Input("s_g", Series[Grade], "g", "g", history="s", missing=Grade.TOP, max_length=5),
    Input("s_d", Series[Day], "d", "d", history="s", max_length=5),
    Input("s_t", Series[Flag], "t", "t", history="s", missing=True, max_length=6),
    Input("hf", Flag, "f", "f", of="house", missing=True),
    Input("hg", Grade, "g", "g", of="house"),
    Input("t_m", Series[Months], "t", "t", of="town", history="t", max_length=4, missing=0),
    Input("td", Day, "t", "t", of="town"),
]


@helper
def any_of(flags: Series[Flag], want: Flag) -> Flag:
    for k in range(len(flags)):
        if flags[k] and want:
            return True
        if not flags[k] and not want:
            return True
    return False


@helper
def both(a: Flag, b: Flag) -> Flag:
    return a and b


@law
def some(s_f: Series[Flag], f: Flag) -> Flag:
    return any_of(s_f, f)


@law
def tops(s_g: Series[Grade], s_t: Series[Flag], g: Grade) -> Count:
    n = 0
    for k in range(len(s_g)):
        if s_g[k] == g and both(s_t[k], s_g[k] != Grade.LOW):
            n += 1
    return n


@law
def last_day(s_d: Series[Day], d: Day, s_f: Series[Flag]) -> Day:
    last = d
    for k in range(len(s_d)):
        if s_f[k]:
            last = max(last, s_d[k])
    return last


@law
def which(g: Grade, f: Flag, agreed: Flag) -> Grade:
    if f and agreed:
        return Grade.TOP
    return g


@law
def when(start: Day, d: Day, f: Flag, by_grade: Table[Grade], g: Grade) -> Day:
    if by_grade[g] == Grade.TOP:
        return start
    return d if f else start


@rule(zh="z", en="e", cites="c", of=HOUSE)
def everyone(f: Members[Flag], d: Members[Day], g: Members[Grade], hf: Flag, benefit_day: Day) -> Flag:
    yes = hf
    for k in range(len(f)):
        yes = yes and (f[k] or d[k] < benefit_day or g[k] == Grade.TOP)
    return yes


@rule(zh="z", en="e", cites="c", of=HOUSE)
def best(which: Members[Grade], hg: Grade, last_day: Members[Day]) -> Grade:
    for k in range(len(which)):
        if which[k] == Grade.TOP and year_of(last_day[k]) > 1990:
            return Grade.TOP
    return hg


@rule(zh="z", en="e", cites="c", of=TOWN, dated_by="td")
def months(t_m: Series[Months], with_best: Members[Flag], most: Months) -> Months:
    total = as_months(0)
    for k in range(len(t_m)):
        total += t_m[k]
    for k in range(len(with_best)):
        if with_best[k]:
            total += 1
    return min(total, most)


@law
def with_best(best: Grade, everyone: Flag) -> Flag:
    return best == Grade.TOP or not everyone


@rule(zh="z", en="e", cites="c", dated_by="td")
def end(months: Months, most: Months, m: Month, y: Year) -> Day:
    return add_months(make_day(y, m, 31), months + most)
"""
FIGURES = """
agreed: {zh: 是否, en: flag, kind: flag, doc: d, confidence: known, dated: [
  {from: 1990-01-01, to: 1999-12-31, value: yes}, {from: 2000-01-01, value: no},
  {from: 2005-01-01, value: yes, confidence: approx}]}
start: {zh: 日, en: day, kind: day, doc: d, confidence: known, dated: [
  {from: 1990-01-01, value: 1995-05-05}, {from: 2003-01-01, value: 2004-02-29}]}
by_grade: {zh: 级, en: code, kind: Grade, by: Grade, doc: d, confidence: known, dated: [
  {from: 1990-01-01, values: {low: low, top: top}}, {from: 2003-01-01, values: {low: top}}]}
most: {zh: 月, en: months, kind: months, unit: months, range: [0, 90], doc: d, confidence: known, dated: [
  {from: 1990-01-01, to: 1999-12-31, value: 5}, {from: 2000-01-01, value: 9, confidence: approx}]}
"""
KERNEL = kernel_of(LAW, FIGURES)


class Facts:
    """Random persons, houses and towns; at times a fact is missing, unlike the others, or beyond its range."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)

    def day(self) -> int:
        return self.r.choice([day("1999-12-31"), day("2000-01-01"), self.r.randint(5000, 20000)])

    def seldom(self, value: Any, other: Any) -> Any:
        return other if self.r.random() < 0.04 else value

    def person(self) -> dict[str, Any]:
        r = self.r
        rows = r.choice([0, 1, 3, 5])
        return {
            "f": r.choice([True, False, None]),
            "g": self.seldom(r.choice([1, 4, None]), 2),
            "d": self.seldom(self.day(), None),
            "y": r.choice([1990, 2020, None]),
            "m": r.choice([1, 2, 12]),
            "s_f": self.seldom([r.random() < 0.5 for _ in range(rows)], None),
            "s_g": self.seldom([r.choice([1, 4, 4, None]) for _ in range(rows)], None),
            "s_d": self.seldom([self.day() for _ in range(rows)], [None] * rows),
            "s_t": r.choice([None, [r.choice([True, False, None]) for _ in range(rows)]]),
        }

    def house(self) -> dict[str, Any]:
        return {"hf": self.r.choice([None, True, False]), "hg": self.r.choice([None, 1, 4, 4])}

    def town(self) -> dict[str, Any]:
        rows = self.r.choice(
            [None, [], [1, 2], [3, 2400, None], self.seldom([1] * 4, [1] * 5), self.seldom([1], [2401])]
        )
        return {"t_m": rows, "td": self.seldom(self.day(), None)}


@pytest.mark.parametrize("seed", range(12))
def test_every_kind_in_every_place(seed: int) -> None:
    facts = Facts(seed)
    people = [facts.person() for _ in range(60)]
    groups = {"house": [facts.house() for _ in range(20)], "town": [facts.town() for _ in range(20)]}
    of = {g: [facts.r.choice([None, *range(len(rows))]) for _ in people] for g, rows in groups.items()}
    found: Counter[str] = Counter()
    for on in ("1995-01-01", "2004-01-01", "2006-01-01"):
        for mode in ("marked", "strict"):
            found += agreement(KERNEL, people, groups, of, on=day(on), mode=mode)
    assert found["decided"] > found.total() // 3
    assert all(found[name] for name in ("MISSING", "INVALID", "NO_GROUP", "NO_FIGURE", "APPROX"))
