"""What is wrong with a file, where, and what to do about it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """One fault of a file.

    row: as a spreadsheet counts, the header being row 1 (files without a header start at 1); None for the whole file.
    rows: how many rows from `row` on share the fault.  field: the column; in a history `contributions[3].base`.
    found: what stands there.  zh, en: the fault with its remedy.  warning: nothing was refused because of it.
    """

    file: str
    zh: str
    en: str
    row: int | None = None
    rows: int = 1
    person_id: str | int | None = None
    field: str = ""
    found: str = ""
    warning: bool = False

    @property
    def place(self) -> str:
        """`people.csv:17 (person 42) birth_day`, as far as known."""
        parts = [self.file]
        if self.row is not None:
            parts[0] += f":{self.row}" if self.rows == 1 else f":{self.row}-{self.row + self.rows - 1}"
        if self.person_id is not None:
            parts.append(f"({self.person_id})")
        return " ".join([*parts, self.field] if self.field else parts)

    def __str__(self) -> str:
        found = f" [{self.found}]" if self.found else ""
        return f"{self.place}{found}: {self.zh} / {self.en}"


class FileRefused(Exception):
    """Nothing of a file can be used.  `problems` says why, the first being the reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


def write_problems(path: str | Path, problems: Iterable[Problem]) -> int:
    """Writes a report and returns how many problems it has: a list for .json, a line each for .jsonl, else CSV.

    Columns: file, row, rows, person_id, field, found, zh, en, warning.  The problems may be a stream.
    """
    path = Path(path)
    count = 0
    if path.suffix in (".json", ".jsonl"):
        before, between, after = ("[\n", ",\n", "\n]\n") if path.suffix == ".json" else ("", "\n", "\n")
        with path.open("w", encoding="utf-8") as text:
            text.write(before)
            for count, problem in enumerate(problems, 1):
                text.write((between if count > 1 else "") + json.dumps(asdict(problem), ensure_ascii=False))
            text.write(after if count or before else "")
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as table:
            writer = csv.DictWriter(table, [f.name for f in fields(Problem)])
            writer.writeheader()
            for problem in problems:
                count += 1
                writer.writerow({name: _cell(value) for name, value in asdict(problem).items()})
    return count


def _cell(value: object) -> object:
    """A text that a spreadsheet would run as a formula is kept a text."""
    risky = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if risky and not re.fullmatch(r"-?[0-9.,]+", str(value)) else value
