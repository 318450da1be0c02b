"""A small law that uses all of the language once, for tests of the engine: `LAW`, `ALL`, and `person()` with facts.

Every rule is short enough to be followed by hand; the figures are invented.
"""

from __future__ import annotations

import sys
from typing import Any

from shebao.rules import parameters
from shebao.rules.declare import Group, Input, Missing, Reason, refuse, rule
from shebao.rules.kinds import (
    LAST_DAY,
    ONE4,
    YEAR_MONTHS,
    Bands,
    Code,
    Dated,
    Day,
    Days,
    Fen,
    Flag,
    Members,
    MonthMask,
    Months,
    Ratio4,
    Series,
    Table,
    Year,
    Yearly,
    YearlyBands,
    YearlyTable,
    Years,
    day,
)
from shebao.rules.language import (
    NO_QUOTIENT,
    add_months,
    age_on,
    as_years,
    half_up,
    half_up_quotient,
    half_up_to_fen,
    half_up_to_jiao,
    helper,
    months_in,
    number,
    quotient,
    within,
    year_of,
)
from shebao.rules.law import Law

HOUSEHOLD = Group("household", "家庭", "Household", max_members=4)
VILLAGE = Group("village", "村", "Village")

NOT_OF_AGE = Reason("NOT_OF_AGE", "未达到退休年龄", "not of retirement age")
NO_ROOM = Reason("NO_ROOM", "住房面积为零", "the home has no floor")

WHOLE: Months = 180  # months paid that give a pension
SQUARE = 3


class Sex(Code):
    MALE = 1, "男", "male"
    FEMALE = 2, "女", "female"


class Grade(Code):
    FIRST = 1, "一级", "first grade"
    SECOND = 2, "二级", "second grade"
    THIRD = 3, "三级", "third grade"


INPUTS = [
    Input("birth_day", Day, "出生日期", "Day of birth", missing=Missing.ROW),
    Input("sex", Sex, "性别", "Sex"),
    Input("retirement_day", Day, "退休日期", "Day of retirement", low=day("1980-01-01"), high=day("2030-12-31")),
    Input("death_day", Day, "死亡日期", "Day of death", missing=LAST_DAY),
    Input("paid_year", Series[Year], "缴费年度", "Year paid for", 1980, 2030, history="paid", max_length=50),
    Input("paid_base", Series[Fen], "缴费工资", "Wage paid on", 0, 10**9, history="paid", max_length=50),
    Input("paid_months", Series[MonthMask], "缴费月份", "Months paid", history="paid", max_length=50),
    Input("savings", Fen, "储蓄", "Savings", 0, 10**11),
    Input("spare_days", Days, "宽限天数", "Days of grace", missing=0),
    Input("hardship", Flag, "困难", "In hardship", missing=False),
    Input("grade", Grade, "伤残等级", "Grade of disability"),
    Input("floor", Fen, "住房", "Value of the home", 0, 10**9, of="household"),
    Input("grant", Fen, "村补贴", "Grant to the village", 0, 10**8, missing=0, of="village"),
]

PARAMETERS = """
wage:
  zh: 平均工资
  en: Average wage
  kind: fen
  unit: yuan per month
  range: [1, 100000]
  doc: 某统字〔2011〕1号
  confidence: source
  yearly:
    - {year: 1993, value: 300, clause: 附表}
    - {year: 1994, value: 500}
    - {year: 1996, value: 700}
    - {year: 2004, value: 2000.50}
    - {year: 2005, value: 2500, confidence: approx}
    - {year: 2006, value: 3000}
    - {year: 2007, value: 3300}
rate:
  zh: 计发比例
  en: Rate
  kind: ratio4
  unit: percent
  range: [0, 100]
  doc: 某社字〔1990〕2号
  confidence: known
  dated:
    - {from: 1990-01-01, to: 1997-12-31, value: 20}
    - {from: 1999-01-01, value: 15, clause: 第三条}
    - {from: 2004-07-01, value: 12.5, confidence: approx}
divisor:
  zh: 计发月数
  en: Months of payment
  kind: months
  unit: months
  range: [1, 400]
  by: years
  keys: [50, 65]
  doc: 某社字〔2005〕3号
  confidence: known
  dated:
    - from: 2006-01-01
      values: {50: 195, 51: 190, 52: 185, 53: 180, 55: 170, 56: 164, 57: 158, 58: 152, 59: 145, 60: 139, 65: 101}
rise:
  zh: 年度调整
  en: Yearly rise
  kind: fen
  unit: yuan per month
  range: [0, 1000]
  bands: fen
  doc: 某社字〔2008〕4号
  confidence: source
  yearly:
    - {year: 2007, bands: [{below: 100, value: 20}, {value: 10}]}
    - {year: 2008, bands: [{below: 50, value: 30}, {below: 150, value: 25.5}, {value: 12}]}
fee:
  zh: 手续费
  en: Fee
  kind: fen
  unit: yuan
  range: [0, 1000]
  bands: fen
  doc: 某财字〔1999〕5号
  confidence: source
  dated:
    - {from: 2000-01-01, bands: [{below: 1000, value: 0}, {from: 2000, value: 8}]}
grade_pay:
  zh: 伤残津贴
  en: Pay by grade
  kind: fen
  unit: yuan per month
  range: [0, 10000]
  by: Grade
  doc: 某社字〔2007〕6号
  confidence: source
  yearly:
    - {year: 2007, values: {first: 900, second: 600}}
    - {year: 2008, values: {first: 990, second: 660, third: 330}}
interest:
  zh: 利率
  en: Interest
  kind: ratio4
  unit: percent
  range: [0, 100]
  doc: 某银字〔2000〕7号
  confidence: source
  dated:
    - {from: 2000-01-01, to: 2005-12-31, value: 2.25}
    - {from: 2006-01-01, value: 2.5}
least:
  zh: 最低标准
  en: Least amount
  kind: fen
  unit: yuan per month
  range: [0, 10000]
  doc: 某民字〔2007〕8号
  dated:
    - {from: 2007-01-01, to: 2007-12-31, value: 300, confidence: source}
    - {from: 2008-01-01, value: 330, confidence: approx}
"""


