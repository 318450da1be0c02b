"""The tables of the ledger."""

from __future__ import annotations

import django.contrib.postgres.functions
import django.db.models.deletion
from django.db import migrations, models

from shebao.database.operations import CreatePartitioned


class Migration(migrations.Migration):
    """As models.py, the legs of posted transactions partitioned by the day of the books."""

    initial = True

    dependencies = [
        ("access", "0002_rights"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.SmallIntegerField(choices=[(1, "统筹"), (2, "个人账户")])),
                ("place", models.TextField()),
                ("owner", models.TextField(null=True)),
                (
                    "act",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="access.act",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChartCode",
            fields=[
                ("code", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("name_en", models.TextField()),
                (
                    "kind",
                    models.SmallIntegerField(choices=[(1, "资产"), (2, "负债"), (3, "基金"), (4, "收入"), (5, "支出")]),
                ),
                ("confidence", models.TextField()),
                ("source", models.TextField()),
            ],
            options={
                "db_table": "ledger_chart",
            },
        ),
        migrations.CreateModel(
            name="Balance",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="ledger.account",
                    ),
                ),
                ("posted", models.BigIntegerField(default=0)),
                ("held", models.BigIntegerField(default=0)),
                ("guarded", models.BooleanField()),
            ],
        ),
        migrations.AddField(
            model_name="account",
            name="chart",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.chartcode"
            ),
        ),
        migrations.CreateModel(
            name="Fund",
            fields=[
                ("code", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("insurance", models.SmallIntegerField()),
                ("name", models.TextField()),
                ("place", models.TextField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("insurance", "place"), name="ledger_fund_once")],
            },
        ),
        migrations.AddField(
            model_name="account",
            name="fund",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.fund"
            ),
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                ("month", models.DateField(primary_key=True, serialize=False)),
                ("state", models.SmallIntegerField(choices=[(1, "开放"), (2, "已结账"), (3, "已锁定")], default=1)),
                ("reason", models.TextField(default="")),
                (
                    "act",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="access.act",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PeriodEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("state", models.SmallIntegerField(choices=[(1, "开放"), (2, "已结账"), (3, "已锁定")])),
                ("reason", models.TextField(default="")),
                ("recorded_at", models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow())),
                (
                    "act",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="access.act",
                    ),
                ),
            ],
            options={
                "db_table": "ledger_period_event",
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.SmallIntegerField(choices=[(1, "统筹"), (2, "个人账户")])),
                ("debit", models.BigIntegerField()),
                ("credit", models.BigIntegerField()),
                ("balance", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="ledger.account"
                    ),
                ),
                (
                    "chart",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.chartcode"
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.fund"),
                ),
                (
                    "month",
                    models.ForeignKey(
                        db_column="month",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="ledger.period",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Transaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.TextField()),
                (
                    "state",
                    models.SmallIntegerField(
                        choices=[(1, "已记账"), (2, "待定"), (3, "撤销"), (4, "已拒绝")], default=1
                    ),
                ),
                (
                    "kind",
                    models.SmallIntegerField(
                        choices=[
                            (1, "期初"),
                            (2, "收款"),
                            (3, "缴费入账"),
                            (4, "计息"),
                            (5, "财政补贴"),
                            (6, "待遇支付"),
                            (7, "退费"),
                            (8, "账户间划拨"),
                            (9, "关系转移"),
                            (10, "调整"),
                            (11, "基金间划转"),
                            (12, "冲销"),
                            (13, "撤销"),
                        ]
                    ),
                ),
                ("day", models.DateField()),
                ("legs", models.IntegerField()),
                ("across", models.BooleanField(default=False)),
                ("text", models.TextField(default="")),
                ("reference", models.TextField(default="")),
                ("recorded_at", models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow())),
                (
                    "act",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="access.act",
                    ),
                ),
                (
                    "reverses",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.transaction",
                    ),
                ),
                (
                    "settles",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.transaction",
                    ),
                ),
            ],
        ),
        CreatePartitioned(
            by="RANGE (day)",
            name="Posting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "transaction_id", "no", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("day", models.DateField()),
                ("no", models.IntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.fund",
                    ),
                ),
                (
                    "transaction",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.transaction",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "transaction_id", "no", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("day", models.DateField()),
                ("no", models.IntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.fund",
                    ),
                ),
                (
                    "transaction",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.transaction",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                condition=models.Q(("owner", None)),
                fields=("chart", "fund", "part", "place"),
                name="ledger_account_of_fund",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                condition=models.Q(("owner__isnull", False)),
                fields=("owner", "fund", "part", "chart"),
                name="ledger_account_of_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(condition=models.Q(("part__in", [1, 2])), name="ledger_account_part"),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("owner", ""), _negated=True), name="ledger_account_owner"
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.CheckConstraint(condition=models.Q(("month__day", 1)), name="ledger_period_month"),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.UniqueConstraint(
                fields=("month", "chart", "fund", "part", "account"), name="ledger_snapshot_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.UniqueConstraint(fields=("key",), name="ledger_transaction_key"),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reverses__isnull", False)), fields=("reverses",), name="ledger_reversed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("settles__isnull", False)), fields=("settles",), name="ledger_settled_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("legs__gte", 2), ("state__in", (1, 2))),
                    models.Q(("legs", 0), ("state__in", (3, 4))),
                    _connector="OR",
                ),
                name="ledger_transaction_legs",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reverses", None), ("settles", None)),
                    models.Q(("kind", 12), ("settles", None), ("state", 1)),
                    models.Q(("reverses", None), ("state__in", (1, 3))),
                    _connector="OR",
                ),
                name="ledger_transaction_of",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("state", 3), _negated=True), ("settles__isnull", False), _connector="OR"),
                name="ledger_void_settles",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", 12), ("state", 1), _negated=True), ("reverses__isnull", False), _connector="OR"
                ),
                name="ledger_reversal_reverses",
            ),
        ),
        migrations.AddIndex(
            model_name="transaction",
            index=models.Index(fields=["day"], condition=models.Q(("kind", 1)), name="ledger_transaction_opening"),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(fields=["account", "day"], name="ledger_posting_account"),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="ledger_posting_amount"
            ),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(fields=["account"], name="ledger_hold_account"),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="ledger_hold_amount"
            ),
        ),
    ]
