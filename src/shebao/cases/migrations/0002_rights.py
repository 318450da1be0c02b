"""Who may see and write what of claims and payments, and what the database itself keeps in order."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from shebao.access.roles import ROLES
from shebao.database.operations import append_only, closing_only, secure

OF_CLAIM = "EXISTS (SELECT FROM cases_claim c WHERE c.id = claim_id)"
OF_BATCH = "access_act() IS NOT NULL"
STEPS = "access_for('cases.%')"

FUNCTIONS = """
-- The actor of the act under way, and whether it is a person of the office.
CREATE FUNCTION cases_actor(OUT who bigint, OUT kind smallint) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
SELECT a.actor_id, r.kind FROM access_act a JOIN access_actor r ON r.id = a.actor_id WHERE a.id = access_act();
$$;

CREATE FUNCTION cases_claim_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.state := 1;
    NEW.act_id := access_act();
    RETURN NEW;
END $$;
CREATE TRIGGER begins BEFORE INSERT ON cases_claim FOR EACH ROW EXECUTE FUNCTION cases_claim_begins();

-- What a claim comes to is said once, in the act that files it.
CREATE FUNCTION cases_amount_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM added a JOIN cases_claim c ON c.id = a.claim_id WHERE c.act_id <> access_act()) THEN
        RAISE EXCEPTION '案卷受理后金额不得改动，请撤回后重新受理 / the amounts of a filed claim cannot be changed; withdraw it'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER said AFTER INSERT ON cases_amount REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION cases_amount_said();

CREATE FUNCTION cases_step_taken() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
    IF NOT (access_for(wanted) OR (NEW.verb IN (1, 2) AND access_for('cases.decide'))) THEN
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
CREATE TRIGGER taken BEFORE INSERT ON cases_step FOR EACH ROW EXECUTE FUNCTION cases_step_taken();

-- Nothing is awarded without an approval, in its own act.
CREATE FUNCTION cases_award_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM added a WHERE a.act_id IS DISTINCT FROM access_act() OR NOT EXISTS (SELECT FROM cases_step s
        WHERE s.claim_id = a.claim_id AND s.verb = 5 AND s.act_id = access_act())) THEN
        RAISE EXCEPTION '未经审批不得登记待遇 / nothing is awarded without an approval'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER approved AFTER INSERT ON cases_award REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION cases_award_approved();

CREATE FUNCTION cases_account_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    actor bigint := (SELECT who FROM cases_actor());
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.filed_by := actor;
        NEW.verified_by := NULL;
        NEW.act_id := access_act();
    ELSIF NEW.verified_by IS DISTINCT FROM OLD.verified_by THEN
        IF OLD.verified_by IS NOT NULL OR actor IS NULL OR actor = OLD.filed_by THEN
            RAISE EXCEPTION '收款账户须由登记人以外的人核验 / an account is verified by another than who filed it'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        NEW.verified_by := actor;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kept BEFORE INSERT OR UPDATE ON cases_account FOR EACH ROW EXECUTE FUNCTION cases_account_kept();

CREATE FUNCTION cases_batch_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM cases_actor();
    IF TG_OP = 'INSERT' THEN
        NEW.state := 1;
        NEW.act_id := access_act();
        NEW.prepared_by := NULL;
        NEW.released_by := NULL;
    ELSIF OLD.state = 1 AND NEW.state = 2 THEN
        NEW.prepared_by := actor.who;
        SELECT count(*), coalesce(sum(amount), 0) INTO NEW.payments, NEW.total FROM cases_payment WHERE batch_id = OLD.id;
        IF NEW.total <> (SELECT coalesce(sum(l.amount), 0) FROM cases_line l JOIN cases_payment p ON p.id = l.payment_id
            WHERE p.batch_id = OLD.id) THEN
            RAISE EXCEPTION '批次明细与金额不符 / the lines of the batch are not its total';
        END IF;
    ELSIF OLD.state = 2 AND NEW.state = 3 THEN
        IF actor.who IS NULL OR actor.who = OLD.prepared_by OR actor.kind <> 2 OR NOT access_for('cases.release') THEN
            RAISE EXCEPTION '发放批次须由编制人以外的复核人放行 / a batch is released by another than who prepared it'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        NEW.released_by := actor.who;
    ELSIF OLD.state = 3 AND NEW.state = 4 THEN
        IF EXISTS (SELECT FROM cases_payment WHERE batch_id = OLD.id AND code IS NULL) THEN
            RAISE EXCEPTION '尚有未回盘的发放 / the bank has not answered every payment';
        END IF;
    ELSE
        RAISE EXCEPTION '批次%不能这样变更 / batch % cannot go there', OLD.id, OLD.id
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kept BEFORE INSERT OR UPDATE ON cases_batch FOR EACH ROW EXECUTE FUNCTION cases_batch_kept();

