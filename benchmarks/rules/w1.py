"""W1, a snapshot: pension, medical reimbursement and a household benefit, 18 rules in the rule language of shebao."""

from __future__ import annotations

from shebao.rules.declare import Group, Input, Missing, rule
from shebao.rules.kinds import ONE4, YEAR_MONTHS, Code, Count, Fen, Flag, Members, Months, Ratio4, Table, Years
from shebao.rules.language import half_up_to_fen, number

CITES = "benchmark W1"
HOUSEHOLD = Group("household", "家庭", "Household")


class Level(Code):
    FIRST = 1, "一级", "first"
    SECOND = 2, "二级", "second"
    THIRD = 3, "三级", "third"


MONEY = 10**11
INPUTS = [
    Input("retire_age", Years, "退休年龄", "Age at retirement", 0, 130, Missing.ROW),
    Input("index_avg", Ratio4, "平均指数", "Mean wage index", 0, 1_000_000, Missing.ROW),
    Input("pay_months", Months, "缴费月数", "Months paid", 0, 1200, Missing.ROW),
    Input("deemed_months", Months, "视同月数", "Deemed months", 0, 1200, Missing.ROW),
    Input("account_balance", Fen, "账户余额", "Account balance", 0, MONEY, Missing.ROW),
    Input("hospital_level", Level, "医院等级", "Hospital level", missing=Missing.ROW),
    Input("retired", Flag, "已退休", "Retired", missing=Missing.ROW),
    Input("med_cost", Fen, "医疗费用", "Medical cost", 0, MONEY, Missing.ROW),
    Input("med_selfpay", Fen, "自费", "Own share", 0, MONEY, Missing.ROW),
    Input("ytd_paid", Fen, "年内已付", "Paid this year", 0, MONEY, Missing.ROW),
    Input("wage_income", Fen, "工资收入", "Wage income", 0, MONEY, Missing.ROW),
    Input("hh_size", Count, "家庭人数", "Members of the household", 1, 64, Missing.ROW, of="household"),
    Input("hh_assets", Fen, "家庭财产", "Assets of the household", 0, 10**13, Missing.ROW, of="household"),
]

PARAMETERS = """
p_avg_wage: {zh: 平均工资, en: average wage, kind: fen, unit: yuan, range: [0, 10000000], doc: W1, confidence: seed,
  dated: [{from: 2000-01-01, value: 11525}]}
p_min_months: {zh: 最低月数, en: least months, kind: months, unit: months, range: [0, 1200], doc: W1, confidence: seed,
  dated: [{from: 2000-01-01, value: 180}]}
p_pension_floor: {zh: 最低养老金, en: least pension, kind: fen, unit: yuan, range: [0, 10000000], doc: W1,
  confidence: seed, dated: [{from: 2000-01-01, value: 2500}]}
p_band1: {zh: 一段, en: first band, kind: fen, unit: yuan, range: [0, 10000000], doc: W1, confidence: seed,
  dated: [{from: 2000-01-01, value: 30000}]}
p_band2: {zh: 二段, en: second band, kind: fen, unit: yuan, range: [0, 10000000], doc: W1, confidence: seed,
  dated: [{from: 2000-01-01, value: 100000}]}
p_med_cap: {zh: 封顶, en: cap, kind: fen, unit: yuan, range: [0, 10000000], doc: W1, confidence: seed,
  dated: [{from: 2000-01-01, value: 500000}]}
p_line: {zh: 保障线, en: benefit line, kind: fen, unit: yuan, range: [0, 10000000], doc: W1, confidence: seed,
  dated: [{from: 2000-01-01, value: 1395}]}
p_asset_cap: {zh: 财产上限, en: asset limit, kind: fen, unit: yuan, range: [0, 10000000], doc: W1, confidence: seed,
  dated: [{from: 2000-01-01, value: 33480}]}
p_retired_bonus: {zh: 退休加成, en: bonus of the retired, kind: ratio4, unit: ratio, range: [0, 1], doc: W1,
  confidence: seed, dated: [{from: 2000-01-01, value: 0.03}]}
t_payout_months: {zh: 计发月数, en: annuity months, kind: months, unit: months, by: years, keys: [40, 70],
  range: [1, 1000], doc: W1, confidence: seed, dated: [{from: 2000-01-01, values: {40: 233, 41: 230, 42: 226, 43: 223,
  44: 220, 45: 216, 46: 212, 47: 208, 48: 204, 49: 199, 50: 195, 51: 190, 52: 185, 53: 180, 54: 175, 55: 170, 56: 164,
  57: 158, 58: 152, 59: 145, 60: 139, 61: 132, 62: 125, 63: 117, 64: 109, 65: 101, 66: 93, 67: 84, 68: 75, 69: 65,
  70: 56}}]}
t_deductible: {zh: 起付线, en: deductible, kind: fen, unit: yuan, by: Level, range: [0, 10000000], doc: W1,
  confidence: seed, dated: [{from: 2000-01-01, values: {first: 650, second: 900, third: 1300}}]}
t_ratio1: {zh: 一段比例, en: first ratio, kind: ratio4, unit: ratio, by: Level, range: [0, 1], doc: W1,
  confidence: seed, dated: [{from: 2000-01-01, values: {first: 0.90, second: 0.87, third: 0.85}}]}
t_ratio2: {zh: 二段比例, en: second ratio, kind: ratio4, unit: ratio, by: Level, range: [0, 1], doc: W1,
  confidence: seed, dated: [{from: 2000-01-01, values: {first: 0.95, second: 0.92, third: 0.90}}]}
t_ratio3: {zh: 三段比例, en: third ratio, kind: ratio4, unit: ratio, by: Level, range: [0, 1], doc: W1,
  confidence: seed, dated: [{from: 2000-01-01, values: {first: 0.97, second: 0.95, third: 0.95}}]}
"""


