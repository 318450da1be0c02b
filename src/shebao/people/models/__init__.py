"""What is stored."""

from __future__ import annotations

from shebao.people.models.facts import (
    Card,
    Contact,
    Identifier,
    Membership,
    Name,
    Notice,
    Particular,
    Relation,
    Residence,
    Status,
    Vitals,
    Work,
)
from shebao.people.models.organisation import (
    Household,
    Organisation,
    OrganisationAccount,
    OrganisationChange,
    OrganisationStanding,
)
from shebao.people.models.person import Change, Event, Merge, Pair, Person

__all__ = [
    "Card",
    "Change",
    "Contact",
    "Event",
    "Household",
    "Identifier",
    "Membership",
    "Merge",
    "Name",
    "Notice",
    "Organisation",
    "OrganisationAccount",
    "OrganisationChange",
    "OrganisationStanding",
    "Pair",
    "Particular",
    "Person",
    "Relation",
    "Residence",
    "Status",
    "Vitals",
    "Work",
]
