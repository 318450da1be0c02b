"""The columns of a file of people: what is asked for, the canonical Arrow form, and a batch of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shebao.files.problems import FileRefused, Problem
from shebao.rules.kinds import Kind
from shebao.rules.values import write

PERSON_ID = "person_id"  # who a row is about; results carry it
ID_NUMBER = "id_number"  # the citizen's identity number (GB 11643), checked where it stands
NAME = "name"  # the person's name, for letters; no rule reads it
TEXTS = (PERSON_ID, ID_NUMBER, NAME)

_CHINESE = ((PERSON_ID, "人员编号"), (ID_NUMBER, "公民身份号码"), (ID_NUMBER, "身份证号"), (NAME, "姓名"))

# Key of a field's metadata that says what an integer column counts: "fen", "days since 1970-01-01", ...
UNIT = b"unit"


@dataclass(frozen=True)
class Column:
    """One fact that is wanted of each person.

    form: "value", or "Series" for a column of the history that `history` names; its name then is `history_field`.
    low, high: the declared range in the integer's own unit; None is the kind's own.
    missing: what an empty cell means: "row" (the row cannot be decided), "use" (a rule that reads it is refused), or
    the value that it stands for.  zh: the Chinese name, which may stand as header in its place.
    """

    name: str
    form: str
    kind: Kind
    history: str = ""
    low: int | None = None
    high: int | None = None
    missing: str | int | bool = "use"
    zh: str = ""
    max_length: int = 400

    @property
    def field(self) -> str:
        """The name inside a row of its history: `year` of `contributions_year`."""
        return self.name.removeprefix(self.history + "_") if self.history else self.name

    @cached_property
    def range(self) -> tuple[int, int]:
        low = self.kind.low if self.low is None else self.low
        high = self.kind.high if self.high is None else self.high
        return low, high

    @property
    def value_type(self) -> pa.DataType:
        """The Arrow type of one value: bool for flags, date32 for days, int64 for all else."""
        return {"flag": pa.bool_(), "day": pa.date32()}.get(self.kind.form, pa.int64())

    @property
    def arrow_type(self) -> pa.DataType:
        return pa.list_(self.value_type) if self.history else self.value_type

    @property
    def unit(self) -> str:
        """What the stored value counts, for the field's metadata."""
        kind = self.kind
        if kind.form == "number":
            return "fen" if kind.name == "fen" else f"1/{kind.scale}" if kind.scale > 1 else kind.name
        if kind.codes is not None:
            return ", ".join(f"{int(code)} {code.name.lower()}" for code in kind.codes)
        return {"mask": "bit 0 is January", "year": "calendar year", "month": "month of the year"}.get(kind.form, "")

    def outside(self, value: int) -> tuple[str, str] | None:
        """What is wrong when a value lies outside the declared range."""
        low, high = self.range
        if self.kind.codes is not None:
            known = {int(code): code for code in self.kind.codes}
            if value in known:
                return None
            zh = "、".join(f"{number} {code.zh}" for number, code in known.items())
            en = ", ".join(f"{number} {code.name.lower()}" for number, code in known.items())
            return f"不是已有的代码，应为：{zh}", f"is no code of this column; wanted: {en}"
        if low <= value <= high:
            return None
        below = value < low
        if self.kind.form == "day" and not self.kind.low <= value <= self.kind.high:
            return "不在日历范围内，应存为日期类型", "is no day of the calendar; store it as a date"
        bound = write(self.kind, low if below else high)
        if below:
            return f"低于允许的最小值{bound}，请核对", f"is below the least allowed, {bound}; check it"
        return f"超过允许的最大值{bound}，请核对单位", f"is above the most allowed, {bound}; check it and its unit"


