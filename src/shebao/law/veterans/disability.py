"""Disabled soldiers: pension, nursing fee, medical guarantee."""

from __future__ import annotations

from shebao.law.assistance.minimum_living.means import local
from shebao.law.city.facts import Hukou
from shebao.law.veterans.facts import DisabilityCause
from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import ONE4, Count, Day, Fen, Flag, Ratio4, Table, Yearly
from shebao.rules.language import half_up_to_fen, month_index, year_of

REGULATION = "军人抚恤优待条例（国务院、中央军委令第413号，第602号修订）"
STANDARDS = "民政部、财政部（2018年起退役军人事务部、财政部）年度提高抚恤补助标准通知"


@rule(
    zh="享受残疾军人待遇",
    en="Cared for as a disabled soldier",
    cites=REGULATION,
    confidence="source",
    note="by illness grades 1 to 6 only; the month after the award is the first (approx); police and civil "
    "servants alike. Suspended in prison, without political rights or wanted; lost by a sentence to death or for life",
)
def disabled_veteran(
    benefit_day: Day,
    hukou: Hukou,
    veteran_disability_cause: DisabilityCause,
    veteran_disability_grade: Count,
    veteran_disability_day: Day,
    veteran_care_suspended: Flag,
    veteran_care_lost: Flag,
) -> Flag:
    """Registered here, with a grade that counts for its cause, and neither suspended nor lost."""
    if veteran_disability_cause == DisabilityCause.NONE or veteran_disability_grade == 0:
        return False
    if veteran_disability_cause == DisabilityCause.ILLNESS and veteran_disability_grade > 6:
        return False
    if veteran_care_suspended or veteran_care_lost or not local(hukou):
        return False
    return month_index(benefit_day) > month_index(veteran_disability_day)


@rule(
    zh="优抚待遇核算日",
    en="Day whose standards apply",
    cites=REGULATION,
    note="the benefit day; after a death the day of death, whose standards the funeral aid asks",
)
def veteran_standard_day(benefit_day: Day, death_day: Day) -> Day:
    """The earlier of the two."""
    return min(benefit_day, death_day)


@rule(
    zh="残疾抚恤金月标准",
    en="Standard of the disability pension, per month",
    cites=STANDARDS,
    dated_by="veteran_standard_day",
    formula="年标准 ÷ 12",
    confidence="approx",
    note="the national amounts of a year by cause and grade, a twelfth rounded half up to fen (approx); the city's "
    "supplement is not at hand",
)
def veteran_disability_standard(
    disabled_veteran: Flag,
    veteran_disability_cause: DisabilityCause,
    veteran_disability_grade: Count,
    disabled_by_combat: Table[Fen],
    disabled_by_duty: Table[Fen],
    disabled_by_illness: Table[Fen],
) -> Fen:
    """By cause and grade; grades whose amount is not at hand are refused."""
    if not disabled_veteran:
        return 0
    if veteran_disability_cause == DisabilityCause.COMBAT:
        return half_up_to_fen(disabled_by_combat[veteran_disability_grade], 12)
    if veteran_disability_cause == DisabilityCause.DUTY:
        return half_up_to_fen(disabled_by_duty[veteran_disability_grade], 12)
    return half_up_to_fen(disabled_by_illness[veteran_disability_grade], 12)


@rule(
    zh="残疾抚恤金",
    en="Pension of a disabled soldier",
    cites=REGULATION,
    confidence="approx",
    note="the national amount; the city's supplement is not at hand",
    pays=Pays.MONTHLY,
)
def veteran_disability_pension(benefit_day: Day, death_day: Day, veteran_disability_standard: Fen) -> Fen:
    """To the month of death."""
    return veteran_disability_standard if month_index(benefit_day) <= month_index(death_day) else 0


@rule(
    zh="符合残疾军人护理费条件",
    en="Entitled to the nursing fee",
    cites=f"{REGULATION} 第30条",
    confidence="source",
)
def veteran_care_eligible(
    benefit_day: Day,
    death_day: Day,
    disabled_veteran: Flag,
    veteran_disability_grade: Count,
    in_veterans_home: Flag,
) -> Flag:
    """Grades 1 to 4, living at home."""
    if not disabled_veteran or veteran_disability_grade > 4 or in_veterans_home:
        return False
    return month_index(benefit_day) <= month_index(death_day)


@rule(
    zh="残疾军人护理费",
    en="Nursing fee of a disabled soldier",
    cites=f"{REGULATION} 第30条",
    formula="W × 50%（因战因公1至2级）、40%（因战因公3至4级）、30%（因病1至4级）",
    confidence="source",
    note="W is last year's citywide monthly wage; the ratios of the revision of 2024-10-01 are not at hand",
    pays=Pays.MONTHLY,
)
def veteran_care_pay(
    benefit_day: Day,
    veteran_care_eligible: Flag,
    veteran_disability_cause: DisabilityCause,
    veteran_disability_grade: Count,
    average_wage_monthly: Yearly[Fen],
    veteran_care_grave: Ratio4,
    veteran_care_other: Ratio4,
    veteran_care_illness: Ratio4,
) -> Fen:
    """A share of the wage by cause and grade."""
    if not veteran_care_eligible:
        return 0
    ratio = veteran_care_illness
    if veteran_disability_cause != DisabilityCause.ILLNESS:
        ratio = veteran_care_grave if veteran_disability_grade <= 2 else veteran_care_other
    return half_up_to_fen(average_wage_monthly[year_of(benefit_day) - 1] * ratio, ONE4)


@rule(
    zh="残疾军人医疗保障",
    en="Medical care of a disabled soldier is guaranteed",
    cites=REGULATION,
    confidence="source",
    note="a separate account in the insurance agency",
    pays=Pays.SERVICE,
)
def veteran_medical_guarantee(
    benefit_day: Day, death_day: Day, disabled_veteran: Flag, veteran_disability_grade: Count
) -> Flag:
    """Grades 1 to 6."""
    return disabled_veteran and veteran_disability_grade <= 6 and benefit_day <= death_day


@rule(
    zh="残疾军人旧伤医疗",
    en="Treatment of a disabled soldier's old wound",
    cites=REGULATION,
    confidence="source",
    note="paid by the work-injury insurance, the employer or the district",
    pays=Pays.SERVICE,
)
def veteran_wound_treatment(
    benefit_day: Day, death_day: Day, disabled_veteran: Flag, veteran_disability_grade: Count
) -> Flag:
    """Grades 7 to 10."""
    return disabled_veteran and veteran_disability_grade >= 7 and benefit_day <= death_day
