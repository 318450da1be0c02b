"""The lease of a public rental home, its yearly review, and the two rent subsidies."""

from __future__ import annotations

from shebao.law.assistance.medical.facts import Standing
from shebao.law.housing.eligibility import PUBLIC_RENTAL, row
from shebao.law.housing.facts import HOUSING_APPLICANTS, HousingTenure
from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import ONE4, Code, Count, Day, Fen, Flag, Months, Ratio4, Table
from shebao.rules.language import add_months, half_up_to_fen, helper

LAW_2012 = "京建法〔2012〕11号"
LAW_2015 = "京建法〔2015〕14号"
MARKET = "京建法〔2015〕19号"


class RentTier(Code):
    """Tier of the rent subsidy; 1 is the highest."""

    NONE = 0, "不补贴", "none"
    TIER_1 = 1, "第一档", "tier 1"
    TIER_2 = 2, "第二档", "tier 2"
    TIER_3 = 3, "第三档", "tier 3"
    TIER_4 = 4, "第四档", "tier 4"
    TIER_5 = 5, "第五档", "tier 5"
    TIER_6 = 6, "第六档", "tier 6"


@helper
def up(tier: RentTier) -> RentTier:
    """One tier higher; the first and none stay."""
    if tier == RentTier.TIER_2:
        return RentTier.TIER_1
    if tier == RentTier.TIER_3:
        return RentTier.TIER_2
    if tier == RentTier.TIER_4:
        return RentTier.TIER_3
    if tier == RentTier.TIER_5:
        return RentTier.TIER_4
    if tier == RentTier.TIER_6:
        return RentTier.TIER_5
    return tier


@rule(
    zh="租约有效",
    en="The lease holds",
    cites=PUBLIC_RENTAL,
    of=HOUSING_APPLICANTS,
    note="five years are the most for a public rental home",
)
def housing_lease_holds(
    benefit_day: Day,
    housing_tenure: HousingTenure,
    housing_lease_start: Day,
    housing_lease_end: Day,
    public_rental_lease_months: Months,
) -> Flag:
    """From its first to its last day, and for a public rental home not beyond five years."""
    if housing_tenure == HousingTenure.NONE or benefit_day < housing_lease_start or benefit_day > housing_lease_end:
        return False
    if housing_tenure == HousingTenure.MARKET:
        return True
    return benefit_day < add_months(housing_lease_start, public_rental_lease_months)


@rule(
    zh="应当复核",
    en="A review is due",
    cites=PUBLIC_RENTAL,
    of=HOUSING_APPLICANTS,
    note="each year, counted from the last review or else the lease",
)
def housing_review_due(
    benefit_day: Day,
    housing_lease_holds: Flag,
    housing_lease_start: Day,
    housing_review_day: Day,
    housing_review_months: Months,
) -> Flag:
    """Twelve months after the last review, or after the lease began."""
    if not housing_lease_holds:
        return False
    last = housing_review_day if housing_review_day <= benefit_day else housing_lease_start
    return benefit_day >= add_months(last, housing_review_months)


@rule(
    zh="收入超线按市场租金",
    en="Pays the market rent: income above the line",
    cites=PUBLIC_RENTAL,
    of=HOUSING_APPLICANTS,
)
def housing_market_rent_due(
    housing_lease_holds: Flag,
    housing_tenure: HousingTenure,
    housing_size: Count,
    housing_income_year: Fen,
    public_rental_income: Table[Fen],
) -> Flag:
    """A tenant of a public rental home whose income is found above the line of the programme."""
    if not housing_lease_holds or housing_tenure != HousingTenure.PUBLIC_RENTAL or housing_size == 0:
        return False
    return housing_income_year > public_rental_income[row(housing_size)]


