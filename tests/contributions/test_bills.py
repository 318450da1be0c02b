"""Bills against the law decided case by case, assessed again, changed afterwards."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
import pytest
import small_city
from django.db import connection

from shebao.access.acting import acting
from shebao.contributions.models import Bill, BillLine, Employer, Item, Membership, Problem
from shebao.contributions.numbers import bill_number, is_bill_number
from shebao.contributions.runs import assess_city
from shebao.contributions.services import registration
from shebao.contributions.services.assessing import LEVIES, WANTED, assess
from shebao.contributions.services.memberships import Declared, Entry, declare_wages, enter
from shebao.database.connection import BATCH
from shebao.law import the_law
from shebao.law.insurance.contributions.facts import ContributorStatus
from shebao.people.refusals import Refused
from shebao.rules.decide import decide
from shebao.rules.kinds import day

MONTH = date(2010, 5, 1)
YEAR = date(2010, 4, 1), date(2011, 4, 1)
EMPLOYEE, RURAL = ContributorStatus.EMPLOYEE, ContributorStatus.RURAL_WORKER


@dataclass
class City:
    """Who is where: three employers with eight persons each, two flexible workers, one who comes later."""

    organisations: list[int]
    persons: list[int]


def wage(k: int) -> int:
    """Of the k-th person, fen: below the floor, between, above the cap, with jiao."""
    return (90_000, 321_470, 1_500_050, 5_000_000)[k % 4] + 100 * k


def status(k: int) -> ContributorStatus:
    return RURAL if k % 5 == 4 else EMPLOYEE


@pytest.fixture(scope="module")
def town(database: Any, system: int) -> City:
    database.use(BATCH)  # reads without an act
    small_city.city(system)
    with acting(system, "contributions.register") as act:
        organisations = small_city.organisations(act, 0, 3)
        persons = small_city.citizens(act, range(27))
        for k, organisation in enumerate(organisations):
            registration.register_employer(act, organisation, small_city.OPENED, injury_rate=20 if k == 0 else 0)
            staff = range(8 * k, 8 * k + 8)
            enter(
                act,
                [Entry(persons[n], small_city.OPENED, None, int(status(n))) for n in staff],
                Membership.Scheme.EMPLOYEE,
                organisation,
            )
            declare_wages(act, [Declared(persons[n], wage(n), *YEAR) for n in staff], organisation)
        for n in (24, 25):
            registration.register_flexible(act, persons[n], MONTH, 200_000 + n)
    return City(organisations, persons)


def one(person: int, month: date) -> list[tuple[Any, ...]]:
    """A person's items of a month: payer, insurance, and the sums of all amounts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, insurance, sum(base), sum(employer), sum(own), sum(subsidy), sum(account), "
            "sum(large) FROM contributions_item WHERE person_id = %s AND month = %s GROUP BY 1, 2 "
            "HAVING sum(employer) <> 0 OR sum(own) <> 0 ORDER BY 1, 2",
            [person, month],
        )
        return cursor.fetchall()


def by_law(n: int, of: ContributorStatus, declared: int, injury_class: int | None, rate: int) -> dict[int, list[int]]:
    """What the law says, decided in CPython: insurance -> base, employer, own, subsidy, account, large."""
    from shebao.files.identity import birth_day

    facts = {
        "contribution_day": day(MONTH),
        "birth_day": day(birth_day(small_city.number(n))),
        "contributor_status": int(of),
        "declared_wage": declared,
        "injury_rate_approved": rate,
    }
    if injury_class:
        facts["injury_class"] = injury_class
    decision = decide(the_law(), facts, on=day(MONTH), want=list(WANTED))
    return {
        int(levy.insurance): [sum(int(decision.value(name) or 0) for name in part) for part in levy.parts()]
        for levy in LEVIES
        if of is not ContributorStatus.FLEXIBLE or levy.insurance <= 3
    }


