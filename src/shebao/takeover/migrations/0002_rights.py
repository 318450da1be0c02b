"""Who sees what was taken over; nothing of it is ever changed, but that an award may be corrected."""

from __future__ import annotations

from django.db import migrations

from shebao.contributions.references import refers
from shebao.database.operations import append_only, closing_only, numbered, secure

KNOWN = "access_act() IS NOT NULL"  # totals tell nothing of a person
OF_THIS_ACT = "EXISTS (SELECT FROM takeover_run r WHERE r.id = run_id AND r.act_id = access_act())"


class Migration(migrations.Migration):
    """Policies, references, triggers."""

    dependencies = [("takeover", "0001_initial"), ("people", "0002_rights"), ("database", "0001_functions")]
    operations = [
        numbered("takeover_award"),
        refers("takeover_award", {"person_id": "people_person", "act_id": "access_act"}),
        secure("takeover_award", "people_sees(person_id)", "people_keeps(person_id)", update=("recorded",)),
        closing_only(
            "takeover_award",
            "upper_inf(OLD.recorded)",
            "NOT upper_inf(NEW.recorded) AND lower(NEW.recorded) = lower(OLD.recorded)",
            ("person_id", "id", "kind", "amount", "since", "paid_to", "source", "act_id"),
        ),
        secure("takeover_run", KNOWN, "act_id = access_act()"),
        append_only("takeover_run"),
        *(secure(table, KNOWN, OF_THIS_ACT) for table in ("takeover_file", "takeover_total")),
        *(append_only(table) for table in ("takeover_file", "takeover_total")),
    ]
