"""Sign-in as the application role: password and code, lockout, sessions that end, and what plain SQL may not see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from shebao.access import services, signin
from shebao.access.acting import acting
from shebao.access.models import Actor
from shebao.database import connection

PASSWORD = "长安街以北-1102"
NOW = datetime(2026, 1, 5, 9, 0, 7, tzinfo=UTC)


@pytest.fixture
def app(database: Any) -> Iterator[None]:
    database.use(connection.APP)
    yield
    database.use(connection.OWNER)


def person(login: str, kind: Actor.Kind = Actor.Kind.STAFF, second: bool = True) -> tuple[int, str]:
    with acting(services.system_actor("setup"), "access.grant") as act:
        actor = services.add_actor(act, kind, login)
        return actor.pk, signin.set_credential(act, actor.pk, login, PASSWORD, second)


def refused(login: str, password: str, code: str, now: datetime = NOW) -> None:
    with pytest.raises(signin.SignInRefused, match="不正确"):
        signin.sign_in(login, password, code, now)


def test_staff_sign_in_with_a_code_used_once(app: None) -> None:
    actor, key = person("wang")
    code = signin.code_of(key, NOW)
    refused("wang", PASSWORD, "")
    refused("wang", "wrong", code)
    refused("nobody", PASSWORD, code)
    token = signin.sign_in(" wang ", PASSWORD, code, NOW, "Chromium")
    found = signin.signed_in(token)
    assert found == signin.SignedIn(actor, Actor.Kind.STAFF, "wang")
    refused("wang", PASSWORD, code)  # seen over a shoulder
    late = NOW + timedelta(seconds=signin.STEP)
    assert signin.signed_in(signin.sign_in("wang", PASSWORD, signin.code_of(key, late), late))
    signin.sign_out(token)
    assert signin.signed_in(token) is None
    assert signin.signed_in("guessed") is None


def test_staff_without_a_second_factor_do_not_come_in(app: None) -> None:
    person("li", second=False)
    refused("li", PASSWORD, "")


def test_five_failures_lock_for_all(app: None, database: Any) -> None:
    _, key = person("zhao")
    for _ in range(5):
        refused("zhao", "wrong", signin.code_of(key, NOW))
    refused("zhao", PASSWORD, signin.code_of(key, NOW))  # right, and too late
    with psycopg.connect(database.dsn(connection.OWNER)) as owner:
        owner.execute("UPDATE access_credential SET locked_until = now() - interval '1 second' WHERE login = 'zhao'")
    assert signin.sign_in("zhao", PASSWORD, signin.code_of(key, NOW), NOW)


def test_sessions_end(app: None, database: Any) -> None:
    actor, key = person("qian")
    tokens = []
    for step in range(4):
        now = NOW + timedelta(seconds=signin.STEP * step)
        tokens.append(signin.sign_in("qian", PASSWORD, signin.code_of(key, now), now))
    assert [signin.signed_in(token) is not None for token in tokens] == [False, True, True, True]

    def age(column: str, by: str, token: str) -> None:
        with psycopg.connect(database.dsn(connection.OWNER)) as owner:
            owner.execute(
                f"UPDATE access_session SET {column} = now() - %s::interval WHERE digest = %s",
                [by, signin.digest(token)],
            )

    age("seen_at", "20 minutes", tokens[1])
    assert signin.signed_in(tokens[1])  # and so seen again
    age("seen_at", "31 minutes", tokens[2])
    assert signin.signed_in(tokens[2]) is None
    age("began_at", "11 hours", tokens[3])
    assert signin.signed_in(tokens[3]) is None
    with acting(services.system_actor("setup"), "access.grant") as act:
        signin.set_credential(act, actor, "qian", PASSWORD + "!", second=True)
    assert signin.signed_in(tokens[1]) is None
    refused("qian", PASSWORD, signin.code_of(key, NOW + timedelta(minutes=5)), NOW + timedelta(minutes=5))


@pytest.mark.parametrize("password", ["short", "password123456"[:12], "1234567890"])
def test_a_weak_password_is_refused(app: None, password: str) -> None:
    with (
        acting(services.system_actor("setup"), "access.grant") as act,
        pytest.raises(signin.SignInRefused, match="密码"),
    ):
        signin.set_credential(act, services.system_actor("setup"), "weak", password, second=False)


def test_plain_sql_sees_no_credential_and_no_session(app: None, database: Any) -> None:
    actor, key = person("sun")
    token = signin.sign_in("sun", PASSWORD, signin.code_of(key, NOW), NOW)
    with psycopg.connect(database.dsn(connection.APP), autocommit=True) as plain:
        assert plain.execute("SELECT * FROM access_credential").fetchall() == []
        assert plain.execute("SELECT * FROM access_session").fetchall() == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            plain.execute("INSERT INTO access_session (digest, actor_id, agent) VALUES ('x', %s, '')", [actor])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            plain.execute("UPDATE access_session SET ended_at = NULL")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            plain.execute("SELECT access_end_sessions(%s)", [actor])
        assert plain.execute("SELECT access_sign_in('setup', 9, 'y', '')").fetchone() == (False,)
    with psycopg.connect(database.dsn(connection.READER), autocommit=True) as reader:
        for call in ("access_credential_of('sun')", "access_sign_in('sun', 99999999999, 'z', '')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(f"SELECT {call}")
    assert signin.signed_in(token)
