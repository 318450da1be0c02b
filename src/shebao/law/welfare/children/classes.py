"""Who is an orphan, who is raised by nobody, who is another child in difficulty; until when."""

from __future__ import annotations

from shebao.law.assistance.minimum_living.means import local
from shebao.law.city.disability import DisabilityKind
from shebao.law.city.facts import Hukou
from shebao.law.city.household import Schooling
from shebao.law.welfare.children.facts import ChildClass, ChildCondition, OrphanClass, ParentState, Upbringing
from shebao.rules.declare import rule
from shebao.rules.kinds import Day, Flag, Months
from shebao.rules.language import add_months, helper, month_index

ORPHANS = "国办发〔2010〕54号、京民福发〔2011〕173号"
CHILDREN_2016 = "京民福发〔2016〕228号"
CHILDREN_2019 = "京社委儿福发〔2019〕36号"
CHILDREN_2025 = "京民发〔2026〕2号"
GROWN: Months = 216  # 18 years
YOUNG: Months = 192  # 16 years


@helper
def lost(state: ParentState) -> Flag:
    """Dead or not found."""
    return state == ParentState.DEAD or state == ParentState.MISSING


@helper
def lost_or_unable(state: ParentState) -> Flag:
    """Of the classes of 2011: dead, missing, in prison, severely disabled."""
    return lost(state) or state == ParentState.PRISON or state == ParentState.SEVERELY_DISABLED


@rule(
    zh="在儿童保障年龄内",
    en="Of the age of support for children",
    cites=f"{ORPHANS}；{CHILDREN_2016}",
    confidence="source",
    note="payment ends the month after; that general secondary school counts with vocational school is stated for "
    "orphans and taken for the other children too (approx)",
)
def of_supported_age(benefit_day: Day, birth_day: Day, schooling: Schooling) -> Flag:
    """To the month of the 18th birthday, and after it while in secondary or vocational school."""
    if month_index(benefit_day) <= month_index(add_months(birth_day, GROWN)):
        return True
    return schooling == Schooling.COMPULSORY or schooling == Schooling.SENIOR or schooling == Schooling.VOCATIONAL


@rule(
    zh="可以享受儿童生活保障",
    en="May be supported as a child",
    cites=f"{ORPHANS}；{CHILDREN_2016}",
    confidence="source",
    note="payment goes to the month of a death, an adoption or a parent's being able again, and ends the month after",
)
def child_supportable(
    benefit_day: Day,
    birth_day: Day,
    death_day: Day,
    hukou: Hukou,
    of_supported_age: Flag,
) -> Flag:
    """Registered in this city, born, alive in the month, and of the age."""
    if benefit_day < birth_day or month_index(benefit_day) > month_index(death_day):
        return False
    return local(hukou) and of_supported_age


@rule(
    variable="orphan_class",
    zh="孤儿类别",
    en="Class of orphan",
    cites=ORPHANS,
    until="2016-05-30",
    confidence="source",
    note="both parents dead or not found; treated the same: both dead, missing, in prison or severely disabled",
)
def orphan_class_before_2016(
    father_state: ParentState, mother_state: ParentState, upbringing: Upbringing
) -> OrphanClass:
    """By what happened to the parents, and where the child grows up."""
    if not lost_or_unable(father_state) or not lost_or_unable(mother_state):
        return OrphanClass.NONE
    if not lost(father_state) or not lost(mother_state):
        return OrphanClass.DEEMED
    if upbringing == Upbringing.FAMILY:
        return OrphanClass.SCATTERED
    return OrphanClass.FOSTER if upbringing == Upbringing.FOSTER else OrphanClass.INSTITUTION


@rule(
    zh="孤儿类别",
    en="Class of orphan",
    cites=f"{ORPHANS}；{CHILDREN_2016}",
    since="2016-05-31",
    confidence="source",
    note="that the children treated as orphans are from this day in the class of those raised by nobody is approx",
)
def orphan_class(father_state: ParentState, mother_state: ParentState, upbringing: Upbringing) -> OrphanClass:
    """Both parents dead or not found; where the child grows up."""
    if not lost(father_state) or not lost(mother_state):
        return OrphanClass.NONE
    if upbringing == Upbringing.FAMILY:
        return OrphanClass.SCATTERED
    return OrphanClass.FOSTER if upbringing == Upbringing.FOSTER else OrphanClass.INSTITUTION


