"""Who gets the minimum living allowance, and how much."""

from __future__ import annotations

from shebao.law.assistance.minimum_living.means import EARLIER, RULES_2018
from shebao.law.city.facts import Sex
from shebao.law.city.household import HOUSEHOLD, Schooling, Work
from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import ONE4, Count, Day, Fen, Flag, Members, Months, Ratio4
from shebao.rules.language import (
    as_months,
    half_up_to_fen,
    half_up_to_yuan,
    helper,
    month_index,
    months_between,
    within,
)


@helper
def child_or_student(birth_day: Day, on: Day, schooling: Schooling) -> Flag:
    """To the 16th birthday, and full-time students to bachelor level."""
    if months_between(birth_day, on) <= 16 * 12:
        return True
    return schooling != Schooling.NONE and schooling != Schooling.POSTGRADUATE


# ---- to 2018: coefficients
@rule(
    zh="分类救助系数",
    en="Coefficient of classified help",
    cites="京民社救发〔2014〕484号",
    until="2018-12-31",
    confidence="approx",
    note="the coefficients of the documents before 2019 were not found; these are placeholders. The highest counts",
)
def classified_coefficient(
    benefit_day: Day,
    birth_day: Day,
    severely_disabled: Flag,
    coefficient_severely_disabled: Ratio4,
    coefficient_old: Ratio4,
    coefficient_child: Ratio4,
) -> Ratio4:
    """Severely disabled, from 70 on, below 16; 1 for others."""
    if severely_disabled:
        return coefficient_severely_disabled
    age = months_between(birth_day, benefit_day)
    if age >= 70 * 12:
        return coefficient_old
    if age < 16 * 12:
        return coefficient_child
    return ONE4


# ---- from 2019: additions, reductions, who is barred
@rule(
    zh="分类增发比例",
    en="Addition for who is in special hardship",
    cites=f"{RULES_2018} 九",
    since="2019-01-01",
    confidence="source",
    note="one person gets only the higher",
)
def classified_addition(
    benefit_day: Day,
    birth_day: Day,
    sex: Sex,
    schooling: Schooling,
    able_to_work: Flag,
    seriously_ill: Flag,
    severely_disabled: Flag,
    traditional_relief: Flag,
    addition_high: Ratio4,
    addition_low: Ratio4,
) -> Ratio4:
    """0.35 for the seriously ill and severely disabled; 0.25 for the old, young, students and who cannot work."""
    if seriously_ill or severely_disabled:
        return addition_high
    age = months_between(birth_day, benefit_day)
    if age >= 60 * 12 or not able_to_work or traditional_relief or (sex == Sex.FEMALE and age >= 55 * 12):
        return addition_low
    return addition_low if child_or_student(birth_day, benefit_day, schooling) else 0


@rule(
    zh="停发本人份额",
    en="Own part is stopped",
    cites="令649 第45条、京民社救发〔2018〕445号 十三(三)",
    since="2014-05-01",
    confidence="source",
)
def barred_from_minimum_living(
    benefit_day: Day, birth_day: Day, work: Work, able_to_work: Flag, refused_jobs: Count, out_of_contact: Flag
) -> Flag:
    """Of working age, unemployed and able to work: three suitable jobs refused, or six months without contact."""
    age = months_between(birth_day, benefit_day)
    if age < 16 * 12 or age >= 60 * 12 or work != Work.NONE or not able_to_work:
        return False
    return refused_jobs >= 3 or out_of_contact


@rule(
    zh="收入扣减",
    en="Reduction of income",
    cites=f"{RULES_2018} 收入扣减",
    since="2019-01-01",
    of=HOUSEHOLD,
    confidence="source",
    note="once a household; the higher of the two kinds",
)
def income_reduction(
    household_standard: Fen,
    household_member: Members[Flag],
    seriously_ill: Members[Flag],
    severely_disabled: Members[Flag],
    birth_day: Members[Day],
    schooling: Members[Schooling],
    single_parent: Flag,
    supporter_over_60: Flag,
    benefit_day: Day,
    reduction_hardship: Ratio4,
    reduction_supporter: Ratio4,
    reduction_single_parent: Ratio4,
) -> Fen:
    """One standard with a seriously ill or severely disabled member, half more with an old supporter; one for a
    single parent with a child to 16 or in school."""
    hardship = False
    child = False
    for k in range(len(household_member)):
        if household_member[k]:
            if seriously_ill[k] or severely_disabled[k]:
                hardship = True
            if child_or_student(birth_day[k], benefit_day, schooling[k]):
                child = True
    ratio = 0
    if hardship:
        ratio = reduction_hardship
        if supporter_over_60:
            ratio = reduction_hardship + reduction_supporter
    if single_parent and child:
        ratio = max(ratio, reduction_single_parent)
    return half_up_to_fen(household_standard * ratio, ONE4)


