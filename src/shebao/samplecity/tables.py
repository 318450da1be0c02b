"""What the law reads of the city's people, as Arrow tables and Parquet: in memory that does not grow with the city."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shebao.files.columns import ID_NUMBER, PERSON_ID, canonical_schema
from shebao.files.inputs import columns_of
from shebao.rules.declare import PERSON
from shebao.rules.kinds import date_of
from shebao.rules.kinds import day as day_of
from shebao.rules.law import Law
from shebao.samplecity.broken import break_rows
from shebao.samplecity.calendar import NEVER
from shebao.samplecity.careers import careers_of
from shebao.samplecity.columns import array
from shebao.samplecity.draws import Draws
from shebao.samplecity.employees import employee_facts
from shebao.samplecity.facts import Facts
from shebao.samplecity.figures import Figures
from shebao.samplecity.hard import Hard
from shebao.samplecity.population import BLOCK, People, people_of
from shebao.samplecity.programmes import TOUCHED, group_tables, programme_facts
from shebao.samplecity.residents import resident_facts

# The city is known up to this day: the last year whose adjustment of pensions the law book has in full, after the links
# between the schemes (2014-07) and the insurance of institutions (2014-10) began.
DAY = day_of("2014-10-31")
MARK = b"shebao.sample"  # key of a table's metadata that says it is a sample, and of which city
_BLOCKS_A_GROUP = 4


class InputTables:
    """The facts of the people of a seed, as the law's inputs, known at the end of a day.

    The person with a number is the same in a city of any size.  broken: so many of a million rows have a fault.
    touched: so many of a thousand people, and of the households, are known to a programme (see `programmes`).
    """

    def __init__(self, law: Law, seed: int = 1, day: int = DAY, broken: int = 0, touched: int = TOUCHED) -> None:
        self.law, self.seed, self.day, self.broken, self.touched = law, seed, day, broken, touched
        self.draws, self.figures = Draws(seed), Figures.of(law)
        self.schema = canonical_schema(columns_of(i for i in law.inputs.values() if i.of == PERSON), pa.int64())

    def block(self, number: int, count: int = BLOCK) -> pa.Table:
        """The first `count` people of a block: person_id, id_number and the law's inputs."""
        people = people_of(self.draws, self.figures, number, count, self.day)
        facts, id_number = self.facts(people), people.id_number
        if self.broken:
            id_number, _ = break_rows(self.draws, people, facts, id_number, self.broken)
        fields = [self.schema.field(PERSON_ID), pa.field(ID_NUMBER, pa.string())]
        arrays: list[pa.Array] = [pa.array(people.number + 1), pa.array(id_number).cast(pa.string())]
        for field in self.schema:
            cells = facts.cells.get(field.name) or facts.rows.get(field.name)
            if cells is not None:
                fields.append(field)
                arrays.append(array(cells, field.type))
        return pa.Table.from_arrays(arrays, schema=pa.schema(fields, {MARK: self.mark.encode()}))

    def block_with_groups(self, number: int, count: int = BLOCK) -> tuple[pa.Table, dict[str, pa.Table]]:
        """A block with the id of each person's group by kind, and the facts of these groups."""
        table = self.block(number, count)
        people = people_of(self.draws, self.figures, number, count, self.day)
        ids, groups = group_tables(self.draws, self.law, people, self.touched)
        for kind, column in ids.items():
            table = table.append_column(kind, column)
        return table, groups

    def facts(self, people: People) -> Facts:
        """All that is known of people, by the names of the law's inputs."""
        careers = careers_of(self.draws, self.figures, people)
        facts = Facts(len(people))
        facts.put("birth_day", people.birth_day)
        facts.put("sex", people.sex)
        facts.put("hukou", people.hukou)
        facts.put("death_day", people.death_day, people.death_day < NEVER)
        employee_facts(self.draws, self.figures, people, careers, facts)
        resident_facts(self.draws, self.figures, people, careers, facts)
        programme_facts(self.draws, self.law, people, careers, facts, self.touched)
        bare = people.hard == Hard.BARE
        for name in ("post_class", "insurance_start_day", "insured_as_employee"):
            facts.forget(name, bare & self.draws.chance(f"without {name}", 500, people.number))
        return facts

    @property
    def mark(self) -> str:
        """What the table's metadata says."""
        return f"invented people, no real person among them; seed {self.seed}, known up to {date_of(self.day)}"

    def tables(self, people: int) -> Iterator[pa.Table]:
        """All people, in tables of whole blocks."""
        counts = [min(BLOCK, people - first) for first in range(0, people, BLOCK)]
        for first in range(0, len(counts), _BLOCKS_A_GROUP):
            numbers = range(first, min(first + _BLOCKS_A_GROUP, len(counts)))
            yield pa.concat_tables([self.block(k, counts[k]) for k in numbers])


def write(city: InputTables, path: Path, people: int, told: Callable[[int], object] = lambda done: None) -> None:
    """Writes that many people to a Parquet file, whole or not at all.  told: is called with the people done so far."""
    beside = path.with_name(path.name + ".new")
    schema = city.block(0, 1).schema
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with pq.ParquetWriter(beside, schema, compression="zstd", write_page_checksum=True) as writer:
            tables = city.tables(people)
            for done in accumulate(_write(writer, table) for table in tables):
                told(done)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _write(writer: pq.ParquetWriter, table: pa.Table) -> int:
    writer.write_table(table, row_group_size=table.num_rows)
    return int(table.num_rows)
