"""`shebao demo`: an invented city in a real database: awards, payments, planted faults, a month, a hospital day."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated

import psycopg
import typer
from psycopg import sql
from psycopg.conninfo import make_conninfo
from rich.table import Table

from shebao.cli import cases, medical, night, serve
from shebao.cli.db import DataOption, database_faults
from shebao.cli.terminal import REFUSED, LangOption, Terminal, here
from shebao.database import connection, server
from shebao.database.cluster import prepare
from shebao.rules.kinds import date_of, day
from shebao.rules.values import money

if TYPE_CHECKING:
    from shebao.samplecity.demonstration import Month

DATABASE = "shebao_demo"  # made anew by each run
VISITS = 25  # of so many people one sees a doctor on the day at the card readers
CITY_DAY = "2013-12-31"  # a year's end: the accounts' opening balances have their interest


def command(
    people: Annotated[int, typer.Option("--people", "-n", min=1000, help=here("人数", "how many people"))] = 20_000,
    seed: Annotated[int, typer.Option(help=here("种子：同一种子得同一城市", "the same seed makes the same city"))] = 1,
    served: Annotated[
        bool | None,
        typer.Option(
            "--serve/--no-serve",
            help=here("最后打开网站（默认：在终端中）", "serve the site at the end; in a terminal"),
        ),
    ] = None,
    port: Annotated[int, typer.Option(help=here("网站端口", "port of the site"))] = 8000,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Builds the city, makes and pays its awards, finds planted faults, collects and pays a month, settles bills."""
    terminal = Terminal(lang)
    port = port if (sys.stdout.isatty() if served is None else served) else 0
    with database_faults(terminal):
        if dsn := server.external():
            prepare(dsn)
            _run(terminal, _fresh(dsn), people, seed, port)
        else:
            with server.running(data or server.default_folder()) as running:
                _run(terminal, _fresh(running.dsn()), people, seed, port)


def _fresh(dsn: str) -> str:
    """A new, empty database of the demo beside the one named; that of an earlier run goes."""
    with psycopg.connect(dsn, autocommit=True) as beside:
        name = sql.Identifier(DATABASE)
        beside.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        beside.execute(sql.SQL("CREATE DATABASE {}").format(name))
    return make_conninfo(dsn, dbname=DATABASE)


def _run(terminal: Terminal, dsn: str, people: int, seed: int, port: int) -> None:
    """port: of the site that is served at the end; 0 for none."""
    with terminal.progress("建表", "make the tables") as progress:
        progress(0, 1)
        connection.migrate(dsn)
    connection.use(dsn, connection.BATCH)
    from shebao.contributions.months import plus
    from shebao.ledger.selectors.balances import last_day
    from shebao.samplecity.city import City
    from shebao.samplecity.demonstration import build, collect, last_night, pay_month, work

    city = City(people=people, seed=seed, day=day(CITY_DAY))
    loaded = build(city, terminal.progress)
    staff, worked = work(city, terminal.progress)
    found = collect(city, terminal.progress, loaded)
    pay_month(city, terminal.progress, staff, worked)
    _summary(terminal, found)
    for shown in cases.shown(worked, terminal.lang):
        terminal.out.print(shown)
    differences = found.differences() + worked.differences()
    if differences:
        terminal.fail(
            "账目不符：\n" + "\n".join(differences), "the accounts differ:\n" + "\n".join(differences), REFUSED
        )
    today = last_day(plus(date_of(city.day).replace(day=1), 1))
    night.assess(terminal, today)
    _hospitals(terminal, dsn, today, people)
    last_night(city, terminal.progress, staff, today)
    terminal.note(f"数据留在数据库{DATABASE}中", f"the data stay in the database {DATABASE}")
    if port:
        serve.site(terminal, dsn, "127.0.0.1", port, True, today)
    else:
        terminal.note(
            f"打开网站：shebao serve --database {DATABASE} --today {today} --demo-accounts",
            f"the pages: shebao serve --database {DATABASE} --today {today} --demo-accounts",
        )


