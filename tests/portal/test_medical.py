"""The medical pages and their API: walks of the citizen, the hospital and the fund, and who sees what.

All bills are settled by the messages of the interface, see portal_hospitals.
"""

from __future__ import annotations

import csv
import io
import re
import urllib.error
import urllib.request
from decimal import Decimal

import psycopg
from playwright.sync_api import BrowserContext, Page, expect
from portal_hospitals import CODES, NAMES
from portal_site import TODAY, Site, ask_medical, faults, rows, sign_in

from shebao.database import connection
from shebao.medical.services.catalogue import COLUMNS
from shebao.rules.values import money

CITIZEN, CLERK, HOSPITAL, FUND = "个人", "窗口经办", "定点医药机构经办人", "医保经办"
MONEY = re.compile(r"−?-?[0-9,]+\.[0-9]{2}")


def fen(text: str) -> int:
    """A figure of a page."""
    return int(Decimal(text.replace(",", "").replace("−", "-")) * 100)


def figures(page: Page, selector: str) -> list[int]:
    """The figures of a table's last column."""
    return [fen(text) for text in page.locator(f"{selector} td.money:last-child").all_inner_texts()]


# ---------------------------------------------------------------- the citizen
def test_a_citizen_sees_every_yuan_of_a_bill(site: Site, context: BrowserContext, lang: str) -> None:
    page = context.new_page()
    sign_in(page, site, CITIZEN)
    page.click("nav >> text=" + ("My care" if lang == "en" else "我的医疗"))
    page.wait_for_url("**/me/medical")
    stands = site.hospitals.citizen[:-1]
    shown = page.locator("dl.figures dd").all_inner_texts()
    assert shown == [
        money(sum(bill.total for bill in stands)),
        money(sum(bill.funds for bill in stands)),
        money(sum(bill.account + bill.cash for bill in stands)),
    ]
    expect(page.locator("#bills ~ table tbody tr")).to_have_count(6)  # one was taken back
    expect(page.locator("#bills ~ table")).to_contain_text("taken back" if lang == "en" else "已撤销")
    assert faults(page, "year") == []
    page.locator("#bills ~ table a", has_text=site.hospitals.citizen[1].settlement).click()  # the stay
    page.wait_for_url("**/me/medical/*")
    payers = figures(page, "#payers ~ table tbody")
    total = figures(page, "#payers ~ table tfoot")
    assert sum(payers) == total[0] == site.hospitals.citizen[1].total
    reasons = figures(page, "#reasons ~ table tbody tr:not(.sub)")
    assert sum(reasons) == figures(page, "#reasons ~ table tfoot")[0] == site.hospitals.citizen[1].cash
    within = figures(page, "#reasons ~ table tbody tr.sub")
    assert sum(within[:2]) == reasons[0]
    lines = page.locator("#lines ~ div tbody tr")
    amounts = [fen(row.locator("td").nth(3).inner_text()) for row in lines.all()]
    assert sum(amounts) == total[0]
    page.click("text=" + ("How it comes about" if lang == "en" else "怎样算出来的"))
    expect(page.locator("#explained .tree")).to_be_visible()
    expect(page.locator("#explained .error")).to_have_count(0)  # the law gives again what was settled
    page.locator("#explained summary").first.click()
    expect(page.locator("#explained")).to_contain_text("clause:" if lang == "en" else "依据：")
    assert faults(page, "explained") == []


def test_what_was_taken_back_says_so_both_ways(site: Site, context: BrowserContext, lang: str) -> None:
    page = context.new_page()
    sign_in(page, site, CITIZEN)
    wrong = site.hospitals.citizen[-1]
    page.goto(f"{site.url}/me/medical/{wrong.settlement}")
    page.click("main .error a")
    expect(page.locator("main .error")).to_contain_text("takes back" if lang == "en" else "这是撤销")
    assert sum(figures(page, "#payers ~ table tbody")) == -wrong.total
    page.click("main .error a")
    expect(page).to_have_url(f"{site.url}/me/medical/{wrong.settlement}")


def test_a_year_without_care_says_what_to_do(site: Site, context: BrowserContext, lang: str) -> None:
    page = context.new_page()
    sign_in(page, site, CITIZEN)
    page.goto(f"{site.url}/me/medical?year=2012")
    expect(page.locator("main")).to_contain_text("Show the card" if lang == "en" else "看病时出示社会保障卡")
    expect(page.locator("main .note")).to_contain_text("Not insured" if lang == "en" else "没有参加医疗保险")
    for path in ("?year=x", "?year=99999", "?after=x", "/999", f"/{2**70}"):
        response = page.goto(f"{site.url}/me/medical{path}")
        assert response is not None and response.status in (200, 409), path


