"""A declaration against the record: what each row concerns, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from shebao.contributions.law import contribution_year
from shebao.contributions.models import Bill, Declaration, Membership
from shebao.contributions.months import of_number, plus, written
from shebao.files import certificates, declaration
from shebao.files.certificates import Certificate
from shebao.files.declaration import Change
from shebao.files.identity import masked
from shebao.files.problems import Problem
from shebao.people.codes import OF_CERTIFICATE, IdentifierKind
from shebao.rules.values import yuan

Fault = tuple[str, str, str]  # field, and what is wrong with the remedy, in Chinese and English


@dataclass(frozen=True)
class Row:
    """A row of a declaration.  number: in the file.  first, last: months, as far as the row gives them."""

    number: int
    name: str
    kind: int  # IdentifierKind, 0 for a certificate that the record does not know
    paper: str
    change: Change
    wage: int | None
    first: date | None
    last: date | None
    status: int | None
    reason: int | None


@dataclass(frozen=True)
class Known:
    """What the record has about a row's person, who may be nobody."""

    person: int | None
    taken: bool  # the number is of a person whom the actor does not see
    name: str | None
    died: date | None
    retired: bool
    here: date | None  # first month of the latest membership with this employer ...
    here_until: date | None  # ... and the month after its last; None: it goes on
    elsewhere: int | None  # scheme of a membership elsewhere, in the row's months
    elsewhere_until: date | None
    overlap: bool  # a membership with this employer in the row's months
    wage: int | None  # in force in the month declared
    working: bool  # some work in the record, from the row's first month on


def rows_of(declared: declaration.Declaration) -> list[Row]:
    """The rows of a file that the reader found no fault in."""
    broken = set(declared.broken_rows)
    return [
        Row(
            number=row["row"],
            name=row["name"],
            kind=int(OF_CERTIFICATE.get(Certificate(row["id_kind"] or Certificate.IDENTITY_CARD), 0)),
            paper=row["id_number"],
            change=Change(row["change"]),
            wage=row["wage_fen"],
            first=_month(row["from_month"]),
            last=_month(row["to_month"]),
            status=row["status"],
            reason=row["reason"],
        )
        for row in declared.table.to_pylist()
        if row["row"] not in broken
    ]


def _month(number: int | None) -> date | None:
    return of_number(number) if number else None


