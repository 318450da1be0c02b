"""The applying family as the rules see it: who counts, what it owns, its hardships, the size of its home."""

from __future__ import annotations

from shebao.law.assistance.medical.facts import Standing
from shebao.law.city.facts import Sex
from shebao.law.housing.facts import HOUSING_APPLICANTS, HousingApplicant
from shebao.rules.declare import rule
from shebao.rules.kinds import Code, Count, Day, Fen, Flag, Members, Years
from shebao.rules.language import as_months, helper, month_index, months_between, number

LOCAL_LAW = "京政发〔2007〕26号、京政发〔2007〕27号、京政发〔2011〕61号"
QUEUE = "北京市保障性住房轮候配租配售办法（文号待核）"


@helper
def counted(born: Day, died: Day, on: Day) -> Flag:
    """Born by the day, and not dead before its month."""
    return born <= on and month_index(died) >= month_index(on)


@helper
def at_least(born: Day, age: Years, on: Day) -> Flag:
    """Whether that age is reached on a day."""
    return months_between(born, on) >= as_months(12 * number(age))


class HomeSize(Code):
    """The home that a family may have."""

    NONE = 0, "无", "none"
    ONE_ROOM = 1, "集体宿舍或一居室", "a dormitory place or one bedroom"
    ONE_OR_SMALL_TWO = 2, "一居室或小两居室", "one bedroom or a small two"
    TWO = 3, "两居室", "two bedrooms"


@rule(zh="申请家庭人口", en="Registered people of the family", cites=LOCAL_LAW, of=HOUSING_APPLICANTS)
def housing_size(benefit_day: Day, birth_day: Members[Day], death_day: Members[Day]) -> Count:
    """Members alive in the month."""
    people = 0
    for k in range(len(birth_day)):
        if counted(birth_day[k], death_day[k], benefit_day):
            people += 1
    return people


@rule(
    zh="住房保障申请有效",
    en="Has applied",
    cites=LOCAL_LAW,
    of=HOUSING_APPLICANTS,
    note="an application takes effect on its day",
)
def housing_applied(
    benefit_day: Day, housing_applicant: HousingApplicant, housing_application_day: Day, housing_size: Count
) -> Flag:
    """An application is in, and somebody of the family lives."""
    if housing_applicant == HousingApplicant.NONE or housing_size == 0:
        return False
    return housing_application_day <= benefit_day


@rule(
    zh="家庭资产",
    en="Net assets of the family",
    cites=LOCAL_LAW,
    of=HOUSING_APPLICANTS,
    formula="存款＋证券＋车＋房−债务",
    note="nothing when the debts are larger",
)
def housing_assets(
    housing_deposits: Fen, housing_securities: Fen, housing_cars: Fen, housing_houses: Fen, housing_debts: Fen
) -> Fen:
    """Deposits, securities, cars and houses, less debts."""
    return max(0, housing_deposits + housing_securities + housing_cars + housing_houses - housing_debts)


@rule(
    zh="申请家庭困难类别",
    en="Standing of the family in assistance",
    cites="京建法〔2012〕11号、京建法〔2015〕14号",
    of=HOUSING_APPLICANTS,
    confidence="approx",
    note="the documents speak of the family; that one living member's standing is the family's, the poorer first, is "
    "approx",
)
def housing_relief(
    benefit_day: Day,
    birth_day: Members[Day],
    death_day: Members[Day],
    assistance_standing: Members[Standing],
) -> Standing:
    """Destitute, else on the minimum living allowance, else of low income, by its living members."""
    low_income = False
    minimum_living = False
    for k in range(len(birth_day)):
        if counted(birth_day[k], death_day[k], benefit_day):
            if assistance_standing[k] == Standing.DESTITUTE:
                return Standing.DESTITUTE
            if assistance_standing[k] == Standing.MINIMUM_LIVING:
                minimum_living = True
            if assistance_standing[k] == Standing.LOW_INCOME:
                low_income = True
    if minimum_living:
        return Standing.MINIMUM_LIVING
    return Standing.LOW_INCOME if low_income else Standing.NONE


