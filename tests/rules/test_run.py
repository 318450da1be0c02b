"""The pass over tables: values, refusals, days, groups, ties, marks of approximate figures, counts."""

from __future__ import annotations

import datetime
import json
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import small_law
from arrow_tables import persons, table_of, towns
from hypothesis import given, settings
from hypothesis import strategies as st
from small_law import ALL, LAW, person

from shebao.rules.columns import ColumnError, refused_rows
from shebao.rules.decide import decide, evaluate
from shebao.rules.declare import Input, rule
from shebao.rules.kernel import Kernel
from shebao.rules.kinds import day
from shebao.rules.law import Law
from shebao.rules.recompute import Difference
from shebao.rules.results import REFUSAL, refusal_code
from shebao.rules.run import Pass, run, verify
from shebao.rules.summary import total_of

KERNEL = Kernel(LAW.plan(ALL))
DAYS = (day("2007-12-31"), day("2008-01-01"))


def kernel(*want: str) -> Kernel:
    return Kernel(LAW.plan(want))


def columns(table: pa.Table) -> dict[str, list[Any]]:
    return {name: table[name].to_pylist() for name in table.column_names}


def same(a: pa.Table, b: pa.Table) -> None:
    """Equal in every column, whatever the chunks and dictionaries."""
    assert a.schema.equals(b.schema, check_metadata=True)
    assert columns(a) == columns(b)


# ---- values and refusals
@given(people=st.lists(persons(), max_size=8), on=st.sampled_from(DAYS), mode=st.sampled_from(["marked", "strict"]))
@settings(max_examples=40)
def test_a_pass_gives_what_cpython_gives(people: list[dict[str, Any]], on: int, mode: str) -> None:
    want = [n for n in ALL if LAW.variables[n].owner == "person" and n not in ("relief", "home", "village_part")]
    plan = LAW.plan(want)
    expected = evaluate(plan, people, on=on, mode=mode)
    found = run(kernel(*want), table_of(people), on=on, mode=mode)
    for name in want:
        codes = [refusal_code(plan, s) or None for s in expected.statuses[name]]
        assert found[name + REFUSAL].to_pylist() == codes
        values = [None if c else v for c, v in zip(codes, expected.values[name], strict=True)]
        column = found[name]
        assert (column.cast(pa.int32()) if pa.types.is_date32(column.type) else column).to_pylist() == values


@given(town=towns(), on=st.sampled_from(DAYS), mode=st.sampled_from(["marked", "strict"]))
@settings(max_examples=60)
def test_groups_agree_with_cpython(town: tuple[pa.Table, dict[str, pa.Table]], on: int, mode: str) -> None:
    table, groups = town
    verify(KERNEL, table, 1.0, on=on, mode=mode, groups=groups)


@given(town=towns(), data=st.data())
@settings(max_examples=25)
def test_neither_chunks_nor_threads_nor_order_matter(
    town: tuple[pa.Table, dict[str, pa.Table]], data: st.DataObject
) -> None:
    table, groups = town
    expected = run(KERNEL, table, on=DAYS[1], groups=groups, threads=1)
    cut = data.draw(st.integers(0, table.num_rows))
    chunked = pa.concat_tables([table.slice(0, cut), table.slice(cut)])
    same(run(KERNEL, chunked, on=DAYS[1], groups=groups, threads=3), expected)
    order = data.draw(st.permutations(range(table.num_rows)))
    shuffled = run(KERNEL, table.take(pa.array(order, pa.int64())), on=DAYS[1], groups=groups)
    back = columns(shuffled.take(pa.array(np.argsort(np.array(order, np.int64)))))
    for name, cells in columns(expected).items():
        if name.endswith(REFUSAL):  # of two refused members, a group names the one that it reads first
            cells, back[name] = [c is None for c in cells], [c is None for c in back[name]]
        assert back[name] == cells


