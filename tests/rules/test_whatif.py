"""Lives in steps, and what a person is entitled to, what excludes it and what would change it."""

from __future__ import annotations

from pathlib import Path

import pytest
from benefits_law import LAW, Exclusion

from shebao.rules.cases import CaseError, check_case, load_cases, load_facts
from shebao.rules.declare import Pays
from shebao.rules.kinds import day
from shebao.rules.whatif import At, Change, Excluded, WhatIf

ON = day("2012-05-31")
LIFE = """
- name: a-life
  zh: 一生
  on: 2012-05-31
  source: worked out by hand
  facts: {birth_day: 1932-06-01, health: well, home: {rent: 60.00, members: [{income: 800.00}]}}
  benefits: {aid: 260.00}
  then:
    - on: 2012-06-30
      working: 80 on the first of June; aid takes the place of the allowance
      facts: {health: ill}
      expect: {age_allowance_entitlement: 100.00, age_allowance_exclusion: aid}
      benefits: {aid: 260.00, check_up: true}
    - on: 2012-07-31
      facts: {income: 400.00, home: {rent: 0}}
      benefits: {age_allowance: 100.00, check_up: true}
"""


def person(**more: int) -> dict[str, int]:
    return {"birth_day": day("1934-01-01"), "health": 0, "income": 70_000, **more}


def test_a_life_goes_on_from_step_to_step(tmp_path: Path) -> None:
    (tmp_path / "cases.yaml").write_text(LIFE, "utf-8")
    cases = load_cases(tmp_path, LAW)
    assert [case.name for case in cases] == ["a-life", "a-life-2", "a-life-3"]
    assert [check_case(LAW, case) for case in cases] == [[], [], []]
    assert cases[2].groups["home"] == {"rent": 0, "members": [{"income": 80_000}]}
    assert cases[1].line == 9 and cases[2].facts["health"] == 1


def test_every_benefit_that_is_not_named_is_expected_to_be_nothing(tmp_path: Path) -> None:
    (tmp_path / "cases.yaml").write_text(LIFE.replace("aid: 260.00, check_up: true", "aid: 260.00"), "utf-8")
    failures = [str(f) for case in load_cases(tmp_path, LAW) for f in check_case(LAW, case)]
    assert len(failures) == 1 and "a-life-2: check_up: expected" in failures[0]


def test_a_step_that_says_something_else_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "cases.yaml").write_text(LIFE.replace("facts: {health: ill}", "fact: {health: ill}"), "utf-8")
    with pytest.raises(CaseError, match="fact is not known"):
        load_cases(tmp_path, LAW)


def test_what_is_due_and_what_takes_its_place() -> None:
    asked = WhatIf(LAW, person(birth_day=day("1930-01-01"), income=30_000), {}, ON)
    assert asked.due == {"aid": 20_000}
    assert asked.excluded == [Excluded("age_allowance", 10_000, Exclusion.AID)]
    assert LAW.variables["check_up"].rule.pays is Pays.SERVICE


def test_the_ages_at_which_something_changes() -> None:
    assert list(WhatIf(LAW, person(), {}, ON).by_age()) == [At(80, (Change("age_allowance", 0, 10_000),))]


def test_the_income_at_which_aid_ends_and_the_allowance_begins() -> None:
    found = list(WhatIf(LAW, person(birth_day=day("1930-01-01")), {}, ON).by_amount("income", 200_000))
    assert found == [At(50_000, (Change("age_allowance", 0, 10_000), Change("aid", 100, 0)))]


def test_a_fact_of_the_group_is_varied_for_the_group() -> None:
    found = list(WhatIf(LAW, person(), {"home": {}}, ON).by_amount("rent", 20_000))
    assert [at.value for at in found] == [100]


def test_a_missing_fact_is_named_and_tried() -> None:
    asked = WhatIf(LAW, {"birth_day": day("1990-01-01"), "income": 70_000}, {}, ON)
    assert asked.missing() == {"health": ["check_up"]}
    assert asked.by_missing("health") == [
        At(0, (Change("check_up", None, False),)),
        At(1, (Change("check_up", None, True),)),
    ]
    assert asked.by_missing("income") == []


def test_facts_of_a_person_and_of_his_household_are_read(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text("birth_day: 1934-01-01\nhome: {rent: 12.50, members: [{income: 1}]}\n", "utf-8")
    facts, groups = load_facts(file, LAW)
    assert facts == {"birth_day": day("1934-01-01")}
    assert groups == {"home": {"rent": 1250, "members": [{"income": 100}]}}
    file.write_text("birthday: 1934-01-01\n", "utf-8")
    with pytest.raises(CaseError, match="did you mean birth_day"):
        load_facts(file, LAW)
