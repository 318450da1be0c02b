"""The sample city at work: awards and payments, planted faults, a month of collection to the closed books."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.contributions import runs
from shebao.contributions.months import plus
from shebao.contributions.services import collecting, declaring, interest, receiving
from shebao.contributions.services.billing import Billed, due_day
from shebao.contributions.services.crediting import Credited
from shebao.contributions.services.receiving import Matched
from shebao.files.bank.receipts import read_receipts
from shebao.files.declaration import read_declaration
from shebao.law.insurance.contributions.facts import Insurance
from shebao.ledger import selectors as books
from shebao.ledger import services as ledger
from shebao.ledger.selectors.balances import last_day
from shebao.ledger.selectors.statements import TrialBalance
from shebao.rules.kinds import date_of
from shebao.samplecity import accounts, faults, office
from shebao.samplecity import month as outside
from shebao.samplecity.city import City
from shebao.samplecity.loading import Loaded, load
from shebao.samplecity.office import Office, Paid
from shebao.supervision import figures

Step = Callable[[str, str], AbstractContextManager[Callable[[int, "int | None"], None]]]
CHUNK = 200  # employers whose files are made at a time


@dataclass
class Declared:
    """What employers handed in."""

    files: int = 0
    refused: int = 0  # files that came back with their faults
    rows: int = 0
    joined: int = 0
    left: int = 0


@dataclass
class Month:
    """What a month came to; fen."""

    month: date
    loaded: Loaded
    declared: Declared
    billed: Billed
    received_rows: int = 0
    received: int = 0
    matched: Matched = field(default_factory=Matched)
    credited: Credited = field(default_factory=Credited)
    reminded: int = 0
    unassigned: int = 0  # of what was received, still in clearing
    overdue: int = 0
    accounts_differ: int = 0
    comparison: list[books.Comparison] = field(default_factory=list)
    trial_balance: TrialBalance | None = None

    def differences(self) -> list[str]:
        """What does not agree; nothing, when all is right."""
        found = []
        owed = self.billed.employer + self.billed.own
        if owed != self.matched.contributions + self.overdue:
            found.append(f"billed {owed} is not paid {self.matched.contributions} + owed {self.overdue}")
        if self.received != self.matched.contributions + self.matched.late_fees + self.unassigned:
            found.append("received is not contributions + late fees + unassigned")
        if self.accounts_differ:
            found.append(f"{self.accounts_differ} personal accounts differ")
        if self.trial_balance is None or self.trial_balance.differences():
            found.append("the trial balance is not zero")
        found += [f"{c.day}: {d}" for c in self.comparison for d in c.differences]
        return found


@dataclass
class Worked:
    """What the office did in the two months before the collection, and what a night found of planted faults.

    quiet: differences of awards in the night before they were planted; left: in the night after they were worked.
    recoveries: of what was paid too much, how many were announced, fen.  death: the benefits whose claims one report of
    a death opened at the counter.
    """

    months: list[tuple[date, int, Paid]] = field(default_factory=list)  # (month, claims approved, its payments)
    quiet: int = 0
    found: faults.Found | None = None
    left: int = 0
    recoveries: tuple[int, int] = (0, 0)
    death: list[str] = field(default_factory=list)
    late: tuple[date, dict[int, int], int, Paid] | None = None  # the month after: differences by kind, claims, payments

    def differences(self) -> list[str]:
        """What is not as it must be; nothing, when all is right."""
        told = [f"{self.quiet} differences before any fault"] if self.quiet else []
        if self.left:
            told.append(f"{self.left} differences after the faults were worked")
        if self.found and (self.found.precision, self.found.recall) != (1, 1):
            told.append(f"faults: precision {self.found.precision:.3f}, recall {self.found.recall:.3f}")
        paid = [one for *_, one in self.months] + ([self.late[3]] if self.late else [])
        return told + [f"{p.comparison.day}: {d}" for p in paid for d in p.comparison.differences]


FAULTS = 10  # planted of each kind


def work(city: City, step: Step) -> tuple[Office, Worked]:
    """The two months to the city's day: awards made by a pass and paid; then faults are planted, found and worked."""
    last = date_of(city.day)
    months = [plus(last.replace(day=1), -1), last.replace(day=1)]
    staff, found = office.staffed(), Worked()
    office.open_books(months)
    for month in months:
        with step(f"核算、审批、发放：{month:%Y-%m}", f"assess, approve, pay: {month:%Y-%m}") as progress:
            run, _ = office.night(staff, last_day(month), progress)
            approved = office.work(staff, run, last_day(month))
            found.months.append((month, approved, office.pay(staff, month, month.replace(day=20))))
    with step("植入差错并查找", "plant faults and find them") as progress:
        found.quiet = faults.judge([], office.night(staff, last, progress)[0]).differences
        planted = faults.plant(staff, months[-1], plus(months[0], -1).replace(day=20), FAULTS)
        run, _ = office.night(staff, last, progress)
        found.found = faults.judge(planted, run)
        office.work(staff, run, last)
        found.left = faults.judge([], office.night(staff, last, progress)[0]).differences
    return staff, found


def pay_month(city: City, step: Step, staff: Office, found: Worked) -> None:
    """The month of the collection: its night, its claims, its payments, of which the bank returns some."""
    month = plus(date_of(city.day).replace(day=1), 1)
    with step(f"核算、审批、发放：{month:%Y-%m}", f"assess, approve, pay: {month:%Y-%m}") as progress:
        run, _ = office.night(staff, last_day(month), progress)
        kinds = office.by_kind(staff, run)
        approved = office.work(staff, run, last_day(month))
        day = next(
            last_day(month) - timedelta(days=k) for k in range(28) if not _received(last_day(month) - timedelta(k))
        )
        found.late = month, kinds, approved, office.pay(staff, month, day, returns=12)
        found.death = office.reported_death(staff, last_day(month))
        found.recoveries = office.recoveries(staff)


