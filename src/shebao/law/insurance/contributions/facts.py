"""Facts about contributions: a person's month in the employee schemes, a resident's payment, a bill, its receipts."""

from __future__ import annotations

from shebao.law.insurance.employee_pension.facts import FenMonths
from shebao.rules.declare import Input
from shebao.rules.kinds import FIRST_DAY, Code, Day, Fen, Flag, Ratio4, Year


class Insurance(Code):
    """The insurances to which contributions are paid."""

    PENSION = 1, "职工基本养老保险", "employee pension"
    MEDICAL = 2, "职工基本医疗保险", "employee medical insurance"
    UNEMPLOYMENT = 3, "失业保险", "unemployment insurance"
    INJURY = 4, "工伤保险", "work injury insurance"
    MATERNITY = 5, "生育保险", "maternity insurance"
    RESIDENT_PENSION = 6, "城乡居民养老保险", "residents' pension"
    RESIDENT_MEDICAL = 7, "城乡居民医疗保险", "residents' medical insurance"


class ContributorStatus(Code):
    """As what a person pays, or is paid for, in a month."""

    EMPLOYEE = 1, "城镇职工", "employee"
    RURAL_WORKER = 2, "农民合同制工人", "contract worker with agricultural registration"
    FLEXIBLE = 3, "灵活就业人员", "flexible worker"
    RETIREE = 4, "退休人员", "retiree"
    RESIDENT = 5, "城乡居民", "resident"


class InjuryClass(Code):
    """Risk class of the employer's industry: 1 to 3 until 2015-09-30, 1 to 8 from then on."""

    ONE = 1, "一类", "class 1"
    TWO = 2, "二类", "class 2"
    THREE = 3, "三类", "class 3"
    FOUR = 4, "四类", "class 4"
    FIVE = 5, "五类", "class 5"
    SIX = 6, "六类", "class 6"
    SEVEN = 7, "七类", "class 7"
    EIGHT = 8, "八类", "class 8"


class ResidentMedicalClass(Code):
    """In which group a resident is insured for medical care."""

    ELDERLY = 1, "城镇老年人", "elderly"
    STUDENT_CHILD = 2, "学生儿童", "student or child"
    WORKING_AGE = 3, "城镇劳动年龄内无业居民", "of working age without work"
    WORKING_AGE_DISABLED = 4, "无业居民中的残疾人", "of working age without work, disabled"
    RURAL = 5, "新型农村合作医疗", "rural cooperative medical care"


MOST_MONEY = 10**11  # fen; more in one bill, receipt or account is an error of the record

INPUTS = [
    # a person's month
    Input(
        "contribution_day",
        Day,
        "费款所属月份（该月1日）",
        "Month that the contribution is for (its first day)",
        note="picks the rules and figures of each row; rows of different months may stand in one batch",
    ),
    Input("contributor_status", ContributorStatus, "参保人员类别", "Status of the contributor"),
    Input(
        "declared_wage",
        Fen,
        "申报月工资",
        "Wage declared, per month",
        high=10**9,
        note="last year's average wage per month; of a new employee the wage of the first month; of a flexible worker "
        "the base chosen for the pension; empty: not declared",
    ),
    Input("subsidised", Flag, "享受社会保险补贴", "Flexible worker with social-insurance subsidy", missing=False),
    Input("injury_class", InjuryClass, "工伤保险行业风险类别", "Risk class for injury insurance"),
    Input(
        "injury_rate_approved",
        Ratio4,
        "核定的工伤保险浮动费率",
        "Floating injury rate as approved for the employer",
        low=0,
        high=1000,
        missing=0,
        note="empty: the base rate of the class",
    ),
    Input("self_employed_disabled", Flag, "个体就业残疾人", "Disabled and self-employed", missing=False),
    # a resident's payment
    Input(
        "resident_medical_class", ResidentMedicalClass, "居民医疗保险人员类别", "Group of the residents' medical scheme"
    ),
    Input("resident_payment", Fen, "居民养老保险本次缴费额", "Payment to the residents' pension", high=10**8),
    Input(
        "resident_paid_before",
        Fen,
        "居民养老保险本年度此前已缴费额",
        "Paid to the residents' pension before in the same year",
        high=10**8,
        missing=0,
    ),
    # a bill and its receipts
    Input("last_month_amount", Fen, "上月缴费额", "Contributions of the month before", high=MOST_MONEY),
    Input("overdue_amount", Fen, "欠缴的社会保险费", "Contributions overdue", high=MOST_MONEY),
    Input("due_day", Day, "缴费截止日", "Last day for payment"),
    Input("paid_day", Day, "到账日期", "Day on which the money arrives"),
    Input(
        "last_receipt_day",
        Day,
        "该笔欠费上次到账日期",
        "Day of the last receipt towards the same arrears",
        missing=FIRST_DAY,
        note="the late fee until the day before it is in late_fee_carried",
    ),
    Input(
        "late_fee_carried",
        Fen,
        "以前已计未缴滞纳金",
        "Late fee charged before and not paid",
        high=MOST_MONEY,
        missing=0,
    ),
    Input("receipt_amount", Fen, "到账金额", "Amount received", high=MOST_MONEY),
    Input("employer_part_due", Fen, "单位应缴额", "Due from the employer", high=MOST_MONEY),
    Input("employer_part_paid", Fen, "单位已缴额", "Paid by the employer", high=MOST_MONEY, missing=0),
    Input("own_part_due", Fen, "个人应缴额", "Due from the person", high=MOST_MONEY),
    Input("own_part_paid", Fen, "个人已缴额", "Paid by the person", high=MOST_MONEY, missing=0),
    # a year of a pension account
    Input("interest_year", Year, "结息年度", "Year of the interest"),
    Input(
        "interest_opening_balance",
        Fen,
        "上年末个人账户储存额",
        "Account balance at the end of the year before",
        high=10**10,
    ),
    Input(
        "interest_product",
        FenMonths,
        "当年记账额计息积数",
        "Credits of the year times months of interest",
        missing=0,
        note="sum of each credit × (13 - month credited)",
    ),
]
