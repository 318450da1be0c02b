"""As which of the system's users the server runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shebao.database.problems import ServerProblem


def environment() -> dict[str, str]:
    """The environment of PostgreSQL's programs: PG* would point them elsewhere; their messages are read by us."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C.UTF-8"}


@dataclass(frozen=True)
class Account:
    """The system's user that the server runs as.  PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    def run(self, command: Sequence[str | Path], cwd: Path = Path("/")) -> subprocess.CompletedProcess[str]:
        """Runs a program as this user, out of reach of other users' settings; what it prints is in the result.

        Raises OSError where this user cannot run it.
        """
        other = self.uid != os.geteuid()
        return subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            umask=0o077,
            user=self.uid if other else None,
            group=self.gid if other else None,
            extra_groups=[] if other else None,
        )

    def own(self, path: Path) -> None:
        """Gives a file that we made to this user."""
        if self.uid != os.geteuid():
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def account(folder: Path) -> Account:
    """Who runs the server of a data folder: whoever asks, and for root the folder's owner, else postgres or nobody."""
    import pwd

    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if folder.exists() and (owner := folder.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise ServerProblem(
        "PostgreSQL不能以root身份运行，本机又没有postgres或nobody用户：请以普通用户运行，或设置SHEBAO_DSN",
        "PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody: run as another "
        "user, or set SHEBAO_DSN",
    )
