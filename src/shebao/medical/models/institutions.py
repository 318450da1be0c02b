"""定点医药机构: who may treat at the fund's expense, and by which key its messages are signed."""

from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField
from django.db import models

from shebao.access.models import Act, Place
from shebao.people.models import Organisation


class Institution(models.Model):
    """定点医药机构: an organisation with an agreement."""

    class Level(models.IntegerChoices):
        """医院等级, as the law counts it (HospitalLevel)."""

        LEVEL_1 = 1, "一级"
        LEVEL_2 = 2, "二级"
        LEVEL_3 = 3, "三级"

    class State(models.IntegerChoices):
        """Whether bills are settled."""

        ACTIVE = 1, "正常"
        SUSPENDED = 2, "暂停结算"
        ENDED = 3, "解除协议"

    id = models.BigAutoField(primary_key=True)
    code = models.TextField(unique=True)  # 医药机构编码, 12 characters
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True)
    name = models.TextField()
    level = models.SmallIntegerField(choices=Level)
    community = models.BooleanField(default=False)  # 社区卫生服务机构
    place = models.ForeignKey(Place, models.PROTECT, db_column="place")  # its district
    agreement = DateRangeField()  # days for which bills are settled
    state = models.SmallIntegerField(choices=State, db_default=State.ACTIVE)
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        """A known level and state, a code of the national form, an agreement of some days."""

        constraints = [
            models.CheckConstraint(name="medical_institution_code", condition=models.Q(code__regex=r"^[A-Z0-9]{12}$")),
            models.CheckConstraint(name="medical_institution_level", condition=models.Q(level__in=(1, 2, 3))),
            models.CheckConstraint(name="medical_institution_state", condition=models.Q(state__in=(1, 2, 3))),
            models.CheckConstraint(name="medical_institution_named", condition=~models.Q(name="")),
            models.CheckConstraint(
                name="medical_institution_agreement",
                condition=models.Q(agreement__isempty=False, agreement__lower_inf=False),
            ),
        ]


class Key(models.Model):
    """网关密钥 of an institution; read by the service alone.  One is in use at a time."""

    access_key = models.TextField(primary_key=True)
    institution = models.ForeignKey(Institution, models.PROTECT)
    secret = models.TextField()
    ended_at = models.DateTimeField(null=True)
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        """One in use."""

        constraints = [
            models.UniqueConstraint(
                fields=("institution",), condition=models.Q(ended_at=None), name="medical_key_one_open"
            ),
            models.CheckConstraint(name="medical_key_secret", condition=~models.Q(secret="")),
        ]
