"""Who lives with whom: couples, their children, their parents, lodgers, collective households."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from shebao.law.city.facts import Sex
from shebao.people.codes import Role
from shebao.samplecity.calendar import add_months
from shebao.samplecity.columns import days, small
from shebao.samplecity.draws import Draws, Flags, Ints
from shebao.samplecity.dwellings import Dwellings
from shebao.samplecity.population import People

WINDOW = 1024  # people
_GROUPS = 4  # by registration
_YEAR = 365.2425
NOBODY = -1
# Married, of a thousand, from an age on.  Assumed, so that family households come near the census (2.45 people).
_MARRIED = ((20, 40), (23, 250), (26, 620), (30, 850), (35, 920), (70, 820), (80, 500))
_COLLECTIVE = {True: ((16, 60), (30, 25), (80, 30)), False: ((0, 20), (16, 460), (30, 380), (45, 330), (60, 60))}
_MIXED = 40  # of a thousand marry somebody of another registration
_ALONE_WITH_CHILDREN = 40  # of a thousand women without a husband here
_SECOND_CHILD = 300
_MOTHERS_AGE = (20, 22, 24, 25, 26, 27, 28, 30, 32, 36, 41)
_YOUNGEST_PARENT, _OLDEST_MOTHER = 18, 46
_WITH_PARENTS = 600  # of a thousand grown up, unmarried, below 30 years and registered here
_OLD_WITH_CHILDREN, _OLD_ALONE_WITH_CHILDREN = 280, 500  # of a thousand couples, of a thousand alone
_LODGERS = (450, 850)  # of a thousand people alone registered here, of others
_FLAT, _COLLECTIVE_SIZE = 3, 24


@dataclass(frozen=True)
class Households:
    """Arrays of shape (people,); people are meant by their place in the block, NOBODY by -1.

    head: the head of the household a person lives in (the dead live nowhere: themselves).  role: Role, 0 for the dead.
    collective: in a collective household.  partner, father, mother: of those who live in the same household.
    """

    head: Ints
    role: Ints
    collective: Flags
    partner: Ints
    father: Ints
    mother: Ints


def households_of(draws: Draws, people: People) -> Households:
    """Households of people whose numbers follow each other from a multiple of WINDOW.

    Everybody lives with people of the same window: so only the last window of a city depends on the city's size.
    """
    window = np.arange(len(people)) // WINDOW * _GROUPS
    number, age = people.number, people.age
    alive = people.death_day > people.day
    group = np.where(
        draws.chance("marries outside", _MIXED, number), draws.below("group", _GROUPS, number), people.hukou - 1
    )
    group, own_group = window + group, window + people.hukou - 1
    collective = alive & draws.chance("collective", _by_age(_COLLECTIVE, age, people.local), number)
    at_home = alive & ~collective
    weds = at_home & draws.chance("married", _permille(_MARRIED, age), number)
    partner = _couples(draws, people, group, weds)

    head, role = np.arange(len(people)), np.where(alive, int(Role.HEAD), 0)
    wife = (partner != NOBODY) & (people.sex == Sex.FEMALE)
    head_is_wife = draws.chance("wife is head", 250, number)
    second = (partner != NOBODY) & (wife != np.where(wife, head_is_wife, head_is_wife[partner]))
    head[second], role[second] = partner[second], Role.SPOUSE

    grown = (partner == NOBODY) & draws.chance("with parents", np.where(people.local, _WITH_PARENTS, 60), number)
    child = at_home & ((age < 18) | (grown & (age < 30)))
    father, mother = _parents(draws, people, own_group, at_home & ~child, partner, child)
    found = child & (mother != NOBODY)
    head[found], role[found] = head[mother[found]], Role.CHILD
    left = child & ~found & (age < 18)
    homes = np.flatnonzero((role == Role.HEAD) & (partner != NOBODY) & (age >= 48) & (age < 76))
    first, last = (np.searchsorted(homes, window[left] // _GROUPS * WINDOW + k) for k in (0, WINDOW))
    left, first, last = (column[last > first] for column in (np.flatnonzero(left), first, last))
    head[left] = homes[first + draws.below("grandparents", last - first, number[left])]
    role[left] = Role.GRANDCHILD

    _old_parents(draws, people, group, partner, at_home & ~child, head, role, father, mother)
    head = head[head]
    moved = (role == Role.CHILD) & (role[mother] == Role.PARENT)
    role[moved] = Role.SIBLING  # the brothers and sisters of a head
    alone = at_home & (head == np.arange(len(people))) & (np.bincount(head, minlength=len(people)) == 1)
    alone &= (age >= 18) & (age < 60)
    lodges = np.flatnonzero(alone & draws.chance("lodges", np.where(people.local, *_LODGERS), number))
    _together(lodges, group, _FLAT, head, role)
    _together(np.flatnonzero(collective), group, _COLLECTIVE_SIZE, head, role)
    return Households(head, role, collective, partner, father, mother)


def tables(people: People, homes: Households, dwellings: Dwellings) -> tuple[pa.Table, pa.Table]:
    """(households, members) of people whose numbers follow each other.

    households: household (number of its head), collective (a dormitory and its like), place (code of the community),
    address, size, since (day).
    members: household, number (person), role (Role), since (day).  Only the living have a household.
    """
    lives = homes.role > 0
    heads = np.flatnonzero(homes.role == Role.HEAD)
    size = np.bincount(homes.head[lives], minlength=len(people))
    households = pa.table(
        {
            "household": pa.array(people.number[heads]),
            "collective": pa.array(homes.collective[heads]),
            "place": dwellings.place.take(pa.array(heads)),
            "address": dwellings.address.take(pa.array(heads)),
            "size": small(size[heads]),
            "since": days(dwellings.since[heads]),
        }
    )
    members = pa.table(
        {
            "household": pa.array(people.number[homes.head[lives]]),
            "number": pa.array(people.number[lives]),
            "role": small(homes.role[lives]),
            "since": days(np.maximum(dwellings.since[homes.head], people.birth_day)[lives]),
        }
    )
    return households, members


def _permille(steps: tuple[tuple[int, int], ...], age: Ints) -> Ints:
    """The step that holds at each age; 0 below the first."""
    ages, values = (np.asarray(column, np.int64) for column in zip(*((-1, 0), *steps), strict=True))
    return values[np.searchsorted(ages, age, side="right") - 1]


def _by_age(steps: dict[bool, tuple[tuple[int, int], ...]], age: Ints, local: Flags) -> Ints:
    return np.where(local, _permille(steps[True], age), _permille(steps[False], age))


def _couples(draws: Draws, people: People, group: Ints, weds: Flags) -> Ints:
    """The partner of each person: men and women of one group are paired in the order of their ages, with some noise."""
    partner = np.full(len(people), NOBODY, np.int64)
    noise = draws.between("age of partner", -900, 900, people.number)
    order = people.birth_day + noise
    men, women = (np.flatnonzero(weds & (people.sex == sex)) for sex in (Sex.MALE, Sex.FEMALE))
    men, women = _matched((men, group[men], order[men]), (women, group[women], order[women]))
    partner[men], partner[women] = women, men
    return partner


def _parents(draws: Draws, people: People, group: Ints, may: Flags, partner: Ints, child: Flags) -> tuple[Ints, Ints]:
    """(father, mother) of children: children and what mothers expect are matched in the order of births."""
    number, birth = people.number, people.birth_day
    father, mother = (np.full(len(people), NOBODY, np.int64) for _ in range(2))
    alone = (partner == NOBODY) & draws.chance("alone with children", _ALONE_WITH_CHILDREN, number)
    mothers = np.flatnonzero(may & (people.sex == Sex.FEMALE) & ((partner != NOBODY) | alone) & (people.age >= 20))
    again = mothers[draws.chance("second child", _SECOND_CHILD, number[mothers])]
    slot_mother = np.concatenate([mothers, again])
    nth = np.concatenate([np.zeros(len(mothers), np.int64), np.ones(len(again), np.int64)])
    gap = draws.quantile("age of mother", [y * 12 for y in _MOTHERS_AGE], number[slot_mother], nth)
    wanted = add_months(birth[slot_mother], gap)
    usable = (wanted <= people.day) & (wanted > people.day - 30 * _YEAR)
    slot_mother, wanted = slot_mother[usable], wanted[usable]
    children = np.flatnonzero(child & ~people.twin)  # an older twin brings the younger along
    children, mothers = _matched(
        (children, group[children], birth[children]), (slot_mother, group[slot_mother], wanted)
    )
    mother[children] = mothers
    has = mother != NOBODY
    father[has] = partner[mother[has]]
    years = (birth - birth[mother]) / _YEAR
    wrong = has & ((years < _YOUNGEST_PARENT) | (years > _OLDEST_MOTHER))
    wrong |= has & (father != NOBODY) & ((birth - birth[father]) / _YEAR < _YOUNGEST_PARENT)
    wrong |= _too_near(birth, mother)
    father[wrong], mother[wrong] = NOBODY, NOBODY
    twins = np.flatnonzero(people.twin & child)
    twins = twins[child[twins - 1]]
    father[twins], mother[twins] = father[twins - 1], mother[twins - 1]
    return father, mother


def _too_near(birth: Ints, mother: Ints) -> Flags:
    """Children born less than ten months after one of the same mother."""
    order = np.lexsort((birth, mother))
    near = np.zeros(len(birth), np.bool_)
    same = mother[order][1:] == mother[order][:-1]
    near[order[1:]] = same & (mother[order][1:] != NOBODY) & (np.diff(birth[order]) < 300)
    return near


def _old_parents(
    draws: Draws,
    people: People,
    group: Ints,
    partner: Ints,
    may: Flags,
    head: Ints,
    role: Ints,
    father: Ints,
    mother: Ints,
) -> None:
    """Moves some old couples, and old people alone, into the households of grown-up children; changes its arguments."""
    number, birth, age = people.number, people.birth_day, people.age
    heads = may & (role == Role.HEAD)
    single = partner == NOBODY
    share = np.where(single, _OLD_ALONE_WITH_CHILDREN, _OLD_WITH_CHILDREN)
    old = heads & (age >= 60) & draws.chance("old with children", share, number)
    younger = np.where(single, birth, np.maximum(birth, birth[partner]))  # of a couple
    hosts = heads & (age >= 25) & (age < 58) & people.local & ~(single & (age < 35))
    kept = np.bincount(head[role == Role.GRANDCHILD], minlength=len(people)) > 0  # who keeps a grandchild stays
    elders, homes = np.flatnonzero(old & ~kept), np.flatnonzero(hosts)
    elders, homes = _matched((elders, group[elders], younger[elders]), (homes, group[homes], birth[homes]))
    years = (birth[homes] - younger[elders]) / _YEAR
    fits = (years >= 20) & (years <= 42)
    elders, homes = elders[fits], homes[fits]
    spouses = partner[elders]
    for parent in (elders, spouses):
        known = parent != NOBODY
        head[parent[known]], role[parent[known]] = homes[known], Role.PARENT
        for sex, line in ((Sex.MALE, father), (Sex.FEMALE, mother)):
            of = known & (people.sex[parent] == sex)
            line[homes[of]] = parent[of]


_Side = tuple[Ints, Ints, Ints]  # people, the group of each, the key by which a group is ordered


def _matched(one: _Side, other: _Side) -> tuple[Ints, Ints]:
    """Pairs of people of one group in the order of their keys; of the larger side some are left out, evenly."""
    groups = 1 + max(int(group.max(initial=-1)) for _, group, _ in (one, other))
    counts = [np.bincount(group, minlength=groups) for _, group, _ in (one, other)]
    pairs = np.minimum(*counts)
    of = np.repeat(np.arange(groups), pairs)
    place = np.arange(len(of)) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    chosen = []
    for (people, group, key), count in zip((one, other), counts, strict=True):
        first = np.cumsum(count) - count
        chosen.append(people[np.lexsort((key, group))][first[of] + place * count[of] // pairs[of]])
    return chosen[0], chosen[1]


def _together(people: Ints, group: Ints, size: int, head: Ints, role: Ints) -> None:
    """People of one group, in households of so many: the first is the head, the others are its lodgers."""
    people = people[np.argsort(group[people], kind="stable")]
    place = np.arange(len(people))
    new = np.ones(len(people), np.bool_)
    new[1:] = group[people][1:] != group[people][:-1]
    start = np.maximum.accumulate(np.where(new, place, 0))
    first = people[start + (place - start) // size * size]
    head[people] = first
    role[people] = np.where(people == first, int(Role.HEAD), int(Role.OTHER))
