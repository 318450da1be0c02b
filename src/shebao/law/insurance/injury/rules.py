"""The injured worker: own wage, lump sums, monthly allowance, care."""

from __future__ import annotations

from shebao.law.insurance.injury.facts import CareDependence
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import ONE4, YEAR_MONTHS, Count, Day, Fen, Flag, Months, Ratio4, Table, Yearly
from shebao.rules.language import floor_div, half_up_to_fen, month_index, months_between, number, year_of

REGULATION = "工伤保险条例"
ORDER_2004 = "国务院令第375号"
ORDER_2011 = "国务院令第586号"

LEAST_AGE: Months = 540  # 45 years: the least pension age
REDUCED: Months = 60  # within five years of retirement
FULL_YEARS: Count = 5

LEAVING_AT_PENSION_AGE = Reason(
    "LEAVING_AT_PENSION_AGE",
    "劳动关系终止时已达退休年龄，一次性补助的处理待核实",
    "Employment ended at or past the pension age; what becomes of the subsidies is not in the documents at hand",
)
ALLOWANCE_AS_PENSIONER = Reason(
    "ALLOWANCE_AS_PENSIONER",
    "已领取基本养老金：伤残津贴由养老金代替，差额补足办法待核实",
    "A pension is drawn in its place; how the difference is topped up is not in the documents at hand",
)


@rule(
    zh="本人工资",
    en="Own wage",
    cites=f"{REGULATION} 第64条",
    dated_by="injury_day",
    formula="前12个月平均缴费工资，不低于社平工资60%，不高于300%",
    confidence="source",
)
def injury_own_wage(
    injury_day: Day,
    injury_wage: Fen,
    average_wage_monthly: Yearly[Fen],
    injury_wage_floor: Ratio4,
    injury_wage_cap: Ratio4,
) -> Fen:
    """The mean of the 12 months before, within 60 and 300 % of last year's citywide monthly wage."""
    average = average_wage_monthly[year_of(injury_day) - 1]
    low = half_up_to_fen(average * injury_wage_floor, ONE4)
    return min(max(injury_wage, low), half_up_to_fen(average * injury_wage_cap, ONE4))


@rule(
    zh="工伤待遇可计发",
    en="Injury graded",
    cites=f"{REGULATION}、京政发〔2011〕51号",
    confidence="seed",
    note="rehabilitation comes before the appraisal",
)
def injury_graded(benefit_day: Day, injury_grade: Count, injury_grade_day: Day, in_rehabilitation: Flag) -> Flag:
    """Appraised by the benefit day, with a grade, and not in rehabilitation any more."""
    return injury_grade > 0 and injury_grade_day <= benefit_day and not in_rehabilitation


@rule(
    variable="injury_lump_sum",
    zh="一次性伤残补助金",
    en="Lump sum by grade",
    cites=f"{ORDER_2004} 第33至35条",
    until="2010-12-31",
    dated_by="injury_grade_day",
    formula="本人工资 × 月数",
    pays=Pays.ONCE,
)
def injury_lump_sum_2004(
    injury_graded: Flag, injury_grade: Count, injury_own_wage: Fen, injury_lump_months: Table[Months]
) -> Fen:
    """24 to 6 months of the own wage."""
    if not injury_graded:
        return 0
    return injury_own_wage * number(injury_lump_months[injury_grade])


@rule(
    zh="一次性伤残补助金",
    en="Lump sum by grade",
    cites=f"{ORDER_2011} 第35至37条",
    since="2011-01-01",
    dated_by="injury_grade_day",
    formula="本人工资 × 月数",
    pays=Pays.ONCE,
)
def injury_lump_sum(
    injury_graded: Flag, injury_grade: Count, injury_own_wage: Fen, injury_lump_months: Table[Months]
) -> Fen:
    """27 to 7 months of the own wage."""
    if not injury_graded:
        return 0
    return injury_own_wage * number(injury_lump_months[injury_grade])


