"""Bills of residents, subsidies of premiums, provisional bills."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import small_city

from shebao.access.acting import acting
from shebao.contributions.models import Bill, BillLine, Item, Membership, Problem
from shebao.contributions.models import Subsidy as Granted
from shebao.contributions.services import registration
from shebao.contributions.services.assessing import assess
from shebao.contributions.services.memberships import Declared, Entry, declare_wages, enter
from shebao.contributions.services.provisional import bill_provisionally
from shebao.contributions.services.residents import bill_residents, choose_payment
from shebao.contributions.services.subsidies import subsidise
from shebao.database.connection import BATCH
from shebao.law.insurance.contributions.facts import Insurance, ResidentMedicalClass
from shebao.people.refusals import Refused

JUNE = date(2012, 6, 1)


@pytest.fixture(scope="module")
def persons(database: Any, system: int) -> list[int]:
    database.use(BATCH)  # reads without an act
    small_city.city(system)
    with acting(system, "contributions.register") as act:
        return small_city.citizens(act, range(12))


def test_what_a_resident_chose_is_billed_once_with_the_match(system: int, persons: list[int]) -> None:
    person = persons[0]
    with acting(system, "contributions.register") as act:
        registration.register_resident(act, person, date(2012, 1, 1), registration.PENSION)
        choose_payment(act, person, 2012, 100_000)
        found = bill_residents(act, JUNE, 2012)
        assert (found.bills, found.own, found.subsidy) == (1, 100_000, 3_000)
        assert bill_residents(act, JUNE, 2012).bills == 0
        choose_payment(act, person, 2012, 50_000)
        found = bill_residents(act, date(2012, 9, 1), 2012)
        assert (found.bills, found.own, found.subsidy) == (1, 50_000, 0)  # the match is the year's
    items = Item.objects.filter(person_id=person).order_by("id")
    assert [(i.insurance, i.month, i.kind, i.own, i.subsidy, i.account) for i in items] == [
        (Insurance.RESIDENT_PENSION, date(2012, 1, 1), Item.Kind.REGULAR, 100_000, 3_000, 103_000),
        (Insurance.RESIDENT_PENSION, date(2012, 1, 1), Item.Kind.SUPPLEMENT, 50_000, 0, 50_000),
    ]
    bill = Bill.objects.get(pk=items[0].bill_id)
    assert (bill.person_id, bill.organisation_id, bill.month) == (person, None, JUNE)


@pytest.mark.parametrize(
    ("k", "year", "amount", "said"),
    [
        (1, 2012, 99_999, "limits"),  # the minimum is 1,000 yuan
        (1, 2012, 742_001, "limits"),
        (1, 2025, 100_000, "not known"),  # no limits at hand for that year
        (2, 2012, 100_000, "register first"),
    ],
)
def test_a_payment_that_the_law_does_not_allow_is_refused(
    system: int, persons: list[int], k: int, year: int, amount: int, said: str
) -> None:
    if k == 1 and not Membership.objects.filter(person_id=persons[1]).exists():
        with acting(system, "contributions.register") as act:
            registration.register_resident(act, persons[1], date(2012, 1, 1), registration.PENSION)
    with pytest.raises(Refused) as refused, acting(system, "contributions.register") as act:
        choose_payment(act, persons[k], year, amount)
    assert said in refused.value.en


def test_premiums_of_residents_medical_care_by_class(system: int, persons: list[int]) -> None:
    classes = [ResidentMedicalClass.ELDERLY, ResidentMedicalClass.STUDENT_CHILD, ResidentMedicalClass.RURAL]
    with acting(system, "contributions.register") as act:
        for person, group in zip(persons[3:6], classes, strict=True):
            registration.register_resident(act, person, date(2012, 1, 1), registration.MEDICAL, int(group))
        found = bill_residents(act, date(2012, 11, 1), 2013)
        assert bill_residents(act, date(2012, 11, 1), 2013).bills == 0
    assert (found.bills, found.problems) == (2, 1)
    due = Item.objects.filter(insurance=Insurance.RESIDENT_MEDICAL).order_by("person_id")
    assert [(i.person_id, i.month, i.own) for i in due] == [
        (persons[3], date(2013, 1, 1), 30_000),
        (persons[4], date(2013, 1, 1), 10_000),
    ]
    (problem,) = Problem.objects.filter(insurance=Insurance.RESIDENT_MEDICAL)
    assert (problem.person_id, problem.refusal) == (persons[5], "REASON:RURAL_PREMIUM_NOT_KNOWN")


def test_a_class_belongs_to_medical_care_alone(system: int, persons: list[int]) -> None:
    with pytest.raises(Refused, match="class"), acting(system, "contributions.register") as act:
        registration.register_resident(act, persons[6], JUNE, registration.MEDICAL)
    with pytest.raises(Refused, match="class"), acting(system, "contributions.register") as act:
        registration.register_resident(act, persons[6], JUNE, registration.PENSION, 1)


def test_subsidies_of_a_flexible_worker_on_the_bill_and_beside_it(system: int, persons: list[int]) -> None:
    subsidy = Membership.Subsidy
    with acting(system, "contributions.register") as act:
        for person, of in zip(persons[7:10], (subsidy.NONE, subsidy.FLEXIBLE, subsidy.DISABLED), strict=True):
            registration.register_flexible(act, person, JUNE, 300_000, subsidy=of)
        assess(act, JUNE)
        total, undecided = subsidise(act, JUNE)
        assert undecided == {}
        assert subsidise(act, JUNE) == (0, {})
    medical = {
        i.person_id: (i.own, i.subsidy)
        for i in Item.objects.filter(month=JUNE, insurance=Insurance.MEDICAL, person_id__in=persons[7:10])
    }
    # 70 % of 4,672 yuan, the citywide wage of 2011, is 3,270; 7 % of it, of which the subsidised pay 1 %
    assert medical == {persons[7]: (22_890, 0), persons[8]: (3_270, 19_620), persons[9]: (22_890, 0)}
    granted = {g.insurance: g.amount for g in Granted.objects.filter(month=JUNE)}
    # of the same wage: 60 % × 14 %, 70 % × 6 %, 40 % × 1.5 %, the shares in whole yuan
    assert granted == {1: 2_803 * 14, 2: 3_270 * 6, 3: 2_804}
    assert total == sum(granted.values())
    assert set(Granted.objects.values_list("person_id", flat=True)) == {persons[9]}


def test_without_declaration_the_bill_is_provisional_until_it_comes(system: int, persons: list[int]) -> None:
    march, april, may = date(2012, 3, 1), date(2012, 4, 1), date(2012, 5, 1)  # the year begins in April
    staff = persons[10:12]
    with acting(system, "contributions.register") as act:
        (organisation,) = small_city.organisations(act, 0, 1)
        registration.register_employer(act, organisation, small_city.OPENED)
        enter(act, [Entry(p, march, None, 1) for p in staff], Membership.Scheme.EMPLOYEE, organisation)
        declare_wages(act, [Declared(p, 400_000, march, april) for p in staff], organisation)
        before = assess(act, march, [organisation])
        assert bill_provisionally(act, march, [organisation]).bills == 0
        assert assess(act, april, [organisation]).problems == 10
        found = bill_provisionally(act, april, [organisation])
        assert bill_provisionally(act, april, [organisation]).bills == 0
    lines = {line.insurance: line for line in BillLine.objects.filter(bill_id=before.numbers[0])}
    wanted = {k: (line.employer + line.own) * 11 // 10 for k, line in lines.items()}  # whole yuan: no rounding
    made = {line.insurance: (line.employer, line.own) for line in BillLine.objects.filter(bill_id=found.numbers[0])}
    assert made == {k: (amount, 0) for k, amount in wanted.items()}
    provisional = Bill.objects.get(pk=found.numbers[0])
    assert (provisional.kind, provisional.persons) == (Bill.Kind.PROVISIONAL, 2)
    assert not Item.objects.filter(bill_id=provisional.id).exists()
    with acting(system, "contributions.declare") as act:
        declare_wages(act, [Declared(p, 450_000, april, date(2013, 4, 1)) for p in staff], organisation)
        assess(act, may, [organisation], months=[april, may])
        assert assess(act, may, [organisation]).bills == 0
    back = Bill.objects.get(takes_back=provisional)
    assert (back.employer, back.own, back.month) == (-provisional.employer, 0, may)
    assert Item.objects.filter(month=april, organisation_id=organisation).count() == 10
