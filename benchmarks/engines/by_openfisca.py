"""On OpenFisca-core, in its own idiom: yuan in float32, formulas over vectors.  by_openfisca.py W1|W2|case FOLDER

W1 has the three bands in one formula and no variable for a mere look-up, as its authors write.  W2 reads 420 dense
month columns; its years are asked for in ascending order, since the recursive formula silently gives 0 otherwise.
"""

from __future__ import annotations

import json
import sys
import timeit
from pathlib import Path
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import MONTH, YEAR, period
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

import data
from data import Columns
from worker import Engine, serve

Household = build_entity(
    key="household",
    plural="households",
    label="Household",
    roles=[{"key": "member", "plural": "members", "label": "Member"}],
)
Person = build_entity(key="person", plural="persons", label="Person", is_person=True)
MONEY = ("account_balance", "med_cost", "med_selfpay", "ytd_paid", "wage_income", "hh_assets")
ON = "2024-06"
LAST_YEAR = data.FIRST_YEAR + data.YEARS - 1


def figures() -> ParameterNode:
    plain: dict[str, Any] = {
        "average_wage": data.AVERAGE_WAGE / 100,
        "least_months": data.LEAST_MONTHS,
        "least_pension": data.LEAST_PENSION / 100,
        "band_1": data.BAND_1 / 100,
        "band_2": data.BAND_2 / 100,
        "medical_cap": data.MEDICAL_CAP / 100,
        "household_line": data.HOUSEHOLD_LINE / 100,
        "assets_each": data.ASSETS_EACH / 100,
        "retired_bonus": data.RETIRED_BONUS / 10_000,
        "annuity_months": list(data.ANNUITY_MONTHS.values()),
        "deductible": [x / 100 for x in data.DEDUCTIBLE],
        "share_1": [x / 10_000 for x in data.SHARE_1],
        "share_2": [x / 10_000 for x in data.SHARE_2],
        "share_3": [x / 10_000 for x in data.SHARE_3],
    }
    return ParameterNode("", data={name: {"values": {"2024-01-01": {"value": v}}} for name, v in plain.items()})


def given(name: str, kind: type, entity: Any = Person, each: Any = MONTH) -> type[Variable]:
    facts = {"value_type": kind, "entity": entity, "definition_period": each, "label": name}
    return type(name, (Variable,), facts)


GIVEN = [
    given("retire_age", int),
    given("index_avg", float),
    given("pay_months", int),
    given("deemed_months", int),
    given("account_balance", float),
    given("hospital_level", int),
    given("retired", bool),
    given("med_cost", float),
    given("med_selfpay", float),
    given("ytd_paid", float),
    given("wage_income", float),
    given("hh_assets", float, Household),
    given("contribution_wage", float),
    given("first_month", int, each=YEAR),
]


def fen(x: Any) -> Any:
    """Rounded half up to fen."""
    return np.floor(x * 100 + 0.5) / 100


class insured(Variable):
    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Insured"

    def formula(person, period, parameters):
        return person("pay_months", period) >= parameters(period).least_months


