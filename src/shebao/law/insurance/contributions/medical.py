"""Medical insurance: who pays how much for a month; what goes to the account, the pool, the large-expense fund."""

from __future__ import annotations

from shebao.law.insurance.contributions.amounts import EACH, share
from shebao.law.insurance.contributions.facts import ContributorStatus
from shebao.rules.declare import rule
from shebao.rules.kinds import Bands, Day, Fen, Flag, Ratio4, Year, Yearly
from shebao.rules.language import age_on

ORDER = "北京市人民政府令第158号"
OTHERS = "；京劳社保发〔2008〕237号、京社保发〔2009〕24号"
AGE = "age is counted on the first day of the month (a reading)"


@rule(
    zh="医疗保险单位缴费",
    en="Medical contribution of the employer",
    cites=ORDER + " 第12条" + OTHERS,
    since="2001-04-01",
    dated_by="contribution_day",
    formula="缴费基数 × 9%；农民工 0.9%（2008年底前1.8%）",
    confidence="source",
    note=EACH,
)
def medical_contribution_employer(
    contributor_status: ContributorStatus,
    medical_in_full: Flag,
    medical_base: Fen,
    medical_rate_employer: Ratio4,
    medical_rate_rural_worker: Ratio4,
) -> Fen:
    """For the basic insurance; 0 without an employer."""
    if medical_in_full:
        return share(medical_base, medical_rate_employer)
    if contributor_status == ContributorStatus.RURAL_WORKER:
        return share(medical_base, medical_rate_rural_worker)
    return 0


@rule(
    zh="大额医疗互助单位缴费",
    en="Large-expense contribution of the employer",
    cites=ORDER + " 第38条" + OTHERS,
    since="2001-04-01",
    dated_by="contribution_day",
    formula="缴费基数 × 1%；农民工 0.1%（2008年底前0.2%）",
    confidence="source",
    note=EACH,
)
def medical_large_employer(
    contributor_status: ContributorStatus,
    medical_in_full: Flag,
    medical_base: Fen,
    medical_large_rate_employer: Ratio4,
    medical_large_rate_rural_worker: Ratio4,
) -> Fen:
    """For large medical expenses; 0 without an employer."""
    if medical_in_full:
        return share(medical_base, medical_large_rate_employer)
    if contributor_status == ContributorStatus.RURAL_WORKER:
        return share(medical_base, medical_large_rate_rural_worker)
    return 0


@rule(
    zh="医疗保险个人缴费",
    en="Medical contribution of the person",
    cites=ORDER + " 第10条" + OTHERS,
    since="2001-04-01",
    dated_by="contribution_day",
    formula="缴费基数 × 2%；灵活就业人员 6.5%（享受补贴的 0.5%）",
    confidence="source",
    note=EACH,
)
def medical_contribution_employee(
    contributor_status: ContributorStatus,
    medical_in_full: Flag,
    subsidised: Flag,
    medical_base: Fen,
    medical_rate_employee: Ratio4,
    medical_rate_flexible: Ratio4,
    medical_rate_subsidised: Ratio4,
) -> Fen:
    """For the basic insurance: employees 2 %, flexible workers the whole of it or what the subsidy leaves."""
    if medical_in_full:
        return share(medical_base, medical_rate_employee)
    if contributor_status == ContributorStatus.FLEXIBLE:
        return share(medical_base, medical_rate_subsidised if subsidised else medical_rate_flexible)
    return 0


@rule(
    zh="大额医疗互助个人缴费",
    en="Large-expense contribution of the person",
    cites=ORDER + " 第38条" + OTHERS,
    since="2001-04-01",
    dated_by="contribution_day",
    formula="每人每月3元；灵活就业人员 缴费基数 × 0.5%",
    confidence="source",
    note=EACH,
)
def medical_large_employee(
    contributor_status: ContributorStatus,
    medical_in_full: Flag,
    medical_base: Fen,
    medical_large_amount: Fen,
    medical_large_rate_flexible: Ratio4,
) -> Fen:
    """3 yuan of each employee and each retiree; 0.5 % of the base of a flexible worker."""
    if medical_in_full or contributor_status == ContributorStatus.RETIREE:
        return medical_large_amount
    if contributor_status == ContributorStatus.FLEXIBLE:
        return share(medical_base, medical_large_rate_flexible)
    return 0


