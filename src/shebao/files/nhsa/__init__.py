"""Messages between institutions and the medical insurance, by the national interface.

The interface is 医疗保障信息平台定点医药机构接口规范.  Which transactions there are, their nodes, fields,
lengths and code lists are data (`core/`), taken from the edition of Hunan, V1.1.27 (2024-10), of the national baseline
XJ-K01-2020: codes, names, types and lengths only.  Other provinces differ in codes and in what is required; theirs are
loaded in the same way:

    import_catalogue("catalogue.json", "own")        once
    definitions = Definitions.load("own")            or Definitions.core()

The side that is asked:

    request = decode(body, definitions)              raises Refused
    values = definitions.check(request, today)       raises Refused
    body = answer(request, definitions.render(request.infno, found), reference(region, now, 1), received, now)
    body = refusal(refused, reference(region, now, 2), received, now)

Values are typed: text and codes str, days date, times datetime, and every number an int of its last place: money in
fen, quantities in ten-thousandths, prices in millionths of a yuan.  The side that asks is in
`shebao.files.nhsa.hospital`.  Nothing here has a network, a database or a clock.
"""

from __future__ import annotations

from shebao.files.nhsa.definitions import CodeList, Definitions, Transaction
from shebao.files.nhsa.fields import Field
from shebao.files.nhsa.gateway import Unauthorized, sign, verify
from shebao.files.nhsa.importing import import_catalogue
from shebao.files.nhsa.messages import LIMIT, answer, decode, reference, refusal
from shebao.files.nhsa.refused import Refused
from shebao.files.nhsa.request import Request
from shebao.files.nhsa.rules import line_amount
from shebao.files.nhsa.statements import RESULT, UPLOAD, Row, columns, read_statement, write_statement

__all__ = [
    "LIMIT",
    "RESULT",
    "UPLOAD",
    "CodeList",
    "Definitions",
    "Field",
    "Refused",
    "Request",
    "Row",
    "Transaction",
    "Unauthorized",
    "answer",
    "columns",
    "decode",
    "import_catalogue",
    "line_amount",
    "read_statement",
    "reference",
    "refusal",
    "sign",
    "verify",
    "write_statement",
]
