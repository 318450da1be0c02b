"""From October 2019: the service subsidy and the care subsidy."""

from __future__ import annotations

from shebao.law.city.disability import DisabilityKind
from shebao.law.city.facts import Hukou
from shebao.law.precedence.exclusions import Exclusion
from shebao.law.welfare.disability.facts import CareClass
from shebao.law.welfare.disability.subsidies import aged, alive_here
from shebao.law.welfare.elderly.allowances import RULES_2019, claim_covers
from shebao.law.welfare.elderly.facts import CareAssessment, ElderCareClass, OnlyChild, ServiceClass
from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import Day, Fen, Flag, Months, Table, Years
from shebao.rules.language import number


@rule(
    zh="计划生育特殊家庭",
    en="Parent of a dead or disabled only child",
    cites="京人口发〔2008〕53号、〔2009〕31号",
    confidence="source",
)
def family_planning_special(only_child: OnlyChild) -> Flag:
    """The only child is dead or disabled, and there is no other."""
    return only_child != OnlyChild.NONE


@rule(
    zh="符合老年人补贴的基本条件",
    en="Old, alive and registered here",
    cites=f"{RULES_2019}；老年人权益保障法 第2条",
    note="that 60 is the age is taken from the law on old people",
)
def local_elder_alive(benefit_day: Day, birth_day: Day, death_day: Day, hukou: Hukou, elder_age: Years) -> Flag:
    """From 60."""
    return alive_here(benefit_day, death_day, hukou) and aged(birth_day, benefit_day, number(elder_age))


@rule(
    zh="养老服务补贴类别",
    en="Class of the service subsidy",
    cites=RULES_2019,
    since="2019-10-01",
    confidence="source",
)
def elderly_service_class(
    minimum_living_eligible: Flag, low_income_eligible: Flag, family_planning_special: Flag
) -> ServiceClass:
    """The first that fits: minimum living allowance, low income, special family."""
    if minimum_living_eligible:
        return ServiceClass.MINIMUM_LIVING
    if low_income_eligible:
        return ServiceClass.LOW_INCOME
    return ServiceClass.FAMILY_PLANNING if family_planning_special else ServiceClass.NONE


@rule(
    variable="elderly_service_subsidy_entitlement",
    zh="养老服务补贴（衔接前）",
    en="Service subsidy that the own conditions give",
    cites=RULES_2019,
    until="2019-09-30",
)
def no_elderly_service_subsidy() -> Fen:
    """The subsidy begins on 2019-10-01."""
    return 0


@rule(
    zh="养老服务补贴（衔接前）",
    en="Service subsidy that the own conditions give",
    cites=RULES_2019,
    since="2019-10-01",
    confidence="source",
    note="back pay: claimed within six months of the day of right",
)
def elderly_service_subsidy_entitlement(
    benefit_day: Day,
    local_elder_alive: Flag,
    service_right_day: Day,
    elderly_subsidy_claim_day: Day,
    elderly_back_pay_months: Months,
    elderly_service_class: ServiceClass,
    elderly_service_standard: Table[Fen],
) -> Fen:
    """By class, in the months that the claim covers."""
    if not claim_covers(benefit_day, service_right_day, elderly_subsidy_claim_day, elderly_back_pay_months):
        return 0
    if not local_elder_alive or elderly_service_class == ServiceClass.NONE:
        return 0
    return elderly_service_standard[elderly_service_class]


@rule(
    zh="困难老年人养老服务补贴",
    en="Service subsidy for old people in hardship",
    cites=RULES_2019,
    confidence="source",
    pays=Pays.MONTHLY,
)
def elderly_service_subsidy(
    elderly_service_subsidy_entitlement: Fen, elderly_service_subsidy_exclusion: Exclusion
) -> Fen:
    """The entitlement, unless another benefit excludes it."""
    return elderly_service_subsidy_entitlement if elderly_service_subsidy_exclusion == Exclusion.NONE else 0


@rule(
    zh="老年人护理补贴档次",
    en="Class of the elders' care subsidy",
    cites=RULES_2019,
    since="2019-10-01",
    confidence="source",
)
def elderly_care_class(
    care_assessment: CareAssessment,
    disability_care_class: CareClass,
    graded_disability: DisabilityKind,
) -> ElderCareClass:
    """First: severely in need of care, or the higher class of the disabled; third: hearing and speech 1 to 2; second:
    the rest of the lower class."""
    if care_assessment == CareAssessment.SEVERE or disability_care_class == CareClass.HIGHER:
        return ElderCareClass.FIRST
    if disability_care_class == CareClass.NONE:
        return ElderCareClass.NONE
    if graded_disability == DisabilityKind.HEARING or graded_disability == DisabilityKind.SPEECH:
        return ElderCareClass.THIRD
    return ElderCareClass.SECOND


@rule(
    variable="elderly_care_subsidy_entitlement",
    zh="老年人护理补贴（衔接前）",
    en="Elders' care subsidy that the own conditions give",
    cites=RULES_2019,
    until="2019-09-30",
)
def no_elderly_care_subsidy() -> Fen:
    """The subsidy begins on 2019-10-01."""
    return 0


@rule(
    zh="老年人护理补贴（衔接前）",
    en="Elders' care subsidy that the own conditions give",
    cites=RULES_2019,
    since="2019-10-01",
    confidence="source",
    note="back pay: claimed within six months of the day of right",
)
def elderly_care_subsidy_entitlement(
    benefit_day: Day,
    local_elder_alive: Flag,
    care_right_day: Day,
    elderly_subsidy_claim_day: Day,
    elderly_back_pay_months: Months,
    elderly_care_class: ElderCareClass,
    elderly_care_standard: Table[Fen],
) -> Fen:
    """By class, in the months that the claim covers."""
    if not claim_covers(benefit_day, care_right_day, elderly_subsidy_claim_day, elderly_back_pay_months):
        return 0
    if not local_elder_alive or elderly_care_class == ElderCareClass.NONE:
        return 0
    return elderly_care_standard[elderly_care_class]


@rule(
    zh="失能老年人护理补贴",
    en="Care subsidy for old people in need of care",
    cites=RULES_2019,
    confidence="source",
    pays=Pays.MONTHLY,
)
def elderly_care_subsidy(elderly_care_subsidy_entitlement: Fen, elderly_care_subsidy_exclusion: Exclusion) -> Fen:
    """The entitlement, unless another benefit excludes it."""
    return elderly_care_subsidy_entitlement if elderly_care_subsidy_exclusion == Exclusion.NONE else 0
