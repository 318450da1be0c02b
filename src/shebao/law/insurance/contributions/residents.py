"""Residents: payments and the government's match, medical premiums; subsidies of the disabled self-employed."""

from __future__ import annotations

from shebao.law.insurance.contributions.amounts import share
from shebao.law.insurance.contributions.facts import ResidentMedicalClass
from shebao.law.insurance.resident_pension.rules import CITES
from shebao.rules.declare import Reason, refuse, rule
from shebao.rules.kinds import ONE4, Day, Fen, Flag, Ratio4, Table, Year, Yearly
from shebao.rules.language import half_up_to_yuan, helper, year_of

DISABLED = "京残发〔2007〕62号"
RURAL_PREMIUM_NOT_KNOWN = Reason(
    "RURAL_PREMIUM_NOT_KNOWN",
    "新型农村合作医疗的个人缴费额由各区县确定，标准待核实",
    "What a person pays for the rural cooperative medical care is set by each district and is not at hand",
)


@rule(
    zh="居民养老保险缴费额符合规定",
    en="Payment to the residents' pension is within its limits",
    cites=CITES,
    since="2009-01-01",
    dated_by="paid_day",
    confidence="approx",
    note="the published limits are rounded figures as recalled",
)
def resident_payment_allowed(
    paid_day: Day,
    resident_payment: Fen,
    resident_paid_before: Fen,
    resident_minimum_published: Yearly[Fen],
    resident_maximum_published: Yearly[Fen],
) -> Flag:
    """All that is paid for the year lies between the year's minimum and maximum."""
    total = resident_payment + resident_paid_before
    year = year_of(paid_day)
    return total >= resident_minimum_published[year] and total <= resident_maximum_published[year]


@rule(
    zh="居民养老保险政府缴费补贴",
    en="Government's match of a resident's payment",
    cites=CITES,
    since="2009-01-01",
    dated_by="paid_day",
    note="once a year, with the first payment; from 2014 in tiers that are not at hand",
)
def resident_payment_match(resident_payment: Fen, resident_paid_before: Fen, resident_match: Fen) -> Fen:
    """The year's match with the first payment of the year; 0 with a later one."""
    return resident_match if resident_payment > 0 and resident_paid_before == 0 else 0


@rule(
    zh="居民医疗保险个人年缴费额",
    en="Resident's medical premium of the year",
    cites="京政发〔2010〕38号",
    since="2011-01-01",
    dated_by="contribution_day",
)
def resident_medical_premium(
    resident_medical_class: ResidentMedicalClass,
    resident_medical_premium_dependent: Table[Fen],
    resident_medical_premium_working_age: Table[Fen],
) -> Fen:
    """What the person pays for the year, by group."""
    if resident_medical_class == ResidentMedicalClass.RURAL:
        refuse(RURAL_PREMIUM_NOT_KNOWN)
    if (
        resident_medical_class == ResidentMedicalClass.WORKING_AGE
        or resident_medical_class == ResidentMedicalClass.WORKING_AGE_DISABLED
    ):
        return resident_medical_premium_working_age[resident_medical_class]
    return resident_medical_premium_dependent[resident_medical_class]


@rule(
    zh="新型农村合作医疗人均筹资额",
    en="Funding of the rural cooperative medical care, a person a year",
    cites="京卫农卫字 年度通知（文号待核实）",
    since="2010-01-01",
    dated_by="contribution_day",
    confidence="approx",
    note="of all payers together; how they share it is not at hand",
)
def rural_medical_funding(
    contribution_day: Day, resident_medical_class: ResidentMedicalClass, rural_medical_funding_per_person: Yearly[Fen]
) -> Fen:
    """The year's funding of a member; 0 for others."""
    if resident_medical_class != ResidentMedicalClass.RURAL:
        return 0
    return rural_medical_funding_per_person[year_of(contribution_day)]


@helper
def subsidy(wage: Fen, part: Ratio4, rate: Ratio4) -> Fen:
    """A rate of a part of the citywide wage; the part is rounded half up to yuan as floors are, the amount to fen."""
    return share(half_up_to_yuan(wage * part, ONE4), rate)


@rule(
    zh="个体就业残疾人养老保险补贴",
    en="Pension subsidy of the disabled self-employed",
    cites=DISABLED,
    since="2007-04-01",
    dated_by="contribution_day",
    formula="上年职工月平均工资 × 40%（2008年45%，2009年50%，2010年55%，2011年起60%）× 14%",
    confidence="source",
)
def disabled_pension_subsidy(
    self_employed_disabled: Flag,
    base_year: Year,
    average_wage_monthly: Yearly[Fen],
    disabled_pension_base_share: Ratio4,
    disabled_pension_subsidy_rate: Ratio4,
) -> Fen:
    """Per month; 0 for others."""
    if not self_employed_disabled:
        return 0
    return subsidy(average_wage_monthly[base_year - 1], disabled_pension_base_share, disabled_pension_subsidy_rate)


@rule(
    zh="个体就业残疾人失业保险补贴",
    en="Unemployment subsidy of the disabled self-employed",
    cites=DISABLED,
    since="2007-04-01",
    dated_by="contribution_day",
    formula="上年职工月平均工资 × 40% × 1.5%",
    confidence="source",
)
def disabled_unemployment_subsidy(
    self_employed_disabled: Flag,
    base_year: Year,
    average_wage_monthly: Yearly[Fen],
    disabled_unemployment_base_share: Ratio4,
    disabled_unemployment_subsidy_rate: Ratio4,
) -> Fen:
    """Per month; 0 for others."""
    if not self_employed_disabled:
        return 0
    return subsidy(
        average_wage_monthly[base_year - 1], disabled_unemployment_base_share, disabled_unemployment_subsidy_rate
    )


@rule(
    zh="个体就业残疾人医疗保险补贴",
    en="Medical subsidy of the disabled self-employed",
    cites=DISABLED,
    since="2007-04-01",
    dated_by="contribution_day",
    formula="上年职工月平均工资 × 70% × 6%",
    confidence="source",
)
def disabled_medical_subsidy(
    self_employed_disabled: Flag,
    base_year: Year,
    average_wage_monthly: Yearly[Fen],
    disabled_medical_base_share: Ratio4,
    disabled_medical_subsidy_rate: Ratio4,
) -> Fen:
    """Per month; 0 for others."""
    if not self_employed_disabled:
        return 0
    return subsidy(average_wage_monthly[base_year - 1], disabled_medical_base_share, disabled_medical_subsidy_rate)
