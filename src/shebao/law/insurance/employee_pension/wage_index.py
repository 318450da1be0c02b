"""The base wage and the person's own wage against the city's: C平, N应缴, Z实指数."""

from __future__ import annotations

from shebao.law.insurance.employee_pension.facts import ContributionKind, Region
from shebao.law.insurance.employee_pension.qualification import counts_here, months_until
from shebao.rules.declare import Reason, refuse, rule
from shebao.rules.kinds import ONE4, YEAR_MONTHS, Day, Fen, MonthMask, Months, Ratio4, Series, Year, Yearly
from shebao.rules.language import (
    NO_QUOTIENT,
    half_up_quotient,
    make_day,
    mask_between,
    month_index,
    month_of,
    months_in,
    quotient,
    within,
    year_of,
)

BASE_MISSING = Reason(
    "BASE_MISSING",
    "缴费记录缺少缴费基数",
    "A paid row of the contribution history lacks its contribution base",
)
INDEX_LIMIT = 1_000_000  # an index of 100; a larger one is an error of the record, and refused
NO_MONTHS_DUE = Reason(
    "NO_MONTHS_DUE",
    "参加工作（参保）至退休前没有应缴费月份，无法计算指数",
    "No months were due between the start of insurance and retirement; there is no index",
)
ROW_PAST_RETIREMENT = Reason(
    "ROW_PAST_RETIREMENT",
    "缴费记录的一行跨越了计算截止月，须在该月拆分",
    "A row of the contribution history reaches past the month up to which contributions count; split it there",
)
WAGE_ELSEWHERE_MISSING = Reason(
    "WAGE_ELSEWHERE_MISSING",
    "转入的缴费缺少转出地上年职工年平均工资",
    "A row transferred in lacks the other place's average wage of the year before",
)


@rule(
    variable="base_wage",
    zh="计发基数（上年全市职工月平均工资）",
    en="Base wage: citywide average monthly wage of the year before",
    cites="国发〔2005〕38号；京劳社养发〔2007〕21号 附件1",
    since="2006-01-01",
    until="2018-12-31",
    dated_by="retirement_day",
    formula="C平",
    confidence="source",
)
def base_wage_of_average_wage(retirement_day: Day, average_wage_monthly: Yearly[Fen]) -> Fen:
    """The average wage of the year before retirement, as published."""
    return average_wage_monthly[year_of(retirement_day) - 1]


@rule(
    variable="base_wage",
    zh="计发基数",
    en="Base wage, as published for the year",
    cites="京劳社养发〔2007〕21号 附件1；京人社发〔2024〕16号；京人社发〔2025〕13号",
    since="2019-01-01",
    dated_by="retirement_day",
    formula="C平",
    confidence="source",
    note="from 2019 published apart from the wage series",
)
def base_wage_as_published(retirement_day: Day, pension_base_wage: Yearly[Fen]) -> Fen:
    """The base published for the year of retirement."""
    return pension_base_wage[year_of(retirement_day)]


@rule(
    zh="应缴费月数",
    en="Months that should have been paid",
    cites="京劳社养发〔2007〕21号 附件1；京劳社养发〔2007〕29号 第16条",
    formula="N应缴 × 12",
    confidence="source",
)
def months_due(counted_until: Day, insurance_start_day: Day, unemployment_benefit_months: Months) -> Months:
    """From 1992-10 or the later start of work to the month before retirement, less months on unemployment benefit."""
    start = max(insurance_start_day, make_day(1992, 10, 1))
    months = month_index(counted_until) - month_index(start) - unemployment_benefit_months
    if months < 1:
        refuse(NO_MONTHS_DUE)
    return months


@rule(
    zh="实际缴费工资指数",
    en="Contribution wage index",
    cites="京劳社养发〔2007〕21号 附件1",
    formula="Z实指数 = Σ(X_y ÷ C_{y-1}) ÷ N应缴",
    confidence="approx",
    note="the formula is the document's; rounding to 4 decimals half up is this system's convention",
)
def wage_index(
    contribution_months: Months,
    contributions_year: Series[Year],
    contributions_months: Series[MonthMask],
    contributions_base: Series[Fen],
    contributions_kind: Series[ContributionKind],
    contributions_region: Series[Region],
    contributions_wage: Series[Fen],
    average_wage_annual: Yearly[Fen],
    months_due: Months,
    counted_until: Day,
) -> Ratio4:
    """Each year's bases by the average wage of the year before; months without a contribution count as 0."""
    if contribution_months == 0:
        return 0
    last_year = year_of(counted_until)
    last_month = month_of(counted_until)
    total = NO_QUOTIENT
    for k in range(len(contributions_year)):
        kind = contributions_kind[k]
        year = contributions_year[k]
        if kind != ContributionKind.DEEMED and counts_here(kind, contributions_region[k]):
            counted = months_in(months_until(year, contributions_months[k], last_year, last_month))
            if counted > 0:
                if counted < months_in(contributions_months[k]):
                    refuse(ROW_PAST_RETIREMENT)
                if contributions_base[k] < 1:
                    refuse(BASE_MISSING)
                if kind == ContributionKind.TRANSFERRED:
                    wage = contributions_wage[k]
                    if wage < 1:
                        refuse(WAGE_ELSEWHERE_MISSING)
                    total = total + quotient(contributions_base[k], wage)
                else:
                    total = total + quotient(contributions_base[k], average_wage_annual[year - 1])
    return within(half_up_quotient(total, ONE4 * YEAR_MONTHS, months_due), 0, INDEX_LIMIT)


@rule(
    zh="1998年6月30日前实际缴费月数",
    en="Months paid to 1998-06-30",
    cites="京劳社养发〔2007〕21号 附件1",
    formula="N实98 × 12",
    confidence="source",
)
def months_before_1998_07(
    contribution_months: Months,
    contributions_year: Series[Year],
    contributions_months: Series[MonthMask],
    contributions_kind: Series[ContributionKind],
    contributions_region: Series[Region],
) -> Months:
    """Months paid from 1992-10-01 to 1998-06-30."""
    if contribution_months == 0:
        return 0
    total = 0
    for k in range(len(contributions_year)):
        kind = contributions_kind[k]
        if kind != ContributionKind.DEEMED and counts_here(kind, contributions_region[k]):
            if contributions_year[k] < 1998:
                total += months_in(contributions_months[k])
            if contributions_year[k] == 1998:
                total += months_in(mask_between(contributions_months[k], 1, 6))
    return total
