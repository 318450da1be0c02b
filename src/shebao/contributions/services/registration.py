"""登记: employers, their staff one by one, flexible workers, residents.  Whole declarations are for declaring.py."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection

from shebao.access.acting import Act
from shebao.contributions.law import contribution_year
from shebao.contributions.models import Employer, Membership
from shebao.contributions.months import first_day, plus
from shebao.contributions.services.memberships import ALL_BRANCHES, Declared, Entry, declare_wages, end, enter, refusing
from shebao.law.insurance.contributions.facts import ContributorStatus
from shebao.people.codes import EventKind, WorkKind
from shebao.people.facts import End, Event, Work
from shebao.people.refusals import Refused
from shebao.people.services.recording import record

SOURCE = "社会保险登记"
FLEXIBLE_BRANCHES = (1, 4)
PENSION, MEDICAL = (1, 2), (2, 3)


# ---------------------------------------------------------------- employers
def register_employer(
    act: Act,
    organisation_id: int,
    since: date,
    *,
    branches: tuple[int, int] = ALL_BRANCHES,
    bank: str = "",
    account: str = "",
    agreement: str = "",
    injury_rate: int = 0,
) -> None:
    """单位参保登记 from the month of a day on.

    branches: insurances, (1, 6) being all five.  agreement: number of the agreement by which the bank collects.
    injury_rate: the floating rate as approved, in 1/10000; 0: the base rate of the risk class.  Raises Refused.
    """
    _write_employer(act, organisation_id, since, branches, Employer.State.ACTIVE, bank, account, agreement, injury_rate)


def change_employer(
    act: Act,
    organisation_id: int,
    since: date,
    *,
    branches: tuple[int, int] | None = None,
    state: Employer.State | None = None,
    bank: str | None = None,
    account: str | None = None,
    agreement: str | None = None,
    injury_rate: int | None = None,
) -> None:
    """变更登记 from the month of a day on; what is not given stays.  Raises Refused."""
    month = first_day(since)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lower(branches), upper(branches), state, bank, account, agreement, injury_rate "
            "FROM contributions_employer WHERE organisation_id = %s AND upper_inf(recorded) AND valid @> %s::date",
            [organisation_id, month],
        )
        held = cursor.fetchone()
    if held is None:
        raise Refused("该单位当月没有参保登记，请先登记", "the employer is not registered in that month; register it")
    close_employer(act, organisation_id, month)
    _write_employer(
        act,
        organisation_id,
        month,
        branches or (held[0], held[1]),
        state or Employer.State(held[2]),
        held[3] if bank is None else bank,
        held[4] if account is None else account,
        held[5] if agreement is None else agreement,
        held[6] if injury_rate is None else injury_rate,
    )


def close_employer(act: Act, organisation_id: int, after: date) -> None:
    """注销登记: not registered from a month on."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH closed AS (
                UPDATE contributions_employer e
                SET recorded = tstzrange(lower(e.recorded), greatest(%s, lower(e.recorded)))
                WHERE organisation_id = %s AND upper_inf(recorded) AND valid && daterange(%s, NULL) RETURNING e.*)
            INSERT INTO contributions_employer
                (organisation_id, branches, state, injury_rate, bank, account, agreement, valid, recorded, act_id)
            SELECT organisation_id, branches, state, injury_rate, bank, account, agreement,
                daterange(lower(valid), %s), tstzrange(%s, NULL), %s FROM closed WHERE lower(valid) < %s""",
            [act.at, organisation_id, after, after, act.at, act.id, after],
        )


def _write_employer(
    act: Act,
    organisation_id: int,
    since: date,
    branches: tuple[int, int],
    state: Employer.State,
    bank: str,
    account: str,
    agreement: str,
    injury_rate: int,
) -> None:
    with refusing(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contributions_employer (organisation_id, branches, state, injury_rate, bank, account, "
            "agreement, valid, recorded, act_id) VALUES (%s, int4range(%s, %s), %s, %s, %s, %s, %s, "
            "daterange(%s, NULL), tstzrange(%s, NULL), %s)",
            [
                organisation_id,
                *branches,
                int(state),
                injury_rate,
                bank,
                account,
                agreement,
                first_day(since),
                act.at,
                act.id,
            ],
        )


# ---------------------------------------------------------------- staff
def join(
    act: Act,
    person_id: int,
    organisation_id: int,
    hired: date,
    wage: int,
    status: ContributorStatus = ContributorStatus.EMPLOYEE,
    source: str = SOURCE,
) -> None:
    """参保增加 from the month of hiring, with the wage (fen a month) of that contribution year.  Raises Refused."""
    month = first_day(hired)
    work = Work(since=hired, organisation_id=organisation_id, kind=WorkKind.EMPLOYED)
    record(act, person_id, Event(kind=EventKind.WORK_BEGINS, occurred_on=hired, source=source, facts=[work]))
    enter(
        act,
        [Entry(person_id, month, None, int(status), employer_branches(organisation_id, month))],
        Membership.Scheme.EMPLOYEE,
        organisation_id,
    )
    declare_wages(act, [Declared(person_id, wage, month, contribution_year(month)[1])], organisation_id)


def leave(act: Act, person_id: int, organisation_id: int, last_day: date, source: str = SOURCE) -> None:
    """参保减少: the month of the last day is the last one paid.  Raises Refused."""
    if not end(act, [person_id], [plus(first_day(last_day), 1)], organisation_id):
        raise Refused("该人员此后没有在本单位参保", "the person is not insured through this employer after that month")
    ended = Work(since=last_day + timedelta(days=1), organisation_id=organisation_id, kind=WorkKind.EMPLOYED)
    event = Event(kind=EventKind.WORK_ENDS, occurred_on=last_day, source=source, facts=[End(ended)])
    record(act, person_id, event)


def transfer(
    act: Act, person_id: int, from_organisation: int, to_organisation: int, moved: date, wage: int, source: str = SOURCE
) -> None:
    """单位间转移: the month of the day is the first that the new employer pays.  Raises Refused."""
    status = _status(person_id, from_organisation)
    leave(act, person_id, from_organisation, first_day(moved) - timedelta(days=1), source)
    join(act, person_id, to_organisation, moved, wage, status, source)


def employer_branches(organisation_id: int, month: date) -> tuple[int, int]:
    """The insurances an employer is registered for in a month.  Raises Refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lower(branches), upper(branches) FROM contributions_employer "
            "WHERE organisation_id = %s AND upper_inf(recorded) AND valid @> %s::date",
            [organisation_id, month],
        )
        found = cursor.fetchone()
    if found is None:
        raise Refused(
            f"单位{month:%Y-%m}没有参保登记，请先办理登记", f"the employer is not registered in {month:%Y-%m}"
        )
    return found[0], found[1]


