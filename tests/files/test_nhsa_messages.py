"""The envelope: what is read, what is refused, what is answered; and bytes that nobody should send."""

from __future__ import annotations

import json
import random
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example as case
from hypothesis import given
from hypothesis import strategies as st

from shebao.files.nhsa import Definitions, Refused, answer, decode, reference, refusal
from shebao.files.nhsa.hospital import Hospital, example
from shebao.files.nhsa.messages import DEEPEST, decode_object

CORE = Definitions.core()
WHEN = datetime(2026, 3, 5, 9, 30, 15, 123456)
HOSPITAL = Hospital("H11010100001", "某医院", "110101", "key", "secret")
BODY = HOSPITAL.message("2207", example(CORE, "2207", WHEN, True), WHEN).body
LINES = HOSPITAL.message("2204", example(CORE, "2204", WHEN), WHEN).body


def sent(**changes: Any) -> bytes:
    """A sound request with other fields in its envelope; None takes one away."""
    envelope = {**json.loads(BODY), **changes}
    return json.dumps({key: value for key, value in envelope.items() if value is not None}).encode()


def refused(body: bytes, limit: int = 1_000_000) -> Refused:
    with pytest.raises(Refused) as caught:
        decode(body, CORE, limit)
    return caught.value


def test_a_request() -> None:
    request = decode(BODY, CORE)
    assert (request.infno, request.fixmedins_code, request.insuplc_admdvs) == ("2207", "H11010100001", "110101")
    assert request.inf_time == datetime(2026, 3, 5, 9, 30, 15)
    assert (len(request.msgid), request.msgid[:26]) == (30, "H1101010000120260305093015")
    assert request.sign_no is None
    assert request.input["data"]["medfee_sumamt"] == "1.00"
    assert CORE.check(request, WHEN.date())["data"]["medfee_sumamt"] == 100


def test_other_ways_to_write_the_same() -> None:
    request = decode(BODY, CORE)
    spaced = json.dumps(json.loads(BODY), indent=2, ensure_ascii=True, separators=(" , ", " : ")).encode()
    assert decode(spaced, CORE) == decode(b"\xef\xbb\xbf" + BODY, CORE) == decode(b" \r\n" + BODY, CORE) == request
    assert decode(sent(more={"b": 1}), CORE).input == request.input
    numbers = BODY.replace(b'"medfee_sumamt":"1.00"', b'"medfee_sumamt":1.00')
    assert numbers != BODY
    assert CORE.check(decode(numbers, CORE), WHEN.date()) == CORE.check(request, WHEN.date())


@pytest.mark.parametrize("name", [field.code for field in CORE.envelope.fields])
def test_every_field_of_the_envelope(name: str) -> None:
    field = next(field for field in CORE.envelope.fields if field.code == name)
    if field.required:
        for nothing in (None, ""):
            assert refused(sent(**{name: nothing})).err_msg == f"字段[{name}]不能为空"
    else:
        assert getattr(decode(sent(**{name: ""}), CORE), name) is None
    for wrong in (1, 1.0, True, {}, ["a"], "x" * (max(field.length, 19) + 1)):
        assert refused(sent(**{name: wrong})).field == name


def test_what_the_input_may_be() -> None:
    for wrong in (None, "", "{}", [], 5):
        assert refused(sent(input=wrong)).err_msg == "字段[input]应为对象"
    assert decode(sent(input={}), CORE).input == {}


def test_the_insured_place_is_needed_where_a_person_is_named() -> None:
    for body in (BODY, LINES):
        request = decode(json.dumps({**json.loads(body), "insuplc_admdvs": ""}).encode(), CORE)
        with pytest.raises(Refused) as caught:
            CORE.check(request, WHEN.date())
        assert caught.value.field == "insuplc_admdvs"
    for infno in ("9001", "3301", "3201"):
        body = HOSPITAL.written(
            infno, CORE.render_input(infno, example(CORE, infno, WHEN)), WHEN, insuplc_admdvs=""
        ).body
        assert CORE.check(decode(body, CORE), WHEN.date())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "JSON"),
        (b"null", "JSON对象"),
        (b"[]", "JSON对象"),
        (b"1", "JSON对象"),
        (b"{", "JSON"),
        (BODY + b"}", "JSON"),
        (BODY.replace(b'"1.00"', b"NaN"), "JSON"),
        (BODY.replace(b'"1.00"', b"Infinity"), "JSON"),
        (BODY.replace(b'"1.00"', b"-"), "JSON"),
        (BODY.replace(b'"1.00"', b'"\\ud800"'), "JSON"),
        (BODY.replace("某医院".encode(), b"\xed\xa0\x80"), "UTF-8"),
        (BODY.decode().encode("gb18030"), "UTF-8"),
        (BODY.decode().encode("utf-16"), "UTF-8"),
        (BODY.replace(b'"1.00"', b"1" * 6000), "数字"),
        (b'{"a":' * 100_000, "嵌套"),
        (b"[" * 900_000, "嵌套"),
        (b'{"a":' * DEEPEST + b"1" + b"}" * DEEPEST, "不能为空"),
        (b'{"a":' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1), "嵌套"),
        (b'{"a":' + b"[" * DEEPEST + b"]" * DEEPEST + b"}", "嵌套"),
        (BODY.replace(b'"infno":', b'"infno":"9001","infno":'), "重复的键"),
        (BODY.replace(b'"psn_no":', b'"psn_no" :"1","psn_no":'), "重复的键"),
        (BODY.replace(b'"psn_no":', b'"psn_no":"\\":","psn_no":'), "重复的键"),
        (BODY.replace(b'"psn_no":', b'"psn\\u005fno":"2","psn_no":'), "重复的键"),
    ],
)
def test_bodies_that_are_no_message(body: bytes, said: str) -> None:
    assert said in refused(body).err_msg


