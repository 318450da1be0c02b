"""养老金测算: what the pension would be, in today's money and under today's law, for an age, a wage and years paid.

The law's own `pension` is decided over an invented history: contributions up to today, each year's base standing to the
city's average wage of that year as the wage given stands to the latest one.  Nothing of the law is copied here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from shebao.law import the_law
from shebao.law.city.facts import Sex
from shebao.law.insurance.employee_pension.facts import ContributionKind, PostClass
from shebao.rules.decide import Decision, decide
from shebao.rules.kinds import day as day_number

BENEFIT = "pension"
BEGAN = date(1992, 10, 1)  # contributions of one's own; service before them is deemed (北京市人民政府令第183号)
OPENED = date(2005, 12, 31)  # the law book knows no interest of accounts before; what was paid is taken without it
OWN = 8  # percent of the base that an account gets, and more before 2006: the estimate is on the low side
_WAGES = "average_wage_annual"


@dataclass(frozen=True)
class Assumed:
    """What is assumed of a person.  age, years: whole; wage: fen a month, of today."""

    sex: Sex
    post: PostClass
    age: int
    wage: int
    years: int


@dataclass(frozen=True)
class Estimate:
    """A pension: fen a month, None where the law gives none; why: the decision with its trace."""

    assumed: Assumed
    pension: int | None
    why: Decision


def estimate(assumed: Assumed, today: date) -> Estimate:
    """Decides the pension of who retires today at this age, having paid for so many years up to now."""
    on = today.replace(day=1)
    average = {figure.start: figure.value for figure in the_law().parameters[_WAGES].figures if figure.start < on.year}
    latest = average[max(average)]
    rows: dict[str, list[int]] = {name: [] for name in ("year", "months", "base", "kind", "weighted", "credited")}
    first = date(on.year - assumed.years, on.month, 1)
    opening = 0
    for year, low, high in _pieces(first.year, on.year):
        months = [m for m in range(low, high + 1) if first <= date(year, m, 1) < on]
        if not months:
            continue
        monthly = int(
            Fraction(assumed.wage * average.get(year, latest if year > max(average) else average[min(average)]), latest)
        )
        deemed = date(year, high, 1) < BEGAN
        rows["year"].append(year)
        rows["months"].append(sum(1 << (m - 1) for m in months))
        rows["base"].append(0 if deemed else monthly * len(months))
        rows["kind"].append(int(ContributionKind.DEEMED if deemed else ContributionKind.PAID))
        rows["weighted"].append(0 if deemed else sum(monthly * (13 - m) for m in months))
        rows["credited"].append(year)
        if not deemed and year <= OPENED.year:
            opening += monthly * len(months) * OWN // 100
    born = day_number(date(on.year - assumed.age, on.month, 1).isoformat())
    facts = {
        "birth_day": born,
        "sex": int(assumed.sex),
        "post_class": int(assumed.post),
        "insurance_start_day": day_number(first.isoformat()),
        "retirement_approved_day": day_number(on.isoformat()),
        **{f"contributions_{name}": values for name, values in rows.items()},
    }
    if first <= OPENED:
        facts |= {"account_opening_day": day_number(OPENED.isoformat()), "account_opening_balance": opening}
    after = date(on.year + on.month // 12, on.month % 12 + 1, 1)
    decision = decide(the_law(), facts, on=day_number(after.isoformat()), want=[BENEFIT])
    value = decision.value(BENEFIT)
    return Estimate(assumed, int(value) if value else None, decision)


def _pieces(first: int, last: int) -> Iterator[tuple[int, int, int]]:
    """(year, first month, last month): the years in which the law breaks inside are two."""
    for year in range(first, last + 1):
        breaks = {1992: 9, 1998: 6}.get(year)
        if breaks:
            yield year, 1, breaks
            yield year, breaks + 1, 12
        else:
            yield year, 1, 12


def by_age(assumed: Assumed, today: date, ages: range) -> list[Estimate]:
    """The same for each of these ages; who works on pays on, who retires earlier has paid for fewer years."""
    found = []
    for age in ages:
        years = max(0, assumed.years + age - assumed.age)
        found.append(estimate(Assumed(assumed.sex, assumed.post, age, assumed.wage, years), today))
    return found
