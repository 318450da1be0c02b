"""Everybody of a city decided one by one beside the pass: every_person.py [--people N] [--workers N] [--on DAY]

A city of the sample is loaded and passed over once.  Then each person is decided alone, in CPython, from a query for
that person (assessment.selectors.decided), and every benefit must be what the pass wrote: value, or refusal by name.
A family's benefit is compared once, at the member with whom it stands.  Prints what differs; exits 1 if anything does.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

import psycopg

from city import CITY_DAY, fresh
from shebao.database import connection, server
from shebao.rules.kinds import date_of, day

PIECE = 250  # persons of one act


def compare(dsn: str, run: int, on: date, persons: list[int]) -> tuple[int, list[str]]:
    """(values compared, what differs) for these persons; in a process of its own."""
    connection.use(dsn, connection.BATCH)
    from shebao.access.acting import acting
    from shebao.access.services import system_actor
    from shebao.assessment import extraction, selectors, services
    from shebao.assessment.extraction import When
    from shebao.rules.declare import PERSON
    from shebao.rules.results import refusal_code

    compared, wrong = 0, []
    with acting(system_actor("night"), services.PURPOSE) as act:
        known = services.Run.objects.get(pk=run).known
        for person in persons:
            one = selectors.decided(act, person, on, known)
            told = {found.benefit: found for found in selectors.found(act, run, person)}
            circle = extraction.circle_of(person, When(on, known))
            for name in one.want:
                if one.plan.owner_of(name) != PERSON and person != circle[0]:
                    continue
                refusal = refusal_code(one.plan, one.status(name)) if one.status(name) else None
                if refusal and refusal.startswith("NO_GROUP") and one.plan.owner_of(name) != PERSON:
                    refusal = None  # the benefit of a family that he has not
                value = 0 if one.status(name) else int(one[name].value or 0)
                found = told.get(name)
                compared += 1
                if (found.value, found.refusal) != (value, refusal) if found else bool(value or refusal):
                    wrong.append(f"{person} {name}: alone {value} {refusal}, in the pass {found}")
    return compared, wrong


def pieces(persons: list[int]) -> Iterator[list[int]]:
    """The persons in pieces."""
    for start in range(0, len(persons), PIECE):
        yield persons[start : start + PIECE]


def main() -> int:
    """Prints how many values are the same, and each that is not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--on", default=CITY_DAY)
    given = parser.parse_args()
    on = date_of(day(given.on))
    with tempfile.TemporaryDirectory(prefix="shebao-every-") as folder:
        Path(folder).chmod(0o755)
        with server.running(Path(folder) / "data") as running:
            dsn = fresh(running.dsn("postgres", "postgres"), "every_person")
            with ProcessPoolExecutor(1) as alone:
                run, persons = alone.submit(passed, dsn, given.people, on).result()
            with psycopg.connect(dsn, autocommit=True) as plain:
                plain.execute("VACUUM ANALYZE")
            start, compared, done, wrong = time.perf_counter(), 0, 0, list[str]()
            with ProcessPoolExecutor(given.workers) as pool:
                tasks = [pool.submit(compare, dsn, run, on, piece) for piece in pieces(persons)]
                for task, piece in zip(tasks, pieces(persons), strict=True):
                    count, differ = task.result()
                    compared, done = compared + count, done + len(piece)
                    wrong += differ
                    for line in differ:
                        print(line, flush=True)
                    if done % 5_000 < PIECE:
                        print(f"{done:,} persons, {time.perf_counter() - start:.0f} s", flush=True)
    seconds = time.perf_counter() - start
    print(f"{done:,} persons, {compared:,} values, {len(wrong):,} differ; {seconds:.0f} s, {given.workers} processes")
    return 1 if wrong or not compared else 0


def passed(dsn: str, people: int, on: date) -> tuple[int, list[int]]:
    """A city, passed over: (the pass, everybody in it)."""
    connection.use(dsn, connection.BATCH)
    from shebao.access.acting import acting
    from shebao.access.services import system_actor
    from shebao.assessment import extraction, services
    from shebao.assessment.extraction import When
    from shebao.samplecity import loading
    from shebao.samplecity.city import City

    loading.load(system_actor("load"), City(people=people, day=day(on.isoformat())))
    night = system_actor("night")
    run = services.start(night, on)
    services.go_on(night, run)
    with acting(night, services.PURPOSE) as act:
        return run, extraction.everybody(When(on, act.at)).persons.tolist()


if __name__ == "__main__":
    sys.exit(main())
