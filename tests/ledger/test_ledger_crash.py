"""The server is killed while several programmes post: what was acknowledged is there once, the rest whole or not."""

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
from pathlib import Path

import ledger_traffic as traffic
import psycopg
import pytest
from books import faults

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.database import connection, server
from shebao.ledger import selectors, services
from shebao.ledger.models import State

WORKERS = 4
ROUNDS = 3


@pytest.fixture
def folder() -> Iterator[Path]:
    """Of a server of the test's own, with fsync."""
    place = Path(tempfile.gettempdir()) / f"shebao-ledger-{uuid.uuid4().hex[:12]}"
    place.mkdir(mode=0o755)
    yield place
    from django.db import connections

    connections.close_all()
    server.stop(place / "data")
    shutil.rmtree(place, ignore_errors=True)


def _killed(folder: Path, dsn: str, logs: list[Path], seeds: list[int], seconds: float) -> None:
    """Workers at work; after a while the server is killed, and they end with it."""
    workers = [
        subprocess.Popen(
            [sys.executable, str(Path(traffic.__file__)), dsn, str(seed), str(log)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for seed, log in zip(seeds, logs, strict=True)
    ]
    deadline = time.monotonic() + 120
    while any(not log.exists() or log.read_text().count("took") < 5 for log in logs):
        assert time.monotonic() < deadline and all(worker.poll() is None for worker in workers), "nobody works"
        time.sleep(0.05)
    time.sleep(seconds)
    pid = server.status(folder).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    for worker in workers:
        assert worker.wait(120) == 3  # each saw the connection break


def _there(superuser: str) -> dict[str, dict[str, int]]:
    """Batch -> key -> state, of what the books have."""
    found: dict[str, dict[str, int]] = {}
    with psycopg.connect(superuser) as plain:
        for key, state in plain.execute("SELECT key, state FROM ledger_transaction"):
            name, *rest = key.split("/")
            if len(rest) == 1:
                batch = found.setdefault(name, {})
                assert key not in batch
                batch[key] = state
    return found


def _check(superuser: str, actor: int, logs: list[Path]) -> list[str]:
    """What must hold; gives the batches that were never acknowledged."""
    assert faults(superuser) == {}
    with acting(actor, "ledger.read") as act:
        trial = selectors.trial_balance(act, traffic.MONTH, traffic.MONTH)
    assert trial.debits == trial.credits > 0
    assert trial.differences() == {}
    there = _there(superuser)
    tried: dict[str, str] = {}
    for log in logs:
        for line in log.read_text().splitlines():
            verb, name, *outcomes = line.split()
            tried[name] = outcomes[0] if verb == "took" else ""
    assert there.keys() <= tried.keys()
    for name, outcomes in tried.items():
        states = there.get(name, {})
        assert len(states) in ({traffic.SIZE} if outcomes else {0, traffic.SIZE}), name
        for k, outcome in enumerate(outcomes.split(",") if outcomes else ()):
            assert (outcome == "refused") == (states[f"{name}/{k}"] == State.REFUSED)
    return [name for name, outcomes in tried.items() if not outcomes]


def test_a_killed_server_keeps_what_it_acknowledged(folder: Path, tmp_path: Path) -> None:
    started = server.ensure(folder / "data")
    connection.migrate(started.dsn())
    connection.use(started.dsn(), connection.APP)
    actor = system_actor("setup")
    with acting(actor, "ledger.open") as act:
        services.open_period(act, traffic.MONTH)
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    draw = random.Random(seed)
    logs: list[Path] = []
    unanswered: list[str] = []
    for _ in range(ROUNDS):
        seeds = [draw.randrange(10**9) for _ in range(WORKERS)]
        mine = [tmp_path / f"{one}.log" for one in seeds]
        logs += mine
        _killed(folder / "data", started.dsn(), mine, seeds, draw.random())
        started = server.ensure(folder / "data")
        connection.use(started.dsn(), connection.APP)
        unanswered = _check(started.dsn("postgres"), actor, logs)
    assert unanswered
    # who got no answer asks again, twice: what is there is recognised, what is not is taken once
    before = _there(started.dsn("postgres"))
    for name in unanswered * 2:
        traffic.hand_in(actor, name)
    after = _there(started.dsn("postgres"))
    assert {name: after[name] for name in before} == before
    assert after.keys() - before.keys() == set(unanswered) - before.keys()
    _check(started.dsn("postgres"), actor, logs)
