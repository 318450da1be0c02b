"""Identifiers, social-security cards, telephones and bank accounts of people; none of them can be a real one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from shebao.people.codes import CardState, ContactKind, IdentifierKind
from shebao.rules.kinds import day as day_of
from shebao.samplecity.calendar import NEVER, add_months
from shebao.samplecity.columns import Characters, days, digits, small, texts, word
from shebao.samplecity.draws import Draws, Flags, Ints
from shebao.samplecity.population import People

_EIGHTEEN = day_of("1999-10-01")  # GB 11643-1999 took the place of 15 digits
_CARDS_FROM = day_of("2009-01-01")
_LOST, _WAITS = 70, 100  # of a thousand cards were lost; of a thousand of these the new one is not there yet
_PHONE_SHARED = 60  # of a thousand grown-ups give the telephone of the household's head
_SPREAD = 387_420_489  # prime to 10: telephone and account numbers do not follow the numbers of people


def identifiers_table(people: People) -> pa.Table:
    """identifiers: number (person), kind (IdentifierKind), text, valid_from, valid_to (null: until now).

    Everybody has the citizen's number of 18 characters; who was 16 before 1999-10-01 had one of 15 digits until then.
    """
    number = people.number
    citizen = people.id_number.view(np.uint8).reshape(-1, 18)
    sixteen = add_months(people.birth_day, 16 * 12)
    grown = np.flatnonzero(sixteen < _EIGHTEEN)
    old = np.concatenate([citizen[grown, :6], citizen[grown, 8:17]], axis=1)
    since = people.birth_day.copy()
    since[grown] = _EIGHTEEN
    return pa.table(
        {
            "number": pa.array(np.concatenate([number, number[grown]])),
            "kind": small(
                np.repeat([int(IdentifierKind.CITIZEN), int(IdentifierKind.CITIZEN_15)], [len(number), len(grown)])
            ),
            "text": pa.concat_arrays([texts(citizen), texts(old)]),
            "valid_from": days(np.concatenate([since, sixteen[grown]])),
            "valid_to": days(np.repeat([NEVER, _EIGHTEEN], [len(number), len(grown)])),
        }
    )


def cards_table(draws: Draws, people: People, holds: Flags) -> pa.Table:
    """cards: number (person), card (11 digits and S), state (CardState), issued, ended (day of the report or of the
    death, null while in force).  One card of a person is in force at a time.
    """
    chosen = np.flatnonzero(holds)
    number = people.number[chosen]
    span = np.maximum(people.day - _CARDS_FROM, 1)
    issued = _CARDS_FROM + draws.below("card issued", span, number)
    issued = np.maximum(issued, np.minimum(people.birth_day[chosen] + 60, people.day))
    death = people.death_day[chosen]
    issued = np.minimum(issued, np.minimum(death, people.day))
    lost_on = issued + draws.between("card lost after", 30, 1500, number)
    lost = draws.chance("card lost", _LOST, number) & (lost_on + 20 < np.minimum(death, people.day))
    waits = lost & (draws.chance("card waits", _WAITS, number))
    again = np.flatnonzero(lost & ~waits)
    state = np.select([waits, lost], [int(CardState.LOST), int(CardState.REPLACED)], int(CardState.ACTIVE))
    ended = np.where(lost, lost_on, np.where(death <= people.day, death + 1, NEVER))
    new_end = np.where(death[again] <= people.day, death[again] + 1, NEVER)
    return pa.table(
        {
            "number": pa.array(np.concatenate([number, number[again]])),
            "card": pa.concat_arrays([_cards(number, 0), _cards(number[again], 1)]),
            "state": small(np.concatenate([state, np.full(len(again), int(CardState.ACTIVE))])),
            "issued": days(np.concatenate([issued, lost_on[again] + 15])),
            "ended": days(np.concatenate([ended, new_end])),
        }
    )


def _cards(number: Ints, nth: int) -> pa.Array:
    return texts(digits(number * 2 + nth + 10**10, 11), word("S", len(number)))


def contacts_table(draws: Draws, people: People, head: Ints) -> pa.Table:
    """contacts: number (person), kind (ContactKind), text, valid_from.

    A telephone has 11 digits that begin with 12, which no operator has.  Children, most of the very old and some others
    give that of their household's head (`head`: by its place among the people).
    """
    number = people.number
    shares = np.where(people.age < 16, 1000, np.where(people.age >= 80, 600, _PHONE_SHARED))
    owner = np.where(draws.chance("shared telephone", shares, number), number[head], number)
    called = np.flatnonzero((people.death_day > people.day) & draws.chance("has a telephone", 960, number))
    since = people.day - draws.between("telephone known for", 30, 2500, number)
    return pa.table(
        {
            "number": pa.array(number[called]),
            "kind": small(np.full(len(called), int(ContactKind.PHONE))),
            "text": texts(word("12", len(called)), digits(owner[called] * _SPREAD % 10**9, 9)),
            "valid_from": days(np.maximum(since, people.birth_day)[called]),
        }
    )


def bank_table(draws: Draws, people: People, has: Flags) -> pa.Table:
    """bank: number (person), account (19 digits that begin with 99, of no bank, with Luhn's check digit), valid_from.

    Of those who pay or draw.
    """
    number = people.number[has]
    first = np.concatenate([word("99", len(number)), digits(number * _SPREAD, 16)], axis=1)
    since = people.day - draws.between("account known for", 30, 2500, number)
    return pa.table(
        {
            "number": pa.array(number),
            "account": texts(first, _luhn(first)),
            "valid_from": days(np.maximum(since, people.birth_day[has])),
        }
    )


def _luhn(first: Characters) -> Characters:
    values = first.astype(np.int64) - ord("0")
    doubled = values[:, ::-1].copy()
    doubled[:, ::2] *= 2
    total = (doubled // 10 + doubled % 10).sum(axis=1)
    check: Characters = (-total % 10 + ord("0")).astype(np.uint8)
    return check[:, None]
