"""Compiled plans against CPython: persons and groups in any order, regimes of the law, threads, parts, refused rows."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fuzz
import numpy as np
import pytest
from arrow_tables import persons
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import Facts, agreement, compared, frame_of, kernel_of
from small_law import ALL, LAW, person

from shebao.rules import compile as compiler
from shebao.rules import kernel as kernels
from shebao.rules import stagecode
from shebao.rules.compile import Program
from shebao.rules.kernel import Frame, Kernel, Membership, Result, encoded
from shebao.rules.kinds import INT64_MIN, date_of, day
from shebao.rules.rows import evaluate
from shebao.rules.status import Why, status, unpack

PLAN = LAW.plan(ALL)
KERNEL = Kernel(PLAN)
ON = day("2007-12-31")
DAYS = (ON, day("2008-01-01"), day("2006-02-28"))
GROUPS = ("household", "village")


class Town:
    """Persons and their groups, by row."""

    def __init__(
        self, people: Sequence[Facts], groups: Mapping[str, Sequence[Facts]], of: Mapping[str, Sequence[int | None]]
    ) -> None:
        self.people, self.groups, self.of = people, groups, of

    @property
    def frames(self) -> dict[str, Frame]:
        frames = {"person": frame_of(LAW, "person", self.people)}
        return frames | {g: frame_of(LAW, g, rows) for g, rows in self.groups.items()}

    @property
    def members(self) -> dict[str, Membership]:
        index = {g: np.array([-1 if k is None else k for k in rows], np.int64) for g, rows in self.of.items()}
        return {g: Membership.of(rows, len(self.groups[g])) for g, rows in index.items()}

    def run(self, kernel: Kernel = KERNEL, on: int = ON, pool: ThreadPoolExecutor | None = None) -> Result:
        return kernel.run(self.frames, self.members, encoded(kernel.plan), on, pool)

    def agreement(self, kernel: Kernel = KERNEL, on: int = ON, mode: str = "marked") -> Counter[str]:
        return agreement(kernel, self.people, self.groups, self.of, on=on, mode=mode)

    def shuffled(self, order: dict[str, Any]) -> Town:
        """The same in another order: order[owner][k] is the row that comes to place k."""
        place = {g: np.argsort(order[g]) for g in GROUPS}
        return Town(
            [self.people[k] for k in order["person"]],
            {g: [rows[k] for k in order[g]] for g, rows in self.groups.items()},
            {
                g: [None if (row := self.of[g][k]) is None else int(place[g][row]) for k in order["person"]]
                for g in GROUPS
            },
        )


def random_town(seed: int, size: int) -> Town:
    """People of all kinds around the borders of the small law, in households and villages or in none."""
    draw = np.random.default_rng(seed)

    def one(*values: Any) -> Any:
        return values[draw.integers(len(values))]

    people = []
    for _ in range(size):
        rows = int(draw.integers(5))
        people.append(
            person(
                birth_day=one(day("1946-05-20"), day("1950-01-01"), day("1944-02-29"), None),
                sex=one(1, 2, 1, 2, None),
                retirement_day=one(
                    day("2005-12-31"), day("2006-01-01"), day("2007-01-31"), int(draw.integers(9000, 14000))
                ),
                death_day=one(None, None, None, ON, ON - 1),
                paid_year=[one(1993, 1994, 1996, 2004, 2005, 2006, 1995) for _ in range(rows)],
                paid_base=[int(draw.integers(10**6)) for _ in range(rows)],
                paid_months=[one(4095, 255, 0) for _ in range(rows)],
                savings=one(0, 1_390_000, 10**11, int(draw.integers(10**7)), -1),
                hardship=one(None, True, False, False),
                grade=one(None, 1, 2, 3),
            )
        )
    homes = [{"floor": one(0, 1, 10**6, 10**9, None)} for _ in range(size // 2 + 1)]
    villages = [{"grant": one(None, 10**8, 5)} for _ in range(size // 9 + 1)]
    of = {
        g: [one(None, *range(len(rows))) for _ in range(size)]
        for g, rows in (("household", homes), ("village", villages))
    }
    return Town(people, {"household": homes, "village": villages}, of)


def same(a: Result, b: Result) -> None:
    """Equal to the bit, counts of figures too."""
    assert a.values.keys() == b.values.keys()
    for name in a.values:
        assert (a.values[name] == b.values[name]).all(), name
        assert (a.statuses[name] == b.statuses[name]).all(), name
    for owner in a.rows:
        assert (a.rows[owner] == b.rows[owner]).all()
        assert (a.approx[owner] == b.approx[owner]).all()
    assert a.reads.keys() == b.reads.keys()
    assert all((a.reads[name] == b.reads[name]).all() for name in a.reads)


# ---- values and statuses
BY_HAND = {
    "age": 60,
    "of_age": 1,
    "months_paid": 47,
    "wage_index": 12_000,  # (300/300 + 600/500 + 700/700 + 3000.75/2000.50) * 12 / 47
    "pension": 12_000,  # 13,900.00 * 1.2 / 139
    "pension_in_payment": 13_000,  # 10.00 more in 2007
    "grade_allowance": 0,
    "fee_due": 800,
    "interest_due": 34_750,  # 2.5 %
    "tripled": 4_170_000,
    "grace_day": day("2006-06-01"),
    "grace_year": 2006,
    "last_paid": 2004,
    "idle": 3,
    "income": 13_000,
    "household_income": 13_000,
    "household_share": 130,  # 130.00 by 10,000.00
    "eldest": day("1946-05-20"),
    "relief": 17_000,  # to 300.00
    "village_relief": 17_005,
    "village_part": 9_997,
    "home": 10**6,
}


def test_a_person_by_hand() -> None:
    town = Town([person()], {"household": [{"floor": 10**6}], "village": [{"grant": 5}]}, {g: [0] for g in GROUPS})
    found = town.run()
    assert BY_HAND.keys() == set(ALL)
    assert {name: int(found.values[name][0]) for name in ALL} == BY_HAND
    assert not any(found.statuses[name][0] for name in ALL)
    assert town.agreement() == {"decided": len(ALL)}


@given(
    people=st.lists(persons(), min_size=1, max_size=9),
    homes=st.lists(st.sampled_from([0, 1, 5000, 10**9, 10**9 + 1, None]), min_size=1, max_size=4),
    grants=st.lists(st.sampled_from([0, 5, 10**8, None]), min_size=1, max_size=3),
    where=st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 2)), min_size=9, max_size=9),
    on=st.sampled_from(DAYS),
    mode=st.sampled_from(["marked", "strict"]),
)
@settings(max_examples=60)
def test_any_persons_and_groups(
    people: list[Facts], homes: list[Any], grants: list[Any], where: list[tuple[int, int]], on: int, mode: str
) -> None:
    groups = {"household": [{"floor": f} for f in homes], "village": [{"grant": g} for g in grants]}
    of = {
        g: [k if 0 <= (k := pair[which]) < len(groups[g]) else None for pair in where[: len(people)]]
        for which, g in enumerate(GROUPS)
    }
    Town(people, groups, of).agreement(on=on, mode=mode)


def test_many_outcomes_occur() -> None:
    found = sum((random_town(seed, 150).agreement(on=on) for seed, on in enumerate(DAYS)), Counter())
    names = {"decided", "MISSING", "INVALID", "NO_FIGURE", "REASON", "ZERO_DIVISOR", "OVERFLOW", "INDEX", "NO_GROUP"}
    assert names <= {name for name, count in found.items() if count > 5}, found


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    """Person to household to person to village to person, by index: shuffled rows give shuffled results.

    Of several members that are refused the first refuses the group, so what refuses it may differ.
    """
    town = random_town(seed, 200)
    draw = np.random.default_rng(seed + 100)
    order = {"person": draw.permutation(200)} | {g: draw.permutation(len(rows)) for g, rows in town.groups.items()}
    other = town.shuffled(order)
    first, second = town.run(), other.run()
    for name in ALL:
        places = order[LAW.variables[name].owner]
        assert (first.values[name][places] == second.values[name]).all()
        assert ((first.statuses[name][places] == 0) == (second.statuses[name] == 0)).all()
    other.agreement()
    assert len({stage.number for stage in PLAN.stages}) == 5


def test_only_what_is_wanted() -> None:
    town = random_town(9, 80)
    for want in (["relief"], ["wage_index", "fee_due"], ["village_part"], ["eldest"]):
        plan = LAW.plan(want)
        kernel, groups = Kernel(plan), {g: town.groups[g] for g in plan.groups}
        agreement(kernel, town.people, groups, {g: town.of[g] for g in plan.groups}, on=ON)


def test_facts_of_the_group_are_shared() -> None:
    """A household's input, read by its members; none for who has no household."""
    town = Town(
        [person()] * 3, {"household": [{"floor": 7}], "village": []}, {"household": [0, None, 0], "village": [None] * 3}
    )
    found = town.run()
    assert found.values["home"].tolist() == [7, 0, 7]
    assert unpack(int(found.statuses["home"][1]))[0] is Why.NO_GROUP


