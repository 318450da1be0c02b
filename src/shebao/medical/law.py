"""The room's only way to an amount: columns through the compiled rules of the law.

A bill is computed in two runs, as the law has it: charge lines into four parts, then bills into funds and own parts,
and what is left to the patient into assistance, account and cash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from shebao.law import the_law
from shebao.law.insurance.medical_bill.facts import BillCare
from shebao.rules.decide import describe
from shebao.rules.declare import PERSON, Input, Missing
from shebao.rules.figures import Encoded
from shebao.rules.graph import Plan
from shebao.rules.kernel import EMPTY, Frame, Ints, Kernel, encoded
from shebao.rules.kinds import date_of
from shebao.rules.kinds import day as number_of
from shebao.rules.recompute import settle

GIVEN = ("assistance_standing",)
LINES = ("line_own_paid", "line_over_limit", "line_first_share", "line_in_scope")
BILL = (
    "bill_pool",
    "bill_large",
    "bill_supplement",
    "bill_catastrophic",
    "bill_deductible",
    "bill_own_ratio",
    "bill_above_cap",
    "bill_own_in_scope",
    "bill_own",
    "bill_aid_care",
    "aid_paid_before",
    "bill_period_number",
    "year_outpatient_eligible_after",
    "year_outpatient_paid_after",
    "year_periods_after",
    "year_pool_paid_after",
    "year_large_paid_after",
    "year_own_share_after",
    "year_catastrophic_paid_after",
)
PAYMENT = ("medical_assistance", "account_pay", "cash_pay", "aid_paid_after")
_MODE = "marked"  # approximate figures are used, and marked
_NO_FLAG = -128


def _nothing(given: Input) -> np.int64 | np.int8:
    """What an empty cell of an input stands for, as the machine code reads it."""
    flag = given.kind.form == "flag"
    value = (_NO_FLAG if flag else EMPTY) if isinstance(given.missing, Missing) else int(given.missing)
    return np.int8(value) if flag else np.int64(value)


@dataclass(frozen=True)
class Computed:
    """What came out, row by row: values (0 where refused) and statuses (0 where decided) by variable; approx marks."""

    plan: Plan
    values: Mapping[str, Ints]
    statuses: Mapping[str, Ints]
    approx: npt.NDArray[np.bool_]

    def refusal(self, row: int) -> tuple[str, str] | None:
        """Why the law does not decide a row, Chinese and English; None where it does."""
        for name in self.plan.want:
            if status := int(self.statuses[name][row]):
                return describe(self.plan, status)
        return None


class Runs:
    """A plan, compiled once, for rows that come a few at a time: no table is made of them."""

    def __init__(self, want: Sequence[str], given: Sequence[str]) -> None:
        self.plan = the_law().plan(list(want), given=tuple(given))
        self._kernel = Kernel(self.plan)
        self._figures: dict[str, Encoded] = encoded(self.plan, strict=False, accepted=[])
        self._nothing = {name: _nothing(self.plan.law.inputs[name]) for name in self.plan.inputs}

    def computed(self, columns: Mapping[str, Sequence[Any] | npt.NDArray[Any]], rows: int, on: int) -> Computed:
        """The variables of some rows.

        columns: by input, `rows` whole numbers each, None in a list is empty; what is not named is empty.  on: the
        benefit day, a day's number.
        """
        frame = Frame(rows)
        for name, nothing in self._nothing.items():
            given = columns.get(name)
            if given is None:
                frame.scalars[name] = np.full(rows, nothing)
            elif isinstance(given, np.ndarray):
                frame.scalars[name] = np.ascontiguousarray(given, nothing.dtype)
            else:
                frame.scalars[name] = np.array([nothing if v is None else v for v in given], nothing.dtype)
        frames = {PERSON: frame}
        result = self._kernel.run(frames, {}, self._figures, on)
        # What the machine code leaves open has a status; where there is none, nothing is to be decided in CPython.
        if any(result.statuses[name].any() for name in self.plan.want):
            settle(self.plan, frames, {}, result, on, _MODE, frozenset())
        return Computed(
            self.plan,
            {name: result.values[name][:rows] for name in self.plan.want},
            {name: result.statuses[name][:rows] for name in self.plan.want},
            result.approx[PERSON][:rows] != 0,
        )


@cache
def lines() -> Runs:
    """Rows are charge lines."""
    return Runs(LINES, ())


@cache
def bills() -> Runs:
    """Rows are bills."""
    return Runs(BILL, GIVEN)


@cache
def payments() -> Runs:
    """Rows are what bills leave to the patient."""
    return Runs(PAYMENT, (*GIVEN, "bill_own"))


def period_days(care: BillCare, day: date) -> int:
    """Days of a settlement period of a stay, or of a special disease, by the law of a day."""
    name = "inpatient_period_days" if care == BillCare.INPATIENT else "special_period_days"
    figure = the_law().parameters[name].figure(number_of(day))
    if figure is None or figure.value is None:
        raise LookupError(f"the law has no {name} on {day}")
    return figure.value


@cache
def account_since() -> date:
    """From when the account pays at the card reader: nobody has to look at balances before."""
    return date_of(max(version.rule.since for version in the_law().variables["account_pay"].versions))


def warm() -> None:
    """Compiles all, before the first message waits for it."""
    for runs in (lines(), bills(), payments()):
        runs.computed({}, 1, 0)
