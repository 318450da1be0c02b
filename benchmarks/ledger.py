"""Balanced transactions of three legs into the ledger, durable: ledger.py [--people N] [--rounds N] [--out FILE]

Beside it, on the same server in the same run, in turn:
    bare       the same rows into the same tables, as the same role with every check and policy on, by two statements
               (enter the act, write) whose parameters are ready before the clock starts; nothing asks whether a key was
               used, nothing comes back
    pgledger   the shape it publishes, written anew: one function call for a transfer, two balances locked and updated
               with their versions, a transfer, two entries with the balances before and after, prefixed sortable
               identifiers made in the database (by a shorter expression than its ULIDs)
A transfer has two entries and our transaction three legs; they are counted as equal.  Accounts are drawn at random;
ours also touch the two hot accounts of the fund, theirs none.  Prints a table; with --out, all of it as JSON.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

import numpy as np
import psycopg
import pyarrow as pa

from shebao.database import connection, server

connection.setup()

from shebao.access.acting import acting  # noqa: E402  (Django's models are there from here on)
from shebao.access.services import system_actor  # noqa: E402
from shebao.ledger import services  # noqa: E402
from shebao.ledger.arrays import Bigints, Integers, Texts, opened  # noqa: E402
from shebao.ledger.models import Kind, Part  # noqa: E402
from shebao.ledger.values import AccountKey, Leg, Transaction  # noqa: E402

DAY = datetime.date(2014, 3, 7)
BATCH = 1_000
GOALS = {
    "one at a time, of bare": 0.8,
    "in batches, of bare": 0.8,
    "in batches, of pgledger": 5.0,
}

BARE = """
WITH h AS (
    INSERT INTO ledger_transaction (id, key, state, kind, day, legs, across, text, reference, act_id, recorded_at)
    SELECT id, key, 1, 3, %(day)s, 3, false, '', '', %(act)s, now() FROM unnest(%(ids)s, %(keys)s) AS u (id, key)
)
INSERT INTO ledger_posting (transaction_id, account_id, amount, day, no, fund_id)
SELECT id, account, amount, %(day)s, no, 1 FROM unnest(%(leg_ids)s, %(accounts)s, %(amounts)s, %(numbers)s)
    AS u (id, account, amount, no)
"""

PGLEDGER = """
CREATE FUNCTION pgl_id(prefix text) RETURNS text LANGUAGE sql VOLATILE RETURN
    prefix || lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
    || substr(replace(gen_random_uuid()::text, '-', ''), 1, 20);