def test_a_history_that_is_missing_is_missing_in_every_stage() -> None:
    """The first column speaks for the history, also where a later stage reads only another of its columns."""
    kernel = kernel_of(
        """
        HOUSE = Group("house", "户", "house")
        INPUTS = [
            Input("h_a", Series[Count], "a", "a", 0, 9, Missing.USE, history="h"),
            Input("h_b", Series[Count], "b", "b", 0, 9, 0, history="h"),
        ]

        @law
        def early(h_a: Series[Count]) -> Count:
            return len(h_a)

        @rule(zh="z", en="e", cites="c", of=HOUSE)
        def together(early: Members[Count]) -> Count:
            return len(early)

        @law
        def late(together: Count, h_b: Series[Count]) -> Count:
            return together + len(h_b)
        """
    )
    people = [{"h_a": [1], "h_b": [2]}, {"h_a": None, "h_b": None}, {"h_a": [1, 2], "h_b": None}, {"h_b": [1]}]
    found = agreement(kernel, people, {"house": [{}]}, {"house": [0, 0, 0, 0]}, on=ON)
    assert found == {"decided": 5, "MISSING": 2, "INVALID": 2}


# ---- the law of the row's own day
REGIMES = kernel_of(
    """
    INPUTS = [Input("own_day", Day, "d", "d"), Input("other", Day, "o", "o")]

    @rule(zh="z", en="e", cites="c", since="1995-01-01", until="2005-12-31", dated_by="own_day", variable="award")
    def award_old(rate: Count, other: Day) -> Count:
        return 1000 + rate

    @rule(zh="z", en="e", cites="c", since="2006-01-01", until="2011-06-30", dated_by="own_day", variable="award")
    def award_new(rate: Count, by_age: Table[Count]) -> Count:
        return 2000 + rate + by_age[1]

    @rule(zh="z", en="e", cites="c", since="2011-07-01", dated_by="own_day", variable="award")
    def award_law(rate: Count) -> Count:
        return 3000 + rate

    @law
    def on_the_run_s_day(rate: Count) -> Count:
        return rate

    @law
    def on_another_day(rate: Dated[Count], other: Day) -> Count:
        return rate[other]

    @law
    def in_its_year(yearly: Yearly[Count], own_day: Day) -> Count:
        return yearly[year_of(own_day)]
    """,
    """
    rate: {zh: 率, en: rate, kind: count, range: [0, 99], doc: d, confidence: known, dated: [
      {from: 1990-01-01, to: 1997-12-31, value: 1}, {from: 1999-01-01, value: 2},
      {from: 2004-07-01, value: 3, confidence: approx}, {from: 2006-01-01, value: 4}, {from: 2012-02-29, value: 5}]}
    by_age: {zh: 表, en: t, kind: count, range: [0, 900], by: count, keys: [0, 3], doc: d, confidence: known, dated: [
      {from: 2006-01-01, values: {1: 100}}, {from: 2008-01-01, values: {0: 1}}, {from: 2009-01-01, values: {1: 200}}]}
    yearly: {zh: 年, en: yearly, kind: count, range: [0, 99], doc: d, confidence: known, yearly: [
      {year: 1997, value: 7}, {year: 2005, value: 8}, {year: 2006, value: 9}]}
    """,
)
AWARDS = {  # the first day of each regime: the award, or why there is none
    "1850-01-01": "NO_RULE",
    "1995-01-01": 1001,
    "1998-01-01": "NO_FIGURE",
    "1999-01-01": 1002,
    "2004-07-01": 1003,
    "2006-01-01": 2104,
    "2008-01-01": "NO_FIGURE",
    "2009-01-01": 2204,
    "2011-07-01": 3004,
    "2012-02-29": 3005,
}


