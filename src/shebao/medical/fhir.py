"""FHIR R4 for outside parties: Coverage, CoverageEligibilityRequest and -Response, Claim, ClaimResponse.

Another wording of the same services: a request becomes the messages of the national interface (2001, 2201, 2204, 2207)
and goes through the same batch, so that it is checked, computed, booked and answered again like any other.
Amounts are decimal yuan (CNY).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from shebao.access.acting import Act
from shebao.files.nhsa import Refused, decode, line_amount
from shebao.files.nhsa.hospital import Hospital, Reply
from shebao.medical.codes import EMPLOYEE, RESIDENT
from shebao.medical.models import Cover
from shebao.medical.services.batch import Service
from shebao.rules.values import yuan

Resource = dict[str, Any]
CARD = "urn:shebao:psn_no"  # of a person's number
ITEM = "urn:shebao:medical-catalogue"  # of a national item code
SETTLEMENT = "urn:shebao:setl_id"
SCHEMES = {EMPLOYEE: "职工基本医疗保险", RESIDENT: "城乡居民基本医疗保险"}
# What a settlement pays, as categories of ClaimResponse.total
_PARTS = {
    "submitted": "medfee_sumamt",
    "eligible": "inscp_scp_amt",
    "deductible": "act_pay_dedc",
    "benefit": "fund_pay_sumamt",
}
_TEN_THOUSANDTHS, _MILLIONTHS = 10_000, 1_000_000
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


class Unsound(ValueError):
    """A resource that cannot be read: which element, and what is wanted, in Chinese and English."""

    def __init__(self, element: str, zh: str, en: str) -> None:
        super().__init__(f"{element}：{zh} / {element}: {en}")
        self.element, self.zh, self.en = element, zh, en


def coverage(act: Act, person_id: int, on: date) -> list[Resource]:
    """Coverage of a person on a day, as far as the actor sees it; empty where he is not insured."""
    row = Cover.objects.filter(person_id=person_id, year=on.year).first()
    if row is None:
        return []
    bit = 1 << (on.month - 1)
    schemes = [
        code for code, months in ((EMPLOYEE, row.employee | row.unemployed), (RESIDENT, row.resident)) if months & bit
    ]
    return [
        {
            "resourceType": "Coverage",
            "id": f"{person_id}-{on.year}-{code}",
            "status": "cancelled" if row.suspended & bit else "active",
            "type": {"coding": [{"system": "urn:shebao:insutype", "code": code}], "text": SCHEMES[code]},
            "beneficiary": _person(str(person_id)),
            "period": {"start": f"{on.year}-01-01", "end": f"{on.year}-12-31"},
            "payor": [{"display": "北京市医疗保险事务管理中心"}],
        }
        for code in schemes
    ]


def eligibility_response(output: Mapping[str, Any], request: Resource, made: datetime) -> Resource:
    """CoverageEligibilityResponse from the output of a 2001."""
    (told,) = output["trtinfo"]
    entitled = told["trt_enjymnt_flag"] == "1"
    return {
        "resourceType": "CoverageEligibilityResponse",
        "status": "active",
        "purpose": ["benefits"],
        "patient": request["patient"],
        "created": made.isoformat(),
        "request": {"reference": f"CoverageEligibilityRequest/{request.get('id', '')}"},
        "outcome": "complete",
        "disposition": told["trt_chk_rslt"] or "",
        "insurer": {"display": "北京市医疗保险事务管理中心"},
        "insurance": [{"coverage": _coverage(request), "inforce": entitled}],
    }


@dataclass
class Desk:
    """An outside party in the place of a hospital: its resources become messages, signed by nobody, for the party is
    known to whoever calls.
    """

    service: Service
    code: str  # of its institution
    name: str
    region: str

    def eligibility(self, request: Resource) -> Resource:
        """A CoverageEligibilityRequest, answered.  Raises Unsound."""
        _is(request, "CoverageEligibilityRequest")
        person, on = _number(request), _moment(request, "servicedDate")
        values = {
            "data": {
                "psn_no": person,
                "insutype": _scheme(request),
                "fixmedins_code": self.code,
                "med_type": "11",
                "begntime": on,
            }
        }
        reply = self._ask("2001", values)
        if reply.output is None:
            raise Unsound("CoverageEligibilityRequest", reply.err_msg, reply.err_msg)
        return eligibility_response(reply.output, request, self.service.now())

    def claim(self, claim: Resource) -> Resource:
        """A Claim of one outpatient visit, settled; a ClaimResponse, `error` where it is refused.  Raises Unsound.

        The claim's identifier makes the numbers of the messages: sent again, it is answered by what it did.
        """
        _is(claim, "Claim")
        number = _text(claim, "identifier", 0, "value")
        if not (0 < len(number) <= 20 and number.isascii()):
            raise Unsound("Claim.identifier", "应为1至20个字符", "1 to 20 characters are wanted")
        person, scheme, began = _number(claim), _scheme(claim), _period(claim)
        paper, name = _subject(claim)
        shown = {"mdtrt_cert_type": "02", "mdtrt_cert_no": paper, "psn_cert_type": "01", "certno": paper}
        lines = _lines(claim)
        registration = {
            "psn_no": person,
            "insutype": scheme,
            "begntime": began,
            **shown,
            "psn_type": "11",
            "psn_name": name,
            "ipt_otp_no": number,
            "dept_code": "FHIR",
            "dept_name": "FHIR",
            "caty": "FHIR",
        }
        visit = ""
        try:
            visit = self._done("2201", {"data": registration}, f"{number}-1")["data"]["mdtrt_id"]
            common = {"mdtrt_id": visit, "psn_no": person, "chrg_bchno": number}
            rows = [common | _LINE | {"fee_ocur_time": began} | line for line in lines]
            told = self._done("2204", {"feedetail": rows}, f"{number}-2")["result"]
            sums = {
                "medfee_sumamt": sum(row["det_item_fee_sumamt"] for row in told),
                "fulamt_ownpay_amt": sum(row["fulamt_ownpay_amt"] for row in told),
                "overlmt_selfpay": sum(row["overlmt_amt"] for row in told),
                "preselfpay_amt": sum(row["preselfpay_amt"] for row in told),
                "inscp_scp_amt": sum(row["inscp_scp_amt"] for row in told),
            }
            bill = common | shown | sums | {"med_type": "11", "psn_setlway": "01", "insutype": scheme}
            settled = self._done("2207", {"data": bill | {"acct_used_flag": "1"}}, f"{number}-3")
        except Refused as refused:
            self._undo(person, visit, number)
            return self._response(claim, "error", refused.err_msg)
        info = settled["setlinfo"]
        response = self._response(claim, "complete", "")
        response["identifier"] = [{"system": SETTLEMENT, "value": info["setl_id"]}]
        response["item"] = [
            {
                "itemSequence": k,
                "adjudication": [
                    _adjudication("submitted", row["det_item_fee_sumamt"]),
                    _adjudication("eligible", row["inscp_scp_amt"]),
                ],
            }
            for k, row in enumerate(told, 1)
        ]
        response["total"] = [_adjudication(category, info[field]) for category, field in _PARTS.items()]
        response["payment"] = {"type": {"text": "fund"}, "amount": _money(info["fund_pay_sumamt"])}
        response["addItem"] = []
        return response

    def _undo(self, person: str, visit: str, number: str) -> None:
        """Nothing is left of a claim that is refused: its lines and its visit fall away, where there are any."""
        if visit:
            undone = {"psn_no": person, "mdtrt_id": visit}
            self._ask("2205", {"data": undone | {"chrg_bchno": "0000"}}, f"{number}-4")
            self._ask("2202", {"data": undone | {"ipt_otp_no": number}}, f"{number}-5")

    def _response(self, claim: Resource, outcome: str, said: str) -> Resource:
        return {
            "resourceType": "ClaimResponse",
            "status": "active",
            "type": claim.get("type", {}),
            "use": "claim",
            "patient": claim["patient"],
            "created": self.service.now().isoformat(),
            "insurer": {"display": "北京市医疗保险事务管理中心"},
            "request": {"reference": f"Claim/{claim.get('id', '')}"},
            "outcome": outcome,
            "disposition": said,
        }

    def _done(self, infno: str, values: Mapping[str, Any], msgid: str) -> dict[str, Any]:
        reply = self._ask(infno, values, msgid)
        if reply.output is None:
            raise Refused(reply.err_msg, reply.err_msg)
        return reply.output

    def _ask(self, infno: str, values: Mapping[str, Any], msgid: str | None = None) -> Reply:
        """A message through the service.  Raises Refused for values that no message may have."""
        now = self.service.now()
        side = Hospital(self.code, self.name, self.region, "", "", self.service.definitions, operator="FHIR")
        try:
            message = side.message(infno, values, now.replace(tzinfo=None, microsecond=0), msgid=msgid)
            asked = self.service.asked(decode(message.body, self.service.definitions), now)
        except ValueError as error:
            raise Refused(str(error), str(error)) from error
        (answer,) = self.service.run([asked])
        return side.read(infno, answer)


_LINE = {
    "rx_circ_flag": "0",
    "bilg_dept_codg": "FHIR",
    "bilg_dept_name": "FHIR",
    "bilg_dr_codg": "FHIR",
    "bilg_dr_name": "FHIR",
    "hosp_appr_flag": "1",
}


# ---------------------------------------------------------------- reading
def _is(resource: Resource, kind: str) -> None:
    if resource.get("resourceType") != kind:
        raise Unsound("resourceType", f"应为{kind}", f"{kind} is wanted")


def _at(resource: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        try:
            resource = resource[step]
        except (KeyError, IndexError, TypeError):
            return None
    return resource


def _text(resource: Resource, *path: str | int) -> str:
    found = _at(resource, path)
    if not isinstance(found, str) or not found:
        place = ".".join(str(step) for step in path)
        raise Unsound(f"{resource['resourceType']}.{place}", "应填写", "is missing")
    return found


def _number(resource: Resource) -> str:
    """The person's number."""
    return _text(resource, "patient", "identifier", "value")


