"""Generated medical bills near every edge of the law, the plans of a bill, and a second reckoning by search."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shebao.law.insurance.medical_bill.facts import BillCare, InsuredClass
from shebao.rules.kernel import Kernel
from shebao.rules.kinds import date_of, day
from shebao.rules.law import Law
from shebao.rules.run import Pass
from shebao.rules.summary import Tally

Ints = npt.NDArray[np.int64]
LAW = Law.load("shebao.law")
GIVEN = {"bill": ("assistance_standing",), "payment": ("assistance_standing", "bill_own"), "line": ()}
WANT_TEXT = {
    "line": "line_own_paid line_over_limit line_first_share line_in_scope",
    "bill": """bill_scheme bill_period_number period_last_day bill_pool bill_large bill_supplement bill_catastrophic
        bill_funds bill_deductible bill_own_ratio bill_above_cap bill_share bill_own_in_scope bill_own_second bill_own
        bill_total bill_aid_care year_outpatient_eligible_after year_outpatient_paid_after year_periods_after
        period_eligible_after year_pool_paid_after year_large_paid_after year_own_share_after
        year_catastrophic_paid_after""",
    "payment": "medical_assistance account_pay cash_pay aid_paid_after",
}
WANT = {plan: tuple(text.split()) for plan, text in WANT_TEXT.items()}
ON = day("2026-06-30")
OUTPATIENT, SPECIAL, INPATIENT = (int(care) for care in BillCare)
ACTIVE, RETIRED, UNEMPLOYED = InsuredClass.ACTIVE, InsuredClass.RETIRED, InsuredClass.UNEMPLOYED
EMPLOYEES = (int(ACTIVE), int(RETIRED), int(UNEMPLOYED))
EDGES = np.array([0, 65_000, 130_000, 180_000, 200_000, 3_000_000, 4_000_000])  # fen of an amount
CAPS = np.array(
    [200_000, 2_000_000, 5_000_000, 7_000_000, 10_000_000, 15_000_000, 17_000_000, 20_000_000]
)  # of payment


@cache
def passing(plan: str, check: float = 0.0) -> Pass:
    """A plan made ready; check: the share of the rows that CPython computes again."""
    return Pass(Kernel(LAW.plan(WANT[plan], given=GIVEN[plan])), on=ON, lenient=True, check=check)


def computed(plan: str, rows: Mapping[str, Ints], check: float = 0.0) -> dict[str, Ints]:
    """The plan's variables for rows of columns; none may be refused."""
    one = passing(plan, check)
    columns: dict[str, Any] = {}
    for name in one.plan.inputs:
        if name in rows:
            form = one.plan.law.inputs[name].kind.form
            column = pa.array(rows[name], pa.int64())
            columns[name] = {
                "day": lambda c: c.cast(pa.int32()).view(pa.date32()),
                "flag": lambda c: c.cast(pa.bool_()),
            }.get(form, lambda c: c)(column)
    tally = Tally()
    (outcome,) = one.outcomes(pa.table(columns), None, None, tally)
    if check:
        assert tally.compared > 100
    for name, statuses in outcome.statuses.items():
        assert not statuses.any(), (name, {n: int(c[statuses != 0][0]) for n, c in rows.items()})
    return dict(outcome.values)


def near(random: np.random.Generator, edges: Ints, count: int) -> Ints:
    """Amounts at an edge or a few fen beside it, some anywhere, many small."""
    at = random.choice(edges, count) + random.integers(-3, 4, count)
    anywhere = np.exp(random.uniform(0, np.log(60_000_000), count)).astype(np.int64)
    return np.maximum(0, np.where(random.random(count) < 0.5, at, anywhere))


