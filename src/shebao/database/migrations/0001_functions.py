"""The function behind append-only tables."""

from __future__ import annotations

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION database_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: rows are added, never changed or deleted (% refused)', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Add a row that corrects or reverses the old one.';
END $$;
"""


class Migration(migrations.Migration):
    """Extensions stand in template1 already, made by the superuser who made the roles."""

    dependencies = []
    operations = [migrations.RunSQL(APPEND_ONLY, "DROP FUNCTION database_append_only()")]
