"""Compiles once in a fresh process and tells where the time went.  compile_by_shebao.py law|N CACHE FOLDER sure|every

law: all variables of the whole law; N: so many generated rules.  sure: the code for days whose own figures are all
certain; every: the code that tests each figure where it is read.  A filled cache gives the time of a second process.
"""

from __future__ import annotations

import time

started = time.perf_counter()

import json  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import shebao.rules.kernel as kernels  # noqa: E402
from shebao.rules.compile import Program  # noqa: E402
from shebao.rules.law import Law  # noqa: E402

imported = time.perf_counter()
spent: dict[str, float] = {}


def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapper(*arguments: Any, **named: Any) -> Any:
        start = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            spent[name] = spent.get(name, 0.0) + time.perf_counter() - start

    return wrapper


def main(which: str, cache: Path, folder: Path, sure: bool) -> None:
    start = time.perf_counter()
    if which == "law":
        law = Law.load("shebao.law")
        want = list(law.variables)
    else:
        import generated
        import numpy as np
        from by_shebao import generated_law

        start = time.perf_counter()
        law = generated_law(int(which), np.load(folder / "figures.npy"), folder)
        want = generated.wanted(int(which))
    loaded = time.perf_counter()
    plan = law.plan(want)
    planned = time.perf_counter()
    Program.run = timed("front", Program.run)  # type: ignore[method-assign]
    kernels.machine_code = timed("llvm", kernels.machine_code)
    kernels._link = timed("link", kernels._link)
    kernel = kernels.Kernel(plan, cache)
    made = time.perf_counter()
    variant = kernel.variant(sure)
    done = time.perf_counter()
    told = {
        "import": imported - started,
        "load": loaded - start,
        "plan": planned - loaded,
        "kernel": done - made,
        **spent,
        "rules": len(plan.rules),
        "variables": len(plan.order),
        "checks": len(variant.program.checks),
        "object_kb": sum(path.stat().st_size for path in cache.glob("*.o")) // 1024,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4] == "sure")
