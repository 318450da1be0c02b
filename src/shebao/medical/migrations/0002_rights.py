"""What each table refuses, who sees its rows, and the funds that pay."""

from __future__ import annotations

from django.db import migrations

from shebao.contributions.references import refers
from shebao.database.operations import EVERYBODY, NOBODY, append_only, closing_only, secure

FUNCTIONS = """
CREATE FUNCTION medical_sees_institution(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
RETURN EXISTS (SELECT FROM medical_institution i WHERE i.id = which AND access_for('medical.%')
    AND (i.organisation_id = access_own_organisation() OR access_sees(i.place)));

-- A bill is seen by the person, by the office of his place, by the institution, and by the office of its place.
CREATE FUNCTION medical_sees_bill(who bigint, at bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
RETURN access_for('medical.%') AND (people_sees(who) OR EXISTS (SELECT FROM medical_institution i WHERE i.id = at
    AND (i.organisation_id = access_own_organisation() OR (access_sees(i.place) AND EXISTS (SELECT FROM people_person p
        WHERE p.id = who AND (p.protected = 0 OR access_sees_protected()))))));
REVOKE ALL ON FUNCTION medical_sees_institution, medical_sees_bill FROM PUBLIC;
GRANT EXECUTE ON FUNCTION medical_sees_institution, medical_sees_bill TO shebao_app, shebao_batch, shebao_reader,
    shebao_owner;

-- Which of the processes that make numbers one is.
CREATE SEQUENCE medical_worker_seq;
GRANT USAGE, SELECT ON SEQUENCE medical_worker_seq TO shebao_app, shebao_batch;
"""
AMOUNTS = (
    "total",
    "own_paid",
    "over_limit",
    "first_share",
    "in_scope",
    "deductible",
    "own_ratio",
    "above_cap",
    "pool",
    "large",
    "supplement",
    "catastrophic",
    "assistance",
    "account",
    "cash",
    "year_outpatient_eligible",
    "year_outpatient_paid",
    "year_periods",
    "year_pool_paid",
    "year_large_paid",
    "year_own_share",
    "year_catastrophic_paid",
    "aid_outpatient",
    "aid_inpatient",
    "aid_serious",
)
# A reversal takes back one settlement, whole; a bill is settled again only after the reversal of what it was before.
SETTLED = f"""
CREATE FUNCTION medical_settlement_checked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
DECLARE bad bigint;
BEGIN
    SELECT a.id INTO bad FROM added a LEFT JOIN medical_visit v ON v.person_id = a.person_id AND v.id = a.visit_id
    WHERE v.institution_id IS DISTINCT FROM a.institution_id OR coalesce(v.year > a.year, true) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '结算%与就诊登记不符 / settlement % is not of its visit', bad, bad
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT a.id INTO bad FROM added a
    LEFT JOIN medical_settlement o ON o.person_id = a.person_id AND o.id = coalesce(a.reverses_id, a.follows_id)
    WHERE (a.reverses_id IS NOT NULL OR a.follows_id IS NOT NULL)
    AND (o.id IS NULL OR o.visit_id <> a.visit_id OR o.batch <> a.batch
        OR (a.reverses_id IS NOT NULL) <> (o.reverses_id IS NULL)
        OR (a.reverses_id IS NOT NULL AND ({" OR ".join(f"a.{name} <> -o.{name}" for name in AMOUNTS)}))) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '撤销须与原结算逐项相反 / reversal % does not mirror its settlement', bad
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION medical_settlement_checked FROM PUBLIC;
CREATE TRIGGER checked AFTER INSERT ON medical_settlement REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION medical_settlement_checked();
ALTER TABLE medical_cover SET (fillfactor = 70);
ALTER TABLE medical_visit SET (fillfactor = 80);
-- An answer has some 2 kB: it stays in its row, as it is.
ALTER TABLE medical_message SET (toast_tuple_target = 8160);
ALTER TABLE medical_message ALTER answer SET STORAGE EXTERNAL;
ALTER TABLE medical_upload ALTER content SET STORAGE EXTERNAL;
"""
BILL = "medical_sees_bill(person_id, institution_id)"
OF_VISIT = "EXISTS (SELECT FROM medical_visit v WHERE v.person_id = {0}.person_id AND v.id = visit_id)"
INSTITUTION = "medical_sees_institution(institution_id)"
# The funds beside those of the insurances, by the number of each; each in the city's place.
FUNDS = {10: "大额医疗互助资金", 11: "退休人员统一补充医疗保险资金", 12: "城乡居民大病保险资金", 13: "医疗救助资金"}


