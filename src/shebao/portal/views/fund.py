"""医保经办: the funds' month by institution and fund, the register, statements that differ, differences, the catalogue.

It opens 医保: what the funds spent in a month, at whom and by which fund, and which statements differ; registers
institutions; works the queue of bills that came late; searches the catalogue and takes in a new list, whole or with
each broken row explained.
"""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shebao.access.acting import acting
from shebao.access.models import Place
from shebao.access.selectors import Standing, place_names, places
from shebao.contributions.months import first_day, plus, written
from shebao.files.problems import FileRefused, Problem
from shebao.medical import selectors as medical
from shebao.medical.models import CatalogueItem, Difference, Institution
from shebao.medical.models.settling import FUNDS
from shebao.medical.services import catalogue, institutions, late
from shebao.people.refusals import Refused
from shebao.portal.rights import Asked, needs, today
from shebao.portal.views.institutions import PURPOSE, REGISTER, asked_text, whole_number

LARGEST = 20 << 20  # bytes of a catalogue
MONTHS = 12  # to choose from
IMPORTS, DIFFERENCE = "medical.catalogue", "medical.difference"


@needs("medical.register")
def fund(request: Asked) -> HttpResponse:
    """The month: spending by fund and by institution, statements that differ, what is open."""
    this = first_day(today())
    months = [plus(this, -k) for k in range(MONTHS)]
    month = next((one for one in months if written(one) == request.GET.get("month")), this)
    last = plus(month, 1) - timedelta(days=1)
    with acting(request.actor.actor_id, PURPOSE) as act:
        spent = medical.spending(act, month, last)
        differing = medical.statements(act, month, last, differing=True)
        open_late = medical.late_count(act)
    by_fund = [(name, sum(getattr(one.sums, name) for one in spent)) for name in (*FUNDS, "account", "cash")]
    shown = {
        "month": month,
        "months": months,
        "spent": spent,
        "by_fund": by_fund,
        "paid": sum(one.sums.funds for one in spent),
        "total": sum(one.sums.total for one in spent),
        "bills": sum(one.sums.settled - one.sums.reversed for one in spent),
        "differing": differing,
        "late": open_late,
    }
    return render(request, "portal/fund.html", shown)


@needs("medical.register")
def register(request: Asked) -> HttpResponse:
    """The register of institutions, and a new one."""
    given = {name: request.POST.get(name, "").strip()[:100] for name in GIVEN}
    faults: list[tuple[str, str, str]] = []
    if request.method == "POST":
        made, faults = registered(request.actor, given)
        if made is not None:
            return redirect("institution", made)
    text, state = asked_text(request.GET.get("q")), whole_number(request.GET.get("state"))
    with acting(request.actor.actor_id, PURPOSE) as act:
        found = medical.register(act, text, state)
    shown = {
        "found": found,
        "q": text,
        "state": state,
        "states": Institution.State,
        "levels": Institution.Level,
        "places": place_names([one.place for one in found]),
        "districts": districts(request.actor),
        "given": given,
        "faults": faults,
    }
    return render(request, "portal/institutions.html", shown, status=400 if faults else 200)


GIVEN = ("code", "name", "level", "community", "place", "since", "until")


def districts(actor: Standing) -> list[tuple[str, str]]:
    """(code, name) of the districts that an actor's places reach."""
    return [one for one in places(Place.Level.DISTRICT) if any(one[0].startswith(place) for place in actor.places)]


def registered(actor: Standing, given: dict[str, str]) -> tuple[int | None, list[tuple[str, str, str]]]:
    """Registers an institution; gives its number, or (field, Chinese, English) of what cannot be taken.

    given: texts by GIVEN; community is empty for no.
    """
    faults = []
    level = whole_number(given["level"])
    if level not in Institution.Level.values:
        faults.append(("level", "请选择等级", "choose a level"))
    if given["place"] not in {code for code, _ in districts(actor)}:
        faults.append(("place", "请选择您经办范围内的区", "choose a district of yours"))
    days: dict[str, date | None] = {"until": None}
    for name in ("since", "until"):
        if not given[name] and name == "until":
            continue
        try:
            days[name] = date.fromisoformat(given[name])
        except ValueError:
            faults.append((name, "请按2014-01-31的形式填写日期", "write the day as 2014-01-31"))
    since, until = days.get("since"), days["until"]
    if since is not None and until is not None and until < since:
        faults.append(("until", "协议终止日不能早于开始日", "the agreement ends before it begins"))
    if faults or since is None:
        return None, faults
    try:
        with acting(actor.actor_id, REGISTER) as act:
            made = institutions.register(
                act,
                given["code"].upper(),
                given["name"],
                Institution.Level(level),
                given["place"],
                since,
                until,
                community=bool(given["community"]),
            )
    except Refused as refused:
        return None, [("code", refused.zh, refused.en)]
    return made.pk, []