CREATE TABLE pgl_account (
    id text PRIMARY KEY DEFAULT pgl_id('pgla_'), currency text NOT NULL, balance numeric NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 0, may_be_negative boolean NOT NULL, may_be_positive boolean NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE pgl_transfer (
    id text PRIMARY KEY DEFAULT pgl_id('pglt_'), from_id text NOT NULL REFERENCES pgl_account,
    to_id text NOT NULL REFERENCES pgl_account, amount numeric NOT NULL CHECK (amount > 0),
    created_at timestamptz NOT NULL DEFAULT now(), CHECK (from_id <> to_id));
CREATE TABLE pgl_entry (
    id text PRIMARY KEY DEFAULT pgl_id('pgle_'), account_id text NOT NULL REFERENCES pgl_account,
    transfer_id text NOT NULL REFERENCES pgl_transfer, amount numeric NOT NULL, balance_before numeric NOT NULL,
    balance_after numeric NOT NULL, version bigint NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON pgl_transfer (from_id);
CREATE INDEX ON pgl_transfer (to_id);
CREATE INDEX ON pgl_entry (account_id);
CREATE INDEX ON pgl_entry (transfer_id);
CREATE FUNCTION pgl_move(from_account text, to_account text, moved numeric) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    made text;
    one pgl_account;
    two pgl_account;
BEGIN
    PERFORM FROM pgl_account WHERE id IN (from_account, to_account) ORDER BY id FOR UPDATE;
    INSERT INTO pgl_transfer (from_id, to_id, amount) VALUES (from_account, to_account, moved) RETURNING id INTO made;
    UPDATE pgl_account SET balance = balance - moved, version = version + 1, updated_at = now()
        WHERE id = from_account RETURNING * INTO one;
    UPDATE pgl_account SET balance = balance + moved, version = version + 1, updated_at = now()
        WHERE id = to_account RETURNING * INTO two;
    IF one.currency <> two.currency OR (one.balance < 0 AND NOT one.may_be_negative)
        OR (two.balance > 0 AND NOT two.may_be_positive) THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    INSERT INTO pgl_entry (account_id, transfer_id, amount, balance_before, balance_after, version)
        VALUES (from_account, made, -moved, one.balance + moved, one.balance, one.version);
    INSERT INTO pgl_entry (account_id, transfer_id, amount, balance_before, balance_after, version)
        VALUES (to_account, made, moved, two.balance - moved, two.balance, two.version);
    RETURN made;
END $$;
"""
Way = Callable[[int, int], float]  # (batches, transactions in each) -> seconds


class Session:
    """The books, an actor, everyone's account, and connections for the others."""

    def __init__(self, dsn: str, people: int, owner: psycopg.Connection[Any], app: psycopg.Connection[Any]) -> None:
        self.owner, self.app = owner, app
        self.draw = random.Random(2014)
        self.keys = 0
        connection.use(dsn, connection.APP)
        self.actor = system_actor("setup")
        with acting(self.actor, "ledger.open") as act:
            services.open_period(act, DAY)
            fund = [AccountKey(code, 1) for code in (103, 401)]
            self.bank, self.income = services.accounts(act, fund)
            wanted = pa.table(
                {
                    "chart": pa.array([301] * people, pa.int16()),
                    "fund": pa.array([1] * people, pa.int16()),
                    "part": pa.array([int(Part.PERSONAL)] * people, pa.int16()),
                    "place": ["110105"] * people,
                    "owner": [f"person:{k}" for k in range(people)],
                }
            )
            self.people: list[int] = services.account_columns(act, wanted).tolist()
        owner.execute(PGLEDGER)  # type: ignore[call-overload]
        made = owner.execute(
            "INSERT INTO pgl_account (currency, may_be_negative, may_be_positive) "
            "SELECT 'CNY', true, true FROM generate_series(1, %s) RETURNING id",
            [people],
        )
        self.theirs: list[str] = [row[0] for row in made]
        owner.commit()

    def key(self) -> str:
        self.keys += 1
        return f"contribution/2014-03/{self.keys}"

    def someone(self) -> int:
        return self.draw.choice(self.people)

    def transactions(self, size: int) -> list[Transaction]:
        return [
            Transaction(
                self.key(),
                Kind.CONTRIBUTION,
                DAY,
                (Leg(self.bank, 1, 28_000), Leg(self.income, 1, -20_000), Leg(self.someone(), 1, -8_000)),
            )
            for _ in range(size)
        ]

    def post(self, batches: int, size: int) -> float:
        """`ledger.services.post`, an act for each batch."""
        ready = [self.transactions(size) for _ in range(batches)]
        start = time.perf_counter()
        for batch in ready:
            with acting(self.actor, "ledger.post") as act:
                services.post(act, batch)
        return time.perf_counter() - start

    def post_columns(self, batches: int, size: int) -> float:
        """`ledger.services.post_columns`, an act for each batch."""
        ready = []
        for _ in range(batches):
            headers = pa.table(
                {
                    "key": [self.key() for _ in range(size)],
                    "kind": pa.array([int(Kind.CONTRIBUTION)] * size, pa.int16()),
                    "day": pa.array([DAY] * size),
                }
            )
            accounts = [a for _ in range(size) for a in (self.bank, self.income, self.someone())]
            legs = pa.table(
                {
                    "header": np.repeat(np.arange(size), 3),
                    "account": accounts,
                    "fund": pa.array([1] * 3 * size, pa.int16()),
                    "amount": [28_000, -20_000, -8_000] * size,
                }
            )
            ready.append((headers, legs))
        start = time.perf_counter()
        for headers, legs in ready:
            with acting(self.actor, "ledger.post") as act:
                services.post_columns(act, headers, legs)
        return time.perf_counter() - start

    def bare(self, batches: int, size: int) -> float:
        """Two statements and a commit for each batch."""
        ready = []
        for _ in range(batches):
            ids = self._drawn(size)
            accounts = [a for _ in range(size) for a in (self.bank, self.income, self.someone())]
            ready.append(
                {
                    "day": DAY,
                    "ids": Bigints.of(ids),
                    "keys": Texts.of([self.key() for _ in range(size)]),
                    "leg_ids": Bigints.of(np.repeat(ids, 3)),
                    "accounts": Bigints.of(accounts),
                    "amounts": Bigints.of([28_000, -20_000, -8_000] * size),
                    "numbers": Integers.of([1, 2, 3] * size),
                }
            )
        enter = "SELECT act FROM access_enter(%s, 'ledger.post')"
        cursor = opened(self.app)
        start = time.perf_counter()
        for given in ready:
            row = cursor.execute(enter, [self.actor], prepare=True).fetchone()
            assert row is not None
            cursor.execute(BARE, given | {"act": row[0]}, prepare=True)
            self.app.commit()
        return time.perf_counter() - start

    def _drawn(self, size: int) -> list[int]:
        query = "SELECT nextval('ledger_transaction_id_seq') FROM generate_series(1, %s)"
        ids = [row[0] for row in self.owner.execute(query, [size])]
        self.owner.commit()
        return ids

    def pgledger(self, batches: int, size: int) -> float:
        """A call for a transfer, a commit for each batch."""
        ready = [[self.draw.sample(self.theirs, 2) for _ in range(size)] for _ in range(batches)]
        start = time.perf_counter()
        for batch in ready:
            for one, two in batch:
                self.owner.execute("SELECT pgl_move(%s, %s, 80)", [one, two], prepare=True)
            self.owner.commit()
        return time.perf_counter() - start

    def agrees(self) -> None:
        """Every transaction is there once, whole and balanced.  Raises AssertionError."""
        row = self.owner.execute(
            "SELECT (SELECT count(*) FROM ledger_transaction), count(*), sum(amount), "
            "(SELECT sum(posted) FROM ledger_balance) FROM ledger_posting"
        ).fetchone()
        self.owner.commit()
        assert row is not None
        if (row[0], row[1], row[2], row[3]) != (self.keys, 3 * self.keys, 0, -8_000 * self.keys):
            raise AssertionError(f"the books do not agree: {row}, {self.keys} posted")


@contextmanager
def durable() -> Iterator[server.Server]:
    """A server of its own with fsync, as the product starts it."""
    folder = Path(tempfile.gettempdir()) / f"shebao-bench-{uuid.uuid4().hex[:12]}"
    folder.mkdir(mode=0o755)
    try:
        yield server.ensure(folder / "data")
    finally:
        server.stop(folder / "data")
        shutil.rmtree(folder, ignore_errors=True)


def measure(people: int, rounds: int, single: int, batches: int) -> dict[str, Any]:
    """Transactions per second of every way, round by round; the order of the ways turns."""
    with (
        durable() as started,
        psycopg.connect(started.dsn()) as owner,
        psycopg.connect(started.dsn(connection.APP)) as app,
    ):
        connection.migrate(started.dsn())
        session = Session(started.dsn(), people, owner, app)
        ways: dict[str, tuple[Way, int, int]] = {
            "one at a time: shebao": (session.post, single, 1),
            "one at a time: bare": (session.bare, single, 1),
            "one at a time: pgledger": (session.pgledger, single, 1),
            "in batches: shebao": (session.post, batches, BATCH),
            "in batches: shebao, columns": (session.post_columns, batches, BATCH),
            "in batches: bare": (session.bare, batches, BATCH),
            "in batches: pgledger": (session.pgledger, batches, BATCH),
        }
        for way, _, size in ways.values():
            way(6 if size == 1 else 1, size)  # statements are planned once
        speeds: dict[str, list[float]] = {name: [] for name in ways}
        for turn in range(rounds):
            names = list(ways)
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                way, count, size = ways[name]
                speeds[name].append(count * size / way(count, size))
        session.agrees()
        from django.db import connections

        connections.close_all()
        version = owner.execute("SHOW server_version").fetchone()
    return {
        "people": people,
        "rounds": rounds,
        "server": version[0] if version else "",
        "speeds": speeds,
        "ratios": {
            "one at a time, of bare": _ratio(speeds, "one at a time: shebao", "one at a time: bare"),
            "in batches, of bare": _ratio(speeds, "in batches: shebao", "in batches: bare"),
            "columns in batches, of bare": _ratio(speeds, "in batches: shebao, columns", "in batches: bare"),
            "one at a time, of pgledger": _ratio(speeds, "one at a time: shebao", "one at a time: pgledger"),
            "in batches, of pgledger": _ratio(speeds, "in batches: shebao", "in batches: pgledger"),
        },
    }


def _ratio(speeds: dict[str, list[float]], ours: str, other: str) -> dict[str, float]:
    """Round by round."""
    each = [a / b for a, b in zip(speeds[ours], speeds[other], strict=True)]
    return {"median": statistics.median(each), "least": min(each), "most": max(each)}


def report(found: dict[str, Any]) -> str:
    """As Markdown."""
    lines = [
        f"PostgreSQL {found['server']}, fsync on, one connection, {found['people']:,} accounts; batches of {BATCH:,}; "
        f"{found['rounds']} rounds",
        "",
        "| way | transactions/s | least | most |",
        "| --- | --- | --- | --- |",
    ]
    for name, speeds in found["speeds"].items():
        lines.append(f"| {name} | {statistics.median(speeds):,.0f} | {min(speeds):,.0f} | {max(speeds):,.0f} |")
    lines += ["", "| ratio, round by round | median | least | most | goal |", "| --- | --- | --- | --- | --- |"]
    for name, ratio in found["ratios"].items():
        goal = GOALS.get(name)
        said = "" if goal is None else f"{goal}: {'met' if ratio['median'] >= goal else 'NOT met'}"
        lines.append(f"| {name} | {ratio['median']:.2f} | {ratio['least']:.2f} | {ratio['most']:.2f} | {said} |")
    return "\n".join(lines)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--single", type=int, default=50, help="transactions one at a time, in a round")
    parser.add_argument("--batches", type=int, default=2, help="batches in a round")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    found = measure(given.people, given.rounds, given.single, given.batches)
    print(report(found))
    if given.out:
        given.out.write_text(json.dumps(found, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
