"""Tokens of other programs; the roles of those who use the site beside the office."""

from __future__ import annotations

from typing import Any

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
from django.db import migrations, models

from shebao.access.roles import ROLES
from shebao.database.operations import secure

FUNCTIONS = """
CREATE FUNCTION access_token_of(token bytea, OUT actor bigint, OUT scopes text[]) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT t.actor_id, t.scopes FROM access_token t JOIN access_actor a ON a.id = t.actor_id
WHERE t.digest = token AND t.ended_at IS NULL AND current_date <= t.until AND a.active AND a.kind <> 1;
$$;
REVOKE ALL ON FUNCTION access_token_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_token_of TO shebao_app, shebao_batch;
"""
CHANGED = ("leader", "citizen", "clerk", "reviewer", "approver", "auditor", "employer")


def roles(apps: Any, schema_editor: Any) -> None:
    """Roles as they are now, where the database was made before them."""
    role, right = (apps.get_model("access", name) for name in ("Role", "Right"))
    for code in CHANGED:
        name, protected, purposes = ROLES[code]
        made, _ = role.objects.get_or_create(code=code, defaults={"name": name, "protected": protected})
        for purpose in purposes:
            right.objects.get_or_create(role=made, purpose=purpose)


class Migration(migrations.Migration):
    """The table, its rights, roles."""

    dependencies = [("access", "0003_signin")]

    operations = [
        migrations.CreateModel(
            name="Token",
            fields=[
                ("digest", models.BinaryField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("scopes", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("since", models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow())),
                ("until", models.DateField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("actor", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.actor")),
                (
                    "act",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.act"),
                ),
            ],
        ),
        secure("access_token", "access_for('access.%')", update=("ended_at",)),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunPython(roles, migrations.RunPython.noop),
    ]
