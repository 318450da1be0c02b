"""登录: from a name, a password and a code to a session, and from a session's token to the actor.

The database counts failures, locks, keeps codes from being used twice and ends sessions; it tells nobody the passwords
of others.  Every refusal reads alike, so that nobody learns which name exists.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import connection

from shebao.access.acting import Act
from shebao.access.models import Actor, Credential

SHORTEST = 10  # characters of a password
STEP = 30  # seconds that a code holds (RFC 6238)


class SignInRefused(Exception):
    """Why somebody is not let in, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class SignedIn:
    """Who a token stands for."""

    actor_id: int
    kind: Actor.Kind
    name: str


def sign_in(login: str, password: str, code: str, now: datetime, agent: str = "") -> str:
    """Begins a session and gives its token.  code: of the second factor, where the actor has one; staff must.

    Raises SignInRefused: after five failures in a row for a quarter of an hour, whatever is given.
    """
    login = login.strip()
    with connection.cursor() as cursor:
        cursor.execute("SELECT password, code_key, staff, locked FROM access_credential_of(%s)", [login])
        found = cursor.fetchone()
    stored, key, staff, locked = found or (_NOBODY, "", False, False)
    right = check_password(password, stored)  # as long for a name that nobody has
    step = _step_of(key, code, now) if key else 0
    if found is None or locked or not right or step is None or (staff and not key):
        if found is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT access_sign_in_failed(%s)", [login])
        raise _refused()
    token = secrets.token_urlsafe(32)
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_sign_in(%s, %s, %s, %s)", [login, step, digest(token), agent[:200]])
        (begun,) = cursor.fetchone()
    if not begun:  # the code was used before, or the actor may not act any more
        raise _refused()
    return token


def signed_in(token: str) -> SignedIn | None:
    """Who a token stands for; None once the session is over: signed out, half an hour unused, or ten hours old."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor, kind, name FROM access_signed_in(%s)", [digest(token)])
        found = cursor.fetchone()
    return SignedIn(found[0], Actor.Kind(found[1]), found[2]) if found else None


def sign_out(token: str) -> None:
    """Ends the session."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_sign_out(%s)", [digest(token)])


def set_credential(act: Act, actor_id: int, login: str, password: str, second: bool) -> str:
    """Gives an actor a name to sign in with, for the purpose access.grant; ends his sessions.

    second: with a second factor, whose key is given back, to be shown once.  Raises SignInRefused for a password that
    is short or common.
    """
    if len(password) < SHORTEST:
        raise SignInRefused(f"密码至少{SHORTEST}位", f"a password has at least {SHORTEST} characters")
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        raise SignInRefused("密码过于常见，请另设", "this password is too common; choose another") from None
    key = pyotp.random_base32() if second else ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_end_sessions(%s)", [actor_id])
    Credential.objects.update_or_create(
        actor_id=actor_id,
        defaults={
            "login": login.strip(),
            "password": make_password(password),
            "code_key": key,
            "code_step": 0,
            "failures": 0,
            "locked_until": None,
            "act_id": act.id,
        },
    )
    return key


def code_of(key: str, now: datetime) -> str:
    """The code that a device with this key shows."""
    return pyotp.TOTP(key, interval=STEP).at(now)


def digest(token: str) -> bytes:
    """What of a token the database keeps."""
    return hashlib.sha256(token.encode()).digest()


def _step_of(key: str, code: str, now: datetime) -> int | None:
    """The step whose code this is: of now, or the one before or after; None for none."""
    totp = pyotp.TOTP(key, interval=STEP)
    step = totp.timecode(now)
    for near in (step, step - 1, step + 1):
        if secrets.compare_digest(totp.generate_otp(near).encode(), code.strip().encode()):
            return near
    return None


def _refused() -> SignInRefused:
    return SignInRefused(
        "用户名、密码或验证码不正确；连续五次不正确，将锁定十五分钟",
        "name, password or code is not right; after five failures in a row nobody is let in for fifteen minutes",
    )


_NOBODY = make_password(secrets.token_urlsafe())
