"""The household (家庭) that assistance looks at together, and what its members earn and do."""

from __future__ import annotations

from shebao.rules.declare import Group, Input, rule
from shebao.rules.kinds import Code, Count, Fen, Flag

MOST_MONTHLY = 10**8  # fen: a million yuan a month

HOUSEHOLD = Group("household", "共同生活的家庭", "Household", alone=True)


class Work(Code):
    """What a person does for a living, today."""

    NONE = 0, "无工作", "none"
    EMPLOYEE = 1, "单位就业", "employee"
    FLEXIBLE = 2, "灵活就业", "flexible work"
    SELF_EMPLOYED = 3, "个体经营", "self-employed"
    FARMER = 4, "务农", "farmer"


class Schooling(Code):
    """The school that a person attends, today."""

    NONE = 0, "不在校", "none"
    COMPULSORY = 1, "义务教育", "compulsory school"
    SENIOR = 2, "普通高中", "senior secondary school"
    VOCATIONAL = 3, "中等职业学校", "secondary vocational school"
    HIGHER = 4, "全日制专科、本科", "full-time college, to bachelor"
    POSTGRADUATE = 5, "研究生", "postgraduate"


def _monthly(name: str, zh: str, en: str, note: str = "") -> Input:
    return Input(name, Fen, zh, en, high=MOST_MONTHLY, missing=0, note=note or "mean per month of the period looked at")


INPUTS = [
    Input("work", Work, "就业状况", "Work", missing=Work.NONE),
    Input("schooling", Schooling, "就学状况", "Schooling", missing=Schooling.NONE),
    Input("able_to_work", Flag, "有劳动能力", "Able to work", missing=True),
    Input("seriously_ill", Flag, "患重大疾病", "Seriously ill", missing=False),
    _monthly(
        "work_income", "月工作收入", "Income from work per month", "wages net of tax and own insurance, or business"
    ),
    _monthly("property_income", "月财产收入", "Income from property per month", "interest, dividends, rent, sales"),
    _monthly(
        "transfer_income",
        "月转移收入",
        "Other transfers per month",
        "support really paid, gifts, housing fund; not what this city's programmes pay: the rules compute that",
    ),
    Input("household_assets", Fen, "家庭货币财产", "Money assets of the household", missing=0, of="household"),
    Input("household_homes", Count, "家庭住房套数", "Homes of the household", high=100, missing=1, of="household"),
    Input("household_has_car", Flag, "家庭有机动车", "The household has a car", missing=False, of="household"),
    Input(
        "household_property_over",
        Flag,
        "家庭有其他超标财产",
        "Other property above the line",
        missing=False,
        of="household",
        note="a second home above the mean floor area, a house for business, a large farm machine",
    ),
]


@rule(zh="在校学生", en="Student", cites="京政发〔2008〕49号", note="any school that the person attends")
def student(schooling: Schooling) -> Flag:
    """Attends a school."""
    return schooling != Schooling.NONE
