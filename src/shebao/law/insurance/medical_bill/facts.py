"""What a medical bill gives, and what the year's accumulators say before it."""

from __future__ import annotations

from shebao.law.insurance.maternity.facts import HospitalLevel
from shebao.rules.declare import Input
from shebao.rules.kinds import Code, Count, Day, Fen, Flag

MOST = 10**10  # fen: a hundred million yuan


class BillCare(Code):
    """The kind of care that a bill is for."""

    OUTPATIENT = 1, "门诊、急诊", "outpatient or emergency"
    SPECIAL = 2, "门诊特殊病", "special outpatient disease"
    INPATIENT = 3, "住院", "inpatient"


class InsuredClass(Code):
    """As what a person is insured for medical care; the scheme follows from it."""

    ACTIVE = 1, "在职", "active employee"
    RETIRED = 2, "退休", "retired"
    UNEMPLOYED = 3, "领取失业保险金", "on unemployment benefit"
    PUBLIC = 4, "公费医疗", "in public medical care, not merged"
    ELDERLY = 5, "老年人", "elderly resident"
    STUDENT_CHILD = 6, "学生儿童", "student or child"
    WORKING_AGE = 7, "劳动年龄内居民", "resident of working age without work"
    RURAL = 8, "新型农村合作医疗", "in rural cooperative medical care"


class MedicalScheme(Code):
    """医疗保险制度."""

    EMPLOYEE = 1, "职工基本医疗保险", "employee medical insurance"
    RESIDENT = 2, "城镇居民基本医疗保险", "residents' medical insurance"


def _fen(name: str, zh: str, en: str, note: str = "") -> Input:
    return Input(name, Fen, zh, en, high=MOST, missing=0, note=note)


INPUTS = [
    Input(
        "bill_day",
        Day,
        "费用日期",
        "Day of the bill",
        note="the visit; of a stay or a special disease the day on which what is billed ends; picks rules and figures",
    ),
    Input("bill_care", BillCare, "医疗类别", "Kind of care"),
    Input("bill_class", InsuredClass, "参保人员类别", "As what the person is insured"),
    Input("bill_hospital_level", HospitalLevel, "定点医疗机构等级", "Hospital level", missing=HospitalLevel.LEVEL_3),
    Input("bill_community", Flag, "社区卫生服务机构", "Community health institution", missing=False),
    Input("bill_out_of_area", Flag, "异地就医", "Treated outside the city", missing=False),
    _fen("bill_own_paid", "全自费合计", "Paid in full by the person, sum of the lines"),
    _fen("bill_over_limit", "超限价自付合计", "Above the price limits, sum of the lines"),
    _fen("bill_first_share", "先行自付合计", "First share, sum of the lines"),
    _fen("bill_in_scope", "符合医保范围合计", "In the scope of insurance, sum of the lines"),
    # what the accumulators say before this bill
    _fen("year_outpatient_eligible", "本年此前门诊符合范围金额", "Outpatient amount in scope this year, before"),
    _fen("year_outpatient_paid", "本年此前门诊基金支付", "Paid by the funds for outpatient care this year, before"),
    Input(
        "year_periods",
        Count,
        "本年此前结算周期数",
        "Settlement periods of the year begun before",
        high=1000,
        missing=0,
        note="inpatient stays and special diseases",
    ),
    Input(
        "period_number",
        Count,
        "所属结算周期为本年第几个",
        "Which of the year's settlement periods the bill belongs to",
        high=1000,
        missing=0,
        note="empty or 0: it begins a new one",
    ),
    Input(
        "period_start_day",
        Day,
        "结算周期起始日",
        "First day of the settlement period",
        note="admission, or the first day of a later period of a long stay; of a special disease its first bill",
    ),
    _fen("period_eligible", "本周期此前符合范围金额", "Amount in scope of the same period, before"),
    _fen(
        "year_pool_paid",
        "本年此前统筹基金支付（住院、门诊特殊病）",
        "Paid by the pool this year for inpatient care and special diseases, before",
    ),
    _fen(
        "year_large_paid",
        "本年此前大额互助支付（住院、门诊特殊病）",
        "Paid above the pool's cap this year, before",
        "with the retirees' supplement",
    ),
    _fen(
        "year_own_share",
        "本年此前范围内个人负担",
        "Own share in scope this year, before",
        "before serious-illness insurance",
    ),
    _fen("year_catastrophic_paid", "本年此前大病保险支付", "Paid by serious-illness insurance this year, before"),
]
