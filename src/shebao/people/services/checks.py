"""What a fact must be before it is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psycopg
from django.db import IntegrityError, connection

from shebao.files import identity
from shebao.people import particulars
from shebao.people.codes import IdentifierKind
from shebao.people.facts import CODES, End, Event, Fact, Identifier, Name, Particular
from shebao.people.refusals import Refused

# What the database refuses, as far as it cannot be seen before: constraint -> why, and what to do.
_REFUSALS = {
    "people_identifier_once": (
        "该证件号码已有他人登记，请查重或申请合并档案",
        "the number is another's; look for a duplicate record",
    ),
    "people_vitals_one": (
        "档案已有出生日期和性别，请更正原记录",
        "the record has day of birth and sex already; correct them",
    ),
    "people_card_once": ("该卡号已发出，请核对卡号", "the card's number is in use; compare it with the card"),
    "people_person_place_fk": ("没有这个地区代码，请选择已有的地区", "there is no such place; choose one that exists"),
    "people_organisation_code_key": ("该统一社会信用代码已登记", "the code is another organisation's"),
    "people_work_organisation_fk": ("没有这个单位，请先登记单位", "there is no such organisation; register it first"),
    "people_relation_organisation_fk": (
        "没有这个单位，请先登记单位",
        "there is no such organisation; register it first",
    ),
    "people_relation_other_fk": ("没有这个人的档案，请先登记", "there is no record of that person; register him first"),
    "people_relation_self": ("不能是本人", "it cannot be the person himself"),
    "people_membership_household_fk": ("没有这个家庭，或类别不符", "there is no such household of that kind"),
    "people_residence_code": ("地区代码应为2、6、9或12位数字", "the code of a place has 2, 6, 9 or 12 digits"),
    "people_vitals_order": ("死亡日期早于出生日期，请核对", "the day of death is before that of birth"),
    "people_status_grade": ("等级不符：残疾1至4级，残疾军人1至10级", "the grade is 1 to 4, a veteran's 1 to 10"),
    "people_work_where": ("灵活就业不填单位，其他就业须填单位", "flexible work has no organisation, any other has one"),
    "people_card_numbered": ("卡尚无卡号", "the card has no number yet"),
}


def refused(error: IntegrityError | psycopg.IntegrityError) -> Refused | None:
    """What a refusal of the database means, where it is foreseen."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    name = getattr(getattr(cause, "diag", None), "constraint_name", None)
    if isinstance(cause, psycopg.errors.ExclusionViolation):
        return Refused(
            f"与档案中已有的记录日期重叠（{name}），请先更正原记录",
            f"the days overlap with what the record says ({name}); correct that first",
        )
    return Refused(*_REFUSALS[name]) if name in _REFUSALS else None


def checked_event(event: Event) -> Event:
    """The event with each fact in its form.  Raises Refused."""
    if not event.source.strip():
        raise Refused("请填写来源", "the source of the event is missing")
    facts = [End(checked(fact.fact)) if isinstance(fact, End) else checked(fact) for fact in event.facts]
    return replace(event, facts=facts)


def checked(fact: Fact) -> Fact:
    """The fact in its form: trimmed, numbers in capitals.  Raises Refused."""
    if fact.until is not None and fact.until < fact.since:
        raise Refused("终止日期早于起始日期，请核对", "it ends before it begins")
    for column, value in fact.values().items():
        codes = CODES.get((fact.table, column))
        if codes is not None and value not in codes.values:
            raise Refused(f"{column}没有代码{value}", f"{column} has no code {value}")
    if isinstance(fact, Name):
        if not fact.name.strip():
            raise Refused("请填写姓名", "the name is missing")
        return replace(fact, name=fact.name.strip())
    if isinstance(fact, Identifier):
        return replace(fact, number=checked_number(fact.kind, fact.number))
    if isinstance(fact, Particular):
        found = particulars.fault(fact.input, fact.value)
        if found:
            raise Refused(*found)
    return fact


def checked_number(kind: int, number: str) -> str:
    """The number as it is kept.  Raises Refused."""
    number = number.strip().upper()
    if not number:
        raise Refused("请填写证件号码", "the number is missing")
    if kind == IdentifierKind.CITIZEN:
        fault = identity.fault(number)
        if fault:
            raise Refused(
                f"居民身份证号码{fault[0]}；无法核实的号码请作为“未核实的证件号码”登记",
                f"the identity number {fault[1]}; one that cannot be verified is kept as unverified",
            )
    if kind == IdentifierKind.CITIZEN_15 and not (len(number) == 15 and number.isascii() and number.isdigit()):
        raise Refused("应为15位数字", "the old number has 15 digits")
    return number


def free(person_id: int, fact: Fact) -> None:
    """Nobody else has the number.  Raises Refused."""
    if isinstance(fact, Identifier) and fact.kind != IdentifierKind.UNVERIFIED:
        with connection.cursor() as cursor:
            cursor.execute("SELECT people_taken(%s::smallint, %s, %s)", [fact.kind, fact.number, person_id])
            if _only(cursor.fetchone()):
                raise Refused(*_REFUSALS["people_identifier_once"])


def _only(row: tuple[Any, ...] | None) -> Any:
    return None if row is None else row[0]
