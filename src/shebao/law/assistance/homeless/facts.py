"""What the shelter (救助站) writes down of a person who asks for help."""

from __future__ import annotations

from shebao.rules.declare import Input
from shebao.rules.kinds import FIRST_DAY, LAST_DAY, Day, Flag

INPUTS = [
    Input(
        "shelter_request_day",
        Day,
        "求助日期",
        "Day of asking the shelter for help",
        missing=LAST_DAY,
        note="empty: never asked; the first of the days of help",
    ),
    Input(
        "without_food_or_lodging",
        Flag,
        "自身无力解决食宿",
        "Cannot feed or house himself",
        missing=False,
    ),
    Input("begging", Flag, "正在城市流浪乞讨", "Begs in the city", missing=False),
    Input("has_kin_to_turn_to", Flag, "有亲友投靠", "Has kin or friends to turn to", missing=False),
    Input(
        "shelter_extended_until",
        Day,
        "批准延长救助至",
        "Longer stay approved until",
        missing=FIRST_DAY,
        note="empty: no longer stay was approved; the first day of the calendar stands for it",
    ),
    Input(
        "shelter_left_day",
        Day,
        "离站日期",
        "Day of leaving the shelter",
        missing=LAST_DAY,
        note="empty: has not left",
    ),
    Input("identity_found", Flag, "身份已查清", "Identity is found", missing=False),
    Input(
        "verified_guardian",
        Flag,
        "监护人已核实",
        "A guardian is verified",
        missing=False,
        note="of a minor: handed over only to a verified guardian",
    ),
]