@rule(
    zh="伤残津贴（一至四级）",
    en="Monthly allowance, grades 1 to 4",
    cites=f"{REGULATION} 第35条",
    formula="本人工资 × 90%、85%、80%、75%，不低于最低工资",
    note="the yearly rises are given as averages only and are not added; rounded half up to fen",
    pays=Pays.MONTHLY,
)
def injury_allowance(
    benefit_day: Day,
    death_day: Day,
    injury_graded: Flag,
    injury_grade: Count,
    injury_grade_day: Day,
    injury_own_wage: Fen,
    injury_allowance_share: Table[Ratio4],
    minimum_wage: Fen,
    draws_employee_pension: Flag,
) -> Fen:
    """A share of the own wage, at least the minimum wage, from the month after the appraisal to the month of death."""
    if not injury_graded or injury_grade > 4 or month_index(benefit_day) <= month_index(injury_grade_day):
        return 0
    if month_index(benefit_day) > month_index(death_day):
        return 0
    if draws_employee_pension:
        refuse(ALLOWANCE_AS_PENSIONER)
    return max(half_up_to_fen(injury_own_wage * injury_allowance_share[injury_grade], ONE4), minimum_wage)


@rule(
    zh="用人单位应发伤残津贴（五、六级）",
    en="Allowance the employer owes, grades 5 and 6",
    cites=f"{REGULATION} 第36条",
    formula="本人工资 × 70%、60%，不低于最低工资",
    note="while the employer has no work for the person; ends with the employment",
    pays=Pays.MONTHLY,
)
def injury_employer_allowance(
    benefit_day: Day,
    death_day: Day,
    injury_graded: Flag,
    injury_grade: Count,
    injury_grade_day: Day,
    injury_employment_end_day: Day,
    injury_own_wage: Fen,
    injury_allowance_share: Table[Ratio4],
    minimum_wage: Fen,
) -> Fen:
    """A share of the own wage, at least the minimum wage."""
    if not injury_graded or injury_grade < 5 or injury_grade > 6:
        return 0
    if month_index(benefit_day) <= month_index(injury_grade_day) or injury_employment_end_day <= benefit_day:
        return 0
    if month_index(benefit_day) > month_index(death_day):
        return 0
    return max(half_up_to_fen(injury_own_wage * injury_allowance_share[injury_grade], ONE4), minimum_wage)


@rule(
    zh="生活护理费",
    en="Care pay",
    cites=f"{REGULATION} 第34条",
    formula="上年度社平月工资 × 50%、40%、30%",
    note="by the wage of the year before the benefit month; rounded half up to fen",
    pays=Pays.MONTHLY,
)
def injury_care_pay(
    benefit_day: Day,
    death_day: Day,
    injury_graded: Flag,
    injury_grade_day: Day,
    care_dependence: CareDependence,
    average_wage_monthly: Yearly[Fen],
    injury_care_share: Table[Ratio4],
) -> Fen:
    """A share of last year's citywide monthly wage by the dependence on care."""
    if not injury_graded or care_dependence == CareDependence.NONE:
        return 0
    if month_index(benefit_day) <= month_index(injury_grade_day) or month_index(benefit_day) > month_index(death_day):
        return 0
    return half_up_to_fen(average_wage_monthly[year_of(benefit_day) - 1] * injury_care_share[care_dependence], ONE4)


