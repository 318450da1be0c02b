"""What the employee pension knows of a person besides the history: opening facts, transfers, annuities, deaths."""

from __future__ import annotations

import numpy as np

from shebao.law.city.facts import Hukou, Sex
from shebao.law.insurance.employee_pension.facts import (
    ContributionKind,
    OldWorker,
    PensionClass,
    Region,
)
from shebao.law.insurance.survivors.facts import SurvivorScheme
from shebao.rules.kinds import day as day_of
from shebao.samplecity.calendar import NEVER, first_day, month_index, year_of
from shebao.samplecity.careers import MONTHS_OF, PAID_FROM, Careers
from shebao.samplecity.draws import Draws, Flags, Ints
from shebao.samplecity.facts import Facts
from shebao.samplecity.figures import FIRST, Figures
from shebao.samplecity.hard import Hard
from shebao.samplecity.population import People, Scheme

_OPENINGS = (720, 220, 60)  # account known at the last year's end, at the end of 2005, never; of a thousand
_GROWTH = np.asarray([round(10**4 * 1.03**k) for k in range(80)], np.int64)  # as if 3 % a year had been credited
# Pension in payment to the city's wage of the year before, in thousandths.
_PENSIONS = (200, 330, 390, 430, 470, 510, 560, 630, 740, 1300)


