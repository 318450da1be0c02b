"""What a household asks temporary assistance (临时救助) or heating assistance (采暖救助) for."""

from __future__ import annotations

from shebao.law.city.household import HOUSEHOLD
from shebao.rules.declare import Input
from shebao.rules.kinds import LAST_DAY, Code, Count, Day, Fen, Flag

HOME = HOUSEHOLD.name
MOST = 10**9  # fen: ten million yuan


class TemporaryKind(Code):
    """Why the household asks for temporary assistance."""

    NONE = 0, "无", "none"
    EMERGENCY = 1, "急难型", "emergency"
    EXPENDITURE = 2, "支出型", "expenditure"


class Heating(Code):
    """How the home is heated."""

    NONE = 0, "未申请", "none claimed"
    COAL = 1, "燃煤自采暖", "own coal stove"
    CENTRAL = 2, "集中供热", "central heating"
    CLEAN = 3, "清洁能源自采暖", "own heating by clean energy"


INPUTS = [
    Input(
        "temporary_aid_day",
        Day,
        "临时救助申请日期",
        "Day of the claim of temporary assistance",
        missing=LAST_DAY,
        of=HOME,
        note="empty: no claim; it then stands for the last day of the calendar",
    ),
    Input("temporary_aid_kind", TemporaryKind, "临时救助类型", "Kind", missing=TemporaryKind.NONE, of=HOME),
    Input(
        "emergency_need",
        Fen,
        "急难型核定所需金额",
        "Need in the emergency, as assessed",
        high=MOST,
        missing=0,
        of=HOME,
    ),
    Input("emergency_people", Count, "急难受困人数", "People in the emergency", high=64, missing=1, of=HOME),
    Input(
        "necessary_spending",
        Fen,
        "十二个月必需支出",
        "Necessary spending of twelve months",
        high=MOST,
        missing=0,
        of=HOME,
        note="own medical, schooling and other necessary spending that caused the hardship",
    ),
    Input(
        "aided_for_same_cause",
        Flag,
        "一年内已因同一事由获临时救助",
        "Had temporary assistance for the same cause within the year",
        missing=False,
        of=HOME,
    ),
    Input(
        "heating_claimed",
        Heating,
        "申请采暖救助的采暖方式",
        "Heating for which assistance is claimed",
        missing=Heating.NONE,
        of=HOME,
    ),
]
