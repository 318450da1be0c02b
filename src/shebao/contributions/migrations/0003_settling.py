"""Settled bills, and the fund in which money waits for its bill."""

from __future__ import annotations

from django.db import migrations

from shebao.database.operations import append_only, secure


class Migration(migrations.Migration):
    """Who sees a bill sees whether it is settled."""

    dependencies = [("contributions", "0002_rights"), ("ledger", "0004_rights")]
    operations = [
        secure("contributions_settled", "EXISTS (SELECT FROM contributions_bill b WHERE b.id = bill_id)"),
        append_only("contributions_settled"),
        migrations.RunSQL(
            "INSERT INTO ledger_fund (code, insurance, name, place) VALUES (8, 0, '征缴过渡户', '11')",
            migrations.RunSQL.noop,
        ),
    ]
