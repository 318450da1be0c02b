"""就诊: what a hospital registered, the diagnoses, and the charge lines."""

from __future__ import annotations

from django.db import models


class Visit(models.Model):
    """门诊挂号、入院登记: one course of care at an institution, of a person as the card said he is."""

    class State(models.IntegerChoices):
        """How far it is."""

        OPEN = 1, "就诊中"
        DISCHARGED = 2, "已出院"
        UNDONE = 3, "已撤销"

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.BigIntegerField()
    id = models.BigIntegerField()  # 就诊ID
    institution_id = models.BigIntegerField()
    year = models.SmallIntegerField()  # of its beginning
    care = models.SmallIntegerField()  # BillCare of the law, from med_type
    insutype = models.TextField()
    med_type = models.TextField()
    number = models.TextField()  # 住院/门诊号
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    department = models.TextField(default="")
    disease = models.TextField(default="")  # 病种编码
    turn = models.SmallIntegerField(db_default=1)  # which settlement of a stay comes next
    state = models.SmallIntegerField(choices=State, db_default=State.OPEN)
    name = models.TextField()
    certificate_kind = models.TextField()  # 人员证件类型
    certificate = models.TextField()
    sex = models.SmallIntegerField()
    birth_day = models.DateField()
    act_id = models.BigIntegerField()

    class Meta:
        """Found by institution and day."""

        indexes = [models.Index(fields=("institution_id", "began_at"), name="medical_visit_institution")]
        constraints = [
            models.CheckConstraint(name="medical_visit_care", condition=models.Q(care__in=(1, 2, 3))),
            models.CheckConstraint(name="medical_visit_state", condition=models.Q(state__in=(1, 2, 3))),
            models.CheckConstraint(
                name="medical_visit_order",
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("began_at")),
            ),
        ]


class Diagnosis(models.Model):
    """诊断 of a visit.  What a later message says takes the place of all before."""

    pk = models.CompositePrimaryKey("person_id", "visit_id", "act_id", "number")
    person_id = models.BigIntegerField()
    visit_id = models.BigIntegerField()
    act_id = models.BigIntegerField()
    number = models.SmallIntegerField()
    kind = models.TextField()
    code = models.TextField()
    name = models.TextField()
    main = models.BooleanField()


class Line(models.Model):
    """费用明细: one charge line, split by the law.  Undone, it stays with the act that undid it."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.BigIntegerField()
    id = models.BigIntegerField()
    visit_id = models.BigIntegerField()
    number = models.TextField()  # 费用明细流水号
    batch = models.TextField()  # 收费批次号; of a stay the turn
    at = models.DateTimeField()  # 费用发生时间
    code = models.TextField()  # 医疗目录编码
    own_code = models.TextField()
    item_class = models.SmallIntegerField()
    first_share_ratio = models.SmallIntegerField()  # 1/10000
    price_limit = models.BigIntegerField()  # fen, 0: none
    quantity = models.BigIntegerField()  # 1/10000
    price = models.BigIntegerField()  # millionths of a yuan
    amount = models.BigIntegerField()  # fen, and its four parts
    own_paid = models.BigIntegerField()
    over_limit = models.BigIntegerField()
    first_share = models.BigIntegerField()
    in_scope = models.BigIntegerField()
    findings = models.TextField(default="")  # rules of the door that it met, see shebao.medical.checks
    act_id = models.BigIntegerField()
    undone_act_id = models.BigIntegerField(null=True)

    class Meta:
        """The parts add up; a number stands once."""

        constraints = [
            models.UniqueConstraint(
                fields=("person_id", "visit_id", "number"),
                condition=models.Q(undone_act_id=None),
                name="medical_line_once",
            ),
            models.CheckConstraint(
                name="medical_line_parts",
                condition=models.Q(
                    amount=models.F("own_paid")
                    + models.F("over_limit")
                    + models.F("first_share")
                    + models.F("in_scope")
                )
                & models.Q(amount__gte=0, own_paid__gte=0, over_limit__gte=0, first_share__gte=0, in_scope__gte=0),
            ),
        ]
