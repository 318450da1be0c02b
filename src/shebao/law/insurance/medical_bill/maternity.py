"""What a birth or another procedure of the maternity insurance leaves to the person."""

from __future__ import annotations

from shebao.rules.declare import rule
from shebao.rules.kinds import Fen


@rule(
    zh="生育医疗费个人负担",
    en="Own part of maternity expenses",
    cites="北京市人民政府令第154号",
    formula="max(0, 项目费用 − 基金支付) + max(0, 产前检查费用 − 基金支付)",
    confidence="approx",
    note="a reading: what the expenses exceed the quota or limit",
)
def maternity_own(
    maternity_procedure_expense: Fen, maternity_medical: Fen, prenatal_expense: Fen, prenatal_care: Fen
) -> Fen:
    """What the maternity fund does not pay of a bill."""
    return max(0, maternity_procedure_expense - maternity_medical) + max(0, prenatal_expense - prenatal_care)
