"""医疗费用: a person's year, one bill split to the last fen, and how it comes about.

citizen     opens 我的医疗, sees what care cost this year, what insurance paid and what was left to him; opens a bill:
            who paid each yuan, why the rest is his own, line by line; opens it once more, down to the clause
counter     sees the year's last bills on the person's page, and the same list and bills from there; each look is taken
            down for the person to see
hospital    opens a bill of its own from its list; how it comes about needs the patient's year, and is not for it
"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from shebao.access.acting import acting
from shebao.access.models import Actor
from shebao.medical import selectors as medical
from shebao.medical.models.settling import OWN
from shebao.people.refusals import Refused
from shebao.portal.rights import Asked, needs, today
from shebao.portal.views.citizen import own

FIRST_YEAR = 2001  # of medical insurance in the city
PURPOSE = "medical.read"


@needs("medical.read")
def my_medical(request: Asked) -> HttpResponse:
    """我的医疗: my year."""
    return _year(request, own(request), {"mine": True})


@needs("medical.read")
def my_bill(request: Asked, bill: int) -> HttpResponse:
    """One bill of mine."""
    return _bill(request, own(request), bill, {"mine": True})


@needs("medical.read")
def my_bill_explained(request: Asked, bill: int) -> HttpResponse:
    """How a bill of mine comes about."""
    return _explained(request, own(request), bill, {"mine": True})


@needs("medical.read")
def person_medical(request: Asked, number: int) -> HttpResponse:
    """A person's year, at the counter."""
    return _year(request, number, {"mine": False})


@needs("medical.read")
def person_bill(request: Asked, number: int, bill: int) -> HttpResponse:
    """One bill of a person."""
    return _bill(request, number, bill, {"mine": False})


@needs("medical.read")
def person_bill_explained(request: Asked, number: int, bill: int) -> HttpResponse:
    """How a bill of a person comes about."""
    return _explained(request, number, bill, {"mine": False})


def asked_year(text: str | None) -> int:
    """The year that is asked for, or this one."""
    now: int = today().year
    return int(text) if text and text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:4]) <= now else now


def _year(request: Asked, number: int, shown: dict[str, object]) -> HttpResponse:
    after = request.GET.get("after", "")
    after_ = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    with acting(request.actor.actor_id, PURPOSE) as act:
        found = medical.of_person(act, number, asked_year(request.GET.get("year")), after=after_)
    years = sorted({*found.years, found.year, today().year}, reverse=True)
    shown |= {"found": found, "number": number, "years": years, "next": after_ + medical.PAGE if found.more else 0}
    return render(request, "portal/medical_year.html", shown)


def _bill(request: Asked, number: int, bill: int, shown: dict[str, object]) -> HttpResponse:
    with acting(request.actor.actor_id, PURPOSE) as act:
        found = medical.bill(act, number, bill)
    explains = request.actor.kind != Actor.Kind.ORGANISATION
    shown |= {
        "found": found,
        "bill": found.bill,
        "number": number,
        "explains": explains,
        "within": [(name, getattr(found.bill, name)) for name in OWN],
        "beside": [(name, getattr(found.bill, name)) for name in ("first_share", "over_limit")],
    }
    return render(request, "portal/medical_bill.html", shown)


def _explained(request: Asked, number: int, bill: int, shown: dict[str, object]) -> HttpResponse:
    if request.actor.kind == Actor.Kind.ORGANISATION:  # it takes the patient's other bills of the year
        raise Refused("计算过程只供本人和经办机构查看", "how it comes about is for the patient and the office")
    with acting(request.actor.actor_id, PURPOSE) as act:
        found = medical.explained(act, number, bill)
    shown |= {"found": found, "bill": found.bill, "number": number, "tree": found.trees(request.lang)}
    part = request.headers.get("HX-Request") == "true"
    return render(request, "portal/medical_explained.html" if part else "portal/medical_explain.html", shown)
