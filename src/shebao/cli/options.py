"""Options that several commands have."""

from __future__ import annotations

import enum
import os
from pathlib import Path
from typing import Annotated

import typer

from shebao.cli.terminal import here
from shebao.rules.acceptances import accepted_names


class Mode(enum.StrEnum):
    """What is done with figures that nobody has verified."""

    marked = "marked"
    strict = "strict"


class Engine(enum.StrEnum):
    """Where a file is computed."""

    local = "local"
    spark = "spark"


OnOption = Annotated[
    str,
    typer.Option(
        "--on",
        help=here("日期，如2014-06-30；2014-06为月末日", "the day, such as 2014-06-30; 2014-06 is its last day"),
    ),
]
WantOption = Annotated[
    list[str] | None,
    typer.Option(
        "--want", metavar="VARIABLE", help=here("要算的变量，可重复", "a variable that is wanted; may be repeated")
    ),
]
ModeOption = Annotated[
    Mode,
    typer.Option(
        "--law",
        help=here(
            "marked：未核实的数值照算并注明；strict：拒绝使用",
            "marked computes with unverified figures and shows them; strict refuses them",
        ),
    ),
]
AcceptedOption = Annotated[
    Path | None,
    typer.Option(
        "--accepted",
        metavar="FILE",
        help=here(
            "已接受的未核实数值（默认SHEBAO_ACCEPTED或accepted.yaml）",
            "unverified figures accepted for strict use (SHEBAO_ACCEPTED, or accepted.yaml)",
        ),
    ),
]


def accepted_file(given: Path | None) -> Path:
    """Where accepted figures are noted: as given, else SHEBAO_ACCEPTED, else accepted.yaml beside the work."""
    return given or Path(os.environ.get("SHEBAO_ACCEPTED", "accepted.yaml"))


def accepted(mode: Mode, given: Path | None) -> frozenset[str]:
    """The parameters accepted for strict use; none are asked for otherwise.  Raises Problem."""
    return accepted_names(accepted_file(given)) if mode is Mode.strict else frozenset()
