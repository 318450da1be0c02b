"""Two records become one and two again, exactly as they were; every state in between can be asked for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from day_by_day import Model, of_facts, some_facts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from shebao.access.acting import acting
from shebao.people import selectors, services
from shebao.people.codes import EventKind, OrganisationKind
from shebao.people.facts import KINDS, Contact, Event, Identifier, Relation, Residence, Vitals, Work
from shebao.people.refusals import Refused


def _event(*facts: Any) -> Event:
    return Event(kind=EventKind.OTHER, occurred_on=date(2011, 7, 1), source="测试", facts=facts)


def dump(plain: Any, *persons: int, known: Any = None) -> list[Any]:
    """What is known of the records now, or was at a moment: all columns but a row's number and `recorded`."""
    found = []
    for table in [kind.table for kind in KINDS]:
        columns = [
            name
            for (name,) in plain.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
                [table],
            )
            if name not in ("id", "recorded")
        ]
        then = "upper_inf(recorded)" if known is None else "recorded @> {known}"
        query = sql.SQL("SELECT {} FROM {} WHERE person_id = ANY({}) AND " + then).format(
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.Identifier(table),
            sql.Literal(list(persons)),
            **({} if known is None else {"known": sql.Literal(known)}),
        )
        found.append((table, sorted(plain.execute(query), key=repr)))
    if known is None:
        heads = plain.execute(
            "SELECT id, place, protected, merged_into FROM people_person WHERE id = ANY(%s) ORDER BY id",
            [list(persons)],
        )
        found.append(("people_person", list(heads)))
    return found


@pytest.fixture
def pair(person: Any, does: Any) -> tuple[int, int]:
    """Two records of one person: two numbers, two homes that overlap, two employers, a phone each."""
    keep = person("张伟", residence=Residence(since=date(2005, 1, 1), place="110105001"), phone="13900000001")
    gone = person("张玮", residence=Residence(since=date(2000, 1, 1), place="110106002"), phone="13900000002")
    with does("people.organisation") as act:
        a, b = (
            services.register_organisation(
                act, name=name, kind=OrganisationKind.ENTERPRISE, code=None, place="110105", since=date(1990, 1, 1)
            )
            for name in ("甲厂", "乙厂")
        )
    with does() as act:
        services.record(act, keep, _event(Work(since=date(2006, 1, 1), organisation_id=a)))
        services.record(act, gone, _event(Work(since=date(2003, 1, 1), organisation_id=b)))
    return keep, gone


def test_merge_and_back(pair: tuple[int, int], does: Any, plain: Any) -> None:
    keep, gone = pair
    before = dump(plain, keep, gone)
    with does("people.merge") as act:
        merged = services.merge(act, keep, gone, "同一人")
    during = dump(plain, keep, gone)
    assert during != before
    with does("people.read") as act:
        one = selectors.person(act, gone)
        assert (one.id, one.merged) == (keep, (gone,))
        assert [(k.fact.since, k.fact.until, k.fact.place) for k in one.of(Residence)] == [
            (date(2000, 1, 1), date(2004, 12, 31), "110106002"),
            (date(2005, 1, 1), None, "110105001"),
        ]
        assert [(k.fact.since, k.fact.until, k.fact.main) for k in one.of(Work)] == [
            (date(2003, 1, 1), date(2005, 12, 31), True),
            (date(2006, 1, 1), None, True),
            (date(2006, 1, 1), None, False),
        ]
        assert len(one.of(Identifier)) == 2 and len(one.of(Vitals)) == 1
        assert [k.fact.value for k in one.of(Contact)] == ["13900000001"]
        assert [line.person_id for line in selectors.find(act, one.of(Identifier)[1].fact.number)] == [keep]
    with pytest.raises(Refused, match=f"已并入档案{keep}"), does() as act:
        services.record(act, gone, _event())
    with does("people.merge") as act:
        at = services.split(act, merged.merge_id, "误认")
    assert dump(plain, keep, gone) == before
    tick = timedelta(microseconds=1)
    facts = slice(0, len(KINDS))
    assert dump(plain, keep, gone, known=merged.at - tick) == before[facts]
    assert dump(plain, keep, gone, known=merged.at) == dump(plain, keep, gone, known=at - tick) == during[facts]
    assert dump(plain, keep, gone, known=at) == before[facts]
    with does("people.read") as act:
        assert selectors.person(act, gone).id == gone
        assert selectors.person(act, gone, known=merged.at).id == keep
        assert selectors.person(act, gone, known=merged.at - tick).id == gone
    with pytest.raises(Refused, match="已撤销"), does("people.merge") as act:
        services.split(act, merged.merge_id, "再次")


