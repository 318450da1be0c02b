"""The family that applies for a home (住房保障申请家庭): what it has, what it rents, where it stands in the queue."""

from __future__ import annotations

from shebao.rules.declare import Group, Input
from shebao.rules.kinds import LAST_DAY, Code, Count, Day, Fen, Flag, Ratio4, Years

MOST_MONEY = 10**11  # fen: a thousand million yuan
MOST_RENT = 10**8  # fen a month: a million yuan
MOST_AREA: Ratio4 = 10_000_000  # a thousand square metres

HOUSING_APPLICANTS = Group("housing_applicants", "住房保障申请家庭", "Family that applies for a home")


class HousingApplicant(Code):
    """As what the family applies."""

    NONE = 0, "未申请", "has not applied"
    LOCAL = 1, "本市城镇户籍家庭", "family with an urban hukou of this city"
    NEW_WORKER = 2, "新就业职工", "newly employed worker"
    OUTSIDER = 3, "外省市来京稳定就业人员", "worker from another place with steady work"


class HousingProgramme(Code):
    """The programme that the family was approved for, and in whose order it waits."""

    NONE = 0, "未备案", "none"
    LOW_RENT = 1, "廉租住房", "low-rent home"
    AFFORDABLE = 2, "经济适用住房", "affordable home"
    PRICE_LIMITED = 3, "限价商品住房", "price-limited home"
    PUBLIC_RENTAL = 4, "公共租赁住房", "public rental home"


class HousingTenure(Code):
    """What the family rents now."""

    NONE = 0, "无", "none"
    PUBLIC_RENTAL = 1, "公共租赁住房", "public rental home"
    MARKET = 2, "市场租赁住房", "a home on the market"


GROUP = "housing_applicants"


def _money(name: str, zh: str, en: str, note: str = "", high: int = MOST_MONEY) -> Input:
    return Input(name, Fen, zh, en, high=high, missing=0, of=GROUP, note=note)


def _flag(name: str, zh: str, en: str, note: str = "") -> Input:
    return Input(name, Flag, zh, en, missing=False, of=GROUP, note=note)


def _area(name: str, zh: str, en: str, note: str = "") -> Input:
    return Input(name, Ratio4, zh, en, high=MOST_AREA, missing=0, of=GROUP, note=note or "square metres")


def _day(name: str, zh: str, en: str) -> Input:
    return Input(name, Day, zh, en, missing=LAST_DAY, of=GROUP)


INPUTS = [
    Input(
        "housing_applicant", HousingApplicant, "住房申请人类别", "Applies as", missing=HousingApplicant.NONE, of=GROUP
    ),
    _day("housing_application_day", "住房保障申请日期", "Day of the application"),
    Input(
        "housing_hukou_years",
        Years,
        "申请人取得本市城镇户籍年数",
        "Years of an urban hukou of this city",
        high=150,
        missing=0,
        of=GROUP,
    ),
    _area(
        "housing_usable_area", "住房使用面积合计", "Usable area of all homes in the city", "square metres; 0: no home"
    ),
    _money("housing_income_year", "家庭年收入", "Income of the family per year", "as last reviewed"),
    _money("housing_deposits", "存款", "Deposits"),
    _money("housing_securities", "有价证券", "Securities"),
    _money("housing_cars", "机动车价值", "Value of cars"),
    _money("housing_houses", "房产价值", "Value of houses"),
    _money("housing_debts", "债务", "Debts"),
    _flag("housing_couple", "两人家庭为夫妻", "A family of two is a couple"),
    _flag("housing_no_children", "老年人无子女", "The elders have no children"),
    _flag("housing_veteran_family", "优抚家庭", "Family of a veteran in special care"),
    _flag("housing_relocated", "拆迁家庭", "Relocated family", "its home is taken for a public project"),
    Input(
        "housing_approved",
        HousingProgramme,
        "备案资格",
        "Approved for",
        missing=HousingProgramme.NONE,
        of=GROUP,
    ),
    Input("housing_refusals", Count, "放弃选房次数", "Homes refused", high=100, missing=0, of=GROUP),
    _day("housing_last_refusal_day", "最近一次放弃选房日期", "Day of the last refusal"),
    Input("housing_tenure", HousingTenure, "租住", "Rents", missing=HousingTenure.NONE, of=GROUP),
    _day("housing_lease_start", "租赁合同起始日期", "First day of the lease"),
    _day("housing_lease_end", "租赁合同终止日期", "Last day of the lease"),
    _day("housing_review_day", "最近一次资格复核日期", "Day of the last review"),
    _money("housing_rent", "月租金", "Rent per month", high=MOST_RENT),
    _money("housing_standard_rent", "项目租金标准（每平方米每月）", "Rent per square metre a month", high=10**6),
    _area("housing_building_area", "租住房屋建筑面积", "Building area of the rented home"),
]
