"""One case out of a table: its first person, decided in CPython among the others of his groups, with the trace."""

from __future__ import annotations

from collections.abc import Mapping

from shebao.rules.columns import Data, facts, frame
from shebao.rules.decide import Decision
from shebao.rules.declare import PERSON
from shebao.rules.graph import Plan
from shebao.rules.rows import Rows, Trace, machine_of
from shebao.rules.run import as_table, grouped


def decide_first(
    plan: Plan,
    persons: Data,
    groups: Mapping[str, Data],
    *,
    on: int,
    mode: str = "marked",
    accepted: frozenset[str] = frozenset(),
) -> Decision:
    """Decides the person of the first row.

    persons, groups: as a Pass takes them, so that one person and a city are read alike.  Raises ColumnError.
    """
    table = as_table(persons)
    given, membership = grouped(plan, table, {kind: as_table(group) for kind, group in groups.items()})
    frames = {PERSON: frame(plan, PERSON, table), **{g: frame(plan, g, given[g]) for g in plan.groups}}
    rows = {owner: [facts(plan, owner, of, k) for k in range(of.rows)] for owner, of in frames.items()}
    group_of = {g: [None if k < 0 else k for k in m.group_of.tolist()] for g, m in membership.items()}
    machine = machine_of(plan)
    run = Rows(machine, rows.pop(PERSON), rows, group_of, on)
    traces: dict[tuple[str, int], Trace] = {(PERSON, 0): []}
    for kind in plan.groups:
        place = run.group_of(kind, 0)
        if place is not None:
            traces[kind, place] = []
    run.run(machine.context(mode, accepted, True), traces)
    return Decision(machine, on, mode, accepted, run, traces)
