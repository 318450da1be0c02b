"""The personal account: credits by dated rates, yearly interest, account subsidy, inheritance."""

from __future__ import annotations

from shebao.law.insurance.employee_pension.facts import ContributionKind, FenMonths, Region
from shebao.law.insurance.employee_pension.qualification import (
    HISTORY_OUT_OF_ORDER,
    counts_here,
    months_until,
    year_credited,
)
from shebao.law.insurance.employee_pension.wage_index import BASE_MISSING, ROW_PAST_RETIREMENT
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import ONE4, YEAR_MONTHS, Dated, Day, Fen, Flag, Month, MonthMask, Ratio4, Series, Year, Yearly
from shebao.rules.language import (
    add_months,
    day_of_month,
    half_up_to_fen,
    helper,
    make_day,
    mask_between,
    month_index,
    month_of,
    months_in,
    within,
    year_of,
)

OPENING_NOT_AT_YEAR_END = Reason(
    "OPENING_NOT_AT_YEAR_END",
    "个人账户期初余额须为某年12月31日或退休上月末的余额",
    "The account's opening balance must be that of a 31 December or of the end of the month before retirement",
)
ROW_SPANS_RATES = Reason(
    "ROW_SPANS_RATES",
    "缴费记录的一行跨越记账比例变动（如1998年6月30日），须拆分",
    "A row of the contribution history spans a change of the credit rate (as on 1998-06-30); split it there",
)
WEIGHTED_NOT_OF_BASE = Reason(
    "WEIGHTED_NOT_OF_BASE",
    "计息基数积数不在缴费基数的1至12个月之间",
    "The bases times months of interest are not between 1 and 12 months of the bases",
)
ACCOUNT_LIMIT = 20_000_000_000  # fen; a larger account is an error of the record, and refused
PRODUCT_LIMIT = 500_000_000_000_000  # fen × months × ratio4 of one year's credits


@helper
def year_end(balance: Fen, credited: Fen, product: int, rate: Ratio4) -> Fen:
    """The balance at the year's end: opening balance, credits, and interest by months, rounded half up to fen."""
    interest = half_up_to_fen((balance * ONE4 * YEAR_MONTHS + product) * rate, ONE4 * ONE4 * YEAR_MONTHS)
    return within(balance + credited + interest, 0, ACCOUNT_LIMIT)


@helper
def months_of_interest_fit(weighted: FenMonths, amount: Fen) -> Flag:
    """Whether amounts times months of interest can be of these amounts, each with 1 to 12 months."""
    return weighted <= amount * YEAR_MONTHS and weighted * 12 >= amount * YEAR_MONTHS


@helper
def half_year_end(mask: MonthMask) -> Month:
    """June when a row has months of the first half of the year, else December: credit rates change at half years."""
    return 6 if months_in(mask_between(mask, 1, 6)) > 0 else 12


@helper
def spans_half_years(mask: MonthMask) -> Flag:
    """Whether a row has months of both halves of the year."""
    return months_in(mask_between(mask, 1, 6)) > 0 and months_in(mask_between(mask, 7, 12)) > 0


