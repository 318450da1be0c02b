"""What the disability subsidies ask besides the certificate."""

from __future__ import annotations

from shebao.law.city.disability import DisabilityKind
from shebao.rules.declare import Input
from shebao.rules.kinds import LAST_DAY, Code, Count, Day


class LivingGrade(Code):
    """The two grades of the living subsidy."""

    NONE = 0, "无", "none"
    SEVERE = 1, "视力、肢体一至二级，智力、精神一至三级", "sight, limb 1-2; intellect, mind 1-3"
    OTHER = 2, "其他等级", "other levels"


class CareClass(Code):
    """The two classes of the care subsidy."""

    NONE = 0, "无", "none"
    HIGHER = 1, "高档", "higher"
    LOWER = 2, "低档", "lower"


class LivingClass(Code):
    """Whose living subsidy it is; the first that fits (from 2016)."""

    NONE = 0, "不符合", "none"
    MINIMUM_LIVING = 1, "低保家庭", "household on the minimum living allowance"
    LOW_INCOME = 2, "低收入家庭", "low-income family"
    NO_WORK = 3, "16至59岁失业无稳定收入，或16岁以上全日制在校", "16-59 without work and income, or a student from 16"
    OLD = 4, "男60岁、女55岁以上，收入低于低保标准", "old, with an income below the standard"
    CHILD = 5, "未满16岁", "below 16"


INPUTS = [
    Input(
        "gravest_disability",
        DisabilityKind,
        "多重残疾中最重的类别",
        "Gravest of multiple disabilities",
        missing=DisabilityKind.NONE,
        note="asked only when the certificate says multiple",
    ),
    Input(
        "disability_claim_day",
        Day,
        "残疾人补贴申请日",
        "Day of the claim to the disability subsidies",
        missing=LAST_DAY,
        note="empty for who has not asked",
    ),
    Input("employer_headcount", Count, "单位在职职工人数", "Employees of the employer", high=50_000, missing=0),
    Input(
        "employer_disabled_employees",
        Count,
        "单位已安排残疾人数",
        "Disabled employees of the employer",
        high=50_000,
        missing=0,
    ),
]
