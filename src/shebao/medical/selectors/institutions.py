"""定点医药机构: the register, and what one settled, said of it, and calls its items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from shebao.access import reads
from shebao.access.acting import Act
from shebao.law.insurance.medical_bill.facts import BillCare
from shebao.medical.models import Compared
from shebao.medical.models.settling import FUNDS
from shebao.medical.selectors.bills import PAGE
from shebao.people.refusals import Refused


@dataclass(frozen=True)
class Registered:
    """An institution.  since, until: the first day of its agreement and the day after the last, None without end."""

    id: int
    code: str
    name: str
    level: int
    community: bool
    place: str
    since: date
    until: date | None
    state: int
    organisation_id: int | None

    @property
    def last(self) -> date | None:
        """The last day of the agreement."""
        return None if self.until is None else date.fromordinal(self.until.toordinal() - 1)


_REGISTERED = (
    "SELECT i.id, i.code, i.name, i.level, i.community, i.place, lower(i.agreement), upper(i.agreement), i.state, "
    "i.organisation_id FROM medical_institution i"
)


def register(act: Act, text: str = "", state: int = 0) -> list[Registered]:
    """Institutions of the actor's places by part of the name or the beginning of the code; state: 0 for all."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_REGISTERED} WHERE access_sees(i.place) AND (%(text)s = '' OR strpos(i.name, %(text)s) > 0 "
            "OR starts_with(i.code, upper(%(text)s))) AND (%(state)s = 0 OR i.state = %(state)s) ORDER BY i.code",
            {"text": text, "state": state},
        )
        return [Registered(*row) for row in cursor.fetchall()]


def own(act: Act, organisation_id: int) -> list[Registered]:
    """The institutions of an organisation."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_REGISTERED} WHERE i.organisation_id = %s ORDER BY i.code", [organisation_id])
        return [Registered(*row) for row in cursor.fetchall()]


def institution(act: Act, institution_id: int) -> Registered:
    """An institution whose bills the actor may see.  Raises Refused."""
    return _one(institution_id, "medical_sees_institution(i.id)")


def keep(act: Act, institution_id: int) -> Registered:
    """An institution whose register the actor keeps.  Raises Refused."""
    return _one(institution_id, "access_sees(i.place)")


def _one(institution_id: int, condition: str) -> Registered:
    with connection.cursor() as cursor:
        cursor.execute(f"{_REGISTERED} WHERE i.id = %s AND {condition}", [institution_id])
        row = cursor.fetchone()
    if row is None:
        raise Refused("没有此定点机构，或不在您的查询范围内", "there is no such institution within your scope")
    return Registered(*row)


@dataclass(frozen=True)
class Sums:
    """Bills of some days together, fen: settlements less what was taken back.  settled, reversed: how many of each."""

    settled: int
    reversed: int
    total: int
    pool: int
    large: int
    supplement: int
    catastrophic: int
    assistance: int
    account: int
    cash: int

    @property
    def funds(self) -> int:
        """What the funds pay."""
        return sum(getattr(self, name) for name in FUNDS)

    @property
    def payable(self) -> list[tuple[str, int]]:
        """What is owed to the institutions, by fund and account: all but what patients paid in cash."""
        return [(name, value) for name in (*FUNDS, "account") if (value := getattr(self, name))]

    @property
    def owed(self) -> int:
        """All of it."""
        return self.funds + self.account


SUMS = "count(*) FILTER (WHERE s.reverses_id IS NULL), count(*) FILTER (WHERE s.reverses_id IS NOT NULL), " + ", ".join(
    f"coalesce(sum(s.{name}), 0)::bigint" for name in ("total", *FUNDS, "account", "cash")
)


def sums(act: Act, institution_id: int, since: date, until: date) -> Sums:
    """What an institution settled in some days of the books, both counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {SUMS} FROM medical_settlement s WHERE s.institution_id = %s AND s.day BETWEEN %s AND %s",
            [institution_id, since, until],
        )
        return Sums(*cursor.fetchone())


@dataclass(frozen=True)
class Settled:
    """A line of an institution's list, fen.  reversed: it was taken back."""

    person_id: int
    id: int
    name: str
    certificate: str
    care: BillCare
    bill_day: date
    settled_at: datetime
    day: date
    reverses_id: int | None
    reversed: bool
    total: int
    funds: int
    account: int
    cash: int


