"""The living and the care subsidy: who has them, and how much a month."""

from __future__ import annotations

from shebao.law.assistance.minimum_living.means import local
from shebao.law.city.disability import DisabilityKind, DisabilityLevel
from shebao.law.city.facts import Hukou, Sex
from shebao.law.city.household import Work
from shebao.law.precedence.exclusions import Exclusion
from shebao.law.welfare.disability.facts import CareClass, LivingClass, LivingGrade
from shebao.law.welfare.disability.grades import RULES_2016
from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import Day, Fen, Flag, Table, day
from shebao.rules.language import as_months, helper, month_index, months_between

RULES_2011 = "京残发〔2010〕94号"
RULES_2015 = "京残发〔2015〕36号"
LAST_BACK_PAID: Day = day("2016-12-31")


@helper
def aged(birth_day: Day, on: Day, years: int) -> Flag:
    """Whether that birthday is reached."""
    return months_between(birth_day, on) >= as_months(12 * years)


@helper
def alive_here(benefit_day: Day, death_day: Day, hukou: Hukou) -> Flag:
    """Not dead before the month, and registered in this city."""
    return month_index(benefit_day) <= month_index(death_day) and local(hukou)


# ---- from which month a claim is paid
@rule(
    variable="disability_subsidy_claimed",
    zh="残疾人补贴已申请",
    en="Disability subsidies are claimed",
    cites=RULES_2011,
    until="2015-12-31",
    confidence="approx",
    note="that it is paid from the month of the claim is taken from the later rule",
)
def disability_subsidy_claimed_before_2016(benefit_day: Day, disability_claim_day: Day) -> Flag:
    """In the month, or before."""
    return month_index(disability_claim_day) <= month_index(benefit_day)


@rule(
    zh="残疾人补贴已申请",
    en="Disability subsidies are claimed",
    cites=f"{RULES_2016}、京政发〔2016〕46号",
    since="2016-01-01",
    confidence="source",
)
def disability_subsidy_claimed(benefit_day: Day, disability_claim_day: Day) -> Flag:
    """In the month or before; a claim to the end of 2016 is paid back to the first month of right from 2016-01."""
    if disability_claim_day <= LAST_BACK_PAID:
        return True
    return month_index(disability_claim_day) <= month_index(benefit_day)


# ---- the living subsidy
@rule(
    variable="disability_living_class",
    zh="残疾人生活补贴类别",
    en="Class of the living subsidy",
    cites=RULES_2011,
    until="2010-12-31",
)
def no_disability_living_class() -> LivingClass:
    """The subsidy begins on 2011-01-01."""
    return LivingClass.NONE


@rule(
    variable="disability_living_class",
    zh="残疾人生活补贴类别",
    en="Class of the living subsidy",
    cites=RULES_2011,
    since="2011-01-01",
    until="2015-12-31",
    confidence="source",
    note="without work: no income from work, and not a farmer or self-employed",
)
def disability_living_class_2011(
    benefit_day: Day,
    birth_day: Day,
    sex: Sex,
    work: Work,
    work_income: Fen,
    minimum_living_eligible: Flag,
) -> LivingClass:
    """On the minimum living allowance; or without work from 16 to 60 (women 55)."""
    if minimum_living_eligible:
        return LivingClass.MINIMUM_LIVING
    if not aged(birth_day, benefit_day, 16) or aged(birth_day, benefit_day, 55 if sex == Sex.FEMALE else 60):
        return LivingClass.NONE
    return LivingClass.NO_WORK if work == Work.NONE and work_income == 0 else LivingClass.NONE


@rule(
    zh="残疾人生活补贴类别",
    en="Class of the living subsidy",
    cites=RULES_2016,
    since="2016-01-01",
    confidence="source",
    note="stable income: from work and property, and pensions and other benefits of insurance (approx)",
)
def disability_living_class(
    benefit_day: Day,
    birth_day: Day,
    sex: Sex,
    work: Work,
    student: Flag,
    stable_income: Fen,
    minimum_living_eligible: Flag,
    low_income_eligible: Flag,
) -> LivingClass:
    """The first that fits: minimum living allowance, low income, below 16, in school or 16 to 59 without work and
    income, old."""
    if minimum_living_eligible:
        return LivingClass.MINIMUM_LIVING
    if low_income_eligible:
        return LivingClass.LOW_INCOME
    if not aged(birth_day, benefit_day, 16):
        return LivingClass.CHILD
    if student:
        return LivingClass.NO_WORK
    if not aged(birth_day, benefit_day, 60) and work == Work.NONE and stable_income == 0:
        return LivingClass.NO_WORK
    return LivingClass.OLD if aged(birth_day, benefit_day, 55 if sex == Sex.FEMALE else 60) else LivingClass.NONE


@rule(
    zh="本人稳定性月收入",
    en="Own stable income per month",
    cites=RULES_2016,
    confidence="approx",
    note="what counts is not listed in the text at hand",
)
def stable_income(work_income: Fen, property_income: Fen, insurance_income: Fen) -> Fen:
    """From work, property and insurance."""
    return work_income + property_income + insurance_income