@rule(
    variable="rent_income_tier",
    zh="租金补贴收入档",
    en="Tier by income",
    cites=LAW_2012,
    until="2015-10-31",
    of=HOUSING_APPLICANTS,
    confidence="approx",
    note="the first tier is sourced, the others and the document's number are approx",
)
def rent_income_tier_2012(
    housing_applied: Flag,
    housing_relief: Standing,
    housing_veteran_family: Flag,
    housing_size: Count,
    housing_income_year: Fen,
    rent_tier_income: Table[Fen],
) -> RentTier:
    """Minimum living, veterans and destitute first; then by income per head a month; the sixth has no upper cut."""
    if not housing_applied:
        return RentTier.NONE
    if housing_veteran_family or housing_relief == Standing.MINIMUM_LIVING or housing_relief == Standing.DESTITUTE:
        return RentTier.TIER_1
    if housing_income_year <= rent_tier_income[RentTier.TIER_2] * 12 * housing_size:
        return RentTier.TIER_2
    if housing_income_year <= rent_tier_income[RentTier.TIER_3] * 12 * housing_size:
        return RentTier.TIER_3
    if housing_income_year <= rent_tier_income[RentTier.TIER_4] * 12 * housing_size:
        return RentTier.TIER_4
    if housing_income_year <= rent_tier_income[RentTier.TIER_5] * 12 * housing_size:
        return RentTier.TIER_5
    return RentTier.TIER_6


@rule(
    variable="rent_income_tier",
    zh="租金补贴收入档",
    en="Tier by income",
    cites=LAW_2015 + "、" + MARKET,
    since="2015-11-01",
    of=HOUSING_APPLICANTS,
    confidence="source",
)
def rent_income_tier_2015(
    housing_applied: Flag,
    housing_relief: Standing,
    housing_size: Count,
    housing_income_year: Fen,
    housing_assets: Fen,
    rent_tier_income: Table[Fen],
    rent_subsidy_assets: Table[Fen],
) -> RentTier:
    """Minimum living and destitute, low income, then by income per head a month to 2400; assets below the line."""
    if not housing_applied or housing_assets > rent_subsidy_assets[row(housing_size)]:
        return RentTier.NONE
    if housing_relief == Standing.MINIMUM_LIVING or housing_relief == Standing.DESTITUTE:
        return RentTier.TIER_1
    if housing_relief == Standing.LOW_INCOME:
        return RentTier.TIER_2
    if housing_income_year <= rent_tier_income[RentTier.TIER_3] * 12 * housing_size:
        return RentTier.TIER_3
    if housing_income_year <= rent_tier_income[RentTier.TIER_4] * 12 * housing_size:
        return RentTier.TIER_4
    if housing_income_year <= rent_tier_income[RentTier.TIER_5] * 12 * housing_size:
        return RentTier.TIER_5
    if housing_income_year <= rent_tier_income[RentTier.TIER_6] * 12 * housing_size:
        return RentTier.TIER_6
    return RentTier.NONE


@rule(
    variable="rent_subsidy_tier",
    zh="公租房租金补贴档",
    en="Tier of the rent subsidy",
    cites=LAW_2012,
    until="2015-10-31",
    of=HOUSING_APPLICANTS,
    confidence="approx",
)
def rent_subsidy_tier_2012(rent_income_tier: RentTier) -> RentTier:
    """The tier by income."""
    return rent_income_tier


@rule(
    variable="rent_subsidy_tier",
    zh="公租房租金补贴档",
    en="Tier of the rent subsidy",
    cites=LAW_2015,
    since="2015-11-01",
    of=HOUSING_APPLICANTS,
    confidence="source",
)
def rent_subsidy_tier_2015(rent_income_tier: RentTier, housing_hardship: Flag, housing_elders_only: Flag) -> RentTier:
    """One tier up for a severe disability, a serious illness, or elders without children."""
    if housing_hardship or housing_elders_only:
        return up(rent_income_tier)
    return rent_income_tier


@rule(
    variable="rent_subsidy",
    zh="公租房租金补贴",
    en="Rent subsidy",
    cites=LAW_2012,
    until="2012-04-30",
    of=HOUSING_APPLICANTS,
    pays=Pays.MONTHLY,
    note="subsidies of low-rent families before are not at hand",
)
def rent_subsidy_none() -> Fen:
    """The subsidy began on 2012-05-01."""
    return 0