# ---------------------------------------------------------------- the counter
def test_the_counter_sees_the_years_bills(site: Site, context: BrowserContext, lang: str) -> None:
    page = context.new_page()
    sign_in(page, site, CLERK)
    page.goto(f"{site.url}/person/{site.citizen}")
    expect(page.locator("#medical ~ table tbody tr")).to_have_count(5)
    page.click("text=" + ("All bills" if lang == "en" else "全部结算单"))
    page.wait_for_url("**/medical")
    expect(page.locator("#bills ~ table tbody tr")).to_have_count(6)
    page.locator("#bills ~ table a").first.click()
    page.click("text=" + ("How it comes about" if lang == "en" else "怎样算出来的"))
    expect(page.locator("#explained .tree")).to_be_visible()
    assert faults(page, "person") == []
    looked = rows(site, "SELECT what FROM access_read WHERE person_id = %s", site.citizen)
    assert {"医疗费用（2014年）"} < {what for (what,) in looked}
    assert any(what.startswith("医疗结算单") for (what,) in looked)


# ---------------------------------------------------------------- the hospital
def test_a_hospital_sees_its_day(site: Site, context: BrowserContext, lang: str) -> None:
    page = context.new_page()
    sign_in(page, site, HOSPITAL)
    page.wait_for_url("**/hospital")
    expect(page.locator("h1")).to_contain_text(NAMES[0])
    kept = rows(
        site,
        "SELECT count(*) FILTER (WHERE reverses_id IS NULL), count(*) FILTER (WHERE reverses_id IS NOT NULL), "
        "sum(total - cash)::bigint, sum(total)::bigint FROM medical_settlement WHERE institution_id = %s",
        site.hospitals.numbers[0],
    )[0]
    assert page.locator("dl.figures dd").all_inner_texts() == [str(kept[0]), str(kept[1]), money(kept[2])]
    expect(page.locator("#bills ~ table tbody tr")).to_have_count(kept[0] + kept[1])
    expect(page.locator("#sums ~ table tfoot")).to_contain_text(money(kept[2]))
    expect(page.locator("main")).not_to_contain_text(NAMES[1])
    late = rows(
        site,
        "SELECT count(*) FROM medical_difference d JOIN medical_settlement s ON s.person_id = d.person_id "
        "AND s.id = d.settlement_id WHERE s.institution_id = %s AND d.state = 1",
        site.hospitals.numbers[0],
    )[0][0]
    assert late
    expect(page.locator("#late ~ table tbody tr")).to_have_count(late)
    assert faults(page, "hospital") == []
    exported = page.request.get(f"{site.url}/hospital?format=csv")
    table = list(csv.reader(io.StringIO(exported.text().lstrip("\ufeff"))))
    assert sum(Decimal(row[7]) for row in table[1:]) * 100 == kept[3]
    assert all("********" in row[2] for row in table[1:])
    page.fill("#since", "2013-12-01")
    page.fill("#until", "2013-12-31")
    page.click("main form button.other")
    expect(page.locator("#bills ~ p.quiet")).to_be_visible()  # an empty day says what to do
    page.goto(f"{site.url}/hospital?since=2014-01-31&until=2014-01-01")
    expect(page.locator("[role=alert]")).to_be_visible()
    page.goto(f"{site.url}/hospital")
    page.locator("#statements ~ table a").first.click()  # the latest: every settlement, of which one was named
    expect(page.locator("#differs ~ table tbody tr")).to_have_count(kept[0] + kept[1])
    expect(page.locator("#differs ~ table")).to_contain_text("amounts" if lang == "en" else "金额不一致")
    assert faults(page, "statement") == []
    page.goto(f"{site.url}/hospital/matches?q=XA0")
    expect(page.locator("tbody tr")).to_have_count(9)
    page.goto(f"{site.url}/hospital")
    page.locator("#bills ~ table a", has_text=site.hospitals.of[0].settlement).click()
    expect(page.locator("#payers ~ table")).to_be_visible()
    expect(page.locator("text=怎样算出来的")).to_have_count(0)


