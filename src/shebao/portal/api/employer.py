"""An employer's bills, declarations and staff."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Query, Router, Schema
from ninja.errors import HttpError
from ninja.files import UploadedFile

from shebao.access.acting import acting
from shebao.access.models import Actor
from shebao.access.selectors import Standing
from shebao.contributions import selectors as contributions
from shebao.contributions.months import first_day
from shebao.people import selectors as people
from shebao.people.refusals import Refused
from shebao.portal.api.core import FAULTS, Day, asked
from shebao.portal.rights import today
from shebao.portal.views.employer import LARGEST, declared

router = Router(tags=["employer"])


class BillOut(Schema):
    """A bill, fen."""

    id: int
    number: str
    month: Day
    kind: int
    due_day: Day
    persons: int
    employer: int
    own: int
    paid: int
    late_fee: int
    approx: bool


class ProblemOut(Schema):
    """What is wrong with a row, and the remedy."""

    row: int | None
    field: str
    found: str
    zh: str
    en: str
    warning: bool


class OutcomeOut(Schema):
    """What became of a declaration."""

    declaration_id: int
    accepted: bool
    problems: list[ProblemOut]
    joined: int
    left: int
    waged: int
    registered: int


class DeclarationOut(Schema):
    """A declaration that was handed in."""

    id: int
    month: Day
    file_name: str
    rows: int
    joined: int
    left: int
    wage_total: int
    broken: int
    state: int


class StaffOut(Schema):
    """Somebody on the staff; the number is the employer's own to declare by."""

    person_id: int
    name: str
    number: str
    kind: int
    main: bool
    since: Day
    until: Day | None


def organisation(actor: Standing) -> int:
    """Whose user it is.  Raises Refused for others than organisations."""
    if actor.kind != Actor.Kind.ORGANISATION or actor.organisation_id is None:
        raise Refused("供单位经办人使用", "this is for an employer's user")
    return actor.organisation_id


@router.get("/bills", response={200: list[BillOut], **FAULTS}, summary="Bills and what is paid")
def bills(request: HttpRequest) -> Any:
    """The latest first."""
    actor = asked(request, "contributions.read")
    with acting(actor.actor_id, "contributions.read") as act:
        return contributions.bills(act, organisation(actor))


@router.get("/declarations", response={200: list[DeclarationOut], **FAULTS}, summary="Declarations")
def declarations(request: HttpRequest) -> Any:
    """The latest first."""
    actor = asked(request, "contributions.read")
    with acting(actor.actor_id, "contributions.read") as act:
        return contributions.declarations(act, organisation(actor))


@router.get("/staff", response={200: list[StaffOut], **FAULTS}, summary="Staff of today")
def staff(request: HttpRequest) -> Any:
    """By name."""
    actor = asked(request, "contributions.read")
    with acting(actor.actor_id, "contributions.read") as act:
        return people.staff(act, organisation(actor), today())


@router.post("/declarations", response={200: OutcomeOut, **FAULTS}, summary="Hand in a declaration")
def declare(request: HttpRequest, file: File[UploadedFile], month: Annotated[Day | None, Query()] = None) -> Any:
    """Taken as a whole, or every broken row explained.  month: a day of it; this month without one."""
    actor = asked(request, "contributions.declare")
    of = organisation(actor)
    if (file.size or 0) > LARGEST:
        raise HttpError(413, "a declaration has at most 20 MB")
    return declared(
        actor.actor_id, of, (file.name or "declaration.xlsx")[:200], file.read(), first_day(month or today())
    )
