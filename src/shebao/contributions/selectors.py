"""The reads of contributions: of a person, and of an employer.  Each read of a person is taken down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from shebao.access import reads
from shebao.access.acting import Act
from shebao.contributions.models import Declaration, Payment
from shebao.ledger import selectors as books
from shebao.people import selectors as people


@dataclass(frozen=True)
class Year:
    """What is credited of a year of an insurance.  months: a mask, bit 0 is January; base: fen, the sum."""

    insurance: int
    year: int
    months: int
    base: int

    @property
    def paid(self) -> int:
        """How many months."""
        return self.months.bit_count()


@dataclass(frozen=True)
class Member:
    """A membership: insurances from number `first` to before `after`; payer: an organisation's name."""

    first: int
    after: int
    scheme: int
    status: int
    payer: str
    since: date
    until: date | None  # the month after the last one


@dataclass(frozen=True)
class Account:
    """A personal account, fen."""

    name: str
    fund: str
    balance: int


@dataclass(frozen=True)
class Contributor:
    """All that the room has of a person."""

    memberships: list[Member]
    years: list[Year]
    accounts: list[Account]


def of_person(act: Act, person_id: int) -> Contributor:
    """Memberships, the latest first; years by insurance; what stands on the personal accounts."""
    numbers = [number := people.whole(person_id), *people.merged(number)]
    reads.log(act, [number], "参保缴费")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lower(m.branches), upper(m.branches), m.scheme, m.status, coalesce(o.name, ''), lower(m.valid), "
            "upper(m.valid) FROM contributions_membership m "
            "LEFT JOIN people_organisation o ON o.id = m.organisation_id WHERE m.person_id = ANY(%s) "
            "AND upper_inf(m.recorded) ORDER BY lower(m.valid) DESC, 1",
            [numbers],
        )
        memberships = [Member(*row) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT insurance, year, bit_or(months), sum(base)::bigint FROM contributions_history "
            "WHERE person_id = ANY(%s) AND recorded_to = 'infinity' GROUP BY 1, 2 ORDER BY 1, 2",
            [numbers],
        )
        years = [Year(*row) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT a.id, c.name, f.name FROM ledger_account a JOIN ledger_chart c ON c.code = a.chart_id "
            "JOIN ledger_fund f ON f.code = a.fund_id WHERE a.owner = ANY(%s) ORDER BY a.chart_id, a.fund_id",
            [[f"person:{number}" for number in numbers]],
        )
        found = cursor.fetchall()
    stand = books.standing(act, [row[0] for row in found])
    accounts = [Account(name, fund, stand[which].available) for which, name, fund in found if which in stand]
    return Contributor(memberships, years, accounts)


@dataclass(frozen=True)
class Bill:
    """A bill with what of it is paid.  Fen."""

    id: int
    number: str
    month: date
    kind: int
    due_day: date
    persons: int
    employer: int
    own: int
    paid: int
    late_fee: int
    approx: bool

    @property
    def total(self) -> int:
        """What is asked for, without a late fee."""
        return self.employer + self.own

    @property
    def owed(self) -> int:
        """What is still to be paid of it; below zero, what is paid back."""
        return self.total - self.paid


@dataclass(frozen=True)
class Line:
    """A bill's amounts of one insurance, fen."""

    insurance: int
    persons: int
    employer: int
    own: int


def bills(act: Act, organisation_id: int, most: int = 60) -> list[Bill]:
    """An employer's bills, the latest first."""
    return _bills("b.organisation_id = %(of)s", organisation_id, most)


def bills_of_person(act: Act, person_id: int, most: int = 60) -> list[Bill]:
    """The bills of a person who pays himself, the latest first."""
    reads.log(act, [person_id], "个人缴费单")
    return _bills("b.person_id = %(of)s", person_id, most)


def _bills(condition: str, of: int, most: int) -> list[Bill]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.id, b.number, b.month, b.kind, b.due_day, b.persons, b.employer, b.own, "
            "coalesce(p.contribution, 0)::bigint, coalesce(p.late, 0)::bigint, b.approx FROM contributions_bill b "
            "LEFT JOIN LATERAL (SELECT sum(amount) FILTER (WHERE part = %(contribution)s) AS contribution, "
            "sum(amount) FILTER (WHERE part = %(late)s) AS late FROM contributions_payment p WHERE p.bill_id = b.id) p "
            f"ON true WHERE {condition} ORDER BY b.month DESC, b.id DESC LIMIT %(most)s",
            {
                "of": of,
                "most": most,
                "contribution": int(Payment.Part.CONTRIBUTION),
                "late": int(Payment.Part.LATE_FEE),
            },
        )
        return [Bill(*row) for row in cursor.fetchall()]


def bill_lines(act: Act, bill_id: int) -> list[Line]:
    """What a bill is made of, by insurance; empty for one that the actor does not see."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT insurance, persons, employer, own FROM contributions_bill_line WHERE bill_id = %s ORDER BY 1",
            [bill_id],
        )
        return [Line(*row) for row in cursor.fetchall()]


def declarations(act: Act, organisation_id: int, most: int = 60) -> list[Declaration]:
    """An employer's declarations, the latest first."""
    return list(Declaration.objects.filter(organisation_id=organisation_id).order_by("-pk")[:most])


@dataclass(frozen=True)
class Employer:
    """An organisation as its own users see it."""

    id: int
    name: str
    code: str
    place: str


def employer(act: Act, organisation_id: int) -> Employer | None:
    """The organisation; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name, coalesce(code, ''), place FROM people_organisation WHERE id = %s", [organisation_id]
        )
        row: Any = cursor.fetchone()
    return Employer(*row) if row else None
