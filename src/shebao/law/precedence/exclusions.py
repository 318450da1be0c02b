"""What excludes what: for each benefit that another may take the place of, the rule that says which does.

Every such benefit has three variables: `X_entitlement`, what its own conditions give; `X_exclusion`, here; and `X`,
what is paid: the entitlement, or nothing when it is excluded.
"""

from __future__ import annotations

from shebao.law.insurance.survivors.facts import SurvivorScheme
from shebao.law.welfare.elderly.facts import SubsidyChoice
from shebao.rules.declare import rule
from shebao.rules.kinds import Code, Fen, Flag


class Exclusion(Code):
    """Why a benefit that its own conditions give is not paid."""

    NONE = 0, "不排除", "not excluded"
    DESTITUTE_SUPPORT = 1, "已享受特困人员供养", "supported as destitute"
    INJURY_CARE = 2, "已享受工伤生活护理费", "has care pay of injury insurance"
    DISABILITY_SUBSIDY = 3, "已享受残疾人两项补贴", "has the disability subsidies"
    ELDERLY_SUBSIDY = 4, "已享受老年人服务、护理补贴", "has the subsidies for old people"
    PENSION = 5, "已领取基本养老金", "draws a pension"
    CHILD_ALLOWANCE = 6, "已享受孤儿或困境儿童生活费", "has the allowance of orphans or of children in difficulty"
    VETERAN_CARE = 7, "已享受残疾军人护理费", "has the nursing fee of disabled soldiers"


@rule(
    zh="遗属待遇由哪一险种支付",
    en="The insurance that pays the survivors",
    cites="社会保险法 第49条",
    note="survivors are paid by one insurance; where they have not claimed, a death at work is the injury insurance's",
)
def survivors_scheme(survivors_claimed_from: SurvivorScheme, died_of_injury: Flag) -> SurvivorScheme:
    """The one claimed from; else the injury insurance after a death at work, else the pension insurance."""
    if survivors_claimed_from != SurvivorScheme.NONE:
        return survivors_claimed_from
    return SurvivorScheme.INJURY if died_of_injury else SurvivorScheme.PENSION


@rule(
    zh="特困人员基本生活费的排除",
    en="What excludes the support of the destitute",
    cites="京民社救发〔2017〕24号；国发〔2016〕14号",
    confidence="source",
)
def destitute_support_exclusion(destitute_support_entitlement: Fen, orphan_eligible: Flag) -> Exclusion:
    """The orphans' allowance: an orphan who has it is not destitute."""
    if destitute_support_entitlement > 0 and orphan_eligible:
        return Exclusion.CHILD_ALLOWANCE
    return Exclusion.NONE


@rule(zh="失业保险金的排除", en="What excludes the unemployment benefit", cites="社会保险法 第51条")
def unemployment_benefit_exclusion(unemployment_benefit_entitlement: Fen, draws_employee_pension: Flag) -> Exclusion:
    """The pension ends it."""
    if unemployment_benefit_entitlement > 0 and draws_employee_pension:
        return Exclusion.PENSION
    return Exclusion.NONE


@rule(
    zh="老年人与残疾人补贴择一",
    en="Which of the two kinds of subsidies is paid",
    cites="京民养老发〔2019〕160号、京民福发〔2016〕434号",
    confidence="source",
    note="one of the two by own choice; who has not chosen gets the higher sum, and of equal sums the disability "
    "subsidies (approx)",
)
def subsidy_kind(
    subsidy_choice: SubsidyChoice,
    elderly_service_subsidy_entitlement: Fen,
    elderly_care_subsidy_entitlement: Fen,
    disability_living_subsidy_entitlement: Fen,
    disability_care_subsidy_entitlement: Fen,
) -> SubsidyChoice:
    """None while only one kind is given by own conditions."""
    elderly = elderly_service_subsidy_entitlement + elderly_care_subsidy_entitlement
    disability = disability_living_subsidy_entitlement + disability_care_subsidy_entitlement
    if elderly == 0 or disability == 0:
        return SubsidyChoice.NONE
    if subsidy_choice != SubsidyChoice.NONE:
        return subsidy_choice
    return SubsidyChoice.ELDERLY if elderly > disability else SubsidyChoice.DISABILITY


