"""The monthly pension on retirement, for retirements from 2006-01-01."""

from __future__ import annotations

from shebao.rules.declare import rule
from shebao.rules.kinds import ONE4, YEAR_MONTHS, Day, Fen, Flag, Months, Ratio4, Table
from shebao.rules.language import age_on, half_up_to_fen, number

CONVENTION = "the formula is the document's; rounding each part half up to fen is this system's convention"


@rule(
    zh="基础养老金",
    en="Basic pension",
    cites="国发〔2005〕38号；京劳社养发〔2007〕21号 附件1",
    since="2006-01-01",
    dated_by="retirement_day",
    formula="J基础 = (C平 + C平 × Z实指数) ÷ 2 × N实同 × 1%",
    confidence="approx",
    note=CONVENTION,
)
def basic_pension(base_wage: Fen, wage_index: Ratio4, contribution_months: Months) -> Fen:
    """Mean of the city's wage and the indexed own wage, 1 % for each year of contributions."""
    return half_up_to_fen(base_wage * (ONE4 + wage_index) * contribution_months, 2 * ONE4 * YEAR_MONTHS * 100)


@rule(
    zh="个人账户养老金",
    en="Account pension",
    cites="国发〔2005〕38号；京劳社养发〔2007〕21号 附件1；京劳社养发〔2007〕31号 附件1",
    since="2006-01-01",
    dated_by="retirement_day",
    formula="J账户 = (R储 + Z补贴) ÷ M",
    confidence="approx",
    note=CONVENTION,
)
def account_pension(
    account_balance: Fen, account_subsidy: Fen, birth_day: Day, retirement_day: Day, annuity_months: Table[Months]
) -> Fen:
    """The balance over the months of the annuity at the whole age on retirement."""
    months = annuity_months[age_on(birth_day, retirement_day)]
    return half_up_to_fen(account_balance + account_subsidy, number(months))


@rule(
    zh="过渡性养老金（视同缴费部分）",
    en="Transitional pension for deemed years",
    cites="京劳社养发〔2007〕21号 附件1",
    since="2006-01-01",
    dated_by="retirement_day",
    formula="G同 = C平 × Z同指数 × N同 × 1%（Z同指数 = 1）",
    confidence="approx",
    note=CONVENTION,
)
def transitional_pension_deemed(base_wage: Fen, deemed_months: Months) -> Fen:
    """1 % of the city's wage for each year deemed as paid."""
    return half_up_to_fen(base_wage * deemed_months, YEAR_MONTHS * 100)


@rule(
    zh="过渡性养老金（1998年6月30日前实际缴费部分）",
    en="Transitional pension for years paid to 1998-06-30",
    cites="京劳社养发〔2007〕21号 附件1",
    since="2006-01-01",
    dated_by="retirement_day",
    formula="G实 = C平 × Z实指数 × N实98 × 1%",
    confidence="approx",
    note=CONVENTION,
)
def transitional_pension_paid(base_wage: Fen, wage_index: Ratio4, months_before_1998_07: Months) -> Fen:
    """1 % of the indexed own wage for each year paid from 1992-10 to 1998-06."""
    return half_up_to_fen(base_wage * wage_index * months_before_1998_07, ONE4 * YEAR_MONTHS * 100)


@rule(
    zh="过渡性养老金",
    en="Transitional pension",
    cites="京劳社养发〔2007〕21号 附件1",
    since="2006-01-01",
    dated_by="retirement_day",
    formula="J过渡 = G同 + G实",
    confidence="approx",
    note=CONVENTION,
)
def transitional_pension(transitional_pension_deemed: Fen, transitional_pension_paid: Fen) -> Fen:
    """For deemed years and for years paid to 1998-06-30."""
    return transitional_pension_deemed + transitional_pension_paid


@rule(
    zh="核定基本养老金",
    en="Pension as awarded, per month",
    cites="京劳社养发〔2007〕21号 附件1",
    since="2006-01-01",
    dated_by="retirement_day",
    formula="P总 = J基础 + J账户 + J过渡",
    confidence="approx",
    note=CONVENTION,
)
def pension_award(eligible: Flag, basic_pension: Fen, account_pension: Fen, transitional_pension: Fen) -> Fen:
    """The sum of the parts; 0 for a person who does not qualify."""
    if not eligible:
        return 0
    return basic_pension + account_pension + transitional_pension