@rule(zh="已参保", en="Insured", cites=CITES)
def insured(pay_months: Months, p_min_months: Months) -> Flag:
    return pay_months >= p_min_months


@rule(zh="基础养老金", en="Basic pension", cites=CITES)
def basic_pension(insured: Flag, pay_months: Months, index_avg: Ratio4, p_avg_wage: Fen) -> Fen:
    if not insured:
        return 0
    return half_up_to_fen(p_avg_wage * (ONE4 + index_avg) * pay_months, 2 * ONE4 * YEAR_MONTHS * 100)


@rule(zh="过渡性养老金", en="Transitional pension", cites=CITES)
def transitional_pension(insured: Flag, deemed_months: Months, index_avg: Ratio4, p_avg_wage: Fen) -> Fen:
    if not insured or deemed_months == 0:
        return 0
    return half_up_to_fen(p_avg_wage * index_avg * deemed_months, ONE4 * YEAR_MONTHS * 100)


@rule(zh="计发月数", en="Annuity months", cites=CITES)
def payout_months(retire_age: Years, t_payout_months: Table[Months]) -> Months:
    return t_payout_months[min(max(retire_age, 40), 70)]


@rule(zh="账户养老金", en="Account pension", cites=CITES)
def account_pension(insured: Flag, account_balance: Fen, payout_months: Months) -> Fen:
    if not insured:
        return 0
    return half_up_to_fen(account_balance, number(payout_months))


@rule(zh="公式养老金", en="Pension by formula", cites=CITES)
def formula_pension(basic_pension: Fen, transitional_pension: Fen, account_pension: Fen) -> Fen:
    return basic_pension + transitional_pension + account_pension


@rule(zh="养老金", en="Pension", cites=CITES)
def pension(insured: Flag, formula_pension: Fen, p_pension_floor: Fen) -> Fen:
    if not insured:
        return 0
    return max(formula_pension, p_pension_floor)


@rule(zh="起付线", en="Deductible", cites=CITES)
def med_deductible(hospital_level: Level, t_deductible: Table[Fen]) -> Fen:
    return t_deductible[hospital_level]


@rule(zh="报销基数", en="Base", cites=CITES)
def med_base(med_cost: Fen, med_selfpay: Fen, med_deductible: Fen) -> Fen:
    return max(med_cost - med_selfpay - med_deductible, 0)


@rule(zh="退休加成", en="Bonus", cites=CITES)
def med_ratio_bonus(retired: Flag, p_retired_bonus: Ratio4) -> Ratio4:
    if retired:
        return p_retired_bonus
    return 0


@rule(zh="一段报销", en="First band", cites=CITES)
def med_band1_pay(
    med_base: Fen, hospital_level: Level, med_ratio_bonus: Ratio4, p_band1: Fen, t_ratio1: Table[Ratio4]
) -> Fen:
    part = min(med_base, p_band1)
    return half_up_to_fen(part * (t_ratio1[hospital_level] + med_ratio_bonus), ONE4)


@rule(zh="二段报销", en="Second band", cites=CITES)
def med_band2_pay(
    med_base: Fen, hospital_level: Level, med_ratio_bonus: Ratio4, p_band1: Fen, p_band2: Fen, t_ratio2: Table[Ratio4]
) -> Fen:
    if med_base <= p_band1:
        return 0
    part = min(med_base, p_band2) - p_band1
    return half_up_to_fen(part * (t_ratio2[hospital_level] + med_ratio_bonus), ONE4)


@rule(zh="三段报销", en="Third band", cites=CITES)
def med_band3_pay(
    med_base: Fen, hospital_level: Level, med_ratio_bonus: Ratio4, p_band2: Fen, t_ratio3: Table[Ratio4]
) -> Fen:
    if med_base <= p_band2:
        return 0
    part = med_base - p_band2
    return half_up_to_fen(part * (t_ratio3[hospital_level] + med_ratio_bonus), ONE4)


@rule(zh="未封顶报销", en="Sum of bands", cites=CITES)
def med_uncapped(med_band1_pay: Fen, med_band2_pay: Fen, med_band3_pay: Fen) -> Fen:
    return med_band1_pay + med_band2_pay + med_band3_pay


@rule(zh="报销", en="Reimbursement", cites=CITES)
def med_reimbursement(med_uncapped: Fen, ytd_paid: Fen, p_med_cap: Fen) -> Fen:
    room = max(p_med_cap - ytd_paid, 0)
    return min(med_uncapped, room)


@rule(zh="计入收入", en="Counted income", cites=CITES)
def counted_income(wage_income: Fen, retired: Flag, pension: Fen) -> Fen:
    if retired:
        return wage_income + pension
    return wage_income


@rule(zh="家庭收入", en="Household income", cites=CITES, of=HOUSEHOLD)
def hh_income(counted_income: Members[Fen]) -> Fen:
    total = 0
    for k in range(len(counted_income)):
        total += counted_income[k]
    return total


@rule(zh="家庭保障线", en="Household line", cites=CITES, of=HOUSEHOLD)
def hh_line(hh_size: Count, p_line: Fen) -> Fen:
    return hh_size * p_line


@rule(zh="家庭补差", en="Household benefit", cites=CITES, of=HOUSEHOLD)
def hh_benefit(hh_income: Fen, hh_line: Fen, hh_assets: Fen, hh_size: Count, p_asset_cap: Fen) -> Fen:
    if hh_assets > p_asset_cap * hh_size:
        return 0
    if hh_income >= hh_line:
        return 0
    return hh_line - hh_income
