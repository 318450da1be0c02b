"""What is staged of each kind of file."""

from __future__ import annotations

import pyarrow as pa

_SMALL, _LARGE, _TEXT, _DAY = pa.int16(), pa.int64(), pa.string(), pa.date32()

# In the order in which they are read and loaded: what others refer to comes first.
SCHEMAS: dict[str, pa.Schema] = {
    "organisations": pa.schema(
        {
            "organisation": _TEXT,  # its key in the files, the unified code where there is none
            "code": _TEXT,
            "name": _TEXT,
            "kind": _SMALL,
            "place": _TEXT,
            "sector": _TEXT,
            "injury_class": _SMALL,
            "since": _DAY,
        }
    ),
    "persons": pa.schema(
        {
            "person_id": _TEXT,
            "name": _TEXT,
            "sex": _SMALL,
            "birth_day": _DAY,
            "death_day": _DAY,
            "id_kind": _SMALL,  # of people's IdentifierKind
            "id_number": _TEXT,
            "place": _TEXT,
            "address": _TEXT,
            "hukou": _SMALL,
            "hukou_place": _TEXT,
            "phone": _TEXT,
            "organisation": _TEXT,
            "work_since": _DAY,
        }
    ),
    "histories": pa.schema(
        {
            "person_id": _TEXT,
            "insurance": _SMALL,
            "year": _SMALL,
            "region": _SMALL,
            "kind": _SMALL,
            "months": _SMALL,
            "base": _LARGE,
            "weighted": _LARGE,
            "credited": _SMALL,
            "account": _LARGE,
            "wage": _LARGE,
        }
    ),
    "balances": pa.schema({"person_id": _TEXT, "insurance": _SMALL, "as_of": _DAY, "balance": _LARGE, "own": _LARGE}),
    "awards": pa.schema({"person_id": _TEXT, "kind": _SMALL, "amount": _LARGE, "since": _DAY, "paid_to": _DAY}),
}
OF_PERSONS = ("histories", "balances", "awards")  # whose rows are about a person
# Columns with a control total beside the number of rows; fen.
SUMS: dict[str, tuple[str, ...]] = {
    "organisations": (),
    "persons": (),
    "histories": ("base", "weighted", "account"),
    "balances": ("balance", "own"),
    "awards": ("amount",),
}