def test_a_hospital_never_sees_anothers_rows(site: Site, context: BrowserContext) -> None:
    """By address and by API: bills, persons, statements, institutions of others are refused."""
    page = context.new_page()
    sign_in(page, site, HOSPITAL)
    _, other = site.hospitals.numbers
    foreign, mine_there = site.hospitals.of[1], site.hospitals.citizen[3]
    (said,) = rows(site, "SELECT min(id) FROM medical_statement WHERE institution_id = %s", other)
    for path, status in (
        (f"/medical/institutions/{other}", 403),
        (f"/medical/institutions/{other}/matches", 403),
        (f"/hospital?institution={CODES[1]}", 200),  # shows its own
        (f"/medical/statements/{said[0]}", 409),
        (f"/person/{foreign.person}/medical/{foreign.settlement}", 409),
        (f"/person/{mine_there.person}/medical/{mine_there.settlement}", 409),
        (f"/person/{site.citizen}/medical", 409),
        (f"/person/{site.citizen}/medical/{site.hospitals.citizen[0].settlement}/explain", 409),
        (f"/person/{site.citizen}", 403),
        ("/medical", 403),
        ("/medical/differences", 403),
        ("/medical/catalogue", 403),
    ):
        response = page.goto(site.url + path)
        assert response is not None and response.status == status, path
        assert NAMES[1] not in page.locator("main").inner_text()
    token = site.tokens[HOSPITAL]
    assert [one["code"] for one in ask_medical(site, token, "/institutions")[1]] == [CODES[0]]
    for path in (
        f"/institutions/{other}/sums",
        f"/institutions/{other}/settlements",
        f"/institutions/{other}/statements",
        f"/institutions/{other}/matches",
        f"/statements/{said[0]}",
        f"/persons/{foreign.person}",
        f"/persons/{foreign.person}/bills/{foreign.settlement}",
        f"/persons/{mine_there.person}/bills/{mine_there.settlement}",
        f"/persons/{site.citizen}/bills/{site.hospitals.citizen[0].settlement}/explanation",
        "/mine",
    ):
        assert ask_medical(site, token, path)[0] == 409, path
    for path in ("/spending",):
        assert ask_medical(site, token, path)[0] == 403, path
    with psycopg.connect(site.database.dsn(connection.APP)) as plain:
        plain.execute("SELECT access_enter(%s, 'medical.read')", [site.accounts[HOSPITAL].actor_id])
        for table in ("medical_settlement", "medical_visit", "medical_statement", "medical_matching"):
            of = {row[0] for row in plain.execute(f"SELECT DISTINCT institution_id FROM {table}").fetchall()}
            assert of == {site.hospitals.numbers[0]}, table
        assert plain.execute("SELECT count(*) FROM medical_cover").fetchone() == (0,)


# ---------------------------------------------------------------- the fund
def test_the_fund_sees_the_month_and_keeps_the_register(site: Site, context: BrowserContext, lang: str) -> None:
    page = context.new_page()
    sign_in(page, site, FUND)
    page.wait_for_url("**/medical")
    ((funds, total),) = rows(
        site, "SELECT sum(total - cash - account)::bigint, sum(total)::bigint FROM medical_settlement"
    )
    assert page.locator("dl.figures dd").first.inner_text() == money(funds)
    assert sum(figures(page, "#by-fund ~ table tbody")) == total
    expect(page.locator("#by-institution ~ table tbody tr")).to_have_count(2)
    expect(page.locator("#differing ~ ul li")).to_have_count(3)
    assert faults(page, "fund") == []
    page.goto(f"{site.url}/medical?month=2013-12")
    expect(page.locator("#by-institution ~ p")).to_be_visible()
    code = f"H1101030000{1 if lang == 'zh' else 2}"
    page.goto(f"{site.url}/medical/institutions")
    page.fill("#code", CODES[0])
    page.fill("#name", "重复医院")
    page.fill("#since", "2014-01-01")
    page.fill("#until", "2013-01-01")
    page.click("#new ~ form button")
    expect(page.locator("[role=alert]")).to_contain_text("before it begins" if lang == "en" else "不能早于开始日")
    page.fill("#until", "")
    page.click("#new ~ form button")
    expect(page.locator("[role=alert]")).to_contain_text(CODES[0])  # registered already
    assert faults(page, "register") == []
    page.fill("#code", code)
    page.select_option("#level", "2")
    page.click("#new ~ form button")
    page.wait_for_url(re.compile("/medical/institutions/[0-9]+$"))
    expect(page.locator("dl.head")).to_contain_text("level 2" if lang == "en" else "二级")
    page.select_option("#state", "2")
    page.click("#keep ~ div form:first-child button")
    expect(page.locator("dl.head .bad")).to_have_text("suspended" if lang == "en" else "暂停结算")
    page.fill("#last", "2014-12-31")
    page.click("#keep ~ div form:last-child button")
    expect(page.locator("dl.head")).to_contain_text("2014-12-31")
    page.goto(f"{site.url}/medical/institutions?state=2")
    expect(page.locator("tbody")).to_contain_text(code)
    expect(page.locator("tbody")).not_to_contain_text(CODES[0])


