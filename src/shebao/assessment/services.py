"""The pass over the city: everybody's facts, one computation, what each is entitled to.

It is done in parts, each of which is one act with its results, so that a pass that was interrupted goes on.  One value
in a hundred is computed again in CPython and must be the same, or nothing of the pass is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache

import numpy as np
import pyarrow as pa
from django.db import connection

from shebao.access.acting import Act, acting
from shebao.assessment import extraction
from shebao.assessment.extraction import Facts, When
from shebao.assessment.models import Part, Run
from shebao.database.connection import psycopg_connection
from shebao.database.copying import copy
from shebao.law import the_law
from shebao.rules.declare import PERSON
from shebao.rules.graph import Plan
from shebao.rules.kernel import Ints, Kernel
from shebao.rules.kinds import day as day_number
from shebao.rules.recompute import Difference
from shebao.rules.results import refusal_code
from shebao.rules.run import Outcome, Pass
from shebao.rules.summary import Tally

PURPOSE = "assessment.run"
SIZE = 16_384  # persons of a part
CHECKED = 0.01  # of the rows of a part, computed again in CPython
Progress = Callable[[int, int | None], None]  # (persons done, persons in all)


class RunError(Exception):
    """A pass that cannot go on; says why and what to do, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en


@dataclass
class Assessed:
    """What a pass came to.  run: its number; entitlements, refused, compared: values."""

    run: int
    persons: int = 0
    entitlements: int = 0
    refused: int = 0
    compared: int = 0


@cache
def benefits() -> tuple[str, ...]:
    """The law's variables that somebody receives."""
    return tuple(name for name, variable in the_law().variables.items() if variable.rule.pays)


@lru_cache(maxsize=64)
def plan(wanted: tuple[str, ...]) -> Plan:
    """The rules of these variables in their order, found once."""
    return the_law().plan(list(wanted))


@lru_cache(maxsize=4)
def kernel(wanted: tuple[str, ...]) -> Kernel:
    """The same, compiled."""
    return Kernel(plan(wanted))


def start(actor_id: int, on: date, known: datetime | None = None, size: int = SIZE) -> int:
    """A new pass for a day, from what is known now or was known at a moment; gives its number."""
    with acting(actor_id, PURPOSE) as act:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(id), 0) FROM people_person")
            (last,) = cursor.fetchone()
        return int(
            Run.objects.create(
                benefit_day=on,
                known=known or act.at,
                law=the_law().fingerprint,
                size=size,
                last_person=last,
                act_id=act.id,
            ).pk
        )


def go_on(actor_id: int, run_id: int, progress: Progress | None = None, check: float = CHECKED) -> Assessed:
    """Does what is left of a pass.

    Raises RunError for a pass that is over, or that began under another law, and when a value computed again in
    CPython was another: the pass is void then.
    """
    with acting(actor_id, PURPOSE):
        run = Run.objects.get(pk=run_id)
        done = {part.number: part for part in Part.objects.filter(run_id=run_id)}
        if run.state != Run.State.RUNNING:
            raise RunError(f"核算{run_id}已结束，请另开一次", f"pass {run_id} is over; start another")
        if run.law != the_law().fingerprint:
            raise RunError(
                f"核算{run_id}开始后法规已改，请另开一次",
                f"the law has changed since pass {run_id} began; start another",
            )
        when = When(run.benefit_day, run.known)
        city = extraction.everybody(when, run.last_person)
    found = Assessed(run_id)
    job = Pass(kernel(benefits()), on=day_number(run.benefit_day), check=check, seed=run_id)
    for number, persons in enumerate(city.parts(run.size)):
        part = done.get(number)
        if part is None:
            part = _part(actor_id, run, number, persons, when, job)
        found.persons += part.persons
        found.entitlements += part.entitlements
        found.refused += part.refused
        found.compared += part.compared
        if progress:
            progress(found.persons, len(city.persons))
    _close(actor_id, run_id, Run.State.DONE)
    return found


def _part(actor_id: int, run: Run, number: int, persons: Ints, when: When, job: Pass) -> Part:
    """Computes and writes a part, as one act."""
    try:
        with acting(actor_id, PURPOSE) as act:
            facts = extraction.facts(job.plan, persons, when)
            tally = Tally()
            (outcome,) = job.outcomes(facts.table, facts.groups, None, tally)
            rows, refused = entitlements(run.pk, facts, outcome)
            copy(psycopg_connection(), "assessment_entitlement", rows)
            return _written(act, run, number, len(persons), rows.num_rows, refused, tally.compared)
    except Difference as error:
        _close(actor_id, run.pk, Run.State.FAILED)
        raise RunError(
            f"核对不符，核算{run.pk}作废：{error}", f"the check found a difference, pass {run.pk} is void: {error}"
        ) from error


def _written(act: Act, run: Run, number: int, persons: int, rows: int, refused: int, compared: int) -> Part:
    return Part.objects.create(
        run=run,
        number=number,
        persons=persons,
        entitlements=rows - refused,
        refused=refused,
        compared=compared,
        act_id=act.id,
    )


def _close(actor_id: int, run_id: int, state: Run.State) -> None:
    with acting(actor_id, PURPOSE):
        Run.objects.filter(pk=run_id).update(state=state)


def entitlements(run_id: int, facts: Facts, outcome: Outcome) -> tuple[pa.Table, int]:
    """(rows of assessment_entitlement, how many of them are refusals): what is not nothing."""
    plan = outcome.plan
    first = {kind: heads(facts.persons, members.group_of) for kind, members in outcome.membership.items()}
    order = np.argsort(facts.persons)
    approx = outcome.approx
    tables: list[pa.Table] = []
    refused = 0
    for name in plan.want:
        owner = plan.owner_of(name)
        values, statuses = outcome.values[name], outcome.statuses[name]
        rows = np.flatnonzero((values != 0) | (statuses != 0))
        if not len(rows):
            continue
        persons = facts.persons[rows] if owner == PERSON else first[owner][rows]
        codes = statuses[rows]
        distinct, places = np.unique(codes, return_inverse=True)
        told = pa.array([refusal_code(plan, int(code)) or None for code in distinct], pa.string())
        refused += int((codes != 0).sum())
        tables.append(
            pa.table(
                {
                    "run_id": pa.array(np.full(len(rows), run_id, np.int64)),
                    "person_id": pa.array(persons),
                    "benefit": pa.array([name]).take(pa.array(np.zeros(len(rows), np.int64))),
                    "owner": pa.array(["" if owner == PERSON else owner]).take(pa.array(np.zeros(len(rows), np.int64))),
                    "value": pa.array(values[rows]),
                    "refusal": told.take(pa.array(places)),
                    "approx": pa.array(approx[order[np.searchsorted(facts.persons, persons, sorter=order)]]),
                }
            )
        )
    if not tables:
        return _NOTHING, 0
    return pa.concat_tables(tables).combine_chunks(), refused


_NOTHING = pa.table(
    {
        "run_id": pa.array([], pa.int64()),
        "person_id": pa.array([], pa.int64()),
        "benefit": pa.array([], pa.string()),
        "owner": pa.array([], pa.string()),
        "value": pa.array([], pa.int64()),
        "refusal": pa.array([], pa.string()),
        "approx": pa.array([], pa.bool_()),
    }
)


def heads(persons: Ints, group_of: Ints) -> Ints:
    """The member of the smallest number of each group."""
    count = int(group_of.max()) + 1 if len(group_of) else 0
    found = np.full(count, np.iinfo(np.int64).max, np.int64)
    inside = group_of >= 0
    np.minimum.at(found, group_of[inside], persons[inside])
    return found
