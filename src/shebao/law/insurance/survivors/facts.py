"""Facts about a death."""

from __future__ import annotations

from shebao.rules.declare import Input
from shebao.rules.kinds import Code, Count, Fen


class SurvivorScheme(Code):
    """The insurance from which survivors' benefits may come; they come from one only."""

    NONE = 0, "未领取", "none"
    PENSION = 1, "养老保险", "pension insurance"
    INJURY = 2, "工伤保险", "injury insurance"
    UNEMPLOYMENT = 3, "失业保险", "unemployment insurance"


INPUTS = [
    Input(
        "survivors_claimed_from",
        SurvivorScheme,
        "遗属已申领待遇的险种",
        "Insurance from which the survivors have claimed",
        missing=SurvivorScheme.NONE,
        note="a claim from another insurance than the pension excludes its benefits",
    ),
    Input(
        "dependants",
        Count,
        "供养直系亲属人数",
        "Dependants",
        high=50,
        note="asked only for deaths to 2011-06-30",
    ),
    Input(
        "last_monthly_income",
        Fen,
        "死亡前最后一个月本人工资或养老金",
        "Own wage or pension of the last month",
        high=10**8,
        note="asked only for deaths to 2011-06-30",
    ),
]
