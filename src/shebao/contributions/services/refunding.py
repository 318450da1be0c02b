"""退费: money goes back to the payer: the rest of a receipt, or what a negative bill gave back."""

from __future__ import annotations

from datetime import date

from django.db import connection as django_connection

from shebao.access.acting import Act
from shebao.contributions.models import Refund
from shebao.contributions.services import booking
from shebao.contributions.services.receiving import alone
from shebao.rules.values import yuan

_OF_RECEIPT = """
SELECT r.amount - contributions_used(r.id), NULL::bigint, NULL::bigint, 'receipt:' || r.reference
FROM contributions_receipt r WHERE r.id = %s
"""
# What takes a provisional bill back gives back what was paid of it.
_OF_BILL = """
SELECT (CASE WHEN b.takes_back_id IS NULL THEN -(b.employer + b.own)
             ELSE coalesce((SELECT sum(amount) FROM contributions_payment
                            WHERE bill_id = b.takes_back_id AND part = 1), 0)
        END - coalesce((SELECT sum(amount) FROM contributions_refund WHERE bill_id = b.id), 0))::bigint,
       b.organisation_id, b.person_id, b.number
FROM contributions_bill b JOIN contributions_settled s ON s.bill_id = b.id WHERE b.id = %s
"""


class NothingToRefund(Exception):
    """There is less to give back than was asked for."""

    def __init__(self, asked: int, left: int) -> None:
        super().__init__(
            f"可退金额为{yuan(left)}元，少于申请的{yuan(asked)}元 / "
            f"{yuan(left)} yuan can be refunded, less than the {yuan(asked)} asked for"
        )
        self.asked, self.left = asked, left


def refund_receipt(act: Act, receipt_id: int, amount: int, reason: str, day: date) -> int:
    """Gives back what a receipt did not pay for, or part of it; the number of the refund.  Raises NothingToRefund."""
    return _refund(act, _OF_RECEIPT, receipt_id, amount, reason, day, of_receipt=True)


def refund_bill(act: Act, bill_id: int, amount: int, reason: str, day: date) -> int:
    """Gives back what a settled negative bill returned, or part of it.  Raises NothingToRefund."""
    return _refund(act, _OF_BILL, bill_id, amount, reason, day, of_receipt=False)


def _refund(act: Act, query: str, number: int, amount: int, reason: str, day: date, of_receipt: bool) -> int:
    alone()
    with django_connection.cursor() as cursor:
        cursor.execute(query, [number])
        left, organisation, person, reference = cursor.fetchone() or (0, None, None, "")
    if not 0 < amount <= left:
        raise NothingToRefund(amount, max(left, 0))
    made = Refund.objects.create(
        receipt_id=number if of_receipt else None,
        bill_id=None if of_receipt else number,
        organisation_id=organisation,
        person_id=person,
        amount=amount,
        reason=reason,
        act_id=act.id,
    )
    booking.refunded(act, int(made.pk), amount, day, reference)
    return int(made.pk)
