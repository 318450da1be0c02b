"""Two acts write into one record: each waits for the other, and no moment shows both facts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

from django.db import connections

from shebao.access.acting import acting
from shebao.people import selectors, services
from shebao.people.codes import EventKind
from shebao.people.facts import Event, Residence


def lives(place: str) -> Event:
    home = Residence(since=date(2010, 1, 1), place=place)
    return Event(kind=EventKind.RESIDENCE, occurred_on=home.since, source="本人", facts=[home])


def test_the_act_that_began_first_and_wrote_last(person: Any, system: int) -> None:
    one = person()

    def by_another() -> services.Recorded:
        try:
            with acting(system, "people.record") as act:
                return services.record(act, one, lives("110106"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other, acting(system, "people.record") as act:
        first = other.submit(by_another).result()
        second = services.record(act, one, lives("110105"))
    assert act.at < first.at < second.at
    with acting(system, "people.read") as act:
        for at, places in ((first.at, ["110106"]), (second.at, ["110105"]), (first.at - timedelta(microseconds=1), [])):
            assert [k.fact.place for k in selectors.person(act, one, known=at).of(Residence)] == places


def test_eight_at_a_time_leave_one_home(person: Any, system: int) -> None:
    one = person()

    def moves(k: int) -> services.Recorded:
        try:
            with acting(system, "people.record") as act:
                return services.record(act, one, lives(f"1101{k:02d}"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as several:
        written = sorted(several.map(moves, range(8)), key=lambda w: w.at)
    assert len({w.at for w in written}) == 8
    with acting(system, "people.read") as act:
        for w in written:
            (home,) = selectors.person(act, one, known=w.at).of(Residence)
            assert home.event_id == w.event_id
