"""The whole city as Arrow tables, block of people after block: what a loader writes into the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from shebao.law import the_law
from shebao.law.insurance.contributions.facts import Insurance
from shebao.rules.kinds import day as day_of
from shebao.rules.law import Law
from shebao.samplecity import organisations, places
from shebao.samplecity.calendar import NEVER
from shebao.samplecity.careers import careers_of
from shebao.samplecity.circumstances import circumstances_of, protection_of, relations_table
from shebao.samplecity.codes import Scheme
from shebao.samplecity.columns import days, small
from shebao.samplecity.draws import Draws, Flags
from shebao.samplecity.dwellings import dwellings_of, residence_table
from shebao.samplecity.figures import Figures
from shebao.samplecity.hospital import hospital_table
from shebao.samplecity.households import households_of
from shebao.samplecity.households import tables as household_tables
from shebao.samplecity.identifiers import bank_table, cards_table, contacts_table, identifiers_table
from shebao.samplecity.insured import (
    EMPLOYEE_INSURANCES,
    Insured,
    accounts_table,
    history_table,
    insured_of,
    memberships_table,
    resident_payments_table,
)
from shebao.samplecity.names import names_table
from shebao.samplecity.particulars import particulars_table
from shebao.samplecity.population import BLOCK, People, people_of
from shebao.samplecity.population import Scheme as Life
from shebao.samplecity.residents import resident_payments
from shebao.samplecity.work import standing_of, work_table

DAY = day_of("2014-06-30")  # the month after it is collected in the demonstration
# With a card, of a thousand in the medical insurance of employees, and of urban residents' children and others; assumed
_CARDS, _CARDS_OF_RESIDENTS = 760, 190


@dataclass(frozen=True)
class Block:
    """The tables of up to BLOCK people, whose numbers follow each other; rows of a person are within one block.

    The columns are said by the function that makes the table; `valid_to` is always the day after the last, and null
    for what still holds.  Money is in fen.

    persons            City.block
    names              names.names_table
    identifiers        identifiers.identifiers_table
    residence          dwellings.residence_table
    households         households.tables
    members            households.tables
    work               work.work_table
    history            insured.history_table
    accounts           insured.accounts_table
    cards              identifiers.cards_table
    status             circumstances.Circumstances.table
    relations          circumstances.relations_table
    contacts           identifiers.contacts_table
    bank               identifiers.bank_table
    memberships        insured.memberships_table
    resident_payments  insured.resident_payments_table
    hospital           hospital.hospital_table
    particulars        particulars.particulars_table
    """

    persons: pa.Table
    names: pa.Table
    identifiers: pa.Table
    residence: pa.Table
    households: pa.Table
    members: pa.Table
    work: pa.Table
    history: pa.Table
    accounts: pa.Table
    cards: pa.Table
    status: pa.Table
    relations: pa.Table
    contacts: pa.Table
    bank: pa.Table
    memberships: pa.Table
    resident_payments: pa.Table
    hospital: pa.Table
    particulars: pa.Table

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


class City:
    """A city of so many people (the living and those who died in the last years), as known at the end of a day.

    The person with a number is the same in a city of any size, but for who lives with whom among the last thousand.
    insurances: those of which the histories are made, one at least.  law: the law whose figures the lives follow;
    none: that of the package.
    """

    def __init__(
        self,
        people: int = 20_000,
        seed: int = 1,
        day: int = DAY,
        law: Law | None = None,
        insurances: Sequence[Insurance] = EMPLOYEE_INSURANCES,
    ) -> None:
        self.people, self.seed, self.day, self.insurances = people, seed, day, tuple(insurances)
        self.law = law or the_law()
        self.draws, self.figures = Draws(seed), Figures.of(self.law)

    def places(self) -> pa.Table:
        """All places: places.table."""
        return places.table()

    def organisations(self) -> pa.Table:
        """All organisations: organisations.table."""
        return organisations.table(self.draws, self.people)

    def blocks(self) -> Iterator[Block]:
        for first in range(0, self.people, BLOCK):
            yield self.block(first // BLOCK)

    def block(self, number: int) -> Block:
        """One block.

        persons: number (from 0 over the city), sex (Sex), birth_day, death_day (null: alive), hukou (Hukou), region
        (Region, of the registration), place (responsible: the community of the dwelling), protected (Protection), case
        (Hard: the border of the law that the person is to try, 0 for none).
        """
        draws, figures = self.draws, self.figures
        count = min(self.people - number * BLOCK, BLOCK)
        if count <= 0:
            raise ValueError(f"the city has no block {number}")
        people = people_of(draws, figures, number, count, self.day)
        careers = careers_of(draws, figures, people)
        homes = households_of(draws, people)
        standing = standing_of(people, careers)
        student = (people.scheme == Life.STUDENT) & (people.death_day > people.day)
        insured = insured_of(draws, figures, people, careers, standing, student)
        payments = resident_payments(draws, figures, people)
        dwellings = dwellings_of(draws, people, homes.head)
        households, members = household_tables(people, homes, dwellings)
        persons = pa.table(
            {
                "number": pa.array(people.number),
                "sex": small(people.sex),
                "birth_day": days(people.birth_day),
                "death_day": days(np.where(people.death_day <= self.day, people.death_day, NEVER)),
                "hukou": small(people.hukou),
                "region": small(careers.home),
                "place": dwellings.place,
                "protected": small(protection_of(draws, people, homes)),
                "case": small(people.hard),
            }
        )
        return Block(
            persons=persons,
            names=names_table(draws, people, homes.father),
            identifiers=identifiers_table(people),
            residence=residence_table(draws, people, careers.home, dwellings),
            households=households,
            members=members,
            work=work_table(draws, figures, people, careers, standing),
            history=history_table(draws, figures, people, careers, self.insurances),
            accounts=accounts_table(draws, figures, people, careers, insured, payments),
            cards=cards_table(draws, people, self._holds_card(people, insured)),
            status=circumstances_of(draws, people, homes, careers, standing, student).table(),
            relations=relations_table(draws, people, homes),
            contacts=contacts_table(draws, people, homes.head),
            bank=bank_table(draws, people, insured.holds(len(people), tuple(Scheme))),
            memberships=memberships_table(people, insured),
            resident_payments=resident_payments_table(people, *payments),
            hospital=hospital_table(draws, people),
            particulars=particulars_table(self.law, self.seed, people),
        )

    def _holds_card(self, people: People, insured: Insured) -> Flags:
        employees = insured.holds(len(people), [Scheme.MEDICAL])
        residents = insured.holds(len(people), [Scheme.RESIDENT_MEDICAL])
        share = np.select([employees, residents], [_CARDS, _CARDS_OF_RESIDENTS], 0)
        return self.draws.chance("holds a card", share, people.number)
