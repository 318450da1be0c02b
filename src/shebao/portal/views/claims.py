"""审核: work lists by role, place and time limit; one claim with its evidence; steps one by one or in bulk."""

from __future__ import annotations

import hashlib

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from shebao.access.acting import acting
from shebao.access.selectors import place_names
from shebao.assessment.models import Difference
from shebao.cases import claims, letters, online
from shebao.cases import selectors as cases
from shebao.cases.models import Verb
from shebao.files import letter
from shebao.law import the_law
from shebao.people import selectors as people
from shebao.people.codes import NameKind
from shebao.people.facts import Name
from shebao.people.refusals import Refused
from shebao.portal.rights import Asked, needs, today
from shebao.portal.tables import csv_file
from shebao.portal.views.counter import OFFICE, pdf
from shebao.rules.values import yuan

EXPORTED = 2000  # lines of a file at most
READERS = ("cases.read", "cases.file", "cases.decide", "cases.approve")
# The first queue of each role: what waits for it.
FIRST = (("cases.approve", Verb.DECIDED), ("cases.decide", Verb.FILED), ("cases.file", Verb.RETURNED))


def may_take(request: Asked, state: int) -> list[Verb]:
    """The steps of a claim in this state that the actor may take."""
    return [verb for verb in cases.next_steps(state) if request.actor.may(cases.PURPOSES[verb])]


@needs(*READERS)
def queue(request: Asked) -> HttpResponse:
    """The open work by step, and the claims of one of the queues."""
    first = next((int(verb) for purpose, verb in FIRST if request.actor.may(purpose)), int(Verb.FILED))
    state = _number(request.GET.get("state"), first)
    state = state if state in Verb.values else first
    kind, after = _number(request.GET.get("kind"), 0), _number(request.GET.get("after"), 0)
    benefit, place = request.GET.get("benefit", ""), request.GET.get("place", "")
    place = place if place.isdigit() else ""
    benefit = benefit if benefit in the_law().variables else ""
    with acting(request.actor.actor_id, "cases.read") as act:
        open_work = claims.queues(act, today())
        most = EXPORTED if request.GET.get("format") == "csv" else cases.PAGE
        found = cases.work_list(act, state, benefit, kind, place, after, most)
    if request.GET.get("format") == "csv":
        return _exported(found)
    by_state: dict[int, list[int]] = {}
    for one in open_work:
        sums = by_state.setdefault(one.state, [0, 0])
        sums[0] += one.claims
        sums[1] += one.late
    shown = {
        "state": state,
        "kind": kind,
        "benefit": benefit,
        "place": place,
        "after": after,
        "next": after + cases.PAGE if len(found) == cases.PAGE else 0,
        "states": sorted(by_state.items()),
        "groups": [one for one in open_work if one.state == state],
        "found": found,
        "places": place_names([one.place for one in found]),
        "steps": may_take(request, state),
        "kinds": Difference.Kind,
        "clock": today(),
    }
    return render(request, "portal/queue.html", shown)


@needs(*READERS)
@require_POST
def bulk(request: Asked) -> HttpResponse:
    """One step of several claims, all or none."""
    chosen = [int(text) for text in request.POST.getlist("claim") if text.isdigit()]
    verb = Verb(_number(request.POST.get("verb"), 0) or Verb.DECIDED)
    if not chosen:
        raise Refused("请先勾选案卷", "choose the claims first")
    _take(request, chosen, verb, request.POST.get("note", ""))
    shown = {"verb": verb, "count": len(chosen), "back": _back(request)}
    return render(request, "portal/bulk_done.html", shown)


@needs(*READERS)
def claim(request: Asked, number: int) -> HttpResponse:
    """A claim: what it asks, on what, by which clause; and its next step."""
    with acting(request.actor.actor_id, "cases.read") as act:
        file = cases.file_of(act, number)
        name = people.person(act, file.claim.person_id).on(Name, today(), kind=NameKind.LEGAL)
    months = [(one.valid.lower, one.valid.upper, _was(file, one.valid.lower), one.amount) for one in file.amounts]
    shown = {
        "file": file,
        "claim": file.claim,
        "name": name,
        "months": months,
        "steps": may_take(request, file.claim.state),
        "clock": today(),
    }
    return render(request, "portal/claim.html", shown)


def _was(file: cases.File, month: object) -> int:
    found = next((d.decided for m, d in file.before.items() if m == month), None)
    if found is not None:
        return found
    return sum(
        a.amount for a in file.replaced if a.valid.lower <= month and (a.valid.upper is None or month < a.valid.upper)
    )


@needs(*READERS)
@require_POST
def step(request: Asked, number: int) -> HttpResponse:
    """One step of one claim."""
    _take(request, [number], Verb(_number(request.POST.get("verb"), 0)), request.POST.get("note", ""))
    return redirect("claim", number)


@needs("cases.file", "cases.decide")
@require_POST
def evidence(request: Asked, number: int) -> HttpResponse:
    """材料: a file whose digest is kept, or a paper that was seen."""
    name = request.POST.get("name", "").strip()[:200]
    given = request.FILES.get("file")
    if not name:
        raise Refused("请写明材料名称", "name the document")
    digest = hashlib.sha256(given.read() if given else name.encode()).digest()
    purpose = "cases.file" if request.actor.may("cases.file") else "cases.decide"
    with acting(request.actor.actor_id, purpose) as act:
        cases.file_of(act, number)
        claims.add_evidence(act, number, name, digest, "verified" in request.POST, "" if given else "原件已核")
    return redirect("claim", number)


@needs(*READERS)
def claim_letter(request: Asked, number: int) -> HttpResponse:
    """告知书 as PDF."""
    with acting(request.actor.actor_id, "cases.read") as act:
        cases.file_of(act, number)
        made = letters.of_claim(act, number, OFFICE)
    return pdf(letter.pdf(made), f"claim-{number}")


@needs("cases.decide", "cases.approve")
def answer_complaints(request: Asked) -> HttpResponse:
    """投诉 that wait for an answer."""
    purpose = "cases.decide" if request.actor.may("cases.decide") else "cases.approve"
    if request.method == "POST":
        with acting(request.actor.actor_id, purpose) as act:
            online.answer_complaint(act, _number(request.POST.get("complaint"), 0), request.POST.get("words", ""))
        return redirect("answer-complaints")
    with acting(request.actor.actor_id, purpose) as act:
        found = cases.complaints(act)
    return render(request, "portal/answer_complaints.html", {"found": found})


def _exported(found: list[cases.Work]) -> HttpResponse:
    """The list as a file: what the page shows, no more; each line a read that is taken down."""
    header = ["案卷", "姓名", "经办地", "待遇", "事项", "时限", "原（元）", "改为（元）"]
    variables = the_law().variables
    rows = [
        [
            one.id,
            one.name,
            one.place,
            variables[one.benefit].zh,
            Difference.Kind(one.kind).label,
            one.due_on,
            yuan(one.was),
            yuan(one.amount),
        ]
        for one in found
    ]
    return csv_file("claims", header, rows)


def _take(request: Asked, chosen: list[int], verb: Verb, note: str) -> None:
    purpose = cases.PURPOSES.get(verb, "cases.approve")
    with acting(request.actor.actor_id, purpose) as act:
        if verb == Verb.APPROVED:
            claims.approve(act, chosen, note[:500], today())
        else:
            claims.take(act, chosen, verb, note[:500])


def _back(request: Asked) -> str:
    query = request.POST.get("back", "")
    return f"{reverse('queue')}?{query}" if query else reverse("queue")


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else otherwise
