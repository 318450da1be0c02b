"""What a pass found, as Arrow columns: for each variable its values and, beside them, why a value was refused.

`<variable>`: int64 for money (fen), ratios and other numbers, date32 for days, bool for flags, names (dictionary of
string) for codes; null where refused.  The field's metadata say `unit` (the kind's name) and `scale` (how many of the
integer make one of what is written).  `<variable>_refusal`: null where decided, else a stable code for machines:
the status's name, what it concerns, and the detail where there is one: MISSING:birth_day, INVALID:paid_base:3 (its
third element), NO_FIGURE:interest:2005, NO_FIGURE:rate:1998-05-01, REASON:NOT_OF_AGE, INDEX:pension_from_2006:54,
NO_GROUP:household.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shebao.rules.graph import Plan
from shebao.rules.kernel import Ints
from shebao.rules.kinds import FIRST_DAY, LAST_DAY, Kind, date_of
from shebao.rules.law import Variable
from shebao.rules.status import Why, unpack

REFUSAL = "_refusal"
MOST_CODES = 100_000  # that a plan keeps
TEXT = pa.dictionary(pa.int32(), pa.string())


def refusal_code(plan: Plan, status: int) -> str:
    """The code of a status; "" when it is decided."""
    known: dict[int, str] = vars(plan).setdefault("_refusal_codes", {})
    if status not in known:
        if len(known) >= MOST_CODES:
            known.clear()
        known[status] = _refusal_code(plan, status) if status else ""
    return known[status]


def _refusal_code(plan: Plan, status: int) -> str:
    why, subject, detail = unpack(status)
    match why.of:
        case "input":
            name = plan.inputs[subject] if subject < len(plan.inputs) else "record"
        case "parameter":
            name = plan.parameters[subject]
        case "variable":
            name = plan.order[subject].name
        case "rule":
            name = plan.rules[subject].name
        case "reason":
            name = plan.reasons[subject]
        case _:
            name = plan.groups[subject]
    told = str(detail) if detail or why is Why.INDEX else ""
    if why.of == "parameter" and not plan.law.parameters[name].yearly and FIRST_DAY <= detail <= LAST_DAY:
        told = date_of(detail).isoformat()
    return f"{why.name}:{name}:{told}" if told else f"{why.name}:{name}"


def arrow_type(kind: Kind) -> pa.DataType:
    """The Arrow type of a variable's column."""
    return {"day": pa.date32(), "flag": pa.bool_(), "code": TEXT}.get(kind.form, pa.int64())


def fields(variable: Variable) -> tuple[pa.Field, pa.Field]:
    """The fields of a variable: value and refusal."""
    kind = variable.kind
    metadata = {"unit": kind.name, "scale": str(kind.scale), "zh": variable.zh, "en": variable.en}
    return pa.field(variable.name, arrow_type(kind), metadata=metadata), pa.field(variable.name + REFUSAL, TEXT)


def arrays(plan: Plan, variable: Variable, values: Ints, statuses: Ints) -> tuple[pa.Array, pa.Array]:
    """Values (null where refused) and refusals of a variable."""
    refused = statuses != 0
    if not refused.any():
        nothing = pa.DictionaryArray.from_arrays(pa.nulls(len(values), pa.int32()), pa.array([], pa.string()))
        return _values(variable.kind, values, None), nothing
    told = pa.array(statuses, mask=~refused).dictionary_encode()
    words = [refusal_code(plan, status) for status in told.dictionary.to_pylist()]
    refusals = pa.DictionaryArray.from_arrays(told.indices, pa.array(words, pa.string()))
    return _values(variable.kind, values, refused), refusals


def _values(kind: Kind, values: Ints, refused: npt.NDArray[np.bool_] | None) -> pa.Array:
    if kind.form == "day":
        return pa.array(values.astype(np.int32), mask=refused).view(pa.date32())
    if kind.form == "flag":
        return pa.array(values != 0, mask=refused)
    if kind.codes is not None:
        members: list[Any] = sorted(kind.codes)
        numbers = np.array([int(m) for m in members], np.int64)
        places = np.searchsorted(numbers, values).clip(0, len(members) - 1).astype(np.int32)  # a refused value is 0
        names = pa.array([m.name.lower() for m in members], pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(places, mask=refused), names)
    return pa.array(values, mask=refused)
