"""暂定缴费: bills of employers whose wages are not declared, by the amount of the month before; taken back later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from shebao.access.acting import Act
from shebao.contributions.law import computed
from shebao.contributions.models import Bill
from shebao.contributions.months import plus
from shebao.contributions.services.billing import Billed, bills_of, lines_table
from shebao.database.connection import psycopg_connection
from shebao.database.copying import copy
from shebao.database.extraction import integers
from shebao.rules.kernel import Ints
from shebao.rules.kinds import day

# Insurances of a month in which wages are missing and nothing is billed, with the amount of the month before.
UNDECLARED = """FROM (
    SELECT p.organisation_id, p.insurance, count(DISTINCT p.person_id) AS persons,
        (SELECT sum(l.employer + l.own) FROM contributions_bill b JOIN contributions_bill_line l ON l.bill_id = b.id
            WHERE b.organisation_id = p.organisation_id AND b.month = %s AND b.kind IN (1, 3)
            AND b.takes_back_id IS NULL AND l.insurance = p.insurance) AS amount
    FROM contributions_problem p WHERE p.month = %s AND upper_inf(p.recorded) AND p.refusal = 'MISSING:declared_wage'
        AND p.organisation_id IS NOT NULL AND (%s::bigint[] IS NULL OR p.organisation_id = ANY(%s))
        AND NOT EXISTS (SELECT FROM contributions_bill b JOIN contributions_bill_line l ON l.bill_id = b.id
            WHERE b.organisation_id = p.organisation_id AND b.month = %s AND b.takes_back_id IS NULL
            AND l.insurance = p.insurance)
    GROUP BY 1, 2) AS t WHERE amount > 0"""
REPLACED = """FROM contributions_bill b JOIN contributions_bill_line l ON l.bill_id = b.id
    WHERE b.kind = 3 AND b.takes_back_id IS NULL AND b.organisation_id = ANY(%s)
    AND NOT EXISTS (SELECT FROM contributions_bill t WHERE t.takes_back_id = b.id)
    AND EXISTS (SELECT FROM contributions_item i WHERE i.organisation_id = b.organisation_id AND i.month = b.month
        AND i.insurance = ANY(SELECT x.insurance FROM contributions_bill_line x WHERE x.bill_id = b.id))"""


def bill_provisionally(act: Act, month: date, organisations: Sequence[int] | None = None) -> Billed:
    """Bills of a month (its first day) that is assessed, for employers with staff whose wage nobody declared.

    For each insurance of which nothing could be billed, what the rule makes of the month before, as a whole and without
    items: nothing is credited to persons before the declaration comes.  Who was billed nothing then stays a problem.
    """
    given = None if organisations is None else list(organisations)
    rows = integers(
        psycopg_connection(),
        {"payer": "organisation_id", "insurance": "insurance", "persons": "persons", "amount": "amount"},
        UNDECLARED,
        [plus(month, -1), month, given, given, month],
    )
    if not len(rows["payer"]):
        return Billed()
    facts = {
        "contribution_day": pa.array([month] * len(rows["payer"]), pa.date32()),
        "last_month_amount": rows["amount"],
    }
    found = computed(("provisional_amount",), pa.table(facts), day(month))
    known = found.statuses["provisional_amount"] == 0
    approx = np.unique(rows["payer"][found.approx])
    rows = {name: column[known] for name, column in rows.items()}
    return _write(act, month, rows, found.values["provisional_amount"][known], approx)


def take_back(act: Act, month: date, organisations: Sequence[int]) -> Billed:
    """Takes provisional bills back, by bills of this month, where the months are billed from declarations now."""
    rows = integers(
        psycopg_connection(),
        {
            "bill": "b.id",
            "payer": "b.organisation_id",
            "insurance": "l.insurance",
            "persons": "l.persons",
            "amount": "l.employer",
        },
        REPLACED,
        [list(organisations)],
    )
    return _write(act, month, rows, -rows["amount"], np.empty(0, np.int64))


def _write(act: Act, month: date, rows: dict[str, Ints], amount: Ints, approx: Ints) -> Billed:
    """A bill for each payer, or for each bill that is taken back."""
    back = rows.get("bill")
    if not len(amount):
        return Billed()
    keys, first, place = np.unique(rows["payer"] if back is None else back, return_index=True, return_inverse=True)
    total = np.zeros(len(keys), np.int64)
    np.add.at(total, place, amount)
    persons = np.zeros(len(keys), np.int64)
    np.maximum.at(persons, place, rows["persons"])
    payers = rows["payer"][first]
    nothing = np.zeros(len(keys), np.int64)
    ids, bills = bills_of(
        act,
        month,
        payers,
        kind=np.full(len(keys), int(Bill.Kind.PROVISIONAL)),
        persons=persons,
        employer=total,
        own=nothing,
        subsidy=nothing,
        approx=np.isin(payers, approx),
    )
    if back is not None:
        bills = bills.append_column("takes_back_id", pa.array(keys))
    copy(psycopg_connection(), "contributions_bill", bills)
    zero = np.zeros(len(amount), np.int64)
    lines = lines_table(ids[place], rows["insurance"], rows["persons"], amount, zero, zero, zero, zero)
    copy(psycopg_connection(), "contributions_bill_line", lines)
    return Billed(bills=len(keys), employer=int(total.sum()), numbers=ids.tolist())
