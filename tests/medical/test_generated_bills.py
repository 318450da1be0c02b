"""Generated visits: whatever is billed and taken back, parts add up and the year is the sum of its bills."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import hospital_city
import psycopg
import pytest
from django.db import connection as django
from hospital_city import TODAY, Town, owed, unequal

from shebao.database import connection
from shebao.files.nhsa import decode
from shebao.law import the_law
from shebao.medical import law
from shebao.medical.models.cover import ACCUMULATORS
from shebao.medical.models.settling import AMOUNTS
from shebao.medical.services import settling
from shebao.medical.services.batch import Service
from shebao.medical.services.state import State
from shebao.rules.decide import decide
from shebao.rules.kinds import day

ITEMS = (
    ("XA09", 51200),
    ("XA02", 3850),
    ("XA04", 37800),
    ("XA08", 4999),
    ("FW03", 25001),
    ("FW04", 85000),
    ("HC02", 1080001),
)


@pytest.fixture(scope="module")
def town(database: Any) -> Town:
    database.use(connection.BATCH)
    made = hospital_city.town(each=20)
    service = Service.of_programme(TODAY)
    for desk in made.desks:
        desk.service = service
    return made


def test_what_is_billed_adds_up_and_is_what_the_law_gives(town: Town) -> None:
    draw = random.Random(2013)
    everybody = town.actives + town.retired + town.residents
    standing: list[tuple[Any, str, int, str]] = []
    asked: list[tuple[settling.Bill, settling.Split]] = []
    split = settling.split

    def kept(given: Any, today: date) -> Any:
        # the accumulators go on, so that what was given is written down before
        rows = [bill.columns() for bill in given]
        found = split(given, today)
        asked.extend(zip(rows, found, strict=True))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settling, "split", kept)
        for turn in range(160):
            desk = draw.choice(town.desks)
            person = draw.choice(everybody)
            on = date(2013, 11, 1) + timedelta(days=turn // 10)
            items = [(code, draw.randint(1, 9), price) for code, price in draw.sample(ITEMS, draw.randint(1, 4))]
            if town.numbers[person] + 1940 > 1995:
                items = [item for item in items if item[0] not in ("XA02", "HC02")] or [("XA09", 1, 51200)]
            visit, bill, _ = desk.visited(town, person, on, items)
            info = desk.done("2207", bill)["setlinfo"]
            assert info["medfee_sumamt"] == info["fund_pay_sumamt"] + info["psn_part_amt"]
            assert info["psn_part_amt"] == info["acct_pay"] + info["psn_cash_pay"]
            standing.append((desk, visit, person, info["setl_id"]))
            if draw.random() < 0.2:
                desk, visit, person, number = standing.pop(draw.randrange(len(standing)))
                desk.done("2208", {"data": {"setl_id": number, "mdtrt_id": visit, "psn_no": str(person)}})
    assert unequal() == [] and owed("settlement") == owed("ledger")
    # CPython, one by one, gives what the service stored
    given = the_law().given(law.GIVEN)
    for columns, done in asked[::8]:
        facts = {name: value for name, value in columns.items() if value is not None}
        decision = decide(given, facts, on=day(TODAY.isoformat()), want=law.BILL)
        for name in ("pool", "large", "supplement", "catastrophic", "deductible", "own_ratio", "above_cap"):
            assert decision.value(f"bill_{name}") == done.amounts[name], (name, facts)


def test_the_database_refuses_what_does_not_add_up(town: Town, database: Any) -> None:
    """Behind the service's back: parts that do not add up, a bill twice, half a reversal, a reversal twice."""
    desk, person = town.desks[0], town.actives[0]
    _, bill, _ = desk.visited(town, person, date(2013, 11, 19), [("XA09", 9, 51200)])
    number = desk.done("2207", bill)["setlinfo"]["setl_id"]
    with psycopg.connect(database.dsn("postgres")) as plain:
        names = [
            row[0]
            for row in plain.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'medical_settlement' "
                "ORDER BY ordinal_position"
            )
        ]

    amounts = {*AMOUNTS, *ACCUMULATORS}

    def copied(**changes: str) -> str:
        columns = ", ".join(changes.get(name, name) for name in names)
        into = f"INSERT INTO medical_settlement ({', '.join(names)})"
        return f"{into} SELECT {columns} FROM medical_settlement WHERE id = {number}"

    mirrored = {name: f"-{name}" for name in amounts}
    wrong = {
        "medical_settlement_parts": copied(id="1", cash="cash + 1"),
        "medical_settlement_scope": copied(id="1", own_paid="own_paid + 1"),
        "medical_settlement_once": copied(id="1"),
        "medical_settlement_sign": copied(id="1", reverses_id="id"),
        "mirror": copied(**mirrored | {"id": "1", "reverses_id": "id", "cash": "-cash + 1", "large": "-large - 1"}),
        "visit": copied(id="1", batch="'7'", institution_id="institution_id + 1"),
        "does not mirror": copied(id="1", follows_id="id"),
    }
    for name, statement in wrong.items():
        with psycopg.connect(database.dsn("postgres")) as plain, pytest.raises(psycopg.IntegrityError) as refused:
            plain.execute(statement)
        assert name in str(refused.value), (name, str(refused.value))
    with psycopg.connect(database.dsn("postgres")) as plain:
        for statement in ("UPDATE medical_settlement SET cash = 0", "DELETE FROM medical_settlement"):
            with pytest.raises(psycopg.Error), plain.transaction():
                plain.execute(statement)


def test_a_batch_that_fails_is_split(town: Town) -> None:
    """One message that the database does not take leaves the others as they are."""
    desk = town.desks[0]
    service = desk.service
    assert service is not None
    messages = []
    for person in town.retired[:6]:
        _, bill, _ = desk.visited(town, person, date(2013, 11, 19), [("XA09", 9, 51200)])
        messages.append((person, desk.message("2207", bill)))
    broken = messages[3][0]
    with django.cursor() as cursor:
        cursor.execute("SELECT visit_id FROM medical_line WHERE person_id = %s ORDER BY id DESC LIMIT 1", [broken])
        (visit,) = cursor.fetchone()
    add = State.add_settlement

    def fails(state: State, settlement: Any) -> None:
        if settlement.visit_id == visit:
            settlement.cash += 1
        add(state, settlement)

    asked = [service.asked(decode(message.body, desk.definitions), service.now()) for _, message in messages]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(State, "add_settlement", fails)
        answers = [desk.hospital.read("2207", body) for body in service.run(asked)]
    assert [reply.infcode for reply in answers] == [0, 0, 0, -1, 0, 0]
    assert "系统处理出错" in answers[3].err_msg
    assert unequal() == [] and owed("settlement") == owed("ledger")
    again = desk.hospital.read("2207", desk.sent(messages[3][1]))
    assert again.infcode == 0
