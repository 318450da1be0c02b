"""Tables of cases."""

from __future__ import annotations

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.functions
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Every table; their rights come next."""

    initial = True

    dependencies = [
        ("access", "0002_rights"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("bank", models.TextField()),
                ("account", models.TextField()),
                ("name", models.TextField()),
                ("filed_by", models.BigIntegerField(null=True)),
                ("verified_by", models.BigIntegerField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("why_closed", models.TextField(blank=True, db_default="")),
                (
                    "act",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.act"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("month", models.DateField()),
                ("day", models.DateField()),
                ("last_person", models.BigIntegerField()),
                (
                    "state",
                    models.SmallIntegerField(
                        choices=[(1, "编制中"), (2, "待复核"), (3, "已放行"), (4, "已回盘")], db_default=1
                    ),
                ),
                ("payments", models.IntegerField(db_default=0)),
                ("total", models.BigIntegerField(db_default=0)),
                ("prepared_by", models.BigIntegerField(null=True)),
                ("released_by", models.BigIntegerField(null=True)),
                (
                    "act",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.act"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BatchPart",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "batch_id", "after", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("after", models.BigIntegerField()),
                ("through", models.BigIntegerField()),
                ("payments", models.IntegerField()),
                ("total", models.BigIntegerField()),
                ("act_id", models.BigIntegerField()),
                (
                    "batch",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.batch"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("benefit", models.TextField(db_collation="C")),
                ("owner", models.TextField(blank=True)),
                ("kind", models.SmallIntegerField()),
                ("origin", models.SmallIntegerField(choices=[(1, "窗口"), (2, "网上"), (3, "核算差异")])),
                (
                    "state",
                    models.SmallIntegerField(
                        choices=[
                            (1, "受理"),
                            (2, "核查"),
                            (3, "核定"),
                            (4, "公示"),
                            (5, "审批"),
                            (6, "退回"),
                            (7, "不予批准"),
                            (8, "撤回"),
                            (9, "申诉"),
                            (10, "维持"),
                        ],
                        db_default=1,
                    ),
                ),
                ("due_on", models.DateField()),
                ("run_id", models.BigIntegerField(null=True)),
                (
                    "replaces",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), db_default=models.Value("{}"), size=None
                    ),
                ),
                ("basis_day", models.DateField()),
                ("basis_known", models.DateTimeField()),
                ("law", models.TextField()),
                ("cause", models.TextField(blank=True)),
                ("trace", models.JSONField(null=True)),
                (
                    "act",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.act"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("benefit", models.TextField(db_collation="C")),
                ("owner", models.TextField(blank=True)),
                ("amount", models.BigIntegerField()),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("recorded", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("basis_day", models.DateField()),
                ("basis_known", models.DateTimeField()),
                (
                    "act",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.act"
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.claim"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Amount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "claim_id", "valid", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("amount", models.BigIntegerField()),
                (
                    "claim",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.claim"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("digest", models.BinaryField()),
                ("verified", models.BooleanField()),
                ("note", models.TextField(blank=True)),
                (
                    "act",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.act"
                    ),
                ),
                ("claim", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.claim")),
            ],
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("amount", models.BigIntegerField()),
                ("code", models.SmallIntegerField(null=True)),
                ("result_act_id", models.BigIntegerField(null=True)),
                ("act_id", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.account"),
                ),
                (
                    "batch",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.batch"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "payment_id", "benefit", "month", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("benefit", models.TextField(db_collation="C")),
                ("month", models.DateField()),
                ("amount", models.BigIntegerField()),
                (
                    "payment",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.payment"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "verb",
                    models.SmallIntegerField(
                        choices=[
                            (1, "受理"),
                            (2, "核查"),
                            (3, "核定"),
                            (4, "公示"),
                            (5, "审批"),
                            (6, "退回"),
                            (7, "不予批准"),
                            (8, "撤回"),
                            (9, "申诉"),
                            (10, "维持"),
                        ]
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow())),
                ("act_id", models.BigIntegerField(null=True)),
                ("claim", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.claim")),
            ],
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("person_id",), name="cases_account_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(
                models.Value(1), condition=models.Q(("state__in", (1, 2, 3))), name="cases_batch_one_open"
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["person_id", "benefit"], name="cases_claim_person"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["state", "due_on"], name="cases_claim_queue"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", (1, 2, 3, 4, 6, 9))),
                fields=("person_id", "benefit"),
                name="cases_claim_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="cases_award_amount"),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("person_id", "="), ("benefit", "="), ("valid", "&&"), ("recorded", "&&")],
                name="cases_award_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("batch", "person_id"), name="cases_payment_once"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="cases_payment_amount"),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["person_id", "benefit"], name="cases_line_person"),
        ),
    ]
