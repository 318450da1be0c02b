"""Messages that wait together: one transaction, the compiled rules once for all of them, answers after the commit.

A message that changes something is kept with its answer, so that it is answered the same when it comes again; one that
is refused leaves nothing.  Within a batch a person's messages are taken one after the other, in rounds, and each sees
what the one before did.  When the database refuses a batch, it is split and tried again, in the end one by one.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import msgspec
import psycopg
from django.db import Error, IntegrityError, connection

from shebao.access.acting import Act, acting
from shebao.access.services import system_actor
from shebao.files.nhsa import Definitions, Refused, Request, answer, reference, refusal
from shebao.ledger.values import Refused as NotPosted
from shebao.medical import law
from shebao.medical.codes import ZONE, local_day
from shebao.medical.numbers import Numbers, drawn
from shebao.medical.services import booking, charging, listing, reconciling, registering, settling, signing
from shebao.medical.services.asking import institution_of, person_number, visit_number
from shebao.medical.services.registering import Output
from shebao.medical.services.rows import Message
from shebao.medical.services.state import Asked, State

PURPOSE = "medical.settle"
TRIES, PAUSE = 6, 0.5  # when the database does not answer: how often, and seconds before the next
_log = logging.getLogger(__name__)

Single = Callable[[State, Asked], Output]
SINGLES: Mapping[str, Single] = {
    "1101": registering.who,
    "1312": listing.items,
    "2001": registering.entitled,
    "2201": registering.register,
    "2202": registering.undo,
    "2203": registering.describe,
    "2205": charging.undo_batch,
    "2208": settling.reverse,
    "2302": charging.undo_stay_lines,
    "2305": settling.reverse,
    "2401": registering.admit,
    "2402": registering.discharge,
    "2403": registering.change_stay,
    "2404": registering.undo,
    "2405": registering.undo_discharge,
    "2601": settling.undo_lost,
    "3101": charging.audit,
    "3102": charging.audit,
    "3201": reconciling.totals,
    "3202": reconciling.details,
    "3301": listing.match,
    "3302": listing.unmatch,
    "5203": listing.settled,
    "9001": signing.sign_in,
    "9002": signing.sign_out,
}
LINES = ("2204", "2301")
BILLS = ("2206", "2207", "2303", "2304")
READING = ("1101", "1312", "2001", "2206", "2303", "3101", "3102", "5203")  # change nothing
LINED = ("2202", "2204", "2205", "2301", "2302", "2305", "2404", "2601")  # need the lines of the visit
BEGINNING = ("2201", "2401")
SHOWING = ("1101", "2001", *BEGINNING)  # need to know who the person is


class _Lost(Exception):
    """The connection to the database is gone."""


class _Idle(Exception):
    """Nothing was changed; the transaction is given up."""


@dataclass
class Service:
    """What answers messages.  One for a process; `run` may be called from several threads at once.

    fixed: the day on which a sample city stands still; None: the day is today's.
    """

    actor_id: int
    numbers: Numbers
    definitions: Definitions = field(default_factory=Definitions.core)
    fixed: date | None = None
    _accounts: dict[booking.Key, int] = field(default_factory=dict)
    _references: itertools.count[int] = field(default_factory=lambda: itertools.count(time.time_ns() // 1_000))

    @staticmethod
    def of_programme(fixed: date | None = None) -> Service:
        """That of the programme `settlement`, on the database in use."""
        return Service(system_actor("settlement"), drawn(), fixed=fixed)

    def now(self) -> datetime:
        """The moment, in the city's time."""
        now = datetime.now(ZONE)
        return now if self.fixed is None else datetime.combine(self.fixed, now.timetz())

    def asked(self, request: Request, received: datetime) -> Asked:
        """A message, its input checked.  Raises Refused."""
        if request.infno not in SINGLES and request.infno not in LINES and request.infno not in BILLS:
            raise Refused(f"交易编号[{request.infno}]未开通", f"{request.infno} is not served here", field="infno")
        values = self.definitions.check(request, local_day(received))
        content = msgspec.msgpack.encode([request.infno, request.fixmedins_code, values])
        found = Asked(request, values, received, hashlib.sha256(content).digest())
        node: Any = next(iter(values.values()))
        node = (node[0] if node else {}) if isinstance(node, list) else node
        found.person = person_number(node.get("psn_no") or "")
        found.visit = visit_number(node.get("mdtrt_id") or "")
        if request.infno in BEGINNING or request.infno == "2001":
            found.year = node["begntime"].year
        elif request.infno == "2601":
            found.year = received.year
        return found

    def refused(self, why: Refused | str, received: datetime, region: str = "000000") -> bytes:
        """The answer to what is refused."""
        return refusal(why, self._reference(region, received), _naive(received), _naive(self.now()))

    def _reference(self, region: str, received: datetime) -> str:
        return reference(region[:6].ljust(6, "0"), _naive(received), next(self._references))

    def file_asked(self, request: Request, received: datetime) -> Asked:
        """A message about a file (9101, 9102), its input checked.  Raises Refused."""
        values = self.definitions.check(request, local_day(received))
        return Asked(request, values, received, b"")

    def upload(self, asked: Asked, content: bytes) -> bytes:
        """The answer to a 9101."""
        try:
            with acting(self.actor_id, PURPOSE) as act:
                state = self._alone(act, asked)
                output = reconciling.keep_file(state, asked, asked.values["fsUploadIn"]["filename"], content)
        except Refused as refused:
            return self.refused(refused, asked.received, asked.request.mdtrtarea_admvs)
        rendered = self.definitions.render(asked.request.infno, output)
        number = self._reference(asked.request.mdtrtarea_admvs, asked.received)
        return answer(asked.request, rendered, number, _naive(asked.received), _naive(self.now()))

    def download(self, asked: Asked) -> bytes:
        """The file that a 9102 asks for.  Raises Refused."""
        with acting(self.actor_id, PURPOSE) as act:
            return reconciling.file_of(self._alone(act, asked), asked)

    def _alone(self, act: Act, asked: Asked) -> State:
        now = self.now()
        state = State(act, now, local_day(now), self.numbers)
        state.load([asked], False, ())
        return state

    # ------------------------------------------------------------ a batch
    def run(self, batch: Sequence[Asked]) -> list[bytes]:
        """The answers to messages, in order; what they say is stored when this returns."""
        for attempt in range(TRIES):
            try:
                return self._run(batch)
            except _Lost:
                # Whether it was committed is not known; asked again, what was is answered from its message.
                _log.warning("the database does not answer, attempt %s", attempt + 1, exc_info=True)
                connection.close()
                time.sleep(PAUSE)
        return [self._failed(each, "系统繁忙，请稍后以原报文重发") for each in batch]

    def _run(self, batch: Sequence[Asked], again: bool = False) -> list[bytes]:
        try:
            return self._together(batch)
        except (Error, psycopg.Error) as error:
            if connection.connection is None or connection.connection.closed:
                raise _Lost from error
            reason: Exception = error
        except (NotPosted, ArithmeticError, LookupError, TypeError, ValueError) as error:
            reason = error
        if len(batch) == 1:
            if isinstance(reason, (IntegrityError, psycopg.IntegrityError)) and not again:
                return self._run(batch, again=True)  # another was first; now it is seen
            if isinstance(reason, NotPosted):
                return [self._failed(batch[0], f"记账未通过：{reason.reason}")]
            _log.error("message %s cannot be answered", batch[0].request.msgid, exc_info=reason)
            return [self._failed(batch[0], "系统处理出错，已记录，请联系经办机构")]
        half = len(batch) // 2
        return self._run(batch[:half]) + self._run(batch[half:])

    def _failed(self, asked: Asked, why: str) -> bytes:
        return self.refused(why, asked.received, asked.request.mdtrtarea_admvs)

    def _together(self, batch: Sequence[Asked]) -> list[bytes]:
        """All in one transaction."""
        answers: list[bytes] = [b""] * len(batch)
        accounts = booking.Accounts(self._accounts)
        now = self.now()
        try:
            with acting(self.actor_id, PURPOSE) as act:
                state = State(act, now, local_day(now), self.numbers)
                self._load(state, batch)
                for chosen in _rounds(batch):
                    self._round(state, batch, chosen, answers)
                if not state.new_messages:
                    raise _Idle
                institutions = {each.id: each for each in state.institutions.values()}
                booking.post(act, accounts, state.new_settlements, institutions, state.today)
                state.write()
        except _Idle:
            return answers
        accounts.committed()
        return answers

    def _load(self, state: State, batch: Sequence[Asked]) -> None:
        numbers = {each.request.infno for each in batch}
        if "2601" in numbers:
            state.resolve([each for each in batch if each.request.infno == "2601"])
        lined = {(e.person, e.visit) for e in batch if e.request.infno in LINED and e.person and e.visit}
        state.load(batch, not numbers.isdisjoint(BILLS), lined)
        showing = [each for each in batch if each.request.infno in SHOWING]
        given = [node for each in batch for node in each.values.values() if isinstance(node, dict)]
        cards = {node["mdtrt_cert_no"] for node in given if node.get("mdtrt_cert_type") == "03"} - {None}
        if showing or cards:
            papers = {
                node["certno"]
                for each in showing
                for node in each.values.values()
                if isinstance(node, dict) and node.get("certno")
            }
            state.identify({each.person for each in showing if each.person}, papers, cards, state.today)
        asking = [each for each in batch if each.request.infno == "1101"]
        if asking:
            for year in {(each.values["data"]["begntime"] or state.today).year for each in asking}:
                state.read_covers(state.persons, year)
        if state.today >= law.account_since():
            persons = {
                each.person for each in batch if each.person and each.request.infno in (*BILLS, "2208", "2305", "2601")
            }
            state.account_balances(persons | (set(state.persons) if asking else set()))

    def _round(self, state: State, batch: Sequence[Asked], chosen: Sequence[int], answers: list[bytes]) -> None:
        """Messages of different persons."""
        lines: list[int] = []
        bills: list[int] = []
        for k in chosen:
            asked = batch[k]
            try:
                before = self._before(state, asked)
                if before is not None:
                    answers[k] = before
                elif asked.request.infno in LINES:
                    lines.append(k)
                elif asked.request.infno in BILLS:
                    bills.append(k)
                else:
                    self._done(state, batch, k, SINGLES[asked.request.infno](state, asked), answers)
            except Refused as refused:
                self._done(state, batch, k, refused, answers)
        for places, together in ((lines, charging.charge), (bills, settling.settle)):
            if places:
                for k, output in zip(places, together(state, [batch[k] for k in places]), strict=True):
                    self._done(state, batch, k, output, answers)

    def _before(self, state: State, asked: Asked) -> bytes | None:
        """What the message was answered before.  Raises Refused for what may not be asked at all."""
        institution = institution_of(state, asked)
        if asked.request.infno != "9001":
            signing.signed_in(state, asked)
        found = state.messages.get((institution.id, asked.request.msgid))
        if found is None:
            return None
        if found.answer is None:
            raise Refused("该报文已冲正，不再受理", "the message was undone before it came", field="msgid")
        if found.digest != asked.digest:
            raise Refused(
                "该报文ID已用于其他内容，请换用新的报文ID", "the msgid stands for another message", field="msgid"
            )
        return found.answer

    def _done(
        self, state: State, batch: Sequence[Asked], k: int, output: Output | Refused, answers: list[bytes]
    ) -> None:
        asked = batch[k]
        request = asked.request
        if isinstance(output, Refused):
            answers[k] = self.refused(output, asked.received, request.mdtrtarea_admvs)
            return
        rendered = self.definitions.render(request.infno, output)
        number = self._reference(request.mdtrtarea_admvs, asked.received)
        answers[k] = answer(request, rendered, number, _naive(asked.received), _naive(self.now()))
        if request.infno not in READING:
            institution = institution_of(state, asked)
            visit = asked.visit
            if request.infno in BEGINNING:
                visit = state.new_visits[-1].id
            message = Message(
                institution.id,
                request.msgid,
                request.infno,
                asked.digest,
                answers[k],
                asked.person,
                visit,
                request.opter,
                state.act.id,
            )
            state.messages[institution.id, request.msgid] = message
            state.new_messages.append(message)


def _rounds(batch: Sequence[Asked]) -> list[list[int]]:
    """Places of the messages by rounds: of a person, or without one of a msgid, one in each."""
    found: list[list[int]] = []
    seen: Counter[int | str] = Counter()
    for k, each in enumerate(batch):
        key = each.person or each.request.msgid
        if seen[key] == len(found):
            found.append([])
        found[seen[key]].append(k)
        seen[key] += 1
    return found


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(ZONE).replace(tzinfo=None)
