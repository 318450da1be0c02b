"""Bills that come late are settled, and what the others would have come to in the order of service is a case."""

from __future__ import annotations

from datetime import date
from typing import Any

import hospital_city
import pytest
from django.db import connection as django
from hospital_city import TODAY, Town

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.database import connection
from shebao.medical.models import Difference
from shebao.medical.services import late
from shebao.medical.services.batch import Service

EARLY, LATER = date(2013, 11, 4), date(2013, 11, 12)
LINES = [("XA09", 5, 51200), ("FW07", 1, 42000), ("FW02", 1, 2000)]  # 3000 yuan


@pytest.fixture(scope="module")
def town(database: Any) -> Town:
    database.use(connection.BATCH)
    made = hospital_city.town(each=5)
    service = Service.of_programme(TODAY)
    for desk in made.desks:
        desk.service = service
    return made


def looked() -> late.Looked:
    with acting(system_actor("night"), "medical.late") as act:
        return late.look(act, TODAY)


def cases(person: int) -> list[tuple[int, int, int]]:
    """Open cases: settlement, funds, funds in order."""
    found = Difference.objects.filter(person_id=person, state=Difference.State.OPEN).order_by("settlement_id")
    return [(c.settlement_id, c.funds, c.funds_in_order) for c in found]


def test_what_is_in_order_is_no_case(town: Town) -> None:
    desk, person = town.desks[0], town.actives[0]
    for on in (EARLY, LATER):
        _, bill, _ = desk.visited(town, person, on, LINES)
        desk.done("2207", bill)
    assert looked() == late.Looked() and cases(person) == []


def test_a_late_bill_changes_nothing_and_opens_cases(town: Town) -> None:
    """At level 3 first, then late at the community: 840 and 2700; in order 1080 and 2100."""
    person = town.actives[1]
    numbers = []
    for desk, on in ((town.desks[0], LATER), (town.desks[1], EARLY)):
        _, bill, _ = desk.visited(town, person, on, LINES)
        numbers.append(int(desk.done("2207", bill)["setlinfo"]["setl_id"]))
    before = settlements(person)
    assert looked() == late.Looked(years=1, opened=2)
    assert cases(person) == [(numbers[0], 84000, 210000), (numbers[1], 270000, 108000)]
    assert settlements(person) == before
    assert looked() == late.Looked()  # looked at once
    # the later one is taken back: alone, the early one comes to what it would have come to
    with django.cursor() as cursor:
        cursor.execute("SELECT visit_id FROM medical_settlement WHERE id = %s", [numbers[0]])
        (visit,) = cursor.fetchone()
    back = {"setl_id": str(numbers[0]), "mdtrt_id": str(visit), "psn_no": str(person)}
    town.desks[0].done("2208", {"data": back})
    assert looked() == late.Looked(years=1, closed=1)
    assert cases(person) == [(numbers[1], 270000, 108000)]
    number = Difference.objects.get(person_id=person, state=Difference.State.OPEN).pk
    with acting(system_actor("night"), "medical.difference") as act:
        assert late.close(act, number, Difference.State.SETTLED, "已补差")
        assert not late.close(act, number, Difference.State.SETTLED, "已补差")


def settlements(person: int) -> list[Any]:
    with django.cursor() as cursor:
        cursor.execute("SELECT s::text FROM medical_settlement s WHERE person_id = %s ORDER BY id", [person])
        return list(cursor.fetchall())


def test_a_bill_between_others_is_taken_back(town: Town) -> None:
    """The deductible that it bore falls to the next."""
    desk, person = town.desks[0], town.actives[2]
    done = []
    for on in (EARLY, LATER):
        visit, bill, _ = desk.visited(town, person, on, LINES)
        done.append((visit, desk.done("2207", bill)["setlinfo"]["setl_id"]))
    back = {"setl_id": done[0][1], "mdtrt_id": done[0][0], "psn_no": str(person)}
    desk.done("2208", {"data": back})
    assert looked() == late.Looked(years=1, opened=1)
    assert cases(person) == [(int(done[1][1]), 210000, 84000)]
