"""The law: its variables, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError

from shebao.law import the_law
from shebao.people.refusals import Refused
from shebao.portal.api.core import FAULTS, Day, Name
from shebao.rules.changes import changed_figures, changed_rules
from shebao.rules.kinds import date_of
from shebao.rules.kinds import day as day_number

router = Router(tags=["law"])


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


@router.get("/variables/{name}", response={200: VariableOut, **FAULTS}, summary="A variable of the law")
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


@router.get("/changes", response={200: list[LawChange], **FAULTS}, summary="What changed between two days")
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
