"""Families of the dead, and veterans with a regular living subsidy."""

from __future__ import annotations

from shebao.law.assistance.minimum_living.means import local
from shebao.law.city.disability import DisabilityKind
from shebao.law.city.facts import Hukou
from shebao.law.veterans.disability import REGULATION, STANDARDS
from shebao.law.veterans.facts import FamilyClass, FamilyRelation, LivingSubsidyClass, SoldierKind
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import Count, Day, Fen, Flag, Months, Table, Yearly
from shebao.rules.language import add_months, half_up_to_fen, month_index, year_of

GROWN: Months = 216  # 18 years
OLD: Months = 720  # 60 years
GRANT_CITES = "京政发〔2011〕51号"

DEMOBILIZED_LEVEL_NOT_KNOWN = Reason(
    "DEMOBILIZED_LEVEL_NOT_KNOWN",
    "在乡复员军人生活补助由地方确定，本市标准未查到",
    "The living subsidy of demobilized soldiers is set locally; this city's level is not at hand",
)


@rule(
    zh="优抚对象本人月收入",
    en="Own income of a survivor, per month",
    cites=REGULATION,
    confidence="approx",
    note="what counts is not listed; as for assistance",
)
def survivor_income(work_income: Fen, property_income: Fen, transfer_income: Fen, insurance_income: Fen) -> Fen:
    """From work, property, transfers and insurance."""
    return work_income + property_income + transfer_income + insurance_income


@rule(
    zh="符合定期抚恤条件",
    en="Entitled to a regular pension as a survivor",
    cites=REGULATION,
    confidence="source",
    note="the local average is last year's income a head of city or countryside, a twelfth (approx); a child past 18 "
    "with a certificate of disability counts as disabled (approx)",
)
def veteran_family_eligible(
    benefit_day: Day,
    birth_day: Day,
    hukou: Hukou,
    veteran_family: FamilyClass,
    veteran_relation: FamilyRelation,
    veteran_family_day: Day,
    veteran_care_suspended: Flag,
    veteran_care_lost: Flag,
    able_to_work: Flag,
    student: Flag,
    disability_kind: DisabilityKind,
    survivor_income: Fen,
    urban_disposable_income: Yearly[Fen],
    rural_net_income: Yearly[Fen],
) -> Flag:
    """Parents and spouse without strength to work and income, or with less than the average; children and supported
    brothers and sisters to 18, or after it without income for school or disability."""
    if veteran_family == FamilyClass.NONE or veteran_relation == FamilyRelation.NONE or not local(hukou):
        return False
    if veteran_care_suspended or veteran_care_lost or month_index(benefit_day) <= month_index(veteran_family_day):
        return False
    if veteran_relation == FamilyRelation.PARENT or veteran_relation == FamilyRelation.SPOUSE:
        if survivor_income == 0 and not able_to_work:
            return True
        year = year_of(benefit_day) - 1
        if hukou == Hukou.LOCAL_RURAL:
            return survivor_income * 12 < rural_net_income[year]
        return survivor_income * 12 < urban_disposable_income[year]
    if benefit_day < add_months(birth_day, GROWN):
        return True
    return survivor_income == 0 and (student or disability_kind != DisabilityKind.NONE)


@rule(
    zh="定期抚恤金月标准",
    en="Standard of the survivors' regular pension, per month",
    cites=STANDARDS,
    dated_by="veteran_standard_day",
    formula="年标准 ÷ 12",
    confidence="approx",
    note="the national amounts; a twelfth rounded half up to fen (approx); the city's supplement is not at hand",
)
def veteran_family_standard(
    veteran_family_eligible: Flag,
    veteran_family: FamilyClass,
    hukou: Hukou,
    family_pension_urban: Table[Fen],
    family_pension_rural: Table[Fen],
) -> Fen:
    """By class, to 2016-09-30 by town and country."""
    if not veteran_family_eligible:
        return 0
    if hukou == Hukou.LOCAL_RURAL:
        return half_up_to_fen(family_pension_rural[veteran_family], 12)
    return half_up_to_fen(family_pension_urban[veteran_family], 12)


@rule(
    zh="定期抚恤金",
    en="Regular pension of a survivor",
    cites=REGULATION,
    confidence="approx",
    note="the national amount; the city's supplement is not at hand",
    pays=Pays.MONTHLY,
)
def veteran_family_pension(benefit_day: Day, death_day: Day, veteran_family_standard: Fen) -> Fen:
    """To the month of death."""
    return veteran_family_standard if month_index(benefit_day) <= month_index(death_day) else 0


