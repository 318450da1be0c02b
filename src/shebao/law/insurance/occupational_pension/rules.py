"""Limits and tax limits of annuities, the occupational annuity, and the bridge between the old and the new method."""

from __future__ import annotations

from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import ONE4, DatedTable, Day, Fen, Flag, Months, Ratio4, Yearly
from shebao.rules.language import age_on, floor_div, half_up_to_fen, helper, month_index, number, year_of

OLD_ORDER = "劳社部令第20号"
NEW_ORDER = "人社部令第36号"


@helper
def drawn(benefit_day: Day, retirement_day: Day, death_day: Day) -> Flag:
    """Retired by the benefit day, and not dead before its month."""
    return retirement_day <= benefit_day and month_index(benefit_day) <= month_index(death_day)


@rule(
    variable="annuity_employer_limit",
    zh="企业年金企业缴费上限",
    en="Most the employer may pay",
    cites=OLD_ORDER,
    since="2004-05-01",
    until="2018-01-31",
    formula="上年度职工工资总额 ÷ 12",
    note="a limit: what is below a fen is dropped",
)
def annuity_employer_limit_2004(annuity_payroll: Fen) -> Fen:
    """A twelfth of last year's payroll."""
    return floor_div(annuity_payroll, 12)


@rule(
    variable="annuity_employer_limit",
    zh="企业年金企业缴费上限",
    en="Most the employer may pay",
    cites=NEW_ORDER,
    since="2018-02-01",
    formula="职工工资总额 × 8%",
    note="a limit: what is below a fen is dropped",
)
def annuity_employer_limit_2018(annuity_payroll: Fen, annuity_employer_rate: Ratio4) -> Fen:
    """8 % of the payroll."""
    return floor_div(annuity_payroll * annuity_employer_rate, ONE4)


@rule(
    variable="annuity_total_limit",
    zh="企业年金企业和职工缴费合计上限",
    en="Most that employer and employees may pay",
    cites=OLD_ORDER,
    since="2004-05-01",
    until="2018-01-31",
    formula="上年度职工工资总额 ÷ 6",
    note="a limit: what is below a fen is dropped",
)
def annuity_total_limit_2004(annuity_payroll: Fen) -> Fen:
    """A sixth of last year's payroll."""
    return floor_div(annuity_payroll, 6)


@rule(
    variable="annuity_total_limit",
    zh="企业年金企业和职工缴费合计上限",
    en="Most that employer and employees may pay",
    cites=NEW_ORDER,
    since="2018-02-01",
    formula="职工工资总额 × 12%",
    note="a limit: what is below a fen is dropped",
)
def annuity_total_limit_2018(annuity_payroll: Fen, annuity_total_rate: Ratio4) -> Fen:
    """12 % of the payroll."""
    return floor_div(annuity_payroll * annuity_total_rate, ONE4)


@rule(
    zh="企业年金缴费在规定限额内",
    en="Enterprise annuity within its limits",
    cites=OLD_ORDER + "、" + NEW_ORDER,
    since="2004-05-01",
)
def annuity_within_limits(
    annuity_employer_paid: Fen, annuity_employees_paid: Fen, annuity_employer_limit: Fen, annuity_total_limit: Fen
) -> Flag:
    """The employer's payments, and those of both together, are not above their limits."""
    if annuity_employer_paid > annuity_employer_limit:
        return False
    return annuity_employer_paid + annuity_employees_paid <= annuity_total_limit


@rule(
    zh="企业年金企业缴费税前扣除额",
    en="Employer's payments deductible from tax",
    cites="财税〔2009〕27号",
    since="2008-01-01",
    formula="不超过职工工资总额 5% 的部分",
)
def annuity_employer_deductible(
    annuity_employer_paid: Fen, annuity_payroll: Fen, annuity_deductible_rate: Ratio4
) -> Fen:
    """The employer's payments up to 5 % of the payroll; what is below a fen is dropped from the limit."""
    return min(annuity_employer_paid, floor_div(annuity_payroll * annuity_deductible_rate, ONE4))


@rule(
    zh="年金个人缴费暂免个人所得税额",
    en="Own payment free of income tax for now",
    cites="财税〔2013〕103号",
    since="2014-01-01",
    formula="min(本人缴费, 4% × min(计税基数, 3 × 上一年度职工月平均工资))",
    note="the average wage is read as that of the calendar year before; the limit is rounded half up to fen",
)
def annuity_tax_free(
    benefit_day: Day,
    annuity_own_paid: Fen,
    annuity_own_base: Fen,
    average_wage_monthly: Yearly[Fen],
    annuity_tax_free_rate: Ratio4,
) -> Fen:
    """The own payment up to 4 % of the own base, which counts up to three times the citywide wage."""
    base = min(annuity_own_base, 3 * average_wage_monthly[year_of(benefit_day) - 1])
    return min(annuity_own_paid, half_up_to_fen(base * annuity_tax_free_rate, ONE4))


