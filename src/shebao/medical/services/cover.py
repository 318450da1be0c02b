"""待遇年度: opened once, brought up to the facts by the database as they change, proven equal to them each night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from shebao.access.acting import Act
from shebao.medical.models import CoverYear


@dataclass(frozen=True)
class Astray:
    """A column of a cover that is not as the facts say."""

    person_id: int
    name: str
    stands: int | None  # None: there is no row
    due: int | None


def open_year(act: Act, year: int, as_of: date) -> int:
    """Covers of everybody for a year; from now on they follow the facts.  Gives how many rows were written.

    as_of: the day up to which arrears are looked at, and whose assistance counts.
    """
    CoverYear.objects.update_or_create(year=year, defaults={"as_of": as_of, "open": True, "act_id": act.id})
    return _follow(year, as_of)


def close_year(act: Act, year: int) -> None:
    """Its covers stay as they are from now on; late bills still count in them."""
    CoverYear.objects.filter(year=year).update(open=False)


def next_day(act: Act, as_of: date) -> int:
    """The day goes on: what falls due makes arrears, what an award begins or ends changes a mark.

    Gives how many covers were written.
    """
    written = 0
    for year in CoverYear.objects.filter(open=True).order_by("year").values_list("year", flat=True):
        CoverYear.objects.filter(year=year).update(as_of=as_of)
        written += _follow(year, as_of)
    return written


def prove(act: Act) -> list[Astray]:
    """All that is not as the facts say, of all open years; nothing, if all is well."""
    found: list[Astray] = []
    with connection.cursor() as cursor:
        for year, as_of in CoverYear.objects.filter(open=True).order_by("year").values_list("year", "as_of"):
            cursor.execute("SELECT person_id, name, stands, due FROM medical_cover_astray(%s, %s)", [year, as_of])
            found += [Astray(*row) for row in cursor.fetchall()]
    return found


def _follow(year: int, as_of: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT medical_cover_follow(NULL, %s, %s)", [year, as_of])
        return int(cursor.fetchone()[0])
