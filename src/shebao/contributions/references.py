"""References of bulk tables, checked by statement.

A foreign key costs a look-up for each row.  Tables that take millions of rows at a time are checked once for each
statement instead, by one join; rows of the tables referred to are never deleted, so nothing else can break it.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import migrations


def refers(table: str, references: Mapping[str, str]) -> migrations.RunSQL:
    """Columns of a table that hold the ids of others: {"person_id": "people_person"}.  Null refers to nothing."""
    checks = "\n".join(
        f"""    SELECT a."{column}" INTO missing FROM (SELECT DISTINCT "{column}" FROM added) a
    WHERE a."{column}" IS NOT NULL AND NOT EXISTS (SELECT FROM "{other}" o WHERE o.id = a."{column}") LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '{table}.{column} % is not in {other}', missing USING ERRCODE = 'foreign_key_violation';
    END IF;"""
        for column, other in references.items()
    )
    return migrations.RunSQL(
        f"""CREATE FUNCTION {table}_refers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE missing bigint;
BEGIN
{checks}
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION {table}_refers FROM PUBLIC;
CREATE TRIGGER refers AFTER INSERT ON "{table}" REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION {table}_refers();""",
        migrations.RunSQL.noop,
    )
