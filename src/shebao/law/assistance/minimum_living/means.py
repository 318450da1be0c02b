"""The means of a household: who is counted, which income, what others owe it, property."""

from __future__ import annotations

from shebao.law.assistance.minimum_living.facts import Absence, MinimumLivingArea
from shebao.law.city.facts import Hukou
from shebao.law.city.household import HOUSEHOLD, Work
from shebao.rules.declare import rule
from shebao.rules.kinds import ONE4, Count, Day, Fen, Flag, Members, Ratio4, Series, Table
from shebao.rules.language import half_up_to_fen, helper, month_index, within

RULES_2018 = "京民社救发〔2018〕445号"
EARLIER = "令271、京民救发〔2000〕516号、京民救发〔2002〕165号"
MOST: Fen = 10_000_000_000


@helper
def local(hukou: Hukou) -> Flag:
    """Registered in this city."""
    return hukou == Hukou.LOCAL_URBAN or hukou == Hukou.LOCAL_RURAL


@rule(
    zh="计入低保家庭人口",
    en="Counted as a member of the household",
    cites=f"{RULES_2018} 三",
    confidence="source",
)
def household_member(
    benefit_day: Day, death_day: Day, hukou: Hukou, absence: Absence, covered_by_minimum_living: Flag
) -> Flag:
    """Alive, registered here, living with it, and not supported by a programme that takes the allowance's place."""
    if month_index(benefit_day) > month_index(death_day) or absence != Absence.NONE or not local(hukou):
        return False
    return covered_by_minimum_living


@rule(
    zh="适用标准的地区",
    en="Whose standard applies",
    cites="京政发〔2005〕13号、京政发〔2006〕15号",
    of=HOUSEHOLD,
    note="a household with an urban member is urban (approx); from 2015-07 both standards are one",
    confidence="approx",
)
def minimum_living_area(hukou: Members[Hukou]) -> MinimumLivingArea:
    """Urban with one urban member, else rural."""
    area = MinimumLivingArea.RURAL
    for k in range(len(hukou)):
        if hukou[k] == Hukou.LOCAL_URBAN:
            area = MinimumLivingArea.URBAN
    return area


@rule(
    zh="家庭适用的低保标准",
    en="Minimum living standard of the household",
    cites="市民政局、市财政局年度通知",
    of=HOUSEHOLD,
)
def household_standard(minimum_living_area: MinimumLivingArea, minimum_living_standard: Table[Fen]) -> Fen:
    """Of its area, a head and month."""
    return minimum_living_standard[minimum_living_area]


@rule(
    variable="counted_work_income",
    zh="计入收入的工作收入",
    en="Income from work that counts",
    cites=EARLIER,
    until="2018-12-31",
)
def work_income_as_earned(work_income: Fen) -> Fen:
    """All of it."""
    return work_income


@rule(
    variable="counted_work_income",
    zh="计入收入的工作收入（就业奖励后）",
    en="Income from work that counts, after the job reward",
    cites=f"{RULES_2018} 就业奖励",
    since="2019-01-01",
    confidence="source",
    note="rounded half up to fen by convention",
    formula="单位职工：max(0, 工资 − 0.8S)；灵活就业：收入 ≥ 1.8S 减 0.8S，S 与 1.8S 之间计 S，低于 S 如实计",
)
def work_income_after_reward(
    work: Work,
    work_income: Fen,
    household_standard: Fen,
    job_reward: Ratio4,
    job_reward_from: Ratio4,
) -> Fen:
    """Wages less 0.8 of the standard; of flexible work the same from 1.8 standards, one standard between 1 and 1.8."""
    if work_income == 0:
        return 0
    reward = half_up_to_fen(household_standard * job_reward, ONE4)
    if work == Work.EMPLOYEE:
        return max(0, work_income - reward)
    if work_income <= household_standard:
        return work_income
    if work_income * ONE4 < household_standard * job_reward_from:
        return household_standard
    return work_income - reward


@rule(
    zh="个人计入家庭收入",
    en="Income of a member that counts",
    cites="令271 第2条、京政办发〔2018〕45号",
    confidence="source",
    note="per month; pensions for special care, subsidies of welfare and grants tied to a purpose are no income",
)
def counted_income(
    counted_work_income: Fen,
    property_income: Fen,
    transfer_income: Fen,
    insurance_income: Fen,
) -> Fen:
    """From work, property, transfers and insurance."""
    return counted_work_income + property_income + transfer_income + insurance_income


