"""单位和家庭: organisations, their standing and bank account; households."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from shebao.access.acting import Act
from shebao.files import unified_code
from shebao.people.codes import HouseholdKind, OrganisationKind, OrganisationState
from shebao.people.refusals import Refused
from shebao.people.services.recording import refusing


@dataclass(frozen=True)
class BankAccount:
    """开户银行、账号、户名."""

    bank: str
    account: str
    holder: str


def register_organisation(
    act: Act,
    *,
    name: str,
    kind: int,
    code: str | None,
    place: str,
    since: date,
    sector: str = "",
    injury_class: int | None = None,
    account: BankAccount | None = None,
) -> int:
    """单位登记; gives its number.  code: unified code, or organisation code before 2015.  Raises Refused."""
    with refusing(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_organisation (id, kind, name, code, place, sector, injury_class, act_id) "
            "VALUES (nextval('people_organisation_id_seq'), %s, %s, %s, %s, %s, %s, %s) RETURNING id",
            [_kind(kind), _name(name), _code(code), place, sector, injury_class, act.id],
        )
        number = int(cursor.fetchone()[0])
    set_standing(act, number, OrganisationState.REGISTERED, since)
    if account:
        set_account(act, number, account, since)
    return number


def change_organisation(
    act: Act,
    organisation_id: int,
    *,
    name: str | None = None,
    kind: int | None = None,
    code: str | None = None,
    place: str | None = None,
    sector: str | None = None,
    injury_class: int | None = None,
) -> None:
    """单位变更: what is given takes the place of what was, which is kept.  Raises Refused."""
    given = {
        "name": None if name is None else _name(name),
        "kind": None if kind is None else _kind(kind),
        "code": None if code is None else _code(code),
        "place": place,
        "sector": sector,
        "injury_class": injury_class,
    }
    changes = {column: value for column, value in given.items() if value is not None}
    if not changes:
        return
    assigned = ", ".join(f"{column} = %({column})s" for column in changes)
    with refusing(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE people_organisation SET {assigned} WHERE id = %(organisation)s",
            changes | {"organisation": organisation_id},
        )
        if cursor.rowcount != 1:
            raise Refused(
                f"没有单位{organisation_id}，或不在您的经办范围内",
                f"there is no organisation {organisation_id} in your scope",
            )


def set_standing(act: Act, organisation_id: int, state: int, since: date, until: date | None = None) -> None:
    """登记状态 from a day on (to a last day): registered, suspended, cancelled.  Raises Refused."""
    if state not in OrganisationState.values:
        raise Refused(f"没有登记状态{state}", f"there is no standing {state}")
    _write(act, "people_organisation_state", organisation_id, since, until, {"state": state})


def set_account(act: Act, organisation_id: int, account: BankAccount, since: date, until: date | None = None) -> None:
    """银行账户 from a day on.  Raises Refused."""
    values = {"bank": account.bank.strip(), "account": account.account.strip(), "holder": account.holder.strip()}
    if not all(values.values()):
        raise Refused("请填写开户银行、账号和户名", "give the bank, the number and the holder of the account")
    _write(act, "people_organisation_account", organisation_id, since, until, values)


def found_household(act: Act, place: str, kind: int = HouseholdKind.HOUSEHOLD, number: str | None = None) -> int:
    """A household without members; gives its number.  Members come by `record` with Membership.  Raises Refused."""
    if kind not in HouseholdKind.values:
        raise Refused(f"没有家庭类别{kind}", f"there is no kind {kind} of household")
    with refusing(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_household (id, kind, place, number, act_id) "
            "VALUES (nextval('people_household_id_seq'), %s, %s, %s, %s) RETURNING id",
            [kind, place, number, act.id],
        )
        return int(cursor.fetchone()[0])


def _name(name: str) -> str:
    if not name.strip():
        raise Refused("请填写单位名称", "the name of the organisation is missing")
    return name.strip()


def _kind(kind: int) -> int:
    if kind not in OrganisationKind.values:
        raise Refused(f"没有单位类型{kind}", f"there is no kind {kind} of organisation")
    return kind


def _code(code: str | None) -> str | None:
    if code is None:
        return None
    fault = unified_code.fault(code)
    if fault:
        raise Refused(f"统一社会信用代码{fault[0]}", f"the unified code {fault[1]}")
    return unified_code.normal(code)


def _write(
    act: Act,
    table: str,
    organisation_id: int,
    since: date,
    until: date | None,
    values: dict[str, str] | dict[str, int],
) -> None:
    """As for persons: the days are cleared of what stood there, and what is left of that is written again."""
    if until is not None and until < since:
        raise Refused("终止日期早于起始日期，请核对", "it ends before it begins")
    columns = ", ".join(values)
    kept = ", ".join(f"t.{name}" for name in values)
    given = {
        **values,
        "organisation": organisation_id,
        "act": act.id,
        "since": since,
        "until": None if until is None else until + timedelta(days=1),
    }
    with refusing(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_organisation WHERE id = %s FOR NO KEY UPDATE", [organisation_id])
        if cursor.fetchone() is None:
            raise Refused(
                f"没有单位{organisation_id}，或不在您的经办范围内",
                f"there is no organisation {organisation_id} in your scope",
            )
        cursor.execute(
            f"SELECT greatest(%(at)s, max(lower(recorded)), max(upper(recorded))) FROM {table} "
            "WHERE organisation_id = %(organisation)s",
            given | {"at": act.at},
        )
        given["at"] = cursor.fetchone()[0]
        cursor.execute(
            f"WITH closed AS (UPDATE {table} t SET recorded = tstzrange(lower(t.recorded), %(at)s) "
            "WHERE t.organisation_id = %(organisation)s AND upper_inf(t.recorded) "
            "AND t.valid && daterange(%(since)s, %(until)s) RETURNING t.*) "
            f"INSERT INTO {table} (organisation_id, {columns}, valid, recorded, act_id) "
            f"SELECT t.organisation_id, {kept}, days, tstzrange(%(at)s, NULL), t.act_id FROM closed t, "
            "unnest(datemultirange(t.valid) - datemultirange(daterange(%(since)s, %(until)s))) days",
            given,
        )
        cursor.execute(
            f"INSERT INTO {table} (organisation_id, {columns}, valid, recorded, act_id) VALUES (%(organisation)s, "
            f"{', '.join(f'%({name})s' for name in values)}, daterange(%(since)s, %(until)s), "
            "tstzrange(%(at)s, NULL), %(act)s)",
            given,
        )
