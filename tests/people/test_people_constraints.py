"""What the database refuses by itself, shown round Django by plain SQL as the owner of the tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest

from shebao.people import services
from shebao.people.codes import EventKind
from shebao.people.facts import KINDS, Contact, Event, Membership, Notice, Particular, Relation, Residence, Status, Work

NEVER = "rows are added, never changed or deleted"


@pytest.fixture
def filled(person: Any, does: Any) -> tuple[int, int]:
    """A record with a fact of many kinds, all from 2005 on, and the household's number."""
    one = person(phone="13900000000")
    since = date(2005, 1, 1)
    with does("people.household") as act:
        household = services.found_household(act, "110105001")
        facts = [
            Residence(since=since, place="110105001"),
            Membership(since=since, household_id=household, role=1),
            Work(since=since, organisation_id=None, kind=3),
            Status(since=since, kind=5),
            Contact(since=since, kind=1, value="13900000001"),
            Notice(since=since, topic=1, channel=1),
        ]
        services.record(act, one, Event(kind=EventKind.OTHER, occurred_on=since, source="测试", facts=facts))
    return one, household


def _copy(plain: Any, table: str, person: int, **instead: str) -> None:
    """Writes the latest row of a person again, with some columns changed."""
    columns = [
        name
        for (name,) in plain.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'", [table]
        )
    ]
    values = ", ".join(instead.get(name, name) for name in columns)
    plain.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} "
        "WHERE person_id = %s AND upper_inf(recorded) ORDER BY id DESC LIMIT 1",
        [person],
    )


LATER = "daterange('2010-01-01', '2011-01-01')"
EXCLUSIVE = [
    "people_name",
    "people_residence",
    "people_membership",
    "people_work",
    "people_status",
    "people_contact",
    "people_notice",
    "people_card",
]


@pytest.mark.parametrize("table", EXCLUSIVE)
def test_no_two_exclusive_facts_on_one_day(plain: Any, filled: tuple[int, int], table: str) -> None:
    later = "daterange('2012-01-01', '2013-01-01')" if table == "people_card" else LATER
    with pytest.raises(psycopg.errors.ExclusionViolation):
        _copy(plain, table, filled[0], valid=later)
    before = "daterange('1960-01-01', '1961-01-01')"  # beside it there is room
    _copy(plain, table, filled[0], valid=before)
    _copy(
        plain, table, filled[0], valid=before, recorded="tstzrange(now(), now() + interval '1 day')"
    )  # no longer known


def test_two_memberships_of_one_kind(plain: Any, filled: tuple[int, int], does: Any) -> None:
    with does("people.household") as act:
        other = services.found_household(act, "110106002")
    with pytest.raises(psycopg.errors.ExclusionViolation):
        _copy(plain, "people_membership", filled[0], household_id=str(other), valid=LATER)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        _copy(plain, "people_membership", filled[0], kind="2", valid=LATER)  # the household is not of that kind


def test_two_main_works(plain: Any, filled: tuple[int, int], does: Any) -> None:
    with does("people.organisation") as act:
        work = {
            "organisation_id": str(
                services.register_organisation(
                    act, name="工厂", kind=1, code=None, place="110105", since=date(1990, 1, 1)
                )
            ),
            "kind": "1",
            "valid": LATER,
        }
    with pytest.raises(psycopg.errors.ExclusionViolation, match="people_work_main"):
        _copy(plain, "people_work", filled[0], **work)
    _copy(plain, "people_work", filled[0], main="false", **work)
    with pytest.raises(psycopg.errors.ExclusionViolation, match="people_work_one"):
        _copy(plain, "people_work", filled[0], main="false", **work)


