"""迟到的费用: bills settled out of the order of service, and what the year would have come to in that order.

A bill counts on what was settled before it.  When an earlier-served bill is settled late, or one between others is
taken back, the others might have come to something else.  The cover is marked in the same transaction; here the year
is computed again from its beginning, and each bill that comes to something else is a case.  Nothing is changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from shebao.access.acting import Act
from shebao.files.nhsa import Refused
from shebao.law.insurance.medical_bill.facts import InsuredClass
from shebao.medical.models import Difference
from shebao.medical.models.cover import ACCUMULATORS
from shebao.medical.services import settling
from shebao.medical.services.arrays import opened
from shebao.medical.services.rows import Cover, Institution, Insured, Settlement, Visit, columns_of
from shebao.medical.services.settling import Bill, Earlier, Split
from shebao.medical.services.state import Sums, standing

STEP = 500  # persons in one act

_MARKED = """
SELECT person_id, year, disordered_id FROM medical_cover WHERE disordered_id IS NOT NULL
ORDER BY person_id, year LIMIT %s FOR UPDATE
"""
_BILLS = f"""
SELECT {columns_of(Settlement, "s")} FROM unnest(%s::bigint[], %s::smallint[]) AS u (person, year)
JOIN medical_settlement s ON s.person_id = u.person AND s.year = u.year
"""
_VISITS = f"""
SELECT {columns_of(Visit, "v")} FROM unnest(%s::bigint[], %s::bigint[]) AS u (person, visit)
JOIN medical_visit v ON v.person_id = u.person AND v.id = u.visit
"""
_INSTITUTIONS = """
SELECT id, code, name, level, community, place, lower(agreement), upper(agreement), state FROM medical_institution
WHERE id = ANY(%s)
"""
_RELIEF = "SELECT person_id, year, relief FROM medical_cover WHERE person_id = ANY(%s)"
_BALANCES = """
SELECT u.person, -(b.posted + b.held) FROM unnest(%s::bigint[]) AS u (person)
JOIN ledger_account a ON a.owner = 'person:' || u.person AND a.fund_id = 2 AND a.part = 2 AND a.chart_id = 303
JOIN ledger_balance b ON b.account_id = a.id
"""


@dataclass
class Looked:
    """What was looked at: years of persons, and the cases opened and closed."""

    years: int = 0
    opened: int = 0
    closed: int = 0


@dataclass
class _Year:
    """A person's year computed again.  bills: what stands, in the order of service; done: what each comes to."""

    cover: Cover
    cause: int
    bills: list[Settlement]
    visits: dict[int, Visit]
    balance: int
    done: list[tuple[Settlement, Split | Refused]] = field(default_factory=list)
    earlier: list[Earlier] = field(default_factory=list)

    def next(self, institutions: dict[int, Institution]) -> Bill | None:
        """The next bill as it would have been asked for; None after the last."""
        if len(self.done) == len(self.bills):
            return None
        s = self.bills[len(self.done)]
        sums = Sums(1, s.total, s.own_paid, s.over_limit, s.first_share, s.in_scope)
        insured = Insured(s.insutype, InsuredClass(s.insured_class), False)
        visit, cover = self.visits[s.visit_id], self.cover
        cover.standing = s.standing
        return Bill(
            visit,
            institutions[s.institution_id],
            s.batch,
            sums,
            insured,
            cover,
            s.bill_day,
            settling.period(visit, s.bill_day, s.insutype, self.earlier),
            self.balance,
        )

    def take(self, bill: Bill, split: Split | Refused) -> None:
        """What the bill comes to."""
        s = self.bills[len(self.done)]
        self.done.append((s, split))
        if isinstance(split, Split):
            for name in ACCUMULATORS:
                self.cover.accumulated[name] += split.amounts[name]
            self.balance -= split.amounts["account"]
            self.earlier.append(
                Earlier(s.visit_id, s.care, s.bill_day, s.in_scope, split.period_number, bill.period[1])
            )


