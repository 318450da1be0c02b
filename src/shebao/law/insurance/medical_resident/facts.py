"""What the yearly reckoning of serious-illness insurance asks."""

from __future__ import annotations

from shebao.rules.declare import Input
from shebao.rules.kinds import LAST_DAY, Day, Fen

MOST = 10**10  # fen

INPUTS = [
    Input(
        "serious_illness_day",
        Day,
        "大病保险年度结算日",
        "Last day of the year for which serious-illness insurance is reckoned",
        missing=LAST_DAY,
        note="empty: no reckoning",
    ),
    Input(
        "serious_illness_own_share",
        Fen,
        "本年范围内个人负担合计",
        "Own share in scope of the year",
        high=MOST,
        missing=0,
        note="before serious-illness insurance, as the bills of the year left it",
    ),
    Input(
        "serious_illness_paid",
        Fen,
        "本年大病保险已支付",
        "Paid by serious-illness insurance in the year already",
        high=MOST,
        missing=0,
    ),
]
