"""记账: which items were credited to history and account, and the yearly interest."""

from __future__ import annotations

from django.db import models


class Credit(models.Model):
    """An item whose money arrived: it is in the person's history and, for the account's part, in his account."""

    pk = models.CompositePrimaryKey("person_id", "month", "item_id")
    person_id = models.BigIntegerField()
    month = models.DateField()  # of the item
    item_id = models.BigIntegerField()
    credited = models.DateField()  # the month of the credit, its first day
    act_id = models.BigIntegerField()


class Interest(models.Model):
    """计息: a year's interest of a personal account."""

    pk = models.CompositePrimaryKey("person_id", "insurance", "year", "id")
    person_id = models.BigIntegerField()
    insurance = models.SmallIntegerField()
    year = models.SmallIntegerField()
    id = models.BigIntegerField()
    opening = models.BigIntegerField()
    amount = models.BigIntegerField()  # a difference to earlier rows of the same year
    act_id = models.BigIntegerField()
