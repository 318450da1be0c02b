"""Worked cases: what a file may say, how a difference is told, and the law's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_law import LAW

from shebao.rules.cases import CaseError, Refused, check_all, check_case, load_cases
from shebao.rules.kinds import day
from shebao.rules.law import Law

GOOD = """
- name: at-60
  zh: 60周岁
  on: 2008-05-01
  source: worked out by hand
  working: |
    (1 + 1.2 + 1 + 1.5) × 12 ÷ 47 = 1.2; 13900.00 ÷ 139 × 1.2 = 120.00
  facts:
    birth_day: 1946-05-20
    sex: male
    retirement_day: 2006-06-01
    savings: 13,900.00
    hardship: 是
    grade: 一级
    death_day:
    paid: [{year: 1993, base: 300.00, months: "1-12"}, {year: 1994, base: 600, months: 1-12},
           {year: 1996, base: 700.00, months: 1-12}, {year: 2004, base: 3000.75, months: 1-11}]
    household: {floor: 100.00, members: [{birth_day: 1950-01-01, death_day: 2000-01-01}]}
  expect: {wage_index: 1.2, pension: 120.00, of_age: true, grace_day: 2006-06-01, household_share: 11.4550}
- name: no-figure
  zh: 无数值
  on: 2009-01-01
  source: worked out by hand
  facts: {birth_day: 1946-05-20, retirement_day: 2006-06-01, hardship: yes, grade: second}
  expect: {age: 60}
  refused:
    grade_allowance: {why: NO_FIGURE, subject: grade_pay}
    of_age: MISSING
- name: strict
  zh: 严格
  on: 2008-05-01
  source: worked out by hand
  mode: strict
  facts: {birth_day: 1946-05-20, sex: male, retirement_day: 2005-12-31, paid: []}
  refused: {pension: {why: REASON, subject: NOT_OF_AGE}}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "cases.yaml"
    path.write_text(text, "utf-8")
    return path


def test_facts_and_expectations_are_read_exactly(tmp_path: Path) -> None:
    first, second, third = load_cases(written(tmp_path, GOOD), LAW)
    assert first.on == day("2008-05-01")
    assert first.facts["savings"] == 1_390_000
    assert first.facts["paid_base"] == [30_000, 60_000, 70_000, 300_075]
    assert first.facts["paid_months"] == [4095, 4095, 4095, 2047]
    assert (first.facts["hardship"], first.facts["grade"], first.facts["sex"]) == (True, 1, 1)
    assert "death_day" not in first.facts
    assert first.groups["household"]["floor"] == 10_000
    assert first.expect["wage_index"] == 12_000
    assert first.line == 2
    assert second.refused == {"grade_allowance": Refused("NO_FIGURE", "grade_pay"), "of_age": Refused("MISSING", "")}
    assert (second.mode, third.mode) == ("marked", "strict")
    assert third.facts["paid_base"] == []
    assert [check_case(LAW, case) for case in (first, second, third)] == [[], [], []]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("expect: {age: 61}", "age: expected 61, got 60"),
        ("expect: {of_age: false}", "of_age: expected false, got true"),
        ("expect: {fee_due: 8.01}", "fee_due: expected 8.01, got 8.00"),
        ("expect: {grace_day: 2006-06-02}", "grace_day: expected 2006-06-02, got 2006-06-01"),
        (
            "expect: {wage_index: 0}",
            "wage_index: expected 0, got refused: MISSING paid_months (Months paid is missing)",
        ),
        ("refused: {age: MISSING}", "age: expected refused: MISSING, got 60"),
        ("refused: {wage_index: RANGE}", "wage_index: expected refused: RANGE, got refused: MISSING paid_months"),
        (
            "refused: {wage_index: {why: MISSING, subject: savings}}",
            "wage_index: expected refused: MISSING savings, got refused: MISSING paid_months",
        ),
    ],
)
def test_differences_are_told_in_written_units(tmp_path: Path, said: str, told: str) -> None:
    text = f"""
- name: other
  zh: 不同
  on: 2008-05-01
  source: worked out by hand
  facts: {{birth_day: 1946-05-20, sex: male, retirement_day: 2006-06-01, savings: 13900}}
  {said}
"""
    (case,) = load_cases(written(tmp_path, text), LAW)
    (failure,) = check_case(LAW, case)
    assert f"cases.yaml:2: other: {told}" in str(failure)


@pytest.mark.parametrize(
    ("old", "new", "place", "told"),
    [
        ("savings: 13,900.00", "saving: 13,900.00", "at-60: facts.saving", "did you mean savings?"),
        ("savings: 13,900.00", "savings: 13,900.005", "at-60: facts.savings", "at most 2 decimals"),
        ("sex: male\n", "sex: man\n", "at-60: facts.sex", "male"),
        ("base: 600,", "basis: 600,", "at-60: facts.paid[2].basis", "did you mean base?"),
        ("base: 600,", "base: many,", "at-60: facts.paid[2].base", "wanted: an amount"),
        ("pension: 120.00", "pensions: 120.00", "at-60: expect.pensions", "did you mean pension?"),
        (
            "on: 2008-05-01\n  source: worked out by hand\n  working",
            "on: 2008-13-01\n  source: x\n  working",
            "on",
            "day",
        ),
        ("why: NO_FIGURE", "why: NO_FIGURES", "no-figure: refused.grade_allowance.why", "use one of: MISSING"),
        ("subject: grade_pay", "subject: grade_pays", "refused.grade_allowance.subject", "did you mean grade_pay?"),
        ("mode: strict", "mode: severe", "strict: mode", "use marked or strict"),
        ("household: {floor: 100.00", "household: {flor: 100.00", "facts.household.flor", "did you mean floor?"),
        ("birth_day: 1950-01-01", "birthday: 1950-01-01", "household.members[1].birthday", "did you mean birth_day?"),
        ("name: no-figure", "name: at-60", "at-60", "stands twice"),
        ("expect: {age: 60}\n", "expect: {of_age: true}\n", "refused.of_age", "keep one"),
        ("  zh: 无数值\n", "", "no-figure: zh", "is missing"),
        ("refused: {pension: {why: REASON, subject: NOT_OF_AGE}}", "working: x", "strict", "expects nothing"),
    ],
)
def test_faults_have_place_and_remedy(tmp_path: Path, old: str, new: str, place: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(CaseError) as caught:
        load_cases(written(tmp_path, GOOD.replace(old, new)), LAW)
    assert len(caught.value.problems) == 1
    assert place in str(caught.value) and told in str(caught.value)
    assert "cases.yaml:" in caught.value.zh


@pytest.mark.parametrize("text", ["a: b", "- x", "- [1]", "- {name: x", "- name: x\n  facts: 5\n"])
def test_what_is_no_list_of_cases(tmp_path: Path, text: str) -> None:
    with pytest.raises(CaseError):
        load_cases(written(tmp_path, text), LAW)


def test_a_folder_is_searched_for_cases(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    written(tmp_path / "one", GOOD)
    assert [case.name for case in load_cases(tmp_path, LAW)] == ["at-60", "no-figure", "strict"]
    with pytest.raises(CaseError, match="cannot be read"):
        load_cases(tmp_path / "none.yaml", LAW)


def test_the_cases_of_the_law() -> None:
    law = Law.load("shebao.law")
    report = check_all(law)
    assert [str(failure) for failure in report.failures] == []
    assert report.values > len(report.cases) > 100
    assert report.untold == ()
