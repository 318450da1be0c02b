"""个人网厅: my rights, my record, an estimate, my claims and letters, who looked, complaints.  One thing a page."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shebao.access import reads
from shebao.access.acting import acting
from shebao.access.models import Actor
from shebao.access.reads import of_person as readings
from shebao.access.services import system_actor
from shebao.assessment import estimates
from shebao.assessment.estimates import Assumed
from shebao.cases import claims, letters, measures, online
from shebao.cases import selectors as cases
from shebao.cases.models import Certification, Verb
from shebao.contributions import selectors as contributions
from shebao.files import letter
from shebao.law.city.facts import Sex
from shebao.law.insurance.contributions.facts import Insurance
from shebao.law.insurance.employee_pension.facts import PostClass
from shebao.people import selectors as people
from shebao.people.codes import NameKind
from shebao.people.facts import Identifier, Name, Residence, Vitals
from shebao.people.refusals import Refused
from shebao.portal.rights import Asked, needs, today
from shebao.portal.timeline import line, timeline
from shebao.portal.views.counter import OFFICE, pdf

AGES, WAGES, YEARS = range(50, 71), (100_000, 3_000_000), range(1, 46)  # of the sliders; wages in fen
PARTS = ("basic_pension", "account_pension", "transitional_pension")
USUAL = 20  # years, where the record has none


def own(request: Asked) -> int:
    """Whose record it is.  Raises Refused for others than citizens."""
    if request.actor.kind != Actor.Kind.CITIZEN or request.actor.person_id is None:
        raise Refused("本页供个人使用", "this page is for a citizen")
    return request.actor.person_id


@needs("cases.own")
def mine(request: Asked) -> HttpResponse:
    """What I get, what I could get, what is open, what is asked of me."""
    number, now = own(request), today()
    with acting(request.actor.actor_id, "cases.own") as act:
        record = people.person(act, number)
        dossier = cases.of_person(act, number, now)
        gaps = online.gaps(act, number)
    latest = {one.benefit: one for one in gaps}  # of each its last month
    shown = {
        "name": record.on(Name, now, kind=NameKind.LEGAL),
        "dossier": dossier,
        "total": sum(one.amount for one in dossier.received),
        "gaps": list(latest.values()),
        "open_claims": [one for one in dossier.claims if one.state in claims.OPEN],
        "certified": {one.benefit for one in dossier.received} & set(measures.certified_benefits()),
    }
    return render(request, "portal/mine.html", shown)


@needs("cases.own")
def my_record(request: Asked) -> HttpResponse:
    """My whole record, with my contributions year by year and their gaps."""
    number, now = own(request), today()
    with acting(request.actor.actor_id, "cases.own") as act:
        record = people.person(act, number)
        history = people.history(act, number)
        dossier = cases.of_person(act, number, now)
        paid_in = contributions.of_person(act, number)
    shown = {
        "record": record,
        "name": record.on(Name, now, kind=NameKind.LEGAL),
        "vitals": next((known.fact for known in record.of(Vitals)), None),
        "home": record.on(Residence, now),
        "identifiers": [known.fact for known in record.of(Identifier)],
        "paid_in": paid_in,
        "dossier": dossier,
        "history": history,
        "timeline": timeline(record, paid_in, dossier, now),
    }
    return render(request, "portal/my_record.html", shown)


@needs("cases.own")
def estimate(request: Asked) -> HttpResponse:
    """The pension by age, wage and years paid: sliders, a curve, and the figures it is made of."""
    number, now = own(request), today()
    with acting(request.actor.actor_id, "cases.own") as act:
        record = people.person(act, number)
        paid_in = contributions.of_person(act, number)
    vitals = next((known.fact for known in record.of(Vitals)), None)
    sex = Sex(vitals.sex) if vitals else Sex.MALE
    pension = [year for year in paid_in.years if year.insurance == Insurance.PENSION and year.base]
    wage = pension[-1].base // max(pension[-1].paid, 1) if pension else 500_000
    months = sum(year.paid for year in paid_in.years if year.insurance == Insurance.PENSION)
    age = now.year - vitals.birth_day.year if vitals else 60
    retires = 60 if sex is Sex.MALE else 55
    post = PostClass.WORKER if request.GET.get("post") == "2" else PostClass.STAFF
    assumed = Assumed(
        sex,
        post,
        _bounded(request.GET.get("age"), max(retires, min(age, 70)), AGES[0], AGES[-1]),
        _bounded(request.GET.get("wage"), wage // 100, WAGES[0] // 100, WAGES[1] // 100) * 100,
        _bounded(request.GET.get("years"), months // 12 + max(retires - age, 0) or USUAL, YEARS[0], YEARS[-1]),
    )
    found = estimates.estimate(assumed, now)
    curve = estimates.by_age(assumed, now, AGES)
    money = [(one.assumed.age, one.pension or 0) for one in curve]
    told = [f"{age}: {value / 100:,.0f}" if value else f"{age}: —" for age, value in money]
    steps = found.why.steps if found.pension else {}
    parts = [(name, steps[name].value) for name in PARTS if name in steps]
    shown = {
        "assumed": replace(assumed, wage=assumed.wage // 100),
        "found": found,
        "curve": line(money, told, [str(age) if age % 5 == 0 else "" for age, _ in money], assumed.age),
        "table": curve,
        "parts": parts,
        "ages": AGES,
        "years": YEARS,
        "wages": (WAGES[0] // 100, WAGES[1] // 100),
        "worker": post is PostClass.WORKER,
        "why": found.why["pension"],
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "portal/estimated.html" if part else "portal/estimate.html", shown)


@needs("cases.own")
def my_claims(request: Asked) -> HttpResponse:
    """My claims, where they are, and my letters."""
    number = own(request)
    with acting(request.actor.actor_id, "cases.own") as act:
        dossier = cases.of_person(act, number, today())
    decided = (Verb.APPROVED, Verb.REJECTED, Verb.UPHELD)
    may_appeal = (Verb.APPROVED, Verb.REJECTED)
    shown = {"dossier": dossier, "decided": decided, "may_appeal": may_appeal, "may_withdraw": claims.OPEN[:4]}
    return render(request, "portal/my_claims.html", shown)


@needs("cases.own")
@require_POST
def apply_online(request: Asked, benefit: str) -> HttpResponse:
    """An application for what last night's assessment found."""
    with acting(request.actor.actor_id, "cases.own") as act:
        made = online.apply(act, own(request), benefit, today())
    return render(request, "portal/applied.html", {"claim": made})


