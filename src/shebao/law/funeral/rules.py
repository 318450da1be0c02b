"""Free urns; scattering at sea: free, with a subsidy, some relatives without a fare."""

from __future__ import annotations

from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import Count, Day, Fen, Flag

PROJECT = "零百千万殡葬惠民工程（新华社2012年4月1日报道）"
SEA_2015 = "骨灰撒海补贴（2015年3月19日报道）"


@rule(
    variable="free_urn",
    zh="免费骨灰盒",
    en="Free urn",
    cites=PROJECT,
    until="2012-03-31",
    dated_by="death_day",
    confidence="source",
    pays=Pays.SERVICE,
)
def no_free_urn() -> Flag:
    """Free urns begin in April 2012."""
    return False


@rule(
    zh="免费骨灰盒",
    en="Free urn",
    cites=PROJECT,
    since="2012-04-01",
    dated_by="death_day",
    confidence="source",
    note="one of 5 to 8 kinds; the standing of the family is that of the benefit day",
    pays=Pays.SERVICE,
)
def free_urn(
    benefit_day: Day,
    death_day: Day,
    funeral_at_city_home: Flag,
    funeral_of_veteran_family: Flag,
    minimum_living_eligible: Flag,
) -> Flag:
    """For families with the minimum living allowance and veterans' families, at the two homes of the city."""
    if death_day > benefit_day or not funeral_at_city_home:
        return False
    if funeral_of_veteran_family:
        return True
    return minimum_living_eligible


@rule(
    variable="sea_burial_free",
    zh="免费骨灰撒海",
    en="Free scattering at sea",
    cites=PROJECT,
    until="2008-12-31",
    dated_by="sea_burial_day",
    confidence="source",
    pays=Pays.SERVICE,
)
def no_sea_burial_free() -> Flag:
    """The project begins in 2009."""
    return False


@rule(
    zh="免费骨灰撒海",
    en="Free scattering at sea",
    cites=PROJECT,
    since="2009-01-01",
    dated_by="sea_burial_day",
    confidence="source",
    note="from 2009; the day is taken as 1 January",
    pays=Pays.SERVICE,
)
def sea_burial_free(benefit_day: Day, death_day: Day, sea_burial_day: Day) -> Flag:
    """The ashes of a person who died were scattered by the benefit day."""
    return death_day <= sea_burial_day and sea_burial_day <= benefit_day


@rule(
    zh="撒海免费随行亲属人数",
    en="Relatives who come along without a fare",
    cites=SEA_2015,
    dated_by="sea_burial_day",
    confidence="source",
)
def sea_burial_free_relatives(
    sea_burial_free: Flag, sea_burial_relatives: Count, sea_burial_relatives_most: Count
) -> Count:
    """Those who come, at most two, from 2015 six."""
    if not sea_burial_free:
        return 0
    return min(sea_burial_relatives, sea_burial_relatives_most)


@rule(
    zh="骨灰撒海补贴",
    en="Sea burial subsidy",
    cites=SEA_2015,
    dated_by="sea_burial_day",
    confidence="source",
    note="the reports name no further condition; the days are approx",
    pays=Pays.ONCE,
)
def sea_burial_subsidy(sea_burial_free: Flag, sea_burial_subsidy_standard: Fen) -> Fen:
    """A fixed amount for each scattering."""
    return sea_burial_subsidy_standard if sea_burial_free else 0
