"""对账: what an institution says it settled, beside what is stored."""

from __future__ import annotations

from django.db import models


class Upload(models.Model):
    """文件 that an institution sent, or that waits for it, by number."""

    number = models.TextField(primary_key=True)  # 文件查询号
    institution_id = models.BigIntegerField()
    name = models.TextField()
    content = models.BinaryField()
    act_id = models.BigIntegerField()


class Statement(models.Model):
    """A comparison of totals (3201) or of every settlement (3202) of some days."""

    id = models.BigAutoField(primary_key=True)
    institution_id = models.BigIntegerField()
    insutype = models.TextField(default="")  # empty: all
    clr_type = models.TextField()
    since = models.DateField()
    until = models.DateField()
    detailed = models.BooleanField()
    their_count = models.IntegerField()
    their_total = models.BigIntegerField()
    their_funds = models.BigIntegerField()
    their_account = models.BigIntegerField()
    our_count = models.IntegerField()
    our_total = models.BigIntegerField()
    our_funds = models.BigIntegerField()
    our_account = models.BigIntegerField()
    equal = models.BooleanField()
    act_id = models.BigIntegerField()

    class Meta:
        """Found by institution."""

        indexes = [models.Index(fields=("institution_id", "since"), name="medical_statement_institution")]


class Compared(models.Model):
    """对账差异: a settlement that is not the same on both sides."""

    class Kind(models.IntegerChoices):
        """What differs."""

        OURS_ONLY = 1, "中心有、机构无"
        THEIRS_ONLY = 2, "机构有、中心无"
        AMOUNTS = 3, "金额不一致"
        REVERSED = 4, "退费标志不一致"
        REPEATED = 5, "机构重复"

    pk = models.CompositePrimaryKey("statement_id", "number")
    statement = models.ForeignKey(Statement, models.PROTECT, db_index=False)
    number = models.IntegerField()
    kind = models.SmallIntegerField(choices=Kind)
    settlement_id = models.BigIntegerField(null=True)
    visit = models.TextField()
    person = models.TextField()
    total = models.BigIntegerField(null=True)  # theirs
    funds = models.BigIntegerField(null=True)
    account = models.BigIntegerField(null=True)

    class Meta:
        """A known kind."""

        constraints = [models.CheckConstraint(name="medical_compared_kind", condition=models.Q(kind__in=range(1, 6)))]
