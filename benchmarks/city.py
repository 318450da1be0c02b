"""A city into the database beside bare COPY, and a month of its collection: city.py [--people N] [--out FILE]

Loading: the whole way, from the first person made up to the last row committed, in one process.  Beside it the same
rows by bare binary COPY, as the superuser, from files, table after table: into the same tables with the same indexes,
constraints and triggers (a database of its own), and into tables without any of them.
Collection: declarations as files, checks, bills, the bank's files, matching, crediting, postings; its share spent in
our Python is the processor time of this process over the elapsed time.
Memory is this process's peak, the database's own beside it is not counted.  The server is the embedded one, durable.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "src"))

import psycopg  # noqa: E402  (the project's own come from src)
from psycopg import sql  # noqa: E402
from psycopg.conninfo import make_conninfo  # noqa: E402

from shebao.database import connection, server  # noqa: E402
from shebao.rules.kinds import date_of, day  # noqa: E402

CITY_DAY = "2013-12-31"
LOADED = ["people_%", "contributions_%", "ledger_%", "access_act", "access_place"]
# by triggers or migrations, and so there already
WRITTEN_ALREADY = {
    "ledger_balance",
    "ledger_chart",
    "ledger_fund",
    "ledger_period",
    "ledger_period_event",
    "ledger_snapshot",
}
_CHUNK = 1 << 20


def peak_mb() -> int:
    """The most memory this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@contextmanager
def timed(into: dict[str, Any], name: str) -> Iterator[None]:
    """Elapsed and processor seconds of a step."""
    wall, own = time.perf_counter(), time.process_time()
    yield
    into[name] = {"seconds": time.perf_counter() - wall, "python": time.process_time() - own, "peak_mb": peak_mb()}
    print(f"{name}: {into[name]['seconds']:.1f} s, of it our Python {into[name]['python']:.1f} s", flush=True)


def fresh(superuser: str, name: str) -> str:
    """A new database with every table; its DSN as superuser."""
    with psycopg.connect(superuser, autocommit=True) as plain:
        plain.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        plain.execute(sql.SQL("CREATE DATABASE {} OWNER shebao_owner").format(sql.Identifier(name)))
    dsn = make_conninfo(superuser, dbname=name)
    connection.migrate(dsn)
    return dsn


def tables(dsn: str) -> list[str]:
    """Tables with rows, in an order in which their references hold."""
    with psycopg.connect(dsn) as plain:
        rows = plain.execute(
            "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition "
            "AND c.relnamespace = 'public'::regnamespace AND c.relname LIKE ANY(%s) ORDER BY 1",
            [LOADED],
        ).fetchall()
        names = [row[0] for row in rows if row[0] not in WRITTEN_ALREADY]
        filled = [n for n in names if plain.execute(f"SELECT EXISTS (SELECT FROM {n})").fetchone() == (True,)]  # type: ignore[arg-type]
    first = ["access_act", "access_place", "people_organisation", "people_household", "people_person", "people_event"]
    heads = [n for n in first if n in filled]
    # postings before the headers that complete them, accounts before both
    last = [n for n in ("ledger_account", "ledger_posting", "ledger_transaction") if n in filled]
    middle = [n for n in filled if n not in (*heads, *last)]
    return heads + middle + last


def copied(source: str, folder: Path, names: list[str], act: int) -> dict[str, int]:
    """Each table as a file of binary COPY; rows by table.  All rows are one act's: a trigger wants that they are."""
    rows = {}
    with psycopg.connect(source) as plain:
        for name in names:
            columns = plain.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
                "ORDER BY attnum",
                [name],
            ).fetchall()
            chosen = ", ".join(f"{act}::bigint" if column == "act_id" else f'"{column}"' for (column,) in columns)
            with (folder / name).open("wb") as out, plain.cursor() as cursor:
                with cursor.copy(f"COPY (SELECT {chosen} FROM {name}) TO STDOUT (FORMAT BINARY)") as copying:  # type: ignore[arg-type]
                    for block in copying:
                        out.write(block)
                rows[name] = cursor.rowcount
    return rows


def bare(dsn: str, folder: Path, names: list[str], act: int, together: tuple[str, ...] = ()) -> dict[str, float]:
    """Seconds of copying the files into the tables of the same names, one transaction; by table, and "all".

    together: tables whose rows the database takes in one statement only; copied aside, then inserted at once.
    """
    took: dict[str, float] = {}
    start = time.perf_counter()
    with psycopg.connect(dsn) as plain:
        plain.execute("SELECT set_config('shebao.act', %s, false)", [str(act)])
        for name in names:
            begun, into = time.perf_counter(), name
            if name in together:
                into = f"aside_{name}"
                plain.execute(f"CREATE TEMP TABLE {into} AS SELECT * FROM {name} LIMIT 0")  # type: ignore[arg-type]
            statement: Any = f"COPY {into} FROM STDIN (FORMAT BINARY)"
            with (folder / name).open("rb") as data, plain.cursor() as cursor, cursor.copy(statement) as copying:
                while block := data.read(_CHUNK):
                    copying.write(block)
            took[name] = time.perf_counter() - begun
        if together:
            begun = time.perf_counter()
            parts = [f"INSERT INTO {name} SELECT * FROM aside_{name}" for name in together]
            named = [f"w{k} AS ({part})" for k, part in enumerate(parts[:-1])]
            plain.execute(f"WITH {', '.join(named)} {parts[-1]}")  # type: ignore[arg-type]
            took[together[-1]] += time.perf_counter() - begun
    took["all"] = time.perf_counter() - start
    return took


