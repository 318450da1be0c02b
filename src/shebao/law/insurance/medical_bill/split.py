"""Every yuan of a bill: what each fund pays, and what the person pays, by reason."""

from __future__ import annotations

from shebao.law.assistance.medical.facts import AidCare
from shebao.law.insurance.medical_bill.facts import BillCare, MedicalScheme
from shebao.law.insurance.medical_bill.scheme import ORDER, RESIDENTS
from shebao.rules.declare import rule
from shebao.rules.kinds import Fen

BOTH = f"{ORDER}；{RESIDENTS}"


@rule(
    zh="医疗费总额",
    en="Total of the bill",
    cites=BOTH,
    formula="全自费 + 超限价自付 + 先行自付 + 符合范围",
    confidence="source",
)
def bill_total(bill_own_paid: Fen, bill_over_limit: Fen, bill_first_share: Fen, bill_in_scope: Fen) -> Fen:
    """The four parts of its lines."""
    return bill_own_paid + bill_over_limit + bill_first_share + bill_in_scope


@rule(
    zh="起付标准",
    en="Deductible that applies",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def bill_deductible_line(
    bill_scheme: MedicalScheme, employee_deductible_line: Fen, resident_deductible_line: Fen
) -> Fen:
    """That of the person's scheme."""
    return employee_deductible_line if bill_scheme == MedicalScheme.EMPLOYEE else resident_deductible_line


@rule(
    zh="起付标准以下自付",
    en="Own part: below the deductible",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    formula="min(符合范围, max(0, 起付标准 − 此前累计))",
    confidence="source",
)
def bill_deductible(bill_in_scope: Fen, bill_deductible_line: Fen, bill_counted_before: Fen) -> Fen:
    """What earlier bills of the year, or of the period, left of the deductible."""
    return min(bill_in_scope, max(0, bill_deductible_line - bill_counted_before))


@rule(
    zh="起付标准以上符合范围金额",
    en="Amount in scope above the deductible",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def bill_payable(bill_in_scope: Fen, bill_deductible: Fen) -> Fen:
    """What the funds share."""
    return bill_in_scope - bill_deductible


@rule(
    zh="统筹基金支付",
    en="Paid by the pool",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def bill_pool(bill_scheme: MedicalScheme, bill_care: BillCare, employee_pool: Fen, resident_pool: Fen) -> Fen:
    """Of employees inpatient care and special diseases, of residents all care."""
    if bill_scheme == MedicalScheme.RESIDENT:
        return resident_pool
    return 0 if bill_care == BillCare.OUTPATIENT else employee_pool


@rule(
    zh="大额医疗互助资金支付",
    en="Paid by the large-expense fund",
    cites=f"{ORDER} 第40条",
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def bill_large(
    bill_scheme: MedicalScheme, bill_care: BillCare, employee_outpatient_large: Fen, employee_large: Fen
) -> Fen:
    """Of employees: outpatient care, and above the pool's cap."""
    if bill_scheme == MedicalScheme.RESIDENT:
        return 0
    return employee_outpatient_large if bill_care == BillCare.OUTPATIENT else employee_large


@rule(
    zh="退休人员统一补充医疗保险支付",
    en="Paid by the retirees' supplement",
    cites="北京市人民政府令第141号",
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def bill_supplement(
    bill_scheme: MedicalScheme, bill_care: BillCare, employee_outpatient_supplement: Fen, employee_supplement: Fen
) -> Fen:
    """What the large-expense fund leaves of a retired person's payment."""
    if bill_scheme == MedicalScheme.RESIDENT:
        return 0
    return employee_outpatient_supplement if bill_care == BillCare.OUTPATIENT else employee_supplement


@rule(
    zh="基金支付范围内金额",
    en="Amount on which the funds paid",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def bill_covered(
    bill_scheme: MedicalScheme,
    bill_care: BillCare,
    employee_outpatient_covered: Fen,
    employee_covered: Fen,
    resident_covered: Fen,
) -> Fen:
    """The amount above the deductible that no cap cuts off."""
    if bill_scheme == MedicalScheme.RESIDENT:
        return resident_covered
    return employee_outpatient_covered if bill_care == BillCare.OUTPATIENT else employee_covered


@rule(
    zh="按比例自付",
    en="Own part: by ratio",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def bill_own_ratio(bill_covered: Fen, bill_pool: Fen, bill_large: Fen, bill_supplement: Fen) -> Fen:
    """What the funds leave of the amount on which they paid."""
    return bill_covered - bill_pool - bill_large - bill_supplement


@rule(
    zh="封顶线以上自付",
    en="Own part: above the caps",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def bill_above_cap(bill_payable: Fen, bill_covered: Fen) -> Fen:
    """What the caps cut off."""
    return bill_payable - bill_covered


@rule(
    zh="范围内个人负担（大病保险前）",
    en="Own share in scope, before serious-illness insurance",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    formula="起付标准以下 + 按比例 + 封顶线以上",
    confidence="source",
)
def bill_share(bill_deductible: Fen, bill_own_ratio: Fen, bill_above_cap: Fen) -> Fen:
    """The own parts in scope."""
    return bill_deductible + bill_own_ratio + bill_above_cap


@rule(
    zh="基金支付合计",
    en="Paid by all funds",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def bill_funds(bill_pool: Fen, bill_large: Fen, bill_supplement: Fen, bill_catastrophic: Fen) -> Fen:
    """Pool, large-expense fund, retirees' supplement, serious-illness insurance."""
    return bill_pool + bill_large + bill_supplement + bill_catastrophic


@rule(
    zh="个人自付一",
    en="Own part in scope",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
    note="also what medical assistance reckons with, as the own share in the list (a reading: without the first share)",
)
def bill_own_in_scope(bill_share: Fen, bill_catastrophic: Fen) -> Fen:
    """The own share in scope, after all insurance."""
    return bill_share - bill_catastrophic


@rule(
    zh="个人自付二",
    en="Own part before insurance: first share and above the price limits",
    cites=BOTH,
    confidence="source",
)
def bill_own_second(bill_first_share: Fen, bill_over_limit: Fen) -> Fen:
    """What the catalogue leaves to the person of what stands in it."""
    return bill_first_share + bill_over_limit


@rule(
    zh="个人负担合计",
    en="Own part of the bill",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    formula="自付一 + 自付二 + 自费",
    confidence="source",
)
def bill_own(bill_own_in_scope: Fen, bill_own_second: Fen, bill_own_paid: Fen) -> Fen:
    """With the payment of all funds it is the total of the bill."""
    return bill_own_in_scope + bill_own_second + bill_own_paid


@rule(
    zh="医疗救助类别（按医疗类别）",
    en="Kind of care, as medical assistance names it",
    cites="京医保发〔2022〕37号",
    confidence="source",
)
def bill_aid_care(bill_care: BillCare) -> AidCare:
    """Special outpatient diseases go with serious illness."""
    if bill_care == BillCare.OUTPATIENT:
        return AidCare.OUTPATIENT
    return AidCare.INPATIENT if bill_care == BillCare.INPATIENT else AidCare.SERIOUS_ILLNESS
