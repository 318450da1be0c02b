"""The pages under twenty clerks: pages.py [--people N] [--users N] [--seconds N] [--keep FOLDER] [--out FILE]

A city of the sample is loaded, a night makes its awards and the next one finds what differs (not measured; with
--keep the database stays in that folder and a later run uses it again).  Then `shebao serve` serves it, and so many
signed-in clerks each pause one to three seconds, search for somebody by number, pause, and open his page; the persons
are drawn from 10,000 different ones.  A search by the first character of a name comes now and then.  Told: percentiles
of the time from the request to the last byte, by kind of page; how many queries each page asks; its weight.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from datetime import UTC, date, datetime
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from city import CITY_DAY, fresh
from shebao.database import connection, server
from shebao.rules.kinds import date_of, day

PERSONS = 10_000
NAMES = "王李张刘陈杨赵黄周吴"


def build(people: int) -> None:
    """The city with its awards and a night over them."""
    from shebao.access.services import system_actor
    from shebao.samplecity import loading, office
    from shebao.samplecity.city import City
    from shebao.supervision import figures

    on = date_of(day(CITY_DAY))
    loading.load(system_actor("load"), City(people=people, day=day(CITY_DAY)))
    staff = office.staffed()
    run, _ = office.night(staff, on)
    office.work(staff, run, on)
    office.night(staff, on)
    figures.take(staff.night, on)


class Clerk(threading.Thread):
    """Somebody at a counter.  times: kind of page -> seconds."""

    def __init__(self, url: str, account: Any, persons: list[tuple[int, str]], until: float, seed: int) -> None:
        super().__init__()
        self.url, self.account, self.persons, self.until = url, account, persons, until
        self.draw = random.Random(seed)
        self.times: dict[str, list[float]] = {"search by number": [], "search by name": [], "person": []}
        self.faults: list[str] = []
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def sign_in(self) -> None:
        """As a browser does."""
        from shebao.access.signin import code_of

        page = self.browser.open(f"{self.url}/sign-in").read().decode()
        found = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found
        given = {
            "csrfmiddlewaretoken": found.group(1),
            "login": self.account.login,
            "password": self.account.password,
            "code": code_of(self.account.key, datetime.now(UTC)),
        }
        answer = self.browser.open(f"{self.url}/sign-in", urllib.parse.urlencode(given).encode())
        assert "sign-in" not in answer.url, "not signed in"

    def get(self, kind: str, path: str) -> None:
        """A page, timed to its last byte."""
        start = time.perf_counter()
        try:
            self.browser.open(self.url + path).read()
        except OSError as error:
            self.faults.append(f"{path}: {error}")
        self.times[kind].append(time.perf_counter() - start)

    def run(self) -> None:
        """Works until the time is over."""
        while time.monotonic() < self.until:
            number, paper = self.persons[self.draw.randrange(len(self.persons))]
            time.sleep(self.draw.uniform(1, 3))
            if self.draw.random() < 0.2:
                self.get("search by name", f"/counter?q={urllib.parse.quote(self.draw.choice(NAMES))}")
            else:
                self.get("search by number", f"/counter?q={paper}")
            time.sleep(self.draw.uniform(1, 3))
            self.get("person", f"/person/{number}")


def percentiles(times: list[float]) -> dict[str, float]:
    """Milliseconds."""
    cut = statistics.quantiles(times, n=100)
    return {"pages": len(times), "p50": round(cut[49] * 1e3), "p95": round(cut[94] * 1e3), "p99": round(cut[98] * 1e3)}


def queries(dsn: str, account: Any, number: int, paper: str) -> dict[str, int]:
    """How many statements each page sends, in this process."""
    connection.use(dsn, connection.APP)
    from django.conf import settings
    from django.db import connection as django
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, setup_test_environment

    from shebao.access import signin

    setup_test_environment()
    settings.SHEBAO_TODAY = date_of(day(CITY_DAY))
    client = Client(SERVER_NAME="localhost")
    code = signin.code_of(account.key, datetime.now(UTC))
    client.post("/sign-in", {"login": account.login, "password": account.password, "code": code})
    found = {}
    for kind, path in (
        ("search by number", f"/counter?q={paper}"),
        ("search by name", "/counter?q=王"),
        ("person", f"/person/{number}"),
    ):
        client.get(path)
        with CaptureQueriesContext(django) as asked:
            answer = client.get(path)
        assert answer.status_code == 200, answer.status_code
        found[kind] = len(asked)
        if kind == "person":
            found["person page, bytes compressed"] = len(gzip.compress(answer.content))
    return found


def paint(url: str, account: Any, number: int) -> dict[str, float]:
    """The person page in Chromium: milliseconds to the first paint, and what came over the wire, first and again."""
    from playwright.sync_api import sync_playwright

    from shebao.access.signin import code_of

    program = os.environ.get("SHEBAO_CHROMIUM") or shutil.which("chromium")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    found: dict[str, float] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        page = browser.new_page()
        page.goto(f"{url}/sign-in")
        page.fill("#login", account.login)
        page.fill("#password", account.password)
        page.fill("#code", code_of(account.key, datetime.now(UTC)))
        page.press("#code", "Enter")
        page.wait_for_url(lambda where: "sign-in" not in where)
        for name in ("first", "again"):
            page.goto(f"{url}/person/{number}")
            while not page.evaluate("performance.getEntriesByName('first-contentful-paint').length"):
                page.wait_for_timeout(100)
            found[f"paint, {name}"] = round(
                page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
            )
            found[f"bytes, {name}"] = page.evaluate(
                "performance.getEntriesByType('navigation')[0].transferSize + "
                "performance.getEntriesByType('resource').reduce((sum, one) => sum + one.transferSize, 0)"
            )
        browser.close()
    return found


def measure(dsn: str, users: int, seconds: int, workers: int) -> dict[str, Any]:
    """The site as a process of its own, and its clerks."""
    connection.use(dsn, connection.BATCH)
    from shebao.samplecity.accounts import STAFF, accounts

    clerks = []
    while len(clerks) < users + 2:
        clerks += [account for account in accounts() if account.role == STAFF["clerk"]]
    with psycopg.connect(connection.dsn_as(dsn, "postgres")) as plain:
        persons = plain.execute(
            "SELECT i.person_id, i.number FROM people_identifier i JOIN people_person p ON p.id = i.person_id "
            "WHERE i.kind = 1 AND upper_inf(i.recorded) AND p.protected = 0 ORDER BY hashint8(i.person_id) LIMIT %s",
            [PERSONS],
        ).fetchall()
    from django.db import connections

    connections.close_all()
    port = 8765
    command = "import sys; sys.argv[0] = 'shebao'; from shebao.cli import app; app()"
    site = subprocess.Popen(
        [sys.executable, "-c", command, "serve", "--port", str(port), "--today", CITY_DAY, "--workers", str(workers)],
        env=os.environ | {"SHEBAO_DSN": dsn},
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{url}/sign-in").close()
            break
        except OSError:
            time.sleep(0.5)
    try:
        until = time.monotonic() + seconds + 20
        threads = [Clerk(url, account, persons, until, k) for k, account in enumerate(clerks[:users])]
        for thread in threads:
            thread.sign_in()
        warm = threads[0]
        for number, paper in persons[:20]:  # the first pages load the law's code into each process
            warm.get("person", f"/person/{number}")
            warm.get("search by number", f"/counter?q={paper}")
        warm.times = {kind: [] for kind in warm.times}
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        number, _ = persons[-1]
        painted = paint(url, clerks[users], number)
    finally:
        site.terminate()
        site.wait(30)
    by_kind = {kind: percentiles([t for thread in threads for t in thread.times[kind]]) for kind in threads[0].times}
    faults = [fault for thread in threads for fault in thread.faults]
    number, paper = persons[0]
    return {
        "milliseconds": by_kind,
        "faults": len(faults),
        "fault": faults[:1],
        "painted": painted,
        "queries": queries(dsn, clerks[users + 1], number, paper),
    }


def main() -> None:
    """Prints the figures as JSON."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--people", type=int, default=1_000_000)
    given.add_argument("--users", type=int, default=20)
    given.add_argument("--seconds", type=int, default=240)
    given.add_argument("--workers", type=int, default=2)
    given.add_argument("--keep", type=Path)
    given.add_argument("--out", type=Path)
    asked = given.parse_args()
    folder = asked.keep or Path("/var/tmp") / f"shebao-pages-{os.getpid()}"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    name = f"pages_{asked.people}"
    made = folder / name
    with server.running(folder / "data") as running:
        superuser = running.dsn("postgres", "postgres")
        start = time.perf_counter()
        if not made.exists():
            connection.use(fresh(superuser, name), connection.BATCH)
            build(asked.people)
            with psycopg.connect(make_conninfo(superuser, dbname=name), autocommit=True) as plain:
                plain.execute("VACUUM ANALYZE")
            made.touch()
        print(f"the city is there after {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
        found = {"people": asked.people, "users": asked.users, "date": f"{date.today()}"}
        found |= measure(make_conninfo(superuser, dbname=name), asked.users, asked.seconds, asked.workers)
    text = json.dumps(found, indent=1, ensure_ascii=False)
    print(text)
    if asked.out:
        asked.out.write_text(text)


if __name__ == "__main__":
    main()
