"""A batch of payments from its making to its return: payments.py [--payments N] [--out FILE]

N persons of an empty record are given an award each, by claims that are approved in mass, and a verified account
(measured, but no part of the batch).  Then the batch of a month: prepared in parts, looked at beside the last one,
released and booked, written as pain.001 and as a delimited file, and the bank's return taken, of which 1,000 payments
come back.  Beside it the bare time of copying as many payments and lines into tables with the same keys.  The server is
the embedded one, durable; the process works as the batch.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from city import fresh
from shebao.database import connection, server

MONTHS = (date(2014, 1, 1), date(2014, 2, 1))
PIECE = 100_000  # claims approved in one act


@contextmanager
def timed(into: dict[str, float], name: str) -> Iterator[None]:
    """The elapsed seconds of a step."""
    start = time.perf_counter()
    yield
    into[name] = round(time.perf_counter() - start, 2)


def awarded(staff: Any, count: int, seconds: dict[str, float]) -> None:
    """Persons with an award of 1,000.00 to 1,999.99 a month each, and accounts."""
    import pyarrow as pa
    from django.db import connection as django

    from shebao.access.acting import acting
    from shebao.cases import claims, payments
    from shebao.cases.models import Verb

    with acting(staff.load, "people.record") as act, django.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_person (id, place, protected, act_id) SELECT nextval('people_person_id_seq'), '11', 0, "
            "%s FROM generate_series(1, %s)",
            [act.id, count],
        )
    with timed(seconds, "claims filed and decided"), acting(staff.night, "cases.decide") as act:
        with django.cursor() as cursor:
            cursor.execute(
                "INSERT INTO cases_claim (person_id, benefit, owner, kind, origin, due_on, basis_day, basis_known, "
                "law, cause, act_id) SELECT id, 'pension', '', 1, 3, '2014-02-01', '2014-01-31', now(), '', 'applied', "
                "%s FROM people_person RETURNING id",
                [act.id],
            )
            numbers = [row[0] for row in cursor.fetchall()]
            cursor.execute(
                "INSERT INTO cases_amount (claim_id, valid, amount) SELECT id, '[2014-01-01,)', 100000 + id % 100000 "
                "FROM cases_claim"
            )
        claims.take(act, numbers, Verb.FILED)
        claims.take(act, numbers, Verb.DECIDED)
    with timed(seconds, "claims approved"):
        for start in range(0, len(numbers), PIECE):
            with acting(staff.approver, "cases.approve") as act:
                claims.approve(act, numbers[start : start + PIECE])
    with timed(seconds, "accounts filed and verified"):
        with acting(staff.load, "cases.file") as act, django.cursor() as cursor:
            cursor.execute("SELECT id FROM people_person ORDER BY id")
            ids = [row[0] for row in cursor.fetchall()]
            names = pa.table(
                {
                    "person_id": ids,
                    "bank": ["102100000001"] * len(ids),
                    "account": [f"99{k:017}" for k in ids],
                    "name": [f"样本{k}" for k in ids],
                }
            )
            payments.add_accounts(act, names)
        with acting(staff.night, "cases.file") as act:
            payments.verify_accounts(act)


def batch(staff: Any, month: date, folder: Path) -> dict[str, float]:
    """A batch through the bank; seconds by step."""
    from shebao.access.acting import acting
    from shebao.cases import payments
    from shebao.files.bank.payments import Payer
    from shebao.samplecity import office

    seconds: dict[str, float] = {}
    day = month.replace(day=15)
    with timed(seconds, "prepared"):
        number = payments.prepare(staff.cashier, month, day)
    with timed(seconds, "previewed"), acting(staff.releaser, "cases.release") as act:
        payments.preview(act, number)
    with timed(seconds, "released and booked"), acting(staff.releaser, "cases.release") as act:
        payments.release(act, number)
    with timed(seconds, "bank files written"), acting(staff.releaser, "cases.release") as act:
        payments.write_files(act, number, folder, Payer("样本市", "0200000000000000", "102100000000"))
    with acting(staff.releaser, "cases.release") as act:
        data, _ = office.answer(act, number, day, 1_000)
    with timed(seconds, "return taken and booked"), acting(staff.releaser, "cases.release") as act:
        payments.take_return(act, number, data)
    seconds["whole"] = round(sum(seconds.values()), 2)
    return seconds


def bare(dsn: str) -> float:
    """Seconds to copy the payments and lines of the last batch into tables with the same keys."""
    import psycopg

    with psycopg.connect(dsn) as plain, psycopg.connect(dsn) as other:
        plain.execute("CREATE TEMP TABLE bare_payment (LIKE cases_payment INCLUDING INDEXES)")
        plain.execute("CREATE TEMP TABLE bare_line (LIKE cases_line INCLUDING INDEXES)")
        start = time.perf_counter()
        for table, of in (
            ("payment", "batch_id"),
            ("line", "payment_id IN (SELECT id FROM cases_payment WHERE batch_id"),
        ):
            last = "(SELECT max(id) FROM cases_batch)"
            where = f"{of} = {last}" + (")" if table == "line" else "")
            with (
                other.cursor().copy(
                    f"COPY (SELECT * FROM cases_{table} WHERE {where}) TO STDOUT (FORMAT BINARY)"
                ) as out,
                plain.cursor().copy(f"COPY bare_{table} FROM STDIN (FORMAT BINARY)") as into,
            ):
                for block in out:
                    into.write(block)
        plain.commit()
        return round(time.perf_counter() - start, 2)


def _home(folder: str) -> Path:
    """Where the server's own user may enter too."""
    Path(folder).chmod(0o755)
    return Path(folder) / "data"


def main() -> None:
    """Prints the seconds, and writes them with --out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, server.running(_home(folder)) as running:
        dsn = fresh(running.dsn("postgres", "postgres"), "payments")
        connection.use(dsn, connection.BATCH)
        from shebao.samplecity import office

        staff = office.staffed()
        office.open_books(list(MONTHS))
        found: dict[str, Any] = {"payments": given.payments, "before": {}}
        awarded(staff, given.payments, found["before"])
        print(json.dumps(found["before"]), flush=True)
        for month in MONTHS:
            found[f"{month:%Y-%m}"] = batch(staff, month, Path(folder))
            print(month, json.dumps(found[f"{month:%Y-%m}"]), flush=True)
        found["bare"] = bare(dsn)
        found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(found, indent=1))
    if given.out:
        given.out.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
