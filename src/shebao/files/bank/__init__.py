"""Files to and from banks: receipts, collection orders and their return, statements (camt.053), payments (pain.001).

Banks differ in their text files; these are the project's own, in the shape that bureau-bank files have.  UTF-8 or
GB 18030, one record a line, fields divided by `|` (in CSV by commas), amounts in yuan with 2 decimals.  The first line:

    batch|day|count|total

and a line of titles may follow, by which columns are then found; without it they have the order below.

    receipts            serial|reference|account|payer|order|amount|time|summary
    collection orders   serial|order|account|name|amount|summary
    collection return   serial|order|account|amount|code|reference|time|message      code: see Result

Nothing of a file can be used unless all of it is sound and its count and total agree with the first line: `usable` is
False and `table` empty then, and `problems` say why.
"""

from __future__ import annotations

from shebao.files.bank.collection import (
    ORDERS,
    RETURNED,
    Collected,
    Result,
    read_collection_return,
    write_collection,
)
from shebao.files.bank.payments import PAYMENTS, Payer, write_payments
from shebao.files.bank.receipts import RECEIVED, Receipts, read_receipts, write_receipts
from shebao.files.bank.statement import ENTRIES, Statement, Statements, read_camt053

__all__ = [
    "ENTRIES",
    "ORDERS",
    "PAYMENTS",
    "RECEIVED",
    "RETURNED",
    "Collected",
    "Payer",
    "Receipts",
    "Result",
    "Statement",
    "Statements",
    "read_camt053",
    "read_collection_return",
    "read_receipts",
    "write_collection",
    "write_payments",
    "write_receipts",
]
