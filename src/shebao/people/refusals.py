"""What a record does not take."""

from __future__ import annotations


class Refused(Exception):
    """Nothing was written; says why and what to do, in two languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en
