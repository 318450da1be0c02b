"""The pass over a city in the database beside bare COPY: night.py [--people N] [--on DAY] [--out FILE]

A city of the sample is loaded (not measured), then the pass runs over it: who belongs to whom, and part by part the
facts read, the rules computed, the results written.  Beside it the bare time: the same columns streamed out of the same
tables by binary COPY, and the same results copied back into a table with the same key and index.  All of it for one
programme, half of the programmes and all of them.  Then the night as it is every night: what the pass found is decided
by claims, and the next pass and its differences are measured whole, and those of the month after.  A reform beside the
baseline; a process that never ran here, to its first compiled result, and the next one; one person at a time, from the
database to the explained result, beside one bare query for the same columns.  The server is the embedded one, durable;
the process works as the batch.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from psycopg import sql

from city import CITY_DAY, fresh
from shebao.database import connection, server
from shebao.rules.kinds import date_of, day

PERSONS = 300  # decided one by one


@contextmanager
def adding(into: dict[str, float], name: str) -> Iterator[None]:
    """Adds the elapsed seconds of a step."""
    start = time.perf_counter()
    yield
    into[name] = into.get(name, 0.0) + time.perf_counter() - start


def selections() -> dict[str, tuple[str, ...]]:
    """Benefits: of one programme, of half of them, of all."""
    from shebao.assessment.services import benefits
    from shebao.law import the_law

    modules = {n: the_law().variables[n].rule.function.__module__.split(".")[3] for n in benefits()}
    programmes = sorted(set(modules.values()))
    half = programmes[: len(programmes) // 2]
    return {
        "one programme": tuple(n for n in benefits() if n == "welfare_pension"),
        "half": tuple(n for n in benefits() if modules[n] in half),
        "all programmes": benefits(),
    }


def a_pass(wanted: tuple[str, ...], on: date) -> dict[str, Any]:
    """The pass over everybody, by phase; a connection of its own per part, as the night has."""
    from shebao.access.acting import acting
    from shebao.access.services import system_actor
    from shebao.assessment import extraction, services
    from shebao.assessment.extraction import When
    from shebao.database.connection import psycopg_connection
    from shebao.database.copying import copy
    from shebao.rules.run import Pass
    from shebao.rules.summary import Tally

    night = system_actor("night")
    run = services.start(night, on)
    took: dict[str, float] = {}
    job = Pass(services.kernel(wanted), on=day(on), check=0.0)
    with adding(took, "compile"):
        job.kernel.variant(job.kernel.certain(job.figures, day(on)))
    persons = rows = 0
    whole = time.perf_counter()
    with adding(took, "circles"), acting(night, services.PURPOSE) as act:
        when = When(on, act.at)
        city = extraction.everybody(when)
    for part in city.parts(services.SIZE):
        with acting(night, services.PURPOSE):
            with adding(took, "read"):
                facts = extraction.facts(job.plan, part, when)
            with adding(took, "compute"):
                (outcome,) = job.outcomes(facts.table, facts.groups, None, Tally())
            with adding(took, "write"):
                table, _ = services.entitlements(run, facts, outcome)
                copy(psycopg_connection(), "assessment_entitlement", table)
        persons, rows = persons + len(part), rows + table.num_rows
    took["whole"] = time.perf_counter() - whole
    return {
        "run": run,
        "benefits": len(wanted),
        "inputs": len(job.plan.inputs),
        "persons": persons,
        "rows": rows,
        "seconds": took,
        "persons_per_second": persons / took["whole"],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def bare(superuser: str, wanted: tuple[str, ...], on: date, run: int) -> dict[str, float]:
    """Seconds to stream the same columns out, and to copy the same results back."""
    from shebao.assessment import extraction, services, sources

    plan = services.kernel(wanted).plan
    took: dict[str, float] = {}
    held = "t.valid @> %(on)s::date AND t.recorded @> %(known)s::timestamptz"
    with psycopg.connect(superuser) as plain:
        moment = plain.execute("SELECT now()").fetchone()
        of = {"on": on, "known": moment[0] if moment else None}
        queries = [
            (
                ", ".join([source.person, *(source.columns[n] for n in source.columns if n in plan.inputs)]),
                source.rest.replace("t.person_id = ANY(%(persons)s)", "true"),
            )
            for source in sources.registered(plan.inputs)
        ]
        kinds = [int(kind) for name, kind in extraction.KINDS.items() if name in plan.groups]
        queries.append(
            ("t.person_id, t.household_id", f"FROM people_membership t WHERE t.kind = ANY(%(kinds)s) AND {held}")
        )
        queries.append(
            ("t.person_id, t.input, t.value", f"FROM people_particular t WHERE t.input = ANY(%(inputs)s) AND {held}")
        )
        of |= {"kinds": kinds, "inputs": list(plan.inputs)}
        with adding(took, "out"):
            for columns, rest in queries:
                with (
                    plain.cursor() as cursor,
                    cursor.copy(f"COPY (SELECT {columns} {rest}) TO STDOUT (FORMAT BINARY)", of) as rows,
                ):
                    for _ in rows:
                        pass
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows"
            chosen = sql.SQL("COPY (SELECT * FROM assessment_entitlement WHERE run_id = {}) TO STDOUT (FORMAT BINARY)")
            with plain.cursor() as cursor, cursor.copy(chosen.format(run)) as rows, path.open("wb") as file:
                for piece in rows:
                    file.write(piece)
            plain.execute("CREATE TABLE bare_results (LIKE assessment_entitlement INCLUDING ALL)")
            plain.commit()
            with adding(took, "back"):
                with (
                    plain.cursor() as cursor,
                    cursor.copy("COPY bare_results FROM STDIN (FORMAT BINARY)") as into,
                    path.open("rb") as file,
                ):
                    while piece := file.read(1 << 20):
                        into.write(piece)
                plain.commit()
            plain.execute("DROP TABLE bare_results")
            plain.commit()
    return took


def one_by_one(on: date) -> dict[str, float]:
    """Milliseconds from the database to the explained result of all benefits, and of a bare query of the vitals."""
    from shebao.access.acting import acting
    from shebao.access.services import system_actor
    from shebao.assessment import extraction, selectors, services
    from shebao.assessment.extraction import When
    from shebao.database.connection import psycopg_connection

    night = system_actor("night")
    with acting(night, services.PURPOSE) as act:
        persons = extraction.everybody(When(on, act.at)).persons
    chosen = np.random.default_rng(1).choice(persons, PERSONS, replace=False).tolist()
    decided, queried = [], []
    for person in chosen:
        start = time.perf_counter()
        with acting(night, services.PURPOSE) as act:
            selectors.decided(act, person, on)
        decided.append(1000 * (time.perf_counter() - start))
        start = time.perf_counter()
        with acting(night, services.PURPOSE):
            psycopg_connection().execute(
                "SELECT v.sex, v.birth_day, v.death_day, r.hukou, "
                "(SELECT array_agg((h.year, h.months, h.base, h.kind)) FROM contributions_history h "
                "WHERE h.person_id = v.person_id), "
                "(SELECT array_agg((p.input, p.value)) FROM people_particular p WHERE p.person_id = v.person_id) "
                "FROM people_vitals v LEFT JOIN people_residence r USING (person_id) WHERE v.person_id = %s",
                [person],
            ).fetchall()
        queried.append(1000 * (time.perf_counter() - start))

    def quantile(times: list[float], share: int) -> float:
        return statistics.quantiles(times, n=100)[share - 1]

    return {
        "decided p50": quantile(decided, 50),
        "decided p95": quantile(decided, 95),
        "query p50": quantile(queried, 50),
        "query p95": quantile(queried, 95),
    }


def nightly(on: date) -> dict[str, Any]:
    """The first night, its claims, and the night after: pass, and differences with their causes; seconds."""
    from shebao.access.acting import acting
    from shebao.assessment import differences, services
    from shebao.assessment.models import Difference, Entitlement
    from shebao.cases import claims
    from shebao.cases.models import Award, Verb
    from shebao.contributions.months import plus
    from shebao.ledger.selectors.balances import last_day
    from shebao.samplecity import office

    staff, took = office.staffed(), dict[str, Any]()
    after = last_day(plus(on.replace(day=1), 1))  # when a year's adjustments come
    for name, day_of in (("first", on), ("second", on), ("next month's", after)):
        with adding(took, f"{name} pass"):
            run = services.start(staff.night, day_of)
            found = services.go_on(staff.night, run)
        with adding(took, f"{name} differences"):
            differences.compare(staff.night, run)
        with acting(staff.night, services.PURPOSE):
            left = Difference.objects.filter(run_id=run)
            took[f"{name} differences found"] = left.count()
            took[f"{name} gaps"] = left.filter(kind=Difference.Kind.GAP).count()
            took[f"{name} causes"] = len(set(left.values_list("cause", flat=True)))
            took["entitlements"] = Entitlement.objects.filter(run_id=run).count()
        if name == "first":
            with adding(took, "claims filed and decided"), acting(staff.night, "cases.decide") as act:
                claims.from_differences(act, run)
            with adding(took, "claims approved"):
                while True:
                    with acting(staff.approver, "cases.approve") as act:
                        waiting = claims.waiting(act, Verb.DECIDED)[:100_000]
                        claims.approve(act, waiting, today=on)
                    if len(waiting) < 100_000:
                        break
    with acting(staff.night, services.PURPOSE):
        took["awards"] = Award.objects.count()
    took["persons"], took["compared in CPython"] = found.persons, found.compared
    took["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return took


def reformed(on: date) -> dict[str, float]:
    """Seconds of a pass that writes nothing under the law, and of the same beside a reform."""
    from shebao.access.acting import acting
    from shebao.access.services import system_actor
    from shebao.assessment import extraction, reforms, services
    from shebao.assessment.extraction import When
    from shebao.law import the_law
    from shebao.rules.reform import load
    from shebao.rules.run import Pass
    from shebao.rules.summary import Tally

    night, took = system_actor("night"), dict[str, float]()
    job = Pass(services.kernel(services.benefits()), on=day(on.isoformat()), check=0.0)
    with adding(took, "baseline"):
        with acting(night, services.PURPOSE) as act:
            when = When(on, act.at)
            city = extraction.everybody(when)
        for part in city.parts(services.SIZE):
            with acting(night, services.PURPOSE):
                facts = extraction.facts(job.plan, part, when)
            job.outcomes(facts.table, facts.groups, None, Tally())
    plan = load(the_law(), Path(__file__).parents[1] / "examples" / "reform.yaml")
    with adding(took, "reform"):
        reforms.compare(night, plan, on)
    return took


FIRST = """
import sys
from shebao.database import connection
connection.use(sys.argv[1], connection.BATCH)
from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.assessment import extraction, services
from shebao.assessment.extraction import When
from shebao.rules.kinds import date_of, day
from shebao.rules.run import Pass
from shebao.rules.summary import Tally
job = Pass(services.kernel(services.benefits()), on=day(sys.argv[2]), check=0.0)
with acting(system_actor("night"), services.PURPOSE) as act:
    when = When(date_of(day(sys.argv[2])), act.at)
    persons = extraction.circle_of(int(sys.argv[3]), when)
    facts = extraction.facts(job.plan, persons, when)
    job.outcomes(facts.table, facts.groups, None, Tally())
