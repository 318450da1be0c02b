"""结清: bills whose money went to the funds and histories."""

from __future__ import annotations

from django.db import models


class Settled(models.Model):
    """A bill that was paid in full, or owed less than nothing, and credited."""

    bill = models.OneToOneField("contributions.Bill", models.PROTECT, primary_key=True)
    day = models.DateField()  # of the books
    credited = models.DateField()  # the day the last money came
    late = models.BooleanField()  # after the bill's due day
    act = models.ForeignKey("access.Act", models.PROTECT, db_index=False)
