"""对明细账 (3202) as a hospital does it: its settlements as a file, with planted faults; the file of what differs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from shebao.files.nhsa import Row, read_statement, write_statement
from shebao.files.nhsa.statements import RESULT, UPLOAD
from shebao.samplecity.hospitals import Desk, Settled

PLANTED = 3  # a bill left out, one that never was, an amount that is another


def compare(
    desk: Desk, bills: Sequence[Settled], taken: Sequence[tuple[Settled, str]], clr_type: str, plant: bool
) -> tuple[set[str], set[str]]:
    """Sends the file of a day and reads what differs.  Gives the numbers of settlements planted and those found.

    taken: bills that were taken back, with the number of what did so.
    """
    rows: list[list[Any]] = [[b.settlement, b.visit, b.person, b.total, b.funds, b.account, "0"] for b in bills]
    rows += [[number, b.visit, b.person, -b.total, -b.funds, -b.account, "1"] for b, number in taken]
    planted: set[str] = set()
    if plant and len(bills) >= PLANTED:
        left_out, other = rows.pop(0), rows[0]
        other[3] += 100
        other[4] += 100
        invented = [str(int(left_out[0]) + 1), *other[1:]]
        rows.append(invented)
        planted = {left_out[0], other[0], invented[0]}
    file = io.BytesIO()
    write_statement(file, desk.hospital.definitions, rows, UPLOAD)
    name = f"{desk.hospital.code}-{desk.day:%Y%m%d}-{clr_type}.txt"
    sent = desk.upload(name, file.getvalue())
    asked = {
        "setl_optins": desk.hospital.region,
        "file_qury_no": sent,
        "stmt_begndate": desk.day,
        "stmt_enddate": desk.day,
        "medfee_sumamt": sum(row[3] for row in rows),
        "fund_pay_sumamt": sum(row[4] for row in rows),
        "cash_payamt": sum(row[3] - row[4] - row[5] for row in rows),
        "fixmedins_setl_cnt": len(rows),
        "clr_type": clr_type,
        "fixmedins_refd_setl_flag": "0",
    }
    answer = desk.ask("3202", {"data": asked})["fileinfo"]
    result = io.BytesIO(desk.download(answer["file_qury_no"], answer["filename"]))
    found = {
        str(row.values[2]) for row in read_statement(result, desk.hospital.definitions, RESULT) if isinstance(row, Row)
    }
    return planted, found
