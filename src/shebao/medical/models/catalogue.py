"""医保目录: what insurance pays for, and what a hospital calls it."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from shebao.access.models import Act
from shebao.medical.models.institutions import Institution


class CatalogueItem(models.Model):
    """目录项目 from a day to a day: drug, item of service or material."""

    class Kind(models.IntegerChoices):
        """The hundreds of the national 目录类别."""

        DRUG = 1, "药品"
        SERVICE = 2, "医疗服务项目"
        MATERIAL = 3, "医用耗材"

    class Class(models.IntegerChoices):
        """甲乙丙, as the law counts it (CatalogueClass)."""

        A = 1, "甲类"
        B = 2, "乙类"
        C = 3, "丙类"

    id = models.BigAutoField(primary_key=True)
    code = models.TextField(db_collation="C")  # 医疗目录编码
    kind = models.SmallIntegerField(choices=Kind)
    name = models.TextField()
    item_class = models.SmallIntegerField(choices=Class)
    first_share = models.SmallIntegerField(default=0)  # 先行自付比例, 1/10000
    price_limit = models.BigIntegerField(default=0)  # 限价 of a unit, fen; 0: none
    sex = models.SmallIntegerField(null=True)  # of whom alone it is for: the law's Sex
    age_from = models.SmallIntegerField(null=True)  # full years, from which and to which, both counted
    age_to = models.SmallIntegerField(null=True)
    day_quantity = models.IntegerField(null=True)  # most of a day, 1/10000 of a unit
    valid = DateRangeField()
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        """A code means one thing on a day."""

        db_table = "medical_catalogue"
        constraints = [
            ExclusionConstraint(
                name="medical_catalogue_one",
                expressions=[("code", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="medical_catalogue_class",
                condition=models.Q(kind__in=(1, 2, 3), item_class__in=(1, 2, 3), first_share__range=(0, 10_000)),
            ),
            models.CheckConstraint(
                name="medical_catalogue_limits",
                condition=models.Q(price_limit__gte=0)
                & (models.Q(day_quantity=None) | models.Q(day_quantity__gt=0))
                & (models.Q(sex=None) | models.Q(sex__in=(1, 2))),
            ),
        ]


class Matching(models.Model):
    """目录对照: what an institution calls an item of the catalogue, from a day to a day."""

    id = models.BigAutoField(primary_key=True)
    institution = models.ForeignKey(Institution, models.PROTECT, db_index=False)
    own_code = models.TextField(db_collation="C")  # 定点医药机构目录编号
    own_name = models.TextField()
    list_type = models.TextField()
    code = models.TextField(db_collation="C")  # 医疗目录编码
    valid = DateRangeField()
    undone_at = models.DateTimeField(null=True)
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        """The institution's code means one item on a day."""

        constraints = [
            ExclusionConstraint(
                name="medical_matching_one",
                expressions=[
                    ("institution", RangeOperators.EQUAL),
                    ("own_code", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(undone_at=None),
            )
        ]
