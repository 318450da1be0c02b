"""Typed values as they travel and back; the side of the hospital."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shebao.files.nhsa import Definitions, Field, Refused, answer, decode, refusal, verify
from shebao.files.nhsa.checking import checker
from shebao.files.nhsa.fields import CODE, DATE, DATETIME, NODE, NUMBER
from shebao.files.nhsa.hospital import Hospital, example
from shebao.files.nhsa.messages import decode_object
from shebao.files.nhsa.rendering import writer

CORE = Definitions.core()
WHEN = datetime(2026, 3, 5, 9, 30)
FAR = date(9999, 12, 31)
HOSPITAL = Hospital("H11010100001", "某医院", "110101", "key", "secret")
# What is answered, in the place of what is asked: so that there are examples of answers.
ANSWERS = Definitions(
    {infno: replace(found, inputs=found.outputs) for infno, found in CORE.transactions.items()},
    CORE.lists,
    CORE.envelope,
)
ZEROS = (
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "cvlserv_pay",
    "hifes_pay",
    "hifmi_pay",
    "hifob_pay",
    "maf_pay",
    "oth_pay",
    "hosp_part_amt",
    "acct_mulaid_pay",
    "hifdm_pay",
)
BILL = {
    **dict.fromkeys(ZEROS, 0),
    "mdtrt_id": "M1",
    "setl_id": "S1",
    "psn_no": "P1",
    "psn_name": "张三",
    "psn_cert_type": "01",
    "certno": "X",
    "psn_type": "11",
    "cvlserv_flag": "0",
    "setl_time": WHEN,
    "med_type": "11",
    "medfee_sumamt": 30007,
    "inscp_scp_amt": 30007,
    "hifp_pay": 5,
    "pool_prop_selfpay": 7000,
    "fund_pay_sumamt": 5,
    "psn_part_amt": 30002,
    "acct_pay": 0,
    "psn_cash_pay": 30002,
    "balc": -1,
    "medins_setl_id": "1",
    "clr_type": "11",
    "brdy": date(1950, 1, 2),
    "age": 761,
}


def test_an_output() -> None:
    found = CORE.render("2207", {"setlinfo": BILL, "setldetail": []}, strict=True)
    bill = found["setlinfo"]
    assert [bill[key] for key in ("medfee_sumamt", "hifp_pay", "balc", "acct_pay")] == [
        "300.07",
        "0.05",
        "-0.01",
        "0.00",
    ]
    assert (bill["pool_prop_selfpay"], bill["age"]) == ("0.7000", "76.1")
    assert (bill["setl_time"], bill["brdy"]) == ("2026-03-05 09:30:00", "1950-01-02")
    # what is empty: "0" for a number, "" for anything else
    assert (bill["act_pay_dedc"], bill["naty"], bill["exp_content"]) == ("0", "", "")
    assert list(bill) == [field.code for field in CORE["2207"].outputs["setlinfo"].fields]
    assert found["setldetail"] == []


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"psn_no": None}, ValueError, "psn_no is required"),
        ({"psn_no": ""}, ValueError, "psn_no is required"),
        ({"psn_no": "1" * 31}, ValueError, "more than 30"),
        ({"psn_no": 1}, TypeError, "no text"),
        ({"med_type": "zz"}, ValueError, "code list med_type"),
        ({"medfee_sumamt": 1.5}, TypeError, "no int"),
        ({"medfee_sumamt": True}, TypeError, "no int"),
        ({"medfee_sumamt": 10**16}, ValueError, "digits"),
        ({"brdy": WHEN}, TypeError, "no date"),
        ({"setl_time": FAR}, TypeError, "no local time"),
        ({"psn_number": "1"}, ValueError, "no field psn_number"),
    ],
)
def test_outputs_that_are_unsound(changes: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        CORE.render("2207", {"setlinfo": {**BILL, **changes}}, strict=True)


def test_a_node_that_is_unknown_or_missing() -> None:
    with pytest.raises(ValueError, match="no node bill"):
        CORE.render("2207", {"setlinfo": BILL, "bill": {}}, strict=True)
    with pytest.raises(ValueError, match="setlinfo is required"):
        CORE.render("2207", {}, strict=True)


def test_an_answer_goes_out_though_a_text_does_not_fit() -> None:
    odd = {**BILL, "psn_no": None, "certno": "1" * 60, "med_type": "zz", "unknown": 1}
    bill = CORE.render("2207", {"setlinfo": odd, "unknown": {}})["setlinfo"]
    assert (bill["psn_no"], bill["certno"], bill["med_type"], "unknown" in bill) == ("", "1" * 50, "zz", False)


def test_nodes_without_a_name() -> None:
    values = {"file_qury_no": "1", "filename": "a.txt", "dld_end_time": date(2026, 4, 1), "data_cnt": 3}
    found = CORE.render("1301", {"": values}, strict=True)
    assert found == {"file_qury_no": "1", "filename": "a.txt", "dld_end_time": "2026-04-01", "data_cnt": "3"}
    assert CORE.checked("1301", "outputs", found, FAR) == {"": values}


TEXTS = st.characters(exclude_characters="\0", exclude_categories=["Cs"])


def values_of(field: Field) -> st.SearchStrategy[Any]:
    """Any value that a field may have."""
    if field.type == NODE:
        one = objects_of(field)
    elif field.type == NUMBER:
        most = 10**field.length - 1
        one = st.integers(-most, most)
    elif field.type == DATE:
        one = st.dates()
    elif field.type == DATETIME:
        one = st.datetimes().map(lambda moment: moment.replace(microsecond=0))
    elif field.type == CODE and field.codes:
        one = st.sampled_from(sorted(CORE.codes(field.codes)))
    else:
        one = st.text(TEXTS, min_size=1, max_size=min(field.length, 5)).filter(lambda text: not text.isspace())
    one = st.lists(one, min_size=1, max_size=2) if field.rows else one
    return one if field.required else st.none() | one


def objects_of(node: Field) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({field.code: values_of(field) for field in node.fields})


def without_empty(found: Any) -> Any:
    if isinstance(found, dict):
        kept = {key: without_empty(value) for key, value in found.items()}
        return {key: value for key, value in kept.items() if value not in (None, [], {})}
    return [without_empty(value) for value in found] if isinstance(found, list) else found


NODES = [
    (infno, side, name)
    for infno, transaction in sorted(CORE.transactions.items())
    for side in ("inputs", "outputs")
    for name in transaction.side(side)
]


@pytest.mark.parametrize(("infno", "side", "name"), NODES)
def test_what_is_written_is_read_again(infno: str, side: str, name: str) -> None:
    node = CORE[infno].side(side)[name]
    write = writer(node, CORE.codes, strict=True, whole=False)
    read = checker(node, CORE.codes, ruled=False)

    @settings(max_examples=15)
    @given(st.lists(objects_of(node), min_size=1, max_size=2) if node.rows else objects_of(node))
    def there_and_back(values: Any) -> None:
        travelled = decode_object(json.dumps({"x": write(values)}).encode())["x"]
        assert without_empty(read(travelled, FAR)) == without_empty(values)

    there_and_back()


@pytest.mark.parametrize("infno", sorted(CORE.transactions))
def test_a_hospital_asks_and_reads_the_answer(infno: str) -> None:
    values = example(CORE, infno, WHEN, full=True)
    message = HOSPITAL.message(infno, values, WHEN, sign_no="S")
    verify(message.headers, "secret", int(WHEN.timestamp() * 1000))
    request = decode(message.body, CORE)
    assert (request.infno, request.msgid, request.sign_no) == (infno, message.msgid, "S")
    assert CORE.check(request, WHEN.date()) == values
    outputs = example(ANSWERS, infno, WHEN, full=True)
    reply = HOSPITAL.read(infno, answer(request, CORE.render(infno, outputs, strict=True), "1", WHEN, WHEN))
    assert (reply.infcode, reply.err_msg, reply.output) == (0, "", outputs)
    reply = HOSPITAL.read(infno, refusal("人员已停保", "1", WHEN, WHEN))
    assert (reply.infcode, reply.err_msg, reply.output) == (-1, "人员已停保", None)


def test_messages_have_numbers_of_their_own() -> None:
    numbers = {HOSPITAL.message("9001", example(CORE, "9001", WHEN), WHEN).msgid for _ in range(500)}
    assert len(numbers) == 500
    assert HOSPITAL.message("9001", example(CORE, "9001", WHEN), WHEN, msgid="again").msgid == "again"
    with pytest.raises(Refused):
        HOSPITAL.read("9001", b"<html>")
    with pytest.raises(ValueError, match="psn_no is required"):
        HOSPITAL.message("2208", {"data": {"setl_id": "1", "mdtrt_id": "1"}}, WHEN)
