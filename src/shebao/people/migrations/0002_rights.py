"""Who may do what with the records: references, what never changes, what the actor sees."""

from __future__ import annotations

from django.db import migrations

from shebao.database.operations import append_only, closing_only, numbered, secure

_FACT = ("person_id", "id", "valid", "event_id")
FACTS: dict[str, tuple[str, ...]] = {
    "people_name": ("kind", "name", "pinyin", "initials"),
    "people_vitals": ("sex", "birth_day", "death_day"),
    "people_identifier": ("kind", "number"),
    "people_residence": ("place", "address", "hukou", "hukou_place"),
    "people_membership": ("household_id", "kind", "role"),
    "people_work": ("organisation_id", "kind", "main"),
    "people_status": ("kind", "grade", "category"),
    "people_relation": ("kind", "scope", "other_id", "organisation_id"),
    "people_contact": ("kind", "value"),
    "people_notice": ("topic", "channel"),
    "people_card": ("card", "number", "state"),
}
ORGANISATION_FACTS: dict[str, tuple[str, ...]] = {
    "people_organisation_state": ("state",),
    "people_organisation_account": ("bank", "account", "holder"),
}
OPEN = "upper_inf(OLD.recorded)"
# A row that its own act closes again was never known: its range is empty.
CLOSED = "NOT upper_inf(NEW.recorded) AND (isempty(NEW.recorded) OR lower(NEW.recorded) = lower(OLD.recorded))"

_IN_SCOPE = "(protected = 0 OR access_sees_protected())"
FUNCTIONS = f"""
CREATE FUNCTION people_sound(number text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN right(number, 1) = substr('10X98765432', 1 + ({
    " + ".join(f"substr(number, {k + 1}, 1)::int * {2 ** (17 - k) % 11}" for k in range(17))
}) % 11, 1);

-- The place of the person is the actor's, or the record is his own.
CREATE FUNCTION people_sees(who bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
RETURN EXISTS (SELECT FROM people_person p WHERE p.id = who
    AND (p.id = access_own_person() OR (access_sees(p.place) AND (p.protected = 0 OR access_sees_protected()))));

-- The same without his own: nobody writes his own record but for contact and notices.
CREATE FUNCTION people_keeps(who bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
RETURN EXISTS (SELECT FROM people_person p WHERE p.id = who
    AND access_sees(p.place) AND (p.protected = 0 OR access_sees_protected()));

-- The person works or worked in the organisation whose user the actor is.
CREATE FUNCTION people_employs(who bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
RETURN access_own_organisation() IS NOT NULL AND EXISTS (SELECT FROM people_work w WHERE w.person_id = who
    AND w.organisation_id = access_own_organisation() AND upper_inf(w.recorded));

-- Whether a number is another's, also of one whom the actor does not see; that much a counter has to know.
CREATE FUNCTION people_taken(of_kind smallint, what text, who bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
RETURN access_act() IS NOT NULL AND EXISTS (SELECT FROM people_identifier i WHERE i.kind = of_kind
    AND i.number = what AND i.person_id <> who AND upper_inf(i.recorded));

REVOKE ALL ON FUNCTION people_sees, people_keeps, people_employs, people_taken FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_sees, people_keeps, people_employs, people_taken
    TO shebao_app, shebao_batch, shebao_reader;

CREATE FUNCTION people_of_this_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM added WHERE act_id IS DISTINCT FROM access_act()) THEN
        RAISE EXCEPTION '%: what is written names the act under way', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER of_this_act AFTER INSERT ON people_person REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION people_of_this_act();
CREATE TRIGGER of_this_act AFTER INSERT ON people_event REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION people_of_this_act();
"""

# Rows of which the latest state stands in the table keep what was before in another, by whomever they are changed.
CHANGES = """
CREATE FUNCTION people_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    IF access_act() IS NULL THEN
        RAISE EXCEPTION 'a record is changed by an act' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO people_change (person_id, place, protected, merged_into, changed_at, act_id)
    VALUES (OLD.id, OLD.place, OLD.protected, OLD.merged_into,
        (SELECT max(recorded_at) FROM people_event WHERE person_id = OLD.id), access_act());
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION people_changed FROM PUBLIC;
CREATE TRIGGER changed AFTER UPDATE ON people_person FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW)
    EXECUTE FUNCTION people_changed();

CREATE FUNCTION people_organisation_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF access_act() IS NULL THEN
        RAISE EXCEPTION 'an organisation is changed by an act' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO people_organisationchange
        (organisation_id, kind, name, code, place, sector, injury_class, changed_at, act_id)
    VALUES (OLD.id, OLD.kind, OLD.name, OLD.code, OLD.place, OLD.sector, OLD.injury_class,
        clock_timestamp(), access_act());
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION people_organisation_changed FROM PUBLIC;
CREATE TRIGGER changed AFTER UPDATE ON people_organisation FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW)
    EXECUTE FUNCTION people_organisation_changed();
"""


def _references(table: str, **columns: str) -> str:
    """Foreign keys that are checked with the statement: name -> `(columns) REFERENCES table (columns)`."""
    return "".join(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{name}_fk" FOREIGN KEY {to};' for name, to in columns.items()
    )


