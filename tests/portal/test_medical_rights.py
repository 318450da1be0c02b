"""Who sees what of medical care, by API and by SQL as the application role; and bills explained as they were settled.

No browser here: Django's connection is used beside the site.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import psycopg
import pytest
from portal_hospitals import DISTRICTS, NAMES
from portal_site import SCOPES, TODAY, Site, ask_medical, rows

from shebao.access.acting import acting
from shebao.access.models import Actor
from shebao.access.selectors import standing
from shebao.access.services import add_actor, grant, system_actor
from shebao.access.tokens import issue
from shebao.database import connection
from shebao.medical import selectors as medical


def test_every_bill_is_explained_as_it_was_settled(site: Site) -> None:
    """What is rebuilt from what is stored gives the same to the fen, of every bill that was settled."""
    site.database.use(connection.APP)
    auditor = system_actor("night")
    bills = rows(site, "SELECT person_id, id FROM medical_settlement ORDER BY id")
    with acting(auditor, "medical.read") as act:
        found = [medical.explained(act, person, number) for person, number in bills]
    assert len(found) == 14 and [one.bill.id for one in found if not one.agrees] == []
    for one in found:
        assert sum(value for _, value in one.bill.payers) == one.bill.total
        assert one.bill.first + one.bill.second + one.bill.own_paid - one.bill.assistance == one.bill.own


def test_a_change_since_is_told(site: Site) -> None:
    """With another class of relief than it was settled with, the law gives something else, and the page says so."""
    stay = int(site.hospitals.citizen[1].settlement)
    site.database.use(connection.APP)
    with psycopg.connect(site.database.dsn("postgres"), autocommit=True) as plain:
        plain.execute("UPDATE medical_cover SET relief = 1 WHERE person_id = %s", [site.citizen])
        try:
            with acting(system_actor("night"), "medical.read") as act:
                assert not medical.explained(act, site.citizen, stay).agrees
        finally:
            plain.execute("UPDATE medical_cover SET relief = 0 WHERE person_id = %s", [site.citizen])


def test_the_section_asks_no_more_for_more_bills(site: Site) -> None:
    """As many queries for a person with bills as for one with none."""
    from django.db import connection as django
    from django.test.utils import CaptureQueriesContext

    site.database.use(connection.APP)
    counts = []
    for person in (site.citizen, site.hospitals.patient, site.citizen - 1):
        with acting(system_actor("night"), "medical.read") as act, CaptureQueriesContext(django) as queries:
            medical.of_person(act, person, TODAY.year, 5)
        counts.append(len(queries))
    assert len(set(counts)) == 1 and counts[0] <= 8


# ---------------------------------------------------------------- roles and places
ROLES = ("clerk", "reviewer", "auditor", "leader", "administrator", "fund")
# Which purposes a role has, by what is tried below.  Written here by hand, so that a change of roles is seen.
MAY = {
    "clerk": {"bills"},
    "reviewer": set(),
    "auditor": {"bills"},
    "leader": set(),
    "administrator": set(),
    "fund": {"bills", "fund"},
}
CITY, LEVELS = "11", ("city", "district", "street", "elsewhere")


@pytest.fixture(scope="module")
def places(site: Site) -> dict[str, str]:
    """By level: places of the citizen, and another district's street."""
    ((home,),) = rows(site, "SELECT place FROM people_person WHERE id = %s", site.citizen)
    ((away,),) = rows(
        site, "SELECT code FROM access_place WHERE level = 3 AND code NOT LIKE %s ORDER BY code LIMIT 1", home[:6] + "%"
    )
    return {"city": CITY, "district": home[:6], "street": home[:9], "elsewhere": away}


@pytest.fixture(scope="module")
def tokens(site: Site, places: dict[str, str]) -> Iterator[dict[tuple[str, str], str]]:
    """(role, level) -> a token of every scope that it may have."""
    site.database.use(connection.BATCH)
    made = {}
    with acting(system_actor("setup"), "access.grant") as act:
        for role in ROLES:
            for level, place in places.items():
                actor = add_actor(act, Actor.Kind.STAFF, f"{role} {level}")
                grant(act, actor, role, place)
                of = standing(actor.pk)
                assert of is not None
                scopes = [scope for scope in SCOPES if of.may(scope)]
                made[role, level] = issue(act, of, "medical", scopes, date.today() + timedelta(1)) if scopes else ""
    site.database.use(connection.APP)
    yield made


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("role", ROLES)
def test_roles_and_places(
    site: Site, tokens: dict[tuple[str, str], str], places: dict[str, str], role: str, level: str
) -> None:
    token, may = tokens[role, level], MAY[role]
    bill = site.hospitals.citizen[0]
    first, _ = site.hospitals.numbers
    keeps = DISTRICTS[0].startswith(places[level])
    for path, right, reached in (
        (f"/persons/{site.citizen}", "bills", level != "elsewhere"),
        # the office of the hospital's place sees its bills too
        (f"/persons/{site.citizen}/bills/{bill.settlement}", "bills", level != "elsewhere" or keeps),
        (f"/institutions/{first}/sums", "bills", keeps),
        (f"/institutions/{first}/settlements", "bills", keeps),
        ("/spending", "fund", True),
        ("/differences", "bills", True),
        ("/catalogue", "bills", True),
    ):
        status, found = ask_medical(site, token, path)
        expected = (200,) if reached else (409,)
        assert status in (expected if right in may else (401, 403)), (path, found)
    status, found = ask_medical(site, token, "/spending")
    if "fund" in may:
        assert sorted(one["name"] for one in found) == (sorted(NAMES) if level == "city" else [])
    new = {"code": "H11010599999", "name": "越权医院", "level": 1, "place": DISTRICTS[1], "since": "2014-01-01"}
    status, _ = ask_medical(site, token, "/institutions", new)
    if "fund" not in may:
        assert status in (401, 403)
    elif level == "city":
        assert status == 200
    else:
        assert status == 409  # not of its places
        assert ask_medical(site, token, f"/institutions/{first}", {"state": 2})[0] == 409
    assert rows(site, "SELECT count(*) FROM medical_institution WHERE state = 2 AND id = %s", first) == [(0,)]


def test_sql_without_an_actor_has_no_rows(site: Site) -> None:
    with psycopg.connect(site.database.dsn(connection.APP)) as plain:
        for table in ("settlement", "visit", "line", "cover", "statement", "matching", "difference", "institution"):
            assert plain.execute(f"SELECT count(*) FROM medical_{table}").fetchone() == (0,), table
