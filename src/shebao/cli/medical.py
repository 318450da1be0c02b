"""`shebao medical`: the service that settles bills at the card reader, and what it needs to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from shebao.cli.db import DataOption, database_faults, opened
from shebao.cli.night import NameOption
from shebao.cli.people import days
from shebao.cli.terminal import REFUSED, Lang, LangOption, Terminal, here
from shebao.database.cluster import DATABASE
from shebao.files.nhsa import import_catalogue
from shebao.rules.kinds import date_of
from shebao.rules.values import Problem, money

if TYPE_CHECKING:
    from shebao.samplecity.hospitalday import Day

app = typer.Typer(help=here("医保实时结算", "Medical insurance at the card reader."), no_args_is_help=True)
FileArgument = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]


def _day(written: str) -> date:
    found = days(written)
    if len(found) != 1:
        raise Problem(f"{written}：请写一个日期，如2014-01-31", f"{written}: one day is wanted, such as 2014-01-31")
    return date_of(found[0])


@app.command("serve", help=here("结算服务：接收定点机构的报文", "The service that answers institutions' messages."))
def serve(
    port: Annotated[int, typer.Option(help=here("端口", "port"))] = 8010,
    host: Annotated[str, typer.Option(help=here("地址", "address"))] = "127.0.0.1",
    today: Annotated[
        str, typer.Option(metavar="DAY", help=here("样本城市停在哪一天", "the fixed day of a sample city"))
    ] = "",
    workers: Annotated[int, typer.Option(min=1, help=here("进程数", "processes"))] = 1,
    database: NameOption = DATABASE,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Serves messages until it is stopped."""
    terminal = Terminal(lang)
    with terminal.faults(), database_faults(terminal), opened(data, database) as dsn:
        from shebao.medical.gateway import PATH
        from shebao.medical.serve import serve as serve_messages

        fixed = _day(today) if today else None
        terminal.note(
            f"结算服务：http://{host}:{port}{PATH}（Ctrl+C停止）",
            f"settlement: http://{host}:{port}{PATH} (Ctrl+C stops it)",
        )
        serve_messages(dsn, host, port, workers, fixed)


@app.command("catalogue", help=here("导入医保目录（CSV）", "Take in a catalogue of items, as CSV."))
def catalogue(
    file: FileArgument, database: NameOption = DATABASE, data: DataOption = None, lang: LangOption = None
) -> None:
    """All items of the file or none."""
    terminal = Terminal(lang)
    with terminal.faults(), database_faults(terminal), opened(data, database):
        from shebao.access.acting import acting
        from shebao.access.services import system_actor
        from shebao.medical.services.catalogue import add_items, read
        from shebao.people.refusals import Refused

        items = read(file)
        try:
            with acting(system_actor("setup"), "medical.register") as act:
                taken = add_items(act, items)
        except Refused as refused:
            terminal.fail(refused.zh, refused.en, REFUSED)
        terminal.note(f"已导入{taken}个项目", f"{taken} items were taken in")


