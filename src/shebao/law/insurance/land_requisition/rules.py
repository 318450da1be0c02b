"""Back-payment of pension, medical and unemployment contributions by age and sex, and 超转人员."""

from __future__ import annotations

from shebao.law.city.facts import Sex
from shebao.rules.declare import Input, Pays, rule
from shebao.rules.kinds import LAST_DAY, ONE4, Dated, Day, Fen, Flag, Ratio4, Table, Yearly, Years
from shebao.rules.language import age_on, half_up_to_fen, helper, month_index, number, year_of

DECREE = "北京市人民政府令第148号"

INPUTS = [
    Input(
        "requisition_day",
        Day,
        "征地批准日期",
        "Day of the land requisition",
        missing=LAST_DAY,
        note="empty for who lost no land; approved by law; ages, and the wage of the year before, are of this day",
    ),
    Input(
        "unable_to_work",
        Flag,
        "完全丧失劳动能力",
        "Unable to work",
        missing=False,
        note="found unable to work on the day of the requisition",
    ),
]


@helper
def stepped_years(age: Years, first: Years, most: Years) -> Years:
    """1 year at the first age, one more for each further year of age, at most so many."""
    if age < first:
        return 0
    return min(age - first + 1, most)


@helper
def back_payment(wage: Fen, share: Ratio4, rate: Ratio4, years: Years) -> Fen:
    """The rate on a share of the citywide annual wage, for so many years, rounded half up to fen."""
    return half_up_to_fen(wage * share * rate * number(years), ONE4 * ONE4)


@rule(
    zh="征地时年龄",
    en="Age at the requisition",
    cites=DECREE,
    since="2004-07-01",
    dated_by="requisition_day",
)
def land_age(birth_day: Day, requisition_day: Day) -> Years:
    """Completed years of age on the day of the requisition."""
    return age_on(birth_day, requisition_day)


@rule(
    zh="超转人员",
    en="Past working age at the requisition",
    cites=DECREE + "、京政办发〔2004〕41号",
    since="2004-07-01",
    dated_by="requisition_day",
)
def land_past_working_age(land_age: Years, sex: Sex, unable_to_work: Flag, land_working_age_end: Table[Years]) -> Flag:
    """Men from 60, women from 50, or unable to work: handed over to civil affairs instead of being insured."""
    return land_age >= land_working_age_end[sex] or unable_to_work


@rule(
    zh="征地转非养老保险补缴年限",
    en="Years of pension back-payment",
    cites=DECREE,
    since="2004-07-01",
    dated_by="requisition_day",
    formula="男41（女31）周岁补缴1年，年龄每增加1岁增加1年，最多15年",
)
def land_pension_years(
    land_age: Years,
    sex: Sex,
    land_past_working_age: Flag,
    land_pension_first_age: Table[Years],
    land_pension_most_years: Years,
) -> Years:
    """1 year for a man of 41 or a woman of 31, one more for each year of age, at most 15; none for 超转人员."""
    if land_past_working_age:
        return 0
    return stepped_years(land_age, land_pension_first_age[sex], land_pension_most_years)


@rule(
    zh="征地转非养老保险补缴费",
    en="Pension back-payment",
    cites=DECREE,
    since="2004-07-01",
    dated_by="requisition_day",
    formula="上一年本市职工平均工资 × 60% × 28% × 补缴年限",
    note="rounded half up to fen, once",
)
def land_pension_payment(
    requisition_day: Day,
    land_pension_years: Years,
    average_wage_annual: Yearly[Fen],
    land_base_share: Ratio4,
    land_pension_rate: Ratio4,
) -> Fen:
    """28 % of 60 % of the last year's citywide wage for each year."""
    if land_pension_years == 0:
        return 0
    wage = average_wage_annual[year_of(requisition_day) - 1]
    return back_payment(wage, land_base_share, land_pension_rate, land_pension_years)


