"""The tables of a takeover."""

from __future__ import annotations

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0002_rights"),
    ]

    operations = [
        migrations.CreateModel(
            name="Award",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.SmallIntegerField(
                        choices=[
                            (1, "基本养老金"),
                            (2, "城乡居民养老金"),
                            (3, "福利养老金"),
                            (4, "供养直系亲属救济费"),
                            (5, "伤残津贴"),
                            (6, "失业保险金"),
                        ]
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("since", models.DateField()),
                ("paid_to", models.DateField(null=True)),
                ("source", models.TextField()),
                ("recorded", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("act_id", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", [1, 2, 3, 4, 5, 6])), name="takeover_award_kind"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="takeover_award_amount"),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="takeover_award_source"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("paid_to", None), ("paid_to__day", 1), _connector="OR"),
                        name="takeover_award_paid",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("recorded__upper_inf", True)),
                        fields=("person_id", "kind"),
                        name="takeover_award_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.TextField()),
                ("as_of", models.DateField()),
                (
                    "act",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.act"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="File",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField()),
                ("sha256", models.BinaryField(unique=True)),
                ("rows", models.BigIntegerField()),
                (
                    "run",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="takeover.run"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Total",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.TextField()),
                ("measure", models.TextField()),
                ("declared", models.BigIntegerField(null=True)),
                ("read", models.BigIntegerField()),
                ("loaded", models.BigIntegerField()),
                ("ledger", models.BigIntegerField(null=True)),
                (
                    "run",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="takeover.run"),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True), name="takeover_run_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="total",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("loaded", models.F("read")),
                    models.Q(("declared", None), ("declared", models.F("read")), _connector="OR"),
                    models.Q(("ledger", None), ("ledger", models.F("read")), _connector="OR"),
                ),
                name="takeover_total_agrees",
            ),
        ),
        migrations.AddConstraint(
            model_name="total",
            constraint=models.UniqueConstraint(fields=("run", "file", "measure"), name="takeover_total_once"),
        ),
    ]
