"""The pension in payment: from the award, or from an opening fact, through each yearly adjustment.

An adjustment of year y takes effect on 1 January and reaches pensions approved by 31 December before. A year's notice
is rows of the parameters `pension_adjustment_*`; a year without rows is refused with the missing figure's name.
"""

from __future__ import annotations

from shebao.law.insurance.employee_pension.facts import OldWorker, PensionClass
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import (
    YEAR_MONTHS,
    Count,
    Dated,
    Day,
    Fen,
    Flag,
    Months,
    Year,
    Yearly,
    YearlyBands,
    YearlyTable,
)
from shebao.rules.language import age_on, floor_div, helper, make_day, month_index, within, year_of

AWARDED_BEFORE_2006 = Reason(
    "AWARDED_BEFORE_2006",
    "2006年以前退休，原核定办法不在法规库，须录入期初养老金",
    "Retired before 2006, under rules that the law book does not have; give an opening pension",
)
PENSION_LIMIT = 1_000_000_000  # fen a month; a larger pension is an error of the record, and refused
NOTICE = "企业退休人员基本养老金年度调整通知（2014年：京人社养发〔2014〕48号）"


@helper
def raise_for_years(per_year: Fen, flat: Fen, land: Fen, years: Count) -> Fen:
    """A: so much for each full year, or a flat amount for few years; another flat amount (`land`) goes before both."""
    return land if land > 0 else per_year * years + flat


@helper
def raise_for_level(old: Fen, amount: Fen, least: Fen) -> Fen:
    """B: the amount of the band; none stays below the raised upper bound of the band beneath (`least`)."""
    return max(old + amount, least) - old


@helper
def raised(old: Fen, level: Fen, years: Fen, special_least: Fen, old_worker: Fen, age: Fen, minimum: Fen) -> Fen:
    """B and A, then the floor of the special groups, the old workers' amount and C, then the minimum."""
    amount = max(old + level + years, special_least) + old_worker + age
    return within(max(amount, minimum), 0, PENSION_LIMIT)


@rule(
    zh="计入调整的满缴费年限",
    en="Full years of contributions for the adjustment",
    cites=NOTICE,
    confidence="source",
    note="whole years, deemed ones too, converted service (折算工龄) not",
)
def adjustment_years(
    benefit_day: Day, pension_opening_day: Day, pension_opening_months: Months, contribution_months: Months
) -> Count:
    """As recorded with the opening pension; else of the contribution history."""
    if pension_opening_day <= benefit_day:
        return floor_div(pension_opening_months, YEAR_MONTHS)
    return floor_div(contribution_months, YEAR_MONTHS)


@rule(
    zh="调整前起始基本养老金",
    en="Pension from which the adjustments start",
    cites="京劳社养发〔2007〕21号 附件1；" + NOTICE,
)
def starting_pension(
    benefit_day: Day,
    pension_opening_day: Day,
    pension_opening_amount: Fen,
    retirement_day: Day,
    eligible: Flag,
    pension_award: Fen,
) -> Fen:
    """The opening pension, once its day has come; else the award; 0 without either."""
    if pension_opening_day <= benefit_day:
        return pension_opening_amount
    if retirement_day < make_day(2006, 1, 1):
        refuse(AWARDED_BEFORE_2006)
    return pension_award if eligible else 0


@rule(
    zh="起始基本养老金所属年度",
    en="Year of the pension from which the adjustments start",
    cites=NOTICE,
)
def starting_year(benefit_day: Day, pension_opening_day: Day, retirement_day: Day) -> Year:
    """Adjustments of later years apply."""
    if pension_opening_day <= benefit_day:
        return year_of(pension_opening_day)
    return year_of(retirement_day)


