"""Every page: no serious fault of accessibility in either language, look and width; light; secure headers."""

from __future__ import annotations

import gzip
import http.client
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext
from portal_site import Site, faults, sign_in

PAGES: dict[str, list[str]] = {
    "窗口经办": [
        "/counter",
        "/counter?q=王",
        "/counter?q=zzzzz",
        "/person/{person}",
        "/person/{person}/explain/pension",
        "/person/{person}/event/death",
        "/person/{person}/event/birth",
        "/person/{person}/event/residence",
        "/person/999999999",
        "/person/{citizen}",
        "/person/{citizen}/medical",
        "/person/{citizen}/medical/{bill}",
        "/keys",
        "/law/changes?first=2013-01-01&second=2014-12-31",
    ],
    "审核": ["/queue", "/claim/{claim}", "/complaints/answer"],
    "审批": ["/queue", "/queue?state=5"],
    "数据分析": ["/city", "/city/residents", "/city/awarded"],
    "权限管理": ["/access/tokens"],
    "单位经办人": ["/employer", "/employer/declare", "/employer/staff"],
    "定点医药机构经办人": [
        "/hospital",
        "/hospital?since=2013-01-01&until=2013-01-01",
        "/hospital/matches",
        "/medical/statements/{statement}",
        "/person/{citizen}/medical/{bill}",
        "/person/{citizen}/medical",
    ],
    "医保经办": [
        "/medical",
        "/medical?month=2013-12",
        "/medical/institutions",
        "/medical/institutions/{institution}",
        "/medical/institutions/{institution}/matches",
        "/medical/differences",
        "/medical/differences?state=2",
        "/medical/catalogue",
        "/person/{citizen}",
    ],
    "个人": [
        "/me",
        "/me/record",
        "/me/medical",
        "/me/medical?year=2012",
        "/me/medical/{bill}",
        "/me/medical/{reversed}",
        "/me/medical/{bill}/explain",
        "/me/estimate?age=60&years=30",
        "/me/claims",
        "/me/readers",
        "/me/complaints",
        "/law",
        "/law/index.html",
    ],
}
WIDE = """[...document.querySelectorAll('main *, header *')].filter(e => e.getBoundingClientRect().right >
    document.documentElement.clientWidth + 1 && !e.closest('.scroll, .timeline')).slice(0, 3).map(e =>
    e.outerHTML.slice(0, 80)).join(' | ')"""
LOOKS: list[dict[str, Any]] = [
    {"viewport": {"width": 1280, "height": 900}},
    {"viewport": {"width": 390, "height": 844}, "dark": True},
    {"viewport": {"width": 390, "height": 844}, "large": True},
]


def numbers(site: Site) -> dict[str, int]:
    import psycopg

    with psycopg.connect(site.database.dsn("postgres")) as plain:
        claim = plain.execute("SELECT min(id) FROM cases_claim").fetchone()
        person = plain.execute("SELECT min(person_id) FROM cases_award WHERE benefit = 'pension'").fetchone()
        statement = plain.execute("SELECT max(id) FROM medical_statement").fetchone()
    assert claim and person and statement
    bills = site.hospitals.citizen
    return {
        "claim": claim[0],
        "person": person[0],
        "citizen": site.citizen,
        "bill": int(bills[1].settlement),
        "reversed": int(bills[-1].settlement),
        "statement": statement[0],
        "institution": site.hospitals.numbers[0],
    }


@pytest.mark.parametrize("look", LOOKS, ids=["desktop", "phone-dark", "phone-large"])
def test_no_page_has_a_serious_fault(site: Site, context: BrowserContext, look: dict[str, Any]) -> None:
    of, found = numbers(site), []
    page = context.new_page()
    page.set_viewport_size(look["viewport"])
    if look.get("dark"):
        context.add_cookies([{"name": "shebao_theme", "value": "dark", "url": site.url}])
    if look.get("large"):
        context.add_cookies([{"name": "shebao_large", "value": "1", "url": site.url}])
    page.goto(f"{site.url}/sign-in")
    found += faults(page, "/sign-in")
    for role, pages in PAGES.items():
        sign_in(page, site, role)
        for path in pages:
            response = page.goto(site.url + path.format(**of))
            assert response is not None and response.status < 500, path
            found += faults(page, path)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 1:
                found.append(f"{path}: {wide} px wider than the screen: {page.evaluate(WIDE)}")
    assert found == []


def test_the_person_page_is_light(site: Site, context: BrowserContext) -> None:
    page = context.new_page()
    sign_in(page, site, "窗口经办")
    weights: dict[str, int] = {}
    page.on("response", lambda r: weights.__setitem__(r.url, len(gzip.compress(r.body()))))
    page.goto(f"{site.url}/person/{numbers(site)['person']}")
    page.wait_for_load_state("networkidle")
    assert sum(weights.values()) <= 300_000, weights
    assert not [url for url in weights if "font" in url or "echarts" in url or not url.startswith((site.url, "data:"))]


def test_headers(site: Site, context: BrowserContext) -> None:
    page = context.new_page()
    sign_in(page, site, "窗口经办")
    response = page.goto(f"{site.url}/counter")
    assert response is not None
    headers = response.headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    exported = context.request.get(f"{site.url}/queue?state=5&format=csv")
    assert exported.headers["content-type"].startswith("text/csv") and exported.text().startswith("\ufeff案卷,姓名")
    assert told_to_send(site, 22 << 20) == 413
    forged = context.request.post(f"{site.url}/queue/bulk", form={"claim": "1", "verb": "3"})
    assert forged.status == 403  # without the token of the form


def told_to_send(site: Site, length: int) -> int:
    """The answer to who announces so many bytes, before he sends them."""
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=30)
    connection.putrequest("POST", "/sign-in")
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status
