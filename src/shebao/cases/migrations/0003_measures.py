"""停发、追回、资格认证、退款: announced measures, certificates of being alive, repayments; payees other than the person."""

from __future__ import annotations

import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from shebao.database.operations import append_only, secure

FUNCTIONS = """
-- Who filed a measure neither answers the objection to it nor lifts it; what was announced does not change afterwards.
CREATE FUNCTION cases_measure_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM cases_actor();
    IF TG_OP = 'INSERT' THEN
        IF NEW.kind = 2 AND NOT access_for('cases.approve') THEN
            RAISE EXCEPTION '追回须经审批 / a recovery is announced by an approver' USING ERRCODE = 'insufficient_privilege';
        END IF;
        NEW.filed_by := actor.who;
        NEW.act_id := access_act();
        NEW.objected_on := NULL;
        NEW.upheld := NULL;
        NEW.answered_by := NULL;
        NEW.ended_on := NULL;
        RETURN NEW;
    END IF;
    IF OLD.ended_on IS NOT NULL OR (OLD.objected_on IS NOT NULL AND NEW.objected_on IS DISTINCT FROM OLD.objected_on)
        OR OLD.upheld IS NOT NULL AND NEW.upheld IS DISTINCT FROM OLD.upheld THEN
        RAISE EXCEPTION '该措施已结或已答复，不能再改 / the measure is over, or the objection is answered'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF NEW.ended_on IS NOT NULL AND NEW.upheld IS NOT DISTINCT FROM OLD.upheld THEN
        IF OLD.kind = 1 AND OLD.reason = 2 AND actor.who = OLD.filed_by THEN
            RAISE EXCEPTION '停发须由作出人以外的人解除 / a suspension is ended by another than who filed it'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF OLD.kind = 2 AND NOT (access_for('cases.approve') OR access_for('cases.release')) THEN
            RAISE EXCEPTION '追回须经审批方可终止或改期 / a recovery is ended or changed by an approver'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    IF NEW.upheld IS DISTINCT FROM OLD.upheld THEN
        IF OLD.objected_on IS NULL OR actor.who IS NULL OR actor.who = OLD.filed_by OR actor.kind <> 2
            OR NOT access_for('cases.approve') THEN
            RAISE EXCEPTION '陈述申辩须由作出措施以外的审批人答复 / an objection is answered by an approver who did not file the measure'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        NEW.answered_by := actor.who;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kept BEFORE INSERT OR UPDATE ON cases_measure FOR EACH ROW EXECUTE FUNCTION cases_measure_kept();

-- Another receives for the person as guardian or payee of the record; for the dead, also one of the family.
CREATE FUNCTION cases_account_holder() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    dead boolean := EXISTS (SELECT FROM people_vitals v WHERE v.person_id = NEW.person_id AND upper_inf(v.recorded)
        AND v.death_day IS NOT NULL);
BEGIN
    IF NEW.holder_id IS NOT NULL AND NOT EXISTS (SELECT FROM people_relation r WHERE upper_inf(r.recorded)
        AND ((r.person_id = NEW.person_id AND r.other_id = NEW.holder_id AND (dead OR r.kind IN (1, 3)))
        OR (dead AND r.person_id = NEW.holder_id AND r.other_id = NEW.person_id))) THEN
        RAISE EXCEPTION '档案中没有此人的监护、代领关系，请先登记 / the record names no such guardian or payee; record it first'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER holder BEFORE INSERT ON cases_account FOR EACH ROW EXECUTE FUNCTION cases_account_holder();
"""
# What is awarded is what the claim says, or what is left of what it closed; each table is written for its own purpose.
STRICTER = """
CREATE OR REPLACE FUNCTION cases_award_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM added a WHERE a.act_id IS DISTINCT FROM access_act() OR NOT EXISTS (SELECT FROM cases_step s
        WHERE s.claim_id = a.claim_id AND s.verb = 5 AND s.act_id = access_act())
        OR NOT EXISTS (SELECT FROM cases_claim c JOIN cases_amount m ON m.claim_id = c.id
            WHERE c.id = a.claim_id AND c.person_id = a.person_id AND c.benefit = a.benefit
            AND m.valid = a.valid AND m.amount = a.amount)
        AND NOT EXISTS (SELECT FROM cases_claim c JOIN cases_award o ON o.id = ANY(c.replaces)
            WHERE c.id = a.claim_id AND o.person_id = a.person_id AND o.benefit = a.benefit
            AND o.amount = a.amount AND o.valid @> a.valid AND NOT upper_inf(o.recorded))) THEN
        RAISE EXCEPTION '未经审批不得登记待遇 / nothing is awarded without an approval'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
-- A trigger's plan is made on what the planner knows of tables that the same transaction fills, which is nothing: without
-- this, a mass filing or approval reads all claims for each.
ALTER FUNCTION cases_step_taken() SET enable_seqscan = off;
ALTER FUNCTION cases_amount_said() SET enable_seqscan = off;
ALTER FUNCTION cases_award_approved() SET enable_seqscan = off;
ALTER FUNCTION cases_payment_made() SET enable_seqscan = off;
ALTER FUNCTION cases_line_made() SET enable_seqscan = off;
ALTER FUNCTION cases_payment_answered() SET enable_seqscan = off;
ALTER FUNCTION cases_account_holder() SET enable_seqscan = off;
ALTER POLICY app ON cases_award WITH CHECK (people_keeps(person_id) AND access_for('cases.approve'));
ALTER POLICY app ON cases_account WITH CHECK (people_keeps(person_id) AND access_for('cases.%'));
ALTER POLICY app ON cases_payment WITH CHECK
    (people_sees(person_id) AND (access_for('cases.prepare') OR access_for('cases.release')));
ALTER POLICY app ON cases_line WITH CHECK (people_sees(person_id) AND access_for('cases.prepare'));
"""
WRITES = "people_keeps(person_id) AND access_for('cases.%')"