def _hospitals(terminal: Terminal, dsn: str, today: date, people: int) -> None:
    """A day at the card readers, through the settlement service."""
    from shebao.samplecity import hospitalday

    with terminal.progress("医院一天：刷卡实时结算", "a day at the card readers") as progress:
        found = hospitalday.run(dsn, today, people // VISITS, progress)
    for shown in medical.shown(found, terminal.lang):
        terminal.out.print(shown)
    if differences := found.differences():
        terminal.fail(
            "结算不符：\n" + "\n".join(differences), "settlements differ:\n" + "\n".join(differences), REFUSED
        )


def _summary(terminal: Terminal, found: Month) -> None:
    say, month = terminal.say, f"{found.month:%Y-%m}"
    loaded, declared, billed, matched = found.loaded, found.declared, found.billed, found.matched
    rows = sum(loaded.rows.values())
    lines: list[tuple[str, str, str]] = [
        (say("人员", "people"), f"{loaded.persons:,}", say(f"{rows:,}行记录", f"{rows:,} rows of records")),
        (say("单位", "organisations"), f"{loaded.organisations:,}", ""),
        (say("个人账户期初余额", "personal accounts, opening"), money(loaded.accounts), ""),
        (
            say("申报表", "declarations"),
            f"{declared.files:,}",
            say(
                f"退回更正{declared.refused}份；{declared.rows:,}人，新增{declared.joined}，减少{declared.left}",
                f"{declared.refused} came back for correction; {declared.rows:,} persons, {declared.joined} joined, "
                f"{declared.left} left",
            ),
        ),
        (
            say("账单", "bills"),
            f"{billed.bills:,}",
            say(
                f"{billed.items:,}笔；使用〔约〕数值的{billed.approx:,}份；法规未能核定的{billed.problems:,}项",
                f"{billed.items:,} items; {billed.approx:,} with approximate figures 〔约〕; {billed.problems:,} items "
                "that the law could not decide",
            ),
        ),
        (say("应缴", "billed"), money(billed.employer + billed.own), ""),
        (
            say("银行到账", "received"),
            money(found.received),
            say(f"{found.received_rows:,}笔", f"{found.received_rows:,} receipts"),
        ),
        (say("其中：缴费", "of it: contributions"), money(matched.contributions), ""),
        (say("　　　滞纳金", "       late fees"), money(matched.late_fees), ""),
        (say("　　　待认领", "       not yet assigned"), money(found.unassigned), ""),
        (
            say("欠缴", "overdue"),
            money(found.overdue),
            say(f"催缴{found.reminded}份", f"{found.reminded} reminders"),
        ),
        (
            say("已记账", "credited"),
            money(found.credited.paid),
            say(
                f"{found.credited.bills:,}份账单、{found.credited.items:,}笔；个人账户{money(found.credited.accounts)}",
                f"{found.credited.bills:,} bills, {found.credited.items:,} items; to accounts "
                f"{money(found.credited.accounts)}",
            ),
        ),
    ]
    table = Table(title=say(f"样本城市（虚构） {month}征缴", f"sample city (invented), collection of {month}"))
    table.add_column(say("项目", "item"))
    table.add_column(say("数值", "value"), justify="right")
    table.add_column("")
    for line in lines:
        table.add_row(*line)
    terminal.out.print(table)
    _balance(terminal, found)


def _balance(terminal: Terminal, found: Month) -> None:
    """The trial balance, and what was compared."""
    say, balance = terminal.say, found.trial_balance
    if balance is None:
        return
    table = Table(title=say("试算平衡表（元）", "trial balance (yuan)"))
    headers = (("科目", "account"), ("期初", "opening"), ("借方", "debit"), ("贷方", "credit"), ("期末", "closing"))
    for k, (zh, en) in enumerate(headers):
        table.add_column(say(zh, en), justify="right" if k else "left")
    totals = [0, 0, 0, 0]
    groups: dict[tuple[int, str], list[int]] = {}
    for row in balance.rows:
        group = groups.setdefault((row.chart, row.name), [0, 0, 0, 0])
        for k, amount in enumerate((row.opening, row.debit, row.credit, row.closing)):
            group[k] += amount
            totals[k] += amount
    for (code, name), amounts in sorted(groups.items()):
        table.add_row(f"{code} {name}", *map(money, amounts))
    table.add_section()
    table.add_row(say("合计", "total"), *map(money, totals))
    terminal.out.print(table)
    for compared in found.comparison:
        terminal.out.print(
            say(
                f"{compared.day} 三方对账：业务{money(compared.cases)}，账面{money(compared.ledger)}，"
                f"银行{money(compared.bank)}，差异{len(compared.differences)}",
                f"{compared.day} three-way: cases {money(compared.cases)}, ledger {money(compared.ledger)}, bank "
                f"{money(compared.bank)}, {len(compared.differences)} differences",
            )
        )
    terminal.out.print(
        say(
            f"应缴 = 已缴 + 欠缴；到账 = 缴费 + 滞纳金 + 待认领；个人账户与法规计算不一致的{found.accounts_differ}个",
            f"billed = paid + overdue; received = contributions + late fees + unassigned; {found.accounts_differ} "
            "personal accounts differ from the law",
        )
    )
