"""The columns that a law's inputs are in a file."""

from __future__ import annotations

from collections.abc import Iterable

from shebao.files.columns import Column
from shebao.rules.declare import Input, Missing


def columns_of(inputs: Iterable[Input]) -> list[Column]:
    """The column of each input, in their order."""
    return [
        Column(
            given.name,
            given.form,
            given.kind,
            given.history,
            given.low,
            given.high,
            given.missing.value if isinstance(given.missing, Missing) else given.missing,
            given.zh,
            given.max_length,
        )
        for given in inputs
    ]