@rule(
    zh="距退休年龄不足五年的计发比例",
    en="Share of the subsidies shortly before retirement",
    cites="北京市人民政府令第140号、第242号",
    dated_by="injury_employment_end_day",
    formula="满4年80%、满3年60%、满2年40%、满1年20%、不足1年10%；五年以上100%",
    confidence="approx",
    note="not asked far below the least age of the age tables; what is due at the age itself is not at hand",
)
def injury_leaving_share(
    birth_day: Day,
    injury_employment_end_day: Day,
    former_pension_age_day: Day,
    pension_age_day: Day,
    injury_leaving_share_by_years: Table[Ratio4],
) -> Ratio4:
    """A fifth less for each year that is lacking to five; a tenth in the last year."""
    if months_between(birth_day, injury_employment_end_day) < LEAST_AGE - REDUCED:
        return ONE4
    if months_between(injury_employment_end_day, former_pension_age_day) >= REDUCED:
        return ONE4
    if pension_age_day <= injury_employment_end_day:
        refuse(LEAVING_AT_PENSION_AGE)
    left = floor_div(months_between(injury_employment_end_day, pension_age_day), YEAR_MONTHS)
    return injury_leaving_share_by_years[min(left, FULL_YEARS)]


@rule(
    variable="injury_leaving_medical_subsidy",
    zh="一次性工伤医疗补助金",
    en="Medical subsidy at the end of employment",
    cites=f"{ORDER_2004}；北京市人民政府令第140号",
    until="2011-12-31",
    dated_by="injury_employment_end_day",
    formula="合并一次性补助：社平月工资 × 30至5个月 × 计发比例",
    pays=Pays.ONCE,
    note="medical and employment subsidy in one sum; Beijing's months of 2004 to 2011 are to be verified",
    confidence="approx",
)
def injury_leaving_combined(
    benefit_day: Day,
    injury_graded: Flag,
    injury_grade: Count,
    injury_employment_end_day: Day,
    average_wage_monthly: Yearly[Fen],
    injury_leaving_months: Table[Months],
    injury_leaving_share: Ratio4,
) -> Fen:
    """30 to 5 months of last year's citywide wage, grades 5 to 10."""
    if not injury_graded or injury_grade < 5 or injury_employment_end_day > benefit_day:
        return 0
    full = average_wage_monthly[year_of(injury_employment_end_day) - 1] * number(injury_leaving_months[injury_grade])
    return half_up_to_fen(full * injury_leaving_share, ONE4)


@rule(
    zh="一次性工伤医疗补助金",
    en="Medical subsidy at the end of employment",
    cites=f"{ORDER_2011} 第36、37条；北京市人民政府令第242号",
    since="2012-01-01",
    dated_by="injury_employment_end_day",
    formula="社平月工资 × 18至3个月 × 计发比例",
    pays=Pays.ONCE,
)
def injury_leaving_medical_subsidy(
    benefit_day: Day,
    injury_graded: Flag,
    injury_grade: Count,
    injury_employment_end_day: Day,
    average_wage_monthly: Yearly[Fen],
    injury_leaving_months: Table[Months],
    injury_leaving_share: Ratio4,
) -> Fen:
    """18 to 3 months of last year's citywide wage, grades 5 to 10; paid by the fund."""
    if not injury_graded or injury_grade < 5 or injury_employment_end_day > benefit_day:
        return 0
    full = average_wage_monthly[year_of(injury_employment_end_day) - 1] * number(injury_leaving_months[injury_grade])
    return half_up_to_fen(full * injury_leaving_share, ONE4)


@rule(
    variable="injury_leaving_employment_subsidy",
    zh="一次性伤残就业补助金",
    en="Employment subsidy at the end of employment",
    cites=f"{ORDER_2004}",
    until="2011-12-31",
    dated_by="injury_employment_end_day",
    pays=Pays.ONCE,
)
def no_injury_leaving_employment_subsidy() -> Fen:
    """It stood in the one sum."""
    return 0


@rule(
    zh="一次性伤残就业补助金",
    en="Employment subsidy at the end of employment",
    cites=f"{ORDER_2011} 第36、37条；北京市人民政府令第242号",
    since="2012-01-01",
    dated_by="injury_employment_end_day",
    note="paid by the employer; the same months as the medical subsidy",
    pays=Pays.ONCE,
)
def injury_leaving_employment_subsidy(injury_leaving_medical_subsidy: Fen) -> Fen:
    """As much as the medical subsidy."""
    return injury_leaving_medical_subsidy
