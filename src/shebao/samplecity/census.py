"""How many people there are, by age and sex, and where they are registered: what the population is drawn from."""

from __future__ import annotations

from functools import cache

import numpy as np

from shebao.law.city.facts import Hukou, Sex
from shebao.samplecity.draws import Ints
from shebao.samplecity.sources import rows

AGES = 18  # groups: 0-4, 5-9, ..., 80-84, 85 and over
WIDTH = 5  # years of an age group; the last one is open
# Non-agricultural among those registered here, and among the others, of a thousand.  Assumed.
LOCAL_URBAN, OTHER_URBAN = 790, 350


@cache
def people(year: int, column: str = "people") -> tuple[int, ...]:
    """Thousands of people (or of "migrants") in a year with a census: men first, then women, by age group."""
    cells = {(int(r["sex"]), int(r["age"])): int(r[column]) for r in rows("population") if r["year"] == str(year)}
    return tuple(cells[sex, age * WIDTH] for sex in (Sex.MALE, Sex.FEMALE) for age in range(AGES))


def groups(year: int, column: str = "people") -> tuple[Ints, Ints]:
    """(weights, sexes) of the age groups, men first: shape (36,).  Linear between the censuses, the nearest beyond."""
    part = min(max(year, 2010), 2020) - 2010
    old, new = (np.asarray(people(census, column), np.int64) for census in (2010, 2020))
    return old * (10 - part) + new * part, np.repeat(np.asarray([Sex.MALE, Sex.FEMALE], np.int64), AGES)


def hukou_weights(year: int, group: Ints) -> Ints:
    """Weights of the registrations, in the order of Hukou, for each group of age and sex: shape (people, 4)."""
    everybody, migrants = groups(year)[0], groups(year, "migrants")[0]
    other = migrants * 1000 // everybody
    local = 1000 - other
    weights: Ints = np.stack(
        [local * LOCAL_URBAN, local * (1000 - LOCAL_URBAN), other * OTHER_URBAN, other * (1000 - OTHER_URBAN)], axis=1
    )
    assert [int(h) for h in Hukou] == [1, 2, 3, 4]  # a pick is the code less one
    return weights[group]
