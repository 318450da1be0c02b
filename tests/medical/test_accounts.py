"""From September 2022 on the account pays at the reader; and assistance comes after insurance, before the account."""

from __future__ import annotations

from datetime import date
from typing import Any

import hospital_city
import pyarrow as pa
import pytest
from django.db import connection as django
from hospital_city import PLACE, Town, award, owed, unequal

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.contributions.services import opening
from shebao.database import connection
from shebao.medical.services.batch import Service

TODAY, ON = date(2023, 3, 20), date(2023, 3, 6)
LINES = [("XA09", 5, 51200), ("FW07", 1, 42000), ("FW02", 1, 2000)]  # 3000 yuan, all in scope


@pytest.fixture(scope="module")
def town(database: Any) -> Town:
    database.use(connection.BATCH)
    made = hospital_city.town(each=4, today=TODAY)
    service = Service.of_programme(TODAY)
    for desk in made.desks:
        desk.service = service
    with acting(system_actor("load"), "contributions.load") as act:
        count = 2
        rows = pa.table(
            {
                "person_id": pa.array(made.actives[:count]),
                "insurance": pa.array([2] * count, pa.int16()),
                "as_of": pa.array([date(2023, 2, 28)] * count),
                "balance": pa.array([50_000] * count),
                "own": pa.array([0] * count),
                "place": [PLACE] * count,
            }
        )
        opening.open_accounts(act, rows, "旧系统", ON, "medical")
    return made


def balance(person: int) -> int:
    with django.cursor() as cursor:
        cursor.execute(
            "SELECT -b.posted FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id WHERE a.owner = %s",
            [f"person:{person}"],
        )
        return int(cursor.fetchone()[0])


def test_the_account_pays_what_it_has(town: Town) -> None:
    """1800 are the deductible, 70 % of the rest are paid: of 2160 the account pays its 500."""
    desk, person = town.desks[0], town.actives[0]
    visit, bill, _ = desk.visited(town, person, ON, LINES)
    info = desk.done("2207", bill)["setlinfo"]
    assert (info["fund_pay_sumamt"], info["acct_pay"], info["psn_cash_pay"]) == (84000, 50000, 166000)
    assert info["balc"] == 0 == balance(person)
    back = {"setl_id": info["setl_id"], "mdtrt_id": visit, "psn_no": str(person)}
    assert desk.done("2208", {"data": back})["setlinfo"]["balc"] == 50000 == balance(person)
    # the person may keep the account
    kept = desk.done("2207", {"data": bill["data"] | {"acct_used_flag": "0"}})["setlinfo"]
    assert (kept["acct_pay"], kept["psn_cash_pay"]) == (0, 216000) and balance(person) == 50000


def test_an_account_that_was_drawn_meanwhile(town: Town) -> None:
    """Two bills, the second finds what the first left."""
    desk, person = town.desks[0], town.actives[1]
    paid = []
    for batch in ("1", "2"):
        visit = desk.register(town, person, ON)
        lines = desk.done("2204", desk.lines(person, visit, ON, [("FW02", 15, 2000)], batch))["result"]
        paid.append(desk.done("2207", desk.bill(town, person, visit, lines, chrg_bchno=batch))["setlinfo"]["acct_pay"])
    assert paid == [30000, 20000] and balance(person) == 0


def test_assistance_after_insurance(town: Town, database: Any) -> None:
    """On the minimum living allowance: 80 % of the own share in scope, up to 8000 yuan a year outpatient."""
    desk, person = town.desks[0], town.actives[2]
    award(database, person, "minimum_living_allowance", "household", date(2022, 5, 1))
    _, bill, _ = desk.visited(town, person, ON, LINES)
    settled = desk.done("2207", bill)
    info = settled["setlinfo"]
    assert (info["hifob_pay"], info["maf_pay"], info["psn_cash_pay"]) == (84000, 172800, 43200)
    assert ("610100", 172800) in [(row["fund_pay_type"], row["fund_payamt"]) for row in settled["setldetail"]]
    with django.cursor() as cursor:
        cursor.execute("SELECT aid_outpatient FROM medical_cover WHERE person_id = %s AND year = 2023", [person])
        assert cursor.fetchone() == (172800,)


def test_accumulators_and_books(town: Town) -> None:
    assert unequal() == [] and owed("settlement") == owed("ledger") != []
