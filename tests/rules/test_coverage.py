"""Which branches the worked cases reach: each kind of branch, helpers, versions, groups; values stay as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from laws import law_of, line_of
from small_law import ALL, LAW, person

from shebao.rules.cases import Case, load_cases
from shebao.rules.coverage import Coverage, Watch, coverage
from shebao.rules.decide import decide
from shebao.rules.kinds import day
from shebao.rules.law import Law

TEXT = """
HOUSE = Group("house", "户", "house")
POOR = Reason("POOR", "穷", "poor")
NEVER = Reason("NEVER", "从不", "never")
TWELVE = 12
INPUTS = [
    Input("x", Count, "x", "x", -1000, 1000),
    Input("y", Count, "y", "y", -1000, 1000, missing=0),
    Input("ok", Flag, "o", "o", missing=False),
]


@helper
def doubled(v: int) -> int:
    return v + v if v > 10 else v


@rule(zh="z", en="e", cites="c", variable="amount", until="2009-12-31")
def amount_before(x: Count) -> Count:
    return x


@rule(zh="z", en="e", cites="c", variable="amount", since="2010-01-01")
def amount_2010(x: Count, y: Count, ok: Flag) -> Count:
    if x < 0:
        refuse(POOR)
    if x > 5 and (ok or not y > 3):
        return doubled(x)
    elif x == 5:
        return 5  # here
    total = 0
    for k in range(y):
        total += k
    for k in range(TWELVE):
        total += 1
    return total


@rule(zh="z", en="e", cites="c", of=HOUSE)
def together(amount: Members[Count]) -> Count:
    total = 0
    for k in range(len(amount)):
        total += amount[k]
    return total
