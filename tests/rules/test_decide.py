"""One case in CPython: values worked by hand on the small law, refusals with their subjects, groups, the trace."""

from __future__ import annotations

import types
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_law import ALL, LAW, person

from shebao.rules.decide import Decision, decide, describe, evaluate, results
from shebao.rules.guard import guarded
from shebao.rules.kinds import day
from shebao.rules.law import Law, LawError
from shebao.rules.status import Refused, Why, status, unpack

MAY_2008 = day("2008-05-01")


def decided(*want: str, on: str = "2008-05-01", **changed: Any) -> Decision:
    mode = changed.pop("mode", "marked")
    accepted = changed.pop("accepted", frozenset())
    groups = changed.pop("groups", None)
    return decide(LAW, person(**changed), on=day(on), want=want, mode=mode, accepted=accepted, groups=groups)


def refusal(want: str, **changed: Any) -> tuple[str, str, int]:
    """(why, name of the subject, detail) of a refused variable."""
    decision = decided(want, **changed)
    why, subject, detail = unpack(decision.status(want))
    assert decision.value(want) is None
    plan = decision.plan
    names = {
        "input": plan.inputs,
        "parameter": plan.parameters,
        "variable": plan.variables,
        "rule": [r.name for r in plan.rules],
        "reason": plan.reasons,
        "group": plan.groups,
    }
    return why.name, names[why.of][subject], detail


# ---------------------------------------------------------------- values
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("age", 60),
        ("of_age", True),
        ("months_paid", 47),
        ("wage_index", 12_000),  # (1 + 1.2 + 1 + 1.5) * 12 / 47 = 1.2
        ("pension", 12_000),  # 13900.00 * 1.2 / 139 = 120.00
        ("pension_in_payment", 15_550),  # 120 + 10 of 2007 (from 100) + 25.50 of 2008 (below 150)
        ("fee_due", 800),
        ("interest_due", 34_750),  # 2.5 %
        ("tripled", 4_170_000),
        ("grace_day", day("2006-06-01")),
        ("grace_year", 2006),
        ("last_paid", 2004),
        ("idle", 4),
        ("income", 15_550),
    ],
)
def test_worked_by_hand(name: str, value: int) -> None:
    decision = decided(name)
    assert decision.value(name) == value
    assert type(decision.value(name)) is type(value)


def long_history(**changed: Any) -> dict[str, Any]:
    """180 months, and 60 years of age in 2004 and later."""
    return {
        "birth_day": day("1937-01-01"),
        "paid_year": [1993] * 15,
        "paid_base": [30_000] * 15,
        "paid_months": [4095] * 15,
        **changed,
    }


@pytest.mark.parametrize(
    ("retired", "value", "rule"),
    [
        ("1997-12-31", 14_000, "pension_before_2006"),  # 700 * 20 %
        ("2005-12-31", 25_010, "pension_before_2006"),  # 2000.50 * 12.5 % = 250.0625, to jiao
    ],
)
def test_the_own_day_picks_version_and_figures(retired: str, value: int, rule: str) -> None:
    decision = decided("pension", **long_history(retirement_day=day(retired)))
    assert decision.value("pension") == value
    assert decision["pension"].rule.name == rule
    assert decision["pension"].day == day(retired)


def test_both_sides_of_a_border_in_one_batch() -> None:
    history = long_history(birth_day=day("1945-06-01"))  # 60 on either day
    rows = [person(**history, retirement_day=day(d)) for d in ("2005-12-31", "2006-01-01")]
    found = evaluate(LAW.plan(["pension"]), rows, on=MAY_2008)
    assert found.values["pension"] == [25_010, 10_000]  # 13900.00 / 139 at the index 15 * 12 / 180 = 1
    assert found.statuses["pension"] == [0, 0]


def test_a_tie_of_quotients_is_exact() -> None:
    # 0.00005 * 12 / 12 would be a tie at four decimals: 1/3 + 1/6 are no decimals, their sum is one half
    history = {"paid_year": [1993, 1994], "paid_base": [10_000, 0], "paid_months": [4095, 0]}
    assert decided("wage_index", **history).value("wage_index") == 3_333
    history = {"paid_year": [1993, 1993], "paid_base": [10_000, 5_000], "paid_months": [4095, 0]}
    assert decided("wage_index", **history).value("wage_index") == 5_000