@rule(
    zh="上年末基本养老金",
    en="Pension at the end of the year before",
    cites=NOTICE,
    confidence="source",
)
def pension_last_december(
    benefit_day: Day,
    birth_day: Day,
    starting_pension: Fen,
    starting_year: Year,
    adjustment_years: Count,
    land_requisition_worker: Flag,
    pension_special_group: Flag,
    old_worker: OldWorker,
    pension_class: PensionClass,
    pension_adjustment_per_year: YearlyBands[Fen],
    pension_adjustment_few_years: YearlyBands[Fen],
    pension_adjustment_land: YearlyBands[Fen],
    pension_adjustment_level: YearlyBands[Fen],
    pension_adjustment_level_least: YearlyBands[Fen],
    pension_adjustment_age: YearlyBands[Fen],
    pension_adjustment_special_least: Yearly[Fen],
    pension_adjustment_old_worker: YearlyTable[Fen],
    minimum_pension_retirement: Dated[Fen],
    minimum_pension_resignation: Dated[Fen],
    minimum_pension_living_support: Dated[Fen],
) -> Fen:
    """The starting pension through the adjustments of every later year before the benefit month's own."""
    amount = starting_pension
    if amount == 0:
        return 0
    for y in range(starting_year + 1, year_of(benefit_day)):
        level = pension_adjustment_level[y, amount]
        least = pension_adjustment_level_least[y, amount]
        per_year = pension_adjustment_per_year[y, adjustment_years]
        flat = pension_adjustment_few_years[y, adjustment_years]
        land = pension_adjustment_land[y, adjustment_years] if land_requisition_worker else 0
        special_least = pension_adjustment_special_least[y] if pension_special_group else 0
        old = pension_adjustment_old_worker[y, old_worker] if old_worker != OldWorker.NONE else 0
        age = pension_adjustment_age[y, age_on(birth_day, make_day(y - 1, 12, 31))]
        minimum = 0
        if pension_class == PensionClass.RETIREMENT:
            minimum = minimum_pension_retirement[make_day(y, 1, 1)]
        elif pension_class == PensionClass.RESIGNATION:
            minimum = minimum_pension_resignation[make_day(y, 1, 1)]
        else:
            minimum = minimum_pension_living_support[make_day(y, 1, 1)]
        by_level = raise_for_level(amount, level, least)
        by_years = raise_for_years(per_year, flat, land, adjustment_years)
        amount = raised(amount, by_level, by_years, special_least, old, age, minimum)
    return amount


@rule(
    zh="本年调整：按缴费年限增加额",
    en="This year's raise for years of contributions",
    cites=NOTICE,
    formula="A",
    confidence="source",
)
def pension_raise_years(
    benefit_day: Day,
    starting_year: Year,
    pension_last_december: Fen,
    adjustment_years: Count,
    land_requisition_worker: Flag,
    pension_adjustment_per_year: YearlyBands[Fen],
    pension_adjustment_few_years: YearlyBands[Fen],
    pension_adjustment_land: YearlyBands[Fen],
) -> Fen:
    """So much for each full year; flat amounts for few years; 0 in the year in which the pension starts."""
    year = year_of(benefit_day)
    if pension_last_december == 0 or year <= starting_year:
        return 0
    per_year = pension_adjustment_per_year[year, adjustment_years]
    flat = pension_adjustment_few_years[year, adjustment_years]
    land = pension_adjustment_land[year, adjustment_years] if land_requisition_worker else 0
    return raise_for_years(per_year, flat, land, adjustment_years)


@rule(
    zh="本年调整：按养老金水平增加额",
    en="This year's raise by the level of the pension",
    cites=NOTICE,
    formula="B = max(原养老金 + 档额, 下一档上限 + 下一档额) - 原养老金",
    confidence="source",
)
def pension_raise_level(
    benefit_day: Day,
    starting_year: Year,
    pension_last_december: Fen,
    pension_adjustment_level: YearlyBands[Fen],
    pension_adjustment_level_least: YearlyBands[Fen],
) -> Fen:
    """The amount of the band, and no leapfrogging; 0 in the year in which the pension starts."""
    year = year_of(benefit_day)
    old = pension_last_december
    if old == 0 or year <= starting_year:
        return 0
    return raise_for_level(old, pension_adjustment_level[year, old], pension_adjustment_level_least[year, old])


