"""Generated rules in NumPy, an array for each variable, as engines over vectors hold them.

generated_by_numpy.py N FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import generated

import data
from worker import Engine, serve


def main(count: int, folder: Path) -> None:
    columns = data.load(folder)
    figures = columns.pop("figures")
    given = {**columns, **{f"p{k}": value for k, value in enumerate(figures)}}
    space: dict[str, Any] = {}
    exec(compile(generated.numpy_text(count), f"<{count} rules>", "exec"), space)

    def run(_: object) -> dict[str, Any]:
        values = dict(given)
        space["law"](values)
        return values

    wanted = generated.wanted(count)
    serve({"NumPy, an array per variable": Engine(run, lambda values: {name: values[name] for name in wanted})})


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
