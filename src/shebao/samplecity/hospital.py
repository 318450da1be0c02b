"""How often people went to hospital last year."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from shebao.samplecity.calendar import month_index
from shebao.samplecity.columns import small
from shebao.samplecity.draws import Draws
from shebao.samplecity.organisations import hospital_of
from shebao.samplecity.population import People

# From an age on: outpatient visits of a person a year, in tenths, and stays of a thousand people.  Assumed.
_USE = (
    (0, 75, 70),
    (5, 40, 30),
    (15, 25, 40),
    (25, 35, 70),
    (40, 60, 80),
    (60, 120, 180),
    (70, 170, 280),
    (80, 190, 360),
)
_SPREAD = (0, 0, 20, 50, 90, 150, 260, 600)  # a person's visits to those of the age, in hundredths
_NIGHTS = (1, 4, 6, 8, 11, 15, 22, 45)


def hospital_table(draws: Draws, people: People) -> pa.Table:
    """hospital: number (person), year, organisation (the hospital visited most), visits, stays, nights; of who went."""
    number = people.number
    ages, visits, stays = (np.asarray(column, np.int64) for column in zip(*_USE, strict=True))
    group = np.searchsorted(ages, people.age, side="right") - 1
    went = visits[group] * draws.quantile("visits", _SPREAD, number) // 1000
    stayed = draws.chance("stay", stays[group], number) * (1 + draws.chance("second stay", 180, number))
    nights = stayed * draws.quantile("nights", _NIGHTS, number)
    year = int(month_index(np.asarray([people.day]))[0]) // 12 - 1
    alive_then = (month_index(people.death_day) // 12 > year) & (month_index(people.birth_day) // 12 <= year)
    of = np.flatnonzero(alive_then & ((went > 0) | (stayed > 0)))
    return pa.table(
        {
            "number": pa.array(number[of]),
            "year": small(np.full(len(of), year)),
            "organisation": pa.array(hospital_of(number[of])),
            "visits": small(went[of]),
            "stays": small(stayed[of]),
            "nights": small(nights[of]),
        }
    )
