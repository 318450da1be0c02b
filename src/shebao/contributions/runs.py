"""Work on the whole city, in rounds that are each kept: a run that was interrupted is run again and goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from shebao.access.acting import acting
from shebao.contributions.services import assessing
from shebao.contributions.services.billing import Billed


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