# ---------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    ("want", "changed", "expected"),
    [
        ("wage_index", {"paid_year": [1995, 1993, 1993, 1993]}, ("NO_FIGURE", "wage", 1995)),
        ("pension", long_history(retirement_day=day("2004-06-30")), ("NO_FIGURE", "wage", 2003)),
        ("pension", {"birth_day": day("1945-01-01")}, ("NO_FIGURE", "divisor", day("2006-06-01"))),  # no key 61
        ("pension", {"birth_day": day("1940-01-01")}, ("INDEX", "pension_from_2006", 66)),
        ("pension", {"birth_day": day("1960-01-01")}, ("REASON", "NOT_OF_AGE", 0)),
        ("age", {"birth_day": day("2006-08-02")}, ("RANGE", "age", 0)),
        ("fee_due", {"savings": 150_000}, ("NO_FIGURE", "fee", day("2006-06-01"))),  # a hole between the bands
        ("fee_due", {"retirement_day": day("1999-12-31")}, ("NO_FIGURE", "fee", day("1999-12-31"))),
        ("tripled", {"savings": 0}, ("ZERO_DIVISOR", "tripled", 0)),
        ("tripled", {"savings": 10**11}, ("OVERFLOW", "tripled", 0)),
        ("grace_day", {"spare_days": 146_097}, ("RANGE", "grace_day", 0)),
        ("grace_year", {"spare_days": 146_097}, ("RANGE", "grace_year", 0)),
        ("last_paid", {"paid_year": [], "paid_base": [], "paid_months": []}, ("INDEX", "last_paid", -1)),
        ("idle", {"paid_year": [], "paid_base": [], "paid_months": []}, ("INDEX", "last_paid", -1)),
        ("of_age", {"sex": None}, ("MISSING", "sex", 0)),
        ("age", {"retirement_day": None}, ("MISSING", "retirement_day", 0)),
        ("grade_allowance", {"hardship": True}, ("MISSING", "grade", 0)),
        ("home", {}, ("NO_GROUP", "household", 0)),
        ("pension_in_payment", {"on": "2009-01-01"}, ("NO_FIGURE", "rise", 2009)),
    ],
)
def test_refusals_name_their_subject(want: str, changed: dict[str, Any], expected: tuple[str, str, int]) -> None:
    assert refusal(want, **changed) == expected


def test_what_is_not_read_does_not_refuse() -> None:
    assert decided("grade_allowance", grade=None).value("grade_allowance") == 0
    assert decided("pension", **long_history(retirement_day=day("2005-12-31"), savings=None)).value("pension") == 25_010
    assert decided("pension_in_payment", death_day=day("2007-01-01"), sex=None).value("pension_in_payment") == 0
    assert decided("home", hardship=True).value("home") == 0
    short = {"birth_day": day("1940-01-01"), "retirement_day": day("2005-12-31")}
    assert decided("pension", **short, mode="strict").value("pension") == 0  # the approximate rate is not looked at


def test_approximate_figures() -> None:
    retired = long_history(retirement_day=day("2005-12-31"))
    assert refusal("pension", **retired, mode="strict") == ("APPROX", "rate", day("2005-12-31"))
    assert decided("pension", **retired, mode="strict", accepted=frozenset({"rate"})).value("pension") == 25_010
    with pytest.raises(ValueError, match="marked, strict"):
        decided("pension", mode="lenient")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"birth_day": None}, ("MISSING", "birth_day", 0)),
        ({"savings": -1}, ("INVALID", "savings", 0)),
        ({"savings": 10**11 + 1}, ("INVALID", "savings", 0)),
        ({"savings": 12.5}, ("INVALID", "savings", 0)),
        ({"savings": "1200"}, ("INVALID", "savings", 0)),
        ({"savings": True}, ("INVALID", "savings", 0)),
        ({"hardship": 2}, ("INVALID", "hardship", 0)),
        ({"sex": 3}, ("INVALID", "sex", 0)),
        ({"paid_year": [1993]}, ("INVALID", "paid_months", 0)),
        ({"paid_year": 1993}, ("INVALID", "paid_months", 0)),
        ({"paid_year": None}, ("INVALID", "paid_months", 0)),
        ({"paid_year": [1993, None, 1996, 2004]}, ("MISSING", "paid_year", 2)),
        ({"paid_base": [30_000, 60_000, -1, None]}, ("INVALID", "paid_base", 3)),
        (dict.fromkeys(("paid_year", "paid_base", "paid_months"), [1993] * 51), ("INVALID", "paid_months", 0)),
        ({"savings": -1, "birth_day": None, "sex": 3}, ("MISSING", "birth_day", 0)),  # the first of the plan counts
    ],
)
def test_a_row_with_a_fault_is_refused_as_a_whole(changed: dict[str, Any], expected: tuple[str, str, int]) -> None:
    facts = person(**changed)
    want = ("pension", "grade_allowance")
    decision = decide(LAW, facts, on=MAY_2008, want=want)
    found = {decision.status(name) for name in decision.plan.variables}
    assert len(found) == 1
    why, subject, detail = unpack(found.pop())
    assert (why.name, decision.plan.inputs[subject], detail) == expected


