"""Outpatient visits through the messages: worked cases, and refusals that leave nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import hospital_city
import psycopg
import pytest
from hospital_city import TODAY, Desk, Town, carded, cover_of, owed, unequal

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.database import connection
from shebao.files.nhsa.hospital import Reply, example
from shebao.medical.models import Institution
from shebao.medical.services import institutions
from shebao.medical.services.batch import Service
from shebao.people.codes import CardState

ON = date(2013, 11, 5)
LINES = [("XA09", 5, 51200), ("FW07", 1, 42000), ("FW02", 1, 2000)]  # 3000 yuan, all in scope
TABLES = (
    "access_act",
    "ledger_posting",
    "ledger_transaction",
    "medical_cover",
    "medical_diagnosis",
    "medical_line",
    "medical_message",
    "medical_settlement",
    "medical_sign_in",
    "medical_statement",
    "medical_visit",
)


@pytest.fixture(scope="module")
def town(database: Any) -> Town:
    database.use(connection.BATCH)
    made = hospital_city.town(each=12)
    service = Service.of_programme(TODAY)
    for desk in made.desks:
        desk.service = service
    return made


@pytest.fixture(scope="module")
def stored(database: Any) -> Callable[[], str]:
    """A digest of all that is stored."""
    parts = " || ".join(
        f"(SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} t)" for table in TABLES
    )

    def digest() -> str:
        with psycopg.connect(database.dsn("postgres")) as plain:
            row = plain.execute(f"SELECT {parts}").fetchone()
            assert row is not None
            return str(row[0])

    return digest


# ---------------------------------------------------------------- worked cases
def test_a_person_of_two_numbers_shows_the_second(town: Town, database: Any) -> None:
    """The visit keeps the number that was shown, and its bill is settled by it; by the other it is not the visit's."""
    desk, person, other = town.desks[0], town.actives[10], "E12345678"
    with psycopg.connect(database.dsn("postgres"), autocommit=True) as plain:
        plain.execute(
            "INSERT INTO people_identifier (person_id, valid, recorded, kind, number, event_id) "
            "SELECT person_id, valid, recorded, 5, %s, event_id FROM people_identifier WHERE person_id = %s LIMIT 1",
            [other, person],
        )
    shown = {"certno": other, "psn_cert_type": "08"}
    visit = desk.register(town, person, ON, **shown)
    result = desk.done("2204", desk.lines(person, visit, ON, LINES))["result"]
    assert desk.ask("2207", desk.bill(town, person, visit, result)).infcode == -1
    info = desk.done("2207", desk.bill(town, person, visit, result, **shown))["setlinfo"]
    assert (info["certno"], info["psn_cert_type"], info["medfee_sumamt"]) == (other, "08", 300000)


def test_a_visit_of_an_active_employee(town: Town) -> None:
    """3000 yuan in scope at a hospital of level 3: 1800 are the deductible, of the rest 70 % are paid."""
    desk, person = town.desks[0], town.actives[0]
    visit, bill, lines = desk.visited(town, person, ON, LINES)
    assert [row["inscp_scp_amt"] for row in lines["result"]] == [256000, 42000, 2000]
    tried = desk.done("2206", desk.bill(town, person, visit, lines["result"], "2206"))["setlinfo"]
    settled = desk.done("2207", bill)
    info = settled["setlinfo"]
    assert (info["medfee_sumamt"], info["hifob_pay"], info["act_pay_dedc"]) == (300000, 84000, 180000)
    assert (info["fund_pay_sumamt"], info["psn_cash_pay"], info["acct_pay"]) == (84000, 216000, 0)
    assert [(row["fund_pay_type"], row["fund_payamt"]) for row in settled["setldetail"]] == [("330100", 84000)]
    same = set(info) - {"setl_id", "setl_time", "medins_setl_id"}
    assert {name: tried.get(name) for name in same & set(tried)} == {name: info[name] for name in same & set(tried)}
    assert cover_of(person)["year_outpatient_eligible"] == 300000


def test_a_second_visit_counts_on_the_first(town: Town) -> None:
    """The deductible is once a year: at a community institution 90 % of all of the second bill."""
    person = town.actives[1]
    for desk, paid in ((town.desks[0], 84000), (town.desks[1], 270000)):
        _, bill, _ = desk.visited(town, person, ON, LINES)
        assert desk.done("2207", bill)["setlinfo"]["fund_pay_sumamt"] == paid


