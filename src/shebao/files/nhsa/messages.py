"""The envelope of a request and of an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from shebao.files.nhsa.checking import Decimals
from shebao.files.nhsa.definitions import Definitions
from shebao.files.nhsa.refused import LONGEST, Refused
from shebao.files.nhsa.request import ENVELOPE_FIELDS, Request

LIMIT = 1_000_000  # bytes of a message
DEEPEST = 16  # nodes in nodes
_DECODER = msgspec.json.Decoder(float_hook=Decimals)
_ENCODE = msgspec.json.Encoder().encode
_BOM = b"\xef\xbb\xbf"
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"(\s*+:)?')


def decode(body: bytes, definitions: Definitions, limit: int = LIMIT) -> Request:
    """Reads a request, whatever content type it was sent as.  Raises Refused."""
    found = decode_object(body, limit)
    envelope = definitions.check_envelope(found)
    given = found.get("input")
    if type(given) is not dict:
        raise Refused("应为对象", "is no object", field="input")
    return Request(**{name: envelope[name] for name in ENVELOPE_FIELDS}, input=given)


def decode_object(body: bytes, limit: int = LIMIT) -> dict[str, Any]:
    """A JSON object; decimals as written.  Raises Refused."""
    if len(body) > limit:
        raise Refused(f"报文长度超过{limit}字节", f"the message has more than {limit} bytes")
    body = body.removeprefix(_BOM)
    try:
        found = _DECODER.decode(body)
    except RecursionError:
        raise _too_deep() from None
    except msgspec.ValidationError:
        raise Refused("报文中有过长的数字", "the message has a number of too many digits") from None
    except msgspec.DecodeError:
        try:
            body.decode()
        except UnicodeDecodeError:
            raise Refused("报文应为UTF-8编码", "the message is not in UTF-8") from None
        raise Refused("报文不是完整的JSON", "the message is no JSON, or not all of it") from None
    if type(found) is not dict:
        raise Refused("报文应为JSON对象", "the message is no JSON object")
    keys = _keys(found, 1)
    # Each key is written as `"key":`, so that as many of these as there are keys means that none stands twice.
    # Where texts hold the same signs, or blanks stand before a colon, the strings are gone through one by one.
    if (body.count(b'":') != keys or _blank_before_colon(body)) and _written_keys(body) != keys:
        raise Refused("报文中有重复的键", "the message has a key twice in one object")
    return found


def _too_deep() -> Refused:
    return Refused(f"报文嵌套超过{DEEPEST}层", f"the message is nested more than {DEEPEST} deep")


def _keys(found: Any, depth: int) -> int:
    """How many keys there are in all objects."""
    if depth > DEEPEST:
        raise _too_deep()
    if type(found) is dict:
        keys = len(found)
        for value in found.values():
            if type(value) is dict or type(value) is list:
                keys += _keys(value, depth + 1)
        return keys
    return sum(_keys(value, depth + 1) for value in found if type(value) is dict or type(value) is list)


def _blank_before_colon(body: bytes) -> bool:
    return any(blank in body for blank in (b" :", b"\t:", b"\n:", b"\r:"))


def _written_keys(body: bytes) -> int:
    return sum(1 for string in _STRING.finditer(body) if string[1])


def reference(region: str, now: datetime, sequence: int) -> str:
    """inf_refmsgid: region (6), time (14), sequence (10)."""
    return f"{region}{now:%Y%m%d%H%M%S}{sequence % 10**10:010d}"


def answer(
    request: Request, output: Mapping[str, Any] | None, reference: str, received: datetime, responded: datetime
) -> bytes:
    """The answer to a request that was carried out.  output: as Definitions.render gives it, None for none."""
    return _reply(0, "", output or {}, reference, received, responded, request.signtype)


def refusal(why: Refused | str, reference: str, received: datetime, responded: datetime) -> bytes:
    """The answer to a request that was not."""
    text = why.err_msg if isinstance(why, Refused) else why[:LONGEST]
    return _reply(Refused.infcode, text, None, reference, received, responded, None)


def _reply(
    infcode: int,
    err_msg: str,
    output: Mapping[str, Any] | None,
    reference: str,
    received: datetime,
    responded: datetime,
    signtype: str | None,
) -> bytes:
    return _ENCODE(
        {
            "infcode": infcode,
            "inf_refmsgid": reference,
            "refmsg_time": _milliseconds(received),
            "respond_time": _milliseconds(responded),
            "err_msg": err_msg,
            "output": output,
            "warn_msg": None,
            "cainfo": None,
            "signtype": signtype,
        }
    )


def _milliseconds(moment: datetime) -> str:
    return f"{moment:%Y%m%d%H%M%S}{moment.microsecond // 1000:03d}"