@needs("medical.register")
def differences(request: Asked) -> HttpResponse:
    """Bills that came late: what they would have changed."""
    state = whole_number(request.GET.get("state")) or Difference.State.OPEN
    state = state if state in Difference.State.values else Difference.State.OPEN
    after = whole_number(request.GET.get("after"))
    with acting(request.actor.actor_id, PURPOSE) as act:
        found = medical.late(act, Difference.State(state), after=after)
    shown = {
        "found": found,
        "state": state,
        "states": Difference.State,
        "closes": state == Difference.State.OPEN and request.actor.may(DIFFERENCE),
        "next": after + medical.PAGE if len(found) == medical.PAGE else 0,
    }
    return render(request, "portal/late.html", shown)


@needs(DIFFERENCE)
@require_POST
def close_difference(request: Asked, number: int) -> HttpResponse:
    """已补差 or 不予处理, with what was done about it."""
    closed(request.actor, number, whole_number(request.POST.get("state")), request.POST.get("note", ""))
    return redirect("differences")


def closed(actor: Standing, number: int, state: int, note: str) -> None:
    """A difference is settled or dismissed.  Raises Refused."""
    if state not in (Difference.State.SETTLED, Difference.State.DISMISSED):
        raise Refused("请选择已补差或不予处理", "say whether it is settled or dismissed")
    if not note.strip():
        raise Refused("请写明处理意见", "say what was done about it")
    with acting(actor.actor_id, DIFFERENCE) as act:
        if not late.close(act, number, Difference.State(state), note.strip()[:500]):
            raise Refused("没有此差异，或已处理", "there is no such difference, or it is closed")


@needs("medical.register", "medical.catalogue")
def catalogue_page(request: Asked) -> HttpResponse:
    """The catalogue; a list is taken whole, or each broken row explained."""
    shown: dict[str, object] = {"kinds": CatalogueItem.Kind, "columns": ", ".join(catalogue.COLUMNS)}
    status = 200
    if request.method == "POST":
        file = request.FILES.get("file")
        if not request.actor.may(IMPORTS):
            raise Refused("没有导入目录的权限", "you may not take in a catalogue")
        if file is None or (file.size or 0) > LARGEST:
            shown["problems"] = [Problem("", "请选择不超过20MB的CSV文件", "choose a CSV file of at most 20 MB")]
        else:
            count, problems = imported(request.actor, file.name or "catalogue.csv", file.read())
            shown |= {"count": count, "problems": problems}
        status = 422 if shown["problems"] else 200
    text, after = asked_text(request.GET.get("q")), whole_number(request.GET.get("after"))
    kind = whole_number(request.GET.get("kind"))
    with acting(request.actor.actor_id, PURPOSE) as act:
        found = medical.catalogue(act, today(), text, kind, after)
    shown |= {
        "found": found,
        "q": text,
        "kind": kind,
        "imports": request.actor.may(IMPORTS),
        "next": after + medical.PAGE if len(found) == medical.PAGE else 0,
    }
    return render(request, "portal/catalogue.html", shown, status=status)


def imported(actor: Standing, name: str, data: bytes) -> tuple[int, list[Problem]]:
    """Takes in a list of items: how many, or what is wrong with it, in which row."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.csv"
        path.write_bytes(data)
        try:
            items = catalogue.read(path)
        except FileRefused as refused:
            return 0, refused.problems
    try:
        with acting(actor.actor_id, IMPORTS) as act:
            return catalogue.add_items(act, items), []
    except Refused as refused:
        return 0, [Problem(name, refused.zh, refused.en)]
