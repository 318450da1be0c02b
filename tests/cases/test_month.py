"""A city's first day and a month: awards by a pass, paid; planted faults, found with their causes, worked, paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import psycopg
import pytest
import xmlschema

from shebao.access.acting import acting
from shebao.access.models import Actor
from shebao.access.services import add_actor, grant, system_actor
from shebao.assessment import services
from shebao.assessment.models import Difference
from shebao.cases import claims, payments
from shebao.cases.models import Account, Award, Batch, Line, Payment, Verb
from shebao.database import connection
from shebao.files.bank.payments import NAMESPACE, Payer
from shebao.ledger import selectors as books
from shebao.ledger import services as ledger
from shebao.people import services as people
from shebao.people.refusals import Refused
from shebao.rules.kinds import day
from shebao.samplecity import loading
from shebao.samplecity import office as offices
from shebao.samplecity.city import City
from shebao.samplecity.office import Office

FIRST = date(2013, 12, 31)
PAYER = Payer("样本市社会保险基金管理中心", "0200000000000000", "102100000000")


@pytest.fixture(scope="module")
def office(database: Any) -> Office:
    database.use(connection.BATCH)
    loading.load(system_actor("load"), City(people=1_500, seed=3, day=day("2013-12-31")))
    offices.open_books([date(2013, 12, 1), date(2014, 1, 1), date(2014, 2, 1)])
    found = offices.staffed()
    offices.work(found, passed(found, FIRST), FIRST)
    pay(found, date(2013, 12, 1), date(2013, 12, 31))
    return found


def passed(office: Office, on: date) -> int:
    """A pass and its differences."""
    return offices.night(office, on)[0]


def found(run: int) -> set[tuple[int, str, date, int, str]]:
    with acting(system_actor("night"), services.PURPOSE):
        return {
            (d.person_id, d.benefit, d.month, d.kind, d.cause)
            for d in Difference.objects.filter(run_id=run).exclude(kind=Difference.Kind.EXPIRING)
        }


def pay(office: Office, month: date, on: date, returns: int = 0) -> int:
    """A batch through the bank, in parts of 400 persons."""
    return offices.pay(office, month, on, returns, size=400).batch


@pytest.fixture
def app(database: Any) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.dsn(connection.APP)) as plain:
        yield plain


def test_the_first_night_shows_no_difference(office: Office) -> None:
    run = passed(office, FIRST)
    assert found(run) == set()
    with acting(office.night, services.PURPOSE):
        assert Award.objects.count() > 100
        batch = Batch.objects.get(month=date(2013, 12, 1))
        assert batch.state == Batch.State.CLOSED and batch.payments > 100
        assert {p.code for p in Payment.objects.filter(batch=batch)} == {0}
        decided = sum(a.amount for a in Award.objects.all())
        assert decided == batch.total == sum(line.amount for line in Line.objects.all())


def test_planted_faults_are_found_with_their_causes(office: Office, tmp_path: Path) -> None:
    kind = Difference.Kind
    with acting(office.night, services.PURPOSE):
        alone = list(
            Award.objects.filter(owner="", benefit__in=("welfare_pension", "longevity_allowance")).order_by("person_id")
        )
        by_person: dict[int, list[Award]] = {}
        for award in Award.objects.order_by("benefit"):
            by_person.setdefault(award.person_id, []).append(award)
    single = [a for a in alone if len(by_person[a.person_id]) == 1]
    assert len(single) > 5, len(single)
    planted: set[tuple[int, str, date, int, str]] = set()
    month = date(2013, 12, 1)
    dead = single[0]
    with acting(system_actor("setup"), "people.record") as act:
        people.died(act, dead.person_id, date(2013, 10, 3), "民政通报")
    planted.add((dead.person_id, dead.benefit, month, kind.EXIT, "input:death_day"))
    kept, gone = single[1], next(a for a in single[2:] if a.benefit == single[1].benefit)
    with acting(system_actor("setup"), "people.merge") as act:
        people.merge(act, kept.person_id, gone.person_id, "同一人")
    planted.add((kept.person_id, kept.benefit, month, kind.DUPLICATE, "merged"))
    rest = [a for a in single if a.person_id not in {dead.person_id, kept.person_id, gone.person_id}]
    stop(office, rest[0])
    planted.add((rest[0].person_id, rest[0].benefit, month, kind.GAP, "applied"))
    change(office, rest[1], rest[1].amount + 5_000)
    planted.add((rest[1].person_id, rest[1].benefit, month, kind.ADJUSTMENT, "award"))
    run = passed(office, FIRST)
    assert found(run) == planted
    offices.work(office, run, FIRST)
    assert found(passed(office, FIRST)) == set()
    with acting(office.night, services.PURPOSE):
        assert not Award.objects.filter(person_id=dead.person_id, recorded__endswith=None).exists()
        assert not Award.objects.filter(person_id=gone.person_id, recorded__endswith=None).exists()
    january = pay(office, date(2014, 1, 1), date(2014, 1, 15), returns=len(offices.FAILURES))
    with acting(office.night, "ledger.read") as act:
        comparison = books.three_way(act, date(2014, 1, 15), payments.sides(act, january), payments.sides(act, january))
    assert comparison.differences == [] and comparison.cases < 0
    with acting(office.night, services.PURPOSE):
        assert not Line.objects.filter(payment__batch_id=january, person_id=dead.person_id).exists()
        # paid 5,000 too much in December: at most a fifth of January's amount is kept back
        lines = {
            ln.month: ln.amount for ln in Line.objects.filter(payment__batch_id=january, person_id=rest[1].person_id)
        }
        assert lines == {date(2014, 1, 1): rest[1].amount}
        back = set(Payment.objects.filter(batch_id=january, code__gt=0).values_list("person_id", flat=True))
        codes = Payment.objects.filter(batch_id=january, code__gt=0).values_list("code", flat=True)
        assert sorted(codes) == sorted(map(int, offices.FAILURES)) and len(back) == len(codes)
        assert not Account.objects.filter(person_id__in=back, closed_at=None).exists()
    offices.work(office, passed(office, FIRST), FIRST)  # new accounts, verified
    february = pay(office, date(2014, 2, 1), date(2014, 2, 15))
    with acting(office.night, services.PURPOSE):
        months = {ln.month for ln in Line.objects.filter(payment__batch_id=february, person_id__in=back)}
        assert months == {date(2014, 1, 1), date(2014, 2, 1)}


def stop(office: Office, award: Award) -> None:
    change(office, award, 0)


def change(office: Office, award: Award, amount: int) -> None:
    """A decision that the law does not give: a fault of the office."""
    offices.decide_by_hand(office, award.person_id, award.benefit, amount, date(2013, 12, 1), award.owner)


def test_nobody_approves_what_he_filed_or_decided(office: Office, app: psycopg.Connection[Any]) -> None:
    with acting(system_actor("setup"), "access.grant") as act:
        both = add_actor(act, Actor.Kind.STAFF, "身兼两职")
        for role in ("clerk", "reviewer", "approver", "cashier", "releaser"):
            grant(act, both, role, "11")
    with acting(office.night, services.PURPOSE):
        award = Award.objects.filter(recorded__endswith=None).exclude(claim__state=1).order_by("-person_id").first()
    assert award is not None

    def run(purpose: str, sql: str, *given: Any) -> Any:
        with app.transaction():
            app.execute("SELECT * FROM access_enter(%s, %s)", [both.pk, purpose])
            return app.execute(sql, given).fetchone()

    (claim,) = run(
        "cases.file",
        "INSERT INTO cases_claim (person_id, benefit, owner, kind, origin, state, due_on, basis_day, basis_known, law, "
        "cause, act_id) VALUES (%s, %s, '', 6, 1, 5, '2014-01-31', '2013-12-31', now(), '', '', 0) RETURNING id",
        award.person_id,
        award.benefit,
    )
    step = "INSERT INTO cases_step (claim_id, verb, note, actor_id) VALUES (%s, %s, '', %s) RETURNING actor_id, at"
    assert run("cases.file", step, claim, 1, office.night)[0] == both.pk  # not who the program says
    assert run("cases.read", "SELECT state FROM cases_claim WHERE id = %s", claim) == (1,)
    run("cases.decide", step, claim, 3, None)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="不得审批"):
        run("cases.approve", step, claim, 5, office.approver)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run("cases.approve", "UPDATE cases_claim SET state = 5 WHERE id = %s RETURNING 1", claim)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="未经审批"):
        run(
            "cases.approve",
            "INSERT INTO cases_award (person_id, benefit, owner, amount, valid, recorded, basis_day, basis_known, "
            "claim_id, act_id) VALUES (%s, 'shelter', '', 1, '[2014-03-01,)', '[2014-03-01,)', '2014-03-01', now(), "
            "%s, access_act()) RETURNING id",
            award.person_id,
            claim,
        )
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="不得改动"):
        run(
            "cases.approve",
            "INSERT INTO cases_amount (claim_id, valid, amount) VALUES (%s, '[2014-01-01,)', 1) RETURNING 1",
            claim,
        )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run("cases.file", step, claim, 5, None)  # an approval is made for approving
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="未经审批"), app.transaction():
        # an approver, for what the claim does not say
        app.execute("SELECT * FROM access_enter(%s, 'cases.approve')", [office.approver])
        app.execute(step, (claim, 5, None))
        app.execute(
            "INSERT INTO cases_award (person_id, benefit, owner, amount, valid, recorded, basis_day, basis_known, "
            "claim_id, act_id) VALUES (%s, %s, '', 99999, '[2010-01-01,2010-02-01)', '[2014-03-01,)', '2014-03-01', "
            "now(), %s, access_act())",
            [award.person_id, award.benefit, claim],
        )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):  # nor does a clerk end an award by himself
        run(
            "cases.file",
            "UPDATE cases_award SET recorded = tstzrange(lower(recorded), now()) WHERE id = %s RETURNING 1",
            award.pk,
        )
    with acting(office.approver, "cases.approve") as act:
        claims.take(act, [claim], Verb.REJECTED, "试验")
    batch = payments.prepare(both.pk, date(2014, 3, 1), date(2014, 3, 15))
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="放行"):
        run("cases.release", "UPDATE cases_batch SET state = 3 WHERE id = %s RETURNING 1", batch)
    with pytest.raises(Refused, match="未结"):
        payments.prepare(both.pk, date(2014, 4, 1), date(2014, 4, 15))


def test_the_bank_file(office: Office, tmp_path: Path) -> None:
    with acting(office.night, services.PURPOSE):
        batch = Batch.objects.exclude(state=Batch.State.CLOSED).first()
    number = batch.pk if batch else payments.prepare(office.cashier, date(2014, 3, 1), date(2014, 3, 15))
    with acting(system_actor("setup"), "ledger.open") as act:
        ledger.open_period(act, date(2014, 3, 1))
    with acting(office.releaser, "cases.release") as act:
        items = payments.preview(act, number)
        with pytest.raises(Refused):
            payments.write_files(act, number, tmp_path, PAYER)
        payments.release(act, number)
        xml, text = payments.write_files(act, number, tmp_path, PAYER)
        made = Batch.objects.get(pk=number)
    assert sum(item.amount for item in items) == made.total
    pain_001().validate(xml)
    root = ElementTree.parse(xml).getroot()
    told = root.find(f".//{{{NAMESPACE}}}GrpHdr/{{{NAMESPACE}}}CtrlSum")
    assert told is not None and told.text == f"{made.total // 100}.{made.total % 100:02}"
    head = text.read_text("gb18030").splitlines()[0].split("|")
    assert head[2:4] == [str(made.payments), told.text]
    with acting(office.releaser, "cases.release") as act:
        file, _ = offices.answer(act, number, date(2014, 3, 15), 0)
        with pytest.raises(Refused, match="笔数"):
            payments.take_return(act, number, b"\n".join(file.splitlines()[:-1]))
        payments.take_return(act, number, file)
    with acting(office.releaser, "cases.release") as act, pytest.raises(Refused):
        payments.take_return(act, number, file)


def pain_001() -> xmlschema.XMLSchema:
    """The message's schema as ISO 20022 publishes it, which the package sepaxml carries; it is not the writer's."""
    return xmlschema.XMLSchema(str(files("sepaxml") / "schemas" / "pain.001.001.09.xsd"))


def test_the_schema_refuses_what_is_no_payment_file(tmp_path: Path) -> None:
    """The check of the bank file can fail."""
    file = tmp_path / "wrong.xml"
    file.write_text(f'<Document xmlns="{NAMESPACE}"><CstmrCdtTrfInitn/></Document>')
    assert not pain_001().is_valid(file)


@pytest.mark.parametrize(
    ("name", "shown"), [("王秀兰", "王＊兰"), ("李四", "李＊"), ("欧阳修文", "欧＊＊文"), ("丁", "丁")]
)
def test_a_notice_masks_names(name: str, shown: str) -> None:
    assert claims.masked_name(name) == shown


def test_a_claim_at_the_counter(office: Office, database: Any) -> None:
    """As the application role: filed with its trace, evidence, decided, published, approved by another, appealed."""
    with acting(system_actor("setup"), "access.grant") as act:
        clerk = add_actor(act, Actor.Kind.STAFF, "窗口")
        grant(act, clerk, "clerk", "11")
    with acting(office.night, services.PURPOSE):
        award = Award.objects.filter(benefit="welfare_pension", recorded__endswith=None).order_by("person_id").last()
    assert award is not None
    stop(office, award)
    database.use(connection.APP)
    try:
        with acting(clerk.pk, "cases.file") as act:
            claim = claims.file(act, award.person_id, "welfare_pension", date(2013, 12, 1), FIRST)
            claims.add_evidence(act, claim.pk, "身份证", b"\x01" * 32, verified=True)
        assert claim.trace is not None and claim.trace["hash"]
        with acting(clerk.pk, "cases.file") as act, pytest.raises(Refused, match="在办"):
            claims.file(act, award.person_id, "welfare_pension", date(2013, 12, 1), FIRST)
        with acting(clerk.pk, "cases.file") as act, pytest.raises(Refused, match=r"不享受|未能核定"):
            claims.file(act, award.person_id, "orphan_allowance", date(2013, 12, 1), FIRST)
        with acting(office.reviewer, "cases.decide") as act:
            claims.take(act, [claim.pk], Verb.DECIDED)
            claims.take(act, [claim.pk], Verb.PUBLISHED)
            assert {q.benefit for q in claims.queues(act, FIRST)} >= {"welfare_pension"}
            (line,) = claims.notice(act, "welfare_pension")
            assert line.claim == claim.pk and line.amount == award.amount and "＊" in line.name
            assert claims.notice(act, "welfare_pension", "99") == []
        with acting(office.approver, "cases.approve") as act:
            assert claims.approve(act, [claim.pk]) == 1
        with acting(office.reviewer, "cases.decide") as act, pytest.raises(Refused, match="不能办理此步"):
            claims.take(act, [claim.pk], Verb.DECIDED)
        with acting(clerk.pk, "cases.file") as act:
            claims.take(act, [claim.pk], Verb.APPEALED, "金额有异议")
        with acting(office.approver, "cases.approve") as act, pytest.raises(Refused, match="不得审批"):
            claims.take(act, [claim.pk], Verb.UPHELD)  # who approved does not hear the appeal
    finally:
        database.use(connection.BATCH)