def unbound(dsn: str, names: list[str]) -> None:
    """The same tables, empty, without indexes, constraints, triggers and partitions."""
    with psycopg.connect(dsn) as plain:
        for name in names:
            plain.execute(f"CREATE TABLE bare_{name} AS SELECT * FROM {name} LIMIT 0")  # type: ignore[arg-type]
            plain.execute(f"DROP TABLE {name} CASCADE")  # type: ignore[arg-type]
            plain.execute(f"ALTER TABLE bare_{name} RENAME TO {name}")  # type: ignore[arg-type]


def emptied(dsn: str, names: list[str]) -> None:
    """Takes away what the migrations themselves wrote, so that the same rows can be copied."""
    with psycopg.connect(dsn) as plain:
        plain.execute("SET session_replication_role = replica")  # without triggers and foreign keys
        for name in names:
            plain.execute(f"DELETE FROM {name}")  # type: ignore[arg-type]


def measure(people: int, data: Path, collect_too: bool) -> dict[str, Any]:
    """All of it for a city of so many people."""
    found: dict[str, Any] = {"people": people, "steps": {}}
    with server.running(data) as running:
        superuser = running.dsn("postgres", "postgres")
        dsn = fresh(superuser, "bench_city")
        connection.use(dsn, connection.BATCH)
        from shebao.access.acting import acting
        from shebao.access.services import system_actor
        from shebao.ledger import services as ledger
        from shebao.samplecity.city import City
        from shebao.samplecity.loading import load

        city = City(people=people, day=day(CITY_DAY))
        with timed(found["steps"], "load"):
            loaded = load(system_actor("load"), city)
        found["rows"] = sum(loaded.rows.values())
        names = tables(dsn)
        with psycopg.connect(dsn) as plain:
            (act,) = plain.execute("SELECT max(id) FROM access_act").fetchone() or (0,)
        with tempfile.TemporaryDirectory() as folder:
            rows = copied(dsn, Path(folder), names, act)
            found["copied_rows"] = sum(rows.values())
            beside = fresh(superuser, "bench_bare")
            emptied(beside, names)
            connection.use(beside, connection.BATCH)
            with acting(system_actor("load"), "ledger.open") as opening:
                ledger.open_period(opening, date_of(city.day).replace(day=1))
            emptied(beside, ["access_act"])
            took = bare(beside, Path(folder), names, act, ("ledger_transaction", "ledger_posting"))
            found["bare"] = took.pop("all")
            found["bare_tables"] = {n: [rows[n], round(s, 2)] for n, s in sorted(took.items(), key=lambda p: -p[1])}
            unbound(beside, names)
            found["unbound"] = bare(beside, Path(folder), names, act)["all"]
        with psycopg.connect(superuser, autocommit=True) as plain:
            plain.execute("DROP DATABASE bench_bare WITH (FORCE)")
        print(f"bare COPY {found['bare']:.1f} s, without constraints {found['unbound']:.1f} s", flush=True)
        if collect_too:
            connection.use(dsn, connection.BATCH)
            found["month"] = month(city, found["steps"], loaded)
    return found


def month(city: Any, steps: dict[str, Any], loaded: Any) -> dict[str, Any]:
    """A month of collection in the loaded city."""
    from shebao.samplecity.demonstration import collect

    @contextmanager
    def step(_: str, name: str) -> Iterator[Callable[[int, int | None], None]]:
        with timed(steps, name):
            yield lambda done, of=None: None

    found = collect(city, step, loaded)
    persons = found.declared.rows
    return {
        "declared": persons,
        "files": found.declared.files,
        "bills": found.billed.bills,
        "items": found.billed.items,
        "paid": found.credited.paid,
        "differences": found.differences(),
    }


def main() -> None:
    """Runs and prints."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--people", type=int, default=100_000)
    given.add_argument("--data", type=Path, default=None, help="folder of the server's data")
    given.add_argument("--load-only", action="store_true")
    given.add_argument("--out", type=Path, default=None)
    asked = given.parse_args()
    folder = asked.data or server.default_folder().with_name("bench")
    found = measure(asked.people, folder, not asked.load_only)
    text = json.dumps(found, indent=1)
    print(text)
    if asked.out:
        asked.out.write_text(text)


if __name__ == "__main__":
    main()
