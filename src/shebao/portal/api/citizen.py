"""A citizen's own rights, claims, certificate, readers and complaints."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import StringConstraints

from shebao.access import reads
from shebao.access.acting import acting
from shebao.access.models import Actor
from shebao.access.selectors import Standing
from shebao.assessment import estimates
from shebao.assessment.estimates import Assumed
from shebao.cases import claims, measures, online
from shebao.cases import selectors as cases
from shebao.cases.models import Certification, Verb
from shebao.law.city.facts import Sex
from shebao.law.insurance.employee_pension.facts import PostClass
from shebao.people.refusals import Refused
from shebao.portal.api.claims import FileOut, file_out
from shebao.portal.api.core import FAULTS, Day, Name, Number, Words, asked
from shebao.portal.api.persons import Award, Benefit, CertifiedOut, ClaimLine, awards
from shebao.portal.rights import today

router = Router(tags=["me"])


class Gap(Schema):
    """What the last pass gives and is not received: fen a month."""

    benefit: str
    month: Day
    entitled: int


class Mine(Schema):
    """My rights."""

    total: int
    received: list[Award]
    could_get: list[Gap]
    claims: list[ClaimLine]
    certified_on: Day | None


class Reader(Schema):
    """A look at my record."""

    at: datetime
    actor: str
    purpose: str
    what: str


class WordsIn(Schema):
    """What is said."""

    words: Words


class ComplaintOut(Schema):
    """投诉 and its answer."""

    id: int
    words: str
    filed_at: datetime
    answer: str
    answered_at: datetime | None


class EstimateOut(Schema):
    """A pension in today's money: fen a month, null where there is none yet."""

    age: int
    years: int
    wage: int
    pension: int | None


class MyStep(Schema):
    """withdraw or appeal."""

    verb: Annotated[str, StringConstraints(pattern="^(withdraw|appeal)$")]
    words: Name = ""


def own(actor: Standing) -> int:
    """Whose record it is.  Raises Refused for others than citizens."""
    if actor.kind != Actor.Kind.CITIZEN or actor.person_id is None:
        raise Refused("供个人使用", "this is for a citizen")
    return actor.person_id


@router.get("", response={200: Mine, **FAULTS}, summary="What I get and could get")
def mine(request: HttpRequest) -> Any:
    """My rights as of last night."""
    actor = asked(request, "cases.own")
    with acting(actor.actor_id, "cases.own") as act:
        dossier = cases.of_person(act, own(actor), today())
        gaps = online.gaps(act, own(actor))
    return {
        "total": sum(one.amount for one in dossier.received),
        "received": awards(dossier),
        "could_get": gaps,
        "claims": dossier.claims,
        "certified_on": dossier.certified_on,
    }


@router.post("/claims", response={200: ClaimLine, **FAULTS}, summary="Apply for what the last pass found")
def apply(request: HttpRequest, given: Benefit) -> Any:
    """The office decides."""
    actor = asked(request, "cases.own")
    with acting(actor.actor_id, "cases.own") as act:
        return online.apply(act, own(actor), given.benefit, today())


@router.post("/claims/{number}/steps", response={200: FileOut, **FAULTS}, summary="Withdraw or appeal")
def my_step(request: HttpRequest, number: Number, given: MyStep) -> Any:
    """Of an own claim."""
    actor = asked(request, "cases.own")
    own(actor)
    with acting(actor.actor_id, "cases.own") as act:
        cases.file_of(act, number)
        claims.take(act, [number], Verb.APPEALED if given.verb == "appeal" else Verb.WITHDRAWN, given.words)
        return file_out(cases.file_of(act, number))


@router.post("/certifications", response={200: CertifiedOut, **FAULTS}, summary="Certify online")
def certify_online(request: HttpRequest) -> Any:
    """领取资格认证."""
    actor = asked(request, "cases.own")
    with acting(actor.actor_id, "cases.own") as act:
        return measures.certify(act, own(actor), today(), Certification.Way.ONLINE)


@router.get("/readers", response={200: list[Reader], **FAULTS}, summary="Who looked at my record")
def readers(request: HttpRequest) -> Any:
    """The latest first."""
    actor = asked(request, "access.read")
    with acting(actor.actor_id, "access.read"):
        return reads.of_person(own(actor))


@router.get("/complaints", response={200: list[ComplaintOut], **FAULTS}, summary="My complaints")
def complaints(request: HttpRequest) -> Any:
    """With their answers."""
    actor = asked(request, "cases.own")
    with acting(actor.actor_id, "cases.own") as act:
        return cases.complaints(act, own(actor))


@router.post("/complaints", response={200: ComplaintOut, **FAULTS}, summary="Complain")
def complain(request: HttpRequest, given: WordsIn) -> Any:
    """投诉建议."""
    actor = asked(request, "cases.own")
    with acting(actor.actor_id, "cases.own") as act:
        made = online.complain(act, own(actor), given.words)
        made.refresh_from_db()
        return made


@router.get("/estimate", response={200: EstimateOut, **FAULTS}, summary="Pension estimate")
def estimate(
    request: HttpRequest,
    sex: Annotated[int, Query(ge=1, le=2)],
    age: Annotated[int, Query(ge=50, le=70)],
    wage: Annotated[int, Query(ge=100_000, le=3_000_000)],
    years: Annotated[int, Query(ge=1, le=45)],
) -> Any:
    """Under today's law, in today's money; wage in fen a month."""
    actor = asked(request, "cases.own")
    own(actor)
    found = estimates.estimate(Assumed(Sex(sex), PostClass.STAFF, age, wage, years), today())
    return {"age": age, "years": years, "wage": wage, "pension": found.pension}
