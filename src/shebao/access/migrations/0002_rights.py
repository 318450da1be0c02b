"""Who may do what: the functions that policies ask, the policies of these tables, the first roles and programmes."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from shebao.access.roles import PROGRAMMES, ROLES
from shebao.database.operations import EVERYBODY, append_only, numbered, secure

# What the act under way may see stands in settings of the transaction; access_enter makes them from the grants.
FUNCTIONS = """
CREATE FUNCTION access_enter(who bigint, what_for text, OUT act bigint, OUT at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    actor access_actor;
    places text;
    protected boolean;
BEGIN
    SELECT * INTO actor FROM access_actor WHERE id = who AND active;
    SELECT string_agg(DISTINCT g.place_id || '%', ','), bool_or(r.protected) INTO places, protected
    FROM access_grant g
    JOIN access_role r ON r.code = g.role_id
    JOIN access_right t ON t.role_id = g.role_id AND what_for LIKE t.purpose
    WHERE g.actor_id = who AND current_date BETWEEN g.since AND coalesce(g.until, 'infinity');
    IF actor.id IS NULL OR places IS NULL THEN
        RAISE EXCEPTION 'actor % may not act for %', who, what_for USING ERRCODE = 'insufficient_privilege';
    END IF;
    at := clock_timestamp();
    INSERT INTO access_act (actor_id, purpose, at) VALUES (who, what_for, at) RETURNING id INTO act;
    PERFORM set_config('shebao.act', act::text, true),
            set_config('shebao.purpose', what_for, true),
            -- a citizen and an employer see what is theirs, not a place
            set_config('shebao.places', CASE WHEN actor.kind IN (1, 2) THEN places ELSE '' END, true),
            set_config('shebao.protected', CASE WHEN protected THEN 'on' ELSE 'off' END, true),
            set_config('shebao.person', coalesce(actor.person_id::text, ''), true),
            set_config('shebao.organisation', coalesce(actor.organisation_id::text, ''), true);
END $$;
REVOKE ALL ON FUNCTION access_enter FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_enter TO shebao_app, shebao_batch, shebao_reader;

CREATE FUNCTION access_act() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('shebao.act', true), '')::bigint;

CREATE FUNCTION access_for(purposes text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(current_setting('shebao.purpose', true) LIKE purposes, false);

CREATE FUNCTION access_sees(place text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(place LIKE ANY (string_to_array(current_setting('shebao.places', true), ',')), false);

CREATE FUNCTION access_sees_protected() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(current_setting('shebao.protected', true) = 'on', false);

CREATE FUNCTION access_own_person() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('shebao.person', true), '')::bigint;

CREATE FUNCTION access_own_organisation() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('shebao.organisation', true), '')::bigint;
"""
MANAGED = "access_for('access.%')"


def begin(apps: Any, schema_editor: Any) -> None:
    """The city, the roles with their purposes, and the programmes of the system."""
    place, role, right = (apps.get_model("access", name) for name in ("Place", "Role", "Right"))
    actor, grant = (apps.get_model("access", name) for name in ("Actor", "Grant"))
    city = place.objects.create(code="11", level=1, name="北京市")
    for code, (name, protected, purposes) in ROLES.items():
        made = role.objects.create(code=code, name=name, protected=protected)
        right.objects.bulk_create(right(role=made, purpose=purpose) for purpose in purposes)
    for name in PROGRAMMES:
        grant.objects.create(actor=actor.objects.create(kind=1, name=name), role_id="system", place=city)


class Migration(migrations.Migration):
    """Roles and programmes of roles.py become rows once; later ones come with their own migrations."""

    dependencies = [("access", "0001_initial"), ("database", "0001_functions")]
    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        numbered("access_read"),
        *(
            secure(table, EVERYBODY, MANAGED, update=True)
            for table in ("access_place", "access_actor", "access_role", "access_right")
        ),
        secure("access_grant", EVERYBODY, MANAGED, update=("until",)),
        secure("access_act", EVERYBODY, insert=False),
        append_only("access_act"),
        secure(
            "access_read",
            "person_id = access_own_person() OR access_for('access.read')",
            "act_id = access_act()",
        ),
        append_only("access_read"),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