def test_a_missing_history_refuses_where_it_is_read() -> None:
    gone = dict.fromkeys(("paid_year", "paid_base", "paid_months"))
    assert refusal("wage_index", **gone)[0] == "MISSING"
    assert decided("age", **gone).value("age") == 60


def test_flags_and_codes_are_taken_as_such() -> None:
    assert decided("grade_allowance", hardship=1, grade=2).value("grade_allowance") == 66_000
    found = evaluate(LAW.plan(["home"]), [person(hardship=0)], {"household": [{"floor": 7}]}, {"household": [0]}, on=0)
    assert found.values["home"] == [7]


# ---------------------------------------------------------------- groups
def test_persons_and_groups_in_stages() -> None:
    poor = person(savings=100_000)  # 1000.00 * 1.2 / 139 = 8.63; + 20 of 2007 (28.63) + 30 of 2008 (58.63)
    persons = [person(), poor, poor, person(hardship=True, grade=1)]
    groups = {"household": [{"floor": 10_000}, {"floor": 10**8}], "village": [{"grant": 100}]}
    membership = {"household": [0, 1, None, 1], "village": [0, 0, None, 0]}
    found = evaluate(LAW.plan(ALL), persons, groups, membership, on=MAY_2008)
    assert found.values["income"] == [15_550, 5_863, 5_863, 114_550]
    assert found.values["household_income"] == [15_550, 120_413]
    assert found.values["household_share"] == [15_550, 12]
    assert found.values["eldest"] == [day("1946-05-20")] * 2
    assert found.values["relief"] == [0, 33_000 - 5_863, 0, 0]
    assert [unpack(s)[0] if s else None for s in found.statuses["relief"]] == [None, None, Why.NO_GROUP, None]
    assert found.values["village_relief"] == [100 + 33_000 - 5_863]
    assert found.values["village_part"] == [0, 9963, 0, 0]  # 27137 / 27237


def test_a_refused_member_refuses_the_group_where_it_is_read() -> None:
    persons = [person(), person(sex=None), person(birth_day=None)]
    plan = LAW.plan(["household_income", "eldest"])
    groups = {"household": [{"floor": 1}, {"floor": 1}]}
    found = evaluate(plan, persons, groups, {"household": [0, 0, 1]}, on=MAY_2008)
    sex, birth = (status(Why.MISSING, plan.inputs.index(n)) for n in ("sex", "birth_day"))
    assert found.statuses["household_income"] == [sex, birth]
    assert found.statuses["eldest"] == [0, birth]


def test_a_refused_group_refuses_its_members_where_they_read_it() -> None:
    plan = LAW.plan(["relief", "home", "income"])
    groups = {"household": [{"floor": -1}, {"floor": 0}, {}]}
    found = evaluate(plan, [person()] * 3, groups, {"household": [0, 1, 2]}, on=MAY_2008)
    floor = plan.inputs.index("floor")
    faults = [status(Why.INVALID, floor), status(Why.REASON, plan.reasons.index("NO_ROOM")), status(Why.MISSING, floor)]
    assert found.statuses["relief"] == faults
    assert found.statuses["home"] == [faults[0], 0, faults[2]]
    assert found.statuses["income"] == [0, 0, 0]