@rule(
    zh="征地转非医疗保险补缴年限",
    en="Years of medical back-payment",
    cites=DECREE,
    since="2004-07-01",
    dated_by="requisition_day",
    formula="男31（女26）周岁补缴1年，年龄每增加1岁增加1年，最多10年",
    confidence="approx",
    note="with these steps the most is reached at 40 (women 35), another account has 51 (women 41): to be verified",
)
def land_medical_years(
    land_age: Years,
    sex: Sex,
    land_past_working_age: Flag,
    land_medical_first_age: Table[Years],
    land_medical_most_years: Years,
) -> Years:
    """1 year for a man of 31 or a woman of 26, one more for each year of age, at most 10; none for 超转人员."""
    if land_past_working_age:
        return 0
    return stepped_years(land_age, land_medical_first_age[sex], land_medical_most_years)


@rule(
    zh="征地转非医疗保险补缴费",
    en="Medical back-payment",
    cites=DECREE,
    since="2004-07-01",
    dated_by="requisition_day",
    formula="上一年本市职工平均工资 × 60% × 12% × 补缴年限",
    confidence="approx",
)
def land_medical_payment(
    requisition_day: Day,
    land_medical_years: Years,
    average_wage_annual: Yearly[Fen],
    land_base_share: Ratio4,
    land_medical_rate: Ratio4,
) -> Fen:
    """12 % of 60 % of the last year's citywide wage for each year, rounded half up to fen."""
    if land_medical_years == 0:
        return 0
    wage = average_wage_annual[year_of(requisition_day) - 1]
    return back_payment(wage, land_base_share, land_medical_rate, land_medical_years)


@rule(
    zh="征地转非失业保险补缴年限",
    en="Years of unemployment back-payment",
    cites=DECREE,
    since="2004-07-01",
    dated_by="requisition_day",
    formula="男21（女16）周岁补缴1年，年龄每增加1岁增加1年，最多20年",
    confidence="approx",
    note="first age and most years as told; the step is read as for the pension, to be verified",
)
def land_unemployment_years(
    land_age: Years,
    sex: Sex,
    land_past_working_age: Flag,
    land_unemployment_first_age: Table[Years],
    land_unemployment_most_years: Years,
) -> Years:
    """1 year for a man of 21 or a woman of 16, one more for each year of age, at most 20; none for 超转人员."""
    if land_past_working_age:
        return 0
    return stepped_years(land_age, land_unemployment_first_age[sex], land_unemployment_most_years)


@rule(
    zh="征地转非失业保险补缴费",
    en="Unemployment back-payment",
    cites=DECREE,
    since="2004-07-01",
    dated_by="requisition_day",
    formula="上一年本市职工平均工资 × 60% × 2% × 补缴年限",
    confidence="approx",
)
def land_unemployment_payment(
    requisition_day: Day,
    land_unemployment_years: Years,
    average_wage_annual: Yearly[Fen],
    land_base_share: Ratio4,
    land_unemployment_rate: Ratio4,
) -> Fen:
    """2 % of 60 % of the last year's citywide wage for each year, rounded half up to fen."""
    if land_unemployment_years == 0:
        return 0
    wage = average_wage_annual[year_of(requisition_day) - 1]
    return back_payment(wage, land_base_share, land_unemployment_rate, land_unemployment_years)


@rule(
    zh="征地转非社会保险补缴费合计",
    en="Back-payment at the requisition, total",
    cites=DECREE,
    since="2004-07-01",
    dated_by="requisition_day",
    confidence="approx",
)
def land_back_payment(land_pension_payment: Fen, land_medical_payment: Fen, land_unemployment_payment: Fen) -> Fen:
    """The sum of the three."""
    return land_pension_payment + land_medical_payment + land_unemployment_payment


@rule(
    zh="超转人员生活补助费",
    en="Monthly living subsidy of people past working age",
    cites="京政办发〔2004〕41号",
    since="2004-07-01",
    confidence="approx",
    note="not below the urban dibao standard, rises with the minimum pension; the yearly table is not at hand",
    pays=Pays.MONTHLY,
)
def land_living_subsidy(
    benefit_day: Day,
    requisition_day: Day,
    death_day: Day,
    land_past_working_age: Flag,
    land_subsidy_standard: Dated[Fen],
) -> Fen:
    """The standard of the month for a 超转人员, to the month of death; nothing for others."""
    if benefit_day < requisition_day or month_index(benefit_day) > month_index(death_day) or not land_past_working_age:
        return 0
    return land_subsidy_standard[benefit_day]