def test_a_retired_person_has_two_funds(town: Town) -> None:
    """1300 are the deductible; 85 % of 1700 are 70 % of the large-expense fund and half of the rest."""
    desk, person = town.desks[0], town.retired[11]
    _, bill, _ = desk.visited(town, person, ON, LINES)
    info = desk.done("2207", bill)["setlinfo"]
    assert info["act_pay_dedc"] == 130000
    assert (info["hifob_pay"], info["oth_pay"], info["fund_pay_sumamt"]) == (119000, 25500, 144500)


def test_a_resident(town: Town) -> None:
    """650 are the deductible, half of the rest is paid by the pool."""
    desk, person = town.desks[0], town.residents[0]
    _, bill, _ = desk.visited(town, person, ON, LINES)
    settled = desk.done("2207", bill)
    info = settled["setlinfo"]
    assert (info["insutype"], info["act_pay_dedc"], info["hifp_pay"]) == ("390", 65000, 117500)
    assert settled["setldetail"][0]["fund_pay_type"] == "390100"


def test_parts_of_lines(town: Town) -> None:
    """乙 pays 8 % first, what is above the ceiling and what is 丙 is the patient's."""
    desk, person = town.desks[0], town.actives[2]
    visit = desk.register(town, person, ON)
    given = desk.lines(person, visit, ON, [("FW03", 1, 30000), ("XA08", 2, 5000)])
    scan, drink = desk.done("2204", given)["result"]
    assert (scan["overlmt_amt"], scan["preselfpay_amt"], scan["inscp_scp_amt"]) == (6000, 1920, 22080)
    assert scan["memo"].startswith("[P01]") and scan["selfpay_prop"] == 800 and scan["chrgitm_lv"] == "02"
    assert (drink["fulamt_ownpay_amt"], drink["inscp_scp_amt"]) == (10000, 0)


def test_a_reversal_restores_everything(town: Town) -> None:
    desk, person = town.desks[0], town.actives[3]
    before = cover_of(person)
    visit, bill, _ = desk.visited(town, person, ON, LINES)
    first = desk.done("2207", bill)["setlinfo"]
    back = desk.done("2208", {"data": {"setl_id": first["setl_id"], "mdtrt_id": visit, "psn_no": str(person)}})
    assert back["setlinfo"]["fund_pay_sumamt"] == -84000
    assert cover_of(person) == before
    assert owed("settlement") == owed("ledger")
    again = desk.done("2207", bill)["setlinfo"]
    assert again["setl_id"] != first["setl_id"] and again["fund_pay_sumamt"] == 84000
    desk.done("2208", {"data": {"setl_id": again["setl_id"], "mdtrt_id": visit, "psn_no": str(person)}})
    desk.done("2205", {"data": {"mdtrt_id": visit, "chrg_bchno": "0000", "psn_no": str(person)}})
    desk.done("2202", {"data": {"mdtrt_id": visit, "ipt_otp_no": "1", "psn_no": str(person)}})


def test_sign_in_person_and_diagnoses(town: Town) -> None:
    desk, person = town.desks[0], town.actives[4]
    sign_no = desk.done("9001", example(desk.definitions, "9001", datetime.now()))["signinoutb"]["sign_no"]
    given = {
        "data": {
            "mdtrt_cert_type": "02",
            "mdtrt_cert_no": town.paper(person),
            "psn_cert_type": "01",
            "certno": town.paper(person),
            "psn_name": town.name(person),
        }
    }
    found = desk.done("1101", given, sign_no=sign_no)
    assert found["baseinfo"]["psn_no"] == str(person)
    assert [(row["insutype"], row["psn_insu_stas"]) for row in found["insuinfo"]] == [("310", "1")]
    visit = desk.register(town, person, ON, sign_no=None)
    told = example(desk.definitions, "2203", datetime(2013, 11, 5), mdtrt_id=visit, psn_no=str(person), med_type="14")
    desk.done("2203", told, sign_no=sign_no)
    desk.done("9002", {"signOut": {"sign_no": sign_no, "opter_no": "0001"}})
    assert desk.ask("2203", told, sign_no=sign_no).err_msg == "字段[sign_no]签到编号无效，请重新签到"


def test_a_message_sent_again_is_answered_in_the_same_words(town: Town, stored: Callable[[], str]) -> None:
    desk, person = town.desks[0], town.actives[5]
    _, bill, _ = desk.visited(town, person, ON, LINES)
    message = desk.message("2207", bill)
    first = desk.sent(message)
    before = stored()
    assert desk.sent(message) == first
    other = desk.message("2207", bill | {"data": bill["data"] | {"invono": "7"}}, msgid=message.msgid)
    assert "已用于其他内容" in desk.hospital.read("2207", desk.sent(other)).err_msg
    assert "已结算" in desk.ask("2207", bill).err_msg
    assert stored() == before