@rule(
    zh="灵活就业人员医疗保险补贴",
    en="Medical contribution paid as a subsidy",
    cites="京社保发〔2009〕24号",
    since="2001-04-01",
    dated_by="contribution_day",
    formula="缴费基数 × 6.5% - 缴费基数 × 0.5%",
    confidence="approx",
    note="a reading: the document gives the 1 % that the person pays (0.5 % and 0.5 %); the rest of the 7 % is taken "
    "as paid from the subsidy, as 京残发〔2007〕62号 gives 6 %",
)
def medical_contribution_subsidy(
    contributor_status: ContributorStatus,
    subsidised: Flag,
    medical_base: Fen,
    medical_contribution_employee: Fen,
    medical_rate_flexible: Ratio4,
) -> Fen:
    """What a subsidised flexible worker does not pay of the basic insurance; 0 for others."""
    if not subsidised or contributor_status != ContributorStatus.FLEXIBLE:
        return 0
    return share(medical_base, medical_rate_flexible) - medical_contribution_employee


@rule(
    zh="医疗保险记入个人账户",
    en="Credit to the medical account",
    cites=ORDER + " 第21条",
    since="2001-04-01",
    dated_by="contribution_day",
    formula="个人缴费 + 缴费基数 × 0.8%（35周岁以下）、1%（35至45周岁）、2%（45周岁以上）",
    confidence="source",
    note=EACH + "; " + AGE,
)
def medical_account_credit(
    birth_day: Day,
    contribution_day: Day,
    medical_in_full: Flag,
    medical_base: Fen,
    medical_contribution_employee: Fen,
    medical_account_share: Bands[Ratio4],
) -> Fen:
    """The own contribution and, by age, a part of the employer's; contract workers from the country (in their own
    scheme) and flexible workers have no account."""
    if not medical_in_full:
        return 0
    from_employer = share(medical_base, medical_account_share[age_on(birth_day, contribution_day)])
    return medical_contribution_employee + from_employer


@rule(
    zh="退休人员医疗保险个人账户划入",
    en="Credit to a retiree's medical account, from the pool",
    cites=ORDER + " 第21条",
    since="2001-04-01",
    dated_by="contribution_day",
    formula="上年职工月平均工资 × 4.3%（不满70周岁）、4.8%（70周岁以上）",
    confidence="source",
    note=AGE + "; in practice, from 2005 or later, 100 and 110 yuan a month are paid (approximate, to be verified)",
)
def medical_account_retiree(
    birth_day: Day,
    contribution_day: Day,
    contributor_status: ContributorStatus,
    base_year: Year,
    average_wage_monthly: Yearly[Fen],
    medical_account_share_retired: Bands[Ratio4],
) -> Fen:
    """A transfer out of the pool, no part of a contribution; 0 for others."""
    if contributor_status != ContributorStatus.RETIREE:
        return 0
    return share(
        average_wage_monthly[base_year - 1], medical_account_share_retired[age_on(birth_day, contribution_day)]
    )


@rule(
    zh="大额医疗互助资金收入",
    en="Contribution to the large-expense fund",
    cites=ORDER + " 第38条",
    since="2001-04-01",
    dated_by="contribution_day",
)
def medical_large(medical_large_employer: Fen, medical_large_employee: Fen) -> Fen:
    """What employer and person pay for large expenses."""
    return medical_large_employer + medical_large_employee


@rule(
    zh="医疗保险记入统筹基金",
    en="Medical contribution to the pool",
    cites=ORDER + " 第21条",
    since="2001-04-01",
    dated_by="contribution_day",
    formula="单位缴费 + 个人缴费 + 补贴 - 记入个人账户",
)
def medical_pool(
    medical_contribution_employer: Fen,
    medical_contribution_employee: Fen,
    medical_contribution_subsidy: Fen,
    medical_account_credit: Fen,
) -> Fen:
    """What is paid for the basic insurance and not credited to the account."""
    paid = medical_contribution_employer + medical_contribution_employee + medical_contribution_subsidy
    return paid - medical_account_credit
