"""A law of three benefits, of which one takes the place of another: for the tests of lives and of what-if."""

from __future__ import annotations

import sys

from shebao.rules.declare import Group, Input, Pays, rule
from shebao.rules.kinds import Code, Day, Fen, Flag, Members
from shebao.rules.language import age_on
from shebao.rules.law import Law

HOME = Group("home", "家", "Home", alone=True)


class Exclusion(Code):
    NONE = 0, "不排除", "not excluded"
    AID = 1, "已享受救助", "has aid"


class Health(Code):
    WELL = 0, "健康", "well"
    ILL = 1, "患病", "ill"


INPUTS = [
    Input("birth_day", Day, "出生日期", "Day of birth"),
    Input("income", Fen, "收入", "Income", high=10**8, missing=0),
    Input("health", Health, "健康状况", "Health"),
    Input("rent", Fen, "租金", "Rent", high=10**8, missing=0, of="home"),
]


@rule(zh="救助", en="Aid", cites="甲〔2010〕1号", of=HOME, pays=Pays.MONTHLY)
def aid(income: Members[Fen], rent: Fen) -> Fen:
    """500 yuan a head less income, and the rent."""
    total = 0
    for k in range(len(income)):
        total = total + income[k]
    return max(0, 50_000 * len(income) - total) + min(rent, 10_000)


@rule(zh="高龄津贴（自身条件）", en="Age allowance by own conditions", cites="乙〔2010〕2号")
def age_allowance_entitlement(birth_day: Day, benefit_day: Day) -> Fen:
    """100 yuan from 80."""
    if age_on(birth_day, benefit_day) < 80:
        return 0
    return 10_000


@rule(zh="高龄津贴的排除", en="What excludes the age allowance", cites="乙〔2010〕2号")
def age_allowance_exclusion(aid: Fen) -> Exclusion:
    """Aid takes its place."""
    return Exclusion.AID if aid > 0 else Exclusion.NONE


@rule(zh="高龄津贴", en="Age allowance", cites="乙〔2010〕2号", pays=Pays.MONTHLY)
def age_allowance(age_allowance_entitlement: Fen, age_allowance_exclusion: Exclusion) -> Fen:
    """Unless excluded."""
    if age_allowance_exclusion != Exclusion.NONE:
        return 0
    return age_allowance_entitlement


@rule(zh="体检", en="Check-up", cites="丙〔2010〕3号", pays=Pays.SERVICE)
def check_up(health: Health) -> Flag:
    """For the ill."""
    return health == Health.ILL


LAW = Law.of([sys.modules[__name__]], {})
