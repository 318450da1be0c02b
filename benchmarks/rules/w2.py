"""W2, histories: mean wage index and account balance over 12..420 months, and the same over one row a year."""

from __future__ import annotations

from shebao.rules.declare import Input, Missing, rule
from shebao.rules.kinds import ONE4, ONE6, Count, Fen, Months, Ratio4, Ratio6, Series, Year, Yearly
from shebao.rules.language import as_year, floor_div, half_up, half_up_to_fen, number, remainder

CITES = "benchmark W2"
FIRST: Year = 1990  # the year of month 0
ROW = Missing.ROW
WAGE = 10**9
INPUTS = [
    Input("monthly_wages", Series[Fen], "月工资", "Monthly wages", 0, WAGE, ROW, history="monthly", max_length=600),
    Input("first_month", Count, "首月", "First month, from January 1990", 0, 419, ROW),
    Input(
        "yearly_wages", Series[Fen], "年工资", "Wages of the year", 0, 12 * WAGE, ROW, history="yearly", max_length=60
    ),
    Input("yearly_months", Series[Months], "月数", "Months paid", 1, 12, ROW, history="yearly", max_length=60),
    Input("yearly_year", Series[Year], "年度", "Year", 1990, 2049, ROW, history="yearly", max_length=60),
]


PARAMETERS = """
average_wage: {zh: 平均工资, en: average wage, kind: fen, unit: yuan, range: [0.01, 10000000], doc: W2,
  confidence: seed, yearly: [AVERAGES]}
interest_rate: {zh: 利率, en: interest, kind: ratio4, unit: ratio, range: [0, 1], doc: W2, confidence: seed,
  yearly: [RATES]}
"""


@rule(zh="平均指数", en="Mean index", cites=CITES)
def avg_index(monthly_wages: Series[Fen], first_month: Count, average_wage: Yearly[Fen]) -> Ratio6:
    total = 0
    for k in range(len(monthly_wages)):
        total += half_up(monthly_wages[k] * ONE6, average_wage[as_year(floor_div(first_month + k, 12) + 1990)])
    return half_up(total, len(monthly_wages))


@rule(zh="账户余额", en="Account balance", cites=CITES)
def account_final(monthly_wages: Series[Fen], first_month: Count, interest_rate: Yearly[Ratio4]) -> Fen:
    balance = 0
    credits = 0
    weighted = 0
    for k in range(len(monthly_wages)):
        month = first_month + k
        credit = half_up(monthly_wages[k] * 8, 100)
        credits += credit
        weighted += credit * (12 - remainder(month, 12))
        if remainder(month, 12) == 11:
            earned = (balance * 12 + weighted) * interest_rate[as_year(floor_div(month, 12) + 1990)]
            balance += credits + half_up_to_fen(earned, ONE4 * 12)
            credits = 0
            weighted = 0
    return balance + credits


@rule(zh="按年指数", en="Mean index, from one row a year", cites=CITES)
def index_by_year(
    yearly_wages: Series[Fen], yearly_months: Series[Months], yearly_year: Series[Year], average_wage: Yearly[Fen]
) -> Ratio6:
    total = 0
    months = 0
    for k in range(len(yearly_year)):
        total += half_up(yearly_wages[k] * ONE6, average_wage[max(yearly_year[k] - 1, FIRST)])
        months += number(yearly_months[k])
    return half_up(total, months)


@rule(zh="按年余额", en="Account balance, from one row a year", cites=CITES)
def account_by_year(
    yearly_wages: Series[Fen], yearly_months: Series[Months], yearly_year: Series[Year], interest_rate: Yearly[Ratio4]
) -> Fen:
    balance = 0
    for k in range(len(yearly_year)):
        credits = half_up(yearly_wages[k] * 8, 100)
        earned = (balance * 24 + credits * (number(yearly_months[k]) + 1)) * interest_rate[yearly_year[k]]
        balance += credits + half_up(earned, ONE4 * 24)
    return balance
