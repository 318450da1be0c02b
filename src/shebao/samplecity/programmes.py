"""What the programmes of assistance, welfare, veterans and housing ask of people and their groups.

Ages, households, disabilities and careers are the city's own; what is drawn here, from the law's declarations alone,
is made to try the rules, not to describe a city: facts do not know of each other.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from shebao.files.columns import canonical_schema
from shebao.files.inputs import columns_of
from shebao.law.city.household import Work
from shebao.law.insurance.contributions import facts as contributions
from shebao.rules.declare import PERSON, Input
from shebao.rules.law import Law
from shebao.samplecity.careers import Careers
from shebao.samplecity.columns import array
from shebao.samplecity.draws import Draws, Flags, Ints
from shebao.samplecity.facts import Facts
from shebao.samplecity.households import Households, households_of
from shebao.samplecity.population import People

OF_BILLS = frozenset(given.name for given in contributions.INPUTS)  # of a declaration, a receipt: no lasting facts
TOUCHED = 60  # of a thousand people or groups, who are known to a programme
_GIVEN = 550  # of a thousand of a programme's facts, given for who is known to it
_ROWS = 3  # of a history, at most
_YEAR = 366
# Yuan, evenly spaced quantiles of a sum of money; and of numbers of other kinds.
_MONEY = (0, 100, 300, 500, 800, 1200, 2000, 3500, 6000, 12_000, 40_000, 200_000)
_NUMBERS: Mapping[str, tuple[int, ...]] = {
    "months": (0, 1, 6, 11, 12, 13, 24, 60, 120, 300),
    "years": (0, 1, 2, 3, 5, 10, 16, 25, 40),
    "days": (0, 1, 5, 10, 15, 30, 90, 180, 400),
    "count": (0, 1, 1, 2, 2, 3, 4, 9),
    "ratio4": (0, 500, 2000, 4000, 8000, 10_000, 12_000, 20_000),
    "ratio6": (0, 50_000, 200_000, 1_000_000, 2_000_000),
}


def programme_facts(draws: Draws, law: Law, people: People, careers: Careers, facts: Facts, touched: int) -> None:
    """Adds every input of a person that the city has not given yet.  touched: see TOUCHED."""
    working = (careers.counts > 0) & (careers.end >= people.until) & (people.death_day > people.day)
    facts.put("work", int(Work.EMPLOYEE), working)
    facts.put("work_income", 100 * draws.quantile("wage", _MONEY[3:10], people.number), working)
    for programme, inputs in by_programme(law).items():
        known = draws.chance(f"known to {programme}", touched, people.number)
        for given in inputs:
            if given.of == PERSON and given.name not in {*facts.cells, *facts.rows, *OF_BILLS}:
                _draw(draws, given, facts, people.number, known, people.day)


@dataclass(frozen=True)
class GroupFacts:
    """The groups of a kind.  heads: the number of each one's head; group_of: of each person the head of his group, and
    whether he is in one; facts: of each group."""

    heads: Ints
    group_of: Ints
    member: Flags
    facts: Facts


def group_facts(draws: Draws, law: Law, people: People, touched: int) -> dict[str, GroupFacts]:
    """The facts of the people's groups, by kind.

    A household is the city's; the other kinds are made of some of the households.
    """
    homes = households_of(draws, people)
    found: dict[str, GroupFacts] = {}
    heads = np.unique(homes.head)
    number = people.number[heads]
    for kind in law.groups:
        chosen = np.ones(len(heads), np.bool_)
        if kind != "household":
            chosen = draws.chance(f"group {kind}", touched, number)
        member = np.isin(homes.head, heads[chosen]) & _few(homes)
        facts = Facts(int(chosen.sum()))
        for programme, inputs in by_programme(law).items():
            known = draws.chance(f"{kind} known to {programme}", 4 * touched, number[chosen])
            for given in inputs:
                if given.of == kind:
                    _draw(draws, given, facts, number[chosen], known, people.day)
        found[kind] = GroupFacts(number[chosen], people.number[homes.head], member, facts)
    return found


def group_tables(
    draws: Draws, law: Law, people: People, touched: int
) -> tuple[dict[str, pa.Array], dict[str, pa.Table]]:
    """(the id of each person's group, the groups' facts), by kind of group.  ids: the number of the head, plus 1."""
    ids: dict[str, pa.Array] = {}
    tables: dict[str, pa.Table] = {}
    for kind, group in group_facts(draws, law, people, touched).items():
        ids[kind] = pa.array(group.group_of + 1, mask=~group.member)
        schema = canonical_schema(columns_of(i for i in law.inputs.values() if i.of == kind), pa.int64())
        columns = {kind: pa.array(group.heads + 1)}
        for field in schema:
            cells = group.facts.cells.get(field.name) or group.facts.rows.get(field.name)
            if cells is not None:
                columns[field.name] = array(cells, field.type)
        tables[kind] = pa.table(columns)
    return ids, tables


def by_programme(law: Law) -> dict[str, list[Input]]:
    """The law's inputs by the module that declares them."""
    known = set(law.inputs)
    found: dict[str, list[Input]] = {}
    for name, module in sorted(sys.modules.items()):
        inputs = [i for i in getattr(module, "INPUTS", ()) if isinstance(i, Input) and law.inputs.get(i.name) is i]
        if inputs:
            found[name] = inputs
            known -= {i.name for i in inputs}
    assert not known, known
    return found


def _few(homes: Households) -> Flags:
    """Who lives in a household, and not in a dormitory."""
    return ~homes.collective


def _draw(draws: Draws, given: Input, facts: Facts, number: Ints, known: Flags, day: int) -> None:
    here = known & draws.chance(f"given {given.name}", _GIVEN, number)
    if not given.history:
        facts.put(given.name, _values(draws, given, day, number), here)
        return
    counts = np.where(known, draws.below(f"rows of {given.history}", _ROWS + 1, number), 0)
    owner, row = np.repeat(number, counts), np.arange(counts.sum())
    facts.put_history(
        given.history, counts, {given.name[len(given.history) + 1 :]: _values(draws, given, day, owner, row)}
    )


def _values(draws: Draws, given: Input, day: int, *keys: Ints) -> Ints:
    """Values of an input's kind, within its range; of a flag the one that an empty cell does not stand for."""
    name, kind = given.name, given.kind
    low, high = given.range
    match kind.form:
        case "flag":
            usual = given.missing if isinstance(given.missing, bool) else False
            return np.full(keys[0].shape, int(not usual), np.int64)
        case "code":
            assert kind.codes is not None
            members = np.array(sorted(int(c) for c in kind.codes), np.int64)
            return members[draws.below(name, len(members), *keys)]
        case "day":
            near = day - draws.below(f"{name} near", 3 * _YEAR, *keys)
            far = day - draws.below(f"{name} far", 20 * _YEAR, *keys)
            values = np.where(draws.chance(f"{name} is near", 600, *keys), near, far)
        case "year":
            values = 1970 + day // 365 - draws.below(name, 12, *keys)
        case "month":
            values = draws.between(name, 1, 12, *keys)
        case "mask":
            values = draws.below(name, 4096, *keys)
        case _ if kind.name == "fen":
            values = 100 * draws.quantile(name, _MONEY, *keys)
        case _:
            values = draws.quantile(name, _NUMBERS[kind.name], *keys)
    return np.clip(values, low, high)