def test_messages_of_one_batch_see_each_other(town: Town) -> None:
    """Two bills of one person in a batch come to what they come to one after the other, in whichever order."""
    desk, person = town.desks[0], town.actives[6]
    bills = []
    for k in range(2):
        visit = desk.register(town, person, ON)
        lines = desk.done("2204", desk.lines(person, visit, ON, LINES, batch=str(k)))["result"]
        bills.append(desk.bill(town, person, visit, lines, chrg_bchno=str(k)))
    service = desk.service
    assert service is not None
    messages = [desk.message("2207", bill) for bill in bills]
    from shebao.files.nhsa import decode

    asked = [service.asked(decode(m.body, desk.definitions), service.now()) for m in messages]
    answers = [desk.hospital.read("2207", body) for body in service.run(asked)]
    assert [reply.output["setlinfo"]["fund_pay_sumamt"] for reply in answers if reply.output] == [84000, 210000]
    assert cover_of(person)["year_outpatient_paid"] == 294000


# ---------------------------------------------------------------- refusals
def refused(town: Town, case: str) -> Reply:
    """A message that is refused, by what is wrong with it."""
    desk, person = town.desks[0], town.actives[7]

    def registering(**changes: Any) -> Reply:
        return desk.ask("2201", desk.registration(town, person, ON, **changes))

    match case:
        case "no such person":
            return registering(psn_no="999999999")
        case "another's paper":
            return registering(certno=town.paper(town.actives[8]))
        case "other scheme":
            return registering(insutype="390")
        case "not insured":
            return desk.ask("2201", desk.registration(town, person, date(2012, 12, 1)))
        case "another city's card":
            return desk.ask("2201", desk.registration(town, person, ON), insured_region="310000")
        case "future":
            return registering(begntime=datetime(2013, 11, 21, 8))
        case "before the agreement":
            return desk.ask("2201", desk.registration(town, person, date(2009, 12, 31)))
        case "lost card" | "replaced card" | "asked card" | "another's card":
            card = {"lost card": "L1", "replaced card": "R1", "asked card": "S1", "another's card": "A2"}[case]
            return registering(mdtrt_cert_type="03", mdtrt_cert_no=card, card_sn="1")
    visit, bill, _ = desk.visited(town, town.actives[8], ON, LINES)
    person = town.actives[8]
    data = bill["data"]
    match case:
        case "other sums":
            return desk.ask("2207", {"data": data | {"medfee_sumamt": 300100, "inscp_scp_amt": 300100}})
        case "no lines":
            return desk.ask("2207", {"data": data | {"chrg_bchno": "9"}})
        case "other person":
            return desk.ask("2207", {"data": data | {"psn_no": str(person + 1)}})
        case "other hospital":
            return town.desks[1].ask("2207", bill)
        case "no such settlement":
            return desk.ask("2208", {"data": {"setl_id": "1", "mdtrt_id": visit, "psn_no": str(person)}})
        case "unmatched":
            return desk.ask("2204", desk.lines(person, visit, ON, [("FW01", 1, 1400)], "2", medins_list_codg="K7"))
        case "unknown item":
            return desk.ask("2204", desk.lines(person, visit, ON, [("FW99", 1, 1400)], "2"))
        case "line twice":
            return desk.ask("2204", desk.lines(person, visit, ON, LINES))
        case "other sex":
            return desk.ask("2204", desk.lines(person, visit, ON, [(("XA06", "XA07")[person % 2], 1, 2200)], "2"))
        case "other age":
            return desk.ask("2204", desk.lines(person, visit, ON, [("XA05", 1, 1200)], "2"))
        case "lines there":
            return desk.ask("2202", {"data": {"mdtrt_id": visit, "ipt_otp_no": "1", "psn_no": str(person)}})
    raise AssertionError(case)


CASES = {
    "no such person": "没有此人员编号",
    "another's paper": "证件号码不是该人员的",
    "other scheme": "险种应为[310]",
    "not insured": "未参加医疗保险",
    "another city's card": "不属于本统筹区",
    "future": "begntime",
    "before the agreement": "不在定点协议有效期内",
    "lost card": "社会保障卡已挂失",
    "replaced card": "社会保障卡已补换",
    "asked card": "社会保障卡未启用",
    "another's card": "社会保障卡不是该人员的卡",
    "other sums": "与已上传明细的合计3000.00元不符",
    "no lines": "没有待结算的费用明细",
    "other person": "没有该人员的就诊登记",
    "other hospital": "没有该人员的就诊登记",
    "no such settlement": "没有此结算",
    "unmatched": "未与[FW01]对照",
    "unknown item": "不在医保目录内",
    "line twice": "费用明细流水号已上传",
    "other age": "与患者年龄",
    "lines there": "已有费用明细",
}


