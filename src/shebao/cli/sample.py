"""`shebao sample`: an invented city."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table

from shebao.cli.people import days
from shebao.cli.terminal import LangOption, Terminal, here, load_law
from shebao.law.insurance.contributions.facts import Insurance
from shebao.rules.kinds import date_of
from shebao.samplecity.tables import DAY, InputTables, write

if TYPE_CHECKING:
    from shebao.samplecity.report import Line


def command(
    people_file: Annotated[Path, typer.Argument(metavar="PEOPLE.parquet", help=here("写入的文件", "file to write"))],
    people: Annotated[int, typer.Option("--people", "-n", min=1, help=here("人数", "how many people"))] = 10_000,
    seed: Annotated[int, typer.Option(help=here("种子：同一种子得同一城市", "the same seed makes the same city"))] = 1,
    day: Annotated[str, typer.Option(help=here("资料截至日期", "the day up to which the city is known"))] = date_of(
        DAY
    ).isoformat(),
    broken: Annotated[
        float, typer.Option(min=0, max=1, help=here("带错误的行所占比例", "share of rows with a planted fault"))
    ] = 0.0,
    report: Annotated[
        bool, typer.Option("--report", help=here("样本与公布数对照", "the sample beside the published figures"))
    ] = False,
    lang: LangOption = None,
) -> None:
    """Writes invented people."""
    terminal = Terminal(lang)
    with terminal.faults():
        if people_file.suffix != ".parquet":
            terminal.fail(f"{people_file}：样本写为.parquet文件", f"{people_file}: a sample is a .parquet file")
        law, on = load_law(), days(day)[0]
        city = InputTables(law, seed, on, round(broken * 1_000_000))
        with terminal.progress("生成", "people") as progress:
            write(city, people_file, people, lambda done: progress(done, people))
    day_text = date_of(city.day).isoformat()
    terminal.note(
        f"{people_file}：{people:,}名虚构人员，资料截至{day_text}，种子{seed}",
        f"{people_file}: {people:,} invented people, known up to {day_text}, seed {seed}",
    )
    if report:
        # here, as these bring Django along, which no other use of this command needs
        from shebao.samplecity.city import City
        from shebao.samplecity.report import report as compared

        with terminal.progress("对照", "comparing") as progress:
            whole = City(people, seed, on, law, insurances=[Insurance.PENSION])
            lines = compared(whole, lambda done: progress(done, people))
        terminal.out.print(_table(lines, terminal))


def _table(lines: list[Line], terminal: Terminal) -> Table:
    heads = [("公布数", "published"), ("样本折算", "sample scaled"), ("比值", "ratio")]
    numbers = [Column(terminal.say(*head), justify="right", no_wrap=True) for head in heads]
    words = [terminal.say(*head) for head in (("指标", "indicator"), ("年", "year"), ("来源", "source"))]
    from shebao.samplecity.report import RATES

    table = Table(words[0], words[1], *numbers, words[2], terminal.say("可信程度", "confidence"))
    for line in lines:
        form = ",.1f" if line.unit in RATES else ",.0f"
        sample = "" if line.sample is None else format(float(line.sample), form)
        ratio = "" if line.ratio is None else f"{float(line.ratio):.3f}"
        unit = f" ({line.unit})" if line.unit == "%" else ""
        name = terminal.say(line.zh, line.indicator.replace("_", " ")) + unit
        table.add_row(
            name, str(line.year), format(float(line.published), form), sample, ratio, line.source, line.confidence
        )
    return table
