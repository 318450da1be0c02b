"""Temporary assistance to a household: in an emergency, or for spending beyond its means."""

from __future__ import annotations

from shebao.law.assistance.medical.facts import Standing
from shebao.law.assistance.minimum_living.facts import MinimumLivingArea
from shebao.law.assistance.temporary.facts import TemporaryKind
from shebao.law.city.household import HOUSEHOLD
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import ONE4, YEAR_MONTHS, Count, Dated, Day, Fen, Flag, Members, Months, Ratio4, Table
from shebao.rules.language import half_up_to_fen, helper, number

CITES = "京民社救发〔2020〕86号"
OLD = "京民救发〔2008〕546号"

TEMPORARY_AID_AMOUNT_UNKNOWN = Reason(
    "TEMPORARY_AID_AMOUNT_UNKNOWN",
    "2009年至2020年7月7日临时救助的标准（京民救发〔2008〕546号）未查到",
    "The amounts of temporary assistance from 2009 to 2020-07-07 were not found",
)


@helper
def by_bands(spending: Fen, least: Fen, limit: Fen, ratio: Ratio4, ratio_above: Ratio4) -> Fen:
    """Nothing below the least; else the ratio of what is within the limit and the other ratio of what is above it."""
    if spending < least:
        return 0
    return half_up_to_fen(ratio * min(spending, limit) + ratio_above * max(0, spending - limit), ONE4)


@rule(
    zh="家庭救助身份为低保、低收入或特困",
    en="The household has standing in assistance",
    cites="社会救助暂行办法 国务院令第649号",
    of=HOUSEHOLD,
    confidence="source",
)
def household_has_standing(assistance_standing: Members[Standing]) -> Flag:
    """A member is on minimum living, of low income or destitute."""
    found = False
    for k in range(len(assistance_standing)):
        found = found or assistance_standing[k] != Standing.NONE
    return found


@rule(
    zh="家庭有重度残疾人",
    en="The household has a severely disabled member",
    cites=CITES,
    of=HOUSEHOLD,
    confidence="source",
)
def household_has_severely_disabled(severely_disabled: Members[Flag]) -> Flag:
    """One of the members is."""
    found = False
    for k in range(len(severely_disabled)):
        found = found or severely_disabled[k]
    return found


@rule(
    zh="支出后人均收入低于低收入线",
    en="Income a head after necessary spending below the low-income line",
    cites=CITES,
    of=HOUSEHOLD,
    formula="(12个月收入 − 必需支出) ÷ 12 ÷ 人数 < 低收入线",
    confidence="source",
    note="the low-income line since 2019 is the minimum wage; members registered here count (approx)",
)
def poor_after_spending(
    household_income: Fen,
    household_size: Count,
    household_has_standing: Flag,
    necessary_spending: Fen,
    temporary_aid_day: Day,
    minimum_wage: Dated[Fen],
) -> Flag:
    """Compared for the household and twelve months; without a member that counts, only the destitute are poor."""
    if household_size == 0:
        return household_has_standing
    income = household_income * number(YEAR_MONTHS)
    line = minimum_wage[temporary_aid_day] * household_size * number(YEAR_MONTHS)
    return income - necessary_spending < line


@rule(
    zh="符合临时救助条件",
    en="Entitled to temporary assistance",
    cites=OLD + "；" + CITES,
    of=HOUSEHOLD,
    confidence="source",
    note="what the conditions were before 2020 is not at hand; who claimed then is refused the amount",
)
def temporary_assistance_eligible(
    benefit_day: Day,
    temporary_aid_day: Day,
    temporary_aid_kind: TemporaryKind,
    aided_for_same_cause: Flag,
    poor_after_spending: Flag,
) -> Flag:
    """Claimed, not aided for the same cause within the year; for spending, poor after it."""
    if temporary_aid_day > benefit_day or temporary_aid_kind == TemporaryKind.NONE or aided_for_same_cause:
        return False
    return temporary_aid_kind == TemporaryKind.EMERGENCY or poor_after_spending


