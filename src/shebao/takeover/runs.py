"""A takeover or its rehearsal, each in one act."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from shebao.access.acting import acting
from shebao.files.problems import FileRefused, Problem
from shebao.takeover.reading import open_folder
from shebao.takeover.services import Progress, State, TakenOver, take_over


class _GivenUp(Exception):
    """Ends the act, so that nothing of it is kept."""


def run(
    actor_id: int,
    path: Path,
    report: Path,
    *,
    source: str = "",
    as_of: date | None = None,
    rehearse: bool = False,
    progress: Progress | None = None,
) -> TakenOver:
    """Takes over the files of a folder, whole or not at all; a rehearsal does the same and keeps nothing.

    source, as_of: as in the control file when not given.  report: where the faults are written, by row (.csv, .json,
    .jsonl).  Raises FileRefused when the folder as a whole cannot be used, NotAllowed.
    """
    folder = open_folder(path)
    source = source or folder.control.source or path.resolve().name
    day = as_of or folder.control.as_of
    if day is None:
        said = (
            "没有写明接管日期，请在control文件中写as_of，或用--as-of",
            "does not say of which day the records are; write as_of in the control file, or give --as-of",
        )
        raise FileRefused([Problem(path.name, *said, field="as_of")])
    if ":" in source:
        raise FileRefused(
            [Problem(path.name, "来源名称不能含冒号", "has a source with a colon in its name", field="source")]
        )
    found: TakenOver | None = None
    try:
        with acting(actor_id, "takeover.load") as act:
            found = take_over(act, folder, source, day, report, progress)
            if rehearse or found.state is State.REFUSED:
                raise _GivenUp
    except _GivenUp:
        pass
    assert found is not None
    return replace(found, state=State.REHEARSED) if rehearse and found.state is State.LOADED else found
