"""`shebao serve`: the site, on this machine.  `shebao code`: the code of a demo account's second factor."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

import typer
from psycopg.conninfo import make_conninfo
from rich.table import Table

from shebao.cli.db import DataOption, database_faults
from shebao.cli.night import NameOption
from shebao.cli.people import days
from shebao.cli.terminal import LangOption, Terminal, here
from shebao.database import connection, server
from shebao.database.cluster import DATABASE
from shebao.rules.kinds import date_of


def command(
    port: Annotated[int, typer.Option(help=here("端口", "port"))] = 8000,
    host: Annotated[str, typer.Option(help=here("地址", "address"))] = "127.0.0.1",
    accounts: Annotated[
        bool,
        typer.Option("--demo-accounts", help=here("为每个岗位设演示账号并打印", "an account of each role, printed")),
    ] = False,
    today: Annotated[
        str, typer.Option(metavar="DAY", help=here("样本城市停在哪一天", "the fixed day of a sample city"))
    ] = "",
    workers: Annotated[int, typer.Option(min=1, help=here("进程数", "processes"))] = 2,
    database: NameOption = DATABASE,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Serves the pages until it is stopped."""
    terminal = Terminal(lang)
    with terminal.faults(), database_faults(terminal):
        day = date_of(days(today)[0]) if today else None
        if dsn := server.external():
            named = dsn if database == DATABASE else make_conninfo(dsn, dbname=database)
            connection.migrate(named)
            site(terminal, named, host, port, accounts, day, workers)
            return
        with server.running(data or server.default_folder()) as running:
            named = running.dsn(dbname=database)
            connection.migrate(named)
            site(terminal, named, host, port, accounts, day, workers)


def code(
    key: Annotated[str, typer.Argument(help=here("演示账号的验证码密钥", "the key of a demo account"))],
) -> None:
    """Prints the code of the moment."""
    from shebao.access import signin

    typer.echo(signin.code_of(key, datetime.now(UTC)))


def site(
    terminal: Terminal, dsn: str, host: str, port: int, accounts: bool, today: date | None, workers: int = 2
) -> None:
    """Serves a database that has its tables, until it is stopped."""
    if accounts:
        connection.use(dsn, connection.BATCH)
        _accounts(terminal)
    connection.use(dsn, connection.APP)
    from django.conf import settings

    from shebao.portal.serve import serve

    settings.SHEBAO_TODAY = today
    terminal.note(f"网站：http://{host}:{port}/（Ctrl+C停止）", f"the site: http://{host}:{port}/ (Ctrl+C stops it)")
    serve(host, port, workers)


def _accounts(terminal: Terminal) -> None:
    """Prints name, password and key of a new account for each role."""
    from shebao.samplecity.accounts import accounts

    table = Table(
        terminal.say("岗位", "role"),
        terminal.say("地区", "place"),
        terminal.say("用户名", "name"),
        terminal.say("密码", "password"),
        terminal.say("验证码密钥", "key of the codes"),
        title=terminal.say("演示账号（只显示这一次）", "demo accounts (shown this once)"),
    )
    for account in accounts():
        table.add_row(account.role, account.place, account.login, account.password, account.key)
    terminal.out.print(table)
    terminal.note("验证码：shebao code 密钥", "the code of the second factor: shebao code KEY")