def test_each_row_under_the_law_of_its_own_day() -> None:
    """All regimes in one batch, each with its first and last day."""
    starts = [day(text) for text in AWARDS]
    ends = [start - 1 for start in starts[1:]] + [day("2249-12-31")]
    rows = [d for pair in zip(starts, ends, strict=True) for d in pair]
    wanted = [award for award in AWARDS.values() for _ in range(2)]
    order = np.random.default_rng(1).permutation(len(rows))
    people = [{"own_day": rows[k], "other": rows[-1 - k]} for k in order]
    for mode in ("marked", "strict"):
        figures = encoded(REGIMES.plan, strict=mode == "strict")
        found = REGIMES.run({"person": frame_of(REGIMES.plan.law, "person", people)}, {}, figures, ON)
        for place, k in enumerate(order):
            value, code = int(found.values["award"][place]), int(found.statuses["award"][place])
            told: object = unpack(code)[0].name if code else value
            want = "APPROX" if mode == "strict" and wanted[k] == 1003 else wanted[k]
            assert told == want, (date_of(rows[k]), mode)
    for on in sorted({*rows, *(r + 1 for r in rows[:-1])}):
        for mode in ("marked", "strict"):
            agreement(REGIMES, people, on=on, mode=mode)


def test_the_run_s_day_picks_its_figure() -> None:
    rates = {"1989-12-31": 0, "1990-01-01": 1, "1997-12-31": 1, "1998-01-01": 0, "1999-01-01": 2, "2004-06-30": 2}
    rates |= {"2004-07-01": 3, "2005-12-31": 3, "2006-01-01": 4, "2012-02-28": 4, "2012-02-29": 5, "2249-12-31": 5}
    frame = frame_of(REGIMES.plan.law, "person", [{"own_day": 0, "other": 0}])
    for text, rate in rates.items():
        found = REGIMES.run({"person": frame}, {}, encoded(REGIMES.plan), day(text))
        assert found.values["on_the_run_s_day"].tolist() == [rate]
        assert bool(found.statuses["on_the_run_s_day"][0]) is (rate == 0)
        assert found.approx["person"].tolist() == [rate == 3]


