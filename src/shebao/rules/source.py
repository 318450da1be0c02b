"""The syntax tree of a rule or helper, read from the file (or text) that defines it."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Callable
from functools import lru_cache
from typing import Any


def definition(function: Callable[..., Any]) -> ast.FunctionDef:
    """The definition of a function, a fresh tree each call, with the line numbers of its file.

    A function that stands in no file carries the text that defined it as `__source_text__` (of itself alone or of its
    whole module).  Raises TypeError when no source is found.
    """
    code = function.__code__
    name, line = code.co_name, code.co_firstlineno
    text = getattr(function, "__source_text__", None)
    if text is None:
        text = "".join(linecache.getlines(code.co_filename, function.__globals__))
    places = _places(text).get(name, [])
    if len(places) > 1:
        places = [place for place in places if place[0] == line]
    if len(places) != 1:
        raise TypeError(f"{code.co_filename}:{line}: no source of {name}; define it in a file, at the top level")
    start, end = places[0]
    lines = text.split("\n")[start - 1 : end]
    node = ast.parse("\n" * (start - 1) + "\n".join(lines)).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


@lru_cache(maxsize=256)
def _places(text: str) -> dict[str, list[tuple[int, int]]]:
    """First line (that of the first decorator) and last line of each function at the top level, by name."""
    places: dict[str, list[tuple[int, int]]] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            places.setdefault(node.name, []).append((first, node.end_lineno or first))
    return places
