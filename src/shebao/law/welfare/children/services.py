"""Beside the monthly allowance: bills of illness, kindergarten, study, and leaving care."""

from __future__ import annotations

from shebao.law.assistance.medical.facts import AidCare
from shebao.law.city.household import Schooling
from shebao.law.welfare.children.classes import CHILDREN_2019, GROWN
from shebao.law.welfare.children.facts import ChildClass, OrphanClass, Upbringing
from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import ONE4, Day, Fen, Flag, Months, Ratio4, Table
from shebao.rules.language import add_months, half_up_to_fen, month_index

MEDICAL = "京民儿福发〔2018〕368号"
ADULT_ORPHANS = "成年孤儿安置（文号未查到；Shanghai Daily, Adult orphans in Beijing）"
KINDERGARTEN: Months = 36  # 3 years


@rule(
    variable="child_medical_aid",
    zh="孤儿、事实无人抚养儿童医疗救助",
    en="Medical aid of orphans and children raised by nobody",
    cites=MEDICAL,
    until="2018-10-08",
    dated_by="medical_aid_day",
    pays=Pays.ONCE,
)
def no_child_medical_aid() -> Fen:
    """It begins on 2018-10-09."""
    return 0


@rule(
    zh="孤儿、事实无人抚养儿童医疗救助",
    en="Medical aid of orphans and children raised by nobody",
    cites=MEDICAL,
    since="2018-10-09",
    dated_by="medical_aid_day",
    formula="孤儿：自负全额；事实无人抚养：min(比例 × 自负金额, 封顶线 − 已救助)",
    confidence="source",
    note="an orphan: a ward of an institution, or both parents dead or not found; the class is that of the benefit day",
    pays=Pays.ONCE,
)
def child_medical_aid(
    benefit_day: Day,
    medical_aid_day: Day,
    medical_aid_care: AidCare,
    medical_own_share: Fen,
    medical_aid_paid: Fen,
    orphan_eligible: Flag,
    child_allowance_eligible: Flag,
    child_class: ChildClass,
    child_medical_ratio: Table[Ratio4],
    child_medical_cap: Table[Fen],
) -> Fen:
    """All that insurance leaves to an orphan; a ratio up to the year's cap for a child raised by nobody."""
    if medical_aid_day > benefit_day or medical_own_share == 0 or medical_aid_care == AidCare.NONE:
        return 0
    if orphan_eligible:
        return medical_own_share
    if not child_allowance_eligible or child_class != ChildClass.UNSUPPORTED:
        return 0
    aid = half_up_to_fen(medical_own_share * child_medical_ratio[medical_aid_care], ONE4)
    return min(aid, max(0, child_medical_cap[medical_aid_care] - medical_aid_paid))


@rule(
    variable="kindergarten_subsidy",
    zh="事实无人抚养儿童入园补贴",
    en="Kindergarten subsidy of a child raised by nobody",
    cites=CHILDREN_2019,
    until="2019-11-17",
    dated_by="kindergarten_day",
    pays=Pays.ONCE,
)
def no_kindergarten_subsidy() -> Fen:
    """It begins on 2019-11-18."""
    return 0


@rule(
    zh="事实无人抚养儿童入园补贴",
    en="Kindergarten subsidy of a child raised by nobody",
    cites=CHILDREN_2019,
    since="2019-11-18",
    dated_by="kindergarten_day",
    confidence="source",
    note="once; the class is that of the benefit day",
    pays=Pays.ONCE,
)
def kindergarten_subsidy(
    benefit_day: Day,
    birth_day: Day,
    kindergarten_day: Day,
    child_allowance_eligible: Flag,
    child_class: ChildClass,
    kindergarten_amount: Fen,
) -> Fen:
    """From 3 years on, in a public or inclusive kindergarten."""
    if kindergarten_day > benefit_day or not child_allowance_eligible or child_class != ChildClass.UNSUPPORTED:
        return 0
    return kindergarten_amount if kindergarten_day >= add_months(birth_day, KINDERGARTEN) else 0


@rule(
    variable="child_study_subsidy",
    zh="事实无人抚养儿童就学生活补贴",
    en="Study subsidy of a child raised by nobody",
    cites=CHILDREN_2019,
    until="2019-11-17",
    pays=Pays.YEARLY,
)
def no_child_study_subsidy() -> Fen:
    """It begins on 2019-11-18."""
    return 0


@rule(
    zh="事实无人抚养儿童就学生活补贴",
    en="Study subsidy of a child raised by nobody",
    cites=CHILDREN_2019,
    since="2019-11-18",
    formula="8000 − 其他助学金",
    confidence="source",
    note="per school year. Students of a college are past the age of the allowance: who was approved as a child counts "
    "(approx)",
    pays=Pays.YEARLY,
)
def child_study_subsidy(
    benefit_day: Day,
    death_day: Day,
    unsupported_child: Flag,
    child_approved_day: Day,
    parents_regained_day: Day,
    schooling: Schooling,
    study_grants: Fen,
    study_amount: Fen,
) -> Fen:
    """In vocational school or college: what other grants lack to the amount."""
    if not unsupported_child or child_approved_day > benefit_day or parents_regained_day <= benefit_day:
        return 0
    if month_index(benefit_day) > month_index(death_day):
        return 0
    if schooling != Schooling.VOCATIONAL and schooling != Schooling.HIGHER:
        return 0
    return max(0, study_amount - study_grants)


@rule(
    variable="leaving_care_grant",
    zh="成年孤儿安置费",
    en="Grant of an adult orphan who leaves care",
    cites=ADULT_ORPHANS,
    until="2009-03-31",
    dated_by="leaving_care_day",
    confidence="approx",
    note="the day it began is approx",
    pays=Pays.ONCE,
)
def no_leaving_care_grant() -> Fen:
    """It begins about April 2009."""
    return 0


@rule(
    zh="成年孤儿安置费",
    en="Grant of an adult orphan who leaves care",
    cites=ADULT_ORPHANS,
    since="2009-04-01",
    dated_by="leaving_care_day",
    confidence="source",
    note="for home and job, not cash in hand; the document's number is not at hand and the day it began is approx",
    pays=Pays.ONCE,
)
def leaving_care_grant(
    benefit_day: Day,
    birth_day: Day,
    leaving_care_day: Day,
    orphan_class: OrphanClass,
    upbringing: Upbringing,
    leaving_care_amount: Fen,
) -> Fen:
    """An orphan of an institution of the city who leaves it at 18 or later."""
    if leaving_care_day > benefit_day or leaving_care_day < add_months(birth_day, GROWN):
        return 0
    if orphan_class != OrphanClass.INSTITUTION or upbringing != Upbringing.CITY_INSTITUTION:
        return 0
    return leaving_care_amount
