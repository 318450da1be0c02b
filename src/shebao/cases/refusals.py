"""What the database refuses, in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from shebao.people.refusals import Refused

TAKEN = {  # constraint -> what it means to who runs into it
    "cases_claim_one_open": ("该项待遇已有在办案卷", "an open claim for this benefit is there"),
    "cases_batch_one_open": ("已有未结的发放批次", "another batch is still open"),
    "cases_award_one": (
        "该月份已有核定的待遇，请按变更办理",
        "something is awarded for these months; change that award",
    ),
    "cases_measure_one_open": ("同类措施已在办理", "a measure of this kind is open for this benefit"),
    "cases_measure_time_to_object": (
        "停发、追回前须告知本人，并留出15日陈述申辩的时间",
        "the person must be told, with 15 days to object",
    ),
    "cases_certification_once": ("当日已认证", "he was certified on this day"),
    "cases_repayment_once": ("该笔退款已登记", "this receipt is entered already"),
    "cases_account_one_open": ("已有在用账户，请先停用", "an account is in use; close it first"),
}


@contextmanager
def refusing() -> Iterator[None]:
    """What the database refuses is told in words."""
    try:
        yield
    except DatabaseError as error:
        diagnostic = getattr(error.__cause__, "diag", None)
        zh, _, en = (getattr(diagnostic, "message_primary", "") or "").partition(" / ")
        if en:
            raise Refused(zh, en) from None
        told = TAKEN.get(getattr(diagnostic, "constraint_name", "") or "")
        if told is None:
            raise
        raise Refused(*told) from None
