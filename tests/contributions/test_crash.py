"""The server is killed while several programmes collect: nothing acknowledged is lost, nothing is there by half."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import collection_traffic as traffic
import psycopg
import pytest
import small_city

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.contributions.services import assessing, interest, registration
from shebao.database import connection, server
from shebao.law.insurance.contributions.facts import Insurance
from shebao.ledger import selectors as books
from shebao.ledger import services as ledger

MONTHS = [date(2012, m, 1) for m in (4, 5, 6, 7)]
WORKERS = 3
ROUNDS = 3

# What must never be found, whatever the moment of the crash.
FAULTS = {
    "a receipt without its transaction": """
        SELECT r.reference FROM contributions_receipt r WHERE NOT EXISTS (SELECT
        FROM ledger_transaction t WHERE t.key = 'receipt:' || r.reference)
    """,
    "a transaction without its receipt": """
        SELECT t.key FROM ledger_transaction t WHERE t.key LIKE 'receipt:%' AND NOT EXISTS (SELECT
        FROM contributions_receipt r WHERE 'receipt:' || r.reference = t.key)
    """,
    "a file with other receipts than it had": """
        SELECT f.name FROM contributions_bank_file f WHERE f.rows <> (SELECT count(*)
        FROM contributions_receipt r WHERE r.bank_file_id = f.id)
    """,
    "a receipt that pays more than it is": """
        SELECT r.id FROM contributions_receipt r WHERE r.amount < (SELECT sum(p.amount)
        FROM contributions_payment p WHERE p.receipt_id = r.id)
    """,
    "a bill paid more than it asks": """
        SELECT b.id FROM contributions_bill b WHERE b.employer + b.own < (SELECT sum(p.amount)
        FROM contributions_payment p WHERE p.bill_id = b.id AND p.part = 1)
    """,
    "a settled bill that is not paid": """
        SELECT b.id FROM contributions_bill b JOIN contributions_settled s ON s.bill_id = b.id
        WHERE b.employer + b.own <> (SELECT coalesce(sum(p.amount), 0) FROM contributions_payment p
        WHERE p.bill_id = b.id AND p.part = 1)
    """,
    "a settled bill without its transaction": """
        SELECT b.id FROM contributions_bill b JOIN contributions_settled s ON s.bill_id = b.id
        WHERE NOT EXISTS (SELECT FROM ledger_transaction t WHERE t.key = 'bill:' || b.number)
    """,
    "a transaction of a bill that is not settled": """
        SELECT t.key FROM ledger_transaction t WHERE t.key LIKE 'bill:%' AND NOT EXISTS (SELECT
        FROM contributions_settled s JOIN contributions_bill b ON b.id = s.bill_id
        WHERE 'bill:' || b.number = t.key)
    """,
    "an item credited without settlement, or the other way": """
        SELECT i.id FROM contributions_item i
        LEFT JOIN contributions_credit c ON c.item_id = i.id AND c.person_id = i.person_id AND c.month = i.month
        LEFT JOIN contributions_settled s ON s.bill_id = i.bill_id
        WHERE (c.item_id IS NULL) <> (s.bill_id IS NULL)
    """,
    "a history that is not what was credited": """
        SELECT * FROM (SELECT i.person_id, i.insurance, sum(i.base) AS base
        FROM contributions_credit c JOIN contributions_item i ON i.id = c.item_id AND
        i.person_id = c.person_id AND i.month = c.month GROUP BY 1, 2) c
        FULL JOIN (SELECT person_id, insurance, sum(base) AS base FROM contributions_history
        WHERE recorded_to = 'infinity' GROUP BY 1, 2) h USING (person_id, insurance)
        WHERE c.base IS DISTINCT FROM h.base
    """,
    "postings that do not sum to nothing": """
        SELECT fund_id FROM ledger_posting GROUP BY 1 HAVING sum(amount) <> 0
    """,
    "a balance that is not its postings": """
        SELECT b.account_id FROM ledger_balance b WHERE b.posted <> (SELECT coalesce(sum(p.amount), 0)
        FROM ledger_posting p WHERE p.account_id = b.account_id)
    """,
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Of a server of the test's own, which keeps what it acknowledged."""
    place = Path(tempfile.gettempdir()) / f"shebao-crash-{uuid.uuid4().hex[:12]}"
    place.mkdir(mode=0o755)
    yield place
    server.stop(place / "data")
    shutil.rmtree(place, ignore_errors=True)


