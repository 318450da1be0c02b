"""到账: the bank's receipts are taken down and booked, and what each pays of which bill is decided by the law.

Money that no bill takes yet stands in the clearing fund (征缴过渡户); see booking.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection as django_connection

from shebao.access.acting import Act
from shebao.contributions.law import computed
from shebao.contributions.models import BankFile, Payment
from shebao.contributions.services import booking
from shebao.database.connection import psycopg_connection
from shebao.database.copying import copy, drawn
from shebao.database.extraction import selected
from shebao.files.bank.receipts import read_receipts
from shebao.files.problems import Problem
from shebao.rules.kernel import EMPTY, Ints

STEP = 5_000  # receipts or bills in one transaction
SPLIT = ("late_fee", "late_fee_due", "receipt_for_contribution", "receipt_for_late_fee", "receipt_rest")

# Bills with what was paid of them, the day of the last contributions, and what the late fee of each came to.
OWED = """FROM contributions_bill b
LEFT JOIN LATERAL (
    SELECT sum(amount) FILTER (WHERE part = 1) AS contribution, sum(amount) FILTER (WHERE part = 2) AS fee,
           max(day) FILTER (WHERE part = 1) AS last
    FROM contributions_payment WHERE bill_id = b.id) p ON true
LEFT JOIN LATERAL (SELECT sum(amount) AS charged FROM contributions_late_fee WHERE bill_id = b.id) f ON true"""
# A provisional bill that is taken back owes nothing more, paid or not.
TAKEN_BACK = "(b.kind = 3 AND EXISTS (SELECT FROM contributions_bill t WHERE t.takes_back_id = b.id))"
OVERDUE = f"CASE WHEN {TAKEN_BACK} THEN 0 ELSE b.employer + b.own - coalesce(p.contribution, 0) END"
# What of a receipt is not used yet; whoever uses it sees all that used it, whosever bills they are.
LEFT = "r.amount - contributions_used(r.id)"
CARRIED = "coalesce(f.charged, 0) - coalesce(p.fee, 0)"


@dataclass
class Received:
    """What became of a bank file; fen.  repeated: the same file was taken before, and nothing was done."""

    rows: int = 0
    total: int = 0
    repeated: bool = False
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Matched:
    """What receipts were found to pay; fen."""

    receipts: int = 0
    contributions: int = 0
    late_fees: int = 0
    refused: int = 0  # receipts that the law could not split

    def add(self, other: Matched) -> None:
        """Another part of the run."""
        self.receipts += other.receipts
        self.contributions += other.contributions
        self.late_fees += other.late_fees
        self.refused += other.refused


def receive_file(act: Act, data: bytes, name: str, bank: str = "") -> Received:
    """Takes a bank file as it comes.  One with a fault is not taken, and each fault is told.

    Raises FileRefused when it is no file of receipts.
    """
    read = read_receipts(data, name)
    if not read.usable:
        return Received(read.count, read.total, problems=read.problems)
    given = {"number": "order", "payer": "payer", "account": "account"}
    table = pa.table(
        {
            "row": read.table["row"].cast(pa.int32()),
            "reference": read.table["reference"],
            **{column: pc.fill_null(read.table[told], "") for column, told in given.items()},
            "amount": read.table["amount_fen"],
            "day": read.table["day"],
        }
    )
    return receive(act, name, hashlib.sha256(data).digest(), table, bank)


def receive(act: Act, name: str, sha256: bytes, receipts: pa.Table, bank: str = "") -> Received:
    """Takes down the receipts of a bank file and books each as money on our account; all of it or nothing.

    receipts: columns row, reference, number (of the bill, empty if the payer gave none), payer, account, amount (fen),
    day.  A reference that is known already is a problem of its row.
    """
    total = int(np.asarray(receipts.column("amount")).sum())
    with django_connection.cursor() as cursor:  # who hands in the same file at the same time waits, and is told
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('contributions.bank_file'))")
    if BankFile.objects.filter(sha256=sha256).exists():
        return Received(receipts.num_rows, total, repeated=True)
    problems = _repeated(name, receipts)
    if problems:
        return Received(receipts.num_rows, total, problems=problems)
    kept = BankFile.objects.create(
        name=name, sha256=sha256, bank=bank, rows=receipts.num_rows, total=total, act_id=act.id
    )
    connection = psycopg_connection()
    count = receipts.num_rows
    ids = drawn(connection, "contributions_receipt_id_seq", count)
    table = receipts.append_column("id", pa.array(ids))
    table = table.append_column("bank_file_id", pa.array(np.full(count, kept.pk)))
    table = table.append_column("act_id", pa.array(np.full(count, act.id)))
    copy(connection, "contributions_receipt", table)
    booking.received(act, table)
    return Received(count, total)


def _repeated(name: str, receipts: pa.Table) -> list[Problem]:
    references = receipts.column("reference").to_pylist()
    with django_connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.reference, f.name FROM contributions_receipt r LEFT JOIN contributions_bank_file f "
            "ON f.id = r.bank_file_id WHERE r.reference = ANY(%s)",
            [references],
        )
        known = dict(cursor.fetchall())
    rows = receipts.column("row").to_pylist()
    return [
        Problem(
            name,
            f"该笔到账已在文件{known[reference]}中入账，请删除该行",
            f"was taken from {known[reference]} already; remove the row",
            row,
            field="reference",
            found=reference,
        )
        for row, reference in zip(rows, references, strict=True)
        if reference in known
    ]


def alone() -> None:
    """One transaction at a time decides what money pays: bills and receipts have no locks of their own."""
    with django_connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('contributions.receiving'))")


def match(act: Act, most: int = STEP) -> Matched:
    """Pays bills from receipts that name one and paid nothing yet, up to `most`; 0 receipts when none is left.

    A receipt pays what its bill owes, contributions before late fee; the rest stays in clearing.  What the law cannot
    split waits, and holds up nothing but its bill.
    """
    alone()
    # of several receipts for a bill the earliest; the next one in the next turn, when it owes less
    chosen = (
        "FROM (SELECT DISTINCT ON (r.number) r.* FROM (SELECT r.* FROM contributions_receipt r WHERE r.number <> '' "
        f"AND NOT EXISTS (SELECT FROM contributions_payment q WHERE q.receipt_id = r.id) AND EXISTS (SELECT {OWED} "
        f"WHERE b.number = r.number AND b.id <> ALL(%s) AND ({OVERDUE} > 0 OR {CARRIED} > 0)) OFFSET 0) r "
        f"WHERE {LEFT} > 0 ORDER BY r.number, r.day, r.id LIMIT %s) r JOIN "
    )
    found = Matched()
    refused: list[int] = []
    while found.receipts < most:
        part, cannot = _pay(act, chosen, "b.number = r.number", [refused, most - found.receipts])
        found.add(part)
        refused += cannot
        if not part.receipts and not cannot:
            break
    return found


def assign(act: Act, receipt_id: int, bill_id: int) -> Matched:
    """Pays a bill from what is left of a receipt that named none, a wrong one, or one that owed less.

    Raises LookupError when it pays nothing there.
    """
    alone()
    chosen = f"FROM (SELECT r.* FROM contributions_receipt r WHERE r.id = %s AND {LEFT} > 0) r JOIN "
    found, _ = _pay(act, chosen, "b.id = %s", [receipt_id, bill_id])
    if not found.receipts:
        raise LookupError("该笔到账已使用，或账单没有欠费 / the receipt is used already, or the bill owes nothing")
    return found


def _pay(act: Act, receipts: str, on: str, parameters: Sequence[object]) -> tuple[Matched, list[int]]:
    """Gives also the bills whose receipt the law could not split."""
    owed = OWED.removeprefix("FROM contributions_bill b\n")
    rows = selected(
        psycopg_connection(),
        {
            "receipt": "r.id",
            "amount": LEFT,
            "day": "r.day - DATE '1970-01-01'",
            "bill": "b.id",
            "overdue": OVERDUE,
            "due": "b.due_day - DATE '1970-01-01'",
            "last": "p.last - DATE '1970-01-01'",
            "carried": CARRIED,
        },
        f"{receipts} contributions_bill b ON {on} {owed} WHERE {OVERDUE} > 0 OR {CARRIED} > 0",
        parameters,
    )
    if not len(rows["receipt"]):
        return Matched(), []
    outcome = computed(SPLIT, _split_facts(rows), on=int(rows["day"].max()))
    decided = np.logical_and.reduce([outcome.statuses[name] == 0 for name in SPLIT])
    values = {name: outcome.values[name] for name in SPLIT}
    _charge(act, rows, values["late_fee"], decided)
    contribution = _payments(act, rows, Payment.Part.CONTRIBUTION, values["receipt_for_contribution"], decided)
    fees = _payments(act, rows, Payment.Part.LATE_FEE, values["receipt_for_late_fee"], decided)
    refused = rows["bill"][~decided].tolist()
    return Matched(int(decided.sum()), contribution, fees, len(refused)), refused


def _split_facts(rows: dict[str, Ints]) -> pa.Table:
    """Facts for the rules of a receipt; a first receipt has no earlier one."""
    return pa.table(
        {
            "receipt_amount": rows["amount"],
            "overdue_amount": rows["overdue"],
            "due_day": days(rows["due"]),
            "paid_day": days(rows["day"]),
            "last_receipt_day": days(rows["last"]),
            "late_fee_carried": rows["carried"],
        }
    )


def days(numbers: Ints) -> pa.Array:
    """Days since 1970 as dates; EMPTY is null."""
    empty = numbers == EMPTY
    return pa.array(np.where(empty, 0, numbers).astype(np.int32), pa.int32(), mask=empty).view(pa.date32())


def _charge(act: Act, rows: dict[str, Ints], fee: Ints, decided: np.ndarray) -> None:
    """Takes down the late fee of this stretch."""
    charged = decided & (fee > 0)
    if not charged.any():
        return
    first = np.where(rows["last"] == EMPTY, rows["due"] + 1, np.maximum(rows["last"], rows["due"] + 1))
    table = pa.table(
        {
            "bill_id": rows["bill"],
            "overdue": rows["overdue"],
            "first_day": days(first),
            "paid_day": days(rows["day"]),
            "amount": fee,
            "act_id": np.full(len(fee), act.id),
        }
    )
    copy(psycopg_connection(), "contributions_late_fee", table.filter(pa.array(charged)))


def _payments(act: Act, rows: dict[str, Ints], part: Payment.Part, amount: Ints, decided: np.ndarray) -> int:
    paid = decided & (amount > 0)
    count = int(paid.sum())
    if not count:
        return 0
    connection = psycopg_connection()
    table = pa.table(
        {
            "id": drawn(connection, "contributions_payment_id_seq", count),
            "receipt_id": rows["receipt"][paid],
            "bill_id": rows["bill"][paid],
            "part": np.full(count, part, np.int16),
            "amount": amount[paid],
            "day": days(rows["day"][paid]),
            "act_id": np.full(count, act.id),
        }
    )
    copy(connection, "contributions_payment", table)
    if part == Payment.Part.LATE_FEE:
        booking.late_fees(act, table)
    return int(amount[paid].sum())
