"""Every transaction has an actor and a purpose; the database decides what it may see."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection

from shebao.access import reads, services
from shebao.access.acting import NotAllowed, acting
from shebao.access.models import Act, Actor, Read


@pytest.fixture(scope="module")
def clerk(system: int) -> int:
    """Of the district 110105."""
    with acting(system, "access.grant") as act:
        services.add_places(act, [("110105", 2, "朝阳区", False), ("110106", 2, "丰台区", False)])
        actor = services.add_actor(act, Actor.Kind.STAFF, "王芳")
        services.grant(act, actor, "clerk", "110105", since=date(2010, 1, 1))
    return int(actor.pk)


def _setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [name])
        return str(cursor.fetchone()[0])


def test_an_act_names_actor_and_purpose(clerk: int) -> None:
    with acting(clerk, "people.record") as act:
        assert act.actor_id == clerk
        assert _setting("shebao.places") == "110105%"
        assert _setting("shebao.protected") == "off"
    kept = Act.objects.get(pk=act.id)
    assert (kept.actor_id, kept.purpose, kept.at) == (clerk, "people.record", act.at)
    assert _setting("shebao.places") == ""  # over with the transaction


def test_no_right_no_act(clerk: int) -> None:
    before = Act.objects.count()
    with pytest.raises(NotAllowed, match="no right to ledger"), acting(clerk, "ledger.post"):
        pytest.fail("an actor without the right came in")
    assert Act.objects.count() == before


@pytest.mark.parametrize(
    ("since", "until", "allowed"),
    [(date(2020, 1, 1), None, True), (date(2020, 1, 1), date(2020, 2, 1), False), (date(2999, 1, 1), None, False)],
)
def test_a_grant_has_days(system: int, since: date, until: date | None, allowed: bool) -> None:
    with acting(system, "access.grant") as act:
        actor = services.add_actor(act, Actor.Kind.STAFF, "李强")
        services.grant(act, actor, "accountant", "11", since, until)
    if allowed:
        with acting(actor.pk, "ledger.post"):
            pass
    else:
        with pytest.raises(NotAllowed), acting(actor.pk, "ledger.post"):
            pass


def test_an_inactive_actor_does_nothing(system: int) -> None:
    with acting(system, "access.grant") as act:
        actor = services.add_actor(act, Actor.Kind.STAFF, "赵敏")
        services.grant(act, actor, "accountant", "11")
        Actor.objects.filter(pk=actor.pk).update(active=False)
    with pytest.raises(NotAllowed), acting(actor.pk, "ledger.post"):
        pass


def test_a_citizen_sees_no_place(system: int) -> None:
    with acting(system, "access.grant") as act:
        actor = services.add_actor(act, Actor.Kind.CITIZEN, "本人", person_id=42)
        services.grant(act, actor, "citizen", "11")
    with acting(actor.pk, "people.read"), connection.cursor() as cursor:
        cursor.execute("SELECT access_sees('110105'), access_own_person(), access_sees_protected()")
        assert cursor.fetchone() == (False, 42, False)


def test_places_are_prefixes(clerk: int) -> None:
    with acting(clerk, "people.read"), connection.cursor() as cursor:
        cursor.execute("SELECT p, access_sees(p) FROM unnest(ARRAY['11', '110105', '110105001003', '110106', '']) p")
        assert dict(cursor.fetchall()) == {
            "11": False,
            "110105": True,
            "110105001003": True,
            "110106": False,
            "": False,
        }


def test_a_grant_cannot_be_made_without_the_purpose(clerk: int) -> None:
    with pytest.raises(DatabaseError, match="row-level security"), acting(clerk, "people.record"):
        services.grant(None, Actor.objects.get(pk=clerk), "accountant", "11")  # type: ignore[arg-type]


def test_an_act_is_never_changed(database: Any, clerk: int) -> None:
    with acting(clerk, "people.read") as act:
        pass
    for role in ("shebao_app", "shebao_batch", "shebao_owner"):
        with psycopg.connect(database.dsn(role)) as plain, pytest.raises(psycopg.Error):
            plain.execute("UPDATE access_act SET purpose = 'x' WHERE id = %s", [act.id])


def test_a_role_without_the_function_writes_no_act(database: Any, clerk: int) -> None:
    with psycopg.connect(database.dsn("shebao_app")) as plain, pytest.raises(psycopg.Error):
        plain.execute("INSERT INTO access_act (actor_id, purpose) VALUES (%s, 'people.read')", [clerk])


def test_reads_are_for_the_person_and_the_auditor(system: int, clerk: int) -> None:
    with acting(clerk, "people.read") as act:
        reads.log(act, [42, 43], "养老")
        assert reads.of_person(42) == []  # a clerk does not see who else looked
    with acting(system, "access.grant") as granting:
        citizen = services.add_actor(granting, Actor.Kind.CITIZEN, "本人", person_id=42)
        services.grant(granting, citizen, "citizen", "11")
    with acting(citizen.pk, "access.read"):
        mine = reads.of_person(42)
        assert [(r.actor, r.purpose, r.what) for r in mine] == [("王芳", "people.read", "养老")]
    with acting(system, "access.read"):
        assert Read.objects.filter(act_id=act.id).count() == 2


def test_a_read_cannot_be_put_on_another_act(system: int, clerk: int) -> None:
    with acting(system, "people.read") as other:
        pass
    with pytest.raises(DatabaseError, match="row-level security"), acting(clerk, "people.read"):
        reads.log(other, [42], "养老")


def test_the_databases_day_is_the_citys() -> None:
    """Tokens and grants end with a day: at every hour it is the day in Beijing, though Django would ask for UTC."""
    assert _setting("TimeZone") == "Asia/Shanghai"
