"""What is inside the server: its data folder, settings, roles, extensions, the database."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from shebao.database.account import Account
from shebao.database.binaries import Binaries
from shebao.database.connection import BATCH, OWNER, ROLES
from shebao.database.folders import PORT, write
from shebao.database.problems import ServerProblem

SUPERUSER = "postgres"
DATABASE = "shebao"
SETTINGS = "shebao.conf"  # inside cluster/
EXTENSIONS = ("btree_gist", "pg_trgm")


def major(folder: Path) -> int | None:
    """The release that made the data, None where there are none."""
    path = folder / "cluster" / "PG_VERSION"
    return int(path.read_text()) if path.exists() else None


def create(folder: Path, user: Account, binaries: Binaries, fast: bool) -> None:
    """Makes an empty cluster, whole or not at all."""
    half = folder / "cluster.half"
    shutil.rmtree(half, ignore_errors=True)
    options = [f"--username={SUPERUSER}", "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"]
    # code points order the same on every machine; names are ordered by a stored pinyin key
    options += ["--locale=C.UTF-8", "--data-checksums", *(["--no-sync"] if fast else [])]
    done = user.run([binaries.program("initdb"), f"--pgdata={half}", *options], cwd=folder)
    if done.returncode:
        raise ServerProblem(
            f"不能在{folder}建立数据库：\n{done.stdout.strip()}",
            f"no database can be made in {folder}:\n{done.stdout.strip()}",
        )
    write(half / "pg_hba.conf", user, "# the folder of the socket lets in its owner only\nlocal all all trust\n")
    with (half / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\n# written anew at each start; your own settings: ALTER SYSTEM, or below this line\n")
        file.write(f"include '{SETTINGS}'\n")
    half.rename(folder / "cluster")


def settings(socket: Path, fast: bool) -> str:
    """The server's settings, for this machine, as text of a file."""
    mb = 1 << 20
    memory = _memory()
    values: dict[str, object] = {
        "listen_addresses": "''",
        "port": PORT,
        "unix_socket_directories": f"'{socket}'",
        "unix_socket_permissions": "0700",
        "max_connections": 200,
        "max_locks_per_transaction": 256,  # a partitioned table takes one for each partition
        "shared_buffers": f"{128 if fast else max(128, min(memory // 8 // mb, 4096))}MB",
        "effective_cache_size": f"{max(256, memory // 2 // mb)}MB",
        "maintenance_work_mem": f"{max(64, min(memory // 32 // mb, 1024))}MB",
        "work_mem": "32MB",
        "max_wal_size": "1GB" if fast else "4GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": 1.1,
        "jit": "off",  # many short statements
        "timezone": "'Asia/Shanghai'",
        "log_line_prefix": "'%m [%p] %u@%d '",
        # a refused statement holds what was said of a person: neither it nor the row's values go to the log
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }
    shared = Path("/dev/shm")
    if shared.exists() and shutil.disk_usage(shared).total < 512 * mb:  # as in most containers
        values["dynamic_shared_memory_type"] = "mmap"
    if fast:
        values |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return "".join(f"{name} = {value}\n" for name, value in values.items())


def _memory() -> int:
    """Bytes of memory that this machine, or this container, has."""
    memory = int(psutil.virtual_memory().total)
    with contextlib.suppress(OSError, ValueError):  # "max" where there is no limit
        memory = min(memory, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return memory


def create_roles(connection: psycopg.Connection[Any]) -> None:
    """Makes the roles that are missing, on any server; needs the right to create roles.

    Only the batch passes row-level security by, where a superuser makes it: PostgreSQL copies into no table whose
    policies bind.  Raises ServerProblem for another one that exists and would.
    """
    query = "SELECT rolname, rolsuper OR (rolbypassrls AND rolname <> %s) FROM pg_roles WHERE rolname = ANY(%s)"
    there = dict(connection.execute(query, [BATCH, list(ROLES)]).fetchall())
    superuser = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (True,)
    for role in ROLES:
        if there.get(role):
            raise ServerProblem(
                f"数据库角色{role}有SUPERUSER或BYPASSRLS权限：请先收回（ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS）",
                f"the database role {role} is a superuser or bypasses row-level security: "
                f"ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS",
            )
        if role not in there:
            rights = sql.SQL("CREATEDB" if role == OWNER else "NOCREATEDB")
            passing = sql.SQL("BYPASSRLS" if role == BATCH and superuser else "NOBYPASSRLS")
            create = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEROLE {} {}")
            connection.execute(create.format(sql.Identifier(role), passing, rights))


def create_extensions(connection: psycopg.Connection[Any]) -> None:
    """Makes the extensions that are missing in this database."""
    for name in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))


def prepare(dsn: str) -> None:
    """Roles and extensions in a database of another server, as the user whom the DSN names.

    Raises ServerProblem where that user may not make what is missing, or the tables' owner could make none.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        name = connection.info.dbname
        try:
            create_roles(connection)
            create_extensions(connection)
        except psycopg.errors.InsufficientPrivilege as error:
            needed = f"{', '.join(ROLES)}; {', '.join(EXTENSIONS)}"
            raise ServerProblem(
                f"数据库{name}缺少角色或扩展，{connection.info.user}无权建立：请由管理员建立（{needed}）",
                f"database {name} lacks roles or extensions that {connection.info.user} may not make: "
                f"have its administrator make them ({needed})",
            ) from error
        if connection.execute("SELECT has_schema_privilege(%s, 'public', 'CREATE')", [OWNER]).fetchone() == (False,):
            raise ServerProblem(
                f"{OWNER}不能在数据库{name}中建表：请运行 ALTER DATABASE {name} OWNER TO {OWNER}",
                f"{OWNER} may make no tables in database {name}: ALTER DATABASE {name} OWNER TO {OWNER}",
            )


def furnish(connection: psycopg.Connection[Any], template: str) -> None:
    """Roles, extensions for every new database, and the database itself; what is there stays.

    connection: the superuser's, with autocommit; template: DSN of template1.
    """
    create_roles(connection)
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
        return
    with psycopg.connect(template, autocommit=True) as new_databases:
        create_extensions(new_databases)
    create = sql.SQL("CREATE DATABASE {} OWNER {}")
    connection.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
