"""Binary COPY against plain INSERT: the same rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.range import Range

from shebao.database import copying

MOMENT = pa.timestamp("us", "UTC")
COLUMNS = {
    "flag": pa.bool_(),
    "small": pa.int16(),
    "middle": pa.int32(),
    "large": pa.int64(),
    "on_day": pa.date32(),
    "at": MOMENT,
    "name": pa.string(),
    "days": pa.struct([("lower", pa.date32()), ("upper", pa.date32())]),
    "recorded": pa.struct([("lower", MOMENT), ("upper", MOMENT)]),
    "names": pa.list_(pa.string()),
}
TABLE = """CREATE TEMP TABLE everything (flag boolean, small smallint, middle int, large bigint, on_day date,
    at timestamptz, name text, days daterange, recorded tstzrange, names text[])"""

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12)
some_days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
moments = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


def span(starts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A range, open at its end or a day or more long."""
    lengths = st.none() | st.integers(1, 9000).map(lambda n: timedelta(days=n))
    return st.tuples(starts, lengths).map(lambda s: {"lower": s[0], "upper": None if s[1] is None else s[0] + s[1]})


rows = st.lists(
    st.fixed_dictionaries(
        {
            "flag": st.none() | st.booleans(),
            "small": st.none() | st.integers(-(2**15), 2**15 - 1),
            "middle": st.none() | st.integers(-(2**31), 2**31 - 1),
            "large": st.none() | st.integers(-(2**63), 2**63 - 1),
            "on_day": st.none() | some_days,
            "at": st.none() | moments,
            "name": st.none() | texts,
            "days": st.none() | span(some_days),
            "recorded": st.none() | span(moments),
            "names": st.none() | st.lists(texts, max_size=3),
        }
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def plain(database: Any) -> Any:
    """A connection with the table in it."""
    with psycopg.connect(database.dsn(), autocommit=True) as connection:
        connection.execute(TABLE)
        yield connection


def _stored(plain: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    return list(plain.execute("SELECT * FROM everything ORDER BY ctid"))


@given(given_rows=rows, cut=st.integers(0, 3))
def test_what_is_copied_is_what_was_given(plain: psycopg.Connection[Any], given_rows: list[Any], cut: int) -> None:
    table = pa.Table.from_pylist(given_rows, pa.schema(COLUMNS)).slice(cut)  # a slice has offsets in its buffers
    plain.execute("TRUNCATE everything")
    assert copying.copy(plain, "everything", table) == len(given_rows[cut:])
    copied = _stored(plain)
    plain.execute("TRUNCATE everything")
    for row in given_rows[cut:]:
        cells = [row[name] for name in COLUMNS]
        values = [Range(v["lower"], v["upper"], "[)") if isinstance(v, dict) else v for v in cells]
        plain.execute(f"INSERT INTO everything VALUES ({', '.join(['%s'] * len(values))})", values)
    assert copied == _stored(plain)


def test_more_rows_than_one_piece(plain: psycopg.Connection[Any]) -> None:
    count = copying._PIECE * 2 + 3
    plain.execute("TRUNCATE everything")
    copying.copy(plain, "everything", pa.table({"large": range(count), "name": [f"第{k}人" for k in range(count)]}))
    found = plain.execute(
        "SELECT count(*), sum(large), count(*) FILTER (WHERE name = '第' || large || '人') FROM everything"
    )
    assert found.fetchone() == (count, count * (count - 1) // 2, count)


def test_a_type_without_binary_form_is_refused(plain: psycopg.Connection[Any]) -> None:
    with pytest.raises(TypeError, match="double"), plain.transaction():
        copying.copy(plain, "everything", pa.table({"large": [1.5]}))


def test_drawn_numbers_are_nobody_elses(database: Any) -> None:
    with psycopg.connect(database.dsn()) as one, psycopg.connect(database.dsn()) as other:
        first = copying.drawn(one, "access_read_id_seq", 100)
        second = copying.drawn(other, "access_read_id_seq", 100)
        third = copying.drawn(one, "access_read_id_seq", 100)
    assert len({*first, *second, *third}) == 300