@rule(
    variable="temporary_assistance",
    zh="临时救助",
    en="Temporary assistance",
    cites=OLD,
    of=HOUSEHOLD,
    until="2008-12-31",
    dated_by="temporary_aid_day",
    confidence="approx",
    note="the document is of 2008; that it begins with 2009 is approx",
    pays=Pays.ONCE,
)
def no_temporary_assistance() -> Fen:
    """There was none."""
    return 0


@rule(
    variable="temporary_assistance",
    zh="临时救助",
    en="Temporary assistance",
    cites=OLD,
    of=HOUSEHOLD,
    since="2009-01-01",
    until="2020-07-07",
    dated_by="temporary_aid_day",
    confidence="source",
    pays=Pays.ONCE,
)
def temporary_assistance_2009(temporary_assistance_eligible: Flag) -> Fen:
    """The amounts are not at hand."""
    if not temporary_assistance_eligible:
        return 0
    refuse(TEMPORARY_AID_AMOUNT_UNKNOWN)


@rule(
    zh="申请日低保标准",
    en="Minimum living standard of the claim's day",
    cites=CITES,
    of=HOUSEHOLD,
    since="2020-07-08",
    dated_by="temporary_aid_day",
    confidence="source",
    note="urban and rural standards have been one since 2015-07-01",
)
def minimum_living_of_claim(minimum_living_area: MinimumLivingArea, minimum_living_standard: Table[Fen]) -> Fen:
    """S, of the household's area."""
    return minimum_living_standard[minimum_living_area]


@rule(
    zh="支出型救助额（封顶前）",
    en="Assistance for spending, before the cap",
    cites=CITES,
    of=HOUSEHOLD,
    since="2020-07-08",
    dated_by="temporary_aid_day",
    formula="比例 × 3万元以下 + 比例 × 超过部分",
    confidence="source",
    note="10 more for a severely disabled member is read as percentage points, of both bands (approx)",
)
def spending_assistance(
    necessary_spending: Fen,
    household_has_standing: Flag,
    household_has_severely_disabled: Flag,
    temporary_least_with_standing: Fen,
    temporary_least_others: Fen,
    temporary_band_limit: Fen,
    temporary_ratio_with_standing: Ratio4,
    temporary_ratio_above_with_standing: Ratio4,
    temporary_ratio_others: Ratio4,
    temporary_ratio_above_others: Ratio4,
    temporary_ratio_disabled_more: Ratio4,
) -> Fen:
    """By the bands of households with standing, or of others."""
    if household_has_standing:
        return by_bands(
            necessary_spending,
            temporary_least_with_standing,
            temporary_band_limit,
            temporary_ratio_with_standing,
            temporary_ratio_above_with_standing,
        )
    ratio = temporary_ratio_others
    above = temporary_ratio_above_others
    if household_has_severely_disabled:
        ratio = ratio + temporary_ratio_disabled_more
        above = above + temporary_ratio_disabled_more
    return by_bands(necessary_spending, temporary_least_others, temporary_band_limit, ratio, above)


@rule(
    zh="临时救助",
    en="Temporary assistance",
    cites=CITES,
    of=HOUSEHOLD,
    since="2020-07-08",
    dated_by="temporary_aid_day",
    formula="急难型 min(所需, 3 × 低保标准 × 人数)；支出型 min(分段额, 24 × 低保标准)",
    confidence="source",
    pays=Pays.ONCE,
)
def temporary_assistance(
    temporary_assistance_eligible: Flag,
    temporary_aid_kind: TemporaryKind,
    emergency_need: Fen,
    emergency_people: Count,
    spending_assistance: Fen,
    minimum_living_of_claim: Fen,
    temporary_emergency_months: Months,
    temporary_spending_months: Months,
) -> Fen:
    """The need up to three standards a person; or the bands of the spending up to 24 standards."""
    if not temporary_assistance_eligible:
        return 0
    if temporary_aid_kind == TemporaryKind.EMERGENCY:
        return min(emergency_need, minimum_living_of_claim * number(temporary_emergency_months) * emergency_people)
    if spending_assistance == 0:
        return 0
    return min(spending_assistance, minimum_living_of_claim * number(temporary_spending_months))