def test_columns_and_their_types() -> None:
    people = table_of([person(), person(savings=None, hardship=True, grade=9)], person_id=pa.array(["x", "y"]))
    found = run(kernel("age", "of_age", "pension", "grace_day", "fee_due", "wage_index"), people, on=DAYS[0])
    names = ["age", "of_age", "pension", "grace_day", "fee_due", "wage_index"]
    assert found.column_names == ["person_id", *(n + s for n in names for s in ("", REFUSAL)), "approx"]
    assert [str(found.schema.field(n).type) for n in names] == [
        "int64",
        "bool",
        "int64",
        "date32[day]",
        "int64",
        "int64",
    ]
    assert found.schema.field("pension").metadata[b"unit"] == b"fen"
    assert found.schema.field("wage_index").metadata == {
        b"unit": b"ratio4",
        b"scale": b"10000",
        b"zh": "缴费工资指数".encode(),
        b"en": b"Wage index",
    }
    assert found.schema.metadata == {b"shebao.law": LAW.fingerprint.encode(), b"shebao.mode": b"marked"}
    assert columns(found)["of_age"] == [True, True]
    assert columns(found)["grace_day"][0] == datetime.date(2006, 6, 1)
    assert columns(found)["pension" + REFUSAL] == [None, "MISSING:savings"]


def test_codes_are_given_by_name() -> None:
    plan = CODED.plan(["highest"])
    found = run(Kernel(plan), pa.table({"grade": ["first", "三级", None, "tenth"]}), on=DAYS[0])
    assert found["highest"].to_pylist() == ["second", "third", None, None]
    assert found["highest" + REFUSAL].to_pylist() == [None, None, "MISSING:grade", "INVALID:grade"]


def _coded() -> Law:
    text = "def highest(grade: Grade) -> Grade:\n    return Grade.SECOND if grade == Grade.FIRST else grade\n"
    module = ModuleType("coded")
    vars(module).update(Grade=small_law.Grade, INPUTS=[Input("grade", small_law.Grade, "等级", "Grade")])
    exec(text, vars(module))
    function = vars(module)["highest"]
    function.__source_text__ = text
    rule(zh="最高等级", en="Highest grade", cites="某法")(function)
    return Law.of([module], {})


CODED = _coded()


@pytest.mark.parametrize(
    ("changed", "variable", "code"),
    [
        ({"birth_day": None}, "age", "MISSING:birth_day"),
        ({"sex": 3}, "age", "INVALID:sex"),
        ({"paid_base": [1, 2, None, 4]}, "age", "MISSING:paid_base:3"),
        ({"paid_base": [1, 2, 3, -4]}, "age", "INVALID:paid_base:4"),
        ({"paid_base": [1, 2, 3]}, "age", "INVALID:paid_months"),
        ({"paid_year": [1993, 1995, 1996, 2004]}, "wage_index", "NO_FIGURE:wage:1995"),
        ({"retirement_day": day("1998-05-01"), "paid_months": [4095] * 4}, "fee_due", "NO_FIGURE:fee:1998-05-01"),
        ({"birth_day": day("1930-05-20")}, "pension", "INDEX:pension_from_2006:76"),
        ({"sex": 1, "birth_day": day("1956-05-20")}, "pension", "REASON:NOT_OF_AGE"),
        ({"savings": 10**11}, "tripled", "OVERFLOW:tripled"),
        ({"savings": 0}, "tripled", "ZERO_DIVISOR:tripled"),
        ({"retirement_day": day("1999-01-01"), "spare_days": 146_000}, "grace_day", "RANGE:grace_day"),
        ({}, "household_income", "NO_GROUP:household"),
    ],
)
def test_a_refusal_has_a_stable_code(changed: dict[str, Any], variable: str, code: str) -> None:
    history = ["wage_index"] if "paid_base" in changed else []  # else no rule of the plan reads it
    found = run(kernel(variable, "of_age", *history), table_of([person(**changed)]), on=DAYS[0])
    assert found[variable + REFUSAL].to_pylist() == [code]
    assert found[variable].to_pylist() == [None]


