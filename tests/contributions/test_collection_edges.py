"""Collection where it goes another way: bills paid out of their order, receipts given back, months corrected twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import psycopg
import pytest
import small_city
from test_collection import JULY, JUNE, WAGE, Office, _one, first, history, office

from shebao.access import services as access
from shebao.access.acting import acting
from shebao.access.models import Actor
from shebao.contributions import runs
from shebao.contributions.models import Bill, Payment, Settled
from shebao.contributions.services import (
    assessing,
    collecting,
    correcting,
    interest,
    memberships,
    provisional,
    receiving,
    refunding,
    registration,
    residents,
)
from shebao.database.connection import APP, BATCH
from shebao.law.insurance.contributions.facts import Insurance
from shebao.rules.run import Outcome

__all__ = ["first", "office"]


def _corrected(office: Office, person: int, wage: int, month: date = JULY) -> Bill:
    with acting(office.actor, "contributions.correct") as act:
        billed = correcting.correct_wage(act, office.organisation, person, JUNE, JUNE, wage, month)
    return Bill.objects.get(pk=billed.numbers[0])


def _receipt() -> int:
    return int(_one("SELECT max(id) FROM contributions_receipt"))


def test_a_difference_paid_first_waits_for_its_month(office: Office) -> None:
    bill = office.assess(JUNE)
    more = _corrected(office, office.persons[0], WAGE + 100_000)
    office.paid(more, date(2012, 7, 10))
    assert not Settled.objects.filter(bill=more).exists()
    office.paid(bill, date(2012, 7, 12))
    office.credit(date(2012, 7, 12))
    assert Settled.objects.filter(bill=more).exists()
    assert history(office.persons[0]) == [(2012, 1, 1 << 5, WAGE + 100_000, (WAGE + 100_000) * 7, None)]


def test_differences_that_come_to_nothing_wait_too(office: Office) -> None:
    bill = office.assess(JUNE)
    up, down = office.persons[:2]
    wages = [memberships.Declared(up, WAGE + 50_000, JUNE, JULY), memberships.Declared(down, WAGE - 50_000, JUNE, JULY)]
    with acting(office.actor, "contributions.correct") as act:
        memberships.declare_wages(act, wages, office.organisation)
        billed = assessing.assess(act, JULY, [office.organisation], persons=[up, down], months=[JUNE])
    nothing = Bill.objects.get(pk=billed.numbers[0])
    assert nothing.employer + nothing.own == 0
    assert office.credit(JULY).bills == 0
    office.paid(bill, date(2012, 7, 12))
    assert office.credit(date(2012, 7, 12)).bills == 1
    assert [history(person)[0][3] for person in (up, down)] == [WAGE + 50_000, WAGE - 50_000]


def test_a_difference_is_weighted_as_the_late_month_of_the_same_year(office: Office) -> None:
    person = office.persons[0]
    office.paid(office.assess(JUNE), date(2012, 9, 20))  # September earns 4 months
    assert history(person) == [(2012, 1, 1 << 5, WAGE, WAGE * 4, None)]
    office.paid(_corrected(office, person, WAGE + 100_000, date(2012, 10, 1)), date(2012, 11, 5))
    assert history(person) == [(2012, 1, 1 << 5, WAGE + 100_000, (WAGE + 100_000) * 4, None)]
    office.paid(_corrected(office, person, WAGE + 200_000, date(2012, 11, 1)), date(2012, 12, 5))
    assert history(person) == [(2012, 1, 1 << 5, WAGE + 200_000, (WAGE + 200_000) * 4, None)]


def test_a_month_taken_back_can_come_again(office: Office) -> None:
    person = office.persons[0]
    office.paid(office.assess(JUNE), date(2012, 7, 10))
    with acting(office.actor, "contributions.register") as act:
        memberships.end(act, [person], [JUNE], office.organisation)
        assessing.assess(act, JULY, [office.organisation], persons=[person], months=[JUNE])
    office.credit(JULY)
    assert history(person) == []
    with acting(office.actor, "contributions.register") as act:
        registration.join(act, person, office.organisation, JUNE, WAGE)
        again = assessing.assess(act, JULY, [office.organisation], persons=[person], months=[JUNE])
    office.paid(Bill.objects.get(pk=again.numbers[0]), date(2012, 8, 10))
    assert history(person) == [(2012, 1, 1 << 5, WAGE, WAGE * 7, None)]


def test_months_of_a_year_that_were_paid_in_two_later_years(office: Office) -> None:
    months = [date(2012, m, 1) for m in (6, 7, 8)]
    bills = [office.assess(month) for month in months]
    office.paid(bills[0], date(2013, 2, 5))
    office.bank(date(2013, 3, 5), (bills[1].number, bills[1].employer + bills[1].own))
    office.bank(date(2014, 3, 5), (bills[2].number, bills[2].employer + bills[2].own))
    office.match()
    assert office.credit(date(2014, 3, 5)).bills == 2
    assert history(office.persons[0]) == [
        (2012, 3, 0b1100000, WAGE * 2, WAGE * (11 + 10), 2013),
        (2012, 3, 0b10000000, WAGE, WAGE * 10, 2014),
    ]


def test_december_credited_after_the_interest_of_its_year_bears_it_too(office: Office) -> None:
    person = office.persons[0]
    november, december = date(2012, 11, 1), date(2012, 12, 1)
    office.paid(office.assess(november), date(2012, 12, 10))
    bill = office.assess(december)
    with acting(office.actor, "contributions.interest") as act:
        interest.add_interest(act, 2012, date(2013, 1, 2), persons=office.persons)
    before = _one("SELECT sum(amount)::bigint FROM contributions_interest WHERE person_id = %s", person)
    office.paid(bill, date(2013, 1, 10))
    after = _one("SELECT sum(amount)::bigint FROM contributions_interest WHERE person_id = %s", person)
    with acting(office.actor, "contributions.interest") as act:
        again = interest.add_interest(act, 2012, date(2013, 1, 31), persons=office.persons)
    assert (after > before, again.amount) == (True, 0)


def test_the_day_of_a_late_fee_is_not_that_of_the_contributions(office: Office) -> None:
    bill = office.assess(JUNE)
    due = bill.employer + bill.own
    office.bank(date(2012, 12, 20), (bill.number, due))
    office.match()
    office.bank(date(2013, 1, 10), (bill.number, 10_000_000))
    office.match()  # the fee, before anybody credits the contributions
    assert Payment.objects.filter(bill_id=bill.pk, part=Payment.Part.LATE_FEE).exists()
    office.credit(date(2013, 1, 10))
    assert history(office.persons[0]) == [(2012, 1, 1 << 5, WAGE, WAGE, None)]


def test_what_was_given_back_of_a_receipt_pays_nothing(office: Office) -> None:
    bill = office.assess(JUNE)
    due = bill.employer + bill.own
    office.bank(JULY, (bill.number, due))
    with acting(office.actor, "contributions.refund") as act:
        refunding.refund_receipt(act, _receipt(), 1_000, "误缴", JULY)
    assert office.match() == receiving.Matched(1, due - 1_000, 0, 0)
    office.bank(JULY, (bill.number, 1_000))
    with acting(office.actor, "contributions.refund") as act:
        refunding.refund_receipt(act, _receipt(), 1_000, "误缴", JULY)
    assert office.match().receipts == 0


def test_the_rest_of_a_receipt_can_pay_another_bill(office: Office) -> None:
    one, two = office.assess(JUNE), office.assess(JULY)
    dues = [bill.employer + bill.own for bill in (one, two)]
    office.bank(date(2012, 7, 10), (one.number, sum(dues)))
    office.match()
    with acting(office.actor, "contributions.receive") as act:
        assert receiving.assign(act, _receipt(), two.pk).contributions == dues[1]
    with acting(office.actor, "contributions.refund") as act, pytest.raises(refunding.NothingToRefund):
        refunding.refund_receipt(act, _receipt(), 1, "多缴", JULY)


def test_who_sees_no_payment_of_a_receipt_cannot_use_it_again(office: Office, first: Any) -> None:
    bill = office.assess(JUNE)
    office.bank(JULY, (bill.number, bill.employer + bill.own))
    office.match()
    receipt = _receipt()
    with acting(office.actor, "access.manage") as act:
        access.add_places(act, [("110106", 2, "丰台区", False)])
        stranger = access.add_actor(act, Actor.Kind.STAFF, "外区征缴")
        access.grant(act, stranger, "collector", "110106")
    first.use(APP)
    try:
        with acting(stranger.pk, "contributions.refund") as act, pytest.raises(refunding.NothingToRefund):
            refunding.refund_receipt(act, receipt, 1, "多缴", JULY)
    finally:
        first.use(BATCH)
    with (
        psycopg.connect(first.dsn(BATCH)) as plain,
        pytest.raises(psycopg.errors.CheckViolation, match="used up"),
    ):
        plain.execute(
            "INSERT INTO contributions_refund (receipt_id, amount, reason, act_id) "
            "SELECT %s, 1, '', max(id) FROM access_act",
            [receipt],
        )


def test_a_receipt_that_the_law_cannot_split_holds_up_no_other(office: Office, monkeypatch: Any) -> None:
    one, two = office.assess(JUNE), office.assess(JULY)
    office.bank(date(2012, 7, 10), (one.number, 100), (two.number, 200))
    real = receiving.computed

    def refusing(*given: Any, **named: Any) -> Outcome:
        outcome = real(*given, **named)
        for status in outcome.statuses.values():
            status[np.asarray(given[1]["receipt_amount"]) == 100] = 1
        return outcome

    monkeypatch.setattr(receiving, "computed", refusing)
    with acting(office.actor, "contributions.receive") as act:
        assert receiving.match(act, 1) == receiving.Matched(1, 200, 0, 1)
    assert runs.match_all(office.actor) == receiving.Matched(0, 0, 0, 1)
    monkeypatch.undo()
    assert office.match().contributions == 100


@pytest.mark.parametrize("paid", [0, 3, 1])  # nothing, a third, everything
def test_a_provisional_bill_that_is_taken_back_is_owed_no_more(office: Office, paid: int) -> None:
    june, july, august = date(2013, 6, 1), date(2013, 7, 1), date(2013, 8, 1)  # the year begins in July
    office.paid(office.assess(june), date(2013, 7, 3))
    with acting(office.actor, "contributions.assess") as act:
        assessing.assess(act, july, [office.organisation])
        made = provisional.bill_provisionally(act, july, [office.organisation])
    bill = Bill.objects.get(pk=made.numbers[0])
    money = (bill.employer + bill.own) // paid if paid else 0
    if paid:
        office.bank(date(2013, 8, 3), (bill.number, money))
        office.match()
        office.credit(date(2013, 8, 3))
    with acting(office.actor, "contributions.assess") as act:
        memberships.declare_wages(
            act, [memberships.Declared(p, WAGE, july, date(2014, 7, 1)) for p in office.persons], office.organisation
        )
        assessing.assess(act, august, [office.organisation], months=[july, august])
    runs.credit_all(office.actor, date(2013, 9, 3))
    back = Bill.objects.get(takes_back=bill)
    assert Settled.objects.filter(bill__in=[bill, back]).count() == 2
    with acting(office.actor, "contributions.remind") as act:
        assert bill.pk not in [arrear.bill_id for arrear in collecting.arrears(act, date(2013, 12, 1))]
    with acting(office.actor, "contributions.refund") as act, pytest.raises(refunding.NothingToRefund) as told:
        refunding.refund_bill(act, back.pk, 10**12, "已申报", date(2013, 9, 3))
    assert told.value.left == money


def test_a_residents_year_is_credited_when_it_is_paid(office: Office, system: int) -> None:
    with acting(system, "contributions.register") as act:
        (person,) = small_city.citizens(act, [9_000])
        registration.register_resident(act, person, date(2012, 1, 1), registration.PENSION)
        residents.choose_payment(act, person, 2012, 100_000)
        billed = residents.bill_residents(act, JUNE, 2012)
    bill = Bill.objects.get(pk=billed.numbers[0])
    office.paid(bill, date(2012, 7, 10))
    assert history(person, insurance=int(Insurance.RESIDENT_PENSION)) == [(2012, 1, 1, 100_000, 600_000, None)]
    assert office.account(person, int(Insurance.RESIDENT_PENSION)) == 103_000
    with acting(system, "contributions.read") as act:
        assert interest.account_differences(act, Insurance.RESIDENT_PENSION) == []
