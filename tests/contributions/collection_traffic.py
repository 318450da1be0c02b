"""A worker of the crash test: bank files, matching and crediting at random, until it is stopped or the server is gone.

    python collection_traffic.py DSN SEED LOG

Before a file is handed in, its name stands in the log after `try`; when it was taken, after `took`.  A file says itself
what is in it, so that the test knows what has to be there.
"""

from __future__ import annotations

import hashlib
import random
import sys
from datetime import date
from pathlib import Path

import numpy as np
import psycopg
import pyarrow as pa

from shebao.database import connection

BOOKS = date(2012, 9, 3)


def receipts(name: str) -> pa.Table:
    """What is in a file: NAME is seed-turn-bill:fen+bill:fen..., a bill being its number, or none."""
    parts = [part.split(":") for part in name.split("-", 2)[2].split("+")]
    count = len(parts)
    return pa.table(
        {
            "row": np.arange(count, dtype=np.int32) + 2,
            "reference": [f"{name}/{k}" for k in range(count)],
            "number": [number for number, _ in parts],
            "payer": ["某单位"] * count,
            "account": ["6222"] * count,
            "amount": pa.array([int(fen) for _, fen in parts], pa.int64()),
            "day": pa.array([BOOKS] * count, pa.date32()),
        }
    )


def hand_in(actor: int, name: str) -> None:
    """One transaction."""
    from shebao.access.acting import acting
    from shebao.contributions.services import receiving

    with acting(actor, "contributions.receive") as act:
        receiving.receive(act, name, hashlib.sha256(name.encode()).digest(), receipts(name))


def process(actor: int, bills: int) -> bool:
    """Matches and credits some; whether there was anything to do."""
    from shebao.access.acting import acting
    from shebao.contributions.services import crediting, receiving

    with acting(actor, "contributions.receive") as act:
        matched = receiving.match(act, 3)
    with acting(actor, "contributions.credit") as act:
        credited = crediting.credit(act, BOOKS, bills)
    return bool(matched.receipts or credited.bills)


def main(dsn: str, seed: int, log: Path) -> None:
    """Works until the connection breaks."""
    connection.use(dsn, connection.BATCH)
    from shebao.access.services import system_actor

    actor = system_actor("collection")
    with psycopg.connect(connection.dsn_as(dsn, connection.BATCH)) as plain:
        bills = plain.execute("SELECT number, employer + own FROM contributions_bill ORDER BY id").fetchall()
    draw = random.Random(seed)
    with log.open("a", buffering=1) as told:
        for turn in range(1_000_000):
            chosen = draw.sample(bills, draw.randint(1, 3))
            amounts = [draw.choice((total, total // 2, total // 3 + 7, total + 50)) for _, total in chosen]
            pairs = zip(chosen, amounts, strict=True)
            name = f"{seed}-{turn}-" + "+".join(
                f"{draw.choice((number, number, ''))}:{fen}" for (number, _), fen in pairs
            )
            told.write(f"try {name}\n")
            hand_in(actor, name)
            told.write(f"took {name}\n")
            if turn % 3 == 2:
                process(actor, draw.randint(1, 4))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
