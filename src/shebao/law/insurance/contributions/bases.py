"""From what is declared to the base of each insurance, between the floor and the cap of the contribution year."""

from __future__ import annotations

from shebao.law.insurance.contributions.facts import ContributorStatus
from shebao.rules.declare import rule
from shebao.rules.kinds import Day, Fen, Flag, Year, day
from shebao.rules.language import half_up_to_yuan, helper, month_of, year_of

BASES = "京劳社保发〔2008〕237号、京社保发〔2009〕24号及年度通知"
ROUNDED = (
    "a declared wage with jiao and fen is rounded half up to whole yuan, as floors and caps are (a reading, to be "
    "verified); a new employee's wage is that of the first month"
)
FIRST_JULY_YEAR: Day = day("2013-07-01")  # the first contribution year that begins in July


@helper
def between(wage: Fen, floor: Fen, cap: Fen) -> Fen:
    """The wage in whole yuan, not below the floor, not above the cap."""
    return max(floor, min(half_up_to_yuan(wage, 1), cap))


@helper
def employed(status: ContributorStatus) -> Flag:
    """Whether an employer pays for the person."""
    return status == ContributorStatus.EMPLOYEE or status == ContributorStatus.RURAL_WORKER


@rule(
    zh="缴费基数年度",
    en="Contribution year of a month",
    cites="京劳社保发〔2008〕237号及年度通知",
    dated_by="contribution_day",
    formula="4月至次年3月；自2013年度起7月至次年6月",
    note="April is sourced for 2009, July known from 2014; that the change came in 2013 is approximate, and 2012 then "
    "lasts until June 2013",
)
def base_year(contribution_day: Day) -> Year:
    """The year whose floors and caps hold, named by the calendar year in which it begins."""
    year = year_of(contribution_day)
    if contribution_day >= FIRST_JULY_YEAR:
        return year if month_of(contribution_day) >= 7 else year - 1
    if year == 2013:
        return year - 1
    return year if month_of(contribution_day) >= 4 else year - 1


@rule(
    variable="pension_base",
    zh="养老保险缴费基数",
    en="Contribution base, pension",
    cites=BASES,
    since="1992-10-01",
    until="2009-12-31",
    dated_by="contribution_day",
    note=ROUNDED
    + "; that the minimum wage as base of contract workers from the country ended with 2009 is approximate",
)
def pension_base_1992(
    contributor_status: ContributorStatus,
    declared_wage: Fen,
    pension_base_floor: Fen,
    contribution_base_cap: Fen,
    pension_base_rural_worker: Fen,
) -> Fen:
    """Last year's minimum wage for contract workers from the country; 0 for who pays nothing."""
    if contributor_status == ContributorStatus.RURAL_WORKER:
        return pension_base_rural_worker
    if contributor_status == ContributorStatus.EMPLOYEE or contributor_status == ContributorStatus.FLEXIBLE:
        return between(declared_wage, pension_base_floor, contribution_base_cap)
    return 0


@rule(
    variable="pension_base",
    zh="养老保险缴费基数",
    en="Contribution base, pension",
    cites=BASES,
    since="2010-01-01",
    dated_by="contribution_day",
    note=ROUNDED,
)
def pension_base_2010(
    contributor_status: ContributorStatus, declared_wage: Fen, pension_base_floor: Fen, contribution_base_cap: Fen
) -> Fen:
    """The wage, or the base a flexible worker chooses; 0 for who pays nothing."""
    if employed(contributor_status) or contributor_status == ContributorStatus.FLEXIBLE:
        return between(declared_wage, pension_base_floor, contribution_base_cap)
    return 0


@rule(
    zh="失业保险缴费基数",
    en="Contribution base, unemployment",
    cites=BASES,
    since="1999-11-01",
    dated_by="contribution_day",
    note="floor and base of contract workers from the country are the pension's",
)
def unemployment_base(pension_base: Fen) -> Fen:
    """The base of the pension."""
    return pension_base


@rule(
    variable="medical_in_full",
    zh="按城镇职工办法参加医疗保险",
    en="Insured for medical care as employees are",
    cites="京劳社办发〔2004〕101号、京劳社保发〔2008〕237号",
    since="2001-04-01",
    until="2012-03-31",
    dated_by="contribution_day",
)
def medical_in_full_2001(contributor_status: ContributorStatus) -> Flag:
    """Employees; contract workers from the country have a scheme of their own."""
    return contributor_status == ContributorStatus.EMPLOYEE


@rule(
    variable="medical_in_full",
    zh="按城镇职工办法参加医疗保险",
    en="Insured for medical care as employees are",
    cites="京人社医发（文号待核实）",
    since="2012-04-01",
    dated_by="contribution_day",
    confidence="approx",
    note="the day of the change is approximate",
)
def medical_in_full_2012(contributor_status: ContributorStatus) -> Flag:
    """Employees, those from the country too."""
    return employed(contributor_status)


@rule(
    zh="医疗保险缴费基数",
    en="Contribution base, medical",
    cites=BASES + "；北京市人民政府令第158号",
    since="2001-04-01",
    dated_by="contribution_day",
    note=ROUNDED,
)
def medical_base(
    contributor_status: ContributorStatus,
    medical_in_full: Flag,
    declared_wage: Fen,
    medical_base_floor: Fen,
    contribution_base_cap: Fen,
    medical_base_flexible: Fen,
) -> Fen:
    """The wage; 60 % of last year's citywide wage in the scheme of contract workers from the country, 70 % of it for
    flexible workers; 0 for who pays nothing."""
    if medical_in_full:
        return between(declared_wage, medical_base_floor, contribution_base_cap)
    if contributor_status == ContributorStatus.RURAL_WORKER:
        return medical_base_floor
    if contributor_status == ContributorStatus.FLEXIBLE:
        return medical_base_flexible
    return 0


@rule(
    zh="工伤保险缴费基数",
    en="Contribution base, work injury",
    cites=BASES,
    since="2004-01-01",
    dated_by="contribution_day",
    note=ROUNDED,
)
def injury_base(
    contributor_status: ContributorStatus, declared_wage: Fen, medical_base_floor: Fen, contribution_base_cap: Fen
) -> Fen:
    """The wage; 0 without an employer."""
    if employed(contributor_status):
        return between(declared_wage, medical_base_floor, contribution_base_cap)
    return 0


@rule(
    zh="生育保险缴费基数",
    en="Contribution base, maternity",
    cites=BASES,
    since="2005-07-01",
    dated_by="contribution_day",
    note="floor and cap are those of work injury",
)
def maternity_base(injury_base: Fen) -> Fen:
    """The base of work injury."""
    return injury_base
