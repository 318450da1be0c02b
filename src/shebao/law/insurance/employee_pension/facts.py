"""Facts that the employee pension reads: the contribution history, the retirement, opening facts."""

from __future__ import annotations

from typing import Annotated, Any

from shebao.rules.declare import Input, Missing
from shebao.rules.kinds import FIRST_YEAR, LAST_DAY, Code, Day, Fen, Flag, Kind, MonthMask, Months, Series, Year

FEN_MONTHS = Kind(
    "fen_months", "元·月", "yuan × months", unit=(("fen", 1), ("month", 1)), scale=100, high=12 * 5 * 10**8
)
FenMonths = Annotated[int, FEN_MONTHS]  # a sum of money times months of interest


class Region(Code):
    """Provinces and cities of that rank, numbered as in GB/T 2260."""

    BEIJING = 11, "北京", "Beijing"
    TIANJIN = 12, "天津", "Tianjin"
    HEBEI = 13, "河北", "Hebei"
    SHANXI = 14, "山西", "Shanxi"
    INNER_MONGOLIA = 15, "内蒙古", "Inner Mongolia"
    LIAONING = 21, "辽宁", "Liaoning"
    JILIN = 22, "吉林", "Jilin"
    HEILONGJIANG = 23, "黑龙江", "Heilongjiang"
    SHANGHAI = 31, "上海", "Shanghai"
    JIANGSU = 32, "江苏", "Jiangsu"
    ZHEJIANG = 33, "浙江", "Zhejiang"
    ANHUI = 34, "安徽", "Anhui"
    FUJIAN = 35, "福建", "Fujian"
    JIANGXI = 36, "江西", "Jiangxi"
    SHANDONG = 37, "山东", "Shandong"
    HENAN = 41, "河南", "Henan"
    HUBEI = 42, "湖北", "Hubei"
    HUNAN = 43, "湖南", "Hunan"
    GUANGDONG = 44, "广东", "Guangdong"
    GUANGXI = 45, "广西", "Guangxi"
    HAINAN = 46, "海南", "Hainan"
    CHONGQING = 50, "重庆", "Chongqing"
    SICHUAN = 51, "四川", "Sichuan"
    GUIZHOU = 52, "贵州", "Guizhou"
    YUNNAN = 53, "云南", "Yunnan"
    TIBET = 54, "西藏", "Tibet"
    SHAANXI = 61, "陕西", "Shaanxi"
    GANSU = 62, "甘肃", "Gansu"
    QINGHAI = 63, "青海", "Qinghai"
    NINGXIA = 64, "宁夏", "Ningxia"
    XINJIANG = 65, "新疆", "Xinjiang"


class ContributionKind(Code):
    """What a row of the contribution history is."""

    PAID = 1, "缴费", "paid"
    DEEMED = 2, "视同缴费", "deemed as paid"
    PAID_LATE = 3, "补缴", "paid late"
    TRANSFERRED = 4, "转入", "transferred in"


class PostClass(Code):
    """The post, or the other ground, that sets the age of retirement."""

    STAFF = 1, "管理和技术岗位", "managerial or technical post"
    WORKER = 2, "工人岗位", "worker's post"
    SPECIAL_TRADE = 3, "特殊工种", "special trade"
    ILLNESS = 4, "因病或非因工致残完全丧失劳动能力", "unable to work through illness or disability"
    FLEXIBLE = 5, "个人参保（灵活就业）", "insured as an individual"


class PensionClass(Code):
    """How a person on a pension left work; it sets the minimum."""

    RETIREMENT = 1, "退休", "retirement"
    RESIGNATION = 2, "退职", "resignation"
    LIVING_SUPPORT = 3, "退养", "living support in place of retirement"


class OldWorker(Code):
    """Workers from before 1949-10-01 on full wages, by the day of joining the revolution."""

    NONE = 0, "不是", "no"
    WAR_OF_RESISTANCE = 1, "1937年7月7日至1945年9月2日参加革命工作", "joined from 1937-07-07 to 1945-09-02"
    WAR_OF_LIBERATION = 2, "1945年9月3日至1949年9月30日参加革命工作", "joined from 1945-09-03 to 1949-09-30"


def _column(
    name: str,
    annotation: Any,
    zh: str,
    en: str,
    high: int | None = None,
    missing: Missing | int = Missing.USE,
    note: str = "",
) -> Input:
    return Input(
        f"contributions_{name}",
        annotation,
        zh,
        en,
        None,
        high,
        missing,
        history="contributions",
        max_length=160,
        note=note,
    )