class Migration(migrations.Migration):
    """Tables, rights, triggers."""

    dependencies = [
        ("access", "0002_rights"),
        ("cases", "0002_rights"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="holder_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="Certification",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("day", models.DateField()),
                (
                    "way",
                    models.SmallIntegerField(
                        choices=[(1, "窗口"), (2, "上门"), (3, "网上"), (4, "使领馆证明"), (5, "数据比对")]
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.act"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person_id", "day"), name="cases_certification_once")],
            },
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("benefit", models.TextField(db_collation="C")),
                ("kind", models.SmallIntegerField(choices=[(1, "暂停发放"), (2, "追回多发待遇")])),
                (
                    "reason",
                    models.SmallIntegerField(
                        choices=[
                            (1, "未按期办理领取资格认证"),
                            (2, "领取资格待核实"),
                            (3, "本人申请"),
                            (4, "已发待遇多于应发"),
                        ]
                    ),
                ),
                ("note", models.TextField(blank=True, db_default="")),
                ("notified_on", models.DateField()),
                ("starts_on", models.DateField()),
                ("amount", models.BigIntegerField(db_default=0)),
                ("monthly", models.BigIntegerField(null=True)),
                ("floor", models.BigIntegerField(db_default=0)),
                ("objected_on", models.DateField(null=True)),
                ("objection", models.TextField(blank=True, db_default="")),
                ("upheld", models.BooleanField(null=True)),
                ("answered_by", models.BigIntegerField(null=True)),
                ("filed_by", models.BigIntegerField(null=True)),
                ("ended_on", models.DateField(null=True)),
                ("why_ended", models.TextField(blank=True, db_default="")),
                (
                    "act",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.act"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("person_id", "benefit", "kind"),
                        name="cases_measure_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "starts_on__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("notified_on"), "+", models.Value(datetime.timedelta(days=15))
                                ),
                            )
                        ),
                        name="cases_measure_time_to_object",
                    ),
                    models.CheckConstraint(condition=models.Q(("starts_on__day", 1)), name="cases_measure_month"),
                    models.CheckConstraint(condition=models.Q(("floor__gte", 0)), name="cases_measure_floor"),
                    models.CheckConstraint(
                        condition=models.Q(("monthly", None), ("monthly__gt", 0), _connector="OR"),
                        name="cases_measure_monthly",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Repayment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("benefit", models.TextField(db_collation="C")),
                ("month", models.DateField()),
                ("amount", models.BigIntegerField()),
                ("day", models.DateField()),
                ("reference", models.TextField()),
                (
                    "act",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.act"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person_id"], name="cases_repayment_person")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reference", "person_id", "benefit", "month"), name="cases_repayment_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="cases_repayment_amount"),
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS + STRICTER, migrations.RunSQL.noop),
        secure("cases_certification", "people_sees(person_id)", WRITES),
        append_only("cases_certification"),
        secure(
            "cases_measure",
            "people_sees(person_id)",
            WRITES,
            update=("objected_on", "objection", "upheld", "ended_on", "why_ended"),
        ),
        secure("cases_repayment", "people_sees(person_id)", WRITES),
        append_only("cases_repayment"),
    ]
