"""The whole pension law, compiled and in CPython: every variable of random persons, value and status.

A hundred thousand and more: `python tests/law/persons.py`.
"""

from __future__ import annotations

from collections import Counter

import persons
import pytest
from persons import BATCH, DAYS, Comparison, borders, inputs, law, people, reasons, table

from shebao.rules.declare import PERSON
from shebao.rules.kinds import date_of, day
from shebao.rules.rows import evaluate
from shebao.samplecity.tables import DAY, InputTables


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return Comparison()


@pytest.mark.parametrize("on", DAYS, ids=[str(date_of(d)) for d in DAYS])
def test_random_persons(on: int, comparison: Comparison) -> None:
    found = comparison.run(seed=1, count=24, on=on)
    assert found["WRONG"] == 0
    assert found["decided"] > found["persons"] * 97 // 4


def test_the_borders_of_the_law(comparison: Comparison) -> None:
    """A few persons on the first day of each regime and on its eve."""
    found: Counter[str] = Counter()
    for on in borders():
        if day("2005-12-01") < on < day("2026-01-01"):
            found += comparison.run(seed=2, count=2, on=on)
    assert found["WRONG"] == 0
    assert found["persons"] > 100


def test_persons_go_deep(comparison: Comparison) -> None:
    """A large share has a pension; every variable but one has a value for someone, and nearly every reason occurs."""
    found: Counter[str] = Counter()
    reached = Counter(dict.fromkeys(comparison.plan.variables, 0))
    for seed, on in enumerate(DAYS):
        crowd = people(seed, 40, on)
        want = evaluate(comparison.plan, crowd, on=on)
        for name in comparison.plan.variables:
            reached[name] += sum(value != 0 for value in want.values[name])
            found += Counter(comparison.outcome(s) for s in want.statuses[name])
        found["with a pension"] += sum(value > 0 for value in want.values["pension"])
    assert found["with a pension"] > len(DAYS) * 40 // 8
    # the table of the living subsidy of 超转人员 has no figures
    assert {name for name, count in reached.items() if not count} <= {"land_living_subsidy"}
    occurred = {outcome.removeprefix("REASON ") for outcome in found if outcome.startswith("REASON ")}
    assert len(occurred & reasons()) >= len(reasons()) - 4
    assert {"decided", "MISSING", "INVALID", "NO_FIGURE", "NO_RULE", "INDEX", "RANGE"} <= set(found)


def test_the_people_of_the_sample_city(comparison: Comparison) -> None:
    for seed, broken in ((1, 0), (2, 200_000)):
        city = InputTables(law(), seed, broken=broken)
        given = city.block(0, 150)
        crowd = [{name: cell for name, cell in row.items() if name in inputs()} for row in facts_of(given)]
        for on in (DAY, day("2011-07-01")):
            found = comparison.compare(crowd, on, given)
            assert found["WRONG"] == 0
            assert found["decided"] > len(crowd) * 30


def facts_of(given: persons.pa.Table) -> list[persons.Facts]:
    """A table's rows with days as numbers; codes are numbers already."""
    columns = {name: given[name].to_pylist() for name in given.column_names}
    for name, declared in inputs().items():
        if declared.kind.form == "day" and name in columns:
            columns[name] = [number(cell) for cell in columns[name]]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def number(cell: object) -> object:
    if isinstance(cell, list):
        return [number(element) for element in cell]
    return None if cell is None else day(cell)  # type: ignore[arg-type]


def test_the_same_persons_for_the_same_seed() -> None:
    assert people(5, 30, DAYS[3]) == people(5, 30, DAYS[3])
    assert people(5, 30, DAYS[3]) != people(6, 30, DAYS[3])
    assert table(people(5, BATCH // 50, DAYS[3])).num_columns == len([i for i in inputs().values() if i.of == PERSON])
