"""The record as plainly as can be: for each day a list of what holds."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from shebao.people.facts import End, Fact, Name, Residence, Status, Work

FIRST = date(2000, 1, 1)
DAYS = 40  # days looked at; the last one stands for all after it
KINDS: tuple[type[Fact], ...] = (Name, Residence, Status, Work)

Cell = dict[type[Fact], list[tuple[Any, ...]]]


def _values(fact: Fact) -> tuple[Any, ...]:
    return tuple(fact.values().values())


def _exclude(kind: type[Fact], one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether two facts of a kind may not hold on one day."""
    a, b = (dict(zip(kind.columns(), values, strict=True)) for values in (one, other))
    if kind is Residence:
        return True
    if kind is Work:
        return (a["main"] and b["main"]) or a["organisation_id"] == b["organisation_id"]
    return bool(a["kind"] == b["kind"])


def day(k: int) -> date:
    return FIRST + timedelta(days=k)


def span(fact: Fact) -> range:
    """The days looked at on which it holds."""
    until = DAYS if fact.until is None else (fact.until - FIRST).days + 1
    return range(max((fact.since - FIRST).days, 0), min(until, DAYS))


@dataclass
class Model:
    """What holds on each day."""

    cells: list[Cell] = field(default_factory=lambda: [{kind: [] for kind in KINDS} for _ in range(DAYS)])

    def put(self, fact: Fact | End) -> None:
        what = fact.fact if isinstance(fact, End) else fact
        new, kind = _values(what), type(what)
        for k in span(what):
            cell = self.cells[k]
            cell[kind] = [old for old in cell[kind] if not _exclude(kind, old, new)]
            if fact is what:
                cell[kind].append(new)

    def take(self, fact: Fact) -> None:
        for k in span(fact):
            self.cells[k][type(fact)].remove(_values(fact))

    def add(self, other: Model) -> None:
        """What the other says and this one does not contradict; of two main works the other's stands beside."""
        for cell, more in zip(self.cells, other.cells, strict=True):
            for kind in KINDS:
                own = list(cell[kind])
                for new in more[kind]:
                    if not any(_exclude(kind, old, new) for old in own):
                        cell[kind].append(new)
                    elif kind is Work and not any(old[0] == new[0] for old in own):
                        cell[kind].append((*new[:2], False))

    def copy(self) -> Model:
        return copy.deepcopy(self)

    def sorted(self) -> list[Cell]:
        return [{kind: sorted(cell[kind], key=repr) for kind in KINDS} for cell in self.cells]


def of_facts(facts: Callable[[type[Fact]], Any]) -> list[Cell]:
    """The same from a record as it is read; each fact is checked to hold once a day."""
    model = Model()
    for kind in KINDS:
        for known in facts(kind):
            for k in span(known.fact):
                model.cells[k][kind].append(_values(known.fact))
    return model.sorted()


@st.composite
def some_facts(draw: Any, organisations: list[int]) -> Fact | End:
    """A fact of any kind over any days, or the end of one."""
    first = draw(st.integers(0, DAYS - 2))
    last = draw(st.none() | st.integers(first, DAYS - 2))
    days: dict[str, Any] = {"since": day(first), "until": None if last is None else day(last)}
    made: list[Fact] = [
        Name(name=draw(st.sampled_from(["甲", "乙", "丙"])), kind=draw(st.sampled_from([1, 3])), **days),
        Residence(place=draw(st.sampled_from(["110105", "110106"])), hukou=draw(st.sampled_from([None, 1])), **days),
        Status(kind=draw(st.sampled_from([3, 5])), grade=draw(st.sampled_from([None, 1])), **days),
        Work(organisation_id=draw(st.sampled_from(organisations)), main=draw(st.booleans()), **days),
    ]
    fact = made[draw(st.integers(0, 3))]
    return End(fact) if draw(st.integers(0, 4)) == 0 else replace(fact)
