"""What is stored of claims, awards and payments.  The database keeps the order of the steps and who may take them."""

from __future__ import annotations

from datetime import timedelta

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
    """收款账户 of a person: used once a second person, or the bank, has verified it.

    holder_id: whose account it is when another receives for the person: guardian, payee; an heir of the dead.
    """

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    holder_id = models.BigIntegerField(null=True)
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


TIME_TO_OBJECT = timedelta(days=15)  # between the notice and its effect: the office's setting, no rule of law is known


class Measure(models.Model):
    """停发、追回: announced to the person first, and of no effect while an objection waits for its answer.

    A suspended month stays owed: once the suspension ends, it is paid.  A recovery keeps back, of each month's amount,
    `monthly` or else the office's share, and never so much that the person is left with less than `floor` in the month.
    """

    class Kind(models.IntegerChoices):
        """What it does."""

        SUSPENSION = 1, "暂停发放"
        RECOVERY = 2, "追回多发待遇"

    class Reason(models.IntegerChoices):
        """Why."""

        CERTIFICATE = 1, "未按期办理领取资格认证"
        DOUBT = 2, "领取资格待核实"
        REQUEST = 3, "本人申请"
        OVERPAID = 4, "已发待遇多于应发"

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    benefit = models.TextField(db_collation="C")
    kind = models.SmallIntegerField(choices=Kind)
    reason = models.SmallIntegerField(choices=Reason)
    note = models.TextField(blank=True, db_default="")
    notified_on = models.DateField()
    starts_on = models.DateField()  # first day of the first month that it takes hold of
    amount = models.BigIntegerField(db_default=0)  # of a recovery: fen that were paid too much, as announced
    monthly = models.BigIntegerField(null=True)  # of a recovery: fen a month as agreed with the person
    floor = models.BigIntegerField(db_default=0)  # of a recovery: fen that a month must leave
    objected_on = models.DateField(null=True)
    objection = models.TextField(blank=True, db_default="")
    upheld = models.BooleanField(null=True)  # the answer: whether the measure stays
    answered_by = models.BigIntegerField(null=True)  # set by the database, never who filed it
    filed_by = models.BigIntegerField(null=True)  # set by the database
    ended_on = models.DateField(null=True)
    why_ended = models.TextField(blank=True, db_default="")
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        """One of a kind at a time, and with its time to object."""

        constraints = [
            models.UniqueConstraint(
                fields=("person_id", "benefit", "kind"),
                condition=models.Q(ended_on=None),
                name="cases_measure_one_open",
            ),
            models.CheckConstraint(
                name="cases_measure_time_to_object",
                condition=models.Q(starts_on__gte=models.F("notified_on") + TIME_TO_OBJECT),
            ),
            models.CheckConstraint(name="cases_measure_month", condition=models.Q(starts_on__day=1)),
            models.CheckConstraint(name="cases_measure_floor", condition=models.Q(floor__gte=0)),
            models.CheckConstraint(
                name="cases_measure_monthly", condition=models.Q(monthly=None) | models.Q(monthly__gt=0)
            ),
        ]


class Certification(models.Model):
    """领取资格认证: the person was seen to be alive on a day."""

    class Way(models.IntegerChoices):
        """How."""

        COUNTER = 1, "窗口"
        HOME = 2, "上门"
        ONLINE = 3, "网上"
        ABROAD = 4, "使领馆证明"
        RECORDS = 5, "数据比对"

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    day = models.DateField()
    way = models.SmallIntegerField(choices=Way)
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        """Found by person; once a day."""

        constraints = [models.UniqueConstraint(fields=("person_id", "day"), name="cases_certification_once")]


class Repayment(models.Model):
    """退款: what came back of a month that was paid too much, other than by keeping back."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    benefit = models.TextField(db_collation="C")
    month = models.DateField()
    amount = models.BigIntegerField()
    day = models.DateField()
    reference = models.TextField()  # of the receipt at the bank
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        """A receipt settles a month once."""

        constraints = [
            models.UniqueConstraint(fields=("reference", "person_id", "benefit", "month"), name="cases_repayment_once"),
            models.CheckConstraint(name="cases_repayment_amount", condition=models.Q(amount__gt=0)),
        ]
        indexes = [models.Index(fields=("person_id",), name="cases_repayment_person")]


class Complaint(models.Model):
    """投诉、建议 of a person, and the office's answer to it."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    words = models.TextField()
    filed_by = models.BigIntegerField(null=True)  # set by the database
    filed_at = models.DateTimeField(db_default=TransactionNow())
    answer = models.TextField(blank=True, db_default="")
    answered_by = models.BigIntegerField(null=True)  # set by the database, never who filed it
    answered_at = models.DateTimeField(null=True)  # set by the database
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        """Found by person; the open ones are a queue."""

        constraints = [models.CheckConstraint(name="cases_complaint_words", condition=~models.Q(words=""))]
        indexes = [
            models.Index(fields=["person_id"], name="cases_complaint_person"),
            models.Index(fields=["id"], name="cases_complaint_open", condition=models.Q(answered_at=None)),
        ]
