"""The house keeps its floors: the contracts of pyproject.toml, and a law that imports the rules and nothing else."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from importlinter import cli

SOURCE = Path(__file__).parents[1] / "src" / "shebao"


def imported(path: Path) -> set[str]:
    """The modules that a file imports, anywhere in it, by full name."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import by full name"
            names.add(str(node.module))
    return names


def test_contracts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SOURCE.parents[1])
    assert cli.lint_imports(no_cache=True) == cli.EXIT_STATUS_SUCCESS


def test_law_imports_rules_only() -> None:
    paths = sorted((SOURCE / "law").rglob("*.py"))
    assert len(paths) > 10
    strange = {
        f"{path.relative_to(SOURCE)} imports {name}"
        for path in paths
        for name in imported(path) - sys.stdlib_module_names
        if not name.startswith(("shebao.rules", "shebao.law"))
    }
    assert not strange
