"""Facts about a person, and the event that brings them.

Each kind of fact is a table; its attributes are the table's columns of the same names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, ClassVar, Generic, TypeVar

from shebao.people.codes import (
    ONE_AT_A_TIME,
    CardState,
    Channel,
    ContactKind,
    EventKind,
    HouseholdKind,
    IdentifierKind,
    NameKind,
    RelationKind,
    Scope,
    StatusKind,
    Topic,
    WorkKind,
)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that holds for a person from the first day `since` to the last day `until`, or on."""

    table: ClassVar[str]
    # SQL over a row `t` known now and the values of this fact: whether the two may not hold on one day.
    excludes: ClassVar[str] = "true"
    # The same: whether the row is superseded whole, on whatever days it holds.
    replaces: ClassVar[str] = "false"
    # The same for a fact that comes from a record merged into this one, where `excludes` is not right for it.
    merged_excludes: ClassVar[str | None] = None
    since: date
    until: date | None = None

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """The columns of the fact itself."""
        return tuple(f.name for f in fields(cls) if f.name not in ("since", "until"))

    def values(self) -> dict[str, Any]:
        """Column -> value."""
        return {name: getattr(self, name) for name in self.columns()}


@dataclass(frozen=True, kw_only=True)
class Name(Fact):
    """姓名.  Its pinyin is made from it."""

    table = "people_name"
    excludes = "t.kind = %(kind)s"
    name: str
    kind: int = NameKind.LEGAL


@dataclass(frozen=True, kw_only=True)
class Vitals(Fact):
    """性别、出生、死亡, from birth on: `since` is the day of birth.  A death is written with the others again."""

    table = "people_vitals"
    replaces = "true"
    since: date = field(init=False)
    until: None = field(init=False, default=None)
    sex: int
    birth_day: date
    death_day: date | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "since", self.birth_day)


@dataclass(frozen=True, kw_only=True)
class Identifier(Fact):
    """证件.  A number has one span of days: what is recorded last."""

    table = "people_identifier"
    excludes = (
        f"t.kind = %(kind)s AND (t.number = %(number)s OR t.kind IN ({', '.join(str(int(k)) for k in ONE_AT_A_TIME)}))"
    )
    replaces = "t.kind = %(kind)s AND t.number = %(number)s"
    merged_excludes = "false"  # who had two records with two numbers is found by both
    kind: int
    number: str


@dataclass(frozen=True, kw_only=True)
class Residence(Fact):
    """居住地和户籍.  place: where the person lives; hukou: the law's code; hukou_place: GB/T 2260, any province."""

    table = "people_residence"
    place: str
    address: str | None = None
    hukou: int | None = None
    hukou_place: str | None = None


@dataclass(frozen=True, kw_only=True)
class Membership(Fact):
    """Member of a household of that kind."""

    table = "people_membership"
    excludes = "t.kind = %(kind)s"
    household_id: int
    role: int
    kind: int = HouseholdKind.HOUSEHOLD


@dataclass(frozen=True, kw_only=True)
class Work(Fact):
    """就业.  A new main work ends the main work there was; a second one beside it is not main."""

    table = "people_work"
    excludes = "(t.main AND %(main)s) OR coalesce(t.organisation_id, 0) = coalesce(%(organisation_id)s::bigint, 0)"
    organisation_id: int | None
    kind: int = WorkKind.EMPLOYED
    main: bool = True


@dataclass(frozen=True, kw_only=True)
class Status(Fact):
    """身份状态; grade and category as codes.StatusKind says."""

    table = "people_status"
    excludes = "t.kind = %(kind)s"
    kind: int
    grade: int | None = None
    category: int | None = None


@dataclass(frozen=True, kw_only=True)
class Relation(Fact):
    """What a person (other_id) or an organisation is to this one, for which business."""

    table = "people_relation"
    excludes = (
        "t.kind = %(kind)s AND t.scope = %(scope)s AND (t.kind IN "
        f"({int(RelationKind.PAYEE)}, {int(RelationKind.SPOUSE)}) "
        "OR (coalesce(t.other_id, 0), coalesce(t.organisation_id, 0)) = "
        "(coalesce(%(other_id)s::bigint, 0), coalesce(%(organisation_id)s::bigint, 0)))"
    )
    kind: int
    scope: int = Scope.ALL
    other_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Contact(Fact):
    """联系方式."""

    table = "people_contact"
    excludes = "t.kind = %(kind)s"
    kind: int
    value: str


@dataclass(frozen=True, kw_only=True)
class Notice(Fact):
    """通知方式 for a topic."""

    table = "people_notice"
    excludes = "t.topic = %(topic)s"
    topic: int
    channel: int


@dataclass(frozen=True, kw_only=True)
class Card(Fact):
    """A state of one card (services.cards draws its number `card`)."""

    table = "people_card"
    excludes = "t.card = %(card)s"
    card: int
    number: str | None
    state: int


@dataclass(frozen=True, kw_only=True)
class Particular(Fact):
    """认定事项: a fact that rules ask for and no other table holds.

    input: the name of the law's input; value: as rules hold it (fen, a day number, a code, 0 or 1).  A fact of a family
    (assets, a home that was asked for) stands with the member who declares it.
    """

    table = "people_particular"
    excludes = "t.input = %(input)s"
    input: str
    value: int


KINDS: tuple[type[Fact], ...] = (
    Name,
    Vitals,
    Identifier,
    Residence,
    Membership,
    Work,
    Status,
    Relation,
    Contact,
    Notice,
    Card,
    Particular,
)
OF_TABLE: Mapping[str, type[Fact]] = {kind.table: kind for kind in KINDS}
# What a code may be; the database checks the same.
CODES: Mapping[tuple[str, str], type[Any]] = {
    ("people_name", "kind"): NameKind,
    ("people_identifier", "kind"): IdentifierKind,
    ("people_membership", "kind"): HouseholdKind,
    ("people_work", "kind"): WorkKind,
    ("people_status", "kind"): StatusKind,
    ("people_relation", "kind"): RelationKind,
    ("people_relation", "scope"): Scope,
    ("people_contact", "kind"): ContactKind,
    ("people_notice", "topic"): Topic,
    ("people_notice", "channel"): Channel,
    ("people_card", "state"): CardState,
}


@dataclass(frozen=True)
class End:
    """From the fact's first day to its last nothing of its kind holds: an end of work, a status that is over."""

    fact: Fact


@dataclass(frozen=True, kw_only=True)
class Event:
    """What happened, when, who says so (source), what proves it (evidence), and the facts that follow from it."""

    kind: EventKind
    occurred_on: date
    source: str
    evidence: str = ""
    facts: Sequence[Fact | End] = ()


F = TypeVar("F", bound=Fact)


@dataclass(frozen=True)
class Known(Generic[F]):
    """A fact as it stands in the record: its row, the event that brought it, and since when it is known, until when."""

    fact: F
    id: int
    event_id: int
    known_from: datetime | None  # None: superseded by the act that recorded it, so never known
    known_to: datetime | None
