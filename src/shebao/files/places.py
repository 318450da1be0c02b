"""The districts and counties of Beijing with their GB/T 2260 codes, each with the months in which the code held."""

from __future__ import annotations

import csv
import datetime
from dataclasses import dataclass
from functools import cache
from importlib import resources

CITY = "110000"


@dataclass(frozen=True)
class District:
    """code: six digits.  since, until: first day and first day no more; None: not known to begin, not ended.

    successor: the code that took its place, "" for none.  confidence: source, known or approx; the day of a change is
    always the first of its month, of which alone the source speaks.
    """

    code: str
    zh: str
    en: str
    since: datetime.date | None
    until: datetime.date | None
    successor: str
    source: str
    confidence: str

    def holds(self, on: datetime.date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


@cache
def districts() -> tuple[District, ...]:
    """All codes there were, by code."""
    text = resources.files("shebao.files").joinpath("places.csv").read_text("utf8")
    return tuple(
        District(
            row["code"],
            row["zh"],
            row["en"],
            _first_day(row["since"]),
            _first_day(row["until"]),
            row["successor"],
            row["source"],
            row["confidence"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def districts_on(day: datetime.date) -> list[District]:
    """The districts and counties whose code held on a day, by code."""
    return [district for district in districts() if district.holds(day)]


def district_on(code: str, day: datetime.date) -> District | None:
    """The district that a place lies in on a day, under its code or the one that took its place; None if unknown.

    code: of six digits or of a place within the district, which begins with them.
    """
    known = {district.code: district for district in districts()}
    found = known.get(code[:6])
    while found is not None and not found.holds(day):
        found = known.get(found.successor) if found.until is not None and day >= found.until else None
    return found


def _first_day(month: str) -> datetime.date | None:
    return datetime.date.fromisoformat(f"{month}-01") if month else None
