"""What follows the average wage, the minimum wage and national incomes."""

from __future__ import annotations

from shebao.law.assistance.destitute.facts import SelfCare
from shebao.law.insurance.injury.facts import CareDependence
from shebao.law.insurance.unemployment.facts import UnemploymentTier
from shebao.law.linkage.facts import STANDARDS
from shebao.rules.declare import Reason, refuse, rule
from shebao.rules.kinds import ONE4, Count, Fen, Flag, Ratio4, Table
from shebao.rules.language import half_up_to_fen, half_up_to_yuan, helper

BASES = "京劳社保发〔2008〕237号、京社保发〔2009〕24号及年度通知"
UNEMPLOYMENT = "北京市人民政府令第38号（第190号修改）第19条"
INJURY = "工伤保险条例 国务院令第375号、第586号"
SPREAD = "the law sets it above the minimum living standard and below the minimum wage; the grid is approx, a yearly "
NOTICE_SETS = SPREAD + "notice sets the amounts"
WAGES_NOT_STATED = Reason(
    "WAGES_NOT_STATED",
    "2011年以前一次性工亡补助金的月数由本市在48至60个月间确定，法规库没有",
    "Before 2011 the city set the months of the grant within 48 to 60, and its number is not at hand",
)


@helper
def share(amount: Fen, ratio: Ratio4) -> Fen:
    """So much of an amount, to fen half up."""
    return half_up_to_fen(amount * ratio, ONE4)


@helper
def share_in_yuan(amount: Fen, ratio: Ratio4) -> Fen:
    """So much of an amount, to yuan half up."""
    return half_up_to_yuan(amount * ratio, ONE4)


@rule(
    zh="下年度缴费基数上限",
    en="Next cap of the contribution base",
    cites=BASES,
    of=STANDARDS,
    confidence="source",
    formula="月平均工资 × 300%",
    note="in whole yuan",
)
def next_contribution_cap(next_average_wage: Fen, link_base_cap: Ratio4) -> Fen:
    """Three average wages."""
    return share_in_yuan(next_average_wage, link_base_cap)


@rule(
    zh="下年度医疗、工伤、生育缴费基数下限",
    en="Next floor of the contribution base, medical, injury, maternity",
    cites=BASES,
    of=STANDARDS,
    formula="月平均工资 × 60%",
    confidence="approx",
    note="in whole yuan; the floor of pension and unemployment is announced and not computed here",
)
def next_contribution_floor(next_average_wage: Fen, link_base_floor: Ratio4) -> Fen:
    """60 % of the average wage."""
    return share_in_yuan(next_average_wage, link_base_floor)


@rule(
    zh="失业保险金联动（满1年）",
    en="Next unemployment benefit, from 1 year",
    cites=UNEMPLOYMENT,
    of=STANDARDS,
    confidence="approx",
    note=NOTICE_SETS,
)
def next_unemployment_1(next_minimum_wage: Fen, link_unemployment: Table[Ratio4]) -> Fen:
    """The tier's share of the minimum wage, in yuan."""
    return share_in_yuan(next_minimum_wage, link_unemployment[UnemploymentTier.FROM_1])


@rule(
    zh="失业保险金联动（满5年）",
    en="Next unemployment benefit, from 5 years",
    cites=UNEMPLOYMENT,
    of=STANDARDS,
    confidence="approx",
    note=NOTICE_SETS,
)
def next_unemployment_5(next_minimum_wage: Fen, link_unemployment: Table[Ratio4]) -> Fen:
    """The tier's share of the minimum wage, in yuan."""
    return share_in_yuan(next_minimum_wage, link_unemployment[UnemploymentTier.FROM_5])


@rule(
    zh="失业保险金联动（满10年）",
    en="Next unemployment benefit, from 10 years",
    cites=UNEMPLOYMENT,
    of=STANDARDS,
    confidence="approx",
    note=NOTICE_SETS,
)
def next_unemployment_10(next_minimum_wage: Fen, link_unemployment: Table[Ratio4]) -> Fen:
    """The tier's share of the minimum wage, in yuan."""
    return share_in_yuan(next_minimum_wage, link_unemployment[UnemploymentTier.FROM_10])


