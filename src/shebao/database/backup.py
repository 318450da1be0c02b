"""Backup and restore of the embedded server's database, in PostgreSQL's own custom format (pg_dump, pg_restore).

A backup is read back whole as soon as it is written.  A restore goes into a new database, is compared with the file
table by table, and only then takes the old one's place: a broken file changes nothing.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from shebao.database import cluster
from shebao.database.account import account, environment
from shebao.database.binaries import find
from shebao.database.connection import OWNER
from shebao.database.problems import ServerProblem
from shebao.database.server import Server

_NEW, _OLD = f"{cluster.DATABASE}_restoring", f"{cluster.DATABASE}_replaced"
_LOCK_WAIT = "60s"  # for a table that somebody is changing
_LOCK = 0x5348_4542_414F  # of the restores of a server
_COPY = re.compile(rb'COPY ((?:"[^"]*"|[^" ])+) +(?:\(.*\) )?FROM stdin;\n')
_TABLES = """
    SELECT n.nspname, c.relname, format('%I.%I', n.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    ORDER BY 3
"""

Rows = dict[str, int]  # table or partition -> its number of rows


def backup(server: Server, file: Path) -> Rows:
    """Writes the database into a new file, private to who asks, and gives what stands in it.

    Raises ServerProblem, OSError; then there is no file.
    """
    if file.exists():
        raise ServerProblem(f"{file}已存在：请另选文件名", f"{file} exists: choose another name")
    half = file.with_name(f"{file.name}.half")
    half.touch(mode=0o600)
    try:
        dsn = server.dsn(cluster.SUPERUSER)  # whom no policy keeps from a row
        options = ["--format=custom", f"--lock-wait-timeout={_LOCK_WAIT}", f"--file={half.absolute()}"]
        done = _run(server, "pg_dump", *options, f"--dbname={dsn}")
        if done.returncode:
            raise ServerProblem(f"备份失败：{_errors(done.stdout)}", f"the backup failed: {_errors(done.stdout)}")
        rows = contents(server, half)
        half.rename(file)
    finally:
        half.unlink(missing_ok=True)
    return rows


def contents(server: Server, file: Path) -> Rows:
    """What stands in a backup; reads it whole.  Raises ServerProblem for a file that is none, or damaged; OSError."""
    with file.open("rb") as head:
        if head.read(5) != b"PGDMP":
            raise ServerProblem(
                f"{file}不是shebao db backup写的备份", f"{file} is not a backup that shebao db backup wrote"
            )
    command = [str(_program(server, "pg_restore")), "--data-only", "--file=-", str(file.absolute())]
    rows: Rows = {}
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:
        assert reading.stdout and reading.stderr
        lines = iter(reading.stdout)
        for line in lines:
            if found := _COPY.fullmatch(line):
                rows[found[1].decode()] = _count(lines)
        said = reading.stderr.read().decode(errors="replace")
    if reading.returncode:
        raise ServerProblem(f"{file}已损坏：{_errors(said)}", f"{file} is damaged: {_errors(said)}")
    return rows


def restore(server: Server, file: Path, *, replace: bool = False) -> Rows:
    """Puts a backup in the database's place and gives what it holds.  replace: although the database is not empty.

    Raises ServerProblem, OSError; then the database is as it was.
    """
    wanted = contents(server, file)
    with _alone(server) as connection:
        if not replace and tables(server, cluster.DATABASE):
            raise ServerProblem(
                "数据库不是空的：确要以备份取代，请加--replace",
                "the database is not empty: to put the backup in its place, add --replace",
            )
        try:
            _fill(server, file, connection)
            with psycopg.connect(server.dsn(cluster.SUPERUSER, _NEW), autocommit=True) as restored:
                found = {name: _rows(restored, schema, table) for schema, table, name in tables(server, _NEW)}
                restored.execute("ANALYZE")
            if found != wanted:
                wrong = sorted(name for name in found.keys() | wanted if found.get(name) != wanted.get(name))
                raise ServerProblem(
                    f"恢复后行数与备份不符：{', '.join(wrong)}",
                    f"restored rows differ from the backup's: {', '.join(wrong)}",
                )
            _exchange(connection)
        finally:
            _drop(connection, _NEW)
    return found


def tables(server: Server, database: str) -> list[tuple[str, str, str]]:
    """The tables and partitions that hold rows: schema, name, and both as SQL writes them."""
    with psycopg.connect(server.dsn(cluster.SUPERUSER, database)) as connection:
        return [(str(schema), str(table), str(name)) for schema, table, name in connection.execute(_TABLES)]


@contextlib.contextmanager
def _alone(server: Server) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection beside the database, of the one restore that is going on; what a killed one left is removed."""
    with psycopg.connect(server.dsn(cluster.SUPERUSER, "postgres"), autocommit=True) as connection:
        if connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone() == (False,):
            raise ServerProblem("另一个恢复正在进行：请等它结束", "another restore is going on: wait for its end")
        for name in (_NEW, _OLD):
            _drop(connection, name)
        yield connection


def _fill(server: Server, file: Path, connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Makes the new database from the file."""
    create = sql.SQL("CREATE DATABASE {} OWNER {}")
    connection.execute(create.format(sql.Identifier(_NEW), sql.Identifier(OWNER)))
    jobs = f"--jobs={min(os.cpu_count() or 1, 4)}"
    dsn = server.dsn(cluster.SUPERUSER, _NEW)
    done = _run(server, "pg_restore", "--exit-on-error", jobs, f"--dbname={dsn}", str(file.absolute()))
    if done.returncode:
        raise ServerProblem(
            f"{file}不能恢复：{_errors(done.stdout)}", f"{file} is not restored: {_errors(done.stdout)}"
        )


def _exchange(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """The new database takes the old one's name, or nothing happens."""
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    try:
        with connection.transaction():
            for old, new in ((cluster.DATABASE, _OLD), (_NEW, cluster.DATABASE)):
                connection.execute(rename.format(sql.Identifier(old), sql.Identifier(new)))
    except psycopg.errors.ObjectInUse as error:
        raise ServerProblem(
            "数据库正在使用：请先结束使用它的程序，再恢复",
            "the database is in use: end the programs that use it, then restore",
        ) from error
    _drop(connection, _OLD)


def _drop(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _rows(connection: psycopg.Connection[tuple[object, ...]], schema: str, table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))).fetchone()
    assert row and isinstance(row[0], int)
    return row[0]


def _count(lines: Iterator[bytes]) -> int:
    """Lines up to the end of a table's rows: each row is one."""
    count = 0
    for line in lines:
        if line == b"\\.\n":
            break
        count += 1
    return count


def _program(server: Server, name: str) -> Path:
    binaries = find(server.folder, account(server.folder), cluster.major(server.folder))
    if not (program := binaries.program(name)).exists():
        raise ServerProblem(
            f"{binaries.bin}中没有{name}：请用SHEBAO_PG_BIN指明完整的PostgreSQL {binaries.major}",
            f"{binaries.bin} has no {name}: name a complete PostgreSQL {binaries.major} in SHEBAO_PG_BIN",
        )
    return program


def _run(server: Server, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a client program as who asks: it reads and writes that user's files."""
    return subprocess.run(
        [_program(server, name), *arguments],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        umask=0o077,
    )


def _errors(said: str) -> str:
    """What a program found wrong; its other lines hold rows of the table."""
    errors = [line for line in said.splitlines() if "error:" in line]
    return "; ".join(errors[:3]) or "-"
