"""A day at the card readers of the sample city, through the settlement service's own messages.

Hospitals open with agreements, keys and a matched catalogue; their desks treat people, settle, take back mistakes, send
a message again whose answer was lost, and compare totals in the evening.  Then the covers are held against the facts
they follow from, and the settlements against the books.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.files.nhsa.hospital import Hospital, Message
from shebao.law.city.facts import Sex
from shebao.medical.gateway import PATH
from shebao.medical.models import Institution
from shebao.medical.services import catalogue, cover, institutions, late
from shebao.people.models import Organisation
from shebao.samplecity.hospitals import Desk, Patient, Settled, Turned
from shebao.samplecity.statements import compare

REGION = "110000"
# level, community, district, how many
KINDS = ((3, False, "110105", 2), (3, False, "110108", 1), (2, False, "110106", 2), (1, True, "110105", 3))
LEVELS = {3: "三级", 2: "二级", 1: "一级"}
STAY, MISTAKE, LOST = 12, 25, 40  # one in so many: a stay, a bill that is taken back, an answer that is lost
LATE = timedelta(3)  # how long a line was down whose bills come late
BOUNDARY = "shebao-sample-boundary"
WAIT = 120  # seconds until the service has to answer


@dataclass
class Tally:
    """What a desk did.  bills: all that were settled, with their insutype; taken: those of them taken back."""

    bills: list[tuple[str, Settled]] = field(default_factory=list)
    taken: list[tuple[str, Settled, str]] = field(default_factory=list)  # with the number of what took it back
    paid: list[Patient] = field(default_factory=list)  # whose outpatient bill the funds shared
    visits: int = 0
    repeated: int = 0
    late: int = 0  # bills of earlier days, that came when the line was up again
    turned: Counter[str] = field(default_factory=Counter)
    statements: Counter[str] = field(default_factory=Counter)  # by result of 3201: 0 equal
    planted: set[str] = field(default_factory=set)  # settlements that its file of 3202 tells wrongly
    found: set[str] = field(default_factory=set)  # and those that the comparison named


@dataclass
class Day:
    """The day of all desks together, fen."""

    day: date
    institutions: int
    covers: int
    tallies: list[Tally]
    seconds: float
    astray: int  # covers that are not as the facts say
    settled: int = 0  # by the tables of the room
    booked: int = 0  # by the ledger
    cases: int = 0  # settlements that in the order of service would be others

    @property
    def bills(self) -> list[Settled]:
        """Those that stand."""
        taken = {bill.settlement for tally in self.tallies for _, bill, _ in tally.taken}
        return [bill for tally in self.tallies for _, bill in tally.bills if bill.settlement not in taken]

    def differences(self) -> list[str]:
        """What is not as it must be; nothing, when all is right."""
        told = [f"{self.astray} covers are not as the facts say"] if self.astray else []
        ours = sum(bill.funds for bill in self.bills)
        if not self.settled == self.booked == ours:
            told.append(f"funds: desks {ours}, settlements {self.settled}, books {self.booked}")
        unequal = sum(tally.statements["1"] for tally in self.tallies)
        if unequal:
            told.append(f"{unequal} statements differ")
        for tally in self.tallies:
            if tally.planted != tally.found:
                told.append(f"planted in a file {sorted(tally.planted)}, found {sorted(tally.found)}")
        return told


def open_hospitals(day: date) -> list[Hospital]:
    """Institutions with agreements from the year's first day, each with a key, the catalogue, all matched; covers."""
    found: list[Hospital] = []
    first = day.replace(month=1, day=1)
    with acting(system_actor("setup"), "medical.register") as act:
        organisations = Organisation.objects.order_by("pk").values_list("pk", flat=True)[: sum(k[3] for k in KINDS)]
        owners = iter(list(organisations))
        items = catalogue.read(catalogue.DEMO)
        catalogue.add_items(act, items)
        for level, community, place, count in KINDS:
            for _ in range(count):
                number = len(found) + 1
                name = f"样本第{number}" + ("社区卫生服务中心" if community else f"医院（{LEVELS[level]}）")
                made = institutions.register(
                    act,
                    f"H110105{number:05}",
                    name,
                    Institution.Level(level),
                    place,
                    first,
                    community=community,
                    organisation_id=next(owners, None),
                )
                catalogue.match_all(act, made.pk, [item.code for item in items], first)
                access_key, secret = institutions.issue_key(act, made.pk)
                found.append(Hospital(made.code, name, REGION, access_key, secret))
    return found


