"""The floating rate of an employer: its next rate from the present one, its claims, and expense against premiums."""

from __future__ import annotations

from shebao.law.insurance.contributions.facts import InjuryClass
from shebao.rules.declare import Input, Reason, refuse, rule
from shebao.rules.kinds import ONE4, Count, Fen, Ratio4, Table
from shebao.rules.language import half_up, half_up_to_fen

NOTICE = "京劳社保发〔2008〕237号 附件"
TENTH: Ratio4 = 10  # a tenth of a percent: rates are looked up in whole tenths
TOP_OF_ONE: Count = 5  # class 1 at its base rate of 0.5 %
LOW_OF_TWO: Count = 8  # class 2 at 0.8 %, from which it falls without claims only

FLOATING_NOT_KNOWN = Reason(
    "INJURY_FLOATING_NOT_KNOWN",
    "该时期或该类行业的工伤保险费率浮动档次和条件待核实",
    "The steps of the floating rate, and when they are taken, are not at hand for this time or class",
)
RISE_NOT_KNOWN = Reason(
    "INJURY_RATE_RISE_NOT_KNOWN",
    "支缴率高于下浮线：维持或上浮的条件待核实",
    "Expense above the line for a fall: when the rate stays or rises is not in the documents at hand",
)

INPUTS = [
    Input(
        "injury_rate_present",
        Ratio4,
        "用人单位现行工伤保险费率",
        "The employer's present injury rate",
        high=1000,
        missing=0,
        note="empty: no next rate is asked",
    ),
    Input("injury_claims", Count, "考核期内工伤人数", "Injuries in the period looked at", missing=0),
    Input("injury_fund_expense", Fen, "考核期内工伤基金支出", "Paid by the fund in the period", high=10**11, missing=0),
    Input("injury_premiums", Fen, "考核期内缴纳工伤保险费", "Premiums paid in the period", high=10**11, missing=0),
]


@rule(
    variable="injury_rate_next",
    zh="下一年度工伤保险费率",
    en="The employer's next injury rate",
    cites="劳社部发〔2003〕29号",
    until="2008-12-31",
)
def injury_rate_next_before_2009(injury_rate_present: Ratio4) -> Ratio4:
    """The steps before the notice of 2008 are not at hand."""
    if injury_rate_present == 0:
        return 0
    refuse(FLOATING_NOT_KNOWN)


@rule(
    variable="injury_rate_next",
    zh="下一年度工伤保险费率",
    en="The employer's next injury rate",
    cites=NOTICE,
    since="2009-01-01",
    until="2015-09-30",
    formula="无工伤：一类0.5%降为0.3%，二类0.8%降为0.5%；支缴率不高于80%：降一档",
    confidence="approx",
    note="the steps are in the annex; that the line of 80 % holds for every step but those for no claims is a reading, "
    "as is that the notice for 2009 was applied to 2015",
)
def injury_rate_next_2009(
    injury_class: InjuryClass,
    injury_rate_present: Ratio4,
    injury_claims: Count,
    injury_fund_expense: Fen,
    injury_premiums: Fen,
    injury_fall_line: Ratio4,
    injury_fall_one: Table[Ratio4],
    injury_fall_two: Table[Ratio4],
    injury_no_claims_one: Table[Ratio4],
    injury_no_claims_two: Table[Ratio4],
) -> Ratio4:
    """A step down while the fund paid little for the employer; more of it after years without an injury."""
    if injury_rate_present == 0:
        return 0
    tenths = half_up(injury_rate_present, TENTH)
    if injury_class == InjuryClass.ONE:
        if injury_claims == 0 and tenths == TOP_OF_ONE:
            return injury_no_claims_one[tenths]
        if injury_fund_expense > half_up_to_fen(injury_premiums * injury_fall_line, ONE4):
            refuse(RISE_NOT_KNOWN)
        return injury_fall_one[tenths]
    if injury_class == InjuryClass.TWO:
        if tenths == LOW_OF_TWO:
            if injury_claims > 0:
                refuse(RISE_NOT_KNOWN)
            return injury_no_claims_two[tenths]
        if injury_fund_expense > half_up_to_fen(injury_premiums * injury_fall_line, ONE4):
            refuse(RISE_NOT_KNOWN)
        return injury_fall_two[tenths]
    refuse(FLOATING_NOT_KNOWN)


@rule(
    variable="injury_rate_next",
    zh="下一年度工伤保险费率",
    en="The employer's next injury rate",
    cites="人社部发〔2015〕71号",
    since="2015-10-01",
)
def injury_rate_next_2015(injury_rate_present: Ratio4) -> Ratio4:
    """Of the eight classes the range is known, not what moves a rate within it."""
    if injury_rate_present == 0:
        return 0
    refuse(FLOATING_NOT_KNOWN)