def test_a_group_may_be_too_large() -> None:
    plan = LAW.plan(["household_income"])
    found = evaluate(plan, [person()] * 5, {"household": [{}]}, {"household": [0] * 5}, on=MAY_2008)
    assert found.statuses["household_income"] == [status(Why.NO_GROUP, 0, 5)]


def test_one_person_with_a_household() -> None:
    family = {"household": {"floor": 5_000, "members": [person(hardship=True, grade=1)]}, "village": {"grant": 5}}
    decision = decided("household_share", "village_part", groups=family)
    assert decision.value("household_share") == 260_200  # (155.50 + 1145.50) / 50.00
    assert decision["household_income"].arguments["income"].value == [15_550, 114_550]
    assert decision.refusals == {}


# ---------------------------------------------------------------- the trace
def test_the_trace_tells_what_was_read() -> None:
    decision = decided("pension_in_payment")
    step = decision["pension"]
    assert list(decision.steps) == list(decision.plan.variables)
    assert (step.zh, step.en, step.kind.name) == ("养老金", "Pension", "fen")
    assert step.rule.cites == "某社字〔2005〕3号"
    assert {n: a.value for n, a in step.arguments.items()} == {
        "of_age": True,
        "savings": 1_390_000,
        "age": 60,
        "divisor": None,
        "wage_index": 12_000,
    }
    (use,) = step.parameters
    assert (use.parameter.name, use.figures[0].value, use.figures[0].doc) == ("divisor", 139, "某社字〔2005〕3号")
    assert decision["wage_index"].parameters[0].years == (1993, 1994, 1996, 2004)
    assert decision.inputs["death_day"].source == "default"
    assert decision.inputs["savings"].source == "input"
    assert decision.fact("death_day") is None


def test_what_does_not_matter_is_told_apart() -> None:
    decision = decided("pension_in_payment", death_day=day("2007-01-01"))
    read = {name: step.read for name, step in decision.steps.items()}
    assert read.pop("pension_in_payment")
    assert not any(read.values())
    assert set(decision.inputs) == {"death_day"}
    assert not decision["pension_in_payment"].arguments["pension"].read
    assert decision.approx == []


def test_the_approximate_figures_that_mattered() -> None:
    retired = long_history(retirement_day=day("2005-12-31"))
    decision = decided("pension", **retired)
    assert [(step.name, use.parameter.name) for step, use in decision.approx] == [("pension", "rate")]
    short = decided("pension", birth_day=day("1940-01-01"), retirement_day=day("2005-12-31"))
    assert short.value("pension") == 0
    assert short.approx == []


def test_a_refused_argument_is_in_the_trace() -> None:
    step = decided("pension", sex=None)["pension"]
    assert step.value is None
    assert step.arguments["of_age"].status == step.status
    assert [n for n, a in step.arguments.items() if a.read] == ["of_age"]
    assert step.refusal() == ("缺少性别", "Sex is missing")


def test_a_plain_parameter_without_a_figure_is_in_the_trace() -> None:
    family = {"household": {"floor": 10**9}}
    step = decided("relief", on="2006-12-31", groups=family)["relief"]
    assert step.arguments["least"].value is None
    assert unpack(step.status)[0] is Why.NO_FIGURE
    assert step.refusal() == ("缺少参数最低标准（2006-12-31）", "the figure Least amount for 2006-12-31 is not known")


def test_without_trace_the_values_are_the_same() -> None:
    traced = decide(LAW, person(), on=MAY_2008)
    plain = decide(LAW, person(), on=MAY_2008, trace=False)
    assert {n: (s.value, s.status) for n, s in traced.steps.items()} == {
        n: (s.value, s.status) for n, s in plain.steps.items()
    }
    assert plain["pension"].arguments == {}
    assert traced.want == results(LAW)


def test_unknown_names_are_errors() -> None:
    with pytest.raises(LawError, match="did you mean savings"):
        decide(LAW, {"saving": 5}, on=0, want=["age"])
    with pytest.raises(LawError, match="did you mean pension"):
        decide(LAW, person(), on=0, want=["pensions"])
    with pytest.raises(LawError, match="hamlet"):
        decide(LAW, person(), on=0, want=["age"], groups={"hamlet": {}})
    with pytest.raises(KeyError):
        decided("age").value("pension")


