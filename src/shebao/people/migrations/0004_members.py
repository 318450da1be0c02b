"""Who shares a household is asked as known at any moment, not only as known now."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """The index by household holds all rows."""

    dependencies = [("people", "0003_particulars")]
    operations = [
        migrations.RemoveIndex(model_name="membership", name="people_membership_household"),
        migrations.AddIndex(
            model_name="membership", index=models.Index("household_id", name="people_membership_household")
        ),
    ]
