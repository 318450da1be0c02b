"""待办: what the law refused, kept as a work list that empties itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from django.db import connection as django_connection

from shebao.access.acting import Act
from shebao.database.connection import psycopg_connection
from shebao.database.copying import copy, ranges
from shebao.rules.decide import describe
from shebao.rules.graph import Plan
from shebao.rules.kernel import Ints
from shebao.rules.results import refusal_code


@dataclass(frozen=True)
class Refusals:
    """Columns of n rows; payer: the organisation, or minus the person who pays himself."""

    person: Ints
    payer: Ints
    insurance: Ints
    status: Ints

    def __len__(self) -> int:
        return len(self.person)


class Scoped(Protocol):
    """Whose problems."""

    def where(self, table: str) -> tuple[str, list[Any]]: ...


def settle(act: Act, month: date, scope: Scoped, insurances: Sequence[int], plan: Plan, refused: Refusals) -> int:
    """Opens a problem for each refusal that has none, closes those of these insurances that are no longer refused;
    gives the number of refusals."""
    codes = {status: refusal_code(plan, status) for status in np.unique(refused.status).tolist()}
    told = [codes[status] for status in refused.status.tolist()]
    found = dict(
        zip(
            zip(refused.person.tolist(), refused.payer.tolist(), refused.insurance.tolist(), told, strict=True),
            refused.status.tolist(),
            strict=True,
        )
    )
    where, given = scope.where("p")
    with django_connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, person_id, coalesce(organisation_id, -person_id), insurance, refusal "
            "FROM contributions_problem p WHERE month = %s AND insurance = ANY(%s) AND upper_inf(recorded) "
            f"AND {where}",
            [month, list(insurances), *given],
        )
        solved = [number for number, *key in cursor.fetchall() if found.pop(tuple(key), None) is None]
        if solved:
            cursor.execute(
                "UPDATE contributions_problem SET recorded = tstzrange(lower(recorded), greatest(%s, lower(recorded))) "
                "WHERE id = ANY(%s)",
                [act.at, solved],
            )
    if found:
        words = {status: describe(plan, status) for status in codes}
        count = len(found)
        keys = list(found)
        payer = np.array([key[1] for key in keys], np.int64)
        rows = {
            "person_id": np.array([key[0] for key in keys], np.int64),
            "organisation_id": pa.array(payer, mask=payer < 0),
            "month": pa.array([month] * count, pa.date32()),
            "insurance": np.array([key[2] for key in keys], np.int16),
            "refusal": [key[3] for key in keys],
            "zh": [words[status][0] for status in found.values()],
            "en": [words[status][1] for status in found.values()],
            "recorded": ranges([act.at] * count, [None] * count, pa.timestamp("us", "UTC")),
            "act_id": np.full(count, act.id),
        }
        copy(psycopg_connection(), "contributions_problem", pa.table(rows))
    return len(refused)
