"""What the unemployment insurance asks."""

from __future__ import annotations

from shebao.rules.declare import Input
from shebao.rules.kinds import LAST_DAY, Code, Day, Fen, Flag, Months


class UnemploymentTier(Code):
    """Years paid from which a tier of the benefit is given."""

    FROM_1 = 1, "满1年不满5年", "1 to below 5 years"
    FROM_5 = 2, "满5年不满10年", "5 to below 10 years"
    FROM_10 = 3, "满10年不满15年", "10 to below 15 years"
    FROM_15 = 4, "满15年不满20年", "15 to below 20 years"
    FROM_20 = 5, "满20年", "20 years and more"


INPUTS = [
    Input("employment_end_day", Day, "终止、解除劳动关系日期", "Day employment ended", missing=LAST_DAY),
    Input("unemployment_registered_day", Day, "失业登记日期", "Day registered as unemployed", missing=LAST_DAY),
    Input("left_voluntarily", Flag, "因本人意愿中断就业", "Left of own will", missing=False),
    Input(
        "unemployment_months_paid",
        Months,
        "失业保险累计缴费月数",
        "Months of unemployment contributions",
        high=720,
        missing=0,
        note="since the last benefit was drawn",
    ),
    Input(
        "unemployment_months_kept",
        Months,
        "上次未领完的月数",
        "Months kept from the last time",
        high=24,
        missing=0,
    ),
    Input(
        "unemployment_stop_day",
        Day,
        "停领日期",
        "Day the benefit stops",
        missing=LAST_DAY,
        note="a new job, the army, emigration, or suitable work or training refused without reason",
    ),
    Input(
        "rural_contract_worker",
        Flag,
        "农民合同制工人（本人未缴费）",
        "Rural contract worker who paid nothing himself",
        missing=False,
    ),
    Input(
        "unemployment_medical_expense",
        Fen,
        "领取期间当月医疗费",
        "Medical expenses of the month while drawing",
        high=10**9,
        missing=0,
        note="asked only to 2011-06",
    ),
    Input(
        "employer_unemployment_paid",
        Fen,
        "单位及职工上年度实际缴纳的失业保险费",
        "Unemployment contributions that employer and workers paid in the year before",
        missing=0,
    ),
    Input(
        "keeps_posts",
        Flag,
        "单位符合稳岗条件",
        "The employer keeps its posts, as found by the office",
        missing=False,
    ),
]
