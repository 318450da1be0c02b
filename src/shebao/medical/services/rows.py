"""Rows of the tables that the messages work on, in memory, and how many of them are written by one statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any

import numpy as np
from psycopg import Cursor

from shebao.law.insurance.medical_bill.facts import InsuredClass
from shebao.ledger.arrays import Flags, Texts
from shebao.medical.codes import CLASS_OF_GRADE, EMPLOYEE, RESIDENT
from shebao.medical.models.cover import ACCUMULATORS
from shebao.medical.models.settling import AMOUNTS
from shebao.medical.services.arrays import Bigints, Bytes, Days, Moments

# How a column of each type travels: its type in SQL, and what makes an array of it.
_ARRAYS: Mapping[str, tuple[str, Callable[[Sequence[Any]], Any]]] = {
    "int": ("bigint[]", Bigints.some),
    "int | None": ("bigint[]", Bigints.some),
    "str": ("text[]", Texts.of),
    "str | None": ("text[]", Texts.of),
    "bool": ("boolean[]", lambda values: Flags.of(np.array(values, bool))),
    "bytes": ("bytea[]", Bytes.some),
    "bytes | None": ("bytea[]", Bytes.some),
    "date": ("date[]", Days.some),
    "date | None": ("date[]", Days.some),
    "datetime": ("timestamptz[]", Moments.some),
    "datetime | None": ("timestamptz[]", Moments.some),
}


@dataclass(slots=True)
class Institution:
    """An institution as it stands.  agreement: the first day, and the day after the last or None."""

    id: int
    code: str
    name: str
    level: int
    community: bool
    place: str
    since: date
    until: date | None
    state: int


@dataclass(slots=True)
class Person:
    """Who somebody is.  card: the state of his card, None where no card was asked about."""

    id: int
    name: str
    certificate_kind: str
    certificate: str
    sex: int
    birth_day: date
    death_day: date | None


@dataclass(frozen=True, slots=True)
class Insured:
    """As what a person is insured on a day."""

    insutype: str
    insured_class: InsuredClass
    suspended: bool


@dataclass(slots=True)
class Cover:
    """A cover row, see models.Cover; the accumulators by name."""

    person_id: int
    year: int
    employee: int
    retired: int
    unemployed: int
    resident: int
    suspended: int
    resident_class: int | None
    standing: int
    relief: int
    last_day: date | None
    disordered_id: int | None
    accumulated: dict[str, int] = field(kw_only=True)
    changed: bool = field(default=False, kw_only=True)

    def count(self, settlement: Settlement) -> None:
        """A settlement or reversal more; one that is not in the order of service is marked."""
        for name in ACCUMULATORS:
            self.accumulated[name] += getattr(settlement, name)
        day, last = settlement.bill_day, self.last_day
        if last is not None and (day < last or (settlement.reverses_id is not None and day == last)):
            self.disordered_id = self.disordered_id or settlement.id
        self.last_day = day if last is None else max(day, last)
        self.changed = True

    def on(self, day: date) -> Insured | None:
        """As what the person is insured on a day of the year; None when he is not."""
        bit = 1 << (day.month - 1)
        paused = bool(self.suspended & bit)
        if self.employee & bit:
            return Insured(EMPLOYEE, InsuredClass.RETIRED if self.retired & bit else InsuredClass.ACTIVE, paused)
        if self.unemployed & bit:
            return Insured(EMPLOYEE, InsuredClass.UNEMPLOYED, False)
        if self.resident & bit and self.resident_class:
            return Insured(RESIDENT, CLASS_OF_GRADE[self.resident_class], paused)  # type: ignore[index]
        return None


@dataclass(slots=True)
class Visit:
    """A row of medical_visit; new: it is not there yet."""

    person_id: int
    id: int
    institution_id: int
    year: int
    care: int
    insutype: str
    med_type: str
    number: str
    began_at: datetime
    ended_at: datetime | None
    department: str
    disease: str
    turn: int
    state: int
    name: str
    certificate_kind: str
    certificate: str
    sex: int
    birth_day: date
    act_id: int


@dataclass(slots=True)
class Diagnosis:
    """A row of medical_diagnosis."""

    person_id: int
    visit_id: int
    act_id: int
    number: int
    kind: str
    code: str
    name: str
    main: bool


@dataclass(slots=True)
class Line:
    """A row of medical_line."""

    person_id: int
    id: int
    visit_id: int
    number: str
    batch: str
    at: datetime
    code: str
    own_code: str
    item_class: int
    first_share_ratio: int
    price_limit: int
    quantity: int
    price: int
    amount: int
    own_paid: int
    over_limit: int
    first_share: int
    in_scope: int
    findings: str
    act_id: int
    undone_act_id: int | None


@dataclass(slots=True)
class Settlement:
    """A row of medical_settlement; see the model."""

    person_id: int
    id: int
    institution_id: int
    visit_id: int
    batch: str
    msgid: str
    reverses_id: int | None
    follows_id: int | None
    year: int
    insutype: str
    med_type: str
    care: int
    insured_class: int
    standing: int
    bill_day: date
    settled_at: datetime
    day: date
    period_number: int
    period_start: date | None
    final: bool
    approx: bool
    act_id: int
    total: int
    own_paid: int
    over_limit: int
    first_share: int
    in_scope: int
    deductible: int
    own_ratio: int
    above_cap: int
    pool: int
    large: int
    supplement: int
    catastrophic: int
    assistance: int
    account: int
    cash: int
    year_outpatient_eligible: int
    year_outpatient_paid: int
    year_periods: int
    year_pool_paid: int
    year_large_paid: int
    year_own_share: int
    year_catastrophic_paid: int
    aid_outpatient: int
    aid_inpatient: int
    aid_serious: int

    @property
    def funds(self) -> int:
        """What all funds pay."""
        return self.pool + self.large + self.supplement + self.catastrophic + self.assistance

    def mirrored(self) -> dict[str, int]:
        """All amounts and accumulators with the opposite sign."""
        return {name: -getattr(self, name) for name in (*AMOUNTS, *ACCUMULATORS)}


@dataclass(slots=True)
class Message:
    """A row of medical_message."""

    institution_id: int
    msgid: str
    infno: str
    digest: bytes
    answer: bytes | None
    person_id: int | None
    visit_id: int | None
    operator: str
    act_id: int


@dataclass(slots=True)
class SignIn:
    """A row of medical_sign_in."""

    number: str
    institution_id: int
    operator: str
    ip: str
    mac: str
    at: datetime
    ended_at: datetime | None
    act_id: int


class Writer:
    """Writes many rows of a dataclass by one prepared statement, an array a column."""

    def __init__(self, kind: type, table: str) -> None:
        kinds = {each.name: _ARRAYS[str(each.type)] for each in fields(kind)}
        columns = ", ".join(kinds)
        arrays = ", ".join(f"%s::{sql}" for sql, _ in kinds.values())
        self._statement = f"INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays})".encode()
        self._values = attrgetter(*kinds)
        self._arrays = [array for _, array in kinds.values()]

    def write(self, cursor: Cursor[Any], rows: Sequence[Any]) -> None:
        """Adds the rows, if any."""
        if rows:
            columns = zip(*map(self._values, rows), strict=True)
            given = [array(column) for array, column in zip(self._arrays, columns, strict=True)]
            cursor.execute(self._statement, given, prepare=True)


VISITS = Writer(Visit, "medical_visit")
DIAGNOSES = Writer(Diagnosis, "medical_diagnosis")
LINES = Writer(Line, "medical_line")
SETTLEMENTS = Writer(Settlement, "medical_settlement")
MESSAGES = Writer(Message, "medical_message")
SIGN_INS = Writer(SignIn, "medical_sign_in")


def columns_of(kind: type, prefix: str) -> str:
    """The columns of a row's table, in the order of its fields, for a SELECT."""
    return ", ".join(f"{prefix}.{each.name}" for each in fields(kind))
