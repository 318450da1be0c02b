"""What the maternity insurance asks."""

from __future__ import annotations

from shebao.rules.declare import Input
from shebao.rules.kinds import LAST_DAY, Code, Count, Day, Fen, Flag, Months

MOST = 10**8  # fen: a million yuan


class PregnancyEnd(Code):
    """How a pregnancy ended."""

    NONE = 0, "无", "none"
    BIRTH = 1, "分娩", "birth"
    ABORTION = 2, "流产、终止妊娠", "abortion or termination"


class AbortionStage(Code):
    """孕周 at which a pregnancy was ended, as the leave counts it."""

    UNDER_12 = 1, "不满12周", "below 12 weeks"
    FROM_12 = 2, "满12周不满16周", "12 to below 16 weeks"
    FROM_16 = 3, "满16周不满28周", "16 to below 28 weeks"
    FROM_28 = 4, "满28周", "28 weeks and more"


class MaternityProcedure(Code):
    """Procedures with a quota (births) or a limit (the others)."""

    NONE = 0, "无", "none"
    NATURAL = 1, "自然分娩", "natural birth"
    ASSISTED = 2, "人工干预分娩", "assisted birth"
    CAESAREAN = 3, "剖宫产不伴其他手术", "caesarean section"
    CAESAREAN_AND_SURGERY = 4, "剖宫产伴其他手术", "caesarean section with other surgery"
    SURGICAL_ABORTION = 5, "门诊人工流产", "surgical abortion, outpatient"
    MEDICAL_ABORTION = 6, "门诊药物流产", "medical abortion, outpatient"
    IUD_PLACED = 7, "宫内节育器放置（门诊）", "placing of an intrauterine device, outpatient"
    IUD_REMOVED = 8, "宫内节育器取出（门诊）", "removal of an intrauterine device, outpatient"
    VASECTOMY = 9, "输精管结扎（门诊）", "vasectomy, outpatient"


class MaternityPayer(Code):
    """Who bears a birth."""

    NONE = 0, "无", "none"
    FUND = 1, "生育保险基金", "the maternity fund"
    EMPLOYER = 2, "用人单位", "the employer"
    FUND_LATER = 3, "基金补支", "the fund, repaid after twelve later months"


class HospitalLevel(Code):
    """医院等级."""

    LEVEL_1 = 1, "一级", "level 1"
    LEVEL_2 = 2, "二级", "level 2"
    LEVEL_3 = 3, "三级", "level 3"


def _flag(name: str, zh: str, en: str, *, missing: bool = False, note: str = "") -> Input:
    return Input(name, Flag, zh, en, missing=missing, note=note)


def _day(name: str, zh: str, en: str) -> Input:
    return Input(name, Day, zh, en, missing=LAST_DAY, note="empty: it has not happened")


def _fen(name: str, zh: str, en: str) -> Input:
    return Input(name, Fen, zh, en, high=MOST, missing=0)


INPUTS = [
    _day("pregnancy_end_day", "分娩、终止妊娠日", "Day the pregnancy ended"),
    Input("pregnancy_end", PregnancyEnd, "妊娠结果", "How the pregnancy ended", missing=PregnancyEnd.NONE),
    Input("pregnancy_weeks", Count, "孕周", "Full weeks of the pregnancy", high=45, missing=0),
    Input("children_born", Count, "本次生育子女数", "Children of this birth", high=9, missing=1),
    _flag("difficult_birth", "难产", "Difficult birth"),
    _flag("first_birth", "第一胎", "First child"),
    _flag("lawful_birth", "依法生育", "Birth within the law", missing=True),
    _flag(
        "late_leave_given",
        "晚育假由男方享受",
        "Leave for late childbirth is taken by the father",
        note="the allowance may go to the parent with the higher base",
    ),
    _day("late_leave_birth_day", "男方享受晚育假的分娩日", "Day of the birth for which the father takes that leave"),
    Input(
        "maternity_months_paid",
        Months,
        "连续缴费月数（含分娩当月）",
        "Months paid in a row, with that of the birth",
        high=720,
        missing=0,
        note="with regard to the day of the birth, end or procedure",
    ),
    Input(
        "maternity_months_after",
        Months,
        "分娩后连续缴费月数",
        "Months paid in a row after the birth",
        high=720,
        missing=0,
    ),
    _fen("delivery_base", "分娩当月本人缴费基数", "Own contribution base in the month of the birth"),
    _fen("employer_average_base", "用人单位月缴费平均基数", "Employer's average contribution base in that month"),
    _fen("wage_before_leave", "休假前月工资", "Wage per month before the leave"),
    _fen("prenatal_expense", "产前检查费用", "Expenses of prenatal care"),
    Input(
        "maternity_procedure",
        MaternityProcedure,
        "生育、计划生育项目",
        "Procedure of birth or family planning",
        missing=MaternityProcedure.NONE,
    ),
    _day("maternity_procedure_day", "项目日期", "Day of the procedure"),
    Input(
        "maternity_hospital_level", HospitalLevel, "医院等级", "Level of the hospital", missing=HospitalLevel.LEVEL_3
    ),
    _fen("maternity_procedure_expense", "项目费用", "Expenses of the procedure"),
]
