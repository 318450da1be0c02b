"""What the programmes for old people ask."""

from __future__ import annotations

from shebao.rules.declare import Input
from shebao.rules.kinds import LAST_DAY, Code, Count, Day, Fen


class SubsidyChoice(Code):
    """Which subsidies a disabled old person chose: nobody has both."""

    NONE = 0, "未选择", "not chosen: the higher"
    DISABILITY = 1, "残疾人两项补贴", "the disability subsidies"
    ELDERLY = 2, "老年人补贴", "the subsidies for old people"


class CareAssessment(Code):
    """The result of the assessment of an old person's abilities."""

    NONE = 0, "能力完好或未评估", "able, or not assessed"
    MILD = 1, "轻度失能", "mild"
    MODERATE = 2, "中度失能", "moderate"
    SEVERE = 3, "重度失能", "severe"


class OnlyChild(Code):
    """What became of an only child; the parents have no other."""

    NONE = 0, "无此情形", "none"
    DEAD = 1, "独生子女死亡", "dead"
    DISABLED = 2, "独生子女伤残（一至三级）", "disabled, level 1 to 3"


class LongevityClass(Code):
    """Ages of the longevity allowance."""

    NONE = 0, "未满80岁", "below 80"
    AGE_80 = 1, "80至89岁", "80 to 89"
    AGE_90 = 2, "90至99岁", "90 to 99"
    AGE_100 = 3, "100岁以上", "100 and older"


class ServiceClass(Code):
    """Whose service subsidy it is; the first that fits."""

    NONE = 0, "不符合", "none"
    MINIMUM_LIVING = 1, "低保老年人", "on the minimum living allowance"
    LOW_INCOME = 2, "低收入家庭老年人", "of a low-income family"
    FAMILY_PLANNING = 3, "计划生育特殊家庭老年人", "parent of a dead or disabled only child"


class ElderCareClass(Code):
    """Classes of the elders' care subsidy."""

    NONE = 0, "不符合", "none"
    FIRST = 1, "一档", "first"
    SECOND = 2, "二档", "second"
    THIRD = 3, "三档", "third"


class CareHome(Code):
    """Who runs the home that an old person lives in."""

    NONE = 0, "未入住", "lives in none"
    PRIVATE = 1, "社会办", "private"
    PUBLIC_PRIVATE_RUN = 2, "公办民营", "public, privately run"


class BedProject(Code):
    """What kind of project added the beds."""

    NONE = 0, "无", "none"
    RURAL_EXTENSION = 1, "郊区农村扩建", "extension of a suburban or rural home"
    PRIVATE = 2, "社会办新建", "private home"


def _claimed(name: str, zh: str, en: str) -> Input:
    return Input(name, Day, zh, en, missing=LAST_DAY, note="empty for who has not asked")


INPUTS = [
    Input("subsidy_choice", SubsidyChoice, "补贴选择", "Choice of subsidies", missing=SubsidyChoice.NONE),
    Input(
        "care_assessment", CareAssessment, "老年人能力评估等级", "Assessed need of care", missing=CareAssessment.NONE
    ),
    Input("only_child", OnlyChild, "独生子女情形", "Fate of the only child", missing=OnlyChild.NONE),
    Input("wife_birth_day", Day, "妻子出生日期", "Wife's day of birth", missing=LAST_DAY, note="asked of men only"),
    _claimed("longevity_claim_day", "高龄津贴申请日", "Day of the claim to the longevity allowance"),
    _claimed("home_care_claim_day", "居家养老（助残）券申请日", "Day of the claim to the home-care voucher"),
    _claimed("elderly_subsidy_claim_day", "老年人补贴申请日", "Day of the claim to the service or care subsidy"),
    Input(
        "service_right_day",
        Day,
        "符合养老服务补贴条件之日",
        "Day the conditions of the service subsidy were first met",
        missing=LAST_DAY,
        note="for back pay; empty: none",
    ),
    Input(
        "care_right_day",
        Day,
        "符合护理补贴条件之日",
        "Day the conditions of the care subsidy were first met",
        missing=LAST_DAY,
        note="for back pay; empty: none",
    ),
    Input(
        "elderly_card_day",
        Day,
        "老年卡发卡日",
        "Day the old person's card was issued",
        missing=LAST_DAY,
        note="优待卡, later 养老助残卡",
    ),
    Input(
        "pilot_voucher_granted",
        Fen,
        "试点区县批准的服务券月额",
        "Voucher that a pilot district granted, a month",
        high=100_000,
        missing=0,
    ),
    Input("care_home", CareHome, "入住养老机构性质", "Home that the person lives in", missing=CareHome.NONE),
    Input("bed_project", BedProject, "养老床位建设项目", "Project that added beds", missing=BedProject.NONE),
    Input("beds_opened_day", Day, "床位启用日", "Day the beds were opened", missing=LAST_DAY),
    Input("beds_added", Count, "新增床位数", "Beds added", high=10_000, missing=0),
]
