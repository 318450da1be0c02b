"""Services for disabled children."""

from __future__ import annotations

from shebao.law.city.disability import DisabilityKind, DisabilityLevel
from shebao.law.city.facts import Hukou
from shebao.law.welfare.disability.subsidies import aged, alive_here
from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import Day, Flag, Years
from shebao.rules.language import number


@rule(
    variable="child_rehabilitation",
    zh="残疾儿童康复服务",
    en="Rehabilitation of disabled children",
    cites="京残发〔2013〕37号",
    until="2012-12-31",
    pays=Pays.SERVICE,
)
def no_child_rehabilitation() -> Flag:
    """The earliest document at hand is of 2013."""
    return False


@rule(
    zh="残疾儿童康复服务",
    en="Rehabilitation of disabled children",
    cites="京残发〔2013〕37号；京残发〔2019〕42号",
    since="2013-01-01",
    confidence="source",
    note="the amounts stand in a catalogue that is not at hand; of 2013 the number alone is known",
    pays=Pays.SERVICE,
)
def child_rehabilitation(
    benefit_day: Day,
    birth_day: Day,
    death_day: Day,
    hukou: Hukou,
    disability_kind: DisabilityKind,
    disability_level: DisabilityLevel,
    child_rehabilitation_last_age: Years,
) -> Flag:
    """A disabled child of this city to that age, the year included."""
    if not alive_here(benefit_day, death_day, hukou):
        return False
    if aged(birth_day, benefit_day, number(child_rehabilitation_last_age) + 1) or birth_day > benefit_day:
        return False
    return disability_kind != DisabilityKind.NONE and disability_level != DisabilityLevel.NONE