# ---- days
def test_several_days_are_one_call_each_under_its_own_law() -> None:
    people = table_of([person(), person(birth_day=None), person(retirement_day=day("2007-03-01"))])
    days = [day("2006-12-31"), day("2007-01-01"), day("2008-02-29")]
    found = run(kernel("pension_in_payment"), people, on=days)
    assert (
        found["benefit_day"].to_pylist()
        == [datetime.date(2006, 12, 31)] * 3 + [datetime.date(2007, 1, 1)] * 3 + [datetime.date(2008, 2, 29)] * 3
    )
    single = [run(kernel("pension_in_payment"), people, on=d) for d in days]
    assert columns(found.drop_columns("benefit_day")) == columns(pa.concat_tables(single))
    assert run(kernel("age"), people, on=[days[0]]).column_names == ["benefit_day", "age", "age_refusal", "approx"]


# ---- groups
HOMES = {"household": pa.table({"household": ["n", "m"], "floor": [4_000_000, 50_000]})}


def test_members_are_found_by_the_groups_id() -> None:
    people = table_of([person(), person(savings=2_780_000), person()], household=pa.array(["m", "n", "m"]))
    found = columns(run(kernel("household_income", "pension_in_payment", "home"), people, on=DAYS[0], groups=HOMES))
    a, b, c = found["pension_in_payment"]
    assert found["household_income"] == [a + c, b, a + c]
    assert found["home"] == [50_000, 4_000_000, 50_000]


def test_the_id_may_be_the_row_of_the_group() -> None:
    people = table_of([person()] * 3, household=pa.array([1, None, 0], pa.int16()))
    found = columns(run(kernel("home"), people, on=DAYS[0], groups={"household": pa.table({"floor": [7, 8]})}))
    assert found["home"] == [8, None, 7]
    assert found["home_refusal"] == [None, "NO_GROUP:household", None]


def test_groups_without_facts_are_those_whose_ids_occur() -> None:
    people = table_of([person()] * 4, household=pa.array(["z", "a", None, "z"]).dictionary_encode())
    found = columns(run(kernel("household_income", "home"), people, on=DAYS[0]))
    once = found["household_income"][1]
    assert found["household_income"] == [2 * once, once, None, 2 * once]
    assert found["home_refusal"] == ["MISSING:floor", "MISSING:floor", "NO_GROUP:household", "MISSING:floor"]


def test_an_id_that_no_group_has_is_none() -> None:
    people = table_of([person()] * 2, household=pa.array(["n", "elsewhere"]))
    found = columns(run(kernel("home"), people, on=DAYS[0], groups=HOMES))
    assert found["home_refusal"] == [None, "NO_GROUP:household"]


def test_too_many_members() -> None:
    people = table_of([person()] * 5, household=pa.array([1] * 5))
    found = columns(run(kernel("household_income"), people, on=DAYS[0]))
    assert found["household_income_refusal"] == ["NO_GROUP:household:5"] * 5


@pytest.mark.parametrize(
    ("ids", "text"),
    [
        (pa.array(["n", "n"]), "each id stands once"),
        (pa.array(["n", None]), "each id stands once"),
        (pa.array([[1], [2]]), "give both one type"),
    ],
)
def test_groups_that_cannot_be_told_apart(ids: pa.Array, text: str) -> None:
    people = table_of([person()], household=pa.array(["n"]))
    with pytest.raises(ColumnError, match=text):
        run(kernel("home"), people, on=DAYS[0], groups={"household": pa.table({"household": ids, "floor": [1, 2]})})


# ---- rows that the reader refused
def test_a_row_that_the_reader_refused_is_not_decided_and_its_group_sees_it() -> None:
    people = table_of([person()] * 3, household=pa.array([1, 1, 2]))
    wanted = kernel("household_income", "pension")
    refused = refused_rows(wanted.plan, 3, [(0, "id_number"), (2, "savings")])
    one = Pass(wanted, on=DAYS[0], check=1.0)
    found, tally = one.compute(people, refused=refused)
    assert found["pension_refusal"].to_pylist() == ["INVALID:record", None, "INVALID:savings"]
    assert found["household_income_refusal"].to_pylist() == ["INVALID:record", "INVALID:record", "INVALID:savings"]
    assert tally.compared == 5
    summary = one.summary(tally, 1.0)
    assert [(r.code, r.rows, r.en) for r in summary["pension"].refusals] == [
        ("INVALID:record", 1, "the record has a fault"),
        ("INVALID:savings", 1, "Savings is outside its range or of the wrong type"),
    ]


