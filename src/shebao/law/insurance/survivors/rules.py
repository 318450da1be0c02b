"""Funeral subsidy, and relief or grant for the survivors, by the day of death."""

from __future__ import annotations

from shebao.law.city.facts import Hukou
from shebao.law.insurance.survivors.facts import SurvivorScheme
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import LAST_DAY, Count, Day, Fen, Flag, Months, Series, Table, Year, Yearly
from shebao.rules.language import floor_div, half_up_to_fen, months_between, number, year_of

NEVER: Day = LAST_DAY  # an empty pension_opening_day: no pension awarded before
INSURANCE_LAW = "社会保险法 第17条"
MEASURES_2021 = "人社部发〔2021〕18号"

GRANT_2011_NOT_KNOWN = Reason(
    "GRANT_2011_NOT_KNOWN",
    "2011年7月1日至2021年8月31日死亡人员的抚恤金标准待核实",
    "The survivors' grant for deaths from 2011-07-01 to 2021-08-31 is not at hand",
)


@rule(
    zh="可从养老保险领取遗属待遇",
    en="Survivors may claim from the pension insurance",
    cites="社会保险法 第49条、市人力社保局问答",
    confidence="source",
    note="a survivor may claim under one scheme only: pension, injury or unemployment insurance",
)
def survivors_may_claim(benefit_day: Day, death_day: Day, survivors_scheme: SurvivorScheme) -> Flag:
    """After the death, unless the injury or the unemployment insurance pays the survivors."""
    if benefit_day < death_day:
        return False
    return survivors_scheme == SurvivorScheme.PENSION


@rule(
    zh="参加职工基本养老保险",
    en="Was in the employee pension",
    cites=INSURANCE_LAW,
)
def was_employee_insured(contributions_year: Series[Year], pension_opening_day: Day) -> Flag:
    """Contributions are recorded, or a pension awarded before."""
    return len(contributions_year) > 0 or pension_opening_day < NEVER


@rule(
    variable="funeral_subsidy",
    zh="丧葬补助金",
    en="Funeral subsidy",
    cites="市民政局、市劳动保障局2009年通知（京民殡发、京劳社养发〔2009〕）、" + INSURANCE_LAW,
    until="2021-08-31",
    dated_by="death_day",
    confidence="seed",
    pays=Pays.ONCE,
)
def funeral_subsidy_fixed(
    survivors_may_claim: Flag,
    was_employee_insured: Flag,
    hukou: Hukou,
    employee_funeral_subsidy: Fen,
    resident_funeral_subsidy: Fen,
) -> Fen:
    """A fixed amount: of insured workers and pensioners, else of residents of this city."""
    if not survivors_may_claim:
        return 0
    if was_employee_insured:
        return employee_funeral_subsidy
    if hukou == Hukou.OTHER_URBAN or hukou == Hukou.OTHER_RURAL:
        return 0
    return resident_funeral_subsidy


@rule(
    variable="funeral_subsidy",
    zh="丧葬补助金",
    en="Funeral subsidy",
    cites=MEASURES_2021,
    since="2021-09-01",
    dated_by="death_day",
    formula="2 × 死亡时本市上一年度城镇居民月人均可支配收入",
    note="rounded half up to fen, once; residents without employee insurance keep the fixed amount",
    pays=Pays.ONCE,
)
def funeral_subsidy_2021(
    death_day: Day,
    survivors_may_claim: Flag,
    was_employee_insured: Flag,
    hukou: Hukou,
    urban_disposable_income: Yearly[Fen],
    resident_funeral_subsidy: Fen,
) -> Fen:
    """Twice last year's monthly urban disposable income per head for the employee scheme; residents as before."""
    if not survivors_may_claim:
        return 0
    if was_employee_insured:
        return half_up_to_fen(2 * urban_disposable_income[year_of(death_day) - 1], 12)
    if hukou == Hukou.OTHER_URBAN or hukou == Hukou.OTHER_RURAL:
        return 0
    return resident_funeral_subsidy


