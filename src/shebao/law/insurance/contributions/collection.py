"""Bills and receipts: provisional amount, due day, late fee, what a receipt pays, refunds; yearly account interest."""

from __future__ import annotations

from shebao.law.insurance.employee_pension.account import year_end
from shebao.law.insurance.employee_pension.facts import FenMonths
from shebao.rules.declare import Reason, refuse, rule
from shebao.rules.kinds import ONE4, Count, Dated, Day, Days, Fen, Flag, Ratio4, Year, Yearly, day
from shebao.rules.language import add_months, as_days, half_up_to_fen, make_day, month_of, number, within, year_of

LAW_CITES = "社会保险法 第86条"
OLD_CITES = "国务院令第259号 第13条"
PROCEDURE = "社会保险经办规程（文号待核实）"
INSURANCE_LAW: Day = day("2011-07-01")  # first day of the Social Insurance Law

NO_MONTH_BEFORE = Reason(
    "NO_MONTH_BEFORE",
    "没有上月缴费额，暂定缴费额须按单位经营状况、职工人数等核定",
    "There is no amount of the month before; the office sets one by the business and the number of employees",
)
LATE_FEE_RATE_CHANGED = Reason(
    "LATE_FEE_RATE_CHANGED",
    "欠费期间滞纳金费率有多次变动，须分段计算",
    "The rate of the late fee changed more than once while the amount was overdue; compute it in parts",
)


@rule(
    zh="暂定缴费额",
    en="Provisional amount",
    cites="国务院令第259号 第10条；社会保险法 第62条",
    since="1999-01-22",
    dated_by="contribution_day",
    formula="上月缴费额 × 110%",
    note="of an employer that does not declare; rounded half up to fen; settled when the declaration comes",
)
def provisional_amount(last_month_amount: Fen, provisional_share: Ratio4) -> Fen:
    """110 % of the amount of the month before."""
    if last_month_amount == 0:
        refuse(NO_MONTH_BEFORE)
    return half_up_to_fen(last_month_amount * provisional_share, ONE4)


@rule(
    zh="账单缴费截止日",
    en="Last day for payment of a month's bill",
    cites=PROCEDURE,
    dated_by="contribution_day",
    confidence="approx",
    note="the bank collects from the first working day of the next month until about the 10th to the 15th; no move for "
    "days without work",
)
def bill_due_day(contribution_day: Day, bill_due_day_of_month: Count) -> Day:
    """That day of the next month."""
    following = add_months(make_day(year_of(contribution_day), month_of(contribution_day), 1), 1)
    return make_day(year_of(following), month_of(following), bill_due_day_of_month)


@rule(
    zh="滞纳金计算起始日",
    en="First day of the late fee",
    cites=OLD_CITES + "；" + LAW_CITES,
    dated_by="paid_day",
)
def late_fee_from_day(due_day: Day, last_receipt_day: Day) -> Day:
    """The day after the last day for payment; after a receipt, the day of the receipt."""
    return max(due_day + 1, last_receipt_day)


@rule(
    zh="2011年6月30日以前滞纳天数",
    en="Days late until 2011-06-30",
    cites=OLD_CITES,
    dated_by="paid_day",
)
def late_days_before(late_fee_from_day: Day, paid_day: Day) -> Days:
    """Days under the older rate, the day of payment not among them."""
    last = min(paid_day, INSURANCE_LAW)
    if last <= late_fee_from_day:
        return as_days(0)
    return last - late_fee_from_day


@rule(
    zh="2011年7月1日以后滞纳天数",
    en="Days late from 2011-07-01",
    cites=LAW_CITES,
    dated_by="paid_day",
)
def late_days_since(late_fee_from_day: Day, paid_day: Day) -> Days:
    """Days under the rate of the Social Insurance Law, the day of payment not among them."""
    first = max(late_fee_from_day, INSURANCE_LAW)
    if paid_day <= first:
        return as_days(0)
    return paid_day - first