@rule(
    variable="rent_subsidy",
    zh="公租房租金补贴",
    en="Rent subsidy",
    cites=LAW_2012,
    since="2012-05-01",
    until="2015-10-31",
    of=HOUSING_APPLICANTS,
    pays=Pays.MONTHLY,
    formula="租金 × 档比例 × min(面积, 60) ÷ 面积",
    confidence="approx",
    note="rounding half up to fen is approx",
)
def rent_subsidy_2012(
    housing_lease_holds: Flag,
    housing_tenure: HousingTenure,
    housing_market_rent_due: Flag,
    rent_subsidy_tier: RentTier,
    housing_rent: Fen,
    housing_building_area: Ratio4,
    rent_subsidy_ratio: Table[Ratio4],
    rent_subsidy_area: Ratio4,
) -> Fen:
    """The tier's share of the rent, for 60 square metres at most."""
    if not housing_lease_holds or housing_tenure != HousingTenure.PUBLIC_RENTAL or housing_market_rent_due:
        return 0
    if rent_subsidy_tier == RentTier.NONE or housing_building_area == 0:
        return 0
    share = rent_subsidy_ratio[rent_subsidy_tier]
    return half_up_to_fen(
        housing_rent * share * min(housing_building_area, rent_subsidy_area), ONE4 * housing_building_area
    )


@rule(
    variable="rent_subsidy",
    zh="公租房租金补贴",
    en="Rent subsidy",
    cites=LAW_2015,
    since="2015-11-01",
    of=HOUSING_APPLICANTS,
    pays=Pays.MONTHLY,
    formula="租金标准 × 档比例 × min(面积, 60)",
    confidence="source",
    note="rounding half up to fen is approx",
)
def rent_subsidy_2015(
    housing_lease_holds: Flag,
    housing_tenure: HousingTenure,
    housing_market_rent_due: Flag,
    rent_subsidy_tier: RentTier,
    housing_standard_rent: Fen,
    housing_building_area: Ratio4,
    rent_subsidy_ratio: Table[Ratio4],
    rent_subsidy_area: Ratio4,
) -> Fen:
    """The tier's share of the standard rent, for 60 square metres at most."""
    if not housing_lease_holds or housing_tenure != HousingTenure.PUBLIC_RENTAL or housing_market_rent_due:
        return 0
    if rent_subsidy_tier == RentTier.NONE:
        return 0
    share = rent_subsidy_ratio[rent_subsidy_tier]
    return half_up_to_fen(housing_standard_rent * share * min(housing_building_area, rent_subsidy_area), ONE4 * ONE4)


@rule(
    variable="market_rent_subsidy",
    zh="市场租房补贴",
    en="Market rent subsidy",
    cites=MARKET,
    until="2015-11-15",
    of=HOUSING_APPLICANTS,
    pays=Pays.MONTHLY,
)
def market_rent_subsidy_none() -> Fen:
    """The subsidy began on 2015-11-16."""
    return 0


@rule(
    variable="market_rent_subsidy",
    zh="市场租房补贴",
    en="Market rent subsidy",
    cites=MARKET,
    since="2015-11-16",
    of=HOUSING_APPLICANTS,
    pays=Pays.MONTHLY,
    formula="min(定额, 月租金)",
    confidence="source",
    note="the amounts of the notice that follows on 2020-08-01 are not at hand",
)
def market_rent_subsidy_2015(
    housing_lease_holds: Flag,
    housing_tenure: HousingTenure,
    housing_usable_area: Ratio4,
    housing_size: Count,
    rent_income_tier: RentTier,
    housing_rent: Fen,
    market_rent_small_family: Table[Fen],
    market_rent_large_family: Table[Fen],
) -> Fen:
    """The amount of the tier and the family's size, at most the rent; nobody with a home in the city."""
    if not housing_lease_holds or housing_tenure != HousingTenure.MARKET or housing_usable_area > 0:
        return 0
    if rent_income_tier == RentTier.NONE:
        return 0
    if housing_size <= 2:
        return min(market_rent_small_family[rent_income_tier], housing_rent)
    return min(market_rent_large_family[rent_income_tier], housing_rent)
