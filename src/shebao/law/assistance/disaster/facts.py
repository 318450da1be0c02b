"""What a disaster (自然灾害) did to a person and to the household."""

from __future__ import annotations

from shebao.law.city.household import HOUSEHOLD
from shebao.rules.declare import Input
from shebao.rules.kinds import LAST_DAY, Count, Day, Days

INPUTS = [
    Input(
        "disaster_day",
        Day,
        "受灾日期",
        "Day of the disaster, for the person",
        missing=LAST_DAY,
        note="empty: none; it then stands for the last day of the calendar",
    ),
    Input("food_shortage_days", Days, "因灾断粮天数", "Days without food after the disaster", high=3660, missing=0),
    Input(
        "house_disaster_day",
        Day,
        "房屋受灾日期",
        "Day of the disaster, for the household's house",
        missing=LAST_DAY,
        of=HOUSEHOLD.name,
        note="empty: none",
    ),
    Input(
        "rebuilding_approved_day",
        Day,
        "重建批准日期",
        "Day on which the district approved the rebuilding",
        missing=LAST_DAY,
        of=HOUSEHOLD.name,
        note="empty: not approved",
    ),
    Input(
        "rooms_collapsed",
        Count,
        "倒塌房屋间数",
        "Rooms that collapsed and are rebuilt",
        high=100,
        missing=0,
        of=HOUSEHOLD.name,
    ),
]
