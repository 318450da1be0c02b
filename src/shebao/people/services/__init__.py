"""The verbs of the record: every write, within the caller's act.

recording      record, correct: the one way in for facts
registration   a person comes into the record
loading        whole tables at once
keeping        the place that keeps a record; its protection
cards          the life of a card
organisations  organisations and households
merging        two records become one, and two again

duplicates, which brings linkage and its libraries with it, is imported by who needs it.
"""

from shebao.people.services.cards import activate_card, ask_card, cancel_card, issue_card, lose_card, replace_card
from shebao.people.services.keeping import move, protect
from shebao.people.services.loading import draw, load
from shebao.people.services.merging import Merged, merge, split
from shebao.people.services.organisations import (
    BankAccount,
    change_organisation,
    found_household,
    register_organisation,
    set_account,
    set_standing,
)
from shebao.people.services.recording import Recorded, correct, died, record
from shebao.people.services.registration import (
    Registered,
    begin_flexible,
    register,
    register_citizen,
    register_flexible,
    register_foreigner,
)

__all__ = [
    "BankAccount",
    "Merged",
    "Recorded",
    "Registered",
    "activate_card",
    "ask_card",
    "begin_flexible",
    "cancel_card",
    "change_organisation",
    "correct",
    "died",
    "draw",
    "found_household",
    "issue_card",
    "load",
    "lose_card",
    "merge",
    "move",
    "protect",
    "record",
    "register",
    "register_citizen",
    "register_flexible",
    "register_foreigner",
    "register_organisation",
    "replace_card",
    "set_account",
    "set_standing",
    "split",
]
