"""法规: the law book inside the site, and what changed between two days."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render

from shebao.law import the_law
from shebao.portal.lawbook import folder
from shebao.portal.rights import Asked, today
from shebao.rules.changes import changed_figures, changed_rules
from shebao.rules.explain import source
from shebao.rules.kinds import date_of
from shebao.rules.kinds import day as day_number
from shebao.rules.values import display

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css",
    ".js": "text/javascript",
    ".csv": "text/csv; charset=utf-8",
}


def law(request: Asked) -> HttpResponse:
    """The way into the book, and to what changed."""
    now = today()
    shown = {"first": date(now.year - 1, now.month, 1), "second": date(now.year, now.month, 1)}
    return render(request, "portal/law.html", shown)


def law_page(request: Asked, path: str) -> HttpResponse:
    """A page of the book."""
    root = folder().resolve()
    if not root.exists():
        waits = render(request, "portal/law_waits.html", status=202)
        waits["Refresh"] = "3"
        return waits
    file = (root / path).resolve()
    if not file.is_relative_to(root) or not file.is_file() or file.suffix not in TYPES:
        raise Http404
    return HttpResponse(file.read_bytes(), content_type=TYPES[file.suffix])


def changes(request: Asked) -> HttpResponse:
    """Which rules and figures differ between two days."""
    now = today()
    first, second = (_day(request.GET.get(name)) for name in ("first", "second"))
    faults = [name for name in ("first", "second") if request.GET.get(name) and _day(request.GET.get(name)) is None]
    first, second = first or date(now.year - 1, now.month, 1), second or date(now.year, now.month, 1)
    shown: dict[str, object] = {"first": first, "second": second, "faults": faults}
    if first < second:
        found = the_law()
        before, after = (day_number(day.isoformat()) for day in (first, second))
        shown["rules"] = [
            (found.variables[name], date_of(day), old.rule.cites if old else "", new.rule.cites if new else "")
            for name, day, old, new in changed_rules(found, before, after)
        ]
        shown["figures"] = [
            (
                change.parameter,
                change.key,
                *(display(change.parameter.kind, f.value, request.lang) if f else "—" for f in change.figures),
                source(change.figures[1]) if change.figures[1] else "",
                any(f is not None and f.confidence == "approx" for f in change.figures),
            )
            for change in changed_figures(found, before, after)
        ]
    else:
        shown["faults"] = ["second"]
    return render(request, "portal/changes_of_law.html", shown, status=400 if shown["faults"] else 200)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
