"""The server's processes, as the system knows them: a pid file alone proves nothing."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil

_GRACE = 3  # seconds for processes to end by themselves
_PATIENCE = 300  # seconds for the server to end: it writes down what is in its memory


def pid_file(folder: Path) -> tuple[int | None, Path | None]:
    """Process and folder of the socket, as the server wrote them; a killed server leaves them behind."""
    try:
        lines = (folder / "cluster" / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), Path(lines[4]) if len(lines) > 4 and lines[4] else None
    except (FileNotFoundError, ValueError, IndexError):
        return None, None


def postmaster(folder: Path) -> psutil.Process | None:
    """The server's first process.  A number that another program has by now is not it."""
    pid = pid_file(folder)[0]
    return next((process for process in _processes(folder) if process.pid == pid), None)


def end(folder: Path) -> bool:
    """Ends the server and all it started; false if it did not run."""
    master = postmaster(folder)
    if master is None:
        end_remains(folder)
        return False
    for how, patience in ((signal.SIGINT, _PATIENCE), (signal.SIGQUIT, _GRACE), (signal.SIGKILL, _GRACE)):
        with contextlib.suppress(psutil.NoSuchProcess):
            master.send_signal(how)
        if _wait(lambda: not _alive(master), patience):
            break
    end_remains(folder)
    return True


def end_remains(folder: Path) -> None:
    """Ends what a killed server left, and takes its pid file away, whose number another program may have by now.

    Nothing may work in the data when a new server starts: PostgreSQL itself looks for that in the same file.
    """
    for how in (signal.SIGQUIT, signal.SIGKILL):  # they end by themselves, unless busy with a long query
        if _wait(lambda: not _processes(folder), _GRACE):
            break
        for process in _processes(folder):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(how)
    if _wait(lambda: not _processes(folder), _GRACE):
        (folder / "cluster" / "postmaster.pid").unlink(missing_ok=True)


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


def _alive(process: psutil.Process) -> bool:
    """Still at work: a zombie, where nobody collects it, is not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _wait(done: Callable[[], bool], patience: float) -> bool:
    """Waits until something holds; false when it does not within the seconds given."""
    end_of_patience = time.monotonic() + patience
    while not done():
        if time.monotonic() > end_of_patience:
            return False
        time.sleep(0.02)
    return True
