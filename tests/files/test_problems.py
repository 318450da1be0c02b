"""Reports of problems."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from shebao.files.problems import FileRefused, Problem, write_problems

PROBLEMS = [
    Problem("人员.csv", "低于允许的最小值", "is below the least allowed", 17, 1, "p1", "wage", "-1"),
    Problem("人员.csv", "损坏", "is broken", 20, 5),
    Problem("人员.csv", "未知的列", "is no known column", field="=cmd()", warning=True),
]


def test_places() -> None:
    assert [p.place for p in PROBLEMS] == ["人员.csv:17 (p1) wage", "人员.csv:20-24", "人员.csv =cmd()"]
    assert str(PROBLEMS[0]) == "人员.csv:17 (p1) wage [-1]: 低于允许的最小值 / is below the least allowed"
    assert "is broken" in str(FileRefused(PROBLEMS))


def test_csv(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    assert write_problems(path, iter(PROBLEMS)) == 3
    with path.open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    assert [(r["row"], r["rows"], r["person_id"], r["field"], r["found"]) for r in rows] == [
        ("17", "1", "p1", "wage", "-1"),
        ("20", "5", "", "", ""),
        ("", "1", "", "'=cmd()", ""),
    ]
    assert rows[0]["zh"] == "低于允许的最小值"


@pytest.mark.parametrize("count", [0, 1, 3])
def test_json(tmp_path: Path, count: int) -> None:
    path = tmp_path / "report.json"
    assert write_problems(path, PROBLEMS[:count]) == count
    assert [Problem(**p) for p in json.loads(path.read_text(encoding="utf-8"))] == PROBLEMS[:count]
    lines = tmp_path / "report.jsonl"
    assert write_problems(lines, PROBLEMS[:count]) == count
    found = [Problem(**json.loads(line)) for line in lines.read_text(encoding="utf-8").splitlines()]
    assert found == PROBLEMS[:count]