def patients(day: date, count: int) -> list[Patient]:
    """Insured people who live, with the numbers of their identity cards, the same for the same city."""
    with acting(system_actor("settlement"), "medical.settle"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.number, n.name, v.sex, v.birth_day FROM medical_cover c "
            "JOIN people_identifier i ON i.person_id = c.person_id AND i.kind = 1 AND upper_inf(i.recorded) "
            "AND upper_inf(i.valid) JOIN people_name n ON n.person_id = c.person_id AND n.kind = 1 "
            "AND upper_inf(n.recorded) AND upper_inf(n.valid) JOIN people_vitals v ON v.person_id = c.person_id "
            "AND upper_inf(v.recorded) AND v.death_day IS NULL "
            "WHERE c.year = %s AND (c.employee | c.resident | c.unemployed) & %s <> 0 "
            "ORDER BY hashint8(c.person_id) LIMIT %s",
            [day.year, 1 << (day.month - 1), count],
        )
        return [Patient(number, name, Sex(sex), born) for number, name, sex, born in cursor.fetchall()]


@contextmanager
def service(dsn: str, day: date) -> Iterator[tuple[str, int]]:
    """The settlement service as a process of its own, on a free port: its host and port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host, port = free.getsockname()
    program = (
        "import sys; from datetime import date; from shebao.medical.serve import serve; "
        "serve(sys.argv[1], sys.argv[2], int(sys.argv[3]), fixed=date.fromisoformat(sys.argv[4]))"
    )
    started = subprocess.Popen([sys.executable, "-c", program, dsn, host, str(port), day.isoformat()], env=os.environ)
    try:
        until = time.monotonic() + WAIT
        while True:
            try:
                http.client.HTTPConnection(host, port, timeout=5).request("GET", "/")
                break
            except OSError:
                if started.poll() is not None or time.monotonic() > until:
                    raise RuntimeError("结算服务没有启动 / the settlement service did not start") from None
                time.sleep(0.2)
        yield host, port
    finally:
        started.terminate()
        started.wait(30)


class Line:
    """A connection of a desk to the service, kept open."""

    def __init__(self, host: str, port: int) -> None:
        self._http = http.client.HTTPConnection(host, port, timeout=60)

    def __call__(self, message: Message, file: bytes | None = None) -> bytes:
        """Sends a message; one with a file as multipart/form-data, as the interface has it."""
        kind, body = "text/plain", message.body
        if file is not None:
            kind = f"multipart/form-data; boundary={BOUNDARY}"
            named = b'--%s\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
            mark = BOUNDARY.encode()
            body = named % (mark, b"jsonStr", b"", body) + named % (mark, b"file", b'; filename="f"', file)
            body += b"--%s--\r\n" % mark
        self._http.request("POST", PATH, body, message.headers | {"content-type": kind})
        return self._http.getresponse().read()


def treat(desk: Desk, people: list[Patient], faulty: bool, told: Callable[[], None]) -> Tally:
    """A desk's day: who comes is treated; some bills are taken back, some answers lost; statements at the end.

    faulty: its file of settlements tells some wrongly.
    """
    tally = Tally()
    desk.sign_in()
    for who in people:
        tally.visits += 1
        try:
            insutype, bill = _visit(desk, who, tally)
        except Turned as turned:
            tally.turned[str(turned)] += 1
        else:
            tally.bills.append((insutype, bill))
            if desk.draw.randrange(MISTAKE) == 0:
                tally.taken.append((insutype, bill, desk.take_back(bill)))
            elif bill.funds and not bill.stay:
                tally.paid.append(who)
        told()
    _late(desk, tally)
    for clr_type, stay in (("11", False), ("21", True)):
        of_kind = [(kind, bill) for kind, bill in tally.bills if bill.stay == stay]
        back = [(kind, bill, number) for kind, bill, number in tally.taken if bill.stay == stay]
        for insutype in ("310", "390"):
            bills = [bill for kind, bill in of_kind if kind == insutype]
            tally.statements[desk.totals(bills, insutype, clr_type, False)] += 1
            mirrored = [bill for kind, bill, _ in back if kind == insutype]
            tally.statements[desk.totals(mirrored, insutype, clr_type, True)] += 1
        taken = [(bill, number) for _, bill, number in back]
        planted, found = compare(desk, [bill for _, bill in of_kind], taken, clr_type, faulty and not stay)
        tally.planted |= planted
        tally.found |= found
    desk.sign_out()
    return tally


def _late(desk: Desk, tally: Tally) -> None:
    """A bill of some days before, of somebody who was here today: the line was down then."""
    today = desk.day
    for who in tally.paid[:1]:
        desk.day = today - LATE
        try:
            bill = desk.outpatient(who)
            tally.bills.append((desk.insutype, bill))
            tally.late += 1
        except Turned as turned:
            tally.turned[str(turned)] += 1
        finally:
            desk.day = today


def _visit(desk: Desk, who: Patient, tally: Tally) -> tuple[str, Settled]:
    stay = desk.draw.randrange(STAY) == 0
    bill = desk.inpatient(who, desk.draw.randint(2, 9)) if stay else desk.outpatient(who)
    if desk.draw.randrange(LOST) == 0 and desk.repeat() == bill.settlement:
        tally.repeated += 1
    return desk.insutype, bill


def run(dsn: str, day: date, visits: int, progress: Callable[[int, int | None], None]) -> Day:
    """The day: opens hospitals and covers, treats so many people, compares.  The role in use is the batch's."""
    hospitals = open_hospitals(day)
    with acting(system_actor("settlement"), "medical.settle") as act:
        covers = cover.open_year(act, day.year, day)
    chosen = patients(day, visits)
    done = 0

    def told() -> None:
        nonlocal done
        done += 1
        progress(done, len(chosen))

    with service(dsn, day) as (host, port), ThreadPoolExecutor(len(hospitals)) as pool:
        began = time.perf_counter()
        desks = [Desk(one, Line(host, port), day, 1, datetime.now) for one in hospitals]
        tallies = list(pool.map(lambda k: treat(desks[k], chosen[k :: len(desks)], k == 0, told), range(len(desks))))
        seconds = time.perf_counter() - began
    with acting(system_actor("settlement"), "medical.settle") as act:
        astray = len(cover.prove(act))
        settled, booked = _compared(day)
    cases = 0
    while True:
        with acting(system_actor("settlement"), "medical.settle") as act:
            looked = late.look(act, day)
        if not looked.years:
            break
        cases += looked.opened
    return Day(day, len(hospitals), covers, tallies, seconds, astray, settled, booked, cases)


def _compared(day: date) -> tuple[int, int]:
    """What the funds paid on a day, fen: by the settlements, and by the expenditure in the books."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(pool + large + supplement + catastrophic + assistance), 0)::bigint "
            "FROM medical_settlement WHERE day = %s",
            [day],
        )
        settled = cursor.fetchone()[0]
        cursor.execute(
            "SELECT coalesce(sum(p.amount), 0)::bigint FROM ledger_posting p JOIN ledger_account a ON "
            "a.id = p.account_id WHERE p.day = %s AND a.chart_id = 502 AND p.transaction_id IN "
            "(SELECT id FROM ledger_transaction t WHERE t.key LIKE 'settlement:%%')",
            [day],
        )
        return int(settled), int(cursor.fetchone()[0])
