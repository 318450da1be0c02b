"""The gateway and the database are killed in turn under load: what was acknowledged is there once."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import hospital_city
import psycopg
import pytest
from gateway_process import Gateway, running
from hospital_city import TODAY, Desk, Town, owed, unequal

from shebao.database import connection, server
from shebao.files.nhsa.hospital import Message

ON = date(2013, 11, 5)
LINES = [("XA09", 3, 51200), ("FW07", 1, 42000), ("XA08", 1, 3000)]
CLIENTS = 8
KILLS = ("gateway", "database", "gateway", "database")
BUSY = "系统繁忙"

# What must never be found, whatever the moment.
FAULTS = {
    "a settlement without its transaction in the books": """
        SELECT s.id FROM medical_settlement s WHERE s.total <> s.cash AND NOT EXISTS (SELECT FROM ledger_transaction t
        WHERE t.key = 'settlement:' || s.id)
    """,
    "a transaction without its settlement": """
        SELECT t.key FROM ledger_transaction t WHERE t.key LIKE 'settlement:%' AND NOT EXISTS (SELECT
        FROM medical_settlement s WHERE 'settlement:' || s.id = t.key)
    """,
    "a bill that is settled twice": """
        SELECT visit_id, batch FROM medical_settlement s WHERE reverses_id IS NULL AND NOT EXISTS (SELECT
        FROM medical_settlement r WHERE r.reverses_id = s.id) GROUP BY visit_id, batch HAVING count(*) > 1
    """,
    "a settlement without its message": """
        SELECT s.id FROM medical_settlement s WHERE NOT EXISTS (SELECT FROM medical_message m
        WHERE m.institution_id = s.institution_id AND m.msgid = s.msgid)
    """,
    "a settlement that is not the sum of its lines": """
        SELECT s.id FROM medical_settlement s WHERE s.reverses_id IS NULL AND s.total <> (SELECT sum(l.amount)
        FROM medical_line l WHERE l.person_id = s.person_id AND l.visit_id = s.visit_id AND l.batch = s.batch
        AND l.undone_act_id IS NULL)
    """,
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Of a server of the test's own, which keeps what it acknowledged."""
    place = Path(tempfile.gettempdir()) / f"shebao-killed-{uuid.uuid4().hex[:12]}"
    place.mkdir(mode=0o755)
    yield place
    server.stop(place / "data")
    shutil.rmtree(place, ignore_errors=True)


class Client(threading.Thread):
    """A desk at work: visits of one person after the other, some taken back; a message is sent until it is answered."""

    def __init__(self, town: Town, gateway: Gateway, desk: Desk, persons: list[int]) -> None:
        super().__init__()
        self.town, self.gateway, self.persons = town, gateway, persons
        self.desk = Desk(desk.hospital, send=self.send)
        self.stopped = threading.Event()
        self.acknowledged: list[tuple[Message, bytes]] = []
        self.problem: BaseException | None = None
        self.done = 0

    def send(self, message: Message) -> bytes:
        while True:
            try:
                body = self.gateway.send(message)
            except (OSError, AssertionError, EOFError):
                time.sleep(0.05)
                continue
            except Exception as error:
                if type(error).__module__ != "http.client":
                    raise
                time.sleep(0.05)
                continue
            if BUSY.encode() not in body:
                self.acknowledged.append((message, body))
                return body

    def run(self) -> None:
        try:
            while not self.stopped.is_set():
                person = self.persons[self.done % len(self.persons)]
                visit, bill, _ = self.desk.visited(self.town, person, ON, LINES)
                settled = self.desk.done("2207", bill)["setlinfo"]["setl_id"]
                if self.done % 4 == 3:
                    self.desk.done("2208", {"data": {"setl_id": settled, "mdtrt_id": visit, "psn_no": str(person)}})
                self.done += 1
        except BaseException as error:
            self.problem = error


def killed(what: str, gateway: Gateway, folder: Path) -> None:
    if what == "gateway":
        gateway.kill()
        gateway.start()
        return
    pid = server.status(folder / "data").pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    server.ensure(folder / "data")


def test_nothing_acknowledged_is_lost_and_nothing_counts_twice(folder: Path) -> None:
    dsn = server.ensure(folder / "data").dsn()
    connection.migrate(dsn)
    connection.use(dsn, connection.BATCH)
    town = hospital_city.town(each=8)
    from django.db import connections

    connections.close_all()
    with running(connection.dsn_as(dsn, connection.BATCH), TODAY) as gateway:
        # neighbours share persons, so that bills of one person meet
        everybody = town.actives + town.retired + town.residents
        clients = [
            Client(town, gateway, town.desks[k % 2], everybody[3 * (k // 2) : 3 * (k // 2) + 3]) for k in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        for what in KILLS:
            before = sum(client.done for client in clients)
            deadline = time.monotonic() + 60
            while sum(client.done for client in clients) < before + 3 * CLIENTS:
                assert time.monotonic() < deadline, [client.problem for client in clients]
                time.sleep(0.02)
            killed(what, gateway, folder)
        before = sum(client.done for client in clients)
        while sum(client.done for client in clients) < before + CLIENTS:
            assert time.monotonic() < deadline + 60, [client.problem for client in clients]
            time.sleep(0.02)
        for client in clients:
            client.stopped.set()
        for client in clients:
            client.join(60)
            assert client.problem is None, client.problem
        said: dict[str, bytes] = {}
        for client in clients:
            for message, body in client.acknowledged:
                assert said.setdefault(message.msgid, body) == body
                if message.infno in ("2207", "2208"):
                    assert gateway.send(message) == body, message.msgid
    connection.use(dsn, connection.BATCH)
    settled: list[Any] = [
        client.desk.hospital.read(message.infno, body)
        for client in clients
        for message, body in client.acknowledged
        if message.infno in ("2207", "2208")
    ]
    with psycopg.connect(connection.dsn_as(dsn, connection.BATCH)) as plain:
        for fault, query in FAULTS.items():
            assert plain.execute(query).fetchall() == [], fault
        there = [str(row[0]) for row in plain.execute("SELECT id FROM medical_settlement")]
    assert sorted(there) == sorted(reply.output["setlinfo"]["setl_id"] for reply in settled)
    assert unequal() == [] and owed("settlement") == owed("ledger")
