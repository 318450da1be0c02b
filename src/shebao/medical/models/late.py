"""差异: what bills would have come to in the order of service."""

from __future__ import annotations

from django.db import models


class Difference(models.Model):
    """A settlement that the law, asked in the order of service, would split otherwise: work for somebody.

    Nothing is changed by it.  Fen, of the settlement as it stands and as it would be.
    """

    class State(models.IntegerChoices):
        """How far it is."""

        OPEN = 1, "待处理"
        SETTLED = 2, "已补差"
        DISMISSED = 3, "不予处理"

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    year = models.SmallIntegerField()
    settlement_id = models.BigIntegerField()  # whose split would be another
    cause_id = models.BigIntegerField()  # the settlement, or the reversal, that came out of order
    funds = models.BigIntegerField()
    account = models.BigIntegerField()
    cash = models.BigIntegerField()
    funds_in_order = models.BigIntegerField()
    account_in_order = models.BigIntegerField()
    cash_in_order = models.BigIntegerField()
    refusal = models.TextField(default="")  # why the law, asked in order, does not decide
    state = models.SmallIntegerField(choices=State, db_default=State.OPEN)
    note = models.TextField(default="", db_default="")
    closed_act_id = models.BigIntegerField(null=True)
    act_id = models.BigIntegerField()

    class Meta:
        """One open of a settlement."""

        constraints = [
            models.UniqueConstraint(
                fields=("person_id", "settlement_id"),
                condition=models.Q(state=1),
                name="medical_difference_one_open",
            ),
            models.CheckConstraint(name="medical_difference_state", condition=models.Q(state__in=(1, 2, 3))),
        ]