def test_bills_are_the_sums_of_cases_decided_one_by_one(system: int, town: City) -> None:
    found = assess_city(system, MONTH)
    assert (found.bills, found.persons, found.problems) == (5, 26, 0)
    for k, organisation in enumerate(town.organisations):
        wanted: dict[int, list[int]] = defaultdict(lambda: [0] * 6)
        for n in range(8 * k, 8 * k + 8):
            case = by_law(n, status(n), wage(n), k + 1, 20 if k == 0 else 0)
            for insurance, amounts in case.items():
                wanted[insurance] = [a + b for a, b in zip(wanted[insurance], amounts, strict=True)]
            assert one(town.persons[n], MONTH) == [
                (organisation, insurance, *amounts) for insurance, amounts in case.items() if amounts[1] or amounts[2]
            ]
        bill = Bill.objects.get(organisation_id=organisation, month=MONTH)
        lines = {
            line.insurance: [line.employer, line.own, line.subsidy, line.account, line.large]
            for line in BillLine.objects.filter(bill_id=bill.id)
        }
        assert lines == {insurance: amounts[1:] for insurance, amounts in wanted.items()}
        assert (bill.employer, bill.own) == tuple(sum(a[i] for a in wanted.values()) for i in (1, 2))
        assert (bill.persons, bill.kind, bill.due_day) == (8, Bill.Kind.REGULAR, date(2010, 6, 15))
        assert bill.approx  # the due day's month has figures that nobody verified
    for n in (24, 25):
        case = by_law(n, ContributorStatus.FLEXIBLE, 200_000 + n, None, 0)
        bill = Bill.objects.get(person_id=town.persons[n])
        assert (bill.employer, bill.own) == (0, sum(amounts[2] for amounts in case.values()))


def test_a_month_assessed_again_adds_nothing(system: int, town: City) -> None:
    assess_city(system, MONTH)
    before = Item.objects.count(), Bill.objects.count()
    with acting(system, "contributions.assess") as act:
        found = assess(act, MONTH, town.organisations)
    assert (found.items, found.bills) == (0, 0)
    assert found.persons == 24
    assert (Item.objects.count(), Bill.objects.count()) == before


def test_a_wage_corrected_later_adds_its_difference_alone(system: int, town: City) -> None:
    assess_city(system, MONTH)
    person, organisation = town.persons[1], town.organisations[0]
    later = date(2010, 8, 1)
    with acting(system, "contributions.correct") as act:
        declare_wages(act, [Declared(person, wage(1) + 50_000, *YEAR)], organisation)
        found = assess(act, later, [organisation], persons=[person], months=[MONTH])
    assert (found.bills, found.persons) == (1, 1)
    bill = Bill.objects.get(organisation_id=organisation, month=later)
    assert bill.kind == Bill.Kind.DIFFERENCE
    case = by_law(1, status(1), wage(1) + 50_000, 1, 20)
    assert one(person, MONTH) == [(organisation, insurance, *amounts) for insurance, amounts in case.items()]
    added = Item.objects.filter(bill_id=bill.id)
    assert {item.kind for item in added} == {Item.Kind.SUPPLEMENT}
    assert sum(item.own for item in added) == bill.own > 0


def test_what_the_law_cannot_decide_is_named_and_not_billed_until_it_can(system: int, town: City) -> None:
    month = date(2011, 4, 1)  # a new contribution year, for which nobody declared
    organisation, staff = town.organisations[2], town.persons[16:24]
    with acting(system, "contributions.assess") as act:
        found = assess(act, month, [organisation])
    employees = [p for n, p in enumerate(staff, 16) if status(n) is EMPLOYEE]
    open_problems = Problem.objects.filter(month=month, organisation_id=organisation, recorded__upper_inf=True)
    assert found.bills == 1  # the medical base of contract workers from the country needs no wage until 2012-03
    assert {p.refusal for p in open_problems} == {"MISSING:declared_wage"}
    assert {(p.person_id, p.insurance) for p in open_problems if p.insurance == 2} == {(p, 2) for p in employees}
    assert "declared" in open_problems[0].en.lower() and "工资" in open_problems[0].zh
    with acting(system, "contributions.declare") as act:
        declare_wages(act, [Declared(p, 400_000, month, date(2012, 4, 1)) for p in staff], organisation)
    with acting(system, "contributions.assess") as act:
        found = assess(act, month, [organisation])
    assert not open_problems.all().exists()
    assert found.problems == 0
    lines = {line.insurance: line.persons for line in BillLine.objects.filter(bill_id=found.numbers[0])}
    assert lines == {1: 8, 2: len(employees), 3: 8, 4: 8, 5: 8}


def test_a_suspended_employer_gets_no_bill(system: int, town: City) -> None:
    month = date(2010, 12, 1)
    with acting(system, "contributions.register") as act:
        (organisation,) = small_city.organisations(act, 50, 1)
        (person,) = small_city.citizens(act, [60])
        registration.register_employer(act, organisation, small_city.OPENED)
        registration.join(act, person, organisation, date(2010, 10, 12), 300_000)
        registration.change_employer(act, organisation, month, state=Employer.State.SUSPENDED)
        assert assess(act, date(2010, 11, 1), [organisation]).bills == 1
        assert assess(act, month, [organisation]).bills == 0