def bills(seed: int, count: int) -> dict[str, Ints]:
    """Bills of employees from 2004 to 2025 and of residents from 2011 to 2017: every figure of these is at hand."""
    random = np.random.default_rng(seed)
    resident = random.random(count) < 0.25
    first, last = day("2004-01-01"), day("2025-12-31")
    borders = np.array([day(f"{y}-01-01") for y in (2005, 2006, 2010, 2012, 2014, 2019, 2023)] + [day("2011-07-01")])
    bill_day = np.where(
        random.random(count) < 0.2,
        random.choice(borders, count) - random.integers(0, 2, count),
        random.integers(first, last + 1, count),
    )
    bill_day = np.where(resident, random.integers(day("2011-01-01"), day("2017-12-31") + 1, count), bill_day)
    known = bill_day >= day("2011-07-01")
    employee = np.where(known, random.choice(EMPLOYEES, count), random.choice(EMPLOYEES[:2], count))
    elderly, child, working = InsuredClass.ELDERLY, InsuredClass.STUDENT_CHILD, InsuredClass.WORKING_AGE
    bill_class = np.where(resident, random.choice([elderly, child, working], count), employee)
    care = random.choice([OUTPATIENT, OUTPATIENT, SPECIAL, INPATIENT, INPATIENT], count)
    start = bill_day - random.integers(0, 91, count)
    same_year = np.array([day(f"{date_of(d).year}-01-01") for d in bill_day])
    start = np.where(care == SPECIAL, np.maximum(start, same_year), start)
    caps = np.append(CAPS, 0)
    rows = {
        "bill_day": bill_day,
        "bill_care": care,
        "bill_class": bill_class,
        "bill_hospital_level": random.integers(1, 4, count),
        "bill_community": random.integers(0, 2, count),
        "bill_out_of_area": (random.random(count) < 0.1).astype(np.int64),
        "bill_own_paid": near(random, EDGES, count),
        "bill_over_limit": random.integers(0, 1000, count),
        "bill_first_share": near(random, EDGES[:1], count),
        "birth_day": bill_day - np.where(random.random(count) < 0.3, 25_568, random.integers(0, 36_000, count)),
        "year_outpatient_eligible": near(random, EDGES, count),
        "year_outpatient_paid": near(random, np.append(CAPS[:2], 0), count),
        "year_periods": random.integers(0, 3, count),
        "period_number": random.integers(0, 3, count),
        "period_start_day": start,
        "period_eligible": near(random, EDGES, count),
        "year_pool_paid": near(random, caps, count),
        "year_large_paid": near(random, caps, count),
        "year_own_share": near(random, EDGES, count),
        "assistance_standing": np.zeros(count, np.int64),
    }
    before = np.where(care == OUTPATIENT, rows["year_outpatient_eligible"], rows["period_eligible"])
    to_edge = near(random, EDGES[1:], count) - before
    # an amount on which the rest of a cap is paid, to a few fen
    left = np.maximum(0, random.choice(CAPS, count) - rows["year_pool_paid"])
    to_cap = left * 10_000 // random.choice([8500, 9000, 9500, 9700, 7000], count) + random.integers(-3, 4, count)
    choice = random.random(count)
    scope = np.where(choice < 0.5, to_edge, np.where(choice < 0.75, to_cap, near(random, EDGES, count)))
    rows["bill_in_scope"] = np.maximum(0, scope)
    return {name: column.astype(np.int64) for name, column in rows.items()}


def payments(seed: int, rows: Mapping[str, Ints], found: Mapping[str, Ints]) -> dict[str, Ints]:
    """What the payment of the bills asks; standing, assistance paid before and balance are generated."""
    random = np.random.default_rng(seed)
    count = len(rows["bill_day"])
    caps = np.array([0, 200_000, 400_000, 600_000, 800_000, 3_000_000, 4_000_000, 6_000_000, 16_000_000])
    return {
        "bill_day": rows["bill_day"],
        "bill_own": found["bill_own"],
        "medical_account_balance": near(random, EDGES, count),
        "medical_aid_day": rows["bill_day"],
        "medical_aid_care": found["bill_aid_care"],
        "medical_own_share": found["bill_own_in_scope"],
        "medical_aid_paid": near(random, caps, count),
        "relief_class": np.zeros(count, np.int64),
        "assistance_standing": np.zeros(count, np.int64),
    }


# ---------------------------------------------------------------- the same once more, by search
def figure(name: str, on: int, key: int | None = None) -> Fraction:
    """A figure on a day, in fen or as a fraction; key: of a table, or the number that picks the band."""
    for f in LAW.parameters[name].figures:
        banded = LAW.parameters[name].bands is not None
        if f.start <= on <= f.end and (banded or f.key == key):
            low, below = -1 if f.low is None else f.low, 10**18 if f.below is None else f.below
            if not banded or (key is not None and low <= key < below):
                return Fraction(f.value, 10_000) if LAW.parameters[name].kind.name == "ratio4" else Fraction(f.value)
    raise AssertionError((name, date_of(on), key))


