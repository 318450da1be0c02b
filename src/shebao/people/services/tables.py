"""The columns in which facts are stored."""

from __future__ import annotations

from typing import Any

from shebao.people import names
from shebao.people.facts import Fact, Name


def stored_columns(kind: type[Fact]) -> tuple[str, ...]:
    """The fact's own columns and those made from them."""
    return (*kind.columns(), *names.Keys._fields) if kind is Name else kind.columns()


def stored(fact: Fact) -> dict[str, Any]:
    """Column -> value."""
    return fact.values() | names.keys(fact.name)._asdict() if isinstance(fact, Name) else fact.values()
