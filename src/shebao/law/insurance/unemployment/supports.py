"""While on benefit: medical cover, and what the survivors get; supports of employment."""

from __future__ import annotations

from shebao.law.insurance.survivors.facts import SurvivorScheme
from shebao.law.insurance.survivors.rules import GRANT_2011_NOT_KNOWN
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import ONE4, Count, Day, Fen, Flag, Months, Ratio4, Table, Yearly
from shebao.rules.language import floor_div, half_up_to_fen, month_index, number, year_of

DECREE = "北京市人民政府令第38号（第190号修改）"
LAW = "社会保险法 第48、49条"
MEASURES_2021 = "人社部发〔2021〕18号"

MEDICAL_SUBSIDY_NOT_KNOWN = Reason(
    "MEDICAL_SUBSIDY_NOT_KNOWN",
    "2011年6月底前失业人员医疗补助金的分段比例（60%至80%）待核实",
    "By which steps 60 to 80 % of medical expenses were paid to 2011-06 is not at hand",
)


@rule(
    variable="unemployment_medical_subsidy",
    zh="失业人员医疗补助金",
    en="Medical subsidy while on unemployment benefit",
    cites=DECREE + " 第23条",
    until="2011-06-30",
    confidence="source",
    pays=Pays.MONTHLY,
)
def unemployment_medical_subsidy_1999(unemployment_benefit_month: Months, unemployment_medical_expense: Fen) -> Fen:
    """60 to 80 % of the expenses; by which steps is not at hand."""
    if unemployment_benefit_month == 0 or unemployment_medical_expense == 0:
        return 0
    refuse(MEDICAL_SUBSIDY_NOT_KNOWN)


@rule(
    variable="unemployment_medical_subsidy",
    zh="失业人员医疗补助金",
    en="Medical subsidy while on unemployment benefit",
    cites=LAW,
    since="2011-07-01",
    confidence="source",
    pays=Pays.MONTHLY,
)
def unemployment_medical_subsidy_2011() -> Fen:
    """The employee medical insurance takes its place."""
    return 0


@rule(
    zh="停领后留存的月数",
    en="Months left for the next claim",
    cites=DECREE + " 第15条",
    note="of a stop for another reason than a new job the text at hand says nothing; read so alike",
)
def unemployment_months_left(
    benefit_day: Day, unemployment_registered_day: Day, unemployment_stop_day: Day, unemployment_months: Months
) -> Months:
    """Given and not drawn when the benefit stopped; give them as unemployment_months_kept at the next claim."""
    if unemployment_months == 0 or unemployment_stop_day > benefit_day:
        return 0
    drawn = max(month_index(unemployment_stop_day) - month_index(unemployment_registered_day), 0)
    return max(unemployment_months - drawn, 0)


@rule(
    zh="领取失业保险金期间死亡，遗属向失业保险申领",
    en="Died while on unemployment benefit, and the survivors claim from this insurance",
    cites=DECREE + " 第24条；社会保险法 第49条",
    note="survivors who may claim under more than one insurance choose one",
)
def died_on_unemployment_benefit(
    benefit_day: Day,
    death_day: Day,
    survivors_claimed_from: SurvivorScheme,
    unemployment_registered_day: Day,
    unemployment_stop_day: Day,
    unemployment_months: Months,
) -> Flag:
    """Death in one of the months given, and before the benefit stopped."""
    if death_day > benefit_day or unemployment_months == 0 or survivors_claimed_from != SurvivorScheme.UNEMPLOYMENT:
        return False
    if death_day > unemployment_stop_day:
        return False
    month = month_index(death_day) - month_index(unemployment_registered_day)
    return month >= 1 and month <= unemployment_months


@rule(
    variable="unemployment_funeral",
    zh="失业人员丧葬补助金",
    en="Funeral subsidy of unemployment insurance",
    cites=DECREE + " 第24条；" + LAW,
    until="2021-08-31",
    dated_by="death_day",
    note="as for employees",
    pays=Pays.ONCE,
)
def unemployment_funeral_fixed(died_on_unemployment_benefit: Flag, employee_funeral_subsidy: Fen) -> Fen:
    """The fixed amount of employees."""
    return employee_funeral_subsidy if died_on_unemployment_benefit else 0


@rule(
    variable="unemployment_funeral",
    zh="失业人员丧葬补助金",
    en="Funeral subsidy of unemployment insurance",
    cites=LAW + "；" + MEASURES_2021,
    since="2021-09-01",
    dated_by="death_day",
    formula="2 × 死亡时本市上一年度城镇居民月人均可支配收入",
    confidence="approx",
    note="as for employees, whose rule of 2021 is taken to hold here too; rounded half up to fen, once",
    pays=Pays.ONCE,
)
def unemployment_funeral_2021(
    death_day: Day, died_on_unemployment_benefit: Flag, urban_disposable_income: Yearly[Fen]
) -> Fen:
    """Twice last year's monthly urban disposable income per head."""
    if not died_on_unemployment_benefit:
        return 0
    return half_up_to_fen(2 * urban_disposable_income[year_of(death_day) - 1], 12)


