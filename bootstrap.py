#!/usr/bin/env python3
"""Sets up shebao in .venv beside this file and runs one job.  Needs Python 3.11 or newer and pip, no root.

    python3 bootstrap.py demo                   install; a city of 20,000 invented people, a month of collection
    python3 bootstrap.py test                   install with every extra; run every check and test
    python3 bootstrap.py install [EXTRA ...]    only install, with the named extras: spark, test, all

Every package comes from requirements.lock, by hash.  The environment is made anew when the lock has changed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "shebao-installed"

TEST = [
    ["ruff", "check", "."],
    ["ruff", "format", "--check", "."],
    ["mypy"],
    ["lint-imports"],
    ["python", "tools/glossary.py", "--check"],
    ["pytest", "-n", "2"],
]
# Run once more on the oldest PostgreSQL that is supported, where this machine has it.
OLD_SERVER = Path("/usr/lib/postgresql/15/bin")
_ROOMS = ("access", "database", "people", "ledger", "contributions", "assessment", "cases", "medical", "takeover")
ON_A_SERVER = [f"tests/{room}" for room in _ROOMS]
ON_A_SERVER += ["--ignore-glob=tests/people/test_linkage*"]  # it asks no server


def run(*command: str | Path, **environment: str) -> None:
    """Runs a command in the project's folder; ends this script with the command's status if it fails."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=os.environ | environment)
    if done.returncode:
        sys.exit(f"failed with status {done.returncode}: {' '.join(map(str, command))}")


def step(*command: str, **environment: str) -> None:
    """Shows and runs a command of the environment."""
    program = BIN / command[0]
    given = [f"{name}={value}" for name, value in environment.items()]
    print(f"\n$ {' '.join([*given, str(program.relative_to(ROOT)), *command[1:]])}", flush=True)
    run(program, *command[1:], **environment)


def names(requirements: list[str]) -> list[str]:
    """The packages' names and extras alone: their versions and hashes stand in the lock."""
    return [re.split(r"[^][A-Za-z0-9._-]", text, maxsplit=1)[0] for text in requirements]