def _city(dsn: str) -> int:
    """Employers with staff, and their bills."""
    connection.migrate(dsn)
    connection.use(dsn, connection.BATCH)
    actor = system_actor("setup")
    small_city.city(actor)
    with acting(actor, "ledger.open") as act:
        ledger.open_period(act, traffic.BOOKS.replace(day=1))
    with acting(actor, "people.load") as act:
        offices = small_city.organisations(act, 1, 12)
        for k, office in enumerate(offices):
            registration.register_employer(act, office, MONTHS[0])
            for person in small_city.citizens(act, range(4 * k, 4 * k + 4)):
                registration.join(act, person, office, MONTHS[0], 300_000 + 1_000 * person)
    for month in MONTHS:
        with acting(actor, "contributions.assess") as act:
            assessing.assess(act, month)
    return actor


def _killed(folder: Path, dsn: str, logs: list[Path], first_seed: int, seconds: float) -> None:
    """Workers at work; after a while the server is killed, and they end with it."""
    script = Path(traffic.__file__)
    workers = [
        subprocess.Popen(
            [sys.executable, str(script), dsn, str(first_seed + k), str(log)],
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for k, log in enumerate(logs)
    ]
    deadline = time.monotonic() + 120
    while sum(log.read_text().count("took") for log in logs if log.exists()) < WORKERS * 4:
        assert time.monotonic() < deadline and all(w.poll() is None for w in workers), "the workers do not work"
        time.sleep(0.05)
    time.sleep(seconds)
    pid = server.status(folder).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    for worker in workers:
        assert worker.wait(120) != 0  # each saw the connection break


def _check(dsn: str, actor: int) -> None:
    connection.use(dsn, connection.BATCH)
    with psycopg.connect(connection.dsn_as(dsn, connection.BATCH)) as plain:
        for fault, query in FAULTS.items():
            assert plain.execute(query).fetchall() == [], fault
    with acting(actor, "ledger.read") as act:
        assert books.trial_balance(act, date(2012, 9, 1), date(2012, 9, 30)).differences() == {}
        assert interest.account_differences(act) == interest.account_differences(act, Insurance.MEDICAL) == []


def _told(logs: list[Path]) -> tuple[list[str], set[str]]:
    """Files that were handed in, and those of them that were acknowledged."""
    lines = [line.split(" ", 1) for log in logs for line in log.read_text().splitlines()]
    return [name for verb, name in lines if verb == "try"], {name for verb, name in lines if verb == "took"}


def _taken(dsn: str) -> list[str]:
    with psycopg.connect(connection.dsn_as(dsn, connection.BATCH)) as plain:
        return [row[0] for row in plain.execute("SELECT name FROM contributions_bank_file")]


def test_a_killed_server_loses_nothing_it_acknowledged(folder: Path, tmp_path: Path) -> None:
    dsn = server.ensure(folder / "data").dsn()
    actor = _city(dsn)
    draw = random.Random(2012)
    logs: list[Path] = []
    for k in range(ROUNDS):
        mine = [tmp_path / f"{k}-{w}.log" for w in range(WORKERS)]
        logs += mine
        _killed(folder / "data", dsn, mine, 1000 * k, draw.random())
        dsn = server.ensure(folder / "data").dsn()
        _check(dsn, actor)
        tried, took = _told(logs)
        there = _taken(dsn)
        assert len(there) == len(set(there))
        assert took <= set(there) <= set(tried)
    # who got no answer asks again: what is there is recognised, what is not is taken
    unanswered = [name for name in tried if name not in took]
    for name in unanswered:
        traffic.hand_in(actor, name)
    assert sorted(_taken(dsn)) == sorted(tried)
    while traffic.process(actor, 100):
        pass
    _check(dsn, actor)
