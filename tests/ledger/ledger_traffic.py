"""A worker of the crash test: transactions at random, until the server is gone.

    python ledger_traffic.py DSN SEED LOG

What a batch has in it follows from its name.  Its name stands in the log after `try` before it is handed in; what
became of each transaction stands there after `took`, when the commit was acknowledged.
"""

from __future__ import annotations

import random
import sys
from datetime import date
from pathlib import Path

import psycopg

from shebao.database import connection

connection.setup()

from django.db import DatabaseError, transaction  # noqa: E402  (Django's models are there from here on)

from shebao.access.acting import Act, acting  # noqa: E402
from shebao.access.services import system_actor  # noqa: E402
from shebao.ledger import services  # noqa: E402
from shebao.ledger.models import Kind, Part  # noqa: E402
from shebao.ledger.values import AccountKey, Leg, Posted, Refused, Transaction  # noqa: E402

MONTH = date(2014, 3, 1)
PEOPLE = 150  # few meet
SIZE = 6


def batch(name: str, accounts: list[int]) -> list[Transaction]:
    """Money in, money out, money reserved, and now and then one that is not balanced."""
    draw = random.Random(name)
    bank, income, out, *people = accounts
    made = []
    for k in range(SIZE):
        person, amount = draw.choice(people), draw.randint(1, 5_000)
        if draw.random() < 0.6:
            legs = [Leg(bank, 1, 3 * amount), Leg(income, 1, -2 * amount), Leg(person, 1, -amount)]
        else:
            legs = [Leg(person, 1, amount), Leg(out, 1, -amount - (draw.random() < 0.1))]
        pending = legs[0].account == person and draw.random() < 0.5
        made.append(Transaction(f"{name}/{k}", Kind.ADJUSTMENT, MONTH, legs, pending=pending))
    return made


def _settle(act: Act, key: str, of: str, day: date, text: str) -> Posted:
    return services.settle(act, key, of, day, text)


def hand_in(actor: int, name: str) -> list[Posted]:
    """One act: a batch, and what comes after the batch before it: settled, voided, reversed."""
    with acting(actor, "ledger.post") as act:
        keys = [AccountKey(code, 1) for code in (103, 401, 102)]
        owners = [AccountKey(301, 1, Part.PERSONAL, "11", f"person:{k}") for k in range(PEOPLE)]
        found = services.post(act, batch(name, services.accounts(act, keys + owners)), each=True)
        seed, turn = name.split("-")
        before = f"{seed}-{int(turn) - 1}"
        verb = (_settle, services.void, services.reverse)[int(turn) % 3]
        for k in range(SIZE):
            of = f"{before}/{k}"
            try:
                with transaction.atomic():
                    verb(act, f"{of}/{verb.__name__}", of, MONTH, "")
            except (LookupError, Refused):
                continue  # not pending, not posted, or spent meanwhile
    return found


def repeated(actor: int, name: str) -> list[Posted]:
    """Acts that post twice may wait for each other; PostgreSQL ends one of them, and it begins again with its keys."""
    while True:
        try:
            return hand_in(actor, name)
        except (psycopg.Error, DatabaseError) as error:
            found = error if isinstance(error, psycopg.Error) else error.__cause__
            if getattr(found, "sqlstate", None) != "40P01":  # deadlock detected
                raise


def main(dsn: str, seed: str, log: Path) -> None:
    """Works until the connection breaks."""
    connection.use(dsn, connection.APP)
    actor = system_actor("setup")
    with open(log, "a", buffering=1) as told:
        turn = 0
        while True:
            turn += 1
            name = f"{seed}-{turn}"
            told.write(f"try {name}\n")
            found = repeated(actor, name)
            told.write(f"took {name} {','.join(one.outcome.value for one in found)}\n")


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    except (psycopg.Error, DatabaseError):
        sys.exit(3)
