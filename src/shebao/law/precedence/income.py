"""What of a person's benefits counts as income for assistance."""

from __future__ import annotations

from shebao.rules.declare import rule
from shebao.rules.kinds import Fen, Flag


@rule(
    zh="计入家庭收入的社会保险待遇",
    en="Insurance benefits that count as income, per month",
    cites="京政办发〔2018〕45号",
    confidence="source",
)
def insurance_income() -> Fen:
    """Pensions, unemployment benefit, allowances of an injury."""
    return 0


@rule(
    zh="计入低保家庭人口",
    en="Counts as a member for the minimum living allowance",
    cites="京民社救发〔2018〕445号、京民社救发〔2017〕24号",
    confidence="source",
)
def covered_by_minimum_living() -> Flag:
    """Not supported as destitute or as an orphan, which take its place."""
    return True
