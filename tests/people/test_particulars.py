"""Particulars: what rules ask for and no other table holds, on both time lines, within what the law declares."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from shebao.access.acting import acting
from shebao.files.problems import FileRefused
from shebao.people import particulars, selectors, services
from shebao.people.codes import EventKind
from shebao.people.facts import Event, Particular
from shebao.people.refusals import Refused
from shebao.people.services.loadtables import DAYS

SINCE = date(2012, 1, 1)


def event(*facts: Particular) -> Event:
    return Event(kind=EventKind.OTHER, occurred_on=SINCE, source="测试", facts=facts)


def test_a_particular_takes_the_place_of_the_one_before(person: Any, does: Any) -> None:
    one = person()
    with does() as act:
        services.record(act, one, event(Particular(since=SINCE, input="work_income", value=300_000)))
    with does() as act:
        services.record(
            act,
            one,
            event(
                Particular(since=date(2013, 1, 1), input="work_income", value=350_000),
                Particular(since=SINCE, input="seriously_ill", value=1),
            ),
        )
    with does("people.read") as act:
        known = selectors.person(act, one)
    found = [(k.fact.input, k.fact.value, k.fact.since, k.fact.until) for k in known.of(Particular)]
    assert sorted(found, key=str) == [
        ("seriously_ill", 1, SINCE, None),
        ("work_income", 300_000, SINCE, date(2012, 12, 31)),
        ("work_income", 350_000, date(2013, 1, 1), None),
    ]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("work_incomes", 1, "did you mean"),
        ("birth_day", 1, "is no particular"),  # the vitals hold it
        ("contributions_year", 2012, "is no particular"),  # a history
        ("work_income", -1, "lies between"),
        ("schooling", 99, "has no code 99"),
        ("seriously_ill", 2, "lies between"),
    ],
)
def test_what_the_law_does_not_ask_is_refused(person: Any, does: Any, name: str, value: int, told: str) -> None:
    one = person()
    with pytest.raises(Refused, match=told), does() as act:
        services.record(act, one, event(Particular(since=SINCE, input=name, value=value)))


def test_families_facts_stand_with_a_member() -> None:
    assert particulars.inputs()["means_declared_day"].of == "household"
    assert particulars.inputs()["housing_refusals"].of == "housing_applicants"


def test_a_load_names_each_wrong_row(person: Any, city: Any, system: int) -> None:
    one = person()
    days = pa.array([{"lower": SINCE, "upper": None}] * 3, DAYS)
    rows = {"person_id": [one] * 3, "input": ["work_income", "schooling", "nothing_known"], "value": [-5, 99, 1]}
    with pytest.raises(FileRefused) as refused, acting(system, "people.load") as act:
        services.load(act, {"people_particular": pa.table(rows | {"valid": days})}, SINCE, "测试")
    assert [(p.row, p.field) for p in refused.value.problems] == [(1, "value"), (2, "value"), (3, "value")]
