"""Each role's main task in a real browser, in both languages; the counter by keyboard alone."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
from playwright.sync_api import BrowserContext, Page, expect
from portal_site import Site, faults, sign_in

from shebao.samplecity.accounts import STAFF

CLERK, REVIEWER, APPROVER = STAFF["clerk"], STAFF["reviewer"], STAFF["approver"]


def rows(site: Site, query: str, *given: Any) -> list[tuple[Any, ...]]:
    """What stands in the database, seen by the superuser."""
    with psycopg.connect(site.database.dsn("postgres")) as plain:
        return plain.execute(query, given).fetchall()


def pensioner(site: Site) -> tuple[int, str]:
    """Somebody who is paid a pension and lives: the record and its identity number."""
    (found,) = rows(
        site,
        "SELECT a.person_id, i.number FROM cases_award a JOIN people_identifier i ON i.person_id = a.person_id "
        "AND i.kind = 1 AND upper_inf(i.recorded) JOIN people_vitals v ON v.person_id = a.person_id "
        "AND upper_inf(v.recorded) AND v.death_day IS NULL WHERE a.benefit = 'pension' AND upper_inf(a.recorded) "
        "AND upper_inf(a.valid) AND NOT EXISTS (SELECT FROM cases_claim c WHERE c.person_id = a.person_id "
        "AND c.state IN (1, 2, 3, 4, 6, 9)) ORDER BY a.person_id DESC LIMIT 1",
    )
    return found[0], found[1]


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until a control has the focus: it can be reached by keyboard."""
    for _ in range(80):
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")


def test_counter_a_death_by_keyboard_alone(site: Site, context: BrowserContext, lang: str) -> None:
    number, paper = pensioner(site)
    page = context.new_page()
    sign_in(page, site, CLERK, keyboard=True)
    page.keyboard.press("/")  # 1: search
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(paper)
    page.keyboard.press("Enter")
    page.wait_for_url("**/counter?q=*")
    page.keyboard.press("j")
    page.keyboard.press("Enter")  # 2: the person
    page.wait_for_url(f"**/person/{number}")
    expect(page.locator("#received")).to_have_text("Receives" if lang == "en" else "正在享受")
    expect(page.locator("dl.head")).not_to_contain_text(paper)  # masked
    tab_to(page, "#papers button")
    page.keyboard.press("Enter")
    expect(page.locator("#papers")).to_contain_text(paper)
    shown = rows(site, "SELECT count(*) FROM access_read WHERE person_id = %s AND what = '证件号码全号'", number)
    assert shown[0][0] >= 1
    tab_to(page, 'a[href$="/event/death"]')
    page.keyboard.press("Enter")  # 3: what happened
    page.wait_for_url("**/event/death")
    expect(page.locator("#day")).to_be_focused()  # nobody types before the page is there
    page.keyboard.type("2014-01-29")
    page.keyboard.press("Tab")
    page.keyboard.type("死亡医学证明")
    before = rows(site, "SELECT count(*) FROM people_event")
    page.keyboard.press("Enter")  # 4: what follows
    expect(page.locator("table")).to_contain_text("funeral" if lang == "en" else "丧葬补助金", ignore_case=True)
    assert rows(site, "SELECT count(*) FROM people_event") == before  # nothing is written yet
    assert faults(page, "preview") == []
    expect(page.locator('button[name="commit"]')).to_be_focused()
    page.keyboard.press("Enter")  # 5: confirmed
    expect(page.locator('[role="status"]')).to_be_visible()
    assert faults(page, "done") == []
    claims = page.locator('[role="status"] a').all_inner_texts()
    kept = rows(site, "SELECT id FROM cases_claim WHERE person_id = %s AND cause = 'event:death'", number)
    assert {int(text) for text in claims} >= {row[0] for row in kept} and kept
    assert rows(
        site, "SELECT death_day::text FROM people_vitals WHERE person_id = %s AND upper_inf(recorded)", number
    ) == [("2014-01-29",)]
    link = page.locator('a[href*="receipt"]').get_attribute("href")
    assert link
    receipt = context.request.get(site.url + link)
    assert receipt.headers["content-type"] == "application/pdf" and receipt.body().startswith(b"%PDF")


def test_an_amount_opens_down_to_its_clause(site: Site, context: BrowserContext, lang: str) -> None:
    number, _ = pensioner(site)
    page = context.new_page()
    sign_in(page, site, CLERK)
    page.goto(f"{site.url}/person/{number}")
    page.locator("#received ~ table tbody a").first.click()
    expect(page.locator("#explained .tree")).to_be_visible()
    assert faults(page, "explained") == []
    expect(page.locator("#explained")).to_contain_text("clause:" if lang == "en" else "依据：")
    expect(page).to_have_url(re.compile(f"/person/{number}$"))
    assert page.locator("#explained details").count() > 3
    assert page.request.get(f"{site.url}/static/portal/site.css").ok