@rule(
    zh="滞纳金",
    en="Late fee",
    cites=OLD_CITES + "；" + LAW_CITES,
    since="1999-01-22",
    dated_by="paid_day",
    formula="欠费 × 2‰ × 2011年6月30日以前天数 + 欠费 × 0.5‰ × 2011年7月1日以后天数",
    note="simple interest, from the day after the due day to the day before payment; arrears that span 2011-07-01 bear "
    "each rate for its own days (a reading: the documents do not say); the sum is rounded once, half up to fen",
)
def late_fee(
    overdue_amount: Fen,
    late_fee_from_day: Day,
    paid_day: Day,
    late_days_before: Days,
    late_days_since: Days,
    late_fee_rate: Dated[Ratio4],
) -> Fen:
    """On the amount overdue, for the days since its due day or its last receipt."""
    per_fen = 0
    if late_days_before > 0:
        rate = late_fee_rate[late_fee_from_day]
        if rate != late_fee_rate[late_fee_from_day + (late_days_before - 1)]:
            refuse(LATE_FEE_RATE_CHANGED)
        per_fen += rate * number(late_days_before)
    if late_days_since > 0:
        rate_since = late_fee_rate[paid_day - 1]
        if rate_since != late_fee_rate[paid_day - late_days_since]:
            refuse(LATE_FEE_RATE_CHANGED)
        per_fen += rate_since * number(late_days_since)
    return half_up_to_fen(overdue_amount * within(per_fen, 0, 10_000_000), ONE4)


@rule(
    zh="应缴滞纳金合计",
    en="Late fee due",
    cites=OLD_CITES + "；" + LAW_CITES,
    since="1999-01-22",
    dated_by="paid_day",
)
def late_fee_due(late_fee: Fen, late_fee_carried: Fen) -> Fen:
    """The late fee to the day before payment, and what was charged before and not paid."""
    return late_fee + late_fee_carried


@rule(
    zh="到账金额冲抵欠费",
    en="Part of a receipt for contributions",
    cites=PROCEDURE,
    dated_by="paid_day",
    note="contributions first, then the late fee",
)
def receipt_for_contribution(receipt_amount: Fen, overdue_amount: Fen) -> Fen:
    """As much of the contributions as the money covers."""
    return min(receipt_amount, overdue_amount)


@rule(
    zh="到账金额冲抵滞纳金",
    en="Part of a receipt for the late fee",
    cites=PROCEDURE,
    dated_by="paid_day",
)
def receipt_for_late_fee(receipt_amount: Fen, receipt_for_contribution: Fen, late_fee_due: Fen) -> Fen:
    """Of what the contributions leave, as much of the late fee as the money covers."""
    return min(receipt_amount - receipt_for_contribution, late_fee_due)


@rule(
    zh="到账金额余额",
    en="Rest of a receipt",
    cites=PROCEDURE,
    dated_by="paid_day",
)
def receipt_rest(receipt_amount: Fen, receipt_for_contribution: Fen, receipt_for_late_fee: Fen) -> Fen:
    """What neither contributions nor late fee take."""
    return receipt_amount - receipt_for_contribution - receipt_for_late_fee


@rule(
    zh="单位和个人部分均已到账",
    en="Both parts have arrived",
    cites=PROCEDURE,
    dated_by="contribution_day",
    note="the month is credited to the person's history and account only then",
)
def both_parts_paid(employer_part_due: Fen, employer_part_paid: Fen, own_part_due: Fen, own_part_paid: Fen) -> Flag:
    """Neither the employer nor the person owes any of the month."""
    return employer_part_paid >= employer_part_due and own_part_paid >= own_part_due


@rule(
    zh="应退单位缴费",
    en="Refund to the employer",
    cites=PROCEDURE,
    dated_by="contribution_day",
    formula="已缴 - 应缴",
)
def employer_refund(employer_part_due: Fen, employer_part_paid: Fen) -> Fen:
    """What the employer paid and did not owe."""
    return max(employer_part_paid - employer_part_due, 0)


@rule(
    zh="应退个人缴费",
    en="Refund to the person",
    cites=PROCEDURE,
    dated_by="contribution_day",
    formula="已缴 - 应缴",
)
def own_refund(own_part_due: Fen, own_part_paid: Fen) -> Fen:
    """What the person paid and did not owe."""
    return max(own_part_paid - own_part_due, 0)


@rule(
    zh="养老保险个人账户年利息",
    en="Year's interest of the pension account",
    cites="劳办发〔1997〕116号；社会保险法 第14条",
    formula="年利息 = B_{y-1} × r + Σ(n月记账额 × (12 - n + 1)) × r ÷ 12",
    note="月积数法, as in account_balance; rounded once, half up to fen",
)
def account_year_interest(
    interest_year: Year, interest_opening_balance: Fen, interest_product: FenMonths, account_interest: Yearly[Ratio4]
) -> Fen:
    """The interest of a whole calendar year, on the opening balance and the credits of the year."""
    rate = account_interest[interest_year]
    return year_end(interest_opening_balance, 0, interest_product * ONE4, rate) - interest_opening_balance
