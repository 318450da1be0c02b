"""征收: money received, what it pays, late fees, reminders, refunds."""

from __future__ import annotations

from django.db import models


class BankFile(models.Model):
    """A file of the bank; the same one is taken once."""

    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    sha256 = models.BinaryField(unique=True)
    bank = models.TextField(blank=True)
    rows = models.IntegerField()
    total = models.BigIntegerField()
    act = models.ForeignKey("access.Act", models.PROTECT, db_index=False)

    class Meta:
        """A table of its own name."""

        db_table = "contributions_bank_file"


class Receipt(models.Model):
    """到账: an amount on our account, as the bank tells it."""

    id = models.BigIntegerField(primary_key=True)
    bank_file = models.ForeignKey(BankFile, models.PROTECT, null=True)
    row = models.IntegerField(null=True)
    reference = models.TextField(unique=True)  # the bank's own number of the movement
    number = models.TextField(blank=True)  # 缴费单号 as given by the payer
    payer = models.TextField(blank=True)
    account = models.TextField(blank=True)  # of the payer
    amount = models.BigIntegerField()
    day = models.DateField()
    act_id = models.BigIntegerField()

    class Meta:
        """Money comes in."""

        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="contributions_receipt_amount")]


class Payment(models.Model):
    """What of a receipt pays what of a bill."""

    class Part(models.IntegerChoices):
        """Contributions come before the late fee."""

        CONTRIBUTION = 1, "社会保险费"
        LATE_FEE = 2, "滞纳金"

    id = models.BigIntegerField(primary_key=True)
    receipt_id = models.BigIntegerField()
    bill_id = models.BigIntegerField()
    part = models.SmallIntegerField(choices=Part)
    amount = models.BigIntegerField()
    day = models.DateField()
    act_id = models.BigIntegerField()

    class Meta:
        """Both ways."""

        indexes = [
            models.Index(fields=["bill_id"], name="contributions_payment_bill"),
            models.Index(fields=["receipt_id"], name="contributions_payment_receipt"),
        ]


class LateFee(models.Model):
    """滞纳金: charged on what a bill owed, for the days from one to another."""

    id = models.BigAutoField(primary_key=True)
    bill = models.ForeignKey("contributions.Bill", models.PROTECT)
    overdue = models.BigIntegerField()
    first_day = models.DateField()
    paid_day = models.DateField()  # the day of the receipt that ended it, or that it was computed for
    amount = models.BigIntegerField()
    act = models.ForeignKey("access.Act", models.PROTECT, db_index=False)

    class Meta:
        """A table of its own name."""

        db_table = "contributions_late_fee"


class Notice(models.Model):
    """催缴通知: a reminder of what a bill still owes."""

    id = models.BigAutoField(primary_key=True)
    bill = models.ForeignKey("contributions.Bill", models.PROTECT)
    day = models.DateField()
    overdue = models.BigIntegerField()
    late_fee = models.BigIntegerField()
    until = models.DateField()  # the last day to pay
    act = models.ForeignKey("access.Act", models.PROTECT, db_index=False)


class Refund(models.Model):
    """退费: what is paid back, of a receipt that nothing was owed for, or of a bill that was lowered."""

    id = models.BigAutoField(primary_key=True)
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True)
    bill = models.ForeignKey("contributions.Bill", models.PROTECT, null=True)
    organisation_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    amount = models.BigIntegerField()
    reason = models.TextField()
    act = models.ForeignKey("access.Act", models.PROTECT, db_index=False)

    class Meta:
        """Money goes out."""

        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="contributions_refund_amount")]
