"""What a pass over the city found."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Run(models.Model):
    """A pass over everybody for a day, from what was known at a moment.  Nothing of it is used until it is done."""

    class State(models.IntegerChoices):
        """How far it is."""

        RUNNING = 1, "进行中"
        DONE = 2, "完成"
        FAILED = 3, "核对不符，作废"  # a value computed again in CPython was another

    id = models.BigAutoField(primary_key=True)
    benefit_day = models.DateField()
    known = models.DateTimeField()
    law = models.TextField()  # fingerprint of the law that it ran under
    size = models.IntegerField()  # persons in a part, at least
    last_person = models.BigIntegerField()  # who was registered later is not in it
    state = models.SmallIntegerField(choices=State, db_default=State.RUNNING)
    act = models.ForeignKey("access.Act", models.PROTECT, db_index=False)

    class Meta:
        """A known state."""

        constraints = [
            models.CheckConstraint(name="assessment_run_state", condition=models.Q(state__in=[1, 2, 3])),
        ]


class Part(models.Model):
    """A part of a run that is written: a run that was interrupted goes on after it."""

    pk = models.CompositePrimaryKey("run_id", "number")
    run = models.ForeignKey(Run, models.PROTECT, db_index=False)
    number = models.IntegerField()
    persons = models.IntegerField()
    entitlements = models.IntegerField()
    refused = models.IntegerField()  # values that the law could not decide
    compared = models.IntegerField()  # values computed again in CPython
    act_id = models.BigIntegerField()


class Entitlement(models.Model):
    """What a person is entitled to, or why that is not decided.  What is nothing has no row.

    A family's benefit stands with its member of the smallest number.
    """

    pk = models.CompositePrimaryKey("run_id", "person_id", "benefit")
    run = models.ForeignKey(Run, models.PROTECT, db_index=False)
    person_id = models.BigIntegerField()
    benefit = models.TextField(db_collation="C")  # the law's variable
    owner = models.TextField(blank=True)  # the kind of group whose benefit it is; empty: the person's own
    value = models.BigIntegerField()  # fen, or 1 for a service; 0 where refused
    refusal = models.TextField(null=True)  # such as MISSING:declared_wage, see shebao.rules.results
    approx = models.BooleanField()  # an approximate figure of the law was used for this person

    class Meta:
        """Found by person."""

        indexes = [models.Index(fields=["person_id", "run"], name="assessment_entitlement_person")]


class Compared(models.Model):
    """A pass whose differences are all written: what comes to be known after it is late in the next."""

    run = models.OneToOneField(Run, models.PROTECT, primary_key=True)
    act_id = models.BigIntegerField()


class Difference(models.Model):
    """差异: where what the law gives is not what was decided.  It pays nothing; it is work for somebody."""

    class Kind(models.IntegerChoices):
        """What it is."""

        GAP = 1, "应保未保"
        EXIT = 2, "应停未停"
        OVERPAYMENT = 3, "多发"  # of a month that is over
        ARREARS = 4, "少发"  # of a month that is over
        DUPLICATE = 5, "重复享受"
        ADJUSTMENT = 6, "金额调整"
        EXPIRING = 7, "即将到期"
        UNDECIDED = 8, "未能核定"  # decided before; now the law refuses it by name

    pk = models.CompositePrimaryKey("run_id", "person_id", "benefit", "month")
    run = models.ForeignKey(Run, models.PROTECT, db_index=False)
    person_id = models.BigIntegerField()
    benefit = models.TextField(db_collation="C")
    owner = models.TextField(blank=True)
    month = models.DateField()  # its first day
    kind = models.SmallIntegerField(choices=Kind)
    entitled = models.BigIntegerField()  # fen a month; 0 where refused
    decided = models.BigIntegerField()
    refusal = models.TextField(null=True)
    awards = ArrayField(models.BigIntegerField())  # that stand for the month
    basis_day = models.DateField(null=True)  # on which the earlier decision rests
    basis_known = models.DateTimeField(null=True)
    cause = models.TextField(blank=True)  # see shebao.assessment.causes

    def __str__(self) -> str:
        kind = self.Kind(self.kind).name.lower()
        return f"{self.person_id} {self.benefit} {self.month:%Y-%m} {kind} {self.decided}->{self.entitled} {self.cause}"
