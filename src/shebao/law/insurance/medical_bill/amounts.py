"""Payments and caps, such that no fen more of an eligible amount ever costs the person less."""

from __future__ import annotations

from shebao.rules.kinds import ONE4, Fen, Ratio4
from shebao.rules.language import ceil_div, half_up_to_fen, helper


@helper
def paid_on(eligible: Fen, ratio: Ratio4) -> Fen:
    """The ratio of an eligible amount, half up to fen."""
    return half_up_to_fen(eligible * ratio, ONE4)


@helper
def until_paid(eligible: Fen, ratio: Ratio4, left: Fen) -> Fen:
    """Of an eligible amount the part on which the payment reaches what is left of a cap: `paid_on` it is `left`.

    It is the smallest such amount: the payment is rounded half up, so that it is reached half a fen before.
    """
    return min(eligible, max(0, ceil_div((2 * left - 1) * ONE4, 2 * ratio)))
