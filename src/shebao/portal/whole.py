"""One person, one page: all that the rooms have of a person, read in one act; for the page and for the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shebao.access.acting import acting
from shebao.access.selectors import Standing, place_names
from shebao.assessment import selectors as assessment
from shebao.assessment.models import Difference
from shebao.cases import claims
from shebao.cases import selectors as cases
from shebao.cases.models import Claim
from shebao.cases.selectors import Dossier
from shebao.contributions import selectors as contributions
from shebao.contributions.selectors import Contributor
from shebao.people import selectors as people
from shebao.people.codes import NameKind
from shebao.people.facts import Card, Identifier, Name, Residence, Status, Vitals
from shebao.people.selectors import Happening, Person
from shebao.portal.rights import reading
from shebao.rules.decide import Step
from shebao.rules.declare import Pays
from shebao.rules.kinds import FEN


@dataclass(frozen=True)
class Whole:
    """A person as the counter sees him.  missing: monthly benefits that the law gives and nobody asked for."""

    record: Person
    name: str
    vitals: Vitals | None
    home: Residence | None
    place: str
    identifiers: list[Identifier]
    cards: list[Card]
    statuses: list[Status]
    dossier: Dossier
    open_claims: list[Claim]
    missing: list[Step]
    services: list[Step]
    undecided: list[Step]
    conflicts: list[Difference]
    paid_in: Contributor
    history: list[Happening]

    @property
    def total(self) -> int:
        """What is received a month, fen."""
        return sum(one.amount for one in self.dossier.received)


def whole(actor: Standing, number: int, on: date) -> Whole:
    """Reads a person.  Raises Refused for one out of the actor's scope, NotAllowed."""
    with acting(actor.actor_id, reading(actor)) as act:
        record = people.person(act, number)
        history = people.history(act, number)
        dossier = cases.of_person(act, number, on)
        paid_in = contributions.of_person(act, number)
        conflicts = assessment.differences_of(act, number)
        decision = assessment.decided(act, number, on)
    name = record.on(Name, on, kind=NameKind.LEGAL)
    open_claims = [one for one in dossier.claims if one.state in claims.OPEN]
    known = {one.benefit for one in dossier.received} | {one.benefit for one in open_claims}
    rules = decision.law.variables
    steps = [decision[wanted] for wanted in decision.want]
    due = [s for s in steps if s.value and rules[s.name].rule.pays is Pays.MONTHLY and s.kind == FEN]
    return Whole(
        record=record,
        name=name.name if name else str(record.id),
        vitals=next((one.fact for one in record.of(Vitals)), None),
        home=record.on(Residence, on),
        place=place_names([record.place])[record.place],
        identifiers=[one.fact for one in record.of(Identifier)],
        cards=[one.fact for one in record.of(Card) if one.fact.number],
        statuses=[one.fact for one in record.of(Status) if one.fact.until is None or one.fact.until >= on],
        dossier=dossier,
        open_claims=open_claims,
        missing=[step for step in due if step.name not in known],
        services=[s for s in steps if s.value and rules[s.name].rule.pays is Pays.SERVICE],
        undecided=[s for s in steps if s.status],
        conflicts=conflicts,
        paid_in=paid_in,
        history=history,
    )
