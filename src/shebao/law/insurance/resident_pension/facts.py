"""Facts that the residents' pension reads."""

from __future__ import annotations

from shebao.rules.declare import Input
from shebao.rules.kinds import LAST_DAY, Day, Fen, Flag, Months, Series, day

BEFORE_2008: Day = day("2007-12-31")  # there was no account before the rural pension of 2008

INPUTS = [
    Input(
        "insured_as_employee",
        Flag,
        "正参加职工或机关事业单位养老保险",
        "Insured in the employee or institution pension now",
    ),
    Input(
        "resident_pension_day",
        Day,
        "城乡居民养老待遇起始日",
        "First day of the residents' pension",
        missing=LAST_DAY,
        note="empty while the pension is not drawn",
    ),
    Input(
        "resident_opening_day",
        Day,
        "城乡居民养老个人账户期初余额日期",
        "Day of the account's opening balance",
        missing=BEFORE_2008,
        note="a 31 December, or a day with no whole month between it and the account's day; empty: nothing before 2008",
    ),
    Input(
        "resident_opening_balance",
        Fen,
        "城乡居民养老个人账户期初余额",
        "Account balance at the end of that day",
        high=10**10,
        missing=0,
        note="with all payments, interest, government match and transfers to that day",
    ),
    Input(
        "resident_payments_day",
        Series[Day],
        "缴费日期",
        "Day of payment",
        history="resident_payments",
        max_length=100,
        note="one row for each yearly payment, those before the opening balance too: they count as years",
    ),
    Input(
        "resident_payments_paid",
        Series[Fen],
        "缴费额",
        "Amount paid",
        high=10**8,
        history="resident_payments",
        max_length=100,
        note="by the person, or by the government in place of a severely disabled person",
    ),
    Input(
        "resident_payments_collective",
        Series[Fen],
        "集体补助",
        "Collective subsidy",
        high=10**8,
        missing=0,
        history="resident_payments",
        max_length=100,
    ),
    Input(
        "resident_months_added",
        Months,
        "由职工养老保险并入的缴费月数",
        "Months carried over from the employee pension",
        high=600,
        missing=0,
    ),
    Input(
        "resident_account_remaining",
        Fen,
        "死亡时个人账户结余",
        "Balance left in the account on death",
        high=10**10,
        note="asked only when the pension was drawn: the interest while it is paid out is not at hand",
    ),
]
