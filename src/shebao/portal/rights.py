"""Who may open a page, and the way to the pages that somebody may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from shebao.access.acting import NotAllowed
from shebao.access.models import Actor
from shebao.access.selectors import Standing

P = ParamSpec("P")


class Asked(HttpRequest):
    """A request whose sender is known."""

    actor: Standing
    lang: str


View = Callable[Concatenate[Asked, P], HttpResponse]


def needs(*purposes: str) -> Callable[[View[P]], View[P]]:
    """Lets in whoever may act for one of the purposes; the database decides again about every row."""

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(request: Asked, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not any(request.actor.may(purpose) for purpose in purposes):
                raise NotAllowed(purposes[0])
            return view(request, *args, **kwargs)

        return cast("View[P]", checked)

    return wrap


def reading(actor: Standing) -> str:
    """The purpose for which an actor opens a person's page: with the claims, if he may see them."""
    if actor.kind == Actor.Kind.CITIZEN:
        return "cases.own"
    return "cases.read" if actor.may("cases.read") else "people.read"


def today() -> Any:
    """The day of the counter: of the clock, or the one that a sample city was left at (shebao serve --today)."""
    return getattr(settings, "SHEBAO_TODAY", None) or timezone.localdate()


@dataclass(frozen=True)
class Link:
    """A page of the navigation."""

    name: str
    zh: str
    en: str


def navigation(actor: Standing) -> list[Link]:
    """The pages that somebody's work is on."""
    if actor.kind == Actor.Kind.CITIZEN:
        return [
            Link("mine", "我的待遇", "My rights"),
            Link("my-record", "我的档案", "My record"),
            Link("my-medical", "我的医疗", "My care"),
            Link("estimate", "养老金测算", "Estimate"),
            Link("my-claims", "我的申请", "My claims"),
            Link("my-readers", "谁看过我", "Who looked"),
            Link("complaints", "投诉建议", "Complaints"),
            Link("law", "法规", "Law"),
        ]
    links: list[Link] = []
    if actor.kind == Actor.Kind.ORGANISATION:
        if actor.may("contributions.declare"):
            links += [
                Link("employer", "本单位", "Employer"),
                Link("declare", "申报", "Declare"),
                Link("staff", "职工", "Staff"),
            ]
        if actor.may("medical.match"):
            links += [
                Link("hospital", "定点机构", "Institution"),
                Link("hospital-matches", "目录对照", "Matched items"),
            ]
        return [*links, Link("law", "法规", "Law")]
    if actor.may("medical.register"):
        links += [
            Link("fund", "医保", "Medical"),
            Link("institutions", "定点机构", "Institutions"),
            Link("differences", "差异", "Differences"),
            Link("catalogue", "目录", "Catalogue"),
        ]
    if actor.may("people.read"):
        links.append(Link("home", "窗口", "Counter"))
    if any(actor.may(p) for p in ("cases.file", "cases.decide", "cases.approve", "cases.read")):
        links.append(Link("queue", "审核", "Queues"))
    if any(actor.may(p) for p in ("cases.decide", "cases.approve")):
        links.append(Link("answer-complaints", "投诉", "Complaints"))
    if actor.may("supervision.read"):
        links.append(Link("city", "数据", "City"))
    if actor.may("access.grant"):
        links.append(Link("tokens", "接口令牌", "Tokens"))
    return [*links, Link("law", "法规", "Law")]
