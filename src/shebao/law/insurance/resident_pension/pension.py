"""Who is entitled to the residents' pension, and how much it is."""

from __future__ import annotations

from shebao.law.city.facts import Sex
from shebao.law.insurance.resident_pension.rules import CITES, months_of
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import DatedTable, Day, Fen, Flag, Months, Series, Table, Year, Years, day
from shebao.rules.language import add_months, age_on, half_up_to_fen, month_index, months_between, number, year_of

FIRST_DAY: Day = day("2009-01-01")
FIRST_YEAR: Year = 2009

LAST_YEAR_UNPAID = Reason(
    "LAST_YEAR_UNPAID",
    "应逐年缴费至领取年龄的人员，达到领取年龄当年未缴费，当年是否须缴待核实",
    "Whoever has to pay yearly to the pension age did not pay in the year of reaching it; whether that year is due "
    "is to be verified",
)


@rule(
    zh="应逐年缴费至领取年龄",
    en="Pays yearly to the pension age",
    cites=CITES,
    since="2009-01-01",
    formula="2009年1月1日 男满45周岁、女满40周岁",
)
def resident_in_transition(
    birth_day: Day, sex: Sex, resident_transition_age: Table[Years], resident_benefit_age: Table[Years]
) -> Flag:
    """Men of 45 and women of 40 or more on 2009-01-01 who could still join then: they need not reach 15 years."""
    months = months_between(birth_day, FIRST_DAY)
    return months >= months_of(resident_transition_age[sex]) and months < months_of(resident_benefit_age[sex])


@rule(
    zh="缴费年限符合领取条件",
    en="Paid for long enough",
    cites=CITES,
    since="2009-01-01",
    formula="缴费满15年；过渡人员自2009年起逐年缴费至领取年龄",
)
def resident_period_met(
    birth_day: Day,
    sex: Sex,
    resident_contribution_months: Months,
    resident_minimum_period: Months,
    resident_in_transition: Flag,
    resident_benefit_age: Table[Years],
    resident_payments_day: Series[Day],
    resident_payments_paid: Series[Fen],
) -> Flag:
    """15 years; or, in transition, a payment in every calendar year from 2009 to the one in which the age is reached.

    Refused where only that last year is unpaid: the documents at hand do not say whether it is due.
    """
    if resident_contribution_months >= resident_minimum_period:
        return True
    if not resident_in_transition:
        return False
    age_day = add_months(birth_day, months_of(resident_benefit_age[sex]))
    last = min(number(year_of(age_day) - FIRST_YEAR), 15)
    for step in range(last + 1):
        paid = False
        for k in range(len(resident_payments_day)):
            if resident_payments_paid[k] > 0 and year_of(resident_payments_day[k]) == FIRST_YEAR + step:
                paid = True
        if not paid and step < last:
            return False
        if not paid:
            refuse(LAST_YEAR_UNPAID)
    return True


@rule(
    zh="符合城乡居民养老待遇条件",
    en="Entitled to the residents' pension",
    cites=CITES,
    since="2009-01-01",
)
def resident_pension_eligible(
    benefit_day: Day,
    birth_day: Day,
    sex: Sex,
    resident_pension_day: Day,
    resident_contribution_months: Months,
    resident_benefit_age: Table[Years],
    resident_period_met: Flag,
) -> Flag:
    """Men of 60 and women of 55 who paid for long enough; of that age on the first day of the pension, once drawn."""
    if resident_contribution_months == 0:
        return False
    months = months_between(birth_day, min(benefit_day, resident_pension_day))
    if months < months_of(resident_benefit_age[sex]):
        return False
    return resident_period_met


@rule(
    zh="领取城乡居民养老待遇",
    en="Draws the residents' pension",
    cites=CITES,
    since="2009-01-01",
    note="the basic pension stops the month after death",
)
def resident_pension_in_payment(
    benefit_day: Day, death_day: Day, resident_pension_day: Day, resident_pension_eligible: Flag
) -> Flag:
    """From the first day of the pension to the month of death, for who is entitled."""
    if benefit_day < resident_pension_day or month_index(benefit_day) > month_index(death_day):
        return False
    return resident_pension_eligible


@rule(
    zh="城乡居民基础养老金",
    en="Residents' basic pension",
    cites=CITES + " 及年度通知",
    since="2009-01-01",
)
def resident_basic_pension(resident_pension_in_payment: Flag, resident_basic_pension_standard: Fen) -> Fen:
    """The standard of the benefit month."""
    if not resident_pension_in_payment:
        return 0
    return resident_basic_pension_standard


@rule(
    zh="城乡居民个人账户养老金",
    en="Residents' account pension",
    cites=CITES + "、国发〔2005〕38号 附件",
    since="2009-01-01",
    formula="个人账户储存额 ÷ 计发月数",
    confidence="seed",
    note="months of the annuity by whole age on the first day of the pension; rounded half up to fen",
)
def resident_account_pension(
    birth_day: Day,
    resident_pension_day: Day,
    resident_pension_in_payment: Flag,
    resident_account_balance: Fen,
    annuity_months: DatedTable[Months],
) -> Fen:
    """The balance over the months of the annuity."""
    if not resident_pension_in_payment:
        return 0
    months = annuity_months[resident_pension_day, age_on(birth_day, resident_pension_day)]
    return half_up_to_fen(resident_account_balance, number(months))


@rule(
    variable="resident_pension",
    zh="城乡居民养老金",
    en="Residents' pension",
    cites=CITES,
    until="2008-12-31",
    pays=Pays.MONTHLY,
)
def no_resident_pension() -> Fen:
    """The scheme begins on 2009-01-01."""
    return 0


@rule(
    zh="城乡居民养老金",
    en="Residents' pension",
    cites=CITES,
    since="2009-01-01",
    formula="基础养老金 + 个人账户养老金",
    confidence="seed",
    pays=Pays.MONTHLY,
)
def resident_pension(resident_basic_pension: Fen, resident_account_pension: Fen) -> Fen:
    """A month's basic pension and account pension."""
    return resident_basic_pension + resident_account_pension
