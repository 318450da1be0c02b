"""Random persons for the pension law: compiled code against CPython, every variable, value and status.

The persons are invented from the law's inputs, without the sample city: careers with gaps, deemed years, transfers and
late payments, that lead to retirement around the borders of the law; opening facts, residents, deaths; facts that are
missing, wrong or at the ends of their ranges.

`python tests/law/persons.py [PERSONS [PROCESSES]]` compares that many (100,000) and counts the values by outcome.
"""

from __future__ import annotations

import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa

from shebao.rules.columns import frame
from shebao.rules.declare import PERSON, Input, Missing
from shebao.rules.graph import Plan
from shebao.rules.kernel import Kernel, encoded
from shebao.rules.kinds import FIRST_DAY, LAST_DAY, Code, date_of, day
from shebao.rules.language import Reason, add_months, day_of_index, make_day, month_index, year_of
from shebao.rules.law import Law
from shebao.rules.rows import evaluate
from shebao.rules.status import Why, unpack

Facts = dict[str, Any]
MODES = ("marked", "strict")
BATCH = 500  # persons that share a benefit day
# Benefit days: ends and beginnings of years and regimes, months of raises, 29 February.
DAYS_TEXT = """
2006-01-31 2006-12-31 2007-07-01 2008-02-29 2008-12-31 2009-01-01 2010-06-30 2011-06-30 2011-07-01 2012-02-29 2013-12-31
2014-01-01 2014-03-15 2014-06-30 2014-07-01 2014-10-31 2014-12-31 2015-12-31 2016-06-30 2018-12-31 2019-01-01
2021-08-31 2021-09-30 2023-05-15 2024-12-31 2025-01-01 2025-11-30
"""
DAYS = tuple(map(day, DAYS_TEXT.split()))
PENSIONS = tuple(
    f"shebao.law.insurance.{name}."
    for name in (
        "employee_pension",
        "resident_pension",
        "welfare_pension",
        "scheme_link",
        "pension_transfer",
        "land_requisition",
        "occupational_pension",
        "survivors",
        "contributions",
    )
)  # the programmes for which these persons are invented; the others are tried by households.py
MALE, FEMALE = 1, 2
STAFF, WORKER, SPECIAL, ILLNESS, FLEXIBLE = range(1, 6)
AGES = {
    MALE: {STAFF: 720, WORKER: 720, SPECIAL: 660, ILLNESS: 600, FLEXIBLE: 720},
    FEMALE: {STAFF: 660, WORKER: 600, SPECIAL: 540, ILLNESS: 540, FLEXIBLE: 660},
}
PAID, DEEMED, LATE, TRANSFERRED = range(1, 5)
BEIJING = 11
OTHER_PLACES = (12, 13, 31, 37, 41, 44, 51, 65)
FIRST_PAID = 1992 * 12 + 9  # the month 1992-10
PROFILES = {
    "retires": 38,
    "adjusted": 14,
    "worker": 8,
    "short": 9,
    "resident": 12,
    "both": 6,
    "elder": 5,
    "anything": 8,
}


@lru_cache(maxsize=1)
def law() -> Law:
    return Law.load("shebao.law")


@lru_cache(maxsize=1)
def pension_plan() -> Plan:
    """All variables of the pension programmes, and what these read."""
    named = [n for n, v in law().variables.items() if v.rule.function.__module__.startswith(PENSIONS)]
    return law().plan(law().plan(named).variables)


@lru_cache(maxsize=1)
def inputs() -> dict[str, Input]:
    """The inputs of these programmes."""
    return {name: law().inputs[name] for name in sorted(pension_plan().inputs)}


@lru_cache(maxsize=1)
def reasons() -> frozenset[str]:
    """The reasons for which these programmes refuse."""
    modules = [module for name, module in sys.modules.items() if name.startswith(PENSIONS)]
    return frozenset(r.name for module in modules for r in vars(module).values() if isinstance(r, Reason))


@lru_cache(maxsize=1)
def borders() -> tuple[int, ...]:
    """First days of the law's versions and figures, each with its eve."""
    days = {v.rule.since for variable in pension_plan().order for v in variable.versions}
    for parameter in (law().parameters[name] for name in pension_plan().parameters):
        if not parameter.yearly:
            days |= {f.start for f in parameter.figures} | {f.end + 1 for f in parameter.figures if f.end < LAST_DAY}
    return tuple(sorted(d for first in days if first > FIRST_DAY for d in (first - 1, first)))


