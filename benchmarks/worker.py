"""An engine's side of a session: it gets its data ready once, then runs when it is told to.

Orders come as lines of JSON on standard input, answers go out as lines of JSON; what libraries print goes to the
errors.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from data import Columns, save


@dataclass
class Engine:
    """One way to compute a workload.

    run: what is timed, given what `prepare` made.  prepare: before each run, not timed.  result: from what `run`
    returned, the outputs as whole numbers, by name.
    """

    run: Callable[[Any], Any]
    result: Callable[[Any], Columns]
    prepare: Callable[[], Any] = field(default=lambda: None)


def peak_mb() -> int:
    """The most memory that this process had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def serve(engines: dict[str, Engine], facts: dict[str, Any] | None = None) -> None:
    """Answers orders until the input ends.  facts: told once, beside the names of the engines."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(**content: Any) -> None:
        answers.write(json.dumps(content) + "\n")
        answers.flush()

    last: dict[str, Any] = {}
    answer(engines=list(engines), base_mb=peak_mb(), facts=facts or {})
    for line in sys.stdin:
        order = json.loads(line)
        engine = engines[order["engine"]]
        if order["do"] == "run":
            last.pop(order["engine"], None)
            given = engine.prepare()
            gc.collect()
            start, busy = time.perf_counter(), time.process_time()
            last[order["engine"]] = engine.run(given)
            answer(seconds=time.perf_counter() - start, cpu=time.process_time() - busy, peak_mb=peak_mb())
        elif order["do"] == "result":
            try:
                outputs = engine.result(last[order["engine"]])
            except Exception as error:  # told, so that the other engines of this process go on
                answer(failed=f"{type(error).__name__}: {error}")
                continue
            save(Path(order["folder"]), {name: np.asarray(column) for name, column in outputs.items()})
            answer(outputs=list(outputs))