@rule(
    variable="income_after_reduction",
    zh="扣减后家庭月收入",
    en="Income after the reduction",
    cites=EARLIER,
    until="2018-12-31",
    of=HOUSEHOLD,
)
def income_without_reduction(household_income: Fen) -> Fen:
    """There was no reduction."""
    return household_income


@rule(
    zh="扣减后家庭月收入",
    en="Income after the reduction",
    cites=f"{RULES_2018} 九(一)",
    since="2019-01-01",
    of=HOUSEHOLD,
    confidence="source",
)
def income_after_reduction(household_income: Fen, income_reduction: Fen) -> Fen:
    """Not below nothing."""
    return max(0, household_income - income_reduction)


@rule(
    variable="minimum_living_eligible",
    zh="符合最低生活保障条件",
    en="Entitled to the minimum living allowance",
    cites=EARLIER,
    until="2018-12-31",
    of=HOUSEHOLD,
)
def minimum_living_eligible_before_2019(
    means_declared: Flag,
    household_size: Count,
    income_after_reduction: Fen,
    household_standard: Fen,
    minimum_living_property: Flag,
) -> Flag:
    """Declared, less income a head than the standard, property below the line."""
    if not means_declared or household_size == 0 or not minimum_living_property:
        return False
    return income_after_reduction < household_standard * household_size


@rule(
    zh="符合最低生活保障条件",
    en="Entitled to the minimum living allowance",
    cites=f"{RULES_2018} 三、九",
    since="2019-01-01",
    of=HOUSEHOLD,
    confidence="source",
)
def minimum_living_eligible(
    means_declared: Flag,
    household_size: Count,
    income_after_reduction: Fen,
    household_standard: Fen,
    minimum_living_property: Flag,
    obligor_wealthy: Flag,
) -> Flag:
    """Declared, less income a head than the standard, property below the line, and no wealthy obligor."""
    if not means_declared or household_size == 0 or not minimum_living_property or obligor_wealthy:
        return False
    return income_after_reduction < household_standard * household_size


@rule(
    variable="minimum_living_allowance",
    zh="最低生活保障金",
    en="Minimum living allowance of the household",
    cites=f"{EARLIER}；京民社救发〔2014〕484号",
    until="2018-12-31",
    of=HOUSEHOLD,
    formula="Σ 标准 × 分类系数 − 家庭月收入，四舍五入到元",
    confidence="approx",
    note="the structure is known, coefficients and rounding are approx",
    pays=Pays.MONTHLY,
)
def minimum_living_allowance_before_2019(
    minimum_living_eligible: Flag,
    household_standard: Fen,
    household_income: Fen,
    household_member: Members[Flag],
    classified_coefficient: Members[Ratio4],
) -> Fen:
    """The members' standards, each by its coefficient, less the income, to the yuan."""
    if not minimum_living_eligible:
        return 0
    total = 0
    for k in range(len(household_member)):
        if household_member[k]:
            total += classified_coefficient[k]
    need = half_up_to_fen(household_standard * within(total, 0, 10_000_000), ONE4)
    return half_up_to_yuan(max(0, need - household_income), 1)


@rule(
    zh="最低生活保障金",
    en="Minimum living allowance of the household",
    cites=f"{RULES_2018} 九、十一",
    since="2019-01-01",
    of=HOUSEHOLD,
    formula="(S − 扣减后人均收入) × 人数 + Σ S × 增发比例；就业后渐退：原待遇 × 100% 或 50%",
    confidence="approx",
    note="rounding half up to fen is not stated; a barred member's share is one head's. Persons in 九(二) who get the "
    "standard in full beside a household that gets the difference: how the two combine is not spelled out, so it is "
    "left out",
    pays=Pays.MONTHLY,
)
def minimum_living_allowance(
    benefit_day: Day,
    minimum_living_eligible: Flag,
    means_declared: Flag,
    household_standard: Fen,
    household_size: Count,
    income_after_reduction: Fen,
    household_member: Members[Flag],
    barred_from_minimum_living: Members[Flag],
    classified_addition: Members[Ratio4],
    job_reported_day: Day,
    former_allowance: Fen,
    exit_months: Months,
    exit_first: Ratio4,
    exit_second: Ratio4,
) -> Fen:
    """What is lacking to the standard for each member not barred, with additions; for who leaves by a job, the former
    allowance for three months and half of it for three more."""
    if not minimum_living_eligible:
        months = as_months(month_index(benefit_day) - month_index(job_reported_day))
        if not means_declared or months < as_months(1) or months > 2 * exit_months:
            return 0
        return half_up_to_fen(former_allowance * (exit_first if months <= exit_months else exit_second), ONE4)
    heads = 0
    additions = 0
    for k in range(len(household_member)):
        if household_member[k] and not barred_from_minimum_living[k]:
            heads += 1
            additions += classified_addition[k]
    lacking = household_standard * household_size - income_after_reduction
    extra = half_up_to_fen(household_standard * within(additions, 0, 10_000_000), ONE4)
    return half_up_to_fen(lacking * heads, household_size) + extra
