"""People for a plan: the columns it asks for, the days, the wanted variables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from shebao.files.columns import PERSON_ID, TEXTS, Column, integers
from shebao.files.inputs import columns_of
from shebao.files.people import read_batches, read_person
from shebao.files.problems import FileRefused
from shebao.files.problems import Problem as FileProblem
from shebao.rules.declare import PERSON
from shebao.rules.graph import Plan
from shebao.rules.kinds import DAY, date_of
from shebao.rules.language import add_months, day_of_index, month_index
from shebao.rules.law import Law
from shebao.rules.values import Problem, parse

# What people ask of the law of pensions, when they do not say.
RESULTS = (
    "retirement_day",
    "contribution_months",
    "pension_award",
    "pension",
    "lump_sum_account",
    "lump_sum_compensation",
    "resident_pension",
    "welfare_pension",
    "survivors_benefits",
)
_WRITTEN = (".yaml", ".yml", ".json")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)
_MOST_DAYS = 1200


def wanted(law: Law, names: Sequence[str]) -> tuple[str, ...]:
    """The wanted variables, each once; a comma separates too."""
    given = [part.strip() for name in names for part in name.split(",") if part.strip()]
    return tuple(dict.fromkeys(given)) or tuple(n for n in RESULTS if n in law.variables)


def days(text: str) -> list[int]:
    """The days of 2014-06-30, of 2014-06 (its last day), of several with commas, or of FROM..TO month by month.

    Raises Problem.
    """
    found: list[int] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        first, dots, last = part.partition("..")
        found += _months(first, last) if dots else [_day(part)]
    if not found:
        raise Problem("须给出日期", "a day is wanted, such as 2014-06-30")
    if any(b <= a for a, b in pairwise(found)):
        raise Problem(f"{text}：日期须依次递增", f"{text}: the days must ascend")
    return found


def _months(first: str, last: str) -> list[int]:
    start, end = _day(first), _day(last)
    count = month_index(end) - month_index(start) + 1
    if not 0 < count <= _MOST_DAYS:
        raise Problem(f"{first}..{last}：起止颠倒或过长", f"{first}..{last}: it ends before it starts, or is too long")
    whole = _MONTH.fullmatch(first.strip()) is not None
    months = [day_of_index(month_index(start) + k + 1) - 1 if whole else add_months(start, k) for k in range(count)]
    return [day for day in months if day <= end]


def _day(text: str) -> int:
    month = _MONTH.fullmatch(text.strip())
    if month:
        return day_of_index(month_index(int(parse(DAY, f"{text.strip()}-01"))) + 1) - 1
    return int(parse(DAY, text))


def asked(plan: Plan) -> list[Column]:
    """The columns that a plan reads of each person."""
    return columns_of(i for i in map(plan.law.inputs.__getitem__, plan.inputs) if i.of == PERSON)


def known(law: Law) -> list[str]:
    """Names that may stand in a file though a plan does not ask for them."""
    return sorted({i.history or n for n, i in law.inputs.items()} | set(law.inputs))


def one(law: Law, path: Path, person: str | None) -> tuple[dict[str, str], dict[str, Any]]:
    """(who: person_id, id_number, name where given; facts as `decide` takes them) of one person of a file.

    Raises FileRefused when the person is not there, or has a fault.
    """
    columns = columns_of(i for i in law.inputs.values() if i.of == PERSON)
    if person is None and path.suffix.lower() in _WRITTEN:
        given = read_person(path, columns)
        return {n: str(given.pop(n)) for n in TEXTS if n in given}, _emptied(columns, given)
    count = 0
    for batch in read_batches(path, columns):
        ids = batch.table.column(PERSON_ID)
        count += len(ids)
        if person is None and count > 1:
            break
        k = 0 if person is None else next((k for k, v in enumerate(ids.to_pylist()) if str(v) == person), None)
        if k is None or not len(ids):
            continue
        row = int(batch.rows[k])
        if batch.refused[k]:
            raise FileRefused([p for p in batch.problems if p.row is None or p.row <= row < p.row + p.rows])
        cells = {c.name: integers(batch.table.column(c.name))[k].as_py() for c in columns}
        return {PERSON_ID: str(ids[k].as_py())}, _emptied(columns, cells)
    if person is None:
        fault = ("文件中不止一人，请用--person指明人员编号", "has more than one person; name one by --person ID")
    else:
        fault = (f"没有人员编号为{person}的人", f"has nobody with the person_id {person}")
    raise FileRefused([FileProblem(path.name, *fault)])


def _emptied(columns: Sequence[Column], cells: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that there are; in a history what only stands for an empty cell is left empty, as it was given."""
    facts = {name: value for name, value in cells.items() if value is not None}
    for column in columns:
        if column.history and not isinstance(column.missing, str) and column.name in facts:
            facts[column.name] = [None if v == column.missing else v for v in facts[column.name]]
    return facts


def date_text(days: Sequence[int]) -> str:
    """A day, or the first and the last."""
    first, last = date_of(days[0]).isoformat(), date_of(days[-1]).isoformat()
    return first if len(days) == 1 else f"{first}..{last} ({len(days)})"
