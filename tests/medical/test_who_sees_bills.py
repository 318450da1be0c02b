"""A person sees his bills, a hospital its own, an office those of its place; nobody writes but the service."""

from __future__ import annotations

from datetime import date
from typing import Any

import hospital_city
import psycopg
import pytest
from django.db import DatabaseError
from hospital_city import CODES, PLACE, TODAY, Town

from shebao.access import services as access
from shebao.access.acting import NotAllowed, acting
from shebao.access.models import Actor
from shebao.access.services import system_actor
from shebao.database import connection
from shebao.medical.models import Cover, Institution, Key, Line, Message, Settlement, Visit
from shebao.medical.services import institutions
from shebao.medical.services.batch import Service
from shebao.people.codes import OrganisationKind
from shebao.people.services.organisations import register_organisation

ON = date(2013, 11, 5)
LINES = [("XA09", 5, 51200), ("XA08", 1, 2000)]


@pytest.fixture(scope="module")
def town(database: Any) -> Town:
    database.use(connection.BATCH)
    made = hospital_city.town(each=4)
    service = Service.of_programme(TODAY)
    for desk, person in zip(made.desks, made.actives, strict=False):
        desk.service = service
        _, bill, _ = desk.visited(made, person, ON, LINES)
        desk.done("2207", bill)
    return made


@pytest.fixture(scope="module")
def actors(town: Town, database: Any) -> dict[str, int]:
    found = {}
    setup = system_actor("setup")
    with acting(setup, "people.register") as act:
        organisation = register_organisation(
            act, name="第一医院", kind=OrganisationKind.INSTITUTION, code=None, place=PLACE, since=date(2010, 1, 1)
        )
    with acting(setup, "access.grant") as act:
        access.add_places(act, [("110101", 2, "东城区", False)])
        hospital = access.add_actor(act, Actor.Kind.ORGANISATION, "医院", organisation_id=organisation)
        citizen = access.add_actor(act, Actor.Kind.CITIZEN, "本人", person_id=town.actives[0])
        here, elsewhere = (access.add_actor(act, Actor.Kind.STAFF, name) for name in ("本区", "外区"))
        for actor, role, place in (
            (hospital, "hospital", PLACE),
            (citizen, "citizen", PLACE),
            (here, "fund", PLACE),
            (elsewhere, "fund", "110101"),
        ):
            access.grant(act, actor, role, place)
            found[actor.name] = actor.pk
    with acting(setup, "medical.register"):
        Institution.objects.filter(code=CODES[0]).update(organisation_id=organisation)
    database.use(connection.APP)
    return found


def test_who_sees_what(town: Town, actors: dict[str, int]) -> None:
    seen = {}
    for name, actor in actors.items():
        with acting(actor, "medical.read"):
            seen[name] = (
                Settlement.objects.count(),
                Visit.objects.count(),
                Line.objects.count(),
                Cover.objects.count(),
                Message.objects.count() + Key.objects.count(),
            )
    assert seen == {
        "医院": (1, 1, 2, 0, 0),
        "本人": (1, 1, 2, 1, 0),
        "本区": (2, 2, 4, 12, 0),
        "外区": (0, 0, 0, 0, 0),
    }


def test_who_writes(town: Town, actors: dict[str, int]) -> None:
    for statement in (
        "UPDATE medical_cover SET employee = 0",
        "INSERT INTO medical_message (institution_id, msgid) VALUES (1, '1')",
        "DELETE FROM medical_settlement",
        "UPDATE medical_line SET amount = 0",
    ):
        from django.db import connection as django

        with pytest.raises(DatabaseError), acting(actors["本区"], "medical.read"), django.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(NotAllowed), acting(actors["医院"], "medical.register"):
        pass
    with acting(actors["本区"], "medical.register") as act:
        made = institutions.register(act, "H11010500009", "新医院", Institution.Level.LEVEL_2, PLACE, ON)
        assert len(institutions.issue_key(act, made.pk)) == 2
        assert not Key.objects.exists()  # nobody reads a secret again
        institutions.renew(act, made.pk, TODAY)
    with pytest.raises(DatabaseError), acting(actors["外区"], "medical.register") as act:
        institutions.change_state(act, made.pk, Institution.State.ENDED)


def test_keys_are_the_services_alone(town: Town, database: Any) -> None:
    with psycopg.connect(database.dsn(connection.READER)) as plain:
        assert plain.execute("SELECT count(*) FROM medical_key").fetchone() == (0,)
