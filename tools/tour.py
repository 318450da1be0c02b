"""Takes the screenshots of docs/tour.md over the city of `shebao demo`: tools/tour.py [--port PORT]

The demo is run before; Chromium is the machine's, or named in SHEBAO_CHROMIUM.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
from playwright.sync_api import Page, ViewportSize, sync_playwright
from psycopg.conninfo import make_conninfo

from shebao.database import connection, server

OUT = Path(__file__).parents[1] / "docs" / "tour"
TODAY = date(2014, 1, 31)
DESKTOP, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
# (file, role, page, what to do before, phone too)
SHOTS: list[tuple[str, str, str, str, bool]] = [
    ("sign-in", "", "/sign-in", "", True),
    ("search", "窗口经办", "/counter?q=王", "", False),
    ("person", "窗口经办", "/person/{person}", "explain", True),
    ("event", "窗口经办", "/person/{person}/event/death", "preview", True),
    ("queue", "审核", "/queue?state=1", "", True),
    ("claim", "审核", "/claim/{claim}", "", False),
    ("employer", "单位经办人", "/employer", "", True),
    ("staff", "单位经办人", "/employer/staff", "fault", False),
    ("citizen", "个人", "/me", "", True),
    ("estimate", "个人", "/me/estimate?age=60&wage=8000&years=30", "", True),
    ("readers", "个人", "/me/readers", "", False),
    ("medical", "参保人", "/me/medical", "", True),
    ("bill", "参保人", "/me/medical/{bill}", "", True),
    ("hospital", "定点医药机构经办人", "/hospital", "", True),
    ("fund", "医保经办", "/medical", "", False),
    ("late", "医保经办", "/medical/differences", "", False),
    ("city", "数据分析", "/city", "", True),
    ("figure", "数据分析", "/city/awarded", "", False),
    ("law", "个人", "/law/index.html", "", False),
    ("changes", "个人", "/law/changes?first=2013-01-01&second=2014-01-31", "", False),
]


def before(page: Page, what: str) -> None:
    """What is done on a page before its picture."""
    if what == "explain":
        page.locator("#received ~ table tbody a").first.click()
        page.wait_for_selector("#explained .tree")
    elif what == "preview":
        page.fill("#day", "2014-01-29")
        page.fill("#source", "死亡医学证明")
        page.click("main form button")
        page.wait_for_selector('button[name="commit"]')
    elif what == "fault":
        page.fill("#jn", "样新")
        page.fill("#ji", "110101199001011234")
        page.fill("#jw", "6000")
        page.click('form:has(input[value="join"]) button')
        page.wait_for_selector('[role="alert"]')


def sign_in(page: Page, url: str, account: Any) -> None:
    """By name, password and code."""
    from shebao.access.signin import code_of

    page.goto(f"{url}/sign-in")
    page.fill("#login", account.login)
    page.fill("#password", account.password)
    page.fill("#code", code_of(account.key, datetime.now(UTC)) if account.key else "")
    page.press("#code", "Enter")
    page.wait_for_url(lambda where: "sign-in" not in where)


def numbers(dsn: str) -> dict[str, int]:
    """A pensioner who lives and gets more than one thing, an open claim, and the bill that the funds shared most."""
    with psycopg.connect(connection.dsn_as(dsn, "postgres")) as plain:
        person = plain.execute(
            "SELECT a.person_id FROM cases_award a JOIN people_vitals v ON v.person_id = a.person_id "
            "AND upper_inf(v.recorded) AND v.death_day IS NULL WHERE upper_inf(a.recorded) AND upper_inf(a.valid) "
            "AND NOT EXISTS (SELECT FROM cases_claim c WHERE c.person_id = a.person_id AND c.state IN (1, 2, 3)) "
            "GROUP BY 1 ORDER BY bool_or(a.benefit = 'pension') DESC, count(*) DESC, 1 LIMIT 1"
        ).fetchone()
        claim = plain.execute("SELECT min(id) FROM cases_claim WHERE state = 1").fetchone()
        bill = plain.execute(
            "SELECT id FROM medical_settlement WHERE reverses_id IS NULL AND person_id = (SELECT person_id "
            "FROM medical_settlement GROUP BY person_id ORDER BY count(*) DESC, sum(pool + large + supplement) DESC, "
            "person_id LIMIT 1) ORDER BY pool + large + supplement DESC LIMIT 1"
        ).fetchone()
    assert person and claim and bill
    return {"person": person[0], "claim": claim[0], "bill": bill[0]}


def main() -> None:
    """Serves the demo's city, signs in as each role, and takes the pictures."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--port", type=int, default=8124)
    port = given.parse_args().port
    OUT.mkdir(exist_ok=True)
    url = f"http://127.0.0.1:{port}"
    with server.running(server.default_folder()) as running:
        dsn = make_conninfo(running.dsn("postgres", "postgres"), dbname="shebao_demo")
        connection.use(dsn, connection.BATCH)
        from shebao.samplecity.accounts import accounts

        by_role: dict[str, Any] = {}
        for account in accounts():
            by_role.setdefault(account.role, account)
        of = numbers(dsn)
        command = "import sys; sys.argv[0] = 'shebao'; from shebao.cli import app; app()"
        site = subprocess.Popen(
            [sys.executable, "-c", command, "serve", "--port", str(port), "--today", f"{TODAY}"],
            env=os.environ | {"SHEBAO_DSN": dsn},
        )
        try:
            _wait(url)
            _take(url, by_role, of)
        finally:
            site.terminate()
            site.wait(20)


def _wait(url: str) -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{url}/sign-in").close()
            return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError("the site does not answer")


def _take(url: str, by_role: dict[str, Any], of: dict[str, int]) -> None:
    program = os.environ.get("SHEBAO_CHROMIUM") or shutil.which("chromium")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        context, signed = browser.new_context(viewport=DESKTOP), ""
        page = context.new_page()
        for name, role, path, what, phone in SHOTS:
            if role != signed:
                context.close()
                context, signed = browser.new_context(viewport=DESKTOP), role
                page = context.new_page()
                sign_in(page, url, by_role[role])
            for size, suffix in ((DESKTOP, ""), *(((PHONE, "-phone"),) if phone else ())):
                page.set_viewport_size(size)
                page.goto(url + path.format(**of))
                while page.title().startswith("法规 ·"):  # the law book is still being written
                    page.wait_for_timeout(3000)
                before(page, what)
                clip: Any = {"x": 0, "y": 0, "width": size["width"], "height": 1500}
                page.screenshot(path=OUT / f"{name}{suffix}.jpg", type="jpeg", quality=60, full_page=True, clip=clip)
        browser.close()


if __name__ == "__main__":
    main()