def test_what_is_recorded_in_between_stays_with_the_record_kept(pair: tuple[int, int], does: Any, plain: Any) -> None:
    keep, gone = pair
    before = dump(plain, gone)
    with does("people.merge") as act:
        merged = services.merge(act, keep, gone, "同一人")
    new = Residence(since=date(2002, 1, 1), place="110105001003")
    with does() as act:
        services.record(act, keep, _event(new))
    with does("people.merge") as act:
        services.split(act, merged.merge_id, "误认")
    assert dump(plain, gone) == before
    with does("people.read") as act:
        assert [k.fact for k in selectors.person(act, keep).of(Residence)] == [new]


def test_merges_are_taken_back_in_their_order(person: Any, does: Any, plain: Any) -> None:
    a, b, c = person("甲"), person("乙"), person("丙")
    before = dump(plain, a, b, c)
    with does("people.merge") as act:  # both in one act
        first = services.merge(act, b, c, "同一人")
        second = services.merge(act, a, b, "同一人")
    with does("people.read") as act:
        assert selectors.person(act, c).id == a
        assert selectors.person(act, a).merged == (b, c)
        assert len(selectors.person(act, a).of(Identifier)) == 3
    with pytest.raises(Refused, match="已并入"), does("people.merge") as act:
        services.split(act, first.merge_id, "误认")
    with does("people.merge") as act:
        services.split(act, second.merge_id, "误认")
        services.split(act, first.merge_id, "误认")
    assert dump(plain, a, b, c) == before


def test_a_protected_record_stays_protected(person: Any, does: Any) -> None:
    keep, gone = person(), person()
    with does("people.protect") as act:
        services.protect(act, gone, 2, date(2011, 8, 1), "法院保护令")
    with does("people.merge") as act:
        merged = services.merge(act, keep, gone, "同一人")
        assert selectors.person(act, keep).protected == 2
    with does("people.merge") as act:
        services.split(act, merged.merge_id, "误认")
        assert (selectors.person(act, keep).protected, selectors.person(act, gone).protected) == (0, 2)


def test_a_relation_to_the_other_record_is_not_one_to_oneself(person: Any, does: Any, plain: Any) -> None:
    keep, gone = person(), person()
    with does() as act:
        services.record(act, gone, _event(Relation(since=date(2011, 1, 1), kind=2, other_id=keep)))
    before = dump(plain, keep, gone)
    with does("people.merge") as act:
        merged = services.merge(act, keep, gone, "同一人")
        assert selectors.person(act, keep).of(Relation) == ()
        services.split(act, merged.merge_id, "误认")
    assert dump(plain, keep, gone) == before


@pytest.mark.parametrize("why", ["", " "])
def test_a_merge_has_a_reason_and_two_records(person: Any, does: Any, why: str) -> None:
    one, other = person(), person()
    with pytest.raises(Refused, match="理由"), does("people.merge") as act:
        services.merge(act, one, other, why)
    with pytest.raises(Refused, match="自身"), does("people.merge") as act:
        services.merge(act, one, one, "同一人")
    with pytest.raises(Refused, match="没有档案"), does("people.merge") as act:
        services.merge(act, one, 10**12, "同一人")


@pytest.fixture(scope="module")
def organisations(city: Any, system: int) -> list[int]:
    with acting(system, "people.organisation") as act:
        return [
            services.register_organisation(
                act,
                name=f"单位{k}",
                kind=OrganisationKind.ENTERPRISE,
                code=None,
                place="110105",
                since=date(1990, 1, 1),
            )
            for k in range(2)
        ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_two_records(organisations: list[int], does: Any, plain: Any, data: Any) -> None:
    ids, models = [], []
    for _ in range(2):
        facts = data.draw(st.lists(some_facts(organisations), max_size=5))
        with does("people.register") as act:
            ids.append(services.register(act, "110105", _event(*facts)).person_id)
        model = Model()
        for fact in facts:
            model.put(fact)
        models.append(model)
    keep, gone = ids
    before = dump(plain, keep, gone)
    with does("people.merge") as act:
        merged = services.merge(act, keep, gone, "同一人")
        models[0].add(models[1])
        one = selectors.person(act, keep)
        assert of_facts(one.of) == models[0].sorted()
    with does("people.merge") as act:
        services.split(act, merged.merge_id, "误认")
    assert dump(plain, keep, gone) == before
    assert dump(plain, keep, gone, known=merged.at - timedelta(microseconds=1)) == before[: len(KINDS)]


def test_the_dump_sees_every_kind_of_fact(plain: Any) -> None:
    tables = plain.execute(
        "SELECT a.table_name FROM information_schema.columns a JOIN information_schema.columns b "
        "ON a.table_name = b.table_name AND a.column_name = 'person_id' AND b.column_name = 'recorded' "
        "WHERE a.table_name LIKE 'people%'"
    )
    assert {name for (name,) in tables} == {kind.table for kind in KINDS}
