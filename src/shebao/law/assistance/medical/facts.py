"""Who has a right to medical assistance besides the poor, and what a bill leaves to be paid."""

from __future__ import annotations

from shebao.rules.declare import Input
from shebao.rules.kinds import LAST_DAY, Code, Day, Fen

MOST = 10**9  # fen: ten million yuan


class ReliefClass(Code):
    """People with relief of their own (传统救济对象), whatever their income."""

    NONE = 0, "无", "none"
    HARDSHIP = 1, "生活困难补助人员", "with the hardship subsidy"
    RETURNED_YOUTH = 2, "因公（病）致残返城知青", "returned youth disabled by work or illness"
    FORMER_WORKER = 3, "60年代初精减退职老职工（40%救济）", "laid off in the early 1960s, 40 % relief"


class AidCare(Code):
    """The kind of care that medical assistance pays for."""

    NONE = 0, "无", "none"
    OUTPATIENT = 1, "门诊", "outpatient"
    INPATIENT = 2, "住院", "inpatient"
    SERIOUS_ILLNESS = 3, "重大疾病、门诊特殊病", "serious illness, special outpatient diseases"


class Standing(Code):
    """The relief that a person has, the best one first: what special assistance looks at."""

    NONE = 0, "无", "none"
    DESTITUTE = 1, "特困供养人员", "supported as destitute"
    MINIMUM_LIVING = 2, "最低生活保障对象", "on the minimum living allowance"
    LOW_INCOME = 3, "低收入家庭成员", "of a low-income family"


INPUTS = [
    Input("relief_class", ReliefClass, "传统救济身份", "Class of relief", missing=ReliefClass.NONE),
    Input(
        "medical_aid_day",
        Day,
        "医疗救助结算日期",
        "Day on which the bill is settled for assistance",
        missing=LAST_DAY,
        note="empty: no bill; it then stands for the last day of the calendar",
    ),
    Input("medical_aid_care", AidCare, "医疗救助类别", "Kind of care of the bill", missing=AidCare.NONE),
    Input(
        "medical_own_share",
        Fen,
        "保险报销后目录内自负金额",
        "Own share in the list, after all insurance",
        high=MOST,
        missing=0,
        note="after basic insurance, serious-illness insurance and any other",
    ),
    Input(
        "medical_aid_paid",
        Fen,
        "本年度同类已救助金额",
        "Assistance already paid this year for this kind of care",
        high=MOST,
        missing=0,
        note="from 2023 serious illness and special outpatient diseases are of one kind with inpatient care",
    ),
    Input(
        "illness_poverty_day",
        Day,
        "因病致贫救助申请日期",
        "Day of the claim of a family made poor by illness",
        missing=LAST_DAY,
        note="empty: no claim",
    ),
    Input(
        "illness_burden",
        Fen,
        "重病患者十二个月目录内自负医疗费",
        "Own medical burden of the seriously ill, twelve months",
        high=MOST,
        missing=0,
        note="in the list, after all insurance and other assistance",
    ),
    Input(
        "illness_poverty_paid_before",
        Day,
        "上次因病致贫救助日期",
        "Day of the last such assistance",
        missing=LAST_DAY,
        note="empty: never; assistance is once in a calendar year",
    ),
]
