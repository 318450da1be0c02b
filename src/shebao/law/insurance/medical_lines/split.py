"""The four parts of a charge line."""

from __future__ import annotations

from shebao.law.insurance.medical_lines.facts import CatalogueClass
from shebao.rules.declare import rule
from shebao.rules.kinds import ONE4, Fen, Ratio4
from shebao.rules.language import half_up_to_fen

CATALOGUE = "北京市人民政府令第158号；基本医疗保险药品目录、诊疗项目目录、服务设施范围"


@rule(
    zh="全自费",
    en="Paid in full by the person",
    cites=CATALOGUE,
    confidence="source",
)
def line_own_paid(line_class: CatalogueClass, line_amount: Fen) -> Fen:
    """What is outside the catalogue."""
    return line_amount if line_class == CatalogueClass.C else 0


@rule(
    zh="超限价自付",
    en="Above the price limit",
    cites=CATALOGUE,
    formula="max(0, 金额 − 限价 × 数量)",
    confidence="source",
    note="limit times quantity is rounded half up to fen",
)
def line_over_limit(line_class: CatalogueClass, line_amount: Fen, line_quantity: Ratio4, line_price_limit: Fen) -> Fen:
    """What the price of an item in the catalogue exceeds its limit."""
    if line_class == CatalogueClass.C or line_price_limit == 0:
        return 0
    return max(0, line_amount - half_up_to_fen(line_price_limit * line_quantity, ONE4))


@rule(
    zh="先行自付",
    en="First share",
    cites=CATALOGUE,
    formula="(金额 − 超限价自付) × 先行自付比例",
    confidence="source",
    note="rounded half up to fen; a reading: the ratio is of what lies within the price limit",
)
def line_first_share(
    line_class: CatalogueClass, line_amount: Fen, line_over_limit: Fen, line_first_share_ratio: Ratio4
) -> Fen:
    """What is paid of class B before insurance pays."""
    if line_class != CatalogueClass.B:
        return 0
    return half_up_to_fen((line_amount - line_over_limit) * line_first_share_ratio, ONE4)


@rule(
    zh="符合医保范围金额",
    en="In the scope of insurance",
    cites=CATALOGUE,
    formula="金额 − 全自费 − 超限价自付 − 先行自付",
    confidence="source",
    note="the rest, so that the four parts add up to the amount",
)
def line_in_scope(line_amount: Fen, line_own_paid: Fen, line_over_limit: Fen, line_first_share: Fen) -> Fen:
    """What insurance reckons with."""
    return line_amount - line_own_paid - line_over_limit - line_first_share
