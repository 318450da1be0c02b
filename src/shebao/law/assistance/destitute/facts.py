"""What the support of the destitute asks."""

from __future__ import annotations

from shebao.rules.declare import Input
from shebao.rules.kinds import LAST_DAY, Code, Day


class SelfCare(Code):
    """自理能力, as assessed."""

    ABLE = 1, "具备生活自理能力", "self-reliant"
    PARTLY = 2, "部分丧失", "partly dependent"
    DEPENDENT = 3, "完全丧失", "fully dependent"


INPUTS = [
    Input(
        "no_supporter_since",
        Day,
        "无赡养、抚养、扶养义务人之日",
        "Without anybody who must and can support",
        missing=LAST_DAY,
        note="empty for who has somebody",
    ),
    Input("self_care", SelfCare, "生活自理能力", "Self-care", missing=SelfCare.ABLE),
]
