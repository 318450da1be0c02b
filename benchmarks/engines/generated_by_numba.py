"""Generated rules pasted into one loop for Numba, the way that compiles fastest.

generated_by_numba.py N FOLDER [compile]

compile: only tells the seconds of the first call.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import generated
import numpy as np

import data
from data import Columns
from worker import Engine, peak_mb, serve


def load(count: int) -> Any:
    """The module; Numba wants its functions to stand in a file."""
    with tempfile.TemporaryDirectory(prefix="shebao-bench-") as folder:
        path = Path(folder) / "pasted.py"
        path.write_text(generated.numba_text(count))
        spec = importlib.util.spec_from_file_location("pasted", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return module


def main(count: int, folder: Path, only_compile: bool) -> None:
    import numba  # its import is not what is timed

    columns = data.load(folder)
    figures = columns.pop("figures")
    x = np.array([columns[f"x{k}"] for k in range(data.GENERATED_INPUTS)])
    wanted = generated.wanted(count)
    start = time.perf_counter()
    module = load(count)
    module.law(np.ascontiguousarray(x[:, :64]), figures, np.zeros((len(wanted), 64), np.int64))
    seconds = time.perf_counter() - start
    if only_compile:
        print(json.dumps({"seconds": seconds, "peak_mb": peak_mb(), "numba": numba.__version__}))
        return

    def run(_: object) -> Any:
        out = np.empty((len(wanted), x.shape[1]), np.int64)
        module.law(x, figures, out)
        return out

    def result(out: Any) -> Columns:
        return dict(zip(wanted, out, strict=True))

    serve({"Numba, pasted, 2 threads": Engine(run, result)}, {"compile": seconds})


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), "compile" in sys.argv)
