"""What follows the minimum living standard and consumption, and veterans' raises."""

from __future__ import annotations

from shebao.law.linkage.facts import STANDARDS
from shebao.law.linkage.wages import share
from shebao.rules.declare import rule
from shebao.rules.kinds import ONE4, YEAR_MONTHS, Count, Day, Fen, Months, Ratio4, Yearly
from shebao.rules.language import half_up, half_up_to_fen, number, year_of

DESTITUTE = "京民社救发〔2017〕24号"
TEMPORARY = "京民社救发〔2020〕86号"
VETERANS = "优抚对象抚恤补助标准年度通知"
TEN_YUAN = 1000  # fen


@rule(
    zh="特困人员基本生活标准",
    en="Next basic living of the destitute",
    cites=DESTITUTE,
    of=STANDARDS,
    confidence="source",
    formula="低保标准 × 1.5",
)
def next_destitute_basic(next_minimum_living_standard: Fen, destitute_basic_multiple: Ratio4) -> Fen:
    """One and a half minimum living standards."""
    return 0 if next_minimum_living_standard == 0 else share(next_minimum_living_standard, destitute_basic_multiple)


@rule(
    zh="特困人员人均供养标准下限",
    en="Next least support of the destitute in all",
    cites=DESTITUTE,
    of=STANDARDS,
    confidence="source",
    formula="max(基本生活＋自理照料, 上年人均消费支出 ÷ 12)",
)
def next_destitute_least(next_destitute_basic: Fen, next_destitute_care_self: Fen, next_consumption_year: Fen) -> Fen:
    """Not below last year's consumption of a resident."""
    consumption = half_up_to_fen(next_consumption_year, number(YEAR_MONTHS))
    return max(next_destitute_basic + next_destitute_care_self, consumption)


@rule(
    zh="急难型临时救助人均限额",
    en="Next limit of emergency assistance per person",
    cites=TEMPORARY,
    of=STANDARDS,
    confidence="source",
)
def next_emergency_limit(next_minimum_living_standard: Fen, temporary_emergency_months: Months) -> Fen:
    """Three standards."""
    return 0 if next_minimum_living_standard == 0 else next_minimum_living_standard * number(temporary_emergency_months)


@rule(
    zh="支出型临时救助限额",
    en="Next limit of assistance with expenditure",
    cites=TEMPORARY,
    of=STANDARDS,
    confidence="source",
)
def next_expenditure_limit(next_minimum_living_standard: Fen, temporary_spending_months: Months) -> Fen:
    """Twenty-four standards."""
    return 0 if next_minimum_living_standard == 0 else next_minimum_living_standard * number(temporary_spending_months)


@rule(
    zh="区级临时救助备用金",
    en="Next fund of temporary assistance of a district",
    cites=TEMPORARY,
    of=STANDARDS,
    confidence="source",
    formula="(低保＋低收入人数) × 低保标准 × 12 × 5%",
)
def next_temporary_fund(next_minimum_living_standard: Fen, assisted_people: Count, link_temporary_fund: Ratio4) -> Fen:
    """5 % of a year's standard for each person on minimum living allowance or low income."""
    if next_minimum_living_standard == 0 or assisted_people == 0:
        return 0
    return half_up_to_fen(next_minimum_living_standard * assisted_people * 12 * link_temporary_fund, ONE4)


@rule(
    variable="next_unsupported_child",
    zh="事实无人抚养儿童生活费",
    en="Next allowance of unsupported children",
    cites="京民福发〔2016〕228号",
    until="2019-06-30",
    of=STANDARDS,
    confidence="source",
    note="announced; nothing ties it to the orphans' allowance before 2019-07-01",
)
def next_unsupported_child_2016(next_unsupported_child_given: Fen) -> Fen:
    """As announced."""
    return next_unsupported_child_given


@rule(
    variable="next_unsupported_child",
    zh="事实无人抚养儿童生活费",
    en="Next allowance of unsupported children",
    cites="京社委儿福发〔2019〕36号",
    since="2019-07-01",
    of=STANDARDS,
    confidence="source",
)
def next_unsupported_child_2019(next_orphan_standard: Fen) -> Fen:
    """The orphans' allowance."""
    return next_orphan_standard


@rule(
    zh="低保家庭重病残疾儿童生活费",
    en="Next allowance of sick or disabled children of poor families",
    cites="京民福发〔2016〕228号、京民发〔2026〕2号",
    of=STANDARDS,
    confidence="source",
    formula="事实无人抚养儿童标准 × 40%",
)
def next_poor_sick_child(next_unsupported_child: Fen, link_poor_sick_child: Ratio4) -> Fen:
    """40 % of the allowance of unsupported children."""
    return 0 if next_unsupported_child == 0 else share(next_unsupported_child, link_poor_sick_child)


@rule(
    zh="优抚标准年度提高",
    en="Next veterans' standard per year",
    cites=VETERANS,
    of=STANDARDS,
    confidence="source",
    formula="上年标准 × (1＋提高比例)，取整到10元",
    note="disability grade 1 and families of martyrs; other grades are published by table",
)
def next_veteran_standard(
    benefit_day: Day, veteran_standard_year: Fen, veteran_raise_rate: Ratio4, link_veteran_raise: Yearly[Ratio4]
) -> Fen:
    """The standard raised by the year's rate, to the nearest 10 yuan."""
    if veteran_standard_year == 0:
        return 0
    rate = veteran_raise_rate if veteran_raise_rate > 0 else link_veteran_raise[year_of(benefit_day)]
    return half_up(veteran_standard_year * (ONE4 + rate), ONE4 * TEN_YUAN) * TEN_YUAN
