"""因病致贫: families above the lines whom a serious illness brings below them."""

from __future__ import annotations

from shebao.law.assistance.medical.facts import Standing
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import ONE4, YEAR_MONTHS, Count, Dated, Day, Fen, Flag, Ratio4
from shebao.rules.language import half_up_to_fen, helper, number, year_of

CITES = "京医保发〔2022〕37号；京医保发〔2023〕9号"

ILLNESS_POVERTY_BANDS_UNKNOWN = Reason(
    "ILLNESS_POVERTY_BANDS_UNKNOWN",
    "2023年前因病致贫医疗救助的分段比例未查到",
    "The bands of assistance to families made poor by illness before 2023 were not found",
)


@helper
def part_between(amount: Fen, low: Fen, high: Fen) -> Fen:
    """What of the amount lies between the two."""
    return max(0, min(amount, high) - low)


@rule(
    zh="符合因病致贫医疗救助条件",
    en="A family made poor by illness",
    cites=CITES,
    formula="家庭月收入 × 12 − 自负医疗费 ≤ 最低工资 × 人数 × 12",
    confidence="source",
    note="income per head after the own medical burden, of twelve months; the minimum wage of the claim's day. "
    "It is a class beside the others, so who has another standing is not in it",
)
def illness_poverty_eligible(
    benefit_day: Day,
    illness_poverty_day: Day,
    illness_poverty_paid_before: Day,
    illness_burden: Fen,
    assistance_standing: Standing,
    household_income: Fen,
    household_size: Count,
    low_income_property: Flag,
    minimum_wage: Dated[Fen],
) -> Flag:
    """Claimed with a burden, once a year, no other standing, property and income after the burden within the lines."""
    if illness_poverty_day > benefit_day or illness_burden == 0:
        return False
    if year_of(illness_poverty_paid_before) == year_of(illness_poverty_day):
        return False
    if household_size == 0 or assistance_standing != Standing.NONE or not low_income_property:
        return False
    line = minimum_wage[illness_poverty_day] * household_size * number(YEAR_MONTHS)
    income = household_income * number(YEAR_MONTHS)
    return income - illness_burden <= line


@rule(
    variable="illness_poverty_assistance",
    zh="因病致贫医疗救助",
    en="Medical assistance to a family made poor by illness",
    cites="京医保发〔2022〕37号",
    until="2022-12-31",
    dated_by="illness_poverty_day",
    confidence="source",
    note="the cap before 2023 is known, 80 000; the bands are not",
    pays=Pays.ONCE,
)
def illness_poverty_assistance_to_2022(illness_poverty_eligible: Flag) -> Fen:
    """Its bands are not at hand."""
    if not illness_poverty_eligible:
        return 0
    refuse(ILLNESS_POVERTY_BANDS_UNKNOWN)


@rule(
    zh="因病致贫医疗救助",
    en="Medical assistance to a family made poor by illness",
    cites=CITES,
    since="2023-01-01",
    dated_by="illness_poverty_day",
    formula="min(15万, 30% × 3万以下 + 40% × 3万至5万 + 50% × 5万以上)",
    confidence="source",
    pays=Pays.ONCE,
)
def illness_poverty_assistance(
    illness_poverty_eligible: Flag,
    illness_burden: Fen,
    illness_poverty_first_limit: Fen,
    illness_poverty_second_limit: Fen,
    illness_poverty_first_ratio: Ratio4,
    illness_poverty_second_ratio: Ratio4,
    illness_poverty_third_ratio: Ratio4,
    illness_poverty_cap: Fen,
) -> Fen:
    """The sum of the three bands of the own burden, up to the cap."""
    if not illness_poverty_eligible:
        return 0
    first = illness_poverty_first_ratio * part_between(illness_burden, 0, illness_poverty_first_limit)
    second = illness_poverty_second_ratio * part_between(
        illness_burden, illness_poverty_first_limit, illness_poverty_second_limit
    )
    third = illness_poverty_third_ratio * max(0, illness_burden - illness_poverty_second_limit)
    return min(half_up_to_fen(first + second + third, ONE4), illness_poverty_cap)
