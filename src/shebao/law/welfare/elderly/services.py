"""Concessions for holders of the old person's card, aid to parents without their only child, beds of homes."""

from __future__ import annotations

from shebao.law.city.facts import Hukou, Sex
from shebao.law.welfare.disability.subsidies import aged, alive_here
from shebao.law.welfare.elderly.facts import BedProject, CareHome, OnlyChild
from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import Count, Day, Fen, Flag, Table, Years
from shebao.rules.language import helper, month_index, number

CONCESSIONS = "新华社 2009-01-04（content_10601084）"
AID = "京人口发〔2008〕53号、〔2009〕31号"
CARD = "the card proves the age (approx)"


@helper
def holder(benefit_day: Day, birth_day: Day, death_day: Day, card_day: Day, age: Years) -> Flag:
    """Alive, with a card, of that age."""
    if card_day > benefit_day or death_day < benefit_day:
        return False
    return aged(birth_day, benefit_day, number(age))


# ---- concessions
@rule(
    variable="free_buses_and_parks",
    zh="免费乘公交车、进政府公园",
    en="Free buses and government parks",
    cites=CONCESSIONS,
    until="2008-12-31",
    pays=Pays.SERVICE,
)
def no_free_buses_and_parks() -> Flag:
    """Free from 2009-01-01."""
    return False


@rule(
    zh="免费乘公交车、进政府公园",
    en="Free buses and government parks",
    cites=CONCESSIONS,
    since="2009-01-01",
    confidence="source",
    note=CARD,
    pays=Pays.SERVICE,
)
def free_buses_and_parks(
    benefit_day: Day, birth_day: Day, death_day: Day, elderly_card_day: Day, free_bus_age: Years
) -> Flag:
    """From 65."""
    return holder(benefit_day, birth_day, death_day, elderly_card_day, free_bus_age)


@rule(
    variable="reduced_park_ticket",
    zh="可购优惠公园年票",
    en="May buy the annual ticket for all parks",
    cites=CONCESSIONS,
    until="2008-12-31",
    pays=Pays.SERVICE,
)
def no_reduced_park_ticket() -> Flag:
    """Sold from 2009-01-01."""
    return False


@rule(
    zh="可购优惠公园年票",
    en="May buy the annual ticket for all parks",
    cites=CONCESSIONS,
    since="2009-01-01",
    confidence="source",
    note=CARD,
    pays=Pays.SERVICE,
)
def reduced_park_ticket(
    benefit_day: Day,
    birth_day: Day,
    death_day: Day,
    elderly_card_day: Day,
    park_ticket_age: Years,
    free_buses_and_parks: Flag,
) -> Flag:
    """From 60, until parks are free."""
    return not free_buses_and_parks and holder(benefit_day, birth_day, death_day, elderly_card_day, park_ticket_age)


@rule(
    zh="公园年票应付价",
    en="Price of the parks' annual ticket to be paid",
    cites=CONCESSIONS,
    since="2009-01-01",
    confidence="source",
)
def park_ticket_due(reduced_park_ticket: Flag, park_ticket_price: Fen) -> Fen:
    """For who may buy it."""
    return park_ticket_price if reduced_park_ticket else 0


@rule(
    variable="free_museums",
    zh="免费参观政府博物馆",
    en="Free government museums",
    cites=CONCESSIONS,
    until="2008-12-31",
    pays=Pays.SERVICE,
)
def no_free_museums() -> Flag:
    """Free from 2009-01-01."""
    return False


@rule(
    zh="免费参观政府博物馆",
    en="Free government museums",
    cites=CONCESSIONS,
    since="2009-01-01",
    confidence="source",
    note=CARD,
    pays=Pays.SERVICE,
)
def free_museums(
    benefit_day: Day, birth_day: Day, death_day: Day, elderly_card_day: Day, park_ticket_age: Years
) -> Flag:
    """From 60."""
    return holder(benefit_day, birth_day, death_day, elderly_card_day, park_ticket_age)


# ---- parents of a dead or disabled only child
@rule(
    variable="only_child_aid",
    zh="独生子女家庭特别扶助金",
    en="Special aid to parents of a dead or disabled only child",
    cites=AID,
    until="2007-12-31",
    pays=Pays.MONTHLY,
)
def no_only_child_aid() -> Fen:
    """The aid begins in 2008."""
    return 0


@rule(
    zh="独生子女家庭特别扶助金",
    en="Special aid to parents of a dead or disabled only child",
    cites=f"{AID}；京卫家庭〔2022〕19号",
    since="2008-01-01",
    confidence="source",
    note="the day is approx. For each parent, once the woman is of that age; a father without a wife is not covered by "
    "the text at hand",
    pays=Pays.MONTHLY,
)
def only_child_aid(
    benefit_day: Day,
    birth_day: Day,
    death_day: Day,
    sex: Sex,
    hukou: Hukou,
    only_child: OnlyChild,
    wife_birth_day: Day,
    only_child_aid_age: Years,
    only_child_aid_amount: Table[Fen],
) -> Fen:
    """By what became of the child."""
    if only_child == OnlyChild.NONE or not alive_here(benefit_day, death_day, hukou):
        return 0
    if not aged(birth_day if sex == Sex.FEMALE else wife_birth_day, benefit_day, number(only_child_aid_age)):
        return 0
    return only_child_aid_amount[only_child]


# ---- beds: paid to the home
@rule(
    zh="养老床位运营补贴",
    en="Operating subsidy for the bed of an old person",
    cites="china.org.cn english/Life/126277 (2005)",
    confidence="source",
    note="paid to the home; later by self-care level, in steps that are not at hand",
)
def bed_operating_subsidy(
    benefit_day: Day, death_day: Day, care_home: CareHome, bed_operating_amount: Table[Fen]
) -> Fen:
    """A month, by who runs the home."""
    if care_home == CareHome.NONE or month_index(benefit_day) > month_index(death_day):
        return 0
    return bed_operating_amount[care_home]


@rule(
    zh="养老床位建设补贴",
    en="Building subsidy for added beds",
    cites="新华社 2011-05-02（chinadaily content_12430864）；ecns.cn 2013-03-27 (56171)",
    dated_by="beds_opened_day",
    formula="每床补贴 × 新增床位数；农村扩建每机构最多200万元",
    confidence="approx",
    note="paid to the home, once the beds are open",
)
def bed_building_subsidy(
    benefit_day: Day,
    beds_opened_day: Day,
    beds_added: Count,
    bed_project: BedProject,
    bed_building_amount: Table[Fen],
    bed_building_most: Fen,
) -> Fen:
    """For each bed; the extension of a rural home has a limit."""
    if bed_project == BedProject.NONE or beds_added == 0 or beds_opened_day > benefit_day:
        return 0
    total = bed_building_amount[bed_project] * beds_added
    return min(total, bed_building_most) if bed_project == BedProject.RURAL_EXTENSION else total
