"""Claims: work lists, and the steps of a claim."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from shebao.access.acting import acting
from shebao.cases import claims, letters
from shebao.cases import selectors as cases
from shebao.cases.models import Verb
from shebao.files import letter
from shebao.portal.api.core import FAULTS, NO_NUL, Day, Name, Number, asked
from shebao.portal.api.persons import ClaimLine
from shebao.portal.rights import today
from shebao.portal.views.counter import OFFICE

router = Router(tags=["claims"])


class WorkOut(ClaimLine):
    """A line of a work list: fen of its last month, and what was decided for that month before."""

    name: str
    place: str
    amount: int
    was: int


class QueueOut(Schema):
    """Claims that wait for the same step."""

    state: int
    benefit: str
    kind: int
    claims: int
    late: int
    monthly: int


class StepOut(Schema):
    """A step with who took it."""

    verb: int
    actor: str
    at: datetime
    note: str


class AmountOut(Schema):
    """So much a month in these months."""

    since: Day
    until: Day | None
    amount: int


class FileOut(ClaimLine):
    """A claim with its months and steps."""

    amounts: list[AmountOut]
    steps: list[StepOut]


class StepIn(Schema):
    """A step: verb is a code of cases.models.Verb."""

    verb: int = Field(ge=2, le=10)
    note: Name = ""


@router.get("/queues", response={200: list[QueueOut], **FAULTS}, summary="The open work")
def queues(request: HttpRequest) -> Any:
    """By step, benefit and kind; no person is named."""
    actor = asked(request, "cases.read")
    with acting(actor.actor_id, "cases.read") as act:
        return claims.queues(act, today())


@router.get("", response={200: list[WorkOut], **FAULTS}, summary="A work list")
def listed(
    request: HttpRequest,
    state: Annotated[int, Query(ge=1, le=10)],
    benefit: Annotated[str, Query(max_length=100, pattern=NO_NUL)] = "",
    kind: Annotated[int, Query(ge=0, le=8)] = 0,
    place: Annotated[str, Query(pattern=r"^[0-9]{0,12}$")] = "",
    after: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> Any:
    """Claims in a state, the most urgent first; 50 a page."""
    actor = asked(request, "cases.read")
    with acting(actor.actor_id, "cases.read") as act:
        return cases.work_list(act, state, benefit, kind, place, after)


def file_out(found: cases.File) -> dict[str, Any]:
    """A claim as FileOut has it."""
    line = ClaimLine.from_orm(found.claim).dict()
    spans = [{"since": a.valid.lower, "until": a.valid.upper, "amount": a.amount} for a in found.amounts]
    return line | {"amounts": spans, "steps": [asdict(step) for step in found.steps]}


@router.get("/{number}", response={200: FileOut, **FAULTS}, summary="One claim")
def claim(request: HttpRequest, number: Number) -> Any:
    """Its months, and who did what."""
    actor = asked(request, "cases.read")
    with acting(actor.actor_id, "cases.read") as act:
        return file_out(cases.file_of(act, number))


@router.post("/{number}/steps", response={200: FileOut, **FAULTS}, summary="Take a step of a claim")
def take(request: HttpRequest, number: Number, given: StepIn) -> Any:
    """Nobody approves what he filed or decided: the database refuses it."""
    verb = Verb(given.verb)
    purpose = cases.PURPOSES[verb]
    actor = asked(request, purpose)
    with acting(actor.actor_id, purpose) as act:
        cases.file_of(act, number)
        if verb == Verb.APPROVED:
            claims.approve(act, [number], given.note, today())
        else:
            claims.take(act, [number], verb, given.note)
        return file_out(cases.file_of(act, number))


@router.get(
    "/{number}/letter",
    response={200: None, **FAULTS},
    summary="The letter, PDF",
    openapi_extra={
        "responses": {
            200: {
                "description": "OK",
                "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def claim_letter(request: HttpRequest, number: Number) -> Any:
    """告知书."""
    actor = asked(request, "cases.read")
    with acting(actor.actor_id, "cases.read") as act:
        cases.file_of(act, number)
        made = letters.of_claim(act, number, OFFICE)
    return HttpResponse(letter.pdf(made), content_type="application/pdf")