# ---- ties: 8 months at a wage of 30,000 fen give an index of 4 × base ÷ 8, a half for every odd base
def tie(base: int, **changed: Any) -> dict[str, Any]:
    return person(paid_year=[1993], paid_base=[base], paid_months=[255], **changed)


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=20))
@settings(max_examples=25)
def test_constructed_ties_are_decided_exactly(bases: list[int]) -> None:
    one = Pass(kernel("wage_index", "months_paid"), on=DAYS[0])
    found, tally = one.compute(table_of([tie(b) for b in bases]))
    assert found["wage_index"].to_pylist() == [(b + 1) // 2 for b in bases]
    assert tally.exact == sum(b % 2 == 1 and b % 3 != 0 for b in bases)
    assert one.summary(tally, 1.0).exact == tally.exact


def test_a_tie_is_settled_with_all_that_depends_on_it_through_groups() -> None:
    people = [tie(1_000_001), person(), tie(1_000_003), person(savings=0), tie(6, hardship=True)]
    table = table_of(
        people, household=pa.array([1, 1, 2, 3, 3]), village=pa.array(["v", "v", "v", "w", "w"]), person_id=range(5)
    )
    homes = {"household": pa.table({"household": [1, 2, 3], "floor": [10**6] * 3})}
    one = Pass(KERNEL, on=DAYS[1])
    found, tally = one.compute(table, homes)
    assert found["wage_index"].to_pylist()[0:3:2] == [500_001, 500_002]
    # three persons' own, two households' and one village's; the second person is open through both groups
    assert tally.exact == 2 + 1 + 2 + 1
    assert not [c for n in ALL for c in found[n + REFUSAL].to_pylist() if c and "EXACT" in c]
    alone = Pass(KERNEL, on=DAYS[1], check=1.0).compute(table.slice(0, 3), homes)[0]
    assert columns(alone) == columns(found.slice(0, 3))


def test_a_settled_row_is_marked_for_the_approximate_figures_it_read() -> None:
    people = [tie(7), tie(8), tie(9)]
    for facts in people[1:]:
        facts.update(paid_year=[1993, 2005], paid_base=[facts["paid_base"][0] - 2, 0], paid_months=[255, 0])
    one = Pass(kernel("wage_index"), on=DAYS[0])
    found, tally = one.compute(table_of(people))
    assert found["wage_index"].to_pylist() == [4, 3, 4]
    assert found["approx"].to_pylist() == [False, True, True]
    uses = one.summary(tally, 1.0).approx
    assert [(u.parameter.name, u.when) for u in uses] == [("wage", "2005")]
    assert uses[0].reads >= 2


# ---- approximate figures
def test_marks_counts_and_strict_mode() -> None:
    people = table_of([person(), person(paid_year=[2005, 1994, 2005, 2004])])
    one = Pass(kernel("wage_index", "interest_due"), on=DAYS[0])
    found, tally = one.compute(people)
    assert found["approx"].to_pylist() == [False, True]
    summary = one.summary(tally, 2.0)
    assert [(u.parameter.name, u.when, u.reads) for u in summary.approx] == [("wage", "2005", 2)]
    assert summary.approx_rows == 1 and summary.approx_rules == ("interest_due",)
    strict = run(kernel("wage_index"), people, on=DAYS[0], mode="strict")
    assert strict["wage_index_refusal"].to_pylist() == [None, "APPROX:wage:2005"]
    accepted = run(kernel("wage_index"), people, on=DAYS[0], mode="strict", accepted=["wage"])
    assert accepted["wage_index"].to_pylist() == found["wage_index"].to_pylist()
    with pytest.raises(ValueError, match="mode is one of marked, strict"):
        Pass(kernel("age"), on=DAYS[0], mode="lax")


def test_a_mark_reaches_whoever_reads_the_marked_row() -> None:
    people = [person(), person(paid_year=[2005, 1994, 1996, 2004]), person()]
    table = table_of(people, household=pa.array([1, 1, 2]))
    assert run(kernel("household_income"), table, on=DAYS[0])["approx"].to_pylist() == [True, True, False]
    assert run(kernel("pension"), table, on=DAYS[0])["approx"].to_pylist() == [False, True, False]
    found = run(
        kernel("relief"), table, on=DAYS[0], groups={"household": pa.table({"household": [1], "floor": [10**9]})}
    )
    assert found["approx"].to_pylist() == [True, True, False]


# ---- counts
def test_the_summary_adds_up() -> None:
    people = [person(), person(savings=0), person(birth_day=None), person(savings=None), person(sex=3)]
    one = Pass(kernel("pension", "of_age", "age", "household_income"), on=DAYS[0])
    found, tally = one.compute(table_of(people, household=pa.array([1, 1, 1, 2, None])))
    summary = one.summary(tally, 0.5)
    pensions = [v for v in found["pension"].to_pylist() if v is not None]
    assert (summary.rows, summary.rows_per_second, summary.days) == (5, 10.0, (DAYS[0],))
    assert (summary["pension"].decided, summary["pension"].refused) == (2, 3)
    assert summary["pension"].total == sum(pensions)
    assert summary["of_age"].total == 3 and summary["age"].total is None
    assert summary["household_income"].decided + summary["household_income"].refused == 2  # groups, not persons
    assert [(r.code, r.rows) for r in summary["pension"].refusals] == [
        ("INVALID:sex", 1),
        ("MISSING:birth_day", 1),
        ("MISSING:savings", 1),
    ]
    assert summary.refused == 3 + 2 + 2 + 2
    assert summary.fingerprint == LAW.fingerprint
    plain = summary.plain()
    assert plain["variables"]["pension"]["total"] == sum(pensions) and plain["days"] == ["2007-12-31"]


def test_counts_survive_json() -> None:
    people = table_of([person(paid_year=[2005, 1994, 1996, 2004]), person(sex=3), tie(7)])
    one = Pass(KERNEL, on=list(DAYS), check=1.0)
    _, tally = one.compute(people)
    assert one.counts(json.loads(json.dumps(tally.plain()))) == tally
    twice = one.nothing()
    twice.add(tally)
    twice.add(tally)
    assert twice.rows == 6 and twice.exact == 2 * tally.exact and twice.decided["age"] == 2 * tally.decided["age"]
    assert twice.refused["age"].total() == 2 * tally.refused["age"].total()


def test_sums_beyond_int64_are_exact() -> None:
    values = np.array([2**63 - 1, 2**63 - 1, -5, 2**62], np.int64)
    assert total_of(values) == 2 * (2**63 - 1) - 5 + 2**62
    assert total_of(values[:0]) == 0


# ---- the check
def test_the_check_finds_a_wrong_value(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = kernel("pension", "age")
    people = table_of([person(savings=10**6 + k) for k in range(50)])
    assert verify(wanted, people, 0.2, seed=4, on=DAYS[0]) in range(1, 30)
    honest = wanted.run

    def wrong(*args: Any) -> Any:
        result = honest(*args)
        result.values["pension"][:] += 1
        return result

    monkeypatch.setattr(wanted, "run", wrong)
    with pytest.raises(Difference, match=r"pension, row \d+ of person: compiled \d+, in CPython \d+"):
        verify(wanted, people, 0.001, seed=4, on=DAYS[0])


def test_no_rows() -> None:
    found = run(KERNEL, table_of([], household=pa.array([], pa.int64())), on=list(DAYS))
    assert found.num_rows == 0 and "relief" in found.column_names
    assert verify(KERNEL, table_of([]), 1.0, on=DAYS[0]) == 0


def test_the_pass_agrees_with_decide() -> None:
    facts = person(paid_year=[2005, 1994, 1996, 2004])
    found = run(kernel("pension", "wage_index"), table_of([facts]), on=DAYS[0])
    decision = decide(LAW, facts, on=DAYS[0], want=["pension", "wage_index"])
    assert found["pension"].to_pylist() == [decision.value("pension")]
    assert found["wage_index"].to_pylist() == [decision.value("wage_index")]
