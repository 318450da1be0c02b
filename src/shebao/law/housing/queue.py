"""The queue (轮候): who waits, in which group, in which order, and who is out of it."""

from __future__ import annotations

from shebao.law.housing.facts import HOUSING_APPLICANTS, HousingProgramme, HousingTenure
from shebao.law.housing.family import QUEUE
from shebao.rules.declare import rule
from shebao.rules.kinds import Code, Count, Day, Flag, Months, day
from shebao.rules.language import add_months, number

FIRST_APPLICATION: Day = day("1990-01-01")  # the order counts days from here
MOST_DAYS = 99_999
GROUP_STEP = 200_000
PRIORITY_STEP = 100_000


class QueueGroup(Code):
    """The group in which a family chooses a home."""

    NONE = 0, "不在轮候", "not in the queue"
    A = 1, "A组（廉租轮候家庭）", "A: waiting for a low-rent home"
    B = 2, "B组（经济适用住房轮候家庭）", "B: waiting for an affordable home"
    C = 3, "C组（限价商品住房轮候家庭）", "C: waiting for a price-limited home"
    D = 4, "D组（新申请家庭）", "D: new applicants"


@rule(
    zh="两次放弃停止申请",
    en="Out of the queue after two refusals",
    cites=QUEUE,
    of=HOUSING_APPLICANTS,
    confidence="approx",
)
def housing_barred(
    benefit_day: Day,
    housing_refusals: Count,
    housing_last_refusal_day: Day,
    housing_refusals_allowed: Count,
    housing_bar_months: Months,
) -> Flag:
    """For three years from the refusal that was one too many."""
    if housing_refusals < housing_refusals_allowed or housing_last_refusal_day > benefit_day:
        return False
    return benefit_day < add_months(housing_last_refusal_day, housing_bar_months)


@rule(zh="轮候分组", en="Group of the queue", cites=QUEUE, of=HOUSING_APPLICANTS, confidence="approx")
def housing_queue_group(
    housing_applied: Flag,
    housing_approved: HousingProgramme,
    housing_tenure: HousingTenure,
    housing_barred: Flag,
) -> QueueGroup:
    """By the programme that it is approved for; who lives in a public rental home no longer waits."""
    if not housing_applied or housing_barred or housing_tenure == HousingTenure.PUBLIC_RENTAL:
        return QueueGroup.NONE
    if housing_approved == HousingProgramme.LOW_RENT:
        return QueueGroup.A
    if housing_approved == HousingProgramme.AFFORDABLE:
        return QueueGroup.B
    if housing_approved == HousingProgramme.PRICE_LIMITED:
        return QueueGroup.C
    if housing_approved == HousingProgramme.PUBLIC_RENTAL:
        return QueueGroup.D
    return QueueGroup.NONE


@rule(
    zh="轮候顺序号",
    en="Order in the queue",
    cites=QUEUE,
    of=HOUSING_APPLICANTS,
    confidence="approx",
    formula="(组−1) × 200000 ＋ (非优先 ? 100000 : 0) ＋ 1990-01-01起申请日数",
    note="smaller goes first; group, then priority, then day of the application; this sequence is approx",
)
def housing_queue_order(housing_queue_group: QueueGroup, housing_priority: Flag, housing_application_day: Day) -> Count:
    """0 for who does not wait."""
    if housing_queue_group == QueueGroup.NONE:
        return 0
    order = min(max(number(housing_application_day - FIRST_APPLICATION), 1), MOST_DAYS)
    if not housing_priority:
        order += PRIORITY_STEP
    if housing_queue_group == QueueGroup.B:
        return order + GROUP_STEP
    if housing_queue_group == QueueGroup.C:
        return order + 2 * GROUP_STEP
    if housing_queue_group == QueueGroup.D:
        return order + 3 * GROUP_STEP
    return order
