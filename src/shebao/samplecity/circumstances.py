"""What else is true of people: retirement, disability, low income, service, study; who cares for whom; protection."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from shebao.law.city.facts import Hukou, Sex
from shebao.law.insurance.employee_pension.facts import PensionClass
from shebao.people.codes import Protection, RelationKind, StatusKind
from shebao.samplecity.calendar import NEVER, add_months, first_day
from shebao.samplecity.careers import Careers
from shebao.samplecity.columns import days, small, some
from shebao.samplecity.disability import SEVERE, disability_kind_of, disability_of
from shebao.samplecity.draws import Draws, Flags, Ints
from shebao.samplecity.households import NOBODY, Households
from shebao.samplecity.population import People
from shebao.samplecity.work import Standing

# Of a thousand family households with somebody registered here: on the minimum living guarantee, and with a low income
# above it; without anybody who earns or draws an employee's pension, and the others.  Assumed, near the plan's figures.
_MINIMUM = {False: 140, True: 6}
_MARGIN = {False: 170, True: 17}
_DESTITUTE = 56  # of a thousand country people of 60 who live alone and are insured nowhere as employees
_ORPHANS = 3  # of a thousand children who live with neither parent
_PROTECTED_CHILDREN, _PROTECTED_WOMEN = 5, 3  # of 10,000
_VETERANS = ((18, 12), (45, 45), (60, 60), (80, 90))  # men registered here, of a thousand, from an age on; assumed
_DISABLED_VETERANS = 60  # of a thousand veterans
_UNEMPLOYED = 550  # of a thousand registered here who stopped paying less than two years ago
_PAYEES = 200  # of a thousand very old or severely disabled


class Circumstances:
    """The statuses of the people of a block, row by row: `owner` is a place in the block."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._parts: list[list[Ints]] = []

    def add(
        self, kind: StatusKind, of: Flags, start: Ints, grade: Ints | None = None, detail: Ints | None = None
    ) -> None:
        """A status of some people from a day on, to their death; grade and detail as in `table`."""
        people = self._people
        end = np.where(people.death_day <= people.day, people.death_day + 1, NEVER)
        start = np.maximum(start, people.birth_day)
        owner = np.flatnonzero(of & (start < end) & (start <= people.day))
        nothing = np.full(len(people), -1, np.int64)
        columns = [start, end, nothing if grade is None else grade, nothing if detail is None else detail]
        self._parts.append([owner, np.full(len(owner), int(kind)), *(column[owner] for column in columns)])

    def table(self) -> pa.Table:
        """status: number (person), kind (StatusKind), grade (of RETIRED the PensionClass, of DISABLED 1 to 4, of
        DISABLED_VETERAN 1 to 10, else null), category (of DISABLED: Disability, else null), valid_from, valid_to (the
        day after the last; null: until now).
        """
        owner, kind, start, end, grade, detail = (np.concatenate(c) for c in zip(*self._parts, strict=True))
        return pa.table(
            {
                "number": pa.array(self._people.number[owner]),
                "kind": small(kind),
                "grade": some(grade, grade >= 0).cast(pa.int16()),
                "category": some(detail, detail >= 0).cast(pa.int16()),
                "valid_from": days(start),
                "valid_to": days(end),
            }
        )


def circumstances_of(
    draws: Draws, people: People, homes: Households, careers: Careers, standing: Standing, student: Flags
) -> Circumstances:
    """All statuses of the people of a whole block."""
    number, alive = people.number, people.death_day > people.day
    made = Circumstances(people)
    whole = np.full(len(people), int(PensionClass.RETIREMENT), np.int64)
    made.add(StatusKind.RETIRED, careers.retired < NEVER, careers.retired, whole)
    grade = disability_of(draws, people)
    since = people.birth_day + draws.below("disabled since", np.maximum(people.day - people.birth_day, 1), number)
    made.add(StatusKind.DISABLED, grade > 0, since, grade, disability_kind_of(draws, people))
    poor, near = _poor(draws, people, homes, standing)
    assessed = people.day - draws.between("low income since", 30, 2400, number[homes.head])
    made.add(StatusKind.LOW_INCOME, poor, assessed)
    made.add(StatusKind.LOW_INCOME_MARGIN, near, assessed)
    size = np.bincount(homes.head, minlength=len(people))
    alone = alive & (size[homes.head] == 1) & (people.age >= 60) & (people.hukou == Hukou.LOCAL_RURAL)
    alone &= ~standing.retired & ~standing.pays
    destitute = alone & draws.chance("destitute", _DESTITUTE, number)
    made.add(StatusKind.DESTITUTE, destitute, add_months(people.birth_day, 60 * 12))
    ages, shares = (np.asarray(column, np.int64) for column in zip(*((-1, 0), *_VETERANS), strict=True))
    served = shares[np.searchsorted(ages, people.age, side="right") - 1]
    veteran = people.local & (people.sex == Sex.MALE) & draws.chance("veteran", served, number)
    left = add_months(people.birth_day, 12 * draws.between("age of leaving the army", 20, 30, number))
    made.add(StatusKind.VETERAN, veteran, left)
    wounded = veteran & draws.chance("wounded", _DISABLED_VETERANS, number)
    made.add(StatusKind.DISABLED_VETERAN, wounded, left, draws.pick("grade of wound", list(range(1, 11)), number) + 1)
    made.add(StatusKind.ORPHAN, orphans(draws, people, homes), people.birth_day + 365)
    made.add(StatusKind.STUDENT, student, add_months(people.birth_day, 16 * 12))
    stopped = first_day(np.maximum(careers.end, 1))
    recent = standing.paused & people.local & (people.day - stopped < 730) & (people.age < 60)
    made.add(StatusKind.UNEMPLOYED, recent & draws.chance("registers", _UNEMPLOYED, number), stopped)
    return made