def test_review_and_approval_by_two(site: Site, context: BrowserContext, browser: Any, lang: str) -> None:
    number, _ = pensioner(site)
    page = context.new_page()
    sign_in(page, site, CLERK)
    page.goto(f"{site.url}/person/{number}/event/death")
    page.fill("#day", "2014-01-28")
    page.fill("#source", "死亡医学证明")
    page.click("main form button")
    page.click('button[name="commit"]')
    claim = int(page.locator('[role="status"] a').first.inner_text())
    page.goto(f"{site.url}/claim/{claim}")
    expect(page.locator('button[value="5"]')).to_have_count(0)  # the clerk is not offered an approval
    page.fill("#name", "死亡医学证明")
    page.check('input[name="verified"]')
    page.click('form[action$="/evidence"] button')
    expect(page.locator("#evidence ~ ul")).to_contain_text("死亡医学证明")
    sign_in(page, site, REVIEWER)
    page.goto(f"{site.url}/queue?state=1")
    page.check(f"#c{claim}")
    page.click('button[value="3"]')
    expect(page.locator('[role="status"]')).to_contain_text("1")
    assert faults(page, "bulk") == []
    sign_in(page, site, APPROVER)
    page.goto(f"{site.url}/queue")
    expect(page.locator(f"#c{claim}")).to_be_visible()
    page.goto(f"{site.url}/claim/{claim}")
    page.fill("#note", "同意")
    page.click('button[value="5"]')
    expect(page.locator("#steps ~ ol")).to_contain_text("同意")
    assert rows(site, "SELECT state FROM cases_claim WHERE id = %s", claim) == [(5,)]
    letter = context.request.get(f"{site.url}/claim/{claim}/letter")
    assert letter.body().startswith(b"%PDF")


def test_employer_declares_and_sees_each_fault(site: Site, context: BrowserContext, lang: str, tmp_path: Path) -> None:
    page = context.new_page()
    sign_in(page, site, "单位经办人")
    page.goto(f"{site.url}/employer/staff")
    staff = page.locator("table.cards tbody tr")
    before = staff.count()
    page.fill("#jn", "样新")
    page.fill("#ji", "110101199001011234")  # the check digit is wrong
    page.fill("#jw", "6000")
    page.click('form:has(input[value="join"]) button')
    expect(page.locator('[role="alert"]')).to_be_visible()
    expect(page.locator("main")).to_contain_text("check" if lang == "en" else "校验")
    number = "110101199001010015" if lang == "en" else "110101199102020013"
    from shebao.files import identity

    number = number[:17] + identity.check_digit(number[:17])
    page.fill("#ji", number)
    page.click('form:has(input[value="join"]) button')
    expect(page.locator('[role="status"]')).to_be_visible()
    assert staff.count() == before + 1
    blank = context.request.get(f"{site.url}/employer/template").body()
    (tmp_path / "form.xlsx").write_bytes(blank)
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    book.worksheets[0].cell(row=4, column=1, value="无号码")
    book.save(tmp_path / "form.xlsx")
    page.goto(f"{site.url}/employer/declare")
    page.set_input_files("#file", tmp_path / "form.xlsx")
    page.click("main form button")
    expect(page.locator('[role="alert"]')).to_be_visible()
    assert page.locator("table tbody tr").count() >= 1
    assert faults(page, "faults of a file") == []
    page.goto(f"{site.url}/employer")
    expect(page.locator("#declared ~ table")).to_contain_text("form.xlsx")


def test_citizen_applies_appeals_and_sees_who_looked(site: Site, context: BrowserContext, lang: str) -> None:
    page = context.new_page()
    sign_in(page, site, "个人")
    apply = page.locator('form[action*="/me/apply/"] button')
    expect(apply).to_have_count(1)
    apply.click()
    expect(page.locator('[role="status"]')).to_be_visible()
    assert faults(page, "applied") == []
    page.goto(f"{site.url}/me/claims")
    letter = page.locator('a[href$="/letter"]').first.get_attribute("href")
    assert letter and context.request.get(site.url + letter).body().startswith(b"%PDF")
    page.locator(
        "button.plain:has-text('Withdraw')" if lang == "en" else "button.plain:has-text('撤回申请')"
    ).first.click()
    page.goto(f"{site.url}/me/estimate?age=60&wage=6000&years=30")
    expect(page.locator("#estimated svg .curve")).to_have_count(1)
    was = page.locator("#estimated dd").first.inner_text()
    page.locator("#years").press("ArrowRight")
    page.locator("#years").dispatch_event("change")
    expect(page.locator("#estimated dd").first).not_to_have_text(was)
    page.goto(f"{site.url}/me/readers")
    expect(page.locator("tbody tr").first).to_be_visible()
    page.goto(f"{site.url}/me/complaints")
    words = f"窗口排队太久（{lang}）"
    page.fill("#words", words)
    page.click("main form button")
    sign_in(page, site, REVIEWER)
    page.goto(f"{site.url}/complaints/answer")
    box = page.locator("section.note", has_text=words)
    box.locator("textarea").fill("已增开窗口")
    box.locator("button").click()
    sign_in(page, site, "个人")
    page.goto(f"{site.url}/me/complaints")
    expect(page.locator("section.note", has_text=words)).to_contain_text("已增开窗口")


