"""Money from the bank to the account: receipts, late fees, settlement, credit, interest, corrections, refunds."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import small_city
from django.db import connection

from shebao.access.acting import acting
from shebao.contributions.models import Bill, Credit, Item, LateFee, Notice, Payment, Settled
from shebao.contributions.services import (
    assessing,
    collecting,
    correcting,
    crediting,
    interest,
    receiving,
    refunding,
    registration,
)
from shebao.contributions.services.receiving import Received
from shebao.database.connection import BATCH
from shebao.law.insurance.contributions.facts import Insurance
from shebao.ledger import selectors as books
from shebao.ledger import services as ledger

JUNE = date(2012, 6, 1)
JULY = date(2012, 7, 1)
WAGE = 500_000
_FILES = itertools.count(1)


@dataclass
class Office:
    """An employer with three persons, insured from June 2012."""

    actor: int
    organisation: int
    persons: list[int]

    def assess(self, month: date) -> Bill:
        """The employer's bill of a month."""
        with acting(self.actor, "contributions.assess") as act:
            billed = assessing.assess(act, month, [self.organisation])
        return Bill.objects.get(pk=billed.numbers[0])

    def bank(self, day: date, *rows: tuple[str, int]) -> Received:
        """A bank file with receipts of (number of the bill, fen)."""
        number = next(_FILES)
        table = pa.table(
            {
                "row": np.arange(len(rows), dtype=np.int32) + 2,
                "reference": [f"B{number}-{k}" for k in range(len(rows))],
                "number": [row[0] for row in rows],
                "payer": ["某单位"] * len(rows),
                "account": ["6222"] * len(rows),
                "amount": pa.array([row[1] for row in rows], pa.int64()),
                "day": pa.array([day] * len(rows), pa.date32()),
            }
        )
        with acting(self.actor, "contributions.receive") as act:
            return receiving.receive(act, f"到账{number}.txt", hashlib.sha256(str(number).encode()).digest(), table)

    def match(self) -> receiving.Matched:
        with acting(self.actor, "contributions.receive") as act:
            return receiving.match(act)

    def credit(self, day: date) -> crediting.Credited:
        with acting(self.actor, "contributions.credit") as act:
            return crediting.credit(act, day)

    def paid(self, bill: Bill, day: date) -> None:
        """The whole bill, on a day."""
        self.bank(day, (bill.number, bill.employer + bill.own))
        self.match()
        self.credit(day)

    def account(self, person: int, fund: int = 1) -> int:
        """What the person's account holds in the ledger."""
        return _one(
            "SELECT -b.posted FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id "
            "WHERE a.owner = %s AND a.fund_id = %s",
            f"person:{person}",
            fund,
        )


def _one(query: str, *parameters: object) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        row = cursor.fetchone()
        return None if row is None else row[0]


def _rows(query: str, *parameters: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())


def history(person: int, known: datetime | None = None, insurance: int = 1) -> list[tuple[Any, ...]]:
    """(year, kind, months, base, weighted, credited) as known at a moment, now when none is given."""
    at = "recorded_to = 'infinity'" if known is None else "recorded_from <= %s AND recorded_to > %s"
    given = [] if known is None else [known, known]
    return _rows(
        "SELECT year, kind, months, base, weighted, credited FROM contributions_history WHERE person_id = %s "
        f"AND insurance = %s AND {at} ORDER BY 1, 2, 6",
        person,
        insurance,
        *given,
    )


@pytest.fixture(scope="module")
def first(database: Any, system: int) -> Any:
    """The batch's database, with its periods open."""
    database.use(BATCH)
    small_city.city(system)
    with acting(system, "ledger.open") as act:
        for month in [date(y, m, 1) for y in (2012, 2013, 2014) for m in range(1, 13)]:
            ledger.open_period(act, month)
    return database


_COUNTER = itertools.count()


