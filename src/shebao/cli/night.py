"""`shebao night`: the pass over everybody in the record, and one person by the same facts with every reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from shebao.cli import tree as trees
from shebao.cli.db import DataOption, database_faults, opened
from shebao.cli.options import OnOption
from shebao.cli.people import days
from shebao.cli.terminal import Lang, LangOption, Terminal, here, load_law
from shebao.cli.whatif import PERIODS
from shebao.database.cluster import DATABASE
from shebao.rules.declare import Pays
from shebao.rules.explain import tree
from shebao.rules.kinds import date_of
from shebao.rules.status import Why, unpack
from shebao.rules.values import Problem, display, money

if TYPE_CHECKING:
    from shebao.assessment.reforms import Effect, Effects
    from shebao.assessment.selectors import Total
    from shebao.rules.decide import Decision

app = typer.Typer(
    help=here("核算全市待遇，或解释一人", "Assess the city, or explain one person."), no_args_is_help=True
)
NameOption = Annotated[
    str,
    typer.Option("--database", metavar="NAME", help=here("数据库名称", "name of the database, such as shebao_demo")),
]


@app.command("run", help=here("核算全市一天的待遇", "What everybody is entitled to on a day."))
def run(
    on: OnOption,
    resume: Annotated[
        int | None, typer.Option(metavar="NUMBER", help=here("接着做已中断的核算", "go on with a pass that stopped"))
    ] = None,
    database: NameOption = DATABASE,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Assesses everybody in the record."""
    terminal = Terminal(lang)
    with terminal.faults(), database_faults(terminal), opened(data, database):
        assess(terminal, _day(on), resume)


