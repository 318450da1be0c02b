"""A reform over everybody: its sums are those of the persons one by one, and it leaves nothing behind."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.assessment import extraction, reforms, services
from shebao.assessment.extraction import When
from shebao.database import connection
from shebao.law import the_law
from shebao.rules.among import decide_first
from shebao.rules.kinds import day
from shebao.rules.reform import Reform, load
from shebao.samplecity import loading
from shebao.samplecity.city import City

ON = date(2013, 12, 31)
PEOPLE = 2_000
EXAMPLE = Path(__file__).parents[2] / "examples" / "reform.yaml"


@pytest.fixture(scope="module")
def night(database: Any) -> int:
    """A sample city in the record; the night's actor, working as the batch role."""
    database.use(connection.BATCH)
    loading.load(system_actor("load"), City(people=PEOPLE, seed=1, day=day("2013-12-31")))
    return system_actor("night")


@pytest.fixture(scope="module")
def reform() -> Reform:
    return load(the_law(), EXAMPLE)


def counts(database: Any) -> dict[str, int]:
    with psycopg.connect(database.dsn("postgres")) as plain:
        names = [
            name
            for (name,) in plain.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            if name != "access_act"  # that somebody looked is kept
        ]
        return {name: plain.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # type: ignore[index]


def test_ten_per_cent_more_dibao(night: int, reform: Reform, database: Any) -> None:
    before = counts(database)
    found = reforms.compare(night, reform, ON)
    assert counts(database) == before
    assert found.persons == PEOPLE
    dibao = found.by_benefit["minimum_living_allowance"]
    assert dibao.winners > 3 and dibao.losers == 0 and dibao.after > dibao.before > 0
    assert set(found.by_benefit) <= {
        "minimum_living_allowance",
        "destitute_support",
        "low_income_eligible",
        "medical_assistance",
        "temporary_assistance",
        "resettlement_allowance",
    }
    monthly = [found.by_benefit[n] for n in ("minimum_living_allowance", "destitute_support") if n in found.by_benefit]
    for bands in (found.by_place, found.by_age, found.by_income):
        assert sum(e.gained for e in bands.values()) == sum(e.gained for e in monthly)
        assert sum(e.winners for e in bands.values()) == sum(e.winners for e in monthly)
    assert set(found.places) == set(found.by_place)


def test_the_sums_are_those_of_the_families_one_by_one(night: int, reform: Reform) -> None:
    """Every family on the allowance is decided once more in CPython, under both laws, from its own rows alone."""
    found = reforms.compare(night, reform, ON).by_benefit["minimum_living_allowance"]
    with acting(night, services.PURPOSE) as act:
        when = When(ON, act.at)
        city = extraction.everybody(when)
        plans = [law.plan(["minimum_living_allowance"]) for law in (the_law(), reform.law)]
        gained = winners = receiving = 0
        for circle in np.split(city.persons, city.starts[1:]):
            facts = extraction.facts(plans[0], circle, when)
            if facts.groups["household"].num_columns == 1:
                continue  # nothing was declared: no allowance under either law
            old, new = (
                decide_first(plan, facts.table, facts.groups, on=day("2013-12-31")).value("minimum_living_allowance")
                for plan in plans
            )
            if old is None or new is None:
                continue
            gained, winners = gained + new - old, winners + (new > old)
            receiving += old > 0
    assert (found.gained, found.winners, found.receiving_before) == (gained, winners, receiving)


def test_bands() -> None:
    assert reforms._band(np.array([0, 15, 16, 59, 60, 101]), reforms.AGES).tolist() == [0, 0, 16, 45, 60, 80]
    assert reforms._band(np.array([0, 1, 99_999, 100_000, 10**9]), reforms.INCOMES).tolist() == [
        0,
        1,
        1,
        100_000,
        800_000,
    ]
