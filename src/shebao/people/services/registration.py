"""登记: a person comes into the record, once and for life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from shebao.access.acting import Act
from shebao.files import identity
from shebao.people.codes import (
    CardState,
    ContactKind,
    EventKind,
    IdentifierKind,
    NameKind,
    Protection,
    WorkKind,
)
from shebao.people.facts import Card, Contact, End, Event, Fact, Identifier, Name, Residence, Vitals, Work
from shebao.people.refusals import Refused
from shebao.people.services.recording import Recorded, record, refusing

# Papers that stand for a foreigner, and for who comes from Hong Kong, Macao or Taiwan.
PAPERS = (
    IdentifierKind.PASSPORT,
    IdentifierKind.HONG_KONG_MACAO,
    IdentifierKind.TAIWAN,
    IdentifierKind.PERMANENT_RESIDENCE,
)


@dataclass(frozen=True)
class Registered:
    """A new record: the person's number and, where one was asked for, the card's."""

    person_id: int
    card: int | None


def register(
    act: Act, place: str, event: Event, protected: int = Protection.NONE, with_card: bool = True
) -> Registered:
    """A new record kept at a place, with the event's facts and a card asked for.  Raises Refused."""
    with refusing(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_person (id, place, protected, act_id) "
            "VALUES (nextval('people_person_id_seq'), %s, %s, %s) RETURNING id",
            [place, protected, act.id],
        )
        (person_id,) = cursor.fetchone()
        card = None
        facts: list[Fact | End] = list(event.facts)
        if with_card:
            card = next_card()
            facts.append(Card(since=event.occurred_on, card=card, number=None, state=CardState.ASKED))
        with_facts = Event(
            kind=event.kind,
            occurred_on=event.occurred_on,
            source=event.source,
            evidence=event.evidence,
            facts=facts,
        )
        record(act, person_id, with_facts)
    return Registered(person_id, card)


def register_citizen(
    act: Act,
    *,
    name: str,
    number: str,
    place: str,
    on: date,
    source: str,
    evidence: str = "",
    residence: Residence | None = None,
    phone: str = "",
    more: Sequence[Fact] = (),
    protected: int = Protection.NONE,
) -> Registered:
    """公民社会保险登记: sex and day of birth come from the identity number.  Raises Refused."""
    facts = [*citizen_facts(name, number), *([residence] if residence else []), *more]
    if phone:
        facts.append(Contact(since=on, kind=ContactKind.PHONE, value=phone))
    event = Event(kind=EventKind.REGISTERED, occurred_on=on, source=source, evidence=evidence, facts=facts)
    return register(act, place, event, protected)


def citizen_facts(name: str, number: str) -> list[Fact]:
    """Name, vitals and identifier from birth on, as an identity number tells them.  Raises Refused."""
    number = number.strip().upper()
    fault = identity.fault(number)
    if fault:
        raise Refused(f"居民身份证号码{fault[0]}", f"the identity number {fault[1]}")
    born = identity.birth_day(number)
    return [
        Name(since=born, name=name),
        Vitals(sex=2 - int(number[16]) % 2, birth_day=born),
        Identifier(since=born, kind=IdentifierKind.CITIZEN, number=number),
    ]


def register_flexible(
    act: Act,
    *,
    name: str,
    number: str,
    place: str,
    since: date,
    source: str,
    evidence: str = "",
    residence: Residence | None = None,
    phone: str = "",
) -> Registered:
    """灵活就业人员登记 of who has no record yet; for others `begin_flexible`.  Raises Refused."""
    work = Work(since=since, organisation_id=None, kind=WorkKind.FLEXIBLE)
    return register_citizen(
        act,
        name=name,
        number=number,
        place=place,
        on=since,
        source=source,
        evidence=evidence,
        residence=residence,
        phone=phone,
        more=[work],
    )


def begin_flexible(act: Act, person_id: int, since: date, source: str, evidence: str = "") -> Recorded:
    """Flexible work from a day on; it ends the main work there was.  Raises Refused."""
    work = Work(since=since, organisation_id=None, kind=WorkKind.FLEXIBLE)
    event = Event(kind=EventKind.WORK_BEGINS, occurred_on=since, source=source, evidence=evidence, facts=[work])
    return record(act, person_id, event)


def register_foreigner(
    act: Act,
    *,
    name: str,
    sex: int,
    birth_day: date,
    paper: int,
    paper_number: str,
    paper_until: date | None,
    place: str,
    on: date,
    source: str,
    evidence: str = "",
    chinese_name: str = "",
    work_permit: str = "",
    work_permit_until: date | None = None,
    work: Work | None = None,
    residence: Residence | None = None,
) -> Registered:
    """外国人、港澳台居民登记, by passport or permit.  The name as in the paper.  Raises Refused."""
    if paper not in PAPERS:
        raise Refused("请选择护照、通行证或永久居留证", "give a passport, a permit of entry or of residence")
    facts: list[Fact] = [
        Name(since=birth_day, name=chinese_name or name),
        Vitals(sex=sex, birth_day=birth_day),
        Identifier(since=on, until=paper_until, kind=paper, number=paper_number),
    ]
    if chinese_name:
        facts.append(Name(since=birth_day, name=name, kind=NameKind.FOREIGN))
    if work_permit:
        facts.append(Identifier(since=on, until=work_permit_until, kind=IdentifierKind.WORK_PERMIT, number=work_permit))
    facts.extend(fact for fact in (work, residence) if fact is not None)
    event = Event(kind=EventKind.REGISTERED, occurred_on=on, source=source, evidence=evidence, facts=facts)
    return register(act, place, event)


def next_card() -> int:
    """The number of a new card's life."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('people_card_card_seq')")
        return int(cursor.fetchone()[0])
