"""Collection by the bank (银行托收): orders to take contributions from accounts, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shebao.files.bank.delimited import (
    Named,
    Records,
    amounts,
    chained,
    compared,
    compared_sum,
    control,
    days,
    once,
    read_records,
    write_lines,
)
from shebao.files.problems import Problem
from shebao.files.sheets import file_bytes
from shebao.rules.kinds import Code
from shebao.rules.values import yuan

Numbers = npt.NDArray[np.int64]
DONE, NOT_KNOWN = 0, 99  # results that every such list has


class Result(Code):
    """What became of an order; written with two digits.  The list is the project's own."""

    PAID = 0, "扣款成功", "paid"
    NOT_ENOUGH = 1, "余额不足", "not enough money"
    NO_ACCOUNT = 2, "账号不存在", "no such account"
    OTHER_NAME = 3, "户名不符", "the name differs"
    FROZEN = 4, "账户冻结或止付", "account frozen"
    CLOSED = 5, "账户已销户", "account closed"
    NO_MANDATE = 6, "未签订托收协议", "no mandate"
    OVER_LIMIT = 7, "超过限额", "over the limit"
    REPEATED = 8, "重复指令", "order repeated"
    FAILED = 9, "银行处理失败", "failed at the bank"
    UNKNOWN = 99, "结果未明", "not known yet"


ORDERS = pa.schema(
    [
        ("serial", pa.int64()),
        ("order", pa.string()),
        ("account", pa.string()),
        ("name", pa.string()),
        ("amount_fen", pa.int64()),
        ("summary", pa.string()),
    ]
)
RETURNED = pa.schema(
    [
        ("row", pa.int64()),
        ("serial", pa.int64()),
        ("order", pa.string()),
        ("account", pa.string()),
        ("amount_fen", pa.int64()),
        ("result", pa.int16()),
        ("reference", pa.string()),
        ("day", pa.date32()),
        ("message", pa.string()),
    ]
)
_COLUMNS = (
    Named("serial", "序号", True, longest=18),
    Named("order", "缴费单号", True, longest=64),
    Named("account", "付款账号", True, longest=40),
    Named("amount", "金额", True),
    Named("code", "结果代码", True, longest=2),
    Named("reference", "银行流水号", False, longest=64),
    Named("time", "处理时间", False),
    Named("message", "说明", False, longest=500),
)


@dataclass(frozen=True)
class Collected:
    """The return of a batch.  paid, paid_total (fen): of the orders with result PAID, as the first line says.

    table: of RETURNED, empty unless the file is usable; result is a Result, reference and day are given where paid.
    """

    file: str
    batch: str
    day: date | None
    count: int
    total: int
    paid: int
    paid_total: int
    table: pa.Table
    problems: list[Problem]

    @property
    def usable(self) -> bool:
        """Whether every record is sound and all counts and totals agree."""
        return not self.problems


def write_collection(out: str | Path, batch: str, day: date, orders: pa.Table, encoding: str = "gb18030") -> int:
    """Writes the orders of a batch for the bank and returns their total in fen.

    orders: of ORDERS; serials and orders once each, amounts above 0.  The file is complete under its name or not
    there.  Raises ValueError for orders that no bank could take.
    """
    fen = np.asarray(orders.column("amount_fen"), np.int64) if len(orders) else np.zeros(0, np.int64)
    if (fen <= 0).any():
        raise ValueError(f"order {orders.column('order')[int(np.argmax(fen <= 0))]} has no amount to collect")
    for name in ("serial", "order"):
        if len(set(orders.column(name).to_pylist())) != len(orders):
            raise ValueError(f"a {name} stands twice in the orders")
    for name in ("serial", "order", "account", "name"):
        if orders.column(name).null_count:
            raise ValueError(f"an order has no {name}")
    total = int(fen.sum())
    rows = zip(*(orders.column(name).to_pylist() for name in ORDERS.names), strict=True)
    lines = ((*row[:4], yuan(row[4]), row[5]) for row in rows)
    write_lines(out, chained((batch, f"{day:%Y%m%d}", len(orders), yuan(total)), lines), encoding)
    return total


def read_collection_return(
    source: str | Path | bytes, sent: pa.Table | None = None, batch: str = "", name: str = ""
) -> Collected:
    """Reads what the bank returned; its first line goes on with the count and total of what was paid.

    sent: the orders (ORDERS) that were sent as batch `batch`: every one must be answered once, with its order, account
    and amount.  Raises FileRefused when it is no such file.
    """
    return read_return(source, _COLUMNS, Result, sent, batch, name)


