"""Who gets the unemployment benefit, for how many months, how much; the lump sum of rural contract workers."""

from __future__ import annotations

from shebao.law.insurance.unemployment.facts import UnemploymentTier
from shebao.law.precedence.exclusions import Exclusion
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import ONE4, Day, Fen, Flag, Months, Ratio4, Table
from shebao.rules.language import as_days, as_months, floor_div, half_up_to_fen, month_index, number

DECREE = "北京市人民政府令第38号（第190号修改）"
INSURANCE_LAW = "社会保险法"
YEAR: Months = 12

REGISTERED_LATE = Reason(
    "REGISTERED_LATE",
    "终止劳动关系60日后才登记，处理办法待核实",
    "Registered more than 60 days after employment ended; what follows is not in the documents at hand",
)


@rule(
    zh="符合失业保险金条件",
    en="Entitled to the unemployment benefit",
    cites=f"{DECREE} 第13条、第14条",
    confidence="source",
)
def unemployment_benefit_eligible(
    employment_end_day: Day,
    unemployment_registered_day: Day,
    benefit_day: Day,
    left_voluntarily: Flag,
    unemployment_months_paid: Months,
    rural_contract_worker: Flag,
) -> Flag:
    """A year paid, not left of own will, registered within 60 days; rural contract workers have their lump sum."""
    if employment_end_day > benefit_day or unemployment_registered_day > benefit_day:
        return False
    if left_voluntarily or rural_contract_worker or unemployment_months_paid < YEAR:
        return False
    if unemployment_registered_day - employment_end_day > as_days(60):
        refuse(REGISTERED_LATE)
    return True


@rule(
    zh="失业保险金期限",
    en="Months of the unemployment benefit",
    cites=f"{DECREE} 第15条、第17条",
    formula="满1、2、3、4年：3、6、9、12个月；满5年起 12 + (年数 − 4)；加上次剩余；最长24个月",
    confidence="approx",
    note="from 5 years on the decree's words allow other readings",
)
def unemployment_months(
    unemployment_benefit_eligible: Flag,
    unemployment_months_paid: Months,
    unemployment_months_kept: Months,
    unemployment_longest: Months,
) -> Months:
    """Three months for each of the first four years, one for each further year, and what was left of the last time."""
    if not unemployment_benefit_eligible:
        return 0
    years = floor_div(unemployment_months_paid, YEAR)
    months = 3 * years if years <= 4 else 12 + (years - 4)
    return min(as_months(months) + unemployment_months_kept, unemployment_longest)


@rule(
    zh="领取失业保险金的第几个月",
    en="Month of drawing the benefit",
    cites=f"{DECREE} 第14条",
    confidence="approx",
    note="the first is the month after the registration; 0 when nothing is drawn",
)
def unemployment_benefit_month(
    benefit_day: Day,
    death_day: Day,
    unemployment_registered_day: Day,
    unemployment_stop_day: Day,
    unemployment_months: Months,
) -> Months:
    """Within the months given, before the benefit stops, alive."""
    month = as_months(month_index(benefit_day) - month_index(min(unemployment_registered_day, benefit_day)))
    if month > unemployment_months or month_index(benefit_day) > month_index(death_day):
        return 0
    if month_index(benefit_day) > month_index(unemployment_stop_day):
        return 0
    return month


@rule(
    zh="失业保险金（自身条件）",
    en="Unemployment benefit by own conditions",
    cites=f"{DECREE} 第19条及年度通知",
    confidence="source",
)
def unemployment_benefit_entitlement(
    unemployment_benefit_month: Months, unemployment_months_paid: Months, unemployment_standard: Table[Fen]
) -> Fen:
    """The tier of the years paid; from the 13th month the lowest."""
    if unemployment_benefit_month == 0:
        return 0
    if unemployment_benefit_month > 12 or unemployment_months_paid < 5 * YEAR:
        return unemployment_standard[UnemploymentTier.FROM_1]
    if unemployment_months_paid < 10 * YEAR:
        return unemployment_standard[UnemploymentTier.FROM_5]
    if unemployment_months_paid < 15 * YEAR:
        return unemployment_standard[UnemploymentTier.FROM_10]
    if unemployment_months_paid < 20 * YEAR:
        return unemployment_standard[UnemploymentTier.FROM_15]
    return unemployment_standard[UnemploymentTier.FROM_20]


@rule(
    zh="失业保险金",
    en="Unemployment benefit",
    cites=f"{DECREE} 第19条及年度通知",
    pays=Pays.MONTHLY,
)
def unemployment_benefit(unemployment_benefit_entitlement: Fen, unemployment_benefit_exclusion: Exclusion) -> Fen:
    """Unless another benefit takes its place."""
    if unemployment_benefit_exclusion != Exclusion.NONE:
        return 0
    return unemployment_benefit_entitlement


@rule(
    zh="农民合同制工人一次性生活补助",
    en="Lump sum of rural contract workers",
    cites=f"{DECREE} 第22条",
    formula="最低工资 × 40% × 满年数，最多12个月",
    dated_by="employment_end_day",
    confidence="approx",
    note="by the minimum wage of the day employment ended; rounded half up to fen",
    pays=Pays.ONCE,
)
def rural_worker_lump_sum(
    benefit_day: Day,
    employment_end_day: Day,
    rural_contract_worker: Flag,
    left_voluntarily: Flag,
    unemployment_months_paid: Months,
    minimum_wage: Fen,
    rural_lump_sum_share: Ratio4,
    rural_lump_sum_most: Months,
) -> Fen:
    """A month of 40 % of the minimum wage for each full year paid for, at most 12."""
    if employment_end_day > benefit_day or not rural_contract_worker or left_voluntarily:
        return 0
    months = min(as_months(floor_div(unemployment_months_paid, YEAR)), rural_lump_sum_most)
    return half_up_to_fen(minimum_wage * rural_lump_sum_share * number(months), ONE4)


@rule(
    variable="unemployment_medical_cover",
    zh="失业期间职工医疗保险待遇",
    en="Employee medical cover while drawing",
    cites=f"{DECREE} 第23条",
    until="2011-06-30",
    pays=Pays.SERVICE,
    note="before 2011-07 a medical subsidy of 60 to 80 % was paid instead; its bands are not at hand",
)
def no_unemployment_medical_cover() -> Flag:
    """The cover begins with the insurance law."""
    return False


@rule(
    zh="失业期间职工医疗保险待遇",
    en="Employee medical cover while drawing",
    cites=f"{INSURANCE_LAW} 第48条",
    since="2011-07-01",
    confidence="source",
    pays=Pays.SERVICE,
)
def unemployment_medical_cover(unemployment_benefit: Fen) -> Flag:
    """The fund pays the premium while the benefit is drawn."""
    return unemployment_benefit > 0
