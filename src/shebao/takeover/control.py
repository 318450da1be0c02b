"""The control file: what the other system says of its files.

control.yaml        source: 旧系统
                    as_of: 2014-06-30
                    files:
                      histories.csv: {rows: 4000, base: 1234567.89, weighted: 8000000.00, account: 0}
control.csv         file,measure,total
                    ,source,旧系统
                    ,as_of,2014-06-30
                    histories.csv,rows,4000
Sums are in yuan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from shebao.files.problems import FileRefused, Problem
from shebao.files.sheets import file_bytes, read_sheet
from shebao.files.written import objects
from shebao.rules import values
from shebao.rules.kinds import COUNT, DAY, FEN, date_of

CONTROLS = ("control.yaml", "control.csv")
_ROWS = "rows"


@dataclass
class Control:
    """source, as_of: "" and None when not said.  declared: file -> measure -> rows, or fen."""

    source: str = ""
    as_of: date | None = None
    declared: dict[str, dict[str, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Control:
        """The control file of a folder.  Raises FileRefused when there is none, or it cannot be read."""
        found = [folder / name for name in CONTROLS if (folder / name).is_file()]
        if len(found) != 1:
            said = (
                f"须有且只有一个控制文件（{'或'.join(CONTROLS)}），写明每个文件的行数和金额合计",
                f"one control file is wanted ({' or '.join(CONTROLS)}) with the rows and sums of every file",
            )
            raise FileRefused([Problem(str(folder), *said)])
        control, problems = cls(), list[Problem]()
        triples = _of_yaml(found[0]) if found[0].suffix == ".yaml" else _of_csv(found[0])
        for row, file, measure, written in triples:
            try:
                control._take(file, measure, written)
            except values.Problem as problem:
                name = f"{file} {measure}".strip()
                problems.append(Problem(found[0].name, problem.zh, problem.en, row, field=name, found=str(written)))
        if problems:
            raise FileRefused(problems)
        return control

    def _take(self, file: str, measure: str, written: object) -> None:
        if not file and measure == "source":
            self.source = str(written or "").strip()
        elif not file and measure == "as_of":
            self.as_of = date_of(int(values.parse(DAY, written)))
        elif not file:
            raise values.Problem("应为source、as_of或文件名", "is not source, as_of or a file")
        elif measure in self.declared.get(file, {}):
            raise values.Problem("出现两次，请只保留一个", "is given twice; keep one")
        else:
            kind = COUNT if measure == _ROWS else FEN
            self.declared.setdefault(file, {})[measure] = int(values.parse(kind, written))


Triple = tuple[int | None, str, str, object]  # row, file ("" for none), measure, what is written


def _of_yaml(path: Path) -> Iterator[Triple]:
    for _, found in objects(path):
        if isinstance(found, Problem):
            raise FileRefused([found])
        if not isinstance(found, dict):
            raise FileRefused([Problem(path.name, "应为“名称: 值”的形式", "has to have the form name: value")])
        for name, value in found.items():
            if name != "files":
                yield None, "", str(name), value
                continue
            for file, measures in value.items() if isinstance(value, dict) else ():
                if not isinstance(measures, dict):
                    said = ("应写作{rows: 行数, 列名: 合计}", "has to be written {rows: ..., column: sum}")
                    raise FileRefused([Problem(path.name, *said, field=str(file))])
                for measure, written in measures.items():
                    yield None, str(file), str(measure), written


def _of_csv(path: Path) -> Iterator[Triple]:
    sheet = read_sheet(*file_bytes(path))
    if sheet.problems:
        raise FileRefused(sheet.problems)
    header = [str(cell).strip() for cell in sheet.rows[0]] if sheet.rows else []
    if header[:3] != ["file", "measure", "total"]:
        raise FileRefused([Problem(path.name, "表头应为file,measure,total", "has to begin with file,measure,total", 1)])
    for line, cells in zip(list(sheet.lines)[1:], sheet.rows[1:], strict=True):
        if any(str(cell or "").strip() for cell in cells):
            padded = [*cells, "", "", ""][:3]
            yield line, str(padded[0] or "").strip(), str(padded[1] or "").strip(), padded[2]
