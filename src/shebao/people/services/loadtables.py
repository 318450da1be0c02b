"""The tables that `load` takes."""

from __future__ import annotations

import pyarrow as pa

from shebao.people.facts import KINDS

MOMENT = pa.timestamp("us", "UTC")
DAYS = pa.struct([("lower", pa.date32()), ("upper", pa.date32())])
SMALL, LARGE, TEXT, DAY = pa.int16(), pa.int64(), pa.string(), pa.date32()

# Heads first, then what refers to them: table -> column -> type.
TABLES: dict[str, dict[str, pa.DataType]] = {
    "people_organisation": {
        "id": LARGE,
        "kind": SMALL,
        "name": TEXT,
        "code": TEXT,
        "place": TEXT,
        "sector": TEXT,
        "injury_class": SMALL,
    },
    "people_organisation_state": {"organisation_id": LARGE, "valid": DAYS, "state": SMALL},
    "people_organisation_account": {
        "organisation_id": LARGE,
        "valid": DAYS,
        "bank": TEXT,
        "account": TEXT,
        "holder": TEXT,
    },
    "people_household": {"id": LARGE, "kind": SMALL, "place": TEXT, "number": TEXT},
    "people_person": {"id": LARGE, "place": TEXT, "protected": SMALL},
    "people_name": {"kind": SMALL, "name": TEXT},
    "people_vitals": {"sex": SMALL, "birth_day": DAY, "death_day": DAY},
    "people_identifier": {"kind": SMALL, "number": TEXT},
    "people_residence": {"place": TEXT, "address": TEXT, "hukou": SMALL, "hukou_place": TEXT},
    "people_membership": {"household_id": LARGE, "kind": SMALL, "role": SMALL},
    "people_work": {"organisation_id": LARGE, "kind": SMALL, "main": pa.bool_()},
    "people_status": {"kind": SMALL, "grade": SMALL, "category": SMALL},
    "people_relation": {"kind": SMALL, "scope": SMALL, "other_id": LARGE, "organisation_id": LARGE},
    "people_contact": {"kind": SMALL, "value": TEXT},
    "people_notice": {"topic": SMALL, "channel": SMALL},
    "people_card": {"card": LARGE, "number": TEXT, "state": SMALL},
    "people_particular": {"input": TEXT, "value": LARGE},
}
FACTS = tuple(kind.table for kind in KINDS)
ORGANISATION_FACTS = ("people_organisation_state", "people_organisation_account")
TABLES.update({name: {"person_id": LARGE, "valid": DAYS, **TABLES[name]} for name in FACTS})
del TABLES["people_vitals"]["valid"]  # from the day of birth on

# What a column holds where it is left out or empty.
DEFAULTS: dict[tuple[str, str], int | bool | str] = {
    ("people_organisation", "sector"): "",
    ("people_household", "kind"): 1,
    ("people_person", "protected"): 0,
    ("people_name", "kind"): 1,
    ("people_membership", "kind"): 1,
    ("people_work", "main"): True,
    ("people_relation", "scope"): 1,
}
# Columns that may be empty.
EMPTY: frozenset[tuple[str, str]] = frozenset(
    {
        ("people_organisation", "code"),
        ("people_organisation", "injury_class"),
        ("people_household", "number"),
        ("people_vitals", "death_day"),
        ("people_residence", "address"),
        ("people_residence", "hukou"),
        ("people_residence", "hukou_place"),
        ("people_work", "organisation_id"),
        ("people_status", "grade"),
        ("people_status", "category"),
        ("people_relation", "other_id"),
        ("people_relation", "organisation_id"),
        ("people_card", "number"),
    }
)
# Rows that agree in these columns, and are of these kinds where some are named, hold one at a time.
ONE_AT_A_TIME: tuple[tuple[str, tuple[str, ...], tuple[str, frozenset[int]] | None], ...] = (
    ("people_organisation_state", ("organisation_id",), None),
    ("people_organisation_account", ("organisation_id",), None),
    ("people_name", ("person_id", "kind"), None),
    ("people_residence", ("person_id",), None),
    ("people_membership", ("person_id", "kind"), None),
    ("people_work", ("person_id",), ("main", frozenset({1}))),
    ("people_work", ("person_id", "organisation_id"), None),
    ("people_status", ("person_id", "kind"), None),
    ("people_relation", ("person_id", "kind", "scope"), ("kind", frozenset({3, 4}))),
    ("people_relation", ("person_id", "kind", "scope", "other_id", "organisation_id"), None),
    ("people_contact", ("person_id", "kind"), None),
    ("people_notice", ("person_id", "topic"), None),
    ("people_card", ("person_id", "card"), None),
    ("people_particular", ("person_id", "input"), None),
)
# Column -> where the number has to stand.
REFERS: dict[str, str] = {
    "person_id": "people_person",
    "other_id": "people_person",
    "organisation_id": "people_organisation",
    "household_id": "people_household",
}
