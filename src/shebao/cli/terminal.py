"""How the command speaks: in Chinese or English, results to standard output, faults to standard error."""

from __future__ import annotations

import contextlib
import enum
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from shebao.files.problems import FileRefused
from shebao.files.problems import Problem as FileProblem
from shebao.rules.cases import CaseError
from shebao.rules.check import RuleError
from shebao.rules.columns import ColumnError
from shebao.rules.law import Law, LawError
from shebao.rules.parameters import ParameterError
from shebao.rules.recompute import Difference
from shebao.rules.values import Problem

LAW = "shebao.law"
REFUSED, FAULT, INTERRUPTED = 1, 2, 130  # exit codes
_PIPE_WIDTH = 140  # columns of what is not shown on a screen


class Lang(enum.StrEnum):
    """The language of what is printed; letters are always Chinese."""

    zh = "zh"
    en = "en"

    def say(self, zh: str, en: str) -> str:
        return zh if self is Lang.zh else en


def environment() -> Lang:
    """Chinese where the machine's language is."""
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return Lang.zh if next(filter(None, named), "").lower().startswith("zh") else Lang.en


def here(zh: str, en: str) -> str:
    """A help text in the machine's language."""
    return environment().say(zh, en)


LangOption = Annotated[Lang | None, typer.Option("--lang", help=here("界面语言", "language of what is printed"))]


class Terminal:
    """Standard output and standard error in one language, the machine's when none is given."""

    def __init__(self, lang: Lang | None) -> None:
        self.lang = lang or environment()
        self.say = self.lang.say
        self.out = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False)
        self.err = Console(stderr=True, width=None if sys.stderr.isatty() else _PIPE_WIDTH, highlight=False)

    def note(self, zh: str, en: str) -> None:
        """A remark beside the results, on standard error."""
        self.err.print(escape(self.say(zh, en)), soft_wrap=True)

    def fail(self, zh: str, en: str, code: int = FAULT) -> NoReturn:
        """Says what is wrong and ends."""
        self.err.print(f"[red]{self.say('错误', 'error')}[/]: {escape(self.say(zh, en))}", soft_wrap=True)
        raise typer.Exit(code)

    def problems(self, problems: Sequence[FileProblem]) -> None:
        """Faults of a file, one a line: place, what was found, what to do."""
        for problem in problems:
            mark, style = (("注意", "note"), "yellow") if problem.warning else (("错误", "error"), "red")
            found = f" [{problem.found}]" if problem.found else ""
            said = escape(f"{problem.place}{found}: {self.say(problem.zh, problem.en)}")
            self.err.print(f"[{style}]{self.say(*mark)}[/]: {said}", soft_wrap=True)

    @contextlib.contextmanager
    def progress(self, zh: str, en: str) -> Iterator[Callable[[int, int | None], None]]:
        """A progress bar on standard error: call with what is done, and with all of it where that is known."""
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeElapsedColumn(), console=self.err, transient=True) as bar:
            task = bar.add_task(self.say(zh, en), total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    @contextlib.contextmanager
    def faults(self) -> Iterator[None]:
        """Ends with a message where a file, the law or an argument cannot be used."""
        try:
            yield
        except FileRefused as error:
            self.problems(error.problems)
            raise typer.Exit(FAULT) from None
        except (ColumnError, CaseError, ParameterError, Problem) as error:
            self.fail(error.zh, error.en)
        except LawError as error:
            self.fail("法规不可用：\n" + "\n".join(error.problems), "\n".join(error.problems))
        except Difference as error:
            self.fail(f"两种计算方式结果不一致，属程序错误：{error}", f"a fault of the program: {error}")
        except RuleError as error:
            self.fail(f"规则不可用：{error}", str(error))
        except OSError as error:
            if error.filename is None:
                self.fail(str(error), str(error))
            self.fail(f"{error.filename}：{error.strerror}", f"{error.filename}: {error.strerror}")


def load_law() -> Law:
    """The law of the city."""
    return Law.load(LAW)
