"""Pension, unemployment, injury and maternity: who pays how much for a month, and what the pension account gets."""

from __future__ import annotations

from shebao.law.insurance.contributions.bases import employed
from shebao.law.insurance.contributions.facts import ContributorStatus, InjuryClass
from shebao.rules.declare import Reason, refuse, rule
from shebao.rules.kinds import ONE4, Fen, Ratio4, Table
from shebao.rules.language import half_up_to_fen, helper

INJURY_RATE_OUT_OF_RANGE = Reason(
    "INJURY_RATE_OUT_OF_RANGE",
    "核定的工伤保险浮动费率不在该行业风险类别的浮动范围内",
    "The floating injury rate approved for the employer is outside the range of its risk class",
)
PENSION = "北京市人民政府令第183号；国发〔2005〕38号"
UNEMPLOYMENT = "北京市人民政府令第38号；京劳社保发〔2008〕237号"
EACH = "each amount is rounded half up to fen"


@helper
def share(base: Fen, rate: Ratio4) -> Fen:
    """A rate of a base, rounded half up to fen."""
    return half_up_to_fen(base * rate, ONE4)


@rule(
    zh="养老保险单位缴费",
    en="Pension contribution of the employer",
    cites=PENSION,
    since="1992-10-01",
    dated_by="contribution_day",
    formula="缴费基数 × 单位费率",
    note=EACH,
)
def pension_contribution_employer(
    contributor_status: ContributorStatus, pension_base: Fen, pension_rate_employer: Ratio4
) -> Fen:
    """The employer's rate of the base; 0 without an employer."""
    return share(pension_base, pension_rate_employer) if employed(contributor_status) else 0


@rule(
    zh="养老保险个人缴费",
    en="Pension contribution of the person",
    cites=PENSION + "；京社保发〔2009〕24号",
    since="1992-10-01",
    dated_by="contribution_day",
    formula="缴费基数 × 个人费率",
    note=EACH,
)
def pension_contribution_employee(
    contributor_status: ContributorStatus,
    pension_base: Fen,
    pension_rate_employee: Ratio4,
    pension_rate_flexible: Ratio4,
) -> Fen:
    """The employee's rate of the base, or the whole rate of a flexible worker."""
    if employed(contributor_status):
        return share(pension_base, pension_rate_employee)
    if contributor_status == ContributorStatus.FLEXIBLE:
        return share(pension_base, pension_rate_flexible)
    return 0


@rule(
    zh="养老保险记入个人账户",
    en="Credit to the pension account",
    cites="京劳社养发〔2007〕31号 附件1；国发〔2005〕38号",
    since="1992-10-01",
    dated_by="contribution_day",
    formula="缴费基数 × 记账比例",
    confidence="source",
    note=EACH + "; bases are whole yuan, so the months' credits add up to that of a year's row of the history",
)
def pension_account_credit(pension_base: Fen, account_credit_rate: Ratio4) -> Fen:
    """The month's credit rate of the base."""
    return share(pension_base, account_credit_rate)


@rule(
    zh="养老保险记入统筹基金",
    en="Pension contribution to the pool",
    cites=PENSION,
    since="1992-10-01",
    dated_by="contribution_day",
    formula="单位缴费 + 个人缴费 - 记入个人账户",
)
def pension_pool(
    pension_contribution_employer: Fen, pension_contribution_employee: Fen, pension_account_credit: Fen
) -> Fen:
    """What is paid and not credited to the account."""
    return pension_contribution_employer + pension_contribution_employee - pension_account_credit


@rule(
    zh="失业保险单位缴费",
    en="Unemployment contribution of the employer",
    cites=UNEMPLOYMENT,
    since="1999-11-01",
    dated_by="contribution_day",
    formula="缴费基数 × 单位费率",
    note=EACH,
)
def unemployment_employer(
    contributor_status: ContributorStatus, unemployment_base: Fen, unemployment_rate_employer: Ratio4
) -> Fen:
    """The employer's rate of the base; 0 without an employer."""
    return share(unemployment_base, unemployment_rate_employer) if employed(contributor_status) else 0