@app.command("institution", help=here("登记定点机构，打印其密钥", "Register an institution; prints its key."))
def institution(
    code: Annotated[str, typer.Argument(help=here("12位机构编码", "its code of 12 characters"))],
    name: Annotated[str, typer.Argument(help=here("名称", "its name"))],
    level: Annotated[int, typer.Argument(min=1, max=3, help=here("医院等级", "its level"))],
    place: Annotated[str, typer.Argument(help=here("所在区代码", "code of its district"))],
    since: Annotated[str, typer.Argument(metavar="DAY", help=here("协议开始日", "first day of the agreement"))],
    community: Annotated[bool, typer.Option(help=here("社区卫生服务机构", "a community institution"))] = False,
    database: NameOption = DATABASE,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Registers it; the secret of its messages is shown this once."""
    terminal = Terminal(lang)
    with terminal.faults(), database_faults(terminal), opened(data, database):
        from shebao.access.acting import acting
        from shebao.access.services import system_actor
        from shebao.medical.models import Institution
        from shebao.medical.services.institutions import issue_key, register
        from shebao.people.refusals import Refused

        try:
            with acting(system_actor("setup"), "medical.register") as act:
                made = register(act, code, name, Institution.Level(level), place, _day(since), community=community)
                access_key, secret = issue_key(act, made.pk)
        except Refused as refused:
            terminal.fail(refused.zh, refused.en, REFUSED)
        terminal.out.print(f"access_key {access_key}\nsecret_key {secret}")


@app.command("covers", help=here("建立或推进一年的待遇年度", "Covers of a year: opened, or brought to a day."))
def covers(
    on: Annotated[str, typer.Argument(metavar="DAY", help=here("日期", "the day"))],
    database: NameOption = DATABASE,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Each night: covers are opened or brought to the day and held against the facts; late bills become cases."""
    terminal = Terminal(lang)
    with terminal.faults(), database_faults(terminal), opened(data, database):
        from shebao.access.acting import acting
        from shebao.access.services import system_actor
        from shebao.medical.models import CoverYear
        from shebao.medical.services import cover, late

        day = _day(on)
        with acting(system_actor("settlement"), "medical.settle") as act:
            fresh = not CoverYear.objects.filter(year=day.year).exists()
            written = cover.open_year(act, day.year, day) if fresh else cover.next_day(act, day)
        with acting(system_actor("settlement"), "medical.settle") as act:
            astray = cover.prove(act)
        opened_cases, years = 0, 1
        while years:
            with acting(system_actor("settlement"), "medical.settle") as act:
                looked = late.look(act, day)
            opened_cases, years = opened_cases + looked.opened, looked.years
        if opened_cases:
            terminal.note(f"迟到费用差异{opened_cases}笔待处理", f"{opened_cases} cases of late bills are open")
        terminal.note(
            f"写入{written}行，与登记不符{len(astray)}处",
            f"{written} rows written, {len(astray)} values are not as the facts say",
        )
        for one in astray[:20]:
            terminal.note(
                f"档案{one.person_id}：{one.name}为{one.stands}，应为{one.due}",
                f"record {one.person_id}: {one.name} is {one.stands} and should be {one.due}",
            )
        if astray:
            raise typer.Exit(REFUSED)


@app.command("interface", help=here("导入接口规范的目录文件", "Take in a catalogue of the interface, for a province."))
def interface(
    file: FileArgument,
    folder: Annotated[Path, typer.Argument(help=here("写入的文件夹", "the folder to write"))],
    lang: LangOption = None,
) -> None:
    """Writes the definitions as YAML; the service reads them when they take the place of the package's own."""
    terminal = Terminal(lang)
    with terminal.faults():
        made = import_catalogue(file, folder)
        terminal.note(f"已写入{len(made.transactions)}个交易", f"{len(made.transactions)} transactions were written")


def shown(found: Day, lang: Lang) -> Iterator[Table | str]:
    """A hospital day: what was settled and by whom it is paid, what was refused, and what was compared."""
    say, bills, tallies = lang.say, found.bills, found.tallies
    table = Table(
        "",
        Column(say("笔数", "number"), justify="right"),
        Column(say("金额（元）", "yuan"), justify="right"),
        title=say(f"{found.day} 医院一天", f"{found.day} at the card readers"),
    )
    visits = sum(tally.visits for tally in tallies)
    table.add_row(say("定点机构", "institutions"), f"{found.institutions:,}", "")
    table.add_row(say("参保人员（待遇年度）", "persons with a cover"), f"{found.covers:,}", "")
    table.add_row(say("就诊", "visits"), f"{visits:,}", "")
    table.add_row(say("结算", "settled"), f"{len(bills):,}", money(sum(b.total for b in bills)))
    table.add_row(say("　其中住院", "  of it stays"), f"{sum(b.stay for b in bills):,}", "")
    for zh, en, name in (("基金支付", "paid by the funds", "funds"), ("个人支付", "paid in cash", "cash")):
        amounts = [getattr(b, name) for b in bills]
        table.add_row(say(zh, en), f"{sum(1 for a in amounts if a):,}", money(sum(amounts)))
    taken = [b for tally in tallies for _, b, _ in tally.taken]
    table.add_row(say("撤销", "taken back"), f"{len(taken):,}", money(sum(b.total for b in taken)))
    table.add_row(say("重发得到同一答复", "sent again, answered the same"), f"{sum(t.repeated for t in tallies):,}", "")
    late = sum(t.late for t in tallies)
    table.add_row(say("迟到的费用", "bills that came late"), f"{late:,}", "")
    table.add_row(say("按服务先后应有不同的结算", "settlements another in order"), f"{found.cases:,}", "")
    yield table
    turned: Counter[str] = sum((tally.turned for tally in tallies), Counter())
    for why, count in turned.most_common():
        yield escape(say(f"拒付{count}人次：{why}", f"{count} refused: {why}"))
    statements = sum((tally.statements for tally in tallies), Counter[str]())
    planted = set().union(*(tally.planted for tally in tallies))
    named = set().union(*(tally.found for tally in tallies))
    yield say(
        f"对总账{statements.total()}次，不符{statements['1']}次；对明细账：植入{len(planted)}处，查出{len(named)}处；"
        f"待遇年度与登记不符{found.astray}处；基金支付：结算{money(found.settled)}，账面{money(found.booked)}",
        f"{statements.total()} totals compared, {statements['1']} differ; details: {len(planted)} faults planted, "
        f"{len(named)} found; {found.astray} covers not as the facts say; funds: settlements {money(found.settled)}, "
        f"books {money(found.booked)}",
    )
