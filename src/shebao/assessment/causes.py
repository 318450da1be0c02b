"""Why a difference came about: which fact changed since the decision, or that only the day, or the award, did.

A fact is the cause when, put back to what it was, the law gives again what it gave.  The words:

    input:NAME[,NAME]   facts that changed (each puts it back alone; or none alone, and all together)
    members:KIND        other people belong to the family
    merged              two records were found to be of one person
    excluded:WHAT       another benefit takes its place (law.precedence): both were decided, a duplicate
    day                 no fact changed: an age, a time limit, or another year's figure
    award               neither changed: the award is not what the law gave
    applied             nothing was decided before, and nothing changed: never asked for
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from django.db import connection

from shebao.access.acting import acting
from shebao.assessment import extraction
from shebao.assessment.extraction import Facts, When
from shebao.assessment.models import Difference, Run
from shebao.assessment.services import PURPOSE, SIZE, benefits, entitlements, kernel, plan
from shebao.contributions.months import first_day
from shebao.database.connection import psycopg_connection
from shebao.database.copying import copy
from shebao.law import the_law
from shebao.law.precedence.exclusions import Exclusion
from shebao.ledger.selectors.balances import last_day
from shebao.rules.among import decide_first
from shebao.rules.graph import Plan
from shebao.rules.kernel import Ints
from shebao.rules.kinds import day as day_number
from shebao.rules.run import Pass
from shebao.rules.summary import Tally

PIECE = 200  # differences explained in one act
MANY = 50  # differences of one basis, from which on they are explained in mass
ALIKE = (Difference.Kind.ADJUSTMENT, Difference.Kind.UNDECIDED)  # of those that hang on no rule of precedence


def explain(actor_id: int, run: Run, before: Run | None) -> int:
    """Gives each difference of the pass its cause, where there is a decision or an earlier pass to compare with."""
    told = 0
    if before is None:  # nothing was decided before, but for what rests on an award
        with acting(actor_id, PURPOSE):
            told = Difference.objects.filter(run_id=run.pk, cause="", basis_known=None).update(cause="applied")
    else:
        with acting(actor_id, PURPOSE):
            told = _unchanged(run, before)
    told += _in_mass(actor_id, run)
    while True:
        with acting(actor_id, PURPOSE):
            piece = list(Difference.objects.filter(run_id=run.pk, cause="").order_by("person_id", "month")[:PIECE])
            if piece:
                _write(run, [(one, _cause(run, before, one) or "applied") for one in piece])
        told += len(piece)
        if len(piece) < PIECE:
            return told


def _unchanged(run: Run, before: Run) -> int:
    """A difference that the pass before had too, and that nobody has worked, keeps its cause; gives how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assessment_difference d SET cause = b.cause FROM assessment_difference b WHERE d.run_id = %s "
            "AND b.run_id = %s AND d.cause = '' AND b.cause <> '' AND (b.person_id, b.benefit, b.kind, b.entitled, "
            "b.decided, b.awards) = (d.person_id, d.benefit, d.kind, d.entitled, d.decided, d.awards) "
            "AND b.refusal IS NOT DISTINCT FROM d.refusal",
            [run.pk, before.pk],
        )
        return int(cursor.rowcount)


def _in_mass(actor_id: int, run: Run) -> int:
    """Explains at once what many decisions of one basis have in common: the day, or the award; gives how many.

    The facts as they were then, computed by the compiled pass for the day then and for the run's: the same two
    questions that `_cause` asks first, and the same answers.  A year's adjustment is thus a pass, not a million cases.
    """
    with acting(actor_id, PURPOSE), connection.cursor() as cursor:
        cursor.execute(
            "SELECT basis_day, basis_known, array_agg(DISTINCT person_id) FROM assessment_difference "
            "WHERE run_id = %s AND cause = '' AND month = %s AND kind = ANY(%s) AND basis_known IS NOT NULL "
            "GROUP BY 1, 2 HAVING count(*) >= %s ORDER BY 1, 2",
            [run.pk, first_day(run.benefit_day), [int(kind) for kind in ALIKE], MANY],
        )
        found = cursor.fetchall()
    told = 0
    for day, known, people in found:
        then = When(day, known)
        with acting(actor_id, PURPOSE):
            city = extraction.everybody(then).around(np.array(people, np.int64))
        for persons in city.parts(SIZE):
            with acting(actor_id, PURPOSE):
                told += _explained(run, then, persons)
    return told


