"""Persons as the counter sees them: search, the whole person, decisions, life events."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from shebao.access.acting import acting
from shebao.assessment import selectors as assessment
from shebao.cases import claims, measures
from shebao.cases import selectors as cases
from shebao.cases.models import Certification
from shebao.contributions import selectors as contributions
from shebao.contributions.months import first_day
from shebao.files.identity import masked
from shebao.law import the_law
from shebao.people import selectors as people
from shebao.people.refusals import Refused
from shebao.portal import acts
from shebao.portal.api.core import FAULTS, Day, Name, Number, asked
from shebao.portal.rights import reading, today
from shebao.portal.whole import whole
from shebao.rules.explain import as_json

router = Router(tags=["persons"])


class Found(Schema):
    """A line of a search.  number: masked."""

    person_id: int
    name: str
    number: str
    birth_day: Day | None
    death_day: Day | None
    place: str


class Award(Schema):
    """A benefit that is received: fen a month."""

    benefit: str
    amount: int
    since: Day
    until: Day | None


class ClaimLine(Schema):
    """A claim.  kind, origin, state: codes of the record."""

    id: int
    person_id: int
    benefit: str
    kind: int
    origin: int
    state: int
    due_on: Day
    cause: str


class Due(Schema):
    """What the law gives: fen a month, or 1 for a service."""

    benefit: str
    value: int


class Conflict(Schema):
    """What the last pass found."""

    benefit: str
    month: Day
    kind: int
    entitled: int
    decided: int
    cause: str


class Paid(Schema):
    """A month's line of a payment; code: the bank's result."""

    day: Day
    benefit: str
    month: Day
    amount: int
    code: int | None


class Happening(Schema):
    """An event of the record."""

    kind: int
    occurred_on: Day
    source: str
    recorded_at: datetime
    actor: str


class PersonOut(Schema):
    """One person."""

    id: int
    name: str
    numbers: list[str]
    birth_day: Day | None
    death_day: Day | None
    place: str
    total: int
    received: list[Award]
    missing: list[Due]
    services: list[Due]
    undecided: list[str]
    conflicts: list[Conflict]
    claims: list[ClaimLine]
    paid: list[Paid]
    certified_on: Day | None
    history: list[Happening]


@router.get("", response={200: list[Found], **FAULTS}, summary="Search: number, card, name, pinyin or initials")
def find(request: HttpRequest, q: Annotated[Name, Query()], most: Annotated[int, Query(ge=1, le=50)] = 50) -> Any:
    """At most 50 persons within the actor's places, by name."""
    actor = asked(request, "people.read")
    with acting(actor.actor_id, "people.read") as act:
        return people.find(act, q, most)


@router.get("/{number}", response={200: PersonOut, **FAULTS}, summary="One person, whole")
def person(request: HttpRequest, number: Number) -> Any:
    """Who, what is received, due, missing, in conflict, under way, paid, recorded.  Identity numbers are masked."""
    actor = asked(request, "people.read")
    found = whole(actor, number, today())
    vitals = found.vitals
    return {
        "id": found.record.id,
        "name": found.name,
        "numbers": [masked(one.number) for one in found.identifiers],
        "birth_day": vitals.birth_day if vitals else None,
        "death_day": vitals.death_day if vitals else None,
        "place": found.record.place,
        "total": found.total,
        "received": awards(found.dossier),
        "missing": [{"benefit": step.name, "value": int(step.value or 0)} for step in found.missing],
        "services": [{"benefit": step.name, "value": int(step.value or 0)} for step in found.services],
        "undecided": [step.name for step in found.undecided],
        "conflicts": found.conflicts,
        "claims": found.dossier.claims,
        "paid": found.dossier.paid,
        "certified_on": found.dossier.certified_on,
        "history": found.history,
    }


