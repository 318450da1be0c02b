"""The columns that the tests of the readers ask for, and short ways to read and write files of people."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from shebao.files.columns import Batch, Column
from shebao.files.people import read_batches
from shebao.rules.kinds import COUNT, DAY, FEN, FLAG, MASK, RATIO4, YEAR, Code, day, kind_of_code


class Sex(Code):
    MALE = 1, "男", "male"
    FEMALE = 2, "女", "female"


SEX = kind_of_code(Sex)
COLUMNS = [
    Column("birth_day", "value", DAY, missing="row", zh="出生日期"),
    Column("sex", "value", SEX, missing="row", zh="性别"),
    Column("wage", "value", FEN, missing="use", zh="月工资"),
    Column("disabled", "value", FLAG, missing=False, zh="残疾"),
    Column("index", "value", RATIO4, missing="use", zh="指数"),
    Column("contributions_year", "Series", YEAR, history="contributions", missing="row", zh="年份", max_length=5),
    Column("contributions_base", "Series", FEN, history="contributions", missing="row", zh="缴费基数", max_length=5),
    Column("contributions_months", "Series", MASK, history="contributions", missing=4095, zh="月份", max_length=5),
    Column("contributions_late", "Series", COUNT, history="contributions", missing="use", zh="补缴", max_length=5),
]
BORN = day("1950-03-05")
HISTORY = [{"year": 1993, "base": "3402.00", "months": "1-12"}, {"year": 1994, "base": "4000.5", "months": "1,3"}]
GOOD = {
    "person_id": "p1",
    "birth_day": "1950-03-05",
    "sex": "male",
    "wage": "3402.10",
    "disabled": "是",
    "index": "1.0234",
    "contributions": HISTORY,
}
CANONICAL = {
    "person_id": "p1",
    "birth_day": BORN,
    "sex": 1,
    "wage": 340210,
    "disabled": True,
    "index": 10234,
    "contributions_year": [1993, 1994],
    "contributions_base": [340200, 400050],
    "contributions_months": [4095, 0b101],
    "contributions_late": [None, None],
}

Person = dict[str, Any]


def person(number: int = 1, **changed: Any) -> Person:
    """GOOD as another person with other facts; None takes a fact away."""
    found = {**GOOD, "person_id": f"p{number}", **changed}
    return {name: cell for name, cell in found.items() if cell is not None}


def write_people(path: Path, people: Sequence[Person]) -> Path:
    """People as a file of the path's suffix, as a person would write it."""
    names = list(dict.fromkeys(name for given in people for name in given))
    suffix = path.suffix
    if suffix == ".json":
        path.write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")
    elif suffix == ".jsonl":
        path.write_text("\n".join(json.dumps(p, ensure_ascii=False) for p in people) + "\n", encoding="utf-8")
    elif suffix == ".yaml":
        path.write_text("\n".join("- " + json.dumps(p, ensure_ascii=False) for p in people), encoding="utf-8")
    elif suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as table:
            writer = csv.DictWriter(table, names)
            writer.writeheader()
            for given in people:
                row = {n: json.dumps(c) if isinstance(c, list) else c for n, c in given.items()}
                writer.writerow(row)
    else:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        plain = [name for name in names if name != "contributions"]
        sheet.append(plain)
        for given in people:
            sheet.append([given.get(name) for name in plain])
        history = book.create_sheet("contributions")
        fields = list(dict.fromkeys(n for p in people for row in p.get("contributions", ()) for n in row))
        history.append(["person_id", *fields])
        for given in people:
            for row in given.get("contributions", ()):
                history.append([given["person_id"], *(row.get(f) for f in fields)])
        book.save(path)
    return path


def parquet_table(people: Iterable[Person], **columns: pa.Array) -> pa.Table:
    """Canonical columns as Parquet holds them; `columns` take the place of those with their names."""
    people = list(people)
    types = {"person_id": pa.string()} | {c.name: c.arrow_type for c in COLUMNS}
    arrays = {}
    for name, arrow_type in types.items():
        values = [p.get(name) for p in people]
        if name == "birth_day":
            arrays[name] = pa.array(values, pa.int32()).cast(arrow_type)
        else:
            arrays[name] = pa.array(values, arrow_type)
    return pa.table(arrays | columns)


def write_table(path: Path, table: pa.Table, row_group_size: int = 1000) -> Path:
    pq.write_table(table, path, row_group_size=row_group_size, write_page_checksum=True)
    return path


def read_all(path: Path, batch_rows: int = 1000, columns: Sequence[Column] = COLUMNS, **more: Any) -> list[Batch]:
    return list(read_batches(path, columns, batch_rows, **more))


def read_one(path: Path, columns: Sequence[Column] = COLUMNS, **more: Any) -> Batch:
    batches = read_all(path, columns=columns, **more)
    assert len(batches) == 1
    return batches[0]


def rows_of(batch: Batch) -> list[Person]:
    """The rows with days as numbers."""
    rows: list[Person] = batch.table.to_pylist()
    for row in rows:
        for name, value in row.items():
            if hasattr(value, "isoformat"):
                row[name] = day(value)
    return rows