INPUTS = [
    # one row for each year, region and kind, in the order in which the rows were credited; a row is split at 1998-06-30
    _column("year", Series[Year], "缴费所属年度", "Year the contributions are for", 2150),
    _column("months", Series[MonthMask], "缴费月份", "Months the contributions are for"),
    _column(
        "base",
        Series[Fen],
        "缴费基数合计",
        "Sum of the contribution bases of these months",
        5 * 10**8,
        missing=0,
        note="employers of one month are summed and capped; empty in a deemed row",
    ),
    _column("kind", Series[ContributionKind], "缴费类别", "Kind of contribution"),
    _column("region", Series[Region], "缴费地", "Where the contributions were paid", missing=Region.BEIJING),
    _column(
        "weighted",
        Series[FenMonths],
        "计息基数积数",
        "Contribution bases times months of interest",
        missing=0,
        note="sum over the months of base × (13 - month credited); of a row transferred in: account money received × "
        "(13 - month received); empty in a deemed row",
    ),
    _column(
        "credited",
        Series[Year],
        "记账年度",
        "Year in which the contributions were credited",
        missing=FIRST_YEAR,
        note="empty: the year they are for; of a row paid late or transferred in: the year the money came",
    ),
    _column(
        "account",
        Series[Fen],
        "转入个人账户金额",
        "Account money received with a row transferred in",
        5 * 10**8,
        missing=0,
    ),
    _column(
        "wage",
        Series[Fen],
        "缴费地上年职工年平均工资",
        "Average annual wage, of the year before, where the contributions were paid",
        10**8,
        missing=0,
        note="only of a row transferred in, as the other place certifies it",
    ),
    Input("post_class", PostClass, "退休岗位类别", "Post or ground of retirement"),
    Input(
        "retirement_approved_day",
        Day,
        "核准退休日期",
        "Day of retirement as approved",
        missing=LAST_DAY,
        note="empty: the day of reaching the statutory age with enough years",
    ),
    Input(
        "insurance_start_day",
        Day,
        "参加工作（参保）日期",
        "First day of work or insurance",
        note="of a person moved from government, army or a converted unit: the day of joining the enterprise scheme",
    ),
    Input(
        "unemployment_benefit_months",
        Months,
        "领取失业保险金月数",
        "Months on unemployment benefit from 1992-10",
        0,
        480,
        missing=0,
    ),
    Input("account_opening_day", Day, "个人账户期初余额日期", "Day of the account's opening balance", missing=LAST_DAY),
    Input(
        "account_opening_balance",
        Fen,
        "个人账户期初余额",
        "Account balance at the end of that day, with interest",
        0,
        10**9,
        note="of a 31 December, or of the last day before retirement",
    ),
    Input(
        "account_individual_balance",
        Fen,
        "个人账户个人缴费部分余额",
        "Account balance from own contributions",
        0,
        10**9,
    ),
    Input(
        "account_remaining_balance",
        Fen,
        "领取养老金后个人账户余额",
        "Account balance left after the pensions paid",
        0,
        10**9,
    ),
    Input(
        "moved_from_government",
        Flag,
        "1998年1月1日后由机关、军队或转制单位转入企业",
        "Moved from government, army or a converted unit into an enterprise from 1998-01-01",
        missing=False,
    ),
    Input("government_start_day", Day, "机关事业单位工作起始日期", "First day of work in government, army or unit"),
    Input(
        "compensated_from_day",
        Day,
        "已按京劳社养发〔2002〕27号补偿的起始日期",
        "First day of the years compensated before",
        missing=LAST_DAY,
    ),
    Input(
        "compensated_to_day",
        Day,
        "已按京劳社养发〔2002〕27号补偿的截止日期",
        "Last day of the years compensated before",
        missing=LAST_DAY,
    ),
    Input("refund_requested", Flag, "书面申请终止关系", "Asked in writing for a refund of the account", missing=False),
    Input(
        "pension_opening_day",
        Day,
        "期初基本养老金日期",
        "Day of the opening pension",
        missing=LAST_DAY,
        note="a pension awarded before, or elsewhere, as paid on that day with every adjustment in force",
    ),
    Input("pension_opening_amount", Fen, "期初基本养老金", "Pension per month on that day", 0, 10**8),
    Input(
        "pension_opening_months",
        Months,
        "期初核定缴费月数",
        "Contribution months as recorded with that pension",
        0,
        840,
        note="deemed months too; converted service (折算工龄) not",
    ),
    Input("pension_class", PensionClass, "离岗类别", "How work was left", missing=PensionClass.RETIREMENT),
    Input("land_requisition_worker", Flag, "征地农转工", "Farmer turned worker by land requisition", missing=False),
    Input(
        "pension_special_group",
        Flag,
        "军转干部、原工商业者或高级职称",
        "Former army officer, former businessman or senior title",
        missing=False,
    ),
    Input("old_worker", OldWorker, "建国前老工人", "Worker from before 1949-10-01", missing=OldWorker.NONE),
]
