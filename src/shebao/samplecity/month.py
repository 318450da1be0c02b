"""What the city's employers and its bank send in a month: declarations and receipts, as files.

Employers declare everybody they have; a few staff leave, half of those for another employer; some files have a fault
and come again corrected.  Most bills are paid in time and in full, some late, in part, twice over or without a number.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection

from shebao.contributions.months import plus, written
from shebao.files.bank.receipts import write_receipts
from shebao.files.declaration import Change, LeaveReason, Status
from shebao.law.insurance.contributions.facts import ContributorStatus
from shebao.samplecity.draws import Draws, Flags, Ints

# Of a thousand; all of this is assumed.
LEAVING, TAKEN_ON, FAULTY_FILES = 8, 500, 20
PAID_IN_TIME, PAID_LATE, PAID_IN_PART, WITHOUT_NUMBER, TOO_MUCH = 960, 20, 6, 4, 2

_STAFF = """
SELECT o.id, o.code, o.name, p.id, i.number, n.name, w.wage, m.status, v.death_day IS NOT NULL
FROM contributions_membership m
JOIN people_organisation o ON o.id = m.organisation_id
JOIN people_person p ON p.id = m.person_id
JOIN people_identifier i ON i.person_id = p.id AND i.kind = 1 AND upper_inf(i.recorded) AND upper_inf(i.valid)
JOIN people_name n ON n.person_id = p.id AND n.kind = 1 AND upper_inf(n.recorded) AND upper_inf(n.valid)
JOIN people_vitals v ON v.person_id = p.id AND upper_inf(v.recorded)
JOIN contributions_wage w ON w.person_id = p.id AND w.organisation_id = o.id AND upper_inf(w.recorded)
     AND w.valid @> %s::date
WHERE upper_inf(m.recorded) AND m.valid @> %s::date AND 1 <@ m.branches AND m.scheme = 1 AND o.id = ANY(%s)
ORDER BY o.id, p.id
"""
_HEADER = ("姓名", "证件类型", "证件号码", "变动类型", "起始月", "终止月", "月缴费工资", "户口/身份类别", "减少原因")


@dataclass(frozen=True)
class File:
    """A declaration as an employer hands it in; faulty: with a row that has to come back."""

    organisation_id: int
    name: str
    data: bytes
    people: int
    faulty: bool


def employers(month: date) -> list[int]:
    """Organisations that have staff to declare."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT organisation_id FROM contributions_membership WHERE upper_inf(recorded) AND scheme = 1 "
            "AND organisation_id IS NOT NULL AND valid @> %s::date ORDER BY 1",
            [month],
        )
        return [row[0] for row in cursor.fetchall()]


def declarations(seed: int, month: date, some: Sequence[int]) -> Iterator[File]:
    """The files of these employers, in their order; a faulty one is followed by itself, corrected.

    Who leaves for another employer is declared by that one after the old one; some: a piece of `employers`.
    """
    draws = Draws(seed)
    with connection.cursor() as cursor:
        cursor.execute(_STAFF, [month, month, list(some)])
        staff: dict[int, list[tuple[Any, ...]]] = {}
        for row in cursor.fetchall():
            staff.setdefault(row[0], []).append(row)
    moving: list[list[str]] = []
    for organisation, rows in staff.items():
        people = np.asarray([row[3] for row in rows], np.int64)
        leaves = draws.chance("leaves", LEAVING, people)
        moves = leaves & draws.chance("is taken on elsewhere", TAKEN_ON, people)
        lines = moving
        moving = []
        for row, left, moved in zip(rows, leaves.tolist(), moves.tolist(), strict=True):
            _, _, _, _, number, name, wage, status, died = row
            yuan = f"{wage // 100}.{wage % 100:02d}"
            if left or died:
                last = written(plus(month, -1))
                reason = LeaveReason.DIED if died else LeaveReason.RESIGNED
                lines.append([name, "居民身份证", number, Change.LEAVE.zh, "", last, "", "", reason.zh])
            else:
                lines.append([name, "居民身份证", number, Change.NORMAL.zh, "", "", yuan, "", ""])
            if moved and not died:
                rural = status == ContributorStatus.RURAL_WORKER
                whence = Status.CITY_RURAL if rural else Status.CITY_URBAN
                begins = written(month)
                moving.append([name, "居民身份证", number, Change.JOIN.zh, begins, "", yuan, whence.zh, ""])
        faulty = bool(draws.chance("hands in a faulty file", FAULTY_FILES, np.asarray([organisation]))[0])
        code, called = rows[0][1], rows[0][2]
        file = f"{code}-{written(month)}"
        if faulty:
            broken = [*lines[:-1], [*lines[-1][:2], lines[-1][2][:-1] + "?", *lines[-1][3:]]]
            yield File(organisation, f"{file}.csv", _csv(code, called, month, broken), len(lines), True)
        corrected = f"{file}-更正.csv" if faulty else f"{file}.csv"
        yield File(organisation, corrected, _csv(code, called, month, lines), len(lines), False)