@pytest.fixture
def office(first: Any, system: int) -> Iterator[Office]:
    """A new one for each test; after it the books are balanced and every account is what the law says."""
    k = next(_COUNTER)
    with acting(system, "people.load") as act:
        (organisation,) = small_city.organisations(act, 100 + k, 1)
        persons = small_city.citizens(act, range(3000 + 10 * k, 3003 + 10 * k))
        registration.register_employer(act, organisation, JUNE)
        for person in persons:
            registration.join(act, person, organisation, JUNE, WAGE)
    yield Office(system, organisation, persons)
    with acting(system, "ledger.read") as act:
        assert books.trial_balance(act, date(2012, 1, 1), date(2014, 12, 31)).differences() == {}
        assert interest.account_differences(act) == []
        assert interest.account_differences(act, Insurance.MEDICAL) == []


def test_a_paid_bill_reaches_funds_history_and_account(office: Office) -> None:
    bill = office.assess(JUNE)
    assert office.bank(date(2012, 7, 10), (bill.number, bill.employer + bill.own)).problems == []
    assert office.match() == receiving.Matched(1, bill.employer + bill.own, 0, 0)
    found = office.credit(date(2012, 7, 10))
    assert (found.bills, found.items, found.paid) == (1, 15, bill.employer + bill.own)
    assert office.credit(date(2012, 7, 10)).bills == 0
    person = office.persons[0]
    assert history(person) == [(2012, 1, 1 << 5, WAGE, WAGE * 7, None)]  # June earns 7 months
    assert office.account(person) == WAGE * 8 // 100
    lines = dict(_rows("SELECT insurance, employer + own FROM contributions_bill_line WHERE bill_id = %s", bill.pk))
    income = dict(
        _rows(
            "SELECT p.fund_id, -sum(p.amount)::bigint FROM ledger_posting p JOIN ledger_transaction t "
            "ON t.id = p.transaction_id JOIN ledger_account a ON a.id = p.account_id "
            "WHERE t.key = %s AND a.chart_id BETWEEN 401 AND 405 GROUP BY 1",
            f"bill:{bill.number}",
        )
    )
    assert income == lines


def test_a_bill_is_credited_only_when_it_is_paid_in_full(office: Office) -> None:
    bill = office.assess(JUNE)
    office.bank(date(2012, 7, 3), (bill.number, bill.employer))
    assert office.match().contributions == bill.employer
    assert office.credit(date(2012, 7, 3)).bills == 0
    assert history(office.persons[0]) == []
    office.bank(date(2012, 7, 4), (bill.number, bill.own))
    office.match()
    assert office.credit(date(2012, 7, 4)).bills == 1


def test_late_money_pays_the_fee_and_is_credited_when_it_came(office: Office) -> None:
    bill = office.assess(JUNE)
    due = bill.employer + bill.own
    late = date(2013, 1, 10)
    days = (late - bill.due_day).days - 1
    fee = (due * 5 * days * 2 + 10_000) // 20_000  # 0.05 % a day, half up
    office.bank(late, (bill.number, due + fee + 123))
    assert office.match() == receiving.Matched(1, due, fee, 0)
    assert LateFee.objects.get(bill=bill).amount == fee
    office.credit(late)
    assert Settled.objects.get(bill=bill).late
    person = office.persons[0]
    assert history(person) == [(2012, 3, 1 << 5, WAGE, WAGE * 12, 2013)]  # January 2013 earns 12 months
    other = _one(
        "SELECT -sum(p.amount)::bigint FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id "
        "JOIN ledger_transaction t ON t.id = p.transaction_id WHERE t.reference = %s AND a.chart_id = 414",
        bill.number,
    )
    assert other == fee
    receipt = Payment.objects.filter(bill_id=bill.pk)[0].receipt_id
    with acting(office.actor, "contributions.refund") as act, pytest.raises(refunding.NothingToRefund, match=r"1\.23"):
        refunding.refund_receipt(act, receipt, 124, "多缴", late)
    with acting(office.actor, "contributions.refund") as act:
        refunding.refund_receipt(act, receipt, 123, "多缴", late)
    with acting(office.actor, "contributions.refund") as act, pytest.raises(refunding.NothingToRefund):
        refunding.refund_receipt(act, receipt, 1, "多缴", late)


