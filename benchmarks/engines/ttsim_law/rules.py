"""W1 as a law of ttsim, in its own idiom: scalar functions, suffix _hh for the household."""

from __future__ import annotations

from ttsim.tt import (
    AggType,
    ConsecutiveIntLookupTableParamValue,
    TTSIMUnit,
    agg_by_group_function,
    policy_function,
    policy_input,
)

NUMBER = TTSIMUnit.DIMENSIONLESS
OF_HOUSEHOLD = TTSIMUnit.DIMENSIONLESS.PER_HH


@policy_input(unit=NUMBER)
def p_id() -> int: ...


@policy_input(unit=NUMBER)
def hh_id() -> int: ...


@policy_input(unit=NUMBER)
def retire_age() -> int: ...


@policy_input(unit=NUMBER)
def index_avg() -> int: ...


@policy_input(unit=NUMBER)
def pay_months() -> int: ...


@policy_input(unit=NUMBER)
def deemed_months() -> int: ...


@policy_input(unit=NUMBER)
def account_balance() -> int: ...


@policy_input(unit=NUMBER)
def hospital_level() -> int: ...


@policy_input(unit=NUMBER)
def retired() -> bool: ...


@policy_input(unit=NUMBER)
def med_cost() -> int: ...


@policy_input(unit=NUMBER)
def med_selfpay() -> int: ...


@policy_input(unit=NUMBER)
def ytd_paid() -> int: ...


@policy_input(unit=NUMBER)
def wage_income() -> int: ...


@policy_input(unit=OF_HOUSEHOLD)
def assets_hh() -> int: ...


def half_up(a: int, b: int) -> int:
    return (2 * a + b) // (2 * b)


@policy_function(unit=NUMBER)
def insured(pay_months: int, least_months: int) -> bool:
    return pay_months >= least_months


@policy_function(unit=NUMBER)
def basic_pension(insured: bool, pay_months: int, index_avg: int, average_wage: int) -> int:
    if insured:
        return half_up(average_wage * (10_000 + index_avg) * pay_months, 24_000_000)
    else:
        return 0


@policy_function(unit=NUMBER)
def transitional_pension(insured: bool, deemed_months: int, index_avg: int, average_wage: int) -> int:
    if insured:
        return half_up(average_wage * index_avg * deemed_months, 12_000_000)
    else:
        return 0


@policy_function(unit=NUMBER)
def payout_months(retire_age: int, annuity_months: ConsecutiveIntLookupTableParamValue) -> int:
    return annuity_months.look_up(min(max(retire_age, 40), 70))


@policy_function(unit=NUMBER)
def account_pension(insured: bool, account_balance: int, payout_months: int) -> int:
    if insured:
        return half_up(account_balance, payout_months)
    else:
        return 0


@policy_function(unit=NUMBER)
def formula_pension(basic_pension: int, transitional_pension: int, account_pension: int) -> int:
    return basic_pension + transitional_pension + account_pension


@policy_function(unit=NUMBER)
def pension(insured: bool, formula_pension: int, least_pension: int) -> int:
    if insured:
        return max(formula_pension, least_pension)
    else:
        return 0


@policy_function(unit=NUMBER)
def med_deductible(hospital_level: int, deductible: ConsecutiveIntLookupTableParamValue) -> int:
    return deductible.look_up(hospital_level)


@policy_function(unit=NUMBER)
def med_base(med_cost: int, med_selfpay: int, med_deductible: int) -> int:
    return max(med_cost - med_selfpay - med_deductible, 0)


@policy_function(unit=NUMBER)
def med_ratio_bonus(retired: bool, retired_bonus: int) -> int:
    if retired:
        return retired_bonus
    else:
        return 0


@policy_function(unit=NUMBER)
def med_band1_pay(
    med_base: int,
    hospital_level: int,
    med_ratio_bonus: int,
    band_1: int,
    share_1: ConsecutiveIntLookupTableParamValue,
) -> int:
    return half_up(min(med_base, band_1) * (share_1.look_up(hospital_level) + med_ratio_bonus), 10_000)


@policy_function(unit=NUMBER)
def med_band2_pay(
    med_base: int,
    hospital_level: int,
    med_ratio_bonus: int,
    band_1: int,
    band_2: int,
    share_2: ConsecutiveIntLookupTableParamValue,
) -> int:
    part = max(min(med_base, band_2) - band_1, 0)
    return half_up(part * (share_2.look_up(hospital_level) + med_ratio_bonus), 10_000)


@policy_function(unit=NUMBER)
def med_band3_pay(
    med_base: int,
    hospital_level: int,
    med_ratio_bonus: int,
    band_2: int,
    share_3: ConsecutiveIntLookupTableParamValue,
) -> int:
    part = max(med_base - band_2, 0)
    return half_up(part * (share_3.look_up(hospital_level) + med_ratio_bonus), 10_000)


@policy_function(unit=NUMBER)
def med_uncapped(med_band1_pay: int, med_band2_pay: int, med_band3_pay: int) -> int:
    return med_band1_pay + med_band2_pay + med_band3_pay


@policy_function(unit=NUMBER)
def med_reimbursement(med_uncapped: int, ytd_paid: int, medical_cap: int) -> int:
    return min(med_uncapped, max(medical_cap - ytd_paid, 0))


@policy_function(unit=NUMBER)
def counted_income(wage_income: int, retired: bool, pension: int) -> int:
    if retired:
        return wage_income + pension
    else:
        return wage_income


@agg_by_group_function(agg_type=AggType.SUM, unit=OF_HOUSEHOLD)
def income_hh(counted_income: int, hh_id: int) -> int: ...


@agg_by_group_function(agg_type=AggType.COUNT, unit=OF_HOUSEHOLD)
def size_hh(hh_id: int) -> int: ...


@policy_function(unit=OF_HOUSEHOLD)
def line_hh(size_hh: int, household_line: int) -> int:
    return size_hh * household_line


@policy_function(unit=OF_HOUSEHOLD)
def benefit_hh(income_hh: int, line_hh: int, assets_hh: int, size_hh: int, assets_each: int) -> int:
    if assets_hh > assets_each * size_hh or income_hh >= line_hh:
        return 0
    else:
        return line_hh - income_hh
