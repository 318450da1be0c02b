"""What the year's accumulators say after a bill."""

from __future__ import annotations

from shebao.law.insurance.medical_bill.facts import BillCare
from shebao.law.insurance.medical_bill.split import BOTH
from shebao.rules.declare import rule
from shebao.rules.kinds import Count, Fen


@rule(
    zh="本年门诊符合范围金额",
    en="Outpatient amount in scope this year, with this bill",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def year_outpatient_eligible_after(bill_care: BillCare, year_outpatient_eligible: Fen, bill_in_scope: Fen) -> Fen:
    """Counts towards the deductible of the year."""
    return year_outpatient_eligible + (bill_in_scope if bill_care == BillCare.OUTPATIENT else 0)


@rule(
    zh="本年门诊基金支付",
    en="Paid by the funds for outpatient care this year, with this bill",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def year_outpatient_paid_after(
    bill_care: BillCare, year_outpatient_paid: Fen, bill_pool: Fen, bill_large: Fen, bill_supplement: Fen
) -> Fen:
    """Counts towards the outpatient cap of the year."""
    if bill_care != BillCare.OUTPATIENT:
        return year_outpatient_paid
    return year_outpatient_paid + bill_pool + bill_large + bill_supplement


@rule(
    zh="本年结算周期数",
    en="Settlement periods of the year, with this bill",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="known",
)
def year_periods_after(year_periods: Count, bill_period_number: Count) -> Count:
    """One more when the bill begins a period."""
    return max(year_periods, bill_period_number)


@rule(
    zh="本周期符合范围金额",
    en="Amount in scope of the period, with this bill",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="known",
)
def period_eligible_after(bill_care: BillCare, period_eligible: Fen, bill_in_scope: Fen) -> Fen:
    """Counts towards the deductible and the bands of the period."""
    return period_eligible + (0 if bill_care == BillCare.OUTPATIENT else bill_in_scope)


@rule(
    zh="本年统筹基金支付（住院、门诊特殊病）",
    en="Paid by the pool this year for inpatient care and special diseases, with this bill",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def year_pool_paid_after(bill_care: BillCare, year_pool_paid: Fen, bill_pool: Fen) -> Fen:
    """Counts towards the pool's cap of the year."""
    return year_pool_paid + (0 if bill_care == BillCare.OUTPATIENT else bill_pool)


@rule(
    zh="本年大额互助支付（住院、门诊特殊病）",
    en="Paid above the pool's cap this year, with this bill",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def year_large_paid_after(bill_care: BillCare, year_large_paid: Fen, bill_large: Fen, bill_supplement: Fen) -> Fen:
    """Counts, with the retirees' supplement, towards the cap of the large-expense fund."""
    return year_large_paid + (0 if bill_care == BillCare.OUTPATIENT else bill_large + bill_supplement)


@rule(
    zh="本年范围内个人负担",
    en="Own share in scope this year, with this bill",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="known",
)
def year_own_share_after(year_own_share: Fen, bill_share: Fen) -> Fen:
    """What serious-illness insurance reckons with."""
    return year_own_share + bill_share


@rule(
    zh="本年大病保险支付",
    en="Paid by serious-illness insurance this year, with this bill",
    cites=BOTH,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="known",
)
def year_catastrophic_paid_after(year_catastrophic_paid: Fen, bill_catastrophic: Fen) -> Fen:
    """For the reckoning of the year."""
    return year_catastrophic_paid + bill_catastrophic