@needs("cases.own")
@require_POST
def my_step(request: Asked, number: int) -> HttpResponse:
    """撤回 or 申诉 of an own claim."""
    verb = Verb.APPEALED if request.POST.get("verb") == "appeal" else Verb.WITHDRAWN
    words = request.POST.get("words", "").strip()[:500]
    if verb is Verb.APPEALED and not words:
        raise Refused("请写明申诉的理由", "say why you appeal")
    with acting(request.actor.actor_id, "cases.own") as act:
        cases.file_of(act, number)
        claims.take(act, [number], verb, words)
    return redirect("my-claims")


@needs("cases.own")
@require_POST
def object_to(request: Asked, number: int) -> HttpResponse:
    """陈述申辩 to an announced measure."""
    words = request.POST.get("words", "").strip()[:2000]
    if not words:
        raise Refused("请写明您的意见", "say what you object to")
    with acting(request.actor.actor_id, "cases.own") as act:
        measures.object_to(act, number, today(), words)
    return redirect("mine")


@needs("cases.own")
@require_POST
def certify_online(request: Asked) -> HttpResponse:
    """领取资格认证 by who is signed in."""
    with acting(request.actor.actor_id, "cases.own") as act:
        made = measures.certify(act, own(request), today(), Certification.Way.ONLINE)
    return render(request, "portal/certified.html", {"made": made, "number": own(request)})


@needs("cases.own")
def my_letter(request: Asked, number: int) -> HttpResponse:
    """告知书 of an own claim.  The office writes it: a family's claim is decided on what the family is."""
    with acting(request.actor.actor_id, "cases.own") as act:
        file = cases.file_of(act, number)
    if file.claim.person_id not in (own(request), *people.merged(own(request))):
        raise Refused("没有此案卷", "there is no such claim")
    with acting(system_actor("night"), "cases.read") as act:
        made = letters.of_claim(act, number, OFFICE)
        reads.log(act, [file.claim.person_id], f"本人调取告知书（案卷{number}）")
    return pdf(letter.pdf(made), f"letter-{number}")


@needs("access.read")
def my_readers(request: Asked) -> HttpResponse:
    """谁看过我的档案."""
    number = own(request)
    with acting(request.actor.actor_id, "access.read") as act:
        reads.log(act, [number], "查询记录")
        found = readings(number)
    return render(request, "portal/my_readers.html", {"found": found})


@needs("cases.own")
def complaints(request: Asked) -> HttpResponse:
    """投诉建议 and their answers."""
    number = own(request)
    if request.method == "POST":
        with acting(request.actor.actor_id, "cases.own") as act:
            online.complain(act, number, request.POST.get("words", ""))
        return redirect("complaints")
    with acting(request.actor.actor_id, "cases.own") as act:
        found = cases.complaints(act, number)
    return render(request, "portal/complaints.html", {"found": found})


def _bounded(text: str | None, otherwise: int, low: int, high: int) -> int:
    value = int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else otherwise
    return min(max(value, low), high)
