"""Invented names: surnames as frequent as they are, given names from a list; children have their father's surname."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shebao.samplecity.columns import days, pick
from shebao.samplecity.draws import Draws, Ints
from shebao.samplecity.households import NOBODY
from shebao.samplecity.population import People
from shebao.samplecity.sources import column, integers

_SHORT = 180  # of a thousand have a given name of one character
_UNLIKE = 20  # of a thousand children have another surname than their father


def names_table(draws: Draws, people: People, father: Ints) -> pa.Table:
    """names: number (person), name, pinyin and initials (`zhangwei` and `zw` for 张伟; ü is v), surname, valid_from."""
    number, everybody = people.number, np.arange(len(people))
    line = np.where((father == NOBODY) | draws.chance("unlike the father", _UNLIKE, number), everybody, father)
    for _ in range(3):
        line = line[line]
    surname = draws.pick("surname", integers("surnames", "weight"), number[line])
    first, second = (_characters(draws, people, k) for k in (1, 2))
    short = draws.chance("short name", _SHORT, number)
    columns: dict[str, pa.Array] = {}
    for name, of_surname, of_given in (
        ("name", "surname", "character"),
        ("pinyin", "pinyin", "pinyin"),
        ("initials", "initials", "initials"),
    ):
        given = pa.array(_words("given", of_given))
        last = pc.if_else(pa.array(short), "", pick(given, second))
        columns[name] = pc.binary_join_element_wise(
            pick(pa.array(_words("surnames", of_surname)), surname), pick(given, first), last, ""
        )
    surnames = pick(pa.array(column("surnames", "surname")), surname)
    return pa.table({"number": pa.array(number), **columns, "surname": surnames, "valid_from": days(people.birth_day)})


def _words(table: str, of: str) -> list[str]:
    """A column of a list of names; pinyin has its syllables apart there."""
    if of == "initials":
        return ["".join(syllable[0] for syllable in sound.split()) for sound in column(table, "pinyin")]
    return ["".join(text.split()) for text in column(table, of)]


def _characters(draws: Draws, people: People, place: int) -> Ints:
    """Rows of data/given.csv: for either sex, or for the person's."""
    sexes = np.asarray(integers("given", "sex"), np.int64)
    index = np.zeros(len(people), np.int64)
    for sex in np.unique(people.sex):
        fitting = np.flatnonzero((sexes == 0) | (sexes == sex))
        of = people.sex == sex
        index[of] = fitting[draws.below(f"given name {place}", len(fitting), people.number[of])]
    return index
