"""The office of the sample city at work: nights, claims, approvals, payments, the bank's answer; each by another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
from django.db import connection
from django.db.models import Count

from shebao.access.acting import Act, acting
from shebao.access.models import Actor
from shebao.access.services import add_actor, grant, system_actor
from shebao.assessment import differences, services
from shebao.assessment.models import Difference
from shebao.cases import claims, events, payments
from shebao.cases.models import Amount, Award, Claim, Measure, Origin, Verb
from shebao.cases.payments import PERSONS, Item, Returned
from shebao.files.bank.payouts import Result
from shebao.ledger import selectors as books
from shebao.ledger import services as ledger
from shebao.ledger.selectors import Comparison
from shebao.rules.values import yuan

ROLES = ("clerk", "reviewer", "approver", "cashier", "releaser")
BANK = "102100000001"
FAILURES = [result for result in Result if result is not Result.PAID]
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Office:
    """Who works there, by the number of the actor; night and load are programmes of the system."""

    clerk: int
    reviewer: int
    approver: int
    cashier: int
    releaser: int
    night: int
    load: int


@dataclass(frozen=True)
class Paid:
    """A batch from its making to the books."""

    batch: int
    items: list[Item]
    returned: Returned
    comparison: Comparison


def staffed() -> Office:
    """Somebody for each role, all over the city."""
    found = {}
    with acting(system_actor("setup"), "access.grant") as act:
        for role in ROLES:
            actor = add_actor(act, Actor.Kind.STAFF, f"样本{role}")
            grant(act, actor, role, "11")
            found[role] = actor.pk
    return Office(**found, night=system_actor("night"), load=system_actor("load"))


def night(office: Office, on: date, progress: Progress | None = None) -> tuple[int, int]:
    """A pass with its differences: (its number, how many differences)."""
    run = services.start(office.night, on)
    services.go_on(office.night, run, progress)
    return run, differences.compare(office.night, run)


def by_kind(office: Office, run: int) -> dict[int, int]:
    """How many differences of each kind a pass found."""
    with acting(office.night, "cases.read"):
        return dict(Difference.objects.filter(run_id=run).values_list("kind").annotate(n=Count("*")).order_by("kind"))


def work(office: Office, run: int, today: date) -> int:
    """Claims of a pass's differences, approved in mass; gives how many."""
    with acting(office.night, "cases.decide") as act:
        claims.from_differences(act, run)
    with acting(office.approver, "cases.approve") as act:
        waiting = claims.waiting(act, Verb.DECIDED)
        claims.approve(act, waiting, "同类案卷批量审批", today)
    with acting(office.load, "cases.file") as act:
        payments.add_accounts(act, _payees())
    with acting(office.night, "cases.file") as act:
        payments.verify_accounts(act)
    return len(waiting)