"""


def started(dsn: str, on: date, person: int) -> dict[str, float]:
    """Seconds of a process from its start to the first compiled result of a household: never run here, and again."""
    took: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="shebao-cache-") as cache:
        for name in ("cold", "warm"):
            with adding(took, name):
                subprocess.run(
                    [sys.executable, "-c", FIRST, dsn, on.isoformat(), str(person)],
                    env=os.environ | {"SHEBAO_CACHE": cache},
                    check=True,
                )
    return took


def main() -> None:
    """Prints the figures as JSON, and writes them to --out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--on", default=CITY_DAY)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    on = date_of(day(given.on))
    found: dict[str, Any] = {"people": given.people, "on": given.on}
    with tempfile.TemporaryDirectory(prefix="shebao-night-") as folder:
        Path(folder).chmod(0o755)
        with server.running(Path(folder) / "data") as running:
            superuser = running.dsn("postgres", "postgres")
            dsn = fresh(superuser, "night_city")
            connection.use(dsn, connection.BATCH)
            from shebao.access.services import system_actor
            from shebao.samplecity import loading
            from shebao.samplecity.city import City

            start = time.perf_counter()
            loading.load(system_actor("load"), City(people=given.people, day=day(given.on)))
            found["loading"] = time.perf_counter() - start
            with psycopg.connect(dsn, autocommit=True) as plain:
                plain.execute("VACUUM ANALYZE")
            for name, wanted in selections().items():
                one = a_pass(wanted, on)
                one["bare"] = bare(dsn, wanted, on, one["run"])
                one["ratio"] = one["seconds"]["whole"] / sum(one["bare"].values())
                found[name] = one
                print(name, json.dumps(one, ensure_ascii=False), flush=True)
            for name, measured in (
                ("night", lambda: nightly(on)),
                ("reform", lambda: reformed(on)),
                ("start", lambda: started(dsn, on, 1)),
                ("one person", lambda: one_by_one(on)),
            ):
                found[name] = measured()
                print(name, json.dumps(found[name], ensure_ascii=False), flush=True)
            connection.setup()
            from django.db import connections

            connections.close_all()
    text = json.dumps(found, indent=1, ensure_ascii=False)
    print(text)
    if given.out:
        given.out.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
