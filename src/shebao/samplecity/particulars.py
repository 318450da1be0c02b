"""What rules ask of the city's people and households, fact by fact, as the record keeps what no other table holds."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from shebao.rules.declare import PERSON
from shebao.rules.law import Law
from shebao.samplecity.facts import Facts
from shebao.samplecity.population import People
from shebao.samplecity.programmes import TOUCHED, group_facts
from shebao.samplecity.tables import InputTables


def particulars_table(law: Law, seed: int, people: People) -> pa.Table:
    """number (who the fact is of; of a household its head), input, value: as rules hold it.  Histories are left out."""
    city = InputTables(law, seed, people.day)
    parts = [_rows(law, PERSON, people.number, city.facts(people))]
    for kind, group in group_facts(city.draws, law, people, TOUCHED).items():
        parts.append(_rows(law, kind, group.heads, group.facts))
    return pa.concat_tables(parts)


def _rows(law: Law, owner: str, number: np.ndarray[tuple[int], np.dtype[np.int64]], facts: Facts) -> pa.Table:
    names: list[str] = []
    counts: list[int] = []
    numbers, values = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for name, cells in facts.cells.items():
        if law.inputs[name].of == owner:
            names.append(name)
            counts.append(int(cells.known.sum()))
            numbers.append(number[cells.known])
            values.append(cells.values[cells.known])
    which = pa.array(np.repeat(np.arange(len(names)), counts))
    return pa.table(
        {
            "number": np.concatenate(numbers),
            "input": pa.array(names, pa.string()).take(which),
            "value": np.concatenate(values),
        }
    )
