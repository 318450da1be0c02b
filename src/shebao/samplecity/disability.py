"""Who is disabled, and how severely."""

from __future__ import annotations

import numpy as np

from shebao.law.city.disability import DisabilityKind
from shebao.samplecity.draws import Draws, Flags, Ints
from shebao.samplecity.population import People

# With a certificate, of 10,000 people registered here, from an age on; and the grades 1 (most severe) to 4.  Assumed.
_SHARES = ((0, 80), (16, 220), (40, 400), (60, 560), (80, 700))
_GRADES = (13, 20, 31, 36)
_KINDS = (140, 190, 20, 370, 90, 110, 80)  # of a thousand: sight to multiple
SEVERE = 2  # grades 1 and 2


def disability_of(draws: Draws, people: People) -> Ints:
    """The grade of each person, 0 for none."""
    ages, shares = (np.asarray(column, np.int64) for column in zip(*_SHARES, strict=True))
    share = shares[np.searchsorted(ages, people.age, side="right") - 1]
    has = people.local & (draws.below("disabled", 10_000, people.number) < share)
    return np.where(has, draws.pick("grade of disability", _GRADES, people.number) + 1, 0)


def severely_disabled(draws: Draws, people: People) -> Flags:
    grade = disability_of(draws, people)
    return (grade > 0) & (grade <= SEVERE)


def disability_kind_of(draws: Draws, people: People) -> Ints:
    """GB/T 26341's kind of each person's disability, 0 for none."""
    kind = draws.pick("kind of disability", _KINDS, people.number) + int(DisabilityKind.SIGHT)
    return np.where(disability_of(draws, people) > 0, kind, 0)
