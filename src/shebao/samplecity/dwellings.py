"""Where people live and where they are registered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shebao.samplecity import places
from shebao.samplecity.calendar import NEVER
from shebao.samplecity.columns import days, digits, pick, small, texts
from shebao.samplecity.draws import Draws, Ints
from shebao.samplecity.population import People

_MOVED = 120  # of a thousand lived somewhere else in the city before


@dataclass(frozen=True)
class Dwellings:
    """Of each person: place (code of the community), address, since (first day there), district (its index)."""

    place: pa.Array
    address: pa.Array
    since: Ints
    district: Ints


def dwellings_of(draws: Draws, people: People, head: Ints) -> Dwellings:
    """A dwelling for each household, given by the place of its head in the block; the dead are their own heads."""
    key = people.number[head]
    district = places.home_district(draws, people.local[head], key)
    community = places.community(draws, "community", district, key)
    since = people.day - draws.quantile("years here", [y * 365 for y in (0, 1, 2, 4, 7, 12, 20, 35)], key) - 1
    return Dwellings(
        pick(places.codes(), community),
        _addresses(draws, community, key),
        np.maximum(since, people.birth_day[head]),
        district,
    )


def residence_table(draws: Draws, people: People, home: Ints, dwellings: Dwellings) -> pa.Table:
    """residence: number (person), place (code of the community), address, hukou (Hukou), registered (code of the
    district of registration here; of others that of their province), valid_from, valid_to (null: until now).

    Who moved has two rows.  home: the region of the registration (Region).
    """
    number = people.number
    here = places.registered_district(draws, dwellings.district, number)
    codes = pc.binary_join_element_wise(texts(digits(home, 2)), "0000", "")
    registered = pc.if_else(pa.array(people.local), pick(places.districts(), here), codes)
    since = np.maximum(dwellings.since, people.birth_day)
    ends = np.where(people.death_day <= people.day, people.death_day + 1, NEVER)
    since = np.minimum(since, ends - 1)
    before = draws.chance("moved", _MOVED, number) & (since > people.birth_day + 400)
    moved = np.flatnonzero(before)
    other = places.home_district(draws, people.local[moved], number[moved] + (1 << 40))
    old = places.community(draws, "community before", other, number[moved])
    span = draws.between("days in the dwelling before", 200, 5000, number[moved])
    order = np.argsort(np.concatenate([np.arange(len(people)), moved]), kind="stable")
    both = {
        "number": (pa.array(number), pa.array(number[moved])),
        "place": (dwellings.place, pick(places.codes(), old)),
        "address": (dwellings.address, _addresses(draws, old, number[moved] + (1 << 40))),
        "hukou": (small(people.hukou), small(people.hukou[moved])),
        "registered": (registered, registered.take(pa.array(moved))),
        "valid_from": (days(since), days(np.maximum(since[moved] - span, people.birth_day[moved]))),
        "valid_to": (days(ends), days(since[moved])),
    }
    return pa.table({name: pa.concat_arrays(pieces).take(pa.array(order)) for name, pieces in both.items()})


def _addresses(draws: Draws, community: Ints, key: Ints) -> pa.Array:
    building, unit = draws.between("building", 1, 40, key), draws.between("unit", 1, 6, key)
    room = draws.between("floor", 1, 18, key) * 100 + draws.between("room", 1, 4, key)
    numbers = [pa.array(values).cast(pa.string()) for values in (building, unit, room)]
    return pc.binary_join_element_wise(
        pick(places.names(), community), numbers[0], "号楼", numbers[1], "单元", numbers[2], "室", ""
    )
