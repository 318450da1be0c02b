"""The room's only way to an amount: columns through the compiled rules of the law."""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from shebao.rules.kernel import Kernel
from shebao.rules.law import Law
from shebao.rules.run import Outcome, Pass
from shebao.rules.summary import Tally


@cache
def law() -> Law:
    """The law, loaded once."""
    return Law.load("shebao.law")


@cache
def _kernel(variables: tuple[str, ...]) -> Kernel:
    return Kernel(law().plan(list(variables)))


def computed(variables: tuple[str, ...], rows: pa.Table, on: int) -> Outcome:
    """The variables for each row; columns are named as the law's inputs, an absent one is an empty fact.

    on: the benefit day, for rules that no other day picks.  The outcome has values (fen, days ...; 0 where refused),
    statuses (0 where decided) and, for each row, whether an approximate figure was used.
    """
    (outcome,) = Pass(_kernel(variables), on=on, lenient=True).outcomes(rows, None, None, Tally())
    return outcome
