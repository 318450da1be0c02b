"""People from Parquet: canonical columns pass through as they are, other types are converted exactly.

A column is canonical when it has the type of `columns.canonical_schema`.  What the types mean:

    integer             the integer of the rules: money in fen, ratios at their scale, codes by number; days since
                        1970-01-01 for a day, 0 or 1 for a flag.  Metadata `unit: yuan` on the field makes it yuan.
    decimal, double     the written value: money in yuan, a ratio as 0.08; a double at its shortest decimal form
    text, dictionary    what a person would write: 1234.56, 2010-03-05, male, 男, 1-12
    date, timestamp     a day; a timestamp only at midnight
    list of these       a history's column `contributions_year`; lists of one history are equally long
    list of structs     a whole history `contributions`
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shebao.files import identity
from shebao.files.arrays import canonical, convertible, is_list, unit_of, value_type
from shebao.files.cells import (
    Fault,
    Gathered,
    SayOfRow,
    duplicates,
    first_columns,
    gap,
    id_fault,
    required,
    too_long,
)
from shebao.files.columns import ID_NUMBER, PERSON_ID, Batch, Column, Header
from shebao.files.identities import suspects
from shebao.files.problems import FileRefused, Problem

_BROKEN = (OSError, pa.ArrowException)


def parquet_batches(
    path: Path, columns: Sequence[Column], batch_rows: int, keys: Sequence[str] = (), known: Sequence[str] = ()
) -> Iterator[Batch]:
    """The people of a Parquet file; see people.read_batches.

    A row group that cannot be read on is a problem with the rows that are lost; the next one is read.
    """
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
    except _BROKEN as error:
        size = path.stat().st_size
        fault = (
            "文件为空"
            if not size
            else f"文件末尾的目录缺失或损坏，文件可能被截断（现有{size}字节），一行也无法读出，请重新传送",
            f"has no readable footer ({error}): it is empty, cut off or no Parquet file ({size} bytes are there); "
            "not one row can be read: have it sent again",
        )
        raise FileRefused([Problem(path.name, *fault)]) from error
    with file:
        reader = _Reader(path.name, file.schema_arrow, columns, keys, known)
        if not file.metadata.num_rows:
            raise FileRefused([Problem(path.name, "文件没有任何行", "has no rows"), *reader.problems])
        first = 1
        for group in range(file.metadata.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            done = 0
            tables = file.iter_batches(batch_rows, [group], reader.wanted)
            while True:
                try:
                    table = next(tables, None)
                except _BROKEN as error:
                    fault = (
                        f"第{group + 1}个行组自此损坏，{rows - done}行无法读出，请重新传送该文件",
                        f"row group {group + 1} is broken from here on ({error}); {rows - done} rows are lost: have "
                        "the file sent again",
                    )
                    reader.problems.append(Problem(path.name, *fault, first + done, rows - done))
                    break
                if table is None:
                    break
                yield reader.batch(table, first + done)
                done += len(table)
            first += rows
        if reader.problems:
            nothing = [pa.array([], file.schema_arrow.field(name).type) for name in reader.wanted]
            yield reader.batch(pa.RecordBatch.from_arrays(nothing, reader.wanted), first)


class _Reader:
    """Turns the record batches of one file into canonical ones.  Raises FileRefused for columns of no usable type."""

    def __init__(
        self, file: str, schema: pa.Schema, columns: Sequence[Column], keys: Sequence[str], known: Sequence[str]
    ) -> None:
        self.file = file
        self.columns = list(columns)
        self.keys = list(keys)
        self.problems: list[Problem] = []  # of the whole file; told with the next batch
        header = Header(file, columns, (*keys, *(c.name for c in columns)), known)
        names = header.table(schema.names, self.problems)
        self.source = {name: given for name, given in zip(names, schema.names, strict=True) if name}
        self.wanted = list(self.source.values())
        self.units: dict[str, str] = {}
        self.first = {name: history for history, name in first_columns(columns).items()}
        faults: list[Problem] = []
        for name, history in self.first.items():
            beside = [c.name for c in columns if c.history == history and c.name in self.source]
            if beside and name not in self.source and history not in self.source:
                fault = (
                    f"有{beside[0]}而缺少同一经历的{name}，请补上该列",
                    f"the column {name} is missing beside {beside[0]} of the same history; add it",
                )
                faults.append(Problem(file, *fault, field=name))
        for column in columns:
            if column.name in self.source or column.history in self.source:
                self._check_type(column, schema, faults)
        if faults:
            raise FileRefused([*faults, *self.problems])

    def _check_type(self, column: Column, schema: pa.Schema, faults: list[Problem]) -> None:
        """The type must be convertible; where it leaves the unit of money open, that is said."""
        given = self.source.get(column.name) or self.source[column.history]
        field = schema.field(given)
        if given != self.source.get(column.name):  # a list of structs
            struct = field.type.value_type if is_list(field.type) else None
            if struct is None or not pa.types.is_struct(struct):
                fault = (f"类型{field.type}不是由结构组成的列表", f"is {field.type}; wanted: a list of structs")
                faults.append(Problem(self.file, *fault, field=given))
                return
            place = struct.get_field_index(column.field)
            if place < 0:
                return
            field = struct.field(place)
        elif is_list(field.type) != bool(column.history) or not convertible(column, value_type(field.type)):
            fault = (
                f"类型{field.type}无法使用，应为{column.arrow_type}",
                f"is {field.type}; wanted: {column.arrow_type}",
            )
            faults.append(Problem(self.file, *fault, field=given))
            return
        found = value_type(field.type)
        if column.kind.name == "fen":
            unit = self.units[column.name] = unit_of(field) if unit_of(field) in ("fen", "yuan") else ""
            if not unit and (pa.types.is_integer(found) or pa.types.is_floating(found)):
                zh, en = ("分", "fen") if pa.types.is_integer(found) else ("元", "yuan")
                fault = (
                    f"未注明单位，{found}按{zh}读取；请在字段元数据中写unit: fen或unit: yuan",
                    f"does not say its unit, and {found} is read as {en}; write unit: fen or unit: yuan in the field's "
                    "metadata",
                )
                self.problems.append(Problem(self.file, *fault, field=field.name, warning=True))

    def batch(self, table: pa.RecordBatch, first: int) -> Batch:
        """The canonical form of the rows from `first` on."""
        size = len(table)
        given = {name: table.column(source) for name, source in self.source.items()}
        ids = given.get(PERSON_ID, given.get(ID_NUMBER))
        if ids is None:
            ids = pa.array(np.arange(first, first + size, dtype=np.int64))
        elif pa.types.is_dictionary(ids.type):
            ids = ids.dictionary_decode()
        gathered = Gathered(self.file, range(first, first + size), ids, first_columns(self.columns), self.problems)
        self.problems, say = [], gathered.say
        for k in map(int, _nulls(ids)):
            say(k, PERSON_ID, "", ("缺少人员编号，请补填", "has no person_id; add it"))
        arrays: dict[str, pa.Array] = {PERSON_ID: ids}
        arrays |= {key: given.get(key, pa.nulls(size, pa.string())) for key in self.keys}
        for column in self.columns:
            if not column.history:
                arrays[column.name] = self._values(column, given, size, say)
        for history in self.first.values():
            columns = [column for column in self.columns if column.history == history]
            arrays |= self._history(columns, given, size, say)
        arrays = {name: arrays[name] for name in (PERSON_ID, *self.keys, *(column.name for column in self.columns))}
        for k in suspects(given[ID_NUMBER]).tolist() if ID_NUMBER in given else ():
            number = given[ID_NUMBER][k].as_py()
            fault = id_fault(number)
            if fault:
                say(k, ID_NUMBER, identity.masked(str(number)), fault)
        duplicates(ids, range(first, first + size), say)
        return gathered.batch(pa.RecordBatch.from_arrays(list(arrays.values()), list(arrays)))

    def _values(self, column: Column, given: dict[str, pa.Array], size: int, say: SayOfRow) -> pa.Array:
        if column.name not in given:
            return pa.nulls(size, column.value_type)
        array, bad = canonical(column, given[column.name], self.units.get(column.name, ""))
        for k, found, fault in bad:
            say(k, column.name, found, fault)
        if column.missing == "row" and array.null_count > len(bad):
            for k in sorted(set(map(int, _nulls(array))) - {k for k, _, _ in bad}):
                say(k, column.name, "", required(column))
        return array

    def _history(
        self, columns: Sequence[Column], given: dict[str, pa.Array], size: int, say: SayOfRow
    ) -> dict[str, pa.Array]:
        """The columns of one history.  Where only some of them have a list, the others have as many empty elements."""
        lists = {column.name: _lists(column, given) for column in columns}
        found = {name: _Lists.of(array) for name, array in lists.items() if array is not None}
        absent = np.logical_and.reduce([np.ones(size, np.bool_), *(one.absent for one in found.values())])
        lengths = np.maximum.reduce([np.zeros(size, np.int64), *(one.lengths for one in found.values())])
        for name, one in found.items():
            for k in map(int, np.flatnonzero(~one.absent & (one.lengths != lengths))):
                fault = (
                    f"有{one.lengths[k]}行，同一经历的其他列有{lengths[k]}行，请逐行对应",
                    f"has {one.lengths[k]} rows, another column of this history {lengths[k]}; give every row all",
                )
                say(k, name, None, fault)
        arrays: dict[str, pa.Array] = {}
        for column in columns:
            one = found.get(column.name, _Lists.nothing(size))
            needed = one.absent & (lengths > 0) if column is columns[0] else np.zeros(size, np.bool_)
            for k in map(int, np.flatnonzero(one.absent if column.missing == "row" else needed)):
                say(k, column.name, "", required(column))
            arrays[column.name] = self._series(
                column, one.filled(np.where(one.absent, lengths, one.lengths)), absent, say
            )
        return arrays

    def _series(self, column: Column, lists: _Lists, absent: npt.NDArray[np.bool_], say: SayOfRow) -> pa.Array:
        lengths = lists.lengths
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        flat, bad = canonical(column, lists.flat, self.units.get(column.name, ""))
        faulty: set[int] = set()

        def say_element(place: int, found: object, fault: Fault) -> None:
            row = int(np.searchsorted(offsets, place, "right")) - 1
            faulty.add(row)
            say(row, f"{column.history}[{place - offsets[row] + 1}].{column.field}", found, fault)

        for place, found, fault in bad:
            say_element(place, found, fault)
        filling: int | None = None if isinstance(column.missing, str) else int(column.missing)
        if flat.null_count > len(bad) and filling is None:
            gaps = np.zeros(len(flat), dtype=np.bool_)
            gaps[_nulls(flat)] = True
            gaps[[place for place, _, _ in bad]] = False
            gaps &= ~np.repeat(lists.absent, lengths)
            if (
                column.missing == "use" and column.name not in self.first
            ):  # nothing is said where no row of the person's history gives it
                counted = np.concatenate([[0], np.cumsum(~gaps)])
                gaps &= np.repeat(counted[offsets[1:]] > counted[offsets[:-1]], lengths)
            for k in map(int, np.flatnonzero(gaps)):
                say_element(k, "", gap(column))
        for k in map(int, np.flatnonzero(lengths > column.max_length)):
            faulty.add(k)
            say(k, column.name, f"{lengths[k]}", too_long(column))
        if flat.null_count and filling is not None:
            flat = flat.fill_null(pa.scalar(filling, pa.int32()).cast(column.value_type))
        absent = absent.copy()
        absent[list(faulty)] = True
        mask = pa.array(absent) if absent.any() else None
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), flat, type=column.arrow_type, mask=mask)


@dataclass(frozen=True)
class _Lists:
    """A column of lists: the elements one behind the other, how many each row has, and which rows have no list."""

    flat: pa.Array
    lengths: npt.NDArray[np.int64]
    absent: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, lists: pa.Array) -> _Lists:
        lengths = pc.list_value_length(lists).fill_null(0).to_numpy(zero_copy_only=False)
        return cls(lists.flatten(), lengths.astype(np.int64), lists.is_null().to_numpy(zero_copy_only=False))

    @classmethod
    def nothing(cls, size: int) -> _Lists:
        return cls(pa.nulls(0), np.zeros(size, np.int64), np.ones(size, np.bool_))

    def filled(self, lengths: npt.NDArray[np.int64]) -> _Lists:
        """Rows without a list get one of that length, of nulls; the others have that length already."""
        if np.array_equal(lengths, self.lengths):
            return self
        places = np.repeat(~self.absent, lengths).cumsum() - 1
        empty = np.repeat(self.absent, lengths)
        return _Lists(self.flat.take(pa.array(places, mask=empty)), lengths, self.absent)


def _lists(column: Column, given: dict[str, pa.Array]) -> pa.Array | None:
    """The lists of a history's column, which may be a field of a list of structs; None when the file has none."""
    if column.name in given:
        return given[column.name]
    lists = given.get(column.history)
    if lists is None or lists.type.value_type.get_field_index(column.field) < 0:
        return None
    lengths = pc.list_value_length(lists).fill_null(0)
    offsets = pa.array(np.concatenate([[0], lengths.to_numpy(zero_copy_only=False).cumsum()]), pa.int32())
    return pa.ListArray.from_arrays(offsets, pc.struct_field(lists.flatten(), column.field), mask=lists.is_null())


def _nulls(array: pa.Array) -> npt.NDArray[np.int64]:
    """The places of the nulls."""
    return np.flatnonzero(array.is_null().to_numpy(zero_copy_only=False)).astype(np.int64)
