"""What is kept of a takeover, and the awards that came with it."""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models

from shebao.access.models import Act
from shebao.takeover.codes import AwardKind


class Run(models.Model):
    """一次系统接管: files of one source, loaded in one act."""

    source = models.TextField()  # name of the system that the files come from
    as_of = models.DateField()  # the day that its records speak of
    act = models.ForeignKey(Act, models.PROTECT, db_index=False)

    class Meta:
        """It has a source."""

        constraints = [models.CheckConstraint(name="takeover_run_source", condition=~models.Q(source=""))]


class File(models.Model):
    """A file that was loaded; the same one is never loaded again."""

    run = models.ForeignKey(Run, models.PROTECT, db_index=False)
    name = models.TextField()
    sha256 = models.BinaryField(unique=True)
    rows = models.BigIntegerField()


class Total(models.Model):
    """A control total, as declared with the files, read in them, written into the record, and posted.

    Fen, rows, or whatever the column counts; null where there is none.
    """

    run = models.ForeignKey(Run, models.PROTECT, db_index=False)
    file = models.TextField()
    measure = models.TextField()  # `rows`, or the column that is summed
    declared = models.BigIntegerField(null=True)
    read = models.BigIntegerField()
    loaded = models.BigIntegerField()
    ledger = models.BigIntegerField(null=True)

    class Meta:
        """What was loaded is what was read."""

        constraints = [
            models.CheckConstraint(
                name="takeover_total_agrees",
                condition=models.Q(loaded=models.F("read"))
                & (models.Q(declared=None) | models.Q(declared=models.F("read")))
                & (models.Q(ledger=None) | models.Q(ledger=models.F("read"))),
            ),
            models.UniqueConstraint(fields=["run", "file", "measure"], name="takeover_total_once"),
        ]


class Award(models.Model):
    """期初待遇: a benefit awarded elsewhere or before, as it was paid when it was taken over.

    A correction closes `recorded` and adds a row.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.BigIntegerField()
    id = models.BigIntegerField()
    kind = models.SmallIntegerField(choices=[(int(kind), kind.zh) for kind in AwardKind])
    amount = models.BigIntegerField()  # fen a month
    since = models.DateField()  # first day that it is for
    paid_to = models.DateField(null=True)  # the last month paid, its first day; null: none yet
    source = models.TextField()
    recorded = DateTimeRangeField()
    act_id = models.BigIntegerField()

    class Meta:
        """A person has one of a kind."""

        constraints = [
            models.CheckConstraint(
                name="takeover_award_kind", condition=models.Q(kind__in=[int(kind) for kind in AwardKind])
            ),
            models.CheckConstraint(name="takeover_award_amount", condition=models.Q(amount__gt=0)),
            models.CheckConstraint(name="takeover_award_source", condition=~models.Q(source="")),
            models.CheckConstraint(
                name="takeover_award_paid", condition=models.Q(paid_to=None) | models.Q(paid_to__day=1)
            ),
            models.UniqueConstraint(
                fields=["person_id", "kind"],
                name="takeover_award_one",
                condition=models.Q(recorded__upper_inf=True),
            ),
        ]
