"""What the residents' pension, the welfare pension, the link between schemes and land requisition know of a person."""

from __future__ import annotations

import numpy as np

from shebao.law.city.facts import Hukou, Sex
from shebao.law.city.household import Schooling
from shebao.rules.kinds import day as day_of
from shebao.samplecity.calendar import NEVER, add_months, first_day, month_index, year_of
from shebao.samplecity.careers import Careers
from shebao.samplecity.disability import disability_kind_of, disability_of, severely_disabled
from shebao.samplecity.draws import Draws, Flags, Ints
from shebao.samplecity.facts import Facts
from shebao.samplecity.figures import FIRST, Figures
from shebao.samplecity.hard import Hard
from shebao.samplecity.population import People, Scheme

_START = 2009  # 京政发〔2008〕49号; some paid a year earlier into the rural pension
_PAYMENTS = (0, 0, 0, 30, 60, 100, 200, 300, 500, 1000)  # from the least to the most that may be paid, in thousandths
_MONTHS = (2, 2, 3, 3, 3, 4, 5, 6, 10, 20, 25, 17)  # in which people pay
_OPENINGS = (650, 230, 120)  # balance known at a year's end, at a month's end, never; of a thousand
_MATCH = 3000  # fen a year from the government, to estimate a balance


def resident_facts(draws: Draws, figures: Figures, people: People, careers: Careers, facts: Facts) -> None:
    """Adds the facts that the residents' pension, the welfare pension, the link and land requisition read."""
    number, insured = people.number, careers.counts > 0
    alive_now = people.death_day > people.day
    working = insured & (careers.retired == NEVER) & (careers.end >= people.until) & alive_now
    facts.put("schooling", np.where(people.scheme == Scheme.STUDENT, int(Schooling.HIGHER), int(Schooling.NONE)))
    facts.put("insured_as_employee", working | ((people.scheme == Scheme.INSTITUTION) & alive_now))
    facts.put("disability_kind", disability_kind_of(draws, people))
    facts.put("disability_level", disability_of(draws, people))
    counts, rows = resident_payments(draws, figures, people)
    facts.put_history("resident_payments", counts, rows)
    start, drawn = resident_pension_from(people, counts)
    facts.put("resident_pension_day", start, drawn)
    _account(draws, people, counts, rows, np.where(drawn, start, NEVER), facts)
    could = people.local & (resident_age_day(people) >= day_of("2009-01-01"))  # the scheme began on that day
    pensioner = (people.scheme == Scheme.INSTITUTION) & (people.age >= 60)
    facts.put("pension_elsewhere", 100 * draws.between("pension elsewhere", 1500, 6000, number), pensioner)
    facts.put("could_join_resident_pension", draws.chance("could join", 970, number) & could)
    both = (counts > 0) & insured & (people.until > 2014 * 12 + 7) & draws.chance("link", 300, number)
    link = people.until - 1 - draws.below("link month", np.maximum(people.until - 2014 * 12 - 6, 1), number)
    facts.put("link_day", first_day(np.maximum(link, 2014 * 12 + 6)) + 9, both)
    facts.put("resident_months_added", careers.months, (counts > 0) & insured & ~both & (careers.months <= 170))
    _land(draws, people, facts)


def resident_age_day(people: People) -> Ints:
    """The day of reaching the age of the residents' pension."""
    return add_months(people.birth_day, np.where(people.sex == Sex.MALE, 60, 55) * 12)


def resident_pension_from(people: People, counts: Ints) -> tuple[Ints, Flags]:
    """(first day of the residents' pension, who draws it), given how many payments each person has made."""
    age_day = resident_age_day(people)
    drawn = (counts > 0) & (people.scheme == Scheme.RESIDENT) & (age_day >= day_of("2009-01-01"))
    start = first_day(month_index(age_day) + 1)
    drawn &= (start <= people.day) & (start < people.death_day)
    in_transition = age_day < day_of("2024-01-01")  # 45 and 40 years on 2009-01-01
    return start, drawn & (in_transition | (counts >= 15))


