"""The real site: a small city in PostgreSQL, the server as a process of its own, Chromium in front of it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import portal_hospitals
import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from portal_hospitals import Hospitals

from shebao.access import signin
from shebao.access.acting import acting
from shebao.access.selectors import Standing, standing
from shebao.access.services import system_actor
from shebao.access.tokens import issue
from shebao.database import connection
from shebao.rules.kinds import day
from shebao.samplecity import accounts, loading, office
from shebao.samplecity.accounts import Account
from shebao.samplecity.city import City
from shebao.supervision import figures

CHROMIUM = os.environ.get("SHEBAO_CHROMIUM") or shutil.which("chromium") or "chromium"
TODAY = date(2014, 1, 31)


@dataclass(frozen=True)
class Site:
    """Where the site is, who may sign in, and the citizen's record."""

    url: str
    accounts: dict[str, Account]
    citizen: int
    database: Any
    tokens: dict[str, str]
    hospitals: Hospitals

    def reset(self, role: str) -> None:
        """A code is used once: the same account signs in again within its thirty seconds."""
        with psycopg.connect(self.database.dsn("postgres"), autocommit=True) as plain:
            plain.execute(
                "UPDATE access_credential SET code_step = 0 WHERE actor_id = %s", [self.accounts[role].actor_id]
            )


@pytest.fixture(scope="module")
def site(database: Any) -> Iterator[Site]:
    """The served city: awards made and paid, an employer with staff, a resident who could get something."""
    database.use(connection.BATCH)
    loading.load(system_actor("load"), City(people=1_500, seed=5, day=day("2013-12-31")))
    staff = office.staffed()
    office.open_books([date(2013, 12, 1), date(2014, 1, 1)])
    last = date(2013, 12, 31)
    run, _ = office.night(staff, last)
    office.work(staff, run, last)
    office.pay(staff, date(2013, 12, 1), date(2013, 12, 20))
    citizen = accounts.newcomer(TODAY)
    office.night(staff, TODAY)
    hospitals = portal_hospitals.opened(citizen, TODAY)
    figures.take(staff.night, TODAY)
    found = accounts.accounts()
    by_role: dict[str, Account] = {}
    for account in found:
        by_role.setdefault(account.role, account)
    tokens = {}
    with acting(system_actor("setup"), "access.grant") as act:
        for role, account in by_role.items():
            of: Standing | None = standing(account.actor_id)
            assert of is not None
            scopes = [scope for scope in SCOPES if of.may(scope)]
            if scopes:
                tokens[role] = issue(act, of, "test", scopes, date.today() + timedelta(days=2))
    connections.close_all()
    url, server = serve(database)
    yield Site(url, by_role, citizen, database, tokens, hospitals)
    server.terminate()
    server.wait(20)


SCOPES = (
    "people.read",
    "cases.read",
    "cases.file",
    "cases.decide",
    "cases.approve",
    "cases.own",
    "contributions.read",
    "contributions.declare",
    "supervision.read",
    "access.read",
    "medical.read",
    "medical.register",
    "medical.difference",
    "medical.catalogue",
    "medical.match",
)


def serve(database: Any) -> tuple[str, subprocess.Popen[bytes]]:
    """`shebao serve` over a database, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"SHEBAO_DSN": database.dsn("postgres"), "PYTHONPATH": str(Path("src").resolve())}
    command = "import sys; sys.argv[0] = 'shebao'; from shebao.cli import app; app()"
    server = subprocess.Popen(
        [sys.executable, "-c", command, "serve", "--port", str(port), "--today", f"{TODAY}", "--workers", "1"],
        env=environment,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{url}/sign-in", timeout=5).close()
            return url, server
        except OSError:
            if server.poll() is not None:
                raise RuntimeError(f"the server ended with {server.returncode}") from None
            time.sleep(0.5)
    server.kill()
    raise RuntimeError("the server does not answer")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; a machine without it cannot say that the pages work."""
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield found
        found.close()


@pytest.fixture(params=["zh", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    """Both languages."""
    return str(request.param)


@pytest.fixture
def context(browser: Browser, site: Site, lang: str) -> Iterator[BrowserContext]:
    """A browser of its own, in a language; whatever its console complains of fails the test."""
    found = browser.new_context(viewport={"width": 1280, "height": 900})
    found.add_cookies([{"name": "shebao_language", "value": lang, "url": site.url}])
    complaints: list[str] = []
    found.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    found.on("weberror", lambda e: complaints.append(str(e.error)))
    yield found
    found.close()
    # what the server refuses is a page with another status: the console tells of it, and it is meant
    assert [c for c in complaints if "Failed to load resource" not in c] == []


def sign_in(page: Page, site: Site, role: str, keyboard: bool = False) -> None:
    """Signs in as a role, by fields or by keys alone."""
    account = site.accounts[role]
    site.reset(role)
    page.goto(f"{site.url}/sign-in")
    code = signin.code_of(account.key, datetime.now(UTC)) if account.key else ""
    if keyboard:
        expect(page.locator("#login")).to_be_focused()
        for text in (account.login, account.password, code):
            page.keyboard.type(text)
            page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
    else:
        page.fill("#login", account.login)
        page.fill("#password", account.password)
        page.fill("#code", code)
    page.press("#code", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def faults(page: Page, path: str) -> list[str]:
    """What axe-core finds serious or critical by WCAG 2.2 AA."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    result = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    return [
        f"{path}: {one['id']} {one['nodes'][0]['html'][:160]}"
        for one in result.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def rows(site: Site, query: str, *given: Any) -> list[tuple[Any, ...]]:
    """What stands in the database, seen by the superuser."""
    with psycopg.connect(site.database.dsn("postgres")) as plain:
        return plain.execute(query, given).fetchall()


def ask_medical(site: Site, token: str, path: str, data: Any = None) -> tuple[int, Any]:
    """(status, answer) of the API of medical care."""
    headers = {"Authorization": f"Bearer {token}"} | ({"Content-Type": "application/json"} if data is not None else {})
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(f"{site.url}/api/medical{path}", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())