def _explained(run: Run, then: When, persons: Ints) -> int:
    """The same for whole circles whose decisions rest on one day and moment."""
    wanted = kernel(benefits())
    facts = extraction.facts(wanted.plan, persons, then)
    with connection.cursor() as cursor:
        for table, on in (("was", then.on), ("would", run.benefit_day)):
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
            cursor.execute(f"CREATE TEMP TABLE {table} (LIKE assessment_entitlement) ON COMMIT DROP")
            job = Pass(wanted, on=day_number(on), check=0, seed=run.pk)
            (outcome,) = job.outcomes(facts.table, facts.groups, None, Tally())
            copy(psycopg_connection(), table, entitlements(run.pk, facts, outcome)[0])
        value = "CASE WHEN {0}.refusal IS NOT NULL THEN -1 ELSE coalesce({0}.value, 0) END"
        cursor.execute("DROP TABLE IF EXISTS pg_temp.both_days")
        cursor.execute(
            f"CREATE TEMP TABLE both_days ON COMMIT DROP AS SELECT person_id, benefit, {value.format('was')} AS was, "
            f"{value.format('would')} AS would FROM was FULL JOIN would USING (person_id, benefit)"
        )
        cursor.execute("ANALYZE pg_temp.both_days")
        given = "CASE WHEN d.refusal IS NOT NULL THEN -1 ELSE d.entitled END"
        cursor.execute(
            f"UPDATE assessment_difference d SET cause = CASE WHEN b.was = {given} THEN 'award' ELSE 'day' END "
            "FROM pg_temp.both_days b WHERE d.run_id = %s AND d.month = %s AND d.person_id = b.person_id "
            "AND d.benefit = b.benefit AND d.cause = '' AND d.kind = ANY(%s) AND d.awards <> '{}' "
            f"AND (d.basis_day, d.basis_known) = (%s, %s) AND {given} IN (b.was, b.would)",
            [run.pk, first_day(run.benefit_day), [int(kind) for kind in ALIKE], then.on, then.known],
        )
        return int(cursor.rowcount)


