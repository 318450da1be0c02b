"""What happens to a person, in one act: every programme that it touches is settled by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pensioners import BASES, pensioner

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.assessment.models import Difference
from shebao.cases import claims, events, letters, payments
from shebao.cases.models import Account, Amount, Award, Claim, Line
from shebao.database import connection
from shebao.files.identity import check_digit
from shebao.files.letter import markdown
from shebao.people import selectors
from shebao.people import services as people
from shebao.people.codes import EventKind, HouseholdKind, RelationKind, Role, WorkKind
from shebao.people.facts import Event, Membership, Particular, Relation, Residence, Work
from shebao.people.refusals import Refused
from shebao.rules.kinds import day
from shebao.samplecity import office as offices
from shebao.samplecity.office import Office

OPENED = date(2005, 12, 31), 1_873_015
PENSION = 126_743


@pytest.fixture(scope="module")
def office(database: Any) -> Iterator[Office]:
    database.use(connection.BATCH)
    offices.open_books([date(2005, 12, 1), *(date(2014, month, 1) for month in range(3, 13))])
    yield offices.staffed()


def numbered(first: str) -> str:
    return first + check_digit(first)


def awards(*persons: int) -> dict[tuple[int, str], int]:
    """Fen a month, of what is in force without an end."""
    with acting(system_actor("night"), "cases.read"):
        found = Award.objects.filter(person_id__in=persons, recorded__endswith=None, valid__endswith=None)
        return {(one.person_id, one.benefit): one.amount for one in found}


def amounts(claim: int) -> list[tuple[date, date | None, int]]:
    with acting(system_actor("night"), "cases.read"):
        rows = Amount.objects.filter(claim_id=claim).order_by("valid")
        return [(one.valid.lower, one.valid.upper, one.amount) for one in rows]


def test_a_pensioner_retires_and_dies(office: Office, database: Any) -> None:
    person = pensioner("王秀兰", "110101195903200020", BASES, 2, OPENED)
    heir = pensioner("李强", numbered("11010119850320001"), {2012: 57_600, 2013: 63_600}, 12, OPENED)
    with acting(system_actor("setup"), "people.record") as act:
        child = Relation(since=date(1985, 3, 20), kind=RelationKind.PARENT, other_id=person)
        facts = [child]
        people.record(
            act, heir, Event(kind=EventKind.RELATION, occurred_on=date(1985, 3, 20), source="户口簿", facts=facts)
        )
        job = Work(since=date(1998, 7, 1), organisation_id=None, kind=WorkKind.FLEXIBLE)
        people.record(
            act, person, Event(kind=EventKind.WORK_BEGINS, occurred_on=date(1998, 7, 1), source="测试", facts=[job])
        )
    today = date(2014, 5, 6)
    database.use(connection.APP)
    try:
        with acting(office.clerk, "cases.file") as act:
            settled = events.retired(act, person, date(2014, 3, 20), "退休审批表", today)
            assert selectors.person(act, person).on(Work, date(2014, 4, 1), main=True) is None
    finally:
        database.use(connection.BATCH)
    (claim,) = settled.claims
    # the month of retirement is not paid, the two since then are, the last from then on
    assert amounts(claim) == [(date(2014, 4, 1), None, PENSION)]
    offices.decide(office, settled.claims, today)
    assert awards(person) == {(person, "pension"): PENSION}
    with acting(office.clerk, "cases.file") as act:
        payments.add_account(act, person, "102100000001", "991", "王秀兰")
    with acting(office.night, "cases.file") as act:
        payments.verify_accounts(act)
    for month in (5, 6, 7):
        offices.pay(office, date(2014, month, 1), date(2014, month, 15))
    today = date(2014, 7, 20)
    with acting(office.clerk, "cases.file") as act:
        settled = events.died(act, person, date(2014, 6, 10), "死亡医学证明", today)
    with acting(office.night, "cases.read"):
        by_benefit = {one.benefit: one for one in Claim.objects.filter(pk__in=settled.claims)}
        assert not Account.objects.filter(person_id=person, closed_at=None).exists()
    assert set(by_benefit) == {"pension", "funeral_subsidy"}, by_benefit
    assert amounts(by_benefit["pension"].pk) == [(date(2014, 7, 1), None, 0)]  # June, the month of death, is due
    assert by_benefit["pension"].kind == Difference.Kind.EXIT and by_benefit["pension"].cause == "event:death"
    subsidy = amounts(by_benefit["funeral_subsidy"].pk)
    assert subsidy == [(date(2014, 7, 1), date(2014, 8, 1), 500_000)]
    offices.decide(office, settled.claims, today)
    assert awards(person) == {}
    with acting(office.reviewer, "cases.read") as act:
        letter = markdown(letters.of_claim(act, by_benefit["pension"].pk, "样本市"))
    assert "变更原因：死亡" in letter
    with acting(office.clerk, "cases.file") as act:
        made = payments.add_account(act, person, "102100000001", "992", "李强", heir)
    with acting(office.night, "cases.file") as act:
        payments.verify_account(act, made.pk)
    last = offices.pay(office, date(2014, 8, 1), date(2014, 8, 15)).batch
    with acting(office.night, "cases.read"):
        lines = {(one.benefit, one.month): one.amount for one in Line.objects.filter(payment__batch_id=last)}
    # what was paid for after the death stays owed: another benefit is not kept back for it
    assert lines == {("funeral_subsidy", date(2014, 7, 1)): 500_000}
    with acting(office.clerk, "cases.file") as act, pytest.raises(Refused, match="已登记死亡"):
        events.died(act, person, date(2014, 6, 11), "重复", today)


def quiet(office: Office, today: date, *persons: int) -> bool:
    """Whether the pass over everybody finds these settled."""
    run, _ = offices.night(office, today)
    with acting(office.night, "cases.read"):
        other = (Difference.Kind.EXPIRING, Difference.Kind.UNDECIDED)
        left = Difference.objects.filter(run_id=run, person_id__in=persons).exclude(kind__in=other)
        return [str(one) for one in left] == []


def household(members: list[tuple[int, int]]) -> int:
    with acting(system_actor("setup"), "people.record") as act:
        home = people.found_household(act, "11")
        for person, role in members:
            fact = Membership(since=date(2013, 1, 1), household_id=home, role=role)
            people.record(
                act,
                person,
                Event(kind=EventKind.HOUSEHOLD, occurred_on=date(2013, 1, 1), source="户口簿", facts=[fact]),
            )
        return home


def citizen(number: str, name: str, hukou: int = 1) -> int:
    with acting(system_actor("setup"), "people.record") as act:
        home = Residence(since=date(2013, 1, 1), place="11", hukou=hukou, hukou_place="110101")
        return people.register_citizen(
            act, name=name, number=number, place="11", on=date(2013, 1, 1), source="测试", residence=home
        ).person_id


def test_a_child_is_born_into_a_poor_family(office: Office) -> None:
    mother = citizen(numbered("11010119850320002"), "赵敏")
    household([(mother, Role.HEAD)])
    today = date(2014, 5, 6)
    with acting(system_actor("setup"), "people.record") as act:
        facts = [
            Particular(since=date(2014, 1, 1), input="means_declared_day", value=day("2014-01-15")),
            Particular(since=date(2014, 1, 1), input="work_income", value=10_000),
        ]
        people.record(
            act, mother, Event(kind=EventKind.LOW_INCOME, occurred_on=date(2014, 1, 15), source="测试", facts=facts)
        )
    with acting(office.clerk, "cases.file") as act:
        claim = claims.file(act, mother, "minimum_living_allowance", date(2014, 5, 1), today)
    offices.decide(office, [claim.pk], today)
    (before,) = awards(mother).values()
    with acting(office.clerk, "cases.file") as act:
        child, settled = events.born(
            act, mother, "赵小宝", numbered("11010120140502001"), Role.CHILD, "出生医学证明", today
        )
        assert selectors.person(act, child).on(Membership, today, kind=HouseholdKind.HOUSEHOLD) is not None
    with acting(office.night, "cases.read"):
        found = {one.benefit: one for one in Claim.objects.filter(pk__in=settled.claims)}
    assert set(found) == {"minimum_living_allowance"} and settled.undecided == []
    ((since, until, amount),) = amounts(found["minimum_living_allowance"].pk)
    # a second standard of 650.00, and what the child's age adds
    assert (since, until) == (date(2014, 5, 1), None) and amount >= before + 65_000
    offices.decide(office, settled.claims, today)
    assert quiet(office, today, mother, child)


def test_who_moves_away_loses_what_the_city_gives(office: Office) -> None:
    person = citizen(numbered("11010119400320002"), "钱芳")
    today = date(2014, 5, 6)
    with acting(office.clerk, "cases.file") as act:
        claim = claims.file(act, person, "welfare_pension", date(2014, 4, 1), today)
    offices.decide(office, [claim.pk], today)
    assert set(awards(person)) == {(person, "welfare_pension")}
    away = Residence(since=date(2014, 5, 2), place="11", hukou=4, hukou_place="130100")
    with acting(office.clerk, "cases.file") as act:
        settled = events.moved(act, person, away, "户口迁移证", today)
    (claim_of_move,) = settled.claims
    assert amounts(claim_of_move) == [(date(2014, 5, 1), None, 0)]
    offices.decide(office, settled.claims, today)
    assert awards(person) == {} and quiet(office, today, person)


def test_who_loses_his_job_is_paid_from_the_month_after(office: Office) -> None:
    person = pensioner("孙磊", numbered("11010119750320001"), {2011: 51_600, 2012: 57_600, 2013: 63_600}, 12, OPENED)
    today = date(2014, 5, 6)
    facts = [
        Particular(since=date(2014, 3, 10), input="unemployment_registered_day", value=day("2014-03-10")),
        Particular(since=date(2014, 3, 10), input="unemployment_months_paid", value=36),
    ]
    with acting(office.clerk, "cases.file") as act:
        settled = events.lost_job(act, person, date(2014, 3, 5), "解除劳动合同证明", today, facts)
    with acting(office.night, "cases.read"):
        found = {one.benefit: one.pk for one in Claim.objects.filter(pk__in=settled.claims)}
    # three years of contributions: the first tier, 1,012.00 from 2014 on
    assert amounts(found.pop("unemployment_benefit")) == [(date(2014, 4, 1), None, 101_200)]
    assert not found
    offices.decide(office, settled.claims, today)
    assert quiet(office, today, person)


def test_two_benefits_of_which_one_takes_the_place_of_the_other(office: Office) -> None:
    """The pension ends the unemployment benefit (社会保险法 第51条); an office that pays both is told so."""
    person = pensioner("周兰", numbered("11010119590310002"), BASES, 2, OPENED)
    today = date(2014, 5, 31)
    with acting(system_actor("setup"), "people.record") as act:
        facts = [
            Particular(since=date(2014, 3, 1), input="employment_end_day", value=day("2014-03-01")),
            Particular(since=date(2014, 3, 1), input="unemployment_registered_day", value=day("2014-03-10")),
            Particular(since=date(2014, 3, 1), input="unemployment_months_paid", value=36),
        ]
        people.record(
            act, person, Event(kind=EventKind.WORK_ENDS, occurred_on=date(2014, 3, 1), source="测试", facts=facts)
        )
    offices.decide_by_hand(office, person, "unemployment_benefit", 101_200, date(2014, 4, 1), today=today)
    run, _ = offices.night(office, today)
    with acting(office.night, "cases.read"):
        found = Difference.objects.get(
            run_id=run, person_id=person, benefit="unemployment_benefit", month=date(2014, 5, 1)
        )
        assert (found.kind, found.cause) == (Difference.Kind.DUPLICATE, "excluded:pension")
    with acting(office.night, "cases.decide") as act:
        claims.from_differences(act, run)
    with acting(office.night, "cases.read") as act:
        made = Claim.objects.filter(person_id=person, benefit="unemployment_benefit").latest("pk")
        assert "已领取基本养老金" in markdown(letters.of_claim(act, made.pk, "样本市"))