@rule(
    zh="失业保险金联动（满15年）",
    en="Next unemployment benefit, from 15 years",
    cites=UNEMPLOYMENT,
    of=STANDARDS,
    confidence="approx",
    note=NOTICE_SETS,
)
def next_unemployment_15(next_minimum_wage: Fen, link_unemployment: Table[Ratio4]) -> Fen:
    """The tier's share of the minimum wage, in yuan."""
    return share_in_yuan(next_minimum_wage, link_unemployment[UnemploymentTier.FROM_15])


@rule(
    zh="失业保险金联动（满20年）",
    en="Next unemployment benefit, from 20 years",
    cites=UNEMPLOYMENT,
    of=STANDARDS,
    confidence="approx",
    note=NOTICE_SETS,
)
def next_unemployment_20(next_minimum_wage: Fen, link_unemployment: Table[Ratio4]) -> Fen:
    """The tier's share of the minimum wage, in yuan."""
    return share_in_yuan(next_minimum_wage, link_unemployment[UnemploymentTier.FROM_20])


@rule(
    zh="失业保险金在法定区间内",
    en="The unemployment benefit keeps between its bounds",
    cites=UNEMPLOYMENT,
    of=STANDARDS,
    confidence="approx",
)
def next_unemployment_in_bounds(
    next_minimum_wage: Fen, next_minimum_living_standard: Fen, next_unemployment_1: Fen, next_unemployment_20: Fen
) -> Flag:
    """The lowest tier is above the minimum living standard, the highest below the minimum wage; no if not given."""
    if next_minimum_wage == 0 or next_minimum_living_standard == 0:
        return False
    return next_unemployment_1 > next_minimum_living_standard and next_unemployment_20 < next_minimum_wage


@rule(
    zh="农民合同制工人一次性生活补助月标准",
    en="Next lump-sum subsidy of contract workers from the country, for each year",
    cites="北京市人民政府令第38号（第190号修改）第22条",
    of=STANDARDS,
    confidence="approx",
    formula="最低工资 × 40%",
)
def next_rural_worker_subsidy(next_minimum_wage: Fen, rural_lump_sum_share: Ratio4) -> Fen:
    """40 % of the minimum wage."""
    return share(next_minimum_wage, rural_lump_sum_share)


@rule(zh="一至四级伤残津贴下限", en="Next least allowance of injury grades 1 to 4", cites=INJURY, of=STANDARDS)
def next_injury_allowance_least(next_minimum_wage: Fen) -> Fen:
    """The minimum wage."""
    return next_minimum_wage


@rule(zh="生活完全不能自理护理费", en="Next care pay of an injury, full", cites=INJURY, of=STANDARDS)
def next_injury_care_full(next_average_wage: Fen, injury_care_share: Table[Ratio4]) -> Fen:
    """Half the average wage."""
    return share(next_average_wage, injury_care_share[CareDependence.FULLY])


@rule(zh="生活大部分不能自理护理费", en="Next care pay of an injury, most", cites=INJURY, of=STANDARDS)
def next_injury_care_most(next_average_wage: Fen, injury_care_share: Table[Ratio4]) -> Fen:
    """40 % of the average wage."""
    return share(next_average_wage, injury_care_share[CareDependence.MOSTLY])


@rule(zh="生活部分不能自理护理费", en="Next care pay of an injury, part", cites=INJURY, of=STANDARDS)
def next_injury_care_part(next_average_wage: Fen, injury_care_share: Table[Ratio4]) -> Fen:
    """30 % of the average wage."""
    return share(next_average_wage, injury_care_share[CareDependence.PARTLY])


@rule(zh="工亡丧葬补助金", en="Next funeral grant of a work death", cites=INJURY, of=STANDARDS)
def next_injury_funeral(next_average_wage: Fen, link_injury_funeral: Count) -> Fen:
    """Six average monthly wages."""
    return next_average_wage * link_injury_funeral


