"""An estimate is the law's own pension: more for more years and a higher wage, nothing below the age of retirement."""

from __future__ import annotations

from datetime import date

import pytest

from shebao.assessment.estimates import Assumed, by_age, estimate
from shebao.law.city.facts import Sex
from shebao.law.insurance.employee_pension.facts import PostClass

TODAY = date(2014, 1, 31)


def pension(years: int, wage: int = 500_000, age: int = 60, sex: Sex = Sex.MALE) -> int:
    return estimate(Assumed(sex, PostClass.STAFF, age, wage, years), TODAY).pension or 0


def test_more_years_and_a_higher_wage_never_give_less() -> None:
    by_years = [pension(years) for years in range(15, 46)]
    assert by_years == sorted(by_years) and by_years[0] > 0
    by_wage = [pension(30, wage) for wage in range(100_000, 3_000_000, 250_000)]
    assert by_wage == sorted(by_wage) and by_wage[0] < by_wage[-1]


def test_nothing_below_the_age_or_with_less_than_fifteen_years() -> None:
    assert pension(14) == 0
    assert [
        one.pension is None for one in by_age(Assumed(Sex.MALE, PostClass.STAFF, 60, 500_000, 25), TODAY, range(57, 63))
    ] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize("sex,age", [(Sex.MALE, 60), (Sex.FEMALE, 55)])
def test_it_says_how_it_came_about(sex: Sex, age: int) -> None:
    found = estimate(Assumed(sex, PostClass.STAFF, age, 600_000, 30), TODAY)
    steps = found.why.steps
    parts = [steps[name].value for name in ("basic_pension", "account_pension", "transitional_pension")]
    assert found.pension and steps["pension_award"].value == sum(int(part or 0) for part in parts)