def test_the_fund_takes_in_a_catalogue_or_says_what_is_wrong(site: Site, context: BrowserContext, lang: str) -> None:
    page = context.new_page()
    sign_in(page, site, FUND)
    page.goto(f"{site.url}/medical/catalogue?q=XA0&kind=1")
    expect(page.locator("tbody tr")).to_have_count(9)
    code = f"XB0{1 if lang == 'zh' else 2}"
    good = f"{code},drug,样本片,乙,0.10,9.90,,,,4,2014-01-01,"
    bad = "XB09,drug,样本片,丁,0.10,9.90,,,,4,2014-01-01,"
    before = rows(site, "SELECT count(*) FROM medical_catalogue")
    for content, fault in (
        (f"{','.join(COLUMNS)}\n{good}\n{bad}\n".encode(), "3"),
        (b"code,kind\n", "1"),
        ("编码".encode("gb18030"), "—"),
    ):
        upload(page, content)
        expect(page.locator("[role=alert] ~ div tbody td").first).to_have_text(fault)
        assert rows(site, "SELECT count(*) FROM medical_catalogue") == before
    assert faults(page, "catalogue") == []
    upload(page, f"{','.join(COLUMNS)}\n{good}\n".encode())
    expect(page.locator("[role=status]")).to_be_visible()
    page.fill("#find", code)
    page.click("main form button.other")
    expect(page.locator("tbody tr")).to_have_count(1)
    upload(page, f"{','.join(COLUMNS)}\n{good}\n".encode())  # again: the item holds on these days already
    expect(page.locator("[role=alert]")).to_be_visible()


def upload(page: Page, content: bytes) -> None:
    """Hands in a catalogue."""
    page.set_input_files("#file", files=[{"name": "catalogue.csv", "mimeType": "text/csv", "buffer": content}])
    page.click("#import ~ form button")


def test_the_fund_closes_what_came_late(site: Site, context: BrowserContext, lang: str) -> None:
    """Two bills of the citizen would have been split otherwise in the order of service; each walk closes one."""
    page = context.new_page()
    sign_in(page, site, FUND)
    page.goto(f"{site.url}/medical/differences")
    first = page.locator("tbody tr").first
    number = int(first.locator("th").inner_text())
    page.request.get(f"{site.url}/medical/differences")
    assert faults(page, "differences") == []
    first.locator("input[name=note]").fill("与机构核对，下月清算补差")
    first.locator('button[value="2"]' if lang == "zh" else 'button[value="3"]').click()
    page.wait_for_url("**/medical/differences")
    expect(page.locator("tbody th", has_text=re.compile(f"^{number}$"))).to_have_count(0)
    state = 2 if lang == "zh" else 3
    assert rows(site, "SELECT state, note FROM medical_difference WHERE id = %s", number) == [
        (state, "与机构核对，下月清算补差")
    ]
    page.goto(f"{site.url}/medical/differences?state={state}")
    expect(page.locator("tbody")).to_contain_text("下月清算补差")
    again = ask_medical(site, site.tokens[FUND], f"/differences/{number}", {"state": 2, "note": "x"})
    assert again[0] == 409 and "已处理" in again[1]["zh"]


def test_the_api_says_what_the_pages_say(site: Site) -> None:
    token = site.tokens[CITIZEN]
    status, year = ask_medical(site, token, "/mine")
    assert status == 200 and year["year"] == TODAY.year and len(year["bills"]) == 6
    bill = site.hospitals.citizen[1]
    status, found = ask_medical(site, token, f"/mine/{bill.settlement}")
    assert status == 200 and sum(found["payers"].values()) == found["total"] == bill.total
    assert sum(line["amount"] for line in found["lines"]) == bill.total
    status, why = ask_medical(site, token, f"/mine/{bill.settlement}/explanation")
    assert status == 200 and why["agrees"]
    assert why["decisions"][0]["results"]["bill_pool"]["value"] == found["payers"]["pool"]
    assert ask_medical(site, token, f"/persons/{site.hospitals.patient}")[0] == 409
    foreign = site.hospitals.of[1]
    assert ask_medical(site, token, f"/mine/{foreign.settlement}")[0] == 409
    status, spent = ask_medical(site, site.tokens[FUND], "/spending")
    assert status == 200 and sum(one["sums"]["total"] for one in spent) == year_total(site)
    for path in ("/institutions?q=东城", "/catalogue?q=XA", "/differences?state=1"):
        assert ask_medical(site, site.tokens[FUND], urllib.request.quote(path, "/?=&"))[0] == 200


def year_total(site: Site) -> int:
    """What all care cost."""
    return int(rows(site, "SELECT sum(total)::bigint FROM medical_settlement")[0][0])
