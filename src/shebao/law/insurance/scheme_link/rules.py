"""Which way a person moves, which money goes along, which months count, and what is refunded."""

from __future__ import annotations

from shebao.law.insurance.employee_pension.facts import ContributionKind
from shebao.rules.declare import Input, rule
from shebao.rules.kinds import LAST_DAY, Code, Day, Fen, MonthMask, Months, Series, Year
from shebao.rules.language import half_up_to_fen, helper, mask_or, months_in, no_months, number, year_of

CITES = "人社部发〔2014〕17号"


class LinkDirection(Code):
    """Which scheme takes the person over."""

    NONE = 0, "不衔接", "no move"
    TO_EMPLOYEE = 1, "转入职工养老保险", "into the employee pension"
    TO_RESIDENT = 2, "转入城乡居民养老保险", "into the residents' pension"


INPUTS = [
    Input(
        "link_day",
        Day,
        "申请城乡养老保险衔接日期",
        "Day of the application to move between the schemes",
        missing=LAST_DAY,
        note="empty: no application",
    ),
]


@helper
def paid_months(wanted: Year, years: Series[Year], masks: Series[MonthMask], kinds: Series[ContributionKind]) -> Months:
    """Months of a calendar year paid in the employee scheme; deemed service does not count."""
    union = no_months()
    for k in range(len(years)):
        if years[k] == wanted and kinds[k] != ContributionKind.DEEMED:
            union = mask_or(union, masks[k])
    return months_in(union)


@rule(
    zh="城乡养老保险衔接方向",
    en="Direction of the move",
    cites=CITES,
    since="2014-07-01",
    dated_by="link_day",
)
def link_direction(
    benefit_day: Day,
    link_day: Day,
    resident_contribution_months: Months,
    contribution_months: Months,
    link_employee_period: Months,
) -> LinkDirection:
    """With 15 years in the employee scheme into it, with fewer into the residents' scheme; only who paid in both."""
    if link_day > benefit_day or resident_contribution_months == 0 or contribution_months == 0:
        return LinkDirection.NONE
    if contribution_months >= link_employee_period:
        return LinkDirection.TO_EMPLOYEE
    return LinkDirection.TO_RESIDENT


@rule(
    zh="重复缴费月数",
    en="Months paid in both schemes",
    cites=CITES,
    since="2014-07-01",
    dated_by="link_day",
    confidence="approx",
    note="a resident's yearly payment is read as covering the twelve months of its year",
)
def link_double_months(
    resident_payments_day: Series[Day],
    resident_payments_paid: Series[Fen],
    contributions_year: Series[Year],
    contributions_months: Series[MonthMask],
    contributions_kind: Series[ContributionKind],
) -> Months:
    """Months paid as an employee in calendar years for which a resident's payment was made."""
    total = 0
    for k in range(len(resident_payments_day)):
        year = year_of(resident_payments_day[k])
        counted = resident_payments_paid[k] == 0
        for j in range(k):
            if resident_payments_paid[j] > 0 and year_of(resident_payments_day[j]) == year:
                counted = True
        if not counted:
            total = total + paid_months(year, contributions_year, contributions_months, contributions_kind)
    return total


@rule(
    zh="重复缴费退还额",
    en="Refund for months paid twice",
    cites=CITES,
    since="2014-07-01",
    dated_by="link_day",
    formula="Σ (个人缴费 + 集体补助) × 重复月数 ÷ 12",
    confidence="approx",
    note="by months (known); a twelfth of the yearly payment for each, rounded half up to fen for each payment, is the "
    "reading taken here",
)
def link_refund(
    resident_payments_day: Series[Day],
    resident_payments_paid: Series[Fen],
    resident_payments_collective: Series[Fen],
    contributions_year: Series[Year],
    contributions_months: Series[MonthMask],
    contributions_kind: Series[ContributionKind],
) -> Fen:
    """Of each yearly payment, with its collective subsidy, the part for the months also paid as an employee."""
    total = 0
    for k in range(len(resident_payments_day)):
        months = paid_months(
            year_of(resident_payments_day[k]), contributions_year, contributions_months, contributions_kind
        )
        payment = resident_payments_paid[k] + resident_payments_collective[k]
        total = total + half_up_to_fen(payment * number(months), 12)
    return total


@rule(
    zh="衔接转移金额",
    en="Account money that moves",
    cites=CITES,
    since="2014-07-01",
    dated_by="link_day",
    confidence="approx",
    note="the account moves as a whole (known); that the refund is taken out first is the reading taken here",
)
def link_amount(
    link_direction: LinkDirection, resident_account_balance: Fen, link_refund: Fen, account_balance: Fen
) -> Fen:
    """The residents' account less the refund, or the employee account."""
    if link_direction == LinkDirection.NONE:
        return 0
    if link_direction == LinkDirection.TO_RESIDENT:
        return account_balance
    return max(resident_account_balance - link_refund, 0)


@rule(
    zh="衔接后城乡居民缴费月数",
    en="Residents' contribution months after the move",
    cites=CITES,
    since="2014-07-01",
    dated_by="link_day",
)
def link_resident_months(
    link_direction: LinkDirection,
    resident_contribution_months: Months,
    link_double_months: Months,
    contribution_months: Months,
) -> Months:
    """Into the residents' scheme the employee months are added, double ones once; into the other none are converted."""
    if link_direction == LinkDirection.NONE:
        return resident_contribution_months
    if link_direction == LinkDirection.TO_EMPLOYEE:
        return 0
    return max(resident_contribution_months - link_double_months, 0) + contribution_months