def _csv(code: str, name: str, month: date, lines: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    write = csv.writer(text)
    write.writerow(["统一社会信用代码", code])
    write.writerow(["单位名称", name])
    write.writerow(["申报月份", written(month)])
    write.writerow(["序号", *_HEADER])
    for k, line in enumerate(lines, 1):
        write.writerow([k, *line])
    return text.getvalue().encode("utf-8-sig")


@dataclass(frozen=True)
class Receipts:
    """A bank file of a day."""

    name: str
    day: date
    data: bytes
    rows: int
    total: int


class Bank:
    """What the payers of a month's bills do: most pay in time and in full."""

    def __init__(self, seed: int, month: date, due: date) -> None:
        draws = Draws(seed)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT b.id, b.number, b.employer + b.own, coalesce(o.name, n.name) FROM contributions_bill b "
                "LEFT JOIN people_organisation o ON o.id = b.organisation_id LEFT JOIN people_name n ON n.person_id = "
                "b.person_id AND n.kind = 1 AND upper_inf(n.recorded) AND upper_inf(n.valid) "
                "WHERE b.month = %s AND b.employer + b.own > 0 ORDER BY b.id",
                [month],
            )
            bills = cursor.fetchall()
        self.early, self.later = due - timedelta(days=3), due + timedelta(days=17)
        self.bills = np.asarray([row[0] for row in bills], np.int64)
        self.numbers = [row[1] for row in bills]
        self.amounts = np.asarray([row[2] for row in bills], np.int64)
        self.payers = [row[3] for row in bills]
        how = draws.below("how it is paid", 1000, self.bills)
        odd = draws.below("what is odd about it", 1000, self.bills)
        self.in_time = how < PAID_IN_TIME
        self.late = ~self.in_time & (how < PAID_IN_TIME + PAID_LATE)
        self.part = ~self.in_time & ~self.late & (how < PAID_IN_TIME + PAID_LATE + PAID_IN_PART)
        self.too_much = self.in_time & (odd < TOO_MUCH)
        self.nameless = self.in_time & (odd >= 1000 - WITHOUT_NUMBER)

    def before_due(self) -> list[Receipts]:
        """The file of the days before the due day; none of an empty day."""
        paid = np.where(self.part, self.amounts // 2, self.amounts) + np.where(self.too_much, 10_000, 0)
        return self._file("到账-按期", self.early, self.in_time | self.part, paid)

    def after_due(self, fees: Mapping[int, int]) -> list[Receipts]:
        """The file of a later day; fees: what the late fee of a bill is on that day, which every second one pays."""
        fee = np.asarray([fees.get(bill, 0) for bill in self.bills.tolist()], np.int64)
        paid = self.amounts + np.where(self.bills % 2 == 0, fee, 0)
        return self._file("到账-逾期", self.later, self.late, paid)

    def _file(self, name: str, day: date, chosen: Flags, paid: Ints) -> list[Receipts]:
        places = np.flatnonzero(chosen).tolist()
        if not places:
            return []
        table = pa.table(
            {
                "reference": [f"{day:%Y%m%d}{self.bills[k]:012d}" for k in places],
                "account": [f"62{self.bills[k]:017d}" for k in places],
                "payer": [self.payers[k] for k in places],
                "order": pa.array([None if self.nameless[k] else self.numbers[k] for k in places], pa.string()),
                "amount_fen": paid[places],
                "day": pa.array([day] * len(places), pa.date32()),
                "summary": ["社会保险费"] * len(places),
            }
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}-{day:%Y%m%d}.txt"
            total = write_receipts(path, f"{day:%Y%m%d}01", day, table)
            return [Receipts(path.name, day, path.read_bytes(), table.num_rows, total)]
