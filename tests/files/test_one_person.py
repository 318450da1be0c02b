"""One person's facts for a decision."""

from __future__ import annotations

from pathlib import Path

import pytest
from wanted import CANONICAL, COLUMNS, person, write_people

from shebao.files.people import FileRefused, read_person

CASE = """
# 职工基本养老保险
person_id: 42
姓名: 张某某
id_number: 11010519491231002X
出生日期: 1950-03-05
sex: 男
wage: 3402.10
disabled: no
contributions:
  - {year: 1993, base: 3402.00}
  - year: 1994
    base: 4,000.50
    months: 1,3
"""


def test_yaml(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    assert read_person(path, COLUMNS) == {
        "person_id": "42",
        "id_number": "11010519491231002X",
        "name": "张某某",
        "birth_day": CANONICAL["birth_day"],
        "sex": 1,
        "wage": 340210,
        "disabled": False,
        "contributions_year": [1993, 1994],
        "contributions_base": [340200, 400050],
        "contributions_months": [4095, 0b101],
        "contributions_late": [None, None],
    }


@pytest.mark.parametrize("form", [".json", ".jsonl", ".yaml"])
def test_every_form(tmp_path: Path, form: str) -> None:
    path = write_people(tmp_path / f"case{form}", [person(1)])
    assert read_person(path, COLUMNS) == {**CANONICAL, "person_id": "p1"}


def test_every_problem_is_named(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("person_id: 42\nwage: -1\nsexx: 男\nbirth_day: 1950-02-30\ncontributions: [{base: 1}]\n", "utf-8")
    with pytest.raises(FileRefused) as refused:
        read_person(path, COLUMNS)
    found = {p.field: p for p in refused.value.problems}
    assert set(found) == {"wage", "sexx", "sex", "birth_day", "contributions[1].year"}
    assert not any(p.warning or p.row for p in found.values())
    assert str(found["wage"]).startswith("case.yaml (42) wage [-1]: ")
    assert "did you mean sex?" in found["sexx"].en


def test_known_fields_are_passed_over(tmp_path: Path) -> None:
    path = write_people(tmp_path / "case.json", [person(1, wages="1")])
    with pytest.raises(FileRefused, match="wages"):
        read_person(path, COLUMNS)
    assert "wages" not in read_person(path, COLUMNS, known=["wages"])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "0 entries"),
        ("{}\n---\n{}", "2 entries"),
        ("[1, 2]", "2 entries"),
        ("hello", "wanted: the facts of one person"),
        ("a: [", "no valid YAML"),
        ("wage: 1\n月工资: 1", "under two names"),
        ("wage: 1\nwage: 1", "given twice"),
        ("wage: &a [*a]", "no valid YAML"),
        ("wage: !!python/object:os.system {}", "no valid YAML"),
    ],
)
def test_files_that_are_no_person(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused, match=fault):
        read_person(path, COLUMNS[2:3])


def test_tables_hold_more_than_one_person(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="unknown form"):
        read_person(write_people(tmp_path / "case.csv", [person(1)]), COLUMNS)
    with pytest.raises(FileRefused, match="check the path"):
        read_person(tmp_path / "nowhere.yaml", COLUMNS)