@rule(
    zh="残疾人两项补贴的排除",
    en="What excludes the disability subsidies",
    cites="京民福发〔2016〕434号",
    confidence="source",
)
def disability_subsidies_exclusion(
    destitute_support: Fen, injury_care_pay: Fen, subsidy_kind: SubsidyChoice
) -> Exclusion:
    """Support of the destitute, care pay of an injury, and the subsidies for old people where these are paid."""
    if destitute_support > 0:
        return Exclusion.DESTITUTE_SUPPORT
    if injury_care_pay > 0:
        return Exclusion.INJURY_CARE
    return Exclusion.ELDERLY_SUBSIDY if subsidy_kind == SubsidyChoice.ELDERLY else Exclusion.NONE


@rule(
    zh="残疾人生活补贴的排除",
    en="What excludes the living subsidy",
    cites="京民福发〔2016〕434号、京社委儿福发〔2019〕36号；国发〔2015〕52号",
    confidence="source",
    note="that it holds for orphans as for children in difficulty is of 国发〔2015〕52号 (known)",
)
def disability_living_subsidy_exclusion(
    disability_living_subsidy_entitlement: Fen,
    orphan_eligible: Flag,
    child_allowance_eligible: Flag,
    disability_subsidies_exclusion: Exclusion,
) -> Exclusion:
    """What excludes both subsidies; the allowance of orphans or of children in difficulty."""
    if disability_living_subsidy_entitlement == 0:
        return Exclusion.NONE
    if disability_subsidies_exclusion != Exclusion.NONE:
        return disability_subsidies_exclusion
    return Exclusion.CHILD_ALLOWANCE if orphan_eligible or child_allowance_eligible else Exclusion.NONE


@rule(
    zh="残疾人护理补贴的排除",
    en="What excludes the care subsidy",
    cites="京民福发〔2016〕434号；国发〔2015〕52号",
    confidence="approx",
    note="of two kinds of care pay the higher: a soldier's, at least 30 % of the citywide wage, always is",
)
def disability_care_subsidy_exclusion(
    disability_care_subsidy_entitlement: Fen, veteran_care_eligible: Flag, disability_subsidies_exclusion: Exclusion
) -> Exclusion:
    """What excludes both subsidies; the nursing fee of a disabled soldier."""
    if disability_care_subsidy_entitlement == 0:
        return Exclusion.NONE
    if disability_subsidies_exclusion != Exclusion.NONE:
        return disability_subsidies_exclusion
    return Exclusion.VETERAN_CARE if veteran_care_eligible else Exclusion.NONE


@rule(
    zh="老年人服务、护理补贴的排除",
    en="What excludes the subsidies for old people",
    cites="京民养老发〔2019〕160号",
    confidence="source",
)
def elderly_subsidies_exclusion(destitute_support: Fen, injury_care_pay: Fen, subsidy_kind: SubsidyChoice) -> Exclusion:
    """Support of the destitute, care pay of an injury, and the disability subsidies where these are paid."""
    if destitute_support > 0:
        return Exclusion.DESTITUTE_SUPPORT
    if injury_care_pay > 0:
        return Exclusion.INJURY_CARE
    return Exclusion.DISABILITY_SUBSIDY if subsidy_kind == SubsidyChoice.DISABILITY else Exclusion.NONE


@rule(
    zh="养老服务补贴的排除",
    en="What excludes the service subsidy",
    cites="京民养老发〔2019〕160号",
    confidence="source",
)
def elderly_service_subsidy_exclusion(
    elderly_service_subsidy_entitlement: Fen, elderly_subsidies_exclusion: Exclusion
) -> Exclusion:
    """What excludes both subsidies."""
    return elderly_subsidies_exclusion if elderly_service_subsidy_entitlement > 0 else Exclusion.NONE


@rule(
    zh="老年人护理补贴的排除",
    en="What excludes the elders' care subsidy",
    cites="京民养老发〔2019〕160号",
    confidence="source",
)
def elderly_care_subsidy_exclusion(
    elderly_care_subsidy_entitlement: Fen, elderly_subsidies_exclusion: Exclusion
) -> Exclusion:
    """What excludes both subsidies."""
    return elderly_subsidies_exclusion if elderly_care_subsidy_entitlement > 0 else Exclusion.NONE


@rule(
    zh="困境儿童生活费的排除",
    en="What excludes the allowance of children in difficulty",
    cites="京社委儿福发〔2019〕36号",
    confidence="source",
)
def child_allowance_exclusion(child_allowance_entitlement: Fen, destitute_support: Fen) -> Exclusion:
    """Support of the destitute."""
    if child_allowance_entitlement > 0 and destitute_support > 0:
        return Exclusion.DESTITUTE_SUPPORT
    return Exclusion.NONE
