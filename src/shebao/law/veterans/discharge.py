"""Discharge: the way of resettlement, the grant, what is due while a job is awaited."""

from __future__ import annotations

from shebao.law.assistance.minimum_living.means import local
from shebao.law.city.facts import Hukou
from shebao.law.veterans.facts import (
    DisabilityCause,
    FamilyClass,
    FamilyRelation,
    Merit,
    ResettlementWay,
    SoldierKind,
)
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import LAST_DAY, ONE4, Count, Day, Days, Fen, Flag, Months, Ratio4, Table
from shebao.rules.language import (
    add_months,
    as_months,
    floor_div,
    half_up_to_fen,
    helper,
    month_index,
    months_between,
    number,
)

DECREE = "退役士兵安置条例（国务院、中央军委令第608号）"
NEVER: Day = LAST_DAY  # a day that has not come
HALF_YEAR: Months = 6
TWELVE_YEARS: Months = 144
THIRTY_YEARS: Months = 360
RETIREMENT_AGE: Months = 660  # 55 years
JOB_WITHIN: Months = 6
TRAINED_WITHIN: Months = 12
REPORT_WITHIN: Days = 60  # 30 days, and 30 more after which the rights are lost

EARLIER_DISCHARGE_NOT_KNOWN = Reason(
    "EARLIER_DISCHARGE_NOT_KNOWN",
    "2011年11月1日前退役的安置规定未查到",
    "The rules for who was discharged before 2011-11-01 are not at hand",
)


@helper
def great_merit(merit: Merit, in_war: Flag) -> Flag:
    """Second class or higher, in war third class or higher."""
    if merit == Merit.NONE:
        return False
    return in_war or merit != Merit.THIRD


@rule(
    variable="resettlement_way",
    zh="安置方式",
    en="Way of resettlement",
    cites=DECREE,
    until="2011-10-31",
    dated_by="discharge_day",
    note="the rules before are not at hand",
)
def resettlement_way_before_2011(
    benefit_day: Day, hukou: Hukou, soldier_kind: SoldierKind, discharge_day: Day
) -> ResettlementWay:
    """Refused for a soldier."""
    if soldier_kind == SoldierKind.NONE or discharge_day > benefit_day or not local(hukou):
        return ResettlementWay.NONE
    refuse(EARLIER_DISCHARGE_NOT_KNOWN)


@rule(
    zh="安置方式",
    en="Way of resettlement",
    cites=DECREE,
    since="2011-11-01",
    dated_by="discharge_day",
    confidence="source",
    note="support comes after retirement for non-commissioned officers of middle rank (approx); that who has a "
    "right to a job may choose to find work himself is known",
)
def resettlement_way(
    benefit_day: Day,
    birth_day: Day,
    hukou: Hukou,
    soldier_kind: SoldierKind,
    enlistment_day: Day,
    discharge_day: Day,
    soldier_merit: Merit,
    merit_in_war: Flag,
    unfit_for_service: Flag,
    veteran_disability_cause: DisabilityCause,
    veteran_disability_grade: Count,
    veteran_family: FamilyClass,
    veteran_relation: FamilyRelation,
    own_work_chosen: Flag,
) -> ResettlementWay:
    """Retired, supported, given a job unless he chooses otherwise, or on his own: the first that fits."""
    if soldier_kind == SoldierKind.NONE or discharge_day > benefit_day or not local(hukou):
        return ResettlementWay.NONE
    disabled = veteran_disability_cause != DisabilityCause.NONE and veteran_disability_grade > 0
    combat = veteran_disability_cause == DisabilityCause.COMBAT
    served = months_between(enlistment_day, discharge_day)
    if soldier_kind == SoldierKind.SENIOR_SERGEANT:
        if months_between(birth_day, discharge_day) >= RETIREMENT_AGE or served >= THIRTY_YEARS or unfit_for_service:
            return ResettlementWay.RETIRED
        by_service = combat or veteran_disability_cause == DisabilityCause.DUTY
        if disabled and by_service and veteran_disability_grade <= 6:
            return ResettlementWay.RETIRED
    if disabled and veteran_disability_grade <= 4:
        return ResettlementWay.SUPPORTED
    if own_work_chosen:
        return ResettlementWay.OWN_WORK
    if soldier_kind != SoldierKind.CONSCRIPT and served >= TWELVE_YEARS:
        return ResettlementWay.JOB
    if great_merit(soldier_merit, merit_in_war):
        return ResettlementWay.JOB
    if combat and disabled and veteran_disability_grade <= 8:
        return ResettlementWay.JOB
    if veteran_family == FamilyClass.MARTYR and veteran_relation == FamilyRelation.CHILD:
        return ResettlementWay.JOB
    return ResettlementWay.OWN_WORK


