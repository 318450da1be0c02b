"""A death at work: funeral grant, death grant, the allowances of dependants."""

from __future__ import annotations

from shebao.law.insurance.injury.rules import ORDER_2004, ORDER_2011, REGULATION
from shebao.law.insurance.survivors.facts import SurvivorScheme
from shebao.rules.declare import Group, Input, Pays, Reason, refuse, rule
from shebao.rules.kinds import ONE4, Code, Day, Fen, Flag, Members, Ratio4, Yearly
from shebao.rules.language import half_up_to_fen, month_index, within, year_of

DEPENDANTS = Group("dependants_of_deceased", "因工死亡职工供养亲属", "Dependants of a worker who died at work")
MOST: Fen = 10**10

DEATH_GRANT_BEFORE_2011 = Reason(
    "DEATH_GRANT_BEFORE_2011_NOT_KNOWN",
    "2011年以前的一次性工亡补助金为48至60个月社平工资，北京的月数待核实",
    "The death grant before 2011 was 48 to 60 months of the citywide wage; Beijing's months are not at hand",
)


class DependantRelation(Code):
    """What a dependant was to the deceased."""

    NONE = 0, "非供养亲属", "no dependant"
    SPOUSE = 1, "配偶", "spouse"
    OTHER = 2, "其他亲属", "other relative"
    LONE = 3, "孤寡老人或孤儿", "elder left alone, or orphan"


INPUTS = [
    Input(
        "dependant_relation",
        DependantRelation,
        "与因工死亡职工的关系",
        "Relation to the deceased worker",
        missing=DependantRelation.NONE,
    ),
    Input(
        "deceased_wage",
        Fen,
        "因工死亡职工本人工资",
        "Own wage of the deceased",
        high=10**8,
        missing=0,
        of="dependants_of_deceased",
    ),
]


@rule(
    zh="遗属可从工伤保险领取",
    en="The survivors are paid by the injury insurance",
    cites="社会保险法 第49条",
    note="survivors choose one insurance",
)
def injury_survivors_eligible(
    benefit_day: Day, death_day: Day, died_of_injury: Flag, survivors_scheme: SurvivorScheme
) -> Flag:
    """After a death from the injury, unless another insurance pays the survivors."""
    if benefit_day < death_day or not died_of_injury:
        return False
    return survivors_scheme == SurvivorScheme.INJURY


@rule(
    zh="工伤丧葬补助金",
    en="Funeral grant of the injury insurance",
    cites=f"{REGULATION} 第39条",
    dated_by="death_day",
    formula="6 × 上年度社平月工资",
    pays=Pays.ONCE,
)
def injury_funeral_grant(death_day: Day, injury_survivors_eligible: Flag, average_wage_monthly: Yearly[Fen]) -> Fen:
    """Six months of last year's citywide wage."""
    if not injury_survivors_eligible:
        return 0
    return 6 * average_wage_monthly[year_of(death_day) - 1]


@rule(
    variable="injury_death_grant",
    zh="一次性工亡补助金",
    en="Death grant",
    cites=f"{ORDER_2004} 第37条",
    until="2010-12-31",
    dated_by="death_day",
    pays=Pays.ONCE,
)
def injury_death_grant_before_2011(injury_survivors_eligible: Flag) -> Fen:
    """The months are not at hand."""
    if not injury_survivors_eligible:
        return 0
    refuse(DEATH_GRANT_BEFORE_2011)


@rule(
    zh="一次性工亡补助金",
    en="Death grant",
    cites=f"{ORDER_2011} 第39条",
    since="2011-01-01",
    dated_by="death_day",
    formula="20 × 上年度全国城镇居民人均可支配收入",
    pays=Pays.ONCE,
)
def injury_death_grant(
    death_day: Day, injury_survivors_eligible: Flag, national_urban_disposable_income: Yearly[Fen]
) -> Fen:
    """Twenty times last year's national urban disposable income a head."""
    if not injury_survivors_eligible:
        return 0
    return 20 * national_urban_disposable_income[year_of(death_day) - 1]


@rule(
    zh="供养亲属抚恤金合计比例",
    en="Shares of all dependants",
    cites=f"{REGULATION} 第39条",
    of=DEPENDANTS,
    formula="配偶40%，其他亲属30%，孤寡老人或孤儿加10%",
)
def dependants_share(
    dependant_relation: Members[DependantRelation],
    dependant_share_spouse: Ratio4,
    dependant_share_other: Ratio4,
    dependant_share_lone: Ratio4,
) -> Ratio4:
    """The sum over the dependants."""
    total = 0
    for k in range(len(dependant_relation)):
        if dependant_relation[k] == DependantRelation.SPOUSE:
            total += dependant_share_spouse
        elif dependant_relation[k] == DependantRelation.OTHER:
            total += dependant_share_other
        elif dependant_relation[k] == DependantRelation.LONE:
            total += dependant_share_other + dependant_share_lone
    return within(total, 0, 1_000_000)


@rule(
    zh="供养亲属抚恤金（全部亲属）",
    en="Dependants' allowances together, per month",
    cites=f"{REGULATION} 第39条",
    of=DEPENDANTS,
    formula="本人工资 × min(合计比例, 100%)",
    note="all together at most the own wage; rounded half up to fen once, for the group",
)
def injury_dependants_allowance(deceased_wage: Fen, dependants_share: Ratio4) -> Fen:
    """The own wage by the shares, at most the whole of it."""
    return within(half_up_to_fen(deceased_wage * min(dependants_share, ONE4), ONE4), 0, MOST)


@rule(
    zh="供养亲属抚恤金",
    en="Dependant's allowance, per month",
    cites=f"{REGULATION} 第39条",
    formula="本人工资 × 比例 ÷ max(合计比例, 100%)",
    note="shares over the own wage in all are scaled; each is rounded half up to fen (a reading), so that the "
    "parts may differ by fen from the sum of the group; the rises of each year are not at hand",
    confidence="approx",
    pays=Pays.MONTHLY,
)
def injury_dependant_allowance(
    benefit_day: Day,
    death_day: Day,
    dependant_relation: DependantRelation,
    deceased_wage: Fen,
    dependants_share: Ratio4,
    dependant_share_spouse: Ratio4,
    dependant_share_other: Ratio4,
    dependant_share_lone: Ratio4,
) -> Fen:
    """The own part of what the dependants get; nobody who is no dependant is asked for the deceased."""
    if dependant_relation == DependantRelation.NONE or month_index(benefit_day) > month_index(death_day):
        return 0
    if dependant_relation == DependantRelation.SPOUSE:
        share = dependant_share_spouse
    elif dependant_relation == DependantRelation.LONE:
        share = dependant_share_other + dependant_share_lone
    else:
        share = dependant_share_other
    return within(half_up_to_fen(deceased_wage * share, max(dependants_share, ONE4)), 0, MOST)