def _subject(claim: Resource) -> tuple[str, str]:
    """Identity number and name, of a contained Patient."""
    for each in claim.get("contained") or ():
        if isinstance(each, dict) and each.get("resourceType") == "Patient":
            return _text(each, "identifier", 0, "value"), _text(each, "name", 0, "text")
    raise Unsound("Claim.contained", "应含有Patient（证件号码、姓名）", "a Patient with number and name is wanted")


def _scheme(resource: Resource) -> str:
    code = _text(resource, "insurance", 0, "coverage", "identifier", "value")
    if code not in SCHEMES:
        raise Unsound("insurance.coverage", "应为310或390", "310 or 390 is wanted")
    return code


def _moment(resource: Resource, *path: str) -> datetime:
    text = _text(resource, *path)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None, microsecond=0)
    except ValueError:
        raise Unsound(path[-1], "应为日期", "is no day") from None


def _period(claim: Resource) -> datetime:
    return _moment(claim, "billablePeriod", "start")


def _exact(value: Any, scale: int, element: str) -> int:
    """A decimal as a whole number of parts; of a float what it is written as."""
    try:
        found = Decimal(str(value)) * scale
        if not found.is_finite() or found != int(found) or found <= 0:
            raise Unsound(element, "应为正数，且小数位数不过多", "a number above zero with fewer decimals is wanted")
    except InvalidOperation:
        raise Unsound(element, "应为数字", "is no number") from None
    return int(found)


