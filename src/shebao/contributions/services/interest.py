"""计息: the yearly interest of personal accounts, and the check that each account holds what the law makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from django.db import connection as django_connection

from shebao.access.acting import Act
from shebao.contributions.law import computed
from shebao.contributions.services import booking
from shebao.database.connection import psycopg_connection
from shebao.database.copying import copy
from shebao.database.extraction import selected
from shebao.law.insurance.contributions.facts import Insurance
from shebao.rules.kinds import day as day_number

STEP = 100_000  # persons in one transaction
LAST = 2**63 - 1

# A person's account at the end of the year before, from what was taken over, credited, and given as interest; and the
# year's credits times the months of interest that each has (13 - month credited).
_ROWS = """FROM (
    SELECT person_id, sum(opening) AS opening, sum(product) AS product, sum(given) AS given FROM (
        SELECT person_id, balance AS opening, 0 AS product, 0 AS given FROM contributions_opening
        WHERE insurance = %(insurance)s AND recorded_to = 'infinity' AND as_of < %(first)s
        UNION ALL
        SELECT i.person_id, CASE WHEN c.credited < %(first)s THEN i.account ELSE 0 END,
               CASE WHEN c.credited < %(first)s THEN 0 ELSE i.account * (13 - extract(month FROM c.credited)::int) END,
               0
        FROM contributions_credit c
        JOIN contributions_item i ON i.person_id = c.person_id AND i.month = c.month AND i.id = c.item_id
        WHERE i.insurance = %(insurance)s AND i.account <> 0 AND c.credited < %(after)s
        UNION ALL
        SELECT person_id, CASE WHEN year < %(year)s THEN amount ELSE 0 END, 0,
               CASE WHEN year = %(year)s THEN amount ELSE 0 END
        FROM contributions_interest WHERE insurance = %(insurance)s AND year <= %(year)s
    ) facts WHERE (%(persons)s::bigint[] IS NULL OR person_id = ANY(%(persons)s))
        AND person_id BETWEEN %(first_person)s AND %(last_person)s
    GROUP BY person_id ORDER BY person_id
) a"""


@dataclass
class Interested:
    """What the interest of a year came to; fen.  past: the last person that was looked at, 0 when none is left."""

    persons: int = 0
    amount: int = 0
    refused: int = 0
    past: int = 0


def add_interest(
    act: Act,
    year: int,
    day: date,
    insurance: Insurance = Insurance.PENSION,
    persons: Sequence[int] | None = None,
    past: int = 0,
    most: int = STEP,
) -> Interested:
    """Gives accounts the interest of a whole year by the rule account_year_interest, in the books of `day`.

    What was given for the year before is taken off, so a year that is computed again, after a correction, adds only the
    difference.  Either `persons`, or the next `most` of the record with numbers above `past`.
    """
    connection = psycopg_connection()
    last = _last_of(past, most) if persons is None else LAST
    rows = selected(
        connection,
        {"person": "person_id", "opening": "opening", "product": "product", "given": "given"},
        _ROWS,
        {
            "insurance": int(insurance),
            "first": date(year, 1, 1),
            "after": date(year + 1, 1, 1),
            "year": year,
            "persons": None if persons is None else list(persons),
            "first_person": past + 1,
            "last_person": last,
        },
    )
    count = len(rows["person"])
    left = 0 if last == LAST else last
    if not count:
        return Interested(past=left)
    facts = pa.table(
        {
            "interest_year": np.full(count, year),
            "interest_opening_balance": rows["opening"],
            "interest_product": rows["product"],
        }
    )
    outcome = computed(("account_year_interest",), facts, on=day_number(f"{year}-12-31"))
    decided = outcome.statuses["account_year_interest"] == 0
    change = np.where(decided, outcome.values["account_year_interest"] - rows["given"], 0)
    moved = change != 0
    if moved.any():
        table = pa.table(
            {
                "person_id": rows["person"][moved],
                "insurance": np.full(int(moved.sum()), insurance, np.int16),
                "year": np.full(int(moved.sum()), year, np.int16),
                "opening": rows["opening"][moved],
                "amount": change[moved],
                "act_id": np.full(int(moved.sum()), act.id),
            }
        )
        copy(connection, "contributions_interest", table)
        booking.interest(act, year, int(insurance), rows["person"][moved], change[moved], day)
    return Interested(int(decided.sum()), int(change.sum()), int((~decided).sum()), left)


def _last_of(past: int, most: int) -> int:
    """The last of the next so many persons of the record, LAST when no more are left: a round reads only its own."""
    with django_connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person WHERE id > %s ORDER BY id LIMIT 1 OFFSET %s", [past, most - 1])
        found = cursor.fetchone()
    return LAST if found is None else int(found[0])


@dataclass(frozen=True)
class Difference:
    """An account that does not hold what the history makes of it; fen."""

    person_id: int
    ledger: int
    law: int


_LEDGER = """FROM (
    SELECT person_id, sum(law) AS law, sum(ledger) AS ledger FROM (
        SELECT person_id, balance AS law, 0 AS ledger FROM contributions_opening
        WHERE insurance = %(insurance)s AND recorded_to = 'infinity'
        UNION ALL
        SELECT i.person_id, i.account, 0 FROM contributions_credit c
        JOIN contributions_item i ON i.person_id = c.person_id AND i.month = c.month AND i.id = c.item_id
        WHERE i.insurance = %(insurance)s AND i.account <> 0
        UNION ALL
        SELECT person_id, amount, 0 FROM contributions_interest WHERE insurance = %(insurance)s
        UNION ALL
        SELECT substr(a.owner, 8)::bigint, 0, -b.posted
        FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
        WHERE a.fund_id = %(insurance)s AND a.owner LIKE 'person:%%'
    ) facts GROUP BY person_id
) a WHERE law <> ledger ORDER BY person_id"""


def account_differences(act: Act, insurance: Insurance = Insurance.PENSION) -> list[Difference]:
    """Accounts that do not hold what was taken over, credited by the rules and given as interest; none when right."""
    rows = selected(
        psycopg_connection(),
        {"person": "person_id", "ledger": "ledger", "law": "law"},
        _LEDGER,
        {"insurance": int(insurance)},
    )
    return [Difference(*row) for row in zip(*(column.tolist() for column in rows.values()), strict=True)]
