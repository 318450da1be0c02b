"""`shebao law`: what the law says, what it asks, what changes, whether its worked cases hold."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from shebao.cli import lawbook
from shebao.cli.lawsources import approx_table, counts_table, holes_table, sources_of
from shebao.cli.options import AcceptedOption, accepted_file
from shebao.cli.people import days
from shebao.cli.terminal import REFUSED, LangOption, Terminal, here, load_law
from shebao.rules import changes
from shebao.rules.acceptances import accept as accept_figure
from shebao.rules.book import build
from shebao.rules.cases import check_case
from shebao.rules.coverage import coverage
from shebao.rules.law import Law, LawError

app = typer.Typer(no_args_is_help=True, help=here("查看、比较、核对法规", "look at the law, compare and check it"))

LEAST_CASES = 3  # of a programme with rules

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
        for item in chosen(terminal, law, programme):
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
        rules = list(changes.changed_rules(law, before, after))
        figures = list(changes.changed_figures(law, before, after))
        if rules:
            terminal.out.print(lawbook.rules_table(law, rules, terminal.lang))
        if figures:
            terminal.out.print(lawbook.figures_table(figures, before, after, terminal.lang))
        if not rules and not figures:
            terminal.note("两日之间没有变化", "nothing differs between these days")


@app.command(help=here("计算法规算例并逐值核对", "Compute the law's worked cases and compare every value."))
def check(
    programme: Annotated[str, typer.Argument(help=here("只核对该项目", "only this programme"))] = "",
    covered: Annotated[
        bool, typer.Option("--coverage", help=here("算例走到的规则分支", "which branches of the rules the cases reach"))
    ] = False,
    missing: Annotated[
        bool, typer.Option("--missing", help=here("列出没有走到的分支", "list the branches that no case reaches"))
    ] = False,
    lang: LangOption = None,
) -> None:
    """Compute the law's worked cases and compare every value; tell which branches of the rules they reach."""
    terminal = Terminal(lang)
    with terminal.faults():
        law = load_law()
        found = chosen(terminal, law, programme)
        table = Table(*(terminal.say(*t) for t in (("项目", "programme"), ("算例", "cases"), ("数值", "values"))), "")
        failures: list[str] = []
        for item in found:
            cases = item.cases(law)
            wrong = [str(failure) for case in cases for failure in check_case(law, case)]
            if len(cases) < LEAST_CASES and item.has_rules(law):
                few = (
                    f"算例只有{len(cases)}个，至少应有{LEAST_CASES}个",
                    f"{len(cases)} cases; at least {LEAST_CASES} are wanted",
                )
                wrong.append(f"{item.name}: {terminal.say(*few)}")
            failures += wrong
            mark = "[red]✗[/]" if wrong else "[green]✓[/]" if cases else ""
            table.add_row(item.name, str(len(cases)), str(sum(len(case.want) for case in cases)), mark)
        terminal.out.print(table)
        if covered or missing:
            everywhere = [case for item in lawbook.programmes(law) for case in item.cases(law)]
            reached = coverage(law, everywhere)
            terminal.out.print(lawbook.coverage_table(reached, found, terminal.lang))
            if missing:
                for item in found:
                    for line in lawbook.missing_lines(reached.of(item.owns), terminal.lang):
                        terminal.out.print(escape(line), soft_wrap=True)
                for reason in reached.unnamed:
                    said = terminal.say("没有规则以此为由拒算", "no rule refuses for this reason")
                    terminal.out.print(f"{reason}: {said}")
        for failure in failures:
            terminal.err.print(escape(failure), soft_wrap=True)
    if failures:
        raise typer.Exit(REFUSED)


@app.command(
    help=here(
        "各项目的数值和规则按可信度计数，列出未核实的和缺少的",
        "How sure figures and rules are, by programme; what is approximate and what is missing.",
    )
)
def sources(
    programme: Annotated[str, typer.Argument(help=here("只列出该项目", "only this programme"))] = "",
    approx: Annotated[bool, typer.Option("--approx", help=here("只列未核实的", "only what is approximate"))] = False,
    missing: Annotated[bool, typer.Option("--missing", help=here("只列缺少的", "only what is missing"))] = False,
    lang: LangOption = None,
) -> None:
    """How sure figures and rules are, by programme; what is approximate and what is missing."""
    terminal = Terminal(lang)
    with terminal.faults():
        law = load_law()
        found = [sources_of(law, p, date.today().year) for p in chosen(terminal, law, programme)]
        terminal.out.print(counts_table(found, terminal.lang))
        for one in found:
            if one.approx and (approx or not missing):
                terminal.out.print(approx_table(one, terminal.lang))
            if one.holes and (missing or not approx):
                terminal.out.print(holes_table(one, terminal.lang))
        faults = [fault for one in found for fault in one.faults]
        for fault in faults:
            terminal.err.print(escape(fault), soft_wrap=True)
    if faults:
        raise typer.Exit(REFUSED)


def chosen(terminal: Terminal, law: Law, programme: str) -> list[lawbook.Programme]:
    """The programme of that name, all for an empty name; ends with a message when there is none."""
    programmes = lawbook.programmes(law)
    found = [p for p in programmes if programme in ("", p.name)]
    if not found:
        names = ", ".join(p.name for p in programmes)
        terminal.fail(f"没有项目{programme}，可用：{names}", f"{programme} is no programme; there are: {names}")
    return found


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
