"""Who may have a home: low-rent, affordable, price-limited, public rental."""

from __future__ import annotations

from shebao.law.assistance.medical.facts import Standing
from shebao.law.housing.facts import HOUSING_APPLICANTS, HousingApplicant
from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import Count, Fen, Flag, Ratio4, Table, Years
from shebao.rules.language import helper

LOW_RENT = "京政发〔2007〕26号、京建住〔2008〕标准通知"
AFFORDABLE = "京政发〔2007〕27号、京建住〔2007〕1129号"
PRICE_LIMITED = "京政发〔2008〕8号"
PUBLIC_RENTAL = "京政发〔2011〕61号、京建法〔2011〕25号"


@helper
def row(people: Count) -> Count:
    """The row of a table by family size: five stands for five or more."""
    return min(people, 5)


@rule(
    zh="符合廉租住房条件",
    en="May have a low-rent home",
    cites=LOW_RENT,
    of=HOUSING_APPLICANTS,
    pays=Pays.SERVICE,
    confidence="approx",
    note="the lines are known from 2008; that a recognised family needs no further look at its income is approx; "
    "from 2011-12 the homes are allotted together with public rental homes",
)
def low_rent_eligible(
    housing_applied: Flag,
    housing_applicant: HousingApplicant,
    housing_relief: Standing,
    housing_size: Count,
    housing_usable_area: Ratio4,
    housing_income_year: Fen,
    housing_assets: Fen,
    low_rent_area: Ratio4,
    low_rent_income: Table[Fen],
    low_rent_assets: Table[Fen],
) -> Flag:
    """A local family on the minimum living allowance or low income, in at most 7.5 square metres a head."""
    if not housing_applied or housing_applicant != HousingApplicant.LOCAL:
        return False
    if housing_usable_area > low_rent_area * housing_size or housing_assets > low_rent_assets[row(housing_size)]:
        return False
    if housing_relief == Standing.MINIMUM_LIVING or housing_relief == Standing.LOW_INCOME:
        return True
    return housing_income_year <= low_rent_income[row(housing_size)]


@rule(
    zh="符合经济适用住房条件",
    en="May buy an affordable home",
    cites=AFFORDABLE,
    of=HOUSING_APPLICANTS,
    pays=Pays.SERVICE,
    note="lines before 2007-11-01 are not at hand",
)
def affordable_home_eligible(
    housing_applied: Flag,
    housing_applicant: HousingApplicant,
    housing_hukou_years: Years,
    housing_size: Count,
    housing_usable_area: Ratio4,
    housing_income_year: Fen,
    housing_assets: Fen,
    affordable_home_hukou_years: Years,
    affordable_home_area: Ratio4,
    affordable_home_income: Table[Fen],
    affordable_home_assets: Table[Fen],
) -> Flag:
    """A local family, hukou for three years, at most 10 square metres a head, income and assets below the lines."""
    if not housing_applied or housing_applicant != HousingApplicant.LOCAL:
        return False
    if housing_hukou_years < affordable_home_hukou_years or housing_usable_area > affordable_home_area * housing_size:
        return False
    if housing_assets > affordable_home_assets[row(housing_size)]:
        return False
    return housing_income_year <= affordable_home_income[row(housing_size)]


@rule(
    variable="price_limited_eligible",
    zh="符合限价商品住房条件",
    en="May buy a price-limited home",
    cites=PRICE_LIMITED,
    until="2008-04-07",
    of=HOUSING_APPLICANTS,
    pays=Pays.SERVICE,
)
def price_limited_eligible_none() -> Flag:
    """The programme began on 2008-04-08."""
    return False


@rule(
    variable="price_limited_eligible",
    zh="符合限价商品住房条件",
    en="May buy a price-limited home",
    cites=PRICE_LIMITED,
    since="2008-04-08",
    of=HOUSING_APPLICANTS,
    pays=Pays.SERVICE,
    confidence="source",
)
def price_limited_eligible_2008(
    housing_applied: Flag,
    housing_applicant: HousingApplicant,
    housing_size: Count,
    housing_usable_area: Ratio4,
    housing_income_year: Fen,
    housing_assets: Fen,
    price_limited_area: Ratio4,
    price_limited_income: Table[Fen],
    price_limited_assets: Table[Fen],
) -> Flag:
    """A local family in at most 15 square metres a head, income and assets below the lines."""
    if not housing_applied or housing_applicant != HousingApplicant.LOCAL:
        return False
    if housing_usable_area > price_limited_area * housing_size:
        return False
    if housing_assets > price_limited_assets[row(housing_size)]:
        return False
    return housing_income_year <= price_limited_income[row(housing_size)]


@rule(
    zh="符合公共租赁住房条件",
    en="May have a public rental home",
    cites=PUBLIC_RENTAL,
    of=HOUSING_APPLICANTS,
    pays=Pays.SERVICE,
    confidence="source",
    note="no line of assets; lines before 2011-12-01 are not at hand; that the same lines hold for new workers and "
    "workers from other places is approx",
)
def public_rental_eligible(
    housing_applied: Flag,
    housing_size: Count,
    housing_usable_area: Ratio4,
    housing_income_year: Fen,
    public_rental_area: Ratio4,
    public_rental_income: Table[Fen],
) -> Flag:
    """A family, local or not, in at most 15 square metres a head with an income below the line."""
    if not housing_applied or housing_usable_area > public_rental_area * housing_size:
        return False
    return housing_income_year <= public_rental_income[row(housing_size)]
