"""登记: employers with their insurances, and who is in which scheme of which insurance.

Ranges of months are whole months: both bounds are first days of a month, so that a month has one payer.  `recorded` is
open for what is held true now; a correction closes it and adds rows.
"""

from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, IntegerRangeField
from django.db import models


class Employer(models.Model):
    """单位参保登记: what an organisation is registered for, from a month to a month."""

    class State(models.IntegerChoices):
        """Whether bills are made."""

        ACTIVE = 1, "参保缴费"
        SUSPENDED = 2, "暂停缴费"

    pk = models.CompositePrimaryKey("organisation_id", "id")
    organisation_id = models.BigIntegerField()
    id = models.BigIntegerField()
    branches = IntegerRangeField()  # insurances, [1,6) being all five
    state = models.SmallIntegerField(choices=State, default=State.ACTIVE)
    injury_rate = models.SmallIntegerField(default=0)  # floating rate as approved, 1/10000; 0: the class's base rate
    bank = models.TextField(blank=True)
    account = models.TextField(blank=True)  # that the bank collects from
    agreement = models.TextField(blank=True)  # 托收协议号; without one the employer pays itself
    valid = DateRangeField()
    recorded = DateTimeRangeField()
    act_id = models.BigIntegerField()


class Membership(models.Model):
    """参保关系: a person is insured in these branches, in one scheme, through one payer, from a month to a month.

    The database refuses two that overlap in a branch and a month: one scheme of a branch at a time, one payer.
    """

    class Scheme(models.IntegerChoices):
        """Under which scheme of the branch."""

        EMPLOYEE = 1, "职工（单位缴费）"
        FLEXIBLE = 2, "职工（个人缴费）"
        RESIDENT = 3, "城乡居民"

    class Subsidy(models.IntegerChoices):
        """Which subsidy of the premium the person has."""

        NONE = 0, "无"
        FLEXIBLE = 1, "灵活就业社会保险补贴"
        DISABLED = 2, "个体就业残疾人补贴"

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.BigIntegerField()
    id = models.BigIntegerField()
    branches = IntegerRangeField()  # of 1 pension, 2 medical, 3 unemployment, 4 injury, 5 maternity
    scheme = models.SmallIntegerField(choices=Scheme)
    status = models.SmallIntegerField()  # ContributorStatus of the law
    subsidy = models.SmallIntegerField(choices=Subsidy, default=Subsidy.NONE)
    grade = models.SmallIntegerField(null=True)  # of residents' medical care: ResidentMedicalClass of the law
    organisation_id = models.BigIntegerField(null=True)  # who pays; null: the person
    valid = DateRangeField()
    recorded = DateTimeRangeField()
    declaration_id = models.BigIntegerField(null=True)  # the declaration that said so
    act_id = models.BigIntegerField()

    class Meta:
        """Staff of an organisation are found by it."""

        indexes = [models.Index(fields=["organisation_id"], name="contributions_membership_of")]


class Choice(models.Model):
    """What a resident chose to pay to the residents' pension for a year; one choice for each payment."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.BigIntegerField()
    id = models.BigIntegerField()
    year = models.SmallIntegerField()
    amount = models.BigIntegerField()
    act_id = models.BigIntegerField()
