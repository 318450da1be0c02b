"""One person's assessment: decided anew from the record, with every reason; and what a pass found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.db import connection

from shebao.access import reads
from shebao.access.acting import Act
from shebao.assessment import extraction
from shebao.assessment.extraction import When
from shebao.assessment.models import Compared, Difference, Run
from shebao.assessment.services import benefits, plan
from shebao.people import selectors as people
from shebao.people.refusals import Refused
from shebao.rules.among import decide_first
from shebao.rules.decide import Decision
from shebao.rules.kinds import day as day_number


@dataclass(frozen=True)
class Entitled:
    """What a pass found for a person.  value: fen, or 1 for a service; refusal: why it is not decided, or None."""

    benefit: str
    owner: str
    value: int
    refusal: str | None
    approx: bool


def decided(
    act: Act,
    person_id: int,
    on: date,
    known: datetime | None = None,
    want: Sequence[str] | None = None,
    mode: str = "marked",
    accepted: frozenset[str] = frozenset(),
) -> Decision:
    """All that a person is entitled to on a day, decided in CPython from the record, with the trace.

    known: from what was known at that moment, else from what is known now.  want: the variables, else all benefits.
    Raises Refused when there is no such record within the actor's scope.
    """
    number = people.whole(person_id, known)
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM people_person WHERE id = %s", [number])
        if cursor.fetchone() is None:
            raise Refused(
                f"没有档案{person_id}，或不在您的查询范围内", f"there is no record {person_id} within your scope"
            )
    when = When(on, known or act.at)
    circle = extraction.circle_of(number, when)
    reads.log(act, circle.tolist(), f"待遇核算（{on}）")
    asked = plan(tuple(want or benefits()))
    persons = np.append([number], circle[circle != number]).astype(np.int64)
    facts = extraction.facts(asked, persons, when)
    return decide_first(asked, facts.table, facts.groups, on=day_number(on), mode=mode, accepted=accepted)


def found(act: Act, run_id: int, person_id: int) -> list[Entitled]:
    """What a pass that is done found for a person.  Raises Refused for one that is not done."""
    if not Run.objects.filter(pk=run_id, state=Run.State.DONE).exists():
        raise Refused(f"核算{run_id}尚未完成或已作废", f"pass {run_id} is not done, or void")
    reads.log(act, [person_id], f"待遇核算结果（{run_id}）")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT benefit, owner, value, refusal, approx FROM assessment_entitlement "
            "WHERE run_id = %s AND person_id = %s ORDER BY benefit",
            [run_id, person_id],
        )
        return [Entitled(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Total:
    """A benefit in a pass.  entitled: persons or families; value: fen in all, or how many services; refused: for how
    many it is not decided."""

    benefit: str
    entitled: int
    value: int
    refused: int


def totals(act: Act, run_id: int) -> list[Total]:
    """What a pass found, by benefit; no person is named."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT benefit, count(*) FILTER (WHERE refusal IS NULL), coalesce(sum(value), 0), "
            "count(*) FILTER (WHERE refusal IS NOT NULL) "
            "FROM assessment_entitlement WHERE run_id = %s GROUP BY benefit",
            [run_id],
        )
        by_name = {row[0]: Total(row[0], row[1], int(row[2]), row[3]) for row in cursor.fetchall()}
    return [by_name[name] for name in benefits() if name in by_name]


def differences_of(act: Act, person_id: int) -> list[Difference]:
    """What the last compared pass found of a person: gaps, exits, duplicates, adjustments, what it could not decide."""
    latest = Compared.objects.order_by("-run_id").values_list("run_id", flat=True).first()
    numbers = [number := people.whole(person_id), *people.merged(number)]
    reads.log(act, [number], "核算差异")
    if latest is None:
        return []
    return list(Difference.objects.filter(run_id=latest, person_id__in=numbers).order_by("kind", "benefit", "month"))
