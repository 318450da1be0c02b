"""Who bears a birth, the days of leave, the allowance in place of wages."""

from __future__ import annotations

from shebao.law.insurance.maternity.facts import AbortionStage, MaternityPayer, PregnancyEnd
from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import Count, Day, Days, Fen, Flag, Months, Table
from shebao.rules.language import add_months, half_up_to_fen, number

DECREE = "北京市人民政府令第154号"
LABOUR = "国务院令第619号"
POPULATION = "北京市人口与计划生育条例"
MONTH_DAYS = 30
LATE_AGE: Months = 288  # 24 years


@rule(
    zh="生育费用由谁支付",
    en="Who bears the birth",
    cites=DECREE,
    confidence="known",
    note="to the month of the birth, or of the procedure where there is none",
)
def maternity_payer(
    maternity_months_paid: Months,
    maternity_months_after: Months,
    maternity_months_asked: Months,
    maternity_months_later: Months,
) -> MaternityPayer:
    """The fund after nine months paid in a row; else the employer, to whom the fund repays after twelve later ones."""
    if maternity_months_paid >= maternity_months_asked:
        return MaternityPayer.FUND
    if maternity_months_paid == 0 and maternity_months_after == 0:
        return MaternityPayer.NONE
    return MaternityPayer.FUND_LATER if maternity_months_after >= maternity_months_later else MaternityPayer.EMPLOYER


@rule(zh="晚育", en="Late childbirth", cites=DECREE, confidence="source")
def late_childbirth(
    birth_day: Day, pregnancy_end_day: Day, pregnancy_end: PregnancyEnd, first_birth: Flag, lawful_birth: Flag
) -> Flag:
    """The first child of a mother of 24 and more."""
    if pregnancy_end != PregnancyEnd.BIRTH or not first_birth or not lawful_birth:
        return False
    return pregnancy_end_day >= add_months(birth_day, LATE_AGE)


@rule(
    zh="终止妊娠的阶段",
    en="Stage at which the pregnancy was ended",
    cites="京劳社医发〔2005〕62号",
    confidence="approx",
    note="the number of the document is approx",
)
def abortion_stage(pregnancy_weeks: Count) -> AbortionStage:
    """By full weeks."""
    if pregnancy_weeks < 12:
        return AbortionStage.UNDER_12
    if pregnancy_weeks < 16:
        return AbortionStage.FROM_12
    return AbortionStage.FROM_16 if pregnancy_weeks < 28 else AbortionStage.FROM_28


@rule(
    variable="birth_extra_leave",
    zh="晚育、依法生育增加的假期",
    en="More leave for late or lawful childbirth",
    cites=DECREE,
    until="2016-03-23",
    dated_by="pregnancy_end_day",
    confidence="source",
)
def birth_extra_leave_late(late_childbirth: Flag, late_leave_given: Flag, maternity_leave_late: Days) -> Days:
    """For late childbirth, unless the father takes it."""
    return maternity_leave_late if late_childbirth and not late_leave_given else 0


@rule(
    zh="晚育、依法生育增加的假期",
    en="More leave for late or lawful childbirth",
    cites=POPULATION,
    since="2016-03-24",
    dated_by="pregnancy_end_day",
    confidence="known",
    note="from 2021-11-26 as remembered, to be confirmed",
)
def birth_extra_leave(pregnancy_end: PregnancyEnd, lawful_birth: Flag, maternity_leave_general: Days) -> Days:
    """For every lawful birth."""
    return maternity_leave_general if pregnancy_end == PregnancyEnd.BIRTH and lawful_birth else 0


@rule(
    variable="maternity_leave_days",
    zh="产假天数",
    en="Days of maternity leave",
    cites=DECREE,
    until="2005-06-30",
    dated_by="pregnancy_end_day",
)
def no_maternity_leave_days() -> Days:
    """The insurance begins on 2005-07-01."""
    return 0


@rule(
    zh="产假天数",
    en="Days of maternity leave",
    cites=f"{DECREE}；{LABOUR}；{POPULATION}",
    since="2005-07-01",
    dated_by="pregnancy_end_day",
    formula="90或98 + 难产15 + 多胎每个15 + 晚育或依法生育",
    confidence="source",
)
def maternity_leave_days(
    benefit_day: Day,
    pregnancy_end_day: Day,
    pregnancy_end: PregnancyEnd,
    difficult_birth: Flag,
    children_born: Count,
    abortion_stage: AbortionStage,
    birth_extra_leave: Days,
    maternity_leave: Days,
    maternity_leave_difficult: Days,
    maternity_leave_child: Days,
    abortion_leave: Table[Days],
) -> Days:
    """By how the pregnancy ended; none before its end."""
    if pregnancy_end == PregnancyEnd.NONE or pregnancy_end_day > benefit_day:
        return 0
    if pregnancy_end == PregnancyEnd.ABORTION:
        return abortion_leave[abortion_stage]
    leave = maternity_leave + birth_extra_leave
    if difficult_birth:
        leave = leave + maternity_leave_difficult
    return leave + maternity_leave_child * max(0, children_born - 1)


