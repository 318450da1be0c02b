"""The gateway over HTTP: who is let in, what is no message, and many at once."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import hospital_city
import msgspec
import pytest
from gateway_process import Gateway, running
from hospital_city import TODAY, Town, cover_of, owed, unequal
from test_outpatient import stored as stored_fixture

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.database import connection
from shebao.files.nhsa import LIMIT, UPLOAD, sign, write_statement
from shebao.files.nhsa.hospital import Message
from shebao.medical.models import Institution
from shebao.medical.services import institutions

ON = date(2013, 11, 5)
LINES = [("XA09", 5, 51200), ("FW07", 1, 42000), ("FW02", 1, 2000)]
stored = stored_fixture


@pytest.fixture(scope="module")
def town(database: Any) -> Iterator[Town]:
    database.use(connection.BATCH)
    made = hospital_city.town(each=8)
    with running(database.dsn(connection.BATCH), TODAY, workers=2) as gateway:
        for desk in made.desks:
            desk.send = gateway.send
        made.gateway = gateway
        yield made


@pytest.fixture
def gateway(town: Town) -> Gateway:
    found: Gateway = town.gateway
    return found


def test_a_visit_over_http(town: Town) -> None:
    desk, person = town.desks[0], town.actives[0]
    _, bill, _ = desk.visited(town, person, ON, LINES)
    assert desk.done("2207", bill)["setlinfo"]["fund_pay_sumamt"] == 84000


def test_the_gateway_lets_nobody_else_in(town: Town, gateway: Gateway, stored: Callable[[], str]) -> None:
    desk = town.desks[0]
    message = desk.message("2201", desk.registration(town, town.actives[1], ON))
    before = stored()
    old = datetime.now() - timedelta(minutes=31)
    wrong = dict(message.headers) | {"_api_signature": sign(message.headers, "another")}
    strange = dict(message.headers) | {"_api_access_key": "nobody"}
    missing = {name: text for name, text in message.headers.items() if name != "_api_version"}
    for headers, said in (
        (wrong, "签名不一致!"),
        (strange, "非法用户!"),
        (missing, "缺少服务网关的请求头!"),
        (desk.hospital.headers("2201", old), "签名时间戳超时!"),
    ):
        status, body = gateway.post(message.body, headers)
        assert (status, msgspec.json.decode(body)) == (401, {"code": 401, "message": said})
    other = town.desks[1].message("2201", desk.registration(town, town.actives[1], ON))
    reply = desk.hospital.read("2201", gateway.post(other.body, message.headers)[1])
    assert "不是该访问密钥的机构" in reply.err_msg
    assert stored() == before


def test_what_is_no_message_is_refused(town: Town, gateway: Gateway, stored: Callable[[], str]) -> None:
    desk = town.desks[0]
    message = desk.message("2201", desk.registration(town, town.actives[1], ON))
    before = stored()
    deep = message.body.replace(b'"input":', b'"x":' + b"[" * 5000 + b"]" * 5000 + b',"input":')
    bodies = {
        "truncated": message.body[: len(message.body) // 2],
        "empty": b"",
        "no text": b"\xff\xfe" + message.body,
        "huge": message.body[:-1] + b'"' + b"x" * LIMIT,
        "deep": deep,
        "list": b"[]",
        "unknown": message.body.replace(b'"infno":"2201"', b'"infno":"9999"'),
        "missing": message.body.replace(b'"certno"', b'"certna"'),
        "overlong": message.body.replace(b'"ipt_otp_no":"1"', b'"ipt_otp_no":"' + b"1" * 31 + b'"'),
        "code": message.body.replace(b'"mdtrt_cert_type":"02"', b'"mdtrt_cert_type":"77"'),
        "future": message.body.replace(b"2013-11-05 09", b"2013-11-25 09"),
    }
    for name, body in bodies.items():
        assert body != message.body, name
        status, answer = gateway.post(body, message.headers)
        assert status == 200, name
        reply = desk.hospital.read("2201", answer)
        assert reply.infcode == -1 and reply.err_msg, name
    assert stored() == before
    assert gateway.post(b"", {})[0] == 401


def test_a_new_key_takes_the_place_of_the_old(town: Town, gateway: Gateway) -> None:
    desk = town.desks[1]
    old = desk.hospital.access_key, desk.hospital.secret
    with acting(system_actor("setup"), "medical.register") as act:
        institution = Institution.objects.get(code=desk.hospital.code)
        desk.hospital.access_key, desk.hospital.secret = institutions.issue_key(act, institution.pk)
    desk.register(town, town.actives[1], ON)
    desk.hospital.access_key, keep = old[0], desk.hospital.access_key
    message = desk.message("2201", desk.registration(town, town.actives[1], ON))
    desk.hospital.access_key = keep
    import time

    from shebao.medical.gateway import KEYS_KEPT

    time.sleep(KEYS_KEPT + 0.2)
    assert gateway.post(message.body, message.headers)[0] == 401


def test_two_hospitals_settle_one_person_at_once(town: Town) -> None:
    """Whatever comes first: what the year comes to is the same, and each bill counts on the ones before."""
    person = town.actives[2]
    bills = []
    for k in range(24):
        desk = town.desks[k % 2]
        _, bill, _ = desk.visited(town, person, ON, LINES)
        bills.append((desk, desk.message("2207", bill)))
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda each: each[0].hospital.read("2207", each[0].sent(each[1])), bills))
    assert {reply.infcode for reply in answers} == {0}
    counted = cover_of(person)
    assert counted["year_outpatient_eligible"] == 24 * 300000
    paid = sum(reply.output["setlinfo"]["fund_pay_sumamt"] for reply in answers if reply.output)
    assert counted["year_outpatient_paid"] == paid == 2_000_000  # the year's cap
    assert unequal() == [] and owed("settlement") == owed("ledger")


def test_one_message_from_many_lines_counts_once(town: Town) -> None:
    person, desk = town.actives[3], town.desks[0]
    _, bill, _ = desk.visited(town, person, ON, LINES)
    message = desk.message("2207", bill)
    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(desk.sent, [message] * 48))
    assert len(answers) == 1
    assert cover_of(person)["year_outpatient_eligible"] == 300000


def test_bills_of_one_batch_from_many_lines(town: Town) -> None:
    """The same charge batch asked for by different messages at once: one settles, the others are refused."""
    person, desk = town.actives[4], town.desks[0]
    _, bill, _ = desk.visited(town, person, ON, LINES)
    messages: list[Message] = [desk.message("2207", bill) for _ in range(16)]
    with ThreadPoolExecutor(16) as pool:
        replies = [desk.hospital.read("2207", body) for body in pool.map(desk.sent, messages)]
    assert sorted(reply.infcode for reply in replies) == [-1] * 15 + [0]
    assert {reply.err_msg for reply in replies} == {"", "字段[chrg_bchno]该收费批次已结算"}


def test_files_go_up_and_down(town: Town, gateway: Gateway) -> None:
    desk = town.desks[0]
    out = io.BytesIO()
    write_statement(out, desk.definitions, [("1", "2", "3", 100, 0, 0, "0")], UPLOAD)
    message = desk.message("9101", {"fsUploadIn": {"filename": "b.txt", "fixmedins_code": desk.hospital.code}})
    sent = desk.hospital.read("9101", gateway.multipart(message, out.getvalue())).output
    assert sent is not None
    given = {
        "setl_optins": "110000",
        "file_qury_no": sent[""]["file_qury_no"],
        "stmt_begndate": date(2013, 11, 1),
        "stmt_enddate": TODAY,
        "medfee_sumamt": 100,
        "fund_pay_sumamt": 0,
        "cash_payamt": 0,
        "fixmedins_setl_cnt": 1,
        "clr_type": "11",
        "fixmedins_refd_setl_flag": "0",
    }
    told = desk.done("3202", {"data": given})["fileinfo"]
    wanted = {"file_qury_no": told["file_qury_no"], "filename": told["filename"], "fixmedins_code": desk.hospital.code}
    content = desk.sent(desk.message("9102", {"fsDownloadIn": wanted}))
    assert content.splitlines()[0].startswith(b"3\t2\t1\t")
    assert (
        town.desks[1]
        .hospital.read(
            "9102",
            town.desks[1].sent(
                town.desks[1].message(
                    "9102", {"fsDownloadIn": wanted | {"fixmedins_code": town.desks[1].hospital.code}}
                )
            ),
        )
        .infcode
        == -1
    )
