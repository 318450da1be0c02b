"""令牌: what another program shows in place of a sign-in.  It may do less than its actor, never more."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from shebao.access.acting import Act
from shebao.access.models import Token
from shebao.access.selectors import Standing
from shebao.access.signin import SignInRefused, digest

PREFIX = "shebao_"  # so that a token that leaked into a file is found


@dataclass(frozen=True)
class Held:
    """Whom a token stands for, and the purposes it is limited to."""

    actor_id: int
    scopes: tuple[str, ...]


def issue(act: Act, of: Standing, name: str, scopes: Sequence[str], until: date) -> str:
    """Gives an actor a token for some purposes, to a last day; it is shown once.  For the purpose access.grant.

    Raises SignInRefused for a scope that the actor has not.
    """
    beyond = [scope for scope in scopes if not of.may(scope)]
    if beyond or not scopes:
        raise SignInRefused(
            f"该账户没有这些权限：{'、'.join(beyond) or '未选'}",
            f"the actor has no right to: {', '.join(beyond) or 'none'}",
        )
    token = PREFIX + secrets.token_urlsafe(32)
    Token.objects.create(
        digest=digest(token), actor_id=of.actor_id, name=name, scopes=sorted(scopes), until=until, act_id=act.id
    )
    return token


def end(act: Act, token: str) -> None:
    """The token is worth nothing from now on.  For the purpose access.grant."""
    Token.objects.filter(digest=digest(token), ended_at=None).update(ended_at=act.at)


def held(token: str) -> Held | None:
    """Whom a token stands for; None for one that is over or nobody's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor, scopes FROM access_token_of(%s)", [digest(token)])
        found = cursor.fetchone()
    return Held(found[0], tuple(found[1])) if found else None
