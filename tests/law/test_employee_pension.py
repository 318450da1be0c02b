"""The employee pension against its formulas, month by month in exact fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shebao.rules.kinds import day
from shebao.rules.law import Law
from shebao.rules.rows import evaluate
from shebao.rules.status import Why, unpack

LAW = Law.load("shebao.law")
MALE, FEMALE = 1, 2
PAID = 1
BEIJING = 11
Months = dict[tuple[int, int], int]  # (year, month) -> contribution base, fen


def decided(want: str, on: str, **facts: Any) -> int:
    """The value of one variable for one person; fails when it is refused."""
    found = evaluate(LAW.plan([want]), [facts], on=day(on))
    status = found.statuses[want][0]
    assert not status, unpack(status)
    return found.values[want][0]


def refusal(want: str, on: str, **facts: Any) -> tuple[Why, str]:
    """Why, and of what, one variable is refused."""
    plan = LAW.plan([want])
    status = evaluate(plan, [facts], on=day(on)).statuses[want][0]
    why, subject, _ = unpack(status)
    return why, {"parameter": plan.parameters, "reason": plan.reasons, "input": plan.inputs}[why.of][subject]


def history(months: Months) -> dict[str, list[int]]:
    """The rows of a history, one for each year."""
    years = sorted({year for year, _ in months})
    of = {y: {m: base for (year, m), base in months.items() if year == y} for y in years}
    rows = [(y, sum(1 << (m - 1) for m in of[y]), sum(of[y].values())) for y in years]
    return {
        "contributions_year": [r[0] for r in rows],
        "contributions_months": [r[1] for r in rows],
        "contributions_base": [r[2] for r in rows],
        "contributions_kind": [PAID] * len(rows),
        "contributions_region": [BEIJING] * len(rows),
        "contributions_weighted": [sum(base * (13 - m) for m, base in of[y].items()) for y in years],
        "contributions_credited": [1850] * len(rows),
        "contributions_account": [0] * len(rows),
        "contributions_wage": [0] * len(rows),
    }


def half_up(value: Fraction) -> int:
    return int((2 * value.numerator + value.denominator) // (2 * value.denominator))


def yearly(name: str) -> dict[int, Fraction]:
    """The figures of a yearly parameter, as fractions of the written unit."""
    parameter = LAW.parameters[name]
    return {f.start: Fraction(f.value, parameter.kind.scale) for f in parameter.figures}


@st.composite
def working_lives(draw: st.DrawFn) -> tuple[Months, int, int]:
    """Paid months from 2006 on, with gaps, and the year and month of retirement after the last of them."""
    last = draw(st.integers(2008, 2024))
    month = draw(st.integers(1, 12))
    window = [(y, m) for y in range(2006, last + 1) for m in range(1, 13) if (y, m) < (last, month)]
    gaps = draw(st.sets(st.sampled_from(window), max_size=len(window) - 1))
    level = draw(st.integers(50_000, 2_500_000))
    return {k: level + 997 * (n % 61) for n, k in enumerate(window) if k not in gaps}, last, month


@settings(max_examples=60, deadline=None)
@given(life=working_lives(), opening=st.integers(0, 50_000_000))
def test_account_month_by_month(life: tuple[Months, int, int], opening: int) -> None:
    months, last, month = life
    interest = yearly("account_interest")
    balance = opening
    for year in range(2006, last + 1):
        credits = {m: Fraction(base * 8, 100) for (y, m), base in months.items() if y == year}
        credited = half_up(sum(credits.values(), Fraction(0)))
        if year < last:
            weighted = sum((c * (12 - m + 1) for m, c in credits.items()), Fraction(0))
            balance += credited + half_up(balance * interest[year] + weighted * interest[year] / 12)
        else:
            balance += credited + half_up(balance * interest[year] * (month - 1) / 12)
    found = decided(
        "account_balance",
        "2025-12-31",
        birth_day=day("1960-01-01"),
        retirement_approved_day=day(f"{last}-{month:02d}-15"),
        account_opening_day=day("2005-12-31"),
        account_opening_balance=opening,
        **history(months),
    )
    assert found == balance


@settings(max_examples=60, deadline=None)
@given(life=working_lives(), unemployed=st.integers(0, 12))
def test_index_by_months(life: tuple[Months, int, int], unemployed: int) -> None:
    months, last, month = life
    wage = yearly("average_wage_annual")
    due = (last - 2006) * 12 + month - 1 - unemployed
    total = sum((Fraction(base, 100) / (wage[y - 1] / 12) for (y, _), base in months.items()), Fraction(0))
    found = decided(
        "wage_index",
        "2025-12-31",
        birth_day=day("1960-01-01"),
        retirement_approved_day=day(f"{last}-{month:02d}-15"),
        insurance_start_day=day("2006-01-20"),
        unemployment_benefit_months=unemployed,
        **history(months),
    )
    assert found == half_up(total / due * 10_000)


@settings(max_examples=80, deadline=None)
@given(
    low=st.integers(1, 900_000),
    more=st.integers(0, 40_000),
    months=st.integers(0, 540),
    birth=st.integers(day("1910-01-01"), day("1963-12-31")),
)
def test_the_adjustment_keeps_the_order_of_pensions(low: int, more: int, months: int, birth: int) -> None:
    def adjusted(amount: int) -> int:
        return decided(
            "pension",
            "2014-05-31",
            birth_day=birth,
            pension_opening_day=day("2013-12-31"),
            pension_opening_amount=amount,
            pension_opening_months=months,
        )

    assert low < adjusted(low) <= adjusted(low + more)


@pytest.mark.parametrize(
    ("post_class", "men", "women"), [(1, 60, 55), (2, 60, 50), (3, 55, 45), (4, 50, 45), (5, 60, 55)]
)
def test_ages(post_class: int, men: int, women: int) -> None:
    for sex, age in ((MALE, men), (FEMALE, women)):
        found = decided("pension_age_day", "2020-01-31", birth_day=day("1956-02-29"), sex=sex, post_class=post_class)
        leap = (1956 + age) % 4 == 0
        assert found == day(f"{1956 + age}-02-{29 if leap else 28}")


@pytest.mark.parametrize("birth", ["1965-01-01", "1990-06-30"])
def test_no_age_is_made_up_for_the_delayed_years(birth: str) -> None:
    facts = {"birth_day": day(birth), "sex": MALE, "post_class": 1}
    assert refusal("pension_age_day", "2024-12-31", **facts) == (Why.NO_FIGURE, "retirement_age_men")


@pytest.mark.parametrize(
    ("on", "paid"), [("2010-03-31", False), ("2010-04-01", True), ("2010-09-30", True), ("2010-10-01", False)]
)
def test_first_and_last_month_of_payment(on: str, paid: bool) -> None:
    months = {(y, m): 300_000 for y in range(2006, 2010) for m in range(1, 13)}
    facts = history(months)
    facts["contributions_year"] = [1980 + k for k in range(12)] + facts["contributions_year"]
    facts["contributions_months"] = [4095] * 12 + facts["contributions_months"]
    facts["contributions_kind"] = [2] * 12 + facts["contributions_kind"]
    for name in ("base", "weighted", "account", "wage"):
        facts[f"contributions_{name}"] = [0] * 12 + facts[f"contributions_{name}"]
    facts["contributions_region"] = [BEIJING] * 16
    facts["contributions_credited"] = [1850] * 16
    found = decided(
        "pension",
        on,
        birth_day=day("1950-03-05"),
        death_day=day("2010-09-11"),
        sex=MALE,
        post_class=2,
        insurance_start_day=day("1980-01-01"),
        account_opening_day=day("2010-02-28"),
        account_opening_balance=1_000_000,
        **facts,
    )
    assert (found > 0) == paid
