"""Stays through the messages: admission, lines, interim and final bills, discharge, and taking back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import hospital_city
import pytest
from hospital_city import TODAY, Desk, Town, cover_of, owed, unequal

from shebao.database import connection
from shebao.files.nhsa.hospital import example
from shebao.medical.services.batch import Service

ADMITTED = date(2013, 11, 1)


@pytest.fixture(scope="module")
def town(database: Any) -> Town:
    database.use(connection.BATCH)
    made = hospital_city.town(each=8)
    service = Service.of_programme(TODAY)
    for desk in made.desks:
        desk.service = service
    return made


def admitted(desk: Desk, town: Town, person: int, on: date = ADMITTED) -> str:
    given = {
        "psn_no": str(person),
        "insutype": "390" if person in town.residents else "310",
        "mdtrt_cert_no": town.paper(person),
        "certno": town.paper(person),
        "med_type": "2101",
    }
    when = datetime(on.year, on.month, on.day, 10)
    return str(desk.done("2401", example(desk.definitions, "2401", when, **given))["result"]["mdtrt_id"])


def charged(desk: Desk, person: int, visit: str, on: date, items: Any, first: int = 1) -> Any:
    rows = []
    for k, (code, pieces, price) in enumerate(items, first):
        (row,) = example(
            desk.definitions,
            "2301",
            datetime(on.year, on.month, on.day, 11),
            feedetl_sn=f"{k}",
            mdtrt_id=visit,
            psn_no=str(person),
            med_list_codg=code,
            medins_list_codg=code,
            cnt=pieces * 10_000,
            pric=price * 10_000,
            det_item_fee_sumamt=pieces * price,
        )["feedetail"]
        rows.append(row)
    return desk.done("2301", {"feedetail": rows})["result"]


def discharged(desk: Desk, person: int, visit: str, on: date) -> None:
    when = datetime(on.year, on.month, on.day, 15)
    given = example(desk.definitions, "2402", when, mdtrt_id=visit, psn_no=str(person), insutype="310")
    desk.done("2402", given)


def test_a_stay_of_an_active_employee(town: Town) -> None:
    """21300 yuan in scope at level 3: 1300 are the deductible, 85 % of 20000 are paid by the pool."""
    desk, person = town.desks[0], town.actives[0]
    visit = admitted(desk, town, person)
    lines = charged(desk, person, visit, date(2013, 11, 2), [("XA09", 40, 51200), ("FW08", 1, 82000)])
    bill = desk.bill(town, person, visit, lines, "2303", mid_setl_flag="0")
    assert "尚未办理出院" in desk.ask("2303", bill).err_msg
    discharged(desk, person, visit, date(2013, 11, 10))
    tried = desk.done("2303", bill)["setlinfo"]
    final = desk.bill(town, person, visit, lines, "2304", mid_setl_flag="0")
    info = desk.done("2304", final)["setlinfo"]
    assert (info["act_pay_dedc"], info["hifp_pay"], info["psn_cash_pay"]) == (130000, 1_700_000, 430_000)
    assert tried["hifp_pay"] == info["hifp_pay"] and info["clr_type"] == "21"
    assert cover_of(person)["year_periods"] == 1
    (row,) = example(
        desk.definitions, "2301", datetime(2013, 11, 2, 11), mdtrt_id=visit, psn_no=str(person), feedetl_sn="9"
    )["feedetail"]
    assert "已出院结算" in desk.ask("2301", {"feedetail": [row]}).err_msg


def test_interim_bills_share_a_period(town: Town) -> None:
    """The deductible is once in a period; what came in parts comes to what it would have come to at once."""
    desk, person = town.desks[0], town.actives[1]
    visit = admitted(desk, town, person)
    funds = []
    for k, day in enumerate((date(2013, 11, 5), date(2013, 11, 9))):
        lines = charged(desk, person, visit, day, [("XA09", 20, 51200), ("FW08", 1, 41000)], first=10 * k + 1)
        given = {"mid_setl_flag": "1", "dscgTime": day}
        bill = desk.bill(town, person, visit, lines, "2304", **given)
        funds.append(desk.done("2304", bill)["setlinfo"])
    assert [info["act_pay_dedc"] for info in funds] == [130000, 0]
    assert sum(info["hifp_pay"] for info in funds) == 1_700_000
    assert cover_of(person)["year_periods"] == 1


def test_a_stay_is_taken_back_from_its_end(town: Town) -> None:
    desk, person = town.desks[0], town.retired[0]
    before = cover_of(person)
    visit = admitted(desk, town, person)
    settled = []
    for k, day in enumerate((date(2013, 11, 5), date(2013, 11, 9))):
        lines = charged(desk, person, visit, day, [("XA09", 20, 51200)], first=10 * k + 1)
        bill = desk.bill(town, person, visit, lines, "2304", mid_setl_flag="1", dscgTime=day)
        settled.append(desk.done("2304", bill)["setlinfo"]["setl_id"])
    charged(desk, person, visit, date(2013, 11, 10), [("FW02", 1, 2000)], first=30)

    def back(number: str) -> Any:
        return desk.ask("2305", {"data": {"setl_id": number, "mdtrt_id": visit, "psn_no": str(person)}})

    assert "请先撤销" in back(settled[0]).err_msg
    assert back(settled[1]).infcode == back(settled[0]).infcode == 0
    assert cover_of(person) == before
    every = {"data": [{"feedetl_sn": "0000", "mdtrt_id": visit, "psn_no": str(person)}]}
    desk.done("2302", every)
    assert "没有可撤销" in desk.ask("2302", every).err_msg
    desk.done("2404", {"data": {"mdtrt_id": visit, "psn_no": str(person)}})
    assert "已撤销" in desk.ask("2404", {"data": {"mdtrt_id": visit, "psn_no": str(person)}}).err_msg


def test_discharge_is_undone(town: Town) -> None:
    desk, person = town.desks[0], town.retired[1]
    visit = admitted(desk, town, person)
    discharged(desk, person, visit, date(2013, 11, 10))
    assert desk.ask("2404", {"data": {"mdtrt_id": visit, "psn_no": str(person)}}).infcode == -1
    desk.done("2405", {"data": {"mdtrt_id": visit, "psn_no": str(person)}})
    told = {
        "mdtrt_id": visit,
        "psn_no": str(person),
        "begntime": datetime(2013, 11, 1, 10),
        "med_type": "2102",
        "mdtrt_cert_type": "02",
    }
    desk.done("2403", example(desk.definitions, "2403", datetime(2013, 11, 2), **told))
    desk.done("2404", {"data": {"mdtrt_id": visit, "psn_no": str(person)}})


def test_a_resident_elder(town: Town) -> None:
    """70 % above 1300 from 2012 on."""
    desk, person = town.desks[0], town.residents[0]
    visit = admitted(desk, town, person)
    lines = charged(desk, person, visit, date(2013, 11, 2), [("XA09", 20, 51200), ("FW08", 1, 106000)])
    bill = desk.bill(town, person, visit, lines, "2304", mid_setl_flag="1", dscgTime=date(2013, 11, 9))
    info = desk.done("2304", bill)["setlinfo"]
    assert (info["act_pay_dedc"], info["hifp_pay"]) == (130000, 700_000)


def test_what_is_not_settled_as_a_stay(town: Town) -> None:
    desk, person = town.desks[0], town.retired[3]
    given = {
        "psn_no": str(person),
        "insutype": "310",
        "mdtrt_cert_no": town.paper(person),
        "certno": town.paper(person),
    }
    when = datetime(2013, 11, 1, 10)
    birth = example(desk.definitions, "2401", when, **given, med_type="52")
    assert "生育保险" in desk.ask("2401", birth).err_msg
    outpatient = example(desk.definitions, "2401", when, **given, med_type="11")
    assert "不是住院医疗类别" in desk.ask("2401", outpatient).err_msg
    visit = admitted(desk, town, person)
    lines = charged(desk, person, visit, date(2013, 11, 2), [("FW05", 5, 5000)])
    for day, said in ((date(2013, 11, 25), "不能晚于当前日期"), (date(2013, 10, 31), "不能早于入院日期")):
        bill = desk.bill(town, person, visit, lines, "2304", mid_setl_flag="1", dscgTime=day)
        assert said in desk.ask("2304", bill).err_msg


def test_a_lost_admission_is_undone(town: Town) -> None:
    desk, person = town.desks[0], town.retired[2]
    given = {
        "psn_no": str(person),
        "insutype": "310",
        "mdtrt_cert_no": town.paper(person),
        "certno": town.paper(person),
        "med_type": "2101",
    }
    message = desk.message("2401", example(desk.definitions, "2401", datetime(2013, 11, 1, 10), **given))
    visit = desk.hospital.read("2401", desk.sent(message)).output
    assert visit is not None
    desk.done("2601", {"data": {"psn_no": str(person), "omsgid": message.msgid, "oinfno": "2401"}})
    undone = {"data": {"mdtrt_id": visit["result"]["mdtrt_id"], "psn_no": str(person)}}
    assert "已撤销" in desk.ask("2404", undone).err_msg


def test_special_diseases_share_a_period(town: Town) -> None:
    """Two bills of dialysis: one deductible, then the ratios of inpatient care."""
    desk, person = town.desks[0], town.actives[2]
    paid = []
    for k, on in enumerate((date(2013, 11, 4), date(2013, 11, 11))):
        visit = desk.register(town, person, on)
        told = {"mdtrt_id": visit, "psn_no": str(person), "med_type": "14", "dise_codg": "M07"}
        desk.done("2203", example(desk.definitions, "2203", datetime(2013, 11, 4), **told))
        lines = desk.done("2204", desk.lines(person, visit, on, [("FW07", 10, 42000)], batch=str(k)))["result"]
        bill = desk.bill(town, person, visit, lines, chrg_bchno=str(k), med_type="14")
        paid.append(desk.done("2207", bill)["setlinfo"])
    assert [info["act_pay_dedc"] for info in paid] == [130000, 0]
    assert [info["hifp_pay"] for info in paid] == [246_500, 357_000]
    assert cover_of(person)["year_periods"] == 1


def test_accumulators_and_books(town: Town) -> None:
    assert unequal() == []
    assert owed("settlement") == owed("ledger") != []
