"""The facts of a block of people, by the name of the law's input."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from shebao.samplecity.draws import Flags, Ints


@dataclass(frozen=True)
class Cells:
    """values: shape (people,); known: False where the cell is empty."""

    values: Ints
    known: Flags


@dataclass(frozen=True)
class Rows:
    """One column of a history.

    counts: rows of each person; values: all rows, person after person; known: as in Cells.
    """

    counts: Ints
    values: Ints
    known: Flags


class Facts:
    """What is known of people."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.cells: dict[str, Cells] = {}
        self.rows: dict[str, Rows] = {}

    def put(self, name: str, values: Ints | Flags | int, where: Flags | None = None) -> None:
        """A fact of each person, or of those for whom `where` is true."""
        column = np.broadcast_to(np.asarray(values, np.int64), (self.count,)).copy()
        self.cells[name] = Cells(column, np.ones(self.count, np.bool_) if where is None else where.copy())

    def put_history(self, history: str, counts: Ints, columns: dict[str, Ints]) -> None:
        """A history: its columns by their name inside it, with the rows of one person after those of another."""
        for name, values in columns.items():
            self.rows[f"{history}_{name}"] = Rows(counts, values, np.ones(len(values), np.bool_))

    def forget(self, name: str, where: Flags) -> None:
        """Empties cells."""
        cells = self.cells[name]
        self.cells[name] = replace(cells, known=cells.known & ~where)
