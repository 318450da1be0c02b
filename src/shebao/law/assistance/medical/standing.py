"""What relief a person has: special assistance (medical, education, heating, temporary) asks for it."""

from __future__ import annotations

from shebao.law.assistance.medical.facts import Standing
from shebao.rules.declare import rule
from shebao.rules.kinds import Flag


@rule(
    zh="救助身份",
    en="Standing in assistance",
    cites="社会救助暂行办法 国务院令第649号",
    confidence="source",
    note="the decree is of 2014-05-01; before it the same order is taken",
)
def assistance_standing(minimum_living_eligible: Flag, low_income_eligible: Flag, destitute_eligible: Flag) -> Standing:
    """Destitute, else on the minimum living allowance, else of a low-income family, else none."""
    if destitute_eligible:
        return Standing.DESTITUTE
    if minimum_living_eligible:
        return Standing.MINIMUM_LIVING
    if low_income_eligible:
        return Standing.LOW_INCOME
    return Standing.NONE
