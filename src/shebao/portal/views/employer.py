"""单位网上申报: the declaration with its errors in place, bills and what is paid of them, staff joining and leaving."""

from __future__ import annotations

import hashlib
import io
import tempfile
from datetime import date
from pathlib import Path

import openpyxl
from django.http import HttpResponse
from django.shortcuts import render

from shebao.access.acting import acting
from shebao.access.models import Actor
from shebao.access.services import system_actor
from shebao.contributions import selectors as contributions
from shebao.contributions.months import first_day, plus, written
from shebao.contributions.services.declaring import Outcome, declare
from shebao.files.declaration import Change, LeaveReason, Status, read_declaration, write_corrected, write_template
from shebao.files.problems import FileRefused, Problem
from shebao.people import selectors as people
from shebao.people.refusals import Refused
from shebao.portal.rights import Asked, needs, today

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = 20 << 20  # bytes of a declaration
KEYS = ("name", "id_number", "change", "from_month", "to_month", "wage", "status", "reason")


def organisation(request: Asked) -> int:
    """Whose user it is.  Raises Refused for staff and citizens."""
    if request.actor.kind != Actor.Kind.ORGANISATION or request.actor.organisation_id is None:
        raise Refused("本页供单位经办人使用", "this page is for an employer's user")
    return request.actor.organisation_id


@needs("contributions.declare")
def employer(request: Asked) -> HttpResponse:
    """The employer at a glance: bills with what is paid, declarations with what became of them."""
    of = organisation(request)
    with acting(request.actor.actor_id, "contributions.read") as act:
        who = contributions.employer(act, of)
        bills = contributions.bills(act, of)
        declared = contributions.declarations(act, of)
    owed = sum(bill.owed for bill in bills)
    shown = {"who": who, "bills": bills, "declared": declared, "owed": owed, "now": today()}
    return render(request, "portal/employer.html", shown)


@needs("contributions.read")
def bill(request: Asked, number: int) -> HttpResponse:
    """What a bill is made of."""
    of = organisation(request)
    with acting(request.actor.actor_id, "contributions.read") as act:
        found = next((one for one in contributions.bills(act, of, 600) if one.id == number), None)
        lines = contributions.bill_lines(act, number)
    if found is None:
        raise Refused("没有此缴费单", "there is no such bill")
    return render(request, "portal/bill.html", {"bill": found, "lines": lines, "now": today()})


@needs("contributions.declare")
def template(request: Asked) -> HttpResponse:
    """申报表 to fill in."""
    of = organisation(request)
    month, _ = _month(request, of)
    with acting(request.actor.actor_id, "contributions.read") as act:
        who = contributions.employer(act, of)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "declaration.xlsx"
        write_template(
            path,
            code=who.code if who else "",
            organisation=who.name if who else "",
            month=month.year * 100 + month.month,
        )
        return _excel(path.read_bytes(), f"declaration-{month:%Y%m}")


@needs("contributions.declare")
def declaration(request: Asked) -> HttpResponse:
    """A declaration is handed in; taken as a whole, or every broken row explained."""
    of = organisation(request)
    month, months = _month(request, of)
    shown: dict[str, object] = {"month": month, "months": months}
    status = 200
    if request.method == "POST":
        given = request.FILES.get("file")
        if given is None or (given.size or 0) > LARGEST:
            shown["fault"] = ("请选择不超过20MB的申报表文件", "choose a file of at most 20 MB")
            status = 400
        else:
            outcome = _declare(request, of, given.name or "declaration.xlsx", given.read(), month)
            shown["outcome"] = outcome
            status = 200 if outcome.accepted else 422
            if not outcome.accepted and "corrected" in request.POST:
                given.seek(0)
                return _corrected(given.name or "declaration.xlsx", given.read(), outcome.problems)
    return render(request, "portal/declare.html", shown, status=status)


@needs("contributions.declare")
def staff(request: Asked) -> HttpResponse:
    """职工 of the day; who joins and who leaves is a declaration of one row."""
    of, now = organisation(request), today()
    month, months = _month(request, of)
    shown: dict[str, object] = {
        "statuses": list(Status),
        "reasons": list(LeaveReason),
        "month": month,
        "months": months,
    }
    code = 200
    if request.method == "POST":
        joins = request.POST.get("what") == "join"
        row = _row(request, joins, month)
        outcome = _declare(request, of, f"{'增员' if joins else '减员'}.xlsx", _one_row(request, of, row, month), month)
        shown |= {"outcome": outcome, "given": request.POST, "joins": joins}
        code = 200 if outcome.accepted else 422
    with acting(request.actor.actor_id, "contributions.read") as act:
        shown["staff"] = people.staff(act, of, now)
    return render(request, "portal/staff.html", shown, status=code)


def declared(actor_id: int, of: int, name: str, data: bytes, month: date) -> Outcome:
    """Hands in a file for an employer's user; the programme that collects takes it."""
    try:
        found = read_declaration(data, name)
    except FileRefused as refused:
        return Outcome(0, False, refused.problems)
    with acting(system_actor("collection"), "contributions.declare") as act:
        return declare(act, of, month, found, hashlib.sha256(data).digest(), filed_by=actor_id)


def _declare(request: Asked, of: int, name: str, data: bytes, month: date) -> Outcome:
    with acting(request.actor.actor_id, "contributions.declare"):  # the database lets the user in, or nobody
        pass
    return declared(request.actor.actor_id, of, name[:200], data, month)


def _month(request: Asked, of: int) -> tuple[date, list[date]]:
    """The month that is declared for: this one or the next, which it is once this one is billed; and both."""
    now = first_day(today())
    with acting(request.actor.actor_id, "contributions.read") as act:
        billed = any(bill.month == now for bill in contributions.bills(act, of, 3))
    months = [now, plus(now, 1)]
    chosen = request.POST.get("month", "")
    return next((m for m in months if written(m) == chosen), months[billed]), months


def _row(request: Asked, joins: bool, month: date) -> dict[str, str]:
    given = {key: request.POST.get(key, "").strip()[:60] for key in KEYS}
    if joins:
        return given | {"change": Change.JOIN.zh, "from_month": written(month), "to_month": "", "reason": ""}
    last = written(plus(month, -1))
    return given | {"change": Change.LEAVE.zh, "from_month": "", "to_month": last, "wage": "", "status": ""}


def _one_row(request: Asked, of: int, row: dict[str, str], month: date) -> bytes:
    """A declaration with one row, as its template asks for it: one way in for facts."""
    with acting(request.actor.actor_id, "contributions.read") as act:
        who = contributions.employer(act, of)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for line in (
        ("统一社会信用代码", who.code if who else ""),
        ("单位名称", who.name if who else ""),
        ("申报月份", written(month)),
        ("姓名", "证件类型", "证件号码", "变动类型", "起始月", "终止月", "月缴费工资", "户口/身份类别", "减少原因"),
        (
            row["name"],
            "居民身份证",
            row["id_number"],
            row["change"],
            row["from_month"],
            row["to_month"],
            row["wage"],
            row["status"],
            row["reason"],
        ),
    ):
        sheet.append([f"{cell}" for cell in line])
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s"  # a text stays a text, also where a spreadsheet would run it
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _corrected(name: str, data: bytes, problems: list[Problem]) -> HttpResponse:
    """The file with its faults marked in place."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / Path(name).name, Path(folder) / "to-correct.xlsx"
        path.write_bytes(data)
        write_corrected(path, problems, out)
        return _excel(out.read_bytes(), "to-correct")


def _excel(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        data, content_type=EXCEL, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    )