@helper
def pension_age(sex: Sex) -> Years:
    """The age from which a pension is paid."""
    if sex == Sex.MALE:
        return 60
    return 55


@helper
def months_of(masks: Series[MonthMask]) -> Months:
    """All months of a history."""
    count = 0
    for k in range(len(masks)):
        count = count + months_in(masks[k])
    return count


@rule(zh="退休年龄", en="Age at retirement", cites="某法 第一条", dated_by="retirement_day", confidence="source")
def age(birth_day: Day, retirement_day: Day) -> Years:
    """Completed years on the day of retirement."""
    return age_on(birth_day, retirement_day)


@rule(zh="已到退休年龄", en="Of retirement age", cites="某法 第二条", dated_by="retirement_day")
def of_age(age: Years, sex: Sex) -> Flag:
    """From 60 for men, 55 for women."""
    return age >= pension_age(sex)


@rule(zh="缴费月数", en="Months paid", cites="某法 第三条")
def months_paid(paid_months: Series[MonthMask]) -> Months:
    """All months of the history."""
    return months_of(paid_months)


@rule(zh="缴费工资指数", en="Wage index", cites="某法 第四条", formula="Σ(X ÷ C) ÷ N × 12")
def wage_index(paid_year: Series[Year], paid_base: Series[Fen], wage: Yearly[Fen], months_paid: Months) -> Ratio4:
    """The sum over the years of own wage against average wage, by the months paid, to 4 decimals."""
    total = NO_QUOTIENT
    for k in range(len(paid_year)):
        total += quotient(paid_base[k], wage[paid_year[k]])
    return half_up_quotient(total, ONE4 * YEAR_MONTHS, months_paid)


@rule(
    zh="养老金",
    en="Pension",
    cites="某社字〔1990〕2号",
    until="2005-12-31",
    dated_by="retirement_day",
    variable="pension",
    formula="C × R",
)
def pension_before_2006(of_age: Flag, months_paid: Months, retirement_day: Day, wage: Yearly[Fen], rate: Ratio4) -> Fen:
    """The average wage of the year before, at the rate of the day, to jiao; nothing under 180 months."""
    if not of_age:
        refuse(NOT_OF_AGE)
    if months_paid < WHOLE:
        return 0
    return half_up_to_jiao(wage[year_of(retirement_day) - 1] * rate, ONE4)


@rule(
    zh="养老金",
    en="Pension",
    cites="某社字〔2005〕3号",
    since="2006-01-01",
    dated_by="retirement_day",
    variable="pension",
    formula="S ÷ M",
    confidence="source",
)
def pension_from_2006(of_age: Flag, savings: Fen, age: Years, divisor: Table[Months], wage_index: Ratio4) -> Fen:
    """The savings by the months of the age, at the own index, to fen."""
    if not of_age:
        refuse(NOT_OF_AGE)
    return half_up_to_fen(savings * wage_index, number(divisor[age]) * ONE4)


@rule(zh="现养老金", en="Pension in payment", cites="某社字〔2008〕4号", formula="P + Σ A")
def pension_in_payment(
    pension: Fen, retirement_day: Day, death_day: Day, benefit_day: Day, rise: YearlyBands[Fen]
) -> Fen:
    """The pension with the rise of each year from 2007 on, each by the amount before it; nothing after death."""
    if death_day < benefit_day:
        return 0
    amount = pension
    for year in range(max(year_of(retirement_day) + 1, 2007), year_of(benefit_day) + 1):
        amount = within(amount + rise[year, amount], 0, 1_000_000_000)
    return amount


@rule(zh="伤残津贴", en="Pay for disability", cites="某社字〔2007〕6号")
def grade_allowance(hardship: Flag, grade: Grade, grade_pay: YearlyTable[Fen], benefit_day: Day) -> Fen:
    """By grade, for who is in hardship."""
    if not hardship:
        return 0
    return grade_pay[year_of(benefit_day), grade]


