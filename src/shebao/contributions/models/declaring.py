"""申报: declarations with their lines, and the wages declared."""

from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField
from django.db import models


class Declaration(models.Model):
    """A file that an employer handed in for a month, and whether it was taken as a whole."""

    class State(models.IntegerChoices):
        """Taken as a whole, or not at all."""

        ACCEPTED = 1, "已受理"
        REFUSED = 2, "退回更正"

    id = models.BigAutoField(primary_key=True)
    organisation_id = models.BigIntegerField()
    month = models.DateField()  # its first day
    file_name = models.TextField()
    sha256 = models.BinaryField()
    rows = models.IntegerField()
    joined = models.IntegerField()
    left = models.IntegerField()
    waged = models.IntegerField()
    wage_total = models.BigIntegerField()  # fen, of all rows with a wage
    broken = models.IntegerField()  # rows with a fault
    filed_by = models.BigIntegerField(null=True)  # the employer's user who handed it in; null: at the counter
    state = models.SmallIntegerField(choices=State)
    act = models.ForeignKey("access.Act", models.PROTECT, db_index=False)

    class Meta:
        """A file is taken once."""

        constraints = [
            models.UniqueConstraint(
                fields=("organisation_id", "month", "sha256"),
                condition=models.Q(state=1),
                name="contributions_declaration_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state=1, broken=0) | models.Q(state=2),
                name="contributions_declaration_whole",
            ),
        ]


class DeclarationLine(models.Model):
    """One row of a declaration that was taken."""

    pk = models.CompositePrimaryKey("person_id", "declaration_id", "row")
    person_id = models.BigIntegerField()
    declaration_id = models.BigIntegerField()
    row = models.IntegerField()  # as the file counts, its header being row 1
    change = models.SmallIntegerField()  # Change of shebao.files.declaration
    from_month = models.DateField(null=True)
    to_month = models.DateField(null=True)  # the last month paid
    wage = models.BigIntegerField(null=True)
    reason = models.SmallIntegerField(null=True)  # LeaveReason of shebao.files.declaration

    class Meta:
        """A table of its own name."""

        db_table = "contributions_declaration_line"
        indexes = [models.Index(fields=["declaration_id"], name="contributions_line_of")]


class Wage(models.Model):
    """申报工资: what was declared for a person, by an employer or (without one) by himself, from a month to a month."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.BigIntegerField()
    id = models.BigIntegerField()
    organisation_id = models.BigIntegerField(null=True)
    wage = models.BigIntegerField()  # fen a month
    valid = DateRangeField()
    recorded = DateTimeRangeField()
    declaration_id = models.BigIntegerField(null=True)
    act_id = models.BigIntegerField()