def _payees() -> pa.Table:
    """An account for each person with an award and none in use; of no real bank."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (a.person_id) a.person_id, n.name, (SELECT count(*) FROM cases_account c "
            "WHERE c.person_id = a.person_id) FROM cases_award a "
            "JOIN people_name n ON n.person_id = a.person_id AND upper_inf(n.recorded) "
            "WHERE upper_inf(a.recorded) AND NOT EXISTS (SELECT FROM cases_account c "
            "WHERE c.person_id = a.person_id AND c.closed_at IS NULL) ORDER BY a.person_id, n.kind"
        )
        rows = cursor.fetchall()
    return pa.table(
        {
            "person_id": pa.array([row[0] for row in rows], pa.int64()),
            "bank": pa.array([BANK] * len(rows), pa.string()),
            "account": pa.array([f"99{row[2]:02}{row[0]:015}" for row in rows], pa.string()),
            "name": pa.array([row[1] for row in rows], pa.string()),
        }
    )


def pay(
    office: Office, month: date, day: date, returns: int = 0, progress: Progress | None = None, size: int = PERSONS
) -> Paid:
    """A batch through the bank, which returns the first `returns` payments, for every reason there is in turn."""
    batch = payments.prepare(office.cashier, month, day, progress, size)
    with acting(office.releaser, "cases.release") as act:
        items = payments.preview(act, batch)
        payments.release(act, batch)
    with acting(office.releaser, "cases.release") as act:
        data, bank = answer(act, batch, day, returns)
        returned = payments.take_return(act, batch, data, f"PAY-{batch}.txt")
    with acting(office.night, "ledger.read") as act:
        compared = books.three_way(act, day, payments.sides(act, batch), bank)
    return Paid(batch, items, returned, compared)


def answer(act: Act, batch: int, day: date, returns: int) -> tuple[bytes, list[books.Side]]:
    """The bank's return file, and what its statement of the day says."""
    rows = payments.orders(act, batch).to_pylist()
    codes = [int(FAILURES[k % len(FAILURES)]) if k < returns else 0 for k in range(len(rows))]
    total = sum(row["amount_fen"] for row in rows)
    back = sum(row["amount_fen"] for row, code in zip(rows, codes, strict=True) if code)
    head = f"PAY-{batch}|{day:%Y%m%d}|{len(rows)}|{yuan(total)}|{codes.count(0)}|{yuan(total - back)}"
    lines = [
        f"{row['serial']}|{row['order']}|{row['account']}|{yuan(row['amount_fen'])}|{code:02}|"
        + (f"B{batch}-{row['serial']}|{day:%Y%m%d}|" if code == 0 else "||")
        for row, code in zip(rows, codes, strict=True)
    ]
    statement = [books.Side(f"PAY-{batch}", -total)] + ([books.Side(f"RET-{batch}", back)] if back else [])
    return "\n".join([head, *lines]).encode(), statement


def decide_by_hand(
    office: Office, person_id: int, benefit: str, amount: int, month: date, owner: str = "", today: date | None = None
) -> int:
    """A decision that nobody asked the law for, as an older office might have made it; gives the claim.

    So much from a month on in place of what is awarded; 0 stops it.
    """
    with acting(office.clerk, "cases.file") as act:
        stands = Award.objects.filter(person_id=person_id, benefit=benefit, recorded__endswith=None)
        last = stands.order_by("pk").last()
        claim = Claim.objects.create(
            person_id=person_id,
            benefit=benefit,
            owner=owner,
            kind=Difference.Kind.ADJUSTMENT,
            origin=Origin.COUNTER,
            due_on=month,
            replaces=list(stands.values_list("pk", flat=True)),
            basis_day=last.basis_day if last else month,
            basis_known=last.basis_known if last else act.at,
            law="",
            act_id=act.id,
        )
        Amount.objects.create(claim=claim, valid=(month, None), amount=amount)
        claims.take(act, [claim.pk], Verb.FILED)
    decide(office, [claim.pk], today or month)
    return int(claim.pk)


def decide(office: Office, numbers: list[int], today: date) -> None:
    """Claims that are filed are decided and approved, each by another."""
    with acting(office.reviewer, "cases.decide") as act:
        claims.take(act, numbers, Verb.DECIDED)
    with acting(office.approver, "cases.approve") as act:
        claims.approve(act, numbers, today=today)


def reported_death(office: Office, today: date) -> list[str]:
    """A pensioner's death is reported at the counter the day after; gives the benefits of the claims that it opened."""
    with acting(office.night, "cases.read"):
        person = Award.objects.filter(benefit="pension", recorded__endswith=None).order_by("person_id").last()
    if person is None:
        return []
    with acting(office.clerk, "cases.file") as act:
        settled = events.died(act, person.person_id, today - timedelta(days=1), "死亡医学证明", today)
        return sorted(Claim.objects.filter(pk__in=settled.claims).values_list("benefit", flat=True))


def recoveries(office: Office) -> tuple[int, int]:
    """The recoveries that are announced: how many, and fen."""
    with acting(office.night, "cases.read"):
        amounts = Measure.objects.filter(kind=Measure.Kind.RECOVERY, ended_on=None).values_list("amount", flat=True)
        return len(amounts), sum(amounts)


def open_books(months: list[date]) -> None:
    """The months of the books into which the payments fall."""
    with acting(system_actor("setup"), "ledger.open") as act:
        for month in months:
            ledger.open_period(act, month)
