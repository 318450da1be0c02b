"""A year of standards (待遇标准年度): the figures that the standards follow."""

from __future__ import annotations

from shebao.rules.declare import Group, Input
from shebao.rules.kinds import Count, Fen, Ratio4

STANDARDS = Group("standards_year", "待遇标准年度", "Year of standards")
GROUP = "standards_year"
MOST_STANDARD = 10**9  # fen: ten million yuan
MOST_RISE: Ratio4 = 10_000


def _fen(name: str, zh: str, en: str, note: str = "") -> Input:
    return Input(name, Fen, zh, en, high=MOST_STANDARD, missing=0, of=GROUP, note=note or "0: not given")


def _rise(name: str, zh: str, en: str, note: str = "") -> Input:
    return Input(
        name,
        Ratio4,
        zh,
        en,
        low=-MOST_RISE,
        high=MOST_RISE,
        missing=0,
        of=GROUP,
        note=note or "against the same month of the year before; 0: not given, or none",
    )


INPUTS = [
    _fen("next_average_wage", "上一年全市职工月平均工资", "Average monthly wage of the year that is followed"),
    _fen("next_minimum_wage", "月最低工资标准", "Minimum wage per month"),
    _fen("next_minimum_living_standard", "低保标准", "Minimum living standard per month"),
    _fen("next_consumption_year", "上年居民人均消费支出（年）", "Consumption per resident in the last year"),
    _fen("next_national_income", "上年全国城镇居民人均可支配收入（年）", "National urban income per head, last year"),
    _fen("next_orphan_standard", "孤儿基本生活费标准", "Orphans' allowance per month"),
    _fen(
        "next_unsupported_child_given", "事实无人抚养儿童生活费标准", "Allowance of unsupported children, as announced"
    ),
    _fen("veteran_standard_year", "优抚标准（年，调整前）", "Veterans' standard per year before the raise"),
    _rise(
        "veteran_raise_rate",
        "优抚标准提高比例",
        "Raise of veterans' standards",
        "of the year's notice; 0: as the law has it",
    ),
    Input(
        "assisted_people",
        Count,
        "低保和低收入人数",
        "People on minimum living allowance and low income",
        high=10**6,
        missing=0,
        of=GROUP,
    ),
    _rise("consumer_price_rise", "居民消费价格同比涨幅", "Rise of consumer prices over a year"),
    _rise("food_price_rise", "食品价格同比涨幅", "Rise of food prices over a year"),
    _rise("grain_price_rise", "粮食价格同比涨幅", "Rise of grain prices over a year"),
    _rise("low_income_price_rise", "低收入居民生活费用价格指数同比涨幅", "Rise of the low-income price index (SCPI)"),
    Input(
        "price_rise_months",
        Count,
        "涨幅连续达到的月数",
        "Months in a row at such a rise",
        high=1000,
        missing=0,
        of=GROUP,
    ),
    _rise(
        "price_threshold",
        "本市启动价格补贴的涨幅",
        "The city's own threshold of the price subsidy",
        "3 to 4 % by choice of the city (2014); the city's own choice is not at hand; 0: not given",
    ),
    _fen(
        "price_subsidy_base",
        "价格补贴所依据的保障标准",
        "Standard that the price subsidy follows",
        "of the class of people",
    ),
]
