"""Runs the benchmarks and writes RESULTS.md and CHECKS.md beside this file: run.py [PART ...|report] [--quick]

Each part runs in a process of its own; one that fails is told and the others go on.  What was found is kept in the
benchmarks' folder (environments.py), so parts may be run on different days; with --quick, sizes are small and the
reports are written there too.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "src"))

import llvmlite  # noqa: E402  (the project's own come from src)
import llvmlite.binding  # noqa: E402
import numpy  # noqa: E402
import pyarrow  # noqa: E402

import environments  # noqa: E402
import report  # noqa: E402
from parts import PARTS  # noqa: E402

PATIENCE = 1500  # seconds for one part


def machine() -> dict[str, Any]:
    """What the figures depend on besides the code."""
    processor = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return {
        "when": datetime.date.today().isoformat(),
        "processors": os.cpu_count(),
        "processor": processor,
        "memory_gb": round(memory / 2**20),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "llvmlite": llvmlite.__version__,
        "llvm": ".".join(map(str, llvmlite.binding.llvm_version_info)),
        "numpy": numpy.__version__,
        "pyarrow": pyarrow.__version__,
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def run(part: str, quick: bool) -> dict[str, Any]:
    """What a part found, and what the machine was doing before; {} with the failure told when there is nothing."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="shebao-bench-") as folder:
        out = Path(folder) / "found.json"
        command = [sys.executable, str(HERE / "parts.py"), part, str(out), *(["quick"] if quick else [])]
        try:
            subprocess.run(command, check=True, timeout=PATIENCE)
            found: dict[str, Any] = json.loads(out.read_text("utf8"))
        except (subprocess.SubprocessError, OSError, ValueError) as error:
            print(f"{part}: {error}", flush=True)
            return {}
    for failure in found.get("failures", ()):
        print(f"{part}: {failure}", flush=True)
    return {**found, "load": load}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["all"], metavar="PART", help=f"all, {', '.join(PARTS)}, or report")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that everything works")
    asked = parser.parse_args()
    unknown = set(asked.parts) - {*PARTS, "all", "report"}
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: the parts are all, {', '.join(PARTS)}")
    folder = environments.folder()
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / ("quick.json" if asked.quick else "results.json")
    found: dict[str, Any] = json.loads(kept.read_text("utf8")) if kept.exists() else {}
    for part in PARTS if "all" in asked.parts else [p for p in asked.parts if p in PARTS]:
        start = time.perf_counter()
        if one := run(part, asked.quick):
            found = {**found, part: one, "machine": machine()}
            kept.write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf8")
        print(f"{part}: {time.perf_counter() - start:.0f} s", flush=True)
    out = folder if asked.quick else HERE
    if "machine" in found:
        (out / "RESULTS.md").write_text(report.results(found), "utf8")
    if "law" in found.get("checks", {}):
        (out / "CHECKS.md").write_text(report.checks(found["checks"]), "utf8")


if __name__ == "__main__":
    main()
