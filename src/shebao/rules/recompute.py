"""Rows of a compiled pass computed once more in CPython: those it leaves open (Why.EXACT), and a share as a check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from shebao.rules.columns import facts
from shebao.rules.declare import PERSON
from shebao.rules.graph import Plan
from shebao.rules.guard import Refusal
from shebao.rules.kernel import Frame, Ints, Membership, Result
from shebao.rules.parameters import APPROX, Figure
from shebao.rules.results import refusal_code
from shebao.rules.rows import Rows, Trace, machine_of
from shebao.rules.status import Why


class Difference(Exception):
    """CPython and compiled code do not agree, which is a fault of the engine.  The message names row and variable."""


@dataclass
class Settled:
    """rows: how many rows of persons and groups were decided in CPython.  reads: approximate figures they read, with
    the parameter's name, and how often."""

    rows: int = 0
    reads: Counter[tuple[str, Figure]] = field(default_factory=Counter)


@dataclass(frozen=True)
class Again:
    """Some rows in CPython.  chosen: their rows by owner, ascending; row k of `rows` is chosen[owner][k]."""

    plan: Plan
    chosen: Mapping[str, Ints]
    rows: Rows

    def outcome(self, name: str, places: Ints) -> tuple[Ints, Ints]:
        """(values, statuses) of a variable for rows of its owner that are all among the chosen."""
        owner = self.plan.law.variables[name].owner
        slot = self.rows.machine.owners[owner].slots[name]
        local = np.searchsorted(self.chosen[owner], places)
        cells = [self.rows.cells[owner][k][slot] for k in local.tolist()]
        statuses = [c.status if c.__class__ is Refusal else 0 for c in cells]
        return np.array([0 if s else int(c) for c, s in zip(cells, statuses, strict=True)], np.int64), np.array(
            statuses, np.int64
        )


def related(plan: Plan, membership: Mapping[str, Membership], rows: Mapping[str, Ints]) -> dict[str, Ints]:
    """The rows of all owners that the values of these rows can depend on, with them; groups with all their members."""
    persons = len(next(iter(membership.values())).group_of) if membership else 0
    if not membership:
        return {PERSON: rows[PERSON]}
    in_group = {g: np.zeros(len(m.offsets), np.bool_) for g, m in membership.items()}  # the last one is no group
    person = np.zeros(persons, np.bool_)
    person[rows.get(PERSON, [])] = True
    for g, found in rows.items():
        if g != PERSON:
            in_group[g][found] = True
            person |= in_group[g][membership[g].group_of]
    for _ in range((max(s.number for s in plan.stages) + 1) // 2 or 1):
        for g, m in membership.items():
            in_group[g][m.group_of[person]] = True
            in_group[g][-1] = False
        for g, m in membership.items():
            person |= in_group[g][m.group_of]
    return {PERSON: np.flatnonzero(person), **{g: np.flatnonzero(marks) for g, marks in in_group.items()}}


def again(
    plan: Plan,
    frames: Mapping[str, Frame],
    membership: Mapping[str, Membership],
    chosen: Mapping[str, Ints],
    on: int,
    mode: str,
    accepted: frozenset[str],
    traces: Mapping[tuple[str, int], Trace] | None = None,
) -> Again:
    """Computes the chosen rows in CPython.  traces: by owner and place among the chosen, to be written into."""
    group_of: dict[str, list[int | None]] = {}
    for g, m in membership.items():
        mine = m.group_of[chosen[PERSON]]
        places = np.searchsorted(chosen[g], mine).clip(0, max(len(chosen[g]) - 1, 0))
        inside = (mine >= 0) & (len(chosen[g]) > 0)
        if len(chosen[g]):
            inside &= chosen[g][places] == mine
        group_of[g] = [k if there else None for k, there in zip(places.tolist(), inside.tolist(), strict=True)]
    given = {o: [facts(plan, o, frames[o], k) for k in rows.tolist()] for o, rows in chosen.items()}
    machine = machine_of(plan)
    rows = Rows(machine, given.pop(PERSON), given, group_of, on)
    for owner, numbers in chosen.items():
        refused = frames[owner].refused
        if refused is not None:
            for k, found in enumerate(refused[numbers].tolist()):
                if found:
                    rows.refuse(owner, k, found)
    rows.run(machine.context(mode, accepted, traces is not None), traces or {})
    return Again(plan, chosen, rows)


def settle(
    plan: Plan,
    frames: Mapping[str, Frame],
    membership: Mapping[str, Membership],
    result: Result,
    on: int,
    mode: str,
    accepted: frozenset[str],
) -> Settled:
    """Decides in CPython what compiled code left open, and puts values, statuses and approx marks into the result.

    Compiled code leaves a row open where the rounded digit of a sum of quotients could depend on what it cut off; what
    reads such a value, in the row or through its groups, is open too.
    """
    refused = [name for name in plan.want if result.statuses[name].any()]
    still_open = {name: np.flatnonzero((result.statuses[name] & 0xFF) == Why.EXACT) for name in refused}
    start: dict[str, Any] = {}
    for name, rows in still_open.items():
        owner = plan.law.variables[name].owner
        start[owner] = np.union1d(start.get(owner, np.empty(0, np.int64)), rows)
    if not any(len(rows) for rows in start.values()):
        return Settled()
    chosen = related(plan, membership, start)
    traces: dict[tuple[str, int], Trace] = {
        (o, int(k)): [] for o, rows in start.items() for k in np.searchsorted(chosen[o], rows)
    }
    found = again(plan, frames, membership, chosen, on, mode, accepted, traces)
    for name, rows in still_open.items():
        result.values[name][rows], result.statuses[name][rows] = found.outcome(name, rows)
    settled = Settled(sum(len(rows) for rows in start.values()))
    for (owner, k), trace in traces.items():
        for parameter, figure in (use for _, bound, seen in trace for use in bound.uses(seen)):
            if figure.confidence == APPROX:
                settled.reads[parameter.name, figure] += 1
                result.approx[owner][chosen[owner][k]] = 1
    return settled


def compare(
    plan: Plan,
    frames: Mapping[str, Frame],
    membership: Mapping[str, Membership],
    result: Result,
    on: int,
    mode: str,
    accepted: frozenset[str],
    share: float,
    seed: int,
) -> int:
    """Computes a share of the persons (at least one), and their groups, in CPython, and compares bit for bit.

    Returns how many rows of persons and groups were compared.  Raises Difference at the first that differs.
    """
    persons = frames[PERSON].rows
    if not persons or share <= 0:
        return 0
    picked = np.random.default_rng(seed).random(persons) < share
    if not picked.any():
        picked[seed % persons] = True
    rows: dict[str, Ints] = {PERSON: np.flatnonzero(picked)}
    for g, m in membership.items():
        mine = np.unique(m.group_of[rows[PERSON]])
        rows[g] = mine[mine >= 0]
    found = again(plan, frames, membership, related(plan, membership, rows), on, mode, accepted)
    for name in plan.want:
        places = rows[plan.law.variables[name].owner]
        values, statuses = found.outcome(name, places)
        mine, states = result.values[name][places], result.statuses[name][places]
        differs = np.flatnonzero((values != mine) | (statuses != states))
        if len(differs):
            k = differs[0]
            told = [
                refusal_code(plan, int(s)) or str(int(v)) for v, s in ((mine[k], states[k]), (values[k], statuses[k]))
            ]
            raise Difference(
                f"{name}, row {places[k]} of {plan.law.variables[name].owner}: compiled {told[0]}, in CPython {told[1]}"
            )
    return sum(len(places) for places in rows.values())
