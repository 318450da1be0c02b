"""The text files of reconciliation (3202): what an institution says it settled, and what came of the comparison.

UTF-8, a record a line, fields divided by tabs in the order of the definition, `null` for nothing, no line of titles.
Read and written line by line, so that memory does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, NamedTuple

from shebao.files.nhsa.checking import converter
from shebao.files.nhsa.definitions import Definitions
from shebao.files.nhsa.refused import Refused
from shebao.files.nhsa.rendering import field_writer
from shebao.files.problems import Problem

UPLOAD, RESULT = "upload", "result"
INFNO = "3202"
LONGEST_LINE = 10_000  # bytes
_NOTHING = "null"


class Row(NamedTuple):
    """line: from 1.  values: typed, in the order of the columns, None for nothing."""

    line: int
    values: tuple[Any, ...]


def columns(definitions: Definitions, kind: str) -> list[str]:
    """The columns of a file (UPLOAD, RESULT) in their order."""
    return [field.code for field in definitions[INFNO].files[kind].fields]


def read_statement(
    stream: IO[bytes], definitions: Definitions, kind: str = UPLOAD, name: str = ""
) -> Iterator[Row | Problem]:
    """The records of a file, and a problem for each that is unsound; a line too long ends the reading."""
    fields = [
        (field.code, field.required, converter(field, definitions.codes))
        for field in definitions[INFNO].files[kind].fields
    ]
    line = 0
    while data := stream.readline(LONGEST_LINE + 1):
        line += 1
        if len(data) > LONGEST_LINE:
            yield Problem(name, f"超过{LONGEST_LINE}字节，不是对账文件", f"has more than {LONGEST_LINE} bytes", line)
            return
        if line == 1:
            data = data.removeprefix(b"\xef\xbb\xbf")
        try:
            cells = data.decode().rstrip("\r\n").split("\t")
        except UnicodeDecodeError:
            yield Problem(name, "应为UTF-8编码", "is not in UTF-8", line)
            continue
        if len(cells) != len(fields):
            yield Problem(
                name,
                f"应有{len(fields)}列，以制表符分隔，实有{len(cells)}列",
                f"has {len(cells)} columns, not {len(fields)} divided by tabs",
                line,
            )
            continue
        values: list[Any] = []
        for (code, required, convert), cell in zip(fields, cells, strict=True):
            try:
                if cell == _NOTHING or not cell or cell.isspace():
                    if required:
                        raise Refused("不能为空", "is empty; it is required")
                    values.append(None)
                else:
                    values.append(convert(cell))
            except Refused as refused:
                yield Problem(name, refused.zh, refused.en, line, field=code, found=cell[:50])
                break
        else:
            yield Row(line, tuple(values))


def write_statement(
    stream: IO[bytes], definitions: Definitions, rows: Iterable[Sequence[Any]], kind: str = RESULT
) -> int:
    """Writes records, each typed values in the order of the columns, and returns their number.

    Tabs and line ends in texts become blanks.  Raises ValueError for what the definition does not allow.
    """
    fields = [
        (field.code, field.required, field_writer(field, definitions.codes, strict=True))
        for field in definitions[INFNO].files[kind].fields
    ]
    count = 0
    for count, row in enumerate(rows, 1):
        cells = []
        for (code, required, write), value in zip(fields, row, strict=True):
            if value is None or value == "":
                if required:
                    raise ValueError(f"record {count} has no {code}")
                cells.append(_NOTHING)
            else:
                cells.append(" ".join(write(value).splitlines()).replace("\t", " "))
        stream.write(("\t".join(cells) + "\n").encode())
    return count
