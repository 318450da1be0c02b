"""What the injury insurance asks."""

from __future__ import annotations

from shebao.rules.declare import Input
from shebao.rules.kinds import LAST_DAY, Code, Count, Day, Fen, Flag


class CareDependence(Code):
    """生活自理障碍 of an injured worker, as appraised."""

    NONE = 0, "无", "none"
    PARTLY = 1, "部分不能自理", "partly dependent"
    MOSTLY = 2, "大部分不能自理", "mostly dependent"
    FULLY = 3, "完全不能自理", "fully dependent"


INPUTS = [
    Input("injury_day", Day, "工伤事故日期", "Day of the injury", missing=LAST_DAY),
    Input(
        "injury_grade",
        Count,
        "伤残等级",
        "Grade of disability from the injury",
        high=10,
        missing=0,
        note="1 is the most severe; 0 without one",
    ),
    Input("injury_grade_day", Day, "劳动能力鉴定日期", "Day of the appraisal", missing=LAST_DAY),
    Input(
        "injury_wage",
        Fen,
        "工伤前12个月平均缴费工资",
        "Mean contribution wage of the 12 months before",
        high=10**8,
        missing=0,
    ),
    Input(
        "in_rehabilitation",
        Flag,
        "正在工伤康复期内",
        "In rehabilitation",
        missing=False,
        note="grading waits until it ends",
    ),
    Input("care_dependence", CareDependence, "工伤生活自理障碍等级", "Dependence on care", missing=CareDependence.NONE),
    Input(
        "injury_employment_end_day",
        Day,
        "工伤职工劳动关系终止日期",
        "Day the injured worker's employment ended",
        missing=LAST_DAY,
    ),
    Input("died_of_injury", Flag, "因工死亡", "Died of the injury", missing=False),
]