@pytest.fixture(scope="module")
def cards(town: Town) -> None:
    person = town.actives[7]
    carded(person, "L1", CardState.LOST)
    carded(person, "R1", CardState.REPLACED)
    carded(person, "S1", CardState.ISSUED)
    carded(town.actives[8], "A2", CardState.ACTIVE)


@pytest.mark.usefixtures("cards")
@pytest.mark.parametrize("case", CASES)
def test_what_is_refused_leaves_nothing(town: Town, stored: Callable[[], str], case: str) -> None:
    before = ""
    desk = town.desks[0]
    ask = Desk.ask

    def asked(self: Desk, infno: str, values: Any, **more: Any) -> Reply:
        nonlocal before
        before = stored()
        return ask(self, infno, values, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Desk, "ask", asked)
        reply = refused(town, case)
    assert reply.infcode == -1 and CASES[case] in reply.err_msg
    assert stored() == before, desk


def test_a_card_lost_between_registration_and_bill(town: Town) -> None:
    desk, person = town.desks[0], town.actives[9]
    carded(person, "B1", CardState.ACTIVE)
    shown = {"mdtrt_cert_type": "03", "mdtrt_cert_no": "B1", "card_sn": "1"}
    visit = desk.register(town, person, ON, **shown)
    lines = desk.done("2204", desk.lines(person, visit, ON, LINES))["result"]
    with acting(system_actor("setup"), "people.card") as act:
        from django.db import connection as django

        from shebao.people.services.cards import lose_card

        with django.cursor() as cursor:
            cursor.execute("SELECT card FROM people_card WHERE number = 'B1'")
            (number,) = cursor.fetchone()
        lose_card(act, person, number, TODAY, "测试")
    assert "社会保障卡已挂失" in desk.ask("2207", desk.bill(town, person, visit, lines, **shown)).err_msg


def test_a_suspended_institution(town: Town) -> None:
    desk, person = town.desks[1], town.actives[10]
    with acting(system_actor("setup"), "medical.register") as act:
        institution = Institution.objects.get(code=desk.hospital.code)
        institutions.change_state(act, institution.pk, Institution.State.SUSPENDED)
    assert "暂停结算" in desk.ask("2201", desk.registration(town, person, ON)).err_msg
    with acting(system_actor("setup"), "medical.register") as act:
        institutions.change_state(act, institution.pk, Institution.State.ACTIVE)
    desk.register(town, person, ON)


def test_a_lost_answer_is_undone(town: Town, stored: Callable[[], str]) -> None:
    """2601 of a settlement takes it back; of a message that never came, that message never counts."""
    desk, person = town.desks[0], town.actives[11]
    before = cover_of(person)
    _, bill, _ = desk.visited(town, person, ON, LINES)
    message = desk.message("2207", bill)
    desk.sent(message)
    desk.done("2601", {"data": {"psn_no": str(person), "omsgid": message.msgid, "oinfno": "2207"}})
    assert cover_of(person) == before
    assert (
        "已撤销"
        in desk.ask("2601", {"data": {"psn_no": str(person), "omsgid": message.msgid, "oinfno": "2207"}}).err_msg
    )
    late = desk.message("2207", bill)
    desk.done("2601", {"data": {"psn_no": str(person), "omsgid": late.msgid, "oinfno": "2207"}})
    there = stored()
    assert "已冲正" in desk.hospital.read("2207", desk.sent(late)).err_msg
    assert stored() == there
    assert desk.done("2207", bill)["setlinfo"]["fund_pay_sumamt"] == 84000


def test_accumulators_are_the_sums_of_what_stands(town: Town) -> None:
    assert unequal() == []
    assert owed("settlement") == owed("ledger") != []


def test_future_days_follow_the_fixed_day(town: Town) -> None:
    """A sample city's day is the message's today."""
    desk, person = town.desks[0], town.residents[1]
    assert desk.ask("2201", desk.registration(town, person, TODAY)).infcode == 0
    assert desk.ask("2201", desk.registration(town, person, TODAY + timedelta(days=1))).infcode == -1
