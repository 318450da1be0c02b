"""The room's own small tables: data/*.csv, each row with its source and confidence."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of data/<name>.csv by the names of their columns."""
    text = resources.files("shebao.samplecity").joinpath("data", f"{name}.csv").read_text("utf8")
    return tuple(csv.DictReader(text.splitlines()))


def column(name: str, of: str) -> list[str]:
    return [row[of] for row in rows(name)]


def integers(name: str, of: str) -> list[int]:
    return [int(row[of]) for row in rows(name)]
