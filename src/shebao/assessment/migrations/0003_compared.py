"""Passes whose differences are all written; a difference found to be a duplicate is called one."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from shebao.database.operations import append_only, secure


class Migration(migrations.Migration):
    """Table and rights."""

    dependencies = [("assessment", "0002_difference")]

    operations = [
        migrations.CreateModel(
            name="Compared",
            fields=[
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="assessment.run",
                    ),
                ),
                ("act_id", models.BigIntegerField()),
            ],
        ),
        secure("assessment_compared", "access_act() IS NOT NULL", batch_only=True),
        append_only("assessment_compared"),
        migrations.RunSQL("GRANT UPDATE (kind) ON assessment_difference TO shebao_batch", migrations.RunSQL.noop),
    ]
