"""The temporary subsidy that is paid while prices rise (社会救助和保障标准与物价上涨挂钩)."""

from __future__ import annotations

from shebao.law.linkage.facts import STANDARDS
from shebao.law.linkage.wages import share
from shebao.rules.declare import Reason, refuse, rule
from shebao.rules.kinds import Count, Fen, Flag, Ratio4

LAW_2011 = "国家发展改革委2011年3月2日通知"
LAW_2014 = "五部门2014年1月31日通知"
LAW_2016 = "发改价格规〔2016〕1835号"
THRESHOLD_NOT_GIVEN = Reason(
    "THRESHOLD_NOT_GIVEN",
    "未录入本市价格补贴启动条件",
    "The city's own threshold of the price subsidy is not given",
)
AMOUNT_NOT_STATED = Reason(
    "AMOUNT_NOT_STATED",
    "2014年以前补贴金额由本市确定，法规库没有",
    "Before 2014 the city set the amount of the price subsidy, and it is not at hand",
)


@rule(
    variable="price_subsidy_due",
    zh="启动价格临时补贴",
    en="The price subsidy is due",
    cites=LAW_2011,
    until="2011-03-01",
    of=STANDARDS,
)
def price_subsidy_due_none() -> Flag:
    """The link began with the notice of 2011-03-02."""
    return False


@rule(
    variable="price_subsidy_due",
    zh="启动价格临时补贴",
    en="The price subsidy is due",
    cites=LAW_2011,
    since="2011-03-02",
    until="2014-01-30",
    of=STANDARDS,
    confidence="source",
    note="each place sets a threshold; this city's is not at hand and is given",
)
def price_subsidy_due_2011(consumer_price_rise: Ratio4, price_threshold: Ratio4) -> Flag:
    """Consumer prices rise by the city's own threshold."""
    if consumer_price_rise <= 0:
        return False
    if price_threshold <= 0:
        refuse(THRESHOLD_NOT_GIVEN)
    return consumer_price_rise >= price_threshold


@rule(
    variable="price_subsidy_due",
    zh="启动价格临时补贴",
    en="The price subsidy is due",
    cites=LAW_2014,
    since="2014-01-31",
    until="2016-08-31",
    of=STANDARDS,
    confidence="source",
    note="the city chooses 3 to 4 %, and its choice is given; a choice outside is held to these bounds",
)
def price_subsidy_due_2014(
    consumer_price_rise: Ratio4,
    grain_price_rise: Ratio4,
    price_rise_months: Count,
    price_threshold: Ratio4,
    link_price_lowest: Ratio4,
    link_price_highest: Ratio4,
    link_price_grain: Ratio4,
    link_price_months: Count,
) -> Flag:
    """For three months in a row, consumer prices at the city's threshold or grain 10 % up."""
    if price_rise_months < link_price_months:
        return False
    if grain_price_rise >= link_price_grain or consumer_price_rise >= link_price_highest:
        return True
    if consumer_price_rise < link_price_lowest:
        return False
    if price_threshold <= 0:
        refuse(THRESHOLD_NOT_GIVEN)
    return consumer_price_rise >= price_threshold


@rule(
    variable="price_subsidy_due",
    zh="启动价格临时补贴",
    en="The price subsidy is due",
    cites=LAW_2016,
    since="2016-09-01",
    of=STANDARDS,
    note="the document is of 2016; the day is approx",
)
def price_subsidy_due_2016(
    consumer_price_rise: Ratio4, food_price_rise: Ratio4, link_price_consumer: Ratio4, link_price_food: Ratio4
) -> Flag:
    """In one month, consumer prices 3.5 % up or food 6 %."""
    return consumer_price_rise >= link_price_consumer or food_price_rise >= link_price_food


@rule(
    variable="price_subsidy_per_head",
    zh="价格临时补贴人均标准",
    en="Price subsidy per head and month",
    cites=LAW_2011,
    until="2014-01-30",
    of=STANDARDS,
    confidence="source",
)
def price_subsidy_per_head_2011(price_subsidy_due: Flag, price_subsidy_base: Fen) -> Fen:
    """Nothing while no subsidy is due; the amount is not stated."""
    if price_subsidy_base == 0 or not price_subsidy_due:
        return 0
    refuse(AMOUNT_NOT_STATED)


@rule(
    variable="price_subsidy_per_head",
    zh="价格临时补贴人均标准",
    en="Price subsidy per head and month",
    cites=LAW_2014 + "、" + LAW_2016,
    since="2014-01-31",
    of=STANDARDS,
    formula="保障标准 × SCPI同比涨幅",
    confidence="approx",
    note="the formula is of 2016 and taken for 2014 too; half up to fen is approx; paid by the quarter in 2014",
)
def price_subsidy_per_head_2014(price_subsidy_due: Flag, price_subsidy_base: Fen, low_income_price_rise: Ratio4) -> Fen:
    """The standard times the rise of the low-income price index; nothing when that index falls."""
    if not price_subsidy_due or low_income_price_rise <= 0:
        return 0
    return share(price_subsidy_base, low_income_price_rise)
