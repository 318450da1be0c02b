"""Tables of medical care."""

from __future__ import annotations

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    """Every table."""

    initial = True

    dependencies = [
        ("access", "0005_medical"),
        ("people", "0004_members"),
    ]

    operations = [
        migrations.CreateModel(
            name="CoverYear",
            fields=[
                ("year", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("as_of", models.DateField()),
                ("open", models.BooleanField(db_default=True)),
                ("act_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "medical_cover_year",
            },
        ),
        migrations.CreateModel(
            name="Diagnosis",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id",
                        "visit_id",
                        "act_id",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("visit_id", models.BigIntegerField()),
                ("act_id", models.BigIntegerField()),
                ("number", models.SmallIntegerField()),
                ("kind", models.TextField()),
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("main", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id", "msgid", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("msgid", models.TextField(db_collation="C")),
                ("infno", models.TextField()),
                ("digest", models.BinaryField()),
                ("answer", models.BinaryField(null=True)),
                ("person_id", models.BigIntegerField(null=True)),
                ("visit_id", models.BigIntegerField(null=True)),
                ("operator", models.TextField()),
                ("act_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("number", models.TextField(primary_key=True, serialize=False)),
                ("institution_id", models.BigIntegerField()),
                ("name", models.TextField()),
                ("content", models.BinaryField()),
                ("act_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Cover",
            fields=[
                ("year_outpatient_eligible", models.BigIntegerField(db_default=0)),
                ("year_outpatient_paid", models.BigIntegerField(db_default=0)),
                ("year_periods", models.SmallIntegerField(db_default=0)),
                ("year_pool_paid", models.BigIntegerField(db_default=0)),
                ("year_large_paid", models.BigIntegerField(db_default=0)),
                ("year_own_share", models.BigIntegerField(db_default=0)),
                ("year_catastrophic_paid", models.BigIntegerField(db_default=0)),
                ("aid_outpatient", models.BigIntegerField(db_default=0)),
                ("aid_inpatient", models.BigIntegerField(db_default=0)),
                ("aid_serious", models.BigIntegerField(db_default=0)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "year", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("year", models.SmallIntegerField()),
                ("employee", models.SmallIntegerField(db_default=0)),
                ("retired", models.SmallIntegerField(db_default=0)),
                ("unemployed", models.SmallIntegerField(db_default=0)),
                ("resident", models.SmallIntegerField(db_default=0)),
                ("suspended", models.SmallIntegerField(db_default=0)),
                ("resident_class", models.SmallIntegerField(null=True)),
                ("standing", models.SmallIntegerField(db_default=0)),
                ("relief", models.SmallIntegerField(db_default=0)),
                ("last_day", models.DateField(null=True)),
                ("disordered_id", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("disordered_id__isnull", False)),
                        fields=["year"],
                        name="medical_cover_disordered",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("aid_inpatient__gte", 0),
                            ("aid_outpatient__gte", 0),
                            ("aid_serious__gte", 0),
                            ("year_catastrophic_paid__gte", 0),
                            ("year_large_paid__gte", 0),
                            ("year_outpatient_eligible__gte", 0),
                            ("year_outpatient_paid__gte", 0),
                            ("year_own_share__gte", 0),
                            ("year_periods__gte", 0),
                            ("year_pool_paid__gte", 0),
                        ),
                        name="medical_cover_accumulated",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Difference",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("year", models.SmallIntegerField()),
                ("settlement_id", models.BigIntegerField()),
                ("cause_id", models.BigIntegerField()),
                ("funds", models.BigIntegerField()),
                ("account", models.BigIntegerField()),
                ("cash", models.BigIntegerField()),
                ("funds_in_order", models.BigIntegerField()),
                ("account_in_order", models.BigIntegerField()),
                ("cash_in_order", models.BigIntegerField()),
                ("refusal", models.TextField(default="")),
                (
                    "state",
                    models.SmallIntegerField(choices=[(1, "待处理"), (2, "已补差"), (3, "不予处理")], db_default=1),
                ),
                ("note", models.TextField(db_default="", default="")),
                ("closed_act_id", models.BigIntegerField(null=True)),
                ("act_id", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", 1)),
                        fields=("person_id", "settlement_id"),
                        name="medical_difference_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", (1, 2, 3))), name="medical_difference_state"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Institution",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("level", models.SmallIntegerField(choices=[(1, "一级"), (2, "二级"), (3, "三级")])),
                ("community", models.BooleanField(default=False)),
                ("agreement", django.contrib.postgres.fields.ranges.DateRangeField()),
                (
                    "state",
                    models.SmallIntegerField(choices=[(1, "正常"), (2, "暂停结算"), (3, "解除协议")], db_default=1),
                ),
                (
                    "act",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.act"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="people.organisation"),
                ),
                (
                    "place",
                    models.ForeignKey(
                        db_column="place", on_delete=django.db.models.deletion.PROTECT, to="access.place"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Key",
            fields=[
                ("access_key", models.TextField(primary_key=True, serialize=False)),
                ("secret", models.TextField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "act",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.act"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="medical.institution"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("id", models.BigIntegerField()),
                ("visit_id", models.BigIntegerField()),
                ("number", models.TextField()),
                ("batch", models.TextField()),
                ("at", models.DateTimeField()),
                ("code", models.TextField()),
                ("own_code", models.TextField()),
                ("item_class", models.SmallIntegerField()),
                ("first_share_ratio", models.SmallIntegerField()),
                ("price_limit", models.BigIntegerField()),
                ("quantity", models.BigIntegerField()),
                ("price", models.BigIntegerField()),
                ("amount", models.BigIntegerField()),
                ("own_paid", models.BigIntegerField()),
                ("over_limit", models.BigIntegerField()),
                ("first_share", models.BigIntegerField()),
                ("in_scope", models.BigIntegerField()),
                ("findings", models.TextField(default="")),
                ("act_id", models.BigIntegerField()),
                ("undone_act_id", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_act_id", None)),
                        fields=("person_id", "visit_id", "number"),
                        name="medical_line_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "amount",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("own_paid"), "+", models.F("over_limit")
                                        ),
                                        "+",
                                        models.F("first_share"),
                                    ),
                                    "+",
                                    models.F("in_scope"),
                                ),
                            ),
                            ("amount__gte", 0),
                            ("first_share__gte", 0),
                            ("in_scope__gte", 0),
                            ("over_limit__gte", 0),
                            ("own_paid__gte", 0),
                        ),
                        name="medical_line_parts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Matching",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("own_code", models.TextField(db_collation="C")),
                ("own_name", models.TextField()),
                ("list_type", models.TextField()),
                ("code", models.TextField(db_collation="C")),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "act",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.act"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="medical.institution"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                ("year_outpatient_eligible", models.BigIntegerField(db_default=0)),
                ("year_outpatient_paid", models.BigIntegerField(db_default=0)),
                ("year_periods", models.SmallIntegerField(db_default=0)),
                ("year_pool_paid", models.BigIntegerField(db_default=0)),
                ("year_large_paid", models.BigIntegerField(db_default=0)),
                ("year_own_share", models.BigIntegerField(db_default=0)),
                ("year_catastrophic_paid", models.BigIntegerField(db_default=0)),
                ("aid_outpatient", models.BigIntegerField(db_default=0)),
                ("aid_inpatient", models.BigIntegerField(db_default=0)),
                ("aid_serious", models.BigIntegerField(db_default=0)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("id", models.BigIntegerField()),
                ("institution_id", models.BigIntegerField()),
                ("visit_id", models.BigIntegerField()),
                ("batch", models.TextField()),
                ("msgid", models.TextField()),
                ("reverses_id", models.BigIntegerField(null=True)),
                ("follows_id", models.BigIntegerField(null=True)),
                ("year", models.SmallIntegerField()),
                ("insutype", models.TextField()),
                ("med_type", models.TextField()),
                ("care", models.SmallIntegerField()),
                ("insured_class", models.SmallIntegerField()),
                ("standing", models.SmallIntegerField()),
                ("bill_day", models.DateField()),
                ("settled_at", models.DateTimeField()),
                ("day", models.DateField()),
                ("period_number", models.SmallIntegerField()),
                ("period_start", models.DateField(null=True)),
                ("final", models.BooleanField()),
                ("approx", models.BooleanField()),
                ("total", models.BigIntegerField()),
                ("own_paid", models.BigIntegerField()),
                ("over_limit", models.BigIntegerField()),
                ("first_share", models.BigIntegerField()),
                ("in_scope", models.BigIntegerField()),
                ("deductible", models.BigIntegerField()),
                ("own_ratio", models.BigIntegerField()),
                ("above_cap", models.BigIntegerField()),
                ("pool", models.BigIntegerField()),
                ("large", models.BigIntegerField()),
                ("supplement", models.BigIntegerField()),
                ("catastrophic", models.BigIntegerField()),
                ("assistance", models.BigIntegerField()),
                ("account", models.BigIntegerField()),
                ("cash", models.BigIntegerField()),
                ("act_id", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["institution_id", "day"], name="medical_settlement_institution"),
                    models.Index(fields=["person_id", "visit_id"], name="medical_settlement_visit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("follows_id", None), ("reverses_id", None)),
                        fields=("person_id", "visit_id", "batch"),
                        name="medical_settlement_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("reverses_id__isnull", False)),
                        fields=("person_id", "reverses_id"),
                        name="medical_settlement_reversed_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("follows_id__isnull", False)),
                        fields=("person_id", "follows_id"),
                        name="medical_settlement_followed_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reverses_id", None), ("follows_id", None), _connector="OR"),
                        name="medical_settlement_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("own_paid"), "+", models.F("over_limit")
                                        ),
                                        "+",
                                        models.F("first_share"),
                                    ),
                                    "+",
                                    models.F("in_scope"),
                                ),
                            )
                        ),
                        name="medical_settlement_scope",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    django.db.models.expressions.CombinedExpression(
                                                        models.F("pool"), "+", models.F("large")
                                                    ),
                                                    "+",
                                                    models.F("supplement"),
                                                ),
                                                "+",
                                                models.F("catastrophic"),
                                            ),
                                            "+",
                                            models.F("assistance"),
                                        ),
                                        "+",
                                        models.F("account"),
                                    ),
                                    "+",
                                    models.F("cash"),
                                ),
                            )
                        ),
                        name="medical_settlement_parts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("above_cap__gte", 0),
                                ("account__gte", 0),
                                ("assistance__gte", 0),
                                ("cash__gte", 0),
                                ("catastrophic__gte", 0),
                                ("deductible__gte", 0),
                                ("first_share__gte", 0),
                                ("in_scope__gte", 0),
                                ("large__gte", 0),
                                ("over_limit__gte", 0),
                                ("own_paid__gte", 0),
                                ("own_ratio__gte", 0),
                                ("pool__gte", 0),
                                ("reverses_id", None),
                                ("supplement__gte", 0),
                                ("total__gte", 0),
                            ),
                            models.Q(
                                ("above_cap__lte", 0),
                                ("account__lte", 0),
                                ("assistance__lte", 0),
                                ("cash__lte", 0),
                                ("catastrophic__lte", 0),
                                ("deductible__lte", 0),
                                ("first_share__lte", 0),
                                ("in_scope__lte", 0),
                                ("large__lte", 0),
                                ("over_limit__lte", 0),
                                ("own_paid__lte", 0),
                                ("own_ratio__lte", 0),
                                ("pool__lte", 0),
                                ("reverses_id__isnull", False),
                                ("supplement__lte", 0),
                                ("total__lte", 0),
                            ),
                            _connector="OR",
                        ),
                        name="medical_settlement_sign",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("number", models.TextField(primary_key=True, serialize=False)),
                ("institution_id", models.BigIntegerField()),
                ("operator", models.TextField()),
                ("ip", models.TextField()),
                ("mac", models.TextField()),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("act_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "medical_sign_in",
                "indexes": [models.Index(fields=["institution_id", "operator"], name="medical_sign_in_operator")],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("institution_id", models.BigIntegerField()),
                ("insutype", models.TextField(default="")),
                ("clr_type", models.TextField()),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("detailed", models.BooleanField()),
                ("their_count", models.IntegerField()),
                ("their_total", models.BigIntegerField()),
                ("their_funds", models.BigIntegerField()),
                ("their_account", models.BigIntegerField()),
                ("our_count", models.IntegerField()),
                ("our_total", models.BigIntegerField()),
                ("our_funds", models.BigIntegerField()),
                ("our_account", models.BigIntegerField()),
                ("equal", models.BooleanField()),
                ("act_id", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["institution_id", "since"], name="medical_statement_institution")],
            },
        ),
        migrations.CreateModel(
            name="Compared",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "statement_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.IntegerField()),
                (
                    "kind",
                    models.SmallIntegerField(
                        choices=[
                            (1, "中心有、机构无"),
                            (2, "机构有、中心无"),
                            (3, "金额不一致"),
                            (4, "退费标志不一致"),
                            (5, "机构重复"),
                        ]
                    ),
                ),
                ("settlement_id", models.BigIntegerField(null=True)),
                ("visit", models.TextField()),
                ("person", models.TextField()),
                ("total", models.BigIntegerField(null=True)),
                ("funds", models.BigIntegerField(null=True)),
                ("account", models.BigIntegerField(null=True)),
                (
                    "statement",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="medical.statement"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("id", models.BigIntegerField()),
                ("institution_id", models.BigIntegerField()),
                ("year", models.SmallIntegerField()),
                ("care", models.SmallIntegerField()),
                ("insutype", models.TextField()),
                ("med_type", models.TextField()),
                ("number", models.TextField()),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("department", models.TextField(default="")),
                ("disease", models.TextField(default="")),
                ("turn", models.SmallIntegerField(db_default=1)),
                (
                    "state",
                    models.SmallIntegerField(choices=[(1, "就诊中"), (2, "已出院"), (3, "已撤销")], db_default=1),
                ),
                ("name", models.TextField()),
                ("certificate_kind", models.TextField()),
                ("certificate", models.TextField()),
                ("sex", models.SmallIntegerField()),
                ("birth_day", models.DateField()),
                ("act_id", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["institution_id", "began_at"], name="medical_visit_institution")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("care__in", (1, 2, 3))), name="medical_visit_care"),
                    models.CheckConstraint(condition=models.Q(("state__in", (1, 2, 3))), name="medical_visit_state"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("began_at")), _connector="OR"
                        ),
                        name="medical_visit_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CatalogueItem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.TextField(db_collation="C")),
                ("kind", models.SmallIntegerField(choices=[(1, "药品"), (2, "医疗服务项目"), (3, "医用耗材")])),
                ("name", models.TextField()),
                ("item_class", models.SmallIntegerField(choices=[(1, "甲类"), (2, "乙类"), (3, "丙类")])),
                ("first_share", models.SmallIntegerField(default=0)),
                ("price_limit", models.BigIntegerField(default=0)),
                ("sex", models.SmallIntegerField(null=True)),
                ("age_from", models.SmallIntegerField(null=True)),
                ("age_to", models.SmallIntegerField(null=True)),
                ("day_quantity", models.IntegerField(null=True)),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField()),
                (
                    "act",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.act"
                    ),
                ),
            ],
            options={
                "db_table": "medical_catalogue",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("code", "="), ("valid", "&&")], name="medical_catalogue_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_share__range", (0, 10000)), ("item_class__in", (1, 2, 3)), ("kind__in", (1, 2, 3))
                        ),
                        name="medical_catalogue_class",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("price_limit__gte", 0),
                            models.Q(("day_quantity", None), ("day_quantity__gt", 0), _connector="OR"),
                            models.Q(("sex", None), ("sex__in", (1, 2)), _connector="OR"),
                        ),
                        name="medical_catalogue_limits",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Z0-9]{12}$")), name="medical_institution_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", (1, 2, 3))), name="medical_institution_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", (1, 2, 3))), name="medical_institution_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="medical_institution_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.CheckConstraint(
                condition=models.Q(("agreement__isempty", False), ("agreement__lower_inf", False)),
                name="medical_institution_agreement",
            ),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("institution",), name="medical_key_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.CheckConstraint(
                condition=models.Q(("secret", ""), _negated=True), name="medical_key_secret"
            ),
        ),
        migrations.AddConstraint(
            model_name="matching",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("undone_at", None)),
                expressions=[("institution", "="), ("own_code", "="), ("valid", "&&")],
                name="medical_matching_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="compared",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", range(1, 6))), name="medical_compared_kind"
            ),
        ),
    ]