def wanted(extras: list[str]) -> tuple[list[str], list[str]]:
    """Names of what the installation itself needs, and of the package's dependencies with these extras."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    optional = {key: value for key, value in project["project"]["optional-dependencies"].items() if key != "all"}
    unknown = set(extras) - set(optional) - {"all"}
    if unknown:
        sys.exit(f"no extra named {', '.join(sorted(unknown))}; there are: {', '.join(optional)}, all")
    chosen = list(optional) if "all" in extras else extras
    packages = project["project"]["dependencies"] + [text for extra in chosen for text in optional[extra]]
    return names(project["dependency-groups"]["install"]), names(packages)


def pip(*arguments: str) -> None:
    """pip of the environment, told to take only files whose hash stands in the lock."""
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)


def make_venv() -> None:
    """An environment with the lock's pip.  Where Python came without ensurepip, the system's pip fills it."""
    pinned = re.search(r"^pip==.*?(?=^\S)", LOCK.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert pinned, "requirements.lock holds no pip"
    if VENV.exists() and not STAMP.exists():
        sys.exit(f"{VENV} was made by something else: move it away first")
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir()
    STAMP.touch()  # ours, from the first moment: an interrupted run may be repeated
    pip_alone = VENV / "pip.txt"  # an older pip takes hashes from a requirements file only, not from constraints
    pip_alone.write_text(pinned.group(), encoding="utf-8")
    by_hash = ["--require-hashes", "--requirement", str(pip_alone)]
    if importlib.util.find_spec("ensurepip"):
        run(sys.executable, "-m", "venv", VENV)
        pip("--upgrade", *by_hash)
    elif importlib.util.find_spec("pip"):
        run(sys.executable, "-m", "venv", "--without-pip", VENV)
        run(sys.executable, "-m", "pip", "--quiet", "--python", PYTHON, "install", *by_hash)
    else:
        sys.exit("This Python has neither ensurepip nor pip. On Debian: apt install python3-venv, or python3-pip.")


def install(extras: list[str]) -> None:
    """Makes .venv hold what the lock says for these extras, and shebao itself from this folder."""
    tools, packages = wanted(extras)
    files = LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    made_from = hashlib.sha256(sys.version.encode() + files).hexdigest()
    stamp = STAMP.read_text().split() if STAMP.exists() else []
    if stamp[:1] == [made_from] and set(packages) <= set(stamp):
        return
    print(f"Installing {len(packages)} packages and what they need into {VENV} ...", flush=True)
    by_hash = ["--require-hashes", "--constraint", str(LOCK)]
    if stamp[:1] != [made_from]:
        make_venv()
        pip(*by_hash, *tools)
    pip(*by_hash, "--no-build-isolation", *packages)
    pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    STAMP.write_text("\n".join([made_from, *packages]) + "\n")


def chromium() -> dict[str, str]:
    """Where the browser tests find Chromium: the machine's, or Debian's packages unpacked into .venv, without root."""
    if os.environ.get("SHEBAO_CHROMIUM"):
        return {}
    if shutil.which("chromium"):
        return {"SHEBAO_CHROMIUM": str(shutil.which("chromium"))}
    root = VENV / "browser"
    program = root / "usr/lib/chromium/chromium"
    if not program.exists():
        _unpack(root, "chromium", "fonts-noto-cjk")
    found = [file.parent for folder in ("lib", "usr/lib") for file in (root / folder).glob("**/*.so*")]
    libraries = sorted({str(folder) for folder in (*found, program.parent)})
    fonts = root / "fonts.conf"
    folders = f"<dir>{root}/usr/share/fonts</dir><cachedir>{root}/fonts</cachedir>"
    fonts.write_text(f"<fontconfig>{folders}</fontconfig>\n", encoding="utf-8")
    wrapper = root / "chromium"
    wrapper.write_text(
        f'#!/bin/sh\nexport LD_LIBRARY_PATH="{":".join(libraries)}" FONTCONFIG_FILE="{fonts}"\nexec "{program}" "$@"\n'
    )
    wrapper.chmod(0o755)
    return {"SHEBAO_CHROMIUM": str(wrapper)}


def _unpack(root: Path, *packages: str) -> None:
    """Fetches Debian packages, and what they need that the machine has not, with apt's own checks, and unpacks them."""
    if not shutil.which("apt-get"):
        sys.exit("The browser tests need Chromium: install it, or name it in SHEBAO_CHROMIUM.")
    print(f"Fetching Chromium from the machine's Debian mirror into {root} ...", flush=True)
    shutil.rmtree(root, ignore_errors=True)
    lists, cache = root / "lists", root / "cache"
    for folder in (lists / "partial", cache / "archives/partial"):
        folder.mkdir(parents=True)
    apt = [
        "apt-get",
        "-qq",
        "-o",
        f"Dir::State::lists={lists}",
        "-o",
        f"Dir::Cache={cache}",
        "-o",
        "Debug::NoLocking=1",
    ]
    apt += ["-o", "APT::Sandbox::User=", "-o", "APT::Install-Recommends=0"]
    run(*apt, "update")
    planned = subprocess.run([*apt, "-s", "install", *packages], capture_output=True, text=True, check=True).stdout
    names = [line.split()[1] for line in planned.splitlines() if line.startswith("Inst ")]
    subprocess.run([*apt, "download", *names], cwd=cache, check=True)
    for file in sorted(cache.glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", str(file), str(root)], check=True)
    for folder in (lists, cache):
        shutil.rmtree(folder)


def main(arguments: list[str]) -> None:
    job, extras = (arguments or ["help"])[0], arguments[1:]
    if job not in ("demo", "test", "install") or (extras and job != "install"):
        sys.exit(__doc__)
    if sys.version_info < (3, 11):  # noqa: UP036 (whoever has an older one shall be told)
        sys.exit(f"shebao needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    install(["all"] if job == "test" else extras)
    if job == "install":
        print(f"Installed. The command is {BIN / 'shebao'}")
    elif job == "demo":
        step("shebao", "demo")
    else:
        browser = chromium()
        for command in TEST:
            step(*command, **browser)
        if (OLD_SERVER / "initdb").exists():
            step("pytest", "-n", "2", *ON_A_SERVER, SHEBAO_PG_BIN=str(OLD_SERVER))


if __name__ == "__main__":
    main(sys.argv[1:])
