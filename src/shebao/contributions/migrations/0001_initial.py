"""Tables of contributions."""

from __future__ import annotations

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

from shebao.database.operations import CreatePartitioned

# Items lie by the year they are for: a month is read without the others, an old year can be set aside whole.
YEARS = {f"y{year}": f"FROM ('{year}-01-01') TO ('{year + 1}-01-01')" for year in range(2006, 2041)} | {
    "before": "FROM (MINVALUE) TO ('2006-01-01')",
    "rest": "DEFAULT",
}


class Migration(migrations.Migration):
    """Every table."""

    initial = True

    dependencies = [
        ("access", "0002_rights"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bill",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                ("organisation_id", models.BigIntegerField(null=True)),
                ("person_id", models.BigIntegerField(null=True)),
                ("month", models.DateField()),
                ("kind", models.SmallIntegerField(choices=[(1, "当月"), (2, "补差"), (3, "暂定")])),
                ("due_day", models.DateField()),
                ("persons", models.IntegerField()),
                ("employer", models.BigIntegerField()),
                ("own", models.BigIntegerField()),
                ("subsidy", models.BigIntegerField(default=0)),
                ("approx", models.BooleanField()),
                (
                    "takes_back",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="contributions.bill"
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.act"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Choice",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("id", models.BigIntegerField()),
                ("year", models.SmallIntegerField()),
                ("amount", models.BigIntegerField()),
                ("act_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Credit",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "month", "item_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("month", models.DateField()),
                ("item_id", models.BigIntegerField()),
                ("credited", models.DateField()),
                ("act_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Employer",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organisation_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_id", models.BigIntegerField()),
                ("id", models.BigIntegerField()),
                ("branches", django.contrib.postgres.fields.ranges.IntegerRangeField()),
                ("state", models.SmallIntegerField(choices=[(1, "参保缴费"), (2, "暂停缴费")], default=1)),
                ("injury_rate", models.SmallIntegerField(default=0)),
                ("bank", models.TextField(blank=True)),
                ("account", models.TextField(blank=True)),
                ("agreement", models.TextField(blank=True)),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("recorded", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("act_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="History",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("id", models.BigIntegerField()),
                ("insurance", models.SmallIntegerField()),
                ("year", models.SmallIntegerField()),
                ("region", models.SmallIntegerField()),
                ("kind", models.SmallIntegerField()),
                ("months", models.SmallIntegerField()),
                ("base", models.BigIntegerField()),
                ("weighted", models.BigIntegerField()),
                ("credited", models.SmallIntegerField(null=True)),
                ("account", models.BigIntegerField(default=0)),
                ("wage", models.BigIntegerField(default=0)),
                ("source", models.TextField(blank=True)),
                ("recorded_from", models.DateTimeField()),
                ("recorded_to", models.DateTimeField()),
                ("act_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Interest",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id",
                        "insurance",
                        "year",
                        "id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("insurance", models.SmallIntegerField()),
                ("year", models.SmallIntegerField()),
                ("id", models.BigIntegerField()),
                ("opening", models.BigIntegerField()),
                ("amount", models.BigIntegerField()),
                ("act_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("id", models.BigIntegerField()),
                ("insurance", models.SmallIntegerField()),
                ("as_of", models.DateField()),
                ("balance", models.BigIntegerField()),
                ("own", models.BigIntegerField()),
                ("source", models.TextField()),
                ("recorded_from", models.DateTimeField()),
                ("recorded_to", models.DateTimeField()),
                ("act_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Subsidy",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "month", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("month", models.DateField()),
                ("id", models.BigIntegerField()),
                ("insurance", models.SmallIntegerField()),
                ("amount", models.BigIntegerField()),
                ("act_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Wage",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("id", models.BigIntegerField()),
                ("organisation_id", models.BigIntegerField(null=True)),
                ("wage", models.BigIntegerField()),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("recorded", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("declaration_id", models.BigIntegerField(null=True)),
                ("act_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="BankFile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("sha256", models.BinaryField(unique=True)),
                ("bank", models.TextField(blank=True)),
                ("rows", models.IntegerField()),
                ("total", models.BigIntegerField()),
                (
                    "act",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.act"),
                ),
            ],
            options={
                "db_table": "contributions_bank_file",
            },
        ),
        migrations.CreateModel(
            name="BillLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bill_id", "insurance", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("insurance", models.SmallIntegerField()),
                ("persons", models.IntegerField()),
                ("employer", models.BigIntegerField()),
                ("own", models.BigIntegerField()),
                ("subsidy", models.BigIntegerField()),
                ("account", models.BigIntegerField()),
                ("large", models.BigIntegerField()),
                (
                    "bill",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="contributions.bill"
                    ),
                ),
            ],
            options={
                "db_table": "contributions_bill_line",
            },
        ),
        migrations.CreateModel(
            name="Declaration",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("organisation_id", models.BigIntegerField()),
                ("month", models.DateField()),
                ("file_name", models.TextField()),
                ("sha256", models.BinaryField()),
                ("rows", models.IntegerField()),
                ("joined", models.IntegerField()),
                ("left", models.IntegerField()),
                ("waged", models.IntegerField()),
                ("wage_total", models.BigIntegerField()),
                ("broken", models.IntegerField()),
                ("filed_by", models.BigIntegerField(null=True)),
                ("state", models.SmallIntegerField(choices=[(1, "已受理"), (2, "退回更正")])),
                (
                    "act",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.act"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DeclarationLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id",
                        "declaration_id",
                        "row",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("declaration_id", models.BigIntegerField()),
                ("row", models.IntegerField()),
                ("change", models.SmallIntegerField()),
                ("from_month", models.DateField(null=True)),
                ("to_month", models.DateField(null=True)),
                ("wage", models.BigIntegerField(null=True)),
                ("reason", models.SmallIntegerField(null=True)),
            ],
            options={
                "db_table": "contributions_declaration_line",
                "indexes": [models.Index(fields=["declaration_id"], name="contributions_line_of")],
            },
        ),
        CreatePartitioned(
            by="RANGE (month)",
            named=YEARS,
            name="Item",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "month", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("month", models.DateField()),
                ("id", models.BigIntegerField()),
                ("insurance", models.SmallIntegerField()),
                ("organisation_id", models.BigIntegerField(null=True)),
                (
                    "kind",
                    models.SmallIntegerField(choices=[(1, "正常缴费"), (2, "补缴"), (3, "补差")]),
                ),
                ("base", models.BigIntegerField()),
                ("employer", models.BigIntegerField()),
                ("own", models.BigIntegerField()),
                ("subsidy", models.BigIntegerField()),
                ("account", models.BigIntegerField()),
                ("large", models.BigIntegerField()),
                ("bill_id", models.BigIntegerField()),
                ("act_id", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["bill_id"], name="contributions_item_bill"),
                    models.Index(fields=["organisation_id", "month"], name="contributions_item_employer"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LateFee",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("overdue", models.BigIntegerField()),
                ("first_day", models.DateField()),
                ("paid_day", models.DateField()),
                ("amount", models.BigIntegerField()),
                (
                    "act",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.act"),
                ),
                ("bill", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="contributions.bill")),
            ],
            options={
                "db_table": "contributions_late_fee",
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("id", models.BigIntegerField()),
                ("branches", django.contrib.postgres.fields.ranges.IntegerRangeField()),
                (
                    "scheme",
                    models.SmallIntegerField(
                        choices=[(1, "职工（单位缴费）"), (2, "职工（个人缴费）"), (3, "城乡居民")]
                    ),
                ),
                ("status", models.SmallIntegerField()),
                (
                    "subsidy",
                    models.SmallIntegerField(
                        choices=[(0, "无"), (1, "灵活就业社会保险补贴"), (2, "个体就业残疾人补贴")], default=0
                    ),
                ),
                ("grade", models.SmallIntegerField(null=True)),
                ("organisation_id", models.BigIntegerField(null=True)),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("recorded", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("declaration_id", models.BigIntegerField(null=True)),
                ("act_id", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["organisation_id"], name="contributions_membership_of")],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("overdue", models.BigIntegerField()),
                ("late_fee", models.BigIntegerField()),
                ("until", models.DateField()),
                (
                    "act",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.act"),
                ),
                ("bill", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="contributions.bill")),
            ],
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("receipt_id", models.BigIntegerField()),
                ("bill_id", models.BigIntegerField()),
                ("part", models.SmallIntegerField(choices=[(1, "社会保险费"), (2, "滞纳金")])),
                ("amount", models.BigIntegerField()),
                ("day", models.DateField()),
                ("act_id", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["bill_id"], name="contributions_payment_bill"),
                    models.Index(fields=["receipt_id"], name="contributions_payment_receipt"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Problem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField(null=True)),
                ("organisation_id", models.BigIntegerField(null=True)),
                ("month", models.DateField()),
                ("insurance", models.SmallIntegerField()),
                ("refusal", models.TextField()),
                ("zh", models.TextField()),
                ("en", models.TextField()),
                ("recorded", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "act",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.act"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("row", models.IntegerField(null=True)),
                ("reference", models.TextField(unique=True)),
                ("number", models.TextField(blank=True)),
                ("payer", models.TextField(blank=True)),
                ("account", models.TextField(blank=True)),
                ("amount", models.BigIntegerField()),
                ("day", models.DateField()),
                ("act_id", models.BigIntegerField()),
                (
                    "bank_file",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="contributions.bankfile"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("organisation_id", models.BigIntegerField(null=True)),
                ("person_id", models.BigIntegerField(null=True)),
                ("amount", models.BigIntegerField()),
                ("reason", models.TextField()),
                (
                    "act",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.act"),
                ),
                (
                    "bill",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="contributions.bill"),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="contributions.receipt"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Settled",
            fields=[
                (
                    "bill",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="contributions.bill",
                    ),
                ),
                ("day", models.DateField()),
                ("credited", models.DateField()),
                ("late", models.BooleanField()),
                (
                    "act",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.act"),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["organisation_id", "month"], name="contributions_bill_employer"),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(
                condition=models.Q(("person_id__isnull", False)),
                fields=["person_id", "month"],
                name="contributions_bill_person",
            ),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["month"], name="contributions_bill_month"),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("organisation_id__isnull", True), ("person_id__isnull", False)),
                    models.Q(("organisation_id__isnull", False), ("person_id__isnull", True)),
                    _connector="OR",
                ),
                name="contributions_bill_payer",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", 1)),
                fields=("organisation_id", "month", "sha256"),
                name="contributions_declaration_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("broken", 0), ("state", 1)), ("state", 2), _connector="OR"),
                name="contributions_declaration_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["month", "person_id"], name="contributions_problem_month"),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="contributions_receipt_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="contributions_refund_amount"
            ),
        ),
    ]
