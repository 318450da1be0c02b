"""The API: what the pages do, for programs.  OpenAPI at /api/openapi.json; a token with scopes in place of a sign-in.

Money is in fen, days are 2014-01-31.  What is refused answers with the reason in Chinese and English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, cast

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, NinjaAPI, Path, Query, Router, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.files import UploadedFile
from ninja.security import HttpBearer
from pydantic import StringConstraints

from shebao.access import reads, tokens
from shebao.access.acting import NotAllowed, acting
from shebao.access.models import Actor
from shebao.access.selectors import Standing, standing
from shebao.assessment import estimates
from shebao.assessment import selectors as assessment
from shebao.assessment.estimates import Assumed
from shebao.cases import claims, letters, measures, online
from shebao.cases import selectors as cases
from shebao.cases.models import Certification, Verb
from shebao.contributions import selectors as contributions
from shebao.contributions.months import first_day
from shebao.files import letter
from shebao.files.identity import masked
from shebao.law import the_law
from shebao.law.city.facts import Sex
from shebao.law.insurance.employee_pension.facts import PostClass
from shebao.people import selectors as people
from shebao.people.refusals import Refused
from shebao.portal import acts
from shebao.portal.middleware import error_words
from shebao.portal.rights import reading, today
from shebao.portal.views.counter import OFFICE
from shebao.portal.views.employer import LARGEST, declared
from shebao.portal.whole import whole
from shebao.rules.changes import changed_figures, changed_rules
from shebao.rules.explain import as_json
from shebao.rules.kinds import date_of
from shebao.rules.kinds import day as day_number
from shebao.supervision import figures, targets

Number = Annotated[int, Path(ge=1, le=2**62)]
Name = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")]
Words = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]
Day = date


class Fault(Schema):
    """Why something was refused."""

    zh: str
    en: str


FAULTS = {400: Fault, 401: Fault, 403: Fault, 404: Fault, 405: Fault, 409: Fault, 413: Fault, 415: Fault, 422: Fault}


class Token(HttpBearer):
    """The token's actor, limited to the token's scopes."""

    def authenticate(self, request: HttpRequest, token: str) -> Standing | None:
        """Whom the token stands for; None where it is worth nothing."""
        held = tokens.held(token)
        of = standing(held.actor_id) if held else None
        if held is None or of is None:
            return None
        request.scopes = held.scopes  # type: ignore[attr-defined]
        return of


api = NinjaAPI(title="shebao", version="1", auth=Token(), docs_url=None, description=__doc__ or "")


def asked(request: HttpRequest, purpose: str) -> Standing:
    """The actor, where the token's scopes and his rights reach.  Raises NotAllowed."""
    actor = cast(Standing, request.auth)  # type: ignore[attr-defined]
    if purpose not in request.scopes or not actor.may(purpose):  # type: ignore[attr-defined]
        raise NotAllowed(purpose)
    return actor


def _answer(request: HttpRequest, error: Exception, status: int) -> HttpResponse:
    zh, en = error_words(error)
    return api.create_response(request, {"zh": zh, "en": en}, status=status)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return _answer(request, error, 409)


@api.exception_handler(NotAllowed)
def _not_allowed(request: HttpRequest, error: NotAllowed) -> HttpResponse:
    return _answer(request, error, 403)


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return _answer(request, Refused("没有有效的令牌", "no valid token"), 401)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _answer(request, Refused("请求无法读取", str(error)), error.status_code)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    told = "; ".join(".".join(map(str, one["loc"][1:])) + ": " + str(one["msg"]) for one in error.errors)
    return _answer(request, Refused(f"请求有误：{told}", f"the request is not right: {told}"), 422)


# ---------------------------------------------------------------- persons
persons = Router(tags=["persons"])


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


@persons.get("", response={200: list[Found], **FAULTS}, summary="Search: number, card, name, pinyin or initials")
def find(request: HttpRequest, q: Annotated[Name, Query()], most: Annotated[int, Query(ge=1, le=50)] = 50) -> Any:
    """At most 50 persons within the actor's places, by name."""
    actor = asked(request, "people.read")
    with acting(actor.actor_id, "people.read") as act:
        return people.find(act, q, most)


