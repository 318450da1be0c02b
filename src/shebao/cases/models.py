"""What is stored of claims, awards and payments.  The database keeps the order of the steps and who may take them."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, DateTimeRangeField
from django.contrib.postgres.functions import TransactionNow
from django.db import models

from shebao.access.models import Act


class Origin(models.IntegerChoices):
    """How a claim came to be."""

    COUNTER = 1, "窗口"
    ONLINE = 2, "网上"
    DIFFERENCE = 3, "核算差异"


class Verb(models.IntegerChoices):
    """环节: what was done to a claim.  The claim's state is its last one."""

    FILED = 1, "受理"
    VERIFIED = 2, "核查"
    DECIDED = 3, "核定"
    PUBLISHED = 4, "公示"
    APPROVED = 5, "审批"
    RETURNED = 6, "退回"
    REJECTED = 7, "不予批准"
    WITHDRAWN = 8, "撤回"
    APPEALED = 9, "申诉"
    UPHELD = 10, "维持"


class Claim(models.Model):
    """申请: that a benefit be granted, changed or stopped for a person.

    kind: the difference that it settles (assessment.models.Difference.Kind); a new claim is one of a gap.
    """

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    benefit = models.TextField(db_collation="C")
    owner = models.TextField(blank=True)
    kind = models.SmallIntegerField()
    origin = models.SmallIntegerField(choices=Origin)
    state = models.SmallIntegerField(choices=Verb, db_default=Verb.FILED)  # written by the trigger of the steps alone
    due_on = models.DateField()  # by when it is to be approved or rejected
    run_id = models.BigIntegerField(null=True)  # the pass whose difference it is
    replaces = ArrayField(models.BigIntegerField(), db_default=models.Value("{}"))  # awards that it changes
    basis_day = models.DateField()  # decided for this day, from what was known then: so it can be decided again
    basis_known = models.DateTimeField()
    law = models.TextField()  # fingerprint
    cause = models.TextField(blank=True)
    trace = models.JSONField(null=True)  # of one decided by itself; of many, their pass decides them again
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        """One open claim for a person and benefit; queues are read by state, a person's claims by number."""

        constraints = [
            models.UniqueConstraint(
                fields=("person_id", "benefit"),
                condition=models.Q(state__in=(1, 2, 3, 4, 6, 9)),
                name="cases_claim_one_open",
            )
        ]
        indexes = [
            models.Index(fields=("state", "due_on"), name="cases_claim_queue"),
            models.Index(fields=("person_id", "benefit"), name="cases_claim_person"),
        ]


class Amount(models.Model):
    """What a claim comes to: so much a month in these months, in place of what was decided before."""

    pk = models.CompositePrimaryKey("claim_id", "valid")
    claim = models.ForeignKey(Claim, models.PROTECT, db_index=False)
    valid = DateRangeField()  # whole months
    amount = models.BigIntegerField()  # fen a month; 0 stops it


class Step(models.Model):
    """One step of a claim; actor and time are set by the database from the act under way."""

    id = models.BigAutoField(primary_key=True)
    claim = models.ForeignKey(Claim, models.PROTECT)
    verb = models.SmallIntegerField(choices=Verb)
    note = models.TextField(blank=True)
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=TransactionNow())
    act_id = models.BigIntegerField(null=True)


class Evidence(models.Model):
    """材料 of a claim, kept by its digest, and whether it was found true."""

    id = models.BigAutoField(primary_key=True)
    claim = models.ForeignKey(Claim, models.PROTECT)
    name = models.TextField()
    digest = models.BinaryField()
    verified = models.BooleanField()
    note = models.TextField(blank=True)
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, related_name="+")


