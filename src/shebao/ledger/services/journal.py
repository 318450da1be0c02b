"""The one statement by which transactions come into the ledger, and what its refusals say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from django.db import transaction

from shebao.access.acting import Act
from shebao.ledger.arrays import Array, Bigints, Days, Flags, Integers, Smallints, Texts, opened
from shebao.ledger.models import State
from shebao.ledger.values import Leg, Refused, Transaction

MOST = 20_000  # transactions in one statement

# Ids are drawn within the statement, in the order of the headers.
_MANY = """
WITH drawn AS MATERIALIZED (
    SELECT array_agg(nextval('ledger_transaction_id_seq')) AS ids FROM generate_series(1, %(count)s)
), h AS (
    INSERT INTO ledger_transaction (id, key, state, kind, day, legs, across, text, reference, act_id, recorded_at)
    SELECT drawn.ids[u.no], u.key, {state}, u.kind, u.day, u.legs, u.across, u.text, u.reference, %(act)s, %(at)s
    FROM drawn, unnest(%(keys)s, %(kinds)s, %(days)s, %(legs)s, %(across)s, %(texts)s, %(references)s)
        WITH ORDINALITY AS u (key, kind, day, legs, across, text, reference, no)
    {headers}
), p AS (
    INSERT INTO {table} (transaction_id, account_id, amount, day, no, fund_id)
    SELECT drawn.ids[l.header], l.account, l.amount, l.day, l.no, l.fund
    FROM drawn, unnest(%(headers)s, %(accounts)s, %(amounts)s, %(leg_days)s, %(numbers)s, %(funds)s)
        AS l (header, account, amount, day, no, fund)
    {legs}
)
{ids}
"""
# All keys are new, as nearly always: who finds one that is not begins again with the next.
_NEW = {"headers": "", "legs": "", "ids": "SELECT ids FROM drawn"}
# A key that is there already is left out with its legs.  IS TRUE keeps the test a look-up in a hash table instead of a
# join planned for a guessed number of rows.
_SOME_NEW = {
    "headers": "ON CONFLICT (key) DO NOTHING RETURNING id",
    "legs": "WHERE (drawn.ids[l.header] IN (SELECT h.id FROM h)) IS TRUE",
    "ids": "SELECT array_agg(id) FROM h",
}
# The same for one alone, at a third of the cost.
_ONE = """
WITH h AS (
    INSERT INTO ledger_transaction (key, state, kind, day, legs, across, text, reference, reverses_id, settles_id,
                                    act_id, recorded_at)
    VALUES (%(key)s, {state}, %(kind)s, %(day)s, %(legs)s, %(across)s, %(text)s, %(reference)s, %(reverses)s,
            %(settles)s, %(act)s, %(at)s)
    ON CONFLICT (key) DO NOTHING
    RETURNING id, day
), p AS (
    INSERT INTO {table} (transaction_id, account_id, amount, day, no, fund_id)
    SELECT h.id, l.account, l.amount, h.day, l.no, l.fund
    FROM h, unnest(%(accounts)s, %(amounts)s, %(funds)s) WITH ORDINALITY AS l (account, amount, fund, no)
)
SELECT id FROM h
"""


def _for(statement: str, **parts: str) -> dict[State, bytes]:
    tables = {State.POSTED: "ledger_posting", State.PENDING: "ledger_hold"}
    return {state: statement.format(state=int(state), table=table, **parts).encode() for state, table in tables.items()}


_ALL_NEW_ONES, _NEW_ONES, _THE_ONE = _for(_MANY, **_NEW), _for(_MANY, **_SOME_NEW), _for(_ONE)
_SAID = {
    "ledger_reversed_once": "该凭证已冲销过 / it has been reversed before",
    "ledger_settled_once": "该待定凭证已结清或撤销 / it has been settled or voided before",
    "ledger_transaction_legs": "凭证至少有两笔分录 / a transaction has two legs or more",
    "ledger_posting_amount": "分录金额不能为零 / no leg is 0",
    "ledger_hold_amount": "分录金额不能为零 / no leg is 0",
}


@dataclass(frozen=True)
class Entries:
    """Transactions as columns.  header: of each leg, the place of its transaction, ascending from 0."""

    keys: Sequence[str]
    kinds: npt.ArrayLike
    days: npt.NDArray[np.int32]  # since 1970-01-01
    across: npt.ArrayLike
    texts: Sequence[str]
    references: Sequence[str]
    header: npt.NDArray[np.int64]
    accounts: npt.ArrayLike
    funds: npt.ArrayLike
    amounts: npt.ArrayLike


@contextmanager
def refusing(key: str = "") -> Iterator[None]:
    """Turns what the database refuses into Refused; `key` where the database does not say which."""
    try:
        yield
    except psycopg.Error as error:
        name = error.diag.constraint_name or ""
        if error.sqlstate == "LG001":
            raise Refused(error.diag.message_detail or key, error.diag.message_primary or "") from None
        if name in _SAID:
            raise Refused(key, _SAID[name]) from None
        raise


def write(act: Act, entries: Entries, state: State) -> list[int]:
    """Writes at most MOST transactions, posted or pending; gives the ids of those whose keys are new, in order.

    When as many ids come back as transactions went in, they are theirs one by one.  Raises Refused.
    """
    count = len(entries.keys)
    legs = np.bincount(entries.header, minlength=count)
    first = np.cumsum(legs) - legs
    given: dict[str, Array | int | datetime] = {
        "count": count,
        "act": act.id,
        "at": act.at,
        "keys": Texts.of(entries.keys),
        "kinds": Smallints.of(entries.kinds),
        "days": Days.of(entries.days),
        "legs": Integers.of(legs),
        "across": Flags.of(entries.across),
        "texts": Texts.of(entries.texts),
        "references": Texts.of(entries.references),
        "headers": Integers.of(entries.header + 1),
        "accounts": Bigints.of(entries.accounts),
        "amounts": Bigints.of(entries.amounts),
        "leg_days": Days.of(entries.days[entries.header]),
        "numbers": Integers.of(np.arange(len(entries.header)) - first[entries.header] + 1),
        "funds": Smallints.of(entries.funds),
    }
    with refusing(), opened() as cursor:
        try:
            with transaction.atomic():
                found = cursor.execute(_ALL_NEW_ONES[state], given, prepare=True).fetchone()
        except psycopg.errors.UniqueViolation as error:
            if error.diag.constraint_name != "ledger_transaction_key":
                raise
            found = cursor.execute(_NEW_ONES[state], given, prepare=True).fetchone()
    return list(found[0]) if found and found[0] else []


def write_one(
    act: Act, made: Transaction, state: State, reverses: int | None = None, settles: int | None = None
) -> int | None:
    """Writes one transaction; its id, None when its key is there already.  Raises Refused."""
    legs = made.legs
    given = {
        "key": made.key,
        "kind": int(made.kind),
        "day": made.day,
        "legs": len(legs),
        "across": made.across,
        "text": made.text,
        "reference": made.reference,
        "reverses": reverses,
        "settles": settles,
        "act": act.id,
        "at": act.at,
        "accounts": Bigints.of([leg.account for leg in legs]),
        "amounts": Bigints.of([leg.amount for leg in legs]),
        "funds": Smallints.of([leg.fund for leg in legs]),
    }
    with refusing(made.key), opened() as cursor:
        found = cursor.execute(_THE_ONE[state], given, prepare=True).fetchone()
    return int(found[0]) if found else None


@dataclass(frozen=True)
class Known:
    """What a key was used for."""

    key: str
    id: int
    state: int
    kind: int
    day: Any
    across: bool
    text: str
    reference: str
    reverses: int | None
    settles: int | None
    accounts: list[int] | None  # of the legs, in order; None where there are none
    funds: list[int] | None
    amounts: list[int] | None

    def legs(self) -> list[Leg]:
        """The legs, in order."""
        return list(map(Leg, self.accounts or (), self.funds or (), self.amounts or ()))


def known(keys: Sequence[str]) -> dict[str, Known]:
    """What these keys were used for, as far as they were, by whomever."""
    with opened() as cursor:
        return {row[0]: Known(*row) for row in cursor.execute("SELECT * FROM ledger_known(%s)", [Texts.of(keys)])}
