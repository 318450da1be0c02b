"""Of pension age with fewer than the months wanted: to 2011-06-30 a one-off payment, from 2011-07-01 a choice."""

from __future__ import annotations

from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import ONE4, YEAR_MONTHS, Day, Fen, Flag, Months, Ratio4
from shebao.rules.language import add_months, floor_div, half_up_to_fen, make_day


@rule(
    zh="是否到龄但缴费不足",
    en="Of pension age without the months wanted",
    cites="北京市人民政府令第183号；社会保险法 第16条",
)
def short_service(
    benefit_day: Day,
    death_day: Day,
    pension_opening_day: Day,
    former_pension_age_day: Day,
    pension_age_day: Day,
    contribution_months: Months,
    required_months: Months,
) -> Flag:
    """Insured, alive, of the statutory age on the benefit day, without a pension, and still short."""
    if contribution_months == 0 or pension_opening_day <= benefit_day or death_day <= benefit_day:
        return False
    if benefit_day < former_pension_age_day or benefit_day < pension_age_day:
        return False
    return contribution_months < required_months


@rule(
    zh="一次性支付个人账户储存额",
    en="Account paid out once for want of years",
    cites="北京市人民政府令第183号",
    note="to 2011-06-30 the insurance ends with this payment",
    pays=Pays.ONCE,
)
def lump_sum_account(short_service: Flag, pension_age_day: Day, account_balance: Fen) -> Fen:
    """The balance, for those who reached the age before 2011-07-01; 0 for others."""
    if not short_service or pension_age_day >= make_day(2011, 7, 1):
        return 0
    return account_balance


@rule(
    zh="一次性养老补偿金",
    en="One-off compensation for want of years",
    cites="北京市人民政府令第183号",
    formula="2 × C平 × Z实指数 × N实同（满年）",
    confidence="approx",
    note="two months of the own indexed average contribution wage for each full year; the formula is to be verified",
    pays=Pays.ONCE,
)
def lump_sum_compensation(
    short_service: Flag, pension_age_day: Day, base_wage: Fen, wage_index: Ratio4, contribution_months: Months
) -> Fen:
    """For those who reached the age before 2011-07-01; 0 for others."""
    if not short_service or pension_age_day >= make_day(2011, 7, 1):
        return 0
    years = floor_div(contribution_months, YEAR_MONTHS)
    return half_up_to_fen(2 * base_wage * wage_index * years, ONE4)


@rule(
    zh="延长缴费尚缺月数",
    en="Months still to be paid after pension age",
    cites="社会保险法 第16条；人社部令第13号 第2条",
    note="from 2011-07-01: payment goes on to 15 years",
)
def months_to_extend(
    short_service: Flag, pension_age_day: Day, contribution_months: Months, required_months: Months
) -> Months:
    """The months wanted less those paid, for those who reached the age from 2011-07-01; 0 for others."""
    if not short_service or pension_age_day < make_day(2011, 7, 1):
        return 0
    return max(required_months - contribution_months, 0)


@rule(
    zh="可否一次性缴足",
    en="May pay the missing months at once",
    cites="人社部令第13号 第2条",
    note="insured before 2011-07-01 and still short five years after pension age; the amount is not in the law book",
)
def completion_allowed(
    benefit_day: Day, pension_age_day: Day, insurance_start_day: Day, months_to_extend: Months
) -> Flag:
    """Whether the months still missing may be paid in one sum."""
    if months_to_extend == 0:
        return False
    return insurance_start_day < make_day(2011, 7, 1) and benefit_day >= add_months(pension_age_day, 60)


@rule(
    zh="可否转入城乡居民养老保险",
    en="May move to the residents' pension",
    cites="社会保险法 第16条；人社部令第13号 第3条",
)
def resident_scheme_allowed(months_to_extend: Months) -> Flag:
    """Of pension age from 2011-07-01 and short of the months wanted."""
    return months_to_extend > 0


@rule(
    zh="书面申请一次性支付个人账户储存额",
    en="Account refunded on written request",
    cites="人社部令第13号 第3条",
    pays=Pays.ONCE,
)
def account_refund(refund_requested: Flag, months_to_extend: Months, account_balance: Fen) -> Fen:
    """The balance, for those who are short of months and ask in writing to end the insurance."""
    if not refund_requested or months_to_extend == 0:
        return 0
    return account_balance
