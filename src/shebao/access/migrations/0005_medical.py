"""The roles of medical care, and the programme that settles bills."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from shebao.access.roles import ROLES

CHANGED = ("clerk", "auditor", "citizen", "fund", "hospital")
PROGRAMME = "settlement"


def begin(apps: Any, schema_editor: Any) -> None:
    """Roles and programme as they are now, where the database was made before them."""
    role, right = (apps.get_model("access", name) for name in ("Role", "Right"))
    actor, grant = (apps.get_model("access", name) for name in ("Actor", "Grant"))
    for code in CHANGED:
        name, protected, purposes = ROLES[code]
        made, _ = role.objects.get_or_create(code=code, defaults={"name": name, "protected": protected})
        for purpose in purposes:
            right.objects.get_or_create(role=made, purpose=purpose)
    found, new = actor.objects.get_or_create(kind=1, name=PROGRAMME)
    if new:
        grant.objects.create(actor=found, role_id="system", place_id="11")


class Migration(migrations.Migration):
    """Rows only."""

    dependencies = [("access", "0004_portal")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
