"""Every branch of every rule is reached by a worked case, but for those that no facts can reach, listed by cause."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import shebao.law
from shebao.rules.cases import load_cases
from shebao.rules.coverage import coverage
from shebao.rules.law import Law

NO_FIGURE = "the figure that it reads is not at hand; it will be reached when the figure is in parameters.yaml"
NEVER_EMPTY = "the rule has left before, where the loop would have no turn"
GUARD = "guards against figures that today's law does not have"

UNREACHED = {
    "land_living_subsidy": (2, NO_FIGURE),
    "other_pension": (2, NO_FIGURE),
    "funeral_subsidy_2021": (1, NO_FIGURE),
    "survivor_grant_2021": (1, NO_FIGURE),
    "unemployment_funeral_2021": (1, NO_FIGURE),
    "unemployment_survivor_grant_2021": (1, NO_FIGURE),
    "short_service": (1, NO_FIGURE),
    "bill_catastrophic": (2, NO_FIGURE),
    "late_fee": (4, GUARD),
    "next_unemployment_in_bounds": (1, GUARD),
    "actual_months": (1, NEVER_EMPTY),
    "wage_index": (1, NEVER_EMPTY),
    "months_before_1998_07": (1, NEVER_EMPTY),
    "benefit_place": (2, NEVER_EMPTY),
    "resident_account_balance": (2, NEVER_EMPTY),
    "resident_period_met": (1, NEVER_EMPTY),
}


def test_each_branch_of_each_rule_is_reached_by_a_case() -> None:
    law = Law.load("shebao.law")
    found = coverage(law, load_cases(Path(shebao.law.__path__[0]), law))
    assert Counter(b.function for b in found.missing) == {name: count for name, (count, _) in UNREACHED.items()}, [
        f"{b.file}:{b.line} {b.function}: {b.side}: {b.text}" for b in found.missing if b.function not in UNREACHED
    ]
    assert found.unnamed == ()
