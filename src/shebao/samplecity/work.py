"""Who works where, from when to when, as what and for which wage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from shebao.law.city.facts import Hukou
from shebao.law.insurance.contributions.facts import ContributorStatus
from shebao.law.insurance.employee_pension.facts import Region
from shebao.samplecity.calendar import NEVER, first_day, month_index
from shebao.samplecity.careers import Careers, wages
from shebao.samplecity.columns import days, small, some
from shebao.samplecity.draws import Draws, Flags, Ints
from shebao.samplecity.figures import Figures
from shebao.samplecity.organisations import employer, founded, state_employer
from shebao.samplecity.population import People, Scheme


@dataclass(frozen=True)
class Standing:
    """Of each person on the city's day, shape (people,).

    pays: contributions of the last month as an employee or alone.  retired: draws the employees' pension.  paused: has
    paid, does neither now, and may go on.  of_the_state: staff of government or an institution.  status: as what a
    person pays, ContributorStatus.
    """

    pays: Flags
    retired: Flags
    paused: Flags
    of_the_state: Flags
    status: Ints


def standing_of(people: People, careers: Careers) -> Standing:
    alive = people.death_day > people.day
    has = alive & (careers.counts > 0)
    retired = has & (careers.retired <= people.day)
    pays = has & ~retired & (careers.end >= people.until)
    for_good = (people.scheme == Scheme.EMPLOYEE) | (people.scheme == Scheme.FLEXIBLE)
    paused = has & ~retired & ~pays & for_good
    rural = (people.hukou == Hukou.LOCAL_RURAL) | (people.hukou == Hukou.OTHER_RURAL)
    status = np.where(rural, int(ContributorStatus.RURAL_WORKER), int(ContributorStatus.EMPLOYEE))
    status = np.where(people.scheme == Scheme.FLEXIBLE, int(ContributorStatus.FLEXIBLE), status)
    return Standing(pays, retired, paused, alive & (people.scheme == Scheme.INSTITUTION), status)


def work_table(draws: Draws, figures: Figures, people: People, careers: Careers, standing: Standing) -> pa.Table:
    """work: number (person), organisation (its index; null of who works alone), status (ContributorStatus), post
    (PostClass), valid_from, valid_to (the day after the last; null: until now), wage (fen a month, of the last year's
    average; of who is insured alone the base chosen; null of work that has ended).

    Rows of a person do not overlap.  Work before the employer's registration, or in another place, is not recorded.
    """
    number = people.number
    here = np.where(careers.away == Region.BEIJING, careers.start, careers.away_until)
    start = np.where(careers.counts > 0, np.minimum(np.maximum(careers.start, here), careers.end), 0)
    end = np.where(careers.counts > 0, careers.end, 0)
    length = end - start
    alone = people.scheme == Scheme.FLEXIBLE
    spells = 1 + (length >= 36) * draws.below("changes of employer", 2, number)
    spells += (length >= 120) * draws.below("later changes of employer", 3, number)
    spells = np.where(length > 0, np.where(alone, 1, spells), 0)
    owner = np.repeat(np.arange(len(people)), spells)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(spells) - spells, spells)
    of, times = length[owner], spells[owner]
    noise = draws.between("change of employer", -200, 200, number[owner], place)
    left = start[owner] + np.where(place == 0, 0, of * (1000 * place + noise) // (1000 * times))
    last = place == times - 1
    right = np.where(last, end[owner], np.append(left[1:], 0))
    organisation = employer(draws, number[owner], times - 1 - place)
    flexible = alone[owner]
    left = np.where(flexible, left, np.maximum(left, founded(draws, organisation)))
    now = last & standing.pays[owner]
    keep = (left < right) | now
    owner, left, right, now, organisation, flexible = (
        column[keep] for column in (owner, left, right, now, organisation, flexible)
    )
    staff = np.flatnonzero(standing.of_the_state & (people.age < 60) & ~standing.pays)
    began = month_index(people.birth_day[staff]) + 12 * draws.between("state work from", 20, 27, number[staff])
    office = state_employer(number[staff])
    began = np.minimum(np.maximum(began, founded(draws, office)), people.until[staff] - 1)

    who = np.concatenate([owner, staff])
    current = np.concatenate([now, np.ones(len(staff), np.bool_)])
    month = np.concatenate([np.minimum(left, np.where(now, people.until[owner] - 1, left)), began])
    year = np.full(len(who), int(month_index(np.asarray([people.day]))[0]) // 12)
    wage = wages(draws, figures, people, who, year, np.where(careers.counts > 0, careers.start, people.until - 120))
    from_day = first_day(month)
    entered = month == careers.start[who]
    from_day = np.where(entered, np.maximum(careers.start_day[who], from_day), from_day)
    ends = np.where(current, NEVER, np.concatenate([first_day(right), np.zeros(len(staff), np.int64)]))
    ends = np.where(current, NEVER, np.minimum(ends, people.death_day[who] + 1))
    from_day = np.where(current, np.minimum(from_day, people.day), from_day)
    sound = from_day < ends
    known = np.concatenate([~flexible, np.ones(len(staff), np.bool_)])
    table = pa.table(
        {
            "number": pa.array(number[who]),
            "organisation": some(np.concatenate([organisation, office]), known),
            "status": small(standing.status[who]),
            "post": small(people.post[who]),
            "valid_from": days(from_day),
            "valid_to": days(ends),
            "wage": some(wage, current),
        }
    )
    return table.filter(pa.array(sound))
