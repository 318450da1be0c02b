"""医保经办: what the funds pay, what waits to be decided, what they pay for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from shebao.access import reads
from shebao.access.acting import Act
from shebao.law.insurance.medical_lines.facts import CatalogueClass
from shebao.medical.models import CatalogueItem, Difference
from shebao.medical.selectors.bills import PAGE
from shebao.medical.selectors.institutions import SUMS, Sums


@dataclass(frozen=True)
class Spent:
    """What an institution settled."""

    institution_id: int
    name: str
    level: int
    sums: Sums


def spending(act: Act, since: date, until: date) -> list[Spent]:
    """What the institutions of the actor's places settled in some days of the books, the dearest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT i.id, i.name, i.level, {SUMS} FROM medical_institution i JOIN medical_settlement s "
            "ON s.institution_id = i.id WHERE access_sees(i.place) AND s.day BETWEEN %s AND %s "
            "GROUP BY i.id, i.name, i.level ORDER BY sum(s.total) DESC, i.id",
            [since, until],
        )
        return [Spent(*[*row[:3], Sums(*row[3:])]) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Late:
    """差异: a settlement that the law, asked in the order of service, would split otherwise; fen.

    note: why it was closed as it was; refusal: why the law, asked in order, does not decide.
    """

    id: int
    person_id: int
    settlement_id: int
    cause_id: int
    institution: str
    bill_day: date
    funds: int
    account: int
    cash: int
    funds_in_order: int
    account_in_order: int
    cash_in_order: int
    refusal: str
    state: Difference.State
    note: str

    @property
    def more(self) -> int:
        """How much more the funds would have paid."""
        return self.funds_in_order - self.funds

    @property
    def own(self) -> int:
        """What the patient paid."""
        return self.account + self.cash

    @property
    def own_in_order(self) -> int:
        """What he would have paid."""
        return self.account_in_order + self.cash_in_order


def late(act: Act, state: Difference.State, institution_id: int = 0, after: int = 0, most: int = PAGE) -> list[Late]:
    """Differences in a state, the oldest first; institution_id: those of its bills, 0 for all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, d.person_id, d.settlement_id, d.cause_id, i.name, s.bill_day, d.funds, d.account, d.cash, "
            "d.funds_in_order, d.account_in_order, d.cash_in_order, d.refusal, d.state, d.note "
            "FROM medical_difference d "
            "JOIN medical_settlement s ON s.person_id = d.person_id AND s.id = d.settlement_id "
            "JOIN medical_institution i ON i.id = s.institution_id WHERE d.state = %s "
            "AND (%s = 0 OR s.institution_id = %s) ORDER BY d.id LIMIT %s OFFSET %s",
            [state, institution_id, institution_id, most, after],
        )
        found = [Late(*[*row[:13], Difference.State(row[13]), row[14]]) for row in cursor.fetchall()]
    reads.log(act, sorted({one.person_id for one in found}), "医疗费用差异清单")
    return found


def late_count(act: Act) -> int:
    """How many differences are open."""
    return Difference.objects.filter(state=Difference.State.OPEN).count()


@dataclass(frozen=True)
class Item:
    """目录项目 on a day; units of models.CatalogueItem.  until: the day after the last, None without end."""

    code: str
    kind: CatalogueItem.Kind
    name: str
    item_class: CatalogueClass
    first_share: int
    price_limit: int
    sex: int | None
    age_from: int | None
    age_to: int | None
    day_quantity: int | None
    since: date
    until: date | None


def catalogue(act: Act, on: date, text: str = "", kind: int = 0, after: int = 0, most: int = PAGE) -> list[Item]:
    """Items that hold on a day, by part of the name or beginning of the code; kind: 0 for all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, kind, name, item_class, first_share, price_limit, sex, age_from, age_to, day_quantity, "
            "lower(valid), upper(valid) FROM medical_catalogue WHERE valid @> %(on)s AND (%(text)s = '' "
            "OR strpos(name, %(text)s) > 0 OR starts_with(code, upper(%(text)s))) "
            "AND (%(kind)s = 0 OR kind = %(kind)s) ORDER BY code LIMIT %(most)s OFFSET %(after)s",
            {"on": on, "text": text, "kind": kind, "after": after, "most": most},
        )
        return [
            Item(row[0], CatalogueItem.Kind(row[1]), row[2], CatalogueClass(row[3]), *row[4:])
            for row in cursor.fetchall()
        ]
