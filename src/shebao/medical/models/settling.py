"""结算: a bill split to the last fen, or the taking back of one."""

from __future__ import annotations

from django.db import models

from shebao.medical.models.cover import Accumulated

# What the funds pay of a bill, and what the patient pays.
FUNDS = ("pool", "large", "supplement", "catastrophic", "assistance")
SCOPE = ("own_paid", "over_limit", "first_share", "in_scope")
OWN = ("deductible", "own_ratio", "above_cap")
AMOUNTS = ("total", *SCOPE, *OWN, *FUNDS, "account", "cash")


class Settlement(Accumulated):
    """结算, or 撤销 with all amounts mirrored; rows are never changed.

    total = own_paid + over_limit + first_share + in_scope
          = pool + large + supplement + catastrophic + assistance + account + cash.
    A bill whose settlement was reversed is settled anew after the reversal, which `follows` says.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.BigIntegerField()
    id = models.BigIntegerField()  # 结算ID
    institution_id = models.BigIntegerField()
    visit_id = models.BigIntegerField()
    batch = models.TextField()
    msgid = models.TextField()  # 发送方报文ID
    reverses_id = models.BigIntegerField(null=True)
    follows_id = models.BigIntegerField(null=True)
    year = models.SmallIntegerField()  # of the cover in which it counts
    insutype = models.TextField()
    med_type = models.TextField()
    care = models.SmallIntegerField()  # BillCare of the law
    insured_class = models.SmallIntegerField()  # InsuredClass of the law
    standing = models.SmallIntegerField()
    bill_day = models.DateField()  # that dates the law
    settled_at = models.DateTimeField()
    day = models.DateField()  # of the books
    period_number = models.SmallIntegerField()  # 0 of outpatient care
    period_start = models.DateField(null=True)
    final = models.BooleanField()  # not 中途结算 of a stay
    approx = models.BooleanField()  # an approximate figure of the law was used
    total = models.BigIntegerField()
    own_paid = models.BigIntegerField()  # 自费
    over_limit = models.BigIntegerField()  # 超限价
    first_share = models.BigIntegerField()  # 先行自付
    in_scope = models.BigIntegerField()  # 符合范围
    deductible = models.BigIntegerField()  # 起付线
    own_ratio = models.BigIntegerField()  # 按比例自付
    above_cap = models.BigIntegerField()  # 超封顶线
    pool = models.BigIntegerField()  # 统筹
    large = models.BigIntegerField()  # 大额互助
    supplement = models.BigIntegerField()  # 退休统一补充
    catastrophic = models.BigIntegerField()  # 居民大病
    assistance = models.BigIntegerField()  # 医疗救助
    account = models.BigIntegerField()  # 个人账户
    cash = models.BigIntegerField()  # 个人现金
    act_id = models.BigIntegerField()

    class Meta:
        """Parts add up; a bill has one settlement that stands; a settlement is reversed once."""

        indexes = [
            models.Index(fields=("institution_id", "day"), name="medical_settlement_institution"),
            models.Index(fields=("person_id", "visit_id"), name="medical_settlement_visit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("person_id", "visit_id", "batch"),
                condition=models.Q(reverses_id=None, follows_id=None),
                name="medical_settlement_once",
            ),
            models.UniqueConstraint(
                fields=("person_id", "reverses_id"),
                condition=models.Q(reverses_id__isnull=False),
                name="medical_settlement_reversed_once",
            ),
            models.UniqueConstraint(
                fields=("person_id", "follows_id"),
                condition=models.Q(follows_id__isnull=False),
                name="medical_settlement_followed_once",
            ),
            models.CheckConstraint(
                name="medical_settlement_kind", condition=models.Q(reverses_id=None) | models.Q(follows_id=None)
            ),
            models.CheckConstraint(
                name="medical_settlement_scope",
                condition=models.Q(
                    total=models.F("own_paid") + models.F("over_limit") + models.F("first_share") + models.F("in_scope")
                ),
            ),
            models.CheckConstraint(
                name="medical_settlement_parts",
                condition=models.Q(
                    total=models.F("pool")
                    + models.F("large")
                    + models.F("supplement")
                    + models.F("catastrophic")
                    + models.F("assistance")
                    + models.F("account")
                    + models.F("cash")
                ),
            ),
            models.CheckConstraint(
                name="medical_settlement_sign",
                condition=models.Q(reverses_id=None, **{f"{name}__gte": 0 for name in AMOUNTS})
                | models.Q(reverses_id__isnull=False, **{f"{name}__lte": 0 for name in AMOUNTS}),
            ),
        ]
