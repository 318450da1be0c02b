"""What the minimum living allowance asks of a household and its members."""

from __future__ import annotations

from shebao.law.city.household import MOST_MONTHLY
from shebao.rules.declare import Input
from shebao.rules.kinds import LAST_DAY, Code, Count, Day, Fen, Flag, Series

HOUSEHOLD = "household"


class Absence(Code):
    """Why somebody of the family is not counted as living with it."""

    NONE = 0, "共同生活", "lives with it"
    CONSCRIPT = 1, "服义务兵役", "conscript"
    CLERGY = 2, "出家三年以上", "clergy, apart for three years"
    MISSING = 3, "宣告失踪", "declared missing"
    PRISON = 4, "服刑", "in prison"


class MinimumLivingArea(Code):
    """Whose standard applies: until 2015-06 there were two."""

    URBAN = 1, "城市", "urban"
    RURAL = 2, "农村", "rural"


INPUTS = [
    Input("absence", Absence, "不计入家庭的原因", "Why not counted as a member", missing=Absence.NONE),
    Input(
        "traditional_relief",
        Flag,
        "传统救济对象、归侨侨眷、优抚孤老烈属困难户",
        "Of a traditional relief group",
        missing=False,
    ),
    Input(
        "refused_jobs",
        Count,
        "无正当理由拒绝适当工作次数",
        "Suitable jobs refused without good reason",
        high=100,
        missing=0,
    ),
    Input(
        "out_of_contact",
        Flag,
        "六个月未与街道联系",
        "Out of contact for six months",
        missing=False,
        note="of working age and unemployed",
    ),
    Input(
        "means_declared_day",
        Day,
        "家庭经济状况申报日",
        "Day of the declaration of means",
        missing=LAST_DAY,
        of=HOUSEHOLD,
        note="empty for a household that asked for no assistance: nothing is known of its means",
    ),
    Input("single_parent", Flag, "单亲家庭", "Single parent", missing=False, of=HOUSEHOLD),
    Input(
        "supporter_over_60",
        Flag,
        "重病重残人员的法定抚养人满60周岁",
        "The supporter of the ill or disabled member is 60 or older",
        missing=False,
        of=HOUSEHOLD,
    ),
    Input("job_reported_day", Day, "家庭成员就业申报日", "Day a new job was reported", missing=LAST_DAY, of=HOUSEHOLD),
    Input(
        "former_allowance",
        Fen,
        "就业前低保金",
        "Allowance before the new job",
        high=MOST_MONTHLY,
        missing=0,
        of=HOUSEHOLD,
    ),
    Input(
        "obligors_income",
        Series[Fen],
        "赡养、抚养义务人家庭月收入",
        "Income of an obligor's household",
        high=MOST_MONTHLY,
        missing=0,
        of=HOUSEHOLD,
        history="obligors",
        max_length=20,
    ),
    Input(
        "obligors_size",
        Series[Count],
        "义务人家庭人口",
        "Size of an obligor's household",
        low=1,
        high=20,
        missing=0,
        of=HOUSEHOLD,
        history="obligors",
        max_length=20,
    ),
    Input(
        "obligors_supported",
        Series[Count],
        "义务人须赡养的家庭数",
        "Households the obligor must support",
        low=1,
        high=20,
        missing=0,
        of=HOUSEHOLD,
        history="obligors",
        max_length=20,
    ),
    Input(
        "obligors_assisted",
        Series[Flag],
        "义务人家庭为低保、特困或低收入",
        "The obligor's household is itself assisted",
        missing=0,
        of=HOUSEHOLD,
        history="obligors",
        max_length=20,
    ),
    Input(
        "obligors_paid",
        Series[Fen],
        "义务人实际给付",
        "What the obligor really pays a month",
        high=MOST_MONTHLY,
        missing=0,
        of=HOUSEHOLD,
        history="obligors",
        max_length=20,
    ),
    Input(
        "obligor_wealthy",
        Flag,
        "义务人有两套以上住房或财产超标",
        "An obligor has two homes, or assets above the line",
        missing=False,
        of=HOUSEHOLD,
    ),
]
