"""What is handed to the ledger and comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import NamedTuple

from shebao.ledger.models import Kind, Part


@dataclass(frozen=True)
class AccountKey:
    """Which account.

    chart: code of the chart of accounts; fund: code of ledger_fund (1 to 7 are the city's funds, as the insurances);
    place: where it is kept; owner: opaque, such as `person:123` or `organisation:45`, None for the fund's own.
    An owner has one account for a chart code, fund and part, wherever it is kept.
    """

    chart: int
    fund: int
    part: Part = Part.POOL
    place: str = "11"
    owner: str | None = None


class Leg(NamedTuple):
    """One posting: fen, debit positive, credit negative, never 0; fund is the account's."""

    account: int
    fund: int
    amount: int


@dataclass(frozen=True)
class Transaction:
    """A balanced movement of two or more legs, zero together and in each fund.

    key: made by the caller, the same whenever the same thing is posted again; never used for anything else.
    day: of the books.  across: touches several funds, balanced in each.  pending: reserves, is settled or voided later.
    reference: what it is about, shared with cases and the bank (a bill, an award, a line of a statement).
    """

    key: str
    kind: Kind
    day: date
    legs: Sequence[Leg]
    text: str = ""
    reference: str = ""
    across: bool = False
    pending: bool = False


class Outcome(Enum):
    """What became of a transaction."""

    POSTED = "posted"
    REPEATED = "repeated"  # it was there already, with the same content; nothing was done
    REFUSED = "refused"  # its key is burned


class Posted(NamedTuple):
    """A transaction as the ledger has it.  id: None when refused; reason: why it was."""

    key: str
    outcome: Outcome
    id: int | None
    reason: str = ""


class Refused(Exception):
    """The ledger does not take a transaction.  key: which one; reason: in Chinese and English, with the remedy."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}" if key else reason)
        self.key, self.reason = key, reason