@rule(
    zh="本年调整：按年龄增加额",
    en="This year's raise for age",
    cites=NOTICE,
    formula="C",
    confidence="source",
)
def pension_raise_age(
    benefit_day: Day,
    birth_day: Day,
    starting_year: Year,
    pension_last_december: Fen,
    pension_adjustment_age: YearlyBands[Fen],
) -> Fen:
    """By the whole age on 31 December of the year before; 0 in the year in which the pension starts."""
    year = year_of(benefit_day)
    if pension_last_december == 0 or year <= starting_year:
        return 0
    return pension_adjustment_age[year, age_on(birth_day, make_day(year - 1, 12, 31))]


@rule(
    zh="基本养老金最低标准",
    en="Minimum pension",
    cites=NOTICE,
    note="a figure for each year; the years before 2010 and after 2015 are not in the law book",
)
def minimum_pension(
    pension_class: PensionClass,
    benefit_day: Day,
    minimum_pension_retirement: Dated[Fen],
    minimum_pension_resignation: Dated[Fen],
    minimum_pension_living_support: Dated[Fen],
) -> Fen:
    """For the way in which work was left, in the benefit month."""
    if pension_class == PensionClass.RETIREMENT:
        return minimum_pension_retirement[benefit_day]
    if pension_class == PensionClass.RESIGNATION:
        return minimum_pension_resignation[benefit_day]
    return minimum_pension_living_support[benefit_day]


@rule(
    zh="调整后基本养老金",
    en="Pension with this year's adjustment",
    cites=NOTICE,
    formula="P = max(max(P上年 + B + A, D) + E + C, F)",
    confidence="source",
)
def adjusted_pension(
    benefit_day: Day,
    starting_year: Year,
    pension_last_december: Fen,
    pension_raise_level: Fen,
    pension_raise_years: Fen,
    pension_raise_age: Fen,
    pension_special_group: Flag,
    old_worker: OldWorker,
    minimum_pension: Fen,
    pension_adjustment_special_least: Yearly[Fen],
    pension_adjustment_old_worker: YearlyTable[Fen],
) -> Fen:
    """Level and years, the floor of the special groups, old workers, age, the minimum."""
    year = year_of(benefit_day)
    if pension_last_december == 0 or year <= starting_year:
        return pension_last_december
    special_least = pension_adjustment_special_least[year] if pension_special_group else 0
    old = pension_adjustment_old_worker[year, old_worker] if old_worker != OldWorker.NONE else 0
    return raised(
        pension_last_december,
        pension_raise_level,
        pension_raise_years,
        special_least,
        old,
        pension_raise_age,
        minimum_pension,
    )


@rule(
    zh="当月应发基本养老金",
    en="Pension due in the benefit month",
    cites="国发〔1978〕104号 第二条；社会保险法 第16条",
    confidence="approx",
    note="from the month after the month of retirement to the month of death; the law book does not give the day "
    "of the first payment",
    pays=Pays.MONTHLY,
)
def pension(
    benefit_day: Day, death_day: Day, retirement_day: Day, pension_opening_day: Day, adjusted_pension: Fen
) -> Fen:
    """The adjusted pension; 0 before retirement, in the month of retirement and after the month of death."""
    if month_index(benefit_day) > month_index(death_day):
        return 0
    if pension_opening_day > benefit_day and month_index(benefit_day) <= month_index(retirement_day):
        return 0
    return adjusted_pension


@rule(
    zh="低于最低标准的差额",
    en="Shortfall against the minimum pension",
    cites=NOTICE,
    confidence="approx",
    note="a pension awarded in the year is brought to the minimum by this amount; the text of that rule is not in the "
    "law book; the yearly adjustments apply the minimum by themselves",
)
def minimum_pension_shortfall(pension: Fen, minimum_pension: Fen) -> Fen:
    """What a pension in payment lacks to the minimum of the benefit month."""
    if pension == 0:
        return 0
    return max(minimum_pension - pension, 0)
