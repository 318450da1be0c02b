"""Any sequence of facts, ends and corrections gives what a list for each day gives, now and as known then."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import day_by_day
import pytest
from day_by_day import KINDS, Model, of_facts, some_facts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shebao.access.acting import acting
from shebao.people import selectors, services
from shebao.people.codes import EventKind, OrganisationKind
from shebao.people.facts import Event, Fact

ORGANISATIONS = [1, 2, 3]
# Acts of one to three events of one or two facts; a number in place of the facts corrects the row that it picks.
steps = st.lists(
    st.lists(some_facts(ORGANISATIONS), min_size=1, max_size=2) | st.integers(0, 99), min_size=1, max_size=3
)


@pytest.fixture(scope="module")
def organisations(city: Any, system: int) -> None:
    with acting(system, "people.organisation") as act:
        made = [
            services.register_organisation(
                act,
                name=f"单位{k}",
                kind=OrganisationKind.ENTERPRISE,
                code=None,
                place="110105",
                since=date(1990, 1, 1),
            )
            for k in ORGANISATIONS
        ]
    assert made == ORGANISATIONS


def _event(*facts: Any) -> Event:
    return Event(kind=EventKind.OTHER, occurred_on=day_by_day.FIRST, source="测试", facts=facts)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=st.lists(steps, min_size=1, max_size=4), correcting=some_facts(ORGANISATIONS))
def test_the_record_is_the_sum_of_its_days(organisations: None, does: Any, acts: list[Any], correcting: Any) -> None:
    with does("people.register") as act:
        one = services.register(act, "110105", _event(), with_card=False).person_id
    model, known = Model(), list[tuple[datetime, Model]]()
    for steps in acts:
        with does() as act:
            for facts in steps:
                if isinstance(facts, int):
                    rows = [(kind, row) for kind in KINDS for row in selectors.person(act, one).of(kind)]
                    wrong = [rows[facts % len(rows)]] if rows else []
                    at = services.correct(act, one, _event(correcting), [(kind, row.id) for kind, row in wrong]).at
                    for _, row in wrong:
                        model.take(row.fact)
                    model.put(correcting)
                else:
                    at = services.record(act, one, _event(*facts)).at
                    for fact in facts:
                        model.put(fact)
        known.append((at, model.copy()))
    with does("people.read") as act:
        _agrees(selectors.person(act, one), model)
        for (at, then), before in zip(known, [Model(), *(m for _, m in known)], strict=False):
            _agrees(selectors.person(act, one, known=at), then)
            _agrees(selectors.person(act, one, known=at - timedelta(microseconds=1)), before)
        for k in (0, 17, day_by_day.DAYS - 1):
            on = selectors.person(act, one, on=day_by_day.day(k))
            assert of_facts(on.of)[k] == model.sorted()[k]


def _agrees(person: selectors.Person, model: Model) -> None:
    assert of_facts(person.of) == model.sorted()


def test_the_model_can_fail() -> None:
    """The comparison itself: one day's difference is seen."""
    fact: Fact = day_by_day.Residence(since=day_by_day.day(3), until=day_by_day.day(5), place="110105")
    one, other = Model(), Model()
    one.put(fact)
    other.put(day_by_day.Residence(since=day_by_day.day(3), until=day_by_day.day(6), place="110105"))
    assert one.sorted() != other.sorted()
    other.take(day_by_day.Residence(since=day_by_day.day(6), until=day_by_day.day(6), place="110105"))
    assert one.sorted() == other.sorted()
