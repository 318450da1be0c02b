"""What the reader of a file finds wrong: counted, the first shown, all in a report that grows as they are found."""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from shebao.files.columns import Batch, Column
from shebao.files.people import read_batches
from shebao.files.problems import FileRefused, Problem, write_problems
from shebao.rules import assess
from shebao.rules.columns import refused_rows
from shebao.rules.graph import Plan

SHOWN = 12
_ELEMENT = re.compile(r"(\w+)\[\d+\](?:\.(\w+))?")


class Faults:
    """The problems of one file; a context manager, so that the report is whole when it ends.

    found: problems that refused something.  warnings: others.  first: some of them.  report: file for all, or None.
    """

    def __init__(self, report: Path | None) -> None:
        self.found = self.warnings = 0
        self.first: list[Problem] = []
        self.report = report
        self._queue: queue.SimpleQueue[Problem | None] = queue.SimpleQueue()
        self._error: OSError | None = None
        self._writer = threading.Thread(target=self._write) if report else None

    def __enter__(self) -> Faults:
        if self._writer:
            self._writer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if isinstance(error, FileRefused):
            self.add(error.problems)
        if self._writer:
            self._queue.put(None)
            self._writer.join()
            if self._error and error is None:
                raise self._error

    def _write(self) -> None:
        assert self.report is not None
        try:
            write_problems(self.report, iter(self._queue.get, None))
        except OSError as error:
            self._error = error

    def add(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            self.warnings += problem.warning
            self.found += not problem.warning
            if len(self.first) < SHOWN:
                self.first.append(problem)
            if self._writer:
                self._queue.put(problem)

    def batches(
        self, path: Path, plan: Plan, columns: Sequence[Column], known: Sequence[str]
    ) -> Iterator[assess.Batch]:
        """The batches of the file, with a status for each row that has a fault."""
        for batch in read_batches(path, columns, keys=plan.groups, known=known):
            self.add(batch.problems)
            if not batch.refused.any():
                yield assess.Batch(batch.table)
                continue
            named = _columns_at_fault(batch, plan)
            rows = ((k, named.get(k, "")) for k, bad in enumerate(batch.refused.tolist()) if bad)
            yield assess.Batch(batch.table, refused_rows(plan, len(batch.rows), rows))


def _columns_at_fault(batch: Batch, plan: Plan) -> dict[int, str]:
    """The first faulty column of each row, by its index; of a history in general its first column in the plan."""
    index = {row: k for k, row in enumerate(batch.rows.tolist())}
    named: dict[int, str] = {}
    for problem in batch.problems:
        k = index.get(problem.row) if problem.row is not None else None
        if k is not None and not problem.warning:
            element = _ELEMENT.fullmatch(problem.field)
            name = f"{element[1]}_{element[2]}" if element and element[2] else problem.field
            if name not in plan.inputs:
                history = element[1] if element else problem.field
                name = next((n for n in plan.inputs if plan.law.inputs[n].history == history), name)
            named.setdefault(k, name)
    return named
