"""网上办理: what a citizen may do to his own claims, measures and certificates; complaints."""

from __future__ import annotations

import django.contrib.postgres.functions
import django.db.models.deletion
from django.db import migrations, models

from shebao.database.operations import closing_only, secure

# A step of one's own claim: filing, withdrawal, appeal.
STEPS = """
CREATE OR REPLACE FUNCTION cases_step_taken() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    actor record;
    state_now smallint;
    wanted text;
    astray boolean;
BEGIN
    SELECT * INTO actor FROM cases_actor();
    NEW.act_id := access_act();
    NEW.actor_id := actor.who;
    NEW.at := current_timestamp;
    IF actor.who IS NULL THEN
        RAISE EXCEPTION '没有经办人，不能办理 / nobody acts' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT c.state INTO state_now FROM cases_claim c WHERE c.id = NEW.claim_id FOR UPDATE;
    wanted := CASE WHEN NEW.verb IN (1, 2, 8, 9) THEN 'cases.file' WHEN NEW.verb IN (3, 4) THEN 'cases.decide'
        ELSE 'cases.approve' END;
    IF NOT (access_for(wanted) OR (NEW.verb IN (1, 2) AND access_for('cases.decide'))
        OR (NEW.verb IN (1, 8, 9) AND access_for('cases.own'))) THEN
        RAISE EXCEPTION '本环节须以%办理 / this step is taken for %', wanted, wanted
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    astray := (NEW.verb = 1) = EXISTS (SELECT FROM cases_step s WHERE s.claim_id = NEW.claim_id AND s.verb = 1)
        OR NOT CASE NEW.verb WHEN 1 THEN state_now = 1 WHEN 2 THEN state_now IN (1, 6)
        WHEN 3 THEN state_now IN (1, 2, 6, 9)
        WHEN 4 THEN state_now = 3 WHEN 5 THEN state_now IN (3, 4) WHEN 6 THEN state_now IN (2, 3, 4)
        WHEN 7 THEN state_now IN (1, 2, 3, 4, 6) WHEN 8 THEN state_now IN (1, 2, 3, 4, 6) WHEN 9 THEN state_now IN (5, 7)
        WHEN 10 THEN state_now = 9 ELSE false END;
    IF astray THEN
        RAISE EXCEPTION '案卷%当前环节不能办理此步，请刷新后再办 / claim % is not where this step can be taken; look again',
            NEW.claim_id, NEW.claim_id USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF NEW.verb IN (5, 7, 10) AND (actor.kind <> 2 OR EXISTS (SELECT FROM cases_step s
        WHERE s.claim_id = NEW.claim_id AND s.actor_id = actor.who AND (s.verb IN (1, 2, 3) OR (NEW.verb = 10
        AND s.verb IN (5, 7)))))
    THEN
        RAISE EXCEPTION '受理、核定人不得审批同一案卷，请由他人审批 / who filed or decided a claim cannot approve it; another must'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE cases_claim SET state = NEW.verb WHERE id = NEW.claim_id;
    RETURN NEW;
END $$;
ALTER FUNCTION cases_step_taken() SET enable_seqscan = off;
"""
OWN = "access_for('cases.own') AND person_id = access_own_person()"
# What a citizen files comes to what a pass found for him, and to nothing else.
FUNCTIONS = """
CREATE FUNCTION cases_amount_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF access_for('cases.own') AND EXISTS (SELECT FROM added a JOIN cases_claim c ON c.id = a.claim_id
        WHERE NOT EXISTS (SELECT FROM assessment_difference d WHERE d.run_id = c.run_id AND d.person_id = c.person_id
            AND d.benefit = c.benefit AND d.month = lower(a.valid) AND d.entitled = a.amount AND d.kind = 1)) THEN
        RAISE EXCEPTION '网上只能申请核算已列出的待遇 / only what an assessment found can be applied for here'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER own AFTER INSERT ON cases_amount REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION cases_amount_own();

-- He may object to a measure; the suspension for want of a certificate ends by the certificate.  Nothing else is his.
CREATE FUNCTION cases_measure_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF access_for('cases.own') AND (TG_OP = 'INSERT' OR NEW.upheld IS DISTINCT FROM OLD.upheld
        OR (NEW.ended_on IS NOT NULL AND (OLD.reason <> 1 OR NOT EXISTS (SELECT FROM cases_certification c
            WHERE c.person_id IN (OLD.person_id, access_own_person()) AND c.day = NEW.ended_on)))) THEN
        RAISE EXCEPTION '该措施须由经办机构办理 / this measure is for the office to end'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER own BEFORE INSERT OR UPDATE ON cases_measure FOR EACH ROW EXECUTE FUNCTION cases_measure_own();

CREATE FUNCTION cases_complaint_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM cases_actor();
    IF TG_OP = 'INSERT' THEN
        NEW.filed_by := actor.who;
        NEW.act_id := access_act();
        NEW.answer := '';
        NEW.answered_by := NULL;
        NEW.answered_at := NULL;
    ELSE
        IF actor.kind <> 2 OR actor.who = OLD.filed_by OR NOT (access_for('cases.decide') OR access_for('cases.approve'))
        THEN
            RAISE EXCEPTION '投诉由审核、审批人员答复 / a complaint is answered by a reviewer or approver'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        NEW.answered_by := actor.who;
        NEW.answered_at := current_timestamp;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kept BEFORE INSERT OR UPDATE ON cases_complaint FOR EACH ROW EXECUTE FUNCTION cases_complaint_kept();

ALTER POLICY app ON cases_claim WITH CHECK (people_keeps(person_id) OR ({OWN} AND origin = 2 AND run_id IS NOT NULL));
ALTER POLICY app ON cases_certification WITH CHECK
    ((people_keeps(person_id) AND access_for('cases.%')) OR ({OWN} AND way = 3 AND day <= current_date));
ALTER POLICY app ON cases_measure WITH CHECK ((people_keeps(person_id) AND access_for('cases.%')) OR ({OWN}));
""".replace("{OWN}", OWN)


class Migration(migrations.Migration):
    """The table of complaints, rights, triggers."""

    dependencies = [("access", "0004_portal"), ("cases", "0003_measures"), ("assessment", "0003_compared")]

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("words", models.TextField()),
                ("filed_by", models.BigIntegerField(null=True)),
                ("filed_at", models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow())),
                ("answer", models.TextField(blank=True, db_default="")),
                ("answered_by", models.BigIntegerField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "act",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.act"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person_id"], name="cases_complaint_person"),
                    models.Index(fields=["id"], condition=models.Q(answered_at=None), name="cases_complaint_open"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="cases_complaint_words"
                    )
                ],
            },
        ),
        migrations.RunSQL(STEPS, migrations.RunSQL.noop),
        secure(
            "cases_complaint",
            "people_sees(person_id) AND access_for('cases.%')",
            f"(people_keeps(person_id) AND access_for('cases.%')) OR ({OWN})",
            update=("answer",),
        ),
        closing_only(
            "cases_complaint",
            "OLD.answered_at IS NULL",
            "NEW.answer <> ''",
            ("id", "person_id", "words", "filed_by", "filed_at", "act_id"),
        ),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
    ]
