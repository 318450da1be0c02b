"""`shebao assess`: a file of people of any size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import pyarrow.parquet as pq
import typer

from shebao.cli import summary as summaries
from shebao.cli.faults import Faults
from shebao.cli.options import AcceptedOption, Engine, Mode, ModeOption, OnOption, WantOption, accepted
from shebao.cli.people import asked, days, known, wanted
from shebao.cli.terminal import INTERRUPTED, LAW, REFUSED, LangOption, Terminal, here, load_law
from shebao.rules.assess import Counts, Job, assess
from shebao.rules.comparison import Comparison, ComparisonSummary
from shebao.rules.kernel import Kernel
from shebao.rules.law import Law
from shebao.rules.reform import load, read, under
from shebao.rules.run import Pass
from shebao.rules.summary import Summary

T = TypeVar("T", bound=Counts)
S = TypeVar("S")


@dataclass(frozen=True)
class Request:
    """What is to be computed, from which file to which."""

    law: Law
    want: tuple[str, ...]
    on: int | tuple[int, ...]
    people: Path
    out: Path
    mode: str
    accepted: frozenset[str]
    reform: Path | None
    threads: int | None
    check: float


def command(
    people: Annotated[Path, typer.Argument(help=here("人员文件", "file of people"))],
    on: OnOption,
    out: Annotated[Path, typer.Option(metavar="OUT.parquet", help=here("写入结果的文件", "file for the results"))],
    want: WantOption = None,
    reform: Annotated[
        Path | None, typer.Option(metavar="R.yaml", help=here("改革方案，与现行规定对比", "a reform, beside the law"))
    ] = None,
    engine: Annotated[Engine, typer.Option(help=here("在本机或Spark上计算", "this machine, or Spark"))] = Engine.local,
    master: Annotated[str, typer.Option(help=here("Spark集群地址", "the Spark cluster"))] = "local[*]",
    mode: ModeOption = Mode.marked,
    report: Annotated[
        Path | None, typer.Option(metavar="PROBLEMS.csv", help=here("错误报告文件", "report of faulty rows"))
    ] = None,
    fail_on_refused: Annotated[
        bool, typer.Option("--fail-on-refused", help=here("有未能计算的值时以1退出", "exit 1 if a value is refused"))
    ] = False,
    threads: Annotated[
        int | None, typer.Option(min=1, help=here("线程数", "threads; all processors by default"))
    ] = None,
    check: Annotated[
        float,
        typer.Option(min=0, max=1, help=here("另用解释方式复算的比例", "share computed again in CPython and compared")),
    ] = 0.0,
    accepted_at: AcceptedOption = None,
    as_json: Annotated[bool, typer.Option("--json", help=here("汇总以JSON输出", "print the summary as JSON"))] = False,
    lang: LangOption = None,
) -> None:
    """Computes a file of people."""
    terminal = Terminal(lang)
    faults = Faults(report)
    with terminal.faults(), _interrupts(terminal, out, engine), faults:
        law, when = load_law(), days(on)
        names = wanted(law, want or ())
        law.plan(names)  # wrong names are told before anything is read
        request = Request(
            law,
            names,
            when[0] if len(when) == 1 else tuple(when),
            people,
            out,
            mode.value,
            accepted(mode, accepted_at),
            reform,
            threads,
            check,
        )
        found = (
            _by_spark(terminal, request, report, master) if engine is Engine.spark else _here(terminal, request, faults)
        )
    _tell(terminal, found, faults, out, as_json)
    reached = found.reform if isinstance(found, ComparisonSummary) else found
    if fail_on_refused and (reached.refused or faults.found):
        raise typer.Exit(REFUSED)


def _here(terminal: Terminal, asks: Request, faults: Faults) -> Summary | ComparisonSummary:
    """On this machine, streamed."""
    kernel = Kernel(asks.law.plan(asks.want))

    def under_law(kernel: Kernel) -> Pass:
        return Pass(kernel, on=asks.on, mode=asks.mode, accepted=asks.accepted, threads=asks.threads, check=asks.check)

    def over(job: Job[T, S]) -> S:
        with terminal.progress("计算", "people") as progress:
            batches = faults.batches(asks.people, kernel.plan, columns, names)
            options: Any = {"total": _rows(asks.people), "progress": progress, "resume": _name(asks.people)}
            return assess(job, batches, asks.out, **options)

    columns, names = asked(kernel.plan), known(asks.law)
    if asks.reform is None:
        return over(under_law(kernel))
    reformed = load(asks.law, asks.reform).law
    other = under_law(under(kernel, reformed))
    columns = list(dict.fromkeys([*columns, *asked(other.plan)]))
    names = sorted({*names, *known(reformed)})
    return over(Comparison(under_law(kernel), other))


def _by_spark(terminal: Terminal, asks: Request, report: Path | None, master: str) -> Summary | ComparisonSummary:
    """On a Spark cluster, from Parquet to a folder of Parquet."""
    if asks.people.suffix != ".parquet":
        terminal.fail("在Spark上只能计算.parquet文件", "on Spark a file of people is .parquet")
    if report:
        terminal.fail(
            "在Spark上没有读入报告，有错误的行在结果中注明；要报告请在本机计算",
            "on Spark there is no report: rows with faults are refused in the result; run it here for a report",
        )
    try:
        from shebao.rules.spark import assess_file, session

        with session(master) as spark:
            return assess_file(
                spark,
                LAW,
                asks.want,
                asks.people.resolve(),
                asks.out.resolve(),
                on=asks.on,
                mode=asks.mode,
                accepted=asks.accepted,
                reform=read(asks.reform) if asks.reform else None,
                check=asks.check,
            )
    except ImportError as error:
        terminal.fail(
            f"未安装Spark（{error.name}）：请安装shebao[spark]",
            f"Spark is not there ({error.name}): install shebao[spark]",
        )


def _tell(terminal: Terminal, found: Summary | ComparisonSummary, faults: Faults, out: Path, as_json: bool) -> None:
    terminal.problems(faults.first)
    more = faults.found + faults.warnings - len(faults.first)
    if more:
        terminal.note(f"…… 另有{more:,}处", f"... and {more:,} more")
    if faults.report:
        terminal.note(f"错误报告：{faults.report}", f"report of all faults: {faults.report}")
    elif more:
        terminal.note("用--report FILE.csv得到全部", "--report FILE.csv writes them all")
    if as_json:
        told: dict[str, Any] = {**found.plain(), "faults": faults.found, "warnings": faults.warnings, "out": str(out)}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        terminal.out.print(summaries.rendered(found, terminal.lang))
        terminal.out.print(terminal.say(f"结果：{out}", f"results: {out}"), soft_wrap=True)


def _rows(path: Path) -> int | None:
    """How many people a Parquet file says it has."""
    try:
        return int(pq.read_metadata(path).num_rows) if path.suffix.lower() == ".parquet" else None
    except (OSError, ValueError):
        return None  # the reader says what is wrong with it


def _name(path: Path) -> str:
    """Of an input, so that an interrupted run goes on only with the same file."""
    state = path.stat() if path.exists() else None
    return f"{path.resolve()} {state.st_size} {state.st_mtime_ns}" if state else str(path)


@contextmanager
def _interrupts(terminal: Terminal, out: Path, engine: Engine) -> Iterator[None]:
    """Ctrl-C ends with a word on how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        terminal.note(f"已中断；{out}未写出", f"interrupted; {out} was not written")
        if engine is Engine.local:
            terminal.note(
                "再次运行同一命令即从已完成的部分继续", "the same command goes on after the parts that are done"
            )
        raise typer.Exit(INTERRUPTED) from None
