"""Differences: what a pass found beside what was decided, for its month and for months that a late fact reaches.

A room above says where decisions stand (`register_decided`).  Nothing is paid from here: a difference is work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
from django.db import connection

from shebao.access.acting import Act, acting
from shebao.assessment import causes, extraction
from shebao.assessment.extraction import KINDS, When
from shebao.assessment.models import Compared, Difference, Run
from shebao.assessment.services import PURPOSE, RunError, benefits, entitlements, kernel
from shebao.contributions.months import between, first_day
from shebao.database.connection import psycopg_connection
from shebao.database.copying import copy
from shebao.law import the_law
from shebao.ledger.selectors.balances import last_day
from shebao.people.selectors import WHOLE
from shebao.rules.declare import Pays
from shebao.rules.kernel import Ints
from shebao.rules.kinds import FEN
from shebao.rules.kinds import day as day_number
from shebao.rules.run import Pass
from shebao.rules.summary import Tally

Progress = Callable[[int, int | None], None]
_DECIDED: list[str] = []
_KINDS = {kind.name.lower(): int(kind) for kind in Difference.Kind}  # for the SQL below
EXPIRES_WITHIN = 31  # days

# A record stands for those merged into it; a family's award, for the member with whom its entitlement stands now.
_STANDING = """
WITH RECURSIVE {whole}, standing AS MATERIALIZED (
    SELECT coalesce(w.keep_id, d.own_id) AS person_id, d.*
    FROM ({decided}) d (id, own_id, benefit, owner, amount, valid, basis_day, basis_known)
    LEFT JOIN whole w ON w.gone_id = d.own_id
    WHERE d.valid @> %(on)s::date AND d.benefit = ANY(%(monthly)s) {only}
), decided AS (
    SELECT coalesce(h.head, s.person_id) AS person_id, s.benefit, min(s.owner) AS owner,
        sum(s.amount)::bigint AS amount, count(*) AS many,
        array_agg(s.id ORDER BY s.id) AS awards, max(s.basis_day) AS basis_day,
        max(s.basis_known) AS basis_known, max(upper(s.valid)) AS until
    FROM standing s
    LEFT JOIN LATERAL (
        SELECT min(o.person_id) AS head FROM people_membership t JOIN people_membership o USING (kind, household_id)
        WHERE s.owner <> '' AND t.person_id = s.person_id AND t.kind = (%(kinds)s::jsonb ->> s.owner)::int
        AND t.valid @> %(on)s::date AND t.recorded @> %(known)s::timestamptz
        AND o.valid @> %(on)s::date AND o.recorded @> %(known)s::timestamptz
    ) h ON true
    GROUP BY 1, 2
)
""".replace("{whole}", WHOLE)
_COLUMNS = (
    "INSERT INTO assessment_difference (run_id, person_id, benefit, owner, month, kind, entitled, decided, refusal, "
    "awards, basis_day, basis_known, cause) "
)
# The current month: due beside decided.
_NOW = """
SELECT %(run)s, coalesce(e.person_id, d.person_id), coalesce(e.benefit, d.benefit), coalesce(e.owner, d.owner),
    %(month)s, CASE WHEN d.person_id IS NULL THEN {gap} WHEN e.refusal IS NOT NULL THEN {undecided}
        WHEN d.many > 1 THEN {duplicate} WHEN e.person_id IS NULL THEN {exit}
        WHEN e.value <> d.amount THEN {adjustment} ELSE {expiring} END,
    coalesce(e.value, 0), coalesce(d.amount, 0), e.refusal, coalesce(d.awards, '{{}}'), d.basis_day, d.basis_known, ''
FROM (SELECT * FROM {due} WHERE run_id = %(run)s AND benefit = ANY(%(monthly)s)) e
FULL JOIN decided d ON d.person_id = e.person_id AND d.benefit = e.benefit
WHERE CASE WHEN d.person_id IS NULL THEN e.refusal IS NULL ELSE e.person_id IS NULL OR e.refusal IS NOT NULL
    OR d.many > 1 OR e.value <> d.amount OR d.until <= %(expires)s END
