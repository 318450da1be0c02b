"""The figures of the law that a plausible life needs: wages, ages of retirement, credits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from shebao.law.city.facts import Sex
from shebao.law.insurance.employee_pension.facts import PostClass
from shebao.rules.kinds import day
from shebao.rules.law import Law
from shebao.samplecity.draws import Ints

FIRST, LAST = 1940, 2060  # years of a working life
_AGES_READ = day("2024-12-31")  # the ages before they rise step by step


@dataclass(frozen=True)
class Figures:
    """wage: the city's monthly wage of the year before, in fen, by year - FIRST; beyond the series its nearest figure.
    retirement_age: months by sex and post.  credit: share of the base credited to the account, ratio4, by year - FIRST,
    of 1998 the second half's.  resident_low, resident_high: the bounds of a resident's yearly payment, in fen.
    """

    wage: Ints
    retirement_age: Ints
    credit: Ints
    resident_low: Ints
    resident_high: Ints

    @classmethod
    def of(cls, law: Law) -> Figures:
        years = range(FIRST, LAST + 1)
        known = law.parameters

        def nearest(name: str, at: Callable[[int], int] = lambda year: year) -> Ints:
            parameter = known[name]
            found = [(year, parameter.figure(at(year))) for year in years]
            first, last = (next(f for f in order if f[1] is not None) for order in (found, found[::-1]))
            values = [f or (first[1] if year < first[0] else last[1]) for year, f in found]
            return np.asarray([f.value if f else 0 for f in values], np.int64)

        age = np.zeros((max(Sex) + 1, max(PostClass) + 1), np.int64)
        for sex, name in ((Sex.MALE, "retirement_age_men"), (Sex.FEMALE, "retirement_age_women")):
            for post in PostClass:
                figure = known[name].figure(_AGES_READ, post)
                age[sex, post] = figure.value if figure else 0
        return cls(
            nearest("average_wage_annual", lambda year: year - 1) // 12,
            age,
            nearest("account_credit_rate", lambda year: day(f"{year}-12-31")),
            nearest("resident_minimum_published"),
            nearest("resident_maximum_published"),
        )