def test_leader_sees_targets_and_drills_down(site: Site, context: BrowserContext, lang: str) -> None:
    page = context.new_page()
    sign_in(page, site, "数据分析")
    page.wait_for_url("**/city")
    assert page.locator("#targets ~ div tbody tr").count() == 24
    expect(page.locator("main")).to_contain_text("no room records this yet" if lang == "en" else "系统尚未记录此项")
    total = int(page.locator('a[href="/city/residents"]').first.inner_text().replace(",", ""))
    page.click('a[href="/city/residents"] >> nth=0')
    by_district = [int(text.replace(",", "")) for text in page.locator("td.money").all_inner_texts()]
    assert sum(by_district) == total
    sign_in(page, site, "区数据分析")  # one district: the same page, that district alone
    page.goto(f"{site.url}/city/residents")
    assert page.locator("tbody tr").count() == 1


def test_law_changes_between_two_days(site: Site, context: BrowserContext, lang: str) -> None:
    page = context.new_page()
    sign_in(page, site, CLERK)
    page.goto(f"{site.url}/law/changes?first=2013-01-01&second=2014-12-31")
    assert page.locator("tbody tr").count() > 20
    page.goto(f"{site.url}/law/changes?first=2014-01-01&second=2013-01-01")
    expect(page.locator('[role="alert"]')).to_be_visible()


def test_sign_in_is_refused_alike_and_sessions_end(site: Site, context: BrowserContext, lang: str) -> None:
    page = context.new_page()
    page.goto(f"{site.url}/person/1")
    assert "sign-in" in page.url
    page.fill("#login", "nobody")
    page.fill("#password", "wrong-password")
    page.press("#password", "Enter")
    expect(page.locator('[role="alert"]')).to_be_visible()
    sign_in(page, site, CLERK)
    cookie = next(c for c in context.cookies() if c["name"] == "shebao_session")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    page.locator('form[action="/sign-out"] button').click()
    context.add_cookies([cookie])
    page.goto(f"{site.url}/counter")
    assert "sign-in" in page.url  # the session is over in the database too


def test_a_street_clerk_by_page_search_and_export(site: Site, context: BrowserContext) -> None:
    place = site.accounts["街道窗口"].place
    with psycopg.connect(site.database.dsn("postgres")) as plain:
        far = plain.execute(
            "SELECT p.id, i.number, n.name FROM people_person p JOIN people_identifier i ON i.person_id = p.id "
            "AND i.kind = 1 AND upper_inf(i.recorded) JOIN people_name n ON n.person_id = p.id AND n.kind = 1 "
            "AND upper_inf(n.recorded) WHERE p.place NOT LIKE %s AND EXISTS (SELECT FROM cases_claim c "
            "WHERE c.person_id = p.id) ORDER BY p.id LIMIT 3",
            [place + "%"],
        ).fetchall()
        inside = {row[0] for row in plain.execute("SELECT id FROM people_person WHERE place LIKE %s", [place + "%"])}
        claims = plain.execute(
            "SELECT id FROM cases_claim WHERE person_id = ANY(%s)", [[row[0] for row in far]]
        ).fetchall()
    page = context.new_page()
    sign_in(page, site, "街道窗口")
    for number, paper, name in far:
        for path in ("", "/explain/pension", "/event/death", "/receipt?claims=1"):
            response = page.goto(f"{site.url}/person/{number}{path}")
            assert response is not None and response.status == 409, path
            assert name not in page.content() and paper not in page.content()
        page.goto(f"{site.url}/counter?q={paper}")
        assert page.locator("tbody a").count() == 0
        page.goto(f"{site.url}/counter?q={name}")
        links = [a.get_attribute("href") or "" for a in page.locator("tbody a").all()]
        assert {int(link.rsplit("/", 1)[1]) for link in links} <= inside
    for (claim,) in claims:
        for path in ("", "/letter"):
            response = page.goto(f"{site.url}/claim/{claim}{path}")
            assert response is not None and response.status == 409
    for state in range(1, 11):
        text = context.request.get(f"{site.url}/queue?state={state}&format=csv").text()
        lines = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))[1:]
        assert all(line[2].startswith(place) for line in lines)
    assert context.request.get(f"{site.url}/city").status == 403
    assert context.request.get(f"{site.url}/me").status == 403
    assert context.request.get(f"{site.url}/access/tokens").status == 403
