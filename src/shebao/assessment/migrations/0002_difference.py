"""Differences."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from shebao.database.operations import secure


class Migration(migrations.Migration):
    """What a pass found beside what was decided."""

    dependencies = [
        ("assessment", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Difference",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id",
                        "person_id",
                        "benefit",
                        "month",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("benefit", models.TextField(db_collation="C")),
                ("owner", models.TextField(blank=True)),
                ("month", models.DateField()),
                (
                    "kind",
                    models.SmallIntegerField(
                        choices=[
                            (1, "应保未保"),
                            (2, "应停未停"),
                            (3, "多发"),
                            (4, "少发"),
                            (5, "重复享受"),
                            (6, "金额调整"),
                            (7, "即将到期"),
                            (8, "未能核定"),
                        ]
                    ),
                ),
                ("entitled", models.BigIntegerField()),
                ("decided", models.BigIntegerField()),
                ("refusal", models.TextField(null=True)),
                ("awards", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("basis_day", models.DateField(null=True)),
                ("basis_known", models.DateTimeField(null=True)),
                ("cause", models.TextField(blank=True)),
                (
                    "run",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="assessment.run"),
                ),
            ],
        ),
        secure("assessment_difference", "people_sees(person_id)", update=("cause",), batch_only=True),
    ]
