"""Sign-in: credentials and sessions, which only functions of the database read and write for the site."""

from __future__ import annotations

import django.contrib.postgres.functions
import django.db.models.deletion
from django.db import migrations, models

from shebao.database.operations import NOBODY, secure

FUNCTIONS = """
CREATE FUNCTION access_credential_of(named text, OUT password text, OUT code_key text, OUT staff boolean,
    OUT locked boolean) RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT c.password, c.code_key, a.kind IN (1, 2), coalesce(c.locked_until > now(), false) FROM access_credential c
JOIN access_actor a ON a.id = c.actor_id WHERE c.login = named AND a.active AND a.kind <> 1;
$$;

CREATE FUNCTION access_sign_in_failed(named text) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
UPDATE access_credential SET failures = CASE WHEN failures >= 4 THEN 0 ELSE failures + 1 END,
    locked_until = CASE WHEN failures >= 4 THEN now() + interval '15 minutes' ELSE locked_until END
WHERE login = named AND coalesce(locked_until, '-infinity') <= now();
$$;

-- Begins a session unless the name is locked or the code was used before; an actor has three at a time.
CREATE FUNCTION access_sign_in(named text, step bigint, token bytea, browser text) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint;
BEGIN
    UPDATE access_credential c SET failures = 0, code_step = greatest(code_step, step) FROM access_actor a
    WHERE c.login = named AND a.id = c.actor_id AND a.active AND a.kind <> 1
        AND coalesce(c.locked_until, '-infinity') <= now() AND (c.code_key = '' OR step > c.code_step)
    RETURNING c.actor_id INTO who;
    IF who IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO access_session (digest, actor_id, agent) VALUES (token, who, browser);
    UPDATE access_session SET ended_at = now() WHERE actor_id = who AND ended_at IS NULL AND digest NOT IN (
        SELECT digest FROM access_session WHERE actor_id = who AND ended_at IS NULL ORDER BY began_at DESC LIMIT 3);
    RETURN true;
END $$;

CREATE FUNCTION access_signed_in(token bytea, OUT actor bigint, OUT kind smallint, OUT name text) RETURNS SETOF record
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE access_session s SET seen_at = now() WHERE s.digest = token AND s.ended_at IS NULL
        AND s.seen_at BETWEEN now() - interval '30 minutes' AND now() - interval '1 minute';
    RETURN QUERY SELECT a.id, a.kind, a.name FROM access_session s JOIN access_actor a ON a.id = s.actor_id
        WHERE s.digest = token AND s.ended_at IS NULL AND a.active AND s.seen_at > now() - interval '30 minutes'
        AND s.began_at > now() - interval '10 hours';
END $$;

CREATE FUNCTION access_sign_out(token bytea) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
UPDATE access_session SET ended_at = now() WHERE digest = token AND ended_at IS NULL;
$$;

CREATE FUNCTION access_end_sessions(who bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT access_for('access.%') THEN
        RAISE EXCEPTION 'sessions of others are ended for access' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE access_session SET ended_at = now() WHERE actor_id = who AND ended_at IS NULL;
END $$;

REVOKE ALL ON FUNCTION access_credential_of, access_sign_in_failed, access_sign_in, access_signed_in, access_sign_out,
    access_end_sessions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_credential_of, access_sign_in_failed, access_sign_in, access_signed_in,
    access_sign_out, access_end_sessions TO shebao_app, shebao_batch;
"""


class Migration(migrations.Migration):
    """Tables, functions, rights."""

    dependencies = [("access", "0002_rights")]

    operations = [
        migrations.CreateModel(
            name="Credential",
            fields=[
                (
                    "actor",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="access.actor",
                    ),
                ),
                ("login", models.TextField(unique=True)),
                ("password", models.TextField()),
                ("code_key", models.TextField(blank=True, db_default="")),
                ("code_step", models.BigIntegerField(db_default=0)),
                ("failures", models.SmallIntegerField(db_default=0)),
                ("locked_until", models.DateTimeField(null=True)),
                (
                    "act",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.act"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("login", ""), _negated=True), name="access_credential_login"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("digest", models.BinaryField(primary_key=True, serialize=False)),
                ("agent", models.TextField(blank=True)),
                ("began_at", models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow())),
                ("seen_at", models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow())),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "actor",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.actor"),
                ),
            ],
        ),
        # who manages access sets credentials; nobody reads them back, but by the functions
        secure("access_credential", "access_for('access.%')", update=True),
        secure("access_session", NOBODY, insert=False),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
    ]
