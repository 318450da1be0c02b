"""`shebao takeover`: another system's files into the record."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from shebao.cli.db import DataOption, database_faults
from shebao.cli.terminal import REFUSED, LangOption, Terminal, here
from shebao.database import connection, server
from shebao.rules.values import money

if TYPE_CHECKING:
    from shebao.takeover.totals import Line

FolderArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FOLDER",
        help=here(
            "文件夹：persons、organisations、histories、balances、awards（.csv或.parquet）和control.yaml或control.csv",
            "folder with persons, organisations, histories, balances, awards (.csv or .parquet) and control.yaml",
        ),
    ),
]
RehearseOption = Annotated[
    bool, typer.Option("--rehearse", help=here("演练：全部照做，不留任何数据", "do everything, and keep nothing of it"))
]
SourceOption = Annotated[
    str,
    typer.Option(
        "--source", metavar="NAME", help=here("来源系统名称（默认见control文件）", "name of the system they come from")
    ),
]
DayOption = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help=here("数据截止日", "the day that its records speak of")),
]
ReportOption = Annotated[
    Path, typer.Option("--report", metavar="FILE", help=here("逐行报告（.csv、.json、.jsonl）", "the report by row"))
]


def command(
    folder: FolderArgument,
    rehearse: RehearseOption = False,
    source: SourceOption = "",
    as_of: DayOption = None,
    report: ReportOption = Path("problems.csv"),
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Takes over the files of a folder; exit code 1 when they are refused."""
    terminal = Terminal(lang)
    with database_faults(terminal), _database(data):
        _run(terminal, folder, report, source, as_of.date() if as_of else None, rehearse)


@contextlib.contextmanager
def _database(data: Path | None) -> Iterator[None]:
    """The database with its tables of this version, the batch at work."""
    if dsn := server.external():
        connection.use(dsn, connection.BATCH)
        yield
        return
    with server.running(data or server.default_folder()) as running:
        connection.migrate(running.dsn())
        connection.use(running.dsn(), connection.BATCH)
        yield


def _run(terminal: Terminal, folder: Path, report: Path, source: str, as_of: date | None, rehearse: bool) -> None:
    # the rooms' tables are there once the database is chosen
    from shebao.access.services import system_actor
    from shebao.takeover.runs import run
    from shebao.takeover.services import State

    with terminal.progress("接管", "taking over") as progress:
        found = run(
            system_actor("takeover"),
            folder,
            report,
            source=source,
            as_of=as_of,
            rehearse=rehearse,
            progress=progress,
        )
    if found.lines:
        terminal.out.print(_table(terminal, found.lines))
    if found.persons:
        terminal.note(
            f"人员{found.persons}名，其中{found.known}名档案中已有",
            f"{found.persons} persons, {found.known} of them in the record already",
        )
    if found.faults or found.warnings:
        terminal.note(
            f"{found.faults}处错误、{found.warnings}处提示，逐行见{report}",
            f"{found.faults} faults and {found.warnings} notes, by row in {report}",
        )
    said = {
        State.LOADED: (f"已接管来源“{found.source}”的数据", f"the records of {found.source} are taken over"),
        State.REHEARSED: ("演练通过，未留下任何数据", "the rehearsal went well; nothing of it is kept"),
        State.REPEATED: ("这些文件以前已接管，未做任何改动", "these files were taken over before; nothing was done"),
    }
    if found.state is State.REFUSED:
        terminal.fail(
            "未导入任何数据：请按报告更正后再次接管",
            "nothing was loaded: correct the files as the report says, and take them over again",
            REFUSED,
        )
    terminal.note(*said[found.state])


def _table(terminal: Terminal, lines: list[Line]) -> Table:
    """The control totals side by side."""
    from shebao.takeover.columns import WANTED

    say = terminal.say
    table = Table(say("控制总数", "control totals"), "", title_justify="left")
    for name in (("申报", "declared"), ("读入", "read"), ("写入", "loaded"), ("账簿", "ledger")):
        table.add_column(say(*name), justify="right")
    names = {kind: {column.name: column.zh for column in wanted.values} for kind, wanted in WANTED.items()}
    for line in lines:
        measure = say("行数", "rows") if line.measure == "rows" else say(names[line.kind][line.measure], line.measure)
        shown = (_figure(line, figure) for figure in (line.declared, line.read, line.loaded, line.ledger))
        table.add_row(escape(line.file), measure, *shown, style=None if line.agrees else "red")
    return table


def _figure(line: Line, figure: int | None) -> str:
    """Rows, or yuan."""
    if figure is None:
        return ""
    return f"{figure:,}" if line.measure == "rows" else money(figure)