def awards(dossier: cases.Dossier) -> list[dict[str, Any]]:
    """What is received, as Award has it."""
    return [
        {"benefit": a.benefit, "amount": a.amount, "since": a.valid.lower, "until": a.valid.upper}
        for a in dossier.received
    ]


@router.get(
    "/{number}/decisions/{benefit}", response={200: dict[str, Any], **FAULTS}, summary="How an amount comes about"
)
def decision(request: HttpRequest, number: Number, benefit: Name) -> Any:
    """The decision with its trace: every rule, figure and fact, down to the clause."""
    actor = asked(request, "people.read")
    if benefit not in the_law().variables:
        raise HttpError(404, f"the law has no {benefit!r}")
    with acting(actor.actor_id, reading(actor)) as act:
        return as_json(assessment.decided(act, number, today(), want=[benefit]))


class YearOut(Schema):
    """A year of an insurance."""

    insurance: int
    year: int
    months: int
    base: int


@router.get("/{number}/contributions", response={200: list[YearOut], **FAULTS}, summary="Contributions by year")
def years(request: HttpRequest, number: Number) -> Any:
    """months is a mask, bit 0 being January; base the sum of bases in fen."""
    actor = asked(request, "people.read")
    with acting(actor.actor_id, reading(actor)) as act:
        people.person(act, number)
        return contributions.of_person(act, number).years


class EventIn(Schema):
    """The answers of an event's form; confirmed: the digest of the preview."""

    values: dict[str, Name] = Field(max_length=10)
    confirmed: Name | None = None


class ChangeOut(Schema):
    """A claim that the event opens."""

    claim: int
    person_id: int
    benefit: str
    kind: int
    since: Day
    goes_on: bool
    before: int
    amount: int


class EventOut(Schema):
    """What an event comes to.  claims: empty while it is a preview."""

    changes: list[ChangeOut]
    undecided: list[str]
    digest: str
    claims: list[int]
    done: bool


@router.post(
    "/{number}/events/{slug}", response={200: EventOut, **FAULTS}, summary="A life event: preview, then confirm"
)
def event(request: HttpRequest, number: Number, slug: Name, given: EventIn) -> Any:
    """Without `confirmed` nothing is written; with the digest that the preview gave, it is done."""
    actor = asked(request, "cases.file")
    chosen = acts.EVENTS.get(slug)
    if chosen is None:
        raise HttpError(404, f"there is no event {slug!r}: {', '.join(acts.EVENTS)}")
    values, faults = acts.parse(chosen, given.values)
    if faults:
        raise Refused("；".join(fault.zh for fault in faults), "; ".join(fault.en for fault in faults))
    found = acts.carry_out(actor.actor_id, chosen, number, values, today(), given.confirmed)
    done = given.confirmed == found.digest
    return {
        "changes": [asdict(one) | {"claim": one.claim if done else 0} for one in found.changes],
        "undecided": [one.benefit for one in found.undecided],
        "digest": found.digest,
        "claims": found.claims if done else [],
        "done": done,
    }


class Benefit(Schema):
    """A benefit by its name in the law."""

    benefit: Name


@router.post("/{number}/claims", response={200: ClaimLine, **FAULTS}, summary="File a claim")
def file(request: HttpRequest, number: Number, given: Benefit) -> Any:
    """For what the law gives today, from this month on."""
    actor = asked(request, "cases.file")
    with acting(actor.actor_id, "cases.file") as act:
        people.person(act, number)
        return claims.file(act, number, given.benefit, first_day(today()), today())


class CertifiedOut(Schema):
    """A certificate of being alive."""

    day: Day
    way: int


@router.post("/{number}/certifications", response={200: CertifiedOut, **FAULTS}, summary="Certify at the counter")
def certify(request: HttpRequest, number: Number) -> Any:
    """领取资格认证."""
    actor = asked(request, "cases.file")
    with acting(actor.actor_id, "cases.file") as act:
        people.person(act, number)
        return measures.certify(act, number, today(), Certification.Way.COUNTER)
