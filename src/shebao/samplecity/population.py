"""Who the people are: birth, sex, registration, identity number, death, and in which scheme they are insured."""

from __future__ import annotations

import enum
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from shebao.law.city.facts import Hukou, Sex
from shebao.law.insurance.employee_pension.facts import PostClass
from shebao.samplecity import census
from shebao.samplecity.calendar import NEVER, add_months, first_day, month_index, months_between
from shebao.samplecity.draws import Draws, Flags, Ints
from shebao.samplecity.figures import Figures
from shebao.samplecity.hard import Hard, birth_days

BLOCK = 16_384  # people are numbered in blocks, within which identity numbers are kept apart
_RANKS = 64  # how many people of a block may share day of birth and sex
# Area codes that GB/T 2260 has never given to a district of Beijing (those are 110101-110119, 110221-110229): no
# identity number of the sample can be that of a living person, though each has a right check digit.
AREAS = np.asarray([*range(110120, 110200), *range(110230, 110300)], np.int64)
_SERIALS = 499  # sequence numbers a sex has in an area on a day; the last odd or even one is left out
_WEIGHTS = np.asarray([2**k % 11 for k in range(17, 0, -1)], np.int64)
_CHECK = np.frombuffer(b"10X98765432", np.uint8)
_MALE_POSTS = {PostClass.STAFF: 450, PostClass.WORKER: 470, PostClass.SPECIAL_TRADE: 50, PostClass.ILLNESS: 30}
_FEMALE_POSTS = {PostClass.STAFF: 500, PostClass.WORKER: 420, PostClass.SPECIAL_TRADE: 40, PostClass.ILLNESS: 40}
_DEATHS = ((20, 2), (50, 12), (60, 35), (70, 90), (80, 220))  # died in the last years, of a thousand, from an age on
_DEATH_DAYS = 8 * 365


class Scheme(enum.IntEnum):
    """The pension scheme a person's life leads to."""

    CHILD = 0
    STUDENT = 1
    EMPLOYEE = 2
    FLEXIBLE = 3  # insured as an individual
    RESIDENT = 4
    INSTITUTION = 5  # government and public institutions, insured from 2014-10
    NONE = 6


# Weights in the order of Scheme from STUDENT on, at 16 to 22 years, to 59, to 64, and from 65.  Assumed, so that the
# whole comes near the plan's figures of 2010; who was past the age before the residents' pension began draws the
# welfare pension.
_SCHEMES = {
    Hukou.LOCAL_URBAN: (
        (52, 40, 2, 3, 2, 1),
        (0, 770, 95, 60, 70, 5),
        (0, 790, 30, 80, 80, 20),
        (0, 675, 20, 185, 100, 20),
    ),
    Hukou.LOCAL_RURAL: (
        (30, 43, 2, 22, 0, 3),
        (0, 370, 50, 567, 5, 8),
        (0, 190, 20, 760, 10, 20),
        (0, 160, 10, 790, 10, 30),
    ),
    Hukou.OTHER_URBAN: ((30, 67, 0, 0, 0, 3), (0, 970, 0, 0, 20, 10), (0, 65, 0, 0, 0, 35), (0, 55, 0, 0, 0, 45)),
    Hukou.OTHER_RURAL: ((12, 84, 0, 0, 0, 4), (0, 985, 0, 0, 0, 15), (0, 65, 0, 0, 0, 35), (0, 55, 0, 0, 0, 45)),
}
_BANDS = ((16, 23), (23, 60), (60, 65), (65, 999))
_TWINS = 10  # of a thousand pairs of neighbours in number; a twin's number is the sibling's plus one


@dataclass(frozen=True)
class People:
    """Arrays of shape (people,).

    number: from 0 over the whole city.  twin: of the person with the number before.  hard: a code of Hard.  age:
    completed years on the city's day.  pension_day: day of reaching the statutory age.  death_day: NEVER while alive.
    until: the month after the last one of which anything is known: that of death, or of the city's day.
    """

    day: int
    number: Ints
    twin: Flags
    hard: Ints
    birth_day: Ints
    sex: Ints
    age: Ints
    hukou: Ints
    scheme: Ints
    post: Ints
    pension_day: Ints
    death_day: Ints
    until: Ints
    id_number: npt.NDArray[np.bytes_]

    @property
    def local(self) -> Flags:
        flags: Flags = self.hukou <= Hukou.LOCAL_RURAL
        return flags

    def __len__(self) -> int:
        return len(self.number)

    def first(self, count: int) -> People:
        """The first people of these."""
        return People(self.day, *(getattr(self, field.name)[:count] for field in fields(self)[1:]))


