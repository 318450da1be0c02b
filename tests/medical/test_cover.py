"""Covers follow the facts in the transaction that changes them, and the night finds what does not."""

from __future__ import annotations

from datetime import date
from typing import Any

import hospital_city
import psycopg
import pytest
from django.db import connection as django
from hospital_city import MEDICAL, TODAY, Town, award

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.contributions.models import Membership
from shebao.contributions.services import memberships
from shebao.contributions.services.memberships import Entry
from shebao.database import connection
from shebao.medical.services import cover
from shebao.people import services as people
from shebao.people.codes import EventKind
from shebao.people.facts import Event, Particular, Vitals

WHOLE = 0b111111111111


@pytest.fixture(scope="module")
def town(database: Any) -> Town:
    database.use(connection.BATCH)
    return hospital_city.town(each=6)


def row(person: int) -> dict[str, Any]:
    names = ("employee", "retired", "unemployed", "resident", "suspended", "resident_class", "standing", "relief")
    with django.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM medical_cover WHERE person_id = %s AND year = 2013", [person])
        found = cursor.fetchone()
    return dict(zip(names, found, strict=True)) if found else {}


def proven() -> list[cover.Astray]:
    with acting(system_actor("night"), "medical.cover") as act:
        return cover.prove(act)


def months(first: int, last: int) -> int:
    return sum(1 << (month - 1) for month in range(first, last + 1))


def test_what_the_year_opens_with(town: Town) -> None:
    assert row(town.actives[0])["employee"] == WHOLE and row(town.actives[0])["retired"] == 0
    assert row(town.retired[0])["retired"] == WHOLE
    assert (row(town.residents[0])["resident"], row(town.residents[0])["resident_class"]) == (WHOLE, 1)
    assert proven() == []


def test_a_membership_that_ends_and_another_that_begins(town: Town) -> None:
    person = town.actives[1]
    with acting(system_actor("setup"), "contributions.register") as act:
        memberships.end(act, [person], [date(2013, 7, 1)], None, branches=MEDICAL)
        entry = Entry(person, date(2013, 9, 1), None, 5, MEDICAL, 3)
        memberships.enter(act, [entry], Membership.Scheme.RESIDENT)
        assert row(person)["employee"] == months(1, 6)  # in the same transaction
    assert row(person)["resident"] == months(9, 12) and row(person)["resident_class"] == 3
    assert proven() == []


def test_a_death_and_a_class_of_relief(town: Town) -> None:
    person = town.retired[1]
    with django.cursor() as cursor:
        cursor.execute("SELECT sex, birth_day FROM people_vitals WHERE person_id = %s", [person])
        sex, born = cursor.fetchone()
    with acting(system_actor("setup"), "people.record") as act:
        died = Vitals(sex=sex, birth_day=born, death_day=date(2013, 10, 20))
        people.record(
            act, person, Event(kind=EventKind.DEATH, occurred_on=date(2013, 10, 20), source="测试", facts=[died])
        )
        relief = Particular(since=date(2013, 1, 1), input="relief_class", value=2)
        people.record(
            act,
            town.retired[2],
            Event(kind=EventKind.OTHER, occurred_on=date(2013, 1, 1), source="测试", facts=[relief]),
        )
    assert row(person)["retired"] == months(1, 10)
    assert row(town.retired[2])["relief"] == 2
    assert proven() == []


def bill(database: Any, person: int, insurance: int, month: date, due: date) -> int:
    """A bill of a person's month that nobody has paid, as the assessment leaves it."""
    with acting(system_actor("setup"), "contributions.assess") as act, django.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM contributions_bill")
        (number,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO contributions_bill (id, number, person_id, month, kind, due_day, persons, employer, own, "
            "subsidy, approx, act_id) VALUES (%s, %s, %s, %s, 1, %s, 1, 0, 10000, 0, false, %s)",
            [number, f"T{number}", person, month, due, act.id],
        )
        cursor.execute(
            "INSERT INTO contributions_item (person_id, month, insurance, kind, base, employer, own, subsidy, account, "
            "large, bill_id, act_id) VALUES (%s, %s, %s, 1, 0, 0, 10000, 0, 0, 0, %s, %s)",
            [person, month, insurance, number, act.id],
        )
    return int(number)


def paid(number: int) -> None:
    with acting(system_actor("setup"), "contributions.credit") as act, django.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contributions_settled (bill_id, day, credited, late, act_id) VALUES (%s, %s, %s, true, %s)",
            [number, TODAY, TODAY, act.id],
        )


def test_arrears_suspend_from_the_month_after_and_payment_restores(town: Town, database: Any) -> None:
    employee, resident = town.actives[2], town.residents[2]
    numbers = [
        bill(database, employee, 2, date(2013, 11, 1), date(2013, 11, 25)),
        bill(database, resident, 7, date(2013, 1, 1), date(2013, 11, 25)),
    ]
    assert row(employee)["suspended"] == 0
    with acting(system_actor("night"), "medical.cover") as act:
        assert cover.next_day(act, date(2013, 11, 26)) == 2
    assert (row(employee)["suspended"], row(resident)["suspended"]) == (months(12, 12), WHOLE)
    assert proven() == []
    for number in numbers:
        paid(number)
    assert (row(employee)["suspended"], row(resident)["suspended"]) == (0, 0)
    assert proven() == []


def test_an_award_marks_the_person(town: Town, database: Any) -> None:
    award(database, town.actives[3], "minimum_living_allowance", "household", date(2013, 5, 1))
    award(database, town.actives[4], "destitute_support", "", date(2013, 5, 1))
    award(database, town.actives[5], "unemployment_medical_cover", "", date(2013, 5, 1))
    assert row(town.actives[4])["standing"] == 1
    assert row(town.actives[5])["unemployed"] == months(5, 12)
    # one who lives in no household is his own
    assert row(town.actives[3])["standing"] == 2
    assert proven() == []


def test_the_night_finds_what_was_changed_behind_its_back(town: Town, database: Any) -> None:
    person, gone = town.actives[0], town.residents[0]
    with psycopg.connect(database.dsn("postgres")) as plain:
        plain.execute("UPDATE medical_cover SET employee = 1, standing = 3 WHERE person_id = %s", [person])
        plain.execute("DELETE FROM medical_cover WHERE person_id = %s", [gone])
    found = {(each.person_id, each.name): (each.stands, each.due) for each in proven()}
    assert found == {
        (person, "employee"): (1, WHOLE),
        (person, "standing"): (3, 0),
        (gone, "resident"): (None, WHOLE),
        (gone, "resident_class"): (None, 1),
    }
    with acting(system_actor("night"), "medical.cover") as act:
        cover.next_day(act, date(2013, 11, 26))
    assert proven() == []
