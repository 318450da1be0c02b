"""Medical care: a person's bills, an institution's settlements and statements, the fund's month and the catalogue."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, File, Query, Router, Schema
from ninja.errors import HttpError
from ninja.files import UploadedFile
from pydantic import StringConstraints

from shebao.access.acting import acting
from shebao.access.models import Actor
from shebao.access.selectors import Standing
from shebao.contributions.months import first_day, plus
from shebao.files.identity import masked
from shebao.medical import selectors as medical
from shebao.medical.models import Difference
from shebao.medical.models import Institution as Model
from shebao.medical.services import institutions
from shebao.people.refusals import Refused
from shebao.portal.api.citizen import own
from shebao.portal.api.core import FAULTS, NO_NUL, Day, Name, Number, asked
from shebao.portal.api.employer import ProblemOut, organisation
from shebao.portal.rights import today
from shebao.portal.views.fund import DIFFERENCE, IMPORTS, LARGEST, closed, imported, registered
from shebao.portal.views.institutions import PURPOSE, REGISTER
from shebao.rules.explain import as_json

router = Router(tags=["medical"])


class CareOut(Schema):
    """A year's bills of one kind of care that stand: codes of the law, fen."""

    care: int
    bills: int
    total: int
    deductible: int
    funds: int
    account: int
    cash: int


class BillLine(Schema):
    """A settlement, or what takes one back; fen.

    id and the other numbers of settlements are texts: they are longer than some programs count.
    """

    id: str
    person_id: int
    institution: str
    bill_day: Day
    settled_at: datetime
    care: int
    reverses: str | None
    reversed_by: str | None
    total: int
    funds: int
    account: int
    cash: int


class CareYear(Schema):
    """A person's year.  counted: the accumulators by name, fen; suspended: months without benefits for arrears."""

    year: int
    counted: dict[str, int]
    suspended: list[int]
    cares: list[CareOut]
    bills: list[BillLine]
    years: list[int]


class Charge(Schema):
    """A charge line, fen; quantity in ten-thousandths, price in millionths of a yuan."""

    number: str
    at: datetime
    code: str
    name: str
    item_class: int
    quantity: int
    price: int
    amount: int
    own_paid: int
    over_limit: int
    first_share: int
    in_scope: int


class MedicalBill(BillLine):
    """One bill.  parts: who pays; own: why the rest is the patient's, by name; fen."""

    insured: int
    approx: bool
    payers: dict[str, int]
    reasons: dict[str, int]
    diseases: list[str]
    lines: list[Charge]


class Explanation(Schema):
    """How a bill comes about.  agrees: the law, asked now, gives what was settled."""

    agrees: bool
    decisions: list[dict[str, Any]]


REASONS = ("deductible", "own_ratio", "above_cap", "first_share", "over_limit", "own_paid")


def _line(found: medical.Bill) -> dict[str, Any]:
    return {
        "id": str(found.id),
        "person_id": found.person_id,
        "institution": found.institution,
        "bill_day": found.bill_day,
        "settled_at": found.settled_at,
        "care": int(found.care),
        "reverses": None if found.reverses_id is None else str(found.reverses_id),
        "reversed_by": None if found.reversed_by is None else str(found.reversed_by),
        "total": found.total,
        "funds": found.funds,
        "account": found.account,
        "cash": found.cash,
    }


def _year(actor: Standing, person: int, year: int | None, after: int) -> dict[str, Any]:
    with acting(actor.actor_id, PURPOSE) as act:
        found = medical.of_person(act, person, year or today().year, after=after)
    return {
        "year": found.year,
        "counted": found.counted,
        "suspended": found.suspended_months,
        "cares": [asdict(one) for one in found.cares],
        "bills": [_line(one) for one in found.bills],
        "years": found.years,
    }


def _bill(actor: Standing, person: int, number: int) -> dict[str, Any]:
    with acting(actor.actor_id, PURPOSE) as act:
        found = medical.bill(act, person, number)
    return _line(found.bill) | {
        "insured": int(found.bill.insured),
        "approx": found.bill.approx,
        "payers": dict(found.bill.payers),
        "reasons": {name: value for name in REASONS if (value := getattr(found.bill, name))},
        "diseases": found.diseases,
        "lines": found.lines,
    }


def _explanation(actor: Standing, person: int, number: int) -> dict[str, Any]:
    if actor.kind == Actor.Kind.ORGANISATION:
        raise Refused("计算过程只供本人和经办机构查看", "how it comes about is for the patient and the office")
    with acting(actor.actor_id, PURPOSE) as act:
        found = medical.explained(act, person, number)
    return {"agrees": found.agrees, "decisions": [as_json(run) for run in found.decisions]}