def employee_facts(draws: Draws, figures: Figures, people: People, careers: Careers, facts: Facts) -> None:
    """Adds the facts that the employee pension, transfers, annuities and survivors' benefits read."""
    number, insured = people.number, careers.counts > 0
    facts.put_history("contributions", careers.counts, careers.rows)
    facts.put("post_class", people.post)
    facts.put("retirement_approved_day", careers.approved, careers.approved < NEVER)
    moved = insured & (month_index(careers.joined_day) > careers.start)
    facts.put("insurance_start_day", np.where(moved, careers.joined_day, careers.start_day), insured)
    facts.put("moved_from_government", moved)
    facts.put("government_start_day", careers.start_day, moved)
    paid_off = moved & draws.chance("compensated", 150, number)
    facts.put("compensated_from_day", np.maximum(careers.start_day, day_of("1992-10-01")), paid_off)
    facts.put("compensated_to_day", careers.joined_day - 1, paid_off)
    paid = careers.total(np.where(careers.ours & (careers.rows["year"] > 1992), MONTHS_OF[careers.rows["months"]], 0))
    due = np.maximum(careers.end - np.maximum(careers.start, PAID_FROM), 0)
    gap = np.where(insured & ~moved, np.maximum(due - paid - 3, 0), 0)
    facts.put("unemployment_benefit_months", np.minimum(gap // 2, 24) * draws.chance("unemployed", 400, number))
    facts.put("refund_requested", draws.chance("refund", 30, number) & insured & (people.pension_day <= people.day))
    facts.put("land_requisition_worker", _land_worker(draws, people, insured))
    facts.put("pension_special_group", insured & (people.age >= 50) & draws.chance("special", 15, number))
    _account(draws, figures, people, careers, facts)
    _pension(draws, figures, people, careers, facts)
    _transfer(draws, people, careers, facts)
    _annuities(draws, figures, people, careers, facts)
    _death(draws, figures, people, careers, facts)


def _land_worker(draws: Draws, people: People, insured: Flags) -> Flags:
    flags: Flags = insured & (people.hukou == Hukou.LOCAL_URBAN) & draws.chance("from the land", 40, people.number)
    return flags


def _account(draws: Draws, figures: Figures, people: People, careers: Careers, facts: Facts) -> None:
    """A balance at the end of a year that is about what the contributions before would have become."""
    number = people.number
    last = np.minimum(careers.end - 1, month_index(np.minimum(careers.retired, people.day))) // 12 - 1
    form = draws.pick("account opening", _OPENINGS, number)
    year = np.where((form == 1) & (last >= 2005), 2005, last)
    known = (careers.counts > 0) & (form < 2) & (careers.start // 12 <= year) & (year >= 1992)
    balance = balance_at(figures, careers, year)
    facts.put("account_opening_day", first_day((year + 1) * 12) - 1, known)
    facts.put("account_opening_balance", balance, known)
    facts.forget("account_opening_balance", (people.hard == Hard.BARE) & (number % 2 == 0))
    gone = known & (people.death_day < NEVER)
    facts.put("account_individual_balance", balance * 8 // 11, gone)
    facts.put("account_remaining_balance", balance * draws.between("left", 0, 900, number) // 1000, gone)


def balance_at(figures: Figures, careers: Careers, year: Ints) -> Ints:
    """About what the contributions credited up to the end of each person's year have become, in fen."""
    rows = careers.rows
    credited = rows["base"] * figures.credit[rows["year"] - FIRST] // 10_000
    credited = np.where(rows["kind"] == ContributionKind.TRANSFERRED, rows["account"], credited)
    age = year[careers.owner] - rows["credited"]
    credited = np.where(careers.ours & (age >= 0), credited, 0) * _GROWTH[np.clip(age, 0, 79)] // 10_000
    return careers.total(credited)


def _pension(draws: Draws, figures: Figures, people: People, careers: Careers, facts: Facts) -> None:
    """A pension in payment at the last end of a year, of most who had retired by then."""
    number, year = people.number, int(year_of(np.asarray([people.day + 1]))[0]) - 1
    before = (careers.retired < day_of(f"{year + 1}-01-01")) & (people.death_day > careers.retired)
    opened = before & draws.chance("pension opening", 920, number)
    at = np.minimum(day_of(f"{year}-12-31"), first_day(month_index(people.death_day)) - 1)
    opened &= at >= careers.retired
    level = draws.quantile("pension", _PENSIONS, number)
    facts.put("pension_opening_day", at, opened)
    facts.put("pension_opening_amount", figures.wage[year - FIRST] * level // 10_000 * 10, opened)
    facts.put("pension_opening_months", np.minimum(careers.months, 840), opened)
    form = np.asarray([PensionClass.RETIREMENT, PensionClass.RESIGNATION, PensionClass.LIVING_SUPPORT], np.int64)
    facts.put("pension_class", form[draws.pick("pension class", (970, 20, 10), number)] * opened + ~opened)
    veteran = opened & (people.birth_day < day_of("1932-01-01")) & draws.chance("old worker", 60, number)
    first = people.birth_day < day_of("1928-01-01")
    service = np.where(first, int(OldWorker.WAR_OF_RESISTANCE), int(OldWorker.WAR_OF_LIBERATION))
    facts.put("old_worker", np.where(veteran, service, int(OldWorker.NONE)))


def _transfer(draws: Draws, people: People, careers: Careers, facts: Facts) -> None:
    """Places of insurance of everybody insured; of those who leave, what the payment certificate says."""
    number, rows, owner = people.number, careers.rows, careers.owner
    insured, elsewhere = careers.counts > 0, careers.away != Region.BEIJING
    facts.put("hukou_region", careers.home)
    months = MONTHS_OF[rows["months"]]
    here = careers.total(np.where(rows["region"] == Region.BEIJING, months, 0))
    there = careers.total(np.where(rows["region"] == Region.BEIJING, 0, months))
    stays = np.stack([there, here], axis=1)
    wanted = np.stack([elsewhere & (there > 0), insured & (here > 0)], axis=1)
    regions = np.stack([careers.away, np.full_like(here, int(Region.BEIJING))], axis=1)
    counts = wanted.sum(axis=1)
    facts.put_history("stays", counts, {"region": regions[wanted], "months": np.minimum(stays, 720)[wanted]})

    leaves = insured & ~people.local & (people.until > 2010 * 12 + 6) & draws.chance("leaves", 60, number)
    leaves &= careers.retired == NEVER
    month = np.maximum(people.until - draws.below("leaving month", 40, number), 2010 * 12)
    facts.put("transfer_day", first_day(month) + 14, leaves)
    facts.put("insured_here_since", first_day(np.maximum(careers.start, careers.away_until * elsewhere)), leaves)
    facts.put("hukou_elsewhere", careers.home != Region.BEIJING, leaves)
    first_age = careers.start - month_index(people.birth_day)
    temporary = leaves & (first_age >= np.where(people.sex == Sex.MALE, 50, 40) * 12)
    base = careers.total(np.where(rows["region"] == Region.BEIJING, rows["base"], 0))
    facts.put("temporary_account_balance", base * 28 // 100, temporary)
    facts.put("transfer_own_before_1998", 0, leaves)
    facts.put("transfer_account_since_1998", base * 8 // 100, leaves)
    wages = leaves[owner] & (rows["region"] == Region.BEIJING) & (rows["year"] >= 1998)
    counts = np.bincount(owner[wages], minlength=len(people)).astype(np.int64)
    facts.put_history("transfer_wages", counts, {"year": rows["year"][wages], "base": rows["base"][wages]})


def _annuities(draws: Draws, figures: Figures, people: People, careers: Careers, facts: Facts) -> None:
    """Enterprise annuities of some employees; the occupational annuity of institutions from 2014-10."""
    number, year = people.number, int(year_of(np.asarray([people.day]))[0])
    working = (careers.counts > 0) & (careers.retired == NEVER) & (people.death_day == NEVER)
    wage = figures.wage[year - FIRST] * draws.quantile("annuity wage", (500, 800, 1100, 1700, 4000), number) // 1000
    has = working & (people.scheme == Scheme.EMPLOYEE) & draws.chance("enterprise annuity", 80, number)
    staff = draws.between("staff", 20, 3000, number)
    payroll = wage * 12 * staff
    rate = draws.between("annuity rate", 200, 900, number)
    facts.put("annuity_payroll", payroll, has)
    facts.put("annuity_employer_paid", payroll * rate // 10_000, has)
    facts.put("annuity_employees_paid", payroll * rate // 20_000, has)
    facts.put("annuity_own_base", wage, has)
    facts.put("annuity_own_paid", wage * rate // 20_000, has)
    from_2014 = (people.scheme == Scheme.INSTITUTION) & (people.day >= day_of("2014-10-01"))
    facts.put("occupational_base", wage, from_2014 & working)
    retired = from_2014 & (people.pension_day <= people.day) & (people.pension_day >= day_of("2014-10-01"))
    old = wage * draws.between("old method", 700, 900, number) // 1000
    facts.put("occupational_balance", wage * draws.between("occupational balance", 1, 12, number) // 8, retired)
    facts.put("institution_old_pension", old, retired)
    facts.put("institution_new_pension", old * draws.between("new method", 850, 1200, number) // 1000, retired)


def _death(draws: Draws, figures: Figures, people: People, careers: Careers, facts: Facts) -> None:
    """What survivors' benefits ask of a death."""
    number, dead = people.number, people.death_day < NEVER
    facts.put("dependants", draws.pick("dependants", (30, 45, 17, 6, 2), number), dead)
    scheme = np.asarray([int(code) for code in SurvivorScheme], np.int64)
    facts.put("survivors_claimed_from", scheme[draws.pick("claimed from", (70, 25, 3, 2), number)], dead)
    year = np.where(dead, year_of(np.minimum(people.death_day, people.day)), FIRST)
    income = figures.wage[year - FIRST] * draws.quantile("last income", _PENSIONS, number) // 1000
    facts.put("last_monthly_income", income, dead & (careers.counts > 0))
