"""Pensioners whose figures are those of the law book's worked case new-2014-03 (京劳社养发〔2007〕21号 附件1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.contributions.services import opening
from shebao.people import services as people
from shebao.people.codes import EventKind
from shebao.people.facts import Event, Particular
from shebao.rules.kinds import day

BASES = {
    1998: 5700,
    1999: 12600,
    2000: 14400,
    2001: 16800,
    2002: 19200,
    2003: 22800,
    2004: 25200,
    2005: 30000,
    2006: 34800,
    2007: 37200,
    2008: 40800,
    2009: 44400,
    2010: 48000,
    2011: 51600,
    2012: 57600,
    2013: 63600,
    2014: 11800,
}  # yuan a year; from July of the first, to February of the last


def row(person: int, year: int, base: int, first: int = 1, last: int = 12) -> dict[str, Any]:
    """A year of the history; weighted: a month's base by the months for which it bears interest."""
    months = last - first + 1
    return {
        "person_id": person,
        "insurance": 1,
        "year": year,
        "region": 11,
        "kind": 1,
        "months": sum(1 << (month - 1) for month in range(first, last + 1)),
        "base": base * 100,
        "weighted": sum(base * 100 // months * (13 - month) for month in range(first, last + 1)),
        "credited": year,
        "account": 0,
        "wage": 0,
    }


def rows(given: list[dict[str, Any]]) -> pa.Table:
    short = {"insurance", "year", "region", "kind", "months", "credited"}
    return pa.table(
        {name: pa.array([r[name] for r in given], pa.int16() if name in short else pa.int64()) for name in given[0]}
    )


def pensioner(name: str, number: str, bases: Mapping[int, int], last: int, opened: tuple[date, int]) -> int:
    with acting(system_actor("setup"), "people.record") as act:
        person = people.register_citizen(
            act, name=name, number=number, place="11", on=date(1998, 7, 1), source="测试"
        ).person_id
        facts = [
            Particular(since=date(1998, 7, 1), input="post_class", value=1),
            Particular(
                since=date(1998, 7, 1),
                input="insurance_start_day",
                value=day(f"{min(bases)}-{'07' if min(bases) == 1998 else '01'}-01"),
            ),
        ]
        people.record(
            act, person, Event(kind=EventKind.OTHER, occurred_on=date(1998, 7, 1), source="测试", facts=facts)
        )
    history = [
        row(person, year, base, 7 if year == 1998 else 1, last if year == max(bases) else 12)
        for year, base in bases.items()
    ]
    with acting(system_actor("load"), "contributions.load") as act:
        opening.load_history(act, rows(history), "旧系统")
        opening.open_accounts(
            act,
            pa.table(
                {
                    "person_id": pa.array([person]),
                    "insurance": pa.array([1], pa.int16()),
                    "as_of": pa.array([opened[0]]),
                    "balance": pa.array([opened[1]]),
                    "own": pa.array([opened[1]]),
                    "place": ["11"],
                }
            ),
            "旧系统",
            opened[0],
            f"open-{person}",
        )
    return person
