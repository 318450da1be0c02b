"""Work on the whole city, in rounds that are each kept: a run that was interrupted is run again and goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from shebao.access.acting import acting
from shebao.contributions.services import assessing, crediting, interest, receiving
from shebao.contributions.services.billing import Billed
from shebao.contributions.services.crediting import Credited
from shebao.contributions.services.interest import Interested
from shebao.contributions.services.receiving import Matched
from shebao.law.insurance.contributions.facts import Insurance


def assess_city(
    actor_id: int,
    month: date,
    progress: Callable[[int, int | None], None] | None = None,
    *,
    mode: str = "marked",
    accepted: Collection[str] = (),
) -> Billed:
    """Assesses a month for everybody; each round of about assessing.STEP persons is one act."""
    with acting(actor_id, "contributions.assess"):
        rounds = list(assessing.scopes(month, None))
    found, total = Billed(), sum(size for _, size in rounds)
    for scope, _ in rounds:
        with acting(actor_id, "contributions.assess") as act:
            found.add(assessing.step(act, month, scope, mode=mode, accepted=accepted))
        if progress:
            progress(found.persons, total)
    return found


def match_all(actor_id: int, progress: Callable[[int], None] | None = None) -> Matched:
    """Pays bills from all receipts that name one; progress: of receipts so far."""
    found = Matched()
    while True:
        with acting(actor_id, "contributions.receive") as act:
            part = receiving.match(act)
        found.add(part)
        found.refused = part.refused  # each turn tries them again
        if progress:
            progress(found.receipts)
        if not part.receipts:
            return found


def credit_all(actor_id: int, day: date, progress: Callable[[int], None] | None = None) -> Credited:
    """Settles and credits all bills that are paid in full; progress: of bills so far."""
    found = Credited()
    while True:
        with acting(actor_id, "contributions.credit") as act:
            part = crediting.credit(act, day)
        found.add(part)
        if progress:
            progress(found.bills)
        if not part.bills:
            return found


def interest_of_year(
    actor_id: int,
    year: int,
    day: date,
    insurance: Insurance = Insurance.PENSION,
    progress: Callable[[int], None] | None = None,
) -> Interested:
    """Gives every account the interest of a year; progress: of accounts so far."""
    found = Interested()
    while True:
        with acting(actor_id, "contributions.interest") as act:
            part = interest.add_interest(act, year, day, insurance, past=found.past)
        found.persons += part.persons
        found.amount += part.amount
        found.refused += part.refused
        found.past = part.past
        if progress:
            progress(found.persons)
        if not part.past:
            return found