# ---- threads, chunks, processes
@pytest.fixture
def town() -> Town:
    return random_town(5, 400)


@pytest.mark.parametrize("chunk", [1, 7, 64, 100_000])
@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_and_chunks(town: Town, chunk: int, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = town.run(on=DAYS[1])
    assert whole.reads  # approximate figures are counted, by all threads together
    monkeypatch.setattr(kernels, "CHUNK", chunk)
    with ThreadPoolExecutor(threads) as pool:
        same(whole, town.run(on=DAYS[1], pool=pool))


def test_runs_at_the_same_time(town: Town) -> None:
    """One kernel for several runs, each on a day of its own."""
    kernel = Kernel(PLAN)
    alone = [town.run(on=on) for on in DAYS]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            for k, found in enumerate(pool.map(lambda on: town.run(kernel, on), DAYS * 4)):
                same(alone[k % len(DAYS)], found)


def _in_child(seed: int) -> int:
    town = random_town(seed, 100)
    with ThreadPoolExecutor(2) as pool:
        found = town.run(pool=pool)
    want = evaluate(PLAN, town.people, town.groups, town.of, on=ON)
    return compared(want, found, ALL)["decided"]


def test_forked_children() -> None:
    """Code that the parent has linked and run with threads goes on in its children."""
    random_town(0, 100).run()
    with ThreadPoolExecutor(2) as pool:
        random_town(0, 100).run(pool=pool)
    with multiprocessing.get_context("fork").Pool(2) as children:
        found = children.map(_in_child, range(4))
    assert min(found) > 100


# ---- parts and variants
def test_a_plan_cut_in_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, town: Town) -> None:
    whole = town.run(on=DAYS[1])
    monkeypatch.setattr(stagecode, "PART", 60)
    monkeypatch.setattr(compiler, "MODULE", 30_000)
    program = Program(PLAN).run()
    assert len(program.modules) > 2
    assert sum(text.count("define void @stage") for text in program.modules) > len(PLAN.stages) + 5
    same(whole, town.run(Kernel(PLAN, tmp_path), on=DAYS[1]))


