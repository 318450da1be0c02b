"""What a charge line of a medical bill gives."""

from __future__ import annotations

from shebao.rules.declare import Input
from shebao.rules.kinds import ONE4, Code, Fen, Ratio4

MOST = 10**9  # fen: ten million yuan in one line


class CatalogueClass(Code):
    """医保目录类别 of a drug, an item or a material."""

    A = 1, "甲类", "class A"
    B = 2, "乙类", "class B"
    C = 3, "丙类（目录外）", "class C, outside the catalogue"


INPUTS = [
    Input(
        "line_amount",
        Fen,
        "明细金额",
        "Amount of the line",
        high=MOST,
        note="what is given back is a reversal, not a negative line",
    ),
    Input(
        "line_quantity",
        Ratio4,
        "明细数量",
        "Quantity of the line",
        high=10**10,
        missing=ONE4,
        note="to four decimals",
    ),
    Input(
        "line_price_limit",
        Fen,
        "医保支付限价（每单位）",
        "Price limit for one unit",
        high=MOST,
        missing=0,
        note="empty or 0: no limit",
    ),
    Input("line_class", CatalogueClass, "医保目录类别", "Class in the catalogue"),
    Input(
        "line_first_share_ratio",
        Ratio4,
        "先行自付比例",
        "Ratio of the first share",
        high=ONE4,
        missing=0,
        note="class B only",
    ),
]
