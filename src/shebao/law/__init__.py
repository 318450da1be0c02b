"""What the law says: one folder for each programme, with its rules, its parameters and its worked cases."""

from __future__ import annotations

from functools import cache

from shebao.rules.law import Law


@cache
def the_law() -> Law:
    """The law, loaded once.  Raises LawError."""
    return Law.load(__name__)
