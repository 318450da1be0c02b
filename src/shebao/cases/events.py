"""一件事一次办: what happened to a person is recorded, and every programme that it touches is settled in the same act.

A death stops the pension, closes the account, opens the funeral subsidy and changes the family's allowance; nobody has
to know which.  The law is asked before and after, for the whole family; what differs from the awards becomes claims at
the counter, which are decided and approved like any others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
from django.db import connection

from shebao.access.acting import Act
from shebao.assessment import extraction
from shebao.assessment.differences import monthly, of_circle
from shebao.assessment.extraction import When
from shebao.assessment.models import Difference
from shebao.cases import claims, payments
from shebao.contributions.months import between, first_day, plus
from shebao.ledger.selectors.balances import last_day
from shebao.people import selectors
from shebao.people import services as people
from shebao.people.codes import EventKind, HouseholdKind
from shebao.people.facts import End, Event, Fact, Membership, Particular, Residence, Work
from shebao.people.refusals import Refused
from shebao.people.services.registration import citizen_facts
from shebao.rules.kernel import Ints
from shebao.rules.kinds import day as day_number

_TICK = timedelta(microseconds=1)
CHANGES = (
    Difference.Kind.GAP,
    Difference.Kind.EXIT,
    Difference.Kind.ADJUSTMENT,
    Difference.Kind.DUPLICATE,
)


@dataclass
class Settled:
    """What an event came to, once the block is left.

    claims: their numbers; undecided: what the law refuses, by name, as the record lacks a fact or the book a figure.
    """

    claims: list[int] = field(default_factory=list)
    undecided: list[Difference] = field(default_factory=list)


@contextmanager
def settling(act: Act, person_id: int, since: date, today: date, kind: EventKind) -> Iterator[Settled]:
    """Settles for the person and his family what the block writes into their records.  For the purpose cases.file.

    since: the day from which it holds; each month from then to the one after today's is computed.  Raises Refused.
    """
    if since > today:
        raise Refused(f"发生日期{since}在今天之后", f"{since} is after today")
    number = selectors.whole(person_id)
    before, ahead = act.at - _TICK, plus(first_day(today), 1)
    family = _family([number], [When(today, before)])
    once, later = (_by_benefit(of_circle(act, family, day, before)[0]) for day in (today, last_day(ahead)))
    found = Settled()
    yield found
    known = _known(act)
    family = _family(family.tolist(), [When(last_day(since), known), When(today, known)])
    changes: list[Difference] = []
    for month in between(first_day(since), first_day(today)):
        changes += of_circle(act, family, last_day(month), known)[1]
    rows, now = of_circle(act, family, today, known)
    changes += [*now, *_once(rows, once, since, today)]
    touched = {(one.person_id, one.benefit) for one in changes}
    changes += [  # what holds from the next month on: a death is paid for to the end of its month
        one
        for one in of_circle(act, family, last_day(ahead), known)[1]
        if (one.person_id, one.benefit) in touched or one.entitled != later.get((one.person_id, one.benefit), 0)
    ]
    found.undecided = [one for one in changes if one.kind == Difference.Kind.UNDECIDED and one.month < ahead]
    found.claims = claims.file_changes(
        act, [one for one in changes if one.kind in CHANGES], today, known, f"event:{kind.name.lower()}"
    )


def died(act: Act, person_id: int, on: date, source: str, today: date) -> Settled:
    """死亡.  The account in use is closed: what is still due goes to an heir's."""
    with settling(act, person_id, on, today, EventKind.DEATH) as settled:
        people.died(act, person_id, on, source)
        payments.close_account(act, person_id, "死亡")
    return settled


def moved(act: Act, person_id: int, home: Residence, source: str, today: date) -> Settled:
    """迁移: another home, or another household register."""
    with settling(act, person_id, home.since, today, EventKind.RESIDENCE) as settled:
        people.record(
            act, person_id, Event(kind=EventKind.RESIDENCE, occurred_on=home.since, source=source, facts=[home])
        )
    return settled


