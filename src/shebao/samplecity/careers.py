"""Working lives as contribution histories: one row for each year, region and kind, split at 1998-06-30."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shebao.law.city.facts import Hukou
from shebao.law.insurance.employee_pension.facts import ContributionKind, Region
from shebao.samplecity.calendar import NEVER, first_day, month_index, year_of
from shebao.samplecity.draws import Draws, Flags, Ints
from shebao.samplecity.figures import FIRST, LAST, Figures
from shebao.samplecity.hard import Hard
from shebao.samplecity.organisations import employer, wage_level
from shebao.samplecity.population import People, Scheme

PAID_FROM = 1992 * 12 + 9  # contributions are paid from 1992-10; service before it is deemed
_LAW_OF_2011 = 2011 * 12 + 6  # from 2011-07 who is short of 15 years may go on paying
_TRANSFERS_FROM = 2010
_INSTITUTIONS_FROM = 2014 * 12 + 9  # 国发〔2015〕2号: from 2014-10

# Spans of rows: whole years, but for the two in which kind or credit rate changes.
_SPANS = [
    (year, *months)
    for year in range(FIRST, LAST + 1)
    for months in {1992: ((1, 9), (10, 12)), 1998: ((1, 6), (7, 12))}.get(year, ((1, 12),))
]
_SPAN_YEAR, _SPAN_FROM, _SPAN_TO = (np.asarray(column, np.int64) for column in zip(*_SPANS, strict=True))
_SPAN_OF = np.asarray([k for k, (_, low, high) in enumerate(_SPANS) for _ in range(low, high + 1)], np.int64)

_MASKS = np.arange(4096)
_BITS = _MASKS[:, None] >> np.arange(12) & 1
MONTHS_OF = _BITS.sum(axis=1)  # how many months a mask has
INTEREST_OF = _BITS @ (12 - np.arange(12))  # January earns 12 months of interest, December 1

# The person's wage to the city's, in thousandths; and what an individual chooses as base.
_LEVELS = (250, 380, 430, 500, 590, 690, 800, 950, 1200, 1700, 3600)
_CHOSEN, _CHOICES = (400, 600, 1000), (6, 3, 1)
_LEAST, _MOST = 400, 3000
_YOUNGEST = 16 * 12  # months of age at work
# Stopped paying some time ago and may go on one day, of a thousand employees and flexible workers.  Assumed.
_PAUSED, _PAUSED_OF_OTHERS = 45, 540
_REGIONS = np.asarray([int(region) for region in Region if region != Region.BEIJING], np.int64)
_NEAR = (Region.HEBEI, Region.SHANXI, Region.SHANDONG, Region.HENAN, Region.TIANJIN, Region.ANHUI, Region.SICHUAN)


@dataclass(frozen=True)
class Careers:
    """Arrays of shape (people,) but for those of the rows.

    start: first month of insurance; end: the month after the last, the same without a career.  joined_day: the first
    day in the scheme of enterprises.  approved: day of retirement as approved, else NEVER.  retired: the day of
    retirement, approved or not, else NEVER.  home: region of the registration.  away: region of the first years,
    Beijing for most; away_until: the first month here after them.
    counts: rows of each person; rows: the columns of the history by name (`year`, `months` ...), one after the other.
    owner: the person of each row.
    """

    start: Ints
    end: Ints
    start_day: Ints
    joined_day: Ints
    approved: Ints
    retired: Ints
    home: Ints
    away: Ints
    away_until: Ints
    counts: Ints
    owner: Ints
    rows: dict[str, Ints]

    def total(self, amounts: Ints) -> Ints:
        """Sums of a row's amounts for each person."""
        sums = np.zeros(len(self.counts), np.int64)
        np.add.at(sums, self.owner, amounts)
        return sums

    @property
    def ours(self) -> Flags:
        """Rows that count in this city."""
        flags: Flags = (self.rows["region"] == Region.BEIJING) | (self.rows["kind"] == ContributionKind.TRANSFERRED)
        return flags

    @property
    def months(self) -> Ints:
        """Contribution months of each person that count in this city, deemed ones too."""
        return self.total(np.where(self.ours, MONTHS_OF[self.rows["months"]], 0))