@rule(
    zh="退役金计发半年数",
    en="Half years of service that the discharge grant counts",
    cites=DECREE,
    confidence="source",
)
def discharge_half_years(enlistment_day: Day, discharge_day: Day) -> Count:
    """Two for each full year; for the rest one up to six months, two above."""
    if enlistment_day >= discharge_day:
        return 0
    years = floor_div(number(months_between(enlistment_day, discharge_day)), 12)
    full = add_months(enlistment_day, as_months(12 * years))
    if full == discharge_day:
        return 2 * years
    return 2 * years + (1 if discharge_day <= add_months(full, HALF_YEAR) else 2)


@rule(
    zh="一次性退役金",
    en="Discharge grant",
    cites=DECREE,
    dated_by="discharge_day",
    formula="4500 × 服役年限 × (1 + 立功增发)",
    confidence="known",
    note="tax free; the city's own one-time aid is not at hand",
    pays=Pays.ONCE,
)
def discharge_grant(
    resettlement_way: ResettlementWay,
    discharge_half_years: Count,
    soldier_merit: Merit,
    discharge_grant_year: Fen,
    discharge_merit_addition: Table[Ratio4],
) -> Fen:
    """For who finds work himself: an amount a year of service, more for the highest award."""
    if resettlement_way != ResettlementWay.OWN_WORK:
        return 0
    ratio = ONE4
    if soldier_merit != Merit.NONE:
        ratio = ONE4 + discharge_merit_addition[soldier_merit]
    return half_up_to_fen(discharge_grant_year * discharge_half_years * ratio, 2 * ONE4)


@rule(
    zh="保留安置待遇",
    en="Keeps the right to resettlement",
    cites=DECREE,
    confidence="source",
    note="report within 30 days; 30 days later without reason the rights are lost",
)
def resettlement_kept(
    benefit_day: Day,
    resettlement_way: ResettlementWay,
    discharge_day: Day,
    resettlement_report_day: Day,
    late_report_excused: Flag,
    resettlement_job_refused: Flag,
) -> Flag:
    """Reported in time or with reason, or time to report is left; a job offered was not refused."""
    if resettlement_way == ResettlementWay.NONE or resettlement_job_refused:
        return False
    if late_report_excused:
        return True
    return min(benefit_day, resettlement_report_day) - discharge_day <= REPORT_WITHIN


@rule(
    zh="应安排上岗的最迟日",
    en="Day by which a job is due",
    cites=DECREE,
    confidence="source",
    note="six months, counted from the report (approx); the last day of the calendar for who is not given a job",
)
def resettlement_job_due(resettlement_way: ResettlementWay, resettlement_report_day: Day) -> Day:
    """Six months after the report."""
    if resettlement_way != ResettlementWay.JOB or resettlement_report_day == NEVER:
        return NEVER
    return add_months(resettlement_report_day, JOB_WITHIN)


@rule(
    zh="等待安排工作",
    en="Waits for a given job",
    cites=DECREE,
    confidence="source",
    note="from the month after the report to the month before the job begins (approx)",
)
def resettlement_waiting(
    benefit_day: Day,
    death_day: Day,
    resettlement_way: ResettlementWay,
    resettlement_kept: Flag,
    resettlement_report_day: Day,
    resettlement_job_day: Day,
) -> Flag:
    """Reported, the right kept, and not yet at work."""
    if resettlement_way != ResettlementWay.JOB or not resettlement_kept:
        return False
    month = month_index(benefit_day)
    if month <= month_index(resettlement_report_day) or month > month_index(death_day):
        return False
    return month < month_index(resettlement_job_day)


@rule(
    zh="待安排工作期间生活补助",
    en="Living allowance while a job is awaited",
    cites=DECREE,
    formula="不低于低保标准",
    confidence="source",
    note="a least amount; the employer pays instead when it is late by its own fault",
    pays=Pays.MONTHLY,
)
def resettlement_allowance(
    resettlement_waiting: Flag, resettlement_employer_late: Flag, household_standard: Fen
) -> Fen:
    """The minimum living standard."""
    return household_standard if resettlement_waiting and not resettlement_employer_late else 0


@rule(
    zh="接收单位逾期安排期间生活费",
    en="Pay by an employer that is late",
    cites=DECREE,
    formula="不低于同等条件人员平均工资的80%",
    confidence="source",
    note="a least amount, by the employer",
    pays=Pays.MONTHLY,
)
def resettlement_late_pay(
    resettlement_waiting: Flag,
    resettlement_employer_late: Flag,
    resettlement_peer_pay: Fen,
    resettlement_late_share: Ratio4,
) -> Fen:
    """Four fifths of the mean pay of like staff."""
    if not resettlement_waiting or not resettlement_employer_late:
        return 0
    return half_up_to_fen(resettlement_peer_pay * resettlement_late_share, ONE4)


@rule(
    zh="退役后一年内免费培训",
    en="Free training in the first year after discharge",
    cites=DECREE,
    confidence="source",
    pays=Pays.SERVICE,
)
def discharge_training(benefit_day: Day, death_day: Day, resettlement_way: ResettlementWay, discharge_day: Day) -> Flag:
    """Who finds work himself, for a year."""
    if resettlement_way != ResettlementWay.OWN_WORK or benefit_day > death_day:
        return False
    return benefit_day < add_months(discharge_day, TRAINED_WITHIN)
