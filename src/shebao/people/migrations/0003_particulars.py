"""Particulars: the facts that rules ask for and no other table holds."""

from __future__ import annotations

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.db import migrations, models

from shebao.database.operations import closing_only, numbered, secure

TABLE = "people_particular"


class Migration(migrations.Migration):
    """The table, with the rights of all facts."""

    dependencies = [("people", "0002_rights")]
    operations = [
        migrations.CreateModel(
            name="Particular",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("id", models.BigIntegerField()),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("recorded", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("event_id", models.BigIntegerField()),
                ("input", models.TextField(db_collation="C")),
                ("value", models.BigIntegerField()),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid__isempty", False), ("valid__lower_inf", False)),
                        name="people_particular_valid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("input__regex", "^[a-z][a-z0-9_]*$")), name="people_particular_named"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("recorded__upper_inf", True)),
                        expressions=[("person_id", "="), ("input", "="), ("valid", "&&")],
                        name="people_particular_one",
                    ),
                ],
            },
        ),
        numbered(TABLE),
        migrations.RunSQL(
            f'ALTER TABLE "{TABLE}" ADD CONSTRAINT "{TABLE}_event_fk" '
            "FOREIGN KEY (person_id, event_id) REFERENCES people_event (person_id, id);",
            migrations.RunSQL.noop,
        ),
        secure(TABLE, "people_sees(person_id)", "people_keeps(person_id)", update=("recorded",)),
        closing_only(
            TABLE,
            "upper_inf(OLD.recorded)",
            "NOT upper_inf(NEW.recorded) AND (isempty(NEW.recorded) OR lower(NEW.recorded) = lower(OLD.recorded))",
            ("person_id", "id", "valid", "event_id", "input", "value"),
        ),
    ]