@rule(
    zh="成员特殊困难",
    en="Somebody is severely disabled or seriously ill",
    cites="京建法〔2015〕14号",
    of=HOUSING_APPLICANTS,
    confidence="source",
)
def housing_hardship(
    benefit_day: Day,
    birth_day: Members[Day],
    death_day: Members[Day],
    severely_disabled: Members[Flag],
    seriously_ill: Members[Flag],
) -> Flag:
    """A living member is severely disabled or seriously ill."""
    for k in range(len(birth_day)):
        if counted(birth_day[k], death_day[k], benefit_day) and (severely_disabled[k] or seriously_ill[k]):
            return True
    return False


@rule(
    zh="无子女老年家庭",
    en="Elders only, without children",
    cites="京建法〔2015〕14号",
    of=HOUSING_APPLICANTS,
    confidence="source",
)
def housing_elders_only(
    benefit_day: Day,
    birth_day: Members[Day],
    death_day: Members[Day],
    housing_no_children: Flag,
    housing_elder_age: Years,
) -> Flag:
    """Every member is 60 or older, and they have no children."""
    if not housing_no_children:
        return False
    for k in range(len(birth_day)):
        alive = counted(birth_day[k], death_day[k], benefit_day)
        if alive and not at_least(birth_day[k], housing_elder_age, benefit_day):
            return False
    return True


@rule(
    zh="轮候优先家庭",
    en="Family with priority in the queue",
    cites=QUEUE,
    of=HOUSING_APPLICANTS,
    note="the kinds are known, the document's number is not at hand",
)
def housing_priority(
    benefit_day: Day,
    birth_day: Members[Day],
    death_day: Members[Day],
    housing_hardship: Flag,
    housing_relief: Standing,
    housing_veteran_family: Flag,
    housing_relocated: Flag,
    housing_elder_age: Years,
    housing_adult_age: Years,
) -> Flag:
    """Minimum living allowance, veterans, relocation, severe disability, serious illness, an elder or a minor."""
    if housing_relief == Standing.MINIMUM_LIVING or housing_veteran_family or housing_relocated or housing_hardship:
        return True
    for k in range(len(birth_day)):
        if counted(birth_day[k], death_day[k], benefit_day):
            if at_least(birth_day[k], housing_elder_age, benefit_day):
                return True
            if not at_least(birth_day[k], housing_adult_age, benefit_day):
                return True
    return False


@rule(
    zh="可配租户型",
    en="Size of the home",
    cites="北京市公共租赁住房配租规则（文号待核）",
    of=HOUSING_APPLICANTS,
    confidence="source",
    note="two people who are neither a couple nor a parent with a child of the other sex from 10 years on are taken "
    "as a couple, approx",
)
def housing_home_size(
    benefit_day: Day,
    birth_day: Members[Day],
    death_day: Members[Day],
    sex: Members[Sex],
    housing_size: Count,
    housing_couple: Flag,
    housing_own_room_age: Years,
) -> HomeSize:
    """One person one room; three or more two bedrooms; two people by who they are."""
    if housing_size == 0:
        return HomeSize.NONE
    if housing_size == 1:
        return HomeSize.ONE_ROOM
    if housing_size >= 3:
        return HomeSize.TWO
    if housing_couple:
        return HomeSize.ONE_OR_SMALL_TWO
    men = 0
    for k in range(len(birth_day)):
        if counted(birth_day[k], death_day[k], benefit_day):
            if not at_least(birth_day[k], housing_own_room_age, benefit_day):
                return HomeSize.ONE_OR_SMALL_TWO
            if sex[k] == Sex.MALE:
                men += 1
    return HomeSize.TWO if men == 1 else HomeSize.ONE_OR_SMALL_TWO
