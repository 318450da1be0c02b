"""Invented hospitals at their card readers: courses of care as messages of the national interface, drawn by a seed.

A desk speaks to the settlement service as a hospital's system would, and sees nothing else of it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Protocol

from shebao.files.nhsa.hospital import Hospital, Message
from shebao.law.city.facts import Sex
from shebao.medical.services.catalogue import DEMO, Item, read

PLACES = 10_000  # of a quantity: ten-thousandths of a piece
MILLIONTHS = 10_000  # of a yuan in a fen: how a price is written


@dataclass(frozen=True)
class Priced:
    """An item of the catalogue and what a hospital asks for a piece, fen."""

    item: Item
    price: int

    @property
    def code(self) -> str:
        """Of the catalogue."""
        return self.item.code

    def suits(self, sex: Sex, age: int) -> bool:
        """Whether the item is for such a person at all."""
        item = self.item
        return (
            item.sex in (None, sex)
            and (item.age_from is None or item.age_from <= age)
            and (item.age_to is None or age <= item.age_to)
        )

    def pieces(self, most: int) -> int:
        """As many as the door lets through in a day, and no more than `most`."""
        return most if self.item.day_quantity is None else min(most, self.item.day_quantity // PLACES)


@cache
def items() -> dict[str, Priced]:
    """The small catalogue with invented prices: 88 yuan where there is no limit; a stent costs more than its limit."""
    found = {}
    for item in read(DEMO):
        price = item.price_limit or 8_800
        found[item.code] = Priced(item, price + price // 10 if item.code == "HC02" else price)
    return found


@dataclass(frozen=True)
class Patient:
    """Who holds out a card.  insutype: 310 for employees, 390 for residents."""

    certificate: str
    name: str
    sex: Sex
    born: date


class Wire(Protocol):
    """How messages reach the service."""

    def __call__(self, message: Message, file: bytes | None = None) -> bytes:
        """Sends a message, with a file or without, and gives the body of the answer."""
        ...


class Turned(Exception):
    """The service refused a message; says with which words."""


@dataclass(frozen=True)
class Settled:
    """A bill that was settled; fen.  stay: of inpatient care."""

    stay: bool
    person: str
    visit: str
    settlement: str
    total: int
    funds: int
    account: int
    cash: int
    msgid: str


class Desk:
    """A cashier's window of a hospital.  now: the clock of the hospital; day: the day on which care is given."""

    def __init__(self, hospital: Hospital, send: Wire, day: date, seed: int, now: Callable[[], datetime]) -> None:
        self.hospital, self.send, self.day, self.now = hospital, send, day, now
        self.draw = random.Random(f"{hospital.code} {seed}")
        self.sign_no: str | None = None
        self.insutype = ""  # of the person at the window
        self._last: Message | None = None  # the settlement sent last
        self._serial = 0

    def ask(self, infno: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Sends a message and reads the answer; raises Turned with what the service says."""
        return self.answered(self.hospital.message(infno, values, self.now(), sign_no=self.sign_no))

    def answered(self, message: Message) -> dict[str, Any]:
        """Sends a message as it is; raises Turned."""
        reply = self.hospital.read(message.infno, self.send(message))
        if reply.output is None:
            raise Turned(reply.err_msg)
        return reply.output

    def sign_in(self) -> None:
        """签到."""
        out = self.ask("9001", {"signIn": {"opter_no": self.hospital.operator, "mac": "-", "ip": "127.0.0.1"}})
        self.sign_no = out["signinoutb"]["sign_no"]

    def sign_out(self) -> None:
        """签退."""
        self.ask("9002", {"signOut": {"sign_no": self.sign_no, "opter_no": self.hospital.operator}})
        self.sign_no = None

    def number(self, kind: str) -> str:
        """A number of the hospital's own."""
        self._serial += 1
        return f"{kind}{self.day:%Y%m%d}{self.hospital.code[-4:]}{self._serial:06}"

    def at(self, hour: int = 9) -> datetime:
        """A time of the day of care."""
        return datetime(self.day.year, self.day.month, self.day.day, hour)

    def read_card(self, who: Patient) -> tuple[str, str]:
        """1101: the person's number and insurance; raises Turned for who has none."""
        out = self.ask(
            "1101",
            {"data": _card(who) | {"psn_cert_type": "01", "certno": who.certificate, "psn_name": who.name}},
        )
        normal = [one for one in out["insuinfo"] if one["psn_insu_stas"] == "1"]
        if not normal:
            raise Turned("无正常参保 / not insured at the moment")
        self.insutype = normal[0]["insutype"]
        return out["baseinfo"]["psn_no"], self.insutype

    def outpatient(self, who: Patient) -> Settled:
        """2201 to 2207: registration, diagnosis, lines, what it would come to, settlement."""
        person, insutype = self.read_card(who)
        at, serial = self.at(), self.number("M")
        visit = self.ask("2201", {"data": self.registration(who, person, insutype, at, serial)})["data"]["mdtrt_id"]
        self.ask("2203", self.diagnosis(person, visit, at, "11"))
        lines = self.ask("2204", {"feedetail": self.lines(self.outpatient_items(who), person, visit, at, serial)})
        asked = self.bill(who, person, visit, insutype, lines["result"]) | {"med_type": "11", "chrg_bchno": serial}
        return self.settled("2206", "2207", asked)

    def settled(self, trial: str, infno: str, asked: Mapping[str, Any]) -> Settled:
        """Asks what a bill would come to, then settles it, and holds the two against each other."""

        def known(of: str) -> dict[str, Any]:
            return {
                f.code: asked[f.code] for f in self.hospital.definitions[of].inputs["data"].fields if f.code in asked
            }

        shown = self.ask(trial, {"data": known(trial)})["setlinfo"]
        message = self.hospital.message(infno, {"data": known(infno)}, self.now())
        self._last = message
        found = self.answered(message)["setlinfo"]
        for name in ("medfee_sumamt", "fund_pay_sumamt", "acct_pay", "psn_cash_pay"):
            if found[name] != shown[name]:
                raise Turned(f"{name}: 预结算{shown[name]}，结算{found[name]} / shown and settled differ")
        return Settled(
            infno == "2304",
            found["psn_no"],
            found["mdtrt_id"],
            found["setl_id"],
            found["medfee_sumamt"],
            found["fund_pay_sumamt"],
            found["acct_pay"],
            found["psn_cash_pay"],
            message.msgid,
        )

    def repeat(self) -> str:
        """The settlement sent last once more, as after an answer that was lost: the number it is answered with."""
        assert self._last
        return str(self.answered(self._last)["setlinfo"]["setl_id"])

    def inpatient(self, who: Patient, days: int) -> Settled:
        """2401, 2301, 2402, 2303, 2304: a stay that ends on the day of care."""
        person, insutype = self.read_card(who)
        began, ended, serial = self.at() - timedelta(days), self.at(15), self.number("Z")
        code, name = self.draw.choice(_DISEASES)
        diagnosis = {
            "psn_no": person,
            "diag_type": "1",
            "maindiag_flag": "1",
            "diag_srt_no": 1,
            "diag_code": code,
            "diag_name": name,
            "diag_dept": "内科",
            "dise_dor_no": "D110000000001",
            "dise_dor_name": "样本医师",
            "diag_time": began,
        }
        region = self.hospital.region
        admission = {
            "psn_no": person,
            "insutype": insutype,
            "begntime": began,
            **_card(who),
            "cert_type": "01",
            "certno": who.certificate,
            "med_type": "2101",
            "ipt_no": serial,
            "atddr_no": "D110000000001",
            "chfpdr_name": "样本医师",
            "adm_diag_dscr": name,
            "adm_dept_codg": "A03",
            "adm_dept_name": "内科",
            "adm_bed": "1",
            "dscg_maindiag_code": code,
            "dscg_maindiag_name": name,
            "insuplc_admdvs": region,
            "mdtrtarea_admvs": region,
        }
        visit = self.ask("2401", {"mdtrtinfo": admission, "diseinfo": [diagnosis]})["result"]["mdtrt_id"]
        lines = []
        for item, quantity, day in self.inpatient_items(who, days):
            at = began + timedelta(day)
            lines += self.lines([(item, quantity)], person, visit, at, serial, stay=True)
        found = self.ask("2301", {"feedetail": lines})["result"]
        leaving = {
            "mdtrt_id": visit,
            "psn_no": person,
            "insutype": insutype,
            "endtime": ended,
            "dscg_dept_codg": "A03",
            "dscg_dept_name": "内科",
            "dscg_way": "1",
        }
        self.ask("2402", {"dscginfo": leaving, "diseinfo": [{"mdtrt_id": visit} | diagnosis]})
        asked = self.bill(who, person, visit, insutype, found) | {
            "mid_setl_flag": "0",
            "dscgTime": self.day,
            "insuplc_admdvs": region,
            "mdtrtarea_admvs": region,
        }
        return self.settled("2303", "2304", asked)

    def take_back(self, bill: Settled) -> str:
        """2208, 2305: the bill was a mistake.  Gives the number of what takes it back."""
        found = self.ask(
            "2305" if bill.stay else "2208",
            {"data": {"setl_id": bill.settlement, "mdtrt_id": bill.visit, "psn_no": bill.person}},
        )
        return str(found["setlinfo"]["setl_id"])

    def upload(self, name: str, content: bytes) -> str:
        """9101: a file.  Gives its number."""
        values = {"fsUploadIn": {"filename": name, "fixmedins_code": self.hospital.code}}
        message = self.hospital.message("9101", values, self.now(), sign_no=self.sign_no)
        reply = self.hospital.read("9101", self.send(message, content))
        if reply.output is None:
            raise Turned(reply.err_msg)
        return str(reply.output[""]["file_qury_no"])

    def download(self, number: str, name: str) -> bytes:
        """9102: a file that waits."""
        values = {"fsDownloadIn": {"file_qury_no": number, "filename": name, "fixmedins_code": self.hospital.code}}
        return self.send(self.hospital.message("9102", values, self.now(), sign_no=self.sign_no))

    def totals(self, bills: Sequence[Settled], insutype: str, clr_type: str, taken_back: bool) -> str:
        """3201 of the day of care: the hospital's totals, of bills or of what took them back, beside the centre's.

        Gives the result code, 0 for equal.
        """
        sign = -1 if taken_back else 1
        given = {
            "insutype": insutype,
            "clr_type": clr_type,
            "setl_optins": self.hospital.region,
            "stmt_begndate": self.day,
            "stmt_enddate": self.day,
            "medfee_sumamt": sign * sum(one.total for one in bills),
            "fund_pay_sumamt": sign * sum(one.funds for one in bills),
            "acct_pay": sign * sum(one.account for one in bills),
            "fixmedins_setl_cnt": len(bills),
            "fixmedins_refd_setl_flag": str(int(taken_back)),
            "refd_setl_flag": str(int(taken_back)),
        }
        return str(self.ask("3201", {"data": given})["stmtinfo"]["stmt_rslt"])

    # What the messages say.

    def registration(self, who: Patient, person: str, insutype: str, at: datetime, serial: str) -> dict[str, Any]:
        """2201."""
        return {
            "psn_no": person,
            "insutype": insutype,
            "begntime": at,
            **_card(who),
            "psn_cert_type": "01",
            "certno": who.certificate,
            "psn_type": "11",
            "psn_name": who.name,
            "ipt_otp_no": serial,
            "dept_code": "A03",
            "dept_name": "内科",
            "caty": "A03",
        }

    def diagnosis(self, person: str, visit: str, at: datetime, med_type: str) -> dict[str, Any]:
        """2203."""
        code, name = self.draw.choice(_DISEASES)
        course = {
            "mdtrt_id": visit,
            "psn_no": person,
            "med_type": med_type,
            "begntime": at,
            "dise_codg": code,
            "dise_name": name,
        }
        found = {
            "diag_type": "1",
            "diag_srt_no": 1,
            "diag_code": code,
            "diag_name": name,
            "diag_dept": "内科",
            "dise_dor_no": "D110000000001",
            "dise_dor_name": "样本医师",
            "diag_time": at,
            "vali_flag": "1",
        }
        return {"mdtrtinfo": course, "diseinfo": [found]}

    def lines(
        self,
        chosen: Sequence[tuple[Priced, int]],
        person: str,
        visit: str,
        at: datetime,
        batch: str,
        stay: bool = False,
    ) -> list[dict[str, Any]]:
        """2204 or 2301: items and their quantities in pieces."""
        return [
            {
                "feedetl_sn": self.number("F"),
                "mdtrt_id": visit,
                "psn_no": person,
                "fee_ocur_time": at,
                "med_list_codg": item.code,
                "medins_list_codg": item.code,
                "det_item_fee_sumamt": item.price * quantity,
                "cnt": quantity * PLACES,
                "pric": item.price * MILLIONTHS,
                "bilg_dept_codg": "A03",
                "bilg_dept_name": "内科",
                "bilg_dr_codg": "D110000000001",
                "bilg_dr_name": "样本医师",
                "hosp_appr_flag": "1",
                **({"med_type": "2101"} if stay else {"chrg_bchno": batch, "rx_circ_flag": "0"}),
            }
            for item, quantity in chosen
        ]

    def bill(
        self,
        who: Patient,
        person: str,
        visit: str,
        insutype: str,
        lines: Sequence[Mapping[str, Any]],
    ) -> dict[str, Any]:
        """2206 and 2207, 2303 and 2304: sums of what the service said of the lines."""

        def total(name: str) -> int:
            return sum(line[name] or 0 for line in lines)

        return {
            "psn_no": person,
            **_card(who),
            "psn_cert_type": "01",
            "certno": who.certificate,
            "psn_type": "11",
            "psn_name": who.name,
            "medfee_sumamt": total("det_item_fee_sumamt"),
            "psn_setlway": "01",
            "mdtrt_id": visit,
            "acct_used_flag": "1",
            "insutype": insutype,
            "fulamt_ownpay_amt": total("fulamt_ownpay_amt"),
            "overlmt_selfpay": total("overlmt_amt"),
            "preselfpay_amt": total("preselfpay_amt"),
            "inscp_scp_amt": total("inscp_scp_amt"),
        }

    # What is prescribed.

    def outpatient_items(self, who: Patient) -> list[tuple[Priced, int]]:
        """A consultation and up to four things more, in quantities that the door lets through."""
        found = self._suited(who)
        chosen = [(found.pop("FW01"), 1)]
        others = [item for code, item in found.items() if code not in _ONLY_STAY]
        for item in self.draw.sample(others, self.draw.randint(1, 4)):
            chosen.append((item, self.draw.randint(1, item.pieces(3))))
        return chosen

    def inpatient_items(self, who: Patient, days: int) -> Iterator[tuple[Priced, int, int]]:
        """(item, pieces, day of the stay): bed, nursing and infusions each day, tests, now and then an operation."""
        found = self._suited(who)
        for day in range(days):
            yield found["FW05"], 1, day
            yield found["FW06"], 1, day
            yield found["HC01"], self.draw.randint(1, 3), day
            yield found["XA04"], self.draw.randint(1, 3), day
        yield found["FW02"], 1, 0
        yield found["FW03"], 1, 0
        if "HC02" in found and self.draw.random() < 0.2:
            yield found["HC02"], self.draw.randint(1, 2), 1
        elif self.draw.random() < 0.3:
            yield found["FW08"], 1, 1

    def _suited(self, who: Patient) -> dict[str, Priced]:
        age = self.day.year - who.born.year - ((self.day.month, self.day.day) < (who.born.month, who.born.day))
        return {code: item for code, item in items().items() if item.suits(who.sex, age)}


_ONLY_STAY = frozenset(("XA04", "XA09", "XA10", "FW05", "FW06", "FW07", "FW08", "FW09", "HC01", "HC02", "HC03"))
_DISEASES = (
    ("J06.900", "急性上呼吸道感染"),
    ("I10.x00", "原发性高血压"),
    ("E11.900", "2型糖尿病"),
    ("I25.100", "冠状动脉粥样硬化性心脏病"),
    ("K29.500", "慢性胃炎"),
)


def _card(who: Patient) -> dict[str, str]:
    """The patient is known by the identity card."""
    return {"mdtrt_cert_type": "02", "mdtrt_cert_no": who.certificate}
