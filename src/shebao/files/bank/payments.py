"""Payments that a bank is told to make, refunds among them, as ISO 20022 pain.001.001.09."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any
from xml.sax.saxutils import XMLGenerator

import pyarrow as pa
import pyarrow.compute as pc

from shebao.files.whole import whole_file
from shebao.rules.values import yuan

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
PAYMENTS = pa.schema(
    [
        ("order", pa.string()),
        ("name", pa.string()),
        ("account", pa.string()),
        ("bank", pa.string()),
        ("amount_fen", pa.int64()),
        ("summary", pa.string()),
    ]
)
_CHUNK = 50_000  # payments held as Python objects at a time
_ID = re.compile(r"[0-9A-Za-z/?:().,'+ -]{1,35}", re.ASCII)


@dataclass(frozen=True)
class Payer:
    """The account that pays.  bank: its CNAPS number (12 digits)."""

    name: str
    account: str
    bank: str


def write_payments(
    out: str | Path, message: str, created: datetime, payer: Payer, day: date, payments: pa.Table
) -> int:
    """Writes the payments of a day and returns their total in fen.

    message: a number of its own for each file, which a bank takes once.  payments: of PAYMENTS, `order` the number by
    which the statement will name each, `bank` the payee's CNAPS number.  The file is complete under its name or not
    there; memory does not grow with it.  Raises ValueError for payments that no bank could take.
    """
    _check(message, payer, payments)
    total = int(pc.sum(payments["amount_fen"]).as_py())
    count, day_text = str(payments.num_rows), day.isoformat()
    with whole_file(out) as file:
        xml = _Writer(file)
        with xml.element("Document", {"xmlns": NAMESPACE}), xml.element("CstmrCdtTrfInitn"):
            with xml.element("GrpHdr"):
                xml.leaf("MsgId", message)
                xml.leaf("CreDtTm", created.replace(microsecond=0).isoformat())
                xml.leaf("NbOfTxs", count)
                xml.leaf("CtrlSum", yuan(total))
                with xml.element("InitgPty"):
                    xml.leaf("Nm", payer.name)
            with xml.element("PmtInf"):
                xml.leaf("PmtInfId", message)
                xml.leaf("PmtMtd", "TRF")
                xml.leaf("BtchBookg", "false")
                xml.leaf("NbOfTxs", count)
                xml.leaf("CtrlSum", yuan(total))
                with xml.element("ReqdExctnDt"):
                    xml.leaf("Dt", day_text)
                with xml.element("Dbtr"):
                    xml.leaf("Nm", payer.name)
                xml.account("DbtrAcct", payer.account)
                xml.bank("DbtrAgt", payer.bank)
                for row in _rows(payments):
                    xml.transfer(row)
        xml.end()
    return total


def _rows(payments: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in payments.to_batches(max_chunksize=_CHUNK):
        yield from batch.to_pylist()


class _Writer(XMLGenerator):
    """The elements of the message, as they come."""

    def __init__(self, out: IO[bytes]) -> None:
        super().__init__(out, "utf-8", short_empty_elements=True)
        self.startDocument()

    @contextmanager
    def element(self, name: str, attributes: Mapping[str, str] = MappingProxyType({})) -> Iterator[None]:
        """One with others in it."""
        self.startElement(name, attributes)  # type: ignore[arg-type]
        yield
        self.endElement(name)

    def leaf(self, name: str, text: str, attributes: Mapping[str, str] = MappingProxyType({})) -> None:
        """One with a text."""
        with self.element(name, attributes):
            self.characters(text)

    def account(self, name: str, account: str) -> None:
        """An account by its number at the bank."""
        with self.element(name), self.element("Id"), self.element("Othr"):
            self.leaf("Id", account)

    def bank(self, name: str, number: str) -> None:
        """A bank by its CNAPS number."""
        with self.element(name), self.element("FinInstnId"), self.element("ClrSysMmbId"):
            with self.element("ClrSysId"):
                self.leaf("Cd", "CNAPS")
            self.leaf("MmbId", number)

    def transfer(self, row: Mapping[str, Any]) -> None:
        """One payment."""
        with self.element("CdtTrfTxInf"):
            with self.element("PmtId"):
                self.leaf("EndToEndId", row["order"])
            with self.element("Amt"):
                self.leaf("InstdAmt", yuan(row["amount_fen"]), {"Ccy": "CNY"})
            self.bank("CdtrAgt", row["bank"])
            with self.element("Cdtr"):
                self.leaf("Nm", row["name"])
            self.account("CdtrAcct", row["account"])
            if row["summary"]:
                with self.element("RmtInf"):
                    self.leaf("Ustrd", row["summary"])

    def end(self) -> None:
        """The end of the file."""
        self.endDocument()


def _check(message: str, payer: Payer, payments: pa.Table) -> None:
    """Raises ValueError with the payment and what is wrong with it."""
    if not _ID.fullmatch(message):
        raise ValueError(f"{message!r} is no message number of 1 to 35 characters")
    if not payments.num_rows:
        raise ValueError("there is no payment to write")
    seen: set[object] = set()
    payee = {"order": "payer", "name": payer.name, "account": payer.account, "bank": payer.bank, "amount_fen": 1}
    for row in chain([payee], _rows(payments)):
        order = row["order"]
        if not isinstance(order, str) or not _ID.fullmatch(order) or order in seen:
            raise ValueError(f"payment {order!r}: its number must be 1 to 35 characters and stand once")
        if row is not payee:
            seen.add(order)
        for name, form in (
            ("name", r"[^\x00-\x1f\ufffe\uffff]{1,140}"),
            ("account", r"[0-9A-Za-z-]{1,34}"),
            ("bank", r"[0-9]{12}"),
        ):
            if not re.fullmatch(form, str(row[name] or ""), re.S):
                raise ValueError(f"payment {order!r}: {row[name]!r} cannot be its {name}")
        fen = row["amount_fen"]
        if not isinstance(fen, int) or not 0 < fen < 10**14:
            raise ValueError(f"payment {order!r}: {fen!r} fen cannot be paid")
        if not re.fullmatch(r"[^\x00-\x1f\ufffe\uffff]{0,140}", str(row.get("summary") or "")):
            raise ValueError(f"payment {order!r}: its summary has more than 140 characters, or a line end")
