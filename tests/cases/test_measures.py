"""停发、追回、认证: announced first, objected to, answered by another; what a batch then pays, month by month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.cases import letters, measures, payments
from shebao.cases.models import Account, Certification, Line, Measure
from shebao.contributions.months import plus
from shebao.database import connection
from shebao.files.identity import check_digit
from shebao.files.letter import markdown
from shebao.ledger import selectors as books
from shebao.people import services as people
from shebao.people.codes import EventKind, RelationKind
from shebao.people.facts import Event, Relation
from shebao.people.refusals import Refused
from shebao.samplecity import office as offices
from shebao.samplecity.office import Office

JANUARY = date(2014, 1, 1)
PENSION, WELFARE = "resident_pension", "welfare_pension"


@pytest.fixture(scope="module")
def office(database: Any) -> Iterator[Office]:
    database.use(connection.BATCH)
    yield offices.staffed()


def citizen(k: int, name: str = "王秀兰") -> int:
    first = f"110101{1940 + k}0302{k:02}2"
    with acting(system_actor("setup"), "people.record") as act:
        return people.register_citizen(
            act, name=name, number=first + check_digit(first), place="11", on=date(2013, 1, 1), source="测试"
        ).person_id


def award(office: Office, person: int, benefit: str, amount: int, month: date, today: date | None = None) -> None:
    offices.decide_by_hand(office, person, benefit, amount, month, today=today)


def account(office: Office, person: int) -> None:
    with acting(office.clerk, "cases.file") as act:
        made = payments.add_account(act, person, "102100000001", f"99{person:017}", "王秀兰")
    with acting(office.night, "cases.file") as act:
        payments.verify_account(act, made.pk)


def paid(office: Office, month: date) -> dict[tuple[int, str], dict[date, int]]:
    """What a batch pays, by person and benefit, for each month."""
    batch = offices.pay(office, month, month.replace(day=15)).batch
    with acting(office.night, "cases.read"):
        found: dict[tuple[int, str], dict[date, int]] = {}
        for line in Line.objects.filter(payment__batch_id=batch):
            found.setdefault((line.person_id, line.benefit), {})[line.month] = line.amount
        return found


def measure_of(person: int, kind: Measure.Kind) -> Measure:
    with acting(system_actor("night"), "cases.read"):
        return Measure.objects.get(person_id=person, kind=kind, ended_on=None)


def test_months_under_measures(office: Office) -> None:
    """Seven persons over five months; each batch pays what is written beside it."""
    offices.open_books([plus(JANUARY, k) for k in range(5)])
    plain, doubted, objecting, overpaid, poor, agreed, gone = (citizen(k) for k in range(1, 8))
    everybody = (plain, doubted, objecting, overpaid, poor, agreed, gone)
    for person in everybody:
        account(office, person)
        award(office, person, PENSION, 70_000 if person == poor else 200_000, JANUARY)
    assert paid(office, JANUARY) == {(p, PENSION): {JANUARY: 70_000 if p == poor else 200_000} for p in everybody}
    today = date(2014, 1, 10)
    with acting(office.clerk, "cases.file") as act:
        stop = measures.suspend(act, doubted, PENSION, Measure.Reason.DOUBT, today)
        asked = measures.suspend(act, objecting, PENSION, Measure.Reason.DOUBT, today)
        assert stop.starts_on == date(2014, 2, 1)
        measures.object_to(act, asked.pk, date(2014, 1, 20), "本人一直在京居住")
    # more was paid for January than is decided now: announced on January 20th, taken from March on
    for person in (overpaid, agreed, gone):
        award(office, person, PENSION, 150_000, JANUARY, date(2014, 1, 20))
    award(office, poor, PENSION, 68_000, JANUARY, date(2014, 1, 20))
    recovery = measure_of(overpaid, Measure.Kind.RECOVERY)
    assert (recovery.amount, recovery.starts_on, recovery.floor) == (50_000, date(2014, 3, 1), 65_000)
    with acting(office.reviewer, "cases.read") as act:
        letter = markdown(letters.of_measure(act, recovery.pk, "样本市社会保险基金管理中心"))
    assert "500.00" in letter and "2014年3月" in letter and "陈述申辩" in letter and "650.00" in letter
    announced = measure_of(agreed, Measure.Kind.RECOVERY)
    with acting(office.reviewer, "cases.decide") as act, pytest.raises(Refused, match="须经审批"):
        measures.agree(act, announced.pk, 10_000, 100_000, date(2014, 1, 25))
    with acting(office.approver, "cases.approve") as act:
        plan = measures.agree(act, announced.pk, 10_000, 100_000, date(2014, 1, 25))
    assert plan.starts_on == recovery.starts_on
    february, march, april, may = (plus(JANUARY, k) for k in range(1, 5))
    now = paid(office, february)
    assert (doubted, PENSION) not in now
    assert now[objecting, PENSION] == {february: 200_000}  # the objection waits for its answer
    assert now[overpaid, PENSION] == {february: 150_000}  # the time to object runs
    with acting(office.approver, "cases.approve") as act:
        measures.answer(act, asked.pk, True, date(2014, 2, 20), "未提供材料")
    with acting(office.clerk, "cases.file") as act:
        measures.certify(act, doubted, date(2014, 2, 20), Certification.Way.COUNTER)
    with acting(office.clerk, "cases.file") as act, pytest.raises(Refused, match="以外的人解除"):
        measures.end(act, stop.pk, date(2014, 2, 20), "已核实")
    with acting(office.reviewer, "cases.decide") as act:
        measures.end(act, stop.pk, date(2014, 2, 20), "已核实")
    now = paid(office, march)
    assert now[doubted, PENSION] == {february: 200_000, march: 200_000}  # what was held back is owed
    assert (objecting, PENSION) not in now
    assert now[overpaid, PENSION] == {JANUARY: -30_000, march: 150_000}  # a fifth
    assert now[poor, PENSION] == {JANUARY: -2_000, march: 68_000}
    assert now[agreed, PENSION] == {JANUARY: -10_000, march: 150_000}
    with acting(office.night, "cases.release") as act:
        with pytest.raises(Refused, match="超过应退金额"):
            payments.repay(act, gone, PENSION, 30_000, date(2014, 3, 20), "R-1")
        assert payments.repay(act, gone, PENSION, 20_000, date(2014, 3, 20), "R-2") == 0
    now = paid(office, april)
    assert now[overpaid, PENSION] == {JANUARY: -20_000, april: 150_000}
    assert now[gone, PENSION] == {april: 150_000}
    with acting(office.night, "cases.read"):
        ended = dict(Measure.objects.filter(kind=Measure.Kind.RECOVERY).values_list("person_id", "why_ended"))
        left = Measure.objects.filter(kind=Measure.Kind.RECOVERY, ended_on=None)
        assert ended[overpaid] == ended[poor] == "已收回"
        assert [one.person_id for one in left] == [agreed]
    now = paid(office, may)
    assert now[overpaid, PENSION] == {may: 150_000} and now[agreed, PENSION] == {JANUARY: -10_000, may: 150_000}
    with acting(office.night, "ledger.read") as act:
        balance = books.trial_balance(act, date(2013, 12, 1), date(2014, 5, 31))
        assert not balance.differences()


def test_a_floor_leaves_what_a_person_lives_on(office: Office) -> None:
    """Of 700.00 with a floor of 650.00 a recovery keeps back 50.00 at most, over both benefits together."""
    offices.open_books([date(2015, month, 1) for month in (1, 2, 3)])
    person, january, march = citizen(20), date(2015, 1, 1), date(2015, 3, 1)
    account(office, person)
    award(office, person, PENSION, 60_000, january)
    award(office, person, WELFARE, 40_000, january)
    paid(office, january)
    award(office, person, PENSION, 40_000, january, date(2015, 1, 5))
    award(office, person, WELFARE, 30_000, january, date(2015, 1, 5))
    assert measure_of_all(person) == {PENSION: (20_000, 65_000), WELFARE: (10_000, 65_000)}
    paid(office, date(2015, 2, 1))
    now = paid(office, march)
    assert now[person, PENSION] == {january: -5_000, march: 40_000}
    assert now[person, WELFARE] == {march: 30_000}


def measure_of_all(person: int) -> dict[str, tuple[int, int]]:
    with acting(system_actor("night"), "cases.read"):
        return {m.benefit: (m.amount, m.floor) for m in Measure.objects.filter(person_id=person)}


def test_certificates_lapse_and_are_asked_for_in_time(office: Office) -> None:
    person, seen = citizen(30), citizen(31)
    for one in (person, seen):
        award(office, one, PENSION, 50_000, date(2010, 1, 1))
        award(office, one, "longevity_allowance", 10_000, date(2010, 1, 1))
    with acting(office.clerk, "cases.file") as act:
        measures.certify(act, seen, date(2010, 11, 3), Certification.Way.HOME)
    with acting(office.clerk, "cases.file") as act, pytest.raises(Refused, match="当日已认证"):
        measures.certify(act, seen, date(2010, 11, 3), Certification.Way.HOME)
    with acting(office.night, "cases.file") as act:
        measures.remind(act, date(2010, 11, 1))
    with acting(office.night, "cases.read"):
        assert not Measure.objects.filter(person_id__in=[person, seen]).exists()
    with acting(office.night, "cases.file") as act:
        measures.remind(act, date(2010, 12, 1))
        measures.remind(act, date(2010, 12, 2))
    with acting(office.night, "cases.read") as act:
        (told,) = Measure.objects.filter(person_id__in=[person, seen])
        assert (told.person_id, told.benefit, told.starts_on) == (person, PENSION, date(2011, 2, 1))
        assert "认证" in markdown(letters.of_measure(act, told.pk, "样本市"))
    with acting(office.clerk, "cases.file") as act:
        measures.certify(act, person, date(2011, 1, 5), Certification.Way.COUNTER)
    with acting(office.night, "cases.read"):
        assert Measure.objects.get(pk=told.pk).why_ended == "已认证"
    with acting(system_actor("setup"), "people.record") as act:
        people.died(act, person, date(2011, 3, 1), "测试")
    with acting(office.clerk, "cases.file") as act, pytest.raises(Refused, match="已登记死亡"):
        measures.certify(act, person, date(2011, 4, 5), Certification.Way.COUNTER)


def test_another_receives_only_as_the_record_says(office: Office) -> None:
    ward, guardian = citizen(40), citizen(41, "李桂英")
    with acting(office.clerk, "cases.file") as act, pytest.raises(Refused, match="监护"):
        payments.add_account(act, ward, "102100000001", "123456", "李桂英", guardian)
    with acting(system_actor("setup"), "people.record") as act:
        is_guardian = Relation(since=date(2014, 1, 1), kind=RelationKind.GUARDIAN, other_id=guardian)
        people.record(
            act,
            ward,
            Event(kind=EventKind.RELATION, occurred_on=date(2014, 1, 1), source="判决书", facts=[is_guardian]),
        )
    with acting(office.clerk, "cases.file") as act:
        made = payments.add_account(act, ward, "102100000001", "123456", "李桂英", guardian)
    with acting(office.clerk, "cases.file") as act, pytest.raises(Refused, match="登记人以外"):
        payments.verify_account(act, made.pk)
    with acting(office.night, "cases.read"):
        assert Account.objects.get(pk=made.pk).holder_id == guardian


def test_the_database_keeps_the_time_to_object(office: Office, database: Any) -> None:
    """Tried with plain SQL as the application role."""
    person = citizen(50)
    filed = (
        "INSERT INTO cases_measure (person_id, benefit, kind, reason, notified_on, starts_on, act_id, upheld, "
        "filed_by) VALUES (%s, 'pension', 1, 2, %s, %s, 0, true, 0) RETURNING id, filed_by, upheld"
    )
    with psycopg.connect(database.dsn(connection.APP)) as app:

        def run(actor: int, purpose: str, query: str, *given: Any) -> Any:
            with app.transaction():
                app.execute("SELECT * FROM access_enter(%s, %s)", [actor, purpose])
                return app.execute(query, given).fetchone()

        with pytest.raises(psycopg.errors.CheckViolation, match="time_to_object"):
            run(office.clerk, "cases.file", filed, person, date(2014, 1, 20), date(2014, 2, 1))
        made, by, upheld = run(office.clerk, "cases.file", filed, person, date(2014, 1, 10), date(2014, 2, 1))
        assert (by, upheld) == (office.clerk, None)  # not what the program says
        objects = "UPDATE cases_measure SET objected_on = '2014-01-12', objection = '有异议' WHERE id = %s RETURNING 1"
        answers = "UPDATE cases_measure SET upheld = true WHERE id = %s RETURNING answered_by"
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="答复"):
            run(office.approver, "cases.approve", answers, made)  # nothing was objected
        run(office.clerk, "cases.file", objects, made)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="答复"):
            run(office.clerk, "cases.file", answers, made)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(office.clerk, "cases.file", "UPDATE cases_measure SET starts_on = '2013-01-01' WHERE id = %s", made)
        assert run(office.approver, "cases.approve", answers, made) == (office.approver,)
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
            run(office.approver, "cases.approve", answers.replace("true", "false"), made)
        recovers = filed.replace("'pension', 1, 2", "'pension', 2, 4")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):  # a debt is set by who approves
            run(office.clerk, "cases.file", recovers, person, date(2014, 1, 10), date(2014, 2, 1))
        owed = run(office.approver, "cases.approve", recovers, person, date(2014, 1, 10), date(2014, 2, 1))[0]
        run(office.clerk, "cases.file", objects, owed)
        forgives = "UPDATE cases_measure SET ended_on = '2014-01-11' WHERE id = %s RETURNING 1"
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="须经审批"):
            run(office.clerk, "cases.file", forgives, owed)
