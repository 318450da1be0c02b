"""The people of the city, hard cases among them: compiled rules and CPython agree bit for bit on the whole law."""

from __future__ import annotations

import pytest

from shebao.rules.decide import results
from shebao.rules.kernel import Kernel
from shebao.rules.kinds import day
from shebao.rules.law import Law
from shebao.rules.run import verify
from shebao.samplecity.hard import Hard
from shebao.samplecity.population import BLOCK, people_of
from shebao.samplecity.tables import InputTables

PEOPLE = 250


@pytest.fixture(scope="module")
def law() -> Law:
    return Law.load("shebao.law")


@pytest.fixture(scope="module")
def kernel(law: Law) -> Kernel:
    return Kernel(law.plan(results(law)))


@pytest.mark.parametrize("on", ["2008-12-31", "2011-07-01", "2014-10-31", "2021-09-01"])
def test_both_ways_agree(law: Law, kernel: Kernel, on: str) -> None:
    city = InputTables(law, seed=11, broken=20_000)
    table = city.block(0)
    people = people_of(city.draws, city.figures, 0, BLOCK, city.day)
    chosen = [*range(PEOPLE), *(people.hard[PEOPLE:] != Hard.NO).nonzero()[0][:PEOPLE] + PEOPLE]
    table = table.take(chosen)
    days = [day(on), day(on) + 1]
    # each person, and the household of one that he is in this table, on each day
    assert verify(kernel, table, share=1.0, on=days) == 2 * 2 * len(chosen)
    assert verify(kernel, table, share=0.2, on=days[0], mode="strict", accepted=["account_interest"]) > 0
