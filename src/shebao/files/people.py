"""People from files: one person for a decision, or a file of any size in batches.

    read_person("case.yaml", columns)               -> {"birth_day": 7300, "contributions_year": [1993, ...], ...}
    for batch in read_batches("people.csv", columns): ...

By suffix: .yaml .yml .json .jsonl .ndjson .csv .tsv .txt .xlsx .xlsm .parquet.  All but Parquet hold what people write:
amounts in yuan, dates as 2010-03-05, codes by name or label.  A history is a list of rows under its name; in a CSV cell
that list is JSON text, in Excel a sheet of the history's name has the rows, by person_id.  Parquet: see parquet.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from shebao.files.cells import Block, Converter, as_text, shown
from shebao.files.columns import PERSON_ID, TEXTS, Batch, Column, Header, integers
from shebao.files.parquet import parquet_batches
from shebao.files.problems import FileRefused, Problem
from shebao.files.written import csv_blocks, excel_blocks, object_blocks, objects

__all__ = ["Batch", "Column", "FileRefused", "Problem", "read_batches", "read_person"]

BATCH_ROWS = 32_768
_TABLES = (".csv", ".tsv", ".txt")
_BOOKS = (".xlsx", ".xlsm")
_OBJECTS = (".json", ".jsonl", ".ndjson", ".yaml", ".yml")


def read_batches(
    path: str | Path,
    columns: Sequence[Column],
    batch_rows: int = BATCH_ROWS,
    keys: Sequence[str] = (),
    known: Sequence[str] = (),
) -> Iterator[Batch]:
    """The people of a file, in batches of at most `batch_rows` rows; memory does not grow with the file.

    keys: further columns that are kept as they are (the groups a person is in).  known: columns and histories that are
    not wanted, but no mistake either.  A file without `person_id` takes the identity number for it, or the number of
    the row.  The batches have one schema.  Raises FileRefused when nothing of the file can be used: it cannot be
    opened, is empty or not of its format, or lacks a column that every row needs.
    """
    path = _existing(path)
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        yield from parquet_batches(path, columns, batch_rows, keys, known)
        return
    header = Header(path.name, columns, keys, known)
    converter = Converter(path.name, columns, keys)
    if suffix in _TABLES:
        blocks = csv_blocks(path, batch_rows, header)
    elif suffix in _BOOKS:
        blocks = excel_blocks(path, batch_rows, header, list(converter.histories))
    elif suffix in _OBJECTS:
        blocks = object_blocks(path, batch_rows, header)
    else:
        raise _unknown_form(path, (*_OBJECTS, *_TABLES, *_BOOKS, ".parquet"))
    for block in blocks:
        yield converter.batch(block)


def read_person(path: str | Path, columns: Sequence[Column], known: Sequence[str] = ()) -> dict[str, object]:
    """One person's facts from a YAML or JSON file: name of the column -> int, bool or list of these.

    What is not given is not in the result.  `person_id`, `id_number` and `name` are texts.  known: as in read_batches.
    Raises FileRefused with every problem of the file, an unknown field among them.
    """
    path = _existing(path)
    if path.suffix.lower() not in _OBJECTS:
        raise _unknown_form(path, _OBJECTS)
    found = [value for _, value in objects(path)]
    problems = [value for value in found if isinstance(value, Problem)]
    if not problems and (len(found) != 1 or not isinstance(found[0], dict)):
        fault = (
            f"应只有一个人的资料，现有{len(found)}项",
            f"has {len(found)} entries; wanted: the facts of one person",
        )
        problems = [Problem(path.name, *fault, found=shown(found[0]) if found else "")]
    if problems:
        raise FileRefused(problems)
    header = Header(path.name, columns, (), known)
    cells: dict[str, list[object]] = {}
    for name, cell in dict(found[0]).items():  # type: ignore[call-overload]
        wanted = header.resolve([name], problems)[0]
        if wanted in cells:
            fault = ("同一栏目以两个名称给出，请只保留一个", "is given under two names; keep one")
            problems.append(Problem(path.name, *fault, field=wanted))
        elif wanted:
            cells[wanted] = [cell]
    person = {name: as_text(cells[name][0]) for name in TEXTS if name in cells}
    batch = Converter(path.name, columns).batch(Block([1], {**cells, PERSON_ID: [person.get(PERSON_ID) or "1"]}))
    problems += batch.problems
    if problems:
        raise FileRefused([replace(p, row=None, person_id=person.get(PERSON_ID), warning=False) for p in problems])
    facts: dict[str, object] = {name: text for name, text in person.items() if text is not None}
    for column in columns:
        value = integers(batch.table.column(column.name))[0].as_py()
        if value is not None:
            facts[column.name] = value
    return facts


def _existing(path: str | Path) -> Path:
    path = Path(path)
    if not path.is_file():
        raise FileRefused(
            [Problem(path.name, "没有这个文件，请核对路径", "is no file; check the path", found=str(path))]
        )
    return path


def _unknown_form(path: Path, suffixes: Sequence[str]) -> FileRefused:
    forms = " ".join(suffixes)
    return FileRefused(
        [Problem(path.name, f"不支持此文件类型，可用：{forms}", f"is of an unknown form; known: {forms}")]
    )
