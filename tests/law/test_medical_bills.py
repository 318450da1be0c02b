"""A hundred thousand generated bills: every yuan is split, no fen more ever costs less, CPython gives the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from medical_bills import (
    ACTIVE,
    EMPLOYEES,
    INPATIENT,
    LAW,
    OUTPATIENT,
    RETIRED,
    SPECIAL,
    UNEMPLOYED,
    Ints,
    bills,
    computed,
    payments,
    split_by_search,
)

from shebao.law.assistance.medical.facts import AidCare, Standing
from shebao.law.insurance.medical_bill.amounts import paid_on, until_paid
from shebao.law.insurance.medical_bill.facts import MedicalScheme
from shebao.law.insurance.medical_lines.facts import CatalogueClass
from shebao.law.insurance.medical_resident.serious_illness import second_payment
from shebao.rules.kinds import day
from shebao.rules.rows import evaluate

COUNT = 100_000
Rows = dict[str, Ints]


@pytest.fixture(scope="module")
def rows() -> Rows:
    return bills(seed=11, count=COUNT)


@pytest.fixture(scope="module")
def found(rows: Rows) -> Rows:
    return computed("bill", rows, check=0.005)


def test_the_parts_add_up(rows: Rows, found: Rows) -> None:
    total = rows["bill_own_paid"] + rows["bill_over_limit"] + rows["bill_first_share"] + rows["bill_in_scope"]
    assert (found["bill_total"] == total).all()
    assert (found["bill_funds"] + found["bill_own"] == total).all()
    funds = sum(found[f"bill_{fund}"] for fund in ("pool", "large", "supplement", "catastrophic"))
    assert (found["bill_funds"] == funds).all()
    assert (found["bill_own"] == found["bill_own_in_scope"] + found["bill_own_second"] + rows["bill_own_paid"]).all()
    share = found["bill_deductible"] + found["bill_own_ratio"] + found["bill_above_cap"]
    assert (found["bill_share"] == share).all()
    assert (share + funds == rows["bill_in_scope"] + found["bill_catastrophic"]).all()
    for name in found:
        assert (found[name] >= 0).all(), name
    # nothing is vacuous: each fund pays, each reason occurs
    for part in ("pool", "large", "supplement", "deductible", "own_ratio", "above_cap"):
        assert (found[f"bill_{part}"] > 0).sum() > COUNT // 50, part


def test_accumulators_after(rows: Rows, found: Rows) -> None:
    outpatient = rows["bill_care"] == OUTPATIENT
    paid = found["bill_pool"] + found["bill_large"] + found["bill_supplement"]
    grown = {
        "year_outpatient_eligible": np.where(outpatient, rows["bill_in_scope"], 0),
        "year_outpatient_paid": np.where(outpatient, paid, 0),
        "period_eligible": np.where(outpatient, 0, rows["bill_in_scope"]),
        "year_pool_paid": np.where(outpatient, 0, found["bill_pool"]),
        "year_large_paid": np.where(outpatient, 0, paid - found["bill_pool"]),
        "year_own_share": found["bill_share"],
    }
    for name, more in grown.items():
        assert (found[f"{name}_after"] == rows[name] + more).all(), name


def test_caps_are_never_passed(rows: Rows, found: Rows) -> None:
    employee = np.isin(rows["bill_class"], EMPLOYEES)
    since_2010, to_2022 = rows["bill_day"] >= day("2010-01-01"), rows["bill_day"] <= day("2022-12-31")
    stay = employee & (rows["bill_care"] != OUTPATIENT) & since_2010
    for name, cap, chosen in (
        ("year_pool_paid", 10_000_000, stay),
        ("year_large_paid", 20_000_000, stay),
        ("year_outpatient_paid", 2_000_000, employee & to_2022),
    ):
        assert (found[f"{name}_after"][chosen] <= np.maximum(cap, rows[name][chosen])).all(), name
        assert (found[f"{name}_after"][chosen & (rows[name] < cap)] == cap).sum() > 500, name


def test_a_second_reckoning_by_search(rows: Rows, found: Rows) -> None:
    for k in range(0, COUNT, 97):
        row = {name: int(column[k]) for name, column in rows.items()}
        for name, value in split_by_search(row).items():
            assert found[name][k] == value, (name, row)


@pytest.mark.parametrize("more", [1, 2, 7, 12_345])
def test_a_larger_amount_never_costs_less(rows: Rows, found: Rows, more: int) -> None:
    larger = computed("bill", rows | {"bill_in_scope": rows["bill_in_scope"] + more})
    for name in ("bill_own", "bill_own_in_scope", "bill_pool", "bill_funds"):
        assert (larger[name] >= found[name]).all(), name
    # the fen between two funds may go either way; their sum may not
    both = [r["bill_large"] + r["bill_supplement"] for r in (found, larger)]
    assert (both[1] >= both[0]).all()


def test_a_retired_person_never_pays_more(rows: Rows) -> None:
    chosen = np.isin(rows["bill_class"], EMPLOYEES)
    employees = {name: column[chosen] for name, column in rows.items()}
    active, retired = (
        computed("bill", employees | {"bill_class": np.full(chosen.sum(), group)}) for group in (ACTIVE, RETIRED)
    )
    assert (retired["bill_own"] <= active["bill_own"]).all()
    assert (retired["bill_own"] < active["bill_own"]).sum() > COUNT // 5
    assert not active["bill_supplement"].any()
    since = employees["bill_day"] >= day("2011-07-01")
    late = {name: column[since] for name, column in employees.items()}
    unemployed = computed("bill", late | {"bill_class": np.full(since.sum(), UNEMPLOYED)})
    assert (unemployed["bill_own"] == active["bill_own"][since]).all()


def test_a_lower_hospital_level_never_costs_more(rows: Rows) -> None:
    first, second, third = (
        computed("bill", rows | {"bill_hospital_level": np.full(COUNT, level)})["bill_own"] for level in (1, 2, 3)
    )
    assert (first <= second).all() and (second <= third).all()
    assert (first < third).sum() > COUNT // 10


def test_a_community_institution_never_costs_more(rows: Rows) -> None:
    near, away = (
        computed("bill", rows | {"bill_community": np.full(COUNT, flag), "bill_out_of_area": np.zeros(COUNT, np.int64)})
        for flag in (1, 0)
    )
    assert (near["bill_own"] <= away["bill_own"]).all()
    assert (near["bill_own"] < away["bill_own"]).any()


def aided(rows: Rows) -> Ints:
    """Rows whose medical assistance is in the law book for the minimum living allowance."""
    known: Ints = (rows["bill_day"] >= day("2013-01-01")) | (
        (rows["bill_day"] >= day("2010-01-01")) & (rows["bill_care"] != SPECIAL)
    )
    return known


def test_payment(rows: Rows, found: Rows) -> None:
    """Assistance, account and cash are the own part; standing never costs more, a larger amount never less."""
    asked = payments(5, rows, found)
    plain = computed("payment", asked, check=0.005)
    larger = computed("bill", rows | {"bill_in_scope": rows["bill_in_scope"] + 1})
    own_grows = payments(5, rows, larger)
    for standing, chosen in (
        (Standing.NONE, np.ones(COUNT, np.bool_)),
        (Standing.MINIMUM_LIVING, aided(rows)),
        (Standing.LOW_INCOME, rows["bill_day"] >= day("2013-01-01")),
        (Standing.DESTITUTE, rows["bill_day"] >= day("2023-01-01")),
    ):
        mark = {"assistance_standing": np.full(chosen.sum(), standing)}
        got = computed("payment", {name: column[chosen] for name, column in asked.items()} | mark)
        parts = got["medical_assistance"] + got["account_pay"] + got["cash_pay"]
        assert (parts == asked["bill_own"][chosen]).all()
        assert min(int(got[name].min()) for name in got) == 0
        assert (got["aid_paid_after"] == asked["medical_aid_paid"][chosen] + got["medical_assistance"]).all()
        person = got["account_pay"] + got["cash_pay"]
        assert (person <= (plain["account_pay"] + plain["cash_pay"])[chosen]).all()
        assert (got["cash_pay"] <= plain["cash_pay"][chosen]).all()
        assert standing == Standing.NONE or (got["medical_assistance"] > 0).sum() > chosen.sum() // 4
        more = computed("payment", {name: column[chosen] for name, column in own_grows.items()} | mark)
        assert (more["account_pay"] + more["cash_pay"] >= person).all()
        assert (more["cash_pay"] >= got["cash_pay"]).all()
    passbook = rows["bill_day"] < day("2022-09-01")
    assert not plain["account_pay"][passbook].any()
    assert (plain["account_pay"][~passbook] > 0).sum() > 1000


def test_retired_and_level_with_assistance(rows: Rows) -> None:
    """What costs less before assistance costs no more after it."""
    chosen = np.isin(rows["bill_class"], EMPLOYEES) & aided(rows)
    base = {name: column[chosen] for name, column in rows.items()}
    count = int(chosen.sum())
    costs = []
    for changed in (
        {"bill_class": ACTIVE, "bill_hospital_level": 3},
        {"bill_class": ACTIVE, "bill_hospital_level": 1},
        {"bill_class": RETIRED, "bill_hospital_level": 1},
    ):
        bill = base | {name: np.full(count, value) for name, value in changed.items()}
        asked = payments(5, bill, computed("bill", bill))
        asked["assistance_standing"] = np.full(count, Standing.MINIMUM_LIVING)
        costs.append(computed("payment", asked)["cash_pay"])
    assert (costs[0] >= costs[1]).all() and (costs[1] >= costs[2]).all()


def test_bills_one_after_the_other() -> None:
    """Fed back bill by bill, the accumulators are what was paid and end at the caps."""
    count = 2_000
    year = bills(seed=3, count=count)
    year["bill_day"] = np.full(count, day("2014-06-20"))
    year["period_start_day"] = year["bill_day"] - 10
    year["birth_day"] = np.full(count, day("1944-05-10"))
    year["bill_class"] = np.full(count, RETIRED)
    state = [n for n in year if n.startswith(("year_", "period_eligible", "period_number"))]
    for name in state:
        year[name] = np.zeros(count, np.int64)
    paid = np.zeros(count, np.int64)
    for turn in range(12):
        year["bill_in_scope"] = bills(seed=100 + turn, count=count)["bill_in_scope"]
        got = computed("bill", year)
        paid += got["bill_funds"]
        for name in state:
            if name != "period_number":
                year[name] = got[f"{name}_after"]
        year["period_number"] = got["bill_period_number"]
    total = year["year_outpatient_paid"] + year["year_pool_paid"] + year["year_large_paid"]
    assert (total == paid).all()
    assert year["year_pool_paid"].max() == 10_000_000
    assert year["year_large_paid"].max() == 20_000_000
    assert year["year_outpatient_paid"].max() == 2_000_000
    stays = np.isin(year["bill_care"], (INPATIENT, SPECIAL))
    assert (year["year_periods"] == stays).all()


def test_lines_add_up() -> None:
    random = np.random.default_rng(7)
    rows = {
        "line_amount": np.exp(random.uniform(0, 20, COUNT)).astype(np.int64),
        "line_quantity": np.exp(random.uniform(0, 14, COUNT)).astype(np.int64),
        "line_class": random.integers(1, 4, COUNT),
        "line_first_share_ratio": random.choice([0, 500, 800, 1000, 3333, 10_000], COUNT),
    }
    unit = rows["line_amount"] * 10_000 // rows["line_quantity"]
    limit = np.where(random.random(COUNT) < 0.3, 0, unit + random.integers(-2, 3, COUNT))
    rows["line_price_limit"] = np.clip(limit, 0, 10**9)
    got = computed("line", rows, check=0.005)
    assert (sum(got.values()) == rows["line_amount"]).all()
    assert min(int(column.min()) for column in got.values()) == 0
    outside = rows["line_class"] == CatalogueClass.C
    assert (got["line_own_paid"] == np.where(outside, rows["line_amount"], 0)).all()
    assert (got["line_over_limit"] > 0).sum() > 1000
    assert (got["line_first_share"] > 0).sum() > 1000


@given(ratio=st.integers(3000, 10_000), left=st.integers(0, 10**9), amount=st.integers(0, 2 * 10**9))
def test_the_amount_on_which_a_cap_is_reached(ratio: int, left: int, amount: int) -> None:
    within = until_paid(amount, ratio, left)
    assert paid_on(within, ratio) == min(left, paid_on(amount, ratio))
    assert within == 0 or paid_on(within - 1, ratio) < left


OWN = st.integers(0, 12_000_000)
FEW = st.integers(0, 60)
LINE, BAND = 3_040_400, 5_000_000
AT = st.one_of(
    OWN,
    st.sampled_from([LINE // 2, LINE, LINE // 2 + BAND, LINE + BAND]).flatmap(
        lambda edge: FEW.map(lambda back: edge - back)
    ),
)


@given(before=AT, more=st.one_of(FEW, OWN))
def test_serious_illness_never_costs_more(before: int, more: int) -> None:
    """A fen more of the own share is at most a fen more paid; the poor are never paid less."""
    plain, larger = (second_payment(before, before + m, LINE, BAND, 6000, 7000) for m in (more, more + 1))
    poor = second_payment(before, before + more, LINE // 2, BAND, 6500, 7500)
    assert plain <= larger <= plain + 1
    assert plain <= poor <= more


def test_serious_illness_of_a_year_with_its_bills() -> None:
    """From 2019 it is paid with each bill: on what the bill adds to the year, so that bills make up the year."""
    plan = LAW.plan(["bill_catastrophic"], given=("bill_scheme", "bill_share", "assistance_standing"))
    year = LAW.plan(["serious_illness_supplement"], given=("assistance_standing",))
    on = day("2019-12-31")
    shares = [1_234_567, 3_000_001, 999, 4_999_999, 7_654_321]
    for standing in Standing:
        before = paid = 0
        for share in shares:
            row = {
                "bill_day": on,
                "bill_scheme": int(MedicalScheme.RESIDENT),
                "bill_share": share,
                "year_own_share": before,
                "assistance_standing": int(standing),
            }
            found = evaluate(plan, [row], on=on)
            assert found.statuses["bill_catastrophic"] == [0]
            paid += found.values["bill_catastrophic"][0]
            before += share
        facts = {"serious_illness_day": on, "serious_illness_own_share": before, "assistance_standing": int(standing)}
        (whole,) = evaluate(year, [facts], on=on).values["serious_illness_supplement"]
        assert abs(paid - whole) <= len(shares) // 2 + 1
        assert paid > 4_000_000


def test_special_diseases_are_serious_illness_for_assistance(rows: Rows, found: Rows) -> None:
    pairs = {OUTPATIENT: AidCare.OUTPATIENT, SPECIAL: AidCare.SERIOUS_ILLNESS, INPATIENT: AidCare.INPATIENT}
    for care, aid in pairs.items():
        assert (found["bill_aid_care"][rows["bill_care"] == care] == aid).all()