class Writer:
    """Invents persons as they are known on a benefit day."""

    def __init__(self, seed: int, on: int) -> None:
        self.r, self.on, self.year = random.Random(f"{seed} {on}"), on, year_of(on)

    def chance(self, share: float) -> bool:
        return self.r.random() < share

    def one(self, *values: Any) -> Any:
        return self.r.choice(values)

    def around(self, d: int) -> int:
        """The day, its neighbours, or an end of its month."""
        first = day_of_index(month_index(d))
        return int(self.one(d, d, d - 1, d + 1, first, first - 1, add_months(first, 1) - 1, self.leap_day(d)))

    def leap_day(self, d: int) -> int:
        return make_day(year_of(d) // 4 * 4, 2, 29)

    def border(self, low: int, high: int) -> int:
        """A border of the law between two days; without one a day between them."""
        found = [d for d in borders() if low <= d <= high]
        return self.r.choice(found) if found else self.r.randint(low, high)

    def money(self, high: int) -> int:
        """An amount in fen, often round, seldom at an end of its range."""
        if self.chance(0.03):
            return int(self.one(0, 1, high))
        size = self.r.choice((1_000, 100_000, 500_000, 3_000_000, 20_000_000))
        return min(self.r.randint(0, size) * self.one(1, 1, 100), high)

    # ---- a person
    def person(self) -> Facts:
        profile = self.r.choices(list(PROFILES), list(PROFILES.values()))[0]
        sex, post = self.one(MALE, FEMALE), self.r.choices(range(1, 6), (30, 35, 8, 12, 15))[0]
        facts: Facts = {"sex": sex, "post_class": post, "hukou": self.r.choices(range(1, 5), (5, 3, 1, 1))[0]}
        reached = self.retirement(profile)
        facts["birth_day"] = self.born(reached, AGES[sex][post])
        if profile in ("retires", "adjusted", "worker", "short", "both"):
            self.career(facts, profile, reached)
        if profile in ("resident", "both"):
            self.residence(facts)
        if profile == "anything":
            facts["birth_day"] = self.r.randint(day("1900-01-01"), self.on)
        if profile == "elder":
            facts["birth_day"] = self.r.randint(day("1920-01-01"), day("1949-12-31"))
        if profile in ("resident", "elder") and self.chance(0.9):
            facts |= {name: [] for name, given in inputs().items() if given.history == "contributions"}
        if profile == "short" and self.chance(0.5):
            facts["refund_requested"] = True
        if self.chance(0.08 if profile == "retires" else 0.16):
            facts["death_day"] = self.one(self.on, self.on - 1, self.on + 1, self.border(self.on - 9000, self.on),
                                          self.around(self.r.randint(self.on - 4000, self.on)))  # fmt: skip
        self.contribution(facts)
        for given in inputs().values():
            if given.name not in facts and not given.history:
                self.other(facts, given, 0.9 if profile == "anything" else 0.5)
        self.stays(facts)
        self.spoil(facts)
        return facts

    def retirement(self, profile: str) -> int:
        """A day of retirement, or of reaching the age of it."""
        start_of_year = make_day(self.year, 1, 1)
        if profile == "adjusted":
            return self.around(self.r.randint(start_of_year - 9000, start_of_year + 90))
        if profile in ("worker", "resident", "both"):
            return self.around(self.r.randint(self.on - 3000, self.on + 6000))
        if profile == "short" and self.chance(0.4):
            return self.around(self.r.randint(self.on - 2400, self.on - 1500))
        return int(
            self.r.choices(
                (
                    self.r.randint(start_of_year, max(start_of_year, day_of_index(month_index(self.on)) - 1)),
                    self.around(add_months(self.on, -1)),
                    self.border(start_of_year, self.on),
                    self.border(day("2005-06-30"), self.on),
                    self.around(self.on),
                ),
                (60, 15, 10, 8, 7),
            )[0]
        )

    def born(self, reached: int, months: int) -> int:
        birth = add_months(reached, -months)
        if self.chance(0.1):
            birth = self.around(birth)
        return birth + self.r.randint(-40, 40) if self.chance(0.1) else birth

    # ---- a working life
    def career(self, facts: Facts, profile: str, reached: int) -> None:
        end = min(month_index(reached), month_index(self.on) + 1)
        birth = month_index(facts["birth_day"])
        start = max(birth + 12 * self.r.randint(16, 30), end - 12 * 45)
        if profile == "short":
            start = end - self.one(1, 60, 119, 120, 121, 178, 179, 180, self.r.randint(1, 180))
        if self.chance(0.1):
            edge = self.one(FIRST_PAID - 1, FIRST_PAID, 1998 * 12 + 5, 1998 * 12 + 6)
            start = edge if edge < end else start
        start = min(start, end)
        first = day_of_index(start) + self.r.randint(0, 27)
        facts["insurance_start_day"] = first
        if self.chance(0.45):
            facts["retirement_approved_day"] = reached if self.chance(0.8) else reached + self.r.randint(0, 200)
        self.history(facts, start, end if not self.chance(0.05) else end + self.r.randint(1, 11))
        self.account(facts, reached)
        if profile == "adjusted" or self.chance(0.05):
            self.opening_pension(facts)
        if self.chance(0.12):
            facts["moved_from_government"] = True
            facts["government_start_day"] = first - self.r.randint(0, 6000)
            facts["insurance_start_day"] = max(first, day("1997-06-01") + self.r.randint(0, 3000))
        facts["unemployment_benefit_months"] = self.one(None, None, None, 0, 5, 24, 480)
        facts["pension_class"] = self.one(None, None, 1, 1, 2, 3)
        facts["old_worker"] = self.one(None, None, None, 0, 1, 2)

    def history(self, facts: Facts, start: int, end: int) -> None:
        """One row for each year, kind and rate, in the order of crediting."""
        gaps, level = self.one(0, 0, 0, 0.05, 0.3), self.r.randint(300, 3000)
        moved = start + self.r.randint(12, 120) if self.chance(0.15) else 0
        moved_year = max(2010, moved // 12 + 1)
        split = not self.chance(0.05)
        rows: list[tuple[int, ...]] = []
        index = start
        while index < end:
            year = index // 12
            stop = min(end, (year + 1) * 12)
            for edge in (FIRST_PAID, *([1998 * 12 + 6] if split else [])):
                if index < edge < stop:
                    stop = edge
            months = [m for m in range(index % 12 + 1, index % 12 + 1 + stop - index) if not self.chance(gaps)]
            if months and not (gaps and self.chance(0.1)):
                rows += self.rows(index, months, level, moved, moved_year)
            index = stop
        rows.sort(key=lambda row: row[6])
        if rows and self.chance(0.02):
            wrong = (1992, 1 << 8, 60_000, PAID) if self.chance(0.5) else (1992, 1 << 9, 0, DEEMED)
            rows.insert(0, (*wrong, BEIJING, wrong[2] * 4, 1992, 0, 0))  # on the wrong side of 1992-10-01
        if rows and self.chance(0.03):
            rows.insert(self.r.randrange(len(rows)), self.r.choice(rows))  # a month twice, or out of order
        for k, name in enumerate(
            ("year", "months", "base", "kind", "region", "weighted", "credited", "account", "wage")
        ):
            facts[f"contributions_{name}"] = [row[k] for row in rows]
        for name, often in (("credited", 0.3), ("account", 0.2), ("wage", 0.2), ("region", 0.1)):
            if not moved and self.chance(often) and not any(row[6] != row[0] for row in rows):
                facts[f"contributions_{name}"] = None

    def rows(self, index: int, months: list[int], level: int, moved: int, moved_year: int) -> Iterator[tuple[int, ...]]:
        year, mask = index // 12, sum(1 << (m - 1) for m in months)
        if index < FIRST_PAID:
            yield year, mask, 0, DEEMED, BEIJING, 0, year, 0, 0
            return
        wage = int(50_000 * 1.1 ** min(year - 1992, 25) * level / 1000) + self.r.randint(0, 99)
        base, months_of_interest = wage * len(months), sum(13 - m for m in months)
        if index < moved:
            account, received = base * 8 // 100, self.r.randint(1, 12)
            if self.chance(0.9):
                there = int(600_000 * 1.1 ** min(year - 1992, 25)) if self.chance(0.97) else 0
                yield (
                    year,
                    mask,
                    base,
                    TRANSFERRED,
                    self.one(*OTHER_PLACES),
                    account * received,
                    moved_year,
                    account,
                    there,
                )
            else:
                yield year, mask, base, PAID, self.one(*OTHER_PLACES), wage * months_of_interest, year, 0, 0
            return
        if self.chance(0.03):
            late = year + self.r.randint(1, 3)
            yield year, mask, base, LATE, BEIJING, base * self.r.randint(1, 12), late, 0, 0
            return
        weighted = wage * months_of_interest
        if self.chance(0.004):
            base, weighted = self.one((0, 0), (base, base * 13), (base, base // 2))
        yield year, mask, base, PAID, BEIJING, weighted, year, 0, 0

    def account(self, facts: Facts, reached: int) -> None:
        """An opening balance, since the interest of years before 2006 is not in the law book."""
        years = facts["contributions_year"]
        if self.chance(0.92 if years and years[0] < 2006 else 0.2):
            last = max(2006, min(year_of(reached), self.year))
            opened = make_day(self.r.randint(2005, last - 1), 12, 31)
            if self.chance(0.12):
                opened = self.one(reached - 1, day_of_index(month_index(reached)) - 1, opened - 1, self.on, reached)
            facts["account_opening_day"] = opened
            if self.chance(0.97):
                facts["account_opening_balance"] = self.r.randint(0, 40_000_000)

    def opening_pension(self, facts: Facts) -> None:
        first = make_day(self.year, 1, 1)
        last = max(first - 1, make_day(2013, 12, 31)) if self.year == 2014 or self.chance(0.3) else first
        opened = self.one(last, last, first, self.on, self.around(self.r.randint(self.on - 700, self.on)))
        facts["pension_opening_day"] = opened
        bands = (277_300, 377_000, 477_000)
        edge = self.r.choice(bands) + self.r.randint(-1, 1)
        facts["pension_opening_amount"] = self.one(self.r.randint(0, 900_000), edge, self.r.randint(100_000, 500_000))
        facts["pension_opening_months"] = self.one(0, 119, 120, 179, 180, self.r.randint(0, 560))

    # ---- residents
    def residence(self, facts: Facts) -> None:
        on, benefit_age = self.on, 720 if facts["sex"] == MALE else 660
        drawn = self.on
        if self.chance(0.7):
            drawn = self.around(self.r.randint(min(max(on - 2500, day("2009-01-01")), on), on + 200))
            facts["resident_pension_day"] = drawn
            facts["birth_day"] = add_months(drawn, -benefit_age - self.one(0, 0, 1, 12)) - self.r.randint(-1, 30)
        payments = []
        for year in range(self.one(2008, 2009, 2009, 2012), self.year + 1):
            if not self.chance(0.06):
                payments.append(make_day(year, self.r.randint(1, 12), self.r.randint(1, 28)))
            if self.chance(0.05):
                payments.append(make_day(year, 12, 31))
        facts["resident_payments_day"] = payments
        facts["resident_payments_paid"] = [
            0 if self.chance(0.03) else self.r.randint(50_000, 900_000) for _ in payments
        ]
        facts["resident_payments_collective"] = None if self.chance(0.7) else [self.one(0, 30_000) for _ in payments]
        if self.chance(0.8):
            before = min(drawn, on)
            ends = [make_day(y, 12, 31) for y in (year_of(before) - 1, year_of(before) - 2)]
            settled = self.one(*ends, ends[0], ends[0], before - 1, day_of_index(month_index(before)) - 1, before, on)
            facts["resident_opening_day"] = max(settled, day("2007-12-31"))
            facts["resident_opening_balance"] = self.r.randint(0, 9_000_000)
        facts["resident_months_added"] = self.one(None, None, 0, 179, 180)
        if self.chance(0.5):
            facts["link_day"] = self.one(on, on - 1, on + 1, day("2014-07-01"), day("2014-06-30"))

    # ---- a month of contributions, a bill and its receipt, a year of an account
    def contribution(self, facts: Facts) -> None:
        first = day("2001-04-01") if self.chance(0.2) else day("2006-01-01")
        month = day_of_index(month_index(self.r.randint(first, max(first, self.on))))
        facts["contribution_day"] = self.border(first, self.on) if self.chance(0.1) else month
        facts["contributor_status"] = self.r.choices(range(1, 6), (45, 20, 20, 10, 5))[0]
        if self.chance(0.95):
            facts["declared_wage"] = self.r.randint(30_000, 600_000) if self.chance(0.8) else self.money(10**9)
        if self.chance(0.1):
            year = year_of(month)
            facts["birth_day"] = self.around(make_day(year - self.one(35, 45, 70), self.r.randint(1, 12), 1))
        facts["injury_class"] = self.r.choices(range(1, 9), (30, 30, 10, 6, 6, 6, 6, 6))[0]
        facts["injury_rate_approved"] = self.one(None, None, 20, 50, 80, 150, 151, 285, self.r.randint(1, 300))
        due = self.around(self.r.randint(day("2005-01-01"), self.on))
        late = self.one(-1, 0, 1, 2, 30, self.r.randint(0, 2000), day("2011-07-01") - due)
        facts |= {"due_day": due, "paid_day": due + late}
        if self.chance(0.2):
            facts["last_receipt_day"] = due + self.r.randint(0, max(late, 1))
        owed = self.money(10**11)
        facts["overdue_amount"] = owed
        facts["receipt_amount"] = self.one(owed, owed // 2, min(2 * owed + 1, 10**11), self.money(10**11))
        facts["last_month_amount"] = self.one(0, 1, self.money(10**11), self.money(10**11))
        for part in ("employer", "own"):
            facts[f"{part}_part_due"] = amount = self.money(10**11)
            facts[f"{part}_part_paid"] = self.one(None, amount, amount, amount + self.one(-1, 1, 5) if amount else 0)
        facts["interest_year"] = self.r.randint(2004, 2026)
        facts["interest_opening_balance"] = self.r.randint(0, 40_000_000)
        facts["interest_product"] = self.one(None, self.r.randint(0, 60_000_000))
        facts["resident_payment"] = self.one(95_999, 96_000, 100_000, 742_000, 742_001, self.r.randint(0, 900_000))
        facts["resident_paid_before"] = self.one(None, None, 0, 96_000)

    # ---- everything else
    def other(self, facts: Facts, given: Input, often: float) -> None:
        """A value for an input of which the law asks now and then."""
        low, high = given.range
        if isinstance(given.missing, Missing):
            often = max(often, 0.85)
        elif given.kind.form == "day" and given.name in DATING:
            often = 0.05  # empty is what most persons are
        if not self.chance(often):
            return
        match given.kind.form:
            case "day":
                value: Any = self.one(
                    self.border(self.on - 9000, self.on), self.on, self.r.randint(self.on - 12_000, self.on)
                )
            case "flag":
                value = self.chance(0.2)
            case "code":
                value = int(self.r.choice(list(codes_of(given))))
            case _ if given.kind.name == "fen":
                value = self.money(high)
            case _:
                value = self.one(low, self.r.randint(low, min(high, 5)), self.r.randint(low, min(high, 500)), high)
        facts[given.name] = value

    def stays(self, facts: Facts) -> None:
        if self.chance(0.7):
            places = [self.one(BEIJING, *OTHER_PLACES) for _ in range(self.r.randint(0, 5))]
            facts["stays_region"] = places
            facts["stays_months"] = [self.one(119, 120, self.r.randint(0, 300)) for _ in places]
        if self.chance(0.7):
            years = [self.r.randint(1993, self.year) for _ in range(self.r.randint(0, 8))]
            facts["transfer_wages_year"] = years
            facts["transfer_wages_base"] = [self.money(10**9) for _ in years]

    def spoil(self, facts: Facts) -> None:
        """Takes facts away, puts them at the ends of their ranges or beyond."""
        for name in list(facts):
            given, luck = inputs()[name], self.r.random()
            if given.history:
                self.spoil_history(facts, given, luck)
            elif luck < 0.0005 and given.kind.form != "flag":
                low, high = given.range
                facts[name] = self.one(low - 1, high + 1)
            elif luck < 0.0015 and given.kind.form in ("day", "number"):
                facts[name] = self.one(*given.range)
            elif luck < (0.0018 if given.missing is Missing.ROW else 0.01):
                facts[name] = None

    def spoil_history(self, facts: Facts, given: Input, luck: float) -> None:
        column = facts[given.name]
        if luck < 0.0005:
            for name, other in inputs().items():
                if other.history == given.history:
                    facts[name] = None
        elif column and luck < 0.0015:
            k = self.r.randrange(len(column))
            low, high = given.range
            facts[given.name] = [*column[:k], self.one(None, low - 1, high + 1, low, high), *column[k + 1 :]]
        elif column and luck < 0.002:
            facts[given.name] = self.one(column[:-1], [*column, column[0]], column * 50, None)


# What stands in the place of a day that has not come; with a day the life is another one.
DATING = {"retirement_approved_day", "death_day", "pension_opening_day", "account_opening_day", "resident_pension_day"}


def codes_of(given: Input) -> type[Code]:
    assert given.kind.codes is not None
    return given.kind.codes


def people(seed: int, count: int, on: int) -> list[Facts]:
    """Persons as they are known on a benefit day; the same for the same seed."""
    writer = Writer(seed, on)
    return [writer.person() for _ in range(count)]


def table(persons: Sequence[Facts]) -> pa.Table:
    """The persons' facts as Arrow columns."""
    columns = {}
    for name, given in inputs().items():
        element = {"day": pa.int32(), "flag": pa.bool_()}.get(given.kind.form, pa.int64())
        array = pa.array([facts.get(name) for facts in persons], pa.list_(element) if given.history else element)
        if given.kind.form == "day":
            array = array.cast(pa.list_(pa.date32())) if given.history else array.view(pa.date32())
        columns[name] = array
    return pa.table(columns)


class Comparison:
    """All variables of the law, compiled and in CPython."""

    def __init__(self) -> None:
        self.plan = pension_plan()
        self.kernel = Kernel(self.plan)
        self.figures = {mode: encoded(self.plan, strict=mode == "strict") for mode in MODES}

    def run(self, seed: int, count: int, on: int) -> Counter[str]:
        """Compares that many persons on a day, in both modes."""
        return self.compare(people(seed, count, on), on)

    def compare(self, persons: Sequence[Facts], on: int, given: pa.Table | None = None) -> Counter[str]:
        """Counts values by outcome: decided, the name of a refusal or reason, "left to CPython", and WRONG."""
        found: Counter[str] = Counter()
        frames = {PERSON: frame(self.plan, PERSON, table(persons) if given is None else given)}
        for mode in MODES:
            got = self.kernel.run(frames, {}, self.figures[mode], on)
            want = evaluate(self.plan, persons, on=on, mode=mode)
            for name in self.plan.variables:
                values, statuses = got.values[name].tolist(), got.statuses[name].tolist()
                rows = zip(want.values[name], want.statuses[name], values, statuses, strict=True)
                for row, (value, status, other, other_status) in enumerate(rows):
                    outcome = self.outcome(status)
                    if other_status and unpack(other_status)[0] is Why.EXACT:
                        outcome = "left to CPython"
                    elif (int(value), status) != (other, other_status):
                        if not found["WRONG"]:
                            print("WRONG", name, date_of(on), mode, value, unpack(status), other, unpack(other_status))
                            print(persons[row])
                        outcome = "WRONG"
                    found[outcome] += 1
            found["persons"] += len(persons)
            if mode == "marked":
                pension, status = want.values["pension"], want.statuses["pension"]
                found["with a pension"] += sum(v > 0 for v in pension)
                found["pension refused"] += sum(s != 0 for s in status)
                found["with any pension"] += sum(
                    any(want.values[p][k] > 0 for p in RECEIVED) for k in range(len(persons))
                )
        return found

    def outcome(self, status: int) -> str:
        if not status:
            return "decided"
        why, subject, _ = unpack(status)
        return f"{why.name} {self.plan.reasons[subject]}" if why is Why.REASON else why.name


RECEIVED = ("pension", "resident_pension", "welfare_pension", "institution_pension")


def _work(task: tuple[int, int, int]) -> Counter[str]:
    return _comparison().run(*task)


@lru_cache(maxsize=1)
def _comparison() -> Comparison:
    return Comparison()


def main(count: int = 100_000, processes: int = 2) -> int:
    """Compares so many persons with progress; 1 when a value is wrong."""
    _comparison().kernel.variant(True), _comparison().kernel.variant(False)  # children find it compiled
    tasks = [(k, min(BATCH, count - k * BATCH), DAYS[k % len(DAYS)]) for k in range(-(-count // BATCH))]
    total: Counter[str] = Counter()
    started = time.monotonic()
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        for done, found in enumerate(pool.imap_unordered(_work, tasks), 1):
            total += found
            if done % 20 == 0 or done == len(tasks):
                spent = time.monotonic() - started
                print(f"{done * BATCH:>9,} of {count:,} persons, {total['WRONG']} wrong, {spent:.0f} s", flush=True)
    told = ("persons", "with a pension", "with any pension", "pension refused")
    compared = total.total() - sum(total[name] for name in told)
    print(
        f"\n{compared:,} comparisons of {len(_comparison().plan.variables)} variables, {total['persons']:,} evaluations"
    )
    for name, number in total.most_common():
        if name not in told:
            print(f"{number:>12,}  {name}")
    for name in told[1:]:
        print(f"{total[name]:>12,}  persons {name} ({100 * total[name] / count:.1f} %)")
    print(f"{total['WRONG']:>12,}  wrong")
    return int(total["WRONG"] > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
