"""Facts come in by one way, cut what they exclude, and leave what was known before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from shebao.people import selectors, services
from shebao.people.codes import EventKind, IdentifierKind, NameKind, OrganisationKind, RelationKind, Role, StatusKind
from shebao.people.facts import (
    Contact,
    End,
    Event,
    Fact,
    Identifier,
    Membership,
    Name,
    Relation,
    Residence,
    Status,
    Vitals,
    Work,
)
from shebao.people.refusals import Refused


def event(*facts: Fact | End, kind: EventKind = EventKind.OTHER) -> Event:
    return Event(kind=kind, occurred_on=date(2011, 7, 1), source="测试", facts=facts)


def spans(known: Any) -> list[tuple[Any, ...]]:
    """First day, last day and own columns of facts."""
    return [(k.fact.since, k.fact.until, *k.fact.values().values()) for k in known]


@pytest.fixture
def seen(does: Any) -> Callable[..., selectors.Person]:
    def read(person_id: int, **given: Any) -> selectors.Person:
        with does("people.read") as act:
            return selectors.person(act, person_id, **given)

    return read


def test_a_citizen_is_registered(person: Any, seen: Any, number: Any) -> None:
    one = seen(person("王小明", number=number(date(1949, 12, 31), female=True), phone="13900000000"))
    vitals = one.on(Vitals, date(2011, 7, 1))
    assert (vitals.sex, vitals.birth_day, vitals.death_day) == (2, date(1949, 12, 31), None)
    assert one.on(Name, date(1960, 1, 1)).name == "王小明"
    assert one.on(Contact, date(2011, 7, 1)).value == "13900000000"
    assert one.on(Contact, date(2011, 6, 30)) is None
    assert (one.place, one.protected, one.merged) == ("110105001", 0, ())


def test_a_number_is_registered_once(person: Any, number: Any) -> None:
    taken = number()
    person(number=taken)
    with pytest.raises(Refused, match=r"已有他人登记.*another's"):
        person(number=taken)


@pytest.mark.parametrize("wrong", ["110105194912310021", "11010519491331002X", "12345", "110105491231002"])
def test_a_false_number_is_refused_but_kept_as_evidence(person: Any, does: Any, seen: Any, wrong: str) -> None:
    with pytest.raises(Refused):
        person(number=wrong)
    someone = person()
    fact = Identifier(since=date(2011, 7, 1), kind=IdentifierKind.CITIZEN, number=wrong)
    with pytest.raises(Refused, match=r"未核实.*unverified"), does() as act:
        services.record(act, someone, event(fact))
    evidence = Identifier(since=date(2011, 7, 1), kind=IdentifierKind.UNVERIFIED, number=wrong)
    for other in (someone, person()):  # it proves nothing, so two may claim it
        with does() as act:
            services.record(act, other, event(evidence))
        assert seen(other).on(Identifier, date(2012, 1, 1), kind=IdentifierKind.UNVERIFIED) == evidence


def test_a_new_fact_cuts_what_was_there(person: Any, does: Any, seen: Any) -> None:
    one = person(residence=Residence(since=date(2000, 1, 1), place="110105001", hukou=1))
    with does() as act:
        services.record(act, one, event(Residence(since=date(2005, 1, 1), until=date(2005, 12, 31), place="110106002")))
    assert spans(seen(one).of(Residence)) == [
        (date(2000, 1, 1), date(2004, 12, 31), "110105001", None, 1, None),
        (date(2005, 1, 1), date(2005, 12, 31), "110106002", None, None, None),
        (date(2006, 1, 1), None, "110105001", None, 1, None),
    ]
    first, middle, last = seen(one).of(Residence)
    assert first.event_id == last.event_id != middle.event_id


def test_as_known_before(person: Any, does: Any, seen: Any) -> None:
    one = person(residence=Residence(since=date(2000, 1, 1), place="110105001"))
    before = seen(one).of(Residence)
    with does() as act:
        services.record(act, one, event(Residence(since=date(2003, 1, 1), place="110106002")))
    assert spans(seen(one, known=act.at - timedelta(microseconds=1)).of(Residence)) == spans(before)
    assert len(seen(one, known=act.at).of(Residence)) == 2
    assert [k.fact.place for k in seen(one, on=date(2004, 1, 1)).of(Residence)] == ["110106002"]


def test_a_correction_takes_the_row_back_whole(person: Any, does: Any, seen: Any) -> None:
    one = person(residence=Residence(since=date(2000, 1, 1), place="110105001"))
    (wrong,) = seen(one).of(Residence)
    right = Residence(since=date(2001, 1, 1), place="110105001003")
    with does() as act:
        services.correct(act, one, event(right, kind=EventKind.CORRECTION), [(Residence, wrong.id)])
    assert spans(seen(one).of(Residence)) == [(date(2001, 1, 1), None, "110105001003", None, None, None)]
    with pytest.raises(Refused, match="不是当前记录"), does() as act:
        services.correct(act, one, event(), [(Residence, wrong.id)])


def test_a_refused_event_writes_nothing(person: Any, does: Any, seen: Any) -> None:
    one = person()
    good = Status(since=date(2011, 1, 1), kind=StatusKind.UNEMPLOYED)
    bad = Status(since=date(2011, 1, 1), kind=StatusKind.DISABLED, grade=7)
    with pytest.raises(Refused, match="1至4级"), does() as act:
        services.record(act, one, event(good, bad))
    assert seen(one).of(Status) == ()


def test_two_employers_one_of_them_main(person: Any, does: Any, seen: Any) -> None:
    one = person()
    with does("people.organisation") as act:
        a, b = (
            services.register_organisation(
                act, name=name, kind=OrganisationKind.ENTERPRISE, code=None, place="110105", since=date(2000, 1, 1)
            )
            for name in ("甲公司", "乙公司")
        )
    with does() as act:
        services.record(act, one, event(Work(since=date(2010, 1, 1), organisation_id=a)))
        services.record(act, one, event(Work(since=date(2010, 6, 1), organisation_id=b, main=False)))
    assert spans(seen(one).of(Work)) == [(date(2010, 1, 1), None, a, 1, True), (date(2010, 6, 1), None, b, 1, False)]
    with does() as act:  # another main work ends the one there was
        services.record(act, one, event(Work(since=date(2011, 1, 1), organisation_id=b)))
    assert spans(seen(one).of(Work)) == [
        (date(2010, 1, 1), date(2010, 12, 31), a, 1, True),
        (date(2010, 6, 1), date(2010, 12, 31), b, 1, False),
        (date(2011, 1, 1), None, b, 1, True),
    ]
    with does() as act:
        services.record(act, one, event(End(Work(since=date(2011, 7, 1), organisation_id=b))))
        services.begin_flexible(act, one, date(2011, 9, 1), "本人申请")
    assert spans(seen(one).of(Work))[2:] == [
        (date(2011, 1, 1), date(2011, 6, 30), b, 1, True),
        (date(2011, 9, 1), None, None, 3, True),
    ]
    with does("people.read") as act:
        assert [s.person_id for s in selectors.staff(act, a, date(2010, 7, 1))] == [one]
        assert selectors.staff(act, a, date(2011, 1, 1)) == []


def test_a_household_at_a_time(person: Any, does: Any, seen: Any) -> None:
    one = person()
    with does("people.household") as act:
        first, second = services.found_household(act, "110105001003"), services.found_household(act, "110106002")
        poor = services.found_household(act, "110105001003", kind=2)
    with does() as act:
        services.record(act, one, event(Membership(since=date(2000, 1, 1), household_id=first, role=Role.HEAD)))
        services.record(act, one, event(Membership(since=date(2005, 1, 1), household_id=poor, kind=2, role=Role.HEAD)))
        services.record(act, one, event(Membership(since=date(2008, 1, 1), household_id=second, role=Role.SPOUSE)))
    assert spans(seen(one).of(Membership)) == [
        (date(2000, 1, 1), date(2007, 12, 31), first, 1, 1),
        (date(2005, 1, 1), None, poor, 1, 2),
        (date(2008, 1, 1), None, second, 2, 1),
    ]
    with pytest.raises(Refused, match="没有这个家庭"), does() as act:
        services.record(act, one, event(Membership(since=date(2009, 1, 1), household_id=poor, role=Role.HEAD)))


def test_one_payee_several_guardians(person: Any, does: Any, seen: Any) -> None:
    child, mother, father = person(), person(), person()
    since = date(2011, 1, 1)
    with does() as act:
        for other in (mother, father):
            guardian = Relation(since=since, kind=RelationKind.GUARDIAN, other_id=other)
            services.record(act, child, event(guardian))
            services.record(act, child, event(Relation(since=since, kind=RelationKind.PAYEE, scope=3, other_id=other)))
    relations = seen(child).of(Relation)
    assert [k.fact.other_id for k in relations if k.fact.kind == RelationKind.GUARDIAN] == [mother, father]
    assert [k.fact.other_id for k in relations if k.fact.kind == RelationKind.PAYEE] == [father]
    with pytest.raises(Refused, match="本人"), does() as act:
        services.record(act, child, event(Relation(since=since, kind=RelationKind.PROXY, other_id=child)))


def test_a_death_joins_the_vitals_once(person: Any, does: Any, seen: Any) -> None:
    one = person()
    with does() as act:
        services.died(act, one, date(2011, 8, 9), "殡葬管理", "火化证明")
    (vitals,) = seen(one).of(Vitals)
    assert vitals.fact.death_day == date(2011, 8, 9)
    with pytest.raises(Refused, match="已登记死亡"), does() as act:
        services.died(act, one, date(2011, 8, 10), "殡葬管理")
    other = person()
    with pytest.raises(Refused, match="早于出生"), does() as act:
        services.died(act, other, date(1900, 1, 1), "殡葬管理")


def test_a_foreigner_is_registered_by_paper(does: Any, seen: Any) -> None:
    given: dict[str, Any] = {
        "sex": 1,
        "birth_day": date(1980, 2, 29),
        "paper_until": date(2018, 1, 1),
        "place": "110105",
        "on": date(2011, 10, 15),
        "source": "外国人就业证",
    }
    with does("people.register") as act:
        made = services.register_foreigner(
            act,
            name="John Smith",
            chinese_name="约翰",
            paper=IdentifierKind.PASSPORT,
            paper_number="e12345678",
            work_permit="B99",
            **given,
        )
    one = seen(made.person_id)
    assert one.on(Name, date(2011, 10, 15), kind=NameKind.FOREIGN).name == "John Smith"
    assert spans(one.of(Identifier)) == [
        (date(2011, 10, 15), date(2018, 1, 1), IdentifierKind.PASSPORT, "E12345678"),
        (date(2011, 10, 15), None, IdentifierKind.WORK_PERMIT, "B99"),
    ]
    with pytest.raises(Refused, match="护照"), does("people.register") as act:
        services.register_foreigner(act, name="X", paper=IdentifierKind.CITIZEN, paper_number="1", **given)


def test_a_number_changes(person: Any, does: Any, seen: Any, number: Any) -> None:
    one, new = person(), number(date(1970, 5, 18))
    with does() as act:
        fact = Identifier(since=date(2011, 1, 1), kind=IdentifierKind.CITIZEN, number=new)
        services.record(act, one, event(fact, kind=EventKind.IDENTIFIER))
    old, current = (k.fact for k in seen(one).of(Identifier))
    assert (old.until, current.since, current.number) == (date(2010, 12, 31), date(2011, 1, 1), new)


def test_who_is_found(person: Any, does: Any, number: Any) -> None:
    mine = number(date(1950, 3, 8))
    one = person("欧阳修文", number=mine)
    with does() as act:
        services.record(
            act,
            one,
            event(Identifier(since=date(1985, 1, 1), kind=IdentifierKind.CITIZEN_15, number=mine[:6] + mine[8:17])),
        )
    for text in (mine, mine.lower(), mine[:6] + mine[8:17], "欧阳修文", "欧阳", "ouyangxiu", "Ou Yang Xiu Wen", "oyxw"):
        with does("people.read") as act:
            (line,) = selectors.find(act, text)
        assert (line.person_id, line.name, line.birth_day) == (one, "欧阳修文", date(1950, 3, 8)), text
        assert line.number == f"{mine[:6]}********{mine[14:]}"
    for text in ("", "  ", "阳修", "yangxiu", mine[:17] + "*", "%"):
        with does("people.read") as act:
            assert selectors.find(act, text) == [], text


def test_the_history_tells_every_event(person: Any, does: Any) -> None:
    one = person(residence=Residence(since=date(2000, 1, 1), place="110105001"))
    with does() as act:
        moved = services.record(act, one, event(Residence(since=date(2003, 1, 1), place="110106002")))
    with does("people.read") as act:
        last, first = selectors.history(act, one)
    assert (last.event_id, last.actor, last.source) == (moved.event_id, "setup", "测试")
    assert spans(last.brought) == [(date(2003, 1, 1), None, "110106002", None, None, None)]
    brought = [known for known in first.brought if isinstance(known.fact, Residence)]
    assert spans(brought) == [(date(2000, 1, 1), None, "110105001", None, None, None)]
    assert brought[0].known_to == moved.at


def test_a_record_is_handed_over_and_known_as_it_was(person: Any, does: Any, seen: Any) -> None:
    one = person()
    with does("people.move") as act:
        moved = services.move(act, one, "110106002", date(2011, 8, 1), "转出申请")
    assert seen(one).place == "110106002"
    assert seen(one, known=moved.at - timedelta(microseconds=1)).place == "110105001"
    assert seen(one, known=moved.at).place == "110106002"
    with pytest.raises(Refused, match="没有这个地区"), does("people.move") as act:
        services.move(act, one, "110107", date(2011, 8, 1), "转出申请")
