"""Contributions against their formulas in exact fractions; what is paid is what is booked, to the fen."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from shebao.law.insurance.contributions.facts import ContributorStatus
from shebao.rules.columns import frame
from shebao.rules.declare import PERSON
from shebao.rules.kernel import Kernel, encoded
from shebao.rules.kinds import date_of, day
from shebao.rules.language import add_months, day_of_index, month_index
from shebao.rules.law import Law
from shebao.rules.rows import evaluate
from shebao.rules.status import Why, unpack

LAW = Law.load("shebao.law")
Row = dict[str, Any]
EMPLOYEE, RURAL_WORKER, FLEXIBLE, RETIREE, RESIDENT = ContributorStatus
PAID, BEIJING = 1, 11
# what a month's collection asks of each person
MONTH_TEXT = """
base_year pension_base pension_contribution_employer pension_contribution_employee pension_account_credit pension_pool
unemployment_base unemployment_employer unemployment_employee
medical_in_full medical_base medical_contribution_employer medical_large_employer medical_contribution_employee
medical_large_employee medical_contribution_subsidy medical_account_credit medical_account_retiree medical_pool
medical_large injury_base injury_rate injury_employer maternity_base maternity_employer
"""
MONTH = MONTH_TEXT.split()


def half_up(value: Fraction) -> int:
    return int((2 * value.numerator + value.denominator) // (2 * value.denominator))


def all_of(want: list[str], rows: list[Row]) -> list[dict[str, int]]:
    """The values of every row; none may be refused."""
    found = evaluate(LAW.plan(want), rows, on=day("2016-06-30"))
    assert not [(name, k) for name in want for k, status in enumerate(found.statuses[name]) if status]
    return [{name: int(found.values[name][k]) for name in want} for k in range(len(rows))]


MONTHS = st.integers(month_index(day("2009-04-01")), month_index(day("2016-06-01"))).map(day_of_index)


@st.composite
def person_months(draw: st.DrawFn) -> Row:
    """A month from 2009-04 to 2016-06: every figure of these years is in the law book."""
    month = draw(MONTHS)
    return {
        "contribution_day": month,
        "birth_day": add_months(month, -12 * draw(st.integers(16, 90))) - draw(st.integers(-1, 360)),
        "contributor_status": draw(st.sampled_from(ContributorStatus)),
        "declared_wage": draw(st.one_of(st.integers(0, 3_000_000), st.integers(0, 10**9))),
        "subsidised": draw(st.booleans()),
        "injury_class": draw(st.integers(1, 3)),
    }


@settings(max_examples=60)
@given(rows=st.lists(person_months(), min_size=1, max_size=30))
def test_what_is_paid_is_what_is_booked(rows: list[Row]) -> None:
    for row, got in zip(rows, all_of(MONTH, rows), strict=True):
        paid = got["pension_contribution_employer"] + got["pension_contribution_employee"]
        assert paid == got["pension_account_credit"] + got["pension_pool"]
        large = got["medical_large_employer"] + got["medical_large_employee"]
        paid = got["medical_contribution_employer"] + got["medical_contribution_employee"]
        booked = got["medical_account_credit"] + got["medical_pool"] + got["medical_large"]
        assert paid + got["medical_contribution_subsidy"] + large == booked
        status = row["contributor_status"]
        assert (got["pension_pool"] > 0) == (status in (EMPLOYEE, RURAL_WORKER, FLEXIBLE))
        assert (got["medical_large"] > 0) == (status != RESIDENT)
        assert (got["injury_employer"] > 0) == (status in (EMPLOYEE, RURAL_WORKER))


def figure(name: str, on: int) -> Fraction:
    """A dated figure on a day, as a fraction of its written unit."""
    parameter = LAW.parameters[name]
    (found,) = [f.value for f in parameter.figures if f.start <= on <= f.end]
    return Fraction(found, parameter.kind.scale)


@settings(max_examples=60)
@given(rows=st.lists(person_months(), min_size=1, max_size=30))
def test_an_employee_by_the_formula(rows: list[Row]) -> None:
    """Base times rate, every part rounded by itself, figures read here by their dates."""
    rows = [row | {"contributor_status": EMPLOYEE} for row in rows]
    for row, got in zip(rows, all_of(MONTH, rows), strict=True):
        on = row["contribution_day"]
        wage = half_up(Fraction(row["declared_wage"], 100))
        low = min(max(wage, figure("pension_base_floor", on)), figure("contribution_base_cap", on))
        high = min(max(wage, figure("medical_base_floor", on)), figure("contribution_base_cap", on))
        birth, then = date_of(row["birth_day"]), date_of(on)
        age = then.year - birth.year - ((then.month, then.day) < (birth.month, birth.day))
        part = Fraction(8, 1000) if age < 35 else Fraction(1, 100) if age < 45 else Fraction(2, 100)

        def fen(base: Fraction, rate: Fraction | str) -> int:
            return half_up(100 * base * Fraction(rate))

        unemployment = Fraction("0.01") if on < day("2016-05-01") else Fraction("0.008")
        pension = Fraction("0.2") if on < day("2016-05-01") else Fraction("0.19")
        classes = ("0.005", "0.01", "0.02") if on < day("2015-10-01") else ("0.002", "0.004", "0.007")
        assert got["pension_base"] == got["unemployment_base"] == 100 * low
        assert got["medical_base"] == got["injury_base"] == got["maternity_base"] == 100 * high
        assert got["pension_contribution_employer"] == fen(low, pension)
        assert got["pension_contribution_employee"] == got["pension_account_credit"] == fen(low, "0.08")
        assert got["unemployment_employer"] == fen(low, unemployment)
        assert got["unemployment_employee"] == fen(low, "0.002")
        assert got["medical_contribution_employer"] == fen(high, "0.09")
        assert got["medical_large_employer"] == fen(high, "0.01")
        assert got["medical_contribution_employee"] == fen(high, "0.02")
        assert got["medical_large_employee"] == 300
        assert got["medical_account_credit"] == fen(high, "0.02") + fen(high, part)
        assert got["injury_employer"] == fen(high, classes[row["injury_class"] - 1])
        assert got["maternity_employer"] == fen(high, "0.008")


@settings(max_examples=40)
@given(
    wages=st.lists(st.integers(0, 3_000_000), min_size=12, max_size=12),
    opening=st.integers(0, 50_000_000),
    year=st.integers(2010, 2024),
)
def test_credits_and_interest_are_those_of_the_account(wages: list[int], opening: int, year: int) -> None:
    """Opening balance, twelve credits and the year's interest make the balance that the pension's rule computes."""
    months = [day(f"{year}-{m:02}-01") for m in range(1, 13)]
    facts = {"contributor_status": EMPLOYEE, "birth_day": day("1980-01-01")}
    rows = [facts | {"contribution_day": m, "declared_wage": w} for m, w in zip(months, wages, strict=True)]
    found = all_of(["pension_base", "pension_account_credit"], rows)
    credits = [row["pension_account_credit"] for row in found]
    bases = [row["pension_base"] for row in found]
    product = sum(credit * (13 - m) for m, credit in enumerate(credits, 1))
    (got,) = all_of(
        ["account_year_interest"],
        [{"interest_year": year, "interest_opening_balance": opening, "interest_product": product}],
    )
    rate = {f.start: f.value for f in LAW.parameters["account_interest"].figures}[year]
    assert got["account_year_interest"] == half_up((opening + Fraction(product, 12)) * Fraction(rate, 10_000))
    account: Row = {
        "birth_day": day("1980-01-01"),
        "sex": 1,
        "account_opening_day": months[0] - 1,
        "account_opening_balance": opening,
        "contributions_year": [year],
        "contributions_months": [4095],
        "contributions_base": [sum(bases)],
        "contributions_kind": [PAID],
        "contributions_region": [BEIJING],
        "contributions_weighted": [sum(base * (13 - m) for m, base in enumerate(bases, 1))],
        "contributions_credited": [year],
        "contributions_account": [0],
        "contributions_wage": [0],
        "post_class": 1,
        "insurance_start_day": months[0],
        "death_day": day(f"{year + 1}-01-15"),
        "retirement_approved_day": day(f"{year + 1}-01-01"),
    }
    plan = LAW.plan(["account_balance"])
    balance = evaluate(plan, [account], on=day(f"{year + 1}-01-31"))
    assert balance.statuses["account_balance"] == [0]
    assert balance.values["account_balance"] == [opening + sum(credits) + got["account_year_interest"]]


@given(
    owed=st.integers(0, 10**11),
    due=st.integers(day("2009-01-01"), day("2014-01-01")),
    days=st.integers(-3, 1500),
    received=st.integers(0, 2 * 10**11),
    carried=st.integers(0, 10**9),
)
def test_late_fee_day_by_day(owed: int, due: int, days: int, received: int, carried: int) -> None:
    received = min(received, 10**11)
    facts = {"overdue_amount": owed, "due_day": due, "paid_day": due + days, "receipt_amount": received}
    names = ["late_fee", "late_fee_due", "receipt_for_contribution", "receipt_for_late_fee", "receipt_rest"]
    (got,) = all_of(names, [facts | {"late_fee_carried": carried}])
    rates = (Fraction("0.002") if d < day("2011-07-01") else Fraction("0.0005") for d in range(due + 1, due + days))
    assert got["late_fee"] == half_up(owed * sum(rates, Fraction(0)))
    # the receipt pays contributions first, then the late fee, and nothing of it is lost
    contribution, fee, rest = (got[name] for name in names[2:])
    assert contribution + fee + rest == received
    assert contribution == owed or fee == rest == 0
    assert fee == got["late_fee_due"] or rest == 0
    assert got["late_fee_due"] == got["late_fee"] + carried
    assert 0 <= contribution <= owed and 0 <= fee <= got["late_fee_due"] and rest >= 0


@given(
    owed=st.integers(1, 10**10),
    due=st.integers(day("2010-01-01"), day("2014-01-01")),
    first=st.integers(1, 700),
    second=st.integers(1, 700),
    share=st.integers(0, 100),
)
def test_late_fee_in_two_parts(owed: int, due: int, first: int, second: int, share: int) -> None:
    """A part payment splits the late fee: before it on all, from it on what is left.  Only rounding differs."""
    left = owed * share // 100
    parts = [
        {"overdue_amount": owed, "due_day": due, "paid_day": due + first},
        {"overdue_amount": left, "due_day": due, "paid_day": due + first + second, "last_receipt_day": due + first},
        {"overdue_amount": owed - left, "due_day": due, "paid_day": due + first},
        {"overdue_amount": left, "due_day": due, "paid_day": due + first + second},
    ]
    a, b, c, d = (got["late_fee"] for got in all_of(["late_fee"], parts))
    assert abs(a + b - c - d) <= 2


def test_a_batch_of_person_months_compiled() -> None:
    """Rows of many months in one batch, as a month's collection asks for them; each as CPython has it."""
    rows = [
        {
            "contribution_day": day_of_index(month_index(day("2005-01-01")) + k % 150),
            "birth_day": day("1940-03-01") + 61 * k,
            "contributor_status": k % 5 + 1,
            "declared_wage": None if k % 41 == 0 else 997 * k * k % 2_500_000,
            "subsidised": k % 7 == 0,
            "injury_class": k % 3 + 1,
            "injury_rate_approved": 0 if k % 2 else 30,
        }
        for k in range(400)
    ]
    plan = LAW.plan(MONTH)
    columns = {name: pa.array([row[name] for row in rows]) for name in plan.inputs if name in rows[0]}
    for name in ("contribution_day", "birth_day"):
        columns[name] = columns[name].cast(pa.int32()).view(pa.date32())
    kernel = Kernel(plan)
    got = kernel.run({PERSON: frame(plan, PERSON, pa.table(columns))}, {}, encoded(plan, strict=False), 0)
    want = evaluate(plan, rows, on=0)
    whys = set()
    for name in MONTH:
        assert [int(v) for v in want.values[name]] == got.values[name].tolist()
        assert want.statuses[name] == got.statuses[name].tolist()
        whys |= {unpack(status)[0] for status in want.statuses[name] if status}
    assert whys == {Why.MISSING, Why.NO_FIGURE, Why.NO_RULE, Why.REASON}
