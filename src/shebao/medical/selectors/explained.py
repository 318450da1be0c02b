"""怎样算出来的: a stored bill, asked of the law again, with the trace down to the clause.

The facts of a bill are rebuilt from what is stored:

- the yearly accumulators before it are the sums of the rows of the person and year that were settled before it,
  reversals among them, for these mirror what they took back;
- what was in scope earlier in its settlement period, and the number of that, are the like sums of the period;
- level and community are those of the institution, and the class of relief that of the cover, as they stand today;
- the account's balance is not kept with a bill.  What was taken from the account stands for it: where the account paid
  all that was left, a larger balance gives the same, and where it did not, it was empty after.

`Explained.agrees` says whether the law gives again what was settled; it may not where one of these changed since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db import connection

from shebao.access.acting import Act
from shebao.law import the_law
from shebao.law.assistance.medical.facts import ReliefClass
from shebao.medical.law import GIVEN, PAYMENT
from shebao.medical.models.cover import ACCUMULATORS
from shebao.medical.selectors.bills import Bill, bill
from shebao.rules.decide import Decision, decide
from shebao.rules.explain import Node, tree
from shebao.rules.kinds import day as number_of
from shebao.rules.law import Law

# variable of the law -> what a settlement calls it
SPLIT = {
    "bill_deductible": "deductible",
    "bill_pool": "pool",
    "bill_large": "large",
    "bill_supplement": "supplement",
    "bill_own_ratio": "own_ratio",
    "bill_above_cap": "above_cap",
    "bill_catastrophic": "catastrophic",
}
LEFT = {"medical_assistance": "assistance", "account_pay": "account", "cash_pay": "cash"}
_ALWAYS = ("bill_deductible", "bill_own_ratio", "cash_pay")  # also explained where they are nothing
# what the second run is told
_AFTER = ("bill_own", "bill_own_in_scope", "bill_aid_care", "aid_paid_before")


@dataclass(frozen=True)
class Explained:
    """A bill with its two decisions: what insurance pays and leaves, and who pays what is left."""

    bill: Bill
    decisions: tuple[Decision, Decision]
    agrees: bool

    def trees(self, lang: str) -> list[Node]:
        """What the bill shows, each down to facts and clauses: not what came to nothing, nor what is on the way."""
        parts = SPLIT | LEFT
        wanted = {name for name, part in parts.items() if getattr(self.bill, part) or name in _ALWAYS}
        return [node for run in self.decisions for node in tree(run, lang) if node.name in wanted]


@cache
def _laws() -> tuple[Law, Law]:
    """The law of each run, with what is decided elsewhere as facts."""
    return the_law().given(GIVEN), the_law().given((*GIVEN, "bill_own"))


def explained(act: Act, person_id: int, bill_id: int) -> Explained:
    """How a bill comes about; of what takes one back, how that one did.  Raises Refused."""
    found = bill(act, person_id, bill_id).bill
    if found.reverses_id is not None:
        found = bill(act, person_id, found.reverses_id).bill
    facts, relief = _facts(found)
    first, second = _laws()
    on = number_of(max(found.day, found.bill_day))
    # what is shown comes first: a tree has each variable in full only once
    parts = sorted(SPLIT, key=lambda name: not getattr(found, SPLIT[name]) and name not in _ALWAYS)
    split = decide(first, facts, on=on, want=[*parts, *_AFTER])
    own, in_scope, care, aided = (split.value(name) for name in _AFTER)
    bill_day = facts["bill_day"]
    left = decide(
        second,
        {
            "bill_day": bill_day,
            "bill_own": own,
            "medical_account_balance": found.account,
            "assistance_standing": found.standing,
            "medical_aid_day": bill_day,
            "medical_aid_care": care,
            "medical_own_share": in_scope,
            "medical_aid_paid": aided,
            "relief_class": relief,
        },
        on=on,
        want=list(PAYMENT[:3]),
    )
    pairs = [(split, SPLIT), (left, LEFT)]
    agrees = all(run.value(name) == getattr(found, part) for run, parts in pairs for name, part in parts.items())
    return Explained(found, (split, left), agrees)


def _facts(found: Bill) -> tuple[dict[str, Any], int]:
    """The law's inputs of a bill; the class of relief."""
    who = {"person": found.person_id, "year": found.year, "id": found.id}
    sums = ", ".join(f"coalesce(sum({name}), 0)::bigint" for name in ACCUMULATORS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {sums} FROM medical_settlement WHERE person_id = %(person)s AND year = %(year)s AND id < %(id)s",
            who,
        )
        before = dict(zip(ACCUMULATORS, cursor.fetchone(), strict=True))
        cursor.execute(
            "SELECT coalesce(sum(in_scope), 0)::bigint, "
            "coalesce(sum(CASE WHEN reverses_id IS NULL THEN 1 ELSE -1 END), 0), max(period_number) "
            "FROM medical_settlement WHERE person_id = %(person)s AND id < %(id)s "
            "AND care = %(care)s AND period_start = %(start)s AND (care <> 3 OR visit_id = %(visit)s)",
            who | {"care": int(found.care), "start": found.period_start, "visit": found.visit_id},
        )
        eligible, of_period, number = cursor.fetchone()
        cursor.execute(
            "SELECT v.birth_day, coalesce(c.relief, 0) FROM medical_visit v LEFT JOIN medical_cover c "
            "ON c.person_id = v.person_id AND c.year = %(year)s WHERE v.person_id = %(person)s AND v.id = %(visit)s",
            who | {"visit": found.visit_id},
        )
        birth_day, relief = cursor.fetchone()
    facts = {
        "bill_day": _number(found.bill_day),
        "bill_care": int(found.care),
        "bill_class": int(found.insured),
        "bill_hospital_level": found.level,
        "bill_community": found.community,
        "bill_own_paid": found.own_paid,
        "bill_over_limit": found.over_limit,
        "bill_first_share": found.first_share,
        "bill_in_scope": found.in_scope,
        "birth_day": _number(birth_day),
        "period_number": number if of_period else 0,
        "period_start_day": _number(found.period_start),
        "period_eligible": eligible,
        "assistance_standing": found.standing,
        **{name if name.startswith("year_") else f"year_{name}": value for name, value in before.items()},
    }
    return facts, int(ReliefClass(relief))


def _number(day: date | None) -> int | None:
    return None if day is None else number_of(day)
