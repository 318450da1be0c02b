"""The law book as files that the site shows: written once for a law, by a process of its own."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from shebao.law import the_law
from shebao.rules.book import build
from shebao.rules.kernel import cache_folder


def folder() -> Path:
    """Where the book of this law is kept, or will be: beside the compiled rules."""
    return cache_folder() / f"book-{the_law().fingerprint}"


def write_book() -> None:
    """Writes the book, where it is not written yet; another process may do the same."""
    if not folder().exists():
        with tempfile.TemporaryDirectory(dir=folder().parent) as made:
            build(the_law(), Path(made) / "book")
            with contextlib.suppress(OSError):  # the other was sooner
                (Path(made) / "book").rename(folder())


if __name__ == "__main__":
    write_book()