@rule(
    variable="next_work_death_grant",
    zh="一次性工亡补助金",
    en="Next grant of a work death",
    cites="工伤保险条例 国务院令第375号",
    until="2010-12-31",
    of=STANDARDS,
)
def next_work_death_grant_2004(next_average_wage: Fen) -> Fen:
    """48 to 60 average wages by the city's choice, which is not at hand."""
    if next_average_wage == 0:
        return 0
    refuse(WAGES_NOT_STATED)


@rule(
    variable="next_work_death_grant",
    zh="一次性工亡补助金",
    en="Next grant of a work death",
    cites="工伤保险条例 国务院令第586号 第39条",
    since="2011-01-01",
    of=STANDARDS,
    formula="上年全国城镇居民人均可支配收入 × 20",
)
def next_work_death_grant_2011(next_national_income: Fen, link_work_death_incomes: Count) -> Fen:
    """Twenty national urban incomes."""
    return next_national_income * link_work_death_incomes


@rule(
    variable="next_martyr_award",
    zh="烈士褒扬金",
    en="Next award of martyrs",
    cites="烈士褒扬条例 2011-08-01",
    until="2011-07-31",
    of=STANDARDS,
)
def next_martyr_award_none() -> Fen:
    """The award began on 2011-08-01."""
    return 0


@rule(
    variable="next_martyr_award",
    zh="烈士褒扬金",
    en="Next award of martyrs",
    cites="烈士褒扬条例 2011-08-01",
    since="2011-08-01",
    of=STANDARDS,
    formula="上年全国城镇居民人均可支配收入 × 30",
)
def next_martyr_award_2011(next_national_income: Fen, link_martyr_incomes: Count) -> Fen:
    """Thirty national urban incomes."""
    return next_national_income * link_martyr_incomes


@rule(
    variable="next_low_income_line",
    zh="低收入家庭认定标准",
    en="Next low-income line",
    cites="京民救发〔2009〕443号",
    until="2018-12-31",
    of=STANDARDS,
    confidence="approx",
    note="about 1.7 of the urban minimum living standard (2010: 731 to 430)",
)
def next_low_income_line_2009(next_minimum_living_standard: Fen, link_low_income: Ratio4) -> Fen:
    """1.7 minimum living standards, in yuan."""
    if next_minimum_living_standard == 0:
        return 0
    return share_in_yuan(next_minimum_living_standard, link_low_income)


@rule(
    variable="next_low_income_line",
    zh="低收入家庭认定标准",
    en="Next low-income line",
    cites="京民社救发〔2018〕445号",
    since="2019-01-01",
    of=STANDARDS,
    confidence="source",
)
def next_low_income_line_2019(next_minimum_wage: Fen) -> Fen:
    """The minimum wage."""
    return next_minimum_wage


@rule(
    zh="特困人员半护理照料标准",
    en="Next care of the destitute, partly dependent",
    cites="京民社救发〔2017〕24号",
    of=STANDARDS,
    confidence="source",
)
def next_destitute_care_partly(next_minimum_wage: Fen, destitute_care_ratio: Table[Ratio4]) -> Fen:
    """40 % of the minimum wage."""
    return 0 if next_minimum_wage == 0 else share(next_minimum_wage, destitute_care_ratio[SelfCare.PARTLY])


@rule(
    zh="特困人员自理照料标准",
    en="Next care of the destitute, self-reliant",
    cites="京民社救发〔2017〕24号",
    of=STANDARDS,
    confidence="source",
)
def next_destitute_care_self(next_minimum_wage: Fen, destitute_care_ratio: Table[Ratio4]) -> Fen:
    """20 % of the minimum wage."""
    return 0 if next_minimum_wage == 0 else share(next_minimum_wage, destitute_care_ratio[SelfCare.ABLE])


@rule(
    zh="特困人员全护理照料标准",
    en="Next care of the destitute, fully dependent",
    cites="京民社救发〔2017〕24号",
    of=STANDARDS,
    confidence="source",
)
def next_destitute_care_fully(next_minimum_wage: Fen, destitute_care_ratio: Table[Ratio4]) -> Fen:
    """60 % of the minimum wage."""
    return 0 if next_minimum_wage == 0 else share(next_minimum_wage, destitute_care_ratio[SelfCare.DEPENDENT])