@rule(
    variable="unemployment_survivor_grant",
    zh="失业人员遗属抚恤金",
    en="Survivors' grant of unemployment insurance",
    cites=DECREE + " 第24条",
    until="2011-06-30",
    dated_by="death_day",
    formula="本人最后一个月工资 × 6（供养1人）、9（2人）、12（3人及以上）个月",
    note="as for employees",
    pays=Pays.ONCE,
)
def unemployment_survivor_grant_relief(
    died_on_unemployment_benefit: Flag,
    dependants: Count,
    last_monthly_income: Fen,
    survivor_relief_months: Table[Months],
) -> Fen:
    """Relief of dependants, as of employees; nothing without dependants."""
    if not died_on_unemployment_benefit:
        return 0
    if dependants < 1:
        return 0
    return last_monthly_income * number(survivor_relief_months[min(dependants, 3)])


@rule(
    variable="unemployment_survivor_grant",
    zh="失业人员遗属抚恤金",
    en="Survivors' grant of unemployment insurance",
    cites=LAW,
    since="2011-07-01",
    until="2021-08-31",
    dated_by="death_day",
    note="as for employees",
    pays=Pays.ONCE,
)
def unemployment_survivor_grant_2011(died_on_unemployment_benefit: Flag) -> Fen:
    """The amount for employees is not at hand."""
    if not died_on_unemployment_benefit:
        return 0
    refuse(GRANT_2011_NOT_KNOWN)


@rule(
    variable="unemployment_survivor_grant",
    zh="失业人员遗属抚恤金",
    en="Survivors' grant of unemployment insurance",
    cites=LAW + "；" + MEASURES_2021,
    since="2021-09-01",
    dated_by="death_day",
    formula="上一年度城镇居民月人均可支配收入 × 月数：缴费不满5年3，满5年6，满10年9，超过15年每满1年加1，最多24",
    confidence="approx",
    note="as for employees, whose rule of 2021 is taken to hold here too; months of contributions are those to "
    "the pension; rounded half up to fen, once",
    pays=Pays.ONCE,
)
def unemployment_survivor_grant_2021(
    death_day: Day,
    died_on_unemployment_benefit: Flag,
    contribution_months: Months,
    urban_disposable_income: Yearly[Fen],
) -> Fen:
    """By contribution years, in months of last year's urban disposable income per head."""
    if not died_on_unemployment_benefit:
        return 0
    years = floor_div(number(contribution_months), 12)
    if years < 5:
        months = 3
    elif years < 10:
        months = 6
    else:
        months = min(9 + max(years - 15, 0), 24)
    return half_up_to_fen(urban_disposable_income[year_of(death_day) - 1] * months, 12)


@rule(
    zh="灵活就业社会保险补贴（医疗）",
    en="Social-insurance subsidy of flexible workers, medical",
    cites="京社保发〔2009〕24号",
    confidence="approx",
    note="the medical part alone is at hand; who is subsidised is a fact of the register",
    pays=Pays.MONTHLY,
)
def social_insurance_subsidy(
    benefit_day: Day, subsidised: Flag, contribution_day: Day, medical_contribution_subsidy: Fen
) -> Fen:
    """What is paid for the month of the benefit day, when that is the month of the contribution."""
    if not subsidised:
        return 0
    if month_index(contribution_day) != month_index(benefit_day):
        return 0
    return medical_contribution_subsidy


@rule(
    variable="stable_posts_subsidy",
    zh="稳岗补贴",
    en="Subsidy to an employer for stable posts",
    cites="京人社失业发〔2015〕（文号待核实）",
    until="2014-12-31",
)
def stable_posts_subsidy_none() -> Fen:
    """Not yet."""
    return 0


@rule(
    variable="stable_posts_subsidy",
    zh="稳岗补贴",
    en="Subsidy to an employer for stable posts",
    cites="京人社失业发〔2015〕（文号待核实）",
    since="2015-01-01",
    formula="上年度实际缴纳失业保险费 × 50%",
    note="for a year, and paid to the employer, so no benefit of the person; the last year is not at hand",
)
def stable_posts_subsidy_2015(keeps_posts: Flag, employer_unemployment_paid: Fen, stable_posts_share: Ratio4) -> Fen:
    """Half of what was paid for unemployment insurance in the year before."""
    if not keeps_posts:
        return 0
    return half_up_to_fen(employer_unemployment_paid * stable_posts_share, ONE4)