class Award(models.Model):
    """待遇: what was decided that a person receives, month by month; on two time lines."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    benefit = models.TextField(db_collation="C")
    owner = models.TextField(blank=True)
    amount = models.BigIntegerField()  # fen a month
    valid = DateRangeField()  # whole months
    recorded = DateTimeRangeField()
    basis_day = models.DateField()
    basis_known = models.DateTimeField()
    claim = models.ForeignKey(Claim, models.PROTECT, db_index=False)
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        """One amount of a benefit for a person in a month, as known at one time."""

        constraints = [
            models.CheckConstraint(name="cases_award_amount", condition=models.Q(amount__gt=0)),
            ExclusionConstraint(
                name="cases_award_one",
                expressions=[("person_id", "="), ("benefit", "="), ("valid", "&&"), ("recorded", "&&")],
            ),
        ]


class Account(models.Model):
    """收款账户 of a person: used once a second person, or the bank, has verified it."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    bank = models.TextField()  # CNAPS number
    account = models.TextField()
    name = models.TextField()
    filed_by = models.BigIntegerField(null=True)  # set by the database
    verified_by = models.BigIntegerField(null=True)  # set by the database, never who filed it
    closed_at = models.DateTimeField(null=True)  # replaced, or returned by the bank
    why_closed = models.TextField(blank=True, db_default="")
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        """One in use."""

        constraints = [
            models.UniqueConstraint(
                fields=("person_id",), condition=models.Q(closed_at=None), name="cases_account_one_open"
            )
        ]


class Batch(models.Model):
    """发放批次 of a month: all that is decided to its end and not yet paid."""

    class State(models.IntegerChoices):
        """How far it is."""

        BUILDING = 1, "编制中"
        PREPARED = 2, "待复核"
        RELEASED = 3, "已放行"
        CLOSED = 4, "已回盘"

    id = models.BigAutoField(primary_key=True)
    month = models.DateField()
    day = models.DateField()  # on which the bank pays
    last_person = models.BigIntegerField()  # who is registered later waits for the next
    state = models.SmallIntegerField(choices=State, db_default=State.BUILDING)
    payments = models.IntegerField(db_default=0)  # control totals, set when it is prepared
    total = models.BigIntegerField(db_default=0)
    prepared_by = models.BigIntegerField(null=True)  # set by the database
    released_by = models.BigIntegerField(null=True)  # set by the database, never who prepared it
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        """One open at a time, so that nothing is in two."""

        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(state__in=(1, 2, 3)), name="cases_batch_one_open"
            )
        ]


class BatchPart(models.Model):
    """A part of a batch that is written: one that was interrupted goes on after it."""

    pk = models.CompositePrimaryKey("batch_id", "after")
    batch = models.ForeignKey(Batch, models.PROTECT, db_index=False)
    after = models.BigIntegerField()
    through = models.BigIntegerField()  # persons' numbers
    payments = models.IntegerField()
    total = models.BigIntegerField()
    act_id = models.BigIntegerField()


class Payment(models.Model):
    """发放: one sum to one person in a batch."""

    class Result(models.IntegerChoices):
        """What the bank says became of it (files.bank.payouts.Result)."""

        PAID = 0, "成功"
        RETURNED = 1, "退回"

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, models.PROTECT, db_index=False)
    person_id = models.BigIntegerField()
    account = models.ForeignKey(Account, models.PROTECT, db_index=False)
    amount = models.BigIntegerField()
    code = models.SmallIntegerField(null=True)  # the bank's result; null until it answers
    result_act_id = models.BigIntegerField(null=True)
    act_id = models.BigIntegerField()

    class Meta:
        """A person is paid once in a batch."""

        constraints = [
            models.UniqueConstraint(fields=("batch", "person_id"), name="cases_payment_once"),
            models.CheckConstraint(name="cases_payment_amount", condition=models.Q(amount__gt=0)),
        ]


class Line(models.Model):
    """What a payment is for: a benefit and a month, fen; below zero where too much was paid before."""

    pk = models.CompositePrimaryKey("payment_id", "benefit", "month")
    payment = models.ForeignKey(Payment, models.PROTECT, db_index=False)
    person_id = models.BigIntegerField()
    benefit = models.TextField(db_collation="C")
    month = models.DateField()
    amount = models.BigIntegerField()

    class Meta:
        """Found by person."""

        indexes = [models.Index(fields=("person_id", "benefit"), name="cases_line_person")]
