"""Bills of a person: the year in sums, the list, one bill to its last line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from shebao.access import reads
from shebao.access.acting import Act
from shebao.law.insurance.medical_bill.facts import BillCare, InsuredClass
from shebao.law.insurance.medical_lines.facts import CatalogueClass
from shebao.medical.checks import RULES
from shebao.medical.models.cover import ACCUMULATORS
from shebao.medical.models.settling import AMOUNTS, FUNDS
from shebao.people import selectors as people
from shebao.people.refusals import Refused

PAGE = 50
LARGEST = 2**63  # no number is
_RULES = {rule.code: rule for rule in RULES}


@dataclass(frozen=True)
class Bill:
    """A settlement, or what takes one back (`reverses_id`), fen; see models.Settlement.

    reversed_by: what took it back.  level, community: of the institution as it is registered today.
    """

    person_id: int
    id: int
    institution_id: int
    institution: str
    level: int
    community: bool
    visit_id: int
    batch: str
    reverses_id: int | None
    reversed_by: int | None
    year: int
    bill_day: date
    settled_at: datetime
    day: date
    care: BillCare
    insured: InsuredClass
    standing: int
    period_start: date | None
    final: bool
    approx: bool
    act_id: int
    total: int
    own_paid: int
    over_limit: int
    first_share: int
    in_scope: int
    deductible: int
    own_ratio: int
    above_cap: int
    pool: int
    large: int
    supplement: int
    catastrophic: int
    assistance: int
    account: int
    cash: int

    @property
    def funds(self) -> int:
        """What the funds pay, assistance among them."""
        return sum(getattr(self, name) for name in FUNDS)

    @property
    def own(self) -> int:
        """What is left to the patient: from the account, and in cash."""
        return self.account + self.cash

    @property
    def first(self) -> int:
        """自付一: in scope, and not paid by the insurance."""
        return self.deductible + self.own_ratio + self.above_cap - self.catastrophic

    @property
    def second(self) -> int:
        """自付二: the first share, and what is above a price limit."""
        return self.first_share + self.over_limit

    @property
    def stands(self) -> bool:
        """Whether it counts: it takes nothing back and was not taken back."""
        return self.reverses_id is None and self.reversed_by is None

    @property
    def payers(self) -> list[tuple[str, int]]:
        """Who pays how much of it, by the names of models.Settlement; adds up to the total."""
        return [(name, value) for name in (*FUNDS, "account", "cash") if (value := getattr(self, name))]


_BILL = f"""
SELECT s.person_id, s.id, s.institution_id, i.name, i.level, i.community, s.visit_id, s.batch, s.reverses_id, r.id,
    s.year, s.bill_day, s.settled_at, s.day, s.care, s.insured_class, s.standing, s.period_start, s.final, s.approx,
    s.act_id, {", ".join(f"s.{name}" for name in AMOUNTS)}
FROM medical_settlement s JOIN medical_institution i ON i.id = s.institution_id
LEFT JOIN medical_settlement r ON r.person_id = s.person_id AND r.reverses_id = s.id
"""


def _bill(row: Sequence[Any]) -> Bill:
    values = list(row)
    values[14:16] = BillCare(row[14]), InsuredClass(row[15])
    return Bill(*values)


@dataclass(frozen=True)
class Care:
    """A year's bills of one kind of care that stand, fen."""

    care: BillCare
    bills: int
    total: int
    deductible: int
    funds: int
    account: int
    cash: int


@dataclass(frozen=True)
class Year:
    """A person's year.

    counted: the cover's accumulators by name (models.cover.ACCUMULATORS), fen, empty where there is no cover; the
    months are masks, bit 0 being January.  bills: the latest first, `more` where there are others.
    years: those with bills.
    """

    year: int
    counted: dict[str, int]
    insured: int
    suspended: int
    cares: list[Care]
    bills: list[Bill]
    more: bool
    years: list[int]

    @property
    def total(self) -> int:
        """What all care cost."""
        return sum(care.total for care in self.cares)

    @property
    def funds(self) -> int:
        """What the funds paid."""
        return sum(care.funds for care in self.cares)

    @property
    def own(self) -> int:
        """What the patient paid, from the account and in cash."""
        return sum(care.account + care.cash for care in self.cares)

    @property
    def suspended_months(self) -> list[int]:
        """The months, 1 to 12, without benefits for arrears."""
        return [k + 1 for k in range(12) if self.suspended >> k & 1]