def read_return(
    source: str | Path | bytes,
    columns: Sequence[Named],
    codes: type[Code],
    sent: pa.Table | None,
    batch: str,
    name: str,
) -> Collected:
    """The same for any file of this form: its titles, and its results, of which 0 is done."""
    data, name = file_bytes(source, name)
    records = read_records(data, name, columns, 6)
    fen = amounts(records, "amount")
    processed = days(records, "time")
    serials = _whole(records, "serial")
    results = _results(records, codes)
    once(records, "serial")
    once(records, "order")
    once(records, "reference")
    head = control(records, fen)
    paid = results == DONE
    given_paid = compared(records, "paid", records.head[4], int(paid.sum()), "成功笔数", "paid orders")
    given_total = compared_sum(records, "paid_total", records.head[5], int(fen[paid].sum()))
    for needed, array in (("reference", records.texts["reference"]), ("time", processed)):
        for k in np.flatnonzero(paid & array.is_null().to_numpy(zero_copy_only=False)).tolist():
            fault = ("扣款成功的须有此项，请银行补充", "is needed for an order that was paid; have the bank add it")
            records.say(k, needed, None, fault)
    if batch and head.batch != batch:
        fault = (f"不是批次{batch}的回盘，请核对文件", f"is not the return of batch {batch}; look for the right file")
        records.say_head("batch", head.batch, fault)
    if sent is not None:
        _answered(records, sent, serials, fen)
    problems = records.told()
    table = RETURNED.empty_table()
    if not problems:
        texts = records.texts
        table = pa.Table.from_arrays(
            [
                pa.array(records.lines),
                pa.array(serials),
                texts["order"],
                texts["account"],
                pa.array(fen),
                pa.array(results.astype(np.int16)),
                texts["reference"],
                processed,
                texts["message"],
            ],
            schema=RETURNED,
        )
    return Collected(name, head.batch, head.day, head.count, head.total, given_paid, given_total, table, problems)


def _whole(records: Records, name: str) -> Numbers:
    found = np.full(len(records.lines), -1, np.int64)
    for k, text in enumerate(records.texts[name].to_pylist()):
        if text is not None:
            if text.isascii() and text.isdigit():
                found[k] = int(text)
            else:
                records.say(k, name, text, ("不是整数，请银行核对", "is no whole number; have the bank check it"))
    return found


def _results(records: Records, codes: type[Code]) -> Numbers:
    known = {f"{int(code):02d}": int(code) for code in codes}
    found = np.full(len(records.lines), NOT_KNOWN, np.int64)
    for k, text in enumerate(records.texts["code"].to_pylist()):
        if text in known:
            found[k] = known[text]
        elif text is not None:
            fault = (
                f"不是已知的结果代码，应为：{'、'.join(known)}，请银行核对",
                f"is no known result; wanted one of {', '.join(known)}: have the bank check it",
            )
            records.say(k, "code", text, fault)
    return found


def _answered(records: Records, sent: pa.Table, serials: Numbers, fen: Numbers) -> None:
    """Every order that was sent is answered once, and nothing else."""
    wanted = {
        row["serial"]: (row["order"], row["account"], row["amount_fen"])
        for row in sent.select(["serial", "order", "account", "amount_fen"]).to_pylist()
    }
    rows = zip(
        serials.tolist(),
        records.texts["order"].to_pylist(),
        records.texts["account"].to_pylist(),
        fen.tolist(),
        strict=True,
    )
    for k, (serial, *rest) in enumerate(rows):
        order = wanted.pop(serial, None)
        if order is None and serial >= 0:
            fault = ("没有发出此序号的指令，请银行核对", "answers no order that was sent; have the bank check it")
            records.say(k, "serial", str(serial), fault)
        elif order is not None:
            for name, found, original in zip(("order", "account", "amount"), rest, order, strict=True):
                if found != original and found:
                    shown = yuan(original) if name == "amount" else original
                    fault = (
                        f"与发出的指令不同（{shown}），请银行核对",
                        f"differs from the order that was sent ({shown}); have the bank check it",
                    )
                    records.say(k, name, yuan(found) if name == "amount" else found, fault)
    if wanted:
        serial = ", ".join(map(str, sorted(wanted)[:5])) + (" ..." if len(wanted) > 5 else "")
        fault = (
            f"有{len(wanted)}笔指令没有回盘（序号{serial}），请银行补充后重新传送",
            f"{len(wanted)} orders are not answered (serial {serial}); have the bank send the whole return",
        )
        records.say_head("count", records.head[2], fault)
