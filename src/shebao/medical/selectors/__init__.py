"""The reads of medical care, for the pages and the API; each one of a person is taken down.

bills         a person's year, one bill with its lines
explained     how a bill comes about, asked of the law again
institutions  the register; what an institution settled, its statements and matches
fund          what the funds pay by institution, what is late, the catalogue

Every read is for the purpose medical.read; what the actor sees is for the database to decide.
"""

from shebao.medical.selectors.bills import PAGE, Bill, Care, Charged, Opened, Year, bill, of_person
from shebao.medical.selectors.explained import Explained, explained
from shebao.medical.selectors.fund import Item, Late, Spent, catalogue, late, late_count, spending
from shebao.medical.selectors.institutions import (
    Differing,
    Match,
    Registered,
    Said,
    Settled,
    Sums,
    compared,
    institution,
    keep,
    matches,
    own,
    register,
    settlements,
    statements,
    sums,
)

__all__ = [
    "PAGE",
    "Bill",
    "Care",
    "Charged",
    "Differing",
    "Explained",
    "Item",
    "Late",
    "Match",
    "Opened",
    "Registered",
    "Said",
    "Settled",
    "Spent",
    "Sums",
    "Year",
    "bill",
    "catalogue",
    "compared",
    "explained",
    "institution",
    "keep",
    "late",
    "late_count",
    "matches",
    "of_person",
    "own",
    "register",
    "settlements",
    "spending",
    "statements",
    "sums",
]
