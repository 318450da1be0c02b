"""定点医药机构: what an institution settled, what the funds owe it, where its figures differ, what it calls its items.

hospital    opens its own: today and the month by fund, bills and what was taken back, statements with their
            differences, bills that came late, the matched catalogue; filters by day, exports.  Others' are refused
fund        opens any of its places, and keeps its register: suspends, takes up again, renews, ends
"""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shebao.access.acting import acting
from shebao.access.selectors import place_names
from shebao.contributions.months import first_day, plus
from shebao.files.identity import masked
from shebao.medical import selectors as medical
from shebao.medical.models import Difference, Institution
from shebao.medical.models.settling import FUNDS
from shebao.medical.services import institutions
from shebao.people.refusals import Refused
from shebao.portal.rights import Asked, needs, today
from shebao.portal.tables import csv_file
from shebao.portal.views.employer import organisation
from shebao.rules.values import yuan

PURPOSE, REGISTER = "medical.read", "medical.register"
EXPORTED = 20_000  # lines of a file at most
LATE = 20  # differences on an institution's page


@needs("medical.match")
def hospital(request: Asked) -> HttpResponse:
    """The institution of the user, or one of several."""
    return _institution(request, _own(request).id)


@needs("medical.register")
def institution(request: Asked, number: int) -> HttpResponse:
    """An institution as the fund sees it."""
    return _institution(request, number)


def _own(request: Asked) -> medical.Registered:
    """The user's institution; of several, the one that is asked for.  Raises Refused."""
    with acting(request.actor.actor_id, PURPOSE) as act:
        found = medical.own(act, organisation(request))
    if not found:
        raise Refused("本单位不是定点医药机构", "this organisation is no designated institution")
    wanted = request.GET.get("institution", "")
    return next((one for one in found if one.code == wanted), found[0])


def _institution(request: Asked, number: int) -> HttpResponse:
    now = today()
    since, until = asked_day(request.GET.get("since"), now), asked_day(request.GET.get("until"), now)
    faults = [("结束日期须不早于开始日期", "the last day is not before the first")] if until < since else []
    month = first_day(now)
    after = whole_number(request.GET.get("after"))
    exports = request.GET.get("format") == "csv"
    with acting(request.actor.actor_id, PURPOSE) as act:
        who = medical.institution(act, number)
        if exports:
            return _exported(who, medical.settlements(act, number, since, until, most=EXPORTED))
        days, months = (
            medical.sums(act, number, *span) for span in ((since, until), (month, plus(month, 1) - timedelta(days=1)))
        )
        bills = medical.settlements(act, number, since, until, after)
        statements = medical.statements(act, month, now, number, most=20)
        late = medical.late(act, Difference.State.OPEN, number, most=LATE)
    shown = {
        "who": who,
        "days": days,
        "month": months,
        "rows": [(name, getattr(days, name), getattr(months, name)) for name in ("total", *FUNDS, "account", "cash")],
        "bills": bills,
        "statements": statements,
        "late": late,
        "since": since,
        "until": until,
        "faults": faults,
        "after": after,
        "next": after + medical.PAGE if len(bills) == medical.PAGE else 0,
        "place": place_names([who.place])[who.place],
        "keeps": request.actor.may(REGISTER),
        "states": Institution.State,
        "now": now,
    }
    return render(request, "portal/institution.html", shown, status=400 if faults else 200)


@needs("medical.match")
def hospital_matches(request: Asked) -> HttpResponse:
    """目录对照 of the user's institution."""
    return _matches(request, _own(request).id)


@needs("medical.register")
def institution_matches(request: Asked, number: int) -> HttpResponse:
    """目录对照 of an institution."""
    return _matches(request, number)


def _matches(request: Asked, number: int) -> HttpResponse:
    text, after = asked_text(request.GET.get("q")), whole_number(request.GET.get("after"))
    with acting(request.actor.actor_id, PURPOSE) as act:
        who = medical.institution(act, number)
        found = medical.matches(act, number, today(), text, after)
    shown = {"who": who, "found": found, "q": text, "next": after + medical.PAGE if len(found) == medical.PAGE else 0}
    return render(request, "portal/matches.html", shown)


@needs("medical.match", "medical.register")
def statement(request: Asked, number: int) -> HttpResponse:
    """对账: both sides' figures, and what differs."""
    with acting(request.actor.actor_id, PURPOSE) as act:
        said, found = medical.compared(act, number)
    shown = {"said": said, "found": found, "fund": request.actor.may(REGISTER)}
    return render(request, "portal/statement.html", shown)


@needs("medical.register")
@require_POST
def keep(request: Asked, number: int) -> HttpResponse:
    """Suspends, takes up again, renews or ends an agreement."""
    with acting(request.actor.actor_id, REGISTER) as act:
        medical.keep(act, number)
        if "until" in request.POST:
            institutions.renew(act, number, _given_day(request.POST["until"]))
        else:
            institutions.change_state(act, number, _given_state(request.POST.get("state")))
    return redirect("institution", number)


def _given_state(text: str | None) -> Institution.State:
    found = whole_number(text)
    if found not in Institution.State.values:
        raise Refused("请选择状态", "choose a state")
    return Institution.State(found)


def _given_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("请按2014-01-31的形式填写日期", "write the day as 2014-01-31") from None


def _exported(who: medical.Registered, found: list[medical.Settled]) -> HttpResponse:
    header = [
        "结算ID",
        "姓名",
        "证件号码",
        "类别",
        "费用日期",
        "结算日期",
        "撤销的结算",
        "总费用（元）",
        "基金（元）",
        "个人账户（元）",
        "现金（元）",
    ]
    rows = [
        [
            one.id,
            one.name,
            masked(one.certificate),
            one.care.zh,
            one.bill_day,
            one.day,
            one.reverses_id or "",
            *(yuan(value) for value in (one.total, one.funds, one.account, one.cash)),
        ]
        for one in found
    ]
    return csv_file(f"settlements-{who.code}", header, rows)


def asked_day(text: str | None, otherwise: date) -> date:
    """A day of a filter, or another."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise


def asked_text(text: str | None) -> str:
    """What is searched for."""
    return (text or "").strip()[:100].replace("\0", "")


def whole_number(text: str | None) -> int:
    """A number of a filter; 0 for what is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
