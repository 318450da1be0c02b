"""采暖救助: that it exists is known, its amounts are not."""

from __future__ import annotations

from shebao.law.assistance.medical.facts import Standing
from shebao.law.assistance.temporary.facts import Heating
from shebao.law.city.household import HOUSEHOLD
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import Fen, Flag, Members

CITES = "京民社救发〔2017〕24号"

HEATING_AID_AMOUNT_UNKNOWN = Reason(
    "HEATING_AID_AMOUNT_UNKNOWN",
    "采暖救助（燃煤自采暖、集中供热、清洁能源自采暖）的标准未查到",
    "The amounts of heating assistance (coal, central heating, clean energy) were not found",
)


@rule(
    zh="符合采暖救助条件",
    en="Entitled to heating assistance",
    cites=CITES,
    of=HOUSEHOLD,
    confidence="source",
    note="the document is of 2017; before it the same families are taken",
)
def heating_assistance_eligible(heating_claimed: Heating, assistance_standing: Members[Standing]) -> Flag:
    """Claimed, and a member is on minimum living or destitute."""
    if heating_claimed == Heating.NONE:
        return False
    for k in range(len(assistance_standing)):
        if assistance_standing[k] == Standing.MINIMUM_LIVING or assistance_standing[k] == Standing.DESTITUTE:
            return True
    return False


@rule(zh="采暖救助", en="Heating assistance", cites=CITES, of=HOUSEHOLD, confidence="source", pays=Pays.YEARLY)
def heating_assistance(heating_assistance_eligible: Flag) -> Fen:
    """Its amounts are not at hand."""
    if not heating_assistance_eligible:
        return 0
    refuse(HEATING_AID_AMOUNT_UNKNOWN)
