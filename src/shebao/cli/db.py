"""`shebao db`: the database server that comes with shebao."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from psycopg.conninfo import make_conninfo

from shebao.cli.terminal import REFUSED, LangOption, Terminal, here
from shebao.database import backup as backups
from shebao.database import connection, server
from shebao.database.cluster import DATABASE, prepare
from shebao.database.problems import ServerProblem

app = typer.Typer(help=here("数据库服务器", "The database server."), no_args_is_help=True)

DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="FOLDER",
        help=here("数据库文件夹（默认SHEBAO_DATA）", "folder of the database (SHEBAO_DATA, or the user's data folder)"),
    ),
]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help=here("备份文件", "the backup"))]


@contextlib.contextmanager
def database_faults(terminal: Terminal) -> Iterator[None]:
    """Ends with a message where the database cannot be used."""
    with terminal.faults():
        try:
            yield
        except ServerProblem as error:
            terminal.fail(error.zh, error.en)
        except psycopg.OperationalError as error:
            terminal.fail(f"连接不上数据库：{error}", f"the database is not reached: {error}")


@contextlib.contextmanager
def opened(data: Path | None, name: str) -> Iterator[str]:
    """The database with its tables of this version, the batch at work; gives its DSN."""
    if dsn := server.external():
        dsn = dsn if name == DATABASE else make_conninfo(dsn, dbname=name)
        connection.use(dsn, connection.BATCH)
        yield dsn
        return
    with server.running(data or server.default_folder()) as running:
        dsn = running.dsn(dbname=name)
        connection.migrate(dsn)
        connection.use(dsn, connection.BATCH)
        yield dsn


def _own_server(terminal: Terminal, data: Path | None) -> Path:
    """The data folder; ends where the environment names another database, which is not ours to start or stop."""
    if server.external():
        terminal.fail(
            "SHEBAO_DSN指明了数据库，本命令只管内置服务器：请用该数据库自己的工具（pg_ctl、pg_dump、pg_restore）",
            "SHEBAO_DSN names the database, and this is for the embedded server only: use that database's own tools "
            "(pg_ctl, pg_dump, pg_restore)",
            REFUSED,
        )
    return data or server.default_folder()


@app.command(help=here("启动并保持运行，直到stop；输出DSN", "Start it and keep it until `stop`; prints its DSN."))
def start(data: DataOption = None, lang: LangOption = None) -> None:
    """Starts the server and keeps it."""
    terminal = Terminal(lang)
    with database_faults(terminal):
        started = server.ensure(_own_server(terminal, data))
        terminal.note(f"数据库在运行：{started.folder}", f"the database runs: {started.folder}")
        terminal.out.print(started.dsn(), soft_wrap=True, markup=False)


@app.command(help=here("停止", "Stop it."))
def stop(data: DataOption = None, lang: LangOption = None) -> None:
    """Stops the server."""
    terminal = Terminal(lang)
    with database_faults(terminal):
        folder = _own_server(terminal, data)
        if server.stop(folder):
            terminal.note(f"数据库已停止：{folder}", f"the database is stopped: {folder}")
        else:
            terminal.note(f"数据库没有在运行：{folder}", f"the database was not running: {folder}")


@app.command(help=here("是否在运行；未运行时退出码为1", "Whether it runs; exit code 1 if not."))
def status(data: DataOption = None, lang: LangOption = None) -> None:
    """Says what is known of the server."""
    terminal = Terminal(lang)
    with database_faults(terminal):
        if dsn := server.external():
            with psycopg.connect(dsn) as reached:
                version = reached.info.parameter_status("server_version")
                terminal.note(
                    f"SHEBAO_DSN指明的数据库可以连接：{reached.info.dbname}，PostgreSQL {version}",
                    f"the database of SHEBAO_DSN answers: {reached.info.dbname}, PostgreSQL {version}",
                )
            return
        found = server.status(data or server.default_folder())
        if found.server is None:
            what = ("没有在运行", "does not run") if found.exists else ("还没有建立", "was never made")
            terminal.note(f"数据库{what[0]}：{found.folder}", f"the database {what[1]}: {found.folder}")
            raise typer.Exit(REFUSED)
        until = (
            ("直到stop", "until `stop`") if found.kept else ("直到使用它的命令结束", "until the commands using it end")
        )
        terminal.note(
            f"PostgreSQL {found.version}在运行，{until[0]}；进程{found.pid}；{found.folder}",
            f"PostgreSQL {found.version} runs {until[1]}; process {found.pid}; {found.folder}",
        )
        terminal.out.print(found.server.dsn(), soft_wrap=True, markup=False)


@app.command(help=here("建立或更新表", "Make the tables, or bring them to this version."))
def migrate(data: DataOption = None, lang: LangOption = None) -> None:
    """Runs the migrations as the tables' owner."""
    terminal = Terminal(lang)
    with database_faults(terminal):
        if dsn := server.external():
            prepare(dsn)
            connection.migrate(dsn)
        else:
            with server.running(data or server.default_folder()) as running:
                connection.migrate(running.dsn())
        terminal.note("表已是当前版本", "the tables are of this version")


@app.command(help=here("备份到新文件", "Back up into a new file."))
def backup(file: FileArgument, data: DataOption = None, lang: LangOption = None) -> None:
    """Writes a backup and reads it back."""
    terminal = Terminal(lang)
    with database_faults(terminal), server.running(_own_server(terminal, data)) as running:
        _told(terminal, file, backups.backup(running, file), "备份已写好并读回", "the backup is written and read back")


@app.command(help=here("从备份恢复", "Restore a backup."))
def restore(
    file: FileArgument,
    replace: Annotated[
        bool,
        typer.Option("--replace", help=here("取代现有的非空数据库", "in the place of a database that is not empty")),
    ] = False,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Restores a backup; a broken one changes nothing."""
    terminal = Terminal(lang)
    with database_faults(terminal), server.running(_own_server(terminal, data)) as running:
        rows = backups.restore(running, file, replace=replace)
        _told(terminal, file, rows, "已恢复，各表行数与备份一致", "restored, every table with the backup's rows")


def _told(terminal: Terminal, file: Path, rows: backups.Rows, zh: str, en: str) -> None:
    total = sum(rows.values())
    terminal.note(f"{file}：{zh}：{len(rows)}张表，{total:,}行", f"{file}: {en}: {len(rows)} tables, {total:,} rows")