def test_a_message_has_a_limit() -> None:
    assert decode(BODY, CORE, len(BODY))
    assert refused(BODY, len(BODY) - 1).err_msg == f"报文长度超过{len(BODY) - 1}字节"


@pytest.mark.parametrize("text", [": ", '":', '\\":', ":", 'a" :b', "\\", '\\\\":', '"', "\\u0022:"])
def test_texts_that_look_like_keys(text: str) -> None:
    found = {"a": text, "b": [{"a": text}, text], text: 1}
    assert decode_object(json.dumps(found).encode()) == found
    assert decode_object(json.dumps(found, separators=(",", ":")).encode()) == found


def taken_or_refused(body: bytes) -> bool:
    """Whether it is taken; any exception but Refused fails the test."""
    try:
        CORE.check(decode(body, CORE), WHEN.date())
    except Refused as fault:
        assert 0 < len(fault.err_msg) <= 200
        assert json.loads(refusal(fault, "1", WHEN, WHEN))["infcode"] == -1
        return False
    return True


def test_every_truncation_is_refused() -> None:
    for body in (BODY, LINES):
        assert taken_or_refused(body)
        for end in range(len(body)):
            assert not taken_or_refused(body[:end])


def test_flipped_bits() -> None:
    chance = random.Random(5)
    for _ in range(4000):
        body = bytearray(chance.choice((BODY, LINES)))
        for _ in range(chance.choice((1, 1, 2, 8))):
            body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
        taken_or_refused(bytes(body))


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40)
    | st.sampled_from(["1.00", "2026-03-05", "2026-03-05 09:00:00", "310", "01", "\0", "9" * 400, "1e999"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(sorted(CORE.transactions)), ANYTHING, st.randoms(use_true_random=False))
@case("3101", {"data": {"patient_dtos": [{"fsi_encounter_dtos": [[[]]]}]}}, random.Random(1))
def test_anything_in_the_place_of_anything(infno: str, anything: Any, chance: random.Random) -> None:
    found = {"x": CORE.render_input(infno, example(CORE, infno, WHEN, True))}
    holder: Any = found
    key: Any = "x"
    while isinstance(holder[key], (dict, list)) and holder[key] and chance.random() < 0.85:
        holder = holder[key]
        key = chance.choice(list(holder)) if isinstance(holder, dict) else chance.randrange(len(holder))
    holder[key] = anything
    taken_or_refused(HOSPITAL.written(infno, found["x"], WHEN).body)


@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    assert not taken_or_refused(body)


def test_an_answer() -> None:
    number = reference("110101", WHEN, 7)
    assert (number, len(number)) == ("110101202603050930150000000007", 30)
    body = answer(decode(BODY, CORE), {"data": {"psn_no": "1"}}, number, WHEN, WHEN.replace(second=16))
    assert json.loads(body) == {
        "infcode": 0,
        "inf_refmsgid": number,
        "refmsg_time": "20260305093015123",
        "respond_time": "20260305093016123",
        "err_msg": "",
        "output": {"data": {"psn_no": "1"}},
        "warn_msg": None,
        "cainfo": None,
        "signtype": None,
    }
    assert json.loads(answer(decode(BODY, CORE), None, number, WHEN, WHEN))["output"] == {}


def test_a_refusal() -> None:
    fault = Refused("不能为空", "is empty", "data", None, "psn_no")
    found = json.loads(refusal(fault, "1", WHEN, WHEN))
    assert (found["infcode"], found["err_msg"], found["output"]) == (-1, "节点[data]字段[psn_no]不能为空", None)
    assert json.loads(refusal("长" * 300, "1", WHEN, WHEN))["err_msg"] == "长" * 200
