"""`shebao decide`: one person, with the reasons."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table
from rich.text import Text

from shebao.cli import tree as trees
from shebao.cli.letter import OFFICE, letter_of, write_letter
from shebao.cli.options import AcceptedOption, Mode, ModeOption, OnOption, WantOption, accepted
from shebao.cli.people import days, one, wanted
from shebao.cli.terminal import REFUSED, Lang, LangOption, Terminal, here, load_law
from shebao.rules.decide import Decision, decide, describe
from shebao.rules.explain import as_json, period, source, tree
from shebao.rules.kinds import DAY, LAST_DAY, date_of
from shebao.rules.status import Why, unpack
from shebao.rules.values import Problem, display, parse


def command(
    file: Annotated[Path, typer.Argument(help=here("人员文件", "file with the person's facts"))],
    on: OnOption,
    want: WantOption = None,
    person: Annotated[
        str | None,
        typer.Option(metavar="ID", help=here("多人文件中的人员编号", "the person_id, in a file of several people")),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help=here("逐步说明", "show every step"))] = False,
    json_: Annotated[bool, typer.Option("--json", help=here("以JSON输出全过程", "print the whole as JSON"))] = False,
    letter: Annotated[
        Path | None, typer.Option(metavar="OUT.pdf", help=here("写通知书（.pdf或.md）", "write the letter (.pdf, .md)"))
    ] = None,
    office: Annotated[str, typer.Option(help=here("通知书的发出机构", "who sends the letter"))] = OFFICE,
    dated: Annotated[
        str, typer.Option(metavar="DATE", help=here("通知书日期（默认今天）", "day of the letter (today)"))
    ] = "",
    mode: ModeOption = Mode.marked,
    accepted_at: AcceptedOption = None,
    fail_on_refused: Annotated[
        bool, typer.Option("--fail-on-refused", help=here("有未能计算的值时以1退出", "exit 1 if a value is refused"))
    ] = False,
    lang: LangOption = None,
) -> None:
    """Decides one person."""
    terminal = Terminal(lang)
    with terminal.faults():
        law, when = load_law(), days(on)
        if len(when) != 1:
            raise Problem(f"{on}：一人一次只算一个日期", f"{on}: one person is decided for one day at a time")
        names = wanted(law, want or ())
        law.plan(names)  # names that are wrong are told before the file's faults
        written_on = date_of(int(parse(DAY, dated))) if dated else datetime.date.today()
        who, facts = one(law, file, person)
        used = accepted(mode, accepted_at)

        def decided(names: Sequence[str]) -> Decision:
            return decide(law, facts, on=when[0], want=names, mode=mode.value, accepted=used)

        decision = decided(names)
        if not want:
            decision = decided(_telling(terminal, decision) or names)
        if letter:
            write_letter(letter_of(decision, who, office, written_on), letter)
            terminal.note(f"通知书：{letter}", f"the letter: {letter}")
    if json_:
        typer.echo(json.dumps(_told(decision, who), ensure_ascii=False, indent=2))
    elif explain:
        terminal.out.print(trees.rendered(tree(decision, terminal.lang.value), terminal.lang))
    else:
        terminal.out.print(_results(decision, terminal.lang))
    if fail_on_refused and decision.refusals:
        raise typer.Exit(REFUSED)


def _telling(terminal: Terminal, decision: Decision) -> list[str]:
    """The results that say something of this person: neither nothing nor never.

    One that lacks a fact is only noted where there are others.
    """
    found = [n for n in decision.want if decision.status(n) or decision.value(n) not in (0, False, LAST_DAY)]
    lacking = [n for n in found if decision.status(n) and unpack(decision.status(n))[0] is Why.MISSING]
    if len(lacking) == len(found):
        return found
    for name in lacking:
        zh, en = describe(decision.plan, decision.status(name))
        step = decision[name]
        terminal.note(f"未算{step.zh}：{zh}", f"{step.en} was left out: {en}")
    return [n for n in found if n not in lacking]


def _told(decision: Decision, who: dict[str, str]) -> dict[str, Any]:
    return {**who, **as_json(decision)}


def _results(decision: Decision, lang: Lang) -> RenderableType:
    """Each wanted value with its clause, and the approximate figures behind them."""
    value = Column(lang.say("结果", "result"), justify="right")
    clause = Column(lang.say("依据", "clause"), overflow="fold")
    table = Table(lang.say("变量", "variable"), lang.say("名称", "name"), value, clause)
    for name in decision.want:
        step = decision[name]
        if step.value is None:
            result = f"[red]{escape(lang.say(*describe(decision.plan, step.status)))}[/]"
        else:
            result = escape(display(step.kind, step.value, lang.value))
        table.add_row(name, escape(lang.say(step.zh, step.en)), result, escape(step.rule.cites))
    parts: list[RenderableType] = [table]
    figures = {
        (use.parameter.name, figure): (use.parameter, figure)
        for _, use in decision.approx
        for figure in use.figures
        if figure.confidence == "approx"
    }
    if figures:
        parts.append(
            Text(lang.say("用到下列未核实的数值，结果仅供参考：", "computed with these approximate figures:"), "yellow")
        )
        for parameter, figure in figures.values():
            name = lang.say(parameter.zh, parameter.en)
            said = display(parameter.kind, figure.value, lang.value)
            parts.append(Text(f"  {name} {period(parameter, figure, lang.value)}: {said}  {source(figure)}"))
    return Group(*parts)
