"""The facts of a transfer: places of insurance, and what the payment certificate (参保缴费凭证) says."""

from __future__ import annotations

from shebao.law.insurance.employee_pension.facts import Region
from shebao.rules.declare import Input
from shebao.rules.kinds import Day, Fen, Flag, Months, Series, Year

INPUTS = [
    Input("hukou_region", Region, "户籍所在省级行政区", "Province of the household registration"),
    Input(
        "stays_region",
        Series[Region],
        "参保地",
        "Place of insurance",
        history="stays",
        max_length=60,
        note="in the order of time, the last row is where the relation is now; without temporary accounts",
    ),
    Input(
        "stays_months",
        Series[Months],
        "参保地累计缴费月数",
        "Months paid in that place",
        high=720,
        history="stays",
        max_length=60,
    ),
    Input(
        "transfer_day",
        Day,
        "转移日期",
        "Day of the transfer",
        note="the day on which the relation leaves the place that pays over",
    ),
    Input(
        "transfer_own_before_1998",
        Fen,
        "1997年12月31日前个人缴费本息",
        "Own contributions before 1998 with interest",
        high=10**9,
        missing=0,
    ),
    Input(
        "transfer_account_since_1998",
        Fen,
        "1998年1月1日后个人账户储存额",
        "Account balance from 1998 on",
        high=10**10,
    ),
    Input(
        "transfer_wages_year",
        Series[Year],
        "缴费年度",
        "Year",
        history="transfer_wages",
        max_length=100,
        note="of the place that pays over; calendar years, months actually paid only",
    ),
    Input(
        "transfer_wages_base",
        Series[Fen],
        "当年各月实际缴费工资之和",
        "Contribution wages of the year's paid months",
        high=10**9,
        history="transfer_wages",
        max_length=100,
    ),
    Input(
        "insured_here_since",
        Day,
        "在转出地首次参保日期",
        "First insured in the place that pays over",
    ),
    Input("hukou_elsewhere", Flag, "转出地非户籍地", "The place that pays over is not that of the registration"),
    Input(
        "temporary_account_balance",
        Fen,
        "临时账户单位和个人缴费本息",
        "Temporary account: employer's and own payments with interest",
        high=10**10,
    ),
]