def _lines(claim: Resource) -> list[dict[str, Any]]:
    items = claim.get("item")
    if not isinstance(items, list) or not items:
        raise Unsound("Claim.item", "应至少一项", "one at least is wanted")
    lines = []
    for k, item in enumerate(items):
        found = {"resourceType": "Claim"} | (item if isinstance(item, dict) else {})
        code = _text(found, "productOrService", "coding", 0, "code")
        quantity = _exact(_at(found, ("quantity", "value")) or 1, _TEN_THOUSANDTHS, f"item[{k}].quantity")
        price = _exact(_at(found, ("unitPrice", "value")), _MILLIONTHS, f"item[{k}].unitPrice")
        lines.append(
            {
                "feedetl_sn": str(k + 1),
                "med_list_codg": code,
                "medins_list_codg": code,
                "cnt": quantity,
                "pric": price,
                "det_item_fee_sumamt": line_amount(quantity, price),
            }
        )
    return lines


# ---------------------------------------------------------------- writing
def _person(number: str) -> Resource:
    return {"identifier": {"system": CARD, "value": number}}


def _coverage(request: Resource) -> Any:
    return _at(request, ("insurance", 0, "coverage")) or {}


def _money(fen: int) -> Resource:
    """As FHIR has money: a decimal, not a float."""
    return {"value": msgspec.Raw(yuan(fen).encode()), "currency": "CNY"}


def _adjudication(category: str, fen: int) -> Resource:
    coding = {"system": "http://terminology.hl7.org/CodeSystem/adjudication", "code": category}
    return {"category": {"coding": [coding]}, "amount": _money(fen)}


def encoded(resource: Resource) -> bytes:
    """A resource as JSON; amounts as decimals."""
    return msgspec.json.encode(resource)


def decoded(body: bytes) -> Resource:
    """A resource from JSON; decimals as written.  Raises Unsound."""
    try:
        found = _DECODER.decode(body)
    except (msgspec.DecodeError, RecursionError, ValueError):
        raise Unsound("resource", "不是JSON", "is no JSON") from None
    if not isinstance(found, dict):
        raise Unsound("resource", "应为对象", "is no object")
    return found