def careers_of(draws: Draws, figures: Figures, people: People) -> Careers:
    """The working lives of people, to the end of the month of the city's day."""
    start, end, start_day = _spans(draws, people)
    approved, retired, end = _retirement(draws, people, start, end)
    joined = _joined(draws, people, start, end)
    home, away, away_until, transfer_year = _away(draws, people, start, end)

    first, last = _SPAN_OF[start - FIRST * 12], _SPAN_OF[np.maximum(end - 1, start) - FIRST * 12]
    counts = np.where(end > start, last - first + 1, 0)
    owner = np.repeat(np.arange(len(people)), counts)
    span = first[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    year = _SPAN_YEAR[span]
    low = np.maximum(_SPAN_FROM[span], start[owner] + 1 - year * 12)
    high = np.minimum(_SPAN_TO[span], end[owner] - year * 12)
    mask = (1 << high) - (1 << np.maximum(low - 1, 0))
    deemed = year * 12 + low - 1 < PAID_FROM
    mask[~deemed & (year * 12 + high <= month_index(joined)[owner])] = 0  # paid nowhere before joining
    late, mask = _gaps(draws, people, owner, year, mask, deemed, end)

    elsewhere = (away[owner] != Region.BEIJING) & (year * 12 + high <= away_until[owner]) & ~deemed
    moved = elsewhere & (transfer_year[owner] > 0)
    late = np.where(elsewhere, 0, late)
    kind = np.select(
        [deemed, moved, late > 0],
        [int(ContributionKind.DEEMED), int(ContributionKind.TRANSFERRED), int(ContributionKind.PAID_LATE)],
        int(ContributionKind.PAID),
    )
    credited = np.where(moved, transfer_year[owner], year + late)
    base = _bases(draws, figures, people, owner, year, start) * MONTHS_OF[mask]
    base[deemed] = 0
    month = np.where(moved, transfer_year[owner] % 12 + 1, (owner * 7 + year) % 12 + 1)  # in which money came late
    wage = (figures.wage[year - FIRST] * (600 + (away[owner] * 7919 + year * 31) % 300) // 100_000) * 1200
    account = base * figures.credit[year - FIRST] // 10_000 * 112 // 100
    on_time = INTEREST_OF[mask] * (base // np.maximum(MONTHS_OF[mask], 1))
    rows = {
        "year": year,
        "months": mask,
        "base": base,
        "kind": kind.astype(np.int64),
        "region": np.where(elsewhere, away[owner], int(Region.BEIJING)),
        "weighted": np.select([moved, late > 0], [account * (13 - month), base * (13 - month)], on_time),
        "credited": credited,
        "account": np.where(moved, account, 0),
        "wage": np.where(moved, wage, 0),
    }
    owner, rows = _hard_rows(people, owner, rows)
    keep = rows["months"] > 0
    order = _order(people, owner[keep], {name: column[keep] for name, column in rows.items()})
    owner, rows = owner[keep][order], {name: column[keep][order] for name, column in rows.items()}
    counts = np.bincount(owner, minlength=len(people)).astype(np.int64)
    return Careers(start, end, start_day, joined, approved, retired, home, away, away_until, counts, owner, rows)


def _spans(draws: Draws, people: People) -> tuple[Ints, Ints, Ints]:
    """First month, the month after the last that could be one, first day; start == end without a career."""
    number, scheme, born = people.number, people.scheme, month_index(people.birth_day)
    start = born + draws.quantile("age of first work", (192, 216, 222, 229, 240, 264, 300, 420), number)
    end = people.until.copy()
    alone = scheme == Scheme.FLEXIBLE
    start += np.where(alone, draws.quantile("age of insuring oneself", (0, 12, 60, 150, 280), number), 0)
    works = (scheme == Scheme.EMPLOYEE) | alone
    start = np.where(works, np.minimum(start, end - draws.between("began lately", 1, 30, number)), start)
    migrant = people.hukou >= Hukou.OTHER_URBAN
    stay = draws.quantile("months in the city", (1, 8, 24, 50, 90, 150, 260), number)
    start = np.where(migrant, np.maximum(start, people.until - stay), start)
    pauses = np.where(migrant, _PAUSED_OF_OTHERS, _PAUSED)
    paused = works & (people.hard == Hard.NO) & draws.chance("paused", pauses, number)
    worked = np.where(migrant, np.minimum(stay, 90), end - start)
    stopped = end - 1 - draws.quantile("months since the pause", (0, 6, 14, 30, 60, 110), number)
    start = np.where(paused & migrant, np.maximum(start - (end - stopped), stopped - worked), start)
    start = np.maximum(start, born + _YOUNGEST)
    end = np.where(paused, np.maximum(stopped, start + 1), end)
    start = np.where(scheme == Scheme.INSTITUTION, np.maximum(start, _INSTITUTIONS_FROM), start)
    # some residents, and some who are insured nowhere, worked for a while
    stint = ((scheme == Scheme.RESIDENT) | (scheme == Scheme.NONE)) & draws.chance("stint", 80, number)
    start = np.where(stint, np.maximum(start, PAID_FROM), start)
    end = np.where(stint, np.minimum(end, start + draws.quantile("stint", (2, 12, 40, 90, 170), number)), end)
    never = (scheme <= Scheme.STUDENT) | (((scheme == Scheme.RESIDENT) | (scheme == Scheme.NONE)) & ~stint)

    border = (people.hard == Hard.START_BORDER) & (month_index(Hard.start_days(draws, number)) >= born + 16 * 12)
    start_day = first_day(start) + draws.below("first day of work", 28, number)
    start_day = np.where(border, Hard.start_days(draws, number), start_day)
    start = np.where(border, month_index(start_day), start)
    start = np.maximum(start, FIRST * 12)
    never |= start >= end
    return start, np.where(never, start, end), start_day


def _retirement(draws: Draws, people: People, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """(approved, retired, end): work ends with retirement; some go on for a while, some have to."""
    number, month = people.number, month_index(people.pension_day)
    works = (end > start) & (people.scheme != Scheme.RESIDENT) & (people.scheme != Scheme.NONE)
    end = np.where(start < month, end, start)  # nobody is insured for the first time past the age
    works &= start < month
    end = np.where(works, end, np.minimum(end, np.maximum(month, start)))
    day = people.pension_day.copy()
    later = draws.chance("works on", 80, number) & (month - start >= 180)
    day = np.where(later, first_day(month + draws.between("works on", 1, 24, number)) + 14, day)
    wanted = Hard.contribution_months(draws, number)
    short = (month >= _LAW_OF_2011) & (start + 180 > month) & draws.chance("pays on", 600, number)
    day = np.where(short, first_day(start + 180), day)
    exact = works & (people.hard == Hard.MONTHS_BORDER)
    day = np.where(exact, first_day(np.maximum(start + wanted, month)), day)
    end = np.where(works, np.minimum(end, month_index(day)), end)
    end = np.where(exact, np.minimum(end, start + wanted), end)
    end = np.maximum(end, start)
    retired = works & (day <= people.day) & (day <= people.death_day) & (end > start)
    known = draws.chance("approved", 600, number) | (day != people.pension_day) | (year_of(day) < 2006)
    return np.where(retired & known, day, NEVER), np.where(retired, day, NEVER), end


def _joined(draws: Draws, people: People, start: Ints, end: Ints) -> Ints:
    """When a person from government or army joined an enterprise; of others the first day of the first month."""
    number = people.number
    year = np.minimum(draws.between("joined", 1998, 2010, number), end // 12 - 2)
    chosen = draws.chance("from government", 20, number) & (people.scheme == Scheme.EMPLOYEE) & (people.hard == Hard.NO)
    chosen &= (start < 1996 * 12) & (year >= 1998)
    return np.where(chosen, first_day(year * 12 + 6), first_day(start))


def _away(draws: Draws, people: People, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """(home, away, away_until, transfer_year): who paid elsewhere first, and when it was transferred, 0 if never."""
    number = people.number
    near = np.asarray([int(region) for region in _NEAR], np.int64)
    home = np.where(
        draws.chance("from near by", 650, number),
        near[draws.below("near", len(near), number)],
        _REGIONS[draws.below("far", len(_REGIONS), number)],
    )
    paid_there = draws.chance("paid elsewhere", np.where(people.local, 30, 250), number) & (start >= PAID_FROM)
    years = end // 12 - start // 12 - 1
    paid_there &= (years >= 1) & (people.hard == Hard.NO)
    until = (start // 12 + 1 + draws.below("years elsewhere", np.maximum(years, 1), number)) * 12
    transfer = np.maximum(until // 12, _TRANSFERS_FROM) + draws.below("transferred", 2, number)
    moved = draws.chance("transfer", 650, number) & (transfer < end // 12)
    region = np.where(paid_there, home, int(Region.BEIJING))
    home = np.where(people.local, int(Region.BEIJING), home)
    return home, region, until, np.where(paid_there & moved, transfer, 0)


def _gaps(
    draws: Draws, people: People, owner: Ints, year: Ints, mask: Ints, deemed: Flags, end: Ints
) -> tuple[Ints, Ints]:
    """(years by which a row was paid late, mask without the gaps)."""
    person, hard = people.number[owner], people.hard[owner]
    may = (
        ~deemed
        & (np.bincount(owner, minlength=len(people))[owner] > 2)
        & (hard != Hard.MONTHS_BORDER)
        & (hard != Hard.LIMITS)
    )
    kind = draws.pick("gap", (920, 30, 50), person, year)
    kind = np.where((hard == Hard.GAPS) & (year % 2 == 0), 2, kind) * may
    first = draws.below("gap from", 12, person, year)
    length = draws.between("gap months", 1, 8, person, year)
    hole = ((1 << np.minimum(first + length, 12)) - 1) & ~((1 << first) - 1)
    mask = np.where(kind == 2, mask & ~hole, mask)
    paid_late = (kind == 1) & (draws.chance("paid late", 300, person, year)) & (year + 2 < end[owner] // 12)
    mask = np.where((kind == 1) & ~paid_late, 0, mask)
    return np.where(paid_late, draws.between("late by", 1, 2, person, year), 0), mask


def wages(draws: Draws, figures: Figures, people: People, owner: Ints, year: Ints, start: Ints) -> Ints:
    """The monthly wage of each row, in fen, before floor and cap; of who is insured alone the base chosen."""
    return figures.wage[year - FIRST] * _permille(draws, people, owner, year, start) // 1000


def _permille(draws: Draws, people: People, owner: Ints, year: Ints, start: Ints) -> Ints:
    """The wage to the city's of the year before: the person's level in the employer's sector, more with the years."""
    level = draws.quantile("level", _LEVELS, people.number)
    level = level * wage_level(draws, employer(draws, people.number)) // 1000
    chosen = np.asarray(_CHOSEN, np.int64)[draws.pick("chosen level", _CHOICES, people.number)]
    alone = (people.scheme == Scheme.FLEXIBLE)[owner]
    tenure = np.clip(year - start[owner] // 12, 0, 16)
    noise = draws.between("wage of the year", 940, 1060, people.number[owner], year)
    return np.where(alone, chosen[owner], level[owner] * (720 + tenure * 25) // 1000 * noise // 1000)


def _bases(draws: Draws, figures: Figures, people: People, owner: Ints, year: Ints, start: Ints) -> Ints:
    """The monthly base of each row, in fen: the wage within floor and cap."""
    permille = np.clip(_permille(draws, people, owner, year, start), _LEAST, _MOST)
    permille = np.where(people.hard[owner] == Hard.LIMITS, np.where(year % 2, _LEAST, _MOST), permille)
    base = figures.wage[year - FIRST] * permille // 1000
    return np.where((people.number % 2 == 0)[owner], base // 100 * 100, base)  # half are declared in whole yuan


def _hard_rows(people: People, owner: Ints, rows: dict[str, Ints]) -> tuple[Ints, dict[str, Ints]]:
    """Rows written out by month for one case, and a month that stands twice for another."""
    hard, mask = people.hard[owner], rows["months"]
    last = np.append(owner[1:] != owner[:-1], True)
    by_month = (hard == Hard.MANY_ROWS) & (rows["year"] > (people.until // 12)[owner] - 9)
    by_month &= (rows["kind"] == ContributionKind.PAID) & (mask > 0)
    twice = (hard == Hard.OVERLAP) & last & (mask > 0)
    if not (by_month | twice).any():
        return owner, rows
    times = np.where(by_month, MONTHS_OF[mask], np.where(twice, 2, 1))
    copy = np.repeat(np.arange(len(owner)), times)
    place = np.arange(len(copy)) - np.repeat(np.cumsum(times) - times, times)
    rows = {name: column[copy] for name, column in rows.items()}
    split = by_month[copy]
    bits = _BITS[rows["months"][split]]
    month = np.argmax(np.cumsum(bits, axis=1) == place[split][:, None] + 1, axis=1)
    base = rows["base"][split] // np.maximum(bits.sum(axis=1), 1)
    for name, values in (("months", 1 << month), ("base", base), ("weighted", base * (12 - month))):
        rows[name][split] = values
    return owner[copy], rows


def _order(people: People, owner: Ints, rows: dict[str, Ints]) -> Ints:
    """By the year of crediting; for one case backwards."""
    key = rows["credited"] * 4096 + rows["year"]
    key = np.where(people.hard[owner] == Hard.DISORDER, -key, key) + (owner << 26)
    return np.argsort(key, kind="stable")
