"""Employers, hospitals, schools and homes, and who works for which.

Employers belong to cells of 1,024 people: 30 small ones to a cell, and 4 more to each group of 4, 16, 64 ... cells,
for which people of the whole group work.  So sizes have a heavy tail, the number of employers grows with the city, and
those of a person are the same in a city of any size (a large one has but a few of its people in a small sample).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shebao.people.codes import OrganisationKind
from shebao.samplecity import places
from shebao.samplecity.calendar import first_day
from shebao.samplecity.codes import Provider
from shebao.samplecity.columns import Characters, days, digits, pick, small, texts, word
from shebao.samplecity.draws import Draws, Ints
from shebao.samplecity.population import AREAS
from shebao.samplecity.sources import column, integers

CELL = 1024  # people
_SMALL = 30  # employers of a cell
_LARGE = 4  # employers of each group of cells
_TIERS = 7  # groups of 4, 16, ... 4**7 cells
_EMPLOYED = 430  # of the 1,024, about, for the size that is told of an employer
_TIER_WEIGHTS = (400, *([86] * _TIERS))  # of people in a small employer, and in one of each size above; assumed
_SMALL_WEIGHTS = [round(10_000 / (k + 1)) for k in range(_SMALL)]  # by Zipf's law
_LARGE_WEIGHTS = (40, 28, 19, 13)
# Institutions by the cell: designated medical institutions and care homes from the plan, schools assumed; of 100,000.
_PEOPLE = 19_612_368
_PROVIDERS = {
    Provider.HOSPITAL: (0, 1779 * CELL * 100_000 // _PEOPLE),
    Provider.SCHOOL: (1, 15_000),
    Provider.CARE_HOME: (5, 386 * CELL * 100_000 // _PEOPLE),
}
_PROVIDER_SECTORS = {Provider.HOSPITAL: "Q", Provider.SCHOOL: "P", Provider.CARE_HOME: "Q"}
# Of those that are no provider, with the registering authority and kind in their codes (GB 32100); assumed.
_KINDS = {
    OrganisationKind.ENTERPRISE: (860, "91"),
    OrganisationKind.INSTITUTION: (45, "12"),
    OrganisationKind.GOVERNMENT: (15, "11"),
    OrganisationKind.ASSOCIATION: (15, "51"),
    OrganisationKind.NON_ENTERPRISE: (15, "52"),
    OrganisationKind.INDIVIDUAL: (50, "92"),
}
_NAMED = ("公司", "中心", "机关", "协会", "服务社", "店")  # the same
_OF_THE_STATE = 2  # place in each cell of an institution, or of an office of the government
_SYLLABLES = "锦川恒远瑞丰启明承泽云岭嘉禾润泰凯程博睿盛景宏图卓越晨曦鼎新瀚海同济广汇远航安恒正和兴业中原"
_ALPHABET = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", np.uint8)
_WEIGHTS = np.asarray([3**k % 31 for k in range(17)], np.int64)
_OLD_WEIGHTS = np.asarray([3, 7, 9, 10, 5, 8, 4, 2], np.int64)
_OLD_CHECK = np.frombuffer(b"0123456789X", np.uint8)
_SPREAD = 38_461_531  # prime to 10: every index below 10**8 gets another code


def cells(people: int) -> int:
    return -(-people // CELL)


def count(people: int) -> int:
    """How many organisations a city of that many people has."""
    return int(first(np.asarray([cells(people)]))[0])


def first(cell: Ints) -> Ints:
    """The index of the first organisation of a cell."""
    index = cell * _SMALL
    for tier in range(1, _TIERS + 1):
        index = index + _LARGE * -(-cell // 4**tier)
    return index


def employer(draws: Draws, number: Ints, spell: Ints | int = 0) -> Ints:
    """The organisation a person works for.  spell: 0 for the last one, 1 for the one before it, ..."""
    keys = (number, np.broadcast_to(np.asarray(spell, np.int64), number.shape))
    tier = draws.pick("size of employer", _TIER_WEIGHTS, *keys)
    cell = number // CELL >> 2 * tier << 2 * tier
    small = draws.pick("small employer", _SMALL_WEIGHTS, *keys)
    large = _SMALL + (tier - 1) * _LARGE + draws.pick("large employer", _LARGE_WEIGHTS, *keys)
    return first(cell) + np.where(tier == 0, small, large)


def state_employer(number: Ints) -> Ints:
    """The institution or office where the cell's staff of the state work."""
    return first(number // CELL) + _OF_THE_STATE


def hospital_of(number: Ints) -> Ints:
    """The hospital in whose catchment a person lives: one of the cell's own or of a cell before."""
    slot, share = _PROVIDERS[Provider.HOSPITAL]
    place = number // CELL * share // 100_000
    return first(place * 100_000 // share) + slot


def _slots(index: Ints) -> tuple[Ints, Ints]:
    """(cell, place in the cell) of organisations."""
    high = int(index.max(initial=0)) // _SMALL + 1
    starts = first(np.arange(high + 1))
    cell = np.searchsorted(starts, index, side="right") - 1
    return cell, index - starts[cell]


@cache
def _wages() -> Ints:
    return np.asarray(integers("sectors", "wage"), np.int64)


def provider_of(index: Ints) -> Ints:
    """A code of Provider for each organisation."""
    cell, slot = _slots(index)
    provider = np.full(len(index), int(Provider.NONE), np.int64)
    for code, (place, share) in _PROVIDERS.items():
        has = (cell * share + 99_999) // 100_000 * 100_000 < (cell + 1) * share  # a whole number falls into the cell
        provider[(slot == place) & has] = code
    return provider


def sector_of(draws: Draws, index: Ints) -> Ints:
    """The row of data/sectors.csv for each organisation."""
    sector = draws.pick("sector", integers("sectors", "weight"), index)
    provider = provider_of(index)
    for code, letter in _PROVIDER_SECTORS.items():
        sector[provider == code] = column("sectors", "code").index(letter)
    return sector


def wage_level(draws: Draws, index: Ints) -> Ints:
    """The wage of the employer's sector to the city's, in thousandths."""
    return _wages()[sector_of(draws, index)]


def founded(draws: Draws, index: Ints) -> Ints:
    """The month of founding, and of the registration with the insurance."""
    return draws.quantile(
        "founded", (1952 * 12, 1985 * 12, 1993 * 12, 1998 * 12, 2002 * 12, 2005 * 12, 2011 * 12), index
    )


def table(draws: Draws, people: int) -> pa.Table:
    """The organisations of a city of that many people.

    organisation (index from 0), kind (OrganisationKind), provider (Provider), name (invented; says that it is of the
    sample), code (GB 32100, with an area code that was never given), place (code of the community), sector (letter of
    GB/T 4754), injury_class (1 to 3), size (about how many would work there in the whole city), bank_account (19
    digits, of no bank), founded (day, also that of registration).
    """
    index = np.arange(count(people), dtype=np.int64)
    provider, sector = provider_of(index), sector_of(draws, index)
    kind = draws.pick("kind of organisation", [weight for weight, _ in _KINDS.values()], index) + 1
    cell, slot = _slots(index)
    of_the_state = np.where(cell % 3 == 0, int(OrganisationKind.GOVERNMENT), int(OrganisationKind.INSTITUTION))
    kind = np.where(slot == _OF_THE_STATE, of_the_state, kind)
    kind = np.where(provider > 0, int(OrganisationKind.INSTITUTION), kind)
    district = draws.pick("district of organisation", _workplaces(), index)
    community = places.community(draws, "community of organisation", district, index)
    wage_class = np.asarray(integers("sectors", "injury_class"), np.int64)[sector]
    return pa.table(
        {
            "organisation": pa.array(index),
            "kind": small(kind),
            "provider": small(provider),
            "name": _names(draws, index, kind, provider, sector),
            "code": _codes(index, kind),
            "place": pick(places.codes(), community),
            "sector": pick(pa.array(column("sectors", "code")), sector),
            "injury_class": small(wage_class),
            "size": pa.array(_sizes(index)),
            "bank_account": texts(word("999", len(index)), digits(index * 7_368_787 + 10**15, 16)),
            "founded": days(first_day(founded(draws, index))),
        }
    )


def _workplaces() -> Ints:
    here, others = places.district_weights()
    return (here + others) // 100


def _sizes(index: Ints) -> Ints:
    _, slot = _slots(index)
    weights = np.asarray(_SMALL_WEIGHTS, np.int64)
    small = _EMPLOYED * _TIER_WEIGHTS[0] * weights[np.minimum(slot, _SMALL - 1)] // (1000 * weights.sum())
    tier, place = np.divmod(np.maximum(slot - _SMALL, 0), _LARGE)
    share = np.asarray(_LARGE_WEIGHTS, np.int64)[place]
    large = _EMPLOYED * _TIER_WEIGHTS[1] * 4 ** (tier + 1) * share // (1000 * sum(_LARGE_WEIGHTS))
    return np.maximum(np.where(slot < _SMALL, small, large), 1)


def _names(draws: Draws, index: Ints, kind: Ints, provider: Ints, sector: Ints) -> pa.Array:
    syllables = pa.array(list(_SYLLABLES))
    ends = pa.array(["医院", "学校", "养老院", *_NAMED])
    end = np.where(provider > 0, provider - 1, kind + 2)
    words = pa.array([*column("sectors", "word"), ""])
    what = np.where(provider > 0, len(words) - 1, sector)
    first_word, second_word = (draws.below(f"word {k} of name", len(syllables), index) for k in (1, 2))
    return pc.binary_join_element_wise(
        pick(syllables, first_word),
        pick(syllables, second_word),
        pick(words, what),
        pick(ends, end),
        "（样本",
        texts(digits(index, 6)),
        "）",
        "",
    )


def _codes(index: Ints, kind: Ints) -> pa.Array:
    """GB 32100, with the organisation code of GB 11714 inside, both with right check characters."""
    assert [int(code) for code in _KINDS] == list(range(1, len(_KINDS) + 1))  # a pick is the code less one
    prefixes = np.frombuffer("".join(prefix for _, prefix in _KINDS.values()).encode(), np.uint8).reshape(-1, 2)
    area = AREAS[index // 10**8 % len(AREAS)]
    inner = digits(index * _SPREAD % 10**8, 8)
    old = _OLD_CHECK[-((inner - np.int64(ord("0"))) @ _OLD_WEIGHTS) % 11]
    characters: Characters = np.concatenate([prefixes[kind - 1], digits(area, 6), inner, old[:, None]], axis=1)
    values = np.zeros(256, np.int64)
    values[_ALPHABET] = np.arange(31)
    check = _ALPHABET[-(values[characters] @ _WEIGHTS) % 31]
    return texts(characters, check[:, None])
