"""The room's only way to an amount: columns through the compiled rules of the law."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache, lru_cache

import pyarrow as pa

from shebao.contributions.months import plus
from shebao.law import the_law
from shebao.law.insurance.contributions.bases import base_year
from shebao.rules.kernel import Kernel
from shebao.rules.kinds import day
from shebao.rules.run import Outcome, Pass
from shebao.rules.summary import Tally


@cache
def _kernel(variables: tuple[str, ...]) -> Kernel:
    return Kernel(the_law().plan(list(variables)))


@lru_cache(maxsize=16)
def _pass(variables: tuple[str, ...], on: int, mode: str, accepted: frozenset[str]) -> Pass:
    return Pass(_kernel(variables), on=on, mode=mode, accepted=accepted, lenient=True)


def computed(
    variables: tuple[str, ...], rows: pa.Table, on: int, mode: str = "marked", accepted: Collection[str] = ()
) -> Outcome:
    """The variables for each row; columns are named as the law's inputs, an absent one is an empty fact.

    on: the benefit day, for rules that no other day picks.  mode, accepted: see Pass.  The outcome has values (fen,
    days ...; 0 where refused), statuses (0 where decided) and, for each row, whether an approximate figure was used.
    """
    (outcome,) = _pass(variables, on, mode, frozenset(accepted)).outcomes(rows, None, None, Tally())
    return outcome


@lru_cache(maxsize=1024)
def contribution_year(month: date) -> tuple[date, date]:
    """The contribution year of a month: its first month, and the first month of the next one."""
    named = base_year(day(month))
    first, after = month, plus(month, 1)
    while base_year(day(plus(first, -1))) == named:
        first = plus(first, -1)
    while base_year(day(after)) == named:
        after = plus(after, 1)
    return first, after
