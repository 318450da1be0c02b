"""Who gets the welfare pension, and how much a month."""

from __future__ import annotations

from shebao.law.city.facts import Hukou
from shebao.rules.declare import Input, Pays, rule
from shebao.rules.kinds import Day, Fen, Flag, Years, day
from shebao.rules.language import as_months, helper, month_index, months_between, number

CITES = "京政发〔2007〕35号"
LAST_OPEN_DAY: Day = day("2008-12-31")  # who had reached the age by then entered without further conditions

INPUTS = [
    Input(
        "could_join_resident_pension",
        Flag,
        "曾有参加城乡居民养老保险的机会",
        "Could have joined the residents' pension",
        note="asked only for people who reached the age from 2009-01-01 on",
    ),
]


@helper
def reached(birth_day: Day, age: Years, on: Day) -> Flag:
    """Whether that age is reached on a day; a day before birth counts as not."""
    return months_between(birth_day, on) >= 12 * as_months(number(age))


@helper
def local_elder(birth_day: Day, age: Years, on: Day, hukou: Hukou) -> Flag:
    """Of that age on the day, and registered in this city."""
    return reached(birth_day, age, on) and hukou != Hukou.OTHER_URBAN and hukou != Hukou.OTHER_RURAL


@rule(
    variable="welfare_pension_eligible",
    zh="符合福利养老金条件",
    en="Entitled to the welfare pension",
    cites=CITES,
    since="2008-01-01",
    until="2008-12-31",
)
def welfare_pension_eligible_2008(
    birth_day: Day, benefit_day: Day, hukou: Hukou, other_pension: Flag, welfare_pension_age: Years
) -> Flag:
    """From 60, registered in this city, without a pension of any kind."""
    if not local_elder(birth_day, welfare_pension_age, benefit_day, hukou):
        return False
    return not other_pension


@rule(
    variable="welfare_pension_eligible",
    zh="符合福利养老金条件",
    en="Entitled to the welfare pension",
    cites=CITES + "、京政发〔2008〕49号",
    since="2009-01-01",
    confidence="approx",
    note="that nobody enters from 2009 but those without an option to contribute is to be verified",
)
def welfare_pension_eligible_2009(
    birth_day: Day,
    benefit_day: Day,
    hukou: Hukou,
    other_pension: Flag,
    could_join_resident_pension: Flag,
    resident_pension_eligible: Flag,
    welfare_pension_age: Years,
) -> Flag:
    """As in 2008, not entitled to the residents' pension, and of that age by the end of 2008 or never able to join."""
    if not local_elder(birth_day, welfare_pension_age, benefit_day, hukou) or other_pension:
        return False
    if not reached(birth_day, welfare_pension_age, LAST_OPEN_DAY) and could_join_resident_pension:
        return False
    return not resident_pension_eligible


@rule(
    variable="welfare_pension",
    zh="福利养老金",
    en="Welfare pension",
    cites=CITES,
    until="2007-12-31",
    pays=Pays.MONTHLY,
)
def no_welfare_pension() -> Fen:
    """The pension begins on 2008-01-01."""
    return 0


@rule(
    zh="福利养老金",
    en="Welfare pension",
    cites=CITES + " 及年度通知",
    since="2008-01-01",
    note="paid to the month of death, as the basic pension of residents is",
    pays=Pays.MONTHLY,
)
def welfare_pension(
    benefit_day: Day, death_day: Day, welfare_pension_eligible: Flag, welfare_pension_standard: Fen
) -> Fen:
    """The standard of the month, for who is entitled."""
    if month_index(benefit_day) > month_index(death_day) or not welfare_pension_eligible:
        return 0
    return welfare_pension_standard