@pytest.mark.parametrize("why", [w for w in Why if w is not Why.EXACT])
def test_every_refusal_has_words(why: Why) -> None:
    plan = LAW.plan(ALL)
    zh, en = describe(plan, status(why, 0, 3))
    assert zh and en and "{" not in zh + en
    assert describe(plan, 0) == ("", "")
    assert describe(plan, status(Why.INVALID, 0xFFFFFF))[1] == "the record has a fault"


def test_details_have_words() -> None:
    plan = LAW.plan(ALL)
    wage, rate = plan.parameters.index("wage"), plan.parameters.index("rate")
    base = plan.inputs.index("paid_base")
    assert describe(plan, status(Why.NO_FIGURE, wage, 1995))[0] == "缺少参数平均工资（1995年）"
    assert describe(plan, status(Why.NO_FIGURE, rate, day("1998-05-01")))[0] == "缺少参数计发比例（1998-05-01）"
    assert describe(plan, status(Why.MISSING, base, 3)) == ("缺少缴费工资（第3行）", "Wage paid on is missing (row 3)")
    assert describe(plan, status(Why.NO_GROUP, 0, 9))[1] == "Household: 9 members, at most 4"


# ---------------------------------------------------------------- the language as CPython runs it
def law_of(text: str) -> Law:
    """The law of a module's text, without parameters."""
    module = types.ModuleType("law_of_text")
    head = "from __future__ import annotations\nfrom shebao.rules.declare import *\nfrom shebao.rules.kinds import *\n"
    text = head + "from shebao.rules.language import *\n" + text
    exec(compile(text, "law_of_text.py", "exec"), vars(module))
    for value in vars(module).values():
        if isinstance(value, types.FunctionType) and value.__module__ == module.__name__:
            setattr(value, "__source_text__", text)
    return Law.of([module], {})


NUMBERS = """
INPUTS = [Input(n, Count, n, n, -(2**63), 2**63 - 1) for n in ("a", "b", "c")]
"""


def one(text: str, *, on: str = "2008-05-01", **facts: Any) -> tuple[Any, int]:
    """(value, status) of the variable `x` of a law."""
    decision = decide(law_of(text), facts, on=day(on), want=["x"])
    return decision.value("x"), decision.status("x")


def rule_of(body: str) -> str:
    arguments = "a: Count, b: Count, c: Count"
    return f'{NUMBERS}\n@rule(zh="x", en="x", cites="x")\ndef x({arguments}) -> Count:\n    return {body}\n'


@pytest.mark.parametrize(
    ("body", "a", "b", "c", "value"),
    [
        ("a + b", 2**63 - 1, 1, 0, None),
        ("a - b", -(2**63), 1, 0, None),
        ("a * b", 2**32, 2**31, 0, None),
        ("a * b", 2**32, -(2**31), 0, -(2**63)),
        ("a + b - c", 2**63 - 1, 1, 1, None),  # each step has to fit
        ("a * b * c", 2**40, 2**40, 0, None),
        ("-a", -(2**63), 0, 0, None),
        ("-a", 2**63 - 1, 0, 0, -(2**63) + 1),
        ("half_up(a, b)", -(2**63), -1, 0, None),
        ("a if b > 0 else a + c", 2**63 - 1, 1, 1, 2**63 - 1),
    ],
)
def test_int64_and_nothing_wider(body: str, a: int, b: int, c: int, value: int | None) -> None:
    expected = (value, 0) if value is not None else (None, int(Why.OVERFLOW))
    assert one(rule_of(body), a=a, b=b, c=c) == expected


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ("a + b", "a"),
        ("b + a", "b"),
        ("min(c, a)", "c"),
        ("b if c > 0 else a", "c"),
        ("half_up(b, a)", "b"),
        ("(a if 1 > 2 else b) + c", "b"),
    ],
)
def test_the_first_refused_argument_that_is_read_counts(body: str, missing: str) -> None:
    law = law_of(rule_of(body))
    decision = decide(law, {}, on=0, want=["x"])
    why, subject, _ = unpack(decision.status("x"))
    assert (why, decision.plan.inputs[subject]) == (Why.MISSING, missing)


