"""Who sees what, and the two functions that see more than their caller."""

from __future__ import annotations

from django.db import migrations

from shebao.database.operations import EVERYBODY, secure

BOOKS = "access_for('ledger.%')"
# Legs have no place: who sees the account sees them.  Who works on the books sees all, or nothing would balance.
OF_ACCOUNT = f"{BOOKS} OR EXISTS (SELECT FROM ledger_account a WHERE a.id = account_id)"

# A function of its own language, so that posting does not pay for planning what it never comes to: every row that is
# written is the act's own.
SEES = """
CREATE FUNCTION ledger_sees_leg(of bigint, on_day date) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM ledger_posting p WHERE p.transaction_id = of AND p.day = on_day)
        OR EXISTS (SELECT FROM ledger_hold p WHERE p.transaction_id = of);
END $$;
"""

FUNCTIONS = """
-- The accounts of these keys, in their order; those that are not there yet are made.
CREATE FUNCTION ledger_accounts(charts smallint[], funds smallint[], parts smallint[], places text[], owners text[])
RETURNS TABLE (id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
    -- in one order for all, so that two who make the same accounts never wait for each other
    INSERT INTO ledger_account (chart_id, fund_id, part, place, owner, act_id)
    SELECT w.chart, w.fund, w.part, min(w.place), w.owner, access_act()
    FROM unnest(charts, funds, parts, places, owners) AS w (chart, fund, part, place, owner)
    WHERE w.owner IS NOT NULL AND NOT EXISTS (
        SELECT FROM ledger_account a
        WHERE a.owner = w.owner AND a.fund_id = w.fund AND a.part = w.part AND a.chart_id = w.chart)
    GROUP BY w.owner, w.fund, w.part, w.chart ORDER BY w.owner, w.fund, w.part, w.chart
    ON CONFLICT DO NOTHING;
    INSERT INTO ledger_account (chart_id, fund_id, part, place, act_id)
    SELECT DISTINCT w.chart, w.fund, w.part, w.place, access_act()
    FROM unnest(charts, funds, parts, places, owners) AS w (chart, fund, part, place, owner)
    WHERE w.owner IS NULL AND NOT EXISTS (
        SELECT FROM ledger_account a WHERE a.owner IS NULL
            AND a.chart_id = w.chart AND a.fund_id = w.fund AND a.part = w.part AND a.place = w.place)
    ORDER BY 1, 2, 3, 4
    ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT CASE WHEN w.owner IS NULL
        THEN (SELECT a.id FROM ledger_account a WHERE a.owner IS NULL
              AND a.chart_id = w.chart AND a.fund_id = w.fund AND a.part = w.part AND a.place = w.place)
        ELSE (SELECT a.id FROM ledger_account a WHERE a.owner = w.owner
              AND a.fund_id = w.fund AND a.part = w.part AND a.chart_id = w.chart) END
    FROM unnest(charts, funds, parts, places, owners) WITH ORDINALITY AS w (chart, fund, part, place, owner, no)
    ORDER BY w.no;
END $$;

-- What these keys were used for: the client who repeats a key is told whether it said the same.
CREATE FUNCTION ledger_known(keys text[])
RETURNS TABLE (key text, id bigint, state smallint, kind smallint, day date, across boolean, text text, reference text,
               reverses_id bigint, settles_id bigint, accounts bigint[], funds smallint[], amounts bigint[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT h.key, h.id, h.state, h.kind, h.day, h.across, h.text, h.reference, h.reverses_id, h.settles_id,
        l.accounts, l.funds, l.amounts
    FROM unnest(keys) AS k (key)
    CROSS JOIN LATERAL (SELECT * FROM ledger_transaction t WHERE t.key = k.key OFFSET 0) h
    CROSS JOIN LATERAL (
        SELECT array_agg(p.account_id ORDER BY p.no) AS accounts, array_agg(p.fund_id ORDER BY p.no) AS funds,
               array_agg(p.amount ORDER BY p.no) AS amounts
        FROM (
            SELECT no, account_id, fund_id, amount FROM ledger_posting
            WHERE h.state = 1 AND transaction_id = h.id AND day = h.day
            UNION ALL
            SELECT no, account_id, fund_id, amount FROM ledger_hold WHERE h.state = 2 AND transaction_id = h.id
        ) p
    ) l;
END $$;
REVOKE ALL ON FUNCTION ledger_accounts, ledger_known FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_accounts, ledger_known TO shebao_app, shebao_batch;
"""


class Migration(migrations.Migration):
    """Policies and grants of the ledger's tables."""

    dependencies = [("ledger", "0003_periods"), ("access", "0002_rights")]
    operations = [
        migrations.RunSQL(SEES, migrations.RunSQL.noop),
        secure("ledger_chart", EVERYBODY, insert=False),
        secure("ledger_fund", EVERYBODY, BOOKS),
        secure(
            "ledger_account",
            f"access_sees(place) OR {BOOKS} OR owner = 'person:' || access_own_person() "
            "OR owner = 'organisation:' || access_own_organisation()",
            EVERYBODY,
            insert=False,
            update=("place",),
        ),
        secure("ledger_balance", OF_ACCOUNT, insert=False),
        secure(
            "ledger_transaction",
            f"act_id = access_act() OR {BOOKS} OR ledger_sees_leg(id, day)",
            "act_id = access_act()",
        ),
        secure("ledger_posting", OF_ACCOUNT, EVERYBODY),
        secure("ledger_hold", OF_ACCOUNT, EVERYBODY),
        secure("ledger_period", EVERYBODY, "act_id = access_act()", update=("state", "reason", "act_id")),
        secure("ledger_period_event", EVERYBODY, insert=False),
        secure("ledger_snapshot", BOOKS, insert=False),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
    ]
