"""三方对账: a day's cases, ledger and bank, by reference."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from django.db import connection

from shebao.access.acting import Act

BANK_ACCOUNTS = (102, 103, 104)  # 支出户、收入户、财政专户


@dataclass(frozen=True)
class Side:
    """Money in (positive) or out (negative), fen, under the reference that case, ledger and bank share."""

    reference: str
    amount: int


class Difference(Enum):
    """What does not agree."""

    NOT_POSTED = "未记账"  # a case without a movement in the ledger
    NO_CASE = "无业务依据"  # a movement in the ledger without a case
    IN_TRANSIT = "在途"  # in the ledger, not yet at the bank
    UNKNOWN_TO_LEDGER = "银行已发生未记账"
    CASE_AMOUNT = "业务与账面金额不符"
    BANK_AMOUNT = "账面与银行金额不符"
    TWICE_AT_BANK = "银行重复"  # as many times the amount as there are lines
    TWICE_IN_LEDGER = "账面重复"


@dataclass(frozen=True)
class Found:
    """One difference; None for a side that has no such reference."""

    difference: Difference
    reference: str
    case: int | None
    ledger: int | None
    bank: int | None


@dataclass(frozen=True)
class Comparison:
    """A day's three totals and where they differ.  ledger = bank + in transit + the other differences."""

    day: datetime.date
    cases: int
    ledger: int
    bank: int
    differences: list[Found]


def ledger_side(act: Act, day: datetime.date, charts: Sequence[int] = BANK_ACCOUNTS) -> list[Side]:
    """The day's movements of the bank accounts, one a transaction; what only moves between them sums to nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.reference, sum(p.amount)::bigint FROM ledger_posting p "
            "JOIN ledger_account a ON a.id = p.account_id JOIN ledger_transaction t ON t.id = p.transaction_id "
            "WHERE p.day = %s AND a.chart_id = ANY(%s) AND a.owner IS NULL "
            "GROUP BY t.id, t.reference HAVING sum(p.amount) <> 0 ORDER BY t.id",
            [day, list(charts)],
        )
        return [Side(reference, amount) for reference, amount in cursor.fetchall()]


def three_way(act: Act, day: datetime.date, cases: Iterable[Side], bank: Iterable[Side]) -> Comparison:
    """Compares a day: cases (bills, awards) and statement lines as the rooms above have them, and the ledger's."""
    return compare(day, cases, ledger_side(act, day), bank)


def compare(day: datetime.date, cases: Iterable[Side], ledger: Iterable[Side], bank: Iterable[Side]) -> Comparison:
    """The comparison itself.  Several rows of a case under a reference are one sum; of ledger and bank, one is due."""
    by_case, by_ledger, by_bank = _grouped(cases), _grouped(ledger), _grouped(bank)
    found: list[Found] = []
    for reference in sorted(by_case.keys() | by_ledger.keys() | by_bank.keys()):
        case, book, line = by_case.get(reference), by_ledger.get(reference), by_bank.get(reference)
        for what in _differences(case, book, line):
            found.append(Found(what, reference, _sum(case), _sum(book), _sum(line)))
    cases_sum, ledger_sum, bank_sum = (sum(map(sum, side.values())) for side in (by_case, by_ledger, by_bank))
    return Comparison(day, cases_sum, ledger_sum, bank_sum, found)


def _sum(rows: list[int] | None) -> int | None:
    return None if rows is None else sum(rows)


def _grouped(side: Iterable[Side]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in side:
        found.setdefault(row.reference, []).append(row.amount)
    return found


def _differences(case: list[int] | None, book: list[int] | None, line: list[int] | None) -> Iterable[Difference]:
    if book is None:
        if case is not None:
            yield Difference.NOT_POSTED
        if line is not None:
            yield Difference.UNKNOWN_TO_LEDGER
        return
    if case is None:
        yield Difference.NO_CASE
    elif sum(case) != sum(book):
        yield Difference.TWICE_IN_LEDGER if _repeated(book, sum(case)) else Difference.CASE_AMOUNT
    if line is None:
        yield Difference.IN_TRANSIT
    elif sum(line) != sum(book):
        if _repeated(line, sum(book)):
            yield Difference.TWICE_AT_BANK
        elif not (case is not None and _repeated(book, sum(case))):
            yield Difference.BANK_AMOUNT


def _repeated(rows: list[int], once: int) -> bool:
    """The same amount more than once where it is due once."""
    return len(rows) > 1 and set(rows) == {once}
