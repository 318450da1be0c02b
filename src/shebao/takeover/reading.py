"""A folder of files: which there are, what is declared of them, and their rows in batches."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shebao.files.arrays import canonical, convertible, unit_of, value_type
from shebao.files.cells import required, shown
from shebao.files.columns import Batch, Column, Header
from shebao.files.problems import FileRefused, Problem
from shebao.files.written import csv_blocks
from shebao.takeover.columns import NEEDED, WANTED
from shebao.takeover.control import CONTROLS, Control
from shebao.takeover.identities import identities, organisations

BATCH = 32_768
_FORMS = (".csv", ".parquet")
_NOT_TEXT = ("类型{}不是文本，请存为文本", "is {}; store it as text")


@dataclass(frozen=True)
class Given:
    """A file.  declared: measure -> control total (fen, or rows)."""

    kind: str
    path: Path
    sha256: bytes
    declared: dict[str, int]

    @property
    def name(self) -> str:
        return self.path.name


@dataclass(frozen=True)
class Folder:
    """files: by kind.  problems: of the folder as a whole."""

    path: Path
    files: dict[str, Given]
    control: Control
    problems: list[Problem]


def open_folder(path: Path) -> Folder:
    """What is in a folder.  Raises FileRefused when there is nothing to take over, or no control file."""
    if not path.is_dir():
        raise FileRefused([Problem(str(path), "没有这个文件夹，请核对路径", "is no folder; check the path")])
    problems: list[Problem] = []
    control = Control.read(path)
    files: dict[str, Given] = {}
    for kind in WANTED:
        found = [path / f"{kind}{form}" for form in _FORMS if (path / f"{kind}{form}").is_file()]
        if len(found) > 1:
            names = "、".join(each.name for each in found)
            said = (f"与{names}并存，请只留一个", f"stands beside {names}; keep one of them")
            problems.append(Problem(found[0].name, *said))
        if found:
            with found[0].open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").digest()
            files[kind] = Given(kind, found[0], digest, control.declared.get(found[0].name, {}))
    if not files:
        wanted = ", ".join(f"{kind}.csv/.parquet" for kind in WANTED)
        raise FileRefused([Problem(str(path), f"没有可接管的文件，应有：{wanted}", f"has none of the files {wanted}")])
    known = {given.name for given in files.values()}
    for each in sorted(path.iterdir()):
        if each.suffix in _FORMS and each.name not in known | {*CONTROLS, "problems.csv"}:
            said = ("不是接管所用的文件名，已忽略", "is not the name of a file for a takeover, and is passed over")
            problems.append(Problem(each.name, *said, warning=True))
    for name in sorted(set(control.declared) - known):
        problems.append(
            Problem(name, "已申报控制总数但文件不在文件夹中，请补充", "has control totals but is not there; add it")
        )
    return Folder(path, files, control, problems)


def batches(given: Given) -> Iterator[Batch]:
    """The rows of a file in the columns of WANTED; null where a cell is empty or bad.  Memory does not grow with it.

    Raises FileRefused when nothing of it can be used.
    """
    reader = _Reader(given)
    yield from reader.parquet() if given.path.suffix == ".parquet" else reader.csv()


class _Reader:
    def __init__(self, given: Given) -> None:
        self.given = given
        self.file = given.name
        self.wanted = WANTED[given.kind]
        self.texts = [text.name for text in self.wanted.texts]
        self.header = Header(self.file, self.wanted.values, self.texts)
        self.header.known |= {text.zh: text.name for text in self.wanted.texts}
        self.header.known = {
            zh: name
            for zh, name in self.header.known.items()
            if name in self.texts or any(name == column.name for column in self.wanted.values)
        }

    def csv(self) -> Iterator[Batch]:
        """Rows of a CSV file."""
        checked = False
        for block in csv_blocks(self.given.path, BATCH, self.header):
            if not checked:
                self._columns(set(block.cells), block.problems)
                checked = True
            arrays = {name: pa.array(cells, pa.string()) for name, cells in block.cells.items()}
            yield self._batch(arrays, np.asarray(block.rows, np.int64), block.problems, sorted(block.refused))

    def parquet(self) -> Iterator[Batch]:
        """Rows of a Parquet file; the first is row 1."""
        try:
            with pq.ParquetFile(self.given.path, page_checksum_verification=True) as file:
                problems: list[Problem] = []
                schema = file.schema_arrow
                names = self.header.table(schema.names, problems)
                source = {name: given for name, given in zip(names, schema.names, strict=True) if name}
                self._columns(set(source), problems)
                units = {name: unit_of(schema.field(given)) for name, given in source.items()}
                self._types({name: schema.field(given).type for name, given in source.items()})
                first = 1
                for table in file.iter_batches(BATCH, columns=list(source.values())):
                    rows = np.arange(first, first + table.num_rows)
                    arrays = {name: table.column(given) for name, given in source.items()}
                    yield self._batch(arrays, rows, problems, [], units)
                    first, problems = first + table.num_rows, []
        except (OSError, pa.ArrowException) as error:
            said = (
                f"无法读出，可能被截断或损坏（{error}），请重新传送",
                f"cannot be read ({error}): it is cut off or broken; have it sent again",
            )
            raise FileRefused([Problem(self.file, *said)]) from error

    def _columns(self, there: set[str], problems: list[Problem]) -> None:
        """Text columns that every row needs; the header says the same of the others."""
        faults = [
            Problem(
                self.file,
                f"缺少必需的列{text.zh}，请补上该列",
                f"the column {text.name} is missing and no row can do without it; add it",
                field=text.name,
            )
            for text in self.wanted.texts
            if text.needed and text.name not in there
        ]
        if faults:
            raise FileRefused([*faults, *problems])

    def _types(self, types: dict[str, pa.DataType]) -> None:
        columns = {column.name: column for column in self.wanted.values}
        faults = [
            Problem(self.file, f"类型{kind}无法使用", f"is {kind}, which cannot be used here", field=name)
            for name, kind in types.items()
            if not (_textual(kind) if name in self.texts else convertible(columns[name], value_type(kind)))
        ]
        if faults:
            raise FileRefused(faults)

    def _batch(
        self,
        given: dict[str, pa.Array],
        rows: npt.NDArray[np.int64],
        problems: list[Problem],
        refused: list[int],
        units: dict[str, str] | None = None,
    ) -> Batch:
        size = len(rows)
        faults: list[tuple[int, str]] = [(k, "") for k in refused]
        arrays: dict[str, pa.Array] = {}
        ids: pa.Array | None = None

        def say(k: int, name: str, found: object, zh: str, en: str) -> None:
            person = None if ids is None else ids[k].as_py()
            text = "" if found is None else shown(found)
            problems.append(Problem(self.file, zh, en, int(rows[k]), 1, person, name, text))
            faults.append((k, name))

        for text in self.wanted.texts:
            array = given.get(text.name, pa.nulls(size, pa.string())).cast(pa.string())
            array = pc.utf8_trim_whitespace(array)
            arrays[text.name] = pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array)
        ids = arrays.get("person_id")
        for text in self.wanted.texts:
            for k in _places(pc.match_substring(arrays[text.name], "\ufffd")):
                said = ("含有无法识别的字符（乱码），请重新填写", "has characters that cannot be read; enter it again")
                say(k, text.name, arrays[text.name][k].as_py(), *said)
            if text.needed:
                for k in set(_places(pc.is_null(arrays[text.name]))) - set(refused):
                    say(k, text.name, None, f"缺少{text.zh}，请补填", f"{text.name} is missing; fill it in")
        for column in self.wanted.values:
            cells = given.get(column.name, pa.nulls(size, pa.string()))
            arrays[column.name], bad = canonical(column, cells, (units or {}).get(column.name, ""))
            for k, found, fault in bad:
                say(k, column.name, found, *fault)
            arrays[column.name] = _filled(column, arrays[column.name], {k for k, _, _ in bad} | set(refused), say)
        looked: dict[str, Callable[..., None]] = {"persons": identities, "organisations": organisations}
        if self.given.kind in looked:
            looked[self.given.kind](arrays, say)
        problems.sort(key=lambda problem: problem.row or 0)
        table = pa.RecordBatch.from_arrays(list(arrays.values()), list(arrays))
        return Batch(table, rows, faults, problems)


def _filled(column: Column, array: pa.Array, bad: set[int], say: Callable[..., None]) -> pa.Array:
    """Empty cells: told where the row needs them, else with what they stand for."""
    if column.missing == NEEDED:
        for k in sorted(set(_places(pc.is_null(array))) - bad):
            say(k, column.name, None, *required(column))
    elif not isinstance(column.missing, str):
        return pc.fill_null(array, pa.scalar(column.missing, array.type))
    return array


def _textual(kind: pa.DataType) -> bool:
    types = pa.types
    kind = value_type(kind)
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_integer(kind) or types.is_null(kind))


def _places(flags: pa.Array) -> list[int]:
    found: list[int] = np.flatnonzero(pc.fill_null(flags, False).to_numpy(zero_copy_only=False)).tolist()
    return found