def look(act: Act, today: date, most: int = STEP) -> Looked:
    """Computes marked years again, up to so many, and opens cases of what comes to something else.

    Run until no year is left.
    """
    cursor = opened()
    marked = cursor.execute(_MARKED, [most]).fetchall()
    found = Looked(years=len(marked))
    if not marked:
        return found
    years = _years(marked)
    institutions = {
        row[0]: Institution(*row)
        for row in cursor.execute(
            _INSTITUTIONS, [sorted({s.institution_id for year in years for s in year.bills})]
        ).fetchall()
    }
    going = list(years)
    while going:
        asked = [(year, bill) for year in going if (bill := year.next(institutions)) is not None]
        for (year, bill), done in zip(asked, settling.split([bill for _, bill in asked], today), strict=True):
            year.take(bill, done)
        going = [year for year, _ in asked]
    for year in years:
        _compare(act, year, found)
    with connection.cursor() as plain:
        plain.execute(
            "UPDATE medical_cover c SET disordered_id = NULL FROM unnest(%s::bigint[], %s::smallint[]) AS u (person, "
            "year) WHERE c.person_id = u.person AND c.year = u.year",
            [[row[0] for row in marked], [row[1] for row in marked]],
        )
    return found


def _years(marked: Sequence[tuple[int, int, int]]) -> list[_Year]:
    """The years with their bills in the order of service."""
    cursor = opened()
    persons = [row[0] for row in marked]
    all_bills: defaultdict[tuple[int, int], list[Settlement]] = defaultdict(list)
    for row in cursor.execute(_BILLS, [persons, [row[1] for row in marked]]).fetchall():
        settlement = Settlement(*row)
        all_bills[settlement.person_id, settlement.year].append(settlement)
    wanted = sorted({(s.person_id, s.visit_id) for each in all_bills.values() for s in each})
    visits = {
        row[1]: Visit(*row)
        for row in cursor.execute(_VISITS, [[p for p, _ in wanted], [v for _, v in wanted]]).fetchall()
    }
    relief = {(p, y): r for p, y, r in cursor.execute(_RELIEF, [persons]).fetchall()}
    balances: dict[int, int] = dict(cursor.execute(_BALANCES, [persons]).fetchall())
    found = []
    for person, year, cause in marked:
        bills = standing(all_bills[person, year])
        bills.sort(key=lambda s: (s.bill_day, visits[s.visit_id].began_at, s.id))
        empty = dict.fromkeys(ACCUMULATORS, 0)
        cover = Cover(person, year, 0, 0, 0, 0, 0, None, 0, relief[person, year], None, None, accumulated=empty)
        # what these bills took from the account is there again
        balance = balances.get(person, 0) + sum(s.account for s in bills)
        found.append(_Year(cover, cause, bills, visits, balance))
    return found


def _compare(act: Act, year: _Year, found: Looked) -> None:
    """Opens a case of each bill that comes to something else, and closes what is none any more."""
    person = year.cover.person_id
    open_cases = {
        case.settlement_id: case
        for case in Difference.objects.filter(
            person_id=person, year=year.cover.year, state=Difference.State.OPEN
        ).order_by("pk")
    }
    differing: dict[int, Difference] = {}
    for s, split in year.done:
        case = _case(act, year, s, split)
        if case is not None:
            differing[s.id] = case
    for number, stands in open_cases.items():
        new = differing.get(number)
        if new is not None and _amounts(new) == _amounts(stands):
            del differing[number]
            continue
        Difference.objects.filter(pk=stands.pk).update(
            state=Difference.State.DISMISSED, note="按服务先后重新核算", closed_act_id=act.id
        )
        found.closed += 1
    _insert(differing.values())
    found.opened += len(differing)


def _case(act: Act, year: _Year, s: Settlement, split: Split | Refused) -> Difference | None:
    refusal = str(split) if isinstance(split, Refused) else ""
    funds = account = cash = 0
    if isinstance(split, Split):
        account, cash = split.amounts["account"], split.amounts["cash"]
        funds = s.total - account - cash
    if not refusal and (funds, account, cash) == (s.funds, s.account, s.cash):
        return None
    return Difference(
        person_id=s.person_id,
        year=s.year,
        settlement_id=s.id,
        cause_id=year.cause,
        funds=s.funds,
        account=s.account,
        cash=s.cash,
        funds_in_order=funds,
        account_in_order=account,
        cash_in_order=cash,
        refusal=refusal,
        act_id=act.id,
    )


def _amounts(case: Difference) -> tuple[int, int, int, str]:
    return case.funds_in_order, case.account_in_order, case.cash_in_order, case.refusal


def _insert(cases: Iterable[Difference]) -> None:
    Difference.objects.bulk_create(cases)


def close(act: Act, number: int, state: Difference.State, note: str) -> bool:
    """A case is settled or dismissed, with what was done; False where there is none that is open."""
    return bool(
        Difference.objects.filter(pk=number, state=Difference.State.OPEN).update(
            state=state, note=note, closed_act_id=act.id
        )
    )