def retired(act: Act, person_id: int, on: date, source: str, today: date, facts: Sequence[Fact] = ()) -> Settled:
    """退休: the main work ends.  facts: particulars that the pension asks for."""
    with settling(act, person_id, on, today, EventKind.RETIREMENT) as settled:
        ends = _ends_of_work(act, person_id, on)
        people.record(
            act,
            person_id,
            Event(kind=EventKind.RETIREMENT, occurred_on=on, source=source, facts=[*ends, *facts]),
        )
    return settled


def lost_job(act: Act, person_id: int, on: date, source: str, today: date, facts: Sequence[Fact] = ()) -> Settled:
    """失业: the work ends.  facts: the registration as unemployed and what else that benefit asks for."""
    with settling(act, person_id, on, today, EventKind.WORK_ENDS) as settled:
        ended = Particular(since=on, input="employment_end_day", value=day_number(on.isoformat()))
        ends: list[Fact | End] = [*_ends_of_work(act, person_id, on), ended]
        people.record(
            act, person_id, Event(kind=EventKind.WORK_ENDS, occurred_on=on, source=source, facts=[*ends, *facts])
        )
    return settled


def born(
    act: Act, parent_id: int, name: str, number: str, role: int, source: str, today: date, facts: Sequence[Fact] = ()
) -> tuple[int, Settled]:
    """出生: the child's own record, in the parent's home, register and household; gives its number too.

    role: of the child there (codes.Role).  facts: of the parent, such as those that the maternity insurance asks for.
    """
    parent = selectors.person(act, parent_id)
    day = citizen_facts(name, number)[0].since
    with settling(act, parent_id, day, today, EventKind.BIRTH) as settled:
        home = parent.on(Membership, today, kind=HouseholdKind.HOUSEHOLD)
        member = [Membership(since=day, household_id=home.household_id, role=role)] if home else []
        lives = parent.on(Residence, today)
        made = people.register_citizen(
            act,
            name=name,
            number=number,
            place=parent.place,
            on=day,
            source=source,
            residence=replace(lives, since=day, until=None) if lives else None,
            more=member,
        )
        if facts:
            people.record(act, parent_id, Event(kind=EventKind.BIRTH, occurred_on=day, source=source, facts=facts))
    return made.person_id, settled


def _ends_of_work(act: Act, person_id: int, on: date) -> list[End]:
    work = selectors.person(act, person_id).on(Work, on, main=True)
    if work is None:
        return []
    return [End(Work(since=on + timedelta(days=1), organisation_id=work.organisation_id, kind=work.kind))]


def _family(persons: Sequence[int], whens: Sequence[When]) -> Ints:
    """These and all who belong with them at one of the moments: no circle is cut."""
    found = set(persons)
    while True:
        more = found.union(*(extraction.circle_of(one, when).tolist() for one in found for when in whens))
        if more == found:
            return np.array(sorted(found), np.int64)
        found = more


def _known(act: Act) -> datetime:
    """A moment at which all that this act wrote is known."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT greatest(%s, max(recorded_at)) FROM people_event WHERE act_id = %s", [act.at, act.id])
        at: datetime = cursor.fetchone()[0]
        return at


def _by_benefit(rows: pa.Table) -> dict[tuple[int, str], int]:
    columns = (rows[name].to_pylist() for name in ("person_id", "benefit", "value"))
    return {(person, benefit): value for person, benefit, value in zip(*columns, strict=True)}


def _once(rows: pa.Table, before: dict[tuple[int, str], int], since: date, today: date) -> list[Difference]:
    """What is paid once, or by the year, and is due by this event: not so much before, and not awarded since."""
    wanted = set(claims.paid_benefits()) - set(monthly())
    return [
        Difference(
            run_id=0,
            person_id=row["person_id"],
            benefit=row["benefit"],
            owner=row["owner"],
            month=first_day(today),
            kind=Difference.Kind.GAP,
            entitled=row["value"],
            decided=0,
            awards=[],
        )
        for row in rows.to_pylist()
        if row["benefit"] in wanted
        and row["refusal"] is None
        and row["value"] > before.get((row["person_id"], row["benefit"]), 0)
        and not claims.awarded_since(row["person_id"], row["benefit"], first_day(since))
    ]