def test_two_late_receipts_bear_the_fee_of_what_was_owed_each_time(office: Office) -> None:
    bill = office.assess(JUNE)
    due = bill.employer + bill.own
    one, two = date(2012, 8, 1), date(2012, 8, 31)
    office.bank(one, (bill.number, due // 2))
    office.bank(two, (bill.number, due))
    office.match()
    first = ((one - bill.due_day).days - 1) * due * 5
    second = (two - one).days * (due - due // 2) * 5
    charged = [row.amount for row in LateFee.objects.filter(bill=bill).order_by("id")]
    assert charged == [(n * 2 + 10_000) // 20_000 for n in (first, second)]
    paid = Payment.objects.filter(bill_id=bill.pk, part=Payment.Part.LATE_FEE)
    assert sum(p.amount for p in paid) == sum(charged)


def test_a_file_is_taken_once_and_a_movement_too(office: Office) -> None:
    bill = office.assess(JUNE)
    table = pa.table(
        {
            "row": pa.array([2, 3], pa.int32()),
            "reference": [f"ONCE-{bill.pk}", f"TWICE-{bill.pk}"],
            "number": [bill.number, ""],
            "payer": ["甲", "乙"],
            "account": ["1", "2"],
            "amount": pa.array([100, 200], pa.int64()),
            "day": pa.array([JULY, JULY], pa.date32()),
        }
    )
    with acting(office.actor, "contributions.receive") as act:
        assert receiving.receive(act, "a.txt", f"{bill.pk}a".encode(), table).total == 300
    with acting(office.actor, "contributions.receive") as act:
        assert receiving.receive(act, "a.txt", f"{bill.pk}a".encode(), table).repeated
    before = _one("SELECT count(*) FROM ledger_transaction")
    with acting(office.actor, "contributions.receive") as act:
        problems = receiving.receive(act, "b.txt", f"{bill.pk}b".encode(), table).problems
    assert office.match().receipts == 1
    assert [(p.row, p.found) for p in problems] == [(2, f"ONCE-{bill.pk}"), (3, f"TWICE-{bill.pk}")]
    assert _one("SELECT count(*) FROM ledger_transaction") == before


def test_money_without_a_number_is_assigned_by_hand(office: Office) -> None:
    bill = office.assess(JUNE)
    office.bank(JULY, ("", bill.employer + bill.own))
    assert office.match().receipts == 0
    receipt = _one("SELECT max(id) FROM contributions_receipt")
    with acting(office.actor, "contributions.receive") as act:
        assert receiving.assign(act, receipt, bill.pk).contributions == bill.employer + bill.own
    with acting(office.actor, "contributions.receive") as act, pytest.raises(LookupError):
        receiving.assign(act, receipt, bill.pk)
    office.credit(JULY)
    assert Settled.objects.filter(bill=bill).exists()


def test_who_owes_is_reminded_with_the_fee_to_the_day(office: Office) -> None:
    bill = office.assess(JUNE)
    on = date(2012, 8, 14)
    with acting(office.actor, "contributions.remind") as act:
        mine = [a for a in collecting.arrears(act, on) if a.bill_id == bill.pk]
        due = bill.employer + bill.own
        assert [(a.overdue, a.late_fee) for a in mine] == [(due, (due * 5 * 29 * 2 + 10_000) // 20_000)]
        assert collecting.arrears(act, bill.due_day) == [
            a for a in collecting.arrears(act, bill.due_day) if a.bill_id != bill.pk
        ]
        collecting.remind(act, on)
    assert Notice.objects.filter(bill=bill).count() == 1
    with acting(office.actor, "contributions.remind") as act:
        assert collecting.remind(act, on) == 0


def test_a_corrected_wage_changes_the_history_from_now_on(office: Office) -> None:
    person = office.persons[0]
    for k in range(7):
        month = date(2012, 6 + k, 1)
        office.paid(office.assess(month), date(2012 + (6 + k) // 12, (6 + k) % 12 + 1, 10))
    with acting(office.actor, "contributions.interest") as act:
        given = interest.add_interest(act, 2012, date(2013, 1, 31), persons=office.persons)
    assert given.persons == 3
    before, account = history(person), office.account(person)
    assert before == [(2012, 1, 0b111111100000, WAGE * 7, WAGE * (7 + 6 + 5 + 4 + 3 + 2 + 1), None)]
    with acting(office.actor, "people.read") as act:
        known = act.at
    transactions = _one("SELECT count(*) FROM ledger_transaction")
    postings = _rows("SELECT md5(string_agg(p::text, '' ORDER BY transaction_id, no)) FROM ledger_posting p")

    with acting(office.actor, "contributions.correct") as act:
        billed = correcting.correct_wage(act, office.organisation, person, JUNE, JULY, WAGE + 100_000, date(2014, 6, 1))
    bill = Bill.objects.get(pk=billed.numbers[0])
    assert bill.kind == Bill.Kind.DIFFERENCE
    assert history(person) == before  # nothing is credited before it is paid
    office.paid(bill, date(2014, 7, 1))

    weighted = WAGE * 28 + 100_000 * (7 + 6)
    assert history(person) == [(2012, 1, 0b111111100000, WAGE * 7 + 200_000, weighted, None)]
    assert history(person, known) == before
    assert _one("SELECT count(*) FROM ledger_transaction") > transactions
    kept = _rows(
        "SELECT md5(string_agg(p::text, '' ORDER BY transaction_id, no)) FROM ledger_posting p WHERE transaction_id <= "
        "(SELECT max(id) FROM ledger_transaction WHERE recorded_at <= %s)",
        known,
    )
    assert kept == postings  # the difference is new transactions, the old ones stand
    credit, rate = 200_000 * 8 // 100, 350  # account_interest of 2012: 3.5 %, approximate
    more = interest_of(WAGE * 28 * 8 // 100 + 8_000 * 13, rate) - interest_of(WAGE * 28 * 8 // 100, rate)
    assert office.account(person) == account + credit + more


def interest_of(product: int, rate: int) -> int:
    """A year's interest of credits times months, half up; rate in 1/10000."""
    return (product * rate * 2 + 120_000) // 240_000


def test_a_wage_corrected_downwards_gives_money_back(office: Office) -> None:
    person = office.persons[1]
    office.paid(office.assess(JUNE), date(2012, 7, 10))
    with acting(office.actor, "contributions.correct") as act:
        billed = correcting.correct_wage(act, office.organisation, person, JUNE, JUNE, WAGE - 100_000, JULY)
    bill = Bill.objects.get(pk=billed.numbers[0])
    assert bill.employer + bill.own < 0
    office.credit(JULY)
    assert history(person) == [(2012, 1, 1 << 5, WAGE - 100_000, (WAGE - 100_000) * 7, None)]
    assert office.account(person) == (WAGE - 100_000) * 8 // 100
    with acting(office.actor, "contributions.refund") as act:
        refunding.refund_bill(act, bill.pk, -bill.employer - bill.own, "更正", JULY)


def test_a_month_taken_back_leaves_the_history(office: Office) -> None:
    person = office.persons[2]
    office.paid(office.assess(JUNE), date(2012, 7, 10))
    office.paid(office.assess(JULY), date(2012, 8, 10))
    with acting(office.actor, "contributions.register") as act:
        registration.leave(act, person, office.organisation, date(2012, 6, 30))
        assessing.assess(act, date(2012, 8, 1), [office.organisation], persons=[person], months=[JULY])
    office.credit(date(2012, 8, 20))
    assert history(person) == [(2012, 1, 1 << 5, WAGE, WAGE * 7, None)]
    assert office.account(person) == WAGE * 8 // 100


def test_credits_are_of_items_once(office: Office) -> None:
    bill = office.assess(JUNE)
    office.paid(bill, date(2012, 7, 10))
    items = Item.objects.filter(bill_id=bill.pk).count()
    assert Credit.objects.filter(item_id__in=Item.objects.filter(bill_id=bill.pk).values("id")).count() == items