@pytest.mark.parametrize("seed", range(2000, 2008))
def test_random_laws_in_parts(seed: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHEBAO_CACHE", str(tmp_path))
    monkeypatch.setattr(stagecode, "PART", 40)
    monkeypatch.setattr(compiler, "MODULE", 5_000)
    assert fuzz.compare(seed, 20)["WRONG"] == 0


@pytest.mark.parametrize("on", [ON, DAYS[1]])
def test_sure_and_testing_code_give_the_same(on: int, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """On days whose own figures are all known and certain a code without these tests runs."""
    assert KERNEL.certain(encoded(PLAN), on) is (on == ON)  # from 2008 the least amount is approximate
    found = town.run(on=on)
    monkeypatch.setattr(Kernel, "certain", lambda *_: False)
    same(found, town.run(on=on))


def test_strict_use(town: Town) -> None:
    for mode in ("marked", "strict"):
        found = town.agreement(on=DAYS[1], mode=mode)
        assert (found["APPROX"] > 0) is (mode == "strict")
    found = agreement(KERNEL, town.people, town.groups, town.of, on=DAYS[1], mode="strict", accepted=PLAN.parameters)
    assert found["APPROX"] == 0


# ---- rows that stand out
def test_ties_are_left_to_python_and_others_are_not() -> None:
    """(1 + X) fen by 300 yuan, over 24 months: on the half of a ten-thousandth where 1 + X is 3, 9, 15 ..."""

    def people(off: int) -> list[Facts]:
        bases = [[1, 6 * k + 2 + off] for k in range(100)]
        return [person(paid_year=[1993, 1993], paid_base=b, paid_months=[4095, 4095]) for b in bases]

    kernel = Kernel(LAW.plan(["wage_index"]))
    assert agreement(kernel, people(0), on=ON) == {"EXACT": 100}
    assert agreement(kernel, people(-1) + people(1), on=ON) == {"decided": 200}
    mixed = [facts for pair in zip(people(0), people(1), strict=True) for facts in pair]
    assert agreement(kernel, mixed, on=ON) == {"EXACT": 100, "decided": 100}
    exact = evaluate(kernel.plan, people(0), on=ON).values["wage_index"]
    assert exact == [k + 1 for k in range(100)]


def test_no_rows() -> None:
    for groups in ({"household": [], "village": []}, {"household": [{"floor": 3}], "village": [{}]}):
        empty = Town([], groups, {"household": [], "village": []})
        assert empty.agreement().total() == len(groups["household"]) * 4
        for pool in (None, ThreadPoolExecutor(2)):
            found = empty.run(pool=pool)
            assert found.values["household_income"].tolist()[: len(groups["household"])] == [0] * len(
                groups["household"]
            )


BROKEN = [
    person(birth_day=None),
    person(sex=3),
    person(savings=-1),
    person(savings=10**11),  # overflow in a rule
    person(paid_year=[1993, None, 1996, 2004]),
    person(paid_months=[4095, 4096, 0, 0]),
    person(paid_base=[1]),
    person(retirement_day=day("1979-12-31")),
]


def test_a_refused_row_changes_no_other(town: Town) -> None:
    """Broken rows among the others, in groups of their own, leave every other bit as it is."""
    alone = town.run()
    homes = [*town.groups["household"], {"floor": 5}]
    villages = [*town.groups["village"], {}]
    people: list[Facts] = []
    of: dict[str, list[int | None]] = {g: [] for g in GROUPS}
    sound = []
    for k, facts in enumerate(town.people):
        if k % 10 == 0:
            people.append(BROKEN[k // 10 % len(BROKEN)])
            of["household"].append(len(homes) - 1 if k < 30 else None)
            of["village"].append(len(villages) - 1)
        sound.append(len(people))
        people.append(facts)
        for g in GROUPS:
            of[g].append(town.of[g][k])
    mixed = Town(people, {"household": homes, "village": villages}, of)
    found = mixed.run()
    mixed.agreement()
    for name in ALL:
        rows = sound if LAW.variables[name].owner == "person" else slice(0, len(alone.values[name]))
        assert (found.values[name][rows] == alone.values[name]).all()
        assert (found.statuses[name][rows] == alone.statuses[name]).all()


def test_rows_that_the_reader_refuses(town: Town) -> None:
    frames = town.frames
    given = np.zeros(400, np.int64)
    given[[3, 17]] = status(Why.INVALID, 5)
    frames["person"].refused = given
    found = KERNEL.run(frames, town.members, encoded(PLAN), ON)
    assert found.rows["person"][[3, 17]].tolist() == [status(Why.INVALID, 5)] * 2
    for name in ALL:
        if LAW.variables[name].owner == "person":
            assert found.statuses[name][[3, 17]].tolist() == [status(Why.INVALID, 5)] * 2
            assert found.values[name][[3, 17]].tolist() == [0, 0]


def test_columns_with_gaps_between() -> None:
    """Arrays that are slices of larger ones are read as they are."""
    town = random_town(6, 60)
    frames = town.frames
    for name, column in frames["person"].scalars.items():
        spread = np.full(2 * len(column), 99, column.dtype)
        spread[::2] = column
        frames["person"].scalars[name] = spread[::2]
    same(town.run(), KERNEL.run(frames, town.members, encoded(PLAN), ON))


# ---- frames that would lead outside of memory
def frames_of_two() -> dict[str, Frame]:
    frames = {"person": frame_of(LAW, "person", [person(), person()])}
    return frames | {g: frame_of(LAW, g, [{}]) for g in GROUPS}


def members_of_two() -> dict[str, Membership]:
    return {g: Membership.of(np.zeros(2, np.int64), 1) for g in GROUPS}


def test_frames_that_fit() -> None:
    found = KERNEL.run(frames_of_two(), members_of_two(), encoded(PLAN), ON)
    assert len(found.values["pension"]) == 2


Spoilt = tuple[str, Any, str]
SPOILT: dict[str, Spoilt] = {
    "too few cells": ("savings", np.zeros(1, np.int64), r"savings: int64\(1,\); int64\(2,\) is wanted"),
    "too many cells": ("savings", np.zeros(3, np.int64), "is wanted"),
    "cells of 32 bits": ("savings", np.zeros(2, np.int32), r"int32\(2,\); int64"),
    "floats": ("savings", np.zeros(2), "float64"),
    "the other byte order": ("savings", np.zeros(2, ">i8"), "is wanted"),
    "two dimensions": ("savings", np.zeros((2, 1), np.int64), "is wanted"),
    "flags as int64": ("hardship", np.zeros(2, np.int64), r"int8\(2,\) is wanted"),
    "flags as bool": ("hardship", np.zeros(2, np.bool_), r"int8\(2,\) is wanted"),
    "elements of 32 bits": ("paid_base", np.zeros(8, np.int32), "paid_base: int64 elements"),
    "too few elements": ("paid_base", np.zeros(7, np.int64), "do not lie within its 7 elements"),
    "offsets beyond the elements": ("offsets", np.array([0, 4, 9]), "do not lie within its 8 elements"),
    "offsets that go back": ("offsets", np.array([0, 9, 8]), "do not lie within"),
    "offsets below 0": ("offsets", np.array([-1, 4, 8]), "do not lie within"),
    "too few offsets": ("offsets", np.array([0, 8]), "int64 offsets of 3"),
    "offsets of 32 bits": ("offsets", np.array([0, 4, 8], np.int32), "int64 offsets of 3"),
    "too few marks": ("present", np.ones(1, np.int8), "int8 marks of 2 rows"),
    "marks of another type": ("present", np.ones(2, np.int64), "int8 marks of 2 rows"),
    "too few refusals": ("refused", np.zeros(1, np.int64), r"int64\(2,\) is wanted"),
    "refusals of 32 bits": ("refused", np.zeros(2, np.int32), r"int64\(2,\) is wanted"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_frames_that_do_not_fit(what: str) -> None:
    name, array, message = SPOILT[what]
    frames = frames_of_two()
    frame = frames["person"]
    if name == "refused":
        frame.refused = array
    elif name in ("offsets", "present"):
        getattr(frame, name)["paid"] = array
    elif name in frame.series:
        frame.series[name] = array
    else:
        frame.scalars[name] = array
    with pytest.raises(ValueError, match=message):
        KERNEL.run(frames, members_of_two(), encoded(PLAN), ON)


def test_memberships_that_do_not_fit() -> None:
    for index, groups in (([0, 1], 1), ([-2, 0], 1), ([0], 0)):
        with pytest.raises(ValueError, match="a group row outside"):
            Membership.of(np.array(index, np.int64), groups)
    for wrong in (np.zeros(2, np.int32), np.zeros((2, 1), np.int64), np.zeros(2)):
        with pytest.raises(ValueError, match="int64 of one dimension is wanted"):
            Membership.of(wrong, 1)
    for count, groups in ((3, 1), (1, 1), (2, 2)):
        members = members_of_two() | {"household": Membership.of(np.zeros(count, np.int64), groups)}
        with pytest.raises(ValueError, match="membership of household"):
            KERNEL.run(frames_of_two(), members, encoded(PLAN), ON)


def test_who_is_in_which_group() -> None:
    of = Membership.of(np.array([2, -1, 0, 2, 0, -1], np.int64), 4)
    assert of.offsets.tolist() == [0, 2, 2, 4, 4]
    assert of.rows[: of.offsets[-1]].tolist() == [2, 4, 0, 3]
    adjacent = Membership.of(np.array([-1, 0, 0, 3], np.int64), 4)
    assert adjacent.offsets.tolist() == [0, 2, 2, 2, 3]
    assert adjacent.rows[:3].tolist() == [1, 2, 3]


def test_an_empty_cell_has_its_own_mark() -> None:
    """INT64_MIN stands for an empty cell; as a value it lies outside every range."""
    frames = frames_of_two()
    assert frames["person"].scalars["grade"].tolist() == [INT64_MIN] * 2
    found = KERNEL.run(frames, members_of_two(), encoded(PLAN), ON)
    assert not found.rows["person"].any()


def test_helpers_of_one_name_in_two_laws() -> None:
    """Each rule calls the helper of its own module, also one that is called like a function of the language."""
    text = """
    INPUTS = [Input("x", Count, "x", "x", -(2**62), 2**62)]

    @helper
    def months_of(x: int) -> int:
        return x * {factor}

    @helper
    def half_up_to_fen(a: int, b: int) -> int:
        return a * b

    @law
    def r(x: Count) -> Count:
        return months_of(x) + half_up_to_fen(x, 2)
    """
    first, second = kernel_of(text.replace("{factor}", "2")), kernel_of(text.replace("{factor}", "3"))
    for kernel, factor in ((first, 2), (second, 3), (first, 2)):
        found = agreement(kernel, [{"x": 5}, {"x": 2**62}], on=ON)
        assert found == {"decided": 1, "OVERFLOW": 1}
        assert evaluate(kernel.plan, [{"x": 5}], on=ON).values["r"] == [5 * (factor + 2)]
    assert agreement(Kernel(LAW.plan(["months_paid", "grace_year"])), [person()], on=ON) == {"decided": 2}