def _write(run: Run, found: Sequence[tuple[Difference, str]]) -> None:
    columns = zip(*((one.person_id, one.benefit, one.month, cause, one.kind) for one, cause in found), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assessment_difference d SET cause = u.cause, kind = u.kind FROM unnest(%s::bigint[], "
            "%s::text[], %s::date[], %s::text[], %s::smallint[]) u (person_id, benefit, month, cause, kind) "
            "WHERE d.run_id = %s AND d.person_id = u.person_id AND d.benefit = u.benefit AND d.month = u.month",
            [*(list(column) for column in columns), run.pk],
        )


@dataclass(frozen=True)
class Seen:
    """The facts behind a decision, and what the law gives from them."""

    facts: Facts
    on: date

    def value(self, asked: Plan, table: pa.Table | None = None, groups: Mapping[str, pa.Table] | None = None) -> int:
        """Fen a month; -1 where the law refuses."""
        decision = decide_first(
            asked,
            self.facts.table if table is None else table,
            self.facts.groups if groups is None else groups,
            on=day_number(self.on),
        )
        (name,) = asked.want
        return -1 if decision.status(name) else int(decision[name].value or 0)

    def excluded_by(self, benefit: str) -> str:
        """What takes the benefit's place by the law's rules of precedence; nothing where none does."""
        name = f"{benefit}_exclusion"
        if name not in the_law().variables:
            return ""
        code = self.value(plan((name,)))
        return Exclusion(code).name.lower() if code > 0 else ""


def seen(asked: Plan, person_id: int, when: When) -> Seen:
    """What was known of a person and his families at a moment."""
    circle = extraction.circle_of(person_id, when)
    persons = np.append([person_id], circle[circle != person_id]).astype(np.int64)
    return Seen(extraction.facts(asked, persons, when), when.on)


def _cause(run: Run, before: Run | None, one: Difference) -> str:
    if one.kind == Difference.Kind.EXPIRING:
        return "day"
    if one.kind == Difference.Kind.DUPLICATE or (one.owner == "" and len(one.awards) > 1):
        return "merged"
    if one.basis_known is None or one.basis_day is None:
        if before is None:
            return ""
        then = When(before.benefit_day, before.known)
    else:
        then = When(one.basis_day, one.basis_known)
    asked = plan((one.benefit,))
    month = run.benefit_day if one.month == first_day(run.benefit_day) else last_day(one.month)
    new = seen(asked, one.person_id, When(month, run.known))
    # Of a month that is over: the same month, as it was known when it was decided.
    old = seen(asked, one.person_id, When(then.on if month == run.benefit_day else month, then.known))
    if one.kind == Difference.Kind.EXIT and (by := new.excluded_by(one.benefit)):
        one.kind = Difference.Kind.DUPLICATE
        return f"excluded:{by}"
    given = -1 if one.refusal else one.entitled
    was = old.value(asked)
    if was == given:
        return "award" if one.awards else ""
    if Seen(old.facts, new.on).value(asked) == given:
        return "day"
    changed = _changed(old.facts, new.facts)
    alone = [name for name in changed if new.value(asked, *_back(old.facts, new.facts, [name])) == was]
    if not alone and changed and new.value(asked, *_back(old.facts, new.facts, changed)) == was:
        alone = changed
    if alone:
        return "input:" + ",".join(alone)
    if set(old.facts.persons.tolist()) != set(new.facts.persons.tolist()):
        kinds = [kind for kind in asked.groups if asked.owner_of(one.benefit) == kind]
        return f"members:{(kinds or ['household'])[0]}"
    return "day"


def _changed(old: Facts, new: Facts) -> list[str]:
    """The inputs, of any member or family, that are not what they were; in the order of the table."""
    own = dict.fromkeys([*new.table.column_names, *old.table.column_names])  # a fact that nobody has is no column
    found = [
        name
        for name in own
        if name not in new.groups and name != "person_id" and not _of(new, old, name).equals(_was(old, new, name))
    ]
    for kind, table in new.groups.items():
        was = old.groups[kind]
        if was.num_rows == table.num_rows:
            found += [
                name
                for name in table.column_names
                if name != kind and (name not in was.column_names or not table[name].equals(was[name]))
            ]
            found += [name for name in was.column_names if name not in table.column_names]
    return found


def _back(old: Facts, new: Facts, names: list[str]) -> tuple[pa.Table, dict[str, pa.Table]]:
    """The new facts with these put back to what they were."""
    table, groups = new.table, dict(new.groups)
    for name in names:
        if name in old.table.column_names and name not in table.column_names:
            table = table.append_column(name, _was(old, new, name))
        elif name in table.column_names:
            table = table.set_column(table.column_names.index(name), name, _was(old, new, name))
        for kind, family in groups.items():
            was = old.groups[kind]
            if name in family.column_names and name != kind:
                family = family.drop_columns([name])
            if name in was.column_names and name != kind and was.num_rows == family.num_rows:
                family = family.append_column(name, was[name])
            groups[kind] = family
    return table, groups


def _was(old: Facts, new: Facts, name: str) -> pa.Array:
    """The old values of a column in the order of the new persons; who was not there keeps the new one."""
    place = {person: k for k, person in enumerate(old.persons.tolist())}
    rows = [place.get(person, len(place) + k) for k, person in enumerate(new.persons.tolist())]
    return pa.concat_arrays([_of(old, new, name), _of(new, old, name)]).take(pa.array(rows))


def _of(facts: Facts, other: Facts, name: str) -> pa.Array:
    """A column, of nulls where only the other has it."""
    if name in facts.table.column_names:
        return facts.table[name].combine_chunks()
    return pa.nulls(len(facts.persons), other.table[name].type)
