"""接口令牌: what other programs show in place of a sign-in; given and ended by who manages access."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from shebao.access import tokens
from shebao.access.acting import acting
from shebao.access.models import Token
from shebao.access.selectors import standing
from shebao.people.refusals import Refused
from shebao.portal.rights import Asked, needs

DAYS = 365  # that a token holds at most


@needs("access.grant")
def tokens_page(request: Asked) -> HttpResponse:
    """The tokens there are; a new one is shown once."""
    shown: dict[str, object] = {}
    with acting(request.actor.actor_id, "access.grant") as act:
        if request.method == "POST" and "end" in request.POST:
            digest = bytes.fromhex(request.POST["end"]) if len(request.POST["end"]) == 64 else b""
            Token.objects.filter(digest=digest, ended_at=None).update(ended_at=act.at)
        elif request.method == "POST":
            text = request.POST.get("actor", "")
            of = standing(int(text)) if text.isascii() and text.isdigit() and len(text) < 15 else None
            if of is None:
                raise Refused("没有此账户", "there is no such actor")
            scopes = request.POST.get("scopes", "").replace(",", " ").split()
            name = request.POST.get("name", "").strip()[:100]
            shown["token"] = tokens.issue(act, of, name, scopes, timezone.localdate() + timedelta(days=DAYS))
        shown["found"] = [
            (bytes(one.digest).hex(), one) for one in Token.objects.select_related("actor").order_by("-since")[:100]
        ]
    return render(request, "portal/tokens.html", shown)
