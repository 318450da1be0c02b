"""核定: what the law says is due, by person, month and insurance; bills over it; what could not be decided."""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models


class Bill(models.Model):
    """缴费通知单: what an employer, or a person, is asked to pay.  Never changed; what is paid stands in payments.

    A bill of differences may be negative: it lowers what is owed, or is paid back.
    """

    class Kind(models.IntegerChoices):
        """Why it was made."""

        REGULAR = 1, "当月"
        DIFFERENCE = 2, "补差"
        PROVISIONAL = 3, "暂定"  # of an employer without declaration; has lines, no items

    id = models.BigIntegerField(primary_key=True)
    number = models.TextField(unique=True)  # 缴费单号, its last digit a check digit
    organisation_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    month = models.DateField()  # in which it is made, its first day
    kind = models.SmallIntegerField(choices=Kind)
    due_day = models.DateField()
    persons = models.IntegerField()
    employer = models.BigIntegerField()  # fen, of all insurances
    own = models.BigIntegerField()
    subsidy = models.BigIntegerField(default=0)  # that the government pays
    approx = models.BooleanField()  # an approximate figure of the law was used
    takes_back = models.OneToOneField("self", models.PROTECT, null=True)  # a provisional bill that is replaced
    act = models.ForeignKey("access.Act", models.PROTECT, db_index=False)

    class Meta:
        """To one payer."""

        indexes = [
            models.Index(fields=["organisation_id", "month"], name="contributions_bill_employer"),
            models.Index(
                fields=["person_id", "month"],
                condition=models.Q(person_id__isnull=False),
                name="contributions_bill_person",
            ),
            models.Index(fields=["month"], name="contributions_bill_month"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organisation_id__isnull=True, person_id__isnull=False)
                | models.Q(organisation_id__isnull=False, person_id__isnull=True),
                name="contributions_bill_payer",
            )
        ]


class BillLine(models.Model):
    """A bill's amounts of one insurance; the sums of its items."""

    pk = models.CompositePrimaryKey("bill_id", "insurance")
    bill = models.ForeignKey(Bill, models.PROTECT, db_index=False)
    insurance = models.SmallIntegerField()
    persons = models.IntegerField()
    employer = models.BigIntegerField()
    own = models.BigIntegerField()
    subsidy = models.BigIntegerField()
    account = models.BigIntegerField()
    large = models.BigIntegerField()

    class Meta:
        """A table of its own name."""

        db_table = "contributions_bill_line"


class Item(models.Model):
    """What is due for a person, a month and an insurance, or a difference to what earlier items say.

    The sum of all items of a person, month, insurance and payer is what is due as known now; base is what is paid
    itself in the residents' pension, and 0 in residents' medical insurance.  Of what is paid
    (employer + own + subsidy), `account` is credited to the personal account, `large` goes to the fund for large
    medical expenses, the rest to the pool.
    """

    class Kind(models.IntegerChoices):
        """Why it is due."""

        REGULAR = 1, "正常缴费"
        BACK_PAYMENT = 2, "补缴"  # a month before the bill's, for the first time
        SUPPLEMENT = 3, "补差"  # a difference to earlier items, of either sign

    pk = models.CompositePrimaryKey("person_id", "month", "id")
    person_id = models.BigIntegerField()
    month = models.DateField()  # that it is for, its first day
    id = models.BigIntegerField()
    insurance = models.SmallIntegerField()  # Insurance of the law
    organisation_id = models.BigIntegerField(null=True)
    kind = models.SmallIntegerField(choices=Kind)
    base = models.BigIntegerField()
    employer = models.BigIntegerField()
    own = models.BigIntegerField()
    subsidy = models.BigIntegerField()
    account = models.BigIntegerField()
    large = models.BigIntegerField()
    bill_id = models.BigIntegerField()
    act_id = models.BigIntegerField()

    class Meta:
        """Found by person, by bill and by employer."""

        indexes = [
            models.Index(fields=["bill_id"], name="contributions_item_bill"),
            models.Index(fields=["organisation_id", "month"], name="contributions_item_employer"),
        ]


class Problem(models.Model):
    """待办: a person's month that the law could not decide, and why; closed when a later assessment decides it."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    month = models.DateField()
    insurance = models.SmallIntegerField()
    refusal = models.TextField()  # such as MISSING:declared_wage, see shebao.rules.results
    zh = models.TextField()
    en = models.TextField()
    recorded = DateTimeRangeField()
    act = models.ForeignKey("access.Act", models.PROTECT, db_index=False)

    class Meta:
        """Problems of a month."""

        indexes = [models.Index(fields=["month", "person_id"], name="contributions_problem_month")]


class Subsidy(models.Model):
    """社会保险补贴: what the government gives a person for a month's premium, beside the bill."""

    pk = models.CompositePrimaryKey("person_id", "month", "id")
    person_id = models.BigIntegerField()
    month = models.DateField()
    id = models.BigIntegerField()
    insurance = models.SmallIntegerField()
    amount = models.BigIntegerField()  # a difference to earlier rows of the same month and insurance
    act_id = models.BigIntegerField()
