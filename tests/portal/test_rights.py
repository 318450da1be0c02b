"""Roles × places × verbs: who sees and does what, by page, by API, by search and by SQL as the application role.

Two persons are asked for: one kept in the street of the street's clerk, one kept in another district.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from portal_site import SCOPES, Site

from shebao.access.acting import NotAllowed, acting
from shebao.access.models import Actor
from shebao.access.selectors import standing
from shebao.access.services import add_actor, grant, system_actor
from shebao.access.tokens import issue
from shebao.database import connection

ROLES = ("clerk", "reviewer", "approver", "auditor", "leader", "cashier", "administrator")
CITY, LEVELS = "11", ("city", "district", "street", "elsewhere")
# Which purposes a role has, by what is tried below.  Written here by hand, so that a change of roles is seen.
MAY = {
    "clerk": {"search", "person", "claims", "event", "file"},
    "reviewer": {"search", "person", "claims", "decide"},
    "approver": {"search", "person", "claims", "approve"},
    "auditor": {"search", "person", "claims", "figures"},
    "leader": {"figures"},
    "cashier": {"claims"},
    "administrator": set(),
}


class Two:
    """The two persons, each with a claim that is open, and their places."""

    def __init__(self, site: Site) -> None:
        with psycopg.connect(site.database.dsn("postgres")) as plain:
            rows = plain.execute(
                "SELECT DISTINCT ON (left(p.place, 6)) p.id, p.place, i.number, n.name FROM people_person p "
                "JOIN people_identifier i ON i.person_id = p.id AND i.kind = 1 AND upper_inf(i.recorded) "
                "JOIN people_name n ON n.person_id = p.id AND n.kind = 1 AND upper_inf(n.recorded) "
                "WHERE p.merged_into IS NULL AND p.protected = 0 AND length(p.place) = 12 "
                "ORDER BY left(p.place, 6), p.id"
            ).fetchall()
        (self.near, self.near_place, self.near_paper, self.near_name), (self.far, self.far_place, *_) = rows[0], rows[3]
        self.far_paper = rows[3][2]
        assert self.near_place[:6] != self.far_place[:6]

    def places(self) -> dict[str, str]:
        return {
            "city": CITY,
            "district": self.near_place[:6],
            "street": self.near_place[:9],
            "elsewhere": self.far_place[:9],
        }


@pytest.fixture(scope="module")
def two(site: Site) -> Two:
    return Two(site)


@pytest.fixture(scope="module")
def actors(site: Site, two: Two) -> Iterator[dict[tuple[str, str], tuple[int, str]]]:
    """(role, level) -> (actor, token of every scope that it may have)."""
    site.database.use(connection.BATCH)
    made = {}
    with acting(system_actor("setup"), "access.grant") as act:
        for role in ROLES:
            for level, place in two.places().items():
                actor = add_actor(act, Actor.Kind.STAFF, f"{role} {level}")
                grant(act, actor, role, place)
                of = standing(actor.pk)
                assert of is not None
                scopes = [scope for scope in (*SCOPES, "access.grant") if of.may(scope)]
                token = issue(act, of, "matrix", scopes, date.today() + timedelta(1)) if scopes else ""
                made[role, level] = actor.pk, token
    site.database.use(connection.APP)
    yield made


def ask(site: Site, token: str, path: str, data: Any = None) -> tuple[int, Any]:
    """(status, answer) of the API."""
    headers = {"Authorization": f"Bearer {token}"} | ({"Content-Type": "application/json"} if data is not None else {})
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(f"{site.url}/api{path}", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def sees(level: str, near: bool) -> bool:
    """Whether a place reaches the near or the far person."""
    return level == "city" or (level == "elsewhere") != near


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("role", ROLES)
def test_api(site: Site, two: Two, actors: dict[tuple[str, str], tuple[int, str]], role: str, level: str) -> None:
    _, token = actors[role, level]
    may = MAY[role]
    for number, paper, near in ((two.near, two.near_paper, True), (two.far, two.far_paper, False)):
        reached = sees(level, near)
        status, found = ask(site, token, f"/persons?q={paper}")
        if "search" in may:
            assert status == 200 and [one["person_id"] for one in found] == ([number] if reached else [])
            assert all(paper not in json.dumps(one) for one in found)  # masked
        else:
            assert status in (401, 403)
        for path in (f"/persons/{number}", f"/persons/{number}/contributions", f"/persons/{number}/decisions/pension"):
            status, found = ask(site, token, path)
            assert status == ((200 if reached else 409) if "person" in may else status), (path, found)
            if "person" not in may:
                assert status in (401, 403), path
        asked = {"values": {"day": "2014-01-20", "source": "x"}}
        status, found = ask(site, token, f"/persons/{number}/events/death", asked)
        if "event" in may:
            assert status == (200 if reached else 409), found
            assert not reached or not found["done"]
        else:
            assert status in (401, 403)
    status, found = ask(site, token, "/city/figures")
    if "figures" in may:
        assert status == 200
        places = {place for by in found["figures"].values() for place in by}
        reach = two.places()[level]
        if level == "district":
            assert places == {two.near_place[:6]}
        elif level == "city":
            assert len(places) > 10
        else:
            assert places == set()  # a street's is less than a district's figure
        assert all(place.startswith(reach[:6]) for place in places) or level == "city"
    else:
        assert status in (401, 403)


def test_steps_are_for_their_roles(site: Site, two: Two, actors: dict[tuple[str, str], tuple[int, str]]) -> None:
    """file → decide → approve: each role its own step, each place its own claims, nobody two of them."""
    _, clerk = actors["clerk", "city"]
    values = {"day": "2014-01-21", "source": "死亡医学证明"}
    with psycopg.connect(site.database.dsn("postgres")) as plain:
        row = plain.execute(
            "SELECT a.person_id, p.place FROM cases_award a JOIN people_person p ON p.id = a.person_id "
            "JOIN people_vitals v ON v.person_id = p.id AND upper_inf(v.recorded) AND v.death_day IS NULL "
            "WHERE a.benefit = 'pension' AND upper_inf(a.recorded) AND upper_inf(a.valid) AND p.place NOT LIKE %s "
            "ORDER BY a.person_id LIMIT 1",
            [two.near_place[:6] + "%"],
        ).fetchone()
    assert row
    path = f"/persons/{row[0]}/events/death"
    digest = ask(site, clerk, path, {"values": values})[1]["digest"]
    status, done = ask(site, clerk, path, {"values": values, "confirmed": digest})
    assert status == 200 and done["done"] and done["claims"]
    claim = done["claims"][0]
    for role in ROLES:
        for level in LEVELS:
            token = actors[role, level][1]
            outside = level in ("district", "street") or (
                level == "elsewhere" and not row[1].startswith(two.far_place[:9])
            )
            status, found = ask(site, token, f"/claims/{claim}")
            if "claims" in MAY[role]:
                assert status == (409 if outside else 200), (role, level, found)
            else:
                assert status in (401, 403), (role, level)
            for verb, right in ((3, "decide"), (5, "approve")):
                if right not in MAY[role] or outside:
                    status, found = ask(site, token, f"/claims/{claim}/steps", {"verb": verb})
                    assert status in (401, 403, 409), (role, level, verb)
    for role, verb in (("reviewer", 3), ("approver", 5)):
        status, found = ask(site, actors[role, "city"][1], f"/claims/{claim}/steps", {"verb": verb})
        assert status == 200 and found["state"] == verb, found


TABLES = (
    "people_person",
    "people_name",
    "people_identifier",
    "people_residence",
    "people_event",
    "people_membership",
    "contributions_membership",
    "contributions_history",
    "cases_claim",
    "cases_award",
    "cases_line",
    "cases_complaint",
    "assessment_difference",
    "assessment_entitlement",
    "supervision_figure",
    "access_read",
    "access_credential",
    "access_session",
    "access_token",
)


def test_sql_without_an_actor_has_no_rows(site: Site) -> None:
    with psycopg.connect(site.database.dsn(connection.APP)) as plain:
        for table in TABLES:
            assert plain.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


@pytest.mark.parametrize("level", LEVELS)
def test_sql_of_an_actor_has_his_place(
    site: Site, two: Two, actors: dict[tuple[str, str], tuple[int, str]], level: str
) -> None:
    actor, _ = actors["clerk", level]
    with psycopg.connect(site.database.dsn(connection.APP)) as plain:
        plain.execute("SELECT access_enter(%s, 'cases.read')", [actor])
        for table in ("people_name", "people_identifier", "contributions_history", "cases_claim", "cases_award"):
            persons = {row[0] for row in plain.execute(f"SELECT DISTINCT person_id FROM {table}").fetchall()}
            with psycopg.connect(site.database.dsn("postgres")) as beside:
                place = two.places()[level]
                query = f"SELECT DISTINCT t.person_id FROM {table} t JOIN people_person p ON p.id = t.person_id "
                right = beside.execute(query + "WHERE p.place LIKE %s AND p.protected = 0", [place + "%"]).fetchall()
            assert persons == {row[0] for row in right}, table
        # who names other places does not widen his own
        plain.execute("SELECT set_config('shebao.places', %s, true)", [""])
        assert plain.execute("SELECT count(*) FROM cases_claim").fetchone() == (0,)


def test_a_citizen_sees_himself_and_writes_what_is_his(site: Site) -> None:
    citizen = site.accounts["个人"].actor_id
    with psycopg.connect(site.database.dsn(connection.APP)) as plain:
        plain.execute("SELECT access_enter(%s, 'cases.own')", [citizen])
        assert plain.execute("SELECT DISTINCT person_id FROM people_name").fetchall() == [(site.citizen,)]
        columns = (
            "(person_id, benefit, kind, origin, due_on, basis_day, basis_known, law, run_id, owner, cause) "
            "SELECT %s, 'pension', 1, %s, '2014-03-01', '2014-01-31', now(), '', max(id), '', '' FROM assessment_run"
        )
        for person, origin in ((site.citizen, 1), (site.citizen + 1, 2), (1, 2)):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), plain.transaction():
                plain.execute(f"INSERT INTO cases_claim {columns}", [person, origin])
        with pytest.raises(psycopg.errors.InsufficientPrivilege), plain.transaction():  # an amount nobody found
            plain.execute(f"INSERT INTO cases_claim {columns} RETURNING id", [site.citizen, 2])
            plain.execute(
                "INSERT INTO cases_amount (claim_id, valid, amount) SELECT id, daterange('2014-01-01', NULL), 900000 "
                "FROM cases_claim WHERE benefit = 'pension' AND origin = 2"
            )
        with pytest.raises(psycopg.errors.InsufficientPrivilege), plain.transaction():
            plain.execute(
                "INSERT INTO cases_measure (person_id, benefit, kind, reason, notified_on, starts_on) "
                "VALUES (%s, 'pension', 1, 3, '2014-01-01', '2014-03-01')",
                [site.citizen],
            )


def test_tokens_do_no_more_than_their_scopes(site: Site, actors: dict[tuple[str, str], tuple[int, str]]) -> None:
    actor, token = actors["clerk", "city"]
    assert ask(site, "", "/persons?q=x")[0] == 401
    assert ask(site, token + "x", "/persons?q=x")[0] == 401
    site.database.use(connection.BATCH)
    of = standing(actor)
    assert of is not None
    with acting(system_actor("setup"), "access.grant") as act:
        narrow = issue(act, of, "narrow", ["people.read"], date.today() + timedelta(1))
        old = issue(act, of, "old", ["people.read"], date.today() - timedelta(1))
    site.database.use(connection.APP)
    assert ask(site, narrow, "/persons?q=x")[0] == 200
    assert ask(site, narrow, "/claims/queues")[0] == 403
    assert ask(site, old, "/persons?q=x")[0] == 401
    with pytest.raises(NotAllowed), acting(actor, "access.grant"):
        pass
