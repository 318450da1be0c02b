"""The folders and files around the server.  What we make is private; what exists keeps its mode."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from shebao.database.account import Account, account
from shebao.database.problems import ServerProblem

if sys.platform != "win32":
    import fcntl

PORT = 5432  # only a part of the socket's name: nothing listens on the network
_SOCKET_PATH = 107 - len(f"/.s.PGSQL.{PORT}")  # bytes left for the folder of a socket


def data_folder(folder: Path) -> Account:
    """Makes the data folder, private to the server's user, and says who that is.  Raises ServerProblem."""
    if os.name != "posix":
        raise ServerProblem(
            "本系统不支持内置服务器：请在SHEBAO_DSN中指明PostgreSQL数据库",
            "the embedded server does not run on this system: name a PostgreSQL database in SHEBAO_DSN",
        )
    try:
        user = account(folder)
        for path in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
            with contextlib.suppress(FileExistsError):  # another start was faster
                path.mkdir(mode=0o700)
                user.own(path)
        inside = {path.name for path in folder.iterdir()}
    except PermissionError as error:
        raise no_entry(folder) from error
    if not inside:
        user.own(folder)
    elif not inside & {"lock", "cluster"}:
        raise ServerProblem(
            f"{folder}中有其他文件：请为数据库另选一个空文件夹（--data或SHEBAO_DATA）",
            f"{folder} holds other files: choose an empty folder for the database (--data or SHEBAO_DATA)",
        )
    if user.run(["/bin/sh", "-c", 'test -w "$1" && test -x "$1"', "sh", folder]).returncode:
        raise no_entry(folder)
    return user


def no_entry(folder: Path) -> ServerProblem:
    """The problem of a folder that the server's user cannot work in."""
    return ServerProblem(
        f"数据库服务器的用户进不了{folder}：请用--data或SHEBAO_DATA另选文件夹，不要放宽权限",
        f"the user of the database server cannot enter {folder}: choose another folder with --data or SHEBAO_DATA, "
        "and do not loosen its mode",
    )


def socket_folder(folder: Path, user: Account) -> Path:
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
    found = socket.lstat()  # whoever was there first in a folder open to all may not choose where we connect
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid or found.st_mode & 0o077:
        raise ServerProblem(
            f"{socket}不是服务器用户的私有文件夹：请删除它后再试",
            f"{socket} is not a private folder of the server's user: remove it and try again",
        )
    return socket


def write(path: Path, user: Account, text: str) -> None:
    """Writes a small file whole or not at all."""
    half = path.with_name(f"{path.name}.half")
    half.unlink(missing_ok=True)
    with os.fdopen(_open(half, os.O_WRONLY | os.O_EXCL), "w", encoding="utf-8") as file:
        file.write(text)
    user.own(half)
    half.replace(path)


@contextlib.contextmanager
def starting(folder: Path, user: Account) -> Iterator[None]:
    """One process at a time starts or stops the server; the lock of a killed one is free."""
    handle = _lock(folder / "lock", user)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def begin_use(folder: Path, user: Account) -> int:
    """Notes that this process uses the server, until it closes the handle that it gets, or ends in whatever way."""
    handle = _lock(folder / "users", user)
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def used(folder: Path, user: Account) -> bool:
    """Whether any process uses the server.  Asked by one at a time, inside `starting`."""
    handle = _lock(folder / "users", user)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _lock(path: Path, user: Account) -> int:
    try:
        handle = _open(path, os.O_RDWR | os.O_EXCL)
        user.own(path)
    except FileExistsError:
        handle = _open(path, os.O_RDWR)
    return handle


def _open(path: Path, flags: int) -> int:
    """A private file of ours.  Links are not followed: as root we write into a folder of another user."""
    return os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
