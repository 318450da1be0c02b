"""What of a person's benefits counts as income for assistance."""

from __future__ import annotations

from shebao.rules.declare import Input, rule
from shebao.rules.kinds import Day, Fen, Flag, Months
from shebao.rules.language import months_between

LEAST_AGE: Months = 540  # 45 years: women in special trades, or unable to work

INPUTS = [
    Input(
        "pension_elsewhere",
        Fen,
        "其他养老待遇月额",
        "Pension from elsewhere, per month",
        high=10**8,
        missing=0,
        note="a monthly pension that these rules do not compute: of a government employer, of another place",
    ),
]


@rule(
    zh="领取职工基本养老金",
    en="Draws an employee pension",
    cites="国发〔1978〕104号；社会保险法 第16条",
    note="nobody below the least age of the age tables does, so that the record of a young person is not asked for",
)
def draws_employee_pension(
    benefit_day: Day, birth_day: Day, pension_opening_day: Day, retirement_approved_day: Day, retirement_day: Day
) -> Flag:
    """Retired, or awarded a pension before, by the benefit day."""
    if pension_opening_day <= benefit_day or retirement_approved_day <= benefit_day:
        return True
    if months_between(birth_day, benefit_day) < LEAST_AGE:
        return False
    return retirement_day <= benefit_day


@rule(
    zh="享受其他养老待遇",
    en="Has another pension",
    cites="京政发〔2007〕35号",
    note="any monthly pension but the residents' and the welfare pension",
)
def other_pension(
    benefit_day: Day,
    requisition_day: Day,
    draws_employee_pension: Flag,
    pension_elsewhere: Fen,
    land_living_subsidy: Fen,
) -> Flag:
    """Draws an employee or institution pension, one from elsewhere, or a living subsidy after a requisition."""
    if pension_elsewhere > 0 or draws_employee_pension:
        return True
    return requisition_day <= benefit_day and land_living_subsidy > 0


@rule(
    zh="计入家庭收入的社会保险待遇",
    en="Insurance benefits that count as income, per month",
    cites="京政办发〔2018〕45号、令271 第2条",
    confidence="approx",
    note="what is drawn, not what could be claimed. Of the residents' pension the basic part that the centre sets does "
    "not count; how much that is, is not at hand, so the account pension alone counts. Of the welfare pension 200 yuan "
    "do not count; here none of it counts, as its amounts after 2017 are not at hand",
)
def insurance_income(
    benefit_day: Day,
    resident_pension_day: Day,
    draws_employee_pension: Flag,
    pension: Fen,
    institution_pension: Fen,
    pension_elsewhere: Fen,
    resident_account_pension: Fen,
    unemployment_benefit: Fen,
    injury_allowance: Fen,
) -> Fen:
    """Pensions, unemployment benefit, the allowance of an injury; no welfare pension, no subsidy of welfare."""
    income = pension_elsewhere + unemployment_benefit + injury_allowance
    if resident_pension_day <= benefit_day:
        income = income + resident_account_pension
    if draws_employee_pension:
        income = income + max(pension, institution_pension)
    return income


@rule(
    zh="计入低保家庭人口",
    en="Counts as a member for the minimum living allowance",
    cites="京民社救发〔2018〕445号、京民社救发〔2017〕24号；京民福发〔2011〕173号",
    confidence="source",
    note="the orphans' allowance is no income of the family that raises the child",
)
def covered_by_minimum_living(destitute_support: Fen, orphan_eligible: Flag) -> Flag:
    """Neither supported as destitute nor paid as an orphan, which take its place."""
    return destitute_support == 0 and not orphan_eligible