def of_person(act: Act, person_id: int, year: int, most: int = PAGE, after: int = 0) -> Year:
    """What care cost a person in a year, with at most so many bills after the first `after`.

    Raises Refused when there is no such record within the actor's scope.
    """
    numbers = _records(person_id)
    reads.log(act, numbers[:1], f"医疗费用（{year}年）")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'coalesce(sum({name}), 0)::bigint' for name in ACCUMULATORS)}, "
            "coalesce(bit_or(employee | unemployed | resident), 0), coalesce(bit_or(suspended), 0), count(*) "
            "FROM medical_cover WHERE person_id = ANY(%s) AND year = %s",
            [numbers, year],
        )
        *counted, insured, suspended, covers = cursor.fetchone()
        cursor.execute(
            "SELECT care, sum(CASE WHEN reverses_id IS NULL THEN 1 ELSE -1 END), sum(total)::bigint, "
            f"sum(deductible)::bigint, sum({' + '.join(FUNDS)})::bigint, sum(account)::bigint, sum(cash)::bigint "
            "FROM medical_settlement WHERE person_id = ANY(%s) AND year = %s GROUP BY care ORDER BY care",
            [numbers, year],
        )
        cares = [Care(BillCare(row[0]), *row[1:]) for row in cursor.fetchall()]
        cursor.execute(
            f"{_BILL} WHERE s.person_id = ANY(%s) AND s.year = %s ORDER BY s.bill_day DESC, s.id DESC "
            "LIMIT %s OFFSET %s",
            [numbers, year, most + 1, after],
        )
        bills = [_bill(row) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT DISTINCT year FROM medical_settlement WHERE person_id = ANY(%s) ORDER BY 1 DESC", [numbers]
        )
        years = [row[0] for row in cursor.fetchall()]
    by_name = dict(zip(ACCUMULATORS, counted, strict=True)) if covers else {}
    return Year(year, by_name, insured, suspended, cares, bills[:most], len(bills) > most, years)


def _records(person_id: int) -> list[int]:
    """The record and those merged into it.  Raises Refused."""
    number = people.whole(person_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM people_person WHERE id = %s", [number])
        if cursor.fetchone() is None:
            raise Refused(
                f"没有档案{person_id}，或不在您的查询范围内", f"there is no record {person_id} within your scope"
            )
    return [number, *people.merged(number)]


@dataclass(frozen=True)
class Charged:
    """A charge line, fen; quantity in ten-thousandths, price in millionths of a yuan, first_share_ratio of 10,000."""

    number: str
    at: datetime
    code: str
    name: str
    item_class: CatalogueClass
    first_share_ratio: int
    price_limit: int
    quantity: int
    price: int
    amount: int
    own_paid: int
    over_limit: int
    first_share: int
    in_scope: int
    findings: list[tuple[str, str]]  # the rules of the door that it met, Chinese and English

    @property
    def own(self) -> int:
        """What of it is the patient's own before anything is reckoned."""
        return self.own_paid + self.over_limit + self.first_share


@dataclass(frozen=True)
class Opened:
    """One bill.  name: as the card said; diseases: what was found, the main one first; lines: those that it sums up."""

    bill: Bill
    name: str
    began: datetime
    ended: datetime | None
    diseases: list[str]
    lines: list[Charged]


def bill(act: Act, person_id: int, bill_id: int) -> Opened:
    """One bill with its lines.  Raises Refused for one that is not there, or not for the actor."""
    if bill_id >= LARGEST:
        raise Refused("没有此结算单", "there is no such bill")
    whole = people.whole(person_id)
    with connection.cursor() as cursor:
        cursor.execute(f"{_BILL} WHERE s.person_id = ANY(%s) AND s.id = %s", [[whole, *people.merged(whole)], bill_id])
        row = cursor.fetchone()
        if row is None:
            raise Refused("没有此结算单，或不在您的查询范围内", "there is no such bill within your scope")
        found = _bill(row)
        person_id = found.person_id
        reads.log(act, [person_id], f"医疗结算单{bill_id}")
        cursor.execute(
            "SELECT name, began_at, ended_at FROM medical_visit WHERE person_id = %s AND id = %s",
            [person_id, found.visit_id],
        )
        name, began, ended = cursor.fetchone()
        cursor.execute(
            "SELECT d.name FROM medical_diagnosis d WHERE d.person_id = %s AND d.visit_id = %s AND d.act_id = "
            "(SELECT max(l.act_id) FROM medical_diagnosis l WHERE l.person_id = %s AND l.visit_id = %s) "
            "ORDER BY d.main DESC, d.number",
            [person_id, found.visit_id, person_id, found.visit_id],
        )
        diseases = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT l.number, l.at, l.code, coalesce(c.name, l.own_code), l.item_class, l.first_share_ratio, "
            "l.price_limit, l.quantity, l.price, l.amount, l.own_paid, l.over_limit, l.first_share, l.in_scope, "
            "l.findings FROM medical_line l LEFT JOIN medical_catalogue c ON c.code = l.code AND c.valid @> "
            "(l.at AT TIME ZONE 'Asia/Shanghai')::date WHERE l.person_id = %(person)s AND l.visit_id = %(visit)s "
            "AND l.batch = %(batch)s AND (l.undone_act_id IS NULL OR l.undone_act_id > %(settled)s) AND l.act_id < "
            "coalesce((SELECT r.act_id FROM medical_settlement r WHERE r.person_id = %(person)s "
            "AND r.reverses_id = %(whole)s), 9223372036854775807) ORDER BY l.at, l.id",
            {
                "person": person_id,
                "visit": found.visit_id,
                "batch": found.batch,
                "settled": found.act_id,
                "whole": found.reverses_id or found.id,
            },
        )
        lines = [_charged(row) for row in cursor.fetchall()]
    return Opened(found, name, began, ended, diseases, lines)


def _charged(row: Sequence[Any]) -> Charged:
    *values, findings = row
    told = {"code": row[2], "own_code": row[3], "age": "…", "days": "…"}  # what was not kept of a finding
    rules = [_RULES[code] for code in findings.split(",") if code in _RULES]
    values[4] = CatalogueClass(values[4])
    values.append([(rule.zh.format(**told), rule.en.format(**told)) for rule in rules])
    return Charged(*values)
