"""What a batch of messages works on: read once, after the covers of its persons are locked; written once at its end.

Covers are locked in the order of persons and years, so that two batches never wait for each other in a circle.
Everything about a person is read after his cover is held, and so nothing that is read changes before it is written.
Whoever has no cover row has no lock either, and no visit: a visit begins with a cover.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from psycopg import Connection, Cursor

from shebao.access.acting import Act
from shebao.database.connection import psycopg_connection
from shebao.files.nhsa import Request
from shebao.medical import checks
from shebao.medical.codes import CERTIFICATE
from shebao.medical.models.cover import ACCUMULATORS
from shebao.medical.numbers import Numbers
from shebao.medical.services import rows
from shebao.medical.services.arrays import Bigints, Days, opened
from shebao.medical.services.rows import Cover, Diagnosis, Institution, Line, Message, Person, Settlement, SignIn, Visit

_COVER = f"""
SELECT c.person_id, c.year, c.employee, c.retired, c.unemployed, c.resident, c.suspended, c.resident_class, c.standing,
    c.relief, c.last_day, c.disordered_id, {", ".join(f"c.{name}" for name in ACCUMULATORS)}
"""
_LOOK = f"{_COVER} FROM medical_cover c WHERE c.person_id = ANY(%s) AND c.year = %s".encode()
# LATERAL with OFFSET 0, here and below: the planner is to look up by index, however large the tables are.
_LOCK = f"""{_COVER} FROM (
    SELECT u.person, u.year::int FROM unnest(%s::bigint[], %s::smallint[]) AS u (person, year)
    UNION
    SELECT v.person_id, y FROM unnest(%s::bigint[], %s::bigint[]) AS u (person, visit) CROSS JOIN LATERAL (
        SELECT * FROM medical_visit v WHERE v.person_id = u.person AND v.id = u.visit OFFSET 0) v,
    -- a stay may end in a later year than it began in
    generate_series(v.year::int, CASE v.care WHEN 3 THEN %s::int ELSE v.year::int END) AS y
    ORDER BY 1, 2
) AS w (person, year) CROSS JOIN LATERAL (
    SELECT * FROM medical_cover c WHERE c.person_id = w.person AND c.year = w.year FOR UPDATE) c
""".encode()
_INSTITUTIONS = b"""
SELECT id, code, name, level, community, place, lower(agreement), upper(agreement), state
FROM medical_institution WHERE code = ANY(%s)
"""
_MESSAGES = b"""
SELECT m.institution_id, m.msgid, m.infno, m.digest, m.answer, m.person_id, m.visit_id, m.operator, m.act_id
FROM unnest(%s::text[], %s::text[]) AS u (code, msgid) JOIN medical_institution i ON i.code = u.code
CROSS JOIN LATERAL (
    SELECT * FROM medical_message m WHERE m.institution_id = i.id AND m.msgid = u.msgid OFFSET 0) m
"""
_NAMED = """
SELECT i.code, m.msgid, m.visit_id FROM unnest(%s::text[], %s::text[]) AS u (code, msgid)
JOIN medical_institution i ON i.code = u.code
JOIN medical_message m ON m.institution_id = i.id AND m.msgid = u.msgid
"""
_VISITS = f"""
SELECT {rows.columns_of(Visit, "v")} FROM unnest(%s::bigint[], %s::bigint[]) AS u (person, visit)
CROSS JOIN LATERAL (SELECT * FROM medical_visit v WHERE v.person_id = u.person AND v.id = u.visit OFFSET 0) v
""".encode()
_SETTLEMENTS = f"""
SELECT {rows.columns_of(Settlement, "s")} FROM unnest(%s::bigint[], %s::bigint[]) AS u (person, visit)
CROSS JOIN LATERAL (
    SELECT * FROM medical_settlement s WHERE s.person_id = u.person AND s.visit_id = u.visit OFFSET 0) s
""".encode()
# Bills of special diseases in the periods that a bill of these persons may belong to.
_PERIODS = f"""
SELECT {rows.columns_of(Settlement, "s")} FROM medical_settlement s
WHERE s.person_id = ANY(%s) AND s.care = 2 AND s.bill_day > %s
""".encode()
_SUMS = b"""
SELECT u.visit, l.* FROM unnest(%s::bigint[], %s::bigint[]) AS u (person, visit) CROSS JOIN LATERAL (
    SELECT l.batch, count(*), sum(l.amount)::bigint, sum(l.own_paid)::bigint, sum(l.over_limit)::bigint,
        sum(l.first_share)::bigint, sum(l.in_scope)::bigint
    FROM medical_line l WHERE l.person_id = u.person AND l.visit_id = u.visit AND l.undone_act_id IS NULL
    GROUP BY l.batch OFFSET 0) l