class basic_pension(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Basic pension"

    def formula(person, period, parameters):
        index, years = person("index_avg", period), person("pay_months", period) / 12
        amount = parameters(period).average_wage * (1 + index) / 2 * years * 0.01
        return person("insured", period) * fen(amount)


class transitional_pension(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Transitional pension"

    def formula(person, period, parameters):
        index, years = person("index_avg", period), person("deemed_months", period) / 12
        return person("insured", period) * fen(parameters(period).average_wage * index * years * 0.01)


class account_pension(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Account pension"

    def formula(person, period, parameters):
        age = np.clip(person("retire_age", period), 40, 70)
        months = np.asarray(parameters(period).annuity_months)[age - 40]
        return person("insured", period) * fen(person("account_balance", period) / months)


class formula_pension(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Pension by formula"

    def formula(person, period, parameters):
        parts = ("basic_pension", "transitional_pension", "account_pension")
        return sum(person(part, period) for part in parts)


class pension(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Pension"

    def formula(person, period, parameters):
        amount = np.maximum(person("formula_pension", period), parameters(period).least_pension)
        return np.where(person("insured", period), amount, 0)


class med_base(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Cost above the deductible"

    def formula(person, period, parameters):
        deductible = np.asarray(parameters(period).deductible)[person("hospital_level", period) - 1]
        return np.maximum(person("med_cost", period) - person("med_selfpay", period) - deductible, 0)


class med_uncapped(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Sum of the bands"

    def formula(person, period, parameters):
        p, base, level = parameters(period), person("med_base", period), person("hospital_level", period) - 1
        bonus = person("retired", period) * p.retired_bonus
        first = fen(np.minimum(base, p.band_1) * (np.asarray(p.share_1)[level] + bonus))
        second = fen(np.clip(base - p.band_1, 0, p.band_2 - p.band_1) * (np.asarray(p.share_2)[level] + bonus))
        return first + second + fen(np.maximum(base - p.band_2, 0) * (np.asarray(p.share_3)[level] + bonus))


class med_reimbursement(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Reimbursement"

    def formula(person, period, parameters):
        room = np.maximum(parameters(period).medical_cap - person("ytd_paid", period), 0)
        return np.minimum(person("med_uncapped", period), room)


class counted_income(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Counted income"

    def formula(person, period, parameters):
        return person("wage_income", period) + person("retired", period) * person("pension", period)


class hh_income(Variable):
    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Household income"

    def formula(household, period, parameters):
        return household.sum(household.members("counted_income", period))


class hh_benefit(Variable):
    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Household benefit"

    def formula(household, period, parameters):
        p, size = parameters(period), household.nb_persons()
        gap = np.maximum(size * p.household_line - household("hh_income", period), 0)
        return np.where(household("hh_assets", period) <= p.assets_each * size, gap, 0)


EACH_MONTH = [period(f"{data.FIRST_YEAR + m // 12}-{m % 12 + 1:02d}") for m in range(data.MONTHS)]


class avg_index(Variable):
    value_type = float
    entity = Person
    definition_period = YEAR
    label = "Mean index"

    def formula(person, period, parameters):
        total = 0
        for m, month in enumerate(EACH_MONTH):
            total = total + person("contribution_wage", month) / (data.AVERAGE_BY_YEAR[m // 12] / 100)
        return total / (data.MONTHS - person("first_month", period))


class account_final(Variable):
    value_type = float
    entity = Person
    definition_period = YEAR
    label = "Account balance at the end of the year"

    def formula(person, period, parameters):
        year = period.start.year - data.FIRST_YEAR
        balance = person("account_final", period.last_year) if year > 0 else 0
        credits, weighted = 0, 0
        for m, month in enumerate(EACH_MONTH[12 * year : 12 * year + 12]):
            credit = fen(person("contribution_wage", month) * 0.08)
            credits = credits + credit
            weighted = weighted + credit * (12 - m)
        rate = data.RATE_BY_YEAR[year] / 10_000
        return balance + credits + fen((balance * 12 + weighted) * rate / 12)


W1 = [insured, basic_pension, transitional_pension, account_pension, formula_pension, pension, med_base, med_uncapped]
W1 += [med_reimbursement, counted_income, hh_income, hh_benefit]
W2 = [avg_index, account_final]


def system() -> TaxBenefitSystem:
    made = TaxBenefitSystem([Household, Person])
    made.parameters = figures()
    made.add_variables(*GIVEN, *W1, *W2)
    return made


def simulation(law: TaxBenefitSystem, household: Any) -> Any:
    builder = SimulationBuilder()
    builder.create_entities(law)
    builder.declare_person_entity("person", np.arange(len(household)))
    group = builder.declare_entity("household", np.arange(household[-1] + 1))
    builder.join_with_persons(group, household, np.full(len(household), "member"))
    return builder.build(law)


def written(name: str, column: Any) -> Any:
    """A column as OpenFisca takes it: money in yuan, a ratio as itself."""
    return column / 100 if name in MONEY else column / 10_000 if name == "index_avg" else column


def whole(values: Any, scale: int) -> Any:
    return np.rint(np.asarray(values, np.float64) * scale).astype(np.int64)


def w1(folder: Path) -> Engine:
    law, c = system(), data.load(folder)
    names = [variable.__name__ for variable in GIVEN if variable.__name__ in c]
    columns = {name: written(name, c[name]) for name in names}

    def prepare() -> Any:
        made = simulation(law, c["household"])
        for name, column in columns.items():
            made.set_input(name, ON, column)
        return made

    return Engine(
        lambda made: {name: made.calculate(name, ON) for name in data.W1_OUT},
        lambda out: {name: whole(column, 100) for name, column in out.items()},
        prepare,
    )


def w2(folder: Path) -> Engine:
    law, c = system(), data.load(folder, "wages", "offsets", "first_month", mapped=True)
    first, starts = np.asarray(c["first_month"]), np.asarray(c["offsets"][:-1])
    columns = []
    for m in range(data.MONTHS):
        column, there = np.zeros(len(first), np.float32), first <= m
        column[there] = c["wages"][(starts + m - first)[there]] / 100
        columns.append(column)

    def prepare() -> Any:
        made = simulation(law, np.arange(len(first)))
        for month, column in zip(EACH_MONTH, columns, strict=True):
            made.set_input("contribution_wage", month, column)
        made.set_input("first_month", str(LAST_YEAR), first)
        return made

    def run(made: Any) -> Columns:
        for year in range(data.FIRST_YEAR, LAST_YEAR):
            made.calculate("account_final", str(year))
        return {name: made.calculate(name, str(LAST_YEAR)) for name in data.W2_OUT}

    def result(out: Columns) -> Columns:
        return {name: whole(out[name], scale) for name, scale in zip(data.W2_OUT, (1_000_000, 100), strict=True)}

    return Engine(run, result, prepare)


def case(folder: Path) -> dict[str, float]:
    """Microseconds for one person of W1: built from a dict, three results, with trace and without."""
    law, c = system(), data.load(folder)
    facts = {v.__name__: {ON: written(v.__name__, c[v.__name__])[3].item()} for v in GIVEN if v.__name__ in c}
    assets = facts.pop("hh_assets")
    situation = {"persons": {"a": facts}, "households": {"h": {"members": ["a"], "hh_assets": assets}}}

    def once(trace: bool) -> None:
        made = SimulationBuilder().build_from_entities(law, situation)
        made.trace = trace
        for name in data.W1_OUT:
            made.calculate(name, ON)

    times = {}
    for name, trace in (("without trace", False), ("with trace", True)):
        once(trace)
        times[name] = min(timeit.repeat(lambda t=trace: once(t), number=50, repeat=7)) / 50 * 1e6
    return times


if __name__ == "__main__":
    work, place = sys.argv[1], Path(sys.argv[2])
    if work == "case":
        print(json.dumps(case(place)))
    else:
        serve({"OpenFisca-core": {"W1": w1, "W2": w2}[work](place)})
