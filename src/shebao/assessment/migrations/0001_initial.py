"""Tables of the assessment."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from shebao.database.operations import append_only, closing_only, secure


class Migration(migrations.Migration):
    """Every table; the night alone writes, and what it wrote is never changed."""

    initial = True

    dependencies = [
        ("access", "0002_rights"),
        ("people", "0003_particulars"),
        ("contributions", "0003_settling"),
    ]

    operations = [
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("benefit_day", models.DateField()),
                ("known", models.DateTimeField()),
                ("law", models.TextField()),
                ("size", models.IntegerField()),
                ("last_person", models.BigIntegerField()),
                (
                    "state",
                    models.SmallIntegerField(choices=[(1, "进行中"), (2, "完成"), (3, "核对不符，作废")], db_default=1),
                ),
                (
                    "act",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.act"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.IntegerField()),
                ("persons", models.IntegerField()),
                ("entitlements", models.IntegerField()),
                ("refused", models.IntegerField()),
                ("compared", models.IntegerField()),
                ("act_id", models.BigIntegerField()),
                (
                    "run",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="assessment.run"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Entitlement",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id", "person_id", "benefit", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("benefit", models.TextField(db_collation="C")),
                ("owner", models.TextField(blank=True)),
                ("value", models.BigIntegerField()),
                ("refusal", models.TextField(null=True)),
                ("approx", models.BooleanField()),
                (
                    "run",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="assessment.run"),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", [1, 2, 3])), name="assessment_run_state"
            ),
        ),
        migrations.AddIndex(
            model_name="entitlement",
            index=models.Index(fields=["person_id", "run"], name="assessment_entitlement_person"),
        ),
        secure("assessment_run", "access_act() IS NOT NULL", update=("state",), batch_only=True),
        closing_only(
            "assessment_run",
            "OLD.state = 1",
            "NEW.state <> 1",
            ("id", "benefit_day", "known", "law", "size", "last_person", "act_id"),
        ),
        secure("assessment_part", "access_act() IS NOT NULL", batch_only=True),
        append_only("assessment_part"),
        secure("assessment_entitlement", "people_sees(person_id)", batch_only=True),
        append_only("assessment_entitlement"),
    ]
