"""The one way in for money."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter

import numpy as np
import pyarrow as pa
from django.db import transaction

from shebao.access.acting import Act
from shebao.database.connection import psycopg_connection
from shebao.ledger.models import Kind, State
from shebao.ledger.services.journal import MOST, Entries, Known, known, refusing, write, write_one
from shebao.ledger.values import Leg, Outcome, Posted, Refused, Transaction

_EPOCH = datetime.date(1970, 1, 1).toordinal()
_AMOUNT = attrgetter("amount")
_OTHER = "该键已用于内容不同的凭证，请换用新键 / the key stands for another transaction already; use a new one"
_BURNED = "该键的凭证曾被拒绝，请换用新键 / a transaction with this key was refused before; use a new one"


@dataclass(frozen=True)
class Counts:
    """Of post_columns: transactions posted, and those that were there already."""

    posted: int
    repeated: int


def post(act: Act, transactions: Sequence[Transaction], each: bool = False) -> list[Posted]:
    """Takes transactions into the ledger; what became of each, in order.

    One that is there already with the same content is left alone and reported as repeated.  Refused are: a key that
    stands for another content or was refused before, what is not balanced, a period that is not open, an overdraft.

    each=False: all or none.  The first refused one raises Refused with its key, and the act must be given up; nothing
    is kept, so no key is burned unless the caller does so by `burn` in an act of its own.
    each=True: every transaction by itself.  A refused one is kept as a refusal with its reason, and so its key is
    burned: it is refused for ever, whatever it says; the others are posted.

    One statement takes owners' balances in one order and never deadlocks with another.  An act that posts several times
    (or each=True with refusals) may: PostgreSQL then ends one of the two (SQLSTATE 40P01), which is simply repeated.
    """
    if not each:
        return _post_all(act, transactions)
    try:
        with transaction.atomic():
            return _post_all(act, transactions)
    except Refused as refused:
        if len(transactions) == 1:
            return [_refusal(act, transactions[0], refused)]
    # Halves find the refused ones in a few steps where they are few.
    half = len(transactions) // 2
    return post(act, transactions[:half], True) + post(act, transactions[half:], True)


def _refusal(act: Act, refused: Transaction, reason: Refused) -> Posted:
    if refused.key not in known([refused.key]):
        burn(act, refused.key, refused.kind, refused.day, reason.reason)
    return Posted(refused.key, Outcome.REFUSED, None, reason.reason)


def burn(act: Act, key: str, kind: Kind, day: datetime.date, reason: str) -> None:
    """Keeps a refusal, so that the key is never used.  Does nothing when the key is used already."""
    _without_legs(act, key, State.REFUSED, kind, day, reason, None)


def _without_legs(
    act: Act, key: str, state: State, kind: Kind, day: datetime.date, text: str, settles: int | None
) -> int | None:
    with refusing(key), psycopg_connection().cursor() as cursor:
        found = cursor.execute(
            "INSERT INTO ledger_transaction (key, state, kind, day, legs, across, text, reference, settles_id, act_id, "
            "recorded_at) VALUES (%s, %s, %s, %s, 0, false, %s, '', %s, %s, %s) "
            "ON CONFLICT (key) DO NOTHING RETURNING id",
            [key, int(state), int(kind), day, text, settles, act.id, act.at],
        ).fetchone()
    return None if found is None else int(found[0])


def _post_all(act: Act, transactions: Sequence[Transaction]) -> list[Posted]:
    for given in transactions:
        if len(given.legs) < 2:
            raise Refused(given.key, "凭证至少有两笔分录 / a transaction has two legs or more")
        if 0 in map(_AMOUNT, given.legs):
            raise Refused(given.key, "分录金额不能为零 / no leg is 0")
    found: dict[int, Posted] = {}
    for state in (State.POSTED, State.PENDING):
        places = [k for k, given in enumerate(transactions) if given.pending == (state == State.PENDING)]
        for start in range(0, len(places), MOST):
            piece = places[start : start + MOST]
            found.update(zip(piece, _post_piece(act, [transactions[k] for k in piece], state), strict=True))
    return [found[k] for k in range(len(transactions))]


def _post_one(
    act: Act, made: Transaction, state: State, reverses: int | None = None, settles: int | None = None
) -> Posted:
    number = write_one(act, made, state, reverses, settles)
    if number is not None:
        return Posted(made.key, Outcome.POSTED, number)
    old = known([made.key])[made.key]
    _same(old, made, state, reverses, settles)
    return Posted(made.key, Outcome.REPEATED, old.id)


def _post_piece(act: Act, transactions: Sequence[Transaction], state: State) -> list[Posted]:
    if len(transactions) == 1:
        return [_post_one(act, transactions[0], state)]
    count = len(transactions)
    accounts, funds, amounts = zip(*chain.from_iterable(given.legs for given in transactions), strict=True)
    entries = Entries(
        keys=[given.key for given in transactions],
        kinds=[int(given.kind) for given in transactions],
        days=np.asarray([given.day.toordinal() - _EPOCH for given in transactions], np.int32),
        across=[given.across for given in transactions],
        texts=[given.text for given in transactions],
        references=[given.reference for given in transactions],
        header=np.repeat(np.arange(count), [len(given.legs) for given in transactions]),
        accounts=accounts,
        funds=funds,
        amounts=amounts,
    )
    ids = write(act, entries, state)
    if len(ids) == count:
        return [Posted(given.key, Outcome.POSTED, id) for given, id in zip(transactions, ids, strict=True)]
    new = set(ids)
    there = known([given.key for given in transactions])
    outcomes = []
    for given in transactions:
        old = there[given.key]
        if old.id in new:
            new.remove(old.id)  # the same key a second time in this batch is a repetition
            outcomes.append(Posted(given.key, Outcome.POSTED, old.id))
        else:
            _same(old, given, state, None, None)
            outcomes.append(Posted(given.key, Outcome.REPEATED, old.id))
    return outcomes


def _same(old: Known, given: Transaction, state: State, reverses: int | None, settles: int | None) -> None:
    """Raises Refused unless the key stands for this very transaction.  The order of the legs counts."""
    if old.state == State.REFUSED:
        raise Refused(given.key, f"{_BURNED}: {old.text}")
    if (
        (old.state, old.kind, old.day, old.across, old.text) != (state, given.kind, given.day, given.across, given.text)
        or (old.reference, old.reverses, old.settles) != (given.reference, reverses, settles)
        or old.legs() != list(given.legs)
    ):
        raise Refused(given.key, _OTHER)


def post_columns(act: Act, headers: pa.Table, legs: pa.Table) -> Counts:
    """`post`, all or none, of many transactions as columns; as fast as PostgreSQL takes the rows.

    headers: key (string), kind (int16), day (date32); text, reference (string) and across (bool) may be left out.
    legs: header (int64, place of the transaction in `headers`, ascending), account, amount (int64), fund (int16).
    What is repeated is compared with what is there.  Raises Refused; then nothing may be kept.
    """
    header = _numbers(legs, "header")
    if len(header) and (np.diff(header) < 0).any():
        raise ValueError("legs come in the order of their headers")
    account, fund, amount = (_numbers(legs, name) for name in ("account", "fund", "amount"))
    posted = repeated = 0
    for start in range(0, headers.num_rows, MOST):
        piece = headers.slice(start, MOST)
        count = piece.num_rows
        low, high = np.searchsorted(header, [start, start + count])
        entries = Entries(
            keys=piece["key"].to_pylist(),
            kinds=_numbers(piece, "kind"),
            days=np.asarray(piece["day"].cast(pa.int32())),
            across=_flags(piece, "across"),
            texts=_texts(piece, "text"),
            references=_texts(piece, "reference"),
            header=header[low:high] - start,
            accounts=account[low:high],
            funds=fund[low:high],
            amounts=amount[low:high],
        )
        ids = write(act, entries, State.POSTED)
        if len(ids) < count:
            _compare(entries, set(ids))
        posted += len(ids)
        repeated += count - len(ids)
    return Counts(posted, repeated)


def _numbers(table: pa.Table, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.asarray(table[name], np.int64)


def _texts(table: pa.Table, name: str) -> Sequence[str]:
    if name not in table.column_names:
        return [""] * table.num_rows
    texts: list[str] = table[name].to_pylist()
    return texts


def _flags(table: pa.Table, name: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(table[name], bool) if name in table.column_names else np.zeros(table.num_rows, bool)


def _compare(entries: Entries, new: set[int]) -> None:
    """Raises Refused when a key that was there already stands for something else."""
    there = known(entries.keys)
    for given in _each(entries):
        old = there[given.key]
        if old.id in new:
            new.remove(old.id)
        else:
            _same(old, given, State.POSTED, None, None)


def _each(entries: Entries) -> Iterator[Transaction]:
    accounts, funds, amounts = (np.asarray(x).tolist() for x in (entries.accounts, entries.funds, entries.amounts))
    ends = np.cumsum(np.bincount(entries.header, minlength=len(entries.keys))).tolist()
    kinds, across = np.asarray(entries.kinds).tolist(), np.asarray(entries.across).tolist()
    start = 0
    for k, end in enumerate(ends):
        yield Transaction(
            key=entries.keys[k],
            kind=Kind(kinds[k]),
            day=datetime.date.fromordinal(int(entries.days[k]) + _EPOCH),
            legs=[Leg(accounts[i], funds[i], amounts[i]) for i in range(start, end)],
            text=entries.texts[k],
            reference=entries.references[k],
            across=across[k],
        )
        start = end


def reverse(act: Act, key: str, of: str, day: datetime.date, text: str) -> Posted:
    """A new transaction that takes back the posted one with the key `of`, leg by leg; once only.

    Raises Refused, LookupError when there is no such transaction.
    """
    old = _found(of, State.POSTED)
    mirrored = [Leg(leg.account, leg.fund, -leg.amount) for leg in old.legs()]
    made = Transaction(key, Kind.REVERSAL, day, mirrored, text, old.reference, old.across)
    return _post_one(act, made, State.POSTED, reverses=old.id)


def settle(
    act: Act, key: str, of: str, day: datetime.date, text: str = "", amounts: Mapping[int, int] | None = None
) -> Posted:
    """Posts the pending transaction with the key `of`, once: whole, or in part, by amounts of its accounts.

    amounts: account -> fen; every account of the pending one, 0 for one that is left out.  What is not posted is free
    again.  Raises Refused, LookupError.
    """
    old = _found(of, State.PENDING)
    legs = old.legs()
    if amounts is not None:
        legs = [Leg(leg.account, leg.fund, amounts[leg.account]) for leg in legs if amounts[leg.account]]
    made = Transaction(key, Kind(old.kind), day, legs, text or old.text, old.reference, old.across)
    return _post_one(act, made, State.POSTED, settles=old.id)


def void(act: Act, key: str, of: str, day: datetime.date, text: str) -> Posted:
    """Gives up the pending transaction with the key `of`, once.  Raises Refused, LookupError."""
    old = _found(of, State.PENDING)
    made = _without_legs(act, key, State.VOID, Kind.VOID, day, text, old.id)
    if made is not None:
        return Posted(key, Outcome.POSTED, made)
    there = known([key])[key]
    if (there.state, there.settles, there.day, there.text) != (State.VOID, old.id, day, text):
        raise Refused(key, _BURNED if there.state == State.REFUSED else _OTHER)
    return Posted(key, Outcome.REPEATED, there.id)


def _found(key: str, state: State) -> Known:
    found = known([key]).get(key)
    if found is None or found.state != state:
        raise LookupError(f"没有此键的{state.label}凭证 / no {state.name.lower()} transaction has the key {key}")
    return found
