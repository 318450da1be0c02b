"""Migration operations: what a table needs beyond what Django makes of its model.

A migration of a room creates its tables with CreateModel or CreatePartitioned, then for each one `secure(...)`, and
`append_only(...)` or `closing_only(...)`, in the same migration.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

EVERYBODY = "true"
NOBODY = "false"


class CreatePartitioned(migrations.CreateModel):
    """CreateModel of a partitioned table.

    by: `HASH (person_id)` with `parts` partitions, or `RANGE (column)` or `LIST (column)` with the partitions in
    `named`: name -> bounds, such as {"y2014": "FROM ('2014-01-01') TO ('2015-01-01')", "rest": "DEFAULT"}.
    Every unique constraint, the primary key too, must have the partition's columns.  Rights are given on the whole
    table only, so nobody but the owner reaches a partition past its policies.
    """

    def __init__(self, *, by: str, parts: int = 0, named: dict[str, str] | None = None, **kwargs: Any) -> None:
        self.by, self.parts, self.named = by, parts, named or {}
        super().__init__(**kwargs)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """The arguments that make the same operation."""
        name, args, kwargs = super().deconstruct()
        return name, args, kwargs | {"by": self.by, "parts": self.parts, "named": self.named}

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Creates the table and its partitions."""
        table = to_state.apps.get_model(app_label, self.name)._meta.db_table
        plain = schema_editor.sql_create_table
        schema_editor.sql_create_table = f"{plain} PARTITION BY {self.by}"
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            schema_editor.sql_create_table = plain
        bounds = {f"p{k}": f"FOR VALUES WITH (MODULUS {self.parts}, REMAINDER {k})" for k in range(self.parts)}
        for name, bound in (bounds | self.named).items():
            values = bound if bound == "DEFAULT" or bound.startswith("FOR VALUES") else f"FOR VALUES {bound}"
            schema_editor.execute(f'CREATE TABLE "{table}_{name}" PARTITION OF "{table}" {values}')


def secure(
    table: str,
    see: str,
    write: str | None = None,
    insert: bool = True,
    update: Sequence[str] | bool = False,
    delete: bool = False,
    batch_only: bool = False,
) -> migrations.RunSQL:
    """Row-level security, forced, and the rights of the roles.

    see: SQL over the row, true when the actor may see it: access_sees(place), access_sees_person(person_id), EVERYBODY.
    write: the same for a new or changed row; as `see` when not given.
    insert, update (True, or the columns), delete: what application and batch may do; batch_only: the batch alone.
    The owner and the batch see all rows, the reader sees what the application would.
    """
    check = write or see
    verbs = ["SELECT"] * (not batch_only) + ["INSERT"] * insert + ["DELETE"] * delete
    if update:
        verbs.append("UPDATE" if update is True else f"UPDATE ({', '.join(update)})")
    writer = "shebao_batch" if batch_only else "shebao_app, shebao_batch"
    granted = [f'GRANT {", ".join(verbs)} ON "{table}" TO {writer};'] if verbs else []
    return migrations.RunSQL(
        "\n".join(
            [
                f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;',
                f'CREATE POLICY owner ON "{table}" TO shebao_owner USING (true) WITH CHECK (true);',
                f'CREATE POLICY batch ON "{table}" TO shebao_batch USING (true) WITH CHECK (true);',
                f'CREATE POLICY app ON "{table}" TO shebao_app USING ({see}) WITH CHECK ({check});',
                f'CREATE POLICY reader ON "{table}" FOR SELECT TO shebao_reader USING ({see});',
                f'REVOKE ALL ON "{table}" FROM PUBLIC;',
                f'GRANT SELECT ON "{table}" TO shebao_app, shebao_batch, shebao_reader;',
                *granted,
                # the sequence behind a plain AutoField
                f"DO $$ BEGIN IF pg_get_serial_sequence('{table}', 'id') IS NOT NULL THEN EXECUTE format('GRANT USAGE, "
                f"SELECT ON SEQUENCE %s TO shebao_app, shebao_batch', pg_get_serial_sequence('{table}', 'id')); END IF;"
                " EXCEPTION WHEN undefined_column THEN NULL; END $$;",
            ]
        ),
        migrations.RunSQL.noop,
    )


def numbered(table: str, column: str = "id") -> migrations.RunSQL:
    """A sequence gives the column's value to rows that come without; `TABLE_COLUMN_seq`, for application and batch.

    Not an identity column: PostgreSQL before 17 has none in partitioned tables.
    """
    sequence = f'"{table}_{column}_seq"'
    return migrations.RunSQL(
        f'CREATE SEQUENCE {sequence} OWNED BY "{table}"."{column}";'
        f'ALTER TABLE "{table}" ALTER "{column}" SET DEFAULT nextval(\'{sequence}\');'
        f"GRANT USAGE, SELECT ON SEQUENCE {sequence} TO shebao_app, shebao_batch;",
        migrations.RunSQL.noop,
    )


def append_only(table: str) -> migrations.RunSQL:
    """No row is ever changed or deleted, by whatever role."""
    return migrations.RunSQL(
        f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION database_append_only();"
        f'CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION database_append_only();",
        migrations.RunSQL.noop,
    )


def closing_only(table: str, open_before: str, closed_after: str, columns: Sequence[str]) -> migrations.RunSQL:
    """No row is deleted; the only change is that an open row is closed.

    open_before, closed_after: SQL over OLD and NEW, such as `upper_inf(OLD.recorded)` and `NOT
    upper_inf(NEW.recorded) AND lower(NEW.recorded) = lower(OLD.recorded)`.
    columns: all columns that must stay as they are.
    """
    same = " AND ".join(f'OLD."{name}" IS NOT DISTINCT FROM NEW."{name}"' for name in columns)
    return migrations.RunSQL(
        f'CREATE TRIGGER closing_only BEFORE UPDATE ON "{table}" FOR EACH ROW '
        f"WHEN (NOT (({open_before}) AND ({closed_after}) AND {same})) EXECUTE FUNCTION database_append_only();"
        f'CREATE TRIGGER never_deleted BEFORE DELETE ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION database_append_only();"
        f'CREATE TRIGGER never_emptied BEFORE TRUNCATE ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION database_append_only();",
        migrations.RunSQL.noop,
    )