@persons.get("/{number}", response={200: PersonOut, **FAULTS}, summary="One person, whole")
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
        "received": _awards(found.dossier),
        "missing": [{"benefit": step.name, "value": int(step.value or 0)} for step in found.missing],
        "services": [{"benefit": step.name, "value": int(step.value or 0)} for step in found.services],
        "undecided": [step.name for step in found.undecided],
        "conflicts": found.conflicts,
        "claims": found.dossier.claims,
        "paid": found.dossier.paid,
        "certified_on": found.dossier.certified_on,
        "history": found.history,
    }


def _awards(dossier: cases.Dossier) -> list[dict[str, Any]]:
    return [
        {"benefit": a.benefit, "amount": a.amount, "since": a.valid.lower, "until": a.valid.upper}
        for a in dossier.received
    ]


@persons.get(
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


@persons.get("/{number}/contributions", response={200: list[YearOut], **FAULTS}, summary="Contributions by year")
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


@persons.post(
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


@persons.post("/{number}/claims", response={200: ClaimLine, **FAULTS}, summary="File a claim")
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


@persons.post("/{number}/certifications", response={200: CertifiedOut, **FAULTS}, summary="Certify at the counter")
def certify(request: HttpRequest, number: Number) -> Any:
    """领取资格认证."""
    actor = asked(request, "cases.file")
    with acting(actor.actor_id, "cases.file") as act:
        people.person(act, number)
        return measures.certify(act, number, today(), Certification.Way.COUNTER)


# ---------------------------------------------------------------- claims
work = Router(tags=["claims"])


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


@work.get("/queues", response={200: list[QueueOut], **FAULTS}, summary="The open work")
def queues(request: HttpRequest) -> Any:
    """By step, benefit and kind; no person is named."""
    actor = asked(request, "cases.read")
    with acting(actor.actor_id, "cases.read") as act:
        return claims.queues(act, today())


@work.get("", response={200: list[WorkOut], **FAULTS}, summary="A work list")
def listed(
    request: HttpRequest,
    state: Annotated[int, Query(ge=1, le=10)],
    benefit: Annotated[Name, Query()] = "",
    kind: Annotated[int, Query(ge=0, le=8)] = 0,
    place: Annotated[str, Query(pattern=r"^[0-9]{0,12}$")] = "",
    after: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> Any:
    """Claims in a state, the most urgent first; 50 a page."""
    actor = asked(request, "cases.read")
    with acting(actor.actor_id, "cases.read") as act:
        return cases.work_list(act, state, benefit, kind, place, after)


def _file(found: cases.File) -> dict[str, Any]:
    line = ClaimLine.from_orm(found.claim).dict()
    spans = [{"since": a.valid.lower, "until": a.valid.upper, "amount": a.amount} for a in found.amounts]
    return line | {"amounts": spans, "steps": [asdict(step) for step in found.steps]}


@work.get("/{number}", response={200: FileOut, **FAULTS}, summary="One claim")
def claim(request: HttpRequest, number: Number) -> Any:
    """Its months, and who did what."""
    actor = asked(request, "cases.read")
    with acting(actor.actor_id, "cases.read") as act:
        return _file(cases.file_of(act, number))


@work.post("/{number}/steps", response={200: FileOut, **FAULTS}, summary="Take a step of a claim")
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
        return _file(cases.file_of(act, number))


@work.get(
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


# ---------------------------------------------------------------- employer
employer = Router(tags=["employer"])


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


def _organisation(actor: Standing) -> int:
    if actor.kind != Actor.Kind.ORGANISATION or actor.organisation_id is None:
        raise Refused("供单位经办人使用", "this is for an employer's user")
    return actor.organisation_id


@employer.get("/bills", response={200: list[BillOut], **FAULTS}, summary="Bills and what is paid")
def bills(request: HttpRequest) -> Any:
    """The latest first."""
    actor = asked(request, "contributions.read")
    with acting(actor.actor_id, "contributions.read") as act:
        return contributions.bills(act, _organisation(actor))


@employer.get("/declarations", response={200: list[DeclarationOut], **FAULTS}, summary="Declarations")
def declarations(request: HttpRequest) -> Any:
    """The latest first."""
    actor = asked(request, "contributions.read")
    with acting(actor.actor_id, "contributions.read") as act:
        return contributions.declarations(act, _organisation(actor))


@employer.get("/staff", response={200: list[StaffOut], **FAULTS}, summary="Staff of today")
def staff(request: HttpRequest) -> Any:
    """By name."""
    actor = asked(request, "contributions.read")
    with acting(actor.actor_id, "contributions.read") as act:
        return people.staff(act, _organisation(actor), today())


@employer.post("/declarations", response={200: OutcomeOut, **FAULTS}, summary="Hand in a declaration")
def declare(request: HttpRequest, file: File[UploadedFile], month: Annotated[Day | None, Query()] = None) -> Any:
    """Taken as a whole, or every broken row explained.  month: a day of it; this month without one."""
    actor = asked(request, "contributions.declare")
    of = _organisation(actor)
    if (file.size or 0) > LARGEST:
        raise HttpError(413, "a declaration has at most 20 MB")
    return declared(
        actor.actor_id, of, (file.name or "declaration.xlsx")[:200], file.read(), first_day(month or today())
    )


# ---------------------------------------------------------------- citizen
me = Router(tags=["me"])


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


def _own(actor: Standing) -> int:
    if actor.kind != Actor.Kind.CITIZEN or actor.person_id is None:
        raise Refused("供个人使用", "this is for a citizen")
    return actor.person_id


@me.get("", response={200: Mine, **FAULTS}, summary="What I get and could get")
def mine(request: HttpRequest) -> Any:
    """My rights as of last night."""
    actor = asked(request, "cases.own")
    with acting(actor.actor_id, "cases.own") as act:
        dossier = cases.of_person(act, _own(actor), today())
        gaps = online.gaps(act, _own(actor))
    return {
        "total": sum(one.amount for one in dossier.received),
        "received": _awards(dossier),
        "could_get": gaps,
        "claims": dossier.claims,
        "certified_on": dossier.certified_on,
    }


@me.post("/claims", response={200: ClaimLine, **FAULTS}, summary="Apply for what the last pass found")
def apply(request: HttpRequest, given: Benefit) -> Any:
    """The office decides."""
    actor = asked(request, "cases.own")
    with acting(actor.actor_id, "cases.own") as act:
        return online.apply(act, _own(actor), given.benefit, today())


@me.post("/claims/{number}/steps", response={200: FileOut, **FAULTS}, summary="Withdraw or appeal")
def my_step(request: HttpRequest, number: Number, given: MyStep) -> Any:
    """Of an own claim."""
    actor = asked(request, "cases.own")
    _own(actor)
    with acting(actor.actor_id, "cases.own") as act:
        cases.file_of(act, number)
        claims.take(act, [number], Verb.APPEALED if given.verb == "appeal" else Verb.WITHDRAWN, given.words)
        return _file(cases.file_of(act, number))


@me.post("/certifications", response={200: CertifiedOut, **FAULTS}, summary="Certify online")
def certify_online(request: HttpRequest) -> Any:
    """领取资格认证."""
    actor = asked(request, "cases.own")
    with acting(actor.actor_id, "cases.own") as act:
        return measures.certify(act, _own(actor), today(), Certification.Way.ONLINE)


@me.get("/readers", response={200: list[Reader], **FAULTS}, summary="Who looked at my record")
def readers(request: HttpRequest) -> Any:
    """The latest first."""
    actor = asked(request, "access.read")
    with acting(actor.actor_id, "access.read"):
        return reads.of_person(_own(actor))


@me.get("/complaints", response={200: list[ComplaintOut], **FAULTS}, summary="My complaints")
def complaints(request: HttpRequest) -> Any:
    """With their answers."""
    actor = asked(request, "cases.own")
    with acting(actor.actor_id, "cases.own") as act:
        return cases.complaints(act, _own(actor))


@me.post("/complaints", response={200: ComplaintOut, **FAULTS}, summary="Complain")
def complain(request: HttpRequest, given: WordsIn) -> Any:
    """投诉建议."""
    actor = asked(request, "cases.own")
    with acting(actor.actor_id, "cases.own") as act:
        made = online.complain(act, _own(actor), given.words)
        made.refresh_from_db()
        return made


@me.get("/estimate", response={200: EstimateOut, **FAULTS}, summary="Pension estimate")
def estimate(
    request: HttpRequest,
    sex: Annotated[int, Query(ge=1, le=2)],
    age: Annotated[int, Query(ge=50, le=70)],
    wage: Annotated[int, Query(ge=100_000, le=3_000_000)],
    years: Annotated[int, Query(ge=1, le=45)],
) -> Any:
    """Under today's law, in today's money; wage in fen a month."""
    actor = asked(request, "cases.own")
    _own(actor)
    found = estimates.estimate(Assumed(Sex(sex), PostClass.STAFF, age, wage, years), today())
    return {"age": age, "years": years, "wage": wage, "pension": found.pension}


# ---------------------------------------------------------------- city and law
city = Router(tags=["city"])


class FiguresOut(Schema):
    """The figures of a day: name -> place -> value."""

    day: Day | None
    figures: dict[str, dict[str, int]]


class TargetOut(Schema):
    """A target of the plan beside today; today null where nothing is counted, and why."""

    clause: str
    zh: str
    en: str
    target: str
    unit: str
    baseline: str
    today: str | None
    how_zh: str
    how_en: str


@city.get("/figures", response={200: FiguresOut, **FAULTS}, summary="The city in figures")
def city_figures(request: HttpRequest) -> Any:
    """Of the places that the actor sees."""
    actor = asked(request, "supervision.read")
    with acting(actor.actor_id, "supervision.read") as act:
        taken = figures.latest(act, today())
    return {"day": taken.day if taken else None, "figures": taken.by if taken else {}}


@city.get("/targets", response={200: list[TargetOut], **FAULTS}, summary="The plan's targets")
def city_targets(request: HttpRequest) -> Any:
    """京政发〔2011〕51号."""
    actor = asked(request, "supervision.read")
    with acting(actor.actor_id, "supervision.read") as act:
        taken = figures.latest(act, today())
    rows = [(target, targets.today(target, taken)) for target in targets.targets()]
    return [asdict(t) | {"today": now.value, "how_zh": now.zh, "how_en": now.en} for t, now in rows]


law = Router(tags=["law"])


class VariableOut(Schema):
    """A variable of the law with its versions: the citation, from which day to which."""

    name: str
    zh: str
    en: str
    versions: list[dict[str, str]]


class LawChange(Schema):
    """A rule or figure that differs between two days."""

    name: str
    zh: str
    en: str
    sort: str


@law.get("/variables/{name}", response={200: VariableOut, **FAULTS}, summary="A variable of the law")
def variable(request: HttpRequest, name: Name) -> Any:
    """Its names and citations."""
    found = the_law().variables.get(name)
    if found is None:
        raise HttpError(404, f"the law has no {name!r}")
    versions = [
        {"cites": v.rule.cites, "since": f"{date_of(v.rule.since)}", "until": f"{date_of(v.rule.until)}"}
        for v in found.versions
    ]
    return {"name": name, "zh": found.zh, "en": found.en, "versions": versions}


@law.get("/changes", response={200: list[LawChange], **FAULTS}, summary="What changed between two days")
def law_changes(request: HttpRequest, first: Annotated[Day, Query()], second: Annotated[Day, Query()]) -> Any:
    """Rules and figures."""
    if not date(1850, 1, 2) <= first < second <= date(2150, 1, 1):
        raise Refused(
            "后一日须晚于前一日，在1850年至2150年之间", "the second day is after the first, from 1850 to 2150"
        )
    found = the_law()
    before, after = (day_number(day.isoformat()) for day in (first, second))
    rules: list[Mapping[str, str]] = [
        {"name": name, "zh": found.variables[name].zh, "en": found.variables[name].en, "sort": "rule"}
        for name, *_ in changed_rules(found, before, after)
    ]
    return rules + [
        {"name": c.parameter.name, "zh": c.parameter.zh, "en": c.parameter.en, "sort": "figure"}
        for c in changed_figures(found, before, after)
    ]


for prefix, router in (
    ("/persons", persons),
    ("/claims", work),
    ("/employer", employer),
    ("/me", me),
    ("/city", city),
    ("/law", law),
):
    api.add_router(prefix, router)
