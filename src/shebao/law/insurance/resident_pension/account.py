"""The residents' account: payments, collective subsidy, the government's match, interest; and who inherits it."""

from __future__ import annotations

from shebao.law.insurance.resident_pension.rules import CITES
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import ONE4, Dated, Day, Fen, Months, Ratio4, Series, day
from shebao.rules.language import (
    day_of_month,
    half_up_to_fen,
    make_day,
    month_index,
    month_of,
    number,
    within,
    year_of,
)

RATE_CHANGED = Reason(
    "RATE_CHANGED",
    "结息年度内一年期存款利率有调整，适用办法待核实；请录入该年末已结息的期初余额",
    "The one-year deposit rate changed within the year and the documents at hand do not say which applies; give the "
    "balance settled at the end of that year",
)
OPENING_TOO_LATE = Reason(
    "OPENING_TOO_LATE",
    "期初余额晚于账户计算日，请录入更早的期初余额",
    "The opening balance is later than the day for which the account is wanted; give an earlier one",
)
OPENING_NOT_AT_YEAR_END = Reason(
    "RESIDENT_OPENING_NOT_AT_YEAR_END",
    "城乡居民养老个人账户期初余额须为某年12月31日的余额，或与账户计算日之间没有整月",
    "The opening balance of a resident's account must be that of a 31 December, or have no whole month between it and "
    "the account's day",
)
ACCOUNT_LIMIT = 100_000_000_000  # fen; a larger account is an error of the record, and refused
SCHEME_START: Day = day("2009-01-01")


@rule(
    zh="个人账户计算日",
    en="Day for which the account is computed",
    cites=CITES,
    since="2009-01-01",
)
def resident_account_day(benefit_day: Day, death_day: Day, resident_pension_day: Day) -> Day:
    """The first day of the pension, the day of death or the day of the run, whichever is first."""
    return min(benefit_day, death_day, resident_pension_day)


@rule(
    zh="城乡居民养老个人账户储存额",
    en="Balance of the residents' account",
    cites=CITES + "、国发〔2009〕32号、劳办发〔1997〕116号",
    since="2009-01-01",
    formula="年利息 = 上年末余额 × r + Σ(n月记账额 × (12 − n + 1)) × r ÷ 12",
    confidence="approx",
    note="one-year deposit rate (known); weights by months as in the employee account (by analogy); each year's "
    "interest is rounded half up to fen; a year with more than one rate is refused",
)
def resident_account_balance(
    resident_account_day: Day,
    resident_opening_day: Day,
    resident_opening_balance: Fen,
    resident_payments_day: Series[Day],
    resident_payments_paid: Series[Fen],
    resident_payments_collective: Series[Fen],
    resident_match: Dated[Fen],
    resident_interest_delay: Months,
    deposit_rate: Dated[Ratio4],
) -> Fen:
    """From the opening balance year by year to the account's day, with one match for each year paid.

    The months before that day's own earn interest; a payment earns from its own month, or so many months later.
    """
    if resident_opening_day > resident_account_day:
        refuse(OPENING_TOO_LATE)
    settled = month_index(resident_opening_day + 1) >= month_index(resident_account_day)  # no month is left to earn
    if not settled and (month_of(resident_opening_day) != 12 or day_of_month(resident_opening_day) != 31):
        refuse(OPENING_NOT_AT_YEAR_END)
    last_year = year_of(resident_account_day)
    balance = resident_opening_balance
    for year in range(year_of(resident_opening_day + 1), last_year + 1):
        months = 12
        if year == last_year:
            months = month_of(resident_account_day) - 1
        if settled:
            months = 0
        matched = False
        for k in range(len(resident_payments_day)):
            if year_of(resident_payments_day[k]) == year and resident_payments_day[k] <= resident_opening_day:
                matched = True
        credited = 0
        weighted = 0
        for k in range(len(resident_payments_day)):
            paid_on = resident_payments_day[k]
            if year_of(paid_on) == year and paid_on > resident_opening_day and paid_on <= resident_account_day:
                credit = resident_payments_paid[k] + resident_payments_collective[k]
                if credit > 0 and not matched:
                    credit = credit + resident_match[paid_on]
                    matched = True
                credited = credited + credit
                earning = months - number(month_of(paid_on)) + 1 - number(resident_interest_delay)
                weighted = weighted + credit * max(earning, 0)
        if months > 0 and balance + credited > 0:
            rate = deposit_rate[make_day(year, 1, 1)]
            for month in range(1, months + 1):
                if deposit_rate[make_day(year, month, 31)] != rate:
                    refuse(RATE_CHANGED)
            credited = credited + half_up_to_fen((balance * months + weighted) * rate, 12 * ONE4)
        balance = within(balance + credited, 0, ACCOUNT_LIMIT)
    return balance


@rule(
    variable="resident_inheritance",
    zh="城乡居民养老个人账户继承额",
    en="Balance inherited",
    cites=CITES,
    until="2008-12-31",
    pays=Pays.ONCE,
)
def no_resident_inheritance() -> Fen:
    """The scheme begins on 2009-01-01."""
    return 0


@rule(
    zh="城乡居民养老个人账户继承额",
    en="Balance inherited",
    cites=CITES,
    since="2009-01-01",
    note="in full; what is left after the pension was drawn is a fact",
    pays=Pays.ONCE,
)
def resident_inheritance(
    benefit_day: Day,
    death_day: Day,
    resident_pension_day: Day,
    resident_account_balance: Fen,
    resident_account_remaining: Fen,
) -> Fen:
    """The balance on the day of death; nothing while the person is alive."""
    if benefit_day < death_day or death_day < SCHEME_START:
        return 0
    if resident_pension_day <= death_day:
        return resident_account_remaining
    return resident_account_balance
