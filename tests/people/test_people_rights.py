"""Who sees whom is decided by the database; every look is taken down."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError

from shebao.access import reads
from shebao.access.acting import NotAllowed
from shebao.access.models import Actor
from shebao.people import selectors, services
from shebao.people.codes import EventKind, OrganisationKind
from shebao.people.facts import KINDS, Contact, Event, Identifier, Name, Residence, Work
from shebao.people.models import OrganisationAccount
from shebao.people.refusals import Refused

TABLES = ["people_person", "people_event", "people_change", *(kind.table for kind in KINDS)]


def _event(*facts: Any) -> Event:
    return Event(kind=EventKind.OTHER, occurred_on=date(2011, 7, 1), source="测试", facts=facts)


@pytest.mark.parametrize("role", ["shebao_app", "shebao_reader"])
def test_without_an_act_nothing_is_seen(person: Any, city: Any, role: str) -> None:
    person(phone="13900000000")
    with psycopg.connect(city.dsn(role)) as connection:
        for table in [*TABLES, "people_organisation", "people_household", "people_merge", "people_pair"]:
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_nobody_writes_without_an_act(person: Any, city: Any) -> None:
    one = person()
    for role, refused in (("shebao_app", "row-level security"), ("shebao_batch", "names the act under way")):
        with psycopg.connect(city.dsn(role)) as connection, pytest.raises(psycopg.Error, match=refused):
            connection.execute(
                "INSERT INTO people_event (person_id, kind, occurred_on, source, act_id, recorded_at) "
                "VALUES (%s, 1, now(), 'x', 1, now())",
                [one],
            )
    with psycopg.connect(city.dsn("shebao_batch")) as connection, pytest.raises(psycopg.Error, match="by an act"):
        connection.execute("UPDATE people_person SET protected = 1 WHERE id = %s", [one])


def test_a_clerk_sees_the_people_of_the_place(person: Any, does: Any, actor: Any) -> None:
    here, there = person("本区人"), person("邻区人", place="110106002")
    clerk = actor("clerk", "110105")
    with does("people.read", clerk) as act:
        assert selectors.person(act, here).of(Name)[0].fact.name == "本区人"
        assert [line.person_id for line in selectors.find(act, "本区人")] == [here]
        assert selectors.find(act, "邻区人") == []
    for refused in (selectors.person, selectors.history):
        with pytest.raises(Refused, match="不在您的"), does("people.read", clerk) as act:
            refused(act, there)
    with pytest.raises(Refused, match="不在您的"), does("people.record", clerk) as act:
        services.record(act, there, _event())
    with pytest.raises(DatabaseError, match="row-level security"), does("people.register", clerk) as act:
        services.register(act, "110106002", _event())


def test_a_number_taken_elsewhere_is_told_without_whose(person: Any, does: Any, actor: Any, number: Any) -> None:
    taken = number()
    person(place="110106002", number=taken)
    with pytest.raises(Refused, match="已有他人登记") as told, does("people.register", actor("clerk", "110105")) as act:
        services.register_citizen(
            act, name="张伟", number=taken, place="110105001", on=date(2011, 7, 1), source="本人申请"
        )
    assert "110106" not in str(told.value)


def test_a_community_is_a_scope_of_its_own(person: Any, does: Any, actor: Any) -> None:
    inside, outside = person("社区内", place="110105001003"), person("街道上", place="110105001")
    with does("people.read", actor("clerk", "110105001003")) as act:
        assert [x.person_id for x in selectors.find(act, "社区内")] == [inside]
        assert selectors.find(act, "街道上") == []
    with does("people.read", actor("clerk", "110105001")) as act:
        assert [x.person_id for x in selectors.find(act, "街道上")] == [outside]
        assert [x.person_id for x in selectors.find(act, "社区内")] == [inside]


def test_a_protected_person_wants_the_higher_right(person: Any, does: Any, actor: Any) -> None:
    one = person("受保护人")
    with does("people.protect") as act:
        services.protect(act, one, 2, date(2011, 8, 1), "法院保护令")
    with pytest.raises(Refused), does("people.read", actor("clerk", "110105")) as act:
        selectors.person(act, one)
    with does("people.read", actor("clerk", "110105")) as act:
        assert selectors.find(act, "受保护人") == []
    with does("people.read", actor("protector", "110105")) as act:
        assert selectors.person(act, one).protected == 2
    with pytest.raises(Refused), does("people.read", actor("protector", "110106")) as act:
        selectors.person(act, one)


def test_a_citizen_sees_and_writes_what_is_his(person: Any, does: Any, actor: Any, number: Any) -> None:
    me, other = person("本人"), person("他人")
    citizen = actor("citizen", kind=Actor.Kind.CITIZEN, person_id=me)
    with does("people.read", citizen) as act:
        assert selectors.person(act, me).of(Name)[0].fact.name == "本人"
        assert selectors.find(act, "他人") == []
    with pytest.raises(Refused), does("people.read", citizen) as act:
        selectors.person(act, other)
    with does("people.contact", citizen) as act:
        services.record(act, me, _event(Contact(since=date(2011, 7, 1), kind=1, value="13900000001")))
    with pytest.raises(DatabaseError, match="row-level security"), does("people.contact", citizen) as act:
        services.record(act, me, _event(Residence(since=date(2011, 7, 1), place="110106")))
    with pytest.raises(DatabaseError, match="row-level security"), does("people.contact", citizen) as act:
        services.protect(act, me, 1, date(2011, 7, 1), "本人")
    with pytest.raises(NotAllowed), does("people.record", citizen) as act:
        services.record(act, me, _event())


def test_an_employer_sees_staff_and_no_more(person: Any, does: Any, actor: Any) -> None:
    mine, other = person("本厂职工", residence=Residence(since=date(2000, 1, 1), place="110105001")), person("外人")
    with does("people.organisation") as act:
        factory, shop = (
            services.register_organisation(
                act, name=name, kind=OrganisationKind.ENTERPRISE, code=None, place="110106", since=date(1990, 1, 1)
            )
            for name in ("工厂", "商店")
        )
    with does() as act:
        services.record(act, mine, _event(Work(since=date(2010, 1, 1), organisation_id=factory)))
        services.record(act, mine, _event(Work(since=date(2010, 1, 1), organisation_id=shop, main=False)))
        services.record(act, other, _event(Work(since=date(2010, 1, 1), organisation_id=shop)))
    employer = actor("employer", kind=Actor.Kind.ORGANISATION, organisation_id=factory)
    with does("contributions.read", employer) as act:
        (one,) = selectors.staff(act, factory, date(2011, 1, 1))
        assert (one.person_id, one.name, len(one.number)) == (mine, "本厂职工", 18)
        assert selectors.staff(act, shop, date(2011, 1, 1)) == []
        seen = selectors.person(act, mine)
        assert len(seen.of(Name)) == len(seen.of(Identifier)) == 1
        assert [k.fact.organisation_id for k in seen.of(Work)] == [factory]
        assert seen.of(Residence) == ()
    with pytest.raises(Refused), does("contributions.read", employer) as act:
        selectors.person(act, other)


def test_every_read_is_taken_down(person: Any, does: Any, actor: Any) -> None:
    one = person("单名读")
    clerk = actor("clerk", "110105")
    with does("people.read", clerk) as act:
        selectors.person(act, one)
        selectors.person(act, one, known=act.at)
        selectors.history(act, one)
        selectors.find(act, "单名读")
    with does("access.read") as act:
        taken = [(r.what, r.purpose, r.actor) for r in reads.of_person(one)]
    assert [what.split("（")[0] for what, _, _ in taken] == ["查找", "档案变更记录", "档案", "档案"]
    assert {(purpose, name) for _, purpose, name in taken} == {("people.read", "clerk110105")}
    with does("people.read", actor("citizen", kind=Actor.Kind.CITIZEN, person_id=one)):
        assert len(reads.of_person(one)) == 4  # the citizen sees who looked


def test_an_organisation_is_changed_by_who_is_in_charge(does: Any, actor: Any) -> None:
    with does("people.organisation") as act:
        factory = services.register_organisation(
            act,
            name="工厂",
            kind=OrganisationKind.ENTERPRISE,
            code=None,
            place="110106",
            since=date(1990, 1, 1),
            account=services.BankAccount("工商银行", "6222", "工厂"),
        )
    with pytest.raises(Refused, match="不在您的"), does("people.organisation", actor("clerk", "110105")) as act:
        services.change_organisation(act, factory, place="110105")
    with does("people.organisation", actor("clerk", "110106")) as act:
        services.change_organisation(act, factory, name="新工厂")
    with does("people.read", actor("clerk", "110105")):
        assert OrganisationAccount.objects.filter(organisation_id=factory).count() == 0
    with does("people.read", actor("clerk", "110106")):
        assert OrganisationAccount.objects.filter(organisation_id=factory).count() == 1
