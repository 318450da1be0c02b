"""Reconciliation finds each planted difference and no other."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import hospital_city
import pytest
from django.db import connection as django
from hospital_city import TODAY, Desk, Town

from shebao.database import connection
from shebao.files.nhsa import RESULT, UPLOAD, Row, decode, read_statement, write_statement
from shebao.medical.models import Compared, Statement
from shebao.medical.services.batch import Service

ON = date(2013, 11, 5)
LINES = [("XA09", 5, 51200), ("FW02", 1, 2000)]
Record = tuple[str, str, str, int, int, int, str]


@pytest.fixture(scope="module")
def town(database: Any) -> Town:
    database.use(connection.BATCH)
    made = hospital_city.town(each=10)
    service = Service.of_programme(TODAY)
    for desk in made.desks:
        desk.service = service
    desk = made.desks[0]
    for person in made.actives:
        visit, bill, _ = desk.visited(made, person, ON, LINES)
        settled = desk.done("2207", bill)["setlinfo"]
        if person in made.actives[:2]:
            desk.done("2208", {"data": {"setl_id": settled["setl_id"], "mdtrt_id": visit, "psn_no": str(person)}})
    # another hospital's, of another scheme: in no statement of the first
    person = made.residents[0]
    _, bill, _ = made.desks[1].visited(made, person, ON, LINES)
    made.desks[1].done("2207", bill)
    return made


def records() -> list[Record]:
    """What the first hospital has in its own books."""
    with django.cursor() as cursor:
        cursor.execute(
            "SELECT s.id::text, visit_id::text, person_id::text, total, pool + large + supplement + catastrophic + "
            "assistance, account, CASE WHEN reverses_id IS NULL THEN '0' ELSE '1' END FROM medical_settlement s "
            "JOIN medical_institution i ON i.id = s.institution_id WHERE i.code = %s ORDER BY s.id",
            [hospital_city.CODES[0]],
        )
        return [tuple(row) for row in cursor.fetchall()]


def totals(rows: list[Record]) -> dict[str, Any]:
    return {
        "medfee_sumamt": sum(row[3] for row in rows),
        "fund_pay_sumamt": sum(row[4] for row in rows),
        "acct_pay": sum(row[5] for row in rows),
        "fixmedins_setl_cnt": len(rows),
    }


def asked_totals(desk: Desk, rows: list[Record]) -> dict[str, Any]:
    given = {
        "insutype": "310",
        "clr_type": "11",
        "setl_optins": "110000",
        "stmt_begndate": date(2013, 11, 1),
        "stmt_enddate": TODAY,
        "fixmedins_refd_setl_flag": "0",
    }
    found: dict[str, Any] = desk.done("3201", {"data": given | totals(rows)})["stmtinfo"]
    return found


def test_totals(town: Town) -> None:
    desk, rows = town.desks[0], records()
    assert asked_totals(desk, rows)["stmt_rslt"] == "0"
    short = asked_totals(desk, rows[1:])
    assert short["stmt_rslt"] == "1" and f"中心{len(rows)}笔" in short["stmt_rslt_dscr"]


def compared(desk: Desk, rows: list[Record]) -> tuple[list[Any], Statement]:
    """Sends a file and asks for its comparison: (the result file's records, the statement)."""
    out = io.BytesIO()
    write_statement(out, desk.definitions, rows, UPLOAD)
    service = desk.service
    assert service is not None
    upload = {"fsUploadIn": {"filename": "bills.txt", "fixmedins_code": desk.hospital.code}}
    message = desk.message("9101", upload)
    asked = service.file_asked(decode(message.body, desk.definitions), service.now())
    sent = desk.hospital.read("9101", service.upload(asked, out.getvalue())).output
    assert sent is not None
    given = totals(rows)
    del given["acct_pay"]
    given |= {
        "setl_optins": "110000",
        "file_qury_no": sent[""]["file_qury_no"],
        "stmt_begndate": date(2013, 11, 1),
        "stmt_enddate": TODAY,
        "cash_payamt": 0,
        "clr_type": "11",
        "fixmedins_refd_setl_flag": "0",
    }
    told = desk.done("3202", {"data": given})["fileinfo"]
    download = {
        "fsDownloadIn": {k: told[k] for k in ("file_qury_no", "filename")} | {"fixmedins_code": desk.hospital.code}
    }
    message = desk.message("9102", download)
    content = service.download(service.file_asked(decode(message.body, desk.definitions), service.now()))
    found = list(read_statement(io.BytesIO(content), desk.definitions, RESULT))
    assert all(isinstance(each, Row) for each in found)
    last = Statement.objects.filter(detailed=True).order_by("pk").last()
    assert last is not None
    return [each.values for each in found if isinstance(each, Row)], last


def test_equal_files_have_no_difference(town: Town) -> None:
    found, statement = compared(town.desks[0], records())
    assert found == [] and statement.equal
    assert not Compared.objects.filter(statement=statement).exists()


def test_each_planted_difference_is_found_and_no_other(town: Town) -> None:
    rows = records()
    theirs = list(rows)
    dearer = (*rows[4][:3], rows[4][3] + 100, *rows[4][4:])
    flagged = (*rows[5][:6], "1")
    moved = (*rows[6][:2], "77", *rows[6][3:])
    strange: Record = ("123", "45", "67", 5000, 0, 0, "0")
    theirs[4:7] = [dearer, flagged, moved]
    del theirs[7]
    theirs += [strange, theirs[0]]
    found, statement = compared(town.desks[0], theirs)
    assert not statement.equal
    kinds = {c.settlement_id: Compared.Kind(c.kind) for c in Compared.objects.filter(statement=statement)}
    assert kinds == {
        int(rows[4][0]): Compared.Kind.AMOUNTS,
        int(rows[5][0]): Compared.Kind.REVERSED,
        int(rows[6][0]): Compared.Kind.AMOUNTS,
        int(rows[7][0]): Compared.Kind.OURS_ONLY,
        123: Compared.Kind.THEIRS_ONLY,
        int(rows[0][0]): Compared.Kind.REPEATED,
    }
    assert len(found) == len(kinds)
    # sums that are right by chance hide nothing
    swapped = list(rows)
    swapped[8] = (*rows[8][:3], rows[8][3] + 100, *rows[8][4:])
    swapped[9] = (*rows[9][:3], rows[9][3] - 100, *rows[9][4:])
    found, statement = compared(town.desks[0], swapped)
    assert {row[2] for row in found} == {rows[8][0], rows[9][0]} and not statement.equal


def test_broken_files_are_refused(town: Town) -> None:
    desk = town.desks[0]
    service = desk.service
    assert service is not None
    for content, where in ((b"a\tb\n", "第1行"), (b"1\t1\t1\tx\t0.00\t0.00\t0\n", "medfee_sumamt"), (b"\xff\xfe", "")):
        message = desk.message("9101", {"fsUploadIn": {"filename": "b.txt", "fixmedins_code": desk.hospital.code}})
        asked = service.file_asked(decode(message.body, desk.definitions), service.now())
        sent = desk.hospital.read("9101", service.upload(asked, content)).output
        assert sent is not None
        given = {
            "setl_optins": "110000",
            "file_qury_no": sent[""]["file_qury_no"],
            "stmt_begndate": date(2013, 11, 1),
            "stmt_enddate": TODAY,
            "medfee_sumamt": 0,
            "fund_pay_sumamt": 0,
            "cash_payamt": 0,
            "fixmedins_setl_cnt": 1,
            "clr_type": "11",
            "fixmedins_refd_setl_flag": "0",
        }
        reply = desk.ask("3202", {"data": given})
        assert reply.infcode == -1 and where in reply.err_msg, reply.err_msg


def test_catalogue_and_matching(town: Town) -> None:
    desk = town.desks[0]
    asked = {"updt_time": date(2013, 1, 1), "page_num": 2, "page_size": 10, "query_date": date(2013, 11, 1)}
    found = desk.done("1312", {"data": asked})["data"]
    assert len(found) == 10 and found[0]["chrgitm_lv"] in ("01", "02", "03")
    row = {
        "fixmedins_hilist_id": "K7",
        "fixmedins_hilist_name": "诊察费",
        "list_type": "201",
        "med_list_codg": "FW01",
        "begndate": date(2013, 1, 1),
        "enddate": date(2013, 12, 31),
    }
    desk.done("3301", {"data": [row]})
    assert "已有对照" in desk.ask("3301", {"data": [row]}).err_msg
    person = town.retired[0]
    visit = desk.register(town, person, ON)
    desk.done("2204", desk.lines(person, visit, ON, [("FW01", 1, 1400)], medins_list_codg="K7"))
    undone = {
        "fixmedins_code": desk.hospital.code,
        "fixmedins_hilist_id": "K7",
        "list_type": "201",
        "med_list_codg": "FW01",
    }
    desk.done("3302", {"data": [undone]})
    assert "没有此对照" in desk.ask("3302", {"data": [undone]}).err_msg
    again = desk.ask("2204", desk.lines(person, visit, ON, [("FW01", 1, 1400)], "2", medins_list_codg="K7"))
    assert "未与[FW01]对照" in again.err_msg


def test_audit_before_and_during(town: Town) -> None:
    from shebao.files.nhsa.hospital import example

    desk = town.desks[0]
    changes = {"hilist_code": "XA06", "hosplist_code": "XA06", "gend": "1", "brdy": date(1970, 1, 1), "cnt": 1000}
    given = example(desk.definitions, "3101", datetime(2013, 11, 5), **changes)
    found = desk.done("3101", given)["result"]
    assert [(row["rule_id"], row["sev_deg"]) for row in found] == [("S01", "1"), ("Q01", "2")]
    given = example(desk.definitions, "3102", datetime(2013, 11, 5), **changes | {"gend": "2", "cnt": 100})
    assert desk.done("3102", given)["result"] == []