@rule(
    variable="unsupported_child",
    zh="事实无人抚养儿童",
    en="Child in fact raised by nobody",
    cites=CHILDREN_2016,
    until="2016-05-30",
)
def no_unsupported_child() -> Flag:
    """The class begins on 2016-05-31."""
    return False


@rule(
    variable="unsupported_child",
    zh="事实无人抚养儿童",
    en="Child in fact raised by nobody",
    cites=CHILDREN_2016,
    since="2016-05-31",
    until="2019-06-30",
    confidence="approx",
    note="the definition of 2016 is not at hand; that of the children treated as orphans is taken",
)
def unsupported_child_2016(father_state: ParentState, mother_state: ParentState, orphan_class: OrphanClass) -> Flag:
    """Both parents dead, missing, in prison or severely disabled, and not an orphan."""
    if orphan_class != OrphanClass.NONE:
        return False
    return lost_or_unable(father_state) and lost_or_unable(mother_state)


@rule(
    zh="事实无人抚养儿童",
    en="Child in fact raised by nobody",
    cites=CHILDREN_2019,
    since="2019-07-01",
    confidence="source",
)
def unsupported_child(
    father_state: ParentState, mother_state: ParentState, orphan_class: OrphanClass, guardianship_withdrawn: Flag
) -> Flag:
    """Neither parent able: disabled, seriously ill, in prison, in drug treatment, detained, out of contact; or one of
    them dead or missing; or guardianship withdrawn."""
    if orphan_class != OrphanClass.NONE:
        return False
    if guardianship_withdrawn:
        return True
    return father_state != ParentState.ABLE and mother_state != ParentState.ABLE


@rule(
    variable="child_class",
    zh="困境儿童类别",
    en="Class of child in difficulty",
    cites=CHILDREN_2016,
    until="2016-05-30",
)
def no_child_class() -> ChildClass:
    """The allowance begins on 2016-05-31."""
    return ChildClass.NONE


@rule(
    variable="child_class",
    zh="困境儿童类别",
    en="Class of child in difficulty",
    cites=f"{CHILDREN_2016}；{CHILDREN_2019}",
    since="2016-05-31",
    until="2025-06-30",
    confidence="source",
    note="overlapping classes: the better one, never both; an orphan has the orphans' allowance",
)
def child_class_2016(
    benefit_day: Day,
    birth_day: Day,
    orphan_class: OrphanClass,
    unsupported_child: Flag,
    seriously_ill: Flag,
    disability_kind: DisabilityKind,
    minimum_living_eligible: Flag,
) -> ChildClass:
    """Raised by nobody; else sick, or disabled below 16, in a household on the minimum living allowance."""
    if orphan_class != OrphanClass.NONE:
        return ChildClass.NONE
    if unsupported_child:
        return ChildClass.UNSUPPORTED
    disabled = disability_kind != DisabilityKind.NONE and benefit_day < add_months(birth_day, YOUNG)
    if not seriously_ill and not disabled:
        return ChildClass.NONE
    return ChildClass.POOR_SICK if minimum_living_eligible else ChildClass.NONE


@rule(
    zh="困境儿童类别",
    en="Class of child in difficulty",
    cites=f"{CHILDREN_2016}；{CHILDREN_2019}；{CHILDREN_2025}",
    since="2025-07-01",
    confidence="source",
    note="overlapping classes: the better one, never both; an orphan has the orphans' allowance",
)
def child_class(
    benefit_day: Day,
    birth_day: Day,
    orphan_class: OrphanClass,
    unsupported_child: Flag,
    child_condition: ChildCondition,
    seriously_ill: Flag,
    disability_kind: DisabilityKind,
    minimum_living_eligible: Flag,
) -> ChildClass:
    """As before, and children with HIV and adopted disabled orphans."""
    if orphan_class != OrphanClass.NONE:
        return ChildClass.NONE
    if unsupported_child:
        return ChildClass.UNSUPPORTED
    if child_condition == ChildCondition.HIV:
        return ChildClass.HIV
    if child_condition == ChildCondition.ADOPTED_DISABLED:
        return ChildClass.ADOPTED_DISABLED
    disabled = disability_kind != DisabilityKind.NONE and benefit_day < add_months(birth_day, YOUNG)
    if not seriously_ill and not disabled:
        return ChildClass.NONE
    return ChildClass.POOR_SICK if minimum_living_eligible else ChildClass.NONE
