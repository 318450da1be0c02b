"""Figures by day, name and place."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from shebao.database.operations import append_only, secure


class Migration(migrations.Migration):
    """One table, written by the night, read by place."""

    initial = True
    dependencies = [("access", "0004_portal")]

    operations = [
        migrations.CreateModel(
            name="Figure",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day", "name", "place", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("name", models.TextField(db_collation="C")),
                ("place", models.TextField()),
                ("value", models.BigIntegerField()),
                (
                    "act",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.act"
                    ),
                ),
            ],
        ),
        secure("supervision_figure", "access_for('supervision.%') AND access_sees(place)", batch_only=True),
        append_only("supervision_figure"),
    ]
