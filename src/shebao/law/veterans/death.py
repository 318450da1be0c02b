"""A soldier's death: the grant, the martyr's award, funeral aid, what the family becomes."""

from __future__ import annotations

from shebao.law.assistance.minimum_living.means import local
from shebao.law.city.facts import Hukou
from shebao.law.veterans.disability import REGULATION
from shebao.law.veterans.facts import DisabilityCause, FamilyClass, Merit, SoldierDeath
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import ONE4, Count, Day, Fen, Flag, Ratio4, Table, Yearly
from shebao.rules.language import half_up_to_fen, year_of

MARTYRS = "烈士褒扬条例（2011-08-01起）"

PLATOON_PAY_NOT_GIVEN = Reason(
    "PLATOON_PAY_NOT_GIVEN",
    "须提供死亡当日排职少尉军官月工资",
    "The pay of a second lieutenant on the day of death is asked for",
)


@rule(
    zh="军人死亡性质（按抚恤）",
    en="How the death counts",
    cites=REGULATION,
    confidence="source",
    note="a soldier disabled by combat or on duty who dies of the old wound counts as died on duty",
)
def soldier_death_counted(
    benefit_day: Day,
    death_day: Day,
    hukou: Hukou,
    soldier_death: SoldierDeath,
    died_of_old_wound: Flag,
    veteran_disability_cause: DisabilityCause,
    veteran_disability_grade: Count,
) -> SoldierDeath:
    """As certified; else on duty for the old wound; none while alive."""
    if death_day > benefit_day or not local(hukou):
        return SoldierDeath.NONE
    if soldier_death != SoldierDeath.NONE:
        return soldier_death
    if not died_of_old_wound or veteran_disability_grade == 0:
        return SoldierDeath.NONE
    if veteran_disability_cause == DisabilityCause.COMBAT or veteran_disability_cause == DisabilityCause.DUTY:
        return SoldierDeath.DUTY
    return SoldierDeath.NONE


@rule(
    zh="遗属身份",
    en="What the family becomes",
    cites=REGULATION,
    confidence="source",
)
def family_status(
    benefit_day: Day,
    death_day: Day,
    soldier_death_counted: SoldierDeath,
    veteran_disability_cause: DisabilityCause,
    veteran_disability_grade: Count,
) -> FamilyClass:
    """By the death; the family of a soldier of grades 1 to 4 by combat or duty who dies of illness is of one who died
    of illness."""
    if soldier_death_counted == SoldierDeath.DUTY:
        return FamilyClass.DUTY
    if soldier_death_counted == SoldierDeath.ILLNESS:
        return FamilyClass.ILLNESS
    if soldier_death_counted != SoldierDeath.NONE:
        return FamilyClass.MARTYR
    if death_day > benefit_day or veteran_disability_grade == 0 or veteran_disability_grade > 4:
        return FamilyClass.NONE
    if veteran_disability_cause == DisabilityCause.COMBAT or veteran_disability_cause == DisabilityCause.DUTY:
        return FamilyClass.ILLNESS
    return FamilyClass.NONE


@rule(
    zh="计发一次性抚恤金的月工资",
    en="Monthly pay that the death grant asks",
    cites=REGULATION,
    confidence="source",
)
def death_grant_pay(soldier_death_counted: SoldierDeath, soldier_pay: Fen, second_lieutenant_pay: Fen) -> Fen:
    """The own pay, at least a second lieutenant's; of martyrs outside the army the own pay with a work-death grant,
    else a second lieutenant's."""
    if soldier_death_counted == SoldierDeath.NONE:
        return 0
    if soldier_death_counted == SoldierDeath.WORKER_MARTYR:
        return soldier_pay
    if second_lieutenant_pay == 0:
        refuse(PLATOON_PAY_NOT_GIVEN)
    if soldier_death_counted == SoldierDeath.CIVILIAN_MARTYR:
        return second_lieutenant_pay
    return max(soldier_pay, second_lieutenant_pay)


