"""Contribution histories, in the law's own columns, and what was taken over from before."""

from __future__ import annotations

from django.db import models


class History(models.Model):
    """缴费记录: a year of an insurance; the columns mean what the law's contributions_* mean.

    A change closes recorded_to and adds a row.  A row is split where the law breaks inside a year (1998-06-30).
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.BigIntegerField()
    id = models.BigIntegerField()
    insurance = models.SmallIntegerField()
    year = models.SmallIntegerField()
    region = models.SmallIntegerField()
    kind = models.SmallIntegerField()
    months = models.SmallIntegerField()  # bit 0 is January
    base = models.BigIntegerField()
    weighted = models.BigIntegerField()
    credited = models.SmallIntegerField(null=True)
    account = models.BigIntegerField(default=0)
    wage = models.BigIntegerField(default=0)
    source = models.TextField(blank=True)  # where it is taken over from; empty: credited here
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField()  # infinity while it holds
    act_id = models.BigIntegerField()


class Opening(models.Model):
    """期初余额: the balance of a personal account at the end of a day, as another system left it."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.BigIntegerField()
    id = models.BigIntegerField()
    insurance = models.SmallIntegerField()
    as_of = models.DateField()
    balance = models.BigIntegerField()
    own = models.BigIntegerField()  # the part from own contributions
    source = models.TextField()
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField()
    act_id = models.BigIntegerField()
