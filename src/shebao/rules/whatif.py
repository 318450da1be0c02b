"""Everything one person or household is entitled to on a day, what excludes what, and what would change it.

A benefit is a variable that is paid (`pays=`).  Where another may take its place there stand beside it what its own
conditions give (`X_entitlement`) and what takes its place (`X_exclusion`, a code of which 0 is nothing).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from shebao.rules.cases import benefits
from shebao.rules.decide import Decision, decide
from shebao.rules.declare import PERSON, Input
from shebao.rules.kinds import Code
from shebao.rules.language import add_months, age_on
from shebao.rules.law import Law
from shebao.rules.rows import Facts
from shebao.rules.status import Why, unpack

BIRTH = "birth_day"
OLDEST = 110
_FEW = 16  # values of a missing fact that are tried


class Excluded(NamedTuple):
    """A benefit that own conditions give, and what takes its place."""

    benefit: str
    entitlement: int
    by: Code


class Change(NamedTuple):
    """A benefit that would be another one.  None: it would not be decided."""

    benefit: str
    before: int | bool | None
    after: int | bool | None


class At(NamedTuple):
    """Where changes come: an age in years, a sum in fen, or the value of a fact that is missing."""

    value: int
    changes: tuple[Change, ...]


Values = Mapping[str, int | bool | None]


@dataclass(frozen=True)
class WhatIf:
    """One person with the groups he is in, on a day; facts and groups as `decide` takes them."""

    law: Law
    facts: Facts
    groups: Mapping[str, Facts]
    on: int
    mode: str = "marked"

    @cached_property
    def names(self) -> list[str]:
        """The benefits of the person and of the groups he is in."""
        there = {PERSON, *self.groups, *(g.name for g in self.law.groups.values() if g.alone)}
        return [name for name in benefits(self.law) if self.law.variables[name].owner in there]

    @cached_property
    def decision(self) -> Decision:
        return self._decided(self.facts, self.groups, trace=True)

    @property
    def due(self) -> dict[str, int | bool]:
        """What is paid, by benefit; nothing is left out but what is nothing or refused."""
        return {n: v for n in self.names if (v := self.decision.value(n))}

    @property
    def refused(self) -> dict[str, int]:
        """The benefits that cannot be decided, with their statuses."""
        return {n: self.decision.status(n) for n in self.names if self.decision.status(n)}

    @property
    def excluded(self) -> list[Excluded]:
        """What own conditions give and another benefit takes the place of."""
        found = []
        for name in self.names:
            entitlement, by = f"{name}_entitlement", f"{name}_exclusion"
            if {entitlement, by} <= set(self.law.variables) and not self.decision.value(name):
                given, code = self.decision.value(entitlement), self.decision.value(by)
                codes = self.law.variables[by].kind.codes
                if given and code and codes is not None:
                    found.append(Excluded(name, int(given), codes(int(code))))
        return found

    def by_age(self) -> Iterator[At]:
        """The next ages in years at which something changes, on the same day and with all else as it is."""
        birth = self.facts.get(BIRTH)
        if not isinstance(birth, int) or birth > self.on:
            return
        age = age_on(birth, self.on)
        before = self._values(self.decision)
        for older in range(1, OLDEST - age + 1):
            moved = {**self.facts, BIRTH: add_months(birth, -12 * older)}
            after = self._values(self._decided(moved, self.groups))
            changes = self._changes(before, after)
            if changes:
                yield At(age + older, changes)
            before = after

    def by_amount(self, name: str, highest: int, step: int = 100) -> Iterator[At]:
        """The amounts in fen, from 0 to `highest`, from which on a benefit is given or no longer given.

        Only beginnings and ends, each found to the `step`; amounts in between may change with every fen.
        """
        given = self.law.inputs[name]

        def rights(amount: int) -> frozenset[str]:
            return self._rights(self._with(given, amount))

        for low, high in _borders(rights, 0, highest, step):
            before, after = self._values(self._with(given, low)), self._values(self._with(given, high))
            changed = rights(low) ^ rights(high)
            yield At(high, tuple(c for c in self._changes(before, after) if c.benefit in changed))

    def missing(self) -> dict[str, list[str]]:
        """The facts that are not given and hold a benefit up, with the benefits."""
        found: dict[str, list[str]] = {}
        for benefit, status in self.refused.items():
            why, subject, _ = unpack(status)
            if why is Why.MISSING:
                found.setdefault(self.decision.plan.inputs[subject], []).append(benefit)
        return found

    def by_missing(self, name: str) -> list[At]:
        """What a fact that is missing would bring, by its values; only for one with few."""
        given = self.law.inputs[name]
        if given.kind.form not in ("flag", "code") or given.history:
            return []
        values: Sequence[int] = [int(c) for c in given.kind.codes] if given.kind.codes else [0, 1]
        before = self._values(self.decision)
        found = []
        for value in values[:_FEW]:
            changes = self._changes(before, self._values(self._with(given, value)))
            if changes:
                found.append(At(value, changes))
        return found

    # ---- parts
    def _decided(self, facts: Facts, groups: Mapping[str, Facts], trace: bool = False) -> Decision:
        extra = [f"{n}_{part}" for n in self.names for part in ("entitlement", "exclusion")]
        want = [*self.names, *(n for n in extra if n in self.law.variables)]
        return decide(self.law, facts, on=self.on, want=want, mode=self.mode, groups=groups, trace=trace)

    def _with(self, given: Input, value: int) -> Decision:
        if given.of == PERSON:
            return self._decided({**self.facts, given.name: value}, self.groups)
        return self._decided(
            self.facts, {**self.groups, given.of: {**self.groups.get(given.of, {}), given.name: value}}
        )

    def _values(self, decision: Decision) -> Values:
        return {name: decision.value(name) for name in self.names}

    def _rights(self, decision: Decision) -> frozenset[str]:
        return frozenset(name for name in self.names if decision.value(name))

    def _changes(self, before: Values, after: Values) -> tuple[Change, ...]:
        return tuple(Change(n, before[n], after[n]) for n in self.names if before[n] != after[n])


def _borders(
    seen: Callable[[int], frozenset[str]], low: int, high: int, step: int, parts: int = 32
) -> Iterable[tuple[int, int]]:
    """Neighbours (a, a + step) between which what is seen changes; changes that undo each other may be passed over."""
    width = -(-(high - low) // parts // step) * step
    for start in range(low, high, width):
        yield from _bisected(seen, start, start + width, step)


def _bisected(seen: Callable[[int], frozenset[str]], low: int, high: int, step: int) -> Iterator[tuple[int, int]]:
    if seen(low) == seen(high):
        return
    if high - low <= step:
        yield low, high
        return
    middle = low + (high - low) // step // 2 * step
    yield from _bisected(seen, low, middle, step)
    yield from _bisected(seen, middle, high, step)
