"""Serious-illness insurance of residents: a second payment on what the year leaves to the person."""

from __future__ import annotations

from shebao.law.assistance.medical.facts import Standing
from shebao.law.insurance.medical_bill.amounts import paid_on
from shebao.law.insurance.medical_bill.facts import MedicalScheme
from shebao.rules.declare import rule
from shebao.rules.kinds import ONE4, Fen, Flag, Ratio4
from shebao.rules.language import half_up_to_fen, helper

RULES = "北京市城乡居民大病保险办法（2014年，文号待核）"


@helper
def line_for(poor: Flag, line: Fen, poor_share: Ratio4) -> Fen:
    """The line; of the poor a share of it."""
    return half_up_to_fen(line * poor_share, ONE4) if poor else line


@helper
def favour(poor: Flag, more: Ratio4) -> Ratio4:
    """What the ratios of the poor are higher."""
    return more if poor else 0


@helper
def second_payment(before: Fen, after: Fen, line: Fen, band: Fen, low: Ratio4, high: Ratio4) -> Fen:
    """Of an own share that grows from `before` to `after`: what is above the line, by two bands."""
    end = line + band
    payment = paid_on(max(0, min(after, end) - max(before, line)), low)
    return payment + paid_on(max(0, after - max(before, end)), high)


@rule(
    zh="大病保险倾斜对象",
    en="Poor, as serious-illness insurance favours them",
    cites=RULES,
    confidence="source",
    note="a reading: the destitute, those on the minimum living allowance and low-income families",
)
def serious_illness_poor(assistance_standing: Standing) -> Flag:
    """Whoever has a standing in assistance."""
    return assistance_standing != Standing.NONE


@rule(
    variable="serious_illness_supplement",
    zh="大病保险年度支付",
    en="Serious-illness insurance for the year",
    cites=RULES,
    until="2013-12-31",
    dated_by="serious_illness_day",
    confidence="known",
)
def no_serious_illness_supplement() -> Fen:
    """It begins in 2014."""
    return 0


@rule(
    zh="大病保险年度支付",
    en="Serious-illness insurance for the year",
    cites=RULES,
    since="2014-01-01",
    dated_by="serious_illness_day",
    formula="超过起付线5万元以内 × 第一段比例 + 5万元以上 × 第二段比例 − 已支付",
    confidence="known",
    note="each band is rounded half up to fen; the line before 2019 is not at hand",
)
def serious_illness_supplement(
    serious_illness_poor: Flag,
    serious_illness_own_share: Fen,
    serious_illness_paid: Fen,
    serious_illness_line: Fen,
    serious_illness_band: Fen,
    serious_illness_low: Ratio4,
    serious_illness_high: Ratio4,
    serious_illness_poor_share: Ratio4,
    serious_illness_poor_more: Ratio4,
) -> Fen:
    """What the own share of the year exceeds the line, in two bands, less what was paid."""
    more = favour(serious_illness_poor, serious_illness_poor_more)
    payment = second_payment(
        0,
        serious_illness_own_share,
        line_for(serious_illness_poor, serious_illness_line, serious_illness_poor_share),
        serious_illness_band,
        serious_illness_low + more,
        serious_illness_high + more,
    )
    return max(0, payment - serious_illness_paid)


@rule(
    variable="bill_catastrophic",
    zh="居民大病保险支付",
    en="Paid by serious-illness insurance",
    cites=RULES,
    since="2001-04-01",
    until="2018-12-31",
    dated_by="bill_day",
    confidence="approx",
    note="a reading: from 2014 to 2018 it is reckoned once, after the year; see serious_illness_supplement",
)
def no_bill_catastrophic() -> Fen:
    """Not with the bill."""
    return 0


@rule(
    zh="居民大病保险支付",
    en="Paid by serious-illness insurance",
    cites=RULES,
    since="2019-01-01",
    dated_by="bill_day",
    formula="超过起付线5万元以内 × 第一段比例 + 5万元以上 × 第二段比例",
    confidence="source",
    note="each band is rounded half up to fen; a reading: from 2019 it is paid with the bill",
)
def bill_catastrophic(
    bill_scheme: MedicalScheme,
    bill_share: Fen,
    year_own_share: Fen,
    serious_illness_poor: Flag,
    serious_illness_line: Fen,
    serious_illness_band: Fen,
    serious_illness_low: Ratio4,
    serious_illness_high: Ratio4,
    serious_illness_poor_share: Ratio4,
    serious_illness_poor_more: Ratio4,
) -> Fen:
    """Residents only: by what this bill adds to the own share of the year."""
    if bill_scheme == MedicalScheme.EMPLOYEE:
        return 0
    more = favour(serious_illness_poor, serious_illness_poor_more)
    return second_payment(
        year_own_share,
        year_own_share + bill_share,
        line_for(serious_illness_poor, serious_illness_line, serious_illness_poor_share),
        serious_illness_band,
        serious_illness_low + more,
        serious_illness_high + more,
    )