REFERENCES = "\n".join(
    [
        _references(
            "people_person",
            place="(place) REFERENCES access_place (code)",
            merged="(merged_into) REFERENCES people_person (id)",
        ),
        _references("people_event", person="(person_id) REFERENCES people_person (id)"),
        *(_references(t, event="(person_id, event_id) REFERENCES people_event (person_id, id)") for t in FACTS),
        _references("people_work", organisation="(organisation_id) REFERENCES people_organisation (id)"),
        _references("people_membership", household="(household_id, kind) REFERENCES people_household (id, kind)"),
        _references(
            "people_relation",
            organisation="(organisation_id) REFERENCES people_organisation (id)",
            other="(other_id) REFERENCES people_person (id)",
        ),
        "ALTER TABLE people_identifier ADD CONSTRAINT people_identifier_check "
        "CHECK (CASE WHEN kind <> 1 THEN true WHEN number !~ '^[0-9]{17}.$' THEN false ELSE people_sound(number) END);",
        "CREATE SEQUENCE people_card_card_seq OWNED BY people_card.card;"
        "GRANT USAGE, SELECT ON SEQUENCE people_card_card_seq TO shebao_app, shebao_batch;",
    ]
)

# An employer's user sees who his staff are; where they live and what they receive he does not.
SEEN_BY_EMPLOYER = "people_sees(person_id) OR people_employs(person_id)"
SEES, KEEPS = "people_sees(person_id)", "people_keeps(person_id)"
POLICIES = dict.fromkeys(FACTS, (SEES, KEEPS)) | {
    "people_name": (SEEN_BY_EMPLOYER, KEEPS),
    "people_vitals": (SEEN_BY_EMPLOYER, KEEPS),
    "people_identifier": (SEEN_BY_EMPLOYER, KEEPS),
    "people_work": (f"{SEES} OR organisation_id = access_own_organisation()", KEEPS),
    "people_contact": (SEES, SEES),
    "people_notice": (SEES, SEES),
}
# The head of a record tells little: who moves a person to another place sees it on both sides of the border.
HEAD = (
    f"((access_sees(place) OR access_for('people.move')) AND {_IN_SCOPE}) "
    "OR id = access_own_person() OR people_employs(id)"
)
OWN_ORGANISATION = "organisation_id = access_own_organisation()"
IN_PLACE = "EXISTS (SELECT FROM people_organisation o WHERE o.id = organisation_id AND access_sees(o.place))"


class Migration(migrations.Migration):
    """Facts are closed, never changed; heads of records and organisations keep what they were."""

    dependencies = [("people", "0001_initial"), ("access", "0002_rights"), ("database", "0001_functions")]
    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(REFERENCES, migrations.RunSQL.noop),
        migrations.RunSQL(CHANGES, migrations.RunSQL.noop),
        *(
            numbered(table)
            for table in (
                "people_person",
                "people_event",
                "people_change",
                "people_household",
                "people_organisation",
                "people_organisationchange",
                *FACTS,
                *ORGANISATION_FACTS,
            )
        ),
        secure(
            "people_person",
            HEAD,
            f"(access_sees(place) OR access_for('people.move')) AND {_IN_SCOPE}",
            update=("place", "protected", "merged_into"),
        ),
        migrations.RunSQL(
            "CREATE TRIGGER never_deleted BEFORE DELETE ON people_person "
            "FOR EACH ROW EXECUTE FUNCTION database_append_only();"
            "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON people_person "
            "FOR EACH STATEMENT EXECUTE FUNCTION database_append_only();",
            migrations.RunSQL.noop,
        ),
        secure("people_change", SEES, insert=False),
        append_only("people_change"),
        secure("people_event", SEES),
        append_only("people_event"),
        *(secure(table, see, write, update=("recorded",)) for table, (see, write) in POLICIES.items()),
        *(closing_only(table, OPEN, CLOSED, _FACT + columns) for table, columns in FACTS.items()),
        secure(
            "people_household",
            "access_sees(place) OR EXISTS (SELECT FROM people_membership m WHERE m.household_id = people_household.id)",
            "access_sees(place)",
            update=("place", "number"),
        ),
        secure(
            "people_organisation",
            "access_act() IS NOT NULL",  # the register of organisations is public
            "access_sees(place) OR access_for('people.move')",
            update=("kind", "name", "code", "place", "sector", "injury_class"),
        ),
        migrations.RunSQL(
            "CREATE POLICY app_update ON people_organisation AS RESTRICTIVE FOR UPDATE TO shebao_app "
            "USING (access_sees(place) OR access_for('people.move'));",
            migrations.RunSQL.noop,
        ),
        secure("people_organisationchange", "access_act() IS NOT NULL", insert=False),
        append_only("people_organisationchange"),
        secure("people_organisation_state", "access_act() IS NOT NULL", IN_PLACE, update=("recorded",)),
        secure("people_organisation_account", f"{OWN_ORGANISATION} OR {IN_PLACE}", IN_PLACE, update=("recorded",)),
        *(
            closing_only(table, OPEN, CLOSED, ("organisation_id", "id", "valid", "act_id", *columns))
            for table, columns in ORGANISATION_FACTS.items()
        ),
        secure("people_merge", "people_sees(keep_id) AND people_sees(gone_id)", update=("split_at", "split_act_id")),
        closing_only(
            "people_merge",
            "OLD.split_at IS NULL",
            "NEW.split_at IS NOT NULL",
            (
                "id",
                "keep_id",
                "gone_id",
                "keep_event_id",
                "gone_event_id",
                "keep_protected",
                "why",
                "merged_at",
                "act_id",
            ),
        ),
        secure(
            "people_pair",
            "people_sees(first_id) AND people_sees(second_id)",
            update=("band", "score", "rank", "reasons", "state", "decided_at", "decided_act_id", "merge_id"),
        ),
    ]