@rule(zh="手续费", en="Fee", cites="某财字〔1999〕5号", dated_by="retirement_day")
def fee_due(savings: Fen, fee: Bands[Fen]) -> Fen:
    """By band of the savings."""
    return fee[savings]


@rule(zh="利息", en="Interest of a year", cites="某银字〔2000〕7号", confidence="approx")
def interest_due(savings: Fen, interest: Dated[Ratio4], retirement_day: Day) -> Fen:
    """At the rate of the day of retirement."""
    return half_up_to_fen(savings * interest[retirement_day], ONE4)


@rule(zh="储蓄三倍", en="Three times the savings", cites="某法 第五条")
def tripled(savings: Fen) -> Fen:
    """Written so that it overflows for large savings and divides by zero for none."""
    return half_up(savings * savings * SQUARE, savings)


@rule(zh="宽限日", en="Day of grace", cites="某法 第六条")
def grace_day(retirement_day: Day, spare_days: Days) -> Day:
    """So many days after retirement."""
    return retirement_day + spare_days


@rule(zh="宽限年", en="Year of grace", cites="某法 第六条")
def grace_year(retirement_day: Day, spare_days: Days) -> Year:
    """The year of that day, and half a year more."""
    return year_of(add_months(retirement_day + spare_days, 6))


@rule(zh="末次缴费年度", en="Last row's year", cites="某法 第七条")
def last_paid(paid_year: Series[Year]) -> Year:
    """Of the history's last row; refused when it has none."""
    return paid_year[len(paid_year) - 1]


@rule(zh="工龄", en="Years since the last payment", cites="某法 第七条")
def idle(last_paid: Year, benefit_day: Day, sex: Sex) -> Years:
    """Counted in calendar years; women have it halved."""
    years = as_years(0) + (year_of(benefit_day) - last_paid)
    return half_up(years, 2) if sex == Sex.FEMALE and years > 1 else years


@rule(zh="收入", en="Income", cites="某民字〔2007〕8号 第一条")
def income(pension_in_payment: Fen, grade_allowance: Fen, hardship: Flag) -> Fen:
    """The pension, and in hardship what is paid for disability."""
    return max(pension_in_payment, 0) + (grade_allowance if hardship else 0)


@rule(zh="家庭收入", en="Income of the household", cites="某民字〔2007〕8号 第二条", of=HOUSEHOLD)
def household_income(income: Members[Fen]) -> Fen:
    """The sum over the members."""
    total = 0
    for k in range(len(income)):
        total = total + income[k]
    return total


@rule(zh="收入与住房之比", en="Income by the home's value", cites="某民字〔2007〕8号 第二条", of=HOUSEHOLD)
def household_share(household_income: Fen, floor: Fen) -> Ratio4:
    """To 4 decimals."""
    if floor == 0:
        refuse(NO_ROOM)
    return half_up(household_income * ONE4, floor)


@rule(zh="最年长者生日", en="Birth of the eldest", cites="某民字〔2007〕8号 第二条", of=HOUSEHOLD)
def eldest(birth_day: Members[Day], benefit_day: Day) -> Day:
    """Of the members."""
    first = benefit_day
    for k in range(len(birth_day)):
        first = min(first, birth_day[k])
    return first


@rule(zh="救助金", en="Relief", cites="某民字〔2007〕8号 第三条")
def relief(household_share: Ratio4, income: Fen, least: Fen) -> Fen:
    """What lacks to the least amount, where the household's income is below the value of its home."""
    if household_share >= ONE4:
        return 0
    return max(least - income, 0)


@rule(zh="村救助总额", en="Relief in the village", cites="某民字〔2007〕8号 第四条", of=VILLAGE)
def village_relief(relief: Members[Fen], grant: Fen) -> Fen:
    """What the members get, and the grant."""
    total = grant
    for k in range(len(relief)):
        total = total + relief[k]
    return total


@rule(zh="村内份额", en="Share in the village", cites="某民字〔2007〕8号 第五条")
def village_part(relief: Fen, village_relief: Fen) -> Ratio4:
    """The own part of the village's relief."""
    return half_up(relief * ONE4, village_relief)


@rule(zh="住房价值", en="Value of the own home", cites="某民字〔2007〕8号 第六条")
def home(floor: Fen, hardship: Flag) -> Fen:
    """The household's; not looked at in hardship."""
    return 0 if hardship else floor


LAW = Law.of([sys.modules[__name__]], parameters.load(PARAMETERS, {"Sex": Sex, "Grade": Grade}, "small.yaml"))
ALL = tuple(LAW.variables)


def person(**changed: Any) -> dict[str, Any]:
    """A man born on 1946-05-20 who retired on 2006-06-01 with 47 months paid in four years; amounts in fen."""
    facts = {
        "birth_day": day("1946-05-20"),
        "sex": 1,
        "retirement_day": day("2006-06-01"),
        "paid_year": [1993, 1994, 1996, 2004],
        "paid_base": [30_000, 60_000, 70_000, 300_075],
        "paid_months": [4095, 4095, 4095, 2047],
        "savings": 1_390_000,
    }
    return {**facts, **changed}
