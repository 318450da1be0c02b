"""The monthly allowances of orphans and of children in difficulty."""

from __future__ import annotations

from shebao.law.precedence.exclusions import Exclusion
from shebao.law.welfare.children.classes import CHILDREN_2016, CHILDREN_2019, CHILDREN_2025, ORPHANS
from shebao.law.welfare.children.facts import ChildClass, OrphanClass, ParentState
from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import LAST_DAY, ONE4, Count, Day, Fen, Flag, Ratio4, Table
from shebao.rules.language import floor_div, half_up_to_fen, month_index

NEVER: Day = LAST_DAY  # a day that has not come


# ---- orphans
@rule(
    variable="orphan_eligible",
    zh="符合孤儿基本生活费条件",
    en="Entitled to the orphans' living allowance",
    cites=ORPHANS,
    until="2009-12-31",
)
def no_orphan_eligible() -> Flag:
    """The allowance begins in January 2010."""
    return False


@rule(
    zh="符合孤儿基本生活费条件",
    en="Entitled to the orphans' living allowance",
    cites=ORPHANS,
    since="2010-01-01",
    confidence="source",
    note="paid back to the month after birth, or after the later death (approx), when both parents are dead, and for "
    "wards of an institution (approx); for the others from the month after approval",
)
def orphan_eligible(
    benefit_day: Day,
    child_supportable: Flag,
    orphan_class: OrphanClass,
    father_state: ParentState,
    mother_state: ParentState,
    parents_lost_day: Day,
    parents_regained_day: Day,
    child_approved_day: Day,
) -> Flag:
    """A child of a class, from the month after the loss or the approval to the month in which a parent is found."""
    if not child_supportable or orphan_class == OrphanClass.NONE or child_approved_day == NEVER:
        return False
    month = month_index(benefit_day)
    if month <= month_index(parents_lost_day) or month > month_index(parents_regained_day):
        return False
    if orphan_class == OrphanClass.INSTITUTION or orphan_class == OrphanClass.FOSTER:
        return True
    if father_state == ParentState.DEAD and mother_state == ParentState.DEAD:
        return True
    return month > month_index(child_approved_day)


@rule(
    zh="孤儿基本生活费",
    en="Orphans' living allowance",
    cites=f"{ORPHANS}；{CHILDREN_2016}；{CHILDREN_2025}",
    confidence="source",
    note="in a foster family not below the rate of those living with a family: that rate (approx)",
    pays=Pays.MONTHLY,
)
def orphan_allowance(orphan_eligible: Flag, orphan_class: OrphanClass, orphan_standard: Table[Fen]) -> Fen:
    """By class; also for the months before approval that are paid back."""
    if not orphan_eligible:
        return 0
    if orphan_class == OrphanClass.FOSTER:
        return orphan_standard[OrphanClass.SCATTERED]
    return orphan_standard[orphan_class]


# ---- children in difficulty
@rule(
    zh="符合困境儿童生活费条件",
    en="Entitled to the allowance of children in difficulty",
    cites=f"{CHILDREN_2016}；{CHILDREN_2019}",
    confidence="source",
    note="from the month after approval, as for the children treated as orphans (approx)",
)
def child_allowance_eligible(
    benefit_day: Day,
    child_supportable: Flag,
    child_class: ChildClass,
    parents_regained_day: Day,
    child_approved_day: Day,
) -> Flag:
    """A child of a class, after the month of approval; one raised by nobody to the month in which a parent is able."""
    if not child_supportable or month_index(benefit_day) <= month_index(child_approved_day):
        return False
    if child_class == ChildClass.UNSUPPORTED and month_index(benefit_day) > month_index(parents_regained_day):
        return False
    return child_class != ChildClass.NONE


@rule(
    variable="child_allowance_entitlement",
    zh="困境儿童生活费（衔接前）",
    en="Allowance of children in difficulty that the own conditions give",
    cites=CHILDREN_2016,
    until="2019-06-30",
    formula="事实无人抚养1800；低保家庭重病残疾 1800 × 40%",
    confidence="source",
    note="nothing before 2016-05-31: there is no class then",
)
def child_allowance_entitlement_2016(
    child_allowance_eligible: Flag,
    child_class: ChildClass,
    unsupported_child_standard: Fen,
    poor_sick_child_share: Ratio4,
) -> Fen:
    """The standard, or 40 % of it for the sick or disabled child."""
    if not child_allowance_eligible:
        return 0
    if child_class == ChildClass.POOR_SICK:
        return half_up_to_fen(unsupported_child_standard * poor_sick_child_share, ONE4)
    return unsupported_child_standard


@rule(
    zh="困境儿童生活费（衔接前）",
    en="Allowance of children in difficulty that the own conditions give",
    cites=f"{CHILDREN_2019}；{CHILDREN_2025}",
    since="2019-07-01",
    formula="孤儿标准，低保家庭补差；低保家庭重病残疾 × 40%",
    confidence="source",
    note="a child of a household on the minimum living allowance is topped up to the standard: what it has of that "
    "allowance is taken as an equal share of it, a fen's part left out (approx)",
)
def child_allowance_entitlement(
    child_allowance_eligible: Flag,
    child_class: ChildClass,
    orphan_standard: Table[Fen],
    poor_sick_child_share: Ratio4,
    minimum_living_eligible: Flag,
    minimum_living_allowance: Fen,
    household_size: Count,
) -> Fen:
    """The orphans' standard less a share of the minimum living allowance; 40 % for the sick or disabled child."""
    if not child_allowance_eligible:
        return 0
    standard = orphan_standard[OrphanClass.SCATTERED]
    if child_class == ChildClass.POOR_SICK:
        return half_up_to_fen(standard * poor_sick_child_share, ONE4)
    if child_class == ChildClass.UNSUPPORTED and minimum_living_eligible:
        return max(0, standard - floor_div(minimum_living_allowance, household_size))
    return standard


@rule(
    zh="困境儿童生活费",
    en="Allowance of children in difficulty",
    cites=f"{CHILDREN_2016}；{CHILDREN_2019}",
    confidence="source",
    pays=Pays.MONTHLY,
)
def child_allowance(child_allowance_entitlement: Fen, child_allowance_exclusion: Exclusion) -> Fen:
    """The entitlement, unless another benefit excludes it."""
    return child_allowance_entitlement if child_allowance_exclusion == Exclusion.NONE else 0
