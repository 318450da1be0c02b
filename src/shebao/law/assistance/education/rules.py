"""Aid to students of poor families: by the year in compulsory school and college, once at the entry."""

from __future__ import annotations

from shebao.law.assistance.education.facts import NationalGrant
from shebao.law.assistance.medical.facts import Standing
from shebao.law.city.household import Schooling
from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import Day, Fen, Flag, Months, Table
from shebao.rules.language import number

SCHOOL = "京财教育〔2017〕140号"
COLLEGE = "京教财〔2020〕22号"


@rule(
    zh="符合义务教育救助条件",
    en="Entitled to aid in compulsory school",
    cites=SCHOOL,
    confidence="source",
    note="the families are those on minimum living, of low income or destitute",
)
def compulsory_school_aid_eligible(
    benefit_day: Day, death_day: Day, schooling: Schooling, assistance_standing: Standing
) -> Flag:
    """In compulsory school, alive, of a family with standing."""
    if schooling != Schooling.COMPULSORY or benefit_day > death_day:
        return False
    return assistance_standing != Standing.NONE


@rule(
    zh="义务教育生活补助",
    en="Aid in compulsory school",
    cites=SCHOOL,
    formula="年标准 + 寄宿生月标准 × 10",
    confidence="source",
    note="whether a boarder has both is not said; both are taken, approx",
    pays=Pays.YEARLY,
)
def compulsory_school_aid(
    compulsory_school_aid_eligible: Flag,
    boards_at_school: Flag,
    compulsory_school_aid_yearly: Fen,
    boarder_aid_monthly: Fen,
    boarder_aid_months: Months,
) -> Fen:
    """The amount of a year, for boarders with that of the school months."""
    if not compulsory_school_aid_eligible:
        return 0
    if not boards_at_school:
        return compulsory_school_aid_yearly
    return compulsory_school_aid_yearly + boarder_aid_monthly * number(boarder_aid_months)


@rule(
    variable="boarding_fee_waived",
    zh="免寄宿费",
    en="No boarding fee",
    cites=SCHOOL,
    until="2016-12-31",
    confidence="source",
    pays=Pays.SERVICE,
)
def boarding_fee_not_waived() -> Flag:
    """It begins with the spring term of 2017."""
    return False


@rule(
    zh="免寄宿费",
    en="No boarding fee",
    cites=SCHOOL,
    since="2017-01-01",
    confidence="source",
    note="from the spring term of 2017",
    pays=Pays.SERVICE,
)
def boarding_fee_waived(compulsory_school_aid_eligible: Flag, boards_at_school: Flag) -> Flag:
    """For who has the aid and boards."""
    return compulsory_school_aid_eligible and boards_at_school


@rule(
    zh="符合国家助学金条件",
    en="Entitled to the national grant",
    cites=COLLEGE,
    confidence="source",
    note="the college finds who is in difficulty; families with standing in assistance are among them",
)
def national_grant_eligible(
    benefit_day: Day, death_day: Day, schooling: Schooling, national_grant_class: NationalGrant
) -> Flag:
    """At college, alive, and awarded a class."""
    if schooling != Schooling.HIGHER or benefit_day > death_day:
        return False
    return national_grant_class != NationalGrant.NONE


@rule(
    zh="国家助学金",
    en="National grant to college students",
    cites=COLLEGE,
    confidence="source",
    pays=Pays.YEARLY,
)
def national_grant(
    national_grant_eligible: Flag, national_grant_class: NationalGrant, national_grant_yearly: Table[Fen]
) -> Fen:
    """The amount of a year, by class."""
    if not national_grant_eligible:
        return 0
    return national_grant_yearly[national_grant_class]


@rule(
    zh="符合高等教育新生入学救助条件",
    en="Entitled to aid at the entry to college",
    cites="社会救助暂行办法 国务院令第649号",
    confidence="approx",
)
def college_entry_aid_eligible(
    benefit_day: Day, death_day: Day, college_entry_day: Day, assistance_standing: Standing
) -> Flag:
    """Entered college, alive on that day, of a family with standing."""
    if college_entry_day > benefit_day or death_day < college_entry_day:
        return False
    return assistance_standing != Standing.NONE


@rule(
    zh="高等教育新生入学救助",
    en="Aid at the entry to college",
    cites="社会救助暂行办法 国务院令第649号",
    dated_by="college_entry_day",
    confidence="approx",
    pays=Pays.ONCE,
)
def college_entry_aid(college_entry_aid_eligible: Flag, college_entry_aid_amount: Fen) -> Fen:
    """The amount in force at the entry, once."""
    if not college_entry_aid_eligible:
        return 0
    return college_entry_aid_amount