def half_up(value: Fraction) -> int:
    return int((2 * value.numerator + value.denominator) // (2 * value.denominator))


def reached(payment: Callable[[int], int], amount: int, left: int) -> int:
    """The smallest amount on which the payment is all that is left of a cap; the whole amount when none is."""
    return bisect_left(range(amount), left, key=payment)


def split_by_search(row: Mapping[str, int]) -> dict[str, int]:
    """Funds and own parts of a bill: no closed formula for the caps, the amount is looked for fen by fen."""
    on, group, care = row["bill_day"], row["bill_class"], row["bill_care"]
    employee, retired = group in EMPLOYEES, group == RETIRED
    outpatient = care == OUTPATIENT
    community = bool(row["bill_community"]) and not row["bill_out_of_area"]
    later = (row["period_number"] or row["year_periods"] + 1) > 1
    before = row["year_outpatient_eligible"] if outpatient else row["period_eligible"]
    if employee and outpatient:
        deductible = figure(f"outpatient_deductible_{'retired' if retired else 'active'}", on)
    elif employee:
        deductible = figure(f"inpatient_deductible_{'later' if later else 'first'}", on)
    elif outpatient:
        deductible = figure("resident_outpatient_deductible", on)
    else:
        deductible = figure(f"resident_deductible_{'later' if later else 'first'}", on, group)
    own_first = min(row["bill_in_scope"], max(0, int(deductible) - before))
    amount = row["bill_in_scope"] - own_first
    funds = {"bill_pool": 0, "bill_large": 0, "bill_supplement": 0}
    covered = 0
    if not employee:
        name = "outpatient" if outpatient else "inpatient"
        key = None if outpatient else group
        ratio = figure(f"resident_{name}_ratio", on, key)
        left = int(figure(f"resident_{name}_cap", on, key))
        left = max(0, left - row["year_outpatient_paid" if outpatient else "year_pool_paid"])
        covered = reached(lambda a: half_up(a * ratio), amount, left)
        funds["bill_pool"] = half_up(covered * ratio)
    elif outpatient:
        birth, then = date_of(row["birth_day"]), date_of(on)
        age = then.year - birth.year - ((then.month, then.day) < (birth.month, birth.day))
        if (birth.month, birth.day) == (2, 29) and (then.month, then.day) == (2, 28) and then.year % 4:
            age += 1
        suffix = "_community" if community else ""
        if retired:
            ratio = figure(f"outpatient_ratio_retired{suffix}", on, age)
            large = figure(f"outpatient_large_ratio_retired{suffix}", on, age)
        else:
            ratio = large = figure(f"outpatient_ratio_active{suffix}", on)
        left = max(0, int(figure("outpatient_cap", on)) - row["year_outpatient_paid"])
        covered = reached(lambda a: half_up(a * ratio), amount, left)
        funds["bill_large"] = half_up(covered * large)
        funds["bill_supplement"] = half_up(covered * ratio) - funds["bill_large"]
        if on >= day("2023-01-01"):
            above = figure(f"outpatient_above_ratio_{'retired' if retired else 'active'}", on)
            funds["bill_large"] += half_up((amount - covered) * above)
            covered = amount
    else:
        start = max(before, int(deductible))
        limits = [start, int(figure("pool_limit_low", on)), int(figure("pool_limit_middle", on)), 10**18]
        suffix = "_retired" if retired else ""
        ratios = [figure(f"pool_ratio_{b}{suffix}", on, row["bill_hospital_level"]) for b in ("low", "middle", "high")]

        def pool(eligible: int) -> int:
            total, place = 0, start
            for ratio, limit in zip(ratios, limits[1:], strict=True):
                part = max(0, min(start + eligible, limit) - place)
                total, place = total + half_up(part * ratio), place + part
            return total

        covered = reached(pool, amount, max(0, int(figure("pool_cap", on)) - row["year_pool_paid"]))
        funds["bill_pool"] = pool(covered)
        ratio = figure(f"large_ratio_{'retired' if retired else 'active'}", on)
        large = figure("large_ratio_retired_fund", on) if retired else ratio
        left = max(0, int(figure("large_cap", on)) - row["year_large_paid"])
        more = reached(lambda a: half_up(a * ratio), amount - covered, left)
        funds["bill_large"] = half_up(more * large)
        funds["bill_supplement"] = half_up(more * ratio) - funds["bill_large"]
        covered += more
    own = row["bill_in_scope"] - sum(funds.values())
    parts = {"bill_deductible": own_first, "bill_above_cap": amount - covered}
    return {**funds, **parts, "bill_own_in_scope": own}