"""
_LINES = f"""
SELECT {rows.columns_of(Line, "l")} FROM unnest(%s::bigint[], %s::bigint[]) AS u (person, visit)
CROSS JOIN LATERAL (SELECT * FROM medical_line l
    WHERE l.person_id = u.person AND l.visit_id = u.visit AND l.undone_act_id IS NULL OFFSET 0) l
""".encode()
_PERSONS = """
SELECT p.id, n.name, i.kind, i.number, v.sex, v.birth_day, v.death_day FROM people_person p
JOIN people_vitals v ON v.person_id = p.id AND upper_inf(v.recorded)
LEFT JOIN people_name n ON n.person_id = p.id AND n.kind = 1 AND upper_inf(n.recorded) AND n.valid @> %s::date
LEFT JOIN LATERAL (SELECT i.kind, i.number FROM people_identifier i WHERE i.person_id = p.id AND upper_inf(i.recorded)
    AND i.kind <> 10 AND i.valid @> %s::date ORDER BY i.kind LIMIT 1) i ON true
WHERE p.merged_into IS NULL AND p.id = ANY(%s)
"""
_FOUND = """
SELECT i.number, coalesce(p.merged_into, p.id) FROM people_identifier i JOIN people_person p ON p.id = i.person_id
WHERE i.number = ANY(%s) AND i.kind <> 10 AND upper_inf(i.recorded)
"""
_CARDS = """
SELECT c.number, coalesce(p.merged_into, p.id), c.state FROM people_card c JOIN people_person p ON p.id = c.person_id
WHERE c.number = ANY(%s) AND upper_inf(c.recorded) AND upper_inf(c.valid)
"""
_BALANCES = """
SELECT u.person, -(b.posted + b.held) FROM unnest(%s::bigint[]) AS u (person)
JOIN ledger_account a ON a.owner = 'person:' || u.person AND a.fund_id = 2 AND a.part = 2 AND a.chart_id = 303
JOIN ledger_balance b ON b.account_id = a.id
"""
_ITEMS = b"""
SELECT u.no, c.code, c.kind, c.name, c.item_class, c.first_share, c.price_limit, c.sex, c.age_from, c.age_to,
    c.day_quantity, EXISTS (SELECT FROM medical_matching m WHERE m.institution_id = u.institution
        AND m.own_code = u.own AND m.code = u.code AND m.valid @> u.day AND m.undone_at IS NULL)
FROM unnest(%s::int[], %s::bigint[], %s::text[], %s::text[], %s::date[]) AS u (no, institution, code, own, day)
JOIN medical_catalogue c ON c.code = u.code AND c.valid @> u.day
"""
_UPDATE_COVERS = f"""
UPDATE medical_cover c SET last_day = u.last_day, disordered_id = u.disordered_id,
    {", ".join(f"{name} = u.{name}" for name in ACCUMULATORS)}
FROM unnest(%s::bigint[], %s::smallint[], %s::date[], %s::bigint[], {", ".join("%s::bigint[]" for _ in ACCUMULATORS)})
    AS u (person_id, year, last_day, disordered_id, {", ".join(ACCUMULATORS)})
WHERE c.person_id = u.person_id AND c.year = u.year
""".encode()
_UPDATE_VISITS = b"""
UPDATE medical_visit v SET med_type = u.med_type, care = u.care, disease = u.disease, department = u.department,
    ended_at = u.ended_at, turn = u.turn, state = u.state
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::smallint[], %s::text[], %s::text[], %s::timestamptz[],
    %s::smallint[], %s::smallint[]) AS u (person, id, med_type, care, disease, department, ended_at, turn, state)
