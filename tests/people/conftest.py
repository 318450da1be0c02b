"""Places, clerks and invented people for the tests of the record."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
import pytest
from people_made import PLACES, citizen_number

from shebao.access import services as access
from shebao.access.acting import Act, acting
from shebao.access.models import Actor
from shebao.people import services

Doing = Callable[..., Any]


@pytest.fixture(scope="module")
def city(database: Any, system: int) -> Any:
    """The database with places in it."""
    with acting(system, "access.places") as act:
        access.add_places(act, PLACES)
    return database


@pytest.fixture
def does(city: Any, system: int) -> Doing:
    """`with does("people.record") as act`: the system acts."""

    @contextmanager
    def entered(purpose: str = "people.record", actor: int = system) -> Iterator[Act]:
        with acting(actor, purpose) as act:
            yield act

    return entered


@pytest.fixture(scope="module")
def number() -> Callable[..., str]:
    """A new identity number each time; born, female as asked."""
    count = itertools.count(1)

    def made(born: date = date(1970, 5, 17), female: bool = False) -> str:
        return citizen_number(next(count), born, female)

    return made


@pytest.fixture
def person(does: Doing, number: Callable[..., str]) -> Callable[..., int]:
    """Registers somebody; gives the number of the record."""

    def registered(name: str = "张伟", place: str = "110105001", **given: Any) -> int:
        given = {"number": number(), "on": date(2011, 7, 1), "source": "本人申请"} | given
        with does("people.register") as act:
            return services.register_citizen(act, name=name, place=place, **given).person_id

    return registered


@pytest.fixture
def actor(system: int, city: Any) -> Callable[..., int]:
    """A new actor with a role in a place."""

    def made(role: str, place: str = "11", kind: Actor.Kind = Actor.Kind.STAFF, **of: int) -> int:
        with acting(system, "access.grant") as act:
            new = access.add_actor(act, kind, f"{role}{place}", **of)
            access.grant(act, new, role, place, since=date(2010, 1, 1))
        return int(new.pk)

    return made


@pytest.fixture
def plain(city: Any) -> Iterator[psycopg.Connection[Any]]:
    """The owner's own connection, round Django."""
    with psycopg.connect(city.dsn("shebao_owner"), autocommit=True) as connection:
        yield connection
