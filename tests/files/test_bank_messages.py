"""Statements (camt.053) and payments (pain.001)."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import pytest

from shebao.files.bank import ENTRIES, PAYMENTS, Payer, read_camt053, write_payments
from shebao.files.problems import FileRefused

STATEMENT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M</MsgId><CreDtTm>2014-07-16T02:00:00</CreDtTm></GrpHdr><Stmt>
<Id>S1</Id><Acct><Id><Othr><Id>0200001</Id></Othr></Id><Ccy>CNY</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
 <Dt><Dt>2014-07-15</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">350.5</Amt><CdtDbtInd>CRDT</CdtDbtInd>
 <Dt><Dt>2014-07-15</Dt></Dt></Bal>
<TxsSummry><TtlNtries><NbOfNtries>4</NbOfNtries></TtlNtries></TxsSummry>
<Ntry><Amt Ccy="CNY">200.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
 <BookgDt><Dt>2014-07-15</Dt></BookgDt>
 <ValDt><DtTm>2014-07-16T00:00:00+08:00</DtTm></ValDt><AcctSvcrRef>R1</AcctSvcrRef><BkTxCd/><NtryDtls><TxDtls>
 <Refs><EndToEndId>JF1</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>某公司</Nm></Pty></Dbtr>
 <DbtrAcct><Id><Othr><Id>6222001</Id></Othr></Id></DbtrAcct></RltdPties>
 <RmtInf><Ustrd>七月</Ustrd><Ustrd>养老</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CNY">20.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd><Sts><Cd>BOOK</Cd></Sts>
 <BookgDt><Dt>2014-07-15</Dt></BookgDt><AcctSvcrRef>R2</AcctSvcrRef><BkTxCd/><NtryDtls><TxDtls>
 <Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Cdtr><Pty><Nm>李四</Nm></Pty></Cdtr>
 <CdtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></CdtrAcct></RltdPties></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CNY">70.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
 <BookgDt><Dt>2014-07-15</Dt></BookgDt><BkTxCd/><NtryDtls>
 <TxDtls><Refs><EndToEndId>JF2</EndToEndId></Refs><Amt Ccy="CNY">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls>
 <TxDtls><Refs><EndToEndId>JF3</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="CNY">40.00</Amt></TxAmt></AmtDtls></TxDtls>
 </NtryDtls></Ntry>
<Ntry><Amt Ccy="CNY">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts><BkTxCd/></Ntry>
</Stmt></BkToCstmrStmt></Document>"""


def test_a_sound_statement() -> None:
    found = read_camt053(STATEMENT.encode(), "s.xml")
    assert [(p.row, p.field, p.warning) for p in found.problems] == [(4, "Sts", True)]
    assert found.usable
    (statement,) = found.statements
    assert (statement.number, statement.account, statement.opening, statement.closing) == (
        "S1",
        "0200001",
        10000,
        35050,
    )
    assert (statement.entries, statement.total, statement.pending) == (3, 25050, 1)
    assert found.table.schema == ENTRIES
    day = date(2014, 7, 15)
    rows = [tuple(row.values()) for row in found.table.to_pylist()]
    assert rows == [
        (1, "S1", "R1", "JF1", "6222001", "某公司", 20050, False, day, date(2014, 7, 16), "七月 养老"),
        (2, "S1", "R2", None, "DE89370400440532013000", "李四", -2000, True, day, None, None),
        (3, "S1", None, "JF2", None, None, 3000, False, day, None, None),
        (3, "S1", None, "JF3", None, None, 4000, False, day, None, None),
    ]


def test_other_versions_and_encodings() -> None:
    plain = read_camt053(STATEMENT.encode()).table
    older = STATEMENT.replace("camt.053.001.08", "camt.053.001.02").replace(
        "<Sts><Cd>BOOK</Cd></Sts>", "<Sts>BOOK</Sts>"
    )
    older = older.replace("<Pty><Nm>", "<Nm>").replace("</Nm></Pty>", "</Nm>")
    assert read_camt053(older.encode()).table.equals(plain)
    assert read_camt053(STATEMENT.replace("UTF-8", "GB18030").encode("gb18030")).table.equals(plain)
    assert read_camt053(STATEMENT.replace("UTF-8", "UTF-16").encode("utf-16")).table.equals(plain)


@pytest.mark.parametrize(
    ("old", "new", "field", "wanted"),
    [
        ("350.5<", "350.51<", "Bal", "do not make the closing balance"),
        ("<Cd>CLBD</Cd>", "<Cd>CLAV</Cd>", "Bal", "no OPBD or CLBD"),
        ("<Cd>CLBD</Cd>", "<Cd>OPBD</Cd>", "Bal", "stands twice"),
        ("200.50", "200.505", "Amt", "at most 2 decimals"),
        ("200.50", "2e2", "Amt", "no amount"),
        ("200.50", "", "Amt", "no amount"),
        ('<Ntry><Amt Ccy="CNY">200.50', '<Ntry><Amt Ccy="USD">200.50', "Ccy", "not in CNY"),
        ("DBIT", "DEBIT", "CdtDbtInd", "neither"),
        ("<AcctSvcrRef>R2", "<AcctSvcrRef>R1", "AcctSvcrRef", "reference of entry 1"),
        (">40.00<", ">41.00<", "TxDtls", "do not make the entry's 70.00"),
        ("<NbOfNtries>4", "<NbOfNtries>5", "TtlNtries", "4 entries found"),
        ("<Id>S1</Id>", "", "Id", "no Id"),
        ("<BookgDt><Dt>2014-07-15</Dt></BookgDt>\n <ValDt>", "<ValDt>", "BookgDt", "missing"),
        ("<BookgDt><Dt>2014-07-15", "<BookgDt><Dt>2014-07-99", "BookgDt", "no date"),
    ],
)
def test_nothing_of_a_faulty_statement_is_usable(old: str, new: str, field: str, wanted: str) -> None:
    assert old in STATEMENT
    found = read_camt053(STATEMENT.replace(old, new, 1).encode())
    assert not found.usable and len(found.table) == 0
    assert any(problem.field == field and wanted in problem.en and "请" in problem.zh for problem in found.problems)


