"""报文: what was acknowledged to whom, so that it is acknowledged again in the same words; and who is signed in."""

from __future__ import annotations

from django.db import models


class Message(models.Model):
    """A message that changed something, and its answer.  A message sent again gets the same answer."""

    pk = models.CompositePrimaryKey("institution_id", "msgid")
    institution_id = models.BigIntegerField()
    msgid = models.TextField(db_collation="C")
    infno = models.TextField()
    digest = models.BinaryField()  # of what it asked
    answer = models.BinaryField(null=True)  # null: it came after its own 冲正, and never counts
    person_id = models.BigIntegerField(null=True)
    visit_id = models.BigIntegerField(null=True)
    operator = models.TextField()
    act_id = models.BigIntegerField()


class SignIn(models.Model):
    """签到 of an operator of an institution, until 签退."""

    number = models.TextField(primary_key=True)  # 签到编号
    institution_id = models.BigIntegerField()
    operator = models.TextField()
    ip = models.TextField()
    mac = models.TextField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    act_id = models.BigIntegerField()

    class Meta:
        """Found by institution."""

        db_table = "medical_sign_in"
        indexes = [models.Index(fields=("institution_id", "operator"), name="medical_sign_in_operator")]
