"""`shebao sample`: an invented city."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shebao.cli.people import days
from shebao.cli.terminal import LangOption, Terminal, here, load_law
from shebao.rules.kinds import date_of
from shebao.samplecity.tables import DAY, InputTables, write


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
    lang: LangOption = None,
) -> None:
    """Writes invented people."""
    terminal = Terminal(lang)
    with terminal.faults():
        if people_file.suffix != ".parquet":
            terminal.fail(f"{people_file}：样本写为.parquet文件", f"{people_file}: a sample is a .parquet file")
        city = InputTables(load_law(), seed, days(day)[0], round(broken * 1_000_000))
        with terminal.progress("生成", "people") as progress:
            write(city, people_file, people, lambda done: progress(done, people))
    day_text = date_of(city.day).isoformat()
    terminal.note(
        f"{people_file}：{people:,}名虚构人员，资料截至{day_text}，种子{seed}",
        f"{people_file}: {people:,} invented people, known up to {day_text}, seed {seed}",
    )