def last_night(city: City, step: Step, staff: Office, today: date) -> None:
    """The night before the pages are opened: a resident is new, the city is counted."""
    with step("夜间核算与统计", "the night: assessment and figures") as progress:
        accounts.newcomer(today)
        office.night(staff, today, progress)
        figures.take(staff.night, today)


def build(city: City, step: Step) -> Loaded:
    """Writes the city into the database.  step: opens a progress bar, named in both languages."""
    with step("建立样本城市", "build the sample city") as progress:
        return load(system_actor("load"), city, lambda done, of: progress(done, of))


def collect(city: City, step: Step, loaded: Loaded) -> Month:
    """Collects the month after the city's day in a city that was built."""
    actor = system_actor("collection")
    first = plus(date_of(city.day).replace(day=1), 1)
    found = Month(first, loaded, Declared(), Billed())
    due = due_day(first)
    last_day = due + timedelta(days=31)
    with acting(actor, "ledger.open") as act:
        for k in range((last_day.year - first.year) * 12 + last_day.month - first.month + 1):
            ledger.open_period(act, plus(first, k))
    with step("单位申报", "employers declare") as progress:
        _declare(actor, city.seed, first, found.declared, progress)
    with step("核定与账单", "assessment and bills") as progress:
        found.billed = runs.assess_city(actor, first, progress)
    with step("银行到账、冲抵、记账", "receipts, matching, crediting") as progress:
        with acting(actor, "contributions.read"):
            bank = outside.Bank(city.seed, first, due)
        statement = _receive(actor, found, bank.before_due(), progress)
        with acting(actor, "contributions.remind") as act:
            fees = {owing.bill_id: owing.late_fee or 0 for owing in collecting.arrears(act, bank.later)}
        statement |= _receive(actor, found, bank.after_due(fees), progress)
    with acting(actor, "contributions.remind") as act:
        owing = collecting.arrears(act, last_day)
        found.overdue = sum(arrear.overdue for arrear in owing)
        found.reminded = collecting.remind(act, last_day)
    _check(actor, found, first, last_day, statement)
    return found


def _receive(
    actor: int, found: Month, files: list[outside.Receipts], progress: Callable[[int, int | None], None]
) -> dict[date, list[books.Side]]:
    """Takes bank files and credits what is paid; what the bank itself says of each day."""
    statement = {}
    for file in files:
        with acting(actor, "contributions.receive") as act:
            taken = receiving.receive_file(act, file.data, file.name)
        if taken.problems:
            raise RuntimeError(f"{file.name}: {taken.problems[0].en}")
        statement[file.day] = _lines(file)
        found.received_rows += taken.rows
        found.received += taken.total
        found.matched.add(runs.match_all(actor))
        found.credited.add(runs.credit_all(actor, file.day, lambda done: progress(done, found.billed.bills)))
    return statement


def _lines(file: outside.Receipts) -> list[books.Side]:
    """What the bank itself says of a file's day."""
    table = read_receipts(file.data, file.name).table
    pairs = zip(table["reference"].to_pylist(), table["amount_fen"].to_pylist(), strict=True)
    return [books.Side(reference, amount) for reference, amount in pairs]


def _declare(actor: int, seed: int, month: date, found: Declared, progress: Callable[[int, int | None], None]) -> None:
    with acting(actor, "contributions.read"):
        employers = outside.employers(month)
    for start in range(0, len(employers), CHUNK):
        piece = employers[start : start + CHUNK]
        with acting(actor, "contributions.read"):
            files = list(outside.declarations(seed, month, piece))
        for file in files:
            declared = read_declaration(file.data, file.name)
            with acting(actor, "contributions.declare") as act:
                outcome = declaring.declare(
                    act, file.organisation_id, month, declared, hashlib.sha256(file.data).digest()
                )
            found.files += 1
            if outcome.accepted:
                found.rows += file.people
                found.joined += outcome.joined
                found.left += outcome.left
            elif file.faulty:
                found.refused += 1
            else:
                raise RuntimeError(f"{file.name}: {outcome.problems[0].place}: {outcome.problems[0].en}")
        progress(start + len(piece), len(employers))


def _check(actor: int, found: Month, first: date, last_day: date, statement: dict[date, list[books.Side]]) -> None:
    """Compares what the rooms, the ledger and the bank say."""
    with acting(actor, "ledger.read") as act:
        found.unassigned = _clearing()
        for insurance in (Insurance.PENSION, Insurance.MEDICAL, Insurance.RESIDENT_PENSION):
            found.accounts_differ += len(interest.account_differences(act, insurance))
        found.trial_balance = books.trial_balance(act, plus(first, -1), last_day)
        for day, bank in statement.items():
            found.comparison.append(books.three_way(act, day, _received(day), bank))


def _clearing() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (coalesce((SELECT sum(amount) FROM contributions_receipt), 0) - coalesce((SELECT sum(amount) FROM "
            "contributions_payment), 0) - coalesce((SELECT sum(amount) FROM contributions_refund), 0))::bigint"
        )
        return int(cursor.fetchone()[0])


def _received(day: date) -> list[books.Side]:
    """What the room of contributions has for a day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reference, amount FROM contributions_receipt WHERE day = %s", [day])
        return [books.Side(reference, amount) for reference, amount in cursor.fetchall()]