@rule(
    variable="unemployment_employee",
    zh="失业保险个人缴费",
    en="Unemployment contribution of the person",
    cites=UNEMPLOYMENT + "；京社保发〔2009〕24号",
    since="1999-11-01",
    until="2021-04-30",
    dated_by="contribution_day",
    formula="缴费基数 × 个人费率；农民合同制工人不缴费",
    note=EACH,
)
def unemployment_employee_1999(
    contributor_status: ContributorStatus,
    unemployment_base: Fen,
    unemployment_rate_employee: Ratio4,
    unemployment_rate_flexible: Ratio4,
) -> Fen:
    """Employees and flexible workers; contract workers from the country pay nothing."""
    if contributor_status == ContributorStatus.EMPLOYEE:
        return share(unemployment_base, unemployment_rate_employee)
    if contributor_status == ContributorStatus.FLEXIBLE:
        return share(unemployment_base, unemployment_rate_flexible)
    return 0


@rule(
    variable="unemployment_employee",
    zh="失业保险个人缴费",
    en="Unemployment contribution of the person",
    cites="京人社发〔2021〕统一城乡失业保险（文号待核实）",
    since="2021-05-01",
    dated_by="contribution_day",
    formula="缴费基数 × 个人费率",
    confidence="approx",
    note=EACH + "; the day of the change is to be verified",
)
def unemployment_employee_2021(
    contributor_status: ContributorStatus,
    unemployment_base: Fen,
    unemployment_rate_employee: Ratio4,
    unemployment_rate_flexible: Ratio4,
) -> Fen:
    """All employees, and flexible workers."""
    if employed(contributor_status):
        return share(unemployment_base, unemployment_rate_employee)
    if contributor_status == ContributorStatus.FLEXIBLE:
        return share(unemployment_base, unemployment_rate_flexible)
    return 0


@rule(
    zh="工伤保险费率",
    en="Injury rate of the employer",
    cites="劳社部发〔2003〕29号；京劳社保发〔2008〕237号；人社部发〔2015〕71号",
    since="2004-01-01",
    dated_by="contribution_day",
    note="which step of its class an employer has is a fact, set each year by its claims; the rule checks the range",
)
def injury_rate(
    injury_class: InjuryClass,
    injury_rate_approved: Ratio4,
    injury_rate_base: Table[Ratio4],
    injury_rate_lowest: Table[Ratio4],
    injury_rate_highest: Table[Ratio4],
) -> Ratio4:
    """The rate approved, within the range of the class; else the base rate of the class."""
    if injury_rate_approved == 0:
        return injury_rate_base[injury_class]
    if (
        injury_rate_approved < injury_rate_lowest[injury_class]
        or injury_rate_approved > injury_rate_highest[injury_class]
    ):
        refuse(INJURY_RATE_OUT_OF_RANGE)
    return injury_rate_approved


@rule(
    zh="工伤保险单位缴费",
    en="Injury contribution of the employer",
    cites="工伤保险条例 第10条；劳社部发〔2003〕29号；人社部发〔2015〕71号",
    since="2004-01-01",
    dated_by="contribution_day",
    formula="缴费基数 × 行业费率（浮动后）",
    note=EACH + "; the person pays nothing",
)
def injury_employer(contributor_status: ContributorStatus, injury_base: Fen, injury_rate: Ratio4) -> Fen:
    """The employer's injury rate of the base; 0 without an employer."""
    return share(injury_base, injury_rate) if employed(contributor_status) else 0


@rule(
    zh="生育保险单位缴费",
    en="Maternity contribution of the employer",
    cites="北京市人民政府令第154号 第7条",
    since="2005-07-01",
    dated_by="contribution_day",
    formula="缴费基数 × 0.8%",
    note=EACH + "; the person pays nothing; for whom it is due is a fact of the registration",
)
def maternity_employer(
    contributor_status: ContributorStatus, maternity_base: Fen, maternity_rate_employer: Ratio4
) -> Fen:
    """0.8 % of the base; 0 without an employer."""
    return share(maternity_base, maternity_rate_employer) if employed(contributor_status) else 0
