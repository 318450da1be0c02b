"""Who is a low-income family, and what its children get."""

from __future__ import annotations

from shebao.law.assistance.minimum_living.means import RULES_2018
from shebao.law.assistance.minimum_living.rules import child_or_student
from shebao.law.city.household import HOUSEHOLD, Schooling
from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import ONE4, Count, Day, Fen, Flag, Ratio4
from shebao.rules.language import half_up_to_fen


@rule(
    variable="low_income_line",
    zh="低收入家庭认定线",
    en="Low-income line a head and month",
    cites="京民救发〔2009〕443号",
    until="2018-12-31",
    of=HOUSEHOLD,
    confidence="approx",
)
def low_income_line_before_2019(low_income_standard: Fen) -> Fen:
    """The city's figure, of urban families."""
    return low_income_standard


@rule(
    zh="低收入家庭认定线",
    en="Low-income line a head and month",
    cites=f"{RULES_2018} 低收入",
    since="2019-01-01",
    of=HOUSEHOLD,
    confidence="source",
)
def low_income_line(minimum_wage: Fen) -> Fen:
    """The minimum wage."""
    return minimum_wage


@rule(
    zh="财产符合低收入条件",
    en="Property below the line of low-income families",
    cites="京医保发〔2023〕9号",
    of=HOUSEHOLD,
    confidence="source",
    note="the text is of 2023 and taken for all years",
)
def low_income_property(
    household_size: Count,
    low_income_line: Fen,
    household_assets: Fen,
    household_has_car: Flag,
    household_property_over: Flag,
    low_income_asset_months: Count,
) -> Flag:
    """Money of at most 24 lines a head, no car, no second home, house for business or large machine."""
    if household_has_car or household_property_over:
        return False
    return household_assets <= low_income_line * low_income_asset_months * household_size


@rule(
    variable="low_income_eligible",
    zh="低收入家庭",
    en="Low-income family",
    cites="京民救发〔2009〕443号",
    until="2008-12-31",
    of=HOUSEHOLD,
    pays=Pays.SERVICE,
)
def no_low_income_families() -> Flag:
    """They are recognised from 2009 on."""
    return False


@rule(
    zh="低收入家庭",
    en="Low-income family",
    cites=f"京民救发〔2009〕443号；{RULES_2018} 低收入",
    since="2009-01-01",
    of=HOUSEHOLD,
    pays=Pays.SERVICE,
)
def low_income_eligible(
    means_declared: Flag,
    minimum_living_eligible: Flag,
    household_size: Count,
    household_income: Fen,
    low_income_line: Fen,
    low_income_property: Flag,
) -> Flag:
    """Declared, not on the allowance, less income a head than the line, property below it."""
    if not means_declared or minimum_living_eligible or household_size == 0:
        return False
    return household_income < low_income_line * household_size and low_income_property


@rule(
    variable="low_income_child_subsidy",
    zh="低收入家庭儿童和学生生活补贴",
    en="Living subsidy for children and students of low-income families",
    cites=RULES_2018,
    until="2018-12-31",
    pays=Pays.MONTHLY,
)
def no_low_income_child_subsidy() -> Fen:
    """The subsidy begins on 2019-01-01."""
    return 0


@rule(
    zh="低收入家庭儿童和学生生活补贴",
    en="Living subsidy for children and students of low-income families",
    cites=f"{RULES_2018} 低收入",
    since="2019-01-01",
    confidence="source",
    pays=Pays.MONTHLY,
    note="rounded half up to fen by convention",
)
def low_income_child_subsidy(
    benefit_day: Day,
    birth_day: Day,
    schooling: Schooling,
    household_member: Flag,
    low_income_eligible: Flag,
    household_standard: Fen,
    low_income_child_share: Ratio4,
) -> Fen:
    """A quarter of the minimum living standard for each to 16, and each full-time student to bachelor level."""
    if not household_member or not low_income_eligible or not child_or_student(birth_day, benefit_day, schooling):
        return 0
    return half_up_to_fen(household_standard * low_income_child_share, ONE4)
