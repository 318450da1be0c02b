"""Food money by the day and rebuilding money by the room."""

from __future__ import annotations

from shebao.law.city.household import HOUSEHOLD
from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import Count, Day, Days, Fen, Flag
from shebao.rules.language import number

CITES = "国务院令第577号"


@rule(
    zh="符合因灾口粮救助条件",
    en="Entitled to food money after a disaster",
    cites=CITES,
    confidence="source",
    note="the regulation is of 2010-09-01; before it the same help is taken",
)
def disaster_food_eligible(benefit_day: Day, death_day: Day, disaster_day: Day, food_shortage_days: Days) -> Flag:
    """Alive, and without food since a disaster that has happened."""
    if disaster_day > benefit_day or death_day < disaster_day:
        return False
    return number(food_shortage_days) > 0


@rule(
    zh="因灾口粮救助",
    en="Food money after a disaster",
    cites=CITES,
    dated_by="disaster_day",
    formula="每日标准 × min(断粮天数, 最多天数)",
    confidence="approx",
    pays=Pays.ONCE,
)
def disaster_food_aid(
    disaster_food_eligible: Flag, food_shortage_days: Days, disaster_food_per_day: Fen, disaster_food_most_days: Days
) -> Fen:
    """The amount of a day for each day without food, up to the most days."""
    if not disaster_food_eligible:
        return 0
    return disaster_food_per_day * number(min(food_shortage_days, disaster_food_most_days))


@rule(
    zh="符合因灾倒房重建救助条件",
    en="Entitled to rebuilding money",
    cites=CITES,
    of=HOUSEHOLD,
    confidence="source",
    note="the regulation is of 2010-09-01; before it the same way of approval is taken",
)
def rebuilding_eligible(
    benefit_day: Day, house_disaster_day: Day, rebuilding_approved_day: Day, rooms_collapsed: Count
) -> Flag:
    """Rooms collapsed, and their rebuilding is approved by the district."""
    if house_disaster_day > benefit_day or rebuilding_approved_day > benefit_day:
        return False
    return rooms_collapsed > 0


@rule(
    zh="因灾倒房重建救助",
    en="Rebuilding money",
    cites=CITES,
    of=HOUSEHOLD,
    dated_by="house_disaster_day",
    formula="每间标准 × 倒塌间数",
    confidence="approx",
    pays=Pays.ONCE,
)
def rebuilding_aid(rebuilding_eligible: Flag, rooms_collapsed: Count, rebuilding_per_room: Fen) -> Fen:
    """The amount of a room, for each room rebuilt."""
    if not rebuilding_eligible:
        return 0
    return rebuilding_per_room * rooms_collapsed
