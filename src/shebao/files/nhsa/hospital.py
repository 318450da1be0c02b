"""The side of a hospital: messages as its system would send them, signed, and answers read.  It sends nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import msgspec

from shebao.files.nhsa import gateway
from shebao.files.nhsa.definitions import Definitions
from shebao.files.nhsa.fields import ANY, CODE, DATE, DATETIME, FLAG, NODE, NUMBER, TEXT, Codes, Field
from shebao.files.nhsa.messages import decode_object

_ENCODE = msgspec.json.Encoder().encode
# A line of one piece at 1 yuan, and a bill of the same: sums that agree.
_EXAMPLES: Mapping[str, Any] = {
    "mdtrt_cert_type": "02",
    "medfee_sumamt": 100,
    "inscp_scp_amt": 100,
    "fulamt_ownpay_amt": 0,
    "overlmt_selfpay": 0,
    "preselfpay_amt": 0,
}


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: to the gateway, as text/plain in UTF-8."""

    infno: str
    msgid: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """output: typed values of the transaction's outputs; None for a refusal."""

    infcode: int
    inf_refmsgid: str
    err_msg: str
    output: dict[str, Any] | None


@dataclass
class Hospital:
    """code: 12 characters.  region: six digits, where care is given.  Two of one code must not share a clock second."""

    code: str
    name: str
    region: str
    access_key: str
    secret: str
    definitions: Definitions = field(default_factory=Definitions.core)
    version: str = "V1.0"
    operator: str = "0001"
    operator_name: str = "收费员"
    _sequence: Iterator[int] = field(default_factory=itertools.count, repr=False)

    def message(
        self,
        infno: str,
        values: Mapping[str, Any],
        when: datetime,
        insured_region: str | None = None,
        sign_no: str | None = None,
        msgid: str | None = None,
    ) -> Message:
        """values: typed, as Definitions.check gives them; what is optional may be left out.

        insured_region: this one's own where none is given.  msgid: of an earlier message, to send that again.  Raises
        ValueError and TypeError for values that the definition does not allow.
        """
        return self.written(infno, self.definitions.render_input(infno, values), when, insured_region, sign_no, msgid)

    def written(
        self,
        infno: str,
        written: Mapping[str, Any],
        when: datetime,
        insured_region: str | None = None,
        sign_no: str | None = None,
        msgid: str | None = None,
        **envelope: Any,
    ) -> Message:
        """As message, for an input that is written already, right or wrong.  envelope: fields to put over its own."""
        msgid = msgid or f"{self.code}{when:%Y%m%d%H%M%S}{next(self._sequence) % 10_000:04d}"
        body = {
            "infno": infno,
            "msgid": msgid,
            "mdtrtarea_admvs": self.region,
            "insuplc_admdvs": insured_region or self.region,
            "recer_sys_code": "FSI",
            "dev_no": "",
            "dev_safe_info": "",
            "cainfo": "",
            "signtype": "",
            "infver": self.version,
            "opter_type": "1",
            "opter": self.operator,
            "opter_name": self.operator_name,
            "inf_time": f"{when:%Y-%m-%d %H:%M:%S}",
            "fixmedins_code": self.code,
            "fixmedins_name": self.name,
            "sign_no": sign_no or "",
            "input": written,
        } | envelope
        return Message(infno, msgid, self.headers(infno, when), _ENCODE(body))

    def headers(self, infno: str, when: datetime) -> dict[str, str]:
        """The gateway's headers, signed.  when: local time of this machine."""
        headers = {
            gateway.NAME: infno,
            gateway.VERSION: "1.0.0",
            gateway.TIMESTAMP: f"{int(when.timestamp() * 1000):013d}",
            gateway.ACCESS_KEY: self.access_key,
        }
        headers[gateway.SIGNATURE] = gateway.sign(headers, self.secret)
        return headers

    def read(self, infno: str, body: bytes) -> Reply:
        """Reads an answer; raises Refused when it is none."""
        found = decode_object(body)
        output = found.get("output")
        done = found.get("infcode") in (0, "0")
        return Reply(
            int(found["infcode"]),
            str(found["inf_refmsgid"]),
            str(found.get("err_msg") or ""),
            self.definitions.checked(infno, "outputs", output or {}, date.max) if done else None,
        )


def example(definitions: Definitions, infno: str, when: datetime, full: bool = False, **changes: Any) -> dict[str, Any]:
    """An input that passes every check, for tests and demonstrations.

    full: with the optional fields too.  changes: values for the fields of these codes, in whatever node has them.
    """
    return {
        name: [made] if node.rows else made
        for name, node in definitions[infno].inputs.items()
        for made in [_example(node, when, full, changes, definitions.codes)]
    }


def _example(node: Field, when: datetime, full: bool, changes: Mapping[str, Any], codes: Codes) -> dict[str, Any]:
    values = {}
    for each in node.fields:
        if each.code in changes:
            values[each.code] = changes[each.code]
        elif full or each.required:
            if each.type == NODE:
                inner = _example(each, when, full, changes, codes)
                values[each.code] = [inner] if each.rows else inner
            else:
                value = _EXAMPLES[each.code] if each.code in _EXAMPLES else _value(each, when, codes)
                values[each.code] = [value] if each.rows else value
    return values


def _value(field: Field, when: datetime, codes: Codes) -> Any:
    if field.type == CODE and codes(field.codes):
        return min(codes(field.codes))
    return {
        TEXT: field.code[: field.length],
        CODE: "1",
        NUMBER: 10**field.places,
        DATE: when.date(),
        DATETIME: when.replace(microsecond=0),
        FLAG: False,
        ANY: field.code,
    }[field.type]
