"""What a student of a poor family has been granted or begins."""

from __future__ import annotations

from shebao.rules.declare import Input
from shebao.rules.kinds import LAST_DAY, Code, Day, Flag


class NationalGrant(Code):
    """The class of the national grant (国家助学金) that the college awarded."""

    NONE = 0, "无", "none"
    FIRST = 1, "一等", "first class"
    SECOND = 2, "二等", "second class"


INPUTS = [
    Input("boards_at_school", Flag, "寄宿生", "Boards at school", missing=False),
    Input(
        "national_grant_class",
        NationalGrant,
        "国家助学金等次",
        "Class of the national grant",
        missing=NationalGrant.NONE,
        note="as the college awarded it for the year",
    ),
    Input(
        "college_entry_day",
        Day,
        "高等学校入学日期",
        "Day of entering college",
        missing=LAST_DAY,
        note="empty: not entered; it then stands for the last day of the calendar",
    ),
]
