"""Arrow tables of facts, for tests of passes over the small law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st
from small_law import LAW

from shebao.rules.declare import Input
from shebao.rules.kinds import day

PERSON = "person"


def arrow_type(given: Input) -> pa.DataType:
    element = {"day": pa.date32(), "flag": pa.bool_()}.get(given.kind.form, pa.int64())
    return pa.list_(element) if given.history else element


def table_of(facts: Sequence[Mapping[str, Any]], owner: str = PERSON, **more: Any) -> pa.Table:
    """The facts of an owner's rows by column; `more`: further columns, as person_id and the groups' ids."""
    columns = {}
    for given in LAW.inputs.values():
        if given.of == owner:
            cells = [row.get(given.name) for row in facts]
            kind = arrow_type(given)
            if kind == pa.date32():
                columns[given.name] = pa.array(cells, pa.int32()).view(pa.date32())
            elif kind == pa.bool_():
                columns[given.name] = pa.array([None if c is None else bool(c) for c in cells], pa.bool_())
            else:
                columns[given.name] = pa.array(cells, kind)
    return pa.table({**columns, **more})


def a_day(first: str, last: str) -> st.SearchStrategy[int]:
    return st.integers(day(first), day(last))


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly a value, at times none."""
    return st.one_of(values, values, values, values, st.none())


@st.composite
def persons(draw: st.DrawFn) -> dict[str, Any]:
    """Facts around the borders of the small law, some of them missing or wrong."""
    years = draw(st.lists(st.sampled_from([1979, 1980, 1993, 1994, 1995, 1996, 2004, 2005, 2006]), max_size=4))
    history = draw(st.booleans()) or draw(st.booleans())
    fen = st.sampled_from([0, 1, 3, 5, 7, 20_000, 30_001, 300_075, 10**9, 10**9 + 1])
    mask = st.sampled_from([0, 255, 4095, 1, 4096])
    return {
        "birth_day": draw(some(a_day("1940-01-01", "1960-01-01"))),
        "sex": draw(some(st.sampled_from([1, 2, 3]))),
        "retirement_day": draw(some(st.one_of(a_day("1995-06-01", "2009-01-01"), a_day("2005-12-31", "2006-01-01")))),
        "death_day": draw(st.none() | a_day("2007-01-01", "2009-01-01")),
        "paid_year": years if history else None,
        "paid_base": draw(st.lists(fen, min_size=len(years), max_size=len(years))) if history else None,
        "paid_months": draw(st.lists(mask, min_size=len(years), max_size=len(years))) if history else None,
        "savings": draw(some(st.sampled_from([0, 1, 5_000, 150_000, 1_390_000, 9 * 10**9, 10**11]))),
        "spare_days": draw(st.none() | st.sampled_from([0, 1, 146_000])),
        "hardship": draw(some(st.booleans())),
        "grade": draw(some(st.sampled_from([1, 2, 3]))),
    }


@st.composite
def towns(draw: st.DrawFn) -> tuple[pa.Table, dict[str, pa.Table]]:
    """Persons in households and villages, and the facts of these, by index and in any order."""
    people = draw(st.lists(persons(), max_size=12))
    homes = draw(st.lists(some(st.sampled_from([0, 1, 30_000, 10**9])), min_size=1, max_size=4))
    villages = draw(st.lists(some(st.integers(0, 1000)), min_size=1, max_size=2))
    size = {"min_size": len(people), "max_size": len(people)}
    home = draw(st.lists(some(st.integers(0, len(homes))), **size))
    village = draw(st.lists(some(st.sampled_from("ab")), **size))
    order = draw(st.permutations(range(len(homes))))
    table = table_of(
        people,
        person_id=pa.array(range(len(people)), pa.int64()),
        household=pa.array(home, pa.int64()),
        village=pa.array(village, pa.string()),
    )
    groups = {
        "household": table_of([{"floor": homes[k]} for k in order], "household", household=pa.array(order, pa.int64())),
        "village": table_of(
            [{"grant": g} for g in villages], "village", village=pa.array(list("ba")[: len(villages)], pa.string())
        ),
    }
    return table, groups
