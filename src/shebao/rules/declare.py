"""How a law is written: `@rule`, `Input`, `Group`, `Reason`.  A law is the modules of a package, with parameters."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

from shebao.rules.kinds import INT64_MAX, INT64_MIN, Kind, day, read_annotation
from shebao.rules.language import Reason, refuse

__all__ = ["BENEFIT_DAY", "PERSON", "Group", "Input", "Missing", "Pays", "Reason", "Rule", "refuse", "rule"]

F = TypeVar("F", bound=Callable[..., Any])
BENEFIT_DAY = "benefit_day"  # the day a run is for; a rule may take it as an argument of kind Day
PERSON = "person"


class Missing(Enum):
    """What an empty cell of an input means, when it does not stand for a value."""

    ROW = "row"  # the row cannot be decided at all
    USE = "use"  # a rule that reads it is refused; a rule that does not is unaffected


class Pays(Enum):
    """How a variable that is a benefit is paid; its value is then what is due, and 0 (or no) is nothing."""

    MONTHLY = "monthly"
    YEARLY = "yearly"
    ONCE = "once"
    SERVICE = "service"  # a right or a service in kind: a Flag


@dataclass(frozen=True)
class Group:
    """A kind of group of persons (household, dependants of a deceased).  A person is in at most one of each kind.

    alone: who is in none is one of his own, of which nothing else is known (a household of one).
    """

    name: str
    zh: str
    en: str
    max_members: int = 64
    alone: bool = False


@dataclass(frozen=True)
class Input:
    """A fact that a record gives.

    annotation: a kind (`Fen`), a Code class, or `Series[...]`; columns with the same `history` share their rows.
    low, high: the declared range, in the integer's own unit (fen); a value outside refuses the row.
    missing: Missing.ROW, Missing.USE, or the value that an empty cell stands for.
    of: PERSON or the name of a Group.
    """

    name: str
    annotation: Any
    zh: str
    en: str
    low: int | None = None
    high: int | None = None
    missing: Missing | int | bool = Missing.USE
    of: str = PERSON
    history: str = ""
    max_length: int = 400
    note: str = ""
    form: str = field(init=False)
    kind: Kind = field(init=False)

    def __post_init__(self) -> None:
        form, kind = read_annotation(self.annotation)
        if form not in ("value", "Series") or (form == "Series") != bool(self.history):
            raise TypeError(f"input {self.name}: Series[...] needs history=..., and only that")
        low, high = (kind.low if self.low is None else self.low), (kind.high if self.high is None else self.high)
        if low > high or low < INT64_MIN or high > INT64_MAX:
            raise ValueError(f"input {self.name}: a range {low}..{high} within int64 is wanted")
        if not self.history and not isinstance(self.missing, Missing) and not low <= self.missing <= high:
            raise ValueError(f"input {self.name}: an empty cell stands for {self.missing}, outside {low}..{high}")
        object.__setattr__(self, "form", form)
        object.__setattr__(self, "kind", kind)

    @property
    def range(self) -> tuple[int, int]:
        """The declared range, or the kind's own."""
        low = self.kind.low if self.low is None else self.low
        high = self.kind.high if self.high is None else self.high
        return low, high


@dataclass(frozen=True)
class Rule:
    """One dated version of a variable: the function with what its decorator says."""

    variable: str
    function: Callable[..., Any]
    zh: str
    en: str
    cites: str
    since: int
    until: int  # the last day on which it holds, included
    dated_by: str
    of: str
    formula: str
    confidence: str
    note: str
    pays: Pays | None = None

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def text(self) -> str:
        """The docstring without its indentation."""
        return "\n".join(line.strip() for line in (self.function.__doc__ or "").strip().splitlines())


def rule(
    *,
    zh: str,
    en: str,
    cites: str,
    since: str | datetime.date = "1850-01-01",
    until: str | datetime.date = "2249-12-31",
    dated_by: str = BENEFIT_DAY,
    of: str | Group = PERSON,
    variable: str = "",
    formula: str = "",
    confidence: str = "known",
    note: str = "",
    pays: Pays | None = None,
) -> Callable[[F], F]:
    """Makes a function a rule of law.

    zh, en: the variable's names.  cites: document number and clause.  since, until: the first and last day on which
    this version holds.  dated_by: the input or variable (a Day) that picks the version and its parameters, row by row.
    of: whose variable it is, the person's or a group's.  variable: its name, when the function's differs (two versions
    side by side).  formula: the formula in the law's own symbols, for the letter.  confidence: seed, source, known or
    approx, as the policy files label the clause; an approx rule is shown as such wherever its value is.
    pays: how the variable is paid, when it is a benefit that somebody receives.
    """

    def mark(function: F) -> F:
        owner = of if isinstance(of, str) else of.name
        name = variable or function.__name__
        declared = Rule(
            name, function, zh, en, cites, day(since), day(until), dated_by, owner, formula, confidence, note, pays
        )
        setattr(function, "__rule__", declared)
        return function

    return mark
