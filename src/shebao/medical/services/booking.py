"""What the ledger is told of bills; the room's only way to it.

    settlement  each fund: 医疗待遇支出 to 暂收款, what is owed to the institutions of the place
                of the account: the person's account to 暂收款 of the fund's personal part
    reversal    the same with opposite signs

One transaction for each settlement, of which it is the reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from shebao.access.acting import Act
from shebao.law.insurance.contributions.facts import Insurance
from shebao.ledger import services as ledger
from shebao.ledger.models import Kind, Part
from shebao.medical.codes import RESIDENT
from shebao.medical.models.settling import FUNDS
from shebao.medical.services.rows import Institution, Settlement

EXPENDITURE, PAYABLE, ACCOUNT = 502, 201, 303
LARGE, SUPPLEMENT, CATASTROPHIC, ASSISTANCE = 10, 11, 12, 13  # funds beside those of the insurances
FUND_OF: Mapping[str, int] = {
    "large": LARGE,
    "supplement": SUPPLEMENT,
    "catastrophic": CATASTROPHIC,
    "assistance": ASSISTANCE,
}

Key = tuple[int, int, int, str, str | None]  # chart, fund, part, place, owner


@dataclass
class Accounts:
    """The funds' own accounts as far as they are known.  Those made by an act are kept once it is committed."""

    known: dict[Key, int] = field(default_factory=dict)
    made: dict[Key, int] = field(default_factory=dict)

    def ids(self, act: Act, keys: Sequence[Key]) -> list[int]:
        """The accounts of keys, in order."""
        unknown = sorted({key for key in keys if key not in self.known and key not in self.made}, key=repr)
        if unknown:
            chart, fund, part, place, owner = zip(*unknown, strict=True)
            found = ledger.account_columns(
                act,
                pa.table(
                    {
                        "chart": pa.array(chart, pa.int16()),
                        "fund": pa.array(fund, pa.int16()),
                        "part": pa.array(part, pa.int16()),
                        "place": pa.array(place, pa.string()),
                        "owner": pa.array(owner, pa.string()),
                    }
                ),
            )
            self.made.update(zip(unknown, found.tolist(), strict=True))
        return [self.known.get(key) or self.made[key] for key in keys]

    def committed(self) -> None:
        """The act is kept: so are its accounts, but for those of persons, who are many."""
        self.known.update((key, number) for key, number in self.made.items() if key[4] is None)
        self.made.clear()

    def undone(self) -> None:
        """The act is not kept."""
        self.made.clear()


def pool_of(settlement: Settlement) -> int:
    """The fund of the scheme's pool."""
    return int(Insurance.RESIDENT_MEDICAL if settlement.insutype == RESIDENT else Insurance.MEDICAL)


def post(
    act: Act, accounts: Accounts, settlements: Sequence[Settlement], institutions: Mapping[int, Institution], day: date
) -> None:
    """Books settlements and reversals.  Raises ledger.Refused."""
    keys: list[Key] = []
    header: list[int] = []
    amounts: list[int] = []
    posted: list[Settlement] = []
    for settlement in settlements:
        legs = _legs(settlement, institutions[settlement.institution_id].place)
        if legs:
            keys += [key for key, _ in legs]
            amounts += [amount for _, amount in legs]
            header += [len(posted)] * len(legs)
            posted.append(settlement)
    if not posted:
        return
    headers = pa.table(
        {
            "key": pa.array([f"settlement:{s.id}" for s in posted], pa.string()),
            "kind": np.full(len(posted), Kind.BENEFIT, np.int16),
            "day": pa.array([day] * len(posted), pa.date32()),
            "reference": pa.array([str(s.reverses_id or s.id) for s in posted], pa.string()),
            "across": np.full(len(posted), True),
        }
    )
    legs_table: dict[str, Any] = {
        "header": np.asarray(header, np.int64),
        "account": np.asarray(accounts.ids(act, keys), np.int64),
        "fund": np.asarray([key[1] for key in keys], np.int16),
        "amount": np.asarray(amounts, np.int64),
    }
    ledger.post_columns(act, headers, pa.table(legs_table))


def _legs(settlement: Settlement, place: str) -> list[tuple[Key, int]]:
    """The legs of a settlement; none where nobody but the patient pays."""
    legs: list[tuple[Key, int]] = []
    for name in FUNDS:
        if amount := getattr(settlement, name):
            fund = FUND_OF.get(name) or pool_of(settlement)
            legs.append(((EXPENDITURE, fund, int(Part.POOL), place, None), amount))
            legs.append(((PAYABLE, fund, int(Part.POOL), place, None), -amount))
    if settlement.account:
        fund = int(Insurance.MEDICAL)
        owner = f"person:{settlement.person_id}"
        legs.append(((ACCOUNT, fund, int(Part.PERSONAL), place, owner), settlement.account))
        legs.append(((PAYABLE, fund, int(Part.PERSONAL), place, None), -settlement.account))
    return legs
