"""Every bill three ways: every_bill.py [--people N] [--bills N] [--keep FOLDER]

Bills of a sample city, outpatient visits and stays, go through the settlement service in this process, in batches.
Then each settlement that is stored is computed again from the sums of its lines and the settlements before it: all in
one pass of the compiled law, and one by one in CPython.  Each has to be as stored, to the fen, and its parts have to
add up.  Prints counts as JSON; exits 1 on a difference.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from city import fresh
from settlement import DAY, Prepared, build
from shebao.database import connection, server
from shebao.rules.kinds import day as number_of

BATCH = 256
SHARES = {  # what the law calls a part, and what a settlement calls it
    "bill_deductible": "deductible",
    "bill_own_ratio": "own_ratio",
    "bill_above_cap": "above_cap",
    "bill_pool": "pool",
    "bill_large": "large",
    "bill_supplement": "supplement",
    "bill_catastrophic": "catastrophic",
}
LEFT = {"medical_assistance": "assistance", "account_pay": "account", "cash_pay": "cash"}


def settle(prepared: Prepared, stays: int) -> dict[str, int]:
    """Settles what waits, and so many stays; counts what was settled and refused."""
    from shebao.files.nhsa import Refused, decode
    from shebao.samplecity.hospitalday import patients
    from shebao.samplecity.hospitals import Turned

    service, counts = prepared.service, {"settled": 0, "refused": 0, "stays": 0}
    known = {f.code for f in service.definitions["2207"].inputs["data"].fields}
    while prepared.waiting:
        taken = prepared.take(min(BATCH, len(prepared.waiting)))
        found = prepared.ask([(k, "2207", {"data": {n: v for n, v in b.items() if n in known}}) for k, b in taken])
        done = sum(one is not None for one in found)
        counts["settled"] += done
        counts["refused"] += len(found) - done
        print(f"\r{counts['settled']:,} bills settled", end="", file=sys.stderr, flush=True)

    def send(message: Any, file: bytes | None = None) -> bytes:
        now = service.now()
        try:
            return service.run([service.asked(decode(message.body, service.definitions), now)])[0]
        except Refused as refused:
            return service.refused(refused, now)

    for k, who in enumerate(patients(DAY, stays)):
        desk = prepared.desks[k % len(prepared.desks)]
        desk.send = send
        try:
            desk.inpatient(who, 2 + k % 25)
            counts["stays"] += 1
        except Turned:
            counts["refused"] += 1
    return counts


def rows_of(dsn: str) -> list[dict[str, Any]]:
    """All settlements with the facts that the law asks, in the order in which they count."""
    from shebao.medical.models.cover import ACCUMULATORS

    with psycopg.connect(dsn, row_factory=dict_row) as plain:
        found = plain.execute(
            "SELECT s.*, i.level, i.community AS of_community, v.birth_day, coalesce(c.relief, 0) AS relief "
            "FROM medical_settlement s JOIN medical_institution i ON i.id = s.institution_id "
            "JOIN medical_visit v ON v.person_id = s.person_id AND v.id = s.visit_id "
            "LEFT JOIN medical_cover c ON c.person_id = s.person_id AND c.year = s.year ORDER BY s.person_id, s.id"
        ).fetchall()
    before: defaultdict[tuple[int, int], dict[str, int]] = defaultdict(lambda: dict.fromkeys(ACCUMULATORS, 0))
    for row in found:
        had = before[row["person_id"], row["year"]]
        row["facts"] = {
            "bill_day": number_of(row["bill_day"]),
            "bill_care": row["care"],
            "bill_class": row["insured_class"],
            "bill_hospital_level": row["level"],
            "bill_community": int(row["of_community"]),
            "bill_own_paid": row["own_paid"],
            "bill_over_limit": row["over_limit"],
            "bill_first_share": row["first_share"],
            "bill_in_scope": row["in_scope"],
            "birth_day": number_of(row["birth_day"]),
            "period_number": 0,  # each stay is settled once
            "period_start_day": number_of(row["period_start"]) if row["period_start"] else None,
            "period_eligible": 0,
            "assistance_standing": row["standing"],
            **{name if name.startswith("year_") else f"year_{name}": value for name, value in had.items()},
        }
        for name in ACCUMULATORS:
            had[name] += row[name]
    return found


def left_facts(row: dict[str, Any], value: dict[str, int]) -> dict[str, Any]:
    """What the second run of the law asks."""
    return {
        "bill_day": row["facts"]["bill_day"],
        "bill_own": value["bill_own"],
        "medical_account_balance": 0,
        "assistance_standing": row["standing"],
        "medical_aid_day": row["facts"]["bill_day"],
        "medical_aid_care": value["bill_aid_care"],
        "medical_own_share": value["bill_own_in_scope"],
        "medical_aid_paid": value["aid_paid_before"],
        "relief_class": row["relief"],
    }


def compared(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """How many values are compared, and how many differ, of the compiled pass and of CPython."""
    from shebao.law import the_law
    from shebao.medical import law
    from shebao.medical.models.cover import ACCUMULATORS
    from shebao.rules.decide import decide

    on = number_of(DAY)
    count, counts = (
        len(rows),
        {"bills": len(rows), "values": 0, "compiled differ": 0, "CPython differ": 0, "sums wrong": 0},
    )
    first = law.bills().computed({n: [r["facts"][n] for r in rows] for n in rows[0]["facts"]}, count, on)
    second_facts = [left_facts(r, {n: int(first.values[n][k]) for n in law.BILL}) for k, r in enumerate(rows)]
    second = law.payments().computed({n: [f[n] for f in second_facts] for n in second_facts[0]}, count, on)
    bill_law, payment_law = the_law().given(law.GIVEN), the_law().given((*law.GIVEN, "bill_own"))
    yearly = [name for name in ACCUMULATORS if name.startswith("year_")]
    example = None
    for k, row in enumerate(rows):
        stored = {n: row[part] for n, part in (SHARES | LEFT).items()}
        stored |= {f"{n}_after": row["facts"][n] + row[n] for n in yearly}
        compiled = {n: int((second if n in LEFT else first).values[n][k]) for n in stored}
        bill = decide(bill_law, row["facts"], on=on, want=law.BILL, trace=False)
        value = {n: bill[n].value or 0 for n in law.BILL}
        left = decide(payment_law, left_facts(row, value), on=on, want=law.PAYMENT, trace=False)
        plain = {n: ((left if n in LEFT else bill)[n].value) for n in stored}
        counts["values"] += len(stored)
        for name, ours in stored.items():
            counts["compiled differ"] += compiled[name] != ours
            counts["CPython differ"] += plain[name] != ours
            if ours != plain[name] and example is None:
                example = {"person": row["person_id"], "name": name, "stored": ours, "CPython": plain[name]}
        parts = sum(row[p] for p in ("pool", "large", "supplement", "catastrophic", "assistance", "account", "cash"))
        scope = sum(row[p] for p in ("own_paid", "over_limit", "first_share", "in_scope"))
        counts["sums wrong"] += not row["total"] == parts == scope
        if k % 1000 == 0:
            print(f"\r{k:,} bills compared", end="", file=sys.stderr, flush=True)
    return counts | ({"example": example} if example else {})


def main() -> None:
    """Prints the counts."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--people", type=int, default=20_000)
    given.add_argument("--bills", type=int, default=100_000)
    given.add_argument("--keep", type=Path)
    asked = given.parse_args()
    folder = asked.keep or Path("/var/tmp") / f"shebao-bills-{os.getpid()}"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    with server.running(folder / "data") as running:
        superuser = running.dsn("postgres", "postgres")
        dsn = make_conninfo(superuser, dbname="every_bill")
        connection.use(fresh(superuser, "every_bill"), connection.BATCH)
        build(asked.people)
        start = time.perf_counter()
        prepared = Prepared(asked.people, asked.bills * 5 // 4)
        counts = settle(prepared, asked.bills // 50)
        found: dict[str, Any] = {"date": f"{date.today()}", "seconds to settle": round(time.perf_counter() - start)}
        start = time.perf_counter()
        found |= counts | compared(rows_of(dsn)) | {"seconds to compare": round(time.perf_counter() - start)}
    print(json.dumps(found, ensure_ascii=False, indent=1))
    sys.exit(int(bool(found["compiled differ"] or found["CPython differ"] or found["sums wrong"])))


if __name__ == "__main__":
    main()
