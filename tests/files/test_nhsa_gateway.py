"""Signatures of the gateway."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.files.nhsa import Unauthorized, sign, verify

NOW = 1_772_674_200_000
PLAIN = {"_api_name": "2207", "_api_version": "1.0.0", "_api_timestamp": str(NOW), "_api_access_key": "ak"}
SIGNED = {**PLAIN, "_api_signature": sign(PLAIN, "sk")}


def refused(headers: dict[str, str], secret: str | None = "sk", now: int = NOW) -> str:
    with pytest.raises(Unauthorized) as caught:
        verify(headers, secret, now)
    assert json.loads(caught.value.body()) == {"code": 401, "message": caught.value.message}
    return caught.value.message


def test_a_signature_worked_by_hand() -> None:
    text = f"_api_access_key=ak&_api_name=2207&_api_timestamp={NOW}&_api_version=1.0.0"
    assert sign(PLAIN, "sk") == base64.b64encode(hmac.new(b"sk", text.encode(), hashlib.sha1).digest()).decode()
    verify(SIGNED, "sk", NOW)
    verify({**SIGNED, "content-type": "text/plain"}, "sk", NOW)


@pytest.mark.parametrize("name", SIGNED)
def test_a_header_that_is_missing(name: str) -> None:
    for headers in ({**SIGNED, name: ""}, {**SIGNED, name: "1" * 301}, {k: v for k, v in SIGNED.items() if k != name}):
        assert refused(headers) == "缺少服务网关的请求头!"


@pytest.mark.parametrize("name", SIGNED)
def test_a_header_that_was_changed(name: str) -> None:
    changed = SIGNED[name][:-1] + ("1" if SIGNED[name][-1] != "1" else "2")
    assert refused({**SIGNED, name: changed}) == "签名不一致!"


def test_thirty_minutes() -> None:
    half_hour = 30 * 60 * 1000
    for now in (NOW - half_hour, NOW + half_hour):
        verify(SIGNED, "sk", now)
    for now in (NOW - half_hour - 1, NOW + half_hour + 1):
        assert refused(SIGNED, now=now) == "签名时间戳超时!"
    for odd in ("x" * 13, "1772674200", str(NOW) + "0", "１７７２６７４２０００００", "-772674200000", "²" * 13):
        assert refused({**SIGNED, "_api_timestamp": odd}) == "签名时间戳超时!"


def test_who_is_unknown_or_has_another_secret() -> None:
    assert refused(SIGNED, None) == "非法用户!"
    assert refused(SIGNED, "other") == "签名不一致!"


@given(st.dictionaries(st.sampled_from(sorted(SIGNED)), st.text(max_size=20)))
def test_any_headers(changes: dict[str, str]) -> None:
    if {**SIGNED, **changes} != SIGNED:
        assert refused({**SIGNED, **changes}).endswith("!")
