"""The API against its own description: whatever is asked, no fault of the server and no breach of a schema."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import psycopg
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from portal_site import Site

from shebao.files import identity
from shebao.portal.acts import EVENTS

ROLE = {
    "persons": "窗口经办",
    "claims": "审核",
    "employer": "单位经办人",
    "me": "个人",
    "city": "数据分析",
    "law": "窗口经办",
    "medical": "医保经办",
    "medical/mine": "个人",
}
CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.response_schema_conformance,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
]


def test_no_fault_and_no_breach(site: Site) -> None:
    schema = schemathesis.openapi.from_url(f"{site.url}/api/openapi.json")
    tried = []
    for found in schema.get_all_operations():
        operation = found.ok()
        try_one(operation, site.tokens[role_of(operation.path)])
        tried.append(operation.label)
    assert len(tried) >= 28


def role_of(path: str) -> str:
    """Who uses an operation: /api/medical/mine/{number} is the citizen's."""
    first, second = [*path.split("/"), ""][2:4]
    return ROLE.get(f"{first}/{second}") or ROLE[first]


def try_one(operation: schemathesis.schemas.APIOperation, token: str) -> None:
    """What the description allows, and what it does not."""
    modes = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
    good, bad = (operation.as_strategy(generation_mode=mode) for mode in modes)

    @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=good | bad)
    def ask(case: schemathesis.Case) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(answer, checks=CHECKS)

    ask()


def test_every_operation_is_described(site: Site) -> None:
    with urllib.request.urlopen(f"{site.url}/api/openapi.json", timeout=60) as answer:
        found = json.loads(answer.read())
    operations = [op for path in found["paths"].values() for op in path.values()]
    assert len(operations) >= 28
    assert all(op["summary"] and "401" in op["responses"] for op in operations)
    assert all(op["security"] for op in operations)


VALUES = {
    "death": {"day": "2014-01-20"},
    "retirement": {"day": "2014-01-20", "post_class": "1"},
    "unemployment": {"day": "2014-01-10", "registered": "2014-01-15", "months": "36"},
    "birth": {"name": "样小宝", "number": "110101201401051237", "role": "3"},
    "residence": {"day": "2014-01-20", "address": "样本路2号", "hukou": ""},
}


@pytest.mark.parametrize("slug", EVENTS)
def test_each_event_is_previewed_then_done_as_shown(site: Site, slug: str) -> None:
    with psycopg.connect(site.database.dsn("postgres")) as plain:
        found = plain.execute(
            "SELECT w.person_id FROM people_work w JOIN people_vitals v ON v.person_id = w.person_id "
            "AND upper_inf(v.recorded) AND v.death_day IS NULL AND v.sex = 2 AND v.birth_day < '1990-01-01' "
            "JOIN people_person p ON p.id = w.person_id AND p.protected = 0 AND p.merged_into IS NULL "
            "JOIN people_residence r ON r.person_id = w.person_id AND upper_inf(r.recorded) AND upper_inf(r.valid) "
            "WHERE upper_inf(w.recorded) AND upper_inf(w.valid) AND w.main ORDER BY w.person_id OFFSET %s LIMIT 1",
            [list(EVENTS).index(slug)],
        ).fetchone()
        place = plain.execute("SELECT code FROM access_place WHERE level = 3 ORDER BY code LIMIT 1").fetchone()
        assert found and place
        before = plain.execute("SELECT count(*) FROM people_event").fetchone()
    digits = VALUES["birth"]["number"][:17]
    given = VALUES[slug] | {"source": "测试", "place": place[0]}
    if slug == "birth":
        given["number"] = digits + identity.check_digit(digits)
    path = f"/persons/{found[0]}/events/{slug}"
    status, shown = ask(site, path, {"values": given})
    assert status == 200 and not shown["done"] and shown["claims"] == [], shown
    status, other = ask(site, path, {"values": given, "confirmed": "0" * 32})
    assert status == 200 and not other["done"]
    with psycopg.connect(site.database.dsn("postgres")) as plain:
        assert plain.execute("SELECT count(*) FROM people_event").fetchone() == before
    status, done = ask(site, path, {"values": given, "confirmed": shown["digest"]})
    assert status == 200 and done["done"] and done["digest"] == shown["digest"], done
    with psycopg.connect(site.database.dsn("postgres")) as plain:
        assert plain.execute("SELECT count(*) FROM people_event").fetchone() != before
    status, refused = ask(site, path, {"values": given | {"source": ""}})
    assert status == 409 and "证明材料" in refused["zh"]


def ask(site: Site, path: str, data: Any) -> tuple[int, Any]:
    """(status, answer) for the clerk's token."""
    headers = {"Authorization": f"Bearer {site.tokens['窗口经办']}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{site.url}/api{path}", json.dumps(data).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())