"""
# Persons with a fact that came to be known, or was taken back, since the last pass, and the first day it holds for.
_LATE = """
SELECT person_id, min(first) AS first FROM (
    {facts}
    SELECT person_id, least(death_day, 'infinity') AS first FROM people_vitals
        WHERE lower(recorded) > %(before)s AND lower(recorded) <= %(known)s AND death_day IS NOT NULL
    UNION ALL SELECT person_id, date '0001-01-01' FROM people_vitals
        WHERE upper(recorded) > %(before)s AND upper(recorded) <= %(known)s AND death_day IS NOT NULL
    UNION ALL SELECT person_id, make_date(year, 1, 1) FROM contributions_history
        WHERE (recorded_from > %(before)s AND recorded_from <= %(known)s)
        OR (recorded_to > %(before)s AND recorded_to <= %(known)s)
    UNION ALL SELECT keep_id, date '0001-01-01' FROM people_merge
        WHERE (merged_at > %(before)s AND merged_at <= %(known)s) OR (split_at > %(before)s AND split_at <= %(known)s)
    UNION ALL SELECT person_id, as_of FROM contributions_opening
        WHERE (recorded_from > %(before)s AND recorded_from <= %(known)s)
        OR (recorded_to > %(before)s AND recorded_to <= %(known)s)
) late WHERE first < %(month)s AND person_id IN (
    SELECT person_id FROM ({decided}) d (id, person_id, benefit, owner, amount, valid, basis_day, basis_known)
    UNION SELECT t.person_id FROM people_membership t JOIN people_membership o USING (kind, household_id)
    JOIN ({decided}) d (id, person_id, benefit, owner, amount, valid, basis_day, basis_known)
        ON d.person_id = o.person_id
    WHERE upper_inf(t.recorded) AND upper_inf(o.recorded)
) GROUP BY person_id
""".replace(
    "{facts}",
    "".join(
        f"SELECT person_id, coalesce(lower(valid), date '0001-01-01') AS first FROM people_{table} "
        "WHERE (lower(recorded) > %(before)s AND lower(recorded) <= %(known)s) "
        "OR (upper(recorded) > %(before)s AND upper(recorded) <= %(known)s) UNION ALL\n    "
        for table in ("residence", "status", "membership", "particular")
    ),
)


def register_decided(query: str) -> None:
    """Says where decisions stand: SELECT of id, person_id, benefit, owner, amount, valid, basis_day, basis_known."""
    if query not in _DECIDED:
        _DECIDED.append(query)


def monthly() -> list[str]:
    """The benefits that are paid by the month, in fen."""
    variables = the_law().variables
    return [name for name in benefits() if variables[name].rule.pays is Pays.MONTHLY and variables[name].kind == FEN]


def compare(actor_id: int, run_id: int, progress: Progress | None = None) -> int:
    """Writes the differences of a pass that is done, and their causes; gives how many.

    Months before the pass's are computed for persons with a fact that came to be known since the pass before, from
    the first month that it holds for and that something was decided for.  Each part is one act; repeated, what is
    there stays.  Raises RunError for a pass that is not done.
    """
    run = _now(actor_id, run_id)
    late = _late_months(actor_id, run)
    for done, (month, persons) in enumerate(late.items()):
        _past(actor_id, run, month, persons)
        if progress:
            progress(done + 1, len(late))
    causes.explain(actor_id, run, _previous(run))
    with acting(actor_id, PURPOSE) as act:
        Compared.objects.get_or_create(run=run, defaults={"act_id": act.id})
        return Difference.objects.filter(run_id=run_id).count()


def _now(actor_id: int, run_id: int) -> Run:
    with acting(actor_id, PURPOSE):
        run = Run.objects.get(pk=run_id)
        if run.state != Run.State.DONE:
            raise RunError(f"核算{run_id}尚未完成或已作废", f"pass {run_id} is not done, or void")
        if not Difference.objects.filter(run_id=run_id).exists():
            with connection.cursor() as cursor:
                cursor.execute(
                    _standing() + _COLUMNS + _NOW.format(due="assessment_entitlement", **_KINDS),
                    _of(run.known, run.benefit_day)
                    | {"run": run_id, "month": first_day(run.benefit_day)}
                    | {"expires": run.benefit_day + timedelta(days=EXPIRES_WITHIN)},
                )
    return run


def _standing(only: str = "", decided: str = "") -> str:
    return _STANDING.replace("{decided}", decided or _decided()).replace("{only}", only)


def _decided() -> str:
    return " UNION ALL ".join(_DECIDED) or (
        "SELECT 0::bigint, 0::bigint, ''::text, ''::text, 0::bigint, 'empty'::daterange, NULL::date, NULL::timestamptz"
    )


def _of(known: datetime, on: date) -> dict[str, Any]:
    kinds = "{" + ", ".join(f'"{name}": {int(kind)}' for name, kind in KINDS.items()) + "}"
    return {"on": on, "known": known, "kinds": kinds, "monthly": monthly()}


def _previous(run: Run) -> Run | None:
    """The last pass before that was compared: what came to be known since is late."""
    return Run.objects.filter(compared__isnull=False, known__lt=run.known).order_by("known").last()


def _late_months(actor_id: int, run: Run) -> dict[date, list[int]]:
    """By month, the persons for whom it is to be computed again: those to whom something was decided for it."""
    with acting(actor_id, PURPOSE):
        before = _previous(run)
        if before is None:
            return {}
        with connection.cursor() as cursor:
            of = {"before": before.known, "known": run.known, "month": first_day(run.benefit_day)}
            cursor.execute(_LATE.replace("{decided}", _decided()), of)
            first = dict(cursor.fetchall())
            found: dict[date, set[int]] = {}
            for person, day in first.items():
                circle = extraction.circle_of(person, When(run.benefit_day, run.known)).tolist()
                cursor.execute(
                    f"SELECT lower(d.valid), upper(d.valid) FROM ({_decided()}) d "
                    "(id, person_id, benefit, owner, amount, valid, basis_day, basis_known) "
                    "WHERE d.person_id = ANY(%s)",
                    [circle],
                )
                for since, until in cursor.fetchall():
                    last = min(until or run.benefit_day, first_day(run.benefit_day))
                    for month in between(first_day(max(since, day)), last):
                        found.setdefault(month, set()).update(circle)
        return {month: sorted(found[month]) for month in sorted(found)}


def _past(actor_id: int, run: Run, month: date, persons: list[int]) -> None:
    """Computes a month again for whole circles and writes where it is not what was decided."""
    on = last_day(month)
    with acting(actor_id, PURPOSE):
        if Difference.objects.filter(run_id=run.pk, month=month).exists():
            return
        _due(np.array(persons, np.int64), When(on, run.known), run.pk)
        with connection.cursor() as cursor:
            cursor.execute(
                _standing("AND coalesce(w.keep_id, d.own_id) = ANY(%(persons)s)")
                + _COLUMNS
                + """SELECT %(run)s, d.person_id, d.benefit, d.owner, %(month)s,
                    CASE WHEN e.refusal IS NOT NULL THEN {undecided} WHEN coalesce(e.value, 0) > d.amount THEN {arrears}
                    ELSE {overpayment} END, coalesce(e.value, 0), d.amount, e.refusal, d.awards, d.basis_day,
                    d.basis_known, '' FROM decided d LEFT JOIN due e USING (person_id, benefit)
                    WHERE e.person_id IS NULL OR e.refusal IS NOT NULL OR e.value <> d.amount""".format(**_KINDS),
                _of(run.known, on) | {"run": run.pk, "month": month, "persons": persons},
            )


def _due(persons: Ints, when: When, run_id: int = 0) -> pa.Table:
    """What the law gives whole circles, as rows of assessment_entitlement in the temporary table `due`."""
    job = Pass(kernel(benefits()), on=day_number(when.on), check=0, seed=run_id)
    facts = extraction.facts(job.plan, persons, when)
    (outcome,) = job.outcomes(facts.table, facts.groups, None, Tally())
    rows, _ = entitlements(run_id, facts, outcome)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.due")
        cursor.execute("CREATE TEMP TABLE due (LIKE assessment_entitlement) ON COMMIT DROP")
    into: psycopg.Connection[object] = psycopg_connection()
    copy(into, "due", rows)
    return rows


def of_circle(act: Act, persons: Ints, on: date, known: datetime) -> tuple[pa.Table, list[Difference]]:
    """(what the law gives these persons on a day, where that is not what was decided for its month); nothing is kept.

    persons: whole circles (extraction.circle_of).  The rows are those of assessment_entitlement, of every benefit; the
    differences those of benefits by the month.
    """
    rows = _due(persons, When(on, known))
    of = _of(known, on) | {"run": 0, "persons": persons.tolist()}
    return rows, _unkept(_standing("AND coalesce(w.keep_id, d.own_id) = ANY(%(persons)s)"), "due", of)


def beside(act: Act, run: Run, query: str, listed: list[str]) -> list[Difference]:
    """What a pass found beside decisions that stand in `query` (as for register_decided); nothing is kept.

    listed: the benefits that these decisions are of; of others nothing is said.
    """
    of = _of(run.known, run.benefit_day) | {"run": run.pk, "monthly": listed}
    return _unkept(_standing(decided=query), "assessment_entitlement", of)


def _unkept(standing: str, due: str, of: dict[str, Any]) -> list[Difference]:
    sums = ("entitled", "decided", "refusal", "awards", "basis_day", "basis_known", "cause")
    fields = ("run_id", "person_id", "benefit", "owner", "month", "kind", *sums)
    with connection.cursor() as cursor:
        cursor.execute(
            standing + _NOW.format(due=due, **_KINDS), of | {"month": first_day(of["on"]), "expires": of["on"]}
        )
        found = [Difference(**dict(zip(fields, row, strict=True))) for row in cursor.fetchall()]
    return [one for one in found if one.kind != Difference.Kind.EXPIRING]


@dataclass(frozen=True)
class Sum:
    """Differences of one kind in one benefit: how many, and fen a month due and decided."""

    kind: int
    benefit: str
    count: int
    entitled: int
    decided: int


def summary(act: Act, run_id: int) -> list[Sum]:
    """The differences of a pass by kind and benefit; no person is named."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, benefit, count(*), sum(entitled)::bigint, sum(decided)::bigint FROM assessment_difference "
            "WHERE run_id = %s GROUP BY 1, 2 ORDER BY 1, 2",
            [run_id],
        )
        return [Sum(*row) for row in cursor.fetchall()]
