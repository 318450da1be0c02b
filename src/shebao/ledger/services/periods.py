"""Months of the books.  The triggers of ledger_period do the work, so that plain SQL does the same."""

from __future__ import annotations

from datetime import date

from shebao.access.acting import Act
from shebao.database.connection import psycopg_connection
from shebao.ledger.models import Period
from shebao.ledger.services.journal import refusing
from shebao.ledger.values import Refused


def open_period(act: Act, month: date) -> bool:
    """Opens the month of the day; False when it is open already.

    Raises Refused: it was closed, or a later one is.  Two who open the same month at once: one waits and gets False.
    """
    first = month.replace(day=1)
    with refusing(), psycopg_connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ledger_period'))")
        state = cursor.execute("SELECT state FROM ledger_period WHERE month = %s", [first]).fetchone()
        if state is not None:
            if state[0] != Period.State.OPEN:
                raise Refused("", f"会计期间 {first:%Y-%m} 已结账 / the period {first:%Y-%m} is closed")
            return False
        cursor.execute(
            "INSERT INTO ledger_period (month, state, reason, act_id) VALUES (%s, %s, '', %s)",
            [first, Period.State.OPEN, act.id],
        )
        return True


def close_period(act: Act, month: date) -> None:
    """Closes the month, when every earlier one is closed, and keeps what its accounts closed with.

    Waits for those who are posting into it.  Raises Refused.
    """
    _turn(act, month, Period.State.CLOSED, "")


def reopen_period(act: Act, month: date, reason: str) -> None:
    """Opens the last closed month again.  Raises Refused: it is locked, a later one is closed, no reason is given."""
    _turn(act, month, Period.State.OPEN, reason)


def lock_period(act: Act, month: date) -> None:
    """Closes a closed month for ever.  Raises Refused."""
    _turn(act, month, Period.State.LOCKED, "")


def _turn(act: Act, month: date, state: Period.State, reason: str) -> None:
    first = month.replace(day=1)
    with refusing(), psycopg_connection().cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_period SET state = %s, reason = %s, act_id = %s WHERE month = %s",
            [int(state), reason, act.id, first],
        )
        if cursor.rowcount == 0:
            raise Refused("", f"没有会计期间 {first:%Y-%m} / there is no period {first:%Y-%m}")