@rule(
    zh="职业年金单位缴费",
    en="Occupational annuity, employer",
    cites="国办发〔2015〕18号",
    since="2014-10-01",
    formula="缴费工资 × 8%",
)
def occupational_employer_contribution(occupational_base: Fen, occupational_employer_rate: Ratio4) -> Fen:
    """8 % of the month's contribution wage, half up to fen."""
    return half_up_to_fen(occupational_base * occupational_employer_rate, ONE4)


@rule(
    zh="职业年金个人缴费",
    en="Occupational annuity, employee",
    cites="国办发〔2015〕18号",
    since="2014-10-01",
    formula="缴费工资 × 4%",
)
def occupational_employee_contribution(occupational_base: Fen, occupational_employee_rate: Ratio4) -> Fen:
    """4 % of the month's contribution wage, half up to fen."""
    return half_up_to_fen(occupational_base * occupational_employee_rate, ONE4)


@rule(
    variable="occupational_pension",
    zh="职业年金月待遇",
    en="Occupational annuity per month",
    cites="国办发〔2015〕18号",
    until="2014-09-30",
    dated_by="retirement_day",
    pays=Pays.MONTHLY,
)
def no_occupational_pension() -> Fen:
    """The annuity begins on 2014-10-01."""
    return 0


@rule(
    zh="职业年金月待遇",
    en="Occupational annuity per month",
    cites="国办发〔2015〕18号",
    since="2014-10-01",
    dated_by="retirement_day",
    formula="职业年金个人账户储存额 ÷ 计发月数",
    note="months of the annuity by whole age at retirement; rounded half up to fen",
    pays=Pays.MONTHLY,
)
def occupational_pension(
    benefit_day: Day,
    birth_day: Day,
    death_day: Day,
    retirement_day: Day,
    occupational_balance: Fen,
    annuity_months: DatedTable[Months],
) -> Fen:
    """The balance over the months of the annuity; 0 before retirement, after death and without an annuity."""
    if not drawn(benefit_day, retirement_day, death_day) or occupational_balance == 0:
        return 0
    return half_up_to_fen(
        occupational_balance, number(annuity_months[retirement_day, age_on(birth_day, retirement_day)])
    )


@rule(
    variable="institution_pension",
    zh="机关事业单位退休人员月待遇",
    en="Monthly benefit of retired staff of institutions",
    cites="国发〔2015〕2号、京政发〔2015〕46号",
    until="2014-09-30",
    dated_by="retirement_day",
    pays=Pays.MONTHLY,
)
def no_institution_pension() -> Fen:
    """Who retired before is paid by the employer."""
    return 0


@rule(
    variable="institution_pension",
    zh="机关事业单位退休人员月待遇",
    en="Monthly benefit of retired staff of institutions",
    cites="国发〔2015〕2号、京政发〔2015〕46号",
    since="2014-10-01",
    until="2024-09-30",
    dated_by="retirement_day",
    formula="新办法高于老办法：老办法 + (新办法 − 老办法) × 过渡比例；低于：按老办法",
    confidence="approx",
    note="10-year bridge (known); the floor at the old method and the days of the steps are to be verified",
    pays=Pays.MONTHLY,
)
def institution_pension_bridge(
    benefit_day: Day,
    retirement_day: Day,
    death_day: Day,
    institution_old_pension: Fen,
    institution_new_pension: Fen,
    institution_bridge_share: Ratio4,
) -> Fen:
    """The old method, and of what the new one is above it the share of the year of retirement, half up to fen."""
    if not drawn(benefit_day, retirement_day, death_day):
        return 0
    if institution_new_pension <= institution_old_pension:
        return institution_old_pension
    excess = institution_new_pension - institution_old_pension
    return institution_old_pension + half_up_to_fen(excess * institution_bridge_share, ONE4)


@rule(
    variable="institution_pension",
    zh="机关事业单位退休人员月待遇",
    en="Monthly benefit of retired staff of institutions",
    cites="国发〔2015〕2号、京政发〔2015〕46号",
    since="2024-10-01",
    dated_by="retirement_day",
    pays=Pays.MONTHLY,
)
def institution_pension_after(
    benefit_day: Day, retirement_day: Day, death_day: Day, institution_new_pension: Fen
) -> Fen:
    """After the bridge: the new method."""
    if not drawn(benefit_day, retirement_day, death_day):
        return 0
    return institution_new_pension
