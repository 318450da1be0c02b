"""What excludes what: for each benefit that another may take the place of, the rule that says which does.

Every such benefit has three variables: `X_entitlement`, what its own conditions give; `X_exclusion`, here; and `X`,
what is paid: the entitlement, or nothing when it is excluded.
"""

from __future__ import annotations

from shebao.rules.declare import rule
from shebao.rules.kinds import Code, Fen, Flag


class Exclusion(Code):
    """Why a benefit that its own conditions give is not paid."""

    NONE = 0, "不排除", "not excluded"
    DESTITUTE_SUPPORT = 1, "已享受特困人员供养", "supported as destitute"
    ORPHAN_ALLOWANCE = 2, "已享受孤儿基本生活费", "has the orphans' allowance"
    CHILD_ALLOWANCE = 3, "已享受困境儿童生活费", "has the allowance of children in difficulty"
    INJURY_CARE = 4, "已享受工伤生活护理费", "has care pay of injury insurance"
    VETERAN_CARE = 5, "已享受优抚对象护理费", "has care pay of veterans"
    DISABILITY_SUBSIDY = 6, "已选择残疾人两项补贴", "the disability subsidies were chosen"
    ELDERLY_SUBSIDY = 7, "已选择老年人补贴", "the subsidies for old people were chosen"
    PENSION = 8, "已领取基本养老金", "draws a pension"
    OTHER_SURVIVORS = 9, "遗属已从其他险种领取", "survivors are paid by another insurance"
    MINIMUM_LIVING = 10, "已享受最低生活保障", "has the minimum living allowance"
    OTHER_FUNERAL = 11, "已享受其他丧葬补助", "another funeral grant is paid"


LAW = "社会救助暂行办法 国务院令第649号"


@rule(zh="失业保险金的排除", en="What excludes the unemployment benefit", cites="社会保险法 第51条")
def unemployment_benefit_exclusion(unemployment_benefit_entitlement: Fen, draws_employee_pension: Flag) -> Exclusion:
    """The pension ends it."""
    if unemployment_benefit_entitlement > 0 and draws_employee_pension:
        return Exclusion.PENSION
    return Exclusion.NONE


@rule(
    zh="特困供养的排除",
    en="What excludes the support of the destitute",
    cites="京民社救发〔2017〕24号",
    confidence="source",
)
def destitute_support_exclusion() -> Exclusion:
    """An orphan with the orphans' allowance is not destitute."""
    return Exclusion.NONE


@rule(
    zh="残疾人生活补贴的排除", en="What excludes the living subsidy", cites="京民福发〔2016〕434号", confidence="source"
)
def disability_living_subsidy_exclusion() -> Exclusion:
    """Support of the destitute, care pay of an injury, children's allowances, old people's subsidies if chosen."""
    return Exclusion.NONE


@rule(
    zh="残疾人护理补贴的排除", en="What excludes the care subsidy", cites="京民福发〔2016〕434号", confidence="source"
)
def disability_care_subsidy_exclusion() -> Exclusion:
    """Support of the destitute, care pay of an injury or of veterans, the subsidies for old people if chosen."""
    return Exclusion.NONE


@rule(
    zh="养老服务补贴的排除",
    en="What excludes the service subsidy",
    cites="京民养老发〔2019〕160号",
    confidence="source",
)
def elderly_service_subsidy_exclusion() -> Exclusion:
    """Support of the destitute, care pay of an injury, the disability subsidies if chosen."""
    return Exclusion.NONE


@rule(
    zh="老年人护理补贴的排除",
    en="What excludes the elders' care subsidy",
    cites="京民养老发〔2019〕160号",
    confidence="source",
)
def elderly_care_subsidy_exclusion() -> Exclusion:
    """Support of the destitute, care pay of an injury, the disability subsidies if chosen."""
    return Exclusion.NONE


@rule(
    zh="困境儿童生活费的排除",
    en="What excludes the allowance of children in difficulty",
    cites="京民福发〔2016〕228号",
    confidence="source",
)
def child_allowance_exclusion() -> Exclusion:
    """The orphans' allowance, and the support of the destitute."""
    return Exclusion.NONE


@rule(
    zh="福利性丧葬补贴的排除",
    en="What excludes the residents' funeral grant",
    cites="市民政局2009年殡葬惠民通知",
    confidence="approx",
)
def resident_funeral_grant_exclusion() -> Exclusion:
    """A funeral grant of an insurance."""
    return Exclusion.NONE


@rule(zh="工伤遗属待遇的排除", en="What excludes the survivors' pay of injury insurance", cites="社会保险法 第49条")
def injury_survivors_exclusion() -> Exclusion:
    """Survivors are paid by one insurance only."""
    return Exclusion.NONE