def test_flags_are_short() -> None:
    flag = f'{NUMBERS}\n@rule(zh="x", en="x", cites="x")\ndef x(a: Count, b: Count) -> Flag:\n    return %s\n'
    assert one(flag % "a > 0 and b > 0", a=0) == (False, 0)
    assert one(flag % "a > 0 or b > 0", a=1) == (True, 0)
    assert one(flag % "not (a > 0 or b > 0)", a=0)[1]


def test_assigning_and_passing_on_is_reading() -> None:
    text = """
@helper
def first(p: int, q: int) -> int:
    return p
"""
    assert one(f"{text}{rule_of('first(a, b)')}", a=1)[1] == status(Why.MISSING, 1)
    body = NUMBERS + '@rule(zh="x", en="x", cites="x")\ndef x(a: Count, b: Count) -> Count:\n    c = b\n    return a\n'
    assert unpack(one(body, a=1)[1])[0] is Why.MISSING


def test_no_version_in_force() -> None:
    text = '@rule(zh="x", en="x", cites="x", since="2000-01-01", until="2000-12-31")\ndef x() -> Count:\n    return 5\n'
    assert one(text, on="2000-12-31") == (5, 0)
    assert one(text, on="1999-12-31") == (None, status(Why.NO_RULE, 0))
    assert one(text, on="2001-01-01") == (None, status(Why.NO_RULE, 0))


def test_loops_and_locals() -> None:
    body = """
    total = 0
    for i in range(1, 4):
        for j in range(i):
            if j == 2:
                total += 100
            elif i > 2:
                total += 10
            else:
                total += 1
    return total + a
"""
    text = f'{NUMBERS}\n@rule(zh="x", en="x", cites="x")\ndef x(a: Count) -> Count:{body}'
    assert one(text, a=0) == (123, 0)  # i=1: 1; i=2: 1 1; i=3: 10 10 100


@pytest.mark.parametrize("body", ["a / b", "a // b", "abs(a)", "[a][0]", "a ** 2", "a.real", "lambda: 1", "f'{a}'"])
def test_what_is_not_of_the_language_does_not_run(body: str) -> None:
    with pytest.raises(TypeError, match="not part of the rule language"):
        one(rule_of(body), a=1, b=1, c=1)


def test_a_rule_keeps_working_as_plain_python() -> None:
    rule = LAW.variables["age"].versions[0].rule.function
    assert rule(day("1946-05-20"), day("2006-06-01")) == 60
    checked = guarded(rule, {"birth_day": "value", "retirement_day": "value"})
    with pytest.raises(Refused):
        checked(day("2006-08-02"), day("2006-06-01"))


# ---------------------------------------------------------------- many rows
DAYS = st.integers(day("1940-01-01"), day("2012-12-31")) | st.sampled_from(
    [day(d) for d in ("2005-12-31", "2006-01-01", "2004-02-29", "1946-06-01")]
)
PERSONS = st.fixed_dictionaries(
    {
        "birth_day": DAYS | st.none(),
        "sex": st.sampled_from([None, 1, 2, 3]),
        "retirement_day": DAYS | st.none(),
        "savings": st.none() | st.integers(-1, 10**11 + 1),
        "hardship": st.none() | st.booleans(),
        "grade": st.sampled_from([None, 1, 2, 3]),
    }
).map(lambda changed: person(**changed))


@settings(max_examples=60, deadline=None)
@given(st.lists(PERSONS, min_size=1, max_size=4), st.sampled_from(["marked", "strict"]))
def test_a_row_comes_out_alone_as_it_does_among_others(persons: list[dict[str, Any]], mode: str) -> None:
    plan = LAW.plan(results(LAW))
    together = evaluate(plan, persons, on=MAY_2008, mode=mode)
    for k, facts in enumerate(persons):
        alone = decide(LAW, facts, on=MAY_2008, mode=mode)
        for name in plan.variables:
            if plan.owner_of(name) == "person":
                assert alone.status(name) == together.statuses[name][k]
                assert (alone.value(name) or 0) == together.values[name][k]