"""


@pytest.fixture(scope="module")
def law() -> Law:
    return law_of(TEXT)


def case(facts: dict[str, object], on: str = "2012-01-01", want: str = "amount") -> Case:
    """A case that wants a variable and expects what comes out of it, or something else."""
    members = facts.pop("members", None)
    groups = {"house": {"members": members}} if members is not None else {}
    return Case("c", "c", day(on), "s", "", "marked", facts, groups, {want: 0}, {}, "f", 1)


def left(found: Coverage, function: str) -> set[tuple[str, str]]:
    """The branches of a function that were not reached: (text, side)."""
    return {(b.text, b.side) for b in found.missing if b.function == function}


def test_without_cases_all_is_missing(law: Law) -> None:
    found = coverage(law, [])
    assert found.missing == list(found.branches) and not any(map(found.runs, found.versions))
    assert {name for _, name in found.versions} == {"amount_before", "amount_2010", "together"}
    assert left(found, "amount_2010") == {
        ("x < 0", "true"),
        ("x < 0", "false"),
        ("refuse(POOR)", "refuses"),
        ("x > 5", "true"),
        ("x > 5", "false"),
        ("ok", "true"),
        ("ok", "false"),
        ("y > 3", "true"),
        ("y > 3", "false"),
        ("return doubled(x)", "returns"),
        ("x == 5", "true"),
        ("x == 5", "false"),
        ("return 5", "returns"),
        ("for k in range(y):", "entered"),
        ("for k in range(y):", "skipped"),
        ("for k in range(TWELVE):", "entered"),  # it cannot be skipped, nor can that over the members below
        ("return total", "returns"),
    }
    assert left(found, "doubled") == {
        ("v > 10", "true"),
        ("v > 10", "false"),
        ("return v + v if v > 10 else v", "returns"),
    }
    assert left(found, "together") == {("for k in range(len(amount)):", "entered"), ("return total", "returns")}
    assert found.unnamed == ("NEVER",)


def test_a_branch_that_no_case_reaches_has_its_line(law: Law) -> None:
    facts = [{"x": -1}, {"x": 20, "ok": True}, {"x": 6, "y": 2}, {"x": 6, "y": 5}, {"x": 1, "y": 3}, {"x": 1}]
    found = coverage(law, [case(f) for f in facts])
    (condition, end) = (b for b in found.missing if b.function == "amount_2010")
    assert (condition.text, condition.side) == ("x == 5", "true")
    assert (end.text, end.side, end.variable) == ("return 5", "returns", "amount")
    assert end.line == line_of(TEXT) == condition.line + 1
    assert left(found, "doubled") == set()
    assert [name for module, name in found.versions if found.runs((module, name))] == ["amount_2010"]
    assert coverage(law, [case(f) for f in [*facts, {"x": 5}]]).missing == [
        b for b in found.missing if b.function != "amount_2010"
    ]


def test_an_operand_that_is_not_evaluated_is_not_reached(law: Law) -> None:
    found = coverage(law, [case({"x": 3})])
    assert {("ok", "true"), ("ok", "false"), ("x > 5", "true")} <= left(found, "amount_2010")
    found = coverage(law, [case({"x": 7, "ok": True})])
    assert ("ok", "true") not in left(found, "amount_2010")
    assert {("y > 3", "true"), ("y > 3", "false"), ("ok", "false")} <= left(found, "amount_2010")


def test_an_argument_that_is_refused_reaches_neither_side(law: Law) -> None:
    assert left(coverage(law, [case({})]), "amount_2010") == left(coverage(law, []), "amount_2010")


def test_each_version_counts_by_itself(law: Law) -> None:
    found = coverage(law, [case({"x": 5}, on="2009-12-31")])
    assert left(found, "amount_before") == set()
    assert len(left(found, "amount_2010")) == 17


def test_members_of_a_group_count_too(law: Law) -> None:
    found = coverage(law, [case({"x": 1, "members": [{"x": -1}]}, want="together")])
    assert ("refuse(POOR)", "refuses") not in left(found, "amount_2010")
    assert ("return total", "returns") in left(found, "together")  # a refused member refuses the sum
    found = coverage(law, [case({"x": 1, "members": [{"x": 2}]}, want="together")])
    assert left(found, "together") == set()


def test_a_part_is_what_stands_in_some_modules(law: Law) -> None:
    found = coverage(law, [])
    assert found.of(lambda module: False).branches == ()
    assert found.of(lambda module: module.startswith("law_of_text")) == found


def test_the_law_under_watch_decides_the_same() -> None:
    """Everything of the language, values and refusals, with a trace and without."""
    watch = Watch(LAW)
    home = {"household": {"floor": 10_000, "members": [{"birth_day": day("1950-01-01"), "savings": 0}]}}
    changes = [{}, {"sex": 2}, {"savings": 0}, {"hardship": True, "grade": 1}, {"paid_year": [1995] * 4}, {"sex": None}]
    days = [day("2005-12-31"), day("2008-05-01"), day("2010-01-01")]
    seen = set()
    for facts in [person(**change) for change in changes]:
        for retirement in (day("2005-12-31"), day("2006-06-01")):
            for on in days:
                given = {**facts, "retirement_day": retirement}
                for trace in (False, True):
                    plain = decide(LAW, given, on=on, want=ALL, groups=home, trace=trace)
                    watched = decide(watch.law, given, on=on, want=ALL, groups=home, trace=trace)
                    outcome = [(s.name, s.value, s.status) for s in plain.steps.values()]
                    assert outcome == [(s.name, s.value, s.status) for s in watched.steps.values()]
                    assert [s.read_names for s in plain.steps.values()] == [
                        s.read_names for s in watched.steps.values()
                    ]
                    seen |= {status == 0 for _, _, status in outcome}
    assert seen == {True, False}
    found = watch.coverage()
    assert 0 < len(found.missing) < len(found.branches) / 3
    assert {"pension_before_2006", "pension_from_2006"} <= {name for m, name in found.versions if found.runs((m, name))}


def test_cases_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(
        "- {name: a, zh: a, on: 2008-05-01, source: s, facts: {birth_day: 1946-05-20, sex: male, "
        "retirement_day: 2006-06-01}, expect: {of_age: true}}\n",
        "utf-8",
    )
    found = coverage(LAW, load_cases(file, LAW))
    assert left(found, "pension_age") == {("sex == Sex.MALE", "false"), ("return 55", "returns")}
    assert all(b.file == LAW.files[0] for b in found.branches)
