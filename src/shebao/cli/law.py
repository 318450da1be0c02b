"""`shebao law`: what the law says, what it asks, what changes, whether its worked cases hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from shebao.cli import lawbook
from shebao.cli.options import AcceptedOption, accepted_file
from shebao.cli.people import days
from shebao.cli.terminal import REFUSED, LangOption, Terminal, here, load_law
from shebao.rules.acceptances import accept as accept_figure
from shebao.rules.book import build
from shebao.rules.cases import FILE, check_case, load_cases
from shebao.rules.kinds import date_of
from shebao.rules.law import LawError

app = typer.Typer(no_args_is_help=True, help=here("查看、比较、核对法规", "look at the law, compare and check it"))

Variable = Annotated[str, typer.Argument(help=here("变量、参数或事实的名称", "a variable, parameter or input"))]


@app.command("list", help=here("列出各项目及其变量", "The programmes and their variables."))
def list_(
    programme: Annotated[str, typer.Argument(help=here("只列出该项目", "only this programme"))] = "",
    lang: LangOption = None,
) -> None:
    """The programmes and their variables."""
    terminal = Terminal(lang)
    with terminal.faults():
        law = load_law()
        found = [p for p in lawbook.programmes(law) if programme in ("", p.name)]
        if not found:
            names = ", ".join(p.name for p in lawbook.programmes(law))
            terminal.fail(f"没有项目{programme}，可用：{names}", f"{programme} is no programme; there are: {names}")
        for item in found:
            terminal.out.print(*lawbook.programme_tables(law, item, terminal.lang, bool(programme)), sep="\n")


@app.command(
    help=here(
        "显示一个变量、参数或事实：各版本、依据、数值、上下游",
        "One variable, parameter or input: versions, clauses, figures, what it needs and what needs it.",
    )
)
def show(name: Variable, lang: LangOption = None) -> None:
    """One variable, parameter or input: versions, clauses, figures, what it needs and what needs it."""
    terminal = Terminal(lang)
    with terminal.faults():
        law = load_law()
        if name not in {**law.variables, **law.parameters, **law.inputs}:
            raise LawError([f"{name} is no variable, parameter or input{law.nearest(name)}"])
        terminal.out.print(lawbook.page(law, name, terminal.lang))


@app.command(
    help=here("人员文件可有的列及其写法", "The columns that a file of people may have, and how each is written.")
)
def inputs(
    variable: Annotated[str, typer.Argument(help=here("只列出该变量所需", "only what this variable needs"))] = "",
    as_json: Annotated[bool, typer.Option("--json", help=here("JSON格式", "as JSON"))] = False,
    lang: LangOption = None,
) -> None:
    """The columns that a file of people may have, and how each is written."""
    terminal = Terminal(lang)
    with terminal.faults():
        law = load_law()
        wanted = law.plan([variable]).inputs if variable else tuple(law.inputs)
        found = [lawbook.described(law.inputs[name]) for name in wanted]
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
            return
        terminal.out.print(lawbook.inputs_text(found, terminal.lang))
        terminal.out.print(escape(terminal.say(*lawbook.FORMATS)))


@app.command(help=here("两个日期之间规定和数值的变化", "Which rules and figures differ between two days."))
def diff(
    first: Annotated[str, typer.Argument(help=here("日期", "a day"))],
    second: Annotated[str, typer.Argument(help=here("较晚的日期", "a later day"))],
    lang: LangOption = None,
) -> None:
    """Which rules and figures differ between two days."""
    terminal = Terminal(lang)
    with terminal.faults():
        before, after = days(f"{first},{second}")
        law = load_law()
        rules = list(lawbook.changed_rules(law, before, after))
        figures = list(lawbook.changed_figures(law, before, after))
        headings = (date_of(before).isoformat(), date_of(after).isoformat())
        if rules:
            table = Table(terminal.say("规定", "rule"), *headings, title=terminal.say("规定的变化", "rules"))
            for name, *versions in rules:
                cells = [escape(v.rule.cites) if v else "—" for v in versions]
                table.add_row(f"{name}\n{escape(lawbook.title_of(law.variables[name], terminal.lang))}", *cells)
            terminal.out.print(table)
        if figures:
            table = Table(terminal.say("数值", "figure"), *headings, "", title=terminal.say("数值的变化", "figures"))
            for change in figures:
                label = f"{change.parameter.name} {change.key}".strip()
                cells = [
                    lawbook.written(change.parameter.kind, f.value, terminal.lang) if f else "—" for f in change.figures
                ]
                docs = " → ".join(dict.fromkeys(f.doc or f.source for f in change.figures if f))
                table.add_row(
                    f"{label}\n{escape(lawbook.title_of(change.parameter, terminal.lang))}", *cells, escape(docs)
                )
            terminal.out.print(table)
        if not rules and not figures:
            terminal.note("两日之间没有变化", "nothing differs between these days")


@app.command(help=here("计算法规算例并逐值核对", "Compute the law's worked cases and compare every value."))
def check(
    programme: Annotated[str, typer.Argument(help=here("只核对该项目", "only this programme"))] = "",
    lang: LangOption = None,
) -> None:
    """Compute the law's worked cases and compare every value."""
    terminal = Terminal(lang)
    with terminal.faults():
        law = load_law()
        found = [p for p in lawbook.programmes(law) if programme in ("", p.name)]
        if not found:
            terminal.fail(f"没有项目{programme}", f"{programme} is no programme; `shebao law list` names them")
        table = Table(*(terminal.say(*t) for t in (("项目", "programme"), ("算例", "cases"), ("数值", "values"))), "")
        failures = []
        for item in found:
            cases = load_cases(item.folder / FILE, law) if (item.folder / FILE).exists() else []
            wrong = [failure for case in cases for failure in check_case(law, case)]
            failures += wrong
            mark = "[red]✗[/]" if wrong else "[green]✓[/]" if cases else ""
            table.add_row(item.name, str(len(cases)), str(sum(len(case.want) for case in cases)), mark)
        terminal.out.print(table)
        for failure in failures:
            terminal.err.print(escape(str(failure)), soft_wrap=True)
    if failures:
        raise typer.Exit(REFUSED)


