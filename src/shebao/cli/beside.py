"""A pass beside an older system's payment list: as a table by cause, and as a report by row."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Column, Table

from shebao.cli.cases import kind_name
from shebao.cli.terminal import Lang, load_law
from shebao.rules.values import money, yuan

if TYPE_CHECKING:
    from shebao.assessment.dryrun import Comparison

CAUSES = {
    "unlisted": ("清单中没有", "not in the list"),
    "listed twice": ("清单中重复", "twice in the list"),
    "refused": ("缺事实或数值：", "a fact or figure is missing: "),
    "month": ("为该月标准：", "as the law gave it in "),
    "without": ("旧系统似不知：", "the list seems not to know "),
    "unexplained": ("未查明", "not explained"),
}


def table(found: Comparison, lang: Lang) -> Table:
    """By kind, benefit and cause."""
    say, law = lang.say, load_law()
    right = (("项数", "number"), ("清单金额", "listed"), ("应发金额", "due"))
    shown = Table(
        say("差异", "difference"),
        say("待遇", "benefit"),
        say("原因", "cause"),
        *(Column(say(*head), justify="right") for head in right),
        title=say("与发放清单的差异", "differences from the list"),
    )
    for (kind, benefit, cause), (count, listed, entitled) in found.by_cause().items():
        name = law.variables[benefit]
        shown.add_row(
            kind_name(kind, lang),
            escape(say(name.zh, name.en)),
            escape(told(cause, lang)),
            f"{count:,}",
            money(listed),
            money(entitled),
        )
    return shown


def told(cause: str, lang: Lang) -> str:
    """A cause (shebao.assessment.dryrun.cause) in words."""
    kind, _, what = cause.partition(":")
    if kind == "without":
        inputs = load_law().inputs
        what = lang.say("、", ", ").join(lang.say(inputs[name].zh, inputs[name].en) for name in what.split(","))
    return lang.say(*CAUSES[kind]) + what


def write(path: Path, found: Comparison) -> None:
    """A row for each difference, and for each row of the list of which the record knows nobody."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(("rows", "person", "benefit", "difference", "listed", "due", "cause"))
        for one in found.lines:
            rows = " ".join(map(str, one.rows))
            kind = kind_name(one.kind, Lang.zh)
            out.writerow((rows, one.person_id, one.benefit, kind, yuan(one.listed), yuan(one.entitled), one.cause))
        out.writerows((row, "", "", "", "", "", "no such person") for row in found.unknown)
        out.writerows((one.row, "", "", "", "", "", str(one)) for one in found.problems)
