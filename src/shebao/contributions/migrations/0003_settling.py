"""Settled bills, and the fund in which money waits for its bill."""

from __future__ import annotations

from django.db import migrations

from shebao.database.operations import append_only, secure

# A receipt is used up once, whosever bills it pays: who sees only some of them must not use it again.
USED = """
CREATE FUNCTION contributions_used(receipt bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT coalesce((SELECT sum(p.amount) FROM contributions_payment p WHERE p.receipt_id = receipt), 0)::bigint
     + coalesce((SELECT sum(f.amount) FROM contributions_refund f WHERE f.receipt_id = receipt), 0)::bigint
$$;
REVOKE ALL ON FUNCTION contributions_used FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contributions_used TO shebao_app, shebao_batch, shebao_reader, shebao_owner;
CREATE FUNCTION contributions_receipt_left() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE bad bigint;
BEGIN
    SELECT r.id INTO bad FROM (SELECT DISTINCT receipt_id FROM added WHERE receipt_id IS NOT NULL) a
    JOIN contributions_receipt r ON r.id = a.receipt_id WHERE r.amount < contributions_used(r.id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '到账 % 的金额已用完 / receipt % is used up', bad, bad USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION contributions_receipt_left FROM PUBLIC;
CREATE TRIGGER receipt_left AFTER INSERT ON contributions_payment REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_receipt_left();
CREATE TRIGGER receipt_left AFTER INSERT ON contributions_refund REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_receipt_left();
"""


class Migration(migrations.Migration):
    """Who sees a bill sees whether it is settled."""

    dependencies = [("contributions", "0002_rights"), ("ledger", "0004_rights")]
    operations = [
        secure("contributions_settled", "EXISTS (SELECT FROM contributions_bill b WHERE b.id = bill_id)"),
        append_only("contributions_settled"),
        migrations.RunSQL(USED, migrations.RunSQL.noop),
        migrations.RunSQL(
            "INSERT INTO ledger_fund (code, insurance, name, place) VALUES (8, 0, '征缴过渡户', '11')",
            migrations.RunSQL.noop,
        ),
    ]