@app.command(help=here("生成法规手册网页", "Write the law book: a static site of every variable, clause and figure."))
def book(
    out_dir: Annotated[Path, typer.Argument(help=here("写入的文件夹", "folder to write"))],
    lang: LangOption = None,
) -> None:
    """Write the law book: a static site of every variable, clause and figure."""
    terminal = Terminal(lang)
    with terminal.faults(), terminal.progress("页", "pages") as progress:
        report = build(load_law(), out_dir, progress=progress)
    for failure in report.failures:
        terminal.err.print(escape(str(failure)), soft_wrap=True)
    terminal.note(
        f"法规手册：{report.start}（{report.variables}个变量，{report.parameters}个参数，{report.cases}个算例）",
        f"the law book: {report.start} ({report.variables} variables, {report.parameters} parameters, {report.cases} "
        "worked cases)",
    )


@app.command(
    help=here("接受参数的未核实数值，供严格模式使用", "Accept a parameter's unverified figures for strict use.")
)
def accept(
    parameter: Annotated[str, typer.Argument(help=here("参数名称", "name of the parameter"))],
    by: Annotated[str, typer.Option(help=here("由谁接受", "who accepts it"))],
    reason: Annotated[str, typer.Option(help=here("理由", "why"))],
    accepted: AcceptedOption = None,
    lang: LangOption = None,
) -> None:
    """Accept a parameter's unverified figures for strict use."""
    terminal = Terminal(lang)
    with terminal.faults():
        noted = accepted_file(accepted)
        made = accept_figure(noted, parameter, by, reason, load_law().parameters)
    terminal.note(
        f"{noted}：{made.by}于{made.at}接受{parameter}",
        f"{noted}: {parameter} accepted by {made.by} at {made.at}",
    )