def settlements(
    act: Act, institution_id: int, since: date, until: date, after: int = 0, most: int = PAGE
) -> list[Settled]:
    """What an institution settled and took back in some days, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.person_id, s.id, v.name, v.certificate, s.care, s.bill_day, s.settled_at, s.day, s.reverses_id, "
            "EXISTS (SELECT FROM medical_settlement r WHERE r.person_id = s.person_id AND r.reverses_id = s.id), "
            f"s.total, {' + '.join(f's.{name}' for name in FUNDS)}, s.account, s.cash FROM medical_settlement s "
            "JOIN medical_visit v ON v.person_id = s.person_id AND v.id = s.visit_id "
            "WHERE s.institution_id = %s AND s.day BETWEEN %s AND %s ORDER BY s.day DESC, s.id DESC LIMIT %s OFFSET %s",
            [institution_id, since, until, most, after],
        )
        found = [Settled(*[*row[:4], BillCare(row[4]), *row[5:]]) for row in cursor.fetchall()]
    reads.log(act, sorted({one.person_id for one in found}), "定点机构结算清单")
    return found


@dataclass(frozen=True)
class Said:
    """对账 of an institution's figures with ours; fen.  detailed: of every settlement (3202), else of totals (3201)."""

    id: int
    institution_id: int
    institution: str
    insutype: str
    clr_type: str
    since: date
    until: date
    detailed: bool
    their_count: int
    their_total: int
    their_funds: int
    their_account: int
    our_count: int
    our_total: int
    our_funds: int
    our_account: int
    equal: bool
    differences: int


def statements(
    act: Act, since: date, until: date, institution_id: int = 0, differing: bool = False, most: int = 200
) -> list[Said]:
    """Statements of days within some days, the latest first; institution_id: 0 for all in the actor's places."""
    return _said(
        "s.since >= %(since)s AND s.until <= %(until)s AND (%(of)s = 0 OR s.institution_id = %(of)s) "
        "AND NOT (s.equal AND %(differing)s)",
        {"since": since, "until": until, "of": institution_id, "differing": differing, "most": most},
    )


def _said(condition: str, values: dict[str, Any]) -> list[Said]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.institution_id, i.name, s.insutype, s.clr_type, s.since, s.until, s.detailed, "
            "s.their_count, s.their_total, s.their_funds, s.their_account, s.our_count, s.our_total, s.our_funds, "
            "s.our_account, s.equal, (SELECT count(*) FROM medical_compared c WHERE c.statement_id = s.id) "
            "FROM medical_statement s JOIN medical_institution i ON i.id = s.institution_id "
            f"WHERE {condition} ORDER BY s.id DESC LIMIT %(most)s",
            values,
        )
        return [Said(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Differing:
    """A settlement that is not the same on both sides, fen; ours None where we have none, theirs where they do not."""

    number: int
    kind: Compared.Kind
    settlement_id: int | None
    person: str
    their_total: int | None
    their_funds: int | None
    our_total: int | None
    our_funds: int | None


def compared(act: Act, statement_id: int, most: int = 1000) -> tuple[Said, list[Differing]]:
    """A statement with what differs, at most so many.  Raises Refused."""
    found = _said("s.id = %(id)s", {"id": statement_id, "most": 1})
    if not found:
        raise Refused("没有此对账，或不在您的查询范围内", "there is no such statement within your scope")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.number, c.kind, c.settlement_id, c.person, c.total, c.funds, s.total, "
            f"{' + '.join(f's.{name}' for name in FUNDS)} FROM medical_compared c LEFT JOIN medical_settlement s "
            "ON c.kind <> 2 AND s.id = c.settlement_id AND s.institution_id = %s "
            "AND s.day BETWEEN %s AND %s WHERE c.statement_id = %s ORDER BY c.number LIMIT %s",
            [found[0].institution_id, found[0].since, found[0].until, statement_id, most],
        )
        rows = [Differing(row[0], Compared.Kind(row[1]), *row[2:]) for row in cursor.fetchall()]
    persons = {int(one.person) for one in rows if one.kind != Compared.Kind.THEIRS_ONLY and one.person.isdigit()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person WHERE id = ANY(%s)", [[p for p in persons if p < 2**63]])
        reads.log(act, [row[0] for row in cursor.fetchall()], f"对账差异（{statement_id}）")
    return found[0], rows


@dataclass(frozen=True)
class Match:
    """目录对照.  state: matched, undone, over (of an earlier day), later, gone (the catalogue has the item no more)."""

    own_code: str
    own_name: str
    code: str
    name: str
    since: date
    until: date | None
    state: str


def matches(act: Act, institution_id: int, on: date, text: str = "", after: int = 0, most: int = PAGE) -> list[Match]:
    """What an institution calls the items of the catalogue, as of a day; by part of a name or beginning of a code."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.own_code, m.own_name, m.code, coalesce(c.name, ''), lower(m.valid), upper(m.valid), "
            "CASE WHEN m.undone_at IS NOT NULL THEN 'undone' WHEN upper(m.valid) <= %(on)s THEN 'over' "
            "WHEN lower(m.valid) > %(on)s THEN 'later' WHEN c.id IS NULL THEN 'gone' ELSE 'matched' END "
            "FROM medical_matching m LEFT JOIN medical_catalogue c ON c.code = m.code AND c.valid @> %(on)s "
            "WHERE m.institution_id = %(of)s AND (%(text)s = '' OR strpos(m.own_name, %(text)s) > 0 "
            "OR starts_with(m.own_code, %(text)s) OR starts_with(m.code, %(text)s)) "
            "ORDER BY m.own_code, m.id LIMIT %(most)s OFFSET %(after)s",
            {"on": on, "of": institution_id, "text": text, "after": after, "most": most},
        )
        return [Match(*row) for row in cursor.fetchall()]
