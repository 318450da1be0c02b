"""The summary of a run on the terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table
from rich.text import Text

from shebao.cli.people import date_text
from shebao.cli.terminal import Lang
from shebao.rules.comparison import ComparisonSummary
from shebao.rules.summary import RefusalCount, Summary, VariableSummary
from shebao.rules.values import display

_MOST_REASONS = 6  # of one variable; the others are counted
_DATE = re.compile(r"\d{4}(-\d\d-\d\d)?")


def rendered(summary: Summary | ComparisonSummary, lang: Lang) -> RenderableType:
    """The summary of a run; of a reform what it changes, and then its own."""
    return _compared(summary, lang) if isinstance(summary, ComparisonSummary) else _rendered(summary, lang)


def _rendered(summary: Summary, lang: Lang) -> RenderableType:
    """What was decided and refused, why, the sums, the approximate figures, and how fast."""
    parts: list[RenderableType] = [_variables(summary, lang)]
    if summary.refused:
        parts.append(_reasons(summary, lang))
    if summary.approx:
        parts.append(_figures(summary, lang))
    if summary.approx_rules:
        names = ", ".join(summary.approx_rules)
        parts.append(
            Text(
                lang.say(f"规则本身未经核实的变量：{names}", f"variables whose rule is approximate: {names}"), "yellow"
            )
        )
    rate = f"{summary.rows_per_second * len(summary.days):,.0f}"
    parts.append(
        Text(
            lang.say(
                f"{summary.rows:,}人，{date_text(summary.days)}，{summary.seconds:.1f}秒，每秒{rate}行；"
                f"法规{summary.fingerprint}，模式{summary.mode}",
                f"{summary.rows:,} people, {date_text(summary.days)}, {summary.seconds:.1f} s, {rate} rows/s; law "
                f"{summary.fingerprint}, {summary.mode}",
            )
        )
    )
    return Group(*parts)


def _compared(summary: ComparisonSummary, lang: Lang) -> RenderableType:
    """What a reform changes; then the reform's own summary."""
    heads = _numbers(
        lang,
        ("现行合计", "under the law"),
        ("改革后合计", "under the reform"),
        ("增加", "gained"),
        ("增加人数", "winners"),
        ("减少", "lost"),
        ("减少人数", "losers"),
        ("新算/新拒", "newly decided/refused"),
    )
    title = lang.say("改革的影响", "what the reform changes")
    table = Table(lang.say("变量", "variable"), *heads, title=title)
    for before in summary.baseline.variables:
        after, effect = summary.reform[before.name], summary.effects[before.name]
        new = f"{effect.newly_decided:,}/{effect.newly_refused:,}"
        amounts = [_total(before, t, lang) for t in (before.total, after.total, effect.gained, effect.lost)]
        if before.total is None and not effect.changed:
            amounts = [""] * 4
        people = (f"{effect.winners:,}", f"{effect.losers:,}")
        table.add_row(before.name, *amounts[:3], people[0], amounts[3], people[1], new)
    return Group(table, _rendered(summary.reform, lang))


def _total(one: VariableSummary, total: int | None, lang: Lang) -> str:
    """A sum in the variable's unit; a number of days, months or people without one."""
    if total is None:
        return ""
    return display(one.kind, total, lang.value) if one.kind.name == "fen" else f"{total:,}"


def _numbers(lang: Lang, *names: tuple[str, str]) -> list[Column]:
    return [Column(lang.say(*name), justify="right", no_wrap=True) for name in names]


def _variables(summary: Summary, lang: Lang) -> Table:
    heads = _numbers(lang, ("已算", "decided"), ("未算", "refused"), ("合计", "total"))
    table = Table(lang.say("变量", "variable"), lang.say("名称", "name"), *heads)
    for one in summary.variables:
        total = _total(one, one.total, lang)
        refused = f"[red]{one.refused:,}[/]" if one.refused else "0"
        table.add_row(one.name, escape(lang.say(one.zh, one.en)), f"{one.decided:,}", refused, total)
    return table


def _reasons(summary: Summary, lang: Lang) -> Table:
    number = Column(lang.say("行", "rows"), justify="right", no_wrap=True)
    heads: tuple[Column | str, ...] = (lang.say("变量", "variable"), number, lang.say("原因", "reason"))
    table = Table(*heads, title=lang.say("未能计算的原因", "why values were refused"))
    for one in summary.variables:
        causes = _joined(one.refusals, lang)
        for k, (said, rows) in enumerate(causes[:_MOST_REASONS]):
            table.add_row("" if k else one.name, f"{rows:,}", escape(said))
        rest = causes[_MOST_REASONS:]
        if rest:
            more = lang.say(f"其他{len(rest)}种原因", f"{len(rest)} other reasons")
            table.add_row("", f"{sum(rows for _, rows in rest):,}", f"[dim]{more}[/]")
    return table


def _joined(refusals: Sequence[RefusalCount], lang: Lang) -> list[tuple[str, int]]:
    """What is said of each cause, with its rows, most first; one for a figure that is missing for several days."""
    by_figure: dict[str, list[RefusalCount]] = {}
    for cause in refusals:
        code, _, detail = cause.code.rpartition(":")
        by_figure.setdefault(code if cause.code.count(":") == 2 and _DATE.fullmatch(detail) else cause.code, []).append(
            cause
        )
    found = []
    for causes in by_figure.values():
        dates = sorted(cause.code.rpartition(":")[2] for cause in causes)
        said = lang.say(causes[0].zh, causes[0].en)
        if len(causes) > 1:
            said = said.replace(causes[0].code.rpartition(":")[2], f"{dates[0]} … {dates[-1]}")
        found.append((said, sum(cause.rows for cause in causes)))
    return sorted(found, key=lambda pair: -pair[1])


def _figures(summary: Summary, lang: Lang) -> Table:
    title = lang.say("用到的未核实数值", "approximate figures computed with")
    heads = (("参数", "parameter"), ("名称", "name"), ("时间", "for"), ("数值", "value"), ("出处", "source"))
    table = Table(*(lang.say(*h) for h in heads), *_numbers(lang, ("读取次数", "read")), title=title)
    for use in summary.approx:
        p, figure = use.parameter, use.figure
        value = display(p.kind, figure.value, lang.value)
        cells = (lang.say(p.zh, p.en), use.when, value, figure.doc or figure.source)
        table.add_row(p.name, *map(escape, cells), f"{use.reads:,}")
    return table
