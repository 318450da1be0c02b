"""办事窗口: one search field; one person, one page; what happened to him, in one act."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from shebao.access import reads
from shebao.access.acting import acting
from shebao.access.selectors import place_names
from shebao.assessment import selectors as assessment
from shebao.cases import claims, letters, measures
from shebao.cases.models import Certification
from shebao.files import letter
from shebao.law import the_law
from shebao.medical import selectors as medical
from shebao.people import selectors as people
from shebao.people.codes import NameKind
from shebao.people.facts import Identifier, Name
from shebao.portal import acts
from shebao.portal.rights import Asked, needs, reading, today
from shebao.portal.timeline import timeline
from shebao.portal.whole import whole
from shebao.rules.explain import tree

MOST = 50  # persons of a list
LAST_BILLS = 5  # of the year, on the person's page
PURPOSE = "medical.read"
OFFICE = "社会保险经办机构"


@needs("people.read")
def home(request: Asked) -> HttpResponse:
    """The search, and what it found."""
    text = request.GET.get("q", "").strip()[:100].replace("\0", "")
    found: list[people.Found] = []
    if text:
        with acting(request.actor.actor_id, "people.read") as act:
            found = people.find(act, text, MOST)
    places = place_names([one.place for one in found])
    return render(request, "portal/home.html", {"q": text, "found": found, "most": MOST, "places": places})


@needs("people.read")
def person(request: Asked, number: int) -> HttpResponse:
    """The whole person: who, what is received, what is due or missing, what is open, what was paid, what happened."""
    found = whole(request.actor, number, today())
    shown = {
        "whole": found,
        "record": found.record,
        "dossier": found.dossier,
        "paid_in": found.paid_in,
        "timeline": timeline(found.record, found.paid_in, found.dossier, today()),
        "events": acts.EVENTS.values() if request.actor.may("cases.file") else [],
    }
    if request.actor.may(PURPOSE):
        with acting(request.actor.actor_id, PURPOSE) as act:
            shown["medical"] = medical.of_person(act, found.record.id, today().year, LAST_BILLS)
    return render(request, "portal/person.html", shown)


@needs("people.read")
@require_POST
def reveal(request: Asked, number: int) -> HttpResponse:
    """A whole identity number: shown on a click that is taken down."""
    with acting(request.actor.actor_id, reading(request.actor)) as act:
        record = people.person(act, number)
        reads.log(act, [record.id], "证件号码全号")
    papers = [known.fact for known in record.of(Identifier)]
    return render(request, "portal/revealed.html", {"papers": papers})


@needs("people.read")
def explain(request: Asked, number: int, benefit: str) -> HttpResponse:
    """How an amount comes about, down to the clause."""
    if benefit not in the_law().variables:
        raise Http404
    with acting(request.actor.actor_id, reading(request.actor)) as act:
        decision = assessment.decided(act, number, today(), want=[benefit])
    found = {"tree": tree(decision, request.lang), "benefit": benefit, "number": number}
    part = request.headers.get("HX-Request") == "true"
    return render(request, "portal/explained.html" if part else "portal/explain.html", found)


@needs("cases.file")
def event(request: Asked, number: int, slug: str) -> HttpResponse:
    """What happened: asked, shown before it is done, done, and what came of it."""
    chosen = acts.EVENTS.get(slug)
    if chosen is None:
        raise Http404
    name = _name(request, number)
    given = {field.name: request.POST.get(field.name, "") for field in chosen.fields}
    if request.method == "POST" and "back" not in request.POST:
        values, faults = acts.parse(chosen, given)
        if not faults:
            confirmed = request.POST.get("digest") if "commit" in request.POST else None
            outcome = acts.carry_out(request.actor.actor_id, chosen, number, values, today(), confirmed)
            done = confirmed is not None and outcome.digest == confirmed
            shown = {
                "event": chosen,
                "number": number,
                "name": name,
                "outcome": outcome,
                "given": given,
                "answers": _answers(chosen, given),
                "changed": confirmed is not None and not done,
                "claims": sorted({change.claim for change in outcome.changes}),
            }
            return render(request, "portal/event_done.html" if done else "portal/event_preview.html", shown)
    else:
        faults = []
    fields = [(field, given[field.name], acts.options(field)) for field in chosen.fields]
    status = 400 if faults else 200
    told = {"event": chosen, "number": number, "name": name, "fields": fields, "faults": faults}
    return render(request, "portal/event.html", told, status=status)


@needs("cases.file")
@require_POST
def apply(request: Asked, number: int, benefit: str) -> HttpResponse:
    """A claim for what the law gives and nobody has asked for yet, from this month on."""
    with acting(request.actor.actor_id, "cases.file") as act:
        made = claims.file(act, number, benefit, today().replace(day=1), today())
    return render(request, "portal/filed.html", {"claim": made, "number": number})


@needs("cases.file")
@require_POST
def certify(request: Asked, number: int) -> HttpResponse:
    """领取资格认证 at the counter."""
    with acting(request.actor.actor_id, "cases.file") as act:
        made = measures.certify(act, number, today(), Certification.Way.COUNTER)
    return render(request, "portal/certified.html", {"made": made, "number": number})


@needs("cases.file")
def receipt(request: Asked, number: int) -> HttpResponse:
    """受理回执 of claims as PDF."""
    wanted = [int(text) for text in request.GET.get("claims", "").split(",") if text.isdigit()]
    with acting(request.actor.actor_id, "cases.file") as act:
        made = letters.receipt(act, number, wanted, OFFICE)
    return pdf(letter.pdf(made), f"receipt-{number}")


def pdf(data: bytes, name: str) -> HttpResponse:
    """A PDF shown by the browser."""
    return HttpResponse(
        data, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'}
    )


def _name(request: Asked, number: int) -> str:
    with acting(request.actor.actor_id, "cases.file") as act:
        found = people.person(act, number).on(Name, today(), kind=NameKind.LEGAL)
    return found.name if found else str(number)


def _answers(event: acts.Event, given: dict[str, str]) -> list[tuple[acts.Field, str]]:
    """The answers in words, for the page that is confirmed."""
    found = []
    for field in event.fields:
        words = {value: f"{zh} {en}" if zh != en else zh for value, zh, en in acts.options(field)}
        found.append((field, words.get(given[field.name], given[field.name]) or "—"))
    return found


def keys(request: HttpRequest) -> HttpResponse:
    """The keys of the counter."""
    return render(request, "portal/keys.html")