@rule(zh="低保家庭人口数", en="Size of the household", cites=f"{RULES_2018} 三", of=HOUSEHOLD, confidence="source")
def household_size(household_member: Members[Flag]) -> Count:
    """The members that count."""
    size = 0
    for k in range(len(household_member)):
        if household_member[k]:
            size += 1
    return size


@rule(
    variable="support_due",
    zh="应计赡养费",
    en="Support due from obligors",
    cites=EARLIER,
    until="2018-12-31",
    of=HOUSEHOLD,
    note="the earlier formula is not at hand: what is really paid counts",
    confidence="approx",
)
def support_paid(obligors_paid: Series[Fen]) -> Fen:
    """What they pay."""
    total = 0
    for k in range(len(obligors_paid)):
        total += obligors_paid[k]
    return within(total, 0, MOST)


@rule(
    zh="应计赡养费",
    en="Support due from obligors",
    cites=f"{RULES_2018} 赡养费",
    since="2019-01-01",
    of=HOUSEHOLD,
    formula="max(0, 义务人家庭月收入 − 1.5S × 人口) × 20% ÷ 须赡养家庭数；实际给付较高的按实际",
    confidence="source",
    note="rounded half up to fen by convention; nothing from an obligor that is itself assisted",
)
def support_due(
    household_standard: Fen,
    obligors_income: Series[Fen],
    obligors_size: Series[Count],
    obligors_supported: Series[Count],
    obligors_assisted: Series[Flag],
    obligors_paid: Series[Fen],
    support_allowance: Ratio4,
    support_share: Ratio4,
) -> Fen:
    """A fifth of what an obligor's household has above 1.5 standards a head, for each household it supports."""
    total = 0
    for k in range(len(obligors_income)):
        if obligors_assisted[k]:
            total += obligors_paid[k]
        else:
            kept = half_up_to_fen(household_standard * support_allowance * obligors_size[k], ONE4)
            above = max(0, obligors_income[k] - kept)
            total += max(obligors_paid[k], half_up_to_fen(above * support_share, ONE4 * obligors_supported[k]))
    return within(total, 0, MOST)


@rule(
    zh="家庭月收入",
    en="Income of the household per month",
    cites="京政办发〔2018〕45号、令271 第2条",
    of=HOUSEHOLD,
    confidence="source",
)
def household_income(household_member: Members[Flag], counted_income: Members[Fen], support_due: Fen) -> Fen:
    """Of all members, and what obligors owe."""
    total = support_due
    for k in range(len(counted_income)):
        if household_member[k]:
            total += counted_income[k]
    return within(total, 0, MOST)


@rule(
    zh="人均月收入",
    en="Income a head and month",
    cites="京政办发〔2018〕45号",
    of=HOUSEHOLD,
    confidence="source",
    note="0 without a member that counts; rounded half up to fen, for showing: comparisons are made with the whole",
)
def household_income_per_head(household_income: Fen, household_size: Count) -> Fen:
    """The income over the members."""
    if household_size == 0:
        return 0
    return half_up_to_fen(household_income, household_size)


@rule(
    zh="财产符合低保条件",
    en="Property below the line of the minimum living allowance",
    cites="京医保发〔2023〕9号、令649 第58条",
    of=HOUSEHOLD,
    confidence="approx",
    note="24 standards a head is approx for the allowance itself; the text is of 2023 and taken for all years",
)
def minimum_living_property(
    household_size: Count,
    household_standard: Fen,
    household_assets: Fen,
    household_has_car: Flag,
    household_property_over: Flag,
    minimum_living_asset_months: Count,
) -> Flag:
    """Money of at most 24 standards a head, no car, no second home, house for business or large machine."""
    if household_has_car or household_property_over:
        return False
    return household_assets <= household_standard * minimum_living_asset_months * household_size


@rule(
    zh="已申报家庭经济状况",
    en="Has declared its means",
    cites=f"{RULES_2018} 审批",
    of=HOUSEHOLD,
    note="assistance is paid from the month after; that the declaration, not the approval, opens the right is approx",
    confidence="approx",
)
def means_declared(benefit_day: Day, means_declared_day: Day) -> Flag:
    """Before the month of the benefit."""
    return month_index(means_declared_day) < month_index(benefit_day)
