"""Outpatient and emergency care of employees: reckoned over the calendar year."""

from __future__ import annotations

from shebao.law.insurance.medical_bill.amounts import paid_on, until_paid
from shebao.law.insurance.medical_bill.facts import InsuredClass
from shebao.rules.declare import rule
from shebao.rules.kinds import Bands, Day, Fen, Flag, Ratio4
from shebao.rules.language import age_on

DECREE = "北京市人民政府令第158号 第40条"
RETIRED = "北京市人民政府令第141号"
PACKAGE = "京人社医发〔2009〕（文号待核）"
OPEN = "2023年门诊待遇调整（文号待核）"
EACH = "rounded half up to fen once for a bill"


@rule(
    zh="职工门诊报销比例",
    en="Employees' outpatient ratio",
    cites=f"{DECREE}；{RETIRED}；{PACKAGE}",
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
    note="of a retired person the sum of both funds; age 70 is counted on the day of the bill",
)
def employee_outpatient_ratio(
    birth_day: Day,
    bill_day: Day,
    bill_class: InsuredClass,
    bill_community_counts: Flag,
    outpatient_ratio_active: Ratio4,
    outpatient_ratio_active_community: Ratio4,
    outpatient_ratio_retired: Bands[Ratio4],
    outpatient_ratio_retired_community: Bands[Ratio4],
) -> Ratio4:
    """By class, community institution, and age of the retired."""
    if bill_class != InsuredClass.RETIRED:
        return outpatient_ratio_active_community if bill_community_counts else outpatient_ratio_active
    if bill_community_counts:
        return outpatient_ratio_retired_community[age_on(birth_day, bill_day)]
    return outpatient_ratio_retired[age_on(birth_day, bill_day)]


@rule(
    zh="职工门诊大额互助比例",
    en="The large-expense fund's part of the outpatient ratio",
    cites=f"{DECREE}；{RETIRED}；{PACKAGE}",
    since="2001-04-01",
    dated_by="bill_day",
    confidence="source",
    note="of a retired person the supplement pays half of what this leaves",
)
def employee_outpatient_large_ratio(
    birth_day: Day,
    bill_day: Day,
    bill_class: InsuredClass,
    bill_community_counts: Flag,
    employee_outpatient_ratio: Ratio4,
    outpatient_large_ratio_retired: Bands[Ratio4],
    outpatient_large_ratio_retired_community: Bands[Ratio4],
) -> Ratio4:
    """All of it, but for the retired."""
    if bill_class != InsuredClass.RETIRED:
        return employee_outpatient_ratio
    if bill_community_counts:
        return outpatient_large_ratio_retired_community[age_on(birth_day, bill_day)]
    return outpatient_large_ratio_retired[age_on(birth_day, bill_day)]


@rule(
    zh="职工门诊年度限额以内金额",
    en="Outpatient amount within the yearly cap",
    cites=DECREE,
    since="2001-04-01",
    dated_by="bill_day",
    formula="支付恰好达到年度限额时的金额",
    confidence="source",
    note="a reading: bills of different ratios are each paid by their own; the cap is on what was paid in the year",
)
def employee_outpatient_within(
    bill_payable: Fen, employee_outpatient_ratio: Ratio4, year_outpatient_paid: Fen, outpatient_cap: Fen
) -> Fen:
    """The amount on which the payment of the year reaches its cap."""
    return until_paid(bill_payable, employee_outpatient_ratio, max(0, outpatient_cap - year_outpatient_paid))


@rule(
    variable="employee_outpatient_above",
    zh="职工门诊限额以上支付",
    en="Paid above the outpatient cap",
    cites=DECREE,
    since="2001-04-01",
    until="2022-12-31",
    dated_by="bill_day",
    confidence="source",
)
def no_employee_outpatient_above() -> Fen:
    """Nothing is paid above the cap."""
    return 0


@rule(
    zh="职工门诊限额以上支付",
    en="Paid above the outpatient cap",
    cites=OPEN,
    since="2023-01-01",
    dated_by="bill_day",
    formula="(符合范围 − 限额以内金额) × 60%（退休80%）",
    confidence="source",
    note=f"{EACH}; a reading: the 20,000 yuan are of what the funds paid, and the large-expense fund pays above them",
)
def employee_outpatient_above(
    bill_class: InsuredClass,
    bill_payable: Fen,
    employee_outpatient_within: Fen,
    outpatient_above_ratio_active: Ratio4,
    outpatient_above_ratio_retired: Ratio4,
) -> Fen:
    """60 % of the active, 80 % of the retired, without end."""
    ratio = outpatient_above_ratio_retired if bill_class == InsuredClass.RETIRED else outpatient_above_ratio_active
    return paid_on(bill_payable - employee_outpatient_within, ratio)


@rule(
    variable="employee_outpatient_covered",
    zh="职工门诊基金支付范围内金额",
    en="Outpatient amount on which the funds paid",
    cites=DECREE,
    since="2001-04-01",
    until="2022-12-31",
    dated_by="bill_day",
    confidence="source",
)
def employee_outpatient_covered_to_2022(employee_outpatient_within: Fen) -> Fen:
    """To the cap."""
    return employee_outpatient_within


@rule(
    zh="职工门诊基金支付范围内金额",
    en="Outpatient amount on which the funds paid",
    cites=OPEN,
    since="2023-01-01",
    dated_by="bill_day",
    confidence="source",
)
def employee_outpatient_covered(bill_payable: Fen) -> Fen:
    """All of it: there is no cap."""
    return bill_payable


@rule(
    zh="职工门诊大额互助支付",
    en="Outpatient, paid by the large-expense fund",
    cites=f"{DECREE}；{RETIRED}",
    since="2001-04-01",
    dated_by="bill_day",
    formula="限额以内金额 × 大额互助比例 + 限额以上支付",
    confidence="source",
    note=EACH,
)
def employee_outpatient_large(
    employee_outpatient_within: Fen, employee_outpatient_large_ratio: Ratio4, employee_outpatient_above: Fen
) -> Fen:
    """Its ratio within the cap, and what is paid above it."""
    return paid_on(employee_outpatient_within, employee_outpatient_large_ratio) + employee_outpatient_above


@rule(
    zh="职工门诊退休补充支付",
    en="Outpatient, paid by the retirees' supplement",
    cites=RETIRED,
    since="2001-04-01",
    dated_by="bill_day",
    formula="限额以内金额 × 报销比例 + 限额以上支付 − 大额互助支付",
    confidence="source",
    note="the sum of both funds is rounded, the supplement is what the other fund leaves of it",
)
def employee_outpatient_supplement(
    employee_outpatient_within: Fen,
    employee_outpatient_ratio: Ratio4,
    employee_outpatient_above: Fen,
    employee_outpatient_large: Fen,
) -> Fen:
    """The rest of the payment; nothing for the active."""
    payment = paid_on(employee_outpatient_within, employee_outpatient_ratio) + employee_outpatient_above
    return payment - employee_outpatient_large
