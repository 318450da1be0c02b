"""Receipts that a bank reports: money that arrived on the fund's account, each with what it is said to pay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from shebao.files.bank.delimited import Named, amounts, chained, control, days, once, read_records, write_lines
from shebao.files.problems import Problem
from shebao.files.sheets import file_bytes
from shebao.rules.values import yuan

RECEIVED = pa.schema(
    [
        ("row", pa.int64()),
        ("reference", pa.string()),
        ("account", pa.string()),
        ("payer", pa.string()),
        ("order", pa.string()),
        ("amount_fen", pa.int64()),
        ("day", pa.date32()),
        ("summary", pa.string()),
    ]
)
_COLUMNS = (
    Named("serial", "序号", True, longest=20),
    Named("reference", "银行流水号", True, ("交易流水号",), longest=64),
    Named("account", "付款账号", False, ("付款人账号",), longest=40),
    Named("payer", "付款户名", False, ("付款人", "付款人户名")),
    Named("order", "缴费单号", False, ("缴款单号",), longest=64),
    Named("amount", "金额", True, ("金额（元）",)),
    Named("time", "到账时间", True, ("入账时间", "到账日期")),
    Named("summary", "摘要", False, ("附言",), longest=500),
)


@dataclass(frozen=True)
class Receipts:
    """batch, day, count and total (fen) of the first line; day None when it is bad.

    table: of RECEIVED, in the order of the file, empty unless the file is usable; account, payer, order and summary
    are null where the bank gives none.
    """

    file: str
    batch: str
    day: date | None
    count: int
    total: int
    table: pa.Table
    problems: list[Problem]

    @property
    def usable(self) -> bool:
        """Whether every record is sound and count and total agree."""
        return not self.problems


def read_receipts(source: str | Path | bytes, name: str = "") -> Receipts:
    """Reads a file of receipts, by path or from memory.  Raises FileRefused when it is no such file."""
    data, name = file_bytes(source, name)
    records = read_records(data, name, _COLUMNS, 4)
    fen = amounts(records, "amount")
    received = days(records, "time")
    once(records, "serial")
    once(records, "reference")
    head = control(records, fen)
    problems = records.told()
    texts = records.texts
    table = RECEIVED.empty_table()
    if not problems:
        table = pa.Table.from_arrays(
            [
                pa.array(records.lines),
                *(texts[column] for column in ("reference", "account", "payer", "order")),
                pa.array(fen),
                received,
                texts["summary"],
            ],
            schema=RECEIVED,
        )
    return Receipts(name, head.batch, head.day, head.count, head.total, table, problems)


def write_receipts(out: str | Path, batch: str, day: date, table: pa.Table, encoding: str = "utf-8") -> int:
    """Writes receipts as a bank would, for a sample city and for tests, and returns their total in fen.

    table: the columns of RECEIVED but `row`.  Raises ValueError for a text with a separator in it.
    """
    total = int(np.asarray(table.column("amount_fen")).sum()) if len(table) else 0
    names = ("reference", "account", "payer", "order", "amount_fen", "day", "summary")
    rows = zip(*(table.column(column).to_pylist() for column in names), strict=True)
    lines = ((k, *row[:4], yuan(row[4]), *row[5:]) for k, row in enumerate(rows, 1))
    write_lines(out, chained((batch, f"{day:%Y%m%d}", len(table), yuan(total)), lines), encoding)
    return total
