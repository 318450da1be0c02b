"""What the residents' scheme pays of a bill."""

from __future__ import annotations

from shebao.law.insurance.medical_bill.amounts import paid_on, until_paid
from shebao.law.insurance.medical_bill.facts import BillCare, InsuredClass
from shebao.law.insurance.medical_bill.scheme import RESIDENTS
from shebao.rules.declare import rule
from shebao.rules.kinds import Count, Fen, Ratio4, Table


@rule(
    zh="居民起付标准",
    en="Residents' deductible",
    cites=RESIDENTS,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
    note="a special disease has one deductible for the year, as a stay",
)
def resident_deductible_line(
    bill_care: BillCare,
    bill_class: InsuredClass,
    bill_period_number: Count,
    resident_outpatient_deductible: Fen,
    resident_deductible_first: Table[Fen],
    resident_deductible_later: Table[Fen],
) -> Fen:
    """Outpatient: once a year; else for each period, less from the second of the year on."""
    if bill_care == BillCare.OUTPATIENT:
        return resident_outpatient_deductible
    return resident_deductible_later[bill_class] if bill_period_number > 1 else resident_deductible_first[bill_class]


@rule(
    zh="居民报销比例",
    en="Residents' ratio",
    cites=RESIDENTS,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def resident_ratio(
    bill_care: BillCare,
    bill_class: InsuredClass,
    resident_outpatient_ratio: Ratio4,
    resident_inpatient_ratio: Table[Ratio4],
) -> Ratio4:
    """One for outpatient care, else by class."""
    return resident_outpatient_ratio if bill_care == BillCare.OUTPATIENT else resident_inpatient_ratio[bill_class]


@rule(
    zh="居民年度封顶线余额",
    en="What is left of the residents' cap",
    cites=RESIDENTS,
    since="2001-04-01",
    dated_by="bill_day",
    formula="封顶线 − 本年已支付",
    confidence="source",
    note="the caps are on what the fund pays; outpatient care has a cap of its own",
)
def resident_cap_left(
    bill_care: BillCare,
    bill_class: InsuredClass,
    year_outpatient_paid: Fen,
    year_pool_paid: Fen,
    resident_outpatient_cap: Fen,
    resident_inpatient_cap: Table[Fen],
) -> Fen:
    """Of the year, before this bill."""
    if bill_care == BillCare.OUTPATIENT:
        return max(0, resident_outpatient_cap - year_outpatient_paid)
    return max(0, resident_inpatient_cap[bill_class] - year_pool_paid)


@rule(
    zh="居民基金支付范围内金额",
    en="Amount on which the residents' fund paid",
    cites=RESIDENTS,
    since="2001-04-01",
    dated_by="bill_day",
    formula="支付恰好达到年度封顶线时的金额",
    confidence="source",
)
def resident_covered(bill_payable: Fen, resident_ratio: Ratio4, resident_cap_left: Fen) -> Fen:
    """The amount on which the payment of the year reaches the cap."""
    return until_paid(bill_payable, resident_ratio, resident_cap_left)


@rule(
    zh="居民基金支付",
    en="Paid by the residents' fund",
    cites=RESIDENTS,
    since="2001-04-01",
    dated_by="bill_day",
    formula="封顶线以内金额 × 报销比例",
    confidence="source",
    note="rounded half up to fen once for a bill",
)
def resident_pool(resident_covered: Fen, resident_ratio: Ratio4) -> Fen:
    """Its ratio, to the cap."""
    return paid_on(resident_covered, resident_ratio)