@rule(
    variable="survivor_grant_months",
    zh="遗属抚恤金（救济费）月数",
    en="Months of the survivors' grant",
    cites="劳动保险条例实施细则（本市做法）",
    until="2011-06-30",
    dated_by="death_day",
    formula="供养1人6个月，2人9个月，3人及以上12个月",
)
def survivor_grant_months_relief(
    survivors_may_claim: Flag, was_employee_insured: Flag, dependants: Count, survivor_relief_months: Table[Months]
) -> Months:
    """Relief of dependants: 6 months for one, 9 for two, 12 for three and more."""
    if not survivors_may_claim or not was_employee_insured or dependants < 1:
        return 0
    return survivor_relief_months[min(dependants, 3)]


@rule(
    variable="survivor_grant_months",
    zh="遗属抚恤金（救济费）月数",
    en="Months of the survivors' grant",
    cites=INSURANCE_LAW,
    since="2011-07-01",
    until="2021-08-31",
    dated_by="death_day",
)
def survivor_grant_months_2011(survivors_may_claim: Flag, was_employee_insured: Flag) -> Months:
    """The law gives a grant from the fund; its amount is not at hand."""
    if not survivors_may_claim or not was_employee_insured:
        return 0
    refuse(GRANT_2011_NOT_KNOWN)


@rule(
    variable="survivor_grant_months",
    zh="遗属抚恤金（救济费）月数",
    en="Months of the survivors' grant",
    cites=MEASURES_2021,
    since="2021-09-01",
    dated_by="death_day",
    formula="缴费不满5年3个月；满5年不满10年6个月；满10年不超过15年9个月；超过15年每超1年加1个月，最多24个月；"
    "退休人员每领取1年减1个月，最低9个月",
    note="only whole years above 15, and only whole years on pension, are counted",
)
def survivor_grant_months_2021(
    death_day: Day,
    survivors_may_claim: Flag,
    was_employee_insured: Flag,
    contribution_months: Months,
    pension_opening_day: Day,
    pension_opening_months: Months,
    retirement_day: Day,
) -> Months:
    """By contribution years, for pensioners one month less for each year on pension."""
    if not survivors_may_claim or not was_employee_insured:
        return 0
    paid = pension_opening_months if pension_opening_day < NEVER else contribution_months
    if paid < 60:
        months = 3
    elif paid < 120:
        months = 6
    elif paid <= 180:
        months = 9
    else:
        months = min(9 + floor_div(paid - 180, 12), 24)
    if retirement_day > death_day:
        return months
    return max(months - floor_div(months_between(retirement_day, death_day), 12), 9)


@rule(
    variable="survivor_grant",
    zh="遗属抚恤金（救济费）",
    en="Survivors' grant",
    cites="劳动保险条例实施细则（本市做法）、" + INSURANCE_LAW,
    until="2021-08-31",
    dated_by="death_day",
    formula="本人最后一个月工资或养老金 × 月数",
    pays=Pays.ONCE,
)
def survivor_grant_relief(survivor_grant_months: Months, last_monthly_income: Fen) -> Fen:
    """The months of the dead person's own last wage or pension; lump sum."""
    if survivor_grant_months == 0:
        return 0
    return last_monthly_income * number(survivor_grant_months)


@rule(
    variable="survivor_grant",
    zh="遗属抚恤金（救济费）",
    en="Survivors' grant",
    cites=MEASURES_2021,
    since="2021-09-01",
    dated_by="death_day",
    formula="死亡时本市上一年度城镇居民月人均可支配收入 × 月数",
    note="rounded half up to fen, once",
    pays=Pays.ONCE,
)
def survivor_grant_2021(death_day: Day, survivor_grant_months: Months, urban_disposable_income: Yearly[Fen]) -> Fen:
    """The months of last year's monthly urban disposable income per head; lump sum."""
    if survivor_grant_months == 0:
        return 0
    return half_up_to_fen(urban_disposable_income[year_of(death_day) - 1] * number(survivor_grant_months), 12)


@rule(
    zh="丧葬补助金和遗属抚恤金合计",
    en="Survivors' benefits, total",
    cites=INSURANCE_LAW + "、" + MEASURES_2021,
    dated_by="death_day",
)
def survivors_benefits(funeral_subsidy: Fen, survivor_grant: Fen) -> Fen:
    """Funeral subsidy and grant."""
    return funeral_subsidy + survivor_grant