CREATE FUNCTION cases_payment_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added p JOIN cases_batch b ON b.id = p.batch_id
            JOIN cases_account a ON a.id = p.account_id
            WHERE b.state <> 1 OR p.code IS NOT NULL OR a.verified_by IS NULL OR a.closed_at IS NOT NULL
            OR a.person_id <> p.person_id) THEN
        RAISE EXCEPTION '只能向已核验的本人账户编制发放 / a payment goes to a verified account, in a batch that is built'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER made AFTER INSERT ON cases_payment REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION cases_payment_made();

CREATE FUNCTION cases_line_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added l JOIN cases_payment p ON p.id = l.payment_id JOIN cases_batch b ON b.id = p.batch_id
            WHERE b.state <> 1) THEN
        RAISE EXCEPTION '批次已编制完毕 / the batch is prepared' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER made AFTER INSERT ON cases_line REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION cases_line_made();

CREATE FUNCTION cases_payment_answered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM changed p JOIN cases_batch b ON b.id = p.batch_id WHERE b.state <> 3) THEN
        RAISE EXCEPTION '批次未放行或已结 / the batch is not released, or over' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER answered AFTER UPDATE ON cases_payment REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION cases_payment_answered();
"""


def roles(apps: Any, schema_editor: Any) -> None:
    """The roles of this room, where the database was made before it."""
    role, right = (apps.get_model("access", name) for name in ("Role", "Right"))
    for code, (name, protected, purposes) in ROLES.items():
        made, _ = role.objects.get_or_create(code=code, defaults={"name": name, "protected": protected})
        for purpose in purposes:
            right.objects.get_or_create(role=made, purpose=purpose)


class Migration(migrations.Migration):
    """Rights, triggers, roles."""

    dependencies = [("cases", "0001_initial"), ("people", "0004_members"), ("assessment", "0002_difference")]
    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        secure("cases_claim", f"people_sees(person_id) AND {STEPS}", "people_keeps(person_id)"),
        secure("cases_amount", OF_CLAIM),
        append_only("cases_amount"),
        secure("cases_step", OF_CLAIM),
        append_only("cases_step"),
        secure("cases_evidence", OF_CLAIM),
        append_only("cases_evidence"),
        secure("cases_award", "people_sees(person_id)", "people_keeps(person_id)", update=("recorded",)),
        closing_only(
            "cases_award",
            "upper_inf(OLD.recorded)",
            "NOT upper_inf(NEW.recorded) AND lower(NEW.recorded) = lower(OLD.recorded)",
            (
                "id",
                "person_id",
                "benefit",
                "owner",
                "amount",
                "valid",
                "basis_day",
                "basis_known",
                "claim_id",
                "act_id",
            ),
        ),
        secure(
            "cases_account",
            "people_sees(person_id)",
            "people_keeps(person_id)",
            update=("verified_by", "closed_at", "why_closed"),
        ),
        secure(
            "cases_batch", OF_BATCH, "access_for('cases.prepare') OR access_for('cases.release')", update=("state",)
        ),
        secure("cases_batchpart", OF_BATCH, "access_for('cases.prepare')"),
        append_only("cases_batchpart"),
        secure("cases_payment", "people_sees(person_id)", update=("code", "result_act_id")),
        closing_only(
            "cases_payment",
            "OLD.code IS NULL",
            "NEW.code IS NOT NULL",
            ("id", "batch_id", "person_id", "account_id", "amount", "act_id"),
        ),
        secure("cases_line", "people_sees(person_id)"),
        append_only("cases_line"),
        migrations.RunPython(roles, migrations.RunPython.noop),
    ]
