"""Two hospitals of the served city at work, by the messages of the interface; nothing is written by hand.

The citizen and some neighbours are treated at the first, others at the second: bills, a stay, one bill taken back, one
that came late, statements that are equal and that are not.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.contributions.models import Membership
from shebao.contributions.services import memberships
from shebao.contributions.services.memberships import Entry
from shebao.files.nhsa import decode, write_statement
from shebao.files.nhsa.hospital import Hospital, Message
from shebao.files.nhsa.statements import UPLOAD
from shebao.law.city.facts import Sex
from shebao.medical.models import Institution
from shebao.medical.services import catalogue, cover, institutions, late
from shebao.medical.services.batch import Service
from shebao.people import selectors as people
from shebao.people.facts import Identifier, Name, Vitals
from shebao.people.services import organisations
from shebao.samplecity.hospitalday import patients
from shebao.samplecity.hospitals import Desk, Patient, Priced, Settled, Turned, items

CODES = ("H11010100001", "H11010200001")
DISTRICTS = ("110101", "110102")
OUTPATIENT = "11"  # clr_type
NAMES = ("东城医院", "西城社区卫生服务中心")


@dataclass(frozen=True)
class Hospitals:
    """The institutions' numbers, and what was settled: bills of the citizen, and one of each institution's."""

    numbers: tuple[int, int]
    organisations: tuple[int, int]
    citizen: list[Settled]
    of: tuple[Settled, Settled]
    patient: int  # of the second institution, who was never at the first


def opened(citizen: int, today: date) -> Hospitals:
    """Registers them and has them work; the role in use is the batch's."""
    first = date(today.year, 1, 1)
    hospitals, numbers, owners = [], [], []
    with acting(system_actor("load"), "people.record") as act:
        for name, place in zip(NAMES, DISTRICTS, strict=True):
            owners.append(
                organisations.register_organisation(
                    act, name=name, kind=2, code=None, place=place, since=first, sector="Q"
                )
            )
    with acting(system_actor("setup"), "medical.register") as act:
        listed = catalogue.read(catalogue.DEMO)
        catalogue.add_items(act, listed)
        for k, owner in enumerate(owners):
            level = Institution.Level.LEVEL_1 if k else Institution.Level.LEVEL_3
            made = institutions.register(
                act, CODES[k], NAMES[k], level, DISTRICTS[k], first, community=bool(k), organisation_id=owner
            )
            catalogue.match_all(act, made.pk, [item.code for item in listed], first)
            access_key, secret = institutions.issue_key(act, made.pk)
            hospitals.append(Hospital(CODES[k], NAMES[k], "110000", access_key, secret))
            numbers.append(made.pk)
        memberships.enter(act, [Entry(citizen, first, None, 5, (2, 3), 1)], Membership.Scheme.RESIDENT)
    with acting(system_actor("settlement"), "medical.settle") as act:
        cover.open_year(act, today.year, today)
        me = _patient(citizen, act)
    service = Service.of_programme(today)
    others = iter([one for one in patients(today, 40) if one.certificate != me.certificate])
    one, two = (_desk(hospital, service, today, k) for k, hospital in enumerate(hospitals))
    mine = [_bill(one, me, today), one.inpatient(me, 6)]
    kept = _bills(one, others, today)
    wrong = _bill(one, me, today)
    one.take_back(wrong)
    one.day = today - timedelta(days=9)  # cut off then, sent now
    mine.append(_bill(one, me, one.day))
    elsewhere = _bills(two, others, today)
    mine.append(_bill(two, me, today))
    one.day = today
    for insutype in ("310", "390"):
        one.totals(kept[:1], insutype, OUTPATIENT, False)  # the hospital counts one of its bills
    two.totals([bill for bill in elsewhere if bill.person in _insured(elsewhere, "310")], "310", OUTPATIENT, False)
    _details(one, mine[:1])
    with acting(system_actor("settlement"), "medical.settle") as act:
        late.look(act, today)
    return Hospitals(
        (numbers[0], numbers[1]),
        (owners[0], owners[1]),
        [*mine, wrong],
        (kept[0], elsewhere[0]),
        int(elsewhere[0].person),
    )


class _Cashier(Desk):
    """A desk whose service runs in this process, and whose prescriptions pass the deductible."""

    def outpatient_items(self, who: Patient) -> list[tuple[Priced, int]]:
        """A consultation, a scan, a drug of class B, one outside the catalogue."""
        return [(items()[code], pieces) for code, pieces in (("FW01", 1), ("FW04", 1), ("XA02", 2), ("XA08", 1))]


def _desk(hospital: Hospital, service: Service, today: date, seed: int) -> Desk:
    """A desk whose messages the service answers in this process."""

    def send(message: Message, file: bytes | None = None) -> bytes:
        if file is not None:
            beside = service.file_asked(decode(message.body, service.definitions), service.now())
            return service.upload(beside, file)
        asked = service.asked(decode(message.body, service.definitions), service.now())
        return service.run([asked])[0]

    desk = _Cashier(hospital, send, today, seed, datetime.now)
    desk.sign_in()
    return desk


def _details(desk: Desk, bills: list[Settled]) -> None:
    """3202: the hospital sends the bills that it knows of, one at another amount."""
    rows = [(one.settlement, one.visit, one.person, one.total + 100, one.funds, one.account, "0") for one in bills]
    file = io.BytesIO()
    write_statement(file, desk.hospital.definitions, rows, UPLOAD)
    number = desk.upload("bills.txt", file.getvalue())
    given = {
        "setl_optins": desk.hospital.region,
        "file_qury_no": number,
        "stmt_begndate": desk.day,
        "stmt_enddate": desk.day,
        "cash_payamt": 0,
        "clr_type": "99",
        "fixmedins_refd_setl_flag": "0",
        "fixmedins_setl_cnt": len(rows),
        "medfee_sumamt": sum(row[3] for row in rows),
        "fund_pay_sumamt": sum(row[4] for row in rows),
    }
    desk.ask("3202", {"data": given})


def _bill(desk: Desk, who: Patient, day: date) -> Settled:
    desk.day = day
    found = desk.outpatient(who)
    assert found is not None
    return found


def _bills(desk: Desk, people: Iterator[Patient], day: date) -> list[Settled]:
    """Four bills of the next people whom the service does not turn away: not for all of them there are rules."""
    found: list[Settled] = []
    while len(found) < 4:
        try:
            found.append(_bill(desk, next(people), day))
        except Turned:
            continue
    return found


def _patient(person: int, act: Any) -> Patient:
    """A person of the record as his card has him."""
    record = people.person(act, person)
    paper, name, vitals = (next(known.fact for known in record.of(kind)) for kind in (Identifier, Name, Vitals))
    assert vitals.birth_day is not None
    return Patient(paper.number, name.name, Sex(vitals.sex), vitals.birth_day)


def _insured(bills: list[Settled], insutype: str) -> set[str]:
    """The persons of bills in a scheme."""
    with acting(system_actor("settlement"), "medical.settle"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM medical_settlement WHERE insutype = %s AND id = ANY(%s)",
            [insutype, [int(bill.settlement) for bill in bills]],
        )
        return {str(row[0]) for row in cursor.fetchall()}
