"""Syntax trees of functions: from their file, or from the text that they carry."""

from __future__ import annotations

import ast
import types
from typing import Any

import pytest
import small_law

from shebao.rules.source import definition

TEXT = """
def twice(x):
    return x

@staticmethod
def other(x):
    return 0

def twice(x):
    return 2 * x
"""


def functions_of(text: str, carried: bool) -> dict[str, Any]:
    module = types.ModuleType("some_text")
    exec(compile(text, "some_text.py", "exec"), vars(module))
    found = {n: v for n, v in vars(module).items() if isinstance(v, types.FunctionType)}
    for function in found.values():
        if carried:
            setattr(function, "__source_text__", text)
    return found


def test_a_function_of_a_file_with_its_lines() -> None:
    function = small_law.pension_from_2006
    tree = definition(function)
    assert tree.name == "pension_from_2006"
    assert min(d.lineno for d in tree.decorator_list) == function.__code__.co_firstlineno
    assert ast.unparse(tree.body[-1]).startswith("return half_up_to_fen(")


def test_each_call_gives_a_tree_of_its_own() -> None:
    tree = definition(small_law.pension_age)
    tree.body.clear()
    assert definition(small_law.pension_age).body


def test_of_two_of_one_name_the_one_at_its_line() -> None:
    tree = definition(functions_of(TEXT, carried=True)["twice"])
    assert ast.unparse(tree.body[0]) == "return 2 * x"
    assert tree.lineno == 9


def test_without_source_it_says_so() -> None:
    with pytest.raises(TypeError, match=r"some_text\.py:9: no source of twice"):
        definition(functions_of(TEXT, carried=False)["twice"])
