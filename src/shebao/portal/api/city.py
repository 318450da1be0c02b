"""The city in figures, and the targets of the plan."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from shebao.access.acting import acting
from shebao.portal.api.core import FAULTS, Day, asked
from shebao.portal.rights import today
from shebao.supervision import figures, targets

router = Router(tags=["city"])


class FiguresOut(Schema):
    """The figures of a day: name -> place -> value."""

    day: Day | None
    figures: dict[str, dict[str, int]]


class TargetOut(Schema):
    """A target of the plan beside today; today null where nothing is counted, and why."""

    clause: str
    zh: str
    en: str
    target: str
    unit: str
    baseline: str
    today: str | None
    how_zh: str
    how_en: str


@router.get("/figures", response={200: FiguresOut, **FAULTS}, summary="The city in figures")
def city_figures(request: HttpRequest) -> Any:
    """Of the places that the actor sees."""
    actor = asked(request, "supervision.read")
    with acting(actor.actor_id, "supervision.read") as act:
        taken = figures.latest(act, today())
    return {"day": taken.day if taken else None, "figures": taken.by if taken else {}}


@router.get("/targets", response={200: list[TargetOut], **FAULTS}, summary="The plan's targets")
def city_targets(request: HttpRequest) -> Any:
    """京政发〔2011〕51号."""
    actor = asked(request, "supervision.read")
    with acting(actor.actor_id, "supervision.read") as act:
        taken = figures.latest(act, today())
    rows = [(target, targets.today(target, taken)) for target in targets.targets()]
    return [asdict(t) | {"today": now.value, "how_zh": now.zh, "how_en": now.en} for t, now in rows]
