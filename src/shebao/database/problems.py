"""What keeps the database from working, with the remedy."""

from __future__ import annotations


class ServerProblem(Exception):
    """PostgreSQL cannot be started, reached, backed up or restored: what was found and what to do, in two languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en
