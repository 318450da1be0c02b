"""Inpatient care and special diseases of employees: bands of the pool, then the large-expense fund."""

from __future__ import annotations

from shebao.law.insurance.maternity.facts import HospitalLevel
from shebao.law.insurance.medical_bill.amounts import paid_on, until_paid
from shebao.law.insurance.medical_bill.facts import BillCare, InsuredClass
from shebao.rules.declare import rule
from shebao.rules.kinds import Count, Fen, Ratio4, Table
from shebao.rules.language import helper

BANDS = "北京市人民政府令第158号 第36条"
LARGE = "北京市人民政府令第158号 第40条；京人社医发〔2010〕（文号待核）"
EACH = "each band is rounded half up to fen once for a bill"


@helper
def in_low_band(amount: Fen, start: Fen, low_limit: Fen) -> Fen:
    """Of an amount that begins at `start` what lies below the first limit."""
    return min(amount, max(0, low_limit - start))


@helper
def in_middle_band(amount: Fen, start: Fen, low_limit: Fen, middle_limit: Fen) -> Fen:
    """Of an amount that begins at `start` what lies between the limits."""
    return min(amount - in_low_band(amount, start, low_limit), max(0, middle_limit - max(start, low_limit)))


@rule(
    zh="职工起付标准",
    en="Employees' deductible",
    cites="北京市人民政府令第158号 第32条、第40条；北京市人民政府令第141号",
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
    note="a special disease has one deductible for its settlement period, as a stay",
)
def employee_deductible_line(
    bill_care: BillCare,
    bill_class: InsuredClass,
    bill_period_number: Count,
    outpatient_deductible_active: Fen,
    outpatient_deductible_retired: Fen,
    inpatient_deductible_first: Fen,
    inpatient_deductible_later: Fen,
) -> Fen:
    """Outpatient: once a year; else for each period, less from the second of the year on."""
    if bill_care == BillCare.OUTPATIENT:
        return outpatient_deductible_retired if bill_class == InsuredClass.RETIRED else outpatient_deductible_active
    return inpatient_deductible_later if bill_period_number > 1 else inpatient_deductible_first


