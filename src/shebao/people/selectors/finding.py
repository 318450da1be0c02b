"""Persons found by number, card or name; the staff of an organisation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from shebao.access import reads
from shebao.access.acting import Act
from shebao.files import identity
from shebao.people.codes import IdentifierKind, NameKind

_LAST = "\U0010ffff"  # sorts after every text that goes on


@dataclass(frozen=True)
class Found:
    """A line of a list.  number: identity number or other paper, its middle replaced by asterisks."""

    person_id: int
    name: str
    number: str
    sex: int | None
    birth_day: date | None
    death_day: date | None
    place: str


@dataclass(frozen=True)
class Staff:
    """Somebody who works in an organisation."""

    person_id: int
    name: str
    number: str  # the employer declares by it: not masked
    kind: int
    main: bool
    since: date
    until: date | None


def find(act: Act, text: str, most: int = 50) -> list[Found]:
    """Who is meant by an identity number (15 or 18), another paper's or a card's number, a name, pinyin or initials.

    A name and pinyin may be begun only.  At most so many, by name.  Raises nothing: no hit is an empty list.
    """
    condition, values = _condition(text.strip())
    if not condition:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT person_id FROM ({condition}) hit LIMIT %(most)s", values | {"most": most})
        numbers = [row[0] for row in cursor.fetchall()]
    found = lines(numbers)
    reads.log(act, [line.person_id for line in found], "查找")
    return found


def lines(person_ids: Sequence[int]) -> list[Found]:
    """A line for each of these persons, by name.  The caller takes down the read."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [list(person_ids)])
        return [_found(row) for row in cursor.fetchall()]


_LINES = f"""
SELECT p.id, n.name, i.number, v.sex, v.birth_day, v.death_day, p.place
FROM people_person p
LEFT JOIN LATERAL (SELECT t.name, t.pinyin FROM people_name t WHERE t.person_id = p.id AND upper_inf(t.recorded)
    AND t.kind = {int(NameKind.LEGAL)} ORDER BY t.valid DESC LIMIT 1) n ON true
LEFT JOIN LATERAL (SELECT t.number FROM people_identifier t WHERE t.person_id = p.id AND upper_inf(t.recorded)
    AND t.kind <> {int(IdentifierKind.UNVERIFIED)} ORDER BY t.kind, t.valid DESC LIMIT 1) i ON true
LEFT JOIN people_vitals v ON v.person_id = p.id AND upper_inf(v.recorded)
WHERE p.id = ANY(%s) ORDER BY n.pinyin, p.id
"""


def _condition(text: str) -> tuple[str, dict[str, Any]]:
    """A query for person_id.  Comparisons are such as an index can answer below the policies: = >= <."""
    if not text:
        return "", {}
    plain = re.sub(r"\s", "", text).upper()
    if re.fullmatch(r"[0-9]{15}|[0-9]{17}[0-9X]", plain, re.ASCII):
        return f"{_BY_NUMBER} UNION {_BY_CARD}", {"numbers": _spellings(plain)}
    if re.search(r"[0-9]", plain):
        return f"{_BY_NUMBER} UNION {_BY_CARD}", {"numbers": [plain]}
    if plain.isascii():
        key = re.sub(r"[^A-Z]", "", plain).lower()
        by_initials = (
            "(SELECT person_id FROM people_name WHERE initials = %(key)s AND upper_inf(recorded) LIMIT %(most)s)"
        )
        begun = _begun("pinyin")
        return (f"{by_initials} UNION {begun}", {"key": key, "end": key + _LAST}) if key else ("", {})
    return _begun("name"), {"key": text, "end": text + _LAST}


_BY_NUMBER = "SELECT person_id FROM people_identifier WHERE number = ANY(%(numbers)s) AND upper_inf(recorded)"
_BY_CARD = "SELECT person_id FROM people_card WHERE number = ANY(%(numbers)s) AND upper_inf(recorded)"


def _begun(column: str) -> str:
    return (
        f"(SELECT person_id FROM people_name WHERE {column} >= %(key)s AND {column} < %(end)s AND upper_inf(recorded) "
        "LIMIT %(most)s)"
    )


def _spellings(number: str) -> list[str]:
    """An identity number as 18 and as 15 characters, as far as it has both."""
    if len(number) == 15:
        try:
            return [number, identity.from_old(number)]
        except ValueError:
            return [number]
    return [number, number[:6] + number[8:17]] if number[6:8] == "19" else [number]


def _found(row: tuple[Any, ...]) -> Found:
    number, name, paper, *others = row
    return Found(number, name or "", identity.masked(paper) if paper else "", *others)


def staff(act: Act, organisation_id: int, on: date) -> list[Staff]:
    """Who works in an organisation on a day, by name; to its own users, and to others within their scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.person_id, coalesce(n.name, ''), coalesce(i.number, ''), w.kind, w.main, "
            "lower(w.valid), upper(w.valid) - 1 FROM people_work w "
            "LEFT JOIN people_name n ON n.person_id = w.person_id AND upper_inf(n.recorded) "
            "AND n.valid @> %(on)s::date AND n.kind = 1 "
            "LEFT JOIN LATERAL (SELECT t.number FROM people_identifier t WHERE t.person_id = w.person_id "
            "AND upper_inf(t.recorded) AND t.kind <> 10 ORDER BY t.kind, t.valid DESC LIMIT 1) i ON true "
            "WHERE w.organisation_id = %(organisation)s AND upper_inf(w.recorded) AND w.valid @> %(on)s::date "
            "ORDER BY n.pinyin, w.person_id",
            {"organisation": organisation_id, "on": on},
        )
        found = [Staff(*row) for row in cursor.fetchall()]
    reads.log(act, [one.person_id for one in found], "单位职工名单")
    return found
