"""Accounts to try the pages with: somebody of every role, and a citizen who could get what he does not receive."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import connection

from shebao.access import signin
from shebao.access.acting import Act, acting
from shebao.access.models import Actor
from shebao.access.services import add_actor, grant, system_actor
from shebao.files import identity
from shebao.law.city.facts import Hukou
from shebao.people import services as people
from shebao.people.facts import Residence

STAFF = {  # role -> what it is called here
    "clerk": "窗口经办",
    "reviewer": "审核",
    "approver": "审批",
    "cashier": "发放编制",
    "releaser": "发放复核",
    "auditor": "稽核",
    "leader": "数据分析",
    "administrator": "权限管理",
    "fund": "医保经办",
}
CITY = "11"


@dataclass(frozen=True)
class Account:
    """What somebody signs in with.  key: of the second factor, empty for none; code: that of the moment."""

    role: str
    login: str
    password: str
    key: str
    code: str
    actor_id: int
    place: str


def newcomer(today: date) -> int:
    """An old resident who registers and has asked for nothing yet; gives the number of the record."""
    with acting(system_actor("load"), "people.record") as act, connection.cursor() as cursor:
        cursor.execute("SELECT place FROM people_person WHERE length(place) >= 9 ORDER BY id LIMIT 1")
        (place,) = cursor.fetchone()
        for serial in range(1, 999):
            digits = f"110101{today.year - 91}0316{serial:03}"
            number = digits + identity.check_digit(digits)
            cursor.execute("SELECT EXISTS (SELECT FROM people_identifier WHERE number = %s)", [number])
            if not cursor.fetchone()[0]:
                break
        born = date(today.year - 91, 3, 16)
        home = Residence(
            since=born, place=place[:9], address="样本路1号", hukou=int(Hukou.LOCAL_URBAN), hukou_place="110101"
        )
        return people.register_citizen(
            act, name="样本老人", number=number, place=place, on=today, source="样本", residence=home
        ).person_id


def accounts() -> list[Account]:
    """A new account for each role, with a sign-in of its own; the passwords stand nowhere else."""
    with acting(system_actor("night"), "cases.read"):
        citizen, street, organisation = _chosen()
        hospital, patient = _hospital(), _patient()
    found = []
    with acting(system_actor("setup"), "access.grant") as act:
        for role, name in STAFF.items():
            found.append(_account(act, Actor.Kind.STAFF, role, name, CITY))
        found.append(_account(act, Actor.Kind.STAFF, "clerk", "街道窗口", street))
        found.append(_account(act, Actor.Kind.STAFF, "leader", "区数据分析", street[:6]))
        if organisation:
            found.append(
                _account(act, Actor.Kind.ORGANISATION, "employer", "单位经办人", CITY, organisation_id=organisation)
            )
        if hospital:
            found.append(
                _account(act, Actor.Kind.ORGANISATION, "hospital", "定点医药机构经办人", CITY, organisation_id=hospital)
            )
        if citizen:
            found.append(_account(act, Actor.Kind.CITIZEN, "citizen", "个人", CITY, person_id=citizen))
        if patient:
            found.append(_account(act, Actor.Kind.CITIZEN, "citizen", "参保人", CITY, person_id=patient))
    return found


def _chosen() -> tuple[int | None, str, int | None]:
    """A citizen with something to apply for, his street, and an employer with bills."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.person_id, p.place FROM assessment_difference d JOIN people_person p ON p.id = d.person_id "
            "WHERE d.kind = 1 AND d.run_id = (SELECT max(run_id) FROM assessment_compared) AND NOT EXISTS (SELECT FROM "
            "cases_claim c WHERE c.person_id = d.person_id AND c.benefit = d.benefit) ORDER BY d.person_id DESC LIMIT 1"
        )
        row = cursor.fetchone()
        if row is None:
            cursor.execute("SELECT id, place FROM people_person WHERE length(place) >= 9 ORDER BY id LIMIT 1")
            row = cursor.fetchone()
        cursor.execute(
            "SELECT organisation_id FROM contributions_membership WHERE organisation_id IS NOT NULL "
            "AND upper_inf(recorded) AND upper_inf(valid) GROUP BY 1 ORDER BY abs(count(*) - 12), 1 LIMIT 1"
        )
        employer = cursor.fetchone()
    citizen, place = row or (None, CITY)
    return citizen, place[:9], employer[0] if employer else None


def _hospital() -> int | None:
    """The organisation of the first designated institution that is one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id FROM medical_institution WHERE organisation_id IS NOT NULL ORDER BY code LIMIT 1"
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _patient() -> int | None:
    """Of whose bills the funds paid most."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM medical_settlement GROUP BY person_id "
            "ORDER BY count(*) DESC, sum(pool + large + supplement) DESC, person_id LIMIT 1"
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _account(
    act: Act,
    kind: Actor.Kind,
    role: str,
    name: str,
    place: str,
    organisation_id: int | None = None,
    person_id: int | None = None,
) -> Account:
    login, password = f"{role}-{secrets.token_hex(2)}", secrets.token_urlsafe(9)
    actor = add_actor(act, kind, name, organisation_id=organisation_id, person_id=person_id)
    grant(act, actor, role, place)
    key = signin.set_credential(act, actor.pk, login, password, second=kind == Actor.Kind.STAFF)
    code = signin.code_of(key, datetime.now(UTC)) if key else ""
    return Account(name, login, password, key, code, actor.pk, place)