@rule(
    zh="一次性抚恤金",
    en="Death grant of a soldier",
    cites=f"{REGULATION}；{MARTYRS}",
    dated_by="death_day",
    formula="烈士、因公牺牲：20 × N + 40 × 月工资；病故：2 × N + 40 × 月工资；× (1 + 立功增发)",
    confidence="source",
    note="N is last year's national urban disposable income a head. A martyr outside the army with a work-death grant "
    "gets that from the injury insurance, and 40 months of his pay here. The multiples before 2011-08-01 and of the "
    "revision of 2024-10-01 are not at hand; the award that each addition names is known"
    ", not of the text at hand",
    pays=Pays.ONCE,
)
def soldier_death_grant(
    death_day: Day,
    soldier_death_counted: SoldierDeath,
    death_grant_pay: Fen,
    soldier_merit: Merit,
    national_urban_disposable_income: Yearly[Fen],
    death_income_multiple: Table[Count],
    death_pay_months: Count,
    death_merit_addition: Table[Ratio4],
) -> Fen:
    """Income and pay by their multiples, more for the highest award of a soldier."""
    if soldier_death_counted == SoldierDeath.NONE:
        return 0
    if soldier_death_counted == SoldierDeath.WORKER_MARTYR:
        return death_pay_months * death_grant_pay
    income = national_urban_disposable_income[year_of(death_day) - 1]
    grant = death_income_multiple[soldier_death_counted] * income + death_pay_months * death_grant_pay
    if soldier_merit == Merit.NONE or soldier_death_counted == SoldierDeath.CIVILIAN_MARTYR:
        return grant
    return half_up_to_fen(grant * (ONE4 + death_merit_addition[soldier_merit]), ONE4)


@rule(
    variable="martyr_award",
    zh="烈士褒扬金",
    en="Award to a martyr's family",
    cites=MARTYRS,
    until="2011-07-31",
    dated_by="death_day",
    pays=Pays.ONCE,
)
def no_martyr_award() -> Fen:
    """It begins on 2011-08-01."""
    return 0


@rule(
    zh="烈士褒扬金",
    en="Award to a martyr's family",
    cites=MARTYRS,
    since="2011-08-01",
    dated_by="death_day",
    formula="30 × N",
    confidence="source",
    note="beside the death grant",
    pays=Pays.ONCE,
)
def martyr_award(
    death_day: Day,
    soldier_death_counted: SoldierDeath,
    national_urban_disposable_income: Yearly[Fen],
    martyr_award_multiple: Count,
) -> Fen:
    """Thirty times last year's national urban disposable income a head."""
    if soldier_death_counted == SoldierDeath.NONE or soldier_death_counted == SoldierDeath.DUTY:
        return 0
    if soldier_death_counted == SoldierDeath.ILLNESS:
        return 0
    return martyr_award_multiple * national_urban_disposable_income[year_of(death_day) - 1]


@rule(
    zh="优抚对象丧葬补助费",
    en="Funeral aid of special care",
    cites=f"{REGULATION} 第19、28条",
    dated_by="death_day",
    formula="残疾军人病故：12 × 月残疾抚恤金；领取定期抚恤金的：6 × 月定期抚恤金",
    confidence="source",
    note="who had both: the higher (approx)",
    pays=Pays.ONCE,
)
def veteran_funeral_aid(
    benefit_day: Day,
    death_day: Day,
    soldier_death_counted: SoldierDeath,
    disabled_veteran: Flag,
    veteran_family_eligible: Flag,
    veteran_disability_standard: Fen,
    veteran_family_standard: Fen,
    funeral_disability_months: Count,
    funeral_family_months: Count,
) -> Fen:
    """Twelve months of the disability pension after a death of illness; six months of the regular pension."""
    if death_day > benefit_day:
        return 0
    aid = 0
    if disabled_veteran and soldier_death_counted == SoldierDeath.NONE:
        aid = funeral_disability_months * veteran_disability_standard
    if veteran_family_eligible:
        aid = max(aid, funeral_family_months * veteran_family_standard)
    return aid