def _status(person_id: int, organisation_id: int) -> ContributorStatus:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status FROM contributions_membership WHERE person_id = %s AND organisation_id = %s "
            "AND upper_inf(recorded) ORDER BY lower(valid) DESC LIMIT 1",
            [person_id, organisation_id],
        )
        found = cursor.fetchone()
    if found is None:
        raise Refused("该人员没有在原单位参保", "the person is not insured through the former employer")
    return ContributorStatus(found[0])


# ---------------------------------------------------------------- persons who pay themselves
def register_flexible(
    act: Act,
    person_id: int,
    since: date,
    base: int,
    *,
    branches: tuple[int, int] = FLEXIBLE_BRANCHES,
    subsidy: Membership.Subsidy = Membership.Subsidy.NONE,
    source: str = SOURCE,
) -> None:
    """灵活就业人员参保 from the month of a day, with the base chosen for that year, fen.  Raises Refused."""
    month = first_day(since)
    work = Work(since=since, organisation_id=None, kind=WorkKind.FLEXIBLE)
    record(act, person_id, Event(kind=EventKind.WORK_BEGINS, occurred_on=since, source=source, facts=[work]))
    enter(
        act,
        [Entry(person_id, month, None, int(ContributorStatus.FLEXIBLE), branches)],
        Membership.Scheme.FLEXIBLE,
        subsidy=subsidy,
    )
    choose_base(act, person_id, month, base)


def choose_base(act: Act, person_id: int, month: date, base: int) -> None:
    """A flexible worker's base, fen, from a month to the end of its contribution year."""
    declare_wages(act, [Declared(person_id, base, month, contribution_year(month)[1])])


def register_resident(
    act: Act, person_id: int, since: date, branches: tuple[int, int], medical_class: int | None = None
) -> None:
    """居民参保: residents' pension (PENSION) or residents' medical insurance (MEDICAL, with its class).

    Raises Refused, also where the person is in the employees' scheme of that insurance.
    """
    if (branches == MEDICAL) != (medical_class is not None):
        raise Refused("居民医疗保险须填人员类别，其他不填", "residents' medical insurance, and only that, has a class")
    enter(
        act,
        [Entry(person_id, first_day(since), None, int(ContributorStatus.RESIDENT), branches, medical_class)],
        Membership.Scheme.RESIDENT,
    )


def stop(act: Act, person_id: int, after: date, branches: tuple[int, int] = ALL_BRANCHES) -> None:
    """停保 of a person who pays himself, from a month on, in these insurances.  Raises Refused."""
    if not end(act, [person_id], [first_day(after)], None, branches=branches):
        raise Refused("该人员没有个人参保", "the person is not insured on his own in these insurances")