@rule(
    variable="maternity_allowance_base",
    zh="生育津贴计算基数",
    en="Base of the maternity allowance",
    cites=DECREE,
    until="2011-12-31",
    dated_by="pregnancy_end_day",
    confidence="source",
)
def own_maternity_allowance_base(delivery_base: Fen) -> Fen:
    """The own base in the month of the birth."""
    return delivery_base


@rule(
    zh="生育津贴计算基数",
    en="Base of the maternity allowance",
    cites="社会保险法 第56条；北京市人民政府令第154号",
    since="2012-01-01",
    dated_by="pregnancy_end_day",
    confidence="approx",
    note="that the change is of 2012-01-01 is approx",
)
def maternity_allowance_base(employer_average_base: Fen) -> Fen:
    """The employer's average base in the month in which the pregnancy ended."""
    return employer_average_base


@rule(
    zh="生育津贴",
    en="Maternity allowance",
    cites=DECREE,
    formula="缴费基数 ÷ 30 × 产假天数",
    confidence="source",
    note="a thirtieth is kept exact, the sum is rounded half up to fen",
    pays=Pays.ONCE,
)
def maternity_allowance(
    maternity_payer: MaternityPayer, maternity_leave_days: Days, maternity_allowance_base: Fen
) -> Fen:
    """Paid by the fund, at once or after twelve later months."""
    if maternity_payer != MaternityPayer.FUND and maternity_payer != MaternityPayer.FUND_LATER:
        return 0
    return half_up_to_fen(maternity_allowance_base * number(maternity_leave_days), MONTH_DAYS)


@rule(
    zh="单位补足的生育津贴差额",
    en="What the employer adds to the maternity allowance",
    cites=DECREE,
    formula="工资 ÷ 30 × 产假天数 − 生育津贴",
    confidence="known",
    note="all of the wage where the fund pays nothing; asked of employers, not of the fund",
)
def maternity_wage_difference(maternity_leave_days: Days, wage_before_leave: Fen, maternity_allowance: Fen) -> Fen:
    """The wage of the days of leave that the allowance does not reach."""
    return max(0, half_up_to_fen(wage_before_leave * number(maternity_leave_days), MONTH_DAYS) - maternity_allowance)


@rule(
    variable="paternal_allowance",
    zh="男方晚育津贴",
    en="Allowance of a father for late childbirth",
    cites=DECREE,
    until="2005-06-30",
    dated_by="late_leave_birth_day",
    pays=Pays.ONCE,
)
def no_paternal_allowance() -> Fen:
    """The insurance begins on 2005-07-01."""
    return 0


@rule(
    variable="paternal_allowance",
    zh="男方晚育津贴",
    en="Allowance of a father for late childbirth",
    cites=DECREE,
    since="2005-07-01",
    until="2016-03-23",
    dated_by="late_leave_birth_day",
    formula="本人缴费基数 ÷ 30 × 30",
    confidence="approx",
    note="by his own base, as the parent with the higher base takes it; his months paid are asked as of a mother",
    pays=Pays.ONCE,
)
def paternal_allowance_to_2016(
    benefit_day: Day,
    late_leave_birth_day: Day,
    maternity_payer: MaternityPayer,
    delivery_base: Fen,
    maternity_leave_late: Days,
) -> Fen:
    """The days of late childbirth, where the mother leaves them to him."""
    if late_leave_birth_day > benefit_day or maternity_payer != MaternityPayer.FUND:
        return 0
    return half_up_to_fen(delivery_base * number(maternity_leave_late), MONTH_DAYS)


@rule(
    zh="男方晚育津贴",
    en="Allowance of a father for late childbirth",
    cites=POPULATION,
    since="2016-03-24",
    dated_by="late_leave_birth_day",
    confidence="known",
    pays=Pays.ONCE,
)
def paternal_allowance() -> Fen:
    """Late childbirth is no longer rewarded."""
    return 0