class Migration(migrations.Migration):
    """References, checks, policies, and what may ever change."""

    dependencies = [
        ("medical", "0001_initial"),
        ("access", "0005_medical"),
        ("people", "0004_members"),
        ("ledger", "0004_rights"),
        ("contributions", "0003_settling"),
        ("cases", "0004_online"),
    ]
    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        refers("medical_visit", {"person_id": "people_person", "institution_id": "medical_institution"}),
        refers("medical_cover", {"person_id": "people_person"}),
        migrations.RunSQL(SETTLED, migrations.RunSQL.noop),
        migrations.RunSQL(
            "ALTER TABLE medical_line ADD CONSTRAINT medical_line_visit_fk FOREIGN KEY (person_id, visit_id) "
            "REFERENCES medical_visit (person_id, id);"
            "ALTER TABLE medical_diagnosis ADD CONSTRAINT medical_diagnosis_visit_fk "
            "FOREIGN KEY (person_id, visit_id) REFERENCES medical_visit (person_id, id);"
            "ALTER TABLE medical_difference ADD CONSTRAINT medical_difference_settlement_fk "
            "FOREIGN KEY (person_id, settlement_id) REFERENCES medical_settlement (person_id, id);",
            migrations.RunSQL.noop,
        ),
        secure(
            "medical_institution",
            "access_act() IS NOT NULL",  # the register of institutions is public
            "access_for('medical.register') AND access_sees(place)",
            update=("organisation_id", "name", "level", "community", "place", "agreement", "state", "act_id"),
        ),
        secure("medical_key", NOBODY, "access_for('medical.register')", update=("ended_at",)),
        secure("medical_catalogue", EVERYBODY, "access_for('medical.catalogue')", update=("valid",)),
        secure("medical_matching", INSTITUTION, update=("undone_at",)),
        secure("medical_cover_year", EVERYBODY, batch_only=True, update=("as_of", "open")),
        secure("medical_cover", "access_for('medical.%') AND people_sees(person_id)", batch_only=True, update=True),
        secure(
            "medical_visit",
            BILL,
            batch_only=True,
            update=("med_type", "care", "disease", "department", "ended_at", "turn", "state"),
        ),
        secure("medical_diagnosis", OF_VISIT.format("medical_diagnosis"), batch_only=True),
        secure("medical_line", OF_VISIT.format("medical_line"), batch_only=True, update=("batch", "undone_act_id")),
        secure("medical_settlement", BILL, batch_only=True),
        secure("medical_message", NOBODY, batch_only=True),
        secure("medical_sign_in", INSTITUTION, batch_only=True, update=("ended_at",)),
        secure("medical_upload", NOBODY, batch_only=True),
        secure("medical_statement", INSTITUTION, batch_only=True),
        secure(
            "medical_compared",
            "EXISTS (SELECT FROM medical_statement s WHERE s.id = statement_id)",
            batch_only=True,
        ),
        secure(
            "medical_difference",
            # who sees the bill sees that it would be another
            "access_for('medical.%') AND (people_sees(person_id) OR EXISTS (SELECT FROM medical_settlement s "
            "WHERE s.person_id = medical_difference.person_id AND s.id = settlement_id))",
            "access_for('medical.difference') AND people_keeps(person_id)",
            insert=False,
            update=("state", "note", "closed_act_id"),
        ),
        migrations.RunSQL(
            "GRANT INSERT ON medical_difference TO shebao_batch;"
            "GRANT USAGE, SELECT ON SEQUENCE medical_difference_id_seq TO shebao_batch;",
            migrations.RunSQL.noop,
        ),
        *(
            append_only(f"medical_{table}")
            for table in ("diagnosis", "settlement", "message", "upload", "statement", "compared")
        ),
        closing_only(
            "medical_line",
            "OLD.undone_act_id IS NULL",
            "true",
            (
                "person_id",
                "id",
                "visit_id",
                "number",
                "at",
                "code",
                "own_code",
                "item_class",
                "first_share_ratio",
                "price_limit",
                "quantity",
                "price",
                "amount",
                "own_paid",
                "over_limit",
                "first_share",
                "in_scope",
                "findings",
                "act_id",
            ),
        ),
        closing_only(
            "medical_key",
            "OLD.ended_at IS NULL",
            "NEW.ended_at IS NOT NULL",
            ("access_key", "institution_id", "secret"),
        ),
        closing_only(
            "medical_difference",
            "OLD.state = 1",
            "NEW.state > 1",
            (
                "id",
                "person_id",
                "year",
                "settlement_id",
                "cause_id",
                "funds",
                "account",
                "cash",
                "funds_in_order",
                "account_in_order",
                "cash_in_order",
                "refusal",
                "act_id",
            ),
        ),
        migrations.RunSQL(
            "INSERT INTO ledger_fund (code, insurance, name, place) VALUES "
            + ", ".join(f"({code}, {code}, '{name}', '11')" for code, name in FUNDS.items()),
            migrations.RunSQL.noop,
        ),
    ]
