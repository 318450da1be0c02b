"""The places of the city: itself, districts, streets and towns, communities and villages."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from shebao.samplecity.draws import Draws, Flags, Ints
from shebao.samplecity.sources import column, integers

CITY = "11"
COMMUNITIES = 20  # of each street; assumed (about 6,500 in the whole city)
_COUNTY = "县"  # of a county the places below are named towns
_STAYS = 850  # of a thousand people registered here live in the district of their registration; assumed


@cache
def district_weights() -> tuple[Ints, Ints]:
    """(weights of people registered here, of others) by district."""
    people, migrants = (np.asarray(integers("districts", of), np.int64) for of in ("people", "migrants"))
    return people - migrants, migrants


@cache
def streets() -> Ints:
    """How many streets each district has."""
    return np.asarray(integers("districts", "streets"), np.int64)


@cache
def codes() -> pa.Array:
    """The codes of all communities, district after district, street after street."""
    return pa.array(
        [
            f"{district}{street + 1:03d}{community + 1:03d}"
            for district, count in zip(column("districts", "code"), streets().tolist(), strict=True)
            for street in range(count)
            for community in range(COMMUNITIES)
        ]
    )


@cache
def names() -> pa.Array:
    """The names of all communities with those of district and street, as in an address."""
    return pa.array(
        [
            f"北京市{district}{_street(district, street)}{_community(district, community)}"
            for district, count in zip(column("districts", "zh"), streets().tolist(), strict=True)
            for street in range(count)
            for community in range(COMMUNITIES)
        ]
    )


def districts() -> pa.Array:
    return pa.array(column("districts", "code"))


def table() -> pa.Table:
    """All places: place (code; a code begins with that of the place above), level (1 city, 2 district, 3 street or
    town, 4 community or village), name, above (code, null for the city), confidence (of the name and the code).
    """
    rows: list[tuple[str, int, str, str | None, str]] = [(CITY, 1, "北京市", None, "source")]
    for code, zh, count in zip(column("districts", "code"), column("districts", "zh"), streets().tolist(), strict=True):
        rows.append((code, 2, zh, CITY, "source"))
        for street in range(count):
            below = f"{code}{street + 1:03d}"
            rows.append((below, 3, zh + _street(zh, street), code, "assumed"))
            for k in range(COMMUNITIES):
                rows.append((f"{below}{k + 1:03d}", 4, _community(zh, k), below, "assumed"))
    place, level, name, above, confidence = zip(*rows, strict=True)
    return pa.table(
        {
            "place": pa.array(place),
            "level": pa.array(level, pa.int16()),
            "name": pa.array(name),
            "above": pa.array(above),
            "confidence": pa.array(confidence),
        }
    )


def community(draws: Draws, purpose: str, district: Ints, key: Ints) -> Ints:
    """The index of a community in `codes` within each district."""
    count = streets() * COMMUNITIES
    first = np.cumsum(count) - count
    return first[district] + draws.below(purpose, count[district], key)


def home_district(draws: Draws, local: Flags, key: Ints) -> Ints:
    """The index of the district where a household lives."""
    here, others = district_weights()
    return np.where(
        local, draws.pick("district", here // 100, key), draws.pick("district of others", others // 100, key)
    )


def registered_district(draws: Draws, lives: Ints, key: Ints) -> Ints:
    """The index of the district where a person of this city is registered; for most the one where they live."""
    hukou = np.asarray(integers("districts", "hukou"), np.int64) // 100
    return np.where(draws.chance("lives at home", _STAYS, key), lives, draws.pick("registered in", hukou, key))


def _street(district: str, street: int) -> str:
    return f"第{street + 1:02d}{'乡镇' if district.endswith(_COUNTY) else '街道'}"


def _community(district: str, number: int) -> str:
    return f"第{number + 1:02d}{'村' if district.endswith(_COUNTY) else '社区'}"