def known(organisation_id: int, month: date, rows: Sequence[Row]) -> list[Known]:
    """What the record has for each row, by one query; nothing where the actor does not see the employer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person, taken, name, died, retired, here, here_until, elsewhere, elsewhere_until, overlap, wage, "
            "working FROM contributions_known(%s, %s, %s, %s, %s, %s) ORDER BY place",
            [
                organisation_id,
                month,
                [r.kind for r in rows],
                [r.paper for r in rows],
                [r.first or month for r in rows],
                [plus(r.last, 1) if r.change is Change.BACK and r.last else None for r in rows],
            ],
        )
        return [Known(*found) for found in cursor.fetchall()]


def whole(
    organisation_id: int, month: date, declared: declaration.Declaration, sha256: bytes
) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the file as a whole: field, and the fault with the remedy."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.code, e.state, (SELECT max(month) FROM contributions_bill b WHERE b.organisation_id = o.id AND "
            "b.kind = %s), EXISTS (SELECT FROM contributions_declaration d WHERE d.organisation_id = o.id "
            "AND d.month = %s AND d.sha256 = %s AND d.state = %s) FROM people_organisation o "
            "LEFT JOIN contributions_employer e ON e.organisation_id = o.id AND upper_inf(e.recorded) "
            "AND e.valid @> %s::date WHERE o.id = %s",
            [int(Bill.Kind.REGULAR), month, sha256, int(Declaration.State.ACCEPTED), month, organisation_id],
        )
        found: tuple[Any, ...] | None = cursor.fetchone()
    if found is None:
        yield "code", "没有这个单位，请先登记单位", "there is no such organisation; register it first"
        return
    code, state, billed, taken = found
    if declared.organisation_code and code and declared.organisation_code != code:
        yield (
            "code",
            f"不是本单位的代码（{code}），请核对是否传错文件",
            f"is not the code of this organisation ({code})",
        )
    if declared.month and of_number(declared.month) != month:
        yield "month", f"不是应申报的月份（{written(month)}）", f"is not the month to be declared ({written(month)})"
    if state is None:
        yield "code", "单位当月没有参保登记，请先办理单位参保登记", "the employer is not registered; register it first"
    if taken:
        yield "", "该文件已受理，无需重复申报", "this file was accepted already; it need not be sent again"
    if billed is not None and billed >= month:
        following = written(plus(billed, 1))
        yield (
            "month",
            f"{written(billed)}的缴费通知单已生成，请将变动申报到{following}",
            f"the bill of {written(billed)} is made; declare the changes in {following}",
        )


def faults(row: Row, has: Known, month: date) -> Iterator[Fault]:
    """What is wrong with a row."""
    if not row.kind:
        yield (
            "id_kind",
            "此类证件不能用于申报，请填写身份证、护照或通行证",
            "this certificate does not do; give an identity card, a passport or a permit",
        )
        return
    if has.taken:
        yield (
            "id_number",
            "该人员的档案由其他区县经办，请到窗口办理",
            "the person's record is kept elsewhere; go to the counter",
        )
        return
    if has.person is None:
        yield from _unknown(row)
    elif has.name is not None and has.name != row.name:
        yield (
            "name",
            "与档案中的姓名不同，请对照证件核对姓名和号码；确已更名的先办理变更",
            "is not the name in the record; compare name and number with the certificate; have a new name recorded",
        )
    if has.died is not None and row.change is not Change.LEAVE:
        yield (
            "id_number",
            f"该人员已于{has.died}登记死亡，请核对号码或删除此行",
            f"the death of this person on {has.died} is recorded; check the number, or remove the row",
        )
        return
    if has.person is None and row.change is not Change.JOIN:
        return
    match row.change:
        case Change.JOIN | Change.BACK:
            yield from _entering(row, has, month)
        case Change.LEAVE:
            yield from _leaving(row, has, month)
        case _:
            yield from _paying(row, has, month)


def _unknown(row: Row) -> Iterator[Fault]:
    if row.change is not Change.JOIN:
        yield (
            "id_number",
            "系统中没有此人，请核对号码；新职工请用“新增”",
            "nobody of this number is in the record; check it, or declare a new employee as “join”",
        )
    elif row.kind != IdentifierKind.CITIZEN:
        yield (
            "id_number",
            "首次参保且无居民身份证的人员，请先到窗口登记",
            "who is new and has no resident identity card is registered at the counter first",
        )
    elif certificates.fault(Certificate.IDENTITY_CARD, row.paper):
        yield "id_number", "号码有误，请对照证件核对", "the number is wrong; compare it with the card"


def _entering(row: Row, has: Known, month: date) -> Iterator[Fault]:
    """A join, or a back payment of past months."""
    first = row.first or month
    if has.retired:
        yield (
            "id_number",
            "该人员已领取养老待遇，不能再参保缴费，请删除此行",
            "the person has retired and cannot be insured; remove the row",
        )
    if row.change is Change.JOIN and first < plus(month, -1):
        earliest = written(plus(month, -1))
        yield (
            "from_month",
            f"新增最早从{earliest}起，更早的月份请另用“补缴”行申报",
            f"a join begins in {earliest} at the earliest; declare months before as back payment",
        )
    if has.overlap:
        since = written(has.here) if has.here else ""
        yield (
            "change",
            f"该人员这些月份已在本单位参保（自{since}起），请改为“正常”或“工资调整”",
            f"the person is insured through this employer in these months (since {since}); declare “normal” or “wage "
            "change”",
        )
    elif has.elsewhere is not None:
        yield _elsewhere(row, has)
    if row.wage is not None and row.wage <= 0:
        yield "wage", "月缴费工资应大于0，请填写", "the wage is above 0; fill it in"


def _elsewhere(row: Row, has: Known) -> Fault:
    until = f"至{written(plus(has.elsewhere_until, -1))}" if has.elsewhere_until else "尚未停保"
    until_en = f"until {written(plus(has.elsewhere_until, -1))}" if has.elsewhere_until else "with no end"
    match has.elsewhere:
        case Membership.Scheme.RESIDENT:
            who, who_en = "居民社会保险", "the residents' scheme"
            do, do_en = "请本人先到社保所停保", "the person ends that at the street office first"
        case Membership.Scheme.FLEXIBLE:
            who, who_en = "灵活就业人员身份", "as a flexible worker"
            do, do_en = "请本人先办理停保", "the person ends that first"
        case _:
            who, who_en = "其他单位", "through another employer"
            do, do_en = "请原单位先申报减少", "that employer declares the leave first"
    field = "from_month" if row.change is Change.BACK else "id_number"
    return field, f"该人员这些月份以{who}参保（{until}），{do}", f"the person is insured {who_en} ({until_en}); {do_en}"


def _leaving(row: Row, has: Known, month: date) -> Iterator[Fault]:
    last = row.last or month
    if has.here is None or (has.here_until is not None and has.here_until <= month and has.here_until <= plus(last, 1)):
        ended = f"（已于{written(plus(has.here_until, -1))}减少）" if has.here_until else ""
        ended_en = f" (ended with {written(plus(has.here_until, -1))})" if has.here_until else ""
        yield (
            "change",
            f"该人员没有在本单位参保{ended}，请核对号码或删除此行",
            f"the person is not insured through this employer{ended_en}; check the number or remove the row",
        )
    elif plus(last, 1) < has.here:
        yield (
            "to_month",
            f"早于参保的前一个月，该人员自{written(has.here)}起在本单位参保，请更正",
            f"lies before the person joined in {written(has.here)}; correct it",
        )


def _paying(row: Row, has: Known, month: date) -> Iterator[Fault]:
    """Somebody who stays: his wage as it is, newly declared for the year, or corrected."""
    if has.here is None or (has.here_until is not None and has.here_until <= month) or has.here > month:
        yield (
            "change",
            "该人员当月没有在本单位参保，新职工请用“新增”，已离职的删除此行",
            "the person is not insured through this employer in this month; declare “join”, or remove the row",
        )
        return
    year, after = contribution_year(month)
    if row.wage is None or row.wage <= 0:
        yield "wage", "月缴费工资应大于0，请填写", "the wage is above 0; fill it in"
    elif row.change is Change.NORMAL:
        if has.wage is not None and has.wage != row.wage:
            held = yuan(has.wage)
            yield (
                "wage",
                f"与已申报的工资{held}不同，请更正，或改为“工资调整”",
                f"is not the wage declared before, {held}; correct it, or declare “wage change”",
            )
    elif row.first not in (year, max(year, has.here)):
        begins = written(max(year, has.here))
        yield (
            "from_month",
            f"缴费年度内基数不变，调整须自{begins}（本年度首月）起；下一年度自{written(after)}起申报",
            f"the base holds for the contribution year: a change begins in {begins}; the next year in {written(after)}",
        )


def problems(file: str, rows: Sequence[Row], found: Sequence[Known], month: date) -> list[Problem]:
    """All faults of all rows."""
    told: list[Problem] = []
    for row, has in zip(rows, found, strict=True):
        for field, zh, en in faults(row, has, month):
            told.append(Problem(file, zh, en, row.number, 1, None, field, _shown(row, field)))
    return told


def _shown(row: Row, field: str) -> str:
    match field:
        case "id_number":
            return masked(row.paper)
        case "name":
            return row.name
        case "wage":
            return "" if row.wage is None else yuan(row.wage)
        case "from_month":
            return written(row.first) if row.first else ""
        case "to_month":
            return written(row.last) if row.last else ""
        case "change":
            return row.change.zh
    return ""