@rule(
    zh="统筹基金支付比例（第一段）",
    en="Ratio of the pool, first band",
    cites=BANDS,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def employee_ratio_low(
    bill_class: InsuredClass,
    bill_hospital_level: HospitalLevel,
    pool_ratio_low: Table[Ratio4],
    pool_ratio_low_retired: Table[Ratio4],
) -> Ratio4:
    """By hospital level; the retired bear 60 % of what the active bear."""
    if bill_class == InsuredClass.RETIRED:
        return pool_ratio_low_retired[bill_hospital_level]
    return pool_ratio_low[bill_hospital_level]


@rule(
    zh="统筹基金支付比例（第二段）",
    en="Ratio of the pool, second band",
    cites=BANDS,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def employee_ratio_middle(
    bill_class: InsuredClass,
    bill_hospital_level: HospitalLevel,
    pool_ratio_middle: Table[Ratio4],
    pool_ratio_middle_retired: Table[Ratio4],
) -> Ratio4:
    """By hospital level; the retired bear 60 % of what the active bear."""
    if bill_class == InsuredClass.RETIRED:
        return pool_ratio_middle_retired[bill_hospital_level]
    return pool_ratio_middle[bill_hospital_level]


@rule(
    zh="统筹基金支付比例（第三段）",
    en="Ratio of the pool, third band",
    cites=BANDS,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def employee_ratio_high(
    bill_class: InsuredClass,
    bill_hospital_level: HospitalLevel,
    pool_ratio_high: Table[Ratio4],
    pool_ratio_high_retired: Table[Ratio4],
) -> Ratio4:
    """By hospital level; the retired bear 60 % of what the active bear."""
    if bill_class == InsuredClass.RETIRED:
        return pool_ratio_high_retired[bill_hospital_level]
    return pool_ratio_high[bill_hospital_level]


@rule(
    zh="本次金额在分段中的起点",
    en="Where in the bands the bill begins",
    cites=BANDS,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
    note="the bands are of the period's amount in scope, the deductible included",
)
def employee_band_start(bill_counted_before: Fen, bill_deductible_line: Fen) -> Fen:
    """After the deductible, and after what the period had before."""
    return max(bill_counted_before, bill_deductible_line)


@rule(
    zh="统筹基金封顶线以内金额",
    en="Amount within the pool's cap",
    cites=BANDS,
    since="2001-04-01",
    dated_by="bill_day",
    formula="统筹支付恰好达到年度封顶线时的金额",
    confidence="known",
    note="a reading: the cap is on what the pool paid; it is found on the amount in scope, band by band",
)
def employee_pool_within(
    bill_payable: Fen,
    employee_band_start: Fen,
    employee_ratio_low: Ratio4,
    employee_ratio_middle: Ratio4,
    employee_ratio_high: Ratio4,
    year_pool_paid: Fen,
    pool_cap: Fen,
    pool_limit_low: Fen,
    pool_limit_middle: Fen,
) -> Fen:
    """The amount on which the payment of the year reaches the cap."""
    low = in_low_band(bill_payable, employee_band_start, pool_limit_low)
    middle = in_middle_band(bill_payable, employee_band_start, pool_limit_low, pool_limit_middle)
    high = bill_payable - low - middle
    left = max(0, pool_cap - year_pool_paid)
    low = until_paid(low, employee_ratio_low, left)
    left = max(0, left - paid_on(low, employee_ratio_low))
    middle = until_paid(middle, employee_ratio_middle, left)
    left = max(0, left - paid_on(middle, employee_ratio_middle))
    return low + middle + until_paid(high, employee_ratio_high, left)


@rule(
    zh="职工统筹基金支付",
    en="Employees, paid by the pool",
    cites=BANDS,
    since="2001-04-01",
    dated_by="bill_day",
    formula="Σ 各段金额 × 支付比例",
    confidence="source",
    note=EACH,
)
def employee_pool(
    employee_pool_within: Fen,
    employee_band_start: Fen,
    employee_ratio_low: Ratio4,
    employee_ratio_middle: Ratio4,
    employee_ratio_high: Ratio4,
    pool_limit_low: Fen,
    pool_limit_middle: Fen,
) -> Fen:
    """Each band by its ratio."""
    low = in_low_band(employee_pool_within, employee_band_start, pool_limit_low)
    middle = in_middle_band(employee_pool_within, employee_band_start, pool_limit_low, pool_limit_middle)
    high = employee_pool_within - low - middle
    payment = paid_on(low, employee_ratio_low) + paid_on(middle, employee_ratio_middle)
    return payment + paid_on(high, employee_ratio_high)


@rule(
    zh="大额互助支付比例（退休含补充）",
    en="Ratio above the pool's cap, with the supplement",
    cites=LARGE,
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def employee_large_ratio(bill_class: InsuredClass, large_ratio_active: Ratio4, large_ratio_retired: Ratio4) -> Ratio4:
    """By class."""
    return large_ratio_retired if bill_class == InsuredClass.RETIRED else large_ratio_active


@rule(
    zh="大额互助封顶线以内金额",
    en="Amount within the cap of the large-expense fund",
    cites=LARGE,
    since="2001-04-01",
    dated_by="bill_day",
    formula="支付恰好达到年度封顶线时的金额",
    confidence="known",
    note="a reading: the cap is on what both funds paid above the pool's cap",
)
def employee_large_within(
    bill_payable: Fen, employee_pool_within: Fen, employee_large_ratio: Ratio4, year_large_paid: Fen, large_cap: Fen
) -> Fen:
    """Of what the pool's cap cuts off, the amount on which the payment of the year reaches the cap."""
    left = max(0, large_cap - year_large_paid)
    return until_paid(bill_payable - employee_pool_within, employee_large_ratio, left)


@rule(
    zh="职工住院大额互助支付",
    en="Inpatient, paid by the large-expense fund",
    cites=LARGE,
    since="2001-04-01",
    dated_by="bill_day",
    formula="大额互助封顶线以内金额 × 比例",
    confidence="source",
    note="rounded half up to fen once for a bill",
)
def employee_large(
    bill_class: InsuredClass,
    employee_large_within: Fen,
    large_ratio_active: Ratio4,
    large_ratio_retired_fund: Ratio4,
) -> Fen:
    """Its own part of the ratio."""
    ratio = large_ratio_retired_fund if bill_class == InsuredClass.RETIRED else large_ratio_active
    return paid_on(employee_large_within, ratio)


@rule(
    zh="职工住院退休补充支付",
    en="Inpatient, paid by the retirees' supplement",
    cites=LARGE,
    since="2001-04-01",
    dated_by="bill_day",
    formula="大额互助封顶线以内金额 × 合计比例 − 大额互助支付",
    confidence="source",
    note="the sum of both funds is rounded, the supplement is what the other fund leaves of it",
)
def employee_supplement(employee_large_within: Fen, employee_large_ratio: Ratio4, employee_large: Fen) -> Fen:
    """The rest of the payment; nothing for the active."""
    return paid_on(employee_large_within, employee_large_ratio) - employee_large


@rule(
    zh="职工住院基金支付范围内金额",
    en="Inpatient amount on which the funds paid",
    cites=f"{BANDS}；{LARGE}",
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
)
def employee_covered(employee_pool_within: Fen, employee_large_within: Fen) -> Fen:
    """Within the pool's cap and within that of the large-expense fund."""
    return employee_pool_within + employee_large_within
