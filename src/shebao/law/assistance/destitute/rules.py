"""Who is destitute, the basic support and the care."""

from __future__ import annotations

from shebao.law.assistance.destitute.facts import SelfCare
from shebao.law.city.disability import DisabilityKind
from shebao.law.city.facts import Hukou
from shebao.law.precedence.exclusions import Exclusion
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import ONE4, Day, Fen, Flag, Ratio4, Table
from shebao.rules.language import half_up_to_fen, month_index, months_between

RULES_2017 = "京民社救发〔2017〕24号"
EARLIER = "国务院令第456号、令271 第8条、京民救发〔2008〕270号、京民社救发〔2014〕307号"

RURAL_SUPPORT_NOT_KNOWN = Reason(
    "RURAL_SUPPORT_NOT_KNOWN",
    "2017年以前农村五保供养标准待核实",
    "The rural support before 2017 is not at hand",
)


@rule(zh="无劳动能力", en="Unable to work for a living", cites=f"{RULES_2017}；国务院令第456号", confidence="source")
def without_strength_to_work(
    benefit_day: Day,
    birth_day: Day,
    able_to_work: Flag,
    severely_disabled: Flag,
    disability_kind: DisabilityKind,
) -> Flag:
    """60 and older, below 16, severely disabled in sight, limbs, intellect or mind, or found unable."""
    age = months_between(birth_day, benefit_day)
    if age >= 60 * 12 or age < 16 * 12 or not able_to_work:
        return True
    return severely_disabled and disability_kind != DisabilityKind.HEARING and disability_kind != DisabilityKind.SPEECH


@rule(
    zh="符合特困人员条件",
    en="Destitute",
    cites=f"{RULES_2017}；{EARLIER}",
    confidence="source",
)
def destitute_eligible(
    benefit_day: Day,
    death_day: Day,
    hukou: Hukou,
    no_supporter_since: Day,
    without_strength_to_work: Flag,
    work_income: Fen,
    property_income: Fen,
    transfer_income: Fen,
    insurance_income: Fen,
) -> Flag:
    """Registered here, nobody to support him, no strength to work and no income."""
    if no_supporter_since > benefit_day or month_index(benefit_day) > month_index(death_day):
        return False
    if hukou == Hukou.OTHER_URBAN or hukou == Hukou.OTHER_RURAL or not without_strength_to_work:
        return False
    return work_income + property_income + transfer_income + insurance_income == 0


@rule(
    variable="destitute_support_entitlement",
    zh="特困人员基本生活费（衔接前）",
    en="Basic support of the destitute that the own conditions give",
    cites=EARLIER,
    until="2016-12-31",
    confidence="approx",
    note="urban 三无 persons get the full standard; the day the rule of 2017 took effect is approx",
)
def destitute_support_before_2017(destitute_eligible: Flag, hukou: Hukou, household_standard: Fen) -> Fen:
    """The full urban standard; the rural amounts are not at hand."""
    if not destitute_eligible:
        return 0
    if hukou == Hukou.LOCAL_RURAL:
        refuse(RURAL_SUPPORT_NOT_KNOWN)
    return household_standard


@rule(
    zh="特困人员基本生活费（衔接前）",
    en="Basic support of the destitute that the own conditions give",
    cites=RULES_2017,
    since="2017-01-01",
    formula="1.5 × 低保标准",
    confidence="source",
    note="a least amount; that basic support and care together are at least last year's consumption a head cannot be "
    "tested, as that figure is not at hand",
)
def destitute_support_entitlement(
    destitute_eligible: Flag, household_standard: Fen, destitute_basic_multiple: Ratio4
) -> Fen:
    """One and a half minimum living standards."""
    if not destitute_eligible:
        return 0
    return half_up_to_fen(household_standard * destitute_basic_multiple, ONE4)


@rule(
    zh="特困人员基本生活费",
    en="Basic support of the destitute",
    cites=f"{RULES_2017}；{EARLIER}",
    confidence="source",
    pays=Pays.MONTHLY,
)
def destitute_support(destitute_support_entitlement: Fen, destitute_support_exclusion: Exclusion) -> Fen:
    """The entitlement, unless another benefit excludes it."""
    return destitute_support_entitlement if destitute_support_exclusion == Exclusion.NONE else 0


@rule(
    variable="destitute_care",
    zh="特困人员照料护理费",
    en="Care of the destitute",
    cites=EARLIER,
    until="2016-12-31",
    pays=Pays.MONTHLY,
)
def no_destitute_care() -> Fen:
    """It begins in 2017."""
    return 0


@rule(
    zh="特困人员照料护理费",
    en="Care of the destitute",
    cites=RULES_2017,
    since="2017-01-01",
    formula="最低工资 × 20%、40%、60%",
    confidence="source",
    pays=Pays.MONTHLY,
)
def destitute_care(
    destitute_support: Fen, self_care: SelfCare, minimum_wage: Fen, destitute_care_ratio: Table[Ratio4]
) -> Fen:
    """A share of the minimum wage by the ability to care for oneself."""
    if destitute_support == 0:
        return 0
    return half_up_to_fen(minimum_wage * destitute_care_ratio[self_care], ONE4)
