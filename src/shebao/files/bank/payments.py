"""Payments that a bank is told to make, refunds among them, as ISO 20022 pain.001.001.09."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import pyarrow as pa

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
    there.  Raises ValueError for payments that no bank could take.
    """
    rows = payments.to_pylist()
    _check(message, payer, rows)
    total: int = sum(row["amount_fen"] for row in rows)
    root = Element("Document", xmlns=NAMESPACE)
    initiation = SubElement(root, "CstmrCdtTrfInitn")
    header = SubElement(initiation, "GrpHdr")
    _leaf(header, "MsgId", message)
    _leaf(header, "CreDtTm", created.replace(microsecond=0).isoformat())
    _leaf(header, "NbOfTxs", str(len(rows)))
    _leaf(header, "CtrlSum", yuan(total))
    _leaf(SubElement(header, "InitgPty"), "Nm", payer.name)
    block = SubElement(initiation, "PmtInf")
    _leaf(block, "PmtInfId", message)
    _leaf(block, "PmtMtd", "TRF")
    _leaf(block, "BtchBookg", "false")
    _leaf(block, "NbOfTxs", str(len(rows)))
    _leaf(block, "CtrlSum", yuan(total))
    _leaf(SubElement(block, "ReqdExctnDt"), "Dt", day.isoformat())
    _leaf(SubElement(block, "Dbtr"), "Nm", payer.name)
    _account(block, "DbtrAcct", payer.account)
    _bank(block, "DbtrAgt", payer.bank)
    for row in rows:
        transfer = SubElement(block, "CdtTrfTxInf")
        _leaf(SubElement(transfer, "PmtId"), "EndToEndId", row["order"])
        _leaf(SubElement(transfer, "Amt"), "InstdAmt", yuan(row["amount_fen"])).set("Ccy", "CNY")
        _bank(transfer, "CdtrAgt", row["bank"])
        _leaf(SubElement(transfer, "Cdtr"), "Nm", row["name"])
        _account(transfer, "CdtrAcct", row["account"])
        if row["summary"]:
            _leaf(SubElement(transfer, "RmtInf"), "Ustrd", row["summary"])
    with whole_file(out) as file:
        ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)
    return total


def _check(message: str, payer: Payer, rows: list[dict[str, object]]) -> None:
    """Raises ValueError with the payment and what is wrong with it."""
    if not _ID.fullmatch(message):
        raise ValueError(f"{message!r} is no message number of 1 to 35 characters")
    if not rows:
        raise ValueError("there is no payment to write")
    seen: set[object] = set()
    payee = {"order": "payer", "name": payer.name, "account": payer.account, "bank": payer.bank, "amount_fen": 1}
    for row in [payee, *rows]:
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


def _leaf(parent: Element, name: str, text: str) -> Element:
    leaf = SubElement(parent, name)
    leaf.text = text
    return leaf


def _account(parent: Element, name: str, account: str) -> None:
    _leaf(SubElement(SubElement(SubElement(parent, name), "Id"), "Othr"), "Id", account)


def _bank(parent: Element, name: str, number: str) -> None:
    member = SubElement(SubElement(SubElement(parent, name), "FinInstnId"), "ClrSysMmbId")
    _leaf(SubElement(member, "ClrSysId"), "Cd", "CNAPS")
    _leaf(member, "MmbId", number)
