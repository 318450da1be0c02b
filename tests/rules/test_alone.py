"""A kind of group where one may be alone: who is in none is one of his own."""

from __future__ import annotations

import sys

import pyarrow as pa
import pytest

from shebao.rules.columns import frame
from shebao.rules.decide import decide
from shebao.rules.declare import Group, Input, rule
from shebao.rules.kernel import Kernel
from shebao.rules.kinds import Count, Fen, Members, day
from shebao.rules.law import Law
from shebao.rules.run import Pass, grouped
from shebao.rules.summary import Tally

ON = day("2014-01-01")
HOME = Group("home", "家", "Home", alone=True)
CLUB = Group("club", "会", "Club")
INPUTS = [Input("wage", Fen, "工资", "Wage", missing=0), Input("rent", Fen, "租金", "Rent", missing=0, of="home")]


@rule(zh="人数", en="Size", cites="测试", of=HOME)
def home_size(wage: Members[Fen]) -> Count:
    return len(wage)


@rule(zh="余额", en="Rest", cites="测试", of=HOME)
def home_rest(wage: Members[Fen], rent: Fen) -> Fen:
    total = 0
    for k in range(len(wage)):
        total = total + wage[k]
    return max(0, total - rent)


@rule(zh="会员工资", en="Wages", cites="测试", of=CLUB)
def club_wages(wage: Members[Fen]) -> Fen:
    total = 0
    for k in range(len(wage)):
        total = total + wage[k]
    return total


@rule(zh="所在家庭余额", en="Rest of the own home", cites="测试")
def own_rest(home_rest: Fen) -> Fen:
    return home_rest


@pytest.fixture(scope="module")
def law() -> Law:
    return Law.of([sys.modules[__name__]], {})


def test_one_person_without_a_home_is_a_home_of_one(law: Law) -> None:
    decision = decide(law, {"wage": 500}, on=ON, want=["home_size", "own_rest"])
    assert (decision.value("home_size"), decision.value("own_rest")) == (1, 500)


def test_members_of_another_group_have_homes_of_their_own(law: Law) -> None:
    groups = {"club": {"members": [{"wage": 70}, {"wage": 80}]}, "home": {"rent": 100}}
    decision = decide(law, {"wage": 500}, on=ON, want=["home_size", "own_rest", "club_wages"], groups=groups)
    assert [decision.value(n) for n in ("home_size", "own_rest", "club_wages")] == [1, 400, 650]


def test_a_group_where_nobody_is_alone_is_still_asked_for(law: Law) -> None:
    assert decide(law, {"wage": 500}, on=ON, want=["club_wages"]).status("club_wages")


def test_the_pass_makes_the_same_homes(law: Law) -> None:
    persons = pa.table({"wage": [500, 70, 80], "home": pa.array([None, 7, 7])})
    homes = pa.table({"home": [7], "rent": [100]})
    run = Pass(Kernel(law.plan(["own_rest", "home_size"])), on=ON, threads=1, check=1.0)
    outcome = next(iter(run.outcomes(persons, {"home": homes}, None, Tally())))
    assert outcome.of_persons("own_rest")[0].tolist() == [500, 50, 50]
    assert outcome.of_persons("home_size")[0].tolist() == [1, 2, 2]
    assert grouped(law.plan(["own_rest"]), persons.drop(["home"]), {})[1]["home"].group_of.tolist() == [0, 1, 2]
    assert frame(law.plan(["own_rest"]), "home", homes).rows == 1
