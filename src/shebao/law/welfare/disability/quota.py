"""What an employer owes to the employment of disabled people."""

from __future__ import annotations

from shebao.rules.declare import rule
from shebao.rules.kinds import ONE4, Count, Ratio4


@rule(
    zh="未达到安排残疾人就业比例的人数",
    en="Jobs for disabled people that an employer lacks",
    cites="京财税〔2019〕1333号",
    formula="max(0, 在职职工人数 × 比例 − 已安排残疾人数)",
    confidence="approx",
    note="a number with a fraction. The levy for what is lacking is not at hand, so no amount is computed",
)
def disabled_quota_lacking(
    employer_headcount: Count, employer_disabled_employees: Count, disabled_employment_ratio: Ratio4
) -> Ratio4:
    """The share of the jobs, less those filled."""
    return max(0, employer_headcount * disabled_employment_ratio - employer_disabled_employees * ONE4)
