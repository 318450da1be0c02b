"""更正: a wage was declared wrongly; a bill of the differences follows, and, when it is paid, another history."""

from __future__ import annotations

from datetime import date

from shebao.access.acting import Act
from shebao.contributions.months import between, plus
from shebao.contributions.services.assessing import assess
from shebao.contributions.services.billing import Billed
from shebao.contributions.services.memberships import Declared, declare_wages


def correct_wage(
    act: Act, organisation_id: int | None, person_id: int, first: date, last: date, wage: int, billed_in: date
) -> Billed:
    """Puts another wage (fen a month) in the place of that of the months first..last, and bills the differences.

    organisation_id: None for who pays himself.  billed_in: the month of the bill.  A bill below zero needs no payment:
    it is credited at once, and the money can be refunded.
    """
    declare_wages(act, [Declared(person_id, wage, first, plus(last, 1))], organisation_id)
    organisations = None if organisation_id is None else [organisation_id]
    return assess(act, billed_in, organisations, persons=[person_id], months=between(first, plus(last, 1)))
