"""期初: what another system knew, as whole tables: registrations, histories, balances of personal accounts.

For taking over an existing system and for the sample city.  Persons and organisations are in the record already.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from shebao.access.acting import Act
from shebao.contributions.services import booking
from shebao.database.connection import psycopg_connection
from shebao.database.copying import copy, for_ever
from shebao.people.refusals import Refused

_MOMENT = pa.timestamp("us", "UTC")


def _known_from(act: Act, rows: pa.Table) -> pa.Table:
    """With who recorded the rows and from when they are known."""
    table = rows.append_column("act_id", pa.array(np.full(rows.num_rows, act.id)))
    return table.append_column("recorded_from", pa.array([act.at] * rows.num_rows, _MOMENT)).append_column(
        "recorded_to", for_ever(rows.num_rows)
    )


def _recorded(act: Act, rows: pa.Table) -> pa.Table:
    moments = pa.array([act.at] * rows.num_rows, _MOMENT)
    recorded = pa.StructArray.from_arrays([moments, pa.nulls(rows.num_rows, _MOMENT)], ["lower", "upper"])
    table = rows.append_column("act_id", pa.array(np.full(rows.num_rows, act.id)))
    return table.append_column("recorded", recorded)


def load_registrations(act: Act, employers: pa.Table, memberships: pa.Table, wages: pa.Table) -> None:
    """Employers (organisation_id, branches, state, injury_rate, bank, account, agreement, valid), memberships
    (person_id, branches, scheme, status, subsidy, grade, organisation_id, valid) and wages (person_id, organisation_id,
    wage, valid), columns of the tables' own types; branches and valid are ranges as `copy` takes them.
    """
    for table, rows in (("employer", employers), ("membership", memberships), ("wage", wages)):
        if rows.num_rows:
            copy(psycopg_connection(), f"contributions_{table}", _recorded(act, rows))


def load_history(act: Act, rows: pa.Table, source: str) -> int:
    """Rows of histories, with the columns of contributions_history from person_id to wage.

    credited: null, or the year itself, for what was credited in the year it is for.
    """
    credited = pc.if_else(pc.equal(rows["credited"], rows["year"]), pa.scalar(None, pa.int16()), rows["credited"])
    table = rows.set_column(rows.column_names.index("credited"), "credited", credited)
    table = table.append_column("source", pa.array([source] * rows.num_rows))
    return copy(psycopg_connection(), "contributions_history", _known_from(act, table))


def correct_history(act: Act, person_id: int, insurance: int, year: int, rows: pa.Table, source: str) -> int:
    """更正: a year's rows as they were taken over give way to these, columns as of load_history; gives how many went.

    source: the document that proves it.  What was credited here is corrected by the month (correcting).
    Raises Refused when nothing was taken over for the year.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE contributions_history SET recorded_to = %s WHERE person_id = %s AND insurance = %s AND year = %s "
            "AND source <> '' AND recorded_to = 'infinity'",
            [act.at, person_id, insurance, year],
        )
        gone = int(cursor.rowcount)
    if not gone:
        raise Refused(
            f"{year}年没有期初导入的缴费记录可更正", f"nothing that was taken over for {year} is there to correct"
        )
    load_history(act, rows, source)
    return gone


def open_accounts(act: Act, rows: pa.Table, source: str, day: date, key: str) -> int:
    """Balances of personal accounts, in the books too; gives their sum, fen.

    rows: person_id, insurance (int16), as_of (date32: the end of which day), balance, own (int64, fen: the part from
    own contributions, 0 where not known), place (string: the district that keeps the account).  day: of the books;
    key: of the ledger's transactions, the same whenever the same balances are opened again.  Raises ledger's Refused.
    """
    if not rows.num_rows:
        return 0
    table = rows.drop_columns(["place"]).append_column("source", pa.array([source] * rows.num_rows))
    copy(psycopg_connection(), "contributions_opening", _known_from(act, table))
    booking.opened(act, rows, day, key)
    return int(pc.sum(rows["balance"]).as_py())