def test_one_statement_twice() -> None:
    start, end = STATEMENT.index("<Stmt>"), STATEMENT.index("</BkToCstmrStmt>")
    found = read_camt053((STATEMENT[:end] + STATEMENT[start:end] + STATEMENT[end:]).encode())
    assert not found.usable
    assert "statement stands twice" in found.problems[-2].en + found.problems[-1].en + str(found.problems)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (STATEMENT.encode()[:-40], "cut off"),
        (STATEMENT.encode()[: len(STATEMENT) // 2], "cut off"),
        (STATEMENT.encode().replace("某".encode(), b"\xff"), "no whole XML"),
        (b"<Document/>", "no camt.053"),
        (b"B1|20140715|1|1.00", "no whole XML"),
        (b"", "empty"),
        (STATEMENT.replace("<Document", '<!DOCTYPE a [<!ENTITY b "c">]><Document', 1).encode(), "document type"),
        (
            STATEMENT.replace("<Document", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><Document', 1).encode(),
            "document type",
        ),
        (STATEMENT.replace("UTF-8", "klingon").encode(), "no whole XML"),
    ],
)
def test_what_is_no_statement(data: bytes, wanted: str) -> None:
    with pytest.raises(FileRefused, match=wanted):
        read_camt053(data)


PAYER = Payer("社会保险基金管理中心", "0200001", "102100000030")
ROWS: list[dict[str, Any]] = [
    {
        "order": "TK1",
        "name": "某公司 <甲&乙>",
        "account": "6222001",
        "bank": "105100000017",
        "amount_fen": 123456,
        "summary": "退款",
    },
    {"order": "TK2", "name": "李四", "account": "6222-002", "bank": "105100000017", "amount_fen": 7, "summary": None},
]
NOW = datetime(2014, 8, 1, 9, 30, 0, 5)


def test_payments(tmp_path: Path) -> None:
    path = tmp_path / "p.xml"
    assert write_payments(path, "M1", NOW, PAYER, date(2014, 8, 4), pa.Table.from_pylist(ROWS, PAYMENTS)) == 123463
    space = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
    root = ElementTree.parse(path).getroot()
    for place in ("GrpHdr", "PmtInf"):
        block = root.find(f"p:CstmrCdtTrfInitn/p:{place}", space)
        assert block is not None
        assert (block.findtext("p:NbOfTxs", None, space), block.findtext("p:CtrlSum", None, space)) == ("2", "1234.63")
    assert [e.text for e in root.iterfind(".//p:InstdAmt", space)] == ["1234.56", "0.07"]
    assert [e.get("Ccy") for e in root.iterfind(".//p:InstdAmt", space)] == ["CNY", "CNY"]
    assert [e.text for e in root.iterfind(".//p:Cdtr/p:Nm", space)] == ["某公司 <甲&乙>", "李四"]
    assert [e.text for e in root.iterfind(".//p:EndToEndId", space)] == ["TK1", "TK2"]
    assert root.findtext(".//p:CreDtTm", None, space) == "2014-08-01T09:30:00"
    assert len(root.findall(".//p:Ustrd", space)) == 1


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"order": "TK1"}, "stand once"),
        ({"order": "编号"}, "stand once"),
        ({"name": None}, "cannot be its name"),
        ({"account": "6222 001"}, "cannot be its account"),
        ({"bank": "1"}, "cannot be its bank"),
        ({"amount_fen": 0}, "cannot be paid"),
        ({"amount_fen": -1}, "cannot be paid"),
        ({"summary": "a\nb"}, "summary"),
    ],
)
def test_payments_that_no_bank_could_take(tmp_path: Path, changed: dict[str, Any], wanted: str) -> None:
    table = pa.Table.from_pylist([ROWS[0], {**ROWS[1], **changed}], PAYMENTS)
    with pytest.raises(ValueError, match=wanted):
        write_payments(tmp_path / "p.xml", "M1", NOW, PAYER, date(2014, 8, 4), table)
    assert list(tmp_path.iterdir()) == []


def test_no_payments_and_a_bad_number(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no payment"):
        write_payments(tmp_path / "p.xml", "M1", NOW, PAYER, date(2014, 8, 4), PAYMENTS.empty_table())
    with pytest.raises(ValueError, match="message number"):
        write_payments(tmp_path / "p.xml", "", NOW, PAYER, date(2014, 8, 4), pa.Table.from_pylist(ROWS, PAYMENTS))
