"""账单: items become bills, one for each payer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shebao.access.acting import Act
from shebao.contributions.law import computed
from shebao.contributions.models import Bill, Item
from shebao.contributions.numbers import bill_number
from shebao.database.connection import psycopg_connection
from shebao.database.copying import copy, drawn
from shebao.rules.kernel import Ints
from shebao.rules.kinds import date_of, day

AMOUNTS = ("base", "employer", "own", "subsidy", "account", "large")  # bills have all but the first
EMPLOYER, OWN, SUBSIDY = (AMOUNTS.index(name) for name in ("employer", "own", "subsidy"))


@dataclass(frozen=True)
class Due:
    """Items to be billed: columns of n rows.

    payer: the organisation, or minus the person who pays himself.  amounts: (n, 6) in the order of AMOUNTS, fen.
    month: days since 1970 of the first day.
    """

    person: Ints
    payer: Ints
    insurance: Ints
    month: Ints
    kind: Ints
    amounts: Ints

    def __len__(self) -> int:
        return len(self.person)


@dataclass
class Billed:
    """What a run of assessment came to; fen."""

    persons: int = 0  # person-months looked at
    items: int = 0
    bills: int = 0
    approx: int = 0  # bills with an approximate figure of the law
    problems: int = 0  # found now, by person, month and insurance
    employer: int = 0
    own: int = 0
    subsidy: int = 0
    numbers: list[int] = field(default_factory=list)  # ids of the bills

    def add(self, other: Billed) -> None:
        """Counts of another part of the run."""
        for name in ("persons", "items", "bills", "approx", "problems", "employer", "own", "subsidy"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.numbers += other.numbers


def due_day(month: date) -> date:
    """The last day to pay the bills of a month, by the law.  Raises LookupError when the law has none."""
    days = pa.array([day(month)], pa.int32()).view(pa.date32())
    found = computed(("bill_due_day",), pa.table({"contribution_day": days}), day(month))
    if found.statuses["bill_due_day"][0]:
        raise LookupError(f"the law has no last day to pay for {month:%Y-%m}")
    return date_of(int(found.values["bill_due_day"][0]))


def write(act: Act, month: date, due: Due, approx_payers: Ints) -> Billed:
    """Bills of a month over items, one for each payer; approx_payers: whose amounts use approximate figures."""
    if not len(due):
        return Billed()
    connection = psycopg_connection()
    payers, place = np.unique(due.payer, return_inverse=True)
    regular = np.isin(np.arange(len(payers)), place[due.kind == Item.Kind.REGULAR])
    sums = _sums(due.amounts, place, len(payers))
    approx = np.isin(payers, approx_payers)
    ids, bills = bills_of(
        act,
        month,
        payers,
        kind=np.where(regular, Bill.Kind.REGULAR, Bill.Kind.DIFFERENCE),
        persons=_distinct(place, due.person, len(payers)),
        employer=sums[:, EMPLOYER],
        own=sums[:, OWN],
        subsidy=sums[:, SUBSIDY],
        approx=approx,
    )
    copy(connection, "contributions_bill", bills)
    copy(connection, "contributions_bill_line", _lines(due, place, ids))
    copy(connection, "contributions_item", _items(act, due, ids[place]))
    total = sums.sum(axis=0)
    return Billed(
        items=len(due),
        bills=len(payers),
        approx=int(approx.sum()),
        employer=int(total[EMPLOYER]),
        own=int(total[OWN]),
        subsidy=int(total[SUBSIDY]),
        numbers=ids.tolist(),
    )


def bills_of(
    act: Act,
    month: date,
    payers: Ints,
    *,
    kind: Ints,
    persons: Ints,
    employer: Ints,
    own: Ints,
    subsidy: Ints,
    approx: npt.NDArray[np.bool_],
) -> tuple[Ints, pa.Table]:
    """New bills, to be copied: their ids, and their rows; payers: organisations, or minus persons."""
    count = len(payers)
    ids = drawn(psycopg_connection(), "contributions_bill_id_seq", count)
    table = pa.table(
        {
            "id": ids,
            "number": [bill_number(month, number) for number in ids.tolist()],
            "organisation_id": pa.array(payers, mask=payers < 0),
            "person_id": pa.array(-payers, mask=payers > 0),
            "month": _dates(np.full(count, day(month))),
            "kind": kind.astype(np.int16),
            "due_day": _dates(np.full(count, day(due_day(month)))),
            "persons": persons.astype(np.int32),
            "employer": np.ascontiguousarray(employer),
            "own": np.ascontiguousarray(own),
            "subsidy": np.ascontiguousarray(subsidy),
            "approx": approx,
            "act_id": np.full(count, act.id),
        }
    )
    return ids, table


def lines_table(
    bill: Ints, insurance: Ints, persons: Ints, employer: Ints, own: Ints, subsidy: Ints, account: Ints, large: Ints
) -> pa.Table:
    """Lines of bills, to be copied."""
    amounts = {"employer": employer, "own": own, "subsidy": subsidy, "account": account, "large": large}
    return pa.table(
        {
            "bill_id": bill,
            "insurance": insurance.astype(np.int16),
            "persons": persons.astype(np.int32),
            **{name: np.ascontiguousarray(column) for name, column in amounts.items()},
        }
    )


def _items(act: Act, due: Due, bill: Ints) -> pa.Table:
    return pa.table(
        {
            "person_id": due.person,
            "month": _dates(due.month),
            "insurance": due.insurance.astype(np.int16),
            "organisation_id": pa.array(due.payer, mask=due.payer < 0),
            "kind": due.kind.astype(np.int16),
            **{name: np.ascontiguousarray(due.amounts[:, k]) for k, name in enumerate(AMOUNTS)},
            "bill_id": bill,
            "act_id": np.full(len(due), act.id),
        }
    )


def _lines(due: Due, place: Ints, ids: Ints) -> pa.Table:
    """Sums by bill and insurance."""
    keys, line = np.unique(place * 8 + due.insurance, return_inverse=True)
    sums = _sums(due.amounts, line, len(keys))
    amounts = [sums[:, k] for k in range(1, len(AMOUNTS))]
    return lines_table(ids[keys // 8], keys % 8, _distinct(line, due.person, len(keys)), *amounts)


def _sums(amounts: Ints, place: Ints, groups: int) -> Ints:
    """Exact sums of int64 rows by group, shape (groups, columns)."""
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(groups))
    found: Ints = np.add.reduceat(amounts[order], starts, axis=0)
    return found


def _distinct(place: Ints, person: Ints, groups: int) -> Ints:
    """How many different persons each group has."""
    order = np.lexsort((person, place))
    p, q = place[order], person[order]
    first = np.ones(len(p), bool)
    first[1:] = (p[1:] != p[:-1]) | (q[1:] != q[:-1])
    found: Ints = np.bincount(p[first], minlength=groups)
    return found


def _dates(days: Ints) -> pa.Array:
    return pa.array(days.astype(np.int32)).view(pa.date32())