def people_of(draws: Draws, figures: Figures, block: int, count: int, day: int) -> People:
    """The first `count` people of a block, as known at the end of `day`."""
    number = np.arange(block * BLOCK, (block + 1) * BLOCK, dtype=np.int64)
    year = int(month_index(np.asarray([day]))[0]) // 12
    twin = (number % 2 == 1) & draws.chance("twin", _TWINS, number)
    elder = number - twin  # of twins the first, of others themselves
    weights, sexes = census.groups(year)
    group = draws.pick("age and sex", weights, elder)
    sex = sexes[group]
    sex = np.where(twin & draws.chance("other sex", 350, number), int(Sex.MALE) + int(Sex.FEMALE) - sex, sex)
    hukou = draws.pick("hukou", census.hukou_weights(year, group), elder) + 1
    birth = _birth_days(draws, elder, group % census.AGES, day)
    hard = draws.pick("hard", Hard.weights(), number)
    hard[twin | np.roll(twin, -1)] = Hard.NO
    age = months_between(birth, np.full_like(birth, day)) // 12
    scheme = _scheme(draws, number, age, hukou)
    scheme[(hard != Hard.NO) & (scheme <= Scheme.STUDENT)] = Scheme.NONE
    scheme[Hard.has_career(hard)] = Scheme.EMPLOYEE
    post = _post(draws, number, sex, scheme)
    to_pension = figures.retirement_age[sex, post]
    birth = birth_days(draws, number, hard, birth, to_pension, day)
    age = np.maximum(months_between(birth, np.full_like(birth, day)), 0) // 12
    id_number = _identity_numbers(birth, sex, block)
    death = _death_days(draws, number, birth, age, hard, day)
    until = month_index(np.minimum(death, day)) + 1
    pension = add_months(birth, to_pension)
    whole = People(day, number, twin, hard, birth, sex, age, hukou, scheme, post, pension, death, until, id_number)
    return whole.first(count)


def _birth_days(draws: Draws, number: Ints, group: Ints, day: int) -> Ints:
    """Evenly within the age group; in the open one fewer each year, to 104."""
    oldest = draws.quantile("very old", (0, 12, 24, 48, 72, 108, 228), number)
    months = draws.below("month of birth", census.WIDTH * 12, number)
    months = np.where(group == census.AGES - 1, oldest, months) + group * census.WIDTH * 12
    month = first_day(month_index(np.asarray([day])) - months)
    length = add_months(month, 1) - month
    born: Ints = month + draws.below("day of birth", length, number)
    return np.minimum(born, day)


def _scheme(draws: Draws, number: Ints, age: Ints, hukou: Ints) -> Ints:
    scheme = np.full(len(number), int(Scheme.CHILD), np.int64)
    for code, bands in _SCHEMES.items():
        for weights, (low, high) in zip(bands, _BANDS, strict=True):
            chosen = (hukou == code) & (age >= low) & (age < high)
            scheme[chosen] = draws.pick("scheme", weights, number[chosen]) + 1
    return scheme


def _post(draws: Draws, number: Ints, sex: Ints, scheme: Ints) -> Ints:
    post = np.full(len(number), int(PostClass.FLEXIBLE), np.int64)
    for code, posts in ((Sex.MALE, _MALE_POSTS), (Sex.FEMALE, _FEMALE_POSTS)):
        chosen = (sex == code) & (scheme == Scheme.EMPLOYEE)
        choice = draws.pick("post", list(posts.values()), number[chosen])
        post[chosen] = np.asarray(list(posts), np.int64)[choice]
    post[scheme == Scheme.INSTITUTION] = PostClass.STAFF
    return post


def _death_days(draws: Draws, number: Ints, birth: Ints, age: Ints, hard: Ints, day: int) -> Ints:
    permille = np.zeros(len(number), np.int64)
    for low, share in _DEATHS:
        permille[age >= low] = share
    dead = draws.chance("dead", permille, number) & (hard == Hard.NO)
    death = np.where(dead, day - draws.below("day of death", _DEATH_DAYS, number), NEVER)
    on_border = hard == Hard.DEATH
    death[on_border] = np.maximum(Hard.death_days(draws, number[on_border], day), birth[on_border])
    return death


def _identity_numbers(birth: Ints, sex: Ints, block: int) -> npt.NDArray[np.bytes_]:
    """GB 11643: area, day of birth, sequence (odd for men), check digit.  All different in a city of 20 million."""
    key = birth * 2 + sex % 2
    order = np.argsort(key, kind="stable")
    place = np.arange(len(key))
    new = np.ones(len(key), np.bool_)
    new[1:] = key[order][1:] != key[order][:-1]
    rank = np.empty(len(key), np.int64)
    rank[order] = place - np.maximum.accumulate(np.where(new, place, 0))
    slot = (block * _RANKS + rank % _RANKS) % (len(AREAS) * _SERIALS)
    serial = slot % _SERIALS * 2 + np.where(sex == Sex.MALE, 1, 2)
    month = month_index(birth)
    date = month // 12 * 10_000 + (month % 12 + 1) * 100 + birth - first_day(month) + 1
    number = (AREAS[slot // _SERIALS] * 10**8 + date) * 1000 + serial
    digits = number[:, None] // 10 ** np.arange(16, -1, -1, dtype=np.int64) % 10
    text = np.empty((len(number), 18), np.uint8)
    text[:, :17] = digits + ord("0")
    text[:, 17] = _CHECK[digits @ _WEIGHTS % 11]
    return text.view("S18")[:, 0]
