"""The person, the events of a record, and what makes two records one.

References that millions of rows have are made by the migration, checked at once instead of at the end.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shebao.access.models import Act, Place
from shebao.people.codes import EventKind, PairState, Protection


class Person(models.Model):
    """A person, once and for life; the number is never given again."""

    id = models.BigIntegerField(primary_key=True)
    # 经办地, the responsible place
    place = models.ForeignKey(Place, models.PROTECT, db_column="place", db_index=False, db_constraint=False)
    protected = models.SmallIntegerField(choices=Protection, db_default=Protection.NONE)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        db_column="merged_into",
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="merged",
    )
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, db_constraint=False)

    class Meta:
        """Nobody is merged into himself."""

        indexes = [
            models.Index("place", name="people_person_place"),
            models.Index("merged_into", name="people_person_merged", condition=models.Q(merged_into__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(name="people_person_protected", condition=models.Q(protected__in=Protection.values)),
            models.CheckConstraint(name="people_person_other", condition=~models.Q(merged_into=models.F("id"))),
        ]


class Change(models.Model):
    """What place, protection and merging of a person were before a change; written by the database."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.BigIntegerField()
    id = models.BigIntegerField()
    place = models.TextField()
    protected = models.SmallIntegerField()
    merged_into = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField()
    act_id = models.BigIntegerField()


class Event(models.Model):
    """The envelope of facts: what happened, when, who says so, and what proves it."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person = models.ForeignKey(Person, models.PROTECT, db_index=False, db_constraint=False)
    id = models.BigIntegerField()
    kind = models.SmallIntegerField(choices=EventKind)
    occurred_on = models.DateField()
    source = models.TextField()
    evidence = models.TextField(db_default="")
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, db_constraint=False)
    recorded_at = models.DateTimeField()

    class Meta:
        """A known kind, a source."""

        constraints = [
            models.CheckConstraint(name="people_event_kind", condition=models.Q(kind__in=EventKind.values)),
            models.CheckConstraint(name="people_event_source", condition=~models.Q(source="")),
        ]


class Merge(models.Model):
    """合并: two records found to be of one person; `split` takes it back."""

    id = models.BigAutoField(primary_key=True)
    keep = models.ForeignKey(Person, models.PROTECT, related_name="+")
    gone = models.ForeignKey(Person, models.PROTECT, related_name="+")
    keep_event_id = models.BigIntegerField()
    gone_event_id = models.BigIntegerField()
    keep_protected = models.SmallIntegerField()  # as it was before
    why = models.TextField()
    merged_at = models.DateTimeField()
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, related_name="+")
    split_at = models.DateTimeField(null=True)
    split_act = models.ForeignKey(Act, models.PROTECT, db_index=False, null=True, related_name="+")

    class Meta:
        """A record is in one merge at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["gone"], name="people_merge_once", condition=models.Q(split_at__isnull=True)
            ),
            models.CheckConstraint(name="people_merge_two", condition=~models.Q(keep=models.F("gone"))),
            models.CheckConstraint(
                name="people_merge_split",
                condition=models.Q(split_at=None, split_act=None)
                | models.Q(split_at__gt=models.F("merged_at"), split_act__isnull=False),
            ),
        ]


class Pair(models.Model):
    """Two records that may be of one person, for somebody to decide."""

    id = models.BigAutoField(primary_key=True)
    first = models.ForeignKey(Person, models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, models.PROTECT, related_name="+")
    band = models.SmallIntegerField()  # as linkage gives it
    score = models.FloatField()  # as linkage gives it: the probability that they are one person
    rank = models.IntegerField()  # in the queue, from 1; 0 where linkage is sure
    reasons = ArrayField(models.TextField())
    state = models.SmallIntegerField(choices=PairState, db_default=PairState.WAITING)
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_act = models.ForeignKey(Act, models.PROTECT, db_index=False, null=True, related_name="+")
    merge = models.ForeignKey(Merge, models.PROTECT, null=True)

    class Meta:
        """Each pair once; who decided is known."""

        indexes = [models.Index("band", "rank", name="people_pair_waiting", condition=models.Q(state=0))]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="people_pair_once"),
            models.CheckConstraint(name="people_pair_order", condition=models.Q(first__lt=models.F("second"))),
            models.CheckConstraint(
                name="people_pair_decided",
                condition=models.Q(state=PairState.WAITING, decided_at=None, decided_act=None)
                | models.Q(state__gt=PairState.WAITING, decided_at__isnull=False, decided_act__isnull=False),
            ),
        ]
