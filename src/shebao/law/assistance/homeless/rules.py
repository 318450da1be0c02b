"""Who is helped in the shelter, how long, and what comes after."""

from __future__ import annotations

from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import Day, Days, Flag, Months, Years
from shebao.rules.language import age_on, helper, months_between

CITES = "国务院令第381号"
RESETTLEMENT = "民政部、公安部2015年8月加强生活无着的流浪乞讨人员身份查询和照料安置工作的意见"


@helper
def in_shelter(on: Day, asked: Day, left: Day, died: Day) -> Flag:
    """Asked for help by the day, has not left and is alive."""
    return asked <= on and on <= left and on <= died


@rule(
    zh="符合流浪乞讨救助条件",
    en="Entitled to the shelter's help",
    cites=CITES + "、民政部令第24号",
    confidence="source",
)
def shelter_eligible(
    benefit_day: Day,
    death_day: Day,
    shelter_request_day: Day,
    shelter_left_day: Day,
    without_food_or_lodging: Flag,
    has_kin_to_turn_to: Flag,
    begging: Flag,
    minimum_living_eligible: Flag,
    destitute_eligible: Flag,
) -> Flag:
    """Asks for help, cannot feed or house himself, has nobody to turn to, begs, and has no dibao nor 五保."""
    if not in_shelter(benefit_day, shelter_request_day, shelter_left_day, death_day):
        return False
    if not without_food_or_lodging or has_kin_to_turn_to or not begging:
        return False
    return not minimum_living_eligible and not destitute_eligible


@rule(
    zh="救助站救助",
    en="Help in the shelter",
    cites=CITES + " 及实施细则",
    confidence="source",
    note="that a longer stay needs approval is known; no fee, no work, free to leave",
    pays=Pays.SERVICE,
)
def shelter(
    benefit_day: Day,
    shelter_request_day: Day,
    shelter_extended_until: Day,
    shelter_eligible: Flag,
    shelter_most_days: Days,
) -> Flag:
    """Within the most days, the day of asking being the first, or to the day until which a longer stay is approved."""
    if not shelter_eligible:
        return False
    if benefit_day - shelter_request_day < shelter_most_days:
        return True
    return benefit_day <= shelter_extended_until


@rule(
    variable="resettlement_care",
    zh="照料安置",
    en="Resettlement care",
    cites=RESETTLEMENT,
    until="2015-07-31",
    confidence="source",
    pays=Pays.SERVICE,
)
def no_resettlement_care() -> Flag:
    """It begins in August 2015; the day of the month is not at hand."""
    return False


@rule(
    zh="照料安置",
    en="Resettlement care",
    cites=RESETTLEMENT,
    since="2015-08-01",
    confidence="source",
    note="the document is of August 2015, its day is approx; a minor is never placed in a home for old people",
    pays=Pays.SERVICE,
)
def resettlement_care(
    benefit_day: Day, shelter_request_day: Day, shelter_eligible: Flag, shelter: Flag, shelter_most_days: Days
) -> Flag:
    """Entitled, over the most days, and no longer stay in the shelter is approved."""
    if not shelter_eligible or shelter:
        return False
    return benefit_day - shelter_request_day >= shelter_most_days


@rule(
    variable="settlement_referral",
    zh="报当地政府安置",
    en="Reported to the local government for settlement",
    cites=RESETTLEMENT,
    until="2015-07-31",
    confidence="source",
)
def no_settlement_referral() -> Flag:
    """It begins in August 2015."""
    return False


@rule(
    zh="报当地政府安置",
    en="Reported to the local government for settlement",
    cites=RESETTLEMENT,
    since="2015-08-01",
    confidence="source",
)
def settlement_referral(
    benefit_day: Day,
    shelter_request_day: Day,
    shelter_eligible: Flag,
    identity_found: Flag,
    identity_search_months: Months,
) -> Flag:
    """Entitled, and who he is was not found out within the months of the search."""
    if not shelter_eligible or identity_found:
        return False
    return months_between(shelter_request_day, benefit_day) >= identity_search_months


@rule(
    zh="未成年人临时监护",
    en="Temporary guardianship of a minor",
    cites="民政部令第24号；未成年人保护法",
    note="handed over only to a verified guardian",
    pays=Pays.SERVICE,
)
def temporary_guardianship(
    birth_day: Day, benefit_day: Day, shelter_eligible: Flag, verified_guardian: Flag, age_of_majority: Years
) -> Flag:
    """Entitled, under age, and no guardian is verified."""
    if not shelter_eligible or verified_guardian:
        return False
    return age_on(birth_day, benefit_day) < age_of_majority