def orphans(draws: Draws, people: People, homes: Households) -> Flags:
    without = (people.age < 18) & people.local & (homes.father == NOBODY) & (homes.mother == NOBODY)
    flags: Flags = without & (people.death_day > people.day) & draws.chance("orphan", _ORPHANS, people.number)
    return flags


def protection_of(draws: Draws, people: People, homes: Households) -> Ints:
    """The Protection of each person; the children of a protected woman are protected with her."""
    number, alive = people.number, people.death_day > people.day
    child = (people.age < 18) & (draws.below("protected child", 10_000, number) < _PROTECTED_CHILDREN)
    child |= orphans(draws, people, homes)
    woman = (people.sex == Sex.FEMALE) & (people.age >= 18)
    woman &= draws.below("protected woman", 10_000, number) < _PROTECTED_WOMEN
    child |= (homes.mother != NOBODY) & woman[homes.mother] & (people.age < 18)
    level = np.where(woman, int(Protection.VIOLENCE), np.where(child, int(Protection.CHILD), int(Protection.NONE)))
    return np.where(alive, level, int(Protection.NONE))


def _poor(draws: Draws, people: People, homes: Households, standing: Standing) -> tuple[Flags, Flags]:
    """(members of households on the guarantee, of those with a low income above it)."""
    count = len(people)
    provides = standing.pays | standing.retired | standing.of_the_state
    earners = np.bincount(homes.head[provides], minlength=count)[homes.head] > 0
    key = people.number[homes.head]
    minimum = np.where(earners, _MINIMUM[True], _MINIMUM[False])
    margin = np.where(earners, _MARGIN[True], _MARGIN[False])
    drawn = draws.below("low income", 1000, key)
    member = people.local & (people.death_day > people.day) & ~homes.collective
    return member & (drawn < minimum), member & (drawn >= minimum) & (drawn < minimum + margin)


def relations_table(draws: Draws, people: People, homes: Households) -> pa.Table:
    """relations: number (person), other (number of what another person is to this one), kind (RelationKind: SPOUSE,
    PARENT, GUARDIAN of who is below 18, PAYEE of some very old or severely disabled), valid_from, valid_to (null: until
    now).  Only people of one household, and parents whose household a grown-up child shares.
    """
    number, here = people.number, np.arange(len(people))
    parts: list[tuple[Ints, Ints, Ints, Ints]] = []

    def add(kind: RelationKind, of: Flags, other: Ints, start: Ints) -> None:
        owner = np.flatnonzero(of)
        parts.append((number[owner], number[other[owner]], np.full(len(owner), int(kind)), start[owner]))

    partner = homes.partner
    paired = partner != NOBODY
    eldest = np.maximum(people.birth_day, people.birth_day[partner])
    key = np.minimum(number, number[partner])
    married = eldest + (people.day - eldest) * draws.between("married for", 0, 600, key) // 1000
    married = np.maximum(married, np.minimum(add_months(eldest, 20 * 12), people.day))
    add(RelationKind.SPOUSE, paired, partner, married)
    for parent in (homes.father, homes.mother):
        add(RelationKind.PARENT, parent != NOBODY, parent, people.birth_day)
    alive = people.death_day > people.day
    minor = alive & (people.age < 18)
    first = np.where(draws.chance("father is guardian", 500, number), homes.father, homes.mother)
    second = np.where(homes.father == NOBODY, homes.mother, homes.father)
    guardian = np.where(first == NOBODY, second, first)
    guardian = np.where((guardian == NOBODY) & (homes.head != here), homes.head, guardian)
    guardian = np.where((guardian != NOBODY) & (people.age[guardian] >= 18), guardian, NOBODY)
    add(RelationKind.GUARDIAN, minor & (guardian != NOBODY), guardian, people.birth_day)
    grade = disability_of(draws, people)
    frail = alive & ((people.age >= 85) | ((grade > 0) & (grade <= SEVERE))) & (people.age >= 18)
    payee = np.where(homes.head != here, homes.head, partner)
    frail &= (payee != NOBODY) & (people.age[payee] >= 18) & draws.chance("has a payee", _PAYEES, number)
    add(RelationKind.PAYEE, frail & ~homes.collective, payee, people.day - draws.between("payee for", 10, 1500, number))
    who, other, kind, start = (np.concatenate(column) for column in zip(*parts, strict=True))
    return pa.table(
        {
            "number": pa.array(who),
            "other": pa.array(other),
            "kind": small(kind),
            "valid_from": days(start),
            "valid_to": days(np.full(len(who), NEVER)),
        }
    )
