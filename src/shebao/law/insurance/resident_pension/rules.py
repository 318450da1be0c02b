"""Who may join, between which amounts a year's payment lies, and the pension."""

from __future__ import annotations

from shebao.law.city.facts import Hukou, Sex
from shebao.rules.declare import Reason, refuse, rule
from shebao.rules.kinds import ONE4, Day, Fen, Flag, Months, Ratio4, Series, Table, Yearly, Years
from shebao.rules.language import as_months, as_years, half_up_to_fen, helper, months_between, number, year_of

CITES = "京政发〔2008〕49号"

NEW_RURAL_TERMS_NOT_KNOWN = Reason(
    "NEW_RURAL_TERMS_NOT_KNOWN",
    "2008年新型农村社会养老保险（京政发〔2007〕34号）的参保条件和缴费标准待核实",
    "The terms of the rural pension of 2008 (京政发〔2007〕34号) are not at hand",
)


@helper
def months_of(years: Years) -> Months:
    """So many years as months."""
    return 12 * as_months(number(years))


@rule(
    variable="resident_may_join",
    zh="可参加城乡居民养老保险",
    en="May join the residents' pension",
    cites="京政发〔2007〕34号",
    since="2008-01-01",
    until="2008-12-31",
)
def resident_may_join_2008(hukou: Hukou) -> Flag:
    """The rural pension of 2008: only agricultural registration in this city; its further terms are not at hand."""
    if hukou == Hukou.LOCAL_RURAL:
        refuse(NEW_RURAL_TERMS_NOT_KNOWN)
    return False


@rule(
    variable="resident_may_join",
    zh="可参加城乡居民养老保险",
    en="May join the residents' pension",
    cites=CITES,
    since="2009-01-01",
)
def resident_may_join_2009(
    benefit_day: Day,
    birth_day: Day,
    sex: Sex,
    hukou: Hukou,
    student: Flag,
    insured_as_employee: Flag,
    resident_join_age: Years,
    resident_benefit_age: Table[Years],
) -> Flag:
    """Registered in this city, men of 16 to 59 and women of 16 to 54, no student, not insured as an employee."""
    if hukou == Hukou.OTHER_URBAN or hukou == Hukou.OTHER_RURAL:
        return False
    months = months_between(birth_day, benefit_day)
    if months < months_of(resident_join_age) or months >= months_of(resident_benefit_age[sex]):
        return False
    return not student and not insured_as_employee


@rule(
    zh="年缴费下限",
    en="Minimum contribution of the year",
    cites="京人社居发 年度通知",
    since="2009-01-01",
    confidence="approx",
    note="the published round figure; the formula of 京政发〔2008〕49号 gives resident_minimum_by_formula",
)
def resident_minimum_contribution(benefit_day: Day, resident_minimum_published: Yearly[Fen]) -> Fen:
    """The figure published for the year."""
    return resident_minimum_published[year_of(benefit_day)]


@rule(
    zh="年缴费上限",
    en="Maximum contribution of the year",
    cites="京人社居发 年度通知",
    since="2009-01-01",
    confidence="approx",
    note="the published round figure; the formula of 京政发〔2008〕49号 gives resident_maximum_by_formula",
)
def resident_maximum_contribution(benefit_day: Day, resident_maximum_published: Yearly[Fen]) -> Fen:
    """The figure published for the year."""
    return resident_maximum_published[year_of(benefit_day)]


@rule(
    zh="按公式计算的年缴费下限",
    en="Minimum contribution by the formula",
    cites=CITES,
    since="2009-01-01",
    formula="9% × 上一年农村居民人均纯收入",
    confidence="seed",
)
def resident_minimum_by_formula(benefit_day: Day, rural_net_income: Yearly[Fen], resident_minimum_share: Ratio4) -> Fen:
    """9 % of the last year's rural net income per head, half up to fen."""
    return half_up_to_fen(rural_net_income[year_of(benefit_day) - 1] * resident_minimum_share, ONE4)


@rule(
    zh="按公式计算的年缴费上限",
    en="Maximum contribution by the formula",
    cites=CITES,
    since="2009-01-01",
    formula="30% × 上一年城镇居民人均可支配收入",
    confidence="seed",
)
def resident_maximum_by_formula(
    benefit_day: Day, urban_disposable_income: Yearly[Fen], resident_maximum_share: Ratio4
) -> Fen:
    """30 % of the last year's urban disposable income per head, half up to fen."""
    return half_up_to_fen(urban_disposable_income[year_of(benefit_day) - 1] * resident_maximum_share, ONE4)


@rule(
    zh="政府代缴保险费",
    en="Contribution paid by the government",
    cites=CITES,
    since="2009-01-01",
    note="the minimum of the year, for who may join and is severely disabled",
)
def resident_paid_by_government(
    resident_may_join: Flag, severely_disabled: Flag, resident_minimum_contribution: Fen
) -> Fen:
    """The minimum contribution of a severely disabled person; nothing for others."""
    if not severely_disabled or not resident_may_join:
        return 0
    return resident_minimum_contribution


@rule(
    zh="城乡居民养老缴费年数",
    en="Years with a payment",
    cites=CITES,
    since="2009-01-01",
    note="a year counts once; the year 2008 of the rural pension (京政发〔2007〕34号) counts",
)
def resident_paid_years(
    benefit_day: Day,
    resident_pension_day: Day,
    resident_payments_day: Series[Day],
    resident_payments_paid: Series[Fen],
) -> Years:
    """Calendar years in which something was paid before the pension was drawn."""
    count = as_years(0)
    end = min(benefit_day, resident_pension_day)
    for k in range(len(resident_payments_day)):
        counted = resident_payments_paid[k] == 0 or resident_payments_day[k] > end
        for j in range(k):
            if resident_payments_paid[j] > 0 and year_of(resident_payments_day[j]) == year_of(resident_payments_day[k]):
                counted = True
        if not counted:
            count = count + 1
    return count


@rule(
    zh="城乡居民养老缴费月数",
    en="Contribution months of a resident",
    cites=CITES + "、人社部发〔2014〕17号",
    since="2009-01-01",
)
def resident_contribution_months(resident_paid_years: Years, resident_months_added: Months) -> Months:
    """Twelve for each year paid, and the months carried over from the employee pension."""
    return months_of(resident_paid_years) + resident_months_added
