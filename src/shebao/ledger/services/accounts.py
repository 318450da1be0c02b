"""Accounts: made when first asked for, moved with their owner."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import connection

from shebao.access.acting import Act
from shebao.ledger.arrays import Smallints, Texts, opened
from shebao.ledger.models import Fund
from shebao.ledger.services.journal import refusing
from shebao.ledger.values import AccountKey

_MOST = 100_000  # keys in one statement


def accounts(act: Act, wanted: Sequence[AccountKey]) -> list[int]:
    """Ids of the accounts, in order; those that are not there are made.  Raises Refused."""
    if not wanted:
        return []
    return _ids(
        [key.chart for key in wanted],
        [key.fund for key in wanted],
        [int(key.part) for key in wanted],
        [key.place for key in wanted],
        [key.owner for key in wanted],
    )


def account_columns(act: Act, wanted: pa.Table) -> npt.NDArray[np.int64]:
    """The same for many: columns chart, fund, part (int16), place (string), owner (string, null for none)."""
    found = [np.empty(0, np.int64)]
    for piece in wanted.to_batches(_MOST):
        chart, fund, part = (np.asarray(piece.column(name)) for name in ("chart", "fund", "part"))
        place, owner = (piece.column(name).to_pylist() for name in ("place", "owner"))
        found.append(np.asarray(_ids(chart, fund, part, place, owner), np.int64))
    return np.concatenate(found)


def _ids(
    charts: npt.ArrayLike,
    funds: npt.ArrayLike,
    parts: npt.ArrayLike,
    places: Sequence[str],
    owners: Sequence[str | None],
) -> list[int]:
    given = [*map(Smallints.of, (charts, funds, parts)), Texts.of(places), Texts.of(owners)]
    with refusing(), opened() as cursor:
        cursor.execute("SELECT id FROM ledger_accounts(%s, %s, %s, %s, %s)", given, prepare=True)
        return [row[0] for row in cursor]


def move_owner(act: Act, owner: str, place: str) -> int:
    """The owner's accounts are kept in another place from now on; gives their number.  No money moves.

    The act sees both places, as acts of `ledger.%` do.
    """
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_account SET place = %s WHERE owner = %s", [place, owner])
        return int(cursor.rowcount)


def add_fund(act: Act, code: int, insurance: int, name: str, place: str) -> Fund:
    """A fund beside the city's, such as a district's own."""
    return Fund.objects.create(code=code, insurance=insurance, name=name, place=place)
