"""Records brought into one form, in which they can be compared."""

from __future__ import annotations

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shebao.files import identity
from shebao.files.identities import suspects

Flags = npt.NDArray[np.bool_]

COLUMNS = ("record", "source", "name", "pinyin", "id_number", "birth_day", "sex", "phone", "place", "address")
TABLE = "prepared"
_COMPOUND = (
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛",
    "尉迟", "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容",
    "仲孙", "钟离", "长孙", "宇文", "司徒", "鲜于", "司空", "闾丘", "令狐",
)  # fmt: skip
_BATCH = 65_536  # numbers checked at a time: few enough to stay in the processor's cache
_HOUSEHOLD = 20  # a telephone or an address in more records than this says nothing about a household
_FORM = f"""
CREATE OR REPLACE TABLE {TABLE} AS
SELECT unique_id, source, name, pinyin, left(name, family) AS surname, nullif(substr(name, family + 1, 1), '') AS first,
    nullif(substr(name, family + 2), '') AS second, number, sound, born, year(born)::SMALLINT AS year,
    month(born)::TINYINT AS month, day(born)::TINYINT AS day, sex, phone, place, place || numerals AS address
FROM (
    SELECT *, CASE WHEN left(name, 2) IN ({", ".join(f"'{name}'" for name in _COMPOUND)}) THEN 2 ELSE 1 END AS family
    FROM (
        SELECT unique_id, source::VARCHAR AS source, number, sound, birth_day::DATE AS born, sex::TINYINT AS sex,
            nullif(regexp_replace(name::VARCHAR, '[\\s·•・.　]', '', 'g'), '') AS name,
            nullif(lower(replace(pinyin::VARCHAR, ' ', '')), '') AS pinyin,
            nullif(regexp_replace(phone::VARCHAR, '[^0-9]', '', 'g'), '') AS phone,
            nullif(trim(place::VARCHAR), '') AS place,
            nullif(regexp_replace('-' || address::VARCHAR || '-', '[^0-9A-Za-z]+', '-', 'g'), '-') AS numerals
        FROM records
    )
)
"""


def normalise(connection: duckdb.DuckDBPyConnection, records: pa.Table) -> tuple[pa.Array, Flags]:
    """Makes the table TABLE that the model compares, a row for each record; unique_id is its place from 0.

    number: 18 characters, or as written where it is none.  sound: form, day and check digit are right.  first and
    second: the given name's characters.  address: its place and its numerals.  A telephone or address in many records
    is left out.  Returns number and sound.  Raises ValueError for a missing column,
    and for records that do not differ in `record`.
    """
    missing = [name for name in COLUMNS if name not in records.column_names]
    if missing:
        raise ValueError(f"columns missing: {', '.join(missing)}")
    number, sound = _numbers(records["id_number"])
    columns = {"unique_id": np.arange(records.num_rows, dtype=np.int32), "number": number, "sound": sound}
    connection.register("records", pa.table({**{name: records[name] for name in COLUMNS}, **columns}))
    named = connection.execute("SELECT count(DISTINCT record) FROM records").fetchall()[0][0]
    if named < records.num_rows:
        raise ValueError(f"{records.num_rows - named:,} rows have no name in the column record, or another's")
    connection.execute(_FORM)
    for of_household in ("phone", "address"):
        many = f"SELECT {of_household} FROM {TABLE} GROUP BY {of_household} HAVING count(*) > {_HOUSEHOLD}"
        connection.execute(f"UPDATE {TABLE} SET {of_household} = NULL WHERE {of_household} IN ({many})")
    connection.unregister("records")
    return number, sound


def _numbers(column: pa.ChunkedArray) -> tuple[pa.Array, Flags]:
    """Numbers, of 18 characters where they had 15, and which of them are sound (an empty one is not)."""
    text = pc.utf8_upper(pc.utf8_trim_whitespace(column.cast(pa.string()).combine_chunks()))
    text = pc.if_else(pc.equal(text, ""), None, text)
    short = pc.equal(pc.binary_length(text), 15).fill_null(False)
    if pc.any(short).as_py():
        text = pc.replace_with_mask(text, short, pa.array(map(_long, text.filter(short).to_pylist()), text.type))
    sound = text.is_valid().to_numpy(False).copy()
    for start in range(0, len(text), _BATCH):
        doubtful = start + suspects(text.slice(start, _BATCH))
        doubtful = doubtful[sound[doubtful]]
        sound[doubtful] = [identity.fault(number) is None for number in text.take(pa.array(doubtful)).to_pylist()]
    return text, sound


def _long(number: str) -> str:
    """The 18 characters for 15 digits, or what is there when it is no number."""
    try:
        return identity.from_old(number)
    except ValueError:
        return number
