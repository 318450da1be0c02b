"""Staged rows into the rooms below, piece by piece: their services write, nothing is written past them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shebao.access.acting import Act
from shebao.contributions.services import opening
from shebao.database.copying import copy, ranges
from shebao.files.problems import FileRefused, Problem
from shebao.ledger.services import open_period
from shebao.people import services as people
from shebao.people.codes import ContactKind, IdentifierKind, OrganisationState, WorkKind
from shebao.takeover.checks import OTHER
from shebao.takeover.layout import SCHEMAS
from shebao.takeover.staging import Staging

_CITIZEN = (IdentifierKind.CITIZEN, IdentifierKind.CITIZEN_15)
_MOMENT = pa.timestamp("us", "UTC")
_ROW, _PERSON = pa.field("row", pa.int64()), pa.field("person", pa.int64())


class Writer:
    """Writes what is staged and found sound.  key: of the ledger's transactions; done: called with rows written."""

    def __init__(
        self,
        act: Act,
        staging: Staging,
        files: Mapping[str, str],
        source: str,
        as_of: date,
        key: str,
        done: Callable[[int], None],
    ) -> None:
        self.act, self.staging, self.files = act, staging, files
        self.source, self.as_of, self.key, self.done = source, as_of, key, done
        self.given = {"source": source, "as_of": as_of}

    def all(self) -> None:
        """Writes everything.  Raises FileRefused, and the Refused of people and ledger."""
        self._execute(
            'CREATE TEMPORARY TABLE staged_employer (organisation text COLLATE "C" PRIMARY KEY, id bigint) '
            "ON COMMIT DROP"
        )
        for kind, write in (
            ("organisations", self._organisations),
            ("persons", self._persons),
            ("histories", self._histories),
            ("balances", self._balances),
            ("awards", self._awards),
        ):
            if kind in self.files:
                write()

    def _execute(self, statement: str) -> None:
        with self.staging.connection.cursor() as cursor:
            cursor.execute(statement, self.given)

    def _pieces(self, query: str, *columns: pa.Field) -> Iterator[pa.Table]:
        for piece in self.staging.pieces(query, pa.schema(columns), self.given):
            yield piece.combine_chunks()
            self.done(piece.num_rows)

    def _load(self, kind: str, tables: dict[str, pa.Table], rows: Mapping[str, pa.Array]) -> None:
        """people.load, its faults told by rows of the file.  rows: for each table, the row each of its rows is of."""
        try:
            people.load(self.act, tables, self.as_of, self.source, self.files[kind])
        except FileRefused as refused:
            raise FileRefused([_told(self.files[kind], problem, rows) for problem in refused.problems]) from None

    def _organisations(self) -> None:
        columns = [_ROW, *SCHEMAS["organisations"]]
        new = "NOT EXISTS (SELECT FROM people_organisation o WHERE o.code = t.code)"
        chosen = ", ".join(f"t.{field.name}" for field in columns)
        for piece in self._pieces(f"SELECT {chosen} FROM staged_organisations t WHERE {new} ORDER BY t.row", *columns):
            ids = people.draw("organisation", piece.num_rows)
            valid = self._since(piece["since"])
            tables = {
                "people_organisation": piece.select(
                    ["name", "code", "kind", "place", "sector", "injury_class"]
                ).append_column("id", pa.array(ids)),
                "people_organisation_state": pa.table(
                    {
                        "organisation_id": ids,
                        "valid": valid,
                        "state": np.full(len(ids), OrganisationState.REGISTERED, np.int16),
                    }
                ),
            }
            self._load("organisations", tables, dict.fromkeys(tables, piece["row"]))
            copy(
                self.staging.connection,
                "staged_employer",
                pa.table({"organisation": piece["organisation"], "id": ids}),
            )
        self._execute(
            "INSERT INTO staged_employer SELECT t.organisation, o.id FROM staged_organisations t "
            "JOIN people_organisation o ON o.code = t.code ON CONFLICT DO NOTHING"
        )

    def _persons(self) -> None:
        self._execute("CREATE TEMPORARY TABLE staged_new (row bigint, person bigint) ON COMMIT DROP")
        columns = [_ROW, *SCHEMAS["persons"], pa.field("employer", pa.int64())]
        chosen = ", ".join(f"t.{field.name}" for field in columns[:-1])
        for piece in self._pieces(
            f"SELECT {chosen}, coalesce(e.id, o.id) FROM staged_persons t JOIN staged_who w ON w.row = t.row "
            "LEFT JOIN staged_employer e ON e.organisation = t.organisation "
            "LEFT JOIN people_organisation o ON o.code = t.organisation "
            "WHERE NOT w.known ORDER BY t.row",
            *columns,
        ):
            ids = people.draw("person", piece.num_rows)
            copy(self.staging.connection, "staged_new", pa.table({"row": piece["row"], "person": ids}))
            tables, rows = self._facts(piece.append_column("person_id_new", pa.array(ids)))
            self._load("persons", tables, rows)
        self._execute("UPDATE staged_who w SET person = n.person FROM staged_new n WHERE n.row = w.row")
        # who is known already keeps what the record says, and is found by the number of this source from now on
        for piece in self._pieces(
            "SELECT w.row, w.person, w.person_id FROM staged_who w WHERE w.known AND w.row IS NOT NULL "
            f"AND NOT EXISTS (SELECT FROM people_identifier i WHERE i.person_id = w.person AND i.kind = {OTHER} "
            "AND i.number = %(source)s || ':' || w.person_id AND upper_inf(i.recorded)) ORDER BY w.person",
            _ROW,
            _PERSON,
            pa.field("person_id", pa.string()),
        ):
            table = self._numbers(piece["person"], piece["person_id"])
            self._load("persons", {"people_identifier": table}, {"people_identifier": piece["row"]})

    def _facts(self, piece: pa.Table) -> tuple[dict[str, pa.Table], dict[str, pa.Array]]:
        """The tables of new persons, and of each the rows of the file."""
        ids, born = piece["person_id_new"], piece["birth_day"]
        everybody = np.ones(piece.num_rows, np.bool_)
        alive = np.asarray(piece["death_day"].is_null())
        own = np.asarray(piece["id_number"].is_valid())
        citizen = pc.is_in(piece["id_kind"], pa.array([int(kind) for kind in _CITIZEN], pa.int16()))
        shown = pc.if_else(citizen, born, pa.scalar(self.as_of, pa.date32()))
        phone, work = (np.asarray(piece[name].is_valid()) & alive for name in ("phone", "employer"))
        wanted: dict[str, tuple[npt.NDArray[np.bool_], dict[str, Any]]] = {
            "people_person": (everybody, {"id": ids, "place": piece["place"]}),
            "people_name": (everybody, {"name": piece["name"], "valid": self._since(born)}),
            "people_vitals": (everybody, {name: piece[name] for name in ("sex", "birth_day", "death_day")}),
            "people_identifier": (
                own,
                {"kind": piece["id_kind"], "number": piece["id_number"], "valid": self._since(shown)},
            ),
            "people_residence": (
                alive,
                {name: piece[name] for name in ("place", "address", "hukou", "hukou_place")}
                | {"valid": self._since(None, piece.num_rows)},
            ),
            "people_contact": (
                phone,
                {
                    "kind": np.full(piece.num_rows, ContactKind.PHONE, np.int16),
                    "value": piece["phone"],
                    "valid": self._since(None, piece.num_rows),
                },
            ),
            "people_work": (
                work,
                {
                    "organisation_id": piece["employer"],
                    "kind": np.full(piece.num_rows, WorkKind.EMPLOYED, np.int16),
                    "valid": self._since(piece["work_since"]),
                },
            ),
        }
        tables: dict[str, pa.Table] = {}
        rows: dict[str, pa.Array] = {}
        for name, (kept, columns) in wanted.items():
            table = pa.table(columns if name == "people_person" else {"person_id": ids} | columns)
            tables[name], rows[name] = table.filter(pa.array(kept)), piece["row"].filter(pa.array(kept))
        numbers = self._numbers(ids, piece["person_id"])
        tables["people_identifier"] = pa.concat_tables([tables["people_identifier"], numbers])
        rows["people_identifier"] = pa.chunked_array([*rows["people_identifier"].chunks, *piece["row"].chunks])
        return tables, rows

    def _numbers(self, ids: pa.Array, keys: pa.Array) -> pa.Table:
        """The identifiers by which the source's files name persons."""
        return pa.table(
            {
                "person_id": ids,
                "kind": np.full(len(ids), OTHER, np.int16),
                "number": pc.binary_join_element_wise(pa.scalar(self.source), keys, ":"),
                "valid": self._since(None, len(ids)),
            }
        )

    def _since(self, days: pa.Array | pa.ChunkedArray | None, count: int = 0) -> pa.Array:
        """Ranges from these days on, from the day of the takeover where there is none."""
        if days is None:
            days = pa.nulls(count, pa.date32())
        if isinstance(days, pa.ChunkedArray):
            days = days.combine_chunks()
        return ranges(pc.fill_null(days, self.as_of), pa.nulls(len(days), pa.date32()), pa.date32())

    def _histories(self) -> None:
        fields = [pa.field("person_id", pa.int64()), *list(SCHEMAS["histories"])[1:]]
        chosen = ", ".join(f"t.{field.name}" for field in fields[1:])
        query = (
            f"SELECT w.person, {chosen} FROM staged_histories t JOIN staged_who w ON w.person_id = t.person_id "
            "ORDER BY w.person, coalesce(t.credited, t.year), t.year, t.row"
        )
        for piece in self._pieces(query, *fields):
            opening.load_history(self.act, piece, self.source)

    def _balances(self) -> None:
        with self.staging.connection.cursor() as cursor:
            months = cursor.execute(
                "SELECT DISTINCT date_trunc('month', as_of)::date FROM staged_balances ORDER BY 1"
            ).fetchall()
        for (month,) in months:
            open_period(self.act, month)
        fields = [pa.field("person_id", pa.int64()), *list(SCHEMAS["balances"])[1:], pa.field("place", pa.string())]
        chosen = ", ".join(f"t.{field.name}" for field in fields[1:-1])
        query = (
            f"SELECT w.person, {chosen}, left(w.place, 6) FROM staged_balances t "
            "JOIN staged_who w ON w.person_id = t.person_id ORDER BY t.as_of, w.person, t.insurance"
        )
        number = 0
        for piece in self._pieces(query, *fields):
            for day in piece["as_of"].unique().to_pylist():
                chosen_rows = piece.filter(pc.equal(piece["as_of"], day))
                opening.open_accounts(self.act, chosen_rows, self.source, day, f"{self.key}:{number}")
                number += 1

    def _awards(self) -> None:
        fields = [pa.field("person_id", pa.int64()), *list(SCHEMAS["awards"])[1:]]
        query = (
            "SELECT w.person, t.kind, t.amount, t.since, date_trunc('month', t.paid_to)::date FROM staged_awards t "
            "JOIN staged_who w ON w.person_id = t.person_id ORDER BY w.person, t.kind"
        )
        for piece in self._pieces(query, *fields):
            count = piece.num_rows
            known = ranges([self.act.at] * count, [None] * count, _MOMENT)
            for name, column in (
                ("source", pa.repeat(self.source, count)),
                ("recorded", known),
                ("act_id", pa.repeat(pa.scalar(self.act.id, pa.int64()), count)),
            ):
                piece = piece.append_column(name, column)
            copy(self.staging.connection, "takeover_award", piece)


def _told(file: str, problem: Problem, rows: Mapping[str, pa.Array]) -> Problem:
    """A fault of a table as one of the file's row."""
    of = rows.get(problem.file)
    row = None if of is None or problem.row is None else of[problem.row - 1].as_py()
    return Problem(file, problem.zh, problem.en, row=row, field=problem.field, found=problem.found)
