"""Periods: a row opens the month's partition, a changed state closes, opens again or locks it."""

from __future__ import annotations

from django.db import migrations

from shebao.database.operations import append_only

# Partitions are reached through the whole table only: a trigger of a statement sees what names its own table.
DIRECT = """
CREATE FUNCTION ledger_direct() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: use ledger_posting (% refused)', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
-- A day without a period lands here, where the check of its period refuses it by name.
CREATE TABLE ledger_posting_unopened PARTITION OF ledger_posting DEFAULT;
CREATE TRIGGER direct BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger_posting_unopened
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_direct();
"""

PERIODS = """
CREATE FUNCTION ledger_period_made() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    part text := ledger_partition(NEW.month);
BEGIN
    IF NEW.state <> 1 OR EXISTS (SELECT FROM ledger_period WHERE month > NEW.month AND state <> 1) THEN
        PERFORM ledger_refuse('ledger_period_order', '', '不能在已结账的期间之前开放新期间',
                              'no period is opened before a closed one');
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE ledger_posting INCLUDING ALL)', part);
    EXECUTE format('CREATE TRIGGER direct BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I '
                   'FOR EACH STATEMENT EXECUTE FUNCTION ledger_direct()', part);
    EXECUTE format('ALTER TABLE ledger_posting ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   part, NEW.month, (NEW.month + interval '1 month')::date);
    INSERT INTO ledger_period_event (month, state, reason, act_id)
    VALUES (NEW.month, NEW.state, NEW.reason, NEW.act_id);
    RETURN NEW;
END $$;
CREATE TRIGGER made BEFORE INSERT ON ledger_period FOR EACH ROW EXECUTE FUNCTION ledger_period_made();

CREATE FUNCTION ledger_period_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before date;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a period is closed in a transaction that reads what is committed meanwhile';
    ELSIF NEW.month <> OLD.month OR (OLD.state, NEW.state) NOT IN ((1, 2), (2, 1), (2, 3)) THEN
        PERFORM ledger_refuse('ledger_period_state', '', '期间只能由开放到结账、由结账到重新开放或锁定',
                              'a period is closed when open, opened again or locked when closed');
    ELSIF NEW.state = 2 AND EXISTS (SELECT FROM ledger_period WHERE month < NEW.month AND state = 1) THEN
        PERFORM ledger_refuse('ledger_period_order', '', '请先结账之前的期间', 'close the periods before it first');
    ELSIF NEW.state = 1 AND EXISTS (SELECT FROM ledger_period WHERE month > NEW.month AND state <> 1) THEN
        PERFORM ledger_refuse('ledger_period_order', '', '请先重新开放之后的期间', 'open the periods after it first');
    ELSIF NEW.state = 3 AND EXISTS (SELECT FROM ledger_period WHERE month < NEW.month AND state <> 3) THEN
        PERFORM ledger_refuse('ledger_period_order', '', '请先锁定之前的期间', 'lock the periods before it first');
    ELSIF NEW.state = 1 AND trim(NEW.reason) = '' THEN
        PERFORM ledger_refuse('ledger_period_reason', '', '重新开放期间须注明理由', 'say why it is opened again');
    END IF;
    IF NEW.state = 2 THEN
        -- every poster that shared the row has ended, and this statement sees what they wrote
        SELECT max(month) INTO before FROM ledger_period WHERE month < NEW.month;
        EXECUTE format(
            'INSERT INTO ledger_snapshot (month, chart_id, fund_id, part, account_id, debit, credit, balance) '
            'SELECT $1, chart_id, fund_id, part, account_id, sum(debit), sum(credit), sum(balance) FROM ('
            'SELECT chart_id, fund_id, part, account_id, 0 AS debit, 0 AS credit, balance '
            'FROM ledger_snapshot WHERE month = $2 UNION ALL '
            'SELECT a.chart_id, a.fund_id, a.part, CASE WHEN a.owner IS NULL THEN a.id END, '
            'sum(greatest(p.amount, 0)), sum(greatest(-p.amount, 0)), sum(p.amount) '
            'FROM %I p JOIN ledger_account a ON a.id = p.account_id GROUP BY 1, 2, 3, 4) s '
            'GROUP BY chart_id, fund_id, part, account_id', ledger_partition(NEW.month)) USING NEW.month, before;
    ELSIF NEW.state = 1 THEN
        DELETE FROM ledger_snapshot WHERE month = NEW.month;
    END IF;
    INSERT INTO ledger_period_event (month, state, reason, act_id)
    VALUES (NEW.month, NEW.state, NEW.reason, NEW.act_id);
    RETURN NULL;
END $$;
CREATE TRIGGER changed AFTER UPDATE ON ledger_period FOR EACH ROW EXECUTE FUNCTION ledger_period_changed();
CREATE TRIGGER never_deleted BEFORE DELETE ON ledger_period FOR EACH ROW EXECUTE FUNCTION database_append_only();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger_period
    FOR EACH STATEMENT EXECUTE FUNCTION database_append_only();
"""


class Migration(migrations.Migration):
    """The triggers of ledger_period."""

    dependencies = [("ledger", "0002_checks")]
    operations = [
        migrations.RunSQL(DIRECT + PERIODS, migrations.RunSQL.noop),
        append_only("ledger_period_event"),
    ]