def test_a_month_has_one_payer(system: int, town: City) -> None:
    """Joined in the middle of a year, moved to another employer, left."""
    first, second = town.organisations[:2]
    person = town.persons[26]
    with acting(system, "contributions.register") as act:
        registration.join(act, person, first, date(2010, 7, 20), 350_000)
        registration.transfer(act, person, first, second, date(2010, 10, 5), 420_000)
        registration.leave(act, person, second, date(2010, 11, 30))
        for month in (6, 7, 9, 10, 11, 12):
            assess(act, date(2010, month, 1), [first, second], persons=[person])
    payers = {month: {row[0] for row in one(person, date(2010, month, 1))} for month in (6, 7, 9, 10, 11, 12)}
    assert payers == {6: set(), 7: {first}, 9: {first}, 10: {second}, 11: {second}, 12: set()}
    pension = [row for row in one(person, date(2010, 10, 1)) if row[1] == 1]
    assert pension[0][2] == 420_000


def test_leaving_earlier_than_billed_gives_the_month_back(system: int, town: City) -> None:
    organisation = town.organisations[1]
    with acting(system, "contributions.register") as act:
        (person,) = small_city.citizens(act, [61])
        registration.join(act, person, organisation, date(2010, 9, 1), 350_000)
        assess(act, date(2010, 9, 1), [organisation], persons=[person])
        assess(act, date(2010, 10, 1), [organisation], persons=[person])
        registration.leave(act, person, organisation, date(2010, 9, 30))
        found = assess(act, date(2010, 11, 1), [organisation], persons=[person], months=[date(2010, 10, 1)])
    assert found.employer < 0 and found.own < 0
    assert one(person, date(2010, 10, 1)) == []
    assert one(person, date(2010, 9, 1)) != []


def test_two_schemes_of_a_month_are_refused(system: int, town: City) -> None:
    person, second = town.persons[0], town.organisations[1]
    with pytest.raises(Refused, match="elsewhere"), acting(system, "contributions.register") as act:
        registration.register_resident(act, person, date(2010, 6, 1), registration.PENSION)
    with pytest.raises(Refused, match="elsewhere"), acting(system, "contributions.register") as act:
        enter(act, [Entry(person, MONTH, None, 1, (2, 3))], Membership.Scheme.EMPLOYEE, second)


@pytest.mark.parametrize("role", ["shebao_batch", "shebao_owner", "postgres"])
def test_the_database_refuses_an_overlap_told_in_plain_sql(database: Any, town: City, role: str) -> None:
    add = (
        "INSERT INTO contributions_membership (person_id, branches, scheme, status, subsidy, organisation_id, valid, "
        "recorded, act_id) SELECT %s, %s::int4range, %s, 5, 0, NULL, %s::daterange, tstzrange(now(), NULL), "
        "(SELECT min(id) FROM access_act)"
    )
    with psycopg.connect(database.dsn(role)) as plain:
        with pytest.raises(psycopg.errors.ExclusionViolation, match="one_scheme"), plain.transaction():
            plain.execute(add, [town.persons[2], "[1,2)", 3, "[2010-06-01,)"])
        with plain.transaction(force_rollback=True):  # another time is no overlap
            plain.execute(add, [town.persons[2], "[1,2)", 3, "[2004-06-01,2005-01-01)"])


@pytest.mark.parametrize("role", ["shebao_app", "shebao_batch", "shebao_owner"])
@pytest.mark.parametrize("table", ["item", "bill", "bill_line", "declaration", "credit"])
def test_nobody_changes_or_deletes_what_was_assessed(
    database: Any, system: int, town: City, role: str, table: str
) -> None:
    assess_city(system, MONTH)  # adds nothing where the tests before it did so
    with psycopg.connect(database.dsn(role)) as plain:
        column = "act_id" if table != "bill_line" else "own"
        for told in (f"UPDATE contributions_{table} SET {column} = 0", f"DELETE FROM contributions_{table}"):
            try:
                with plain.transaction():
                    plain.execute("SELECT access_enter((SELECT id FROM access_actor WHERE name = 'setup'), 'x.y')")
                    changed = plain.execute(told).rowcount
            except (psycopg.errors.InsufficientPrivilege, psycopg.errors.RestrictViolation):
                continue
            assert changed == 0 and table in ("declaration", "credit")  # nothing was there


def test_numbers_of_bills_notice_a_wrong_digit() -> None:
    good = bill_number(MONTH, 42)
    assert good[:6] == "201005" and is_bill_number(good) and len(good) == 17
    for place in range(17):
        for digit in "0123456789":
            if digit != good[place]:
                assert not is_bill_number(good[:place] + digit + good[place + 1 :])
    with pytest.raises(ValueError, match="no bill"):
        bill_number(MONTH, 10**10)
