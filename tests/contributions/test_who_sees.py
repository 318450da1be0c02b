"""Rows of contributions as the database shows them to an employer's user, a clerk of another district, a citizen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import small_city
from django.db import ProgrammingError, connection

from shebao.access import services as access
from shebao.access.acting import acting
from shebao.access.models import Actor
from shebao.contributions.services import registration
from shebao.contributions.services.assessing import assess
from shebao.contributions.services.memberships import Declared, declare_wages

MONTH = date(2012, 6, 1)
SEEN = (
    "contributions_employer",
    "contributions_membership",
    "contributions_wage",
    "contributions_bill",
    "contributions_bill_line",
    "contributions_item",
)


@dataclass
class Town:
    """Two employers with two persons each, one month billed; an actor of each kind."""

    organisations: list[int]
    persons: list[int]
    employer: int  # user of the first organisation
    citizen: int  # the third person, of the second organisation
    stranger: int  # clerk of another district


@pytest.fixture(scope="module")
def town(system: int) -> Town:
    small_city.city(system)
    with acting(system, "access.manage") as act:
        access.add_places(act, [("110106", 2, "丰台区", False)])
    with acting(system, "contributions.register") as act:
        organisations = small_city.organisations(act, 0, 2)
        persons = small_city.citizens(act, range(4))
        for k, organisation in enumerate(organisations):
            registration.register_employer(act, organisation, small_city.OPENED)
            for person in persons[2 * k : 2 * k + 2]:
                registration.join(act, person, organisation, MONTH, 400_000)
        assess(act, MONTH)
    with acting(system, "access.manage") as act:
        employer = access.add_actor(act, Actor.Kind.ORGANISATION, "经办人", organisation_id=organisations[0])
        access.grant(act, employer, "employer", "11")
        citizen = access.add_actor(act, Actor.Kind.CITIZEN, "本人", person_id=persons[2])
        access.grant(act, citizen, "citizen", "11")
        stranger = access.add_actor(act, Actor.Kind.STAFF, "外区经办")
        access.grant(act, stranger, "collector", "110106")
    return Town(organisations, persons, employer.pk, citizen.pk, stranger.pk)


def seen(actor: int) -> dict[str, int]:
    """How many rows of each table the actor sees."""
    found: dict[str, int] = {}
    with acting(actor, "contributions.read"), connection.cursor() as cursor:
        for table in SEEN:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table.removeprefix("contributions_")] = cursor.fetchone()[0]
    return found


def test_an_employer_sees_its_own_staff_and_bills_alone(town: Town) -> None:
    assert seen(town.employer) == {
        "employer": 1,
        "membership": 2,
        "wage": 2,
        "bill": 1,
        "bill_line": 5,
        "item": 10,
    }


def test_a_citizen_sees_what_is_his(town: Town) -> None:
    assert seen(town.citizen) == {"employer": 0, "membership": 1, "wage": 1, "bill": 0, "bill_line": 0, "item": 5}


def test_a_clerk_of_another_district_sees_nothing_of_it(system: int, town: Town) -> None:
    assert seen(town.stranger) == dict.fromkeys(seen(system), 0)
    assert seen(system) == {"employer": 2, "membership": 4, "wage": 4, "bill": 2, "bill_line": 10, "item": 20}


def test_without_an_act_nothing_is_seen(database: Any, town: Town) -> None:
    with connection.cursor() as cursor:
        for table in SEEN:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)


def test_nobody_writes_about_persons_whom_he_does_not_see(town: Town) -> None:
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        acting(town.stranger, "contributions.correct") as act,
    ):
        declare_wages(act, [Declared(town.persons[0], 1, MONTH, date(2012, 7, 1))], town.organisations[0])
    assert seen(town.employer)["wage"] == 2