@pytest.mark.parametrize("table", [kind.table for kind in KINDS])
def test_a_fact_is_closed_and_nothing_else(plain: Any, person: Any, does: Any, filled: Any, table: str) -> None:
    one = filled[0]
    if table == "people_particular":
        with does() as act:
            kept = Particular(since=date(2011, 1, 1), input="work_income", value=100)
            services.record(act, one, Event(kind=EventKind.OTHER, occurred_on=kept.since, source="测试", facts=[kept]))
    if table == "people_relation":
        other = person()
        with does() as act:
            fact = Relation(since=date(2011, 1, 1), kind=2, other_id=other)
            services.record(act, one, Event(kind=EventKind.OTHER, occurred_on=fact.since, source="测试", facts=[fact]))
    where = f"WHERE person_id = {one} AND upper_inf(recorded)"
    for changed in (
        "valid = daterange('1990-01-01', NULL)",
        "event_id = event_id + 1",
        "recorded = tstzrange('2000-01-01', NULL)",
        "recorded = tstzrange('2000-01-01', '2100-01-01')",
    ):
        with pytest.raises(psycopg.Error, match=NEVER):
            plain.execute(f"UPDATE {table} SET {changed} {where}")
    with pytest.raises(psycopg.Error, match=NEVER):
        plain.execute(f"DELETE FROM {table} {where}")
    with pytest.raises(psycopg.Error, match=NEVER):
        plain.execute(f"TRUNCATE {table}")
    assert plain.execute(f"UPDATE {table} SET recorded = tstzrange(lower(recorded), now()) {where}").rowcount > 0
    with pytest.raises(psycopg.Error, match=NEVER):
        plain.execute(f"UPDATE {table} SET recorded = tstzrange(lower(recorded), NULL) WHERE person_id = {one}")


def test_other_roles_may_change_only_the_end_of_what_is_known(city: Any, filled: tuple[int, int]) -> None:
    for role in ("shebao_app", "shebao_batch", "shebao_reader"):
        with psycopg.connect(city.dsn(role), autocommit=True) as connection:
            for refused in (
                "UPDATE people_name SET name = 'x'",
                "DELETE FROM people_name",
                "DELETE FROM people_person",
                "UPDATE people_event SET source = 'x'",
                "INSERT INTO people_change (person_id) VALUES (1)",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(refused)


def test_events_and_persons_stay(plain: Any, filled: tuple[int, int]) -> None:
    for refused in (
        "DELETE FROM people_event",
        "UPDATE people_event SET source = 'x'",
        "DELETE FROM people_person",
        "TRUNCATE people_change",
    ):
        with pytest.raises(psycopg.Error, match=NEVER):
            plain.execute(refused)


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [(1, "110105194912310021"), (1, "11010519491231002x"), (1, "110105491231002"), (2, "1101054912310"), (3, "")],
)
def test_a_false_number_is_refused(plain: Any, filled: tuple[int, int], kind: int, wrong: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        _copy(plain, "people_identifier", filled[0], kind=str(kind), number=f"'{wrong}'")


def test_a_number_is_of_one_person(plain: Any, filled: tuple[int, int], person: Any) -> None:
    other = person()
    (number,) = plain.execute("SELECT number FROM people_identifier WHERE person_id = %s", [filled[0]]).fetchone()
    with pytest.raises(psycopg.errors.UniqueViolation):
        _copy(plain, "people_identifier", other, number=f"'{number}'")
    _copy(plain, "people_identifier", other, number=f"'{number}'", kind="10")  # as unverified evidence
    with pytest.raises(psycopg.errors.UniqueViolation):
        _copy(plain, "people_vitals", other)


def test_a_fact_has_an_event_of_the_same_person(plain: Any, filled: tuple[int, int], person: Any) -> None:
    (event,) = plain.execute("SELECT id FROM people_event WHERE person_id = %s", [person()]).fetchone()
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        _copy(plain, "people_residence", filled[0], valid="daterange('1961-01-01', '1962-01-01')", event_id=str(event))


@pytest.mark.parametrize(
    ("table", "instead"),
    [
        ("people_vitals", {"death_day": "birth_day - 1"}),
        ("people_vitals", {"sex": "3"}),
        ("people_vitals", {"birth_day": "birth_day + 1"}),
        ("people_residence", {"place": "'1101'"}),
        ("people_status", {"kind": "2", "grade": "5"}),
        ("people_status", {"kind": "99"}),
        ("people_work", {"kind": "1"}),
        ("people_contact", {"value": "''"}),
        ("people_name", {"valid": "daterange('2010-01-01', '2010-01-01')"}),
        ("people_card", {"state": "3"}),
    ],
)
def test_what_no_fact_may_say(plain: Any, filled: tuple[int, int], table: str, instead: dict[str, str]) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        _copy(plain, table, filled[0], **{"valid": "daterange('1961-01-01', '1962-01-01')"} | instead)