def resident_payments(draws: Draws, figures: Figures, people: People) -> tuple[Ints, dict[str, Ints]]:
    """(rows of each person, columns): a payment in most years up to the pension age, death or the city's day."""
    age_day, disabled = resident_age_day(people), severely_disabled(draws, people)
    number, rural = people.number, people.hukou == Hukou.LOCAL_RURAL
    once = (people.scheme == Scheme.EMPLOYEE) & rural & draws.chance("paid once", 60, number)
    last_day = np.minimum(np.minimum(age_day, people.day), people.death_day)
    first = np.maximum(year_of(people.birth_day) + draws.between("age of joining", 16, 24, number), _START)
    first = first - (rural & (first == _START) & draws.chance("rural pension", 250, number))
    last = np.where(once, np.minimum(first + 1, year_of(last_day)), year_of(last_day))
    pays = ((people.scheme == Scheme.RESIDENT) & people.local) | once
    counts = np.where(pays, np.maximum(last - first + 1, 0), 0)
    owner = np.repeat(np.arange(len(people)), counts)
    year = first[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    person = number[owner]
    month = draws.pick("month of payment", _MONTHS, person, year)
    paid_on = first_day(year * 12 + month) + draws.below("day of payment", 28, person, year)
    own_year = year == year_of(last_day)[owner]
    paid_on = np.where(own_year, np.minimum(paid_on, last_day[owner] - 1), paid_on)
    keep = draws.chance("pays", np.where(age_day < day_of("2024-01-01"), 990, 930)[owner], person, year)
    keep &= year_of(paid_on) == year
    low = figures.resident_low[year - FIRST]
    high = figures.resident_high[year - FIRST]
    share = draws.quantile("level of payment", _PAYMENTS, number)[owner]
    amount = np.where(disabled[owner], low, low + (high - low) * share // 1000 // 10_000 * 10_000)
    helped = (draws.chance("collective", 300, number) & rural)[owner]
    collective = np.where(helped, draws.between("collective amount", 1, 10, number)[owner] * 5000, 0)
    columns = {"day": paid_on, "paid": amount, "collective": collective}
    counts = np.bincount(owner[keep], minlength=len(people)).astype(np.int64)
    return counts, {name: column[keep] for name, column in columns.items()}


def _account(
    draws: Draws, people: People, counts: Ints, rows: dict[str, Ints], pension_day: Ints, facts: Facts
) -> None:
    """A balance settled before the account is needed, of most: at the end of the year, or of the month, before."""
    number = people.number
    needed = np.minimum(np.minimum(people.day, people.death_day), pension_day)
    form = draws.pick("resident opening", _OPENINGS, number)
    day = first_day(np.where(form == 0, year_of(needed) * 12, month_index(needed))) - 1
    balance = resident_balance(counts, rows, day)
    known = (balance > 0) & (day >= day_of("2009-12-31")) & (form < 2)
    facts.put("resident_opening_day", day, known)
    facts.put("resident_opening_balance", balance, known)
    gone = known & (people.death_day < NEVER)
    facts.put("resident_account_remaining", balance * draws.between("resident left", 200, 900, number) // 1000, gone)
    facts.forget("resident_account_remaining", people.hard == Hard.BARE)


def resident_balance(counts: Ints, rows: dict[str, Ints], day: Ints) -> Ints:
    """About what the payments up to each person's day have become, in fen."""
    owner = np.repeat(np.arange(len(counts)), counts)
    settled = np.where(rows["day"] <= day[owner], rows["paid"] + rows["collective"] + _MATCH, 0)
    balance = np.zeros(len(counts), np.int64)
    np.add.at(balance, owner, settled)
    return balance * 104 // 100


def _land(draws: Draws, people: People, facts: Facts) -> None:
    """A requisition of land from 2004-07 on, of some who were farmers of this city."""
    first, number = day_of("2004-07-01"), people.number
    chosen = (people.hukou == Hukou.LOCAL_RURAL) | (people.hukou == Hukou.LOCAL_URBAN)
    chosen &= draws.chance("requisition", np.where(people.hukou == Hukou.LOCAL_RURAL, 30, 15), number)
    if people.day < first:
        chosen &= False
    span = max(people.day - first, 1)
    at = first + draws.below("day of requisition", span, number)
    facts.put("requisition_day", at, chosen & (at > people.birth_day) & (at < people.death_day))
    facts.put("unable_to_work", chosen & draws.chance("unable to work", 20, number))
