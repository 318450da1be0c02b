"""From the injury to the appraisal: the employer's full wage, meals in hospital, when the appraisal may be asked."""

from __future__ import annotations

from shebao.rules.declare import Input, Pays, rule
from shebao.rules.kinds import LAST_DAY, Count, Day, Fen, Flag, Months
from shebao.rules.language import month_index

REGULATION = "工伤保险条例"

INPUTS = [
    Input(
        "stoppage_months",
        Months,
        "确认的停工留薪期月数",
        "Months off work with full wage, as confirmed",
        high=60,
        missing=0,
        note="0: no time off work",
    ),
    Input(
        "stoppage_extended",
        Flag,
        "经确认延长停工留薪期",
        "The months off work were extended, as confirmed",
        missing=False,
    ),
    Input(
        "wage_before_injury",
        Fen,
        "受伤前原工资福利待遇（月）",
        "Monthly wage and benefits before the injury",
        high=10**8,
        missing=0,
    ),
    Input("injury_admission_day", Day, "工伤住院日期", "Day of admission for the injury", missing=LAST_DAY),
    Input("injury_inpatient_days", Count, "工伤住院天数", "Days in hospital for the injury", high=3660, missing=0),
]


@rule(
    zh="停工留薪期工资（单位支付）",
    en="Full wage while off work, owed by the employer",
    cites=f"{REGULATION} 第33条",
    formula="原工资福利待遇；最长12个月，经确认可再延长12个月",
    note="from the month of the injury to that of the appraisal, from which allowances take over",
    pays=Pays.MONTHLY,
)
def injury_stoppage_pay(
    benefit_day: Day,
    death_day: Day,
    injury_day: Day,
    injury_graded: Flag,
    injury_grade_day: Day,
    stoppage_months: Months,
    stoppage_extended: Flag,
    wage_before_injury: Fen,
    stoppage_most: Months,
    stoppage_extension: Months,
) -> Fen:
    """The wage as before, for the months confirmed, alive and not appraised yet."""
    if injury_day > benefit_day or month_index(benefit_day) > month_index(death_day):
        return 0
    if injury_graded and month_index(benefit_day) > month_index(injury_grade_day):
        return 0
    most = stoppage_most + stoppage_extension if stoppage_extended else stoppage_most
    if month_index(benefit_day) - month_index(injury_day) >= min(stoppage_months, most):
        return 0
    return wage_before_injury


@rule(
    zh="工伤住院伙食补助",
    en="Meals in hospital",
    cites="国务院令第375号 第29条、国务院令第586号 第30条",
    dated_by="injury_admission_day",
    formula="住院天数 × 每日标准",
    confidence="approx",
    note="the employer pays to 2010, the fund from 2011; the standard rose from 20 to 30 yuan on a day not at hand, so "
    "from 2011 it is refused",
    pays=Pays.ONCE,
)
def injury_meals(
    benefit_day: Day, injury_admission_day: Day, injury_inpatient_days: Count, injury_meal_standard: Fen
) -> Fen:
    """The days in hospital at the standard of a day, once admitted."""
    if injury_admission_day > benefit_day or injury_inpatient_days == 0:
        return 0
    return injury_inpatient_days * injury_meal_standard


@rule(
    zh="可申请劳动能力鉴定",
    en="The appraisal may be asked",
    cites="京政发〔2011〕51号",
    confidence="seed",
    note="rehabilitation comes before the appraisal",
)
def injury_appraisal_open(benefit_day: Day, injury_day: Day, in_rehabilitation: Flag) -> Flag:
    """After the injury, once rehabilitation has ended."""
    return injury_day <= benefit_day and not in_rehabilitation
