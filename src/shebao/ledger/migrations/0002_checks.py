"""What the database refuses by itself: the triggers of accounts, transactions and legs.

A transaction and all its legs come in one statement (`WITH h AS (INSERT INTO ledger_transaction ...) INSERT INTO
ledger_posting ...`).  A trigger looks at all rows of the statement at once, so a thousand transactions cost little more
than one, and whatever it takes is whole and balanced from the first moment on: nothing waits for the commit.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.db import migrations

from shebao.database.operations import append_only, closing_only

CHART = Path(__file__).parents[1] / "chart.csv"
KINDS = {"asset": 1, "liability": 2, "fund": 3, "income": 4, "expenditure": 5}
# The city's funds have the codes of the insurances.
FUNDS = {
    1: "职工基本养老保险基金",
    2: "职工基本医疗保险基金",
    3: "失业保险基金",
    4: "工伤保险基金",
    5: "生育保险基金",
    6: "城乡居民养老保险基金",
    7: "城乡居民医疗保险基金",
}

REFUSE = """
CREATE FUNCTION ledger_refuse(what text, key text, zh text, en text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% / %', zh, en USING ERRCODE = 'LG001', CONSTRAINT = what, DETAIL = coalesce(key, '');
END $$;
"""

# The functions run as the owner, so that no policy hides a row from a check.  Their plans are kept for the session, and
# the first statement may have one row and the next a million, in tables that nobody has counted yet: only plans that
# begin with the statement's rows and look the others up by index suit both.  LEFT JOIN, and LATERAL with OFFSET 0, hold
# the planner to that order.
SETTINGS = """LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off"""

ACCOUNTS = f"""
CREATE FUNCTION ledger_accounts_made() RETURNS trigger {SETTINGS} AS $$
DECLARE
    bad record;
BEGIN
    SELECT m.chart_id, m.fund_id INTO bad FROM (SELECT DISTINCT chart_id, fund_id FROM made) m
    WHERE NOT EXISTS (SELECT FROM ledger_chart c WHERE c.code = m.chart_id)
        OR NOT EXISTS (SELECT FROM ledger_fund f WHERE f.code = m.fund_id) LIMIT 1;
    IF FOUND THEN
        PERFORM ledger_refuse('ledger_account', '', format('没有科目 %s 或基金 %s', bad.chart_id, bad.fund_id),
                              format('no chart code %s or no fund %s', bad.chart_id, bad.fund_id));
    END IF;
    INSERT INTO ledger_balance (account_id, posted, held, guarded)
    SELECT m.id, 0, 0, c.kind IN (2, 3) FROM made m JOIN ledger_chart c ON c.code = m.chart_id
    WHERE m.owner IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER made AFTER INSERT ON ledger_account REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_accounts_made();
ALTER TABLE ledger_balance SET (fillfactor = 80);
"""

LEGS = f"""
CREATE FUNCTION ledger_legs_checked() RETURNS trigger {SETTINGS} AS $$
DECLARE
    pending boolean := TG_TABLE_NAME = 'ledger_hold';
    bad record;
BEGIN
    -- every transaction is whole, balanced in each fund, and has no other legs
    SELECT h.key, m.* INTO bad FROM (
        SELECT f.transaction_id, min(first_day) AS first_day, max(last_day) AS last_day, sum(f.legs) AS legs,
               min(f.first) AS first, max(f.last) AS last, count(*) AS funds, bool_and(f.total = 0) AS balanced,
               coalesce(bool_and(h.day = f.first_day AND h.day = f.last_day
                        AND h.state = CASE WHEN pending THEN 2 ELSE 1 END), false) AS same, max(h.legs) AS declared,
               bool_or(h.across) AS across
        FROM (
            SELECT transaction_id, fund_id, min(day) AS first_day, max(day) AS last_day, count(*) AS legs,
                   min(no) AS first, max(no) AS last, sum(amount) AS total
            FROM made GROUP BY transaction_id, fund_id
        ) f LEFT JOIN ledger_transaction h ON h.id = f.transaction_id
        GROUP BY f.transaction_id
    ) m LEFT JOIN ledger_transaction h ON h.id = m.transaction_id
    WHERE NOT same OR NOT balanced OR m.legs <> declared OR first <> 1 OR last <> declared OR (funds > 1 AND NOT m.across)
    LIMIT 1;
    IF FOUND THEN
        IF bad.same AND NOT bad.balanced THEN
            PERFORM ledger_refuse('ledger_balanced', bad.key, '借贷不平：每个基金内各分录之和必须为零',
                                  'not balanced: the legs must sum to zero in each fund');
        ELSIF bad.same AND bad.funds > 1 AND NOT bad.across THEN
            PERFORM ledger_refuse('ledger_one_fund', bad.key, '涉及多个基金：须注明为跨基金凭证，且在每个基金内各自平衡',
                                  'several funds: say so (across), and balance it in each');
        END IF;
        PERFORM ledger_refuse('ledger_whole', bad.key,
            '分录与凭证不符：凭证及其全部分录须在同一语句中写入，日期、状态、笔数一致，之后不得增加',
            'legs do not fit the transaction: it comes with all its legs in one statement, and none is added later');
    END IF;
    SELECT m.account_id, m.fund_id INTO bad FROM (SELECT DISTINCT account_id, fund_id FROM made) m
    LEFT JOIN ledger_account a ON a.id = m.account_id
    WHERE a.id IS NULL OR a.fund_id <> m.fund_id LIMIT 1;
    IF FOUND THEN
        PERFORM ledger_refuse('ledger_account',
            (SELECT min(h.key) FROM made m LEFT JOIN ledger_transaction h ON h.id = m.transaction_id
             WHERE m.account_id = bad.account_id AND m.fund_id = bad.fund_id),
            format('账户 %s 不存在或不属于所写的基金', bad.account_id),
            format('account %s is missing or belongs to another fund', bad.account_id));
    END IF;
    -- balances of owners' accounts, in one order for all, so that two never wait for each other
    WITH changed AS (
        -- the rows are there since their accounts are: what is proposed is never inserted
        INSERT INTO ledger_balance AS b (account_id, posted, held, guarded)
        SELECT account_id, CASE WHEN pending THEN 0 ELSE amount END, CASE WHEN pending THEN debit ELSE 0 END, false
        FROM (
            SELECT account_id, sum(amount) AS amount, sum(greatest(amount, 0)) AS debit FROM made GROUP BY account_id
        ) moved CROSS JOIN LATERAL (
            SELECT FROM ledger_balance o WHERE o.account_id = moved.account_id OFFSET 0
        ) owned ORDER BY account_id
        ON CONFLICT (account_id) DO UPDATE SET posted = b.posted + EXCLUDED.posted, held = b.held + EXCLUDED.held
        RETURNING b.account_id, b.guarded AND b.posted + b.held > 0 AS overdrawn, b.posted + b.held AS stands
    )
    SELECT account_id, stands INTO bad FROM changed WHERE overdrawn LIMIT 1;
    IF FOUND THEN
        PERFORM ledger_refuse('ledger_overdrawn',
            (SELECT min(h.key) FROM made m LEFT JOIN ledger_transaction h ON h.id = m.transaction_id
             WHERE m.account_id = bad.account_id AND m.amount > 0),
            format('账户 %s 余额不足，差 %s 分', bad.account_id, bad.stands),
            format('account %s would be overdrawn by %s fen', bad.account_id, bad.stands));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER checked AFTER INSERT ON ledger_posting REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_legs_checked();
CREATE TRIGGER checked AFTER INSERT ON ledger_hold REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_legs_checked();
"""

TRANSACTIONS = f"""
CREATE FUNCTION ledger_month(day date) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN day - (extract(day FROM day)::int - 1);

CREATE FUNCTION ledger_partition(month date) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 'ledger_posting_' || to_char(month::timestamp, 'YYYY"m"MM');

CREATE FUNCTION ledger_transactions_checked() RETURNS trigger {SETTINGS} AS $$
DECLARE
    of record;
    bad record;
BEGIN
    SELECT m.key, m.act_id INTO bad FROM (SELECT min(key) AS key, act_id FROM made GROUP BY act_id) m
    WHERE NOT EXISTS (SELECT FROM access_act a WHERE a.id = m.act_id) LIMIT 1;
    IF FOUND THEN
        PERFORM ledger_refuse('ledger_act', bad.key, '没有经办记录', format('no act %s', bad.act_id));
    END IF;
    FOR of IN SELECT ledger_month(day) AS month, min(key) AS key FROM made WHERE state = 1 GROUP BY 1 ORDER BY 1 LOOP
        -- who closes the period waits for us, and we for them
        PERFORM FROM ledger_period p WHERE p.month = of.month AND p.state = 1 FOR SHARE;
        IF NOT FOUND THEN
            PERFORM ledger_refuse('ledger_period_open', of.key,
                format('会计期间 %s 未开放', to_char(of.month::timestamp, 'YYYY-MM')),
                format('the period %s is not open', to_char(of.month::timestamp, 'YYYY-MM')));
        END IF;
        EXECUTE format('SELECT key FROM made m WHERE m.state = 1 AND ledger_month(m.day) = $1 AND NOT EXISTS '
                       '(SELECT FROM %I p WHERE p.transaction_id = m.id) LIMIT 1', ledger_partition(of.month))
            INTO bad USING of.month;
        IF bad.key IS NOT NULL THEN
            PERFORM ledger_refuse('ledger_legs', bad.key, '凭证没有分录', 'the transaction has no legs');
        END IF;
    END LOOP;
    SELECT m.key INTO bad FROM made m
    WHERE m.state = 2 AND NOT EXISTS (SELECT FROM ledger_hold p WHERE p.transaction_id = m.id) LIMIT 1;
    IF FOUND THEN
        PERFORM ledger_refuse('ledger_legs', bad.key, '凭证没有分录', 'the transaction has no legs');
    END IF;
    IF EXISTS (SELECT FROM made WHERE reverses_id IS NOT NULL) THEN
        SELECT m.key INTO bad FROM made m LEFT JOIN ledger_transaction o ON o.id = m.reverses_id
        WHERE m.reverses_id IS NOT NULL AND (o.state IS DISTINCT FROM 1 OR o.legs <> m.legs OR EXISTS (
            SELECT FROM ledger_posting p WHERE p.transaction_id = o.id AND p.day = o.day AND NOT EXISTS (
                SELECT FROM ledger_posting q WHERE q.transaction_id = m.id AND q.day = m.day AND q.no = p.no
                    AND q.account_id = p.account_id AND q.amount = -p.amount))) LIMIT 1;
        IF FOUND THEN
            PERFORM ledger_refuse('ledger_mirrored', bad.key, '冲销凭证须与原凭证逐笔相反',
                                  'a reversal has the legs of the reversed one with opposite signs');
        END IF;
    END IF;
    IF EXISTS (SELECT FROM made WHERE settles_id IS NOT NULL) THEN
        SELECT m.key INTO bad FROM made m LEFT JOIN ledger_transaction o ON o.id = m.settles_id
        WHERE m.settles_id IS NOT NULL AND (o.state IS DISTINCT FROM 2 OR EXISTS (
            SELECT FROM (
                SELECT account_id, sum(amount) AS amount FROM ledger_posting
                WHERE transaction_id = m.id AND day = m.day GROUP BY account_id
            ) q LEFT JOIN (
                SELECT account_id, sum(amount) AS amount FROM ledger_hold WHERE transaction_id = o.id GROUP BY account_id
            ) p ON p.account_id = q.account_id
            WHERE p.account_id IS NULL OR sign(q.amount) <> sign(p.amount) OR abs(q.amount) > abs(p.amount))) LIMIT 1;
        IF FOUND THEN
            PERFORM ledger_refuse('ledger_within', bad.key, '只能在待定凭证的账户和金额以内结清',
                                  'settles only what is pending: its accounts, and at most its amounts');
        END IF;
        INSERT INTO ledger_balance AS b (account_id, posted, held, guarded)
        SELECT p.account_id, 0, -sum(greatest(p.amount, 0)), false
        FROM made m
        CROSS JOIN LATERAL (SELECT * FROM ledger_hold h WHERE h.transaction_id = m.settles_id OFFSET 0) p
        CROSS JOIN LATERAL (SELECT FROM ledger_balance o WHERE o.account_id = p.account_id OFFSET 0) owned
        GROUP BY p.account_id ORDER BY p.account_id
        ON CONFLICT (account_id) DO UPDATE SET held = b.held + EXCLUDED.held;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER checked AFTER INSERT ON ledger_transaction REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_transactions_checked();
"""


def begin(apps: Any, schema_editor: Any) -> None:
    """The chart of accounts and the city's funds."""
    chart, fund = apps.get_model("ledger", "ChartCode"), apps.get_model("ledger", "Fund")
    with open(CHART, encoding="utf8", newline="") as file:
        chart.objects.bulk_create(
            chart(**{**row, "code": int(row["code"]), "kind": KINDS[row["kind"]]}) for row in csv.DictReader(file)
        )
    fund.objects.bulk_create(fund(code=code, insurance=code, name=name, place="11") for code, name in FUNDS.items())


class Migration(migrations.Migration):
    """Later funds come as rows, later chart codes with their own migrations."""

    dependencies = [("ledger", "0001_initial"), ("database", "0001_functions")]
    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        *(migrations.RunSQL(part, migrations.RunSQL.noop) for part in (REFUSE, ACCOUNTS, LEGS, TRANSACTIONS)),
        append_only("ledger_transaction"),
        append_only("ledger_posting"),
        append_only("ledger_hold"),
        closing_only("ledger_account", "true", "true", ("id", "chart_id", "fund_id", "part", "owner", "act_id")),
    ]