WHERE v.person_id = u.person AND v.id = u.id
"""
_VISIT_VALUES = attrgetter("person_id", "id", "med_type", "care", "disease", "department", "ended_at", "turn", "state")
_UPDATE_LINES = b"""
UPDATE medical_line l SET batch = u.batch, undone_act_id = u.undone
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[]) AS u (person, id, batch, undone)
WHERE l.person_id = u.person AND l.id = u.id
"""
_SIGN_INS = b"SELECT number, institution_id FROM medical_sign_in WHERE number = ANY(%s) AND ended_at IS NULL"
_UPDATE_SIGN_INS = "UPDATE medical_sign_in SET ended_at = %s WHERE number = ANY(%s) AND ended_at IS NULL"
LONGEST_PERIOD = 360  # days of a period of special diseases


@dataclass(slots=True)
class Asked:
    """A message that waits for its answer.

    values: its input, checked.  digest: of what it asks.  person, visit: whom and what it is about, None where it does
    not say; year: of a cover that it may need beside those of the visit.
    """

    request: Request
    values: dict[str, Any]
    received: datetime
    digest: bytes
    person: int | None = None
    visit: int | None = None
    year: int | None = None


@dataclass(slots=True)
class Sums:
    """What the lines of a bill come to, fen."""

    count: int = 0
    amount: int = 0
    own_paid: int = 0
    over_limit: int = 0
    first_share: int = 0
    in_scope: int = 0

    def add(self, line: Line, sign: int = 1) -> None:
        """A line more, or (sign -1) less."""
        self.count += sign
        self.amount += sign * line.amount
        self.own_paid += sign * line.own_paid
        self.over_limit += sign * line.over_limit
        self.first_share += sign * line.first_share
        self.in_scope += sign * line.in_scope


def _cover(row: Any) -> Cover:
    return Cover(*row[:12], accumulated=dict(zip(ACCUMULATORS, row[12:], strict=True)))


def _rows(cursor: Cursor[Any], statement: bytes | str, *values: Any) -> list[Any]:
    return cursor.execute(statement, values, prepare=True).fetchall()


@dataclass
class State:
    """The record as far as a batch is concerned with it."""

    act: Act
    now: datetime
    today: date
    numbers: Numbers
    institutions: dict[str, Institution] = field(default_factory=dict)
    covers: dict[tuple[int, int], Cover] = field(default_factory=dict)
    visits: dict[tuple[int, int], Visit] = field(default_factory=dict)
    sums: defaultdict[tuple[int, str], Sums] = field(default_factory=lambda: defaultdict(Sums))
    lines: defaultdict[int, list[Line]] = field(default_factory=lambda: defaultdict(list))  # of visits that need them
    settlements: defaultdict[int, dict[int, Settlement]] = field(default_factory=lambda: defaultdict(dict))  # by person
    messages: dict[tuple[int, str], Message] = field(default_factory=dict)
    persons: dict[int, Person] = field(default_factory=dict)
    by_paper: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    cards: dict[str, tuple[int, int]] = field(default_factory=dict)  # number -> person, CardState
    balances: dict[int, int] = field(default_factory=dict)
    sign_ins: dict[str, int] = field(default_factory=dict)  # number -> institution, of those that go on
    new_visits: list[Visit] = field(default_factory=list)
    changed_visits: dict[int, Visit] = field(default_factory=dict)
    new_diagnoses: list[Diagnosis] = field(default_factory=list)
    new_lines: list[Line] = field(default_factory=list)
    changed_lines: dict[int, Line] = field(default_factory=dict)
    new_settlements: list[Settlement] = field(default_factory=list)
    new_messages: list[Message] = field(default_factory=list)
    new_sign_ins: list[SignIn] = field(default_factory=list)
    ended_sign_ins: list[str] = field(default_factory=list)

    # ------------------------------------------------------------ reading
    @property
    def connection(self) -> Connection[Any]:
        """The connection of the act."""
        return psycopg_connection()

    def cursor(self) -> Cursor[Any]:
        """A cursor that sends parameters beside the statement, columns as whole arrays, and is answered in binary."""
        return opened()

    def resolve(self, asked: Sequence[Asked]) -> None:
        """Finds the visit of messages that name another message (2601); it is looked at again once locked."""
        named = [(each.request.fixmedins_code, each.values["data"]["omsgid"]) for each in asked]
        if named:
            columns = _columns(named)
            found = {(code, number): visit for code, number, visit in _rows(self.cursor(), _NAMED, *columns)}
            for each, name in zip(asked, named, strict=True):
                each.visit = found.get(name)

    def load(self, asked: Sequence[Asked], bills: bool, lined: Iterable[tuple[int, int]]) -> None:
        """Locks the covers, then reads what the messages need.

        bills: some ask for a bill.  lined: (person, visit) whose lines are needed one by one.
        """
        by_visit = sorted({(each.person, each.visit) for each in asked if each.person and each.visit})
        visits = [[p for p, _ in by_visit], [v for _, v in by_visit]]
        wanted = sorted({(each.person, each.year) for each in asked if each.person and each.year})
        named = {(each.request.fixmedins_code, each.request.msgid) for each in asked}
        named |= {
            (each.request.fixmedins_code, each.values["data"]["omsgid"])
            for each in asked
            if each.request.infno == "2601"
        }
        signed = {each.request.sign_no for each in asked if each.request.sign_no}
        signed |= {each.values["signOut"]["sign_no"] for each in asked if each.request.infno == "9002"}
        lines = sorted(set(lined))
        # All at once: each statement sees what was committed when the one before it ended, so when the locks are held.
        with self.connection.pipeline():
            locked = self._ask(_LOCK, [p for p, _ in wanted], [y for _, y in wanted], *visits, self.today.year)
            institutions = self._ask(_INSTITUTIONS, sorted({each.request.fixmedins_code for each in asked}))
            messages = self._ask(_MESSAGES, *_columns(sorted(named)))
            sign_ins = self._ask(_SIGN_INS, sorted(signed)) if signed else None
            found = self._ask(_VISITS, *visits) if by_visit else None
            settled = self._ask(_SETTLEMENTS, *visits) if by_visit else None
            sums = self._ask(_SUMS, *visits) if bills else None
            charged = self._ask(_LINES, [p for p, _ in lines], [v for _, v in lines]) if lines else None
        for row in locked.fetchall():
            self.covers[row[0], row[1]] = _cover(row)
        for row in institutions.fetchall():
            self.institutions[row[1]] = Institution(*row)
        for row in messages.fetchall():
            self.messages[row[0], row[1]] = Message(*row)
        if sign_ins is not None:
            self.sign_ins = dict(sign_ins.fetchall())
        if found is not None and settled is not None:
            for row in found.fetchall():
                self.visits[row[0], row[1]] = Visit(*row)
            for row in settled.fetchall():
                self.settlements[row[0]][row[1]] = Settlement(*row)
        for visit, batch, *summed in sums.fetchall() if sums is not None else ():
            self.sums[visit, batch] = Sums(*summed)
        for row in charged.fetchall() if charged is not None else ():
            line = Line(*row)
            self.lines[line.visit_id].append(line)
        # a bill of a special disease may belong to a period that another visit began
        if special := sorted({visit.person_id for visit in self.visits.values() if visit.care == 2}):
            first = date.fromordinal(self.today.toordinal() - 2 * LONGEST_PERIOD)
            for row in _rows(self.cursor(), _PERIODS, special, first):
                self.settlements[row[0]][row[1]] = Settlement(*row)

    def _ask(self, statement: bytes, *values: Any) -> Cursor[Any]:
        """A cursor whose rows are there once the pipeline has ended."""
        return self.cursor().execute(statement, values, prepare=True)

    def identify(self, persons: Iterable[int], papers: Iterable[str], cards: Iterable[str], day: date) -> None:
        """Reads who these are: by number, by the number of a certificate, by that of a card."""
        cursor = self.cursor()
        numbers = set(persons)
        if papers := sorted(set(papers)):
            for paper, person in _rows(cursor, _FOUND, papers):
                self.by_paper[paper].add(person)
                numbers.add(person)
        if cards := sorted(set(cards)):
            for card, person, state in _rows(cursor, _CARDS, cards):
                self.cards[card] = (person, state)
                numbers.add(person)
        if numbers:
            for number, name, kind, paper, sex, born, died in _rows(cursor, _PERSONS, day, day, sorted(numbers)):
                kind_code = CERTIFICATE.get(kind, "99")
                self.persons[number] = Person(number, name or "", kind_code, paper or "", sex, born, died)

    def read_covers(self, persons: Iterable[int], year: int) -> None:
        """Reads covers that are only looked at; those that are locked stay as they are."""
        wanted = [person for person in sorted(set(persons)) if (person, year) not in self.covers]
        for row in _rows(self.cursor(), _LOOK, wanted, year) if wanted else ():
            self.covers[row[0], row[1]] = _cover(row)

    def account_balances(self, persons: Iterable[int]) -> None:
        """Reads what stands on the medical accounts of these."""
        for person, balance in _rows(self.cursor(), _BALANCES, sorted(set(persons))):
            self.balances[person] = balance

    def items(self, wanted: Sequence[tuple[int, str, str, date]]) -> list[tuple[checks.Item | None, bool]]:
        """The item of each (institution, national code, own code, day), and whether the own code is matched with it."""
        found: list[tuple[checks.Item | None, bool]] = [(None, False)] * len(wanted)
        if wanted:
            columns = [list(column) for column in zip(*wanted, strict=True)]
            for no, *item, matched in _rows(self.cursor(), _ITEMS, list(range(len(wanted))), *columns):
                found[no] = (checks.Item(*item), matched)
        return found

    # ------------------------------------------------------------ what stands
    def standing(self, visit: Visit) -> list[Settlement]:
        """The settlements of a visit that were not taken back, the earliest first."""
        return standing(s for s in self.settlements[visit.person_id].values() if s.visit_id == visit.id)

    def last_reversal(self, visit: Visit, batch: str) -> int | None:
        """The reversal that a new settlement of the bill follows; None where there was none before."""
        of_bill = [s for s in self.settlements[visit.person_id].values() if s.visit_id == visit.id and s.batch == batch]
        followed = {s.follows_id for s in of_bill}
        return next((s.id for s in of_bill if s.reverses_id is not None and s.id not in followed), None)

    # ------------------------------------------------------------ writing
    def change(self, visit: Visit) -> None:
        """The visit is written again."""
        self.changed_visits[visit.id] = visit

    def add_visit(self, visit: Visit) -> None:
        """A visit that begins."""
        self.visits[visit.person_id, visit.id] = visit
        self.new_visits.append(visit)

    def add_line(self, line: Line) -> None:
        """A line more."""
        self.new_lines.append(line)
        self.lines[line.visit_id].append(line)
        self.sums[line.visit_id, line.batch].add(line)

    def undo_line(self, line: Line) -> None:
        """A line less."""
        self.sums[line.visit_id, line.batch].add(line, -1)
        self.lines[line.visit_id].remove(line)
        line.undone_act_id = self.act.id
        self.changed_lines[line.id] = line

    def add_settlement(self, settlement: Settlement) -> None:
        """A settlement or reversal: the cover counts it."""
        self.new_settlements.append(settlement)
        self.settlements[settlement.person_id][settlement.id] = settlement
        self.covers[settlement.person_id, settlement.year].count(settlement)
        if settlement.person_id in self.balances:
            self.balances[settlement.person_id] -= settlement.account

    def write(self) -> None:
        """Writes all that is new or changed, but for the books."""
        cursor = self.cursor()
        with self.connection.pipeline():
            rows.VISITS.write(cursor, self.new_visits)
            rows.DIAGNOSES.write(cursor, self.new_diagnoses)
            rows.LINES.write(cursor, self.new_lines)
            rows.SETTLEMENTS.write(cursor, self.new_settlements)
            rows.MESSAGES.write(cursor, self.new_messages)
            rows.SIGN_INS.write(cursor, self.new_sign_ins)
            fresh = {id(visit) for visit in self.new_visits}
            if visits := [visit for visit in self.changed_visits.values() if id(visit) not in fresh]:
                cursor.execute(_UPDATE_VISITS, _columns(map(_VISIT_VALUES, visits)), prepare=True)
            fresh = {id(line) for line in self.new_lines}
            if lines := [line for line in self.changed_lines.values() if id(line) not in fresh]:
                values = ((line.person_id, line.id, line.batch, line.undone_act_id) for line in lines)
                cursor.execute(_UPDATE_LINES, _columns(values), prepare=True)
            if covers := [cover for cover in self.covers.values() if cover.changed]:
                columns = [[cover.accumulated[name] for cover in covers] for name in ACCUMULATORS]
                counted = [
                    Bigints.some([cover.person_id for cover in covers]),
                    [cover.year for cover in covers],
                    Days.some([cover.last_day for cover in covers]),
                    Bigints.some([cover.disordered_id for cover in covers]),
                    *map(Bigints.some, columns),
                ]
                cursor.execute(_UPDATE_COVERS, counted, prepare=True)
            if self.ended_sign_ins:
                cursor.execute(_UPDATE_SIGN_INS, [self.now, self.ended_sign_ins])


def standing(settlements: Iterable[Settlement]) -> list[Settlement]:
    """Of these settlements and reversals, the settlements that stand, the earliest first."""
    given = list(settlements)
    reversed_ = {s.reverses_id for s in given}
    return sorted((s for s in given if s.reverses_id is None and s.id not in reversed_), key=lambda s: s.id)


def _columns(values: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return list(map(list, zip(*values, strict=True)))