@rule(
    zh="符合定期生活补助条件",
    en="Entitled to a living subsidy as a veteran",
    cites=STANDARDS,
    confidence="known",
    note="demobilized soldiers enlisted before 1954-10-31 are recorded as such; former conscripts are paid from 60",
)
def veteran_living_eligible(
    benefit_day: Day,
    birth_day: Day,
    death_day: Day,
    hukou: Hukou,
    veteran_subsidy_class: LivingSubsidyClass,
    veteran_care_suspended: Flag,
    veteran_care_lost: Flag,
) -> Flag:
    """Registered here, of a class, alive in the month, neither suspended nor lost."""
    if veteran_subsidy_class == LivingSubsidyClass.NONE or not local(hukou):
        return False
    if veteran_care_suspended or veteran_care_lost or month_index(benefit_day) > month_index(death_day):
        return False
    if veteran_subsidy_class == LivingSubsidyClass.RURAL_CONSCRIPT:
        return benefit_day >= add_months(birth_day, OLD)
    return True


@rule(
    variable="veteran_living_subsidy",
    zh="退役人员定期生活补助",
    en="Living subsidy of a veteran",
    cites=STANDARDS,
    until="2011-07-31",
    formula="年标准 ÷ 12",
    confidence="approx",
    note="a twelfth of a year's amount, half up to fen (approx)",
    pays=Pays.MONTHLY,
)
def veteran_living_subsidy_before_2011(
    veteran_living_eligible: Flag, veteran_subsidy_class: LivingSubsidyClass, veteran_living_standard: Table[Fen]
) -> Fen:
    """By class; former conscripts of the countryside have none yet."""
    if not veteran_living_eligible or veteran_subsidy_class == LivingSubsidyClass.RURAL_CONSCRIPT:
        return 0
    if veteran_subsidy_class == LivingSubsidyClass.DEMOBILIZED:
        refuse(DEMOBILIZED_LEVEL_NOT_KNOWN)
    return half_up_to_fen(veteran_living_standard[veteran_subsidy_class], 12)


@rule(
    zh="退役人员定期生活补助",
    en="Living subsidy of a veteran",
    cites=f"{STANDARDS}；民发〔2011〕110号",
    since="2011-08-01",
    formula="年标准 ÷ 12；农村籍退役士兵：每服一年义务兵役10元",
    confidence="approx",
    note="a twelfth of a year's amount, half up to fen (approx)",
    pays=Pays.MONTHLY,
)
def veteran_living_subsidy(
    veteran_living_eligible: Flag,
    veteran_subsidy_class: LivingSubsidyClass,
    conscript_years: Count,
    veteran_living_standard: Table[Fen],
    rural_conscript_amount: Fen,
) -> Fen:
    """By class; former conscripts of the countryside by full years of service."""
    if not veteran_living_eligible:
        return 0
    if veteran_subsidy_class == LivingSubsidyClass.RURAL_CONSCRIPT:
        return rural_conscript_amount * conscript_years
    if veteran_subsidy_class == LivingSubsidyClass.DEMOBILIZED:
        refuse(DEMOBILIZED_LEVEL_NOT_KNOWN)
    return half_up_to_fen(veteran_living_standard[veteran_subsidy_class], 12)


@rule(
    zh="义务兵家庭优待金",
    en="Grant to a conscript's family",
    cites=GRANT_CITES,
    confidence="seed",
    note="recorded on the conscript, paid to the family; town and country alike",
    pays=Pays.YEARLY,
)
def conscript_family_grant(conscript_serving: Flag, conscript_family_amount: Fen) -> Fen:
    """One amount for each year of service."""
    return conscript_family_amount if conscript_serving else 0


@rule(
    zh="服义务兵役的年度",
    en="Year of service as a conscript that counts",
    cites=REGULATION,
    confidence="approx",
    note="granted for the calendar year in which a year of service begins: two for two years of service",
)
def conscript_serving(
    benefit_day: Day, hukou: Hukou, soldier_kind: SoldierKind, enlistment_day: Day, discharge_day: Day
) -> Flag:
    """The years of enlistment and after it, two at most, to the year before the discharge."""
    if soldier_kind != SoldierKind.CONSCRIPT or enlistment_day > benefit_day or not local(hukou):
        return False
    if year_of(benefit_day) >= year_of(discharge_day):
        return False
    return year_of(benefit_day) <= year_of(enlistment_day) + 1
