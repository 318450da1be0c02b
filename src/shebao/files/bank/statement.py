"""Statements of an account (ISO 20022 camt.053, any version): balances, and each entry with what it was for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import pyarrow as pa

from shebao.files.bank.delimited import amount
from shebao.files.cells import shown
from shebao.files.problems import Problem
from shebao.files.sheets import file_bytes, plain_xml, refused
from shebao.rules.kinds import EPOCH
from shebao.rules.values import yuan

ENTRIES = pa.schema(
    [
        ("row", pa.int64()),
        ("statement", pa.string()),
        ("reference", pa.string()),
        ("end_to_end", pa.string()),
        ("account", pa.string()),
        ("name", pa.string()),
        ("amount_fen", pa.int64()),
        ("reversal", pa.bool_()),
        ("day", pa.date32()),
        ("value_day", pa.date32()),
        ("summary", pa.string()),
    ]
)
_ENCODED = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"'](?:gb\w*)[\"'][^>]*\?>", re.I)
_UNKNOWN = ("NOTPROVIDED", "NONREF")  # what banks write where there is nothing


@dataclass(frozen=True)
class Statement:
    """One statement.  opening, closing: booked balances in fen, below zero for a debit; entries: booked, their number
    and sum in fen; pending: entries that are announced and not booked, which are not in the table."""

    number: str
    account: str
    currency: str
    opening: int | None
    closing: int | None
    entries: int
    total: int
    pending: int


@dataclass(frozen=True)
class Statements:
    """table: of ENTRIES, a row for each transaction of a booked entry (credits above zero, debits below), empty unless
    the file is usable.  `row` is the number of the entry in the file."""

    file: str
    statements: list[Statement]
    table: pa.Table
    problems: list[Problem]

    @property
    def usable(self) -> bool:
        """Whether every entry is sound and opening balance, entries and closing balance agree."""
        return all(problem.warning for problem in self.problems)


@dataclass
class _Found:
    file: str
    problems: list[Problem] = field(default_factory=list)
    rows: list[tuple[object, ...]] = field(default_factory=list)
    number: int = 0  # of the entry

    def say(self, name: str, found: object, zh: str, en: str, row: int | None = None, warning: bool = False) -> None:
        text = "" if found is None else shown(found)
        self.problems.append(Problem(self.file, zh, en, row, field=name, found=text, warning=warning))


def read_camt053(source: str | Path | bytes, name: str = "") -> Statements:
    """Reads statements; document types and entities are not allowed in them, money is read exactly, CNY only.

    Raises FileRefused when the file is no camt.053.
    """
    data, name = file_bytes(source, name)
    if _ENCODED.match(data):
        data = _ENCODED.sub(b"", data, count=1).decode("gb18030", "replace").encode()
    try:
        root = plain_xml(data)
    except (ParseError, ValueError, LookupError) as error:
        raise refused(
            name,
            f"不是完整的XML（{error}），可能被截断，请银行重新传送",
            f"is no whole XML ({error}); it may be cut off: have the bank send it again",
        ) from error
    document = _child(root, "BkToCstmrStmt")
    if document is None:
        raise refused(
            name,
            "不是camt.053对账单（缺少BkToCstmrStmt），请核对文件",
            "is no camt.053 statement (it has no BkToCstmrStmt); look whether this is the right file",
        )
    found = _Found(name)
    statements = [_statement(element, found) for element in _children(document, "Stmt")]
    if not statements:
        found.say("Stmt", None, "文件中没有对账单，请银行重新传送", "has no statement; have the bank send it again")
    _once(found, [s.number for s in statements], "Id")
    _references(found)
    usable = all(problem.warning for problem in found.problems)
    columns = list(zip(*found.rows, strict=True)) if usable and found.rows else []
    table = ENTRIES.empty_table()
    if columns:
        table = pa.Table.from_arrays(
            [_array(column, kind.type) for column, kind in zip(columns, ENTRIES, strict=True)], schema=ENTRIES
        )
    return Statements(name, statements, table, found.problems)


def _array(column: Sequence[object], kind: pa.DataType) -> pa.Array:
    return pa.array(column, pa.int32()).cast(kind) if kind == pa.date32() else pa.array(column, kind)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _local(child) == name)


def _child(element: Element | None, *path: str) -> Element | None:
    for name in path:
        element = None if element is None else next(_children(element, name), None)
    return element


def _text(element: Element | None, *path: str) -> str | None:
    found = _child(element, *path)
    text = (found.text or "").strip() if found is not None else ""
    return None if not text or text in _UNKNOWN else text


def _statement(element: Element, found: _Found) -> Statement:
    account = _child(element, "Acct")
    number = _text(element, "Id")
    owner = _account(account)
    currency = _text(account, "Ccy") or "CNY"
    for name, value in (("Id", number), ("Acct", owner)):
        if value is None:
            found.say(name, None, f"对账单缺少{name}，请银行补充", f"the statement has no {name}; have the bank add it")
    balances = _balances(element, found)
    total = count = pending = 0
    sides = {"CRDT": [0, 0], "DBIT": [0, 0]}
    for entry in _children(element, "Ntry"):
        found.number += 1
        status = _text(entry, "Sts", "Cd") or _text(entry, "Sts")
        if status != "BOOK":
            pending += 1
            zh, en = "尚未入账，未读入", "is not booked and was not read"
            found.say("Sts", status, zh, en, found.number, warning=True)
            continue
        signed = _signed(entry, found, found.number)
        if signed is not None:
            count += 1
            total += signed
            side = sides[_text(entry, "CdtDbtInd") or ""]
            side[0] += 1
            side[1] += abs(signed)
            _rows(entry, number or "", signed, found)
    opening = balances.get("OPBD", balances.get("PRCD"))
    closing = balances.get("CLBD")
    if opening is None or closing is None:
        zh, en = "缺少期初（OPBD）或期末（CLBD）余额，请银行补充", "has no OPBD or CLBD balance; have the bank add them"
        found.say("Bal", number, zh, en)
    elif opening + total != closing:
        found.say(
            "Bal",
            yuan(closing),
            f"期初余额{yuan(opening)}加各笔{yuan(total)}不等于期末余额，可能缺笔或被截断，请银行重新传送",
            f"opening {yuan(opening)} and entries {yuan(total)} do not make the closing balance; entries may be "
            "missing: have the bank send it again",
        )
    _summary(element, found, sides, count + pending, pending)
    return Statement(number or "", owner or "", currency, opening, closing, count, total, pending)


def _account(element: Element | None) -> str | None:
    return _text(element, "Id", "IBAN") or _text(element, "Id", "Othr", "Id")


def _balances(element: Element, found: _Found) -> dict[str, int]:
    balances: dict[str, int] = {}
    for balance in _children(element, "Bal"):
        kind = _text(balance, "Tp", "CdOrPrtry", "Cd") or ""
        value = _signed(balance, found, None)
        if value is not None:
            if kind in ("OPBD", "CLBD") and kind in balances:
                found.say("Bal", kind, "余额出现两次，请银行核对", "the balance stands twice; have the bank check it")
            balances[kind] = value
    return balances


def _amount(element: Element | None, found: _Found, row: int | None) -> int | None:
    """An amount in fen; None when it is bad, which is told."""
    text = (element.text or "").strip() if element is not None else ""
    value = amount(text) if re.fullmatch(r"[0-9.]+", text) else None
    if not isinstance(value, int):
        zh, en = "不是金额，请银行核对", "is no amount; have the bank check it"
        found.say("Amt", text, *(value or (zh, en)), row)
        return None
    currency = element.get("Ccy") if element is not None else None
    if currency not in (None, "CNY"):
        found.say(
            "Ccy", currency, "币种不是人民币，请核对账户", "is not in CNY; look whether this is the right account", row
        )
        return None
    return value


def _signed(element: Element, found: _Found, row: int | None) -> int | None:
    value = _amount(_child(element, "Amt"), found, row)
    side = _text(element, "CdtDbtInd")
    if side not in ("CRDT", "DBIT"):
        zh, en = "借贷标志应为CRDT或DBIT，请银行核对", "is neither CRDT nor DBIT; have the bank check it"
        found.say("CdtDbtInd", side, zh, en, row)
        return None
    return value if value is None or side == "CRDT" else -value


def _day(entry: Element, name: str, found: _Found, needed: bool = False) -> int | None:
    text = _text(entry, name, "Dt") or _text(entry, name, "DtTm")
    if text is None:
        if needed:
            found.say(name, None, "缺少日期，请银行补充", "the date is missing; have the bank add it", found.number)
        return None
    try:
        return date.fromisoformat(text[:10]).toordinal() - EPOCH
    except ValueError:
        found.say(name, text, "不是日期，请银行核对", "is no date; have the bank check it", found.number)
        return None


def _rows(entry: Element, statement: str, value: int, found: _Found) -> None:
    """A row for each transaction of an entry that says its amount, else one for the entry."""
    booked = _day(entry, "BookgDt", found, needed=True)
    common = (_text(entry, "RvslInd") == "true", booked, _day(entry, "ValDt", found))
    reference = _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
    extra = _text(entry, "AddtlNtryInf")
    details = [one for group in _children(entry, "NtryDtls") for one in _children(group, "TxDtls")]
    parts: list[int | None] = []
    for transaction in details if len(details) > 1 else ():
        own = _child(transaction, "Amt")
        element = own if own is not None else _child(transaction, "AmtDtls", "TxAmt", "Amt")
        parts.append(None if element is None else _amount(element, found, found.number))
    sign = 1 if value > 0 else -1
    if len(parts) > 1 and None not in parts:
        amounts = [sign * part for part in parts if part is not None]
        if sum(amounts) != value:
            found.say(
                "TxDtls",
                yuan(sum(amounts)),
                f"明细之和不等于该笔金额{yuan(value)}，请银行核对",
                f"the transactions do not make the entry's {yuan(value)}; have the bank check it",
                found.number,
            )
    else:
        amounts, details = [value], details[:1] if len(details) == 1 else []
    for k, part in enumerate(amounts):
        one = details[k] if details else None
        other, account = ("Dbtr", "DbtrAcct") if part > 0 else ("Cdtr", "CdtrAcct")
        parties = _child(one, "RltdPties")
        party = _child(parties, other)
        remittance = _child(one, "RmtInf")
        texts = [] if remittance is None else [(t.text or "").strip() for t in _children(remittance, "Ustrd")]
        found.rows.append(
            (
                found.number,
                statement,
                _text(one, "Refs", "AcctSvcrRef") or reference,
                _text(one, "Refs", "EndToEndId"),
                _account(_child(parties, account)),
                _text(party, "Pty", "Nm") or _text(party, "Nm"),
                part,
                *common,
                " ".join(filter(None, texts)) or _text(one, "AddtlTxInf") or extra,
            )
        )


def _summary(element: Element, found: _Found, sides: dict[str, list[int]], entries: int, pending: int) -> None:
    """Counts and sums that the statement gives of itself, where none of its entries is pending."""
    for name, side in (("TtlNtries", None), ("TtlCdtNtries", "CRDT"), ("TtlDbtNtries", "DBIT")):
        total = _child(element, "TxsSummry", name)
        if total is None or (pending and side is not None):
            continue
        wanted = [entries, None] if side is None else sides[side]
        given = _text(total, "NbOfNtries")
        if given is not None and given != str(wanted[0]):
            found.say(
                name,
                given,
                f"笔数与文件内容（{wanted[0]}）不符，可能被截断，请银行重新传送",
                f"does not agree with the {wanted[0]} entries found; have the bank send it again",
            )
        text = _text(total, "Sum")
        value = amount(text) if text is not None else None
        if wanted[1] is not None and value is not None and value != wanted[1]:
            found.say(
                name,
                text,
                f"合计与各笔之和{yuan(wanted[1])}不符，请银行重新传送",
                f"is not the sum of the entries, {yuan(wanted[1])}; have the bank send it again",
            )


def _once(found: _Found, numbers: Sequence[str], name: str) -> None:
    for number in sorted({n for n in numbers if n and numbers.count(n) > 1}):
        found.say(name, number, "对账单编号重复，请银行核对", "the statement stands twice; have the bank check it")


def _references(found: _Found) -> None:
    """The same reference in two entries of a statement is one entry sent twice."""
    first: dict[tuple[object, object], object] = {}
    for row, statement, reference, *_ in found.rows:
        if reference is not None:
            before = first.setdefault((statement, reference), row)
            if before != row:
                zh, en = (
                    f"与第{before}笔流水号相同，请银行核对",
                    f"has the reference of entry {before}; have the bank check it",
                )
                found.say("AcctSvcrRef", reference, zh, en, int(str(row)))
