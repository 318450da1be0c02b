"""Which inputs of the law stand in the record as particulars, and what their values may be."""

from __future__ import annotations

from functools import cache

from shebao.law import the_law
from shebao.rules.declare import PERSON, Input
from shebao.rules.values import display

# What other tables of the record hold; the sources of the assessment say which.
ELSEWHERE = frozenset(
    {
        "birth_day",
        "sex",
        "death_day",
        "hukou",
        "disability_kind",
        "disability_level",
        "account_opening_day",
        "account_opening_balance",
        "account_individual_balance",
        "resident_opening_day",
        "resident_opening_balance",
    }
)
FAMILIES = ("household", "housing_applicants")  # groups whose facts a member declares


@cache
def inputs() -> dict[str, Input]:
    """By name: plain facts of a person, or of a family, that no other table holds."""
    return {
        one.name: one
        for one in the_law().inputs.values()
        if one.of in (PERSON, *FAMILIES) and not one.history and one.name not in ELSEWHERE
    }


def fault(name: str, value: int) -> tuple[str, str] | None:
    """Why a value cannot be kept, in Chinese and English; None where it can."""
    given = inputs().get(name)
    if given is None:
        near = the_law().nearest(name)
        return f"{name}不是认定事项{near}", f"{name} is no particular that rules ask for{near}"
    if given.kind.codes is not None:
        if value not in {int(code) for code in given.kind.codes}:
            return f"{given.zh}没有代码{value}", f"{given.en} has no code {value}"
        return None
    low, high = given.range
    if not low <= value <= high:
        least, most = display(given.kind, low), display(given.kind, high)
        return f"{given.zh}应在{least}和{most}之间", f"{given.en} lies between {least} and {most}"
    return None