@rule(
    zh="个人账户储存额",
    en="Personal account balance",
    cites="劳办发〔1997〕116号；国发〔2005〕38号；社会保险法 第14条",
    formula="年利息 = B_{y-1} × r + Σ(n月记账额 × (12 - n + 1)) × r ÷ 12；R储",
    note="月积数法; a row is credited at the rate of the months it is for; its credit and each year's interest are "
    "rounded half up to fen; in the year of retirement the previous balance earns the months before the month of "
    "retirement; interest of 2006 to 2015 is approximate, that of earlier years is not in the law book",
)
def account_balance(
    contributions_year: Series[Year],
    contributions_months: Series[MonthMask],
    contributions_base: Series[Fen],
    contributions_kind: Series[ContributionKind],
    contributions_region: Series[Region],
    contributions_weighted: Series[FenMonths],
    contributions_credited: Series[Year],
    contributions_account: Series[Fen],
    counted_until: Day,
    account_opening_day: Day,
    account_opening_balance: Fen,
    account_credit_rate: Dated[Ratio4],
    account_interest: Yearly[Ratio4],
) -> Fen:
    """Principal and interest at the end of the month before `counted_until`, from 1992-10 or the opening balance."""
    last_year = year_of(counted_until)
    last_month = month_of(counted_until)
    balance = 0
    opened = 1991  # the last year whose credits and interest are in the balance
    if account_opening_day < counted_until:
        if month_index(account_opening_day) + 1 >= month_index(counted_until):
            return account_opening_balance
        if month_of(account_opening_day) != 12 or day_of_month(account_opening_day) != 31:
            refuse(OPENING_NOT_AT_YEAR_END)
        balance = account_opening_balance
        opened = year_of(account_opening_day)
    year = opened + 1  # the year whose credits are being summed
    credited = 0
    product = 0
    for k in range(len(contributions_year)):
        kind = contributions_kind[k]
        mask = contributions_months[k]
        when = year_credited(contributions_year[k], contributions_credited[k])
        counted = months_in(mask)
        if when == contributions_year[k]:
            counted = months_in(months_until(when, mask, last_year, last_month))
        ours = kind != ContributionKind.DEEMED and counts_here(kind, contributions_region[k])
        if ours and when > opened and when <= last_year and counted > 0:
            if counted < months_in(mask):
                refuse(ROW_PAST_RETIREMENT)
            if when < year:
                refuse(HISTORY_OUT_OF_ORDER)
            for y in range(year, when):
                if balance + credited > 0:
                    balance = year_end(balance, credited, product, account_interest[y])
                credited = 0
                product = 0
            year = when
            amount = contributions_base[k]
            rate = ONE4
            if kind == ContributionKind.TRANSFERRED:
                amount = contributions_account[k]
            else:
                if amount < 1:
                    refuse(BASE_MISSING)
                rate = account_credit_rate[make_day(contributions_year[k], half_year_end(mask), 1)]
                if spans_half_years(mask) and account_credit_rate[make_day(contributions_year[k], 12, 1)] != rate:
                    refuse(ROW_SPANS_RATES)
            if not months_of_interest_fit(contributions_weighted[k], amount):
                refuse(WEIGHTED_NOT_OF_BASE)
            credited = within(credited + half_up_to_fen(amount * rate, ONE4), 0, ACCOUNT_LIMIT)
            product = within(product + contributions_weighted[k] * rate, 0, PRODUCT_LIMIT)
    for y in range(year, last_year):
        if balance + credited > 0:
            balance = year_end(balance, credited, product, account_interest[y])
        credited = 0
        product = 0
    if last_month > 1 and balance > 0:
        rate = account_interest[last_year]
        balance = balance + half_up_to_fen(balance * rate * (last_month - 1), ONE4 * 12)
    return balance + credited


@rule(
    zh="个人账户补贴",
    en="Account subsidy of staff moved from government, army or converted units",
    cites="京劳社养发〔2007〕31号 附件1；京劳社养发〔2002〕27号",
    formula="Z补贴 = {[(C1992÷12×3) + C1993]×2% + [C1994+…+C1998÷2]×5% + [C1998÷2+…+C2005]×11% + [C2006+…+Cn]×8%} "
    "× Z实指数",
    confidence="source",
    note="C_k is the average annual wage of the year before k; added to the balance only for the account pension",
)
def account_subsidy(
    moved_from_government: Flag,
    government_start_day: Day,
    insurance_start_day: Day,
    compensated_from_day: Day,
    compensated_to_day: Day,
    average_wage_annual: Yearly[Fen],
    account_credit_rate: Dated[Ratio4],
    wage_index: Ratio4,
) -> Fen:
    """A twelfth of the year's wage at the month's credit rate, for each month from 1992-10 to the month before joining
    the enterprise scheme, times the person's index; months compensated before are left out."""
    if not moved_from_government or insurance_start_day < make_day(1998, 1, 1):
        return 0
    start = max(government_start_day, make_day(1992, 10, 1))
    total = 0
    for k in range(within(month_index(insurance_start_day) - month_index(start), 0, 1200)):
        month = add_months(make_day(year_of(start), month_of(start), 1), k)
        left_out = month_index(compensated_from_day) <= month_index(month) and month <= compensated_to_day
        if not left_out:
            total += average_wage_annual[year_of(month) - 1] * account_credit_rate[month]
    return half_up_to_fen(total * wage_index, 12 * ONE4 * ONE4)


@rule(
    variable="account_inheritance",
    zh="个人账户继承额",
    en="Personal account inherited",
    cites="北京市人民政府令第183号",
    until="2011-06-30",
    dated_by="death_day",
    note="only what the person paid; the split of the balance is a fact",
    pays=Pays.ONCE,
)
def account_inheritance_individual(
    benefit_day: Day, death_day: Day, was_employee_insured: Flag, account_individual_balance: Fen
) -> Fen:
    """The part of the balance from the person's own payments, on the day of death."""
    if death_day > benefit_day or not was_employee_insured:
        return 0
    return account_individual_balance


@rule(
    variable="account_inheritance",
    zh="个人账户继承额",
    en="Personal account inherited",
    cites="社会保险法 第14条",
    since="2011-07-01",
    dated_by="death_day",
    note="of a person on a pension, the balance left is a fact of the account's ledger",
    pays=Pays.ONCE,
)
def account_inheritance_whole(
    benefit_day: Day,
    death_day: Day,
    was_employee_insured: Flag,
    retirement_day: Day,
    account_balance: Fen,
    account_remaining_balance: Fen,
) -> Fen:
    """The whole balance on the day of death; 0 while the person is alive."""
    if death_day > benefit_day or not was_employee_insured:
        return 0
    if retirement_day <= death_day:
        return account_remaining_balance
    return account_balance
