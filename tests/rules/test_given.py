"""Variables decided elsewhere are inputs of a plan: their rules and what only these read leave it."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from small_law import LAW, person

from shebao.rules.decide import decide
from shebao.rules.kernel import Kernel
from shebao.rules.kinds import day
from shebao.rules.law import LawError
from shebao.rules.rows import evaluate
from shebao.rules.run import Pass
from shebao.rules.status import Why, unpack
from shebao.rules.summary import Tally

ON = day("2008-05-01")


def test_the_plan_ends_at_what_is_given() -> None:
    plan = LAW.plan(["pension_in_payment"], given=("pension",))
    assert plan.variables == ("pension_in_payment",)
    assert set(plan.inputs) == {"pension", "retirement_day", "death_day"}
    assert "pension" in LAW.variables and "pension" not in LAW.inputs
    assert LAW.plan(["pension_in_payment"]).variables[-2:] == ("pension", "pension_in_payment")


def test_what_was_decided_gives_the_same_again() -> None:
    whole = decide(LAW, person(), on=ON, want=["pension", "pension_in_payment", "of_age"])
    facts = person() | {"pension": whole.value("pension"), "of_age": whole.value("of_age")}
    part = decide(LAW.given(("pension", "of_age")), facts, on=ON, want=["pension_in_payment"])
    assert part.value("pension_in_payment") == whole.value("pension_in_payment")
    assert part.source("pension") == "input"


ROWS: list[dict[str, Any]] = [
    {"pension": 100_000, "retirement_day": day("2006-02-01")},
    {"pension": 0, "retirement_day": day("2007-02-01")},
    {"pension": None, "retirement_day": day("2006-02-01")},
    {"pension": -1, "retirement_day": day("2006-02-01")},
]


def test_compiled_and_in_cpython() -> None:
    plan = LAW.plan(["pension_in_payment"], given=("pension",))
    found = evaluate(plan, ROWS, on=ON)
    assert [unpack(s)[0] for s in found.statuses["pension_in_payment"][2:]] == [Why.MISSING, Why.INVALID]
    assert found.statuses["pension_in_payment"][:2] == [0, 0]
    days = pa.array([row["retirement_day"] for row in ROWS], pa.int32()).view(pa.date32())
    table = pa.table({"pension": pa.array([row["pension"] for row in ROWS], pa.int64()), "retirement_day": days})
    (outcome,) = Pass(Kernel(plan), on=ON, lenient=True, check=1.0).outcomes(table, None, None, Tally())
    assert outcome.values["pension_in_payment"].tolist() == found.values["pension_in_payment"]
    assert outcome.statuses["pension_in_payment"].tolist() == found.statuses["pension_in_payment"]


def test_a_flag_is_given_as_a_flag() -> None:
    plan = LAW.plan(["pension"], given=("of_age",))
    found = evaluate(plan, [person() | {"of_age": False}], on=ON)
    assert unpack(found.statuses["pension"][0])[0] is Why.REASON


def test_only_variables_are_given() -> None:
    with pytest.raises(LawError, match="pensoin is no variable of the law; did you mean pension"):
        LAW.plan(["pension_in_payment"], given=("pensoin",))
    with pytest.raises(LawError, match="savings is no variable"):
        LAW.plan(["pension"], given=("savings",))
    with pytest.raises(LawError, match="pension is no variable"):
        LAW.plan(["pension"], given=("pension",))