# ---------------------------------------------------------------- a citizen's own, and a person's
@router.get("/mine", response={200: CareYear, **FAULTS}, summary="My care in a year")
def my_care(
    request: HttpRequest,
    year: Annotated[int | None, Query(ge=2001, le=2100)] = None,
    after: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> Any:
    """This year without one; 50 bills a page, the latest first."""
    actor = asked(request, PURPOSE)
    return _year(actor, own(actor), year, after)


@router.get("/mine/{number}", response={200: MedicalBill, **FAULTS}, summary="One bill of mine")
def my_medical_bill(request: HttpRequest, number: Number) -> Any:
    """Who paid each fen, and why."""
    actor = asked(request, PURPOSE)
    return _bill(actor, own(actor), number)


@router.get(
    "/mine/{number}/explanation", response={200: Explanation, **FAULTS}, summary="How a bill of mine came about"
)
def my_explanation(request: HttpRequest, number: Number) -> Any:
    """Every rule, figure and fact, down to the clause."""
    actor = asked(request, PURPOSE)
    return _explanation(actor, own(actor), number)


@router.get("/persons/{person}", response={200: CareYear, **FAULTS}, summary="A person's care in a year")
def care(
    request: HttpRequest,
    person: Number,
    year: Annotated[int | None, Query(ge=2001, le=2100)] = None,
    after: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> Any:
    """This year without one; 50 bills a page, the latest first."""
    return _year(asked(request, PURPOSE), person, year, after)


@router.get("/persons/{person}/bills/{number}", response={200: MedicalBill, **FAULTS}, summary="One bill of a person")
def medical_bill(request: HttpRequest, person: Number, number: Number) -> Any:
    """Who paid each fen, and why.  An institution sees its own."""
    return _bill(asked(request, PURPOSE), person, number)


@router.get(
    "/persons/{person}/bills/{number}/explanation",
    response={200: Explanation, **FAULTS},
    summary="How a bill came about",
)
def explanation(request: HttpRequest, person: Number, number: Number) -> Any:
    """Every rule, figure and fact, down to the clause."""
    return _explanation(asked(request, PURPOSE), person, number)


# ---------------------------------------------------------------- institutions
class InstitutionOut(Schema):
    """A designated institution.  level, state: codes of the record; until: the last day, none without end."""

    id: int
    code: str
    name: str
    level: int
    community: bool
    place: str
    since: Day
    until: Day | None
    state: int


class SumsOut(Schema):
    """Settlements less what was taken back, fen.  settled, reversed: how many; owed: by the funds and accounts."""

    settled: int
    reversed: int
    total: int
    pool: int
    large: int
    supplement: int
    catastrophic: int
    assistance: int
    account: int
    cash: int
    owed: int


class SettledOut(Schema):
    """A line of an institution's list, fen.  certificate: masked."""

    id: str
    person_id: int
    name: str
    certificate: str
    care: int
    bill_day: Day
    day: Day
    settled_at: datetime
    reverses: str | None
    reversed: bool
    total: int
    funds: int
    account: int
    cash: int


class StatementOut(Schema):
    """对账 of both sides, fen."""

    id: int
    institution_id: int
    institution: str
    insutype: str
    clr_type: str
    since: Day
    until: Day
    detailed: bool
    their_count: int
    their_total: int
    their_funds: int
    their_account: int
    our_count: int
    our_total: int
    our_funds: int
    our_account: int
    equal: bool
    differences: int


class DifferingOut(Schema):
    """A settlement that is not the same on both sides, fen.  kind: a code of the record."""

    number: int
    kind: int
    settlement: str | None
    person: str
    their_total: int | None
    their_funds: int | None
    our_total: int | None
    our_funds: int | None


class ComparedOut(StatementOut):
    """A statement with what differs."""

    differing: list[DifferingOut]


class MatchOut(Schema):
    """目录对照.  state: matched, undone, over, later, gone."""

    own_code: str
    own_name: str
    code: str
    name: str
    since: Day
    until: Day | None
    state: str


class InstitutionIn(Schema):
    """A new institution.  level: 1 to 3; place: the code of a district; until: the last day, none without end."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{12}$")]
    name: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=NO_NUL)]
    level: int = Field(ge=1, le=3)
    community: bool = False
    place: Name
    since: Day
    until: Day | None = None


class KeepIn(Schema):
    """What changes of an agreement: its state (a code of the record), its last day, or both."""

    state: int | None = Field(None, ge=1, le=3)
    until: Day | None = None


def _institution(found: medical.Registered) -> dict[str, Any]:
    return asdict(found) | {"until": found.last}


@router.get("/institutions", response={200: list[InstitutionOut], **FAULTS}, summary="The register")
def register_of_institutions(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=100, pattern=NO_NUL)] = "",
    state: Annotated[int, Query(ge=0, le=3)] = 0,
) -> Any:
    """Of the actor's places; of an institution's user, his own."""
    actor = asked(request, PURPOSE)
    with acting(actor.actor_id, PURPOSE) as act:
        if actor.kind == Actor.Kind.ORGANISATION:
            return [_institution(one) for one in medical.own(act, organisation(actor))]
        return [_institution(one) for one in medical.register(act, q, state)]


@router.post("/institutions", response={200: InstitutionOut, **FAULTS}, summary="Register an institution")
def register_institution(request: HttpRequest, given: InstitutionIn) -> Any:
    """With its agreement."""
    actor = asked(request, REGISTER)
    texts = {
        "code": given.code,
        "name": given.name,
        "level": str(given.level),
        "community": "on" if given.community else "",
        "place": given.place,
        "since": given.since.isoformat(),
        "until": given.until.isoformat() if given.until else "",
    }
    made, faults = registered(actor, texts)
    if made is None:
        raise Refused("；".join(zh for _, zh, _ in faults), "; ".join(en for *_, en in faults))
    with acting(actor.actor_id, PURPOSE) as act:
        return _institution(medical.institution(act, made))


@router.post("/institutions/{number}", response={200: InstitutionOut, **FAULTS}, summary="Change an agreement")
def keep_institution(request: HttpRequest, number: Number, given: KeepIn) -> Any:
    """Suspends, takes up again, ends, renews."""
    actor = asked(request, REGISTER)
    with acting(actor.actor_id, REGISTER) as act:
        medical.keep(act, number)
        if given.state is not None:
            institutions.change_state(act, number, Model.State(given.state))
        if given.until is not None:
            institutions.renew(act, number, given.until)
        return _institution(medical.keep(act, number))


def _span(since: date | None, until: date | None) -> tuple[date, date]:
    """Some days, today without any.  Raises Refused."""
    first, last = since or until or today(), until or since or today()
    if last < first:
        raise Refused("结束日期须不早于开始日期", "the last day is not before the first")
    return first, last


@router.get("/institutions/{number}/sums", response={200: SumsOut, **FAULTS}, summary="What was settled, by fund")
def institution_sums(
    request: HttpRequest,
    number: Number,
    since: Annotated[Day | None, Query()] = None,
    until: Annotated[Day | None, Query()] = None,
) -> Any:
    """In some days of the books, today without any."""
    actor = asked(request, PURPOSE)
    first, last = _span(since, until)
    with acting(actor.actor_id, PURPOSE) as act:
        medical.institution(act, number)
        return medical.sums(act, number, first, last)


@router.get("/institutions/{number}/settlements", response={200: list[SettledOut], **FAULTS}, summary="Settlements")
def institution_settlements(
    request: HttpRequest,
    number: Number,
    since: Annotated[Day | None, Query()] = None,
    until: Annotated[Day | None, Query()] = None,
    after: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> Any:
    """Of some days, the latest first; 50 a page."""
    actor = asked(request, PURPOSE)
    first, last = _span(since, until)
    with acting(actor.actor_id, PURPOSE) as act:
        medical.institution(act, number)
        found = medical.settlements(act, number, first, last, after)
    return [
        asdict(one)
        | {
            "id": str(one.id),
            "certificate": masked(one.certificate),
            "reverses": None if one.reverses_id is None else str(one.reverses_id),
        }
        for one in found
    ]


@router.get("/institutions/{number}/statements", response={200: list[StatementOut], **FAULTS}, summary="Statements")
def institution_statements(
    request: HttpRequest,
    number: Number,
    since: Annotated[Day | None, Query()] = None,
    until: Annotated[Day | None, Query()] = None,
) -> Any:
    """Of days within some days."""
    actor = asked(request, PURPOSE)
    first, last = _span(since, until)
    with acting(actor.actor_id, PURPOSE) as act:
        medical.institution(act, number)
        return medical.statements(act, first, last, number)


@router.get("/institutions/{number}/matches", response={200: list[MatchOut], **FAULTS}, summary="Matched items")
def institution_matches(
    request: HttpRequest,
    number: Number,
    q: Annotated[str, Query(max_length=100, pattern=NO_NUL)] = "",
    after: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> Any:
    """As they stand today; 50 a page."""
    actor = asked(request, PURPOSE)
    with acting(actor.actor_id, PURPOSE) as act:
        medical.institution(act, number)
        return medical.matches(act, number, today(), q, after)


@router.get("/statements/{number}", response={200: ComparedOut, **FAULTS}, summary="One statement")
def medical_statement(request: HttpRequest, number: Number) -> Any:
    """With what differs, at most 1000."""
    actor = asked(request, PURPOSE)
    with acting(actor.actor_id, PURPOSE) as act:
        said, found = medical.compared(act, number)
    differing = [
        asdict(one)
        | {"kind": int(one.kind), "settlement": None if one.settlement_id is None else str(one.settlement_id)}
        for one in found
    ]
    return asdict(said) | {"differing": differing}


# ---------------------------------------------------------------- the fund
class SpentOut(Schema):
    """What an institution settled in a month."""

    institution_id: int
    name: str
    level: int
    sums: SumsOut


class LateOut(Schema):
    """差异 of a bill that came late, fen; in_order: what the law would have given.  state: a code of the record."""

    id: int
    person_id: int
    settlement: str
    institution: str
    bill_day: Day
    funds: int
    account: int
    cash: int
    funds_in_order: int
    account_in_order: int
    cash_in_order: int
    refusal: str
    state: int
    note: str


class ItemOut(Schema):
    """目录项目 of today: kind, item_class, sex are codes; first_share in ten-thousandths, price_limit in fen."""

    code: str
    kind: int
    name: str
    item_class: int
    first_share: int
    price_limit: int
    sex: int | None
    age_from: int | None
    age_to: int | None
    day_quantity: int | None
    since: Day
    until: Day | None


class ImportedOut(Schema):
    """What became of a catalogue: taken whole, or what is wrong with it."""

    items: int
    problems: list[ProblemOut]


@router.get("/spending", response={200: list[SpentOut], **FAULTS}, summary="A month by institution and fund")
def spending(
    request: HttpRequest, month: Annotated[Day | None, Query(ge=date(2001, 1, 1), le=date(2100, 1, 1))] = None
) -> Any:
    """month: a day of it; this month without one."""
    actor = asked(request, REGISTER)
    first = first_day(month or today())
    with acting(actor.actor_id, PURPOSE) as act:
        return medical.spending(act, first, plus(first, 1) - timedelta(days=1))


@router.get("/differences", response={200: list[LateOut], **FAULTS}, summary="Bills that came late")
def late_differences(
    request: HttpRequest, state: Annotated[int, Query(ge=1, le=3)] = 1, after: Annotated[int, Query(ge=0, le=10**9)] = 0
) -> Any:
    """In a state, the oldest first; 50 a page."""
    actor = asked(request, PURPOSE)
    with acting(actor.actor_id, PURPOSE) as act:
        found = medical.late(act, Difference.State(state), after=after)
    return [asdict(one) | {"settlement": str(one.settlement_id), "state": int(one.state)} for one in found]


class CloseIn(Schema):
    """state: 2 settled, 3 dismissed; note: what was done."""

    state: int = Field(ge=2, le=3)
    note: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=NO_NUL)]


@router.post("/differences/{number}", response={200: list[LateOut], **FAULTS}, summary="Settle or dismiss a difference")
def close_late_difference(request: HttpRequest, number: Number, given: CloseIn) -> Any:
    """Gives what is still open."""
    closed(asked(request, DIFFERENCE), number, given.state, given.note)
    return late_differences(request)


@router.get("/catalogue", response={200: list[ItemOut], **FAULTS}, summary="The catalogue")
def search_catalogue(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=100, pattern=NO_NUL)] = "",
    kind: Annotated[int, Query(ge=0, le=3)] = 0,
    after: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> Any:
    """Items that hold today; 50 a page."""
    actor = asked(request, PURPOSE)
    with acting(actor.actor_id, PURPOSE) as act:
        found = medical.catalogue(act, today(), q, kind, after)
    return [asdict(one) | {"kind": int(one.kind), "item_class": int(one.item_class)} for one in found]


@router.post("/catalogue", response={200: ImportedOut, **FAULTS}, summary="Take in a catalogue")
def take_in_catalogue(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """A CSV file: taken whole, or every broken row explained."""
    actor = asked(request, IMPORTS)
    if (file.size or 0) > LARGEST:
        raise HttpError(413, "a catalogue has at most 20 MB")
    count, problems = imported(actor, (file.name or "catalogue.csv")[:200], file.read())
    return {"items": count, "problems": problems}