@rule(
    variable="disability_living_subsidy_entitlement",
    zh="残疾人生活补贴（衔接前）",
    en="Living subsidy that the own conditions give",
    cites=RULES_2011,
    until="2010-12-31",
)
def no_disability_living_subsidy() -> Fen:
    """The subsidy begins on 2011-01-01."""
    return 0


@rule(
    variable="disability_living_subsidy_entitlement",
    zh="残疾人生活补贴（衔接前）",
    en="Living subsidy that the own conditions give",
    cites=RULES_2011,
    since="2011-01-01",
    until="2015-12-31",
    confidence="source",
)
def disability_living_subsidy_2011(
    benefit_day: Day,
    death_day: Day,
    hukou: Hukou,
    disability_kind: DisabilityKind,
    disability_level: DisabilityLevel,
    severely_disabled: Flag,
    disability_subsidy_claimed: Flag,
    disability_living_class: LivingClass,
    disability_living_on_minimum_2011: Fen,
    disability_living_mild_2011: Fen,
    disability_living_severe_2011: Table[Fen],
) -> Fen:
    """On the minimum living allowance one amount; without work by severity and, if severe, town or country."""
    if not disability_subsidy_claimed or not alive_here(benefit_day, death_day, hukou):
        return 0
    if disability_kind == DisabilityKind.NONE or disability_level == DisabilityLevel.NONE:
        return 0
    if disability_living_class == LivingClass.NONE:
        return 0
    if disability_living_class == LivingClass.MINIMUM_LIVING:
        return disability_living_on_minimum_2011
    return disability_living_severe_2011[hukou] if severely_disabled else disability_living_mild_2011


@rule(
    zh="残疾人生活补贴（衔接前）",
    en="Living subsidy that the own conditions give",
    cites=f"{RULES_2016}、京政发〔2016〕46号",
    since="2016-01-01",
    formula="重度：低保400，低收入、失业或在校 = 低保标准，老年 = 低保标准 − 本人稳定收入，未满16岁300；"
    "其他等级：320、300、200、0、200",
    confidence="source",
)
def disability_living_subsidy_entitlement(
    benefit_day: Day,
    death_day: Day,
    hukou: Hukou,
    living_grade: LivingGrade,
    disability_subsidy_claimed: Flag,
    disability_living_class: LivingClass,
    stable_income: Fen,
    household_standard: Fen,
    disability_living_severe: Table[Fen],
    disability_living_other: Table[Fen],
) -> Fen:
    """By class and grade; the old of other grades get nothing."""
    if not disability_subsidy_claimed or not alive_here(benefit_day, death_day, hukou):
        return 0
    if living_grade == LivingGrade.NONE or disability_living_class == LivingClass.NONE:
        return 0
    if living_grade == LivingGrade.OTHER:
        return 0 if disability_living_class == LivingClass.OLD else disability_living_other[disability_living_class]
    if disability_living_class == LivingClass.OLD:
        return max(0, household_standard - stable_income)
    if disability_living_class == LivingClass.LOW_INCOME or disability_living_class == LivingClass.NO_WORK:
        return household_standard
    return disability_living_severe[disability_living_class]


@rule(
    zh="残疾人生活补贴",
    en="Living subsidy of disabled people",
    cites=f"{RULES_2011}；{RULES_2016}",
    confidence="source",
    pays=Pays.MONTHLY,
)
def disability_living_subsidy(
    disability_living_subsidy_entitlement: Fen, disability_living_subsidy_exclusion: Exclusion
) -> Fen:
    """The entitlement, unless another benefit excludes it."""
    return disability_living_subsidy_entitlement if disability_living_subsidy_exclusion == Exclusion.NONE else 0


# ---- the care subsidy
@rule(
    variable="disability_care_subsidy_entitlement",
    zh="残疾人护理补贴（衔接前）",
    en="Care subsidy that the own conditions give",
    cites=RULES_2015,
    until="2014-12-31",
)
def no_disability_care_subsidy() -> Fen:
    """The subsidy begins in 2015."""
    return 0


@rule(
    zh="残疾人护理补贴（衔接前）",
    en="Care subsidy that the own conditions give",
    cites=f"{RULES_2015}；{RULES_2016}",
    since="2015-01-01",
    confidence="source",
)
def disability_care_subsidy_entitlement(
    benefit_day: Day,
    death_day: Day,
    hukou: Hukou,
    disability_subsidy_claimed: Flag,
    disability_care_class: CareClass,
    disability_care_standard: Table[Fen],
) -> Fen:
    """By class, whatever the means."""
    if not disability_subsidy_claimed or not alive_here(benefit_day, death_day, hukou):
        return 0
    if disability_care_class == CareClass.NONE:
        return 0
    return disability_care_standard[disability_care_class]


@rule(
    zh="残疾人护理补贴",
    en="Care subsidy of disabled people",
    cites=f"{RULES_2015}；{RULES_2016}",
    confidence="source",
    pays=Pays.MONTHLY,
)
def disability_care_subsidy(
    disability_care_subsidy_entitlement: Fen, disability_care_subsidy_exclusion: Exclusion
) -> Fen:
    """The entitlement, unless another benefit excludes it."""
    return disability_care_subsidy_entitlement if disability_care_subsidy_exclusion == Exclusion.NONE else 0