@app.command("figures", help=here("统计全市各区的数字", "Count the city's figures, by district."))
def figures(
    on: OnOption,
    database: NameOption = DATABASE,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Takes the figures of a day, once, for the pages of the city."""
    terminal = Terminal(lang)
    with terminal.faults(), database_faults(terminal), opened(data, database):
        from shebao.access.services import system_actor
        from shebao.supervision.figures import take

        counted = take(system_actor("night"), _day(on))
        terminal.note(f"统计{counted}个数字", f"{counted} figures counted")


@app.command("person", help=here("一人应享受的待遇和理由", "All that one person is entitled to, with the reasons."))
def person(
    number: Annotated[int, typer.Argument(help=here("档案编号", "number of the record"))],
    on: OnOption,
    explain: Annotated[
        str, typer.Option(metavar="NAME", help=here("逐步说明一项", "show every step of a variable"))
    ] = "",
    database: NameOption = DATABASE,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Decides one person from the record."""
    terminal = Terminal(lang)
    with terminal.faults(), database_faults(terminal), opened(data, database):
        from shebao.access.acting import acting
        from shebao.access.services import system_actor
        from shebao.assessment import selectors
        from shebao.assessment.services import PURPOSE
        from shebao.people.refusals import Refused

        law = load_law()
        if explain and explain not in law.variables:
            raise Problem(
                f"{explain}：没有这个变量{law.nearest(explain)}", f"{explain} is no variable{law.nearest(explain)}"
            )
        try:
            with acting(system_actor("night"), PURPOSE) as act:
                decision = selectors.decided(act, number, _day(on), want=[explain] if explain else None)
        except Refused as refused:
            raise Problem(refused.zh, refused.en) from None
        if explain:
            terminal.out.print(trees.rendered(tree(decision, terminal.lang.value), terminal.lang))
        else:
            terminal.out.print(_due(decision, terminal.lang))


@app.command("reform", help=here("改革方案对全市的影响", "What a reform would do to everybody."))
def reform(
    file: Annotated[Path, typer.Argument(help=here("改革方案（YAML）", "the reform (YAML)"))],
    on: OnOption,
    database: NameOption = DATABASE,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Computes the law and a reform over everybody; writes nothing."""
    terminal = Terminal(lang)
    with terminal.faults(), database_faults(terminal), opened(data, database):
        from shebao.access.services import system_actor
        from shebao.assessment import reforms
        from shebao.law import the_law
        from shebao.rules.reform import load

        when, plan = _day(on), load(the_law(), file)
        with terminal.progress(f"{plan.name}：{when}", f"{plan.name}: {when}") as progress:
            found = reforms.compare(system_actor("night"), plan, when, progress=progress)
        for shown in _effects(found, terminal.lang):
            terminal.out.print(shown)
        terminal.note(
            f"“{plan.name}”对照现行规定：{found.persons:,}人，{when}；未写入任何数据",
            f"{plan.name} beside the law: {found.persons:,} persons, {when}; nothing was written",
        )


@app.command("beside", help=here("核算与旧系统发放清单比对", "A pass beside an older system's payment list."))
def beside(
    file: Annotated[
        Path,
        typer.Argument(help=here("发放清单：证件号码、待遇、金额（元）", "the list: number, benefit, amount in yuan")),
    ],
    number: Annotated[int, typer.Option("--run", metavar="NUMBER", help=here("核算编号", "number of the pass"))],
    report: Annotated[
        Path, typer.Option("--report", metavar="FILE", help=here("逐行差异（.csv）", "the differences by row"))
    ] = Path("differences.csv"),
    database: NameOption = DATABASE,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Compares a list with a pass; writes a report and nothing else."""
    terminal = Terminal(lang)
    with terminal.faults(), database_faults(terminal), opened(data, database):
        from shebao.access.acting import acting
        from shebao.access.services import system_actor
        from shebao.assessment import dryrun, services
        from shebao.cli import beside as listed

        try:
            with (
                terminal.progress("与发放清单比对", "compare with the list") as progress,
                acting(system_actor("night"), services.PURPOSE) as act,
            ):
                found = dryrun.compare(act, number, file, progress)
        except services.RunError as error:
            terminal.fail(error.zh, error.en)
        terminal.out.print(listed.table(found, terminal.lang))
        listed.write(report, found)
        terminal.note(
            f"清单{found.rows:,}行，{money(found.amount)}元：一致{found.same:,}行，差异{len(found.lines):,}项，"
            f"档案中查无此人{len(found.unknown):,}行，读不出{len(found.problems):,}处；逐行见{report}；未写入任何数据",
            f"{found.rows:,} rows, {money(found.amount)} yuan: {found.same:,} the same, "
            f"{len(found.lines):,} differences, "
            f"{len(found.unknown):,} of nobody in the record, {len(found.problems):,} faults; by row in {report}; "
            "nothing was written into the record",
        )


def _day(on: str) -> date:
    found = days(on)
    if len(found) != 1:
        raise Problem(f"{on}：一次只算一个日期", f"{on}: one day at a time")
    return date_of(found[0])


def assess(terminal: Terminal, on: date, resume: int | None = None) -> None:
    """Runs a pass, or what is left of one, and prints what it found by benefit."""
    from shebao.access.acting import acting
    from shebao.access.services import system_actor
    from shebao.assessment import selectors, services

    night = system_actor("night")
    number = resume or services.start(night, on)
    try:
        with terminal.progress(f"核算{number}：{on}", f"pass {number}: {on}") as progress:
            found = services.go_on(night, number, progress)
    except services.RunError as error:
        terminal.fail(error.zh, error.en)
    with acting(night, services.PURPOSE) as act:
        totals = selectors.totals(act, number)
    terminal.out.print(_totals(totals, terminal.lang))
    _differences(terminal, night, number)
    terminal.note(
        f"核算{number}：{found.persons:,}人，{found.entitlements:,}项待遇，{found.refused:,}项因缺事实或数值未能核定，"
        f"{found.compared:,}个值由解释执行复核一致",
        f"pass {number}: {found.persons:,} persons, {found.entitlements:,} benefits due, {found.refused:,} not decided "
        f"for want of a fact or figure, {found.compared:,} values computed again in CPython and the same",
    )


def _differences(terminal: Terminal, night: int, number: int) -> None:
    """Where what is due is not what was decided, by kind and benefit."""
    from shebao.access.acting import acting
    from shebao.assessment import differences, services
    from shebao.cli.cases import kind_name

    with terminal.progress("与已核定的比较", "compare with what was decided") as progress:
        differences.compare(night, number, progress)
    law, say = load_law(), terminal.say
    table = Table(
        say("差异", "difference"),
        say("待遇", "benefit"),
        *(Column(say(*head), justify="right") for head in (("项数", "number"), ("应发", "due"), ("已核定", "decided"))),
        title=say("与已核定的差异", "differences from what was decided"),
    )
    with acting(night, services.PURPOSE) as act:
        for one in differences.summary(act, number):
            name = law.variables[one.benefit]
            amounts = money(one.entitled), money(one.decided)
            table.add_row(kind_name(one.kind, terminal.lang), escape(say(name.zh, name.en)), f"{one.count:,}", *amounts)
    if table.row_count:
        terminal.out.print(table)
    else:
        terminal.note("与已核定的没有差异", "nothing differs from what was decided")


def _totals(totals: Sequence[Total], lang: Lang) -> Table:
    """By benefit: how many, how much, how often, and for how many it is not decided."""
    law, say = load_law(), lang.say
    right = [
        say("人（户）数", "entitled"),
        say("金额（元）", "amount (yuan)"),
        say("未能核定", "not decided"),
        say("用〔约〕", "〔approx〕"),
    ]
    table = Table(say("待遇", "benefit"), say("发放", "paid"), *(Column(head, justify="right") for head in right))
    for total in totals:
        variable = law.variables[total.benefit]
        pays = variable.rule.pays
        amount = "" if pays is Pays.SERVICE else money(total.value)
        name = escape(say(variable.zh, variable.en))
        counts = [f"{n:,}" if n else "" for n in (total.entitled, total.refused)]
        table.add_row(name, say(*PERIODS[pays]) if pays else "", counts[0], amount if total.value else "", counts[1])
    return table


def _effects(found: Effects, lang: Lang) -> Iterator[Table]:
    """By benefit, then the money of a month by district, age and income."""
    from shebao.rules.kinds import FEN

    law, say = load_law(), lang.say
    heads = (
        ("现行受益", "receive now"),
        ("改革后", "under it"),
        ("现行金额", "amount now"),
        ("改革后金额", "under it"),
        ("增减", "difference"),
        ("得益", "winners"),
        ("受损", "losers"),
        ("新能核定", "newly decided"),
        ("不再能核定", "no longer"),
    )

    def table(title: str, first: str) -> Table:
        return Table(first, *(Column(say(*head), justify="right") for head in heads), title=title)

    def row(name: str, effect: Effect, of_money: bool) -> list[str]:
        amounts = (effect.before, effect.after, effect.gained + effect.lost)
        told = [money(amount) if of_money else "" for amount in amounts]
        rest = (effect.winners, effect.losers, effect.newly_decided, effect.newly_refused)
        counts = (effect.receiving_before, effect.receiving_after)
        return [name, *(f"{n:,}" for n in counts), *told, *(f"{n:,}" if n else "" for n in rest)]

    by_benefit = table(say("按待遇", "by benefit"), say("待遇", "benefit"))
    for name, effect in found.by_benefit.items():
        variable = law.variables[name]
        by_benefit.add_row(*row(escape(say(variable.zh, variable.en)), effect, variable.kind == FEN))
    yield by_benefit

    def district(code: int) -> str:
        return escape(f"{code} {found.places.get(code, '')}".strip())

    bands = (
        (
            say("按区，每月发放的待遇", "by district, money by the month"),
            say("区", "district"),
            found.by_place,
            district,
        ),
        (say("按年龄", "by age"), say("周岁起", "from"), found.by_age, str),
        (say("按家庭人均收入", "by income a head"), say("元/月起", "yuan from"), found.by_income, money),
    )
    for title, first, effects, shown in bands:
        one = table(title, first)
        for band in sorted(effects):
            one.add_row(*row(shown(band), effects[band], of_money=True))
        yield one


def _due(decision: Decision, lang: Lang) -> Table:
    """What is due to a person, and what is not decided and why; what is nothing is left out."""
    from shebao.rules.decide import describe

    say = lang.say
    table = Table(
        say("待遇", "benefit"),
        say("发放", "paid"),
        Column(say("结果", "result"), justify="right"),
        say("依据", "clause"),
    )
    for name in decision.want:
        step, rule = decision[name], decision.law.variables[name].rule
        if step.value is None and unpack(step.status)[0] is Why.NO_GROUP:
            continue  # of a family that he has not: nothing was asked for
        if step.value is None:
            shown = f"[red]{escape(say(*describe(decision.plan, step.status)))}[/]"
        elif step.value:
            shown = escape(display(step.kind, step.value, lang.value))
        else:
            continue
        period = say(*PERIODS[rule.pays]) if rule.pays else ""
        table.add_row(escape(say(step.zh, step.en)), period, shown, escape(step.rule.cites))
    return table
