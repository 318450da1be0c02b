"""What this room tells the assessment: where it stands what was decided."""

from __future__ import annotations

from shebao.assessment import differences


def tell() -> None:
    """The awards in force: what a person receives of a benefit for a month."""
    differences.register_decided(
        "SELECT a.id, a.person_id, a.benefit, a.owner, a.amount, a.valid, a.basis_day, a.basis_known "
        "FROM cases_award a WHERE upper_inf(a.recorded)"
    )
