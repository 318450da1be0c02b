"""Where the benchmarks keep what is not the project's: the peers' virtual environments, and data sets.

SHEBAO_BENCH names the folder; by default it is in the user's cache.  Nothing of it is needed by the project.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import data

PINS = {
    "peers": (
        "numba==0.68.1",
        "numpy==2.4.6",
        "polars==2.1.0",
        "pyarrow==26.0.1",
        "duckdb==2.0.0",
        "jax[cpu]==0.10.2",
        "ttsim-backend==1.3.2",
        "pyyaml==6.0.3",
    ),
    "openfisca": ("openfisca-core==46.0.1", "numpy==2.4.6"),
}


def folder() -> Path:
    given = os.environ.get("SHEBAO_BENCH")
    base = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser()
    return Path(given) if given else base / "shebao-bench"


def python(name: str) -> Path:
    """The interpreter of a virtual environment of peers, which is made when it is not there.  Raises OSError."""
    pins = PINS[name]
    place = folder() / f"{name}-{_short(repr(pins).encode())}"
    interpreter = place / "bin" / "python"
    if not (place / "complete").exists():
        shutil.rmtree(place, ignore_errors=True)
        try:
            subprocess.run([sys.executable, "-m", "venv", place], check=True, capture_output=True)
            install = [interpreter, "-m", "pip", "install", "--quiet", *pins]
            subprocess.run(install, check=True, capture_output=True)
        except subprocess.CalledProcessError as error:
            told = error.stderr.decode(errors="replace").strip().splitlines()
            raise OSError(f"{name}: {told[-1] if told else error}") from error
        (place / "complete").touch()
    return interpreter


def data_set(work: str, rows: int) -> Path:
    """The folder of a workload's data, made when it is not there."""
    version = _short(Path(data.__file__).read_bytes())
    place = folder() / f"{work}-{rows}-{version}"
    if not (place / "complete").exists():
        for old in folder().glob(f"{work}-{rows}-*"):
            shutil.rmtree(old, ignore_errors=True)
        # in a process of its own, whose memory ends with it
        subprocess.run([sys.executable, data.__file__, work, str(rows), place], check=True)
        (place / "complete").touch()
    return place


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:10]
