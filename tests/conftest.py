"""Settings of all tests: how hard hypothesis looks; a cache of compiled rules and a PostgreSQL server for the run."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg.conninfo import make_conninfo

from shebao.database import connection, server

# No deadline: what a slow machine does says nothing about the rules.  CI draws the same examples each time, so that a
# change and nothing else decides; at a desk they are new each time.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("desk"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")

connection.setup()  # the rooms' modules are imported by the tests' modules

_SERVER = "SHEBAO_TEST_SERVER"  # folder of the run's server, which the first test that needs it starts


def pytest_configure(config: pytest.Config) -> None:
    """One cache and one server for the run and the processes that it starts; they go when the run ends."""
    if "SHEBAO_CACHE" not in os.environ:
        cache = tempfile.TemporaryDirectory(prefix="shebao-tests-")
        os.environ["SHEBAO_CACHE"] = cache.name
        config.add_cleanup(cache.cleanup)
    if _SERVER not in os.environ:
        # Not mkdtemp's 0700: a server started by root runs as another user, who has to get there.
        folder = Path(tempfile.gettempdir()) / f"shebao-tests-{uuid.uuid4().hex}"
        folder.mkdir(mode=0o755)
        os.environ[_SERVER] = str(folder)
        config.add_cleanup(lambda: _remove(folder))


def _remove(folder: Path) -> None:
    server.stop(folder / "data")
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.pop(_SERVER, None)


@contextmanager
def _alone() -> Iterator[Path]:
    """One process of the run at a time."""
    folder = Path(os.environ[_SERVER])
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


@dataclass(frozen=True)
class Database:
    """A database of a test module, with every table, and nobody in it."""

    name: str
    superuser: str  # DSN

    def dsn(self, role: str = connection.APP) -> str:
        """As a role; `postgres` is the superuser."""
        return make_conninfo(self.superuser, user=role, dbname=self.name)

    def use(self, role: str) -> None:
        """Django works as this role from now on."""
        connection.use(self.dsn(role), role)


def _superuser() -> str:
    """DSN of the run's server; starts it, and makes the database that all others are copied from."""
    with _alone() as folder:
        found = server.ensure(folder / "data", fast=True)
        superuser = found.dsn("postgres", "postgres")
        made = folder / "template"
        if not made.exists():
            with psycopg.connect(superuser, autocommit=True) as plain:
                plain.execute("CREATE DATABASE empty_city OWNER shebao_owner")
            connection.migrate(make_conninfo(superuser, dbname="empty_city"))
            made.touch()
        return superuser


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    """A fresh database; Django's connection is the application's."""
    superuser = _superuser()
    found = Database(f"test_{uuid.uuid4().hex[:12]}", superuser)
    with psycopg.connect(superuser, autocommit=True) as plain:
        plain.execute(f"CREATE DATABASE {found.name} TEMPLATE empty_city OWNER shebao_owner")
        found.use(connection.APP)
        yield found
        from django.db import connections

        connections.close_all()
        plain.execute(f"DROP DATABASE {found.name} WITH (FORCE)")


@pytest.fixture(scope="module")
def system(database: Database) -> int:
    """An actor who may do everything everywhere."""
    from shebao.access.services import system_actor

    return system_actor("setup")
