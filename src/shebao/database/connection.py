"""Which database, and as whom.

One process works as one role at a time.  A DSN is libpq's (`host=... dbname=...`, or a postgresql:// address); its
password belongs into a password file (PGPASSFILE), never into the DSN.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

OWNER = "shebao_owner"  # owns the tables, runs migrations
APP = "shebao_app"  # the site and the counter: row-level security decides what it sees
BATCH = "shebao_batch"  # loads, collection, the night: every row, the same rights to write
READER = "shebao_reader"  # auditors and analysts: reads what the actor may see
ROLES = (OWNER, APP, BATCH, READER)
_DJANGO = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def dsn_as(dsn: str, role: str) -> str:
    """The same database, as another role."""
    return make_conninfo(dsn, user=role)


def setup() -> None:
    """Loads Django's apps; may be called again."""
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shebao.settings")
    if not apps.ready:
        django.setup()


def use(dsn: str, role: str = APP) -> None:
    """Points Django's connection at a database, as a role.  An open connection is closed."""
    setup()
    from django.db import connection, connections

    connections.close_all()
    given = {name: str(value) for name, value in conninfo_to_dict(dsn_as(dsn, role)).items() if value is not None}
    options: dict[str, Any] = {name: value for name, value in given.items() if name not in _DJANGO}
    for name, django_name in _DJANGO.items():
        connection.settings_dict[django_name] = given.get(name, "")
    connection.settings_dict["OPTIONS"] = options


def migrate(dsn: str, progress: bool = False) -> None:
    """Brings the tables of a database to this version, as the owner."""
    use(dsn, OWNER)
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", interactive=False, verbosity=1 if progress else 0)
    connections.close_all()


def psycopg_connection() -> psycopg.Connection[Any]:
    """The psycopg connection below Django's, within the same transaction: for COPY and pipelines."""
    from django.db import connection

    connection.ensure_connection()
    found: psycopg.Connection[Any] = connection.connection
    return found


@contextmanager
def plain(dsn: str, role: str = APP, autocommit: bool = False) -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own, beside Django."""
    with psycopg.connect(dsn_as(dsn, role), autocommit=autocommit) as connection:
        yield connection
