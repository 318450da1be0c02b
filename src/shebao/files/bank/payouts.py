"""Payments by the bank in a batch (银行代发) as a delimited file, and what became of each."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa

from shebao.files.bank.collection import Collected, read_return, write_collection
from shebao.files.bank.delimited import Named
from shebao.rules.kinds import Code


class Result(Code):
    """What became of a payment; written with two digits.  The list is the project's own."""

    PAID = 0, "发放成功", "paid"
    NO_ACCOUNT = 2, "账号不存在", "no such account"
    OTHER_NAME = 3, "户名不符", "the name differs"
    FROZEN = 4, "账户冻结", "account frozen"
    CLOSED = 5, "账户已销户", "account closed"
    REPEATED = 8, "重复指令", "payment repeated"
    FAILED = 9, "银行处理失败", "failed at the bank"


_COLUMNS = (
    Named("serial", "序号", True, longest=18),
    Named("order", "发放单号", True, longest=64),
    Named("account", "收款账号", True, longest=40),
    Named("amount", "金额", True),
    Named("code", "结果代码", True, longest=2),
    Named("reference", "银行流水号", False, longest=64),
    Named("time", "处理时间", False),
    Named("message", "说明", False, longest=500),
)


def write_payouts(out: str | Path, batch: str, day: date, payments: pa.Table, encoding: str = "gb18030") -> int:
    """Writes the payments of a batch, with control totals, and returns their total in fen.

    payments: of shebao.files.bank.collection.ORDERS, account and name the payee's.  Raises ValueError.
    """
    return write_collection(out, batch, day, payments, encoding)


def read_payout_return(
    source: str | Path | bytes, sent: pa.Table | None = None, batch: str = "", name: str = ""
) -> Collected:
    """Reads what the bank returned.

    sent: what was sent as batch `batch`: each payment must be answered once, with its order, account and amount.
    Raises FileRefused when it is no such file.
    """
    return read_return(source, _COLUMNS, Result, sent, batch, name)
