"""社会保险补贴: what disabled self-employed persons get of their premiums, beside the bill."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np
import pyarrow as pa

from shebao.access.acting import Act
from shebao.contributions.law import computed
from shebao.contributions.models import Membership
from shebao.database.connection import psycopg_connection
from shebao.database.copying import copy
from shebao.database.extraction import integers
from shebao.law.insurance.contributions.facts import Insurance
from shebao.rules.kinds import day

OF = {
    Insurance.PENSION: "disabled_pension_subsidy",
    Insurance.MEDICAL: "disabled_medical_subsidy",
    Insurance.UNEMPLOYMENT: "disabled_unemployment_subsidy",
}
INSURED = """FROM contributions_membership m WHERE m.scheme = 2 AND m.subsidy = %s AND upper_inf(m.recorded)
    AND m.valid @> %s::date"""
GRANTED = "FROM contributions_subsidy s WHERE s.month = %s GROUP BY s.person_id, s.insurance"


def subsidise(
    act: Act, month: date, *, mode: str = "marked", accepted: Collection[str] = ()
) -> tuple[int, dict[tuple[int, int], str]]:
    """Grants a month's subsidies of the insurances in which the persons are: differences to what was granted before.

    Gives the sum added, fen, and what the law could not decide: (person, insurance) -> name of the variable.
    """
    connection = psycopg_connection()
    rows = integers(
        connection,
        {"person": "m.person_id", "first": "lower(m.branches)", "after": "upper(m.branches)"},
        INSURED,
        [int(Membership.Subsidy.DISABLED), month],
    )
    before = integers(
        connection,
        {"person": "person_id", "insurance": "insurance", "amount": "amount"},
        f"FROM (SELECT s.person_id, s.insurance, sum(s.amount) AS amount {GRANTED}) AS t",
        [month],
    )
    keys = zip(before["person"].tolist(), before["insurance"].tolist(), strict=True)
    change: dict[tuple[int, int], int] = dict(zip(keys, (-before["amount"]).tolist(), strict=True))
    count = len(rows["person"])
    facts = {
        "contribution_day": pa.array([month] * count, pa.date32()),
        "self_employed_disabled": np.ones(count, np.bool_),
    }
    found = computed(tuple(OF.values()), pa.table(facts), day(month), mode, accepted)
    undecided: dict[tuple[int, int], str] = {}
    for insurance, name in OF.items():
        inside = (rows["first"] <= insurance) & (insurance < rows["after"])
        for k in np.flatnonzero(inside).tolist():
            key = int(rows["person"][k]), int(insurance)
            if found.statuses[name][k]:
                undecided[key] = name
                change.pop(key, None)
            else:
                change[key] = change.get(key, 0) + int(found.values[name][k])
    kept = {key: amount for key, amount in change.items() if amount}
    table = pa.table(
        {
            "person_id": pa.array([person for person, _ in kept], pa.int64()),
            "month": pa.array([month] * len(kept), pa.date32()),
            "insurance": pa.array([insurance for _, insurance in kept], pa.int16()),
            "amount": pa.array(list(kept.values()), pa.int64()),
            "act_id": np.full(len(kept), act.id),
        }
    )
    copy(connection, "contributions_subsidy", table)
    return sum(kept.values()), undecided