@dataclass(frozen=True)
class Batch:
    """A run of rows of a file in canonical form.

    table: `person_id`, the keys asked for, and every wanted column: int64 (money in fen), bool for flags, date32 for
    days, lists of these for histories; null where nothing was given or the cell was bad.
    rows: the row of the file (as in `Problem.row`) of each row.  faults: (index of the row, name of the column, "" for
    none) of whatever is wrong: such a row must not be decided from what is left of it, but it stays in the table, for
    its group to see.  problems: what to tell people, also of rows that could not be read at all.
    """

    table: pa.RecordBatch
    rows: npt.NDArray[np.int64]
    faults: list[tuple[int, str]]
    problems: list[Problem]

    @property
    def refused(self) -> npt.NDArray[np.bool_]:
        """Of shape (rows,): which rows have a fault."""
        found = np.zeros(len(self.rows), dtype=np.bool_)
        found[[k for k, _ in self.faults]] = True
        return found


def canonical_schema(columns: Iterable[Column], person_id: pa.DataType | None = None) -> pa.Schema:
    """The schema of a canonical Parquet file; each field's metadata names the unit of what is stored.

    person_id: its type, string when not given.
    """
    fields = [pa.field(PERSON_ID, person_id or pa.string())]
    for column in columns:
        unit = column.unit.encode()
        fields.append(pa.field(column.name, column.arrow_type, metadata={UNIT: unit} if unit else None))
    return pa.schema(fields)


def integers(array: pa.Array) -> pa.Array:
    """A canonical column with its days as numbers."""
    if array.type == pa.date32():
        return array.cast(pa.int32())
    return array.cast(pa.list_(pa.int32())) if array.type == pa.list_(pa.date32()) else array


class Header:
    """Which of the wanted columns a file has, under which names; what it says of the others is a problem once."""

    def __init__(
        self, file: str, columns: Sequence[Column], keys: Sequence[str] = (), known: Sequence[str] = ()
    ) -> None:
        self.file = file
        self.columns = list(columns)
        self.known = dict.fromkeys(known, "")
        self.known |= {name: name for name in (*TEXTS, *keys, *(c.history or c.name for c in columns))}
        chinese = [c.zh for c in columns if not c.history]
        for name, zh in [*_CHINESE, *((c.name, c.zh) for c in columns if not c.history and chinese.count(c.zh) == 1)]:
            self.known.setdefault(zh, name)
        self.known.pop("", None)
        self._unknown: set[str] = set()

    def resolve(self, names: Iterable[str], problems: list[Problem]) -> list[str]:
        """The wanted name of each header, "" for one that is not wanted; a warning for each unknown one."""
        return [self._resolve(name, problems) for name in names]

    def _resolve(self, name: str, problems: list[Problem]) -> str:
        found = self.known.get(name.strip())
        if found is None and name.strip() and name not in self._unknown and len(self._unknown) < 100:
            self._unknown.add(name)
            near = difflib.get_close_matches(name.strip(), list(self.known), 1, 0.7)
            zh = f"，是否为{near[0]}？" if near else ""
            en = f"; did you mean {near[0]}?" if near else ""
            fault = (f"未知的列，已忽略{zh}", f"is no known column and is passed over{en}")
            problems.append(Problem(self.file, *fault, field=name, warning=True))
        return found or ""

    def table(self, names: Iterable[str], problems: list[Problem]) -> list[str]:
        """As `resolve`, for a header that all rows share.

        Raises FileRefused when a column stands twice or one that no row can do without is missing.
        """
        found = self.resolve(names, problems)
        faults = [
            Problem(self.file, "此列出现两次，请只保留一列", "stands twice in the header; keep one column", field=name)
            for name in sorted({n for n in found if n and found.count(n) > 1})
        ]
        for column in self.columns:
            if column.missing == "row" and column.name not in found and (column.history or column.name) not in found:
                fault = (
                    f"缺少必需的列{column.zh or column.name}，请补上该列",
                    f"the column {column.name} is missing and no row can be decided without it; add it",
                )
                faults.append(Problem(self.file, *fault, field=column.name))
        if faults:
            raise FileRefused([*faults, *problems])
        return found
