"""Why a message is refused, and where in it the fault is."""

from __future__ import annotations

LONGEST = 200  # characters of err_msg


class Refused(Exception):
    """A message cannot be taken; nothing of it is to be kept.

    zh, en: the fault with its remedy.  node: the node's name, with a path and rows where nodes stand in nodes
    (`data/patient_dtos[1]/fsi_encounter_dtos`), "" for the envelope.  row: from 1, None where the node is no list.
    """

    infcode = -1

    def __init__(self, zh: str, en: str, node: str = "", row: int | None = None, field: str = "") -> None:
        self.zh, self.en, self.node, self.row, self.field = zh, en, node, row, field
        super().__init__(zh, en, node, row, field)

    @property
    def err_msg(self) -> str:
        """`节点[feedetail]第2行字段[cnt]不能为空`, cut to the length that the interface allows."""
        node = f"节点[{self.node}]" if self.node else ""
        row = f"第{self.row}行" if self.row is not None else ""
        field = f"字段[{self.field}]" if self.field else ""
        return f"{node}{row}{field}{self.zh}"[:LONGEST]

    def __str__(self) -> str:
        parts = [self.node if self.row is None else f"{self.node}[{self.row}]", self.field]
        place = ".".join(part for part in parts if part)
        return f"{self.err_msg} / {place}{': ' if place else ''}{self.en}"

    def inside(self, node: str, row: int | None) -> Refused:
        """The same fault, seen from the node that it, or its node, stands in."""
        if not node:
            return self
        if not self.node:
            return Refused(self.zh, self.en, node, row, self.field)
        outer = node if row is None else f"{node}[{row}]"
        return Refused(self.zh, self.en, f"{outer}/{self.node}", self.row, self.field)
